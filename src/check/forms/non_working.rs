//! Form `non_working`: the last day of a deadline on which nobody works.
//!
//! in: deadlines and `dictionaries/holidays/` → out: a hit per deadline with the working day before it.
//! Promises: the printed day is never moved; both are shown. Events ("on") and terms counted in days are left alone.

use super::super::{Hit, Subject};
use super::{WEEKDAYS, day, printed};
use crate::record::Bound;
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let holidays = subject.rules.holidays();
    let limits = subject.record.deadlines.iter().filter(|d| matches!(d.bound, Bound::Before | Bound::By));
    limits
        .filter_map(|deadline| {
            let last = day(deadline.last_day.as_ref()).filter(|last| !holidays.is_working(*last))?;
            let weekday = WEEKDAYS[usize::from(last.weekday().to_monday_zero_offset() as u8)];
            let why = holidays.name(last).map_or_else(|| weekday.to_owned(), |name| format!("{weekday}, {name}"));
            let working = printed(holidays.last_working(last));
            let values = vec![("day", printed(last)), ("why", why), ("working", working)];
            Some(Hit { text: deadline.text.clone(), values, doubtful: false })
        })
        .collect()
}
