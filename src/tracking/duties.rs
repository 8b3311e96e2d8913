//! What a letter asks for, by day.
//!
//! in: a record, a window of days → out: slots, each to be filled by an answer.

use super::Submission;
use crate::record::{Deadline, Record, Rhythm};
use crate::store::key::words;
use jiff::ToSpan;
use jiff::civil::Date;

/// A deadline or a quota.
#[derive(Debug, Clone)]
pub(super) struct Duty {
    /// Who owes it, as printed.
    pub units: Vec<String>,
    /// What is owed, in the letter's words.
    pub words: String,
    /// Folded words of the task, to compare subjects with.
    pub task: Vec<String>,
    /// Its only day.
    day: Option<Date>,
    /// Or how it repeats.
    pub rhythm: Option<Rhythm>,
    /// A quota only says how much: no letter answers it alone.
    pub quota: bool,
}

/// A duty on a day.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    /// What is owed.
    pub duty: &'a Duty,
    /// Last day.
    pub day: Option<Date>,
    /// What fills it, by day.
    pub submissions: Vec<Submission>,
}

/// Deadlines, then quotas, in the order of the record. Those whose owner is not named are the addressees'.
pub(super) fn of(record: &Record) -> Vec<Duty> {
    let owners = |named: &[String]| if named.is_empty() { record.addressees.clone() } else { named.to_vec() };
    let deadlines = record.deadlines.iter().map(|deadline: &Deadline| {
        let what = deadline.task.as_deref().filter(|t| !t.trim().is_empty()).unwrap_or(&deadline.text);
        Duty {
            units: owners(&deadline.responsible),
            words: what.to_owned(),
            task: words(what),
            day: deadline.final_day(),
            rhythm: deadline.rhythm(),
            quota: false,
        }
    });
    let quotas = record.quotas.iter().map(|quota| {
        let bare = format!("{} {}", quota.value, quota.unit);
        let words = if quota.text.trim().is_empty() { bare } else { quota.text.clone() };
        Duty { units: owners(&quota.responsible), words, task: Vec::new(), day: None, rhythm: None, quota: true }
    });
    deadlines.chain(quotas).filter(|duty| !duty.units.is_empty()).collect()
}

impl Duty {
    /// One slot; of a repeating duty one for each day from the later of `issued_on` and `since` until `today`, and the
    /// next one.
    pub fn slots(&self, issued_on: Option<Date>, today: Date, since: Date) -> Vec<Slot<'_>> {
        let slot = |day| Slot { duty: self, day, submissions: Vec::new() };
        let Some(rhythm) = self.rhythm else { return vec![slot(self.day)] };
        let from = issued_on.map_or(since, |issued| issued.max(since));
        // a yearly one comes within 13 months
        let to = today.checked_add(13.months()).unwrap_or(today);
        let days = rhythm.between(from, to);
        let past = days.iter().filter(|day| **day < today).count();
        days.into_iter().take(past + 1).map(|day| slot(Some(day))).collect()
    }
}
