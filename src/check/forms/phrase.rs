//! Forms `phrase_present` and `phrase_absent`: a wording that must, or must not, stand in the document.
//!
//! in: wordings (`say`), matched as phrases are: case, spacing, line breaks and lost diacritics do not matter → out: one hit where
//! none of them is there; a hit for each that should not be.

use super::super::{Hit, Subject};
use super::quote;
use crate::rules::{Tokens, Wordings};

pub(super) fn present(say: &Wordings, subject: &Subject) -> Vec<Hit> {
    let missing = say.find(&Tokens::new(subject.words())).is_empty();
    missing.then(|| Hit::new("", subject.is_read())).into_iter().collect()
}

pub(super) fn absent(say: &Wordings, subject: &Subject) -> Vec<Hit> {
    let words = subject.words();
    let found = say.find(&Tokens::new(words)).into_iter().map(|hit| quote(words, hit.span));
    found.map(|text| Hit::new(&text, subject.is_read()).with([("found", text)])).collect()
}
