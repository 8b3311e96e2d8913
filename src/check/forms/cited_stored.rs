//! Form `cited_stored`: a cited document with another day than the one that is stored.
//!
//! in: references with number, date and issuer; the stored documents with those numbers → out: a hit each.
//! Promises: only the same office's document of the same year is meant, as its name is cited; a stored day that is doubtful
//! accuses nobody.

use super::super::{Hit, Subject};
use super::order::Spelling;
use super::{day, order, printed};
use crate::record::{Record, Reference};
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(company) = subject.company else { return Vec::new() };
    let spelling = Spelling::of(subject.rules);
    let fault = |cited: &Reference| company.named.iter().find_map(|stored| fault(cited, stored, subject, &spelling));
    subject.record.references.iter().filter_map(fault).collect()
}

fn fault(cited: &Reference, stored: &Record, subject: &Subject, spelling: &Spelling) -> Option<Hit> {
    let number = stored.number.as_ref()?.normalized.as_deref()?;
    let key = |number: &str| order::words(number).join(" ").trim_start_matches('0').to_owned();
    let (told, right) = (day(cited.date.as_ref())?, day(stored.issued_on.as_ref())?);
    let (named, issuer) = (spelling.words(cited.issuer.as_deref()?), &stored.issuer.as_ref()?.name);
    let whole = spelling.words(issuer);
    let same = key(cited.number.as_deref()?) == key(number) && named.iter().all(|word| whole.contains(word));
    let unsure = stored.needs_review.iter().any(|r| matches!(r.field.as_str(), "issued_on" | "number" | "issuer"));
    let wrong = same && !unsure && told != right && told.year() == right.year() && stored.id != subject.record.id;
    let values = || vec![("number", number.to_owned()), ("day", printed(told)), ("other", printed(right))];
    wrong.then(|| Hit { text: cited.text.clone(), values: values(), doubtful: subject.is_read() })
}
