//! Form `contradiction`: one thing with two values within the letter.
//!
//! in: `of` = reference_dates: every place where a cited number stands with a date behind it · reference_symbols: the references ·
//! deadlines: one-off deadlines, verbs of handing something in (`delivers`) → out: a hit for the later place.
//! Promises: what only looks like the same thing is left alone.

use super::super::{Hit, Subject};
use super::{day, order, printed, quote};
use crate::document::read_number;
use crate::record::{Bound, Deadline, Reference};
use crate::rules::{Rules, Slot, Tokens, Twofold, Value};
use crate::text::Span;
use crate::text::fold::bare;
use jiff::civil::Date;

/// A task of fewer words says too little: "báo cáo".
const FEWEST_WORDS: usize = 3;

pub(super) fn look(of: Twofold, delivers: &[String], subject: &Subject) -> Vec<Hit> {
    match of {
        Twofold::ReferenceDates => dates(subject),
        Twofold::ReferenceSymbols => symbols(subject),
        Twofold::Deadlines => deadlines(delivers, subject),
    }
}

/// Every place where a cited number stands with another day than at first. Numbers compare in capitals.
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
            let values = [("number", number), ("day", printed(date)), ("other", printed(*first))];
            hits.push(Hit::new(text, subject.is_read()).with(values));
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

/// Cited documents with the kind, serial and day of an earlier one, and another symbol.
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
            let values = [("number", number(later)), ("other", number(twin))];
            hits.push(Hit::new(&later.text, subject.is_read()).with(values));
        }
    }
    hits
}

/// Deadlines for a task that is due on another day elsewhere: only where what is to be delivered, or else the words of the task,
/// are the same and nothing tells the two apart (a round, a unit, a period, who receives it).
fn deadlines(delivers: &[String], subject: &Subject) -> Vec<Hit> {
    let all = &subject.record.deadlines;
    let mut hits = Vec::new();
    for (at, later) in all.iter().enumerate() {
        let Some(second) = day(later.last_day.as_ref()) else { continue };
        let earlier =
            all[..at].iter().find(|d| d.last_day != later.last_day && is_same(d, later, delivers, subject.rules));
        if let Some(first) = earlier.and_then(|d| day(d.last_day.as_ref())) {
            let values = [("day", printed(second)), ("other", printed(first))];
            hits.push(Hit::new(&later.text, subject.is_doubtful("deadlines")).with(values));
        }
    }
    hits
}

fn is_same(a: &Deadline, b: &Deadline, delivers: &[String], rules: &Rules) -> bool {
    let plain = |d: &Deadline| {
        let text = d.text.to_lowercase();
        !rules.words("task_rounds").entries().any(|round| text.contains(round))
    };
    let (first, second) = (thing(a, delivers, rules), thing(b, delivers, rules));
    let limits = [a, b].iter().all(|d| matches!(d.bound, Bound::Before | Bound::By));
    let told = first.len().min(second.len()) >= FEWEST_WORDS;
    let same = first.starts_with(&second) || second.starts_with(&first);
    limits && told && same && owed_by_one(a, b) && received_by_one(a, b) && a.text != b.text && plain(a) && plain(b)
}

/// What is to be done, in folded words; where something is delivered, what: without the verb of delivering and what says
/// where to.
fn thing(deadline: &Deadline, delivers: &[String], rules: &Rules) -> Vec<String> {
    let words = order::words(deadline.task.as_deref().unwrap_or_default());
    let verbs = delivers.iter().map(|verb| order::words(verb));
    let Some(verb) = verbs.filter(|verb| words.starts_with(verb)).map(|verb| verb.len()).max() else { return words };
    let receivers: Vec<String> = rules.words("receiver_words").entries().map(bare).collect();
    let to = words.iter().position(|word| receivers.contains(word));
    words[verb..to.filter(|to| *to > verb).unwrap_or(words.len())].to_vec()
}

/// Whether both go to one office, as far as that is told.
fn received_by_one(a: &Deadline, b: &Deadline) -> bool {
    let name = |d: &Deadline| d.deliver_to.as_deref().map(bare).unwrap_or_default();
    let (first, second) = (name(a), name(b));
    first.contains(&second) || second.contains(&first)
}

/// Whether the same units owe both, or one names them in fewer words ("các trường", "các trường tiểu học").
fn owed_by_one(a: &Deadline, b: &Deadline) -> bool {
    let names = |d: &Deadline| d.responsible.iter().map(|name| bare(name)).collect::<Vec<_>>().join("; ");
    let (first, second) = (names(a), names(b));
    first == second
        || !first.is_empty() && !second.is_empty() && (first.starts_with(&second) || second.starts_with(&first))
}
