//! What is due: deadlines of stored documents, and where each stands today.
//!
//! in: the store, a window of days, today → out: one [`Standing`] per deadline and day, by day.
//! Promises: without a last day a repeating deadline is told once, on its next day; without a first day one-off deadlines of
//! the past are overdue and told.
//! Leaves out: whether a duty was met (`answers_due` knows).

use crate::error::Result;
use crate::record::Day;
use crate::store::{Due, DueFilter, Store};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::Serialize;

/// The first and the last day a four-digit year can name.
pub const EVER: (Date, Date) = (date(1, 1, 1), date(9999, 12, 31));

/// "This week" is today and the six days after it.
const DAYS_AHEAD: i32 = 6;

/// A deadline overdue for more days than this is only counted in the morning list.
const RECENT: i32 = 31;

/// Where a deadline stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its last day is past.
    Overdue,
    /// Its last day is today.
    Today,
    /// Its last day is to come.
    Due,
    /// A day of a repeating deadline is past: nobody knows whether it was met.
    Past,
    /// It counts from an event, or its day is not known.
    Undated,
}

/// A deadline and where it stands today.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    /// The deadline on one of its days.
    #[serde(flatten)]
    pub due: Due,
    /// Where it stands.
    pub state: State,
    /// Days from today to the last day, negative when it is past; `None` for an undated one.
    pub days_left: Option<i32>,
}

impl Standing {
    /// Of this deadline on `today`.
    pub fn on(today: Date, due: Due) -> Standing {
        let day = due.day.as_ref().and_then(Day::date);
        let days_left = day.and_then(|day| today.until(day).ok()).map(|span| span.get_days());
        let state = match days_left {
            None => State::Undated,
            Some(0) => State::Today,
            Some(left) if left > 0 => State::Due,
            Some(_) if due.repeating => State::Past,
            Some(_) => State::Overdue,
        };
        Standing { due, state, days_left }
    }
}

/// Which days are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// From the first to the last day, each where it is given.
    Between(Option<Date>, Option<Date>),
    /// Today.
    Today,
    /// Today and the six days after it.
    Week,
    /// What is overdue.
    Overdue,
}

/// The deadlines in `window`; of `unit` alone where one is named (part of its name, case and diacritics do not matter), of
/// one `document` alone where its id is given.
///
/// # Errors
/// The store cannot be read.
pub fn due(
    store: &dyn Store,
    window: Window,
    unit: Option<&str>,
    document: Option<&str>,
    today: Date,
) -> Result<Vec<Standing>> {
    let (from, to) = match window {
        Window::Between(from, to) => (from, to),
        Window::Today => (Some(today), Some(today)),
        Window::Week => (Some(today), Some(end_of_week(today))),
        Window::Overdue => (None, Some(today)),
    };
    let filter = DueFilter {
        from: from.unwrap_or(EVER.0),
        to: to.unwrap_or(EVER.1),
        repeating_from: from.unwrap_or(today),
        unit: unit.map(str::to_owned),
        undated: from.is_none() && to.is_none(),
        next_only: to.is_none(),
    };
    let mut found: Vec<Standing> = store.due(&filter)?.into_iter().map(|due| Standing::on(today, due)).collect();
    found.retain(|standing| document.is_none_or(|id| standing.due.document.id == id));
    found.retain(|standing| window != Window::Overdue || standing.state == State::Overdue);
    Ok(found)
}

/// What an office looks at in the morning.
#[derive(Debug, Clone)]
pub struct Morning {
    /// Overdue for a month at most, due today, due this week; by day.
    pub listed: Vec<Standing>,
    /// As many are overdue for longer.
    pub long_overdue: usize,
}

/// The morning list of `unit`, or of all.
///
/// # Errors
/// The store cannot be read.
pub fn morning(store: &dyn Store, unit: Option<&str>, today: Date) -> Result<Morning> {
    let filter = DueFilter {
        from: EVER.0,
        to: end_of_week(today),
        repeating_from: today,
        unit: unit.map(str::to_owned),
        undated: false,
        next_only: false,
    };
    let mut listed: Vec<Standing> = store.due(&filter)?.into_iter().map(|due| Standing::on(today, due)).collect();
    let all = listed.len();
    listed.retain(|standing| standing.days_left.is_none_or(|left| left >= -RECENT));
    Ok(Morning { long_overdue: all - listed.len(), listed })
}

fn end_of_week(today: Date) -> Date {
    today.checked_add(DAYS_AHEAD.days()).unwrap_or(today)
}
