//! Form `cites_later`: a cited document dated after the one that cites it.
//!
//! in: references and date of issue → out: a hit per reference; none where the date of issue is doubtful.

use super::super::{Hit, Subject};
use super::{day, printed};
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let unsure = record.needs_review.iter().any(|review| review.field == "issued_on");
    let Some(issued) = day(record.issued_on.as_ref()).filter(|_| !unsure) else { return Vec::new() };
    let dated = record.references.iter().filter_map(|r| Some((r, day(r.date.as_ref())?)));
    dated
        .filter(|(_, date)| *date > issued)
        .map(|(reference, date)| Hit {
            text: reference.text.clone(),
            values: vec![
                ("number", reference.number.clone().unwrap_or_default()),
                ("day", printed(date)),
                ("issued", printed(issued)),
            ],
            doubtful: subject.is_doubtful("references"),
        })
        .collect()
}
