//! Who owes what: the obligations of stored letters, and the stored letters that answer them.
//!
//! in: the store, the roster of units, one document or all, today → out: one [`Line`] per unit and duty.
//! Promises: units come as the roster has them, those it does not know behind them by name; what is owed by number is counted
//! in the stored answers themselves.

use super::lookup;
use crate::check;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::rules::Rules;
use crate::store::{Query, Store, StoredDocument, key};
use crate::tracking::{Answers, Letter, Line, Roster, State, lines};
use jiff::ToSpan;
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::HashMap;

/// As many letters with one subject are looked at.
const MOST: usize = 10_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Only the obligations of this document, by id or number.
    pub document: Option<&'a str>,
    /// Of repeating duties the days since this one; a year ago where it is left out.
    pub since: Option<Date>,
    /// Only who has not answered, too late or with too little.
    pub missing: bool,
}

/// The obligations asked for, and how far each is met.
///
/// # Errors
/// Several documents or none answer to what is asked for; the store cannot be read.
pub fn owed(store: &dyn Store, rules: &Rules, roster: &Roster, asked: &Asked<'_>, today: Date) -> Result<Vec<Line>> {
    let (asking, letters) = match asked.document {
        Some(which) => around_one(store, which)?,
        None => around_all(store)?,
    };
    let since = asked.since.unwrap_or_else(|| today.checked_sub(1.years()).unwrap_or(today));
    let answers = Answers::of(&letters, roster);
    let counter = Counter::new(store, rules);
    let held = |order: &str, quota: usize, answer: &str| counter.held(order, quota, answer);
    let of = |letter| lines(letter, &answers, roster, (today, since), &held);
    let mut owed: Vec<Line> = asking.iter().flat_map(of).collect();
    counter.failed.take().map_or(Ok(()), Err)?;
    if asked.missing {
        owed.retain(|line| matches!(line.state, State::Missing | State::Late | State::Short));
    }
    let place = |line: &Line| roster.units().iter().position(|u| u.name == line.unit).unwrap_or(usize::MAX);
    owed.sort_by_cached_key(|line| (place(line), line.unit.clone(), line.due.is_none(), line.due));
    Ok(owed)
}

/// The letters that ask, and the letters that may answer them.
type AskingAndAnswering = (Vec<Letter>, Vec<Letter>);

/// The document asked for, and the letters that cite it or have its subject.
fn around_one(store: &dyn Store, asked: &str) -> Result<AskingAndAnswering> {
    let StoredDocument { record: asking, .. } = lookup::document(store, asked)?;
    let mut ids: Vec<String> = store.cited_by(&asking.id)?.into_iter().map(|(_, summary)| summary.id).collect();
    let subject = key::words(asking.subject.as_deref().unwrap_or_default());
    if !subject.is_empty() {
        let query = Query { fields: vec![("subject", subject)], ..Query::default() };
        ids.extend(store.search(&query, MOST)?.into_iter().map(|hit| hit.document.id));
    }
    ids.sort();
    ids.dedup();
    let entered = days_of_arrival(store)?;
    let mut letters = Vec::new();
    for id in ids {
        letters.extend(store.document(&id)?.map(|document| letter(&document.record, &entered)));
    }
    Ok((vec![letter(&asking, &entered)], letters))
}

/// All letters, in one order whatever was stored first.
fn around_all(store: &dyn Store) -> Result<AskingAndAnswering> {
    let entered = days_of_arrival(store)?;
    let mut letters = Vec::new();
    store.each_brief(&mut |record| {
        letters.push(letter(&record, &entered));
        Ok(())
    })?;
    letters.sort_by(|a: &Letter, b: &Letter| a.id().cmp(b.id()));
    Ok((letters.iter().filter(|letter| letter.asks()).cloned().collect(), letters))
}

/// Days of arrival by document, as the register has them.
fn days_of_arrival(store: &dyn Store) -> Result<HashMap<String, Date>> {
    let entries = store.arrivals()?.into_iter();
    Ok(entries.filter_map(|entry| Some((entry.document, entry.arrived_on.date()?))).collect())
}

fn letter(record: &Record, entered: &HashMap<String, Date>) -> Letter {
    Letter::of(record).entered_on(entered.get(&record.id).copied())
}

/// Counts what stored answers hold.
struct Counter<'a> {
    store: &'a dyn Store,
    rules: &'a Rules,
    /// The order asked for last: its answers are asked about one after the other.
    order: RefCell<Option<Record>>,
    /// The first thing the store could not do; [`lines`] has no way to say it.
    failed: RefCell<Option<Error>>,
}

impl<'a> Counter<'a> {
    fn new(store: &'a dyn Store, rules: &'a Rules) -> Counter<'a> {
        Counter { store, rules, order: RefCell::default(), failed: RefCell::default() }
    }

    fn held(&self, order: &str, quota: usize, answer: &str) -> Option<usize> {
        self.try_held(order, quota, answer).unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            None
        })
    }

    fn try_held(&self, order: &str, quota: usize, answer: &str) -> Result<Option<usize>> {
        if self.order.borrow().as_ref().is_none_or(|known| known.id != order) {
            self.order.replace(self.store.document(order)?.map(|document| document.record));
        }
        let (order, answer) = (self.order.borrow(), self.store.document(answer)?);
        let (Some(order), Some(answer)) = (order.as_ref(), answer) else { return Ok(None) };
        Ok(check::held(order, quota, &answer.text, &answer.record.tables, self.rules))
    }
}
