//! Form `unfinished`: a paragraph that breaks off in the middle of a sentence.
//!
//! in: body paragraphs, `dictionaries/words/open_ends.txt` (words no sentence ends with) → out: a hit per paragraph.
//! Promises: a paragraph that goes on in the next block (small letter, page turn) is whole; tables are left alone.

use super::super::{Hit, Subject};
use super::quote;
use crate::document::{Block, Role};
use crate::rules::{Check, TokenKind, Tokens};

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let told = |b: &&Block| !matches!(b.role, Role::PageNumber | Role::Repeated | Role::Stamp | Role::Mark);
    let blocks: Vec<&Block> = subject.document.blocks.iter().filter(told).collect();
    let mut hits = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let next = blocks.get(at + 1);
        let closed = next.is_some_and(|next| begins_anew(subject, next));
        if !matches!(block.role, Role::Body | Role::Basis) || !closed {
            continue;
        }
        let words = subject.text.slice(block.span);
        if let Some(end) = open_end(words, subject) {
            let from =
                words[..end].rmatch_indices(['.', ';', '\n']).find(|(at, _)| end - at > 40).map_or(0, |(at, _)| at + 1);
            let text = quote(words, crate::text::Span::new(from, end));
            hits.push(Hit { text, values: Vec::new(), doubtful: subject.is_read() });
        }
    }
    hits
}

/// Whether this block cannot go on with a sentence: signature, recipients, heading, or a paragraph with a label of its own.
fn begins_anew(subject: &Subject, block: &Block) -> bool {
    let words = subject.text.slice(block.span).trim_start();
    match block.role {
        Role::Signature | Role::Recipients | Role::Heading => true,
        Role::Body => {
            let labelled = words.starts_with(['-', '+', '•']) && words[1..].starts_with(' ');
            let roman = words.split(['.', ')']).next().is_some_and(|label| {
                !label.is_empty()
                    && label.len() <= 3
                    && label.bytes().all(|b| b.is_ascii_digit() || b"IVX".contains(&b))
            });
            labelled || roman && words.contains(". ")
        }
        _ => false,
    }
}

/// The end of the words, when the last of them can end no sentence.
fn open_end(words: &str, subject: &Subject) -> Option<usize> {
    let tokens = Tokens::new(words);
    let last = tokens.len().checked_sub(1)?;
    let list = subject.rules.words("open_ends");
    let ends = |from: usize| list.at(&tokens, from) == Some(last + 1 - from);
    let whole = tokens.kind(last) == Some(TokenKind::Word) && last >= 4;
    (whole && (last.saturating_sub(1)..=last).any(ends)).then(|| tokens.span(last, last + 1).end)
}
