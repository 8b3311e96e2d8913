//! What is looked at in stored documents besides the documents themselves: the orders they answer, the documents they
//! cite, the ones they repeat.
//!
//! in: the store, ids or numbers (none: everything) → out: each document with its stored findings and those among others.
//! Promises: nothing is written; one document is in memory at a time besides those it is held against, and the sketches of
//! all (256 bytes each).

use super::lookup;
use crate::check::copies::{self, Copies};
use crate::check::{self, Company, Copy, Given, Letter};
use crate::error::Result;
use crate::pipeline;
use crate::record::{CitedAs, Day, Record};
use crate::rules::Rules;
use crate::store::{Filter, Store, StoredDocument, Summary, key};
use crate::text::lang::Lang;
use std::collections::HashMap;

/// Stretches told of a document that repeats another.
const DIFFERENCES: usize = 6;
/// Texts in memory while their sketches are drawn on all cores.
const AT_ONCE: usize = 256;
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
        for some in ids.chunks(AT_ONCE) {
            let text = |id: &String| Ok(store.document(id)?.map(|document| document.text).unwrap_or_default());
            copies.add(&some.iter().map(text).collect::<Result<Vec<String>>>()?);
        }
        let index = ids.iter().cloned().zip(0..).collect();
        Ok(Stored { store, rules, lang, ids, index, copies })
    }

    /// Hands over the records asked for (ids or numbers; none: all), each with all its findings, worst first.
    pub fn each(&self, asked: &[String], mut with: impl FnMut(Record)) -> Result<()> {
        let named = asked.iter().map(|which| Ok(lookup::summary(self.store, which)?.id));
        let named: Vec<String> = named.collect::<Result<_>>()?;
        for id in if asked.is_empty() { &self.ids } else { &named } {
            let Some(StoredDocument { mut record, text }) = self.store.document(id)? else { continue };
            let found = self.findings(&record, &text)?;
            record.findings.extend(found);
            check::worst_first(&mut record.findings);
            with(record);
        }
        Ok(())
    }

    fn findings(&self, record: &Record, words: &str) -> Result<Vec<crate::record::Finding>> {
        let orders = self.orders(record)?;
        let company = Company { named: self.named(record)?, copies: self.copies(record, words)? };
        if orders.is_empty() && company.named.is_empty() && company.copies.is_empty() {
            return Ok(Vec::new());
        }
        let (text, document) = pipeline::stored_document(words, self.rules);
        let letter = Letter { record, document: &document, text: &text };
        let given = Given { lang: self.lang, ..Given::default() };
        let mut found = check::among(&letter, &company, self.rules, &given);
        for order in &orders {
            found.extend(check::against(&letter, order, self.rules, &given));
        }
        Ok(found)
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

    fn copies(&self, record: &Record, words: &str) -> Result<Vec<Copy>> {
        let Some(index) = self.index.get(&record.id) else { return Ok(Vec::new()) };
        let mut near = Vec::new();
        for other in self.copies.candidates(*index) {
            let Some(StoredDocument { record, text }) = self.store.document(&self.ids[other])? else { continue };
            let share = copies::share(words, &text);
            if share >= copies::NEAR {
                near.push(Copy { record, share, own: copies::differences(words, &text, DIFFERENCES) });
            }
        }
        Ok(near)
    }
}
