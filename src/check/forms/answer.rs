//! Form `answer`: an answer that says something else than the order it answers.
//!
//! in: the order; `of` = number | date | year | last_day → out: a hit where the order's number is nowhere (with the words that
//! cite another serial of its symbol), where it is cited with another day, where both name years and none is common, where the
//! answer was issued after the last day.
//! Promises: where several deadlines may be meant, only what is later than all of them is late; the day of arrival is not
//! held against the sender.

use super::super::{Hit, Subject};
use super::{day, order, printed};
use crate::record::{Record, Reference};
use crate::rules::{Said, Slot, Tokens, Value};
use crate::text::fold::bare;

pub(super) fn look(of: Said, subject: &Subject) -> Vec<Hit> {
    let Some(order) = subject.order else { return Vec::new() };
    let found = match of {
        Said::Number => uncited_number(order, subject),
        Said::Date => other_date(order, subject),
        Said::Year => other_year(order, subject),
        Said::LastDay => too_late(order, subject),
    };
    found.into_iter().collect()
}

fn uncited_number(order: &Record, subject: &Subject) -> Option<Hit> {
    let number = own_number(order)?;
    if citation(number, subject).is_some() || key(subject.words()).contains(&key(number)) {
        return None;
    }
    let symbol = |number: &str| number.split_once(['/', '-']).map(|(_, symbol)| key(symbol));
    let alike = |r: &&Reference| r.number.as_deref().is_some_and(|n| symbol(n) == symbol(number));
    let instead = subject.record.references.iter().find(alike).map_or("", |r| &r.text);
    Some(Hit::new(instead, subject.is_doubtful("references")).with([("number", number.to_owned())]))
}

fn other_date(order: &Record, subject: &Subject) -> Option<Hit> {
    let number = own_number(order)?;
    let cited = citation(number, subject)?;
    let (told, issued) = (day(cited.date.as_ref())?, day(order.issued_on.as_ref())?);
    let values = || [("number", number.to_owned()), ("day", printed(told)), ("other", printed(issued))];
    (told != issued).then(|| Hit::new(&cited.text, subject.is_read()).with(values()))
}

fn other_year(order: &Record, subject: &Subject) -> Option<Hit> {
    let told = subject.record.subject.as_deref()?;
    let (wanted, found) = (years(order.subject.as_deref()?), years(told));
    if wanted.is_empty() || found.is_empty() || found.iter().any(|year| wanted.contains(year)) {
        return None;
    }
    let shown = |years: &[i16]| years.iter().map(i16::to_string).collect::<Vec<_>>().join(", ");
    Some(Hit::new(told, subject.is_doubtful("subject")).with([("year", shown(&found)), ("other", shown(&wanted))]))
}

fn too_late(order: &Record, subject: &Subject) -> Option<Hit> {
    let issued = day(subject.record.issued_on.as_ref())?;
    let owed = order::deadlines(order, subject).into_iter();
    let (last, deadline) = owed.filter_map(|d| Some((d.final_day()?, d))).max_by_key(|(day, _)| *day)?;
    let task = || deadline.task.clone().unwrap_or_else(|| deadline.text.clone());
    let values = || [("issued", printed(issued)), ("last", printed(last)), ("task", task())];
    (issued > last).then(|| Hit::new("", subject.is_doubtful("issued_on")).with(values()))
}

fn own_number(order: &Record) -> Option<&str> {
    order.number.as_ref()?.normalized.as_deref()
}

/// Where the answer cites this number.
fn citation<'a>(number: &str, subject: &Subject<'a>) -> Option<&'a Reference> {
    let cites = |r: &&Reference| r.number.as_deref().is_some_and(|n| key(n) == key(number));
    subject.record.references.iter().find(cites)
}

/// Letters and digits of a number without blanks, case, marks and leading zeros.
fn key(number: &str) -> String {
    let joined: String = bare(number).chars().filter(|c| !c.is_whitespace()).collect();
    joined.trim_start_matches('0').to_owned()
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
