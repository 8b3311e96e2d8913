//! What calendars have to say about stored deadlines, those that leaders set among them.
//!
//! in: the store → out: one [`Entry`] per deadline that holds, or did.
//! Promises: what is no longer asked for (a deadline read anew and gone, a document replaced by a later one, a day taken back
//! by a leader) is cancelled, not forgotten, so that calendars strike it out; a sequence only grows.
//! Leaves out: how an entry is written (`export::ics`), and where it goes.

use crate::error::Result;
use crate::export::ics;
use crate::extract::word_doubts;
use crate::record::{CitedAs, Day, Deadline, Record};
use crate::rules::Rules;
use crate::store::{Decision, Filter, Store, in_force, key::name_key, key::number_key};
use crate::text::lang::Lang;
use std::collections::{HashMap, HashSet};

/// A deadline that holds, or did.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The document; of a former or decided deadline as if it had no others.
    pub record: &'a Record,
    /// 0-based place among the record's deadlines.
    pub index: usize,
    /// How often it changed: calendars replace an event only when its sequence grew.
    pub sequence: u32,
    /// It holds no longer.
    pub cancelled: bool,
}

impl<'a> Entry<'a> {
    /// The deadline.
    pub fn deadline(&self) -> &'a Deadline {
        &self.record.deadlines[self.index]
    }

    /// Who has to meet it: the units it names, else whom the document is addressed to.
    pub fn owners(&self) -> &'a [String] {
        match &self.deadline().responsible[..] {
            [] => &self.record.addressees,
            named => named,
        }
    }

    /// Whether it concerns a unit whose name contains `unit`; case and diacritics do not matter, no name is every unit.
    pub fn concerns(&self, unit: &str) -> bool {
        let unit = name_key(unit);
        unit.is_empty() || self.owners().iter().any(|name| name_key(name).contains(&unit))
    }
}

/// Hands over every entry, document by document; doubts are told in `lang`.
///
/// # Errors
/// The store cannot be read.
pub fn each_entry(store: &dyn Store, (rules, lang): (&Rules, Lang), mut each: impl FnMut(Entry<'_>)) -> Result<()> {
    let past = Past::of(store)?;
    store.each_record(&Filter::default(), &mut |mut record| {
        word_doubts(&mut record, rules, lang);
        past.each_entry(&record, &mut each);
        Ok(())
    })
}

/// What happened to deadlines before.
#[derive(Debug, Default)]
struct Past {
    /// How often the deadlines of each document changed.
    sequences: HashMap<String, u32>,
    /// Former deadlines by document, oldest first.
    former: HashMap<String, Vec<Vec<Deadline>>>,
    /// Number and day of issue of documents that a later one replaces.
    replaced: HashSet<(String, Day)>,
    /// What leaders decided, by document, in order.
    decisions: HashMap<String, Vec<Decision>>,
}

impl Past {
    fn of(store: &dyn Store) -> Result<Past> {
        let mut past = Past::default();
        for decision in store.decisions(None)? {
            past.decisions.entry(decision.document.clone()).or_default().push(decision);
        }
        for change in store.history(None)?.into_iter().filter(|change| change.field == "deadlines") {
            *past.sequences.entry(change.document.clone()).or_default() += 1;
            let was = change.was.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
            past.former.entry(change.document).or_default().push(was);
        }
        store.each_record(&Filter::default(), &mut |record| {
            for cited in record.references.into_iter().filter(|cited| cited.role == CitedAs::Replaces) {
                past.replaced.extend(cited.number.map(|number| number_key(&number)).zip(cited.date));
            }
            Ok(())
        })?;
        Ok(past)
    }

    fn is_replaced(&self, record: &Record) -> bool {
        let number = record.number.as_ref().and_then(|number| number.normalized.as_deref()).map(number_key);
        number.zip(record.issued_on.clone()).is_some_and(|known| self.replaced.contains(&known))
    }

    /// Every deadline of `record`, then those it had before, then those that leaders set.
    fn each_entry(&self, record: &Record, each: &mut dyn FnMut(Entry<'_>)) {
        let replaced = self.is_replaced(record);
        let sequence = self.sequences.get(&record.id).copied().unwrap_or_default() + u32::from(replaced);
        let mut known = HashSet::new();
        for index in 0..record.deadlines.len() {
            known.insert(ics::uid(record, index));
            each(Entry { record, index, sequence, cancelled: replaced });
        }
        // the latest wording of a former deadline is the one that calendars have
        for deadlines in self.former.get(&record.id).into_iter().flatten().rev() {
            let before = Record { deadlines: deadlines.clone(), ..record.clone() };
            for index in 0..before.deadlines.len() {
                if known.insert(ics::uid(&before, index)) {
                    each(Entry { record: &before, index, sequence, cancelled: true });
                }
            }
        }
        let decisions = self.decisions.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        each_decided(record, decisions, replaced, each);
    }
}

/// What leaders set; cancelled where the last decision for a unit sets no day and an earlier one did.
fn each_decided(record: &Record, decisions: &[Decision], replaced: bool, each: &mut dyn FnMut(Entry<'_>)) {
    let mut held = in_force(decisions);
    held.sort_by_key(|decision| &decision.unit);
    let about = |unit: &str| decisions.iter().filter(move |decision| decision.unit == unit).collect::<Vec<_>>();
    let (mut deadlines, mut told) = (Vec::new(), Vec::new());
    for held in held {
        if let Some(deadline) = about(&held.unit).into_iter().rev().find_map(Decision::deadline) {
            deadlines.push(deadline);
            told.push(held);
        }
    }
    // nothing on the page speaks of them
    let (evidence, needs_review) = Default::default();
    let alone = Record { deadlines, evidence, needs_review, ..record.clone() };
    for (index, held) in told.into_iter().enumerate() {
        let sequence = about(&held.unit).len() as u32 - 1 + u32::from(replaced);
        each(Entry { record: &alone, index, sequence, cancelled: replaced || held.due.is_none() });
    }
}
