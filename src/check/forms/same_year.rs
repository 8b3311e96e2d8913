//! Form `same_year`: an answer about another year than the order ("ĐĂNG KÝ … NĂM 2024" to a letter about 2025).
//!
//! in: the subject of both → out: a hit with the answer's subject where each names years and none is common.

use super::super::{Hit, Subject};
use crate::rules::{Check, Slot, Tokens, Value};

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(order) = subject.order else { return Vec::new() };
    let (Some(asked), Some(told)) = (order.subject.as_deref(), subject.record.subject.as_deref()) else {
        return Vec::new();
    };
    let (wanted, found) = (years(asked), years(told));
    if wanted.is_empty() || found.is_empty() || found.iter().any(|year| wanted.contains(year)) {
        return Vec::new();
    }
    let shown = |years: &[i16]| years.iter().map(i16::to_string).collect::<Vec<_>>().join(", ");
    let values = vec![("year", shown(&found)), ("other", shown(&wanted))];
    vec![Hit { text: told.to_owned(), values, doubtful: subject.is_doubtful("subject") }]
}

/// Years as they are printed: "2025", "năm học 2025 - 2026".
fn years(text: &str) -> Vec<i16> {
    let tokens = Tokens::new(text);
    let read = |at| match Slot::Year.read(&tokens, at).into_iter().next() {
        Some((_, Value::Year(year))) => Some(year),
        _ => None,
    };
    (0..tokens.len()).filter_map(read).collect()
}
