//! Form `share`: a percentage that is not the share printed before it: "38/40 đơn vị (đạt 85%)".
//!
//! in: "38/40", "38 trên tổng số 40" (`over`) or two numbers of one unit ("tiếp nhận 40 hồ sơ, giải quyết 38 hồ sơ"), and a
//! percentage in the same sentence, led by one of `led_by` → out: a hit each.
//! Promises: rounding and cutting off at the printed digits are both right; dates and numbers of documents are no shares;
//! two numbers that are only near each other accuse nobody unless a single digit is wrong.

use super::super::{Hit, Subject};
use super::quote;
use crate::rules::{Slot, TokenKind, Tokens, Value};
use crate::text::fold::bare;

/// Most tokens between the share and its percentage.
const REACH: usize = 12;

/// A part of a whole: the token behind it, its percentage, whether it was printed as a share.
struct Share {
    end: usize,
    percent: f64,
    printed: bool,
}

pub(super) fn look(led_by: &[String], over_words: &[String], subject: &Subject) -> Vec<Hit> {
    let leads: Vec<String> = led_by.iter().map(|word| bare(word)).collect();
    let overs: Vec<Vec<String>> = over_words.iter().map(|words| words.split(' ').map(bare).collect()).collect();
    let words = subject.words();
    let tokens = Tokens::new(words);
    let mut hits = Vec::new();
    for at in 0..tokens.len() {
        let share = slashed(&tokens, at).or_else(|| over(&tokens, at, &overs)).or_else(|| of_one_unit(&tokens, at));
        let Some(share) = share else {
            continue;
        };
        let Some((end, told, decimals)) = percent_behind(&tokens, words, share.end, &leads) else { continue };
        let right = share.percent;
        let wrong = (right - told).abs() >= 10f64.powi(-decimals);
        if wrong && (share.printed || is_slip(told, right, decimals)) {
            let comma = |n: String| n.trim_end_matches('0').trim_end_matches('.').replace('.', ",");
            let values = [("told", comma(format!("{told:.2}"))), ("right", comma(format!("{right:.2}")))];
            hits.push(Hit::new(quote(words, tokens.span(at, end)), subject.is_read()).with(values));
        }
    }
    hits
}

fn percent(part: f64, whole: f64) -> f64 {
    part / whole * 100.0
}

/// Whether one wrong digit makes the one percentage of the other: 84,4 for 94,4; the share of the rest is none.
fn is_slip(told: f64, right: f64, decimals: i32) -> bool {
    if (100.0 - right - told).abs() < 10f64.powi(-decimals) {
        return false;
    }
    let printed = |value: f64| format!("{value:.*}", decimals.max(0) as usize);
    let (told, right) = (printed(told), printed(right));
    told.len() == right.len() && told.bytes().zip(right.bytes()).filter(|(a, b)| a != b).count() == 1
}

/// A count at token `at`, with the token behind it.
fn count(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    let read = if tokens.kind(at) == Some(TokenKind::Number) { Slot::Count.read(tokens, at) } else { Vec::new() };
    read.into_iter().find_map(|(end, value)| match value {
        Value::Count(count) => Some((end, count)),
        _ => None,
    })
}

/// … that is no part of a date, of a larger number or of a document's number.
fn own_count(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    let joined = is_joined(tokens, at) || at > 0 && matches!(tokens.bare(at - 1), "ngay" | "so");
    if joined { None } else { count(tokens, at) }
}

/// Whether a sign that makes one number or date of both stands right before token `at`: "2.400", not "rà soát, 400".
fn is_joined(tokens: &Tokens, at: usize) -> bool {
    let touches = |before: usize| tokens.span(before, at).end == tokens.span(at, at + 1).start;
    at > 0 && matches!(tokens.bare(at - 1), "/" | "-" | "." | ",") && touches(at - 1)
}

/// "1.204 hộ trên tổng số 1.400" at token `at`.
fn over(tokens: &Tokens, at: usize, overs: &[Vec<String>]) -> Option<Share> {
    const UNIT: usize = 3;
    let (end, part) = own_count(tokens, at)?;
    let fits =
        |from: usize, words: &Vec<String>| words.iter().enumerate().all(|(n, word)| tokens.bare(from + n) == word);
    let behind = (end..=end + UNIT).find_map(|from| overs.iter().find(|o| fits(from, o)).map(|o| from + o.len()))?;
    let (end, whole) = count(tokens, behind)?;
    (whole > 0.0 && part <= whole).then(|| Share { end, percent: percent(part, whole), printed: true })
}

/// "412 hồ sơ, giải quyết trước hạn 389 hồ sơ" at token `at`: two numbers in one sentence before the same word.
fn of_one_unit(tokens: &Tokens, at: usize) -> Option<Share> {
    let (end, whole) = own_count(tokens, at)?;
    let unit = tokens.bare(end);
    // "…; trong đó 480 lượt" goes on
    let goes_on = |i: usize| tokens.bare(i) == ";" && tokens.bare(i + 1) == "trong" && tokens.bare(i + 2) == "do";
    let sentence = (end + 1..end + REACH).take_while(|i| goes_on(*i) || !matches!(tokens.bare(*i), ";" | "." | ""));
    let (behind, part) = sentence.filter_map(|i| own_count(tokens, i)).next()?;
    let same = !unit.is_empty() && tokens.kind(end) == Some(TokenKind::Word) && tokens.bare(behind) == unit;
    (same && whole > part && part > 0.0).then(|| Share { end: behind, percent: percent(part, whole), printed: false })
}

/// "38/40" at token `at`, which is no part of a date.
fn slashed(tokens: &Tokens, at: usize) -> Option<Share> {
    let (slash, part) = digits(tokens, at)?;
    let (end, whole) = digits(tokens, slash + 1)?;
    let dated =
        is_joined(tokens, at) || at > 0 && matches!(tokens.bare(at - 1), "ngay" | "so") || tokens.bare(end) == "/";
    (tokens.bare(slash) == "/" && !dated && whole > 0.0 && part <= whole).then(|| Share {
        end,
        percent: percent(part, whole),
        printed: true,
    })
}

/// Digits with thousand points at token `at`, with the token behind them.
fn digits(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    let number = |at: usize| (tokens.kind(at) == Some(TokenKind::Number)).then(|| tokens.raw(at));
    let mut written = number(at)?.to_owned();
    let mut end = at + 1;
    while let Some(group) = number(end + 1).filter(|group| group.len() == 3 && tokens.bare(end) == ".") {
        written += group;
        end += 2;
    }
    Some((end, written.parse().ok()?))
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
