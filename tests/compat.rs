//! Stores written by released schemas still open, and nothing in them is lost.
//!
//! `compat/schema-N.db` (SQLite) and `compat/step-N.sql` (PostgreSQL, a dump) were written by the first program with that
//! schema; new schemas add a file, none is ever changed. To make those of the present schema: `CONGVAN_COMPAT=write cargo
//! test --release --test compat`.

mod cluster;

use congvan::record::{Deadline, Record};
use congvan::store::{Arrival, Change, Decision, FileResult, Query, Store, StoredDocument, exchange, open};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Newest schema of each engine. SQLite's second one has the register and decisions, as PostgreSQL's first one.
const SQLITE: u32 = 2;
const POSTGRES: u32 = 1;

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat").join(name)
}

fn writes(path: &Path) -> bool {
    std::env::var("CONGVAN_COMPAT").is_ok_and(|v| v == "write") && !path.exists()
}

/// What every kept store holds: never change it, kept files cannot follow.
fn content() -> FileResult {
    let sha256 = "0123456789abcdef".repeat(4);
    let record = Record {
        id: Record::id_of(&sha256, 1),
        subject: Some("phát động thi đua".into()),
        issued_on: Some("2024-05-20".into()),
        deadlines: vec![Deadline { date: Some("2024-06-05".into()), bound: "by".into(), ..Deadline::default() }],
        ..Record::default()
    };
    FileResult {
        sha256,
        name: "thu.txt".into(),
        path: "thu.txt".into(),
        media: "text".into(),
        bytes: 10,
        pages: 1,
        pipeline_version: "1".into(),
        stored_at: "2024-06-01T08:00:00+07:00".into(),
        records: vec![StoredDocument { record, text: "Phát động thi đua".into() }],
        warnings: vec!["một lời nhắc".into()],
        ..FileResult::default()
    }
}

fn change() -> Change {
    Change { document: "x".into(), who: "lan".into(), field: "subject".into(), ..Change::default() }
}

fn arrival() -> Arrival {
    let document = content().records[0].record.id.clone();
    Arrival { document, book: "incoming".into(), year: 2024, number: 7, arrived_on: "2024-06-01".into() }
}

fn decision() -> Decision {
    Decision {
        document: arrival().document,
        decided_on: "2024-06-02".into(),
        leader: "Chủ tịch".into(),
        unit: "Phòng Nội vụ".into(),
        opinion: "tham mưu".into(),
        due: Some("2024-06-04".into()),
    }
}

fn fill(store: &mut dyn Store) {
    store.put_file(&content()).unwrap();
    store.put_page(&content().sha256, 1, 1, "{\"lines\":[]}").unwrap();
    store.put_book(&[arrival()], &[decision()]).unwrap();
    store.append_history(&[change()]).unwrap();
}

/// Everything [`fill`] wrote is there; what schemas without a register could not hold is asked for where `book`.
fn holds_everything(store: &dyn Store, book: bool) {
    assert_eq!(store.file(&content().sha256).unwrap().unwrap(), content());
    assert_eq!(store.all_pages(&content().sha256).unwrap(), [(1, 1, "{\"lines\":[]}".to_owned())]);
    assert_eq!(store.history(None).unwrap(), [change()]);
    assert_eq!(store.search(&Query::parse("phat dong").unwrap(), 9).unwrap().len(), 1);
    assert_eq!(store.arrivals().unwrap(), if book { vec![arrival()] } else { Vec::new() });
    assert_eq!(store.decisions(None).unwrap(), if book { vec![decision()] } else { Vec::new() });
    assert!(exchange::dump(store).unwrap().contains("2024-06-05"));
}

#[test]
fn sqlite_stores_of_every_schema_open() {
    let newest = kept(&format!("schema-{SQLITE}.db"));
    if writes(&newest) {
        fill(open(&format!("sqlite://{}", newest.display())).unwrap().as_mut());
    }
    for schema in 1..=SQLITE {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        std::fs::copy(kept(&format!("schema-{schema}.db")), &copy).unwrap();
        let mut store = open(&format!("sqlite://{}", copy.display())).unwrap();
        holds_everything(store.as_ref(), schema > 1);
        store.put_book(&[arrival()], &[]).unwrap();
        assert_eq!(store.arrivals().unwrap(), [arrival()], "schema {schema} takes what is new");
    }
}

#[test]
fn postgresql_stores_of_every_step_open() {
    let newest = kept(&format!("step-{POSTGRES}.sql"));
    if writes(&newest) {
        let database = cluster::database();
        fill(open(&database).unwrap().as_mut());
        let mut pg_dump = Command::new("pg_dump");
        let dump = pg_dump.args(["--no-owner", "--inserts", "-f"]).arg(&newest).arg(&database);
        assert!(dump.status().unwrap().success());
        // commands for the newest psql only
        let plain = std::fs::read_to_string(&newest).unwrap();
        let plain: String = plain.lines().filter(|l| !l.starts_with('\\')).map(|l| format!("{l}\n")).collect();
        std::fs::write(&newest, plain).unwrap();
    }
    for step in 1..=POSTGRES {
        let database = cluster::database();
        let dump = kept(&format!("step-{step}.sql"));
        let mut psql = Command::new("psql");
        let loaded = psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &database, "-f"]).arg(dump).output().unwrap();
        assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
        holds_everything(open(&database).unwrap().as_ref(), true);
    }
}
