//! Stores written by released schemas still open, and nothing in them is lost.
//!
//! `compat/schema-N.db` was written by the first program with that schema; new schemas add a file, none is ever changed.
//! To make the one of the present schema: `CONGVAN_COMPAT=write cargo test --release --test compat`.

use congvan::record::{Deadline, Record};
use congvan::store::{Change, FileResult, Query, StoredDocument, exchange, open};
use std::path::{Path, PathBuf};

const PRESENT: u32 = 1;

fn kept(schema: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/compat/schema-{schema}.db"))
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

#[test]
fn stores_of_every_schema_open() {
    if std::env::var("CONGVAN_COMPAT").is_ok_and(|v| v == "write") && !kept(PRESENT).exists() {
        let mut store = open(&format!("sqlite://{}", kept(PRESENT).display())).unwrap();
        store.put_file(&content()).unwrap();
        store.put_page(&content().sha256, 1, 1, "{\"lines\":[]}").unwrap();
        store.append_history(&[change()]).unwrap();
    }
    for schema in 1..=PRESENT {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        std::fs::copy(kept(schema), &copy).unwrap();
        let store = open(&format!("sqlite://{}", copy.display())).unwrap();
        assert_eq!(store.file(&content().sha256).unwrap().unwrap(), content(), "schema {schema}");
        assert_eq!(store.all_pages(&content().sha256).unwrap(), [(1, 1, "{\"lines\":[]}".to_owned())]);
        assert_eq!(store.history(None).unwrap(), [change()]);
        assert_eq!(store.search(&Query::parse("phat dong").unwrap(), 9).unwrap().len(), 1);
        assert!(exchange::dump(store.as_ref()).unwrap().contains("2024-06-05"));
    }
}
