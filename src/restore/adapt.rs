//! What a document says about its own words: a second reading prefers the words the first one was sure of.
//!
//! in: words with posteriors from the first reading → out: nats each word gains.
//! Promises: bounded, so that a wrong first guess cannot overrule a clear context.

use super::model::Model;
use super::model::vocabulary::{FIXED, WordId};

/// Words read with a smaller posterior say nothing about the others.
const SURE: f32 = 0.7;
/// Added to both counts: one more of each.
const SMOOTHING: f32 = 1.0;
/// How much of the difference between document and corpus counts.
const STRENGTH: f32 = 0.9;
/// Largest loss and gain in nats.
const BOUNDS: (f32, f32) = (-2.0, 4.0);
/// Shorter documents have nothing to say.
const ENOUGH_WORDS: usize = 30;

/// What each word gains, by id; empty when the document is too short.
pub fn favour(model: &Model, words: impl Iterator<Item = (WordId, f32)>) -> Vec<f32> {
    let mut counts = vec![0.0f32; model.vocabulary.len()];
    let mut total = 0usize;
    for (word, posterior) in words {
        if usize::from(word) < FIXED.len() {
            continue;
        }
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
