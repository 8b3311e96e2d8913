//! Form `announced`: an appendix, form or list said to be attached, and nothing behind the signature.
//!
//! in: phrases of `dictionaries/phrases/attachments.toml`, the document's blocks → out: one hit for the first announcement.
//! Promises: looked at only where the file holds this one document: in a bundle the attachment may be the next one.

use super::super::{Hit, Subject};
use crate::document::Role;
use crate::rules::Tokens;

pub(super) fn look(subject: &Subject) -> Vec<Hit> {
    let attached = subject.document.blocks.iter().any(|b| b.role == Role::Appendix);
    let behind = subject.document.blocks.iter().rposition(|b| b.role == Role::Signature);
    let more = behind.is_some_and(|at| {
        subject.document.blocks[at + 1..].iter().any(|b| matches!(b.role, Role::Body | Role::Table | Role::Title))
    });
    if attached || more || subject.record.source.parts > 1 {
        return Vec::new();
    }
    let words = subject.words();
    let tokens = Tokens::new(words);
    let found = subject.rules.phrases("attachments").find(&tokens);
    found.first().map(|hit| Hit::new(&words[hit.span.range()], false)).into_iter().collect()
}
