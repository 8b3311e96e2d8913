//! Form `level`: the name of another level of administration where the issuer's own belongs ("huyện" in a quận's plan).
//!
//! in: the issuer's level (of its parent where that is one of `above`), `siblings` = levels that exclude each other, `words` = phrases with `{level}` → out: a hit per
//! phrase with a sibling's level and no place's name behind it.
//! Promises: lists of levels ("quận, huyện, thị xã") and named places ("huyện Ba Vì") are left alone.

use super::super::{Hit, Subject};
use super::{list, quote};
use crate::rules::{Check, TokenKind, Tokens};
use crate::text::fold::bare;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let Some(issuer) = &subject.record.issuer else { return Vec::new() };
    let siblings = lists(check, "siblings");
    let of = |name: &str| own_level(&Tokens::new(name), &siblings);
    let parent =
        || issuer.parent.as_deref().and_then(of).filter(|(own, _)| list(check, "above").any(|l| bare(l) == *own));
    let Some((own, others)) = of(&issuer.name).or_else(parent) else { return Vec::new() };
    let words = subject.words();
    let tokens = Tokens::new(words);
    let mut hits = Vec::new();
    for phrase in lists(check, "words").into_iter().flatten() {
        for other in &others {
            let wanted: Vec<String> = phrase.replace("{level}", other).split(' ').map(str::to_owned).collect();
            let fits = |at: usize| wanted.iter().enumerate().all(|(n, word)| tokens.bare(at + n) == word);
            for at in (0..tokens.len()).filter(|at| fits(*at)) {
                let end = at + wanted.len();
                if !is_listed(&tokens, at, end, &own) && !is_named(&tokens, end) && is_printed(&tokens, at, end, other)
                {
                    let text = quote(words, tokens.span(at, end));
                    let values = vec![("own", issuer.name.clone()), ("other", tokens.raw(end - 1).to_owned())];
                    hits.push(Hit { text, values, doubtful: subject.is_read() });
                }
            }
        }
    }
    hits.sort_by(|a, b| a.text.cmp(&b.text));
    hits.dedup_by(|a, b| a.text == b.text);
    hits
}

/// The level in the issuer's name, and those that exclude it: "xã", as neither "phường" nor "thị trấn" fits it.
fn own_level(name: &Tokens, siblings: &[Vec<String>]) -> Option<(String, Vec<String>)> {
    let at = |level: &String| {
        let parts: Vec<&str> = level.split(' ').collect();
        (0..name.len()).find(|at| parts.iter().enumerate().all(|(n, part)| name.bare(at + n) == *part))
    };
    siblings.iter().find_map(|group| {
        let mut mine: Vec<&String> = group.iter().filter(|level| at(level).is_some()).collect();
        mine.sort_by_key(|level| std::cmp::Reverse(level.len()));
        let own = (*mine.first()?).clone();
        let others = group.iter().filter(|level| **level != own && !own.contains(level.as_str())).cloned().collect();
        Some((own, others))
    })
}

/// Among other levels: "các quận, huyện", "quận/huyện".
fn is_listed(tokens: &Tokens, from: usize, to: usize, own: &str) -> bool {
    let last = own.split(' ').next_back().unwrap_or(own);
    let near = (from.saturating_sub(4)..from).chain(to..to + 4);
    near.into_iter().any(|at| tokens.bare(at) == last)
}

/// A place's name follows: a capital, or a number ("phường 5").
fn is_named(tokens: &Tokens, at: usize) -> bool {
    let capital = tokens.kind(at) == Some(TokenKind::Word) && tokens.raw(at).starts_with(char::is_uppercase);
    capital && !matches!(tokens.bare(at), "va") || tokens.kind(at) == Some(TokenKind::Number)
}

/// Letters of one spelling only: "xã" is not "xa" of another word.
fn is_printed(tokens: &Tokens, from: usize, to: usize, level: &str) -> bool {
    let marked = level.split(' ').count();
    let printed: Vec<String> = (to - marked..to).map(|at| tokens.raw(at).to_lowercase()).collect();
    let known = ["quận", "huyện", "thị xã", "phường", "xã", "thị trấn", "tỉnh", "thành phố"];
    from < to && known.contains(&printed.join(" ").as_str())
}

/// Lists of folded words; a plain list counts as one.
fn lists(check: &Check, key: &str) -> Vec<Vec<String>> {
    let outer = check.with.get(key).and_then(|v| v.as_array()).map_or(&[][..], Vec::as_slice);
    let words = |v: &toml::Value| match v {
        toml::Value::Array(inner) => inner.iter().filter_map(|v| v.as_str()).map(bare).collect(),
        other => other.as_str().map(bare).into_iter().collect::<Vec<_>>(),
    };
    outer.iter().map(words).collect()
}
