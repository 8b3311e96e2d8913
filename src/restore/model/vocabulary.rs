//! The words a model knows, as small numbers.
//!
//! in: lower-case words with modern tone placement → out: ids, and back.
//! Promises: the first ids are fixed ([`NONE`], [`START`], [`UNKNOWN`], [`NUMBER`], [`COMMA`], [`SLASH`]); at most 65,535 ids.

use crate::text::syllable::modern_tone;
use std::collections::HashMap;

/// Number of a word.
pub type WordId = u16;

/// No word: what stands before the start of a sentence in an n-gram of full length.
pub const NONE: WordId = 0;
/// Start and end of a sentence or clause.
pub const START: WordId = 1;
/// A word that is not in the vocabulary.
pub const UNKNOWN: WordId = 2;
/// Any number.
pub const NUMBER: WordId = 3;
/// A comma.
pub const COMMA: WordId = 4;
/// A slash between words.
pub const SLASH: WordId = 5;

/// Names of the fixed ids; none of them can be a word.
pub const FIXED: [&str; 6] = ["<none>", "<s>", "<unk>", "<num>", "<comma>", "<slash>"];

/// The form in which a word is looked up: lower case, modern tone placement.
pub fn normal(word: &str) -> String {
    let lower = word.to_lowercase();
    match modern_tone(&lower) {
        std::borrow::Cow::Borrowed(_) => lower,
        std::borrow::Cow::Owned(moved) => moved,
    }
}

/// The words of a model.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    words: Vec<Box<str>>,
    ids: HashMap<Box<str>, WordId>,
}

impl Vocabulary {
    /// The fixed entries, then `words` in the given order; what does not fit into 65,535 ids is left out.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Vocabulary {
        let words: Vec<Box<str>> =
            FIXED.iter().copied().chain(words).take(usize::from(WordId::MAX)).map(Box::from).collect();
        let ids = words.iter().enumerate().skip(FIXED.len()).map(|(id, w)| (w.clone(), id as WordId)).collect();
        Vocabulary { words, ids }
    }
    /// Number of ids, the fixed ones included.
    pub fn len(&self) -> usize {
        self.words.len()
    }
    /// Whether there is not even a fixed entry.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
    /// Id of a word in its [`normal`] form.
    pub fn id(&self, word: &str) -> Option<WordId> {
        self.ids.get(word).copied()
    }
    /// The word of an id; `<unk>` for one that is out of range.
    pub fn word(&self, id: WordId) -> &str {
        self.words.get(usize::from(id)).map_or(FIXED[usize::from(UNKNOWN)], |w| w)
    }
    /// All words with their ids, without the fixed entries.
    pub fn words(&self) -> impl Iterator<Item = (WordId, &str)> {
        self.words.iter().enumerate().skip(FIXED.len()).map(|(id, w)| (id as WordId, &**w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_ids_lead_to_each_other() {
        let v = Vocabulary::new(["và", "của"]);
        assert_eq!(v.id("của"), Some(7));
        assert_eq!(v.word(7), "của");
        assert_eq!(v.id("<unk>"), None);
        assert_eq!(v.word(999), "<unk>");
        assert_eq!(normal("THUỶ"), "thủy");
    }
}
