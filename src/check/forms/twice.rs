//! Form `twice`: what stands in the document twice.
//!
//! in: `what` = task: clauses of the body with a verb of duty near their beginning (`dictionaries/words/duty_verbs.txt`) · page: the
//! repeated pages → out: a hit for the later place.

use super::super::{Hit, Subject};
use super::{order, quote};
use crate::document::Role;
use crate::rules::{Repeated, Tokens};
use crate::text::Span;
use std::collections::HashMap;

const SHORTEST: usize = 12;
const SHARE: f64 = 0.7;
const RUN: usize = 4;
/// The verb stands within so many words: "Phòng Văn hóa - Xã hội phường vận động".
const OWNER: usize = 9;

pub(super) fn look(what: Repeated, subject: &Subject) -> Vec<Hit> {
    match what {
        Repeated::Task => tasks(subject),
        Repeated::Page => pages(subject),
    }
}

/// Of the shorter clause at least `SHARE` of the words stand in one run in the longer one; clauses of less than `SHORTEST` words
/// say too little. Cost: quadratic in the clauses that share their rarest run of four words.
fn tasks(subject: &Subject) -> Vec<Hit> {
    let verbs = subject.rules.words("duty_verbs");
    let is_duty = |clause: &&str| {
        let tokens = Tokens::new(clause);
        (0..tokens.len().min(OWNER)).any(|at| verbs.at(&tokens, at).is_some())
    };
    let bodies = subject.document.blocks_of(Role::Body).map(|span| subject.text.slice(span));
    let clauses: Vec<&str> = bodies.flat_map(|body| body.split(['.', ';', ':'])).filter(is_duty).collect();
    let words: Vec<Vec<String>> = clauses.iter().map(|clause| order::words(clause)).collect();
    let mut seen: HashMap<&[String], Vec<usize>> = HashMap::new();
    let mut hits = Vec::new();
    for (at, later) in words.iter().enumerate().filter(|(_, words)| words.len() >= SHORTEST) {
        let mut earlier: Vec<usize> = later.windows(RUN).filter_map(|run| seen.get(run)).flatten().copied().collect();
        earlier.dedup();
        if let Some(first) = earlier.into_iter().find(|first| is_same(&words[*first], later)) {
            let shown = |clause: &str| quote(clause, Span::new(0, clause.len()));
            hits.push(Hit::new(shown(clauses[at]), subject.is_read()).with([("other", shown(clauses[first]))]));
        }
        later.windows(RUN).for_each(|run| seen.entry(run).or_default().push(at));
    }
    hits
}

fn is_same(a: &[String], b: &[String]) -> bool {
    longest_run(a, b) as f64 >= SHARE * a.len().min(b.len()) as f64
}

/// Length of the longest run of words both have.
fn longest_run(a: &[String], b: &[String]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut longest = 0;
    for word in a {
        let mut row = vec![0; b.len() + 1];
        for (at, _) in b.iter().enumerate().filter(|(_, other)| *other == word) {
            row[at + 1] = before[at] + 1;
            longest = longest.max(row[at + 1]);
        }
        before = row;
    }
    longest
}

/// The first words of each page that repeats an earlier one.
fn pages(subject: &Subject) -> Vec<Hit> {
    let pages = subject.document.repeated.iter();
    let first_line = |page: u32| {
        let mut lines = subject.document.blocks_of(Role::Repeated);
        lines.find(|line| subject.text.page_at(line.start) == page && subject.text.slice(*line).len() > 20)
    };
    let words = |page| first_line(page).map(|line| quote(subject.text.as_str(), line)).unwrap_or_default();
    pages.map(|page| Hit::new(words(*page), false).with([("page", page.to_string())])).collect()
}
