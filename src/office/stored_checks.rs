//! What is looked at in stored documents besides the documents themselves: the orders they answer, the documents they
//! cite, the ones they repeat.
//!
//! in: the store, ids or numbers (none: everything) → out: each document with its stored findings and those among others.
//! Promises: nothing is written; in memory are a few documents with those they are held against, and the sketches of all
//! (256 bytes each).

use super::lookup;
use crate::check::copies::{self, Copies};
use crate::check::{self, Company, Copy, Given, Letter};
use crate::error::Result;
use crate::pipeline;
use crate::record::{CitedAs, Day, Record};
use crate::rules::Rules;
use crate::store::{Filter, Store, StoredDocument, Summary, key};
use crate::text::lang::Lang;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::HashMap;

/// As many documents are in memory at once: enough to keep the cores of an office's machine busy.
const AT_ONCE: usize = 16;
/// Stretches told of a document that repeats another.
const DIFFERENCES: usize = 6;
/// Texts in memory while their sketches are drawn on all cores.
const SKETCHED_AT_ONCE: usize = 256;
/// Roles of a citation that can make the citing letter an answer.
const ANSWERING: [CitedAs; 3] = [CitedAs::Answers, CitedAs::Implements, CitedAs::Basis];

/// The store with the sketches of all its documents.
pub struct Stored<'a> {
    store: &'a dyn Store,
    rules: &'a Rules,
    lang: Lang,
    ids: Vec<String>,
    index: HashMap<String, usize>,
    copies: Copies,
}

impl<'a> Stored<'a> {
    /// Reads every text once.
    pub fn of(store: &'a dyn Store, rules: &'a Rules, lang: Lang) -> Result<Stored<'a>> {
        let ids: Vec<String> = store.list(&Filter::default())?.into_iter().map(|summary| summary.id).collect();
        let mut copies = Copies::default();
        for some in ids.chunks(SKETCHED_AT_ONCE) {
            let text = |id: &String| Ok(store.document(id)?.map(|document| document.text).unwrap_or_default());
            copies.add(&some.iter().map(text).collect::<Result<Vec<String>>>()?);
        }
        let index = ids.iter().cloned().zip(0..).collect();
        Ok(Stored { store, rules, lang, ids, index, copies })
    }

    /// Hands over the records asked for (ids or numbers; none: all), each with all its findings, worst first.
    ///
    /// # Errors
    /// Several documents or none answer to what is asked for; the store cannot be read.
    pub fn each(&self, asked: &[String], mut with: impl FnMut(Record)) -> Result<()> {
        let named = asked.iter().map(|which| Ok(lookup::summary(self.store, which)?.id));
        let named: Vec<String> = named.collect::<Result<_>>()?;
        let wanted = if asked.is_empty() { &self.ids } else { &named };
        let (rules, lang) = (self.rules, self.lang);
        // the store has one connection: documents are read one after the other, then looked at on all cores
        for ids in wanted.chunks(AT_ONCE) {
            let read = ids.iter().filter_map(|id| self.read(id).transpose());
            let read: Vec<Compared> = read.collect::<Result<_>>()?;
            let looked_at: Vec<Record> = read.into_par_iter().map(|document| document.looked_at(rules, lang)).collect();
            looked_at.into_iter().for_each(&mut with);
        }
        Ok(())
    }

    /// A document and all it is held against; `None` where it is gone meanwhile.
    fn read(&self, id: &str) -> Result<Option<Compared>> {
        let Some(own) = self.store.document(id)? else { return Ok(None) };
        let (orders, named) = (self.orders(&own.record)?, self.named(&own.record)?);
        let alike = self.alike(id)?;
        Ok(Some(Compared { own, orders, named, alike }))
    }

    /// The stored documents that ask for something the letter answers.
    fn orders(&self, record: &Record) -> Result<Vec<Record>> {
        let answering = record.references.iter().filter(|cited| ANSWERING.contains(&cited.role));
        let mut orders: Vec<Record> = Vec::new();
        for cited in answering.filter_map(|cited| Some((cited.number.as_deref()?, cited.date.as_ref()))) {
            let (number, day) = cited;
            let year = |day: &Day| day.date().map(|date| date.year());
            let fits = |order: &Summary| match (day.and_then(year), order.issued_on.as_ref().and_then(year)) {
                (Some(told), Some(issued)) => told == issued,
                _ => true,
            };
            for found in self.store.find(number)?.iter().filter(|order| fits(order) && order.id != record.id) {
                let Some(order) = self.store.document(&found.id)?.map(|document| document.record) else { continue };
                let asks = !order.deadlines.is_empty() || !order.quotas.is_empty();
                let new = orders.iter().all(|known| known.id != order.id);
                if asks && new && check::answers(record, &order, self.rules) {
                    orders.push(order);
                }
            }
        }
        Ok(orders)
    }

    /// The stored documents whose number the letter cites or carries.
    fn named(&self, record: &Record) -> Result<Vec<Record>> {
        let own = record.number.as_ref().and_then(|number| number.normalized.as_deref());
        let cited =
            record.references.iter().filter(|cited| cited.date.is_some()).filter_map(|cited| cited.number.as_deref());
        let mut keys: Vec<&str> = Vec::new();
        let mut named = Vec::new();
        for number in own.into_iter().chain(cited) {
            if keys.iter().any(|known| key::number_key(known) == key::number_key(number)) {
                continue;
            }
            keys.push(number);
            for found in self.store.find(number)?.iter().filter(|found| found.id != record.id) {
                named.extend(self.store.document(&found.id)?.map(|document| document.record));
            }
        }
        Ok(named)
    }

    /// The stored documents that may repeat this one.
    fn alike(&self, id: &str) -> Result<Vec<StoredDocument>> {
        let Some(index) = self.index.get(id) else { return Ok(Vec::new()) };
        let candidates = self.copies.candidates(*index).into_iter();
        candidates.filter_map(|other| self.store.document(&self.ids[other]).transpose()).collect()
    }
}

/// A stored document and those it is held against.
struct Compared {
    own: StoredDocument,
    /// What it answers.
    orders: Vec<Record>,
    /// Whose number it cites or carries.
    named: Vec<Record>,
    /// What it may repeat.
    alike: Vec<StoredDocument>,
}

impl Compared {
    /// Its record with the findings it was stored with and those among the others.
    fn looked_at(self, rules: &Rules, lang: Lang) -> Record {
        let Compared { own: StoredDocument { mut record, text: words }, orders, named, alike } = self;
        let copies: Vec<Copy> = alike.into_iter().filter_map(|other| repeated(&words, other)).collect();
        if !(orders.is_empty() && named.is_empty() && copies.is_empty()) {
            let (text, document) = pipeline::stored_document(&words, rules);
            let letter = Letter { record: &record, document: &document, text: &text };
            let given = Given { lang, ..Given::default() };
            let mut found = check::among(&letter, &Company { named, copies }, rules, &given);
            found.extend(orders.iter().flat_map(|order| check::against(&letter, order, rules, &given)));
            record.findings.extend(found);
        }
        check::worst_first(&mut record.findings);
        record
    }
}

/// `other` where `words` repeat it in large part.
fn repeated(words: &str, other: StoredDocument) -> Option<Copy> {
    let StoredDocument { record, text } = other;
    let share = copies::share(words, &text);
    (share >= copies::NEAR).then(|| Copy { record, share, own: copies::differences(words, &text, DIFFERENCES) })
}
