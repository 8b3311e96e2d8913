//! Form `calendar`: a printed day that the calendar knows otherwise.
//!
//! in: `fault` = no_such_day: dates with a year, in digits or words, as 31/4 · weekday: "thứ Hai, ngày 15/9/2025" by
//! `dictionaries/phrases/weekdays.toml` · day_off: the last days of deadlines, by `dictionaries/holidays/` · anniversary: "75 năm
//! Ngày … (19/12/1946 - 19/12/2021)", bare years in brackets only → out: a hit each.
//! Promises: a date without a year takes the year of issue and is doubtful; without either it is left alone. The printed day
//! is never moved. What is spelled here in folded words (ngày, tháng, năm) is how dates are written, as in `rules::slot`. Events ("on") and terms counted in days have no last day to move.

use super::super::{Hit, Subject};
use super::{WEEKDAYS, day, printed, quote};
use crate::record::Bound;
use crate::rules::{CalendarFault, Rules, Slot, TokenKind, Tokens, Value};
use crate::text::fold::bare;
use jiff::civil::Date;

pub(super) fn look(fault: CalendarFault, subject: &Subject) -> Vec<Hit> {
    match fault {
        CalendarFault::NoSuchDay => days_that_never_come(subject),
        CalendarFault::Weekday => weekdays(subject),
        CalendarFault::DayOff => days_off(subject),
        CalendarFault::Anniversary => anniversaries(subject),
    }
}

/// Most tokens between the number of years and the brackets: "75 năm Ngày Chủ tịch … ái quốc".
const REACH: usize = 40;

/// Days no calendar has. A month above 12 or a day above 31 is a date only behind "ngày"; else, and on scans, it is something
/// else (a number, a fraction, a pen stroke misread) and left alone.
fn days_that_never_come(subject: &Subject) -> Vec<Hit> {
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
            hits.push(Hit::new(quote(words, tokens.span(at, at + 5)), subject.is_read()));
        }
    }
    hits
}

/// Days of the week printed beside a date that falls on another one.
fn weekdays(subject: &Subject) -> Vec<Hit> {
    let words = subject.words();
    let tokens = Tokens::new(words);
    let issued = day(subject.record.issued_on.as_ref());
    let found = subject.rules.phrases("weekdays").find(&tokens);
    let wrong = found.iter().filter(|hit| hit.gives("ordinal").is_none()).filter_map(|hit| {
        let (Some(Value::Weekday(told)), Some(Value::Date(date))) = (hit.slot("weekday"), hit.slot("date")) else {
            return None;
        };
        let year = date.year.or(issued.map(|i| i.year()))?;
        let day = Date::new(year, date.month as i8, date.day as i8).ok()?;
        let right = day.weekday().to_monday_one_offset() as u8;
        (right != *told).then(|| {
            let name = |number: u8| WEEKDAYS[usize::from(number.clamp(1, 7)) - 1].to_owned();
            let values = [("day", printed(day)), ("told", name(*told)), ("right", name(right))];
            Hit::new(quote(words, hit.span), date.year.is_none() || subject.is_read()).with(values)
        })
    });
    wrong.collect()
}

/// Last days of deadlines on which nobody works, each with the working day before it.
fn days_off(subject: &Subject) -> Vec<Hit> {
    let holidays = subject.rules.holidays();
    let limits = subject.record.deadlines.iter().filter(|d| matches!(d.bound, Bound::Before | Bound::By));
    limits
        .filter_map(|deadline| {
            let last = day(deadline.last_day.as_ref()).filter(|last| !holidays.is_working(*last))?;
            let weekday = WEEKDAYS[usize::from(last.weekday().to_monday_zero_offset() as u8)];
            let why = holidays.name(last).map_or_else(|| weekday.to_owned(), |name| format!("{weekday}, {name}"));
            let working = printed(holidays.last_working(last));
            let values = [("day", printed(last)), ("why", why), ("working", working)];
            Some(Hit::new(&deadline.text, false).with(values))
        })
        .collect()
}

/// Numbers of years that do not lie between the two dates behind them, in one clause: the nearest number before the dates counts.
fn anniversaries(subject: &Subject) -> Vec<Hit> {
    let words = subject.words();
    let tokens = Tokens::new(words);
    let mut hits = Vec::new();
    for at in 1..tokens.len() {
        let bracketed = tokens.bare(at - 1) == "(";
        let inside = tokens.bare(at - 1) == "/" || tokens.kind(at - 1) == Some(TokenKind::Number);
        let Some((from, to, end)) = span_of_years(&tokens, at, bracketed).filter(|_| !inside) else { continue };
        let Some((start, told)) = years_before(&tokens, at, subject.rules) else { continue };
        if i32::from(to) - i32::from(from) != told {
            let values = [("told", told.to_string()), ("right", (to - from).to_string())];
            hits.push(Hit::new(quote(words, tokens.span(start, end)), subject.is_read()).with(values));
        }
    }
    hits
}

/// "19/12/1946 - 19/12/2021" or "(1946 - 2021)": both years and the token behind. The days must be the same.
fn span_of_years(tokens: &Tokens, at: usize, bracketed: bool) -> Option<(i16, i16, usize)> {
    let (mid, first) = point(tokens, at)?;
    if tokens.bare(mid) != "-" {
        return None;
    }
    let (end, second) = point(tokens, mid + 1)?;
    let same_day = first.1 == second.1 && (first.1.is_some() || bracketed);
    let closed = tokens.bare(end) == ")";
    let end = end + usize::from(closed);
    (same_day && closed == bracketed && second.0 > first.0).then_some((first.0, second.0, end))
}

type Point = (i16, Option<(u8, u8)>);

fn point(tokens: &Tokens, at: usize) -> Option<(usize, Point)> {
    if let Some((to, Value::Date(date))) = Slot::Date.read(tokens, at).into_iter().next() {
        return Some((to, (date.year?, Some((date.day, date.month)))));
    }
    match Slot::Year.read(tokens, at).into_iter().next()? {
        (to, Value::Year(year)) => Some((to, (year, None))),
        _ => None,
    }
}

/// "75 năm" before the bracket, in the same clause, introduced by "kỷ niệm" or "lần thứ" or standing alone before "ngày".
fn years_before(tokens: &Tokens, bracket: usize, rules: &Rules) -> Option<(usize, i32)> {
    let is_in = |list, at: usize| rules.words(list).entries().any(|word| bare(word) == tokens.bare(at));
    let clause = (bracket.saturating_sub(REACH)..bracket)
        .rev()
        .take_while(|at| !matches!(tokens.bare(*at), ";" | "." | ")" | ":"));
    clause.clone().find_map(|at| {
        let counted = tokens.bare(at + 1) == "nam" && tokens.kind(at) == Some(TokenKind::Number);
        // "năm 2021", "giai đoạn 5 năm", "trong 10 năm" are no anniversaries
        let led = at > 0 && (matches!(tokens.bare(at - 1), ";" | "," | "-") || is_in("anniversary_leads", at - 1));
        let of_day = is_in("anniversary_names", at + 2);
        let told = at > 0 && tokens.bare(at - 1) == "niem" && tokens.bare(bracket - 1) == "(";
        let years: i32 = tokens.raw(at).parse().ok()?;
        (counted && led && (of_day || told) && (1..=1000).contains(&years)).then_some((at, years))
    })
}
