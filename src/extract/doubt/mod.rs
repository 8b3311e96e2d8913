//! Readings in doubt: what print, pen and the neighbours of a letter say of one value.
//!
//! in: readings with their probabilities → out: a value, or candidates with probabilities for a person.
//! Promises: a voice may move the order of candidates; only one that speaks for a value makes it sure.

pub(super) mod narrow;
pub mod peers;
pub(super) mod signed;
pub(super) mod weigh;
pub(super) mod wording;
