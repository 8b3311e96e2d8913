//! The best paths through the lattices, written back into the text.
//!
//! in: a text, its lattices and what the decoder took → out: the text with an [`Edit`] for every change, and how sure each word is.
//! Promises: a word that is left as it stands gives no edit; in clean text only a change that is hardly in doubt is made.

use super::Sureness;
use super::decode::Decoded;
use super::lattice::{Arc, Lattice, Output, copy_case};
use super::model::Model;
use super::model::vocabulary::{FIXED, UNKNOWN};
use super::propose::KEEP_CLEAN;
use crate::text::{Edit, Span, Text};

/// A change less sure than this is not made in clean text.
const SURE_CHANGE: f32 = 0.9;

/// Turns the best paths into edits.
pub fn rewrite(text: &Text, model: &Model, lattices: &[Lattice], decoded: &[Decoded]) -> (Text, Vec<Sureness>) {
    let mut edits = Vec::new();
    let mut sure = Vec::new();
    // by how many bytes the text has grown so far
    let mut grown = 0isize;
    for (lattice, decoded) in lattices.iter().zip(decoded) {
        for &(at, index) in &decoded.path {
            let arc = &lattice.arcs[index];
            let last = &lattice.slots[at + usize::from(arc.covers) - 1];
            let span = lattice.slots[at].span.cover(last.span);
            let was = text.slice(span);
            let (now, confidence) = written(lattice, arc, model, was, decoded.posterior[index]);
            if is_word(arc) {
                let start = span.start.saturating_add_signed(grown);
                let length = now.as_ref().map_or(span.len(), String::len);
                sure.push(Sureness { span: Span::new(start, start + length), confidence });
            }
            if let Some(now) = now.filter(|now| now != was) {
                grown += now.len() as isize - span.len() as isize;
                edits.push(Edit { span, was: was.to_owned(), now, confidence });
            }
        }
    }
    (text.edited(&edits), sure)
}

/// Numbers, commas and slashes are no words.
fn is_word(arc: &Arc) -> bool {
    usize::from(arc.words[0]) >= FIXED.len() || arc.words[0] == UNKNOWN
}

/// What an arc writes in place of `was` (`None`: what stands there), and how sure that is.
fn written(lattice: &Lattice, arc: &Arc, model: &Model, was: &str, posterior: f32) -> (Option<String>, f32) {
    match arc.output {
        Output::Keep => (None, posterior),
        // what stands in a clean text is right unless there is hardly a doubt that it is not
        Output::Recase if arc.cost >= KEEP_CLEAN && posterior < SURE_CHANGE => (None, 1.0 - posterior),
        Output::Recase => (Some(copy_case(model.vocabulary.word(arc.words[0]), was)), posterior),
        Output::Text(t) => (Some(lattice.texts[t as usize].clone()), posterior),
    }
}
