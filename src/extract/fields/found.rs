//! A value with the words it was read from.
//!
//! in: what one field's reader found → out: [`Found`], from which the record's value, evidence and doubts are made.

use crate::rules::Match;
use crate::text::Span;

/// A value, its evidence and how sure the rule is of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    /// The value as the record carries it.
    pub value: T,
    /// The words that gave it.
    pub span: Span,
    /// How sure the rule is, 0..=1, the reading of the page not counted.
    pub confidence: f32,
    /// The phrase or rule: `deadlines.before_date`.
    pub rule: String,
}

/// How sure a phrase is: one that counts only by what stands around it is less sure than one that says all itself.
pub(super) fn sure(hit: &Match) -> f32 {
    hit.confidence * if hit.gives("needs").is_some() { 0.8 } else { 0.95 }
}
