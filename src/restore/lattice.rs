//! What each stretch of text may have said: positions, and arcs from one to a later one.
//!
//! in: candidates (from `candidates`, `garbled`) → out: a [`Lattice`] for the decoder.
//! One lattice holds the words between two boundaries: behind a boundary the language model forgets everything, so
//! lattices are independent of each other.

use super::model::vocabulary::{NONE, WordId};
use crate::text::Span;
use std::ops::Range;

/// What an arc writes in place of the words it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// What stands there, byte for byte.
    Keep,
    /// The word of the language model, with the case of what stands there letter by letter.
    Recase,
    /// An entry of [`Lattice::texts`].
    Text(u32),
}

/// One reading of one or two tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// Words to the language model; the second is [`NONE`] unless one token is read as two words.
    pub words: [WordId; 2],
    /// Tokens covered: 1, or 2 where two are read as one word.
    pub covers: u8,
    /// Cost in nats: of the channel, and of changing what stands there.
    pub cost: f32,
    /// What is written.
    pub output: Output,
}

impl Arc {
    /// A token left as it is.
    pub fn keep(word: WordId, cost: f32) -> Arc {
        Arc { words: [word, NONE], covers: 1, cost, output: Output::Keep }
    }
}

/// A token with its readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Where it stands in the text.
    pub span: Span,
    /// Its readings in [`Lattice::arcs`].
    pub arcs: Range<usize>,
}

/// The tokens between two boundaries and what they may be.
#[derive(Debug, Clone, Default)]
pub struct Lattice {
    /// Tokens in order.
    pub slots: Vec<Slot>,
    /// Readings, slot by slot.
    pub arcs: Vec<Arc>,
    /// Words written out by [`Output::Text`].
    pub texts: Vec<String>,
}

impl Lattice {
    /// Adds a token with its readings.
    pub fn push(&mut self, span: Span, readings: impl IntoIterator<Item = Arc>) {
        let from = self.arcs.len();
        self.arcs.extend(readings);
        self.slots.push(Slot { span, arcs: from..self.arcs.len() });
    }
    /// An arc that writes `text`, or leaves what stands there.
    pub fn written(&mut self, (arc, text): (Arc, Option<String>)) -> Arc {
        let Some(text) = text else { return Arc { output: Output::Keep, ..arc } };
        self.texts.push(text);
        Arc { output: Output::Text(self.texts.len() as u32 - 1), ..arc }
    }
}

/// `word` (lower case) with the case of `model`, letter by letter when both have as many letters, else by its pattern:
/// all capitals, first capital, none.
pub fn copy_case(word: &str, model: &str) -> String {
    let as_many = word.chars().count() == model.chars().count();
    if as_many {
        let pairs = word.chars().zip(model.chars());
        return pairs.fold(String::with_capacity(word.len()), |mut out, (c, like)| {
            push_cased(&mut out, c, like.is_uppercase());
            out
        });
    }
    let mut letters = model.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    let rest = letters.next().map_or(first, char::is_uppercase);
    word.chars().enumerate().fold(String::with_capacity(word.len()), |mut out, (i, c)| {
        push_cased(&mut out, c, if i == 0 { first } else { first && rest });
        out
    })
}

fn push_cased(out: &mut String, c: char, upper: bool) {
    if upper {
        out.extend(c.to_uppercase());
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_copied() {
        let cases = [
            ("ủy", "UY", "ỦY"),
            ("ủy", "Uy", "Ủy"),
            ("quận", "quan", "quận"),
            ("đắk", "ĐắK", "ĐắK"),
            ("thưởng", "thuwdng", "thưởng"),
            ("thưởng", "Thuwdng", "Thưởng"),
            ("đ", "ABC", "Đ"),
        ];
        for (word, model, expected) in cases {
            assert_eq!(copy_case(word, model), expected);
        }
    }
}
