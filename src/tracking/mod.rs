//! Who did what was asked: obligations of stored letters against the letters that answer them.
//!
//! in: letters with duties, letters that may answer them, the [`Roster`], today → out: one [`Line`] per unit and duty.
//! An answer is a later letter of a unit of the roster that cites the asking letter by its number (of the same year), or
//! whose subject contains the asking letter's whole subject. It fills the duty whose words its subject shares, and of a
//! repeating one the day it was in time for.
//! Promises: computed anew each time from what is stored, nothing is kept; every line names the letters it rests on; what
//! was found by likeness alone, or is owed by number and could not be counted, is marked uncertain.
//! Leaves out: whether the answer is good; numbers of several letters are not added up, the largest one counts.

mod answers;
mod duties;
mod roster;

pub use answers::Answers;
pub use roster::{Roster, Unit};

use crate::record::{Day, Record, Reference};
use crate::store::key::{number_key, words};
use duties::{Duty, Slot};
use jiff::civil::Date;
use serde::Serialize;

/// Where a duty stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its last day is past, no answer is stored.
    Missing,
    /// Answered, with fewer things than the quota asks for.
    Short,
    /// Answered after the last day.
    Late,
    /// Not answered yet, the last day is still to come.
    Due,
    /// Not answered; no last day is known.
    Undated,
    /// Answered in time (or without a day to be late for).
    Done,
}

/// A letter that answers a duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Submission {
    /// Record id.
    pub id: String,
    /// Number, else `None`.
    pub number: Option<String>,
    /// Day of arrival, else of issue.
    pub on: Option<Date>,
    /// "reference" or "subject".
    pub by: &'static str,
    /// How many of the things a quota asks for it holds; `None` for deadlines and where they could not be counted.
    pub counted: Option<usize>,
    /// False where unit or letter were matched by likeness, the day is not known or the things owed were not counted: a
    /// person should look.
    pub certain: bool,
}

/// What one unit owes, on one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Name on the roster, else as printed.
    pub unit: String,
    /// Whether it is on the roster: the answers of others cannot be found.
    pub on_roster: bool,
    /// Where reminders go.
    pub email: Option<String>,
    /// Number of the asking letter, else its id.
    pub document: String,
    /// What is owed, in the letter's words.
    pub duty: String,
    /// Last day.
    pub due: Option<Date>,
    /// As many things are owed; `None` for deadlines and upper limits.
    pub wanted: Option<f64>,
    /// Where it stands.
    pub state: State,
    /// The letters that answer it, by day; the first one decides.
    pub submissions: Vec<Submission>,
}

/// What is needed of a record: small, so that a hundred thousand fit in memory.
#[derive(Debug, Clone)]
pub struct Letter {
    id: String,
    number: Option<String>,
    key: Option<String>,
    issued_on: Option<Date>,
    arrived_on: Option<Date>,
    issuer: Option<String>,
    /// Folded words of the subject.
    subject: Vec<String>,
    cites: Vec<Reference>,
    duties: Vec<Duty>,
}

impl Letter {
    /// What is needed of `record`.
    pub fn of(record: &Record) -> Letter {
        let number = record.number.as_ref().and_then(|n| n.normalized.clone());
        Letter {
            id: record.id.clone(),
            key: number.as_deref().map(number_key),
            number,
            issued_on: record.issued_on.as_ref().and_then(Day::date),
            arrived_on: record.received.as_ref().and_then(|r| r.date.as_ref()?.date()),
            issuer: record.issuer.as_ref().map(|issuer| issuer.name.clone()),
            subject: words(record.subject.as_deref().unwrap_or_default()),
            cites: record.references.clone(),
            duties: duties::of(record),
        }
    }

    /// With the day of arrival that the register has, in place of the stamp's.
    #[must_use]
    pub fn entered_on(mut self, day: Option<Date>) -> Letter {
        self.arrived_on = day.or(self.arrived_on);
        self
    }

    /// Its record's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether something is owed because of it.
    pub fn asks(&self) -> bool {
        !self.duties.is_empty()
    }

    /// The day that counts for being in time.
    fn came_on(&self) -> Option<Date> {
        self.arrived_on.or(self.issued_on)
    }
}

/// How many things that a quota (record id and 0-based index) asks for an answer (record id) holds; `None` where they cannot
/// be counted.
pub type Held<'a> = dyn Fn(&str, usize, &str) -> Option<usize> + 'a;

/// The lines of one asking letter: units in the order of the roster, others as printed; duties by day. Of a repeating duty
/// the days since `since` and the next one.
///
/// # Examples
/// ```
/// use congvan::record::Record;
/// use congvan::tracking::{self, Answers, Letter, Roster, State};
/// use jiff::civil::date;
///
/// let letter = |json: &str| Letter::of(&serde_json::from_str::<Record>(json).expect("what is not told is empty"));
/// let order = letter(
///     r#"{"id": "a-1", "number": {"normalized": "117/KH-UBND"}, "issued_on": "2025-11-03",
///         "deadlines": [{"task": "gửi báo cáo", "date": "2025-11-20", "bound": "by", "responsible": ["Trường Hoa Gạo"]}]}"#,
/// );
/// let answer = letter(
///     r#"{"id": "b-1", "issued_on": "2025-11-21", "issuer": {"name": "Trường Hoa Gạo"},
///         "references": [{"number": "117/KH-UBND", "role": "implements"}]}"#,
/// );
/// let roster = Roster::parse("[[unit]]\nname = 'Trường Hoa Gạo'", &[])?;
/// let answers = Answers::of([&answer], &roster);
/// let (today, since) = (date(2025, 12, 1), date(2025, 1, 1));
/// let lines = tracking::lines(&order, &answers, &roster, (today, since), &|_, _, _| None);
/// assert_eq!((lines[0].unit.as_str(), lines[0].state), ("Trường Hoa Gạo", State::Late));
/// # Ok::<(), congvan::Error>(())
/// ```
pub fn lines(
    asking: &Letter,
    answers: &Answers<'_>,
    roster: &Roster,
    (today, since): (Date, Date),
    held: &Held<'_>,
) -> Vec<Line> {
    let mut owed: Vec<(Owner<'_>, Vec<Slot<'_>>)> = Vec::new();
    for duty in &asking.duties {
        for owner in owners(duty, roster) {
            let slots = duty.slots(asking.issued_on, today, since);
            match owed.iter_mut().find(|(known, _)| *known == owner) {
                Some((_, all)) => all.extend(slots),
                None => owed.push((owner, slots)),
            }
        }
    }
    owed.sort_by_key(|(owner, _)| match owner {
        Owner::Unit(index) => *index,
        Owner::Printed(_) => usize::MAX,
    });
    owed.into_iter()
        .flat_map(|(owner, mut slots)| {
            slots.sort_by_key(|slot| (slot.day.is_none(), slot.day));
            if let Owner::Unit(unit) = owner {
                answers.fill(asking, unit, &mut slots, held);
            }
            slots.into_iter().map(move |slot| line(asking, &owner, slot, roster, today)).collect::<Vec<_>>()
        })
        .collect()
}

/// Who owes something.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner<'a> {
    /// Index into the roster.
    Unit(usize),
    /// A name the roster does not know.
    Printed(&'a str),
}

fn owners<'a>(duty: &'a Duty, roster: &Roster) -> Vec<Owner<'a>> {
    let mut owners = Vec::new();
    for printed in &duty.units {
        let meant = roster.meant(printed);
        let found = match meant.is_empty() {
            true => vec![Owner::Printed(printed)],
            false => meant.into_iter().map(Owner::Unit).collect(),
        };
        owners.extend(found.into_iter().filter(|o| !owners.contains(o)).collect::<Vec<_>>());
    }
    owners
}

fn line(asking: &Letter, owner: &Owner<'_>, slot: Slot<'_>, roster: &Roster, today: Date) -> Line {
    let unit = match owner {
        Owner::Unit(index) => roster.units()[*index].clone(),
        Owner::Printed(name) => Unit { name: (*name).to_owned(), ..Unit::default() },
    };
    let first = slot.submissions.first().map(|s| s.on);
    let most = slot.submissions.iter().filter_map(|s| s.counted).max();
    let short = matches!((most, slot.duty.wanted), (Some(most), Some(wanted)) if (most as f64) < wanted);
    let state = match (first, slot.day) {
        _ if short => State::Short,
        (Some(Some(on)), Some(day)) if on > day => State::Late,
        (Some(_), _) => State::Done,
        (None, None) => State::Undated,
        (None, Some(day)) if day < today => State::Missing,
        (None, Some(_)) => State::Due,
    };
    Line {
        unit: unit.name,
        on_roster: matches!(owner, Owner::Unit(_)),
        email: unit.email,
        document: asking.number.clone().unwrap_or_else(|| asking.id.clone()),
        duty: slot.duty.words.clone(),
        due: slot.day,
        wanted: slot.duty.wanted,
        state,
        submissions: slot.submissions,
    }
}

#[cfg(test)]
mod tests;
