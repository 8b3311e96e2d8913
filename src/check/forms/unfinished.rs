//! Form `unfinished`: a paragraph that breaks off in the middle of a sentence.
//!
//! in: body paragraphs and points, `dictionaries/words/open_ends.txt` (words no sentence ends with) → out: a hit per paragraph that ends
//! with one of them, or, in a text, without any mark where nearly all others of the document end with one.
//! Promises: a paragraph that goes on in the next block (small letter, page turn) is whole; tables are left alone.

use super::super::{Hit, Subject};
use super::quote;
use crate::document::{Block, Role};
use crate::rules::{TokenKind, Tokens};
use crate::text::Span;

/// A paragraph of fewer words may be a line of a list or a caption.
const SHORTEST: usize = 9;
/// Paragraphs it takes to tell that a document ends its sentences with a mark, and their share.
const ENOUGH: usize = 5;
const NEARLY_ALL: f64 = 0.9;

pub(super) fn look(subject: &Subject) -> Vec<Hit> {
    let told = |b: &&Block| !matches!(b.role, Role::PageNumber | Role::Repeated | Role::Stamp | Role::Mark);
    let blocks: Vec<&Block> = subject.document.blocks.iter().filter(told).collect();
    let paragraphs = paragraphs(subject, &blocks);
    let marked = end_with_marks(subject, &paragraphs);
    let mut hits = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| paragraph.closed || paragraph.apart) {
        let words = paragraph.words;
        let unmarked = marked && paragraph.closed && !paragraph.heads && is_long(words) && !has_mark(words);
        if let Some(end) = open_end(words, subject).or_else(|| unmarked.then_some(words.trim_end().len())) {
            let from =
                words[..end].rmatch_indices(['.', ';', '\n']).find(|(at, _)| end - at > 40).map_or(0, |(at, _)| at + 1);
            hits.push(Hit::new(quote(words, Span::new(from, end)), subject.is_read()));
        }
    }
    hits
}

/// A paragraph of the running text.
struct Paragraph<'a> {
    words: &'a str,
    /// What follows cannot go on with its sentence.
    closed: bool,
    /// … or hardly can: it stands apart.
    apart: bool,
    /// It is a heading with text of its own under it.
    heads: bool,
}

/// Paragraphs, and points "3. …" without text of their own, which look like headings.
fn paragraphs<'a>(subject: &Subject<'a>, blocks: &[&Block]) -> Vec<Paragraph<'a>> {
    let of = |(at, block): (usize, &&Block)| {
        let words = subject.text.slice(block.span);
        let next = blocks.get(at + 1)?;
        let (closed, apart) = (begins_anew(subject, next), is_apart(subject, block, next));
        let point = block.role == Role::Heading && is_numbered(words);
        let running = matches!(block.role, Role::Body | Role::Basis);
        (running || point).then_some(Paragraph {
            words,
            closed,
            apart,
            heads: point && next.role == Role::Body && !is_numbered(subject.text.slice(next.span)),
        })
    };
    blocks.iter().enumerate().filter_map(of).collect()
}

/// Whether nearly every paragraph of a text ends with a mark, so that one without any is worth a look.
fn end_with_marks(subject: &Subject, paragraphs: &[Paragraph]) -> bool {
    let long: Vec<&Paragraph> = paragraphs.iter().filter(|p| !p.heads && is_long(p.words)).collect();
    let marked = long.iter().filter(|p| has_mark(p.words)).count();
    // one of five may be the very one that breaks off
    let nearly_all = marked + 1 == long.len() || marked as f64 >= NEARLY_ALL * long.len() as f64;
    long.len() >= ENOUGH && nearly_all && !subject.is_read()
}

fn is_long(words: &str) -> bool {
    words.split_whitespace().count() >= SHORTEST
}

fn has_mark(words: &str) -> bool {
    words.trim_end().ends_with(|c: char| !c.is_alphanumeric())
}

/// Whether this block cannot go on with a sentence: signature, recipients, heading, or a paragraph with a label of its own.
fn begins_anew(subject: &Subject, block: &Block) -> bool {
    match block.role {
        Role::Signature | Role::Recipients | Role::Heading | Role::PlaceDate => true,
        Role::Body => is_point(subject, block),
        _ => false,
    }
}

/// Whether a paragraph has a label of its own.
fn is_point(subject: &Subject, block: &Block) -> bool {
    let words = subject.text.slice(block.span).trim_start();
    let labelled = words.starts_with(['-', '+', '•']) && words[1..].starts_with(' ');
    let numbered = words.split(['.', ')']).next().is_some_and(|label| {
        !label.is_empty() && label.len() <= 3 && label.bytes().all(|b| b.is_ascii_digit() || b"IVX".contains(&b))
    });
    labelled || numbered && words.contains(". ")
}

fn is_numbered(words: &str) -> bool {
    words.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a text leaves a line free between both, on one page, and the second begins with a capital.
fn is_apart(subject: &Subject, block: &Block, next: &Block) -> bool {
    let between = subject.text.slice(Span::new(block.span.end, next.span.start.max(block.span.end)));
    let free = between.matches('\n').count() >= 2 && !between.contains('\u{c}');
    let capital = subject.text.slice(next.span).trim_start().starts_with(char::is_uppercase);
    next.role == Role::Body && free && capital && !subject.is_read()
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
