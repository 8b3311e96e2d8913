//! Form `cites_order`: an answer that does not cite the order, or cites it with another number or day.
//!
//! in: the order; the answer's references and words; `of` = number | date → out: a hit without words where the number is
//! nowhere, with the words where another serial of that symbol or another day is cited.

use super::super::{Hit, Subject};
use super::{day, parameter, printed};
use crate::record::Reference;
use crate::rules::Check;
use crate::text::fold::bare;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(order) = subject.order else { return Vec::new() };
    let Some(number) = order.number.as_ref().and_then(|n| n.normalized.as_deref()) else { return Vec::new() };
    let cited = subject.record.references.iter().find(|r| r.number.as_deref().is_some_and(|n| key(n) == key(number)));
    if parameter(check, "of") == "date" {
        let (Some(cited), Some(issued)) = (cited, day(order.issued_on.as_ref())) else { return Vec::new() };
        let Some(told) = day(cited.date.as_ref()).filter(|told| *told != issued) else { return Vec::new() };
        let values = vec![("number", number.to_owned()), ("day", printed(told)), ("other", printed(issued))];
        return vec![Hit { text: cited.text.clone(), values, doubtful: subject.is_read() }];
    }
    let blankless: String = key(subject.words());
    if cited.is_some() || blankless.contains(&key(number)) {
        return Vec::new();
    }
    let symbol = |number: &str| number.split_once(['/', '-']).map(|(_, symbol)| key(symbol));
    let alike = |r: &&Reference| r.number.as_deref().is_some_and(|n| symbol(n) == symbol(number));
    let instead = subject.record.references.iter().find(alike);
    let text = instead.map(|r| r.text.clone()).unwrap_or_default();
    vec![Hit { text, values: vec![("number", number.to_owned())], doubtful: subject.is_doubtful("references") }]
}

/// Letters and digits of a number without blanks, case, marks and leading zeros.
fn key(number: &str) -> String {
    let joined: String = bare(number).chars().filter(|c| !c.is_whitespace()).collect();
    joined.trim_start_matches('0').to_owned()
}
