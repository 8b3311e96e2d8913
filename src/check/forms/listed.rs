//! Form `listed`: "danh sách 25 cá nhân kèm theo" with another number of rows in the attached list.
//!
//! in: `dictionaries/phrases/listed.toml` (slot `count`), the tables behind the signature → out: a hit where they differ.
//! Promises: only with one attached table whose rows are numbered from 1 on without a gap.

use super::super::{Hit, Subject};
use super::quote;
use crate::document::Role;
use crate::rules::{Check, Tokens, Value};

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let [table] = subject.record.tables.as_slice() else { return Vec::new() };
    let signed = subject.document.blocks_of(Role::Signature).map(|span| span.start).min();
    let attached = subject.document.blocks_of(Role::Table).all(|t| signed.is_some_and(|at| t.start > at));
    let numbered = table.rows.iter().filter_map(|row| row.first()?.trim().trim_end_matches('.').parse::<usize>().ok());
    let numbers: Vec<usize> = numbered.collect();
    if !attached || numbers.is_empty() || !numbers.iter().copied().eq(1..=numbers.len()) {
        return Vec::new();
    }
    let words = subject.words();
    let tokens = Tokens::new(words);
    let found = subject.rules.phrases("listed").find(&tokens);
    let wrong = found.iter().filter_map(|hit| match hit.slot("count") {
        Some(Value::Count(told)) if *told != numbers.len() as f64 => Some(Hit {
            text: quote(words, hit.span),
            values: vec![("told", told.to_string()), ("rows", numbers.len().to_string())],
            doubtful: subject.is_doubtful("tables"),
        }),
        _ => None,
    });
    wrong.collect()
}
