//! The store: what was read is kept here, one transaction per file, and asked for again.
//!
//! in: a [`FileResult`] per file, page results as they come → out: documents, deadlines, search hits, a lossless export.
//! Promises: a killed process leaves whole files or none; the same input gives the same content ([`exchange::dump`]);
//! several processes may write at once; ids are stable; nothing in a result depends on the clock but `stored_at` and
//! [`Change::at`].
//! Leaves out: submissions and the unit roster (`tracking`).

mod engine;
pub mod exchange;
pub mod key;
mod postgres;
mod rows;
mod snippet;
mod sqlite;
mod types;

pub use key::Query;
pub use types::*;

use crate::error::{Error, Result};
use crate::record::CitedAs;

/// What every engine does. Writes are transactions of their own; `&mut` because an engine has one connection. A closure that is
/// handed rows asks the store for nothing meanwhile.
pub trait Store: Send {
    /// What is known of a file; `None` when it was never begun.
    fn file_state(&self, sha256: &str) -> Result<Option<FileState>>;
    /// Remembers that a file is being worked on, so that its pages can be kept. Does nothing when it is known already.
    fn begin_file(&mut self, sha256: &str, name: &str) -> Result<()>;
    /// Keeps the result of one page (1-based), replacing an earlier reading of it. The file must have been begun.
    fn put_page(&mut self, sha256: &str, page: u32, reading_version: u32, page_json: &str) -> Result<()>;
    /// The pages kept from this version of the reading, by page number.
    fn pages(&self, sha256: &str, reading_version: u32) -> Result<Vec<(u32, String)>>;
    /// The pages kept, whatever their version: page, version, JSON; by page number.
    fn all_pages(&self, sha256: &str) -> Result<Vec<(u32, u32, String)>>;
    /// Stores everything about a file at once, in place of what was stored of it before. Documents keep their ids; what
    /// changed in them goes to the history.
    fn put_file(&mut self, file: &FileResult) -> Result<()>;
    /// The same for many files in one transaction: all or none, and much quicker.
    fn put_files(&mut self, files: &[FileResult]) -> Result<()>;

    /// Every file, by sha256, without its documents.
    fn files(&self) -> Result<Vec<FileRow>>;
    /// A file as it was put; `None` when it is not known, or begun and not finished.
    fn file(&self, sha256: &str) -> Result<Option<FileResult>>;
    /// Documents by date of issue, undated ones last.
    fn list(&self, filter: &Filter) -> Result<Vec<Summary>>;
    /// Documents with this id, this number (case, diacritics, blanks and leading zeros do not matter), else this serial
    /// or this beginning of an id (8 characters or more).
    fn find(&self, id_or_number: &str) -> Result<Vec<Summary>>;
    /// One document, by its id.
    fn document(&self, id: &str) -> Result<Option<StoredDocument>>;
    /// Hands over every record in the order of [`Store::list`]; stops at the first error.
    fn each_record(&self, filter: &Filter, each: &mut dyn FnMut(crate::record::Record) -> Result<()>) -> Result<()>;
    /// Every record, as it lies, with only what tells duties and answers: id, number, days, issuer, subject, addressees,
    /// references, deadlines, quotas, obligations.
    fn each_brief(&self, each: &mut dyn FnMut(crate::record::Record) -> Result<()>) -> Result<()>;
    /// Documents that cite this one by number, with the role of the citation.
    fn cited_by(&self, id: &str) -> Result<Vec<(CitedAs, Summary)>>;
    /// Full text and field search, best first. Diacritics and case do not matter.
    fn search(&self, query: &Query, limit: usize) -> Result<Vec<Hit>>;
    /// Deadlines with their dates, by last day; undated ones last.
    fn due(&self, filter: &DueFilter) -> Result<Vec<Due>>;
    /// How much there is.
    fn counts(&self) -> Result<Counts>;

    /// Enters a document into the register of incoming documents. Where `wanted.number` is 0 it gets the number after the
    /// highest of its book and year. A document that was entered keeps its number; another `arrived_on` of the same year
    /// corrects the day.
    ///
    /// Errors: the document is not stored, or has another number; the number belongs to another document (usage).
    fn arrive(&mut self, wanted: &Arrival, by: &Author) -> Result<Arrival>;
    /// The entry of a document.
    fn arrival(&self, document: &str) -> Result<Option<Arrival>>;
    /// Every entry, by book, year and number; also those of documents that are no longer stored.
    fn arrivals(&self) -> Result<Vec<Arrival>>;
    /// Adds what a leader decided about a document, which must be stored.
    fn decide(&mut self, decision: &Decision, by: &Author) -> Result<()>;
    /// Decisions in the order they were made; of one document or of all, by document.
    fn decisions(&self, document: Option<&str>) -> Result<Vec<Decision>>;
    /// Takes over entries and decisions of another store; nothing goes to the history. Entries whose number belongs to
    /// another document here are left out and handed back.
    fn put_book(&mut self, arrivals: &[Arrival], decisions: &[Decision]) -> Result<Vec<Arrival>>;
    /// Everything that `read` asks of this store is answered as of one moment, whatever others write meanwhile.
    fn at_one_moment(&self, read: &mut dyn FnMut() -> Result<()>) -> Result<()>;

    /// Changes, oldest first; of one document or of all.
    fn history(&self, document: Option<&str>) -> Result<Vec<Change>>;
    /// Appends to the history.
    fn append_history(&mut self, changes: &[Change]) -> Result<()>;
}

/// What is said where a disk is full: every write is whole or not there.
const NO_ROOM: &str = "what was stored is whole: make room, then do the same again";

/// What is said where another process reads while words of a secret file are being taken out.
const NOT_SCRUBBED: &str = "words of a secret file may be left in the log of the store: end the other programs that use it, then do the same again";

/// What is said of a place without a store.
pub const NONE_HERE: &str = "there is no store here: `congvan run PATH` makes one";

/// Opens a store, making a new one where there is none. `sqlite://congvan.db` is relative to the working folder,
/// `sqlite:///abs/path.db` absolute, `sqlite://:memory:` gone when closed; `postgres://USER@HOST/DATABASE` is a database that
/// is there already.
///
/// # Errors
/// A URL of another form (usage); a folder that is missing, a file that is no congvan store, is damaged or was written by a newer
/// program, a database that cannot be reached (environment).
///
/// # Examples
/// ```
/// use congvan::store::{self, FileResult, Query, StoredDocument};
///
/// let letter = r#"{"id": "a-1", "kind": "ke_hoach", "number": {"normalized": "117/KH-UBND"}, "subject": "Phòng, chống dịch"}"#;
/// let record = serde_json::from_str(letter).expect("what is not told is empty");
/// let document = StoredDocument { record, text: "Các đơn vị báo cáo trước ngày 20/11/2025.".to_owned() };
///
/// let mut store = store::open("sqlite://:memory:")?;
/// store.put_file(&FileResult { sha256: "a".into(), records: vec![document], ..FileResult::default() })?;
/// let hits = store.search(&Query::parse("bao cao")?, 10)?;
/// assert_eq!(hits[0].document.number.as_deref(), Some("117/KH-UBND"));
/// # Ok::<(), congvan::Error>(())
/// ```
pub fn open(url: &str) -> Result<Box<dyn Store>> {
    open_as(url, true)
}

/// Opens a store that must be there already.
pub fn open_existing(url: &str) -> Result<Box<dyn Store>> {
    open_as(url, false)
}

/// The URL as it may be shown: a password in it is not told.
pub fn without_password(url: &str) -> String {
    let Some((scheme @ ("postgres" | "postgresql"), rest)) = url.split_once("://") else { return url.to_owned() };
    let (login, place) = rest.split_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
    let user = login.map(|login| login.split(':').next().unwrap_or(login).to_owned() + "@").unwrap_or_default();
    let (place, options) = place.split_once('?').map_or((place, ""), |(place, options)| (place, options));
    let shown: Vec<&str> = options.split('&').filter(|o| !o.is_empty() && !o.starts_with("password=")).collect();
    let options = if shown.is_empty() { String::new() } else { format!("?{}", shown.join("&")) };
    format!("{scheme}://{user}{place}{options}")
}

fn open_as(url: &str, create: bool) -> Result<Box<dyn Store>> {
    match url.split_once("://") {
        Some(("sqlite", path)) if !path.is_empty() => Ok(Box::new(sqlite::open(path.as_ref(), create)?)),
        Some(("postgres" | "postgresql", _)) => Ok(Box::new(postgres::open(url, create)?)),
        // the scheme alone: there may be a password in the rest
        _ => Err(Error::usage(format!(
            "--store {:?}… is not a URL this program knows: use sqlite://FILE or postgres://USER@HOST/DATABASE",
            url.split(':').next().unwrap_or_default()
        ))),
    }
}
