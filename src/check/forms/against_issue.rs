//! Form `against_issue`: a day on the wrong side of the day of issue.
//!
//! in: the day of issue; deadlines (`of = deadlines`), cited documents (`references`), years in capital lines behind the
//! signature (`attached_titles`) → out: a hit per deadline that was over, per document of a later day, per form of a past year.
//! Promises: deadlines and cited documents accuse nobody where the day of issue is doubtful.

use super::super::{Hit, Subject};
use super::{day, printed};
use crate::document::Role;
use crate::rules::{Dated, Slot, TokenKind, Tokens, Value};
use crate::text::Span;
use jiff::civil::Date;

pub(super) fn look(of: Dated, subject: &Subject) -> Vec<Hit> {
    match of {
        Dated::Deadlines => deadlines_before(subject),
        Dated::References => references_after(subject),
        Dated::AttachedTitles => titles_of_past_years(subject),
    }
}

/// The day of issue, where nobody is asked about it.
fn surely_issued(subject: &Subject) -> Option<Date> {
    let unsure = subject.record.needs_review.iter().any(|review| review.field == "issued_on");
    day(subject.record.issued_on.as_ref()).filter(|_| !unsure)
}

fn deadlines_before(subject: &Subject) -> Vec<Hit> {
    let Some(issued) = surely_issued(subject) else { return Vec::new() };
    let doubtful = subject.is_doubtful("deadlines");
    let last_days = subject.record.deadlines.iter().filter_map(|d| Some((d, day(d.last_day.as_ref())?)));
    let over = last_days.filter(|(_, last)| *last < issued);
    over.map(|(deadline, last)| {
        Hit::new(&deadline.text, doubtful).with([("day", printed(last)), ("issued", printed(issued))])
    })
    .collect()
}

fn references_after(subject: &Subject) -> Vec<Hit> {
    let Some(issued) = surely_issued(subject) else { return Vec::new() };
    let doubtful = subject.is_doubtful("references");
    let dated = subject.record.references.iter().filter_map(|r| Some((r, day(r.date.as_ref())?)));
    let later = dated.filter(|(_, date)| *date > issued);
    later
        .map(|(reference, date)| {
            let number = reference.number.clone().unwrap_or_default();
            let values = [("number", number), ("day", printed(date)), ("issued", printed(issued))];
            Hit::new(&reference.text, doubtful).with(values)
        })
        .collect()
}

fn titles_of_past_years(subject: &Subject) -> Vec<Hit> {
    let Some(issued) = day(subject.record.issued_on.as_ref()) else { return Vec::new() };
    let end = subject.document.span.end;
    // what follows the signature is attached
    let signed = subject.document.blocks_of(Role::Signature).map(|span| span.end).max();
    let Some(from) = signed.filter(|from| *from < end) else { return Vec::new() };
    let lines = subject.text.slice(Span::new(from, end)).lines().map(str::trim);
    let past = lines.filter_map(|line| Some((line, year_in_title(line)?))).filter(|(_, year)| *year < issued.year());
    past.map(|(line, year)| {
        Hit::new(line, false).with([("year", year.to_string()), ("issued", issued.year().to_string())])
    })
    .collect()
}

/// The year behind "NĂM" in a line of capitals of three words at least.
fn year_in_title(line: &str) -> Option<i16> {
    let tokens = Tokens::new(line);
    let words = (0..tokens.len()).filter(|i| tokens.kind(*i) == Some(TokenKind::Word)).count();
    if line.chars().any(char::is_lowercase) || words < 3 {
        return None;
    }
    (0..tokens.len()).filter(|i| tokens.bare(*i) == "nam").find_map(|at| {
        match Slot::Year.read(&tokens, at + 1).into_iter().next()? {
            (_, Value::Year(year)) => Some(year),
            _ => None,
        }
    })
}
