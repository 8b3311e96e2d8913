//! Form `count_between`: a number of things that is too small or too large.
//!
//! in: `of` = words | pages | sections | addressees | recipients | rows | wordings | numbers, wordings (`say`) for the last two, the
//! limits → out: a hit per number outside them, with the words that hold it where some do.
//! Promises: what was not read is not counted: a document without tables has no rows, one without pages no number of them.

use super::super::{Hit, Subject};
use super::quote;
use crate::rules::{Counted, Match, Tokens, Value, Wordings};

/// The smallest and the largest number allowed.
type Limits = (Option<f64>, Option<f64>);

pub(super) fn look(of: Counted, say: &Wordings, (least, most): Limits, subject: &Subject) -> Vec<Hit> {
    let outside = |found: f64| least.is_some_and(|least| found < least) || most.is_some_and(|most| found > most);
    let wrong = counted(of, say, subject).into_iter().filter(|(found, _)| outside(*found));
    wrong
        .map(|(found, text)| {
            let mut values = vec![("found", found.to_string())];
            values.extend(least.map(|least| ("at_least", least.to_string())));
            values.extend(most.map(|most| ("at_most", most.to_string())));
            Hit::new(text, subject.is_read()).with(values)
        })
        .collect()
}

/// Numbers, each with the words that hold it.
fn counted(of: Counted, say: &Wordings, subject: &Subject) -> Vec<(f64, String)> {
    let (record, words) = (subject.record, subject.words());
    let one = |count: usize| vec![(count as f64, String::new())];
    match of {
        Counted::Words => one(words.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count()),
        Counted::Pages => {
            subject.document.pages.map_or_else(Vec::new, |(first, last)| one((last + 1 - first) as usize))
        }
        Counted::Sections => one(record.sections.len()),
        Counted::Addressees => one(record.addressees.len()),
        Counted::Recipients => one(record.recipients.len()),
        Counted::Rows => {
            record.tables.iter().map(|t| (t.rows.len() as f64, t.title.clone().unwrap_or_default())).collect()
        }
        Counted::Wordings => one(say.find(&Tokens::new(words)).len()),
        Counted::Numbers => {
            let found = say.find(&Tokens::new(words));
            found.iter().filter_map(|hit| Some((number(hit)?, quote(words, hit.span)))).collect()
        }
    }
}

/// The first number that a wording reads.
fn number(hit: &Match) -> Option<f64> {
    hit.slots.iter().find_map(|(_, value, _)| match value {
        Value::Count(number) | Value::Percent(number) => Some(*number),
        Value::Money(dong) => Some(*dong as f64),
        _ => None,
    })
}
