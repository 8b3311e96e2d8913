//! Form `before_issue`: a deadline that was over when the document was issued.
//!
//! in: deadlines and date of issue → out: a hit per deadline; none where the date of issue is doubtful.

use super::super::{Hit, Subject};
use super::{day, printed};
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let unsure = record.needs_review.iter().any(|review| review.field == "issued_on");
    let Some(issued) = day(record.issued_on.as_ref()).filter(|_| !unsure) else { return Vec::new() };
    let over = record.deadlines.iter().filter_map(|d| Some((d, day(d.last_day.as_ref())?)));
    over.filter(|(_, last)| *last < issued)
        .map(|(deadline, last)| Hit {
            text: deadline.text.clone(),
            values: vec![("day", printed(last)), ("issued", printed(issued))],
            doubtful: subject.is_doubtful("deadlines"),
        })
        .collect()
}
