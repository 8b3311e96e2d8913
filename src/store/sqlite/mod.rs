//! The SQLite engine: one file, WAL, several processes at once.
//!
//! in: a path → out: a [`Store`].
//! Promises: opening upgrades the schema in one transaction; a file of another program, a damaged one and one written by
//! a newer congvan are refused and left as they are; a writer waits [`PATIENCE`] for another one.

mod read;
mod search;
mod write;

use super::{Change, Counts, Due, DueFilter, FileResult, FileRow, FileState, Filter, Hit, Query, Store};
use super::{StoredDocument, Summary};
use crate::error::{Error, ErrorKind, Result};
use crate::record::Record;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// "cvan" in ASCII: tells our files from other programs' SQLite files.
const APPLICATION_ID: i32 = 0x6376_616e;

/// A batch of another process takes well under a second; a machine that swaps may need more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Never change a released step; add one.
const STEPS: &[M<'_>] = &[M::up(include_str!("schema-1.sql"))];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// A store in one file.
pub(super) struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    pub(super) fn open(path: &Path, create: bool) -> Result<Sqlite> {
        let memory = path == Path::new(":memory:");
        if !memory {
            check_place(path, create)?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags).map_err(Error::from);
        let connection = opened.and_then(prepare).map_err(|e| e.at(path))?;
        Ok(Sqlite { connection, path: path.to_owned() })
    }

    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        ask(&self.connection).map_err(|e| e.at(&self.path))
    }

    fn write<T>(&mut self, change: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let run = |connection: &mut Connection| {
            // taking the write lock first: upgrading a read lock fails at once when another process writes
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        run(&mut self.connection).map_err(|e: Error| e.at(&self.path))
    }
}

/// Clearer than SQLite's "unable to open database file".
fn check_place(path: &Path, create: bool) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err(Error::environment("is a folder, not a store").at(path));
    }
    if !path.exists() && !create {
        return Err(Error::environment("there is no store here: `congvan run PATH` makes one").at(path));
    }
    if !folder.is_dir() {
        return Err(Error::environment("the folder of the store does not exist").at(path));
    }
    Ok(())
}

fn prepare(mut connection: Connection) -> Result<Connection> {
    connection.busy_timeout(PATIENCE)?;
    // tables before the id: another process that makes this store now commits both together
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID && tables > 0 {
        return Err(Error::environment("is the database of another program, not a congvan store"));
    }
    // WAL: readers do not wait for writers. NORMAL: a killed process loses nothing; a power cut may lose the last files,
    // which are then read again.
    tried_again(lost_race, || connection.pragma_update(None, "journal_mode", "WAL"))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // 64 MiB: the indexes of 100,000 documents fit
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.set_prepared_statement_cache_capacity(64);
    upgrade(&mut connection)?;
    Ok(connection)
}

/// Two processes may make or upgrade a store at the same moment. SQLite does not wait in every step of that (a read lock
/// that wants to write fails at once), so the step is done again; none is begun after two seconds.
fn tried_again<T, E>(
    lost: impl Fn(&E) -> bool,
    mut step: impl FnMut() -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let until = Instant::now() + Duration::from_secs(2);
    loop {
        match step() {
            Err(e) if lost(&e) && Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
            done => return done,
        }
    }
}

/// Busy, or a table that the other process has made in the meantime.
fn lost_race(e: &rusqlite::Error) -> bool {
    let code = e.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::Unknown))
}

/// The one that comes second finds the work done.
fn upgrade(connection: &mut Connection) -> Result<()> {
    let lost = |e: &MigrationError| matches!(e, MigrationError::RusqliteError { err, .. } if lost_race(err));
    tried_again(lost, || MIGRATIONS.to_latest(connection)).map_err(|e| match e {
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            Error::environment("the store was written by a newer congvan: update this program")
        }
        MigrationError::RusqliteError { err, .. } => err.into(),
        other => Error::store(format!("the schema cannot be brought up to date: {other}")),
    })
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Error {
        let (kind, message) = match e.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => (ErrorKind::Environment, "is not a congvan store".to_owned()),
            Some(ErrorCode::DatabaseCorrupt) => (
                ErrorKind::Environment,
                "the store is damaged: put a backup in its place, or run again into a new one".to_owned(),
            ),
            Some(ErrorCode::DiskFull) => (ErrorKind::Environment, "the disk is full; nothing was lost".to_owned()),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                (ErrorKind::Environment, "the store cannot be written: check the rights of file and folder".to_owned())
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (ErrorKind::Store, "another process keeps the store busy: try again".to_owned())
            }
            Some(ErrorCode::SystemIoFailure) => (ErrorKind::Environment, format!("the disk fails: {e}")),
            _ => (ErrorKind::Store, e.to_string()),
        };
        Error::new(kind, message)
    }
}

/// A JSON column that does not read.
fn damaged(e: serde_json::Error) -> Error {
    Error::store(format!("a stored value does not read: {e}"))
}

impl Store for Sqlite {
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
        self.write(|c| write::put_file(c, file))
    }
    fn put_files(&mut self, files: &[FileResult]) -> Result<()> {
        self.write(|c| files.iter().try_for_each(|file| write::put_file(c, file)))
    }
    fn files(&self) -> Result<Vec<FileRow>> {
        self.read(read::files)
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
    fn cited_by(&self, id: &str) -> Result<Vec<(String, Summary)>> {
        self.read(|c| search::cited_by(c, id))
    }
    fn search(&self, query: &Query, limit: usize) -> Result<Vec<Hit>> {
        self.read(|c| search::search(c, query, limit))
    }
    fn due(&self, filter: &DueFilter) -> Result<Vec<Due>> {
        self.read(|c| search::due(c, filter))
    }
    fn counts(&self) -> Result<Counts> {
        self.read(read::counts)
    }
    fn history(&self, document: Option<&str>) -> Result<Vec<Change>> {
        self.read(|c| read::history(c, document))
    }
    fn append_history(&mut self, changes: &[Change]) -> Result<()> {
        self.write(|c| changes.iter().try_for_each(|change| write::append(c, change)))
    }
}
