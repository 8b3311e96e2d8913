//! Numbers inside phrases: digits broken by the scanner, counts with thousand points, spelled counts, sums of money.
//!
//! in: tokens and an index → out: the value and the index behind it, or nothing.
//! What is spelled here (một … mười, trăm, triệu, đồng) is the grammar of Vietnamese numbers, not vocabulary to add to.
//! Promises: a number that runs on into a date or a symbol ("12/2024") is no count.

use super::token::{Gap, TokenKind, Tokens, is_word};

/// Spelled counts. "năm" is left out: alone it nearly always means year.
const SPELLED: [(&str, u32); 9] =
    [("một", 1), ("hai", 2), ("ba", 3), ("bốn", 4), ("sáu", 6), ("bảy", 7), ("tám", 8), ("chín", 9), ("mười", 10)];
/// The same words folded, for the index of first words.
pub(super) const SPELLED_BARE: &[&str] = &["mot", "hai", "ba", "bon", "sau", "bay", "tam", "chin", "muoi"];

/// A whole number of at most `longest` digits; two digit groups parted by a blank are joined where the result is that
/// long and `follows` holds behind it ("1 1/2011"), or where it makes a year ("201 1").
pub(super) fn digits(
    tokens: &Tokens,
    at: usize,
    longest: usize,
    follows: impl Fn(usize) -> bool,
) -> Option<(usize, u32)> {
    if tokens.kind(at)? != TokenKind::Number {
        return None;
    }
    let first = tokens.raw(at);
    let broken = tokens.kind(at + 1) == Some(TokenKind::Number) && tokens.gap(at + 1) == Gap::Space;
    let makes_year = longest == 4 && (first.starts_with("20") || first.starts_with("19") || first.len() == 1);
    if broken && first.len() + tokens.raw(at + 1).len() == longest && (longest == 2 || makes_year) && follows(at + 2) {
        return format!("{first}{}", tokens.raw(at + 1)).parse().ok().map(|n| (at + 2, n));
    }
    if first.len() > longest || (longest == 4 && first.len() != 4) {
        return None;
    }
    Some((at + 1, first.parse().ok()?))
}

/// Digits with thousand points and a decimal comma, at token `at`.
fn decimal(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    let joined = |i: usize| tokens.gap(i) == Gap::None && tokens.gap(i + 1) == Gap::None;
    let mut written = tokens.number(at).map(|_| tokens.raw(at).to_owned())?;
    let mut to = at + 1;
    while tokens.bare(to) == "." && joined(to) && tokens.raw(to + 1).len() == 3 && tokens.number(to + 1).is_some() {
        written.push_str(tokens.raw(to + 1));
        to += 2;
    }
    let fraction = tokens.raw(to + 1).len() <= 2 && tokens.number(to + 1).is_some();
    if matches!(tokens.bare(to), "," | ".") && joined(to) && fraction {
        written = format!("{written}.{}", tokens.raw(to + 1));
        to += 2;
    }
    Some((to, written.parse().ok()?))
}

/// A count: `03`, `1.500`, `03 (ba)`, `hai`.
pub(super) fn count(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    if let Some((_, value)) = SPELLED.iter().find(|(word, _)| is_word(tokens, at, word, false)) {
        // "ba mươi", "hai trăm": larger spelled numbers are not read
        let larger = matches!(tokens.bare(at + 1), "muoi" | "tram" | "nghin" | "ngan" | "trieu");
        return (!larger).then_some((at + 1, f64::from(*value)));
    }
    let attached = at > 0
        && tokens.gap(at) == Gap::None
        && (tokens.kind(at - 1) == Some(TokenKind::Word) || matches!(tokens.bare(at - 1), "/" | "-" | "."));
    let (to, value) = decimal(tokens, at).filter(|_| !attached)?;
    let runs_on = tokens.gap(to) == Gap::None && tokens.gap(to + 1) == Gap::None;
    if matches!(tokens.bare(to), "%" | "/") && (tokens.bare(to) == "%" || tokens.number(to + 1).is_some() && runs_on) {
        return None;
    }
    Some((behind_spelled(tokens, to), value))
}

/// Behind "(ba)" or "(mười lăm)" at `at`, else `at`.
fn behind_spelled(tokens: &Tokens, at: usize) -> usize {
    if tokens.bare(at) != "(" {
        return at;
    }
    let close = (at + 2..at + 6).find(|i| tokens.bare(*i) == ")");
    let number_word = |i: usize| {
        let w = tokens.bare(i);
        SPELLED_BARE.contains(&w) || matches!(w, "nam" | "lam" | "tram" | "khong" | "linh" | "nghin" | "tu")
    };
    close.filter(|close| (at + 1..*close).all(number_word)).map_or(at, |close| close + 1)
}

/// A share: `95%`, `99,5 phần trăm`.
pub(super) fn percent(tokens: &Tokens, at: usize) -> Option<(usize, f64)> {
    let (to, value) = decimal(tokens, at)?;
    if tokens.bare(to) == "%" {
        return Some((to + 1, value));
    }
    (is_word(tokens, to, "phần", true) && is_word(tokens, to + 1, "trăm", true)).then_some((to + 2, value))
}

/// Đồng: `2.000.000 đồng`, `500.000đ`, `1,5 triệu đồng`.
pub(super) fn sum_of_money(tokens: &Tokens, at: usize) -> Option<(usize, u64)> {
    let (mut to, mut value) = decimal(tokens, at)?;
    let times = match tokens.bare(to) {
        "ty" | "ti" => 1e9,
        "trieu" => 1e6,
        "nghin" | "ngan" => 1e3,
        _ => 1.0,
    };
    let scaled = times > 1.0;
    value *= times;
    to += usize::from(scaled);
    let named = matches!(tokens.bare(to), "dong" | "d" | "vnd");
    (scaled || named).then_some((to + usize::from(named), value.round() as u64))
}
