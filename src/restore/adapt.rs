//! What a document says about its own words and letters: a second pass prefers what the first one was sure of.
//!
//! in: lattices with their first reading → out: nats each word gains; pairs of words printed and read.
//! Promises: bounded, so that a wrong first guess cannot overrule a clear context.
//! The gain of a word w is β · ln(c(w) + 1)/(N · P(w) + 1): the document's own count of w against the count its background share
//! leads to expect (unigram rescaling, Kneser, Peters & Klakow 1997), without their normalisation.

use super::decode::Decoded;
use super::lattice::{Lattice, Output};
use super::model::Model;
use super::model::vocabulary::{FIXED, WordId};
use crate::text::Text;

/// Words read with a smaller posterior say nothing about the others.
const SURE: f32 = 0.7;
/// A word of garbled text less sure than this shows nothing of how its letters are read.
const SURE_PAIR: f32 = 0.9;
/// Added to both counts: one more of each.
const SMOOTHING: f32 = 1.0;
/// β: how much of the difference between document and corpus counts.
const STRENGTH: f32 = 0.9;
/// Largest loss and gain in nats.
const BOUNDS: (f32, f32) = (-2.0, 4.0);
/// Shorter documents have nothing to say.
const ENOUGH_WORDS: usize = 30;

/// What each word gains, by id; empty when the document is too short.
pub fn favour(model: &Model, lattices: &[Lattice], decoded: &[Decoded]) -> Vec<f32> {
    let mut counts = vec![0.0f32; model.vocabulary.len()];
    let mut total = 0usize;
    for (word, posterior) in words_read(lattices, decoded).filter(|(word, _)| usize::from(*word) >= FIXED.len()) {
        total += 1;
        if posterior >= SURE
            && let Some(count) = counts.get_mut(usize::from(word))
        {
            *count += 1.0;
        }
    }
    if total < ENOUGH_WORDS {
        return Vec::new();
    }
    let gain = |(id, count): (usize, f32)| {
        if id < FIXED.len() {
            return 0.0;
        }
        let expected = total as f32 * model.background(id as WordId).exp();
        (STRENGTH * ((count + SMOOTHING) / (expected + SMOOTHING)).ln()).clamp(BOUNDS.0, BOUNDS.1)
    };
    counts.into_iter().enumerate().map(gain).collect()
}

/// The words on the best paths, of an arc with two words the first, with their posteriors.
fn words_read<'a>(lattices: &'a [Lattice], decoded: &'a [Decoded]) -> impl Iterator<Item = (WordId, f32)> + 'a {
    lattices.iter().zip(decoded).flat_map(|(lattice, decoded)| {
        decoded.path.iter().map(|(_, arc)| (lattice.arcs[*arc].words[0], decoded.posterior[*arc]))
    })
}

/// Words printed and read of which the first pass is sure: what they show of the reader's letters adapts its channel.
pub fn sure_pairs<'a>(text: &'a Text, lattices: &'a [Lattice], decoded: &[Decoded]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    for (lattice, decoded) in lattices.iter().zip(decoded) {
        for &(at, index) in &decoded.path {
            let arc = &lattice.arcs[index];
            let read = text.slice(lattice.slots[at].span);
            let printed = match arc.output {
                Output::Text(t) => lattice.texts[t as usize].as_str(),
                _ => read,
            };
            if arc.covers == 1 && decoded.posterior[index] >= SURE_PAIR {
                pairs.push((printed, read));
            }
        }
    }
    pairs
}
