//! What the body says: deadlines, quotas, prizes, headings, tables, with evidence, reasons and doubts.
//!
//! in: a record whose header is filled in → out: the body's fields of that record.
//! Promises: a deadline whose digits are not sure is listed in `needs_review`, with its value as the candidate.

use super::found::Found;
use super::{awards, deadlines, obligations, quotas, sections, tables};
use crate::extract::Extraction;
use crate::record::{Day, Deadline};

/// Rules less sure than this ask a person.
const SURE: f32 = 0.6;

/// Fills in the body's fields. The date of issue completes days without a year; the addressees owe what nobody is named for.
pub(super) fn fill(page: &mut Extraction) {
    let issued_on = page.record.issued_on.as_ref().and_then(Day::date).or(page.issued_about);
    let addressees = page.record.addressees.clone();
    let (document, text, rules) = (page.document, page.text, page.rules);
    let found = deadlines::deadlines(document, text, rules, issued_on, &addressees);
    doubts(page, &found);
    page.record.deadlines = noted(page, "deadlines", found);
    let found = quotas::quotas(document, text, rules, issued_on, &addressees);
    page.record.quotas = noted(page, "quotas", found);
    page.record.obligations = obligations::obligations(&page.record);
    let found = awards::awards(document, text, rules);
    page.record.awards = noted(page, "awards", found);
    let found = sections::sections(document, text);
    page.record.sections = noted(page, "sections", found);
    let found = tables::tables(document, text);
    page.record.tables = noted(page, "tables", found);
}

fn noted<T>(page: &mut Extraction, field: &str, found: Vec<Found<T>>) -> Vec<T> {
    let note = |(nth, one): (usize, Found<T>)| {
        page.note(format!("{field}[{nth}]"), &one.rule, one.span, one.confidence);
        one.value
    };
    found.into_iter().enumerate().map(note).collect()
}

fn doubts(page: &mut Extraction, found: &[Found<Deadline>]) {
    for (nth, one) in found.iter().enumerate() {
        let read = page.digits_are_sure(one.span);
        if read && one.confidence >= SURE {
            continue;
        }
        let (part, value) = match (&one.value.date, &one.value.last_day) {
            (Some(date), _) => (".date", Some(date)),
            (None, last) => ("", last.as_ref()),
        };
        let reason = if read { "câu chữ không chắc là thời hạn" } else { "chữ số đọc không chắc" };
        page.record.review(format!("deadlines[{nth}]{part}"), reason, value.map(Day::to_string).into_iter().collect());
    }
}
