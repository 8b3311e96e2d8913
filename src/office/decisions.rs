//! What leaders decide about documents: to whom they go, what is to be done, until when.
//!
//! in: a decision as told → out: the decision in the store and its history.
//! Promises: nothing is overwritten; of several decisions for one unit the last one counts; one unit is one unit, however
//! its name is typed; the same decision told twice is kept once.

use crate::error::Result;
use crate::store::{Author, Decision, Store};

/// What is wrong with a decision before any store is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Its internal deadline lies before the day of the decision.
    DueTooEarly,
    /// It goes to nobody.
    ToNobody,
}

/// The decision with its words cleaned of stray blanks; `document` is left to [`keep`].
///
/// # Errors
/// It makes no sense.
pub fn checked(told: Decision) -> Result<Decision, Wrong> {
    if told.due.as_ref().is_some_and(|due| *due < told.decided_on) {
        return Err(Wrong::DueTooEarly);
    }
    let clean = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let decision =
        Decision { leader: clean(told.leader), unit: clean(told.unit), opinion: clean(told.opinion), ..told };
    if decision.unit.is_empty() { Err(Wrong::ToNobody) } else { Ok(decision) }
}

/// Keeps what was decided about a document; `false` where the last decision about it says the same.
///
/// # Errors
/// The document is not stored, or the store cannot be written.
pub fn keep(store: &mut dyn Store, decision: Decision, author: &Author) -> Result<bool> {
    let before = store.decisions(Some(&decision.document))?;
    let typed = decision.unit.to_lowercase();
    let known = before.iter().map(|kept| &kept.unit).find(|unit| unit.to_lowercase() == typed).cloned();
    let decision = Decision { unit: known.unwrap_or(decision.unit), ..decision };
    if before.last() == Some(&decision) {
        return Ok(false);
    }
    store.decide(&decision, author)?;
    Ok(true)
}
