//! Form `number_taken`: a number its office has given to another document of the same year.
//!
//! in: the stored documents with the same number → out: one hit with the number.
//! Promises: the same document under other bytes (same subject) is no fault; doubtful numbers accuse nobody.

use super::super::{Hit, Subject};
use super::{day, order, printed};
use crate::record::Record;
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(company) = subject.company else { return Vec::new() };
    let own = subject.record;
    let unsure =
        |r: &Record| r.needs_review.iter().any(|r| matches!(r.field.as_str(), "number" | "issuer" | "issued_on"));
    let Some(issued) = day(own.issued_on.as_ref()).filter(|_| !unsure(own)) else { return Vec::new() };
    let number = |r: &Record| r.number.as_ref().and_then(|n| n.normalized.clone());
    let words_of = |text: Option<&String>| order::words(text.map_or("", String::as_str));
    let issuer = |r: &Record| words_of(r.issuer.as_ref().map(|issuer| &issuer.name));
    let taken = |other: &&Record| {
        let other_day = day(other.issued_on.as_ref());
        let alike = number(other).is_some() && number(other) == number(own) && issuer(other) == issuer(own);
        let another = words_of(other.subject.as_ref()) != words_of(own.subject.as_ref());
        alike && another && other.id != own.id && !unsure(other) && other_day.is_some_and(|d| d.year() == issued.year())
    };
    let Some(other) = company.named.iter().find(taken) else { return Vec::new() };
    let values = vec![
        ("number", number(own).unwrap_or_default()),
        ("subject", other.subject.clone().unwrap_or_default()),
        ("day", day(other.issued_on.as_ref()).map(printed).unwrap_or_default()),
    ];
    vec![Hit { text: number(own).unwrap_or_default(), values, doubtful: subject.is_doubtful("number") }]
}
