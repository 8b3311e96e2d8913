//! The store in SQL that both engines read: one place for what is kept, and how it is asked for.
//!
//! in: an [`Engine`] → out: a [`Store`].
//! Promises: every write is a transaction of its own, undone when it fails; errors name the store.

mod book;
mod read;
mod search;
mod write;

use super::engine::Engine;
use super::{
    Arrival, Author, Change, Counts, Decision, Due, DueFilter, FileResult, FileRow, FileState, Filter, Hit, Query,
    Store,
};
use super::{StoredDocument, Summary};
use crate::error::{Error, Result};
use crate::record::{CitedAs, Record};
use std::path::PathBuf;

/// A store in a database.
pub(super) struct Rows<E> {
    pub(super) engine: E,
    /// File, or host and name of the database: what an error is said of.
    pub(super) place: PathBuf,
}

impl<E: Engine> Rows<E> {
    fn read<T>(&self, ask: impl FnOnce(&dyn Engine) -> Result<T>) -> Result<T> {
        ask(&self.engine).map_err(|e| e.at(&self.place))
    }

    fn write<T>(&mut self, change: impl FnOnce(&dyn Engine) -> Result<T>) -> Result<T> {
        let run = |engine: &E| {
            engine.begin()?;
            let changed = change(engine).and_then(|done| engine.commit().map(|()| done));
            // the first error says what happened; a transaction that cannot even be undone ends with its connection
            changed.inspect_err(|_| drop(engine.rollback()))
        };
        run(&self.engine).map_err(|e| e.at(&self.place))
    }
}

/// A JSON column that does not read.
fn damaged(e: serde_json::Error) -> Error {
    Error::store(format!("a stored value does not read: {e}"))
}

impl<E: Engine> Store for Rows<E> {
    fn file_state(&self, sha256: &str) -> Result<Option<FileState>> {
        self.read(|c| read::file_state(c, sha256))
    }
    fn begin_file(&mut self, sha256: &str, name: &str) -> Result<()> {
        self.write(|c| write::begin_file(c, sha256, name))
    }
    fn put_page(&mut self, sha256: &str, page: u32, reading_version: u32, page_json: &str) -> Result<()> {
        self.write(|c| write::put_page(c, sha256, page, reading_version, page_json))
    }
    fn pages(&self, sha256: &str, reading_version: u32) -> Result<Vec<(u32, String)>> {
        let pages = self.all_pages(sha256)?.into_iter();
        Ok(pages.filter(|(_, version, _)| *version == reading_version).map(|(page, _, json)| (page, json)).collect())
    }
    fn all_pages(&self, sha256: &str) -> Result<Vec<(u32, u32, String)>> {
        self.read(|c| read::all_pages(c, sha256))
    }
    fn put_file(&mut self, file: &FileResult) -> Result<()> {
        if !file.is_secret {
            return self.write(|c| write::put_file(c, file));
        }
        // an earlier version may have stored what it did not know to be secret
        let bare = FileResult { records: Vec::new(), warnings: Vec::new(), ..file.clone() };
        let was_there = self.write(|c| {
            let was_there = write::forget(c, &file.sha256)?;
            write::put_file(c, &bare).map(|()| was_there)
        })?;
        if was_there { self.read(|c| c.scrub()) } else { Ok(()) }
    }
    fn put_files(&mut self, files: &[FileResult]) -> Result<()> {
        let (secret, others): (Vec<&FileResult>, Vec<&FileResult>) = files.iter().partition(|file| file.is_secret);
        self.write(|c| others.iter().try_for_each(|file| write::put_file(c, file)))?;
        secret.into_iter().try_for_each(|file| self.put_file(file))
    }
    fn files(&self) -> Result<Vec<FileRow>> {
        self.read(|c| read::files(c))
    }
    fn file(&self, sha256: &str) -> Result<Option<FileResult>> {
        self.read(|c| read::file(c, sha256))
    }
    fn list(&self, filter: &Filter) -> Result<Vec<Summary>> {
        self.read(|c| read::list(c, filter))
    }
    fn find(&self, id_or_number: &str) -> Result<Vec<Summary>> {
        self.read(|c| search::find(c, id_or_number))
    }
    fn document(&self, id: &str) -> Result<Option<StoredDocument>> {
        self.read(|c| read::document(c, id))
    }
    fn each_record(&self, filter: &Filter, each: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
        self.read(|c| read::each_record(c, filter, each))
    }
    fn each_brief(&self, each: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
        self.read(|c| read::each_brief(c, each))
    }
    fn cited_by(&self, id: &str) -> Result<Vec<(CitedAs, Summary)>> {
        self.read(|c| search::cited_by(c, id))
    }
    fn search(&self, query: &Query, limit: usize) -> Result<Vec<Hit>> {
        self.read(|c| search::search(c, query, limit))
    }
    fn due(&self, filter: &DueFilter) -> Result<Vec<Due>> {
        self.read(|c| search::due(c, filter))
    }
    fn counts(&self) -> Result<Counts> {
        self.read(|c| read::counts(c))
    }
    fn arrive(&mut self, wanted: &Arrival, by: &Author) -> Result<Arrival> {
        self.write(|c| book::arrive(c, wanted, by))
    }
    fn arrival(&self, document: &str) -> Result<Option<Arrival>> {
        self.read(|c| book::arrival(c, document))
    }
    fn arrivals(&self) -> Result<Vec<Arrival>> {
        self.read(|c| book::arrivals(c))
    }
    fn decide(&mut self, decision: &Decision, by: &Author) -> Result<()> {
        self.write(|c| book::decide(c, decision, by))
    }
    fn decisions(&self, document: Option<&str>) -> Result<Vec<Decision>> {
        self.read(|c| book::decisions(c, document))
    }
    fn put_book(&mut self, arrivals: &[Arrival], decisions: &[Decision]) -> Result<Vec<Arrival>> {
        self.write(|c| {
            decisions.iter().try_for_each(|decision| book::put_decision(c, decision))?;
            let mut left_out = Vec::new();
            for arrival in arrivals {
                if !book::take_over(c, arrival)? {
                    left_out.push(arrival.clone());
                }
            }
            Ok(left_out)
        })
    }
    fn at_one_moment(&self, read: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        self.read(|c| c.begin_reading())?;
        let done = read();
        let ended = self.read(|c| c.rollback());
        done.and(ended)
    }
    fn history(&self, document: Option<&str>) -> Result<Vec<Change>> {
        self.read(|c| read::history(c, document))
    }
    fn append_history(&mut self, changes: &[Change]) -> Result<()> {
        self.write(|c| changes.iter().try_for_each(|change| write::append(c, change)))
    }
}
