//! Form `attached_as`: a letter that cites what it sends otherwise than the attachment names itself.
//!
//! in: references with the role of an attachment, the other documents of the file → out: a hit per number or date that
//! differs.
//! Promises: two are the same document when serial and kind agree, and either the date or the symbol does; a document
//! whose own number or date is doubtful accuses nobody.

use super::super::{Hit, Subject};
use super::{day, printed};
use crate::record::{Record, Reference};
use crate::rules::Check;
use crate::text::fold::bare;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let others = || subject.file.iter().filter(|r| r.source.part != subject.record.source.part);
    let sent =
        subject.record.references.iter().filter(|r| matches!(r.role.as_str(), "attachment" | "implements" | "mention"));
    sent.filter_map(|reference| others().find_map(|other| fault(reference, other, subject))).collect()
}

fn fault(reference: &Reference, other: &Record, subject: &Subject) -> Option<Hit> {
    let cited = reference.number.as_ref()?;
    let number = other.number.as_ref()?;
    let own = number.normalized.as_ref()?;
    let unsure = |field: &str| other.needs_review.iter().any(|r| r.field.starts_with(field));
    let kind = reference.kind.as_deref().map(bare);
    let same_kind = kind.is_none_or(|kind| kind == bare(&other.kind_label));
    let serial = |n: &str| n.split(['/', '-']).next().unwrap_or("").trim_start_matches('0').to_owned();
    if unsure("number") || unsure("issued_on") || !same_kind || serial(cited) != serial(own) {
        return None;
    }
    let (told, right) = (day(reference.date.as_ref())?, day(other.issued_on.as_ref())?);
    let same_number = cited.to_uppercase() == own.to_uppercase();
    let (told, right) = match (same_number, told == right) {
        (false, true) => (cited.clone(), own.clone()),
        (true, false) => (printed(told), printed(right)),
        _ => return None,
    };
    let values = vec![("number", own.clone()), ("told", told), ("right", right)];
    Some(Hit { text: reference.text.clone(), values, doubtful: subject.is_doubtful("references") })
}
