//! Form `page_twice`: a page that stands in the file twice.
//!
//! in: the repeated pages of the document → out: a hit per page, with its first words.

use super::super::{Hit, Subject};
use super::quote;
use crate::document::Role;
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let pages = subject.document.repeated.iter();
    let first_line = |page: u32| {
        let mut lines = subject.document.blocks_of(Role::Repeated);
        lines.find(|line| subject.text.page_at(line.start) == page && subject.text.slice(*line).len() > 20)
    };
    pages
        .map(|page| Hit {
            text: first_line(*page).map(|line| quote(subject.text.as_str(), line)).unwrap_or_default(),
            values: vec![("page", page.to_string())],
            doubtful: false,
        })
        .collect()
}
