//! Form `impossible`: a date the calendar does not have, as 31/4 or 30 tháng 02.
//!
//! in: numeric dates with a year, and dates in words, anywhere in the document → out: a hit each.
//! Promises: a month above 12 or a day above 31 is a date only behind "ngày"; else, and on scans, it is something else (a
//! number, a fraction, a pen stroke misread) and left alone.

use super::super::{Hit, Subject};
use super::quote;
use crate::rules::{Check, TokenKind, Tokens};
use jiff::civil::Date;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let words = subject.words();
    let tokens = Tokens::new(words);
    let number = |at: usize| match tokens.kind(at) {
        Some(TokenKind::Number) => tokens.raw(at).parse::<i16>().ok(),
        _ => None,
    };
    let parted = |at: usize, word: &str| tokens.bare(at) == "/" || tokens.bare(at) == word;
    let mut hits = Vec::new();
    for at in 0..tokens.len() {
        let (Some(day), Some(month), Some(year)) = (number(at), number(at + 2), number(at + 4)) else { continue };
        let dated = parted(at + 1, "thang") && parted(at + 3, "nam");
        let called = !subject.is_read() && at > 0 && tokens.bare(at - 1) == "ngay" && day < 100 && month < 100;
        let plausible = called || (1..=31).contains(&day) && (1..=12).contains(&month);
        let in_our_time = (1900..=2100).contains(&year);
        // "12/31/4/2025", "31/04/2025/CV" are no dates
        let alone = (at == 0 || tokens.bare(at - 1) != "/") && tokens.bare(at + 5) != "/";
        if dated && plausible && in_our_time && alone && Date::new(year, month as i8, day as i8).is_err() {
            let text = quote(words, tokens.span(at, at + 5));
            hits.push(Hit { text, values: Vec::new(), doubtful: subject.is_read() });
        }
    }
    hits
}
