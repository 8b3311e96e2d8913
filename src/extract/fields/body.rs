//! What the body says: deadlines, quotas, prizes, headings, tables, with evidence, reasons and doubts.
//!
//! in: a record whose header is filled in → out: the body's fields of that record.
//! Promises: a deadline whose digits are not sure is listed in `needs_review`, with its value as the candidate.

use super::found::Found;
use super::{awards, deadlines, obligations, quotas, sections, tables};
use crate::extract::Extraction;
use crate::extract::language::passage::Body;
use crate::extract::language::unread;
use crate::record::{Day, Deadline, Doubt};

/// Rules less sure than this ask a person.
const SURE: f32 = 0.6;

/// Fills in the body's fields. The date of issue completes days without a year; the addressees owe what nobody is named for.
pub(super) fn fill(page: &mut Extraction) {
    let issued_on = page.record.issued_on.as_ref().and_then(Day::date).or(page.issued_about);
    let addressees = page.record.addressees.clone();
    let lexicon = page.lexicon;
    let body = Body { issued_on, addressees: &addressees, ..Body::new(page.document, page.text, page.rules, &lexicon) };
    let passages = body.passages();
    let found = deadlines::deadlines(&body, &passages);
    doubts(page, &found);
    page.record.deadlines = noted(page, "deadlines", found);
    page.record.quotas = noted(page, "quotas", quotas::quotas(&body, &passages));
    page.record.obligations = obligations::obligations(&page.record);
    page.record.awards = noted(page, "awards", awards::awards(&passages));
    page.record.sections = noted(page, "sections", sections::sections(&body.paragraphs));
    page.record.tables = noted(page, "tables", tables::tables(page.document, page.text));
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
        if is_undated(&one.value) {
            let read = page.line(one.span);
            let candidates = unread::candidates(&read).iter().map(ToString::to_string).collect();
            let asked = page.record.review(format!("deadlines[{nth}].date"), Doubt::DeadlineUnread, candidates);
            asked.with("read", read);
            continue;
        }
        let read = page.digits_are_sure(one.span);
        if read && one.confidence >= SURE {
            continue;
        }
        let (part, value) = match (&one.value.date, &one.value.last_day) {
            (Some(date), _) => (".date", Some(date)),
            (None, last) => ("", last.as_ref()),
        };
        let why = if read { Doubt::DeadlineWording } else { Doubt::DeadlineDigits };
        page.record.review(format!("deadlines[{nth}]{part}"), why, value.map(Day::to_string).into_iter().collect());
    }
}

/// Whether nothing tells when it is due: its day could not be read.
fn is_undated(deadline: &Deadline) -> bool {
    let Deadline { date, recurrence, period, relative, .. } = deadline;
    date.is_none() && recurrence.is_none() && period.is_none() && relative.is_none()
}
