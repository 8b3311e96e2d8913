//! Who owes a duty, what it is, to whom it goes.
//!
//! in: the tokens of a clause, the paragraph and what stands above it → out: names as printed.
//! Promises: a name is a stretch of the page that begins like an office or a person in charge, else it is absent.
//! Shallow: the subject is what stands before the first duty verb; passives and pronouns are left to the addressees.

use super::clause::Paragraph;
use crate::rules::{Fit, Gap, Rules, TokenKind, Tokens, WordList};
use std::ops::Range;

/// Longest name in tokens; longer ones are sentences.
const LONGEST_NAME: usize = 45;

/// Who owes what stands in tokens `clause` of `paragraph`: its subject, else the subject of the sentence, else the
/// nearest paragraph above that names a unit, else the addressees.
pub(in crate::extract) fn responsible(
    tokens: &Tokens,
    clause: Range<usize>,
    sentence: Range<usize>,
    paragraph: &Paragraph,
    all: &[Paragraph],
    rules: &Rules,
    addressees: &[String],
) -> Vec<String> {
    let named = subject(tokens, clause.clone(), rules).or_else(|| {
        let whole = sentence.start..clause.start;
        subject(tokens, whole, rules)
            .or_else(|| named_before_colon(&paragraph.text, rules))
            // "Đoàn kiểm tra … . Thời gian kiểm tra: từ …": the sentence before names them
            .or_else(|| subject(tokens, 0..sentence.start, rules))
    });
    if let Some(names) = named {
        return names;
    }
    let above = paragraph.above.iter().rev().filter_map(|at| all.get(*at));
    above
        .filter_map(|up| heading_unit(up, rules).or_else(|| named_before_colon(&up.text, rules)))
        .next()
        .unwrap_or_else(|| addressees.to_vec())
}

/// The units before the first duty verb of a stretch, "đề nghị", "yêu cầu", "giao" left out.
fn subject(tokens: &Tokens, range: Range<usize>, rules: &Rules) -> Option<Vec<String>> {
    let nouns = rules.words("unit_nouns");
    let verbs = rules.words("duty_verbs");
    let asks = |i: usize| {
        matches!((tokens.bare(i), tokens.bare(i + 1)), ("de", "nghi") | ("yeu", "cau"))
            || is(tokens, i, "giao") && !in_a_name(tokens, i, rules) && !within("not_asking", tokens, i, rules)
    };
    let verb = |i: usize| is_listed(verbs, tokens, i) && !in_a_name(tokens, i, rules);
    let mut at = range.start;
    while at < range.end {
        let (from, _) = nouns.first_in(tokens, at..range.end)?;
        let asked = from >= 2 && (asks(from - 2) || asks(from - 1)) || acts(tokens, from);
        let verb_before = (range.start..from).find(|i| verb(*i)).is_some_and(|verb| !asks(verb))
            && !is_opened(tokens, range.start, from, rules);
        let case = rules.words("not_units").at(tokens, from).is_some();
        if case || verb(from) || !(asked || (!verb_before && opens_a_name(tokens, from, range.start))) {
            at = from + 1;
            continue;
        }
        let stop = (from + 1..range.end.min(from + LONGEST_NAME))
            .find(|i| ends_a_name(tokens, *i, rules) || asks(*i) || matches!(tokens.bare(*i), ":" | ";" | "."));
        match stop {
            // "UBND xã đề nghị các trường …": the one asked owes it
            Some(to) if asks(to) => at = to + 1,
            Some(to) if tokens.bare(to) != "." => return Some(split_names(tokens, from..to, rules)),
            _ => at = from + 1,
        }
    }
    None
}

/// Whether a duty verb stands here. "Ủy ban Kiểm tra" is a name: inside a sentence verbs are not capitalised.
pub(in crate::extract) fn verb_at(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    let small = !tokens.raw(at).starts_with(char::is_uppercase);
    let verb = small && ["duty_verbs", "goal_verbs"].iter().any(|list| is_listed(rules.words(list), tokens, at));
    verb && !in_a_name(tokens, at, rules)
}

/// Whether a verb of the list stands here. One of one syllable has its marks or has lost all of them: "cử", "cu", not "cư".
fn is_listed(verbs: &WordList, tokens: &Tokens, at: usize) -> bool {
    verbs.at(tokens, at).is_some_and(|len| {
        let said = tokens.raw(at).to_lowercase();
        len > 1 || said.is_ascii() || verbs.entries().any(|verb| verb == said)
    })
}

/// Whether the verb here is part of another word: "bầu cử", "công trình".
fn in_a_name(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    within("not_verbs", tokens, at, rules)
}

/// Whether an entry of the list runs over this token.
fn within(list: &str, tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    const LONGEST: usize = 8;
    let entries = rules.words(list);
    (at.saturating_sub(LONGEST - 1)..=at).any(|from| entries.at(tokens, from).is_some_and(|len| from + len > at))
}

/// Whether a verb of doing stands here, at the beginning of a sentence too.
pub(in crate::extract) fn acts_at(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    rules.words("duty_verbs").at(tokens, at).is_some() || acts_here(tokens, at, rules)
}

/// Whether the name of who acts is over here: at a verb, at "phải", at a time, at a count written with a leading nought.
pub(in crate::extract) fn ends_a_name(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    let counted = tokens.raw(at).len() == 2 && tokens.raw(at).starts_with('0') && tokens.number(at).is_some();
    let verb = verb_at(tokens, at, rules) || acts_here(tokens, at, rules);
    let dated = ["trước", "trong", "từ", "vào"].iter().any(|word| is(tokens, at, word))
        && (tokens.number(at + 1).is_some()
            || matches!(tokens.bare(at + 1), "ngay" | "thoi" | "vong" | "quy" | "thang"));
    let passive = is(tokens, at, "được") && !in_a_name(tokens, at, rules);
    verb || dated || passive || counted && at > 0 && tokens.kind(at - 1) == Some(TokenKind::Word) || modal(tokens, at)
}

/// Whether another verb of doing stands here, its marks as listed: "nhận", not "nhân dân".
fn acts_here(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    let verbs = rules.words("action_verbs");
    let listed = |len: usize| {
        let said = words(tokens, at..at + len).to_lowercase();
        verbs.entries().any(|verb| verb == said)
    };
    let small = !tokens.raw(at).starts_with(char::is_uppercase);
    small && verbs.at(tokens, at).is_some_and(listed) && !in_a_name(tokens, at, rules)
}

/// "được Ủy ban nhân dân xã giải quyết", "do Sở Nội vụ chủ trì": who acts stands behind.
fn acts(tokens: &Tokens, at: usize) -> bool {
    at > 0 && (is(tokens, at - 1, "được") || is(tokens, at - 1, "do"))
}

/// Whether what stands before the name only tells the time, the ground or a label: "Trong 05 ngày làm việc, Ban …",
/// "1. Đăng ký: các …".
fn is_opened(tokens: &Tokens, first: usize, at: usize, rules: &Rules) -> bool {
    let word = (first..at).find(|i| tokens.kind(*i) == Some(TokenKind::Word) && tokens.bare(*i).len() > 1);
    let opening = word.is_some_and(|i| rules.words("opening_words").at(tokens, i).is_some());
    at > first && (tokens.bare(at - 1) == ":" || opening && tokens.bare(at - 1) == ",")
}

/// Whether the token is this very word, diacritics included.
pub(in crate::extract) fn is(tokens: &Tokens, at: usize, word: &str) -> bool {
    tokens.kind(at) == Some(TokenKind::Word) && tokens.fit_said(at, word) == Some(Fit::Same)
}

/// "phải", "cần", "sẽ", "có trách nhiệm" … before the verb.
fn modal(tokens: &Tokens, at: usize) -> bool {
    matches!(
        (tokens.bare(at), tokens.bare(at + 1)),
        ("phai", _)
            | ("chua", _)
            | ("can", _)
            | ("se", _)
            | ("co", "trach")
            | ("chiu", "trach")
            | ("chu", "dong")
            | ("nghiem", "tuc")
            | ("khan", "truong")
    )
}

/// Whether a name can begin at `at`: first in its stretch, or behind a comma, a label, "đề nghị" and the like.
fn opens_a_name(tokens: &Tokens, at: usize, first: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).map_or("", |i| tokens.bare(i));
    let (pair, before) = ((back(2), back(1)), back(1));
    let asked = matches!(pair, ("de", "nghi") | ("yeu", "cau") | ("phan", "cong") | ("doi", "voi"))
        || matches!(pair, ("hang", "ngay" | "tuan" | "thang" | "quy" | "nam"));
    let label = (first..at).all(|i| tokens.kind(i) != Some(TokenKind::Word));
    asked || label || matches!(before, "," | ":" | "nay") || at > 0 && is(tokens, at - 1, "giao")
}

/// "1. Phòng Nội vụ: …" names the unit before the colon.
fn named_before_colon(text: &str, rules: &Rules) -> Option<Vec<String>> {
    let tokens = Tokens::new(text);
    let colon = (0..tokens.len().min(LONGEST_NAME)).find(|i| tokens.bare(*i) == ":")?;
    unit_from(&tokens, colon, rules)
}

/// "III. Các phòng, ban, ngành" as a heading names the units.
fn heading_unit(paragraph: &Paragraph, rules: &Rules) -> Option<Vec<String>> {
    let tokens = Tokens::new(&paragraph.text);
    let short = paragraph.is_heading() && tokens.len() < LONGEST_NAME;
    short.then(|| unit_from(&tokens, tokens.len(), rules)).flatten()
}

fn unit_from(tokens: &Tokens, end: usize, rules: &Rules) -> Option<Vec<String>> {
    let skip_asked = |at: usize| match (tokens.bare(at), tokens.bare(at + 1)) {
        ("de", "nghi") | ("yeu", "cau") => at + 2,
        _ => at,
    };
    let label = (0..end).find(|i| tokens.kind(*i) == Some(TokenKind::Word) && tokens.bare(*i).len() > 1)?;
    let from = skip_asked(label);
    rules.words("unit_nouns").at(tokens, from)?;
    let verb = (from..end).find(|i| ends_a_name(tokens, *i, rules)).unwrap_or(end);
    (verb > from).then(|| split_names(tokens, from..verb, rules))
}

/// A list of names: parted at semicolons, and at commas and "và" before a word that begins a name of its own.
fn split_names(tokens: &Tokens, range: Range<usize>, rules: &Rules) -> Vec<String> {
    let mut names = Vec::new();
    let mut from = range.start;
    let own = |i: usize| {
        matches!(tokens.bare(i), "cac" | "ubnd" | "uy")
            || is_each(tokens, i)
            || tokens.raw(i).starts_with(char::is_uppercase)
    };
    let mut depth = 0;
    for at in range.clone() {
        match tokens.bare(at) {
            "(" => depth += 1,
            ")" => depth -= 1,
            ";" => {
                push_name(tokens, from..at, &mut names);
                from = at + 1;
            }
            "va" if within("joint_offices", tokens, at, rules) => {}
            "," | "va"
                if depth == 0 && at > from && at + 1 < range.end && own(at + 1) && names_a_unit(tokens, at + 1) =>
            {
                push_name(tokens, from..at, &mut names);
                from = at + 1;
            }
            _ => {}
        }
    }
    push_name(tokens, from..range.end, &mut names);
    names
}

/// Words that open a name of its own inside a list.
fn names_a_unit(tokens: &Tokens, at: usize) -> bool {
    const OPENERS: [&str; 23] = [
        "cac", "ubnd", "uy", "phong", "so", "ban", "truong", "trung", "benh", "chi", "cong", "hoi", "doan", "lien",
        "mttq", "mat", "van", "khoa", "giam", "chu", "hieu", "thu", "cuc",
    ];
    OPENERS.contains(&tokens.bare(at)) || is_each(tokens, at)
}

/// "mỗi", not "Môi trường".
fn is_each(tokens: &Tokens, at: usize) -> bool {
    tokens.bare(at) == "moi" && tokens.raw(at).contains(['ỗ', 'Ỗ'])
}

fn push_name(tokens: &Tokens, range: Range<usize>, names: &mut Vec<String>) {
    // "các đoàn thể mỗi đơn vị": what follows only says that the number is each one's
    let each = range.clone().skip(1).find(|i| is_each(tokens, *i)).unwrap_or(range.end);
    let range = range.start..each;
    let mark = |i: &usize| tokens.kind(*i) == Some(TokenKind::Mark) && !matches!(tokens.bare(*i), "(" | ")" | "\"");
    let from = range.clone().find(|i| !mark(i) && tokens.bare(*i) != "va");
    let to = range.rev().find(|i| !mark(i)).map(|i| i + 1);
    if let (Some(from), Some(to)) = (from, to)
        && from < to
    {
        names.push(words(tokens, from..to));
    }
}

/// Tokens as words with blanks evened out.
pub(in crate::extract) fn words(tokens: &Tokens, range: Range<usize>) -> String {
    if range.is_empty() {
        return String::new();
    }
    let span = tokens.span(range.start, range.end);
    tokens.source()[span.range()].split_whitespace().collect::<Vec<_>>().join(" ").replace("**", "")
}

/// To whom it goes: "gửi về UBND xã (qua Văn phòng)", "báo cáo Sở Y tế". `skip` are the tokens of the deadline itself.
pub(in crate::extract) fn deliver_to(
    tokens: &Tokens,
    clause: Range<usize>,
    skip: Range<usize>,
    rules: &Rules,
) -> Option<String> {
    let verbs = rules.words("deliver_verbs");
    let mut best = None;
    for at in clause.clone() {
        let Some(len) = verbs.at(tokens, at) else { continue };
        let from = at + len;
        let weak = matches!(tokens.bare(at), "ve" | "trinh") && len == 1;
        let name = receiver(tokens, from, clause.end, &skip, rules);
        // "về" alone also means "about": believe it only before the name of an office
        if let Some(name) = name.filter(|_| !weak || tokens.raw(from).starts_with(char::is_uppercase)) {
            best = Some(name);
            if !weak || tokens.bare(at) == "ve" {
                break;
            }
        }
    }
    best
}

fn receiver(tokens: &Tokens, from: usize, end: usize, skip: &Range<usize>, rules: &Rules) -> Option<String> {
    let noun = rules.words("unit_nouns").at(tokens, from)?;
    const STOPS: [&str; 11] = ["de", "truoc", "cham", "theo", "bang", "den", "tu", "va", "khi", "dinh", "hang"];
    let mut to = from + noun;
    let mut depth = 0;
    while to < end && !skip.contains(&to) && tokens.gap(to) < Gap::Paragraph {
        match tokens.bare(to) {
            "(" if tokens.bare(to + 1) == "qua" || tokens.bare(to + 1) == "bo" => depth += 1,
            ")" if depth > 0 => {
                to += 1;
                break;
            }
            "," | ";" | "." | ":" | "(" | ")" if depth == 0 => break,
            "-" => {}
            "va" if tokens.raw(to + 1).starts_with(char::is_uppercase) => {}
            // "đúng hạn", not "Ban Xây dựng Đảng"
            "dung" if depth == 0 && is(tokens, to, "đúng") => break,
            word if depth == 0 && STOPS.contains(&word) && rules.words("unit_nouns").at(tokens, to + 1).is_none() => {
                break;
            }
            _ => {}
        }
        to += 1;
    }
    (to - from <= LONGEST_NAME).then(|| words(tokens, from..to))
}

/// What is to be done: the clause without its label, the deadline's words and the subject.
pub(in crate::extract) fn task(
    tokens: &Tokens,
    clause: Range<usize>,
    skip: Range<usize>,
    rules: &Rules,
) -> Option<String> {
    let verbs = rules.words("duty_verbs");
    let first = clause.clone().find(|i| tokens.kind(*i) == Some(TokenKind::Word) && !skip.contains(i))?;
    // "Ban Xây dựng Đảng" is a name: inside a sentence verbs are not capitalised
    let small = |i: usize| i == first || !tokens.raw(i).starts_with(char::is_uppercase);
    let verb = clause.clone().find(|i| verbs.at(tokens, *i).is_some() && small(*i) && !in_a_name(tokens, *i, rules));
    let from = verb.filter(|at| !skip.contains(at)).unwrap_or(first);
    let before = words(tokens, from..skip.start.max(from));
    let behind = skip.end.max(from)..clause.end;
    let aside = behind.clone().find(|i| tokens.bare(*i) == "(").unwrap_or(clause.end);
    let after = words(tokens, behind.start..aside.max(behind.start));
    // "nhận bài trước ngày 5, tại …": no blank before the comma that stays
    let gap = if after.starts_with([',', '.', ';', ':']) { "" } else { " " };
    let whole = format!("{before}{gap}{after}");
    let trimmed = whole.trim().trim_matches([',', '.', ';', ':', '/', '(', ')', ' ', '-']).trim();
    // the bracket that closes inside the words is not one of the signs around them
    let open = trimmed.matches('(').count() > trimmed.matches(')').count();
    let closed = if open { format!("{trimmed})") } else { trimmed.to_owned() };
    (!trimmed.is_empty()).then_some(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_that_opens_its_stretch_has_nothing_before_it() {
        let tokens = Tokens::new("Ủy ban nhân dân xã cử 02 đại biểu dự họp");
        assert!(opens_a_name(&tokens, 0, 0));
        assert!(!opens_a_name(&tokens, 1, 0));
    }
}
