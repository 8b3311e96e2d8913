//! Form `anniversary`: so many years that are not the years between the two dates behind them.
//!
//! in: "75 năm Ngày … (19/12/1946 - 19/12/2021)", bare years in brackets only → out: a hit where the years differ.
//! Promises: only what stands in one clause belongs together: the nearest number of years before the dates counts.

use super::super::{Hit, Subject};
use super::quote;
use crate::rules::{Check, Slot, TokenKind, Tokens, Value};

/// Most tokens between the number of years and the brackets: "75 năm Ngày Chủ tịch … ái quốc".
const REACH: usize = 40;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let words = subject.words();
    let tokens = Tokens::new(words);
    let mut hits = Vec::new();
    for at in 1..tokens.len() {
        let bracketed = tokens.bare(at - 1) == "(";
        let inside = tokens.bare(at - 1) == "/" || tokens.kind(at - 1) == Some(TokenKind::Number);
        let Some((from, to, end)) = span_of_years(&tokens, at, bracketed).filter(|_| !inside) else { continue };
        let Some((start, told)) = years_before(&tokens, at) else { continue };
        if i32::from(to) - i32::from(from) != told {
            let values = vec![("told", told.to_string()), ("right", (to - from).to_string())];
            let text = quote(words, tokens.span(start, end));
            hits.push(Hit { text, values, doubtful: subject.is_read() });
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
fn years_before(tokens: &Tokens, bracket: usize) -> Option<(usize, i32)> {
    let clause = (bracket.saturating_sub(REACH)..bracket)
        .rev()
        .take_while(|at| !matches!(tokens.bare(*at), ";" | "." | ")" | ":"));
    clause.clone().find_map(|at| {
        let counted = tokens.bare(at + 1) == "nam" && tokens.kind(at) == Some(TokenKind::Number);
        // "năm 2021", "giai đoạn 5 năm", "trong 10 năm" are no anniversaries
        let led = at > 0 && ["niem", "va", ";", ",", "mung", "-"].contains(&tokens.bare(at - 1));
        let of_day = ["ngay", "chien", "thanh", "cach", "thong", "giai", "quoc"].contains(&tokens.bare(at + 2));
        let told = at > 0 && tokens.bare(at - 1) == "niem" && tokens.bare(bracket - 1) == "(";
        let years: i32 = tokens.raw(at).parse().ok()?;
        (counted && led && (of_day || told) && (1..=1000).contains(&years)).then_some((at, years))
    })
}
