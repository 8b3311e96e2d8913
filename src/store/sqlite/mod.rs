//! The SQLite engine: one file, WAL, several processes at once.
//!
//! in: a path → out: a [`Store`].
//! Promises: opening upgrades the schema in one transaction; a file of another program, a damaged one and one written by
//! a newer congvan are refused and left as they are; a writer waits [`PATIENCE`] for another one; nothing is said to be
//! stored in a file that was deleted or replaced meanwhile.

use super::engine::{Engine, Row, Scope, Value, Words};
use super::rows::Rows;
use super::{NO_ROOM, Query};
use crate::error::{Error, ErrorKind, Result};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ToSql, ffi, params};
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// "cvan" in ASCII: tells our files from other programs' SQLite files.
const APPLICATION_ID: i32 = 0x6376_616e;

/// A batch of another process takes well under a second; a machine that swaps may need more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Never change a released step; add one.
const STEPS: &[M<'_>] = &[M::up(include_str!("schema-1.sql")), M::up(include_str!("schema-2.sql"))];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// Opens the store in a file, `:memory:` for one that is gone when closed.
pub(super) fn open(path: &Path, create: bool) -> Result<Rows<Sqlite>> {
    let memory = path == Path::new(":memory:");
    if !memory {
        check_place(path, create)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).map_err(Error::from);
    let connection = opened.and_then(prepare).map_err(|e| e.at(path))?;
    let engine = Sqlite { connection, path: path.to_owned(), file: identity(path) };
    Ok(Rows { engine, place: path.to_owned() })
}

/// A connection to the store in one file.
pub(super) struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// The file that was opened; `None` where that cannot be told.
    file: Option<(u64, u64)>,
}

/// Device and number of a file: they tell it from another one of the same name.
fn identity(path: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    use std::os::unix::fs::MetadataExt;
    #[cfg(unix)]
    return path.metadata().ok().map(|file| (file.dev(), file.ino()));
    #[cfg(not(unix))]
    return None;
}

impl Sqlite {
    /// SQLite itself goes on writing into a file that has lost its name, with success.
    fn still_there(&self) -> Result<()> {
        if identity(&self.path) == self.file {
            return Ok(());
        }
        // the log would be read into whatever stands there next
        Err(Error::environment(
            "the store was deleted or replaced while it was in use: remove its -wal and -shm files, then do the same again",
        ))
    }
    fn prepared(&self, sql: &str, values: &[Value<'_>]) -> Result<CachedStatement<'_>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        for (place, value) in (1..).zip(values) {
            statement.raw_bind_parameter(place, value)?;
        }
        Ok(statement)
    }
}

impl Engine for Sqlite {
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        Ok(self.prepared(sql, values)?.raw_execute()? as u64)
    }
    fn each(&self, sql: &str, values: &[Value<'_>], then: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.prepared(sql, values)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values = (0..columns).map(|column| value(row.get_ref(column)?)).collect::<Result<_>>()?;
            then(&Row(values))?;
        }
        Ok(())
    }
    fn begin(&self) -> Result<()> {
        // taking the write lock first: upgrading a read lock fails at once when another process writes
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }
    fn begin_reading(&self) -> Result<()> {
        // the state is that of the first question
        Ok(self.connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?)
    }
    fn commit(&self) -> Result<()> {
        self.still_there()?;
        Ok(self.connection.execute_batch("COMMIT")?)
    }
    fn rollback(&self) -> Result<()> {
        Ok(self.connection.execute_batch("ROLLBACK")?)
    }
    fn put_words(&self, document: i64, words: &Words) -> Result<()> {
        let insert = "INSERT INTO words (rowid, number, subject, issuer, signer, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Words { number, subject, issuer, signer, body } = words;
        self.connection.prepare_cached(insert)?.execute(params![document, number, subject, issuer, signer, body])?;
        Ok(())
    }
    fn drop_words(&self, document: i64) -> Result<()> {
        self.connection.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([document])?;
        Ok(())
    }
    fn forget_history(&self, document: &str) -> Result<()> {
        let trigger = "SELECT sql FROM sqlite_schema WHERE name = 'history_is_not_shortened'";
        let trigger: String = self.connection.query_row(trigger, [], |row| row.get(0))?;
        // inside the caller's transaction: no other writer ever sees the history without its guard
        self.connection.execute_batch("DROP TRIGGER history_is_not_shortened")?;
        self.connection.execute("DELETE FROM history WHERE document = ?1", [document])?;
        Ok(self.connection.execute_batch(&trigger)?)
    }
    fn scrub(&self) -> Result<()> {
        // words of deleted documents stay in their index until its parts are merged; pages and rows until the file is written
        // anew; what was in the log until it is emptied
        self.connection.execute_batch("INSERT INTO words (words) VALUES ('optimize'); VACUUM;")?;
        let busy: bool = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        match busy {
            true => Err(Error::store(super::NOT_SCRUBBED)),
            false => Ok(()),
        }
    }
    fn with_words(&self, query: &Query, scope: Scope, values: &mut Vec<String>) -> String {
        // every phrase quoted, so that nothing the user types is an operator
        let quoted = |phrase: &[String]| format!("\"{}\"", phrase.join(" "));
        let columns = if scope == Scope::Title { "{number subject} : " } else { "" };
        let anywhere = query.phrases.iter().map(|phrase| format!("{columns}{}", quoted(phrase)));
        let within = query.fields.iter().map(|(field, phrase)| format!("{field} : {}", quoted(phrase)));
        values.push(anywhere.chain(within).collect::<Vec<_>>().join(" AND "));
        format!("SELECT rowid FROM words WHERE words MATCH ?{}", values.len())
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Flag(flag) => ValueRef::Integer(flag.into()),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(raw: ValueRef<'_>) -> Result<Value<'_>> {
    Ok(match raw {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(_) => Value::Text(raw.as_str().map_err(|e| Error::store(e.to_string()))?),
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Real(number) => return Err(Error::store(format!("a stored value is the number {number}"))),
    })
}

/// Clearer than SQLite's "unable to open database file".
fn check_place(path: &Path, create: bool) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err(Error::environment("is a folder, not a store").at(path));
    }
    if !path.exists() && !create {
        return Err(Error::environment(super::NONE_HERE).at(path));
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

/// SQLite says "disk full" only of the database file itself and of one cause.
fn is_short_of_room(e: &rusqlite::Error) -> bool {
    let code = e.sqlite_error().map_or(0, |e| e.extended_code);
    [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE].contains(&code)
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Error {
        let (kind, message) = match e.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => (ErrorKind::Environment, "is not a congvan store".to_owned()),
            Some(ErrorCode::DatabaseCorrupt) => (
                ErrorKind::Environment,
                "the store is damaged: move it away together with its -wal and -shm files, then put a backup in its place \
                 or run again"
                    .to_owned(),
            ),
            Some(ErrorCode::DiskFull) => (ErrorKind::Environment, format!("the disk is full; {NO_ROOM}")),
            Some(ErrorCode::SystemIoFailure) if is_short_of_room(&e) => (
                ErrorKind::Environment,
                format!("cannot be written, the disk is full or a limit on the size of files is reached; {NO_ROOM}"),
            ),
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
