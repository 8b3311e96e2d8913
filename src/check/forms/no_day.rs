//! Form `no_day`: a report is asked for and no day is given.
//!
//! in: sentences with one of `asks` ("báo cáo về"), without a number, without one of `but` ("nếu", "khi") and outside every
//! deadline of the record that has a day → out: a hit per sentence. A letter of one of the kinds `once` asks for one report:
//! where that has its day, nothing is found.
//! Promises: nothing in reports and minutes is asked for (the check's `except`); a sentence runs to its full stop or
//! semicolon, over line breaks.

use super::super::{Hit, Subject};
use super::quote;
use crate::document::Role;
use crate::record::Deadline;
use crate::text::Span;
use crate::text::fold::bare;

pub(super) fn look(asks: &[String], but: &[String], once: &[String], subject: &Subject) -> Vec<Hit> {
    // "hằng năm" says no day
    let has_day = |d: &&Deadline| d.recurrence.as_ref().is_none_or(|every| every.day.is_some());
    let dated: Vec<String> = subject.record.deadlines.iter().filter(has_day).map(|d| flat(&d.text)).collect();
    // the form is about reports, whatever words ask for them
    let reports = dated.iter().any(|text| text.contains("bao cao"));
    if reports && once.contains(&subject.document.kind) {
        return Vec::new();
    }
    let has = |sentence: &str, any: &[String]| any.iter().any(|words| sentence.contains(&format!(" {} ", bare(words))));
    let open = |words: &&str| {
        let sentence = flat(words);
        let padded = format!(" {sentence} ");
        let numbered = unlabelled(words).contains(|c: char| c.is_ascii_digit());
        let told = dated.iter().any(|text| text.contains(&sentence) || sentence.contains(text));
        !numbered && !told && has(&padded, asks) && !has(&padded, but)
    };
    let bodies = subject.document.blocks_of(Role::Body).map(|span| subject.text.slice(span));
    let sentences = bodies.flat_map(|body| body.split(['.', ';'])).filter(open);
    let doubtful = subject.is_doubtful("deadlines");
    sentences.map(|words| Hit::new(quote(words, Span::new(0, words.len())), doubtful)).collect()
}

/// Folded words parted by single blanks.
fn flat(text: &str) -> String {
    bare(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Without the label "3." or "a)" it begins with.
fn unlabelled(words: &str) -> &str {
    words.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches([')', '-', '+'])
}
