//! Who owes a duty, what it is, to whom it goes.
//!
//! in: a passage, the tokens of a clause, what stands above it → out: names as printed.
//! Promises: a name is a stretch of the page that begins like an office or a person in charge, else it is absent.
//! Shallow: the subject is what stands before the first duty verb; passives and pronouns are left to the addressees.

use super::passage::{Passage, Place};
use super::prose::Prose;
use crate::rules::{Gap, TokenKind};
use std::ops::Range;

/// Longest name in tokens; longer ones are sentences.
const LONGEST_NAME: usize = 45;

/// Who owes what is asked at this place. The nearest that is named counts: the subject of the clause, of the sentence
/// before it, the unit before the paragraph's colon, the subject of an earlier sentence ("Đoàn kiểm tra … . Thời gian kiểm
/// tra: từ …"), a unit in a heading above; else the addressees.
pub(in crate::extract) fn responsible(passage: &Passage, all: &[Passage], place: &Place) -> Vec<String> {
    let prose = passage.prose();
    subject(prose, place.clause.clone())
        .or_else(|| subject(prose, place.sentence.start..place.clause.start))
        .or_else(|| named_before_colon(prose))
        .or_else(|| subject(prose, 0..place.sentence.start))
        .or_else(|| passage.above(all).rev().find_map(named_above))
        .unwrap_or_else(|| passage.body.addressees.to_vec())
}

/// The units before the first duty verb of a stretch, "đề nghị", "yêu cầu", "giao" left out.
fn subject(prose: Prose, range: Range<usize>) -> Option<Vec<String>> {
    let mut at = range.start;
    while at < range.end {
        let (from, _) = prose.lexicon.unit_nouns.first_in(prose.tokens, at..range.end)?;
        if !may_be_subject(prose, from, range.start) {
            at = from + 1;
            continue;
        }
        let ends = |at: usize| prose.ends_a_name(at) || prose.asks(at) || matches!(prose.bare(at), ":" | ";" | ".");
        match (from + 1..range.end.min(from + LONGEST_NAME)).find(|at| ends(*at)) {
            // "UBND xã đề nghị các trường …": the one asked owes it
            Some(to) if prose.asks(to) => at = to + 1,
            Some(to) if prose.bare(to) != "." => return Some(names(prose, from..to)),
            _ => at = from + 1,
        }
    }
    None
}

/// Whether the unit named here is asked for something, or stands first in a stretch in which nobody has acted yet.
fn may_be_subject(prose: Prose, from: usize, first: usize) -> bool {
    if prose.has(prose.lexicon.not_units, from) || prose.is_duty_verb(from) {
        return false;
    }
    if from >= 2 && (prose.asks(from - 2) || prose.asks(from - 1)) || prose.is_named_as_agent(from) {
        return true;
    }
    let verb_before = (first..from).find(|at| prose.is_duty_verb(*at));
    let has_acted = verb_before.is_some_and(|verb| !prose.asks(verb)) && !prose.is_opened(first, from);
    !has_acted && prose.opens_a_name(from, first)
}

/// "1. Phòng Nội vụ: …" names the unit before the colon.
fn named_before_colon(prose: Prose) -> Option<Vec<String>> {
    let colon = (0..prose.tokens.len().min(LONGEST_NAME)).find(|at| prose.bare(*at) == ":")?;
    units_up_to(prose, colon)
}

/// What a paragraph above names: "III. Các phòng, ban, ngành" as a heading, or a unit before its colon.
fn named_above(up: &Passage) -> Option<Vec<String>> {
    let (prose, len) = (up.prose(), up.tokens.len());
    let heading = up.paragraph.is_heading() && len < LONGEST_NAME;
    heading.then(|| units_up_to(prose, len)).flatten().or_else(|| named_before_colon(prose))
}

/// The units with which a paragraph opens, behind its label and "đề nghị", up to a verb or to `end`.
fn units_up_to(prose: Prose, end: usize) -> Option<Vec<String>> {
    let word = prose.first_word(0..end)?;
    let from = word + prose.asking_words_at(word).unwrap_or(0);
    prose.lexicon.unit_nouns.at(prose.tokens, from)?;
    let to = (from..end).find(|at| prose.ends_a_name(*at)).unwrap_or(end);
    (to > from).then(|| names(prose, from..to))
}

/// A list of names: parted at semicolons, and at commas and "và" before a word that begins a name of its own.
fn names(prose: Prose, range: Range<usize>) -> Vec<String> {
    let mut names = Vec::new();
    let mut from = range.start;
    let mut depth = 0;
    for at in range.clone() {
        match prose.bare(at) {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        let between = depth == 0 && at > from && at + 1 < range.end;
        let of_one_office = prose.is_and(at) && prose.lexicon.joint_offices.covers(prose.tokens, at);
        let parts = between && prose.joins(at) && !of_one_office && names_a_unit(prose, at + 1);
        if prose.bare(at) == ";" || parts {
            names.extend(name(prose, from..at));
            from = at + 1;
        }
    }
    names.extend(name(prose, from..range.end));
    names
}

/// Whether a name of its own begins inside a list: a word that heads units' names, capitalised unless it is "các" or "mỗi".
fn names_a_unit(prose: Prose, at: usize) -> bool {
    let lexicon = prose.lexicon;
    let fits_in_case = prose.spells(lexicon.small_name_openers, at) || prose.is_capital(at);
    fits_in_case && prose.spells(lexicon.name_openers, at) || prose.is_each_in_print(at)
}

/// One name without the marks around it. "các đoàn thể mỗi đơn vị": what "each" opens only says that the number is each
/// one's.
fn name(prose: Prose, range: Range<usize>) -> Option<String> {
    let each = range.clone().skip(1).find(|at| prose.is_each_in_print(*at)).unwrap_or(range.end);
    let is_mark =
        |at: usize| prose.tokens.kind(at) == Some(TokenKind::Mark) && !matches!(prose.bare(at), "(" | ")" | "\"");
    let from = (range.start..each).find(|at| !is_mark(*at) && !prose.is_and(*at))?;
    let last = (range.start..each).rev().find(|at| !is_mark(*at))?;
    (from <= last).then(|| prose.said(from..last + 1))
}

/// To whom it goes: "gửi về UBND xã (qua Văn phòng)", "báo cáo Sở Y tế". `skip` are the tokens of the deadline itself.
/// "về" alone also means "about": it is believed only before a capital, as is "trình", which a later verb overrules.
pub(in crate::extract) fn deliver_to(prose: Prose, clause: Range<usize>, skip: Range<usize>) -> Option<String> {
    let mut receiver = None;
    for at in clause.clone() {
        let Some(len) = prose.lexicon.deliver_verbs.at(prose.tokens, at) else { continue };
        let weak = prose.lexicon.weak_deliver_verbs.meaning_at(prose.tokens, at).filter(|_| len == 1);
        let Some(name) = receiver_at(prose, at + len, clause.end, &skip) else { continue };
        if weak.is_some() && !prose.is_capital(at + len) {
            continue;
        }
        receiver = Some(name);
        if weak != Some("overruled") {
            break;
        }
    }
    receiver
}

/// The name of the office that begins here, with what is said in brackets about the way: "(qua Văn phòng)".
fn receiver_at(prose: Prose, from: usize, end: usize, skip: &Range<usize>) -> Option<String> {
    let (tokens, lexicon) = (prose.tokens, prose.lexicon);
    let mut to = from + lexicon.unit_nouns.at(tokens, from)?;
    let mut depth = 0;
    while to < end && !skip.contains(&to) && tokens.gap(to) < Gap::Paragraph {
        match prose.bare(to) {
            "(" if prose.spells(lexicon.receiver_asides, to + 1) => depth += 1,
            ")" if depth > 0 => {
                to += 1;
                break;
            }
            "," | ";" | "." | ":" | "(" | ")" if depth == 0 => break,
            _ if depth == 0 && ends_a_receiver(prose, to) => break,
            _ => {}
        }
        to += 1;
    }
    (to - from <= LONGEST_NAME).then(|| prose.said(from..to))
}

/// Whether a receiver's name is over here: at "trước", "để", "và" … unless a name goes on behind, and at "đúng hạn" (not in
/// "Ban Xây dựng Đảng").
fn ends_a_receiver(prose: Prose, at: usize) -> bool {
    let lexicon = prose.lexicon;
    let goes_on = prose.is_and(at) && prose.is_capital(at + 1) || prose.has(lexicon.unit_nouns, at + 1);
    prose.spells(lexicon.receiver_stops, at) && !goes_on || prose.has(lexicon.punctual_words, at)
}

/// What is to be done: the clause without its label, the deadline's words (`skip`) and the subject.
pub(in crate::extract) fn task(prose: Prose, clause: Range<usize>, skip: Range<usize>) -> Option<String> {
    let first = clause.clone().find(|at| prose.is_word(*at) && !skip.contains(at))?;
    // "Ban Xây dựng Đảng" is a name: inside a sentence verbs are not capitalised
    let is_verb = |at: usize| (at == first || !prose.is_capital(at)) && prose.begins_duty(at);
    let verb = clause.clone().find(|at| is_verb(*at)).filter(|at| !skip.contains(at));
    let from = verb.unwrap_or(first);
    let before = prose.said(from..skip.start.max(from));
    let behind = skip.end.max(from);
    let aside = (behind..clause.end).find(|at| prose.bare(*at) == "(").unwrap_or(clause.end);
    let after = prose.said(behind..aside.max(behind));
    // "nhận bài trước ngày 5, tại …": no blank before the comma that stays
    let gap = if after.starts_with([',', '.', ';', ':']) { "" } else { " " };
    without_marks_around(&format!("{before}{gap}{after}"))
}

/// Without the marks at both ends, but for the bracket that closes one inside.
fn without_marks_around(words: &str) -> Option<String> {
    let trimmed = words.trim().trim_matches([',', '.', ';', ':', '/', '(', ')', ' ', '-']).trim();
    let open = trimmed.matches('(').count() > trimmed.matches(')').count();
    let closed = if open { format!("{trimmed})") } else { trimmed.to_owned() };
    (!trimmed.is_empty()).then_some(closed)
}
