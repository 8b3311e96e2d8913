//! Form `in_time`: an answer issued after the last day the order gives for it.
//!
//! in: the order's deadlines, the answer's date → out: one hit with the deadline's words.
//! Promises: where several deadlines may be meant, only what is later than all of them is late; the day of arrival is not
//! held against the sender.

use super::super::{Hit, Subject};
use super::{day, order, printed};
use crate::rules::Check;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(given) = subject.order else { return Vec::new() };
    let Some(issued) = day(subject.record.issued_on.as_ref()) else { return Vec::new() };
    let owed = order::deadlines(given, check, subject);
    let Some((last, deadline)) = owed.into_iter().filter_map(|d| Some((d.final_day()?, d))).max_by_key(|(day, _)| *day)
    else {
        return Vec::new();
    };
    if issued <= last {
        return Vec::new();
    }
    let task = deadline.task.clone().unwrap_or_else(|| deadline.text.clone());
    let values = vec![("issued", printed(issued)), ("last", printed(last)), ("task", task)];
    vec![Hit { text: String::new(), values, doubtful: subject.is_doubtful("issued_on") }]
}
