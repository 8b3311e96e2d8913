//! Form `quota_met`: an answer with fewer, or more, than the order's quota for its class of unit.
//!
//! in: the order's quotas; what the answer counts ("đăng ký 03 gương"), the numbered rows of its list, its words where
//! words are limited → out: a hit per quota; `told` = short | nothing (no number of that kind is there at all).
//! Promises: the largest number counts; what the answer only repeats of the order ("ít nhất 02 gương") does not.

use super::super::{Hit, Subject};
use super::{list, order, parameter};
use crate::record::Quota;
use crate::rules::Check;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(given) = subject.order else { return Vec::new() };
    let said = order::words(subject.words());
    let owed = order::quotas(given, check, subject);
    let judged =
        owed.into_iter().filter(|quota| quota.unit != "%" && matches!(quota.per.as_deref(), None | Some("year")));
    judged.filter_map(|quota| fault(quota, &said, check, subject)).collect()
}

fn fault(quota: &Quota, said: &[String], check: &Check, subject: &Subject) -> Option<Hit> {
    let unit = order::words(&quota.unit);
    let wants_nothing = parameter(check, "told") == "nothing";
    let found = match unit.as_slice() {
        [] => return None,
        [word] if word == "tu" => Some(said.len()),
        _ => counted(&unit, said, check).into_iter().chain(listed(subject)).max(),
    };
    let wrong = match (found, quota.bound.as_str()) {
        (None, "at_most") => false,
        (None, _) => wants_nothing,
        (Some(_), _) if wants_nothing => false,
        (Some(found), "at_least" | "from_to") => (found as f64) < quota.value,
        (Some(found), "at_most") => found as f64 > quota.value,
        (Some(found), _) => found as f64 != quota.value,
    };
    let values = vec![
        ("found", found.unwrap_or_default().to_string()),
        ("limit", quota.value.to_string()),
        ("unit", quota.unit.clone()),
        ("quota", quota.text.split_whitespace().collect::<Vec<_>>().join(" ")),
    ];
    wrong.then(|| Hit { values, doubtful: subject.is_doubtful("tables"), ..Hit::default() })
}

/// The largest number that stands before the unit ("03 gương", "03 (ba) gương").
fn counted(unit: &[String], said: &[String], check: &Check) -> Option<usize> {
    let repeated: Vec<Vec<String>> = list(check, "repeats").map(order::words).collect();
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

/// The rows of the only numbered table that are filled in.
fn listed(subject: &Subject) -> Option<usize> {
    let number =
        |row: &&Vec<String>| row.first().is_some_and(|cell| cell.trim().trim_end_matches('.').parse::<u32>().is_ok());
    let filled = |row: &&Vec<String>| row.iter().skip(1).any(|cell| super::super::profile::is_value(cell));
    let numbered = |table: &crate::record::Table| table.rows.iter().filter(number).count() > 0;
    let mut tables = subject.record.tables.iter().filter(|table| numbered(table));
    let only = tables.next().filter(|_| tables.next().is_none())?;
    Some(only.rows.iter().filter(number).filter(filled).count())
}
