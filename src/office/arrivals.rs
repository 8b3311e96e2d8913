//! Entering documents into the register of incoming documents: which day, which number, which book.
//!
//! in: records, what the clerk says of them, today → out: their lines in the register, or the [`Doubt`] that keeps one out.
//! Promises: a number is given once; numbers run on within book and year, whoever enters at the same time; what a stamp
//! says is taken over where it was read without doubt, and asked for where it was not; entering again changes nothing.

use super::wording;
use crate::error::{Error, Result};
use crate::record::{CitedAs, Received, Record, Reference};
use crate::store::{Arrival, Author, Filter, Store, key::number_key};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

/// What a stamp or a clerk may give as số đến.
pub const NUMBERS: RangeInclusive<u32> = 1..=999_999;

/// Fields of the record that hold what the stamp says.
const STAMPED_DAY: &str = "received.date";
const STAMPED_NUMBER: &str = "received.number";

/// What the clerk says of the documents being entered; what is left out is taken from the stamp, or given anew.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Day of arrival.
    pub on: Option<Date>,
    /// Số đến.
    pub number: Option<u32>,
    /// "incoming" or "secret".
    pub book: Option<String>,
}

/// What a stamp says and nobody can read for sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamped {
    /// Ngày đến.
    Day,
    /// Số đến.
    Number,
}

/// Why a document is not entered: its stamp says something that is not clear, and the clerk did not say it either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// What is not clear.
    pub what: Stamped,
    /// The document's number, else its id.
    pub document: String,
    /// Its file.
    pub file: String,
    /// What the stamp may say.
    pub candidates: Vec<String>,
}

/// Why a document is not entered.
#[derive(Debug)]
pub enum NotEntered {
    /// A person must say what the stamp says.
    Doubtful(Doubt),
    /// The store refuses (the number belongs to another document), or cannot be read.
    Refused(Error),
}

impl From<Doubt> for NotEntered {
    fn from(doubt: Doubt) -> NotEntered {
        NotEntered::Doubtful(doubt)
    }
}

impl From<Error> for NotEntered {
    fn from(error: Error) -> NotEntered {
        NotEntered::Refused(error)
    }
}

/// What [`not_entered`] finds.
#[derive(Debug, Default)]
pub struct Waiting {
    /// Documents to be entered, in the order in which they get numbers. Of each only the fields that are looked at.
    pub records: Vec<Record>,
    /// So many more are attachments of others and get no number of their own.
    pub attachments: usize,
}

/// The documents that are not in the register: those with a clear number on their stamp first, then by day of arrival and
/// day of issue.
///
/// # Errors
/// The store cannot be read.
pub fn not_entered(store: &dyn Store) -> Result<Waiting> {
    let entered: HashSet<String> = store.arrivals()?.into_iter().map(|arrival| arrival.document).collect();
    let mut records: Vec<Record> = Vec::new();
    let mut sent_with: HashMap<String, Vec<Reference>> = HashMap::new();
    store.each_record(&Filter::default(), &mut |record| {
        let attachments = record.references.iter().filter(|cited| cited.role == CitedAs::Attachment);
        for attachment in attachments {
            sent_with.entry(record.source.sha256.clone()).or_default().push(attachment.clone());
        }
        if !entered.contains(&record.id) {
            records.push(needed(record));
        }
        Ok(())
    })?;
    let all = records.len();
    records.retain(|record| {
        let sent = sent_with.get(&record.source.sha256).map(Vec::as_slice).unwrap_or_default();
        !is_attachment(record, sent)
    });
    records.sort_by_cached_key(|record| {
        let stamp = record.received.clone().unwrap_or_default();
        let number = stamp.number.and_then(|n| n.parse::<u32>().ok());
        let (no_number, no_day) = (!has_number(record), stamp.date.is_none());
        (no_number, no_day, stamp.date, number, record.issued_on.clone(), record.id.clone())
    });
    Ok(Waiting { attachments: all - records.len(), records })
}

/// The few fields that are looked at: a hundred thousand fit in memory.
fn needed(record: Record) -> Record {
    let Record { id, source, number, issued_on, subject, received, secrecy, needs_review, references, .. } = record;
    Record { id, source, number, issued_on, subject, received, secrecy, needs_review, references, ..Record::default() }
}

/// Sent with a letter of the same file: it says so, the letter says so, or it stands behind the letter without a number. A
/// letter may cite it with a slip in the symbol: serial and day tell it too.
fn is_attachment(record: &Record, sent: &[Reference]) -> bool {
    let behind = record.source.part > 1;
    let Some(number) = record.number.as_ref().and_then(|n| n.normalized.as_deref()) else {
        return behind || record.references.iter().any(|cited| cited.role == CitedAs::AttachmentOf);
    };
    let serial = |number: &str| number.split(['/', '-']).next().map(number_key);
    let is_cited = |cited: &Reference| {
        let other = cited.number.as_deref().unwrap_or_default();
        let same_number = number_key(other) == number_key(number);
        let same_day = cited.date.is_some() && cited.date == record.issued_on;
        same_number || (same_day && serial(other) == serial(number))
    };
    behind && sent.iter().any(is_cited)
}

/// Parts `records` into those that can get a number and the count of those that must wait: while a number on some stamp is
/// in doubt, a document without one would be given that very number.
pub fn in_turn(records: &[Record]) -> (Vec<&Record>, usize) {
    if !records.iter().any(number_in_doubt) {
        return (records.iter().collect(), 0);
    }
    let ready: Vec<&Record> = records.iter().filter(|record| number_in_doubt(record) || has_number(record)).collect();
    let waiting = records.len() - ready.len();
    (ready, waiting)
}

/// Whether a number stands on the stamp and was read without doubt.
fn has_number(record: &Record) -> bool {
    matches!(stamped_number(record), Ok(Some(_)))
}

fn number_in_doubt(record: &Record) -> bool {
    is_asked_about(record, STAMPED_NUMBER)
}

/// Enters a document; one that is entered already and of which nothing else is said stays as it is.
///
/// # Errors
/// What the stamp says is not clear; the store refuses, or cannot be read.
pub fn enter(
    store: &mut dyn Store,
    record: &Record,
    said: &Said,
    author: &Author,
    today: Date,
) -> Result<Arrival, NotEntered> {
    let known = store.arrival(&record.id)?;
    if let Some(known) = known.as_ref().filter(|known| says_nothing_new(said, known)) {
        return Ok(known.clone());
    }
    let on = match said.on {
        Some(day) => day,
        None => stamped_day(record)?.unwrap_or(today),
    };
    // 0: the store keeps the number it gave before, or gives the next one
    let number = match (said.number, &known) {
        (Some(number), _) => number,
        (None, Some(_)) => 0,
        (None, None) => stamped_number(record)?.unwrap_or(0),
    };
    let by_mark = if record.secrecy.is_some() { "secret" } else { "incoming" };
    let book = said.book.clone().or(known.map(|known| known.book)).unwrap_or_else(|| by_mark.to_owned());
    let year = u32::from(on.year().unsigned_abs());
    let wanted = Arrival { document: record.id.clone(), book, year, number, arrived_on: on.into() };
    Ok(store.arrive(&wanted, author)?)
}

fn says_nothing_new(said: &Said, known: &Arrival) -> bool {
    said.on.is_none()
        && said.number.is_none_or(|number| number == known.number)
        && said.book.as_ref().is_none_or(|book| *book == known.book)
}

/// `None` where there is no stamp, or none that says it.
fn stamped_day(record: &Record) -> Result<Option<Date>, Doubt> {
    let Some(day) = stamped(record, STAMPED_DAY, |stamp| stamp.date.as_ref())? else { return Ok(None) };
    day.date().map(Some).ok_or_else(|| Doubt::of(record, STAMPED_DAY))
}

fn stamped_number(record: &Record) -> Result<Option<u32>, Doubt> {
    let Some(number) = stamped(record, STAMPED_NUMBER, |stamp| stamp.number.as_deref())? else { return Ok(None) };
    let number = number.parse().ok().filter(|number| NUMBERS.contains(number));
    number.map(Some).ok_or_else(|| Doubt::of(record, STAMPED_NUMBER))
}

/// What the stamp says, where no person is asked about it.
fn stamped<'r, T: ?Sized>(
    record: &'r Record,
    field: &str,
    says: impl Fn(&'r Received) -> Option<&'r T>,
) -> Result<Option<&'r T>, Doubt> {
    match is_asked_about(record, field) {
        true => Err(Doubt::of(record, field)),
        false => Ok(record.received.as_ref().and_then(says)),
    }
}

fn is_asked_about(record: &Record, field: &str) -> bool {
    record.needs_review.iter().any(|review| review.field == field)
}

impl Doubt {
    fn of(record: &Record, field: &str) -> Doubt {
        let asked = record.needs_review.iter().filter(|review| review.field == field);
        Doubt {
            what: if field == STAMPED_DAY { Stamped::Day } else { Stamped::Number },
            document: wording::number(record).unwrap_or_else(|| record.id.clone()),
            file: record.source.file.clone(),
            candidates: asked.flat_map(|review| review.candidates.clone()).collect(),
        }
    }
}
