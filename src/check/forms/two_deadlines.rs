//! Form `two_deadlines`: one task of one unit with two last days.
//!
//! in: one-off deadlines → out: a hit for the later place.
//! Promises: only where the task's words are the same and nothing tells the two apart (a round, a unit, a period).

use super::super::{Hit, Subject};
use super::{day, printed};
use crate::record::Deadline;
use crate::rules::Check;
use crate::text::fold::bare;

/// Words that tell rounds of one task apart.
const ROUNDS: [&str; 8] = ["đợt", "lần", "lượt", "vòng", "quý", "tháng đầu", "giai đoạn", "kỳ"];
/// A task of fewer words says too little: "báo cáo".
const FEWEST_WORDS: usize = 3;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let all = &subject.record.deadlines;
    let mut hits = Vec::new();
    for (at, later) in all.iter().enumerate() {
        let Some(second) = day(later.last_day.as_ref()) else { continue };
        let earlier = all[..at].iter().find(|d| d.last_day != later.last_day && is_same(d, later));
        if let Some(first) = earlier.and_then(|d| day(d.last_day.as_ref())) {
            let values = vec![("day", printed(second)), ("other", printed(first))];
            hits.push(Hit { text: later.text.clone(), values, doubtful: subject.is_doubtful("deadlines") });
        }
    }
    hits
}

fn is_same(a: &Deadline, b: &Deadline) -> bool {
    let words = |d: &Deadline| d.task.as_deref().map(bare).unwrap_or_default();
    let plain = |d: &Deadline| {
        let text = d.text.to_lowercase();
        !ROUNDS.iter().any(|round| text.contains(round))
    };
    let (first, second) = (words(a), words(b));
    let limits = [a, b].iter().all(|d| matches!(d.bound.as_str(), "before" | "by"));
    let told = first.split(' ').count() >= FEWEST_WORDS;
    limits && told && first == second && owed_by_one(a, b) && a.text != b.text && plain(a) && plain(b)
}

/// Whether the same units owe both, or one names them in fewer words ("các trường", "các trường tiểu học").
fn owed_by_one(a: &Deadline, b: &Deadline) -> bool {
    let names = |d: &Deadline| d.responsible.iter().map(|name| bare(name)).collect::<Vec<_>>().join("; ");
    let (first, second) = (names(a), names(b));
    first == second
        || !first.is_empty() && !second.is_empty() && (first.starts_with(&second) || second.starts_with(&first))
}
