//! The PostgreSQL engine: one database for many desks.
//!
//! in: a URL → out: a [`Store`](super::Store) in the schema `congvan` of that database.
//! Promises: opening makes or upgrades the schema in one transaction; a store of a newer congvan is refused and left as it
//! is; writers take turns, as they do with SQLite; a connection that was lost is made anew for the next question; no
//! message shows the password.
//! Leaves out: TLS (`sslmode=require` is refused): use a local socket, a trusted network or a tunnel.

use super::engine::{Engine, Row, Scope, Value, Words};
use super::rows::Rows;
use super::{NO_ROOM, Query};
use crate::error::{Error, ErrorKind, Result};
use bytes::BytesMut;
use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, IsolationLevel, NoTls, Statement};
use std::cell::{Cell, RefCell, RefMut};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Never change a released step; add one.
const STEPS: &[&str] = &[include_str!("step-1.sql")];

/// "cvan" in ASCII: the lock that writers and upgrades take.
const LOCK: i64 = 0x6376_616e;

/// Whether there is a store. By a query, since `to_regclass` may answer from a cache that is behind.
const THERE: &str = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'congvan' AND tablename = 'version')";

/// Every session: where our tables are, how long to wait for another writer, nothing said that is no warning.
const SESSION: &str = "SET search_path TO congvan; SET lock_timeout TO '30s'; SET client_min_messages TO warning;";

/// Tables that hold words of documents.
const TABLES_WITH_WORDS: [&str; 10] =
    ["pages", "notes", "documents", "texts", "words", "deadlines", "quotas", "citations", "reviews", "history"];

/// A server that does not answer is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that was not used for longer is tried first.
const REST: Duration = Duration::from_millis(100);

/// PostgreSQL's arrays are indexed up to a size; a longer "word" is noise of a scan and found by its phrase only.
const LONGEST_WORD: usize = 200;

/// Opens the store in a database; `postgres://USER@HOST/DATABASE`. The password may stand in the URL or in `PGPASSWORD`.
pub(super) fn open(url: &str, create: bool) -> Result<Rows<Postgres>> {
    let config = config(url)?;
    let place = place(&config);
    let client = connect(&config).and_then(|mut client| prepare(&mut client, create).map(|()| client));
    let client = client.map_err(|e| e.at(&place))?;
    let engine = Postgres {
        config,
        link: RefCell::new(Link::new(client)),
        within: Cell::new(false),
        put: Cell::new(0),
        told_at: Cell::new(NEWS),
    };
    Ok(Rows { engine, place })
}

fn config(url: &str) -> Result<Config> {
    let wrong = |what: &str| Error::usage(format!("--store: {what}: write postgres://USER@HOST/DATABASE"));
    let mut config: Config = url.parse().map_err(|e| wrong(&format!("the URL does not read ({})", cause(&e))))?;
    if config.get_dbname().is_none() {
        return Err(wrong("the URL names no database"));
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(Error::environment("sslmode=require: this build connects without TLS: use a socket or a tunnel"));
    }
    if let (None, Ok(password)) = (config.get_password(), std::env::var("PGPASSWORD")) {
        config.password(password);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    config.application_name("congvan");
    Ok(config)
}

/// Host and database, for messages.
fn place(config: &Config) -> PathBuf {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => String::new(),
    };
    PathBuf::from(format!("postgres://{host}/{}", config.get_dbname().unwrap_or_default()))
}

fn connect(config: &Config) -> Result<Client> {
    let mut client = config.connect(NoTls)?;
    client.batch_execute(SESSION)?;
    Ok(client)
}

/// Makes the tables or brings them up to date. The one that comes second finds the work done.
fn prepare(client: &mut Client, create: bool) -> Result<()> {
    let wanted = STEPS.len();
    if version(client)? == Some(wanted) {
        return Ok(());
    }
    let mut transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start()?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])?;
    let now = transaction.query_one(THERE, &[])?;
    let done = match now.get(0) {
        true => transaction.query_one("SELECT step FROM congvan.version", &[])?.get::<_, i64>(0),
        false if !create => {
            return Err(Error::environment(super::NONE_HERE));
        }
        false => {
            transaction.batch_execute(
                "CREATE SCHEMA IF NOT EXISTS congvan;
                 CREATE TABLE congvan.version (step BIGINT NOT NULL);
                 INSERT INTO congvan.version VALUES (0);",
            )?;
            0
        }
    };
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > wanted {
        return Err(Error::environment("the store was written by a newer congvan: update this program"));
    }
    STEPS[done..].iter().try_for_each(|step| transaction.batch_execute(step))?;
    transaction.execute("UPDATE congvan.version SET step = $1", &[&(wanted as i64)])?;
    Ok(transaction.commit()?)
}

/// The step the store is at; `None` where there is none.
fn version(client: &mut Client) -> Result<Option<usize>> {
    let there: bool = client.query_one(THERE, &[])?.get(0);
    if !there {
        return Ok(None);
    }
    let step: i64 = client.query_one("SELECT step FROM congvan.version", &[])?.get(0);
    Ok(usize::try_from(step).ok())
}

/// A connection and the statements it has prepared.
struct Link {
    client: Client,
    /// When it was last asked for something.
    used: Instant,
    prepared: HashMap<String, Statement>,
}

impl Link {
    fn new(client: Client) -> Self {
        Link { client, used: Instant::now(), prepared: HashMap::new() }
    }

    fn statement(&mut self, sql: &str) -> Result<Statement> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        // both engines number their values: SQLite after a question mark
        let statement = self.client.prepare(&sql.replace('?', "$"))?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// A connection to the store in a database.
pub(super) struct Postgres {
    config: Config,
    link: RefCell<Link>,
    /// Whether a transaction is going on.
    within: Cell<bool>,
    /// Documents put by this connection, and at how many the planner is told next.
    put: Cell<u64>,
    told_at: Cell<u64>,
}

/// As many new documents, and then each time twice as many, make the planner's picture of the tables old: in a store of
/// 100,000 just filled a rare word took 440 ms instead of 0.5 until the server's own housekeeping came by.
const NEWS: u64 = 500;

/// Fresh statistics, and the words still waiting in the lists of both indexes sorted in.
const TELL: &str = "ANALYZE documents, words, texts, deadlines, citations;
    SELECT gin_clean_pending_list('words_in_title'), gin_clean_pending_list('words_anywhere')";

impl Postgres {
    /// The connection, made anew where the old one was lost between two questions.
    fn link(&self) -> Result<RefMut<'_, Link>> {
        let busy = |_| Error::store("the store is asked for something while it is still answering");
        let mut link = self.link.try_borrow_mut().map_err(busy)?;
        if !self.within.get() {
            // a closed socket shows only when something is asked
            let rested = link.used.elapsed() > REST;
            if link.client.is_closed() || rested && link.client.is_valid(PATIENCE).is_err() {
                *link = Link::new(connect(&self.config)?);
            }
        }
        link.used = Instant::now();
        Ok(link)
    }

    fn batch(&self, sql: &str) -> Result<()> {
        Ok(self.link()?.client.batch_execute(sql)?)
    }
}

impl Drop for Postgres {
    /// What was put since the planner was told last.
    fn drop(&mut self) {
        if self.put.get() >= NEWS && !self.within.get() {
            drop(self.batch(TELL));
        }
    }
}

impl Engine for Postgres {
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        let mut link = self.link()?;
        let statement = link.statement(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        Ok(link.client.execute(&statement, &values)?)
    }
    fn each(&self, sql: &str, values: &[Value<'_>], then: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut link = self.link()?;
        let statement = link.statement(sql)?;
        let mut rows = link.client.query_raw(&statement, values)?;
        while let Some(row) = rows.next()? {
            let values = (0..row.len()).map(|column| value(&row, column)).collect::<Result<_>>()?;
            then(&Row(values))?;
        }
        Ok(())
    }
    fn begin(&self) -> Result<()> {
        self.batch(&format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({LOCK})"))
            .inspect_err(|_| drop(self.batch("ROLLBACK")))?;
        self.within.set(true);
        Ok(())
    }
    fn begin_reading(&self) -> Result<()> {
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.within.set(true);
        Ok(())
    }
    fn commit(&self) -> Result<()> {
        self.batch("COMMIT")?;
        self.within.set(false);
        if self.put.get() >= self.told_at.get() {
            self.told_at.set(self.put.get() * 2);
            // what was written is safe: a server that will not do this now does it by itself later
            drop(self.batch(TELL));
        }
        Ok(())
    }
    fn rollback(&self) -> Result<()> {
        let done = self.batch("ROLLBACK");
        self.within.set(false);
        done
    }
    fn put_words(&self, document: i64, words: &Words) -> Result<()> {
        let fields = words.fields();
        let runs = fields.map(|(_, run)| format!(" {run} "));
        let lexemes = |fields: &[(&str, &str)]| {
            let all = fields.iter().flat_map(|(_, run)| run.split_whitespace()).filter(|w| w.len() <= LONGEST_WORD);
            all.collect::<BTreeSet<&str>>().into_iter().collect::<Vec<_>>().join(" ")
        };
        let (title, all) = (lexemes(&fields[..2]), lexemes(&fields));
        let mut values = vec![Value::Int(document)];
        values.extend(runs.iter().chain([&title, &all]).map(Value::from));
        let insert =
            "INSERT INTO words VALUES (?1, ?2, ?3, ?4, ?5, ?6, string_to_array(?7, ' '), string_to_array(?8, ' '))";
        self.put.set(self.put.get() + 1);
        self.execute(insert, &values).map(drop)
    }
    fn drop_words(&self, document: i64) -> Result<()> {
        self.execute("DELETE FROM words WHERE document = ?1", &[Value::Int(document)]).map(drop)
    }
    fn forget_history(&self, document: &str) -> Result<()> {
        self.link()?.client.batch_execute("ALTER TABLE history DISABLE TRIGGER history_stays")?;
        self.execute("DELETE FROM history WHERE document = ?1", &[Value::Text(document)])?;
        Ok(self.link()?.client.batch_execute("ALTER TABLE history ENABLE TRIGGER history_stays")?)
    }
    fn scrub(&self) -> Result<()> {
        // rewrites each table; the server's own log and its backups are out of our reach
        TABLES_WITH_WORDS
            .iter()
            .try_for_each(|table| Ok(self.link()?.client.batch_execute(&format!("VACUUM FULL {table}"))?))
    }
    fn with_words(&self, query: &Query, scope: Scope, values: &mut Vec<String>) -> String {
        let mut bind = |value: String| {
            values.push(value);
            values.len()
        };
        let within = query.fields.iter().map(|(field, phrase)| (std::slice::from_ref(field), phrase));
        let fields: &[&str] = match scope {
            Scope::Title => &["number", "subject"],
            Scope::Anywhere => &["number", "subject", "issuer", "signer", "body"],
        };
        let phrases = || query.phrases.iter().map(|phrase| (fields, phrase));
        let lexemes = |phrases: &mut dyn Iterator<Item = &Vec<String>>| {
            let all = phrases.flatten().filter(|word| word.len() <= LONGEST_WORD);
            all.map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        let mut all = phrases().chain(within.clone()).map(|(_, phrase)| phrase);
        let mut ask =
            format!("SELECT document FROM words WHERE lexemes @> string_to_array(?{}, ' ')", bind(lexemes(&mut all)));
        if scope == Scope::Title {
            let title = bind(lexemes(&mut query.phrases.iter()));
            ask += &format!(" AND title @> string_to_array(?{title}, ' ')");
        }
        for (fields, phrase) in phrases().chain(within) {
            // one word anywhere is what the array says already
            if phrase.len() > 1 || fields.len() < 2 || phrase.iter().any(|word| word.len() > LONGEST_WORD) {
                let run = bind(format!(" {} ", phrase.join(" ")));
                let places: Vec<String> = fields.iter().map(|field| format!("strpos({field}, ?{run}) > 0")).collect();
                ask += &format!(" AND ({})", places.join(" OR "));
            }
        }
        ask
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *ty == Type::INT4 => i32::try_from(number)?.to_sql(ty, out),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Flag(flag) => flag.to_sql(ty, out),
            // the only character PostgreSQL does not keep
            Value::Text(text) if text.contains('\0') => text.replace('\0', "\u{fffd}").to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

fn value(row: &postgres::Row, column: usize) -> Result<Value<'_>> {
    let ty = row.columns()[column].type_();
    Ok(match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
        Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
        Type::BOOL => row.try_get::<_, Option<bool>>(column)?.into(),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(column)?.into(),
        _ => row.try_get::<_, Option<&str>>(column)?.into(),
    })
}

/// What stands behind an error of the library, which by itself says only "error connecting to server".
fn cause(e: &postgres::Error) -> String {
    std::error::Error::source(e).map_or_else(|| e.to_string(), ToString::to_string)
}

impl From<postgres::Error> for Error {
    fn from(e: postgres::Error) -> Error {
        let Some(told) = e.as_db_error() else {
            let (kind, what) = if cause(&e) == "password missing" {
                (ErrorKind::Environment, "the database asks for a password: set PGPASSWORD".to_owned())
            } else if e.is_closed() {
                (
                    ErrorKind::Environment,
                    "the connection to the database was lost; what was stored is whole: do the same again when it runs"
                        .to_owned(),
                )
            } else {
                (
                    ErrorKind::Environment,
                    format!("the database cannot be reached: {}: is it running, is the URL right?", cause(&e)),
                )
            };
            return Error::new(kind, what);
        };
        let (kind, what) = match told.code() {
            &SqlState::DISK_FULL => (ErrorKind::Environment, format!("the disk of the database is full; {NO_ROOM}")),
            &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                (ErrorKind::Environment, format!("the database lets nobody in: {}: set PGPASSWORD?", told.message()))
            }
            &SqlState::INVALID_CATALOG_NAME => {
                (ErrorKind::Environment, format!("{}: `createdb` makes one", told.message()))
            }
            &SqlState::INSUFFICIENT_PRIVILEGE => {
                (ErrorKind::Environment, format!("{}: the user needs rights on the database", told.message()))
            }
            &SqlState::LOCK_NOT_AVAILABLE => {
                (ErrorKind::Store, "another process keeps the store busy: try again".to_owned())
            }
            &SqlState::ADMIN_SHUTDOWN
            | &SqlState::CRASH_SHUTDOWN
            | &SqlState::CANNOT_CONNECT_NOW
            | &SqlState::TOO_MANY_CONNECTIONS => (
                ErrorKind::Environment,
                format!("the database takes no question now: {}: try again when it runs", told.message()),
            ),
            _ => (ErrorKind::Store, format!("the database refused: {}", told.message())),
        };
        Error::new(kind, what)
    }
}
