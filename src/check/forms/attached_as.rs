//! Form `attached_as`: a letter that cites what it sends otherwise than the attachment names itself.
//!
//! in: references with the role of an attachment, the other documents of the file → out: a hit per number or date that
//! differs.
//! Promises: two are the same document when kind and two of serial, symbol and date agree, and no other document of the
//! file fits better; a document whose own number or date is doubtful accuses nobody.

use super::super::{Hit, Subject};
use super::{day, printed};
use crate::record::{CitedAs, Record, Reference};
use crate::rules::Check;
use crate::text::fold::bare;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
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
    sent.filter_map(|r| others().filter(|other| may_be(r, other)).find_map(|other| fault(r, other, subject))).collect()
}

fn own_number(record: &Record) -> Option<&str> {
    record.number.as_ref()?.normalized.as_deref()
}

fn fault(reference: &Reference, other: &Record, subject: &Subject) -> Option<Hit> {
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
    let values = vec![("number", own.to_owned()), ("told", told), ("right", right)];
    Some(Hit { text: reference.text.clone(), values, doubtful: subject.is_doubtful("references") })
}

/// Serial without leading zeros and symbol in capitals.
fn parts(number: &str) -> (String, String) {
    let (serial, symbol) = number.split_once(['/', '-']).unwrap_or((number, ""));
    (serial.trim_start_matches('0').to_owned(), symbol.to_uppercase())
}
