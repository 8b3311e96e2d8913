//! Form `form_year`: an attached form or list headed with a year that was over when the document was issued.
//!
//! in: appendix and title lines in capitals with "NĂM 2023" → out: a hit per line.

use super::super::{Hit, Subject};
use super::day;
use crate::rules::{Check, Slot, TokenKind, Tokens, Value};

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(issued) = day(subject.record.issued_on.as_ref()) else { return Vec::new() };
    let end = subject.document.span.end;
    // what follows the signature is attached
    let signed = subject.document.blocks.iter().filter(|b| b.role == crate::document::Role::Signature);
    let Some(from) = signed.map(|b| b.span.end).max().filter(|from| *from < end) else { return Vec::new() };
    let attached = &subject.text.as_str()[from..end];
    attached.lines().filter_map(|line| old_year(line.trim(), issued.year())).collect()
}

fn old_year(line: &str, issued: i16) -> Option<Hit> {
    let lower = line.chars().any(char::is_lowercase);
    let tokens = Tokens::new(line);
    let words = (0..tokens.len()).filter(|i| tokens.kind(*i) == Some(TokenKind::Word)).count();
    if lower || words < 3 {
        return None;
    }
    let year = (0..tokens.len()).filter(|i| tokens.bare(*i) == "nam").find_map(|at| {
        let (_, value) = Slot::Year.read(&tokens, at + 1).into_iter().next()?;
        if let Value::Year(year) = value { Some(year) } else { None }
    })?;
    (year < issued).then(|| Hit {
        text: line.to_owned(),
        values: vec![("year", year.to_string()), ("issued", issued.to_string())],
        doubtful: false,
    })
}
