//! Form `level`: the name of another level of administration where the issuer's own belongs ("huyện" in a quận's plan).
//!
//! in: the issuer's level (of its parent where that is one of `above`), `siblings` = levels that exclude each other,
//! `abolished` = levels that no longer exist `from` a day on, `words` = phrases with `{level}`, `offices` = first words of an
//! office's name before a level → out: a hit per phrase with a sibling's or an abolished level and no place's name behind it.
//! Promises: lists of levels ("quận, huyện, thị xã"), named places ("huyện Ba Vì") and what was before (`but`) are left alone.

use super::super::{Hit, Subject};
use super::{day, quote};
use crate::rules::{Level, TokenKind, Tokens, WordList};
use crate::text::fold::bare;

/// Most words of an office's name before the level: "Phòng Tài chính - Kế hoạch huyện".
const LONGEST_OFFICE: usize = 8;

pub(super) fn look(form: &Level, subject: &Subject) -> Vec<Hit> {
    let Some(issuer) = &subject.record.issuer else { return Vec::new() };
    let siblings: Vec<Vec<String>> = form.siblings.iter().map(|levels| folded(levels)).collect();
    let of = |name: &str| own_level(&Tokens::new(name), &siblings);
    let parent = || issuer.parent.as_deref().and_then(of).filter(|(own, _)| form.above.iter().any(|l| bare(l) == *own));
    let Some((own, mut others)) = of(&issuer.name).or_else(parent) else { return Vec::new() };
    others.extend(abolished(form, subject).into_iter().filter(|level| *level != own));
    others.sort();
    others.dedup();
    let but = form.abolished.as_ref().map_or_else(Vec::new, |ended| folded(&ended.but));
    let (words, levels) = (subject.words(), subject.rules.words("levels"));
    let tokens = Tokens::new(words);
    let mut hits = Vec::new();
    for other in &others {
        for (at, end) in mentions(form, &tokens, other) {
            let past = (end..end + 3).any(|from| but.iter().any(|phrase| fits(&tokens, from, phrase)));
            let alone = !is_listed(&tokens, at, end, &own) && !is_named(&tokens, end) && !past;
            if alone && is_printed(&tokens, at, end, other, levels) {
                let values = [("own", issuer.name.clone()), ("other", tokens.raw(end - 1).to_owned())];
                hits.push(Hit::new(quote(words, tokens.span(at, end)), subject.is_read()).with(values));
            }
        }
    }
    hits.sort_by(|a, b| a.text.cmp(&b.text));
    hits.dedup_by(|a, b| a.text == b.text);
    hits
}

/// First and last token (exclusive) of every phrase and office with this level.
fn mentions(form: &Level, tokens: &Tokens, level: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for phrase in folded(&form.words) {
        let wanted = phrase.replace("{level}", level);
        let length = wanted.split(' ').count();
        found.extend((0..tokens.len()).filter(|at| fits(tokens, *at, &wanted)).map(|at| (at, at + length)));
    }
    let length = level.split(' ').count();
    for office in folded(&form.offices) {
        let capital = |at: &usize| fits(tokens, *at, &office) && tokens.raw(*at).starts_with(char::is_uppercase);
        for at in (0..tokens.len()).filter(capital) {
            let part = |i: &usize| tokens.kind(*i) == Some(TokenKind::Word) || tokens.bare(*i) == "-";
            let name = (at + 1..at + LONGEST_OFFICE).take_while(part);
            found.extend(name.skip(1).find(|i| fits(tokens, *i, level)).map(|end| (at, end + length)));
        }
    }
    found
}

fn fits(tokens: &Tokens, at: usize, words: &str) -> bool {
    words.split(' ').enumerate().all(|(n, word)| tokens.bare(at + n) == word)
}

/// The levels that did not exist any more when the document was issued.
fn abolished(form: &Level, subject: &Subject) -> Vec<String> {
    let issued = day(subject.record.issued_on.as_ref());
    let ended = form.abolished.as_ref().filter(|ended| issued.is_some_and(|issued| issued >= ended.from));
    ended.map_or_else(Vec::new, |ended| folded(&ended.levels))
}

fn folded(words: &[String]) -> Vec<String> {
    words.iter().map(|word| bare(word)).collect()
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
fn is_printed(tokens: &Tokens, from: usize, to: usize, level: &str, levels: &WordList) -> bool {
    let marked = level.split(' ').count();
    let Some(begin) = to.checked_sub(marked) else { return false };
    let printed: Vec<String> = (begin..to).map(|at| tokens.raw(at).to_lowercase()).collect();
    from < to && levels.entries().any(|known| known == printed.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_wording_shorter_than_a_level_is_no_level() {
        let tokens = Tokens::new("xã báo cáo thị xã");
        let levels = Rules::builtin().words("levels");
        assert!(!is_printed(&tokens, 0, 1, "thị xã", levels));
        assert!(is_printed(&tokens, 3, 5, "thị xã", levels));
    }
}
