//! Which words a damaged word may have been.
//!
//! in: the vocabulary of a model → out: for a bare form all words that have it.
//! Promises: built once in linear time; the words of a bare form come most frequent first.

use super::model::Model;
use super::model::vocabulary::WordId;
use crate::text::fold::bare;
use crate::text::spelling::is_syllable;
use std::collections::{HashMap, HashSet};

/// Bare forms and their words.
pub struct Candidates {
    of_bare: HashMap<Box<str>, Vec<WordId>>,
    /// Bare forms of the words that are Vietnamese syllables.
    pub syllables: HashSet<String>,
}

impl Candidates {
    /// Those of a model's words.
    pub fn new(model: &Model) -> Candidates {
        let mut of_bare: HashMap<Box<str>, Vec<WordId>> = HashMap::new();
        let mut syllables = HashSet::new();
        for (id, word) in model.vocabulary.words() {
            let form = bare(word);
            if is_syllable(word) {
                syllables.insert(form.clone());
            }
            of_bare.entry(form.into()).or_default().push(id);
        }
        Candidates { of_bare, syllables }
    }

    /// Words with this bare form, most frequent first.
    pub fn of(&self, bare: &str) -> &[WordId] {
        self.of_bare.get(bare).map_or(&[], Vec::as_slice)
    }
}
