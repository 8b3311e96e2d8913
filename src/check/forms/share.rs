//! Form `share`: a percentage that is not the share printed before it: "38/40 đơn vị (đạt 85%)".
//!
//! in: "38/40" and a percentage in the same clause, led by one of `led_by` → out: a hit each.
//! Promises: rounding and cutting off at the printed digits are both right; dates and numbers of documents are no shares.

use super::super::{Hit, Subject};
use super::quote;
use crate::rules::{Check, Slot, TokenKind, Tokens, Value};
use crate::text::fold::bare;

/// Most tokens between the share and its percentage.
const REACH: usize = 12;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let leads = check.with.get("led_by").and_then(|v| v.as_array()).map_or(&[][..], Vec::as_slice);
    let leads: Vec<String> = leads.iter().filter_map(|v| v.as_str()).map(bare).collect();
    let words = subject.words();
    let tokens = Tokens::new(words);
    let mut hits = Vec::new();
    for at in 0..tokens.len() {
        let Some((part, whole)) = share(&tokens, at) else { continue };
        let Some((end, told, decimals)) = percent_behind(&tokens, words, at + 3, &leads) else { continue };
        let right = part / whole * 100.0;
        if (right - told).abs() >= 10f64.powi(-decimals) {
            let comma = |n: String| n.trim_end_matches('0').trim_end_matches('.').replace('.', ",");
            let values = vec![("told", comma(format!("{told:.2}"))), ("right", comma(format!("{right:.2}")))];
            let text = quote(words, tokens.span(at, end));
            hits.push(Hit { text, values, doubtful: subject.is_read() });
        }
    }
    hits
}

/// "38/40" at token `at`, which is no part of a date.
fn share(tokens: &Tokens, at: usize) -> Option<(f64, f64)> {
    let number = |at: usize| (tokens.kind(at) == Some(TokenKind::Number)).then(|| tokens.raw(at).parse::<f64>().ok());
    let (part, whole) = (number(at).flatten()?, number(at + 2).flatten()?);
    let joined = |at: usize| matches!(tokens.bare(at), "/" | "-" | "." | ",");
    let dated =
        at > 0 && (joined(at - 1) || matches!(tokens.bare(at - 1), "ngay" | "so")) || tokens.bare(at + 3) == "/";
    (tokens.bare(at + 1) == "/" && !dated && whole > 0.0 && part <= whole).then_some((part, whole))
}

/// The percentage in the clause from token `at` on: the token behind it, its value, its printed decimals.
fn percent_behind(tokens: &Tokens, words: &str, at: usize, leads: &[String]) -> Option<(usize, f64, i32)> {
    let clause = (at..at + REACH).take_while(|i| !matches!(tokens.bare(*i), ";" | "." | ":" | "/" | ""));
    clause.filter(|i| leads.iter().any(|lead| tokens.bare(*i) == lead)).find_map(|lead| {
        let (end, value) = Slot::Percent.read(tokens, lead + 1).into_iter().next()?;
        let Value::Percent(told) = value else { return None };
        let printed = &words[tokens.span(lead + 1, end).range()];
        let decimals = printed.split_once(',').map_or(0, |(_, d)| d.chars().take_while(char::is_ascii_digit).count());
        Some((end, told, decimals as i32))
    })
}
