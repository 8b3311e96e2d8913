//! Form `section_present`: a section that must be there.
//!
//! in: the record's sections and the document's headings; `headings` = words of which one must stand in one of them → out: one hit
//! where none does. Words compare folded.

use super::super::{Hit, Subject};
use crate::document::Role;
use crate::text::fold::bare;

pub(super) fn look(headings: &[String], subject: &Subject) -> Vec<Hit> {
    let wanted: Vec<String> = headings.iter().map(|words| bare(words)).collect();
    let sections = subject.record.sections.iter().map(|section| section.title.as_str());
    let blocks = subject.document.blocks_of(Role::Heading).map(|span| subject.text.slice(span));
    let is_there = sections.chain(blocks).map(bare).any(|title| wanted.iter().any(|words| title.contains(words)));
    if is_there { Vec::new() } else { vec![Hit::new("", subject.is_doubtful("sections"))] }
}
