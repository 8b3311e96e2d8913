//! What the fields share of the language: paragraphs and clauses, who owes what, days and times, names in sentence case.
//!
//! in: words, tokens, [`crate::rules::Rules`] → out: their structure and meaning.
//! Leaves out: the record; a file here knows no field.

pub(super) mod casing;
pub(super) mod clause;
pub(super) mod dates;
pub(super) mod duty;
pub(super) mod lexicon;
pub(super) mod passage;
pub(super) mod prose;
pub(super) mod unread;
pub(super) mod when;
