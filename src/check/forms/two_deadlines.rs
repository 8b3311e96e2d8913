//! Form `two_deadlines`: one task of one unit with two last days.
//!
//! in: one-off deadlines, verbs of handing something in (`delivers`) → out: a hit for the later place.
//! Promises: only where what is to be delivered, or else the task's words, are the same and nothing tells the two apart (a
//! round, a unit, a period, who receives it).

use super::super::{Hit, Subject};
use super::{day, list, order, printed};
use crate::record::{Bound, Deadline};
use crate::rules::Check;
use crate::text::fold::bare;

/// Words that tell rounds of one task apart.
const ROUNDS: [&str; 8] = ["đợt", "lần", "lượt", "vòng", "quý", "tháng đầu", "giai đoạn", "kỳ"];
/// A task of fewer words says too little: "báo cáo".
const FEWEST_WORDS: usize = 3;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let all = &subject.record.deadlines;
    let mut hits = Vec::new();
    for (at, later) in all.iter().enumerate() {
        let Some(second) = day(later.last_day.as_ref()) else { continue };
        let earlier = all[..at].iter().find(|d| d.last_day != later.last_day && is_same(d, later, check));
        if let Some(first) = earlier.and_then(|d| day(d.last_day.as_ref())) {
            let values = vec![("day", printed(second)), ("other", printed(first))];
            hits.push(Hit { text: later.text.clone(), values, doubtful: subject.is_doubtful("deadlines") });
        }
    }
    hits
}

fn is_same(a: &Deadline, b: &Deadline, check: &Check) -> bool {
    let plain = |d: &Deadline| {
        let text = d.text.to_lowercase();
        !ROUNDS.iter().any(|round| text.contains(round))
    };
    let (first, second) = (thing(a, check), thing(b, check));
    let limits = [a, b].iter().all(|d| matches!(d.bound, Bound::Before | Bound::By));
    let told = first.len().min(second.len()) >= FEWEST_WORDS;
    let same = first.starts_with(&second) || second.starts_with(&first);
    limits && told && same && owed_by_one(a, b) && received_by_one(a, b) && a.text != b.text && plain(a) && plain(b)
}

/// What is to be done, in folded words; where something is delivered, what: without the verb of delivering and what says
/// where to.
fn thing(deadline: &Deadline, check: &Check) -> Vec<String> {
    let words = order::words(deadline.task.as_deref().unwrap_or_default());
    let verbs = list(check, "delivers").map(order::words);
    let Some(verb) = verbs.filter(|verb| words.starts_with(verb)).map(|verb| verb.len()).max() else { return words };
    let to = words.iter().position(|word| matches!(word.as_str(), "ve" | "tai" | "cho" | "den" | "toi"));
    words[verb..to.filter(|to| *to > verb).unwrap_or(words.len())].to_vec()
}

/// Whether both go to one office, as far as that is told.
fn received_by_one(a: &Deadline, b: &Deadline) -> bool {
    let name = |d: &Deadline| d.deliver_to.as_deref().map(bare).unwrap_or_default();
    let (first, second) = (name(a), name(b));
    first.contains(&second) || second.contains(&first)
}

/// Whether the same units owe both, or one names them in fewer words ("các trường", "các trường tiểu học").
fn owed_by_one(a: &Deadline, b: &Deadline) -> bool {
    let names = |d: &Deadline| d.responsible.iter().map(|name| bare(name)).collect::<Vec<_>>().join("; ");
    let (first, second) = (names(a), names(b));
    first == second
        || !first.is_empty() && !second.is_empty() && (first.starts_with(&second) || second.starts_with(&first))
}
