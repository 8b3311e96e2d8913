//! Form `cited`: a document cited with another number or day than it bears itself.
//!
//! in: references; `among` = file: the other documents of the letter's file · store: the stored documents with the numbers cited
//! → out: a hit per number or day that differs.
//! Promises: a document whose own number or day is doubtful accuses nobody.

use super::super::{Hit, Subject};
use super::order::{Spelling, words};
use super::{day, printed};
use crate::record::{CitedAs, Record, Reference};
use crate::rules::Among;
use crate::text::fold::bare;

pub(super) fn look(among: Among, subject: &Subject) -> Vec<Hit> {
    match among {
        Among::File => in_the_file(subject),
        Among::Store => in_the_store(subject),
    }
}

/// What the letter sends and cites otherwise than it names itself. Two are the same document when kind and two of serial, symbol
/// and date agree, and no other document of the file fits better.
fn in_the_file(subject: &Subject) -> Vec<Hit> {
    let others = || subject.file.iter().filter(|r| r.source.part != subject.record.source.part);
    let sent = subject
        .record
        .references
        .iter()
        .filter(|r| matches!(r.role, CitedAs::Attachment | CitedAs::Implements | CitedAs::Mention));
    let is_here = |r: &Reference| others().any(|other| r.number.is_some() && own_number(other) == r.number.as_deref());
    let cites = |other: &Record| subject.record.references.iter().any(|r| r.number.as_deref() == own_number(other));
    let may_be =
        |r: &Reference, other: &Record| !(is_here(r) || cites(other)) || own_number(other) == r.number.as_deref();
    sent.filter_map(|r| others().filter(|other| may_be(r, other)).find_map(|other| fault_in_file(r, other, subject)))
        .collect()
}

fn own_number(record: &Record) -> Option<&str> {
    record.number.as_ref()?.normalized.as_deref()
}

fn fault_in_file(reference: &Reference, other: &Record, subject: &Subject) -> Option<Hit> {
    let cited = reference.number.as_deref()?;
    let own = own_number(other)?;
    let unsure = |field: &str| other.needs_review.iter().any(|r| r.field.starts_with(field));
    let kind = reference.kind.as_deref().map(bare);
    let same_kind = kind.is_none_or(|kind| kind == bare(&other.kind_label));
    if unsure("number") || unsure("issued_on") || !same_kind {
        return None;
    }
    let (told, right) = (day(reference.date.as_ref())?, day(other.issued_on.as_ref())?);
    let ((serial, symbol), (own_serial, own_symbol)) = (parts(cited), parts(own));
    let (told, right) = match (serial == own_serial, symbol == own_symbol, told == right) {
        (false, true, true) | (true, false, true) => (cited.to_owned(), own.to_owned()),
        (true, true, false) => (printed(told), printed(right)),
        _ => return None,
    };
    let values = [("number", own.to_owned()), ("told", told), ("right", right)];
    Some(Hit::new(&reference.text, subject.is_doubtful("references")).with(values))
}

/// Serial without leading zeros and symbol in capitals.
fn parts(number: &str) -> (String, String) {
    let (serial, symbol) = number.split_once(['/', '-']).unwrap_or((number, ""));
    (serial.trim_start_matches('0').to_owned(), symbol.to_uppercase())
}

/// Documents cited with another day than the stored one bears: only the same office's of the same year is meant, as its name is
/// cited.
fn in_the_store(subject: &Subject) -> Vec<Hit> {
    let Some(company) = subject.company else { return Vec::new() };
    let spelling = Spelling::of(subject.rules);
    let fault =
        |cited: &Reference| company.named.iter().find_map(|stored| fault_in_store(cited, stored, subject, &spelling));
    subject.record.references.iter().filter_map(fault).collect()
}

fn fault_in_store(cited: &Reference, stored: &Record, subject: &Subject, spelling: &Spelling) -> Option<Hit> {
    let number = own_number(stored)?;
    let key = |number: &str| words(number).join(" ").trim_start_matches('0').to_owned();
    let (told, right) = (day(cited.date.as_ref())?, day(stored.issued_on.as_ref())?);
    let (named, issuer) = (spelling.words(cited.issuer.as_deref()?), &stored.issuer.as_ref()?.name);
    let whole = spelling.words(issuer);
    let same = key(cited.number.as_deref()?) == key(number) && named.iter().all(|word| whole.contains(word));
    let unsure = stored.needs_review.iter().any(|r| matches!(r.field.as_str(), "issued_on" | "number" | "issuer"));
    let wrong = same && !unsure && told != right && told.year() == right.year() && stored.id != subject.record.id;
    let values = || [("number", number.to_owned()), ("day", printed(told)), ("other", printed(right))];
    wrong.then(|| Hit::new(&cited.text, subject.is_read()).with(values()))
}
