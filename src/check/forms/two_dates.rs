//! Form `two_dates`: one cited document with two dates, or two symbols, within the letter.
//!
//! in: references; every place where a cited number stands with a date behind it; `of` = date | symbol → out: a hit per
//! place that differs from the first.
//! Promises: numbers compare in capitals; of two symbols only with the same kind, serial and date.

use super::super::{Hit, Subject};
use super::{day, parameter, printed, quote};
use crate::document::read_number;
use crate::record::Reference;
use crate::rules::{Check, Slot, Tokens, Value};
use crate::text::Span;
use jiff::civil::Date;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    if parameter(check, "of") == "symbol" { symbols(subject) } else { dates(subject) }
}

fn dates(subject: &Subject) -> Vec<Hit> {
    let cited = subject.record.references.iter();
    let cited = cited.filter_map(|r| Some((r.number.clone()?, day(r.date.as_ref())?)));
    let own = subject.record.number.as_ref().and_then(|n| n.normalized.as_ref());
    let wanted: Vec<(String, Date)> = cited.filter(|(number, _)| Some(number) != own).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let words = subject.words();
    let mut hits: Vec<Hit> = Vec::new();
    for (number, date, span) in dated_numbers(words) {
        let Some((_, first)) = wanted.iter().find(|(known, _)| known.to_uppercase() == number.to_uppercase()) else {
            continue;
        };
        let text = quote(words, span);
        if *first != date && hits.iter().all(|hit| hit.text != text) {
            let values = vec![("number", number), ("day", printed(date)), ("other", printed(*first))];
            hits.push(Hit { text, values, doubtful: subject.is_read() });
        }
    }
    hits
}

/// Every number with symbol that has a date right behind it: the number, the date, the words.
fn dated_numbers(words: &str) -> Vec<(String, Date, Span)> {
    const WINDOW: usize = 100;
    let mut out = Vec::new();
    let mut at = 0;
    let bytes = words.as_bytes();
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_digit()
            && !words[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '–'));
        if !begins {
            at += 1;
            continue;
        }
        let upto = (at + WINDOW).min(words.len());
        let window = &words[at..(upto..=words.len()).find(|end| words.is_char_boundary(*end)).unwrap_or(words.len())];
        let read = read_number(window).and_then(|n| Some((n.normalized()?, n.end)));
        if let Some((number, end)) = read
            && let Some((date, used)) = date_behind(&window[end..])
        {
            out.push((number, date, Span::new(at, at + end + used)));
            at += end + used;
        }
        at += bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count().max(1);
    }
    out
}

/// ", ngày 20/3/2023", "ký ngày 20 tháng 3 năm 2023": the date and the byte behind it.
fn date_behind(rest: &str) -> Option<(Date, usize)> {
    let tokens = Tokens::new(rest);
    let at = (0..3).find(|at| tokens.bare(*at) == "ngay")?;
    let filler = |at: usize| matches!(tokens.bare(at), "," | "(" | "ky" | "de");
    if !(0..at).all(filler) {
        return None;
    }
    let (to, value) = Slot::Date.read(&tokens, at).into_iter().next()?;
    let Value::Date(read) = value else { return None };
    let date = Date::new(read.year?, read.month as i8, read.day as i8).ok()?;
    Some((date, tokens.span(at, to).end))
}

fn symbols(subject: &Subject) -> Vec<Hit> {
    let references = &subject.record.references;
    let split = |r: &'_ Reference| {
        let number = r.number.clone()?;
        let at = number.find(['/', '-'])?;
        Some((number[..at].trim_start_matches('0').to_owned(), number[at + 1..].to_owned()))
    };
    let mut hits = Vec::new();
    for (at, later) in references.iter().enumerate() {
        let (Some((serial, symbol)), Some(_)) = (split(later), later.date.as_ref()) else { continue };
        let issuers_differ =
            |a: &Reference, b: &Reference| a.issuer.is_some() && b.issuer.is_some() && a.issuer != b.issuer;
        let twin = references[..at].iter().find(|r| {
            let same = r.kind == later.kind && r.date == later.date && !issuers_differ(r, later);
            same && split(r).is_some_and(|(s, other)| s == serial && other != symbol)
        });
        if let Some(twin) = twin {
            let number = |r: &Reference| r.number.clone().unwrap_or_default();
            let values = vec![("number", number(later)), ("other", number(twin))];
            hits.push(Hit { text: later.text.clone(), values, doubtful: subject.is_read() });
        }
    }
    hits
}
