//! Form `quota_met`: an answer with fewer, or more, than the order's quota for its class of unit.
//!
//! in: the order's quotas; what the answer counts ("đăng ký 03 gương"), the numbered rows of its list, its words where
//! words are limited → out: a hit per quota; `told` = short | nothing (no number of that kind is there at all).
//! Promises: the largest number counts; what the answer only repeats of the order ("ít nhất 02 gương") does not; rows count
//! only where the list names the unit or nothing else is owed.

use super::super::{Hit, Subject};
use super::order;
use crate::record::{Every, Quota, QuotaBound, Table};
use crate::rules::{Rules, Short};

pub(super) fn look(told: Short, subject: &Subject) -> Vec<Hit> {
    let Some(given) = subject.order else { return Vec::new() };
    let said = order::words(subject.words());
    let owed = order::quotas(given, subject);
    let judged: Vec<&Quota> = owed.into_iter().filter(|quota| is_counted(quota)).collect();
    let only = judged.len() == 1;
    judged.into_iter().filter_map(|quota| fault(quota, only, &said, told, subject)).collect()
}

/// Whether things can be counted in one letter: no percentage, nothing owed every month.
pub(super) fn is_counted(quota: &Quota) -> bool {
    let once = matches!(quota.per, None | Some(Every::Year));
    once && quota.unit != "%" && !order::words(&quota.unit).is_empty()
}

/// How many things of the quota's unit a letter holds; `None` where no number of them is there, or nothing is to be
/// counted. `only`: nothing else is owed, so a list of whatever is taken for it.
pub(super) fn held(quota: &Quota, only: bool, said: &[String], tables: &[Table], rules: &Rules) -> Option<usize> {
    let unit = order::words(&quota.unit);
    match unit.as_slice() {
        _ if !is_counted(quota) => None,
        // "từ": the words of the answer themselves are what is counted
        [word] if word == "tu" => Some(said.len()),
        _ => counted(&unit, said, rules).into_iter().chain(listed(&unit, only, tables)).max(),
    }
}

fn fault(quota: &Quota, only: bool, said: &[String], told: Short, subject: &Subject) -> Option<Hit> {
    let wants_nothing = told == Short::Nothing;
    let found = held(quota, only, said, &subject.record.tables, subject.rules);
    let wrong = match (found, &quota.bound) {
        (None, QuotaBound::AtMost) => false,
        (None, _) => wants_nothing,
        (Some(_), _) if wants_nothing => false,
        (Some(found), QuotaBound::AtLeast | QuotaBound::FromTo) => (found as f64) < quota.value,
        (Some(found), QuotaBound::AtMost) => found as f64 > quota.value,
        (Some(found), _) => found as f64 != quota.value,
    };
    let values = [
        ("found", found.unwrap_or_default().to_string()),
        ("limit", quota.value.to_string()),
        ("unit", quota.unit.clone()),
        ("quota", quota.text.split_whitespace().collect::<Vec<_>>().join(" ")),
    ];
    wrong.then(|| Hit::new("", subject.is_doubtful("tables")).with(values))
}

/// The largest number that stands before the unit ("03 gương", "03 (ba) gương").
fn counted(unit: &[String], said: &[String], rules: &Rules) -> Option<usize> {
    let repeated: Vec<Vec<String>> = rules.words("quota_limits").entries().map(order::words).collect();
    let of_unit = |rest: &[String]| {
        let most = unit.len().min(2).min(rest.len());
        most > 0 && rest[..most] == unit[..most]
    };
    let at = |(at, word): (usize, &String)| {
        let number = word.parse::<usize>().ok()?;
        let own = !repeated.iter().any(|words| said[..at].ends_with(words));
        let behind = &said[at + 1..];
        (own && (of_unit(behind) || of_unit(behind.get(1..).unwrap_or_default()))).then_some(number)
    };
    said.iter().enumerate().filter_map(at).max()
}

/// The rows of the only numbered table that are filled in, where it may be a list of the unit.
fn listed(unit: &[String], only: bool, tables: &[Table]) -> Option<usize> {
    let number =
        |row: &&Vec<String>| row.first().is_some_and(|cell| cell.trim().trim_end_matches('.').parse::<u32>().is_ok());
    let filled = |row: &&Vec<String>| row.iter().skip(1).any(|cell| super::super::profile::is_value(cell));
    let numbered = |table: &&Table| table.rows.iter().filter(number).count() > 0;
    let mut tables = tables.iter().filter(numbered);
    let table = tables.next().filter(|_| tables.next().is_none())?;
    let heads = table.title.iter().chain(&table.columns).flat_map(|head| order::words(head)).collect::<Vec<_>>();
    let about = only || unit.first().is_some_and(|word| heads.contains(word));
    about.then(|| table.rows.iter().filter(number).filter(filled).count())
}
