//! The one document a person means.
//!
//! in: an id, a number, a serial → out: the stored document.
//! Promises: never a guess: what several documents answer to is refused with their ids, what none answers to is named.

use crate::error::{Error, Result};
use crate::record::Record;
use crate::store::{Store, StoredDocument, Summary};

/// As many ids are named where several documents answer.
const NAMED: usize = 8;

/// The only document that answers to `asked`.
///
/// # Errors
/// None, or several: with their ids.
pub fn summary(store: &dyn Store, asked: &str) -> Result<Summary> {
    let mut found = store.find(asked)?;
    if found.len() > 1 {
        let ids: Vec<&str> = found.iter().map(|summary| summary.id.as_str()).take(NAMED).collect();
        let (count, ids) = (found.len(), ids.join(", "));
        return Err(Error::usage(format!("{count} documents answer to {asked:?}: name one of {ids}")));
    }
    found.pop().ok_or_else(|| not_there(asked))
}

/// The same, with its record and text.
///
/// # Errors
/// As [`summary`].
pub fn document(store: &dyn Store, asked: &str) -> Result<StoredDocument> {
    store.document(&summary(store, asked)?.id)?.ok_or_else(|| not_there(asked))
}

/// The records of all that are asked for, each once, in the order asked.
///
/// # Errors
/// As [`summary`], of the first that is not clear.
pub fn records(store: &dyn Store, asked: &[String]) -> Result<Vec<Record>> {
    let mut records: Vec<Record> = Vec::new();
    for asked in asked {
        let id = summary(store, asked)?.id;
        if records.iter().all(|known| known.id != id) {
            records.extend(store.document(&id)?.map(|document| document.record));
        }
    }
    Ok(records)
}

fn not_there(asked: &str) -> Error {
    Error::input(format!("the store has no document {asked:?}: see `congvan list`"))
}
