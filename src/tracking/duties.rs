//! What a letter asks for, by day.
//!
//! in: a record, a window of days → out: slots, each to be filled by an answer.

use super::Submission;
use crate::record::{Deadline, QuotaBound, Record, Rhythm};
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
    /// First and last day of the time for which it repeats.
    asked: (Date, Date),
    /// Index (0-based) among the letter's quotas: every letter that answers the letter counts towards it.
    pub quota: Option<usize>,
    /// As many things are owed at least; `None` for deadlines and upper limits.
    pub wanted: Option<f64>,
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

/// Deadlines, then quotas, in the order of the record. Those whose owner is not named are the addressees'; a quota is due on
/// the day of the deadline it is joined with.
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
            asked: deadline.asked_within(Date::MIN, Date::MAX),
            quota: None,
            wanted: None,
        }
    });
    let quotas = record.quotas.iter().enumerate().map(|(index, quota)| {
        let bare = format!("{} {}", quota.value, quota.unit);
        let words = if quota.text.trim().is_empty() { bare } else { quota.text.clone() };
        Duty {
            units: owners(&quota.responsible),
            words,
            task: Vec::new(),
            day: joined(record, index).and_then(Deadline::final_day),
            rhythm: None,
            asked: (Date::MIN, Date::MAX),
            quota: Some(index),
            wanted: (quota.bound != QuotaBound::AtMost).then_some(quota.value),
        }
    });
    deadlines.chain(quotas).filter(|duty| !duty.units.is_empty()).collect()
}

/// The deadline quota `index` is due with.
fn joined(record: &Record, index: usize) -> Option<&Deadline> {
    let duty = record.obligations.iter().find(|duty| duty.quotas.contains(&index))?;
    record.deadlines.get(duty.deadline?)
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
        let days = rhythm.between(from.max(self.asked.0), to.min(self.asked.1));
        let past = days.iter().filter(|day| **day < today).count();
        days.into_iter().take(past + 1).map(|day| slot(Some(day))).collect()
    }
}
