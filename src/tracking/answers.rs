//! The letters of units on the roster, and which duty each of them answers.
//!
//! in: letters → out: [`Answers`], indexed by what they cite and by the beginnings their subjects contain.

use super::duties::Slot;
use super::{Held, Letter, Roster, Submission};
use crate::record::{CitedAs, Day, Reference};
use crate::store::key::number_key;
use jiff::civil::Date;
use std::collections::HashMap;

/// A shorter subject ("báo cáo tháng 5") says nothing about which letter is answered.
const TELLING: usize = 5;
/// Of the words of a task a subject must share this much to be about it.
const ABOUT: f64 = 0.34;
/// Roles of a citation that make no answer.
const NO_ANSWER: [CitedAs; 4] = [CitedAs::Attachment, CitedAs::AttachmentOf, CitedAs::Replaces, CitedAs::Amends];

/// Letters of units on the roster.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    letters: Vec<Answer<'a>>,
    /// Number key of a cited letter → indexes.
    by_citation: HashMap<String, Vec<usize>>,
    /// Every run of [`TELLING`] words of a subject → indexes.
    by_run: HashMap<&'a [String], Vec<usize>>,
}

#[derive(Debug)]
struct Answer<'a> {
    letter: &'a Letter,
    unit: usize,
    /// The unit's name is spelt as on the roster.
    exact: bool,
}

impl<'a> Answers<'a> {
    /// Those of `letters` whose issuer is on the roster.
    pub fn of(letters: impl IntoIterator<Item = &'a Letter>, roster: &Roster) -> Answers<'a> {
        let mut answers = Answers::default();
        let mut known: HashMap<&str, Option<(usize, f64)>> = HashMap::new();
        for letter in letters {
            let Some(issuer) = &letter.issuer else { continue };
            let unit = known.entry(issuer).or_insert_with(|| roster.unit(issuer));
            let Some((unit, nearness)) = *unit else { continue };
            let index = answers.letters.len();
            answers.letters.push(Answer { letter, unit, exact: nearness == 1.0 });
            for number in letter.cites.iter().filter_map(|cited| cited.number.as_deref()) {
                answers.by_citation.entry(number_key(number)).or_default().push(index);
            }
            for run in letter.subject.windows(TELLING) {
                answers.by_run.entry(run).or_default().push(index);
            }
        }
        answers
    }

    /// Puts the letters of `unit` that answer `asking` into the slots (by day) they fill, and into every quota's.
    pub(super) fn fill(&self, asking: &Letter, unit: usize, slots: &mut [Slot<'_>], held: &Held<'_>) {
        let mut found: Vec<(&Answer<'_>, &'static str)> = Vec::new();
        let cited = asking.key.iter().filter_map(|key| self.by_citation.get(key)).flatten().map(|i| (i, "reference"));
        let alike = asking.subject.get(..TELLING).and_then(|run| self.by_run.get(run));
        for (index, by) in cited.chain(alike.into_iter().flatten().map(|i| (i, "subject"))) {
            let answer = &self.letters[*index];
            let new = !found.iter().any(|(known, _)| known.letter.id == answer.letter.id);
            if answer.unit == unit && new && answers(answer.letter, asking, by) {
                found.push((answer, by));
            }
        }
        found.sort_by(|(a, _), (b, _)| {
            let order = |letter: &Letter| (letter.came_on().is_none(), letter.came_on());
            order(a.letter).cmp(&order(b.letter)).then_with(|| a.letter.id.cmp(&b.letter.id))
        });
        for (answer, by) in found {
            let submission = answer.submission(by);
            if let Some(slot) = place(answer.letter, slots) {
                slots[slot].submissions.push(submission.clone());
            }
            for slot in slots.iter_mut() {
                let Some(quota) = slot.duty.quota else { continue };
                let counted = held(&asking.id, quota, &submission.id);
                let certain = submission.certain && (counted.is_some() || slot.duty.wanted.is_none());
                slot.submissions.push(Submission { counted, certain, ..submission.clone() });
            }
        }
    }
}

impl Answer<'_> {
    fn submission(&self, by: &'static str) -> Submission {
        let on = self.letter.came_on();
        Submission {
            id: self.letter.id.clone(),
            number: self.letter.number.clone(),
            on,
            by,
            counted: None,
            certain: by == "reference" && self.exact && on.is_some(),
        }
    }
}

fn answers(letter: &Letter, asking: &Letter, by: &str) -> bool {
    let earlier = matches!((letter.issued_on, asking.issued_on), (Some(answer), Some(asked)) if answer < asked);
    if letter.id == asking.id || earlier {
        return false;
    }
    match by {
        "reference" => letter.cites.iter().any(|cited| means(cited, letter, asking)),
        _ => letter.subject.windows(asking.subject.len()).any(|run| run == asking.subject),
    }
}

/// Numbers begin anew every year: the year must be the same, printed with the citation or taken from the answer's day.
fn means(cited: &Reference, letter: &Letter, asking: &Letter) -> bool {
    let number = cited.number.as_deref().map(number_key);
    let year = cited.date.as_ref().and_then(Day::date).map(|day| day.year());
    let same_year = match (year, asking.issued_on) {
        (Some(year), Some(asked)) => year == asked.year(),
        // without a date the nearest one before is meant: not one of more than a year ago
        (None, Some(asked)) => letter.issued_on.is_none_or(|answer| answer.year() - asked.year() <= 1),
        (_, None) => true,
    };
    !NO_ANSWER.contains(&cited.role) && number.is_some() && number == asking.key && same_year
}

/// The slot a letter fills: among those it is about, the first open one it was in time for, else the last open one it is
/// late for; one more for the same day where none is open. `None` where there are quotas only.
fn place(letter: &Letter, slots: &[Slot<'_>]) -> Option<usize> {
    let share = |slot: &Slot<'_>| {
        let task = &slot.duty.task;
        let shared = task.iter().filter(|word| letter.subject.contains(word)).count();
        if task.is_empty() { 0.0 } else { shared as f64 / task.len() as f64 }
    };
    let answerable: Vec<usize> = (0..slots.len()).filter(|&i| slots[i].duty.quota.is_none()).collect();
    let best = answerable.iter().map(|&i| share(&slots[i])).fold(0.0, f64::max);
    let about = |i: &usize| best < ABOUT || share(&slots[*i]) >= best - 0.1;
    let wanted: Vec<usize> = answerable.into_iter().filter(about).collect();
    let open = |i: &usize| slots[*i].submissions.is_empty();
    let Some(on) = letter.came_on() else { return wanted.iter().copied().find(open).or(wanted.last().copied()) };
    let in_time = |i: &usize| slots[*i].day.is_none_or(|day| day >= on);
    // a second letter within a month is about that month, not about the next one
    let takes = |i: &usize| open(i) || slots[*i].duty.rhythm.is_some();
    let next = wanted.iter().copied().filter(in_time).find(takes);
    let missed = wanted.iter().copied().filter(|i| !in_time(i)).rfind(open);
    if let (Some(next), Some(missed)) = (next, missed)
        && overdue_rather_than_early(&slots[missed], &slots[next], on)
    {
        return Some(missed);
    }
    let again = || wanted.iter().copied().find(in_time).or(wanted.last().copied());
    next.or(missed).or_else(again)
}

/// Of a repeating duty: what comes in the first third of the time after a missed day is late for that, not early for the
/// next.
fn overdue_rather_than_early(missed: &Slot<'_>, next: &Slot<'_>, on: Date) -> bool {
    let (Some(before), Some(after)) = (missed.day, next.day) else { return false };
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
    let same = std::ptr::eq(missed.duty, next.duty) && missed.duty.rhythm.is_some();
    same && days(before, on) * 3 <= days(before, after)
}
