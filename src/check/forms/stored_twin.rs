//! Form `stored_twin`: another stored document with the same number, or with the same words.
//!
//! in: `by` = number: the stored documents with its number · words: those that it repeats (`Company::copies`) → out: one hit.
//! Promises: the same document stored twice is none.

use super::super::{Company, Hit, Subject};
use super::{day, order, printed};
use crate::record::{Number, Record};
use crate::rules::TwinBy;

pub(super) fn look(by: TwinBy, subject: &Subject) -> Vec<Hit> {
    let Some(company) = subject.company else { return Vec::new() };
    match by {
        TwinBy::Number => same_number(company, subject),
        TwinBy::Words => same_words(company, subject),
    }
}

fn number(record: &Record) -> Option<String> {
    record.number.as_ref().and_then(|number| number.normalized.clone())
}

/// A number its office has given to another document of the same year. The same document under other bytes (same subject) is no
/// fault; doubtful numbers accuse nobody, nor do those of the Party, which begin anew with each term.
fn same_number(company: &Company, subject: &Subject) -> Vec<Hit> {
    let own = subject.record;
    let unsure =
        |r: &Record| r.needs_review.iter().any(|r| matches!(r.field.as_str(), "number" | "issuer" | "issued_on"));
    let of_a_term = own.number.as_ref().is_some_and(Number::runs_through_a_term);
    let told = day(own.issued_on.as_ref()).filter(|_| !unsure(own) && !of_a_term);
    let Some(issued) = told else { return Vec::new() };
    let words_of = |text: Option<&String>| order::words(text.map_or("", String::as_str));
    let issuer = |r: &Record| words_of(r.issuer.as_ref().map(|issuer| &issuer.name));
    let taken = |other: &&Record| {
        let other_day = day(other.issued_on.as_ref());
        let alike = number(other).is_some() && number(other) == number(own) && issuer(other) == issuer(own);
        let another = words_of(other.subject.as_ref()) != words_of(own.subject.as_ref());
        alike && another && other.id != own.id && !unsure(other) && other_day.is_some_and(|d| d.year() == issued.year())
    };
    let Some(other) = company.named.iter().find(taken) else { return Vec::new() };
    let values = [
        ("number", number(own).unwrap_or_default()),
        ("subject", other.subject.clone().unwrap_or_default()),
        ("day", day(other.issued_on.as_ref()).map(printed).unwrap_or_default()),
    ];
    vec![Hit::new(number(own).unwrap_or_default(), subject.is_doubtful("number")).with(values)]
}

/// The nearest stored document it was made from: another office or another number must have issued it.
fn same_words(company: &Company, subject: &Subject) -> Vec<Hit> {
    let issuer = |r: &Record| r.issuer.as_ref().map(|issuer| order::words(&issuer.name));
    let own = subject.record;
    let another = |r: &Record| number(r) != number(own) || issuer(r) != issuer(own);
    let copies = company.copies.iter().filter(|copy| another(&copy.record));
    let Some(nearest) = copies.max_by(|a, b| a.share.total_cmp(&b.share)) else { return Vec::new() };
    let other = &nearest.record;
    let values = [
        ("share", format!("{:.0}", nearest.share * 100.0)),
        ("number", number(other).unwrap_or_else(|| other.kind_label.clone())),
        ("issuer", other.issuer.as_ref().map(|issuer| issuer.name.clone()).unwrap_or_default()),
        ("own", nearest.own.join("; ")),
    ];
    vec![Hit::new("", false).with(values)]
}
