//! Queries as people type them, put to a store that holds one letter.
//!
//! in: any text → out: nothing, or what broke.
//! A query is understood or refused; the store answers every query that is understood, with marks that lie on the
//! words of the snippet.

#![no_main]

use congvan::document;
use congvan::extract;
use congvan::record::SourceRef;
use congvan::rules::Rules;
use congvan::store::{self, FileResult, Query, Store, StoredDocument};
use congvan::text::Text;
use libfuzzer_sys::fuzz_target;
use std::cell::OnceCell;

const LETTER: &str = include_str!("../../dictionaries/letters/ke-hoach.txt");

thread_local! {
    static STORE: OnceCell<Box<dyn Store>> = const { OnceCell::new() };
}

fuzz_target!(|raw: &str| {
    let Ok(query) = Query::parse(raw) else { return };
    STORE.with(|store| {
        let hits = store.get_or_init(filled).search(&query, 10).unwrap_or_else(|e| panic!("{e} at {query:?}"));
        for hit in hits {
            assert!(hit.marks.iter().all(|mark| hit.snippet.get(mark.clone()).is_some()), "{hit:?}");
        }
    });
});

fn filled() -> Box<dyn Store> {
    let text = Text::plain(LETTER);
    let document = document::split(&text, Rules::builtin()).remove(0);
    let record = extract::extract(&document, &text, Rules::builtin(), &SourceRef::default());
    let records = vec![StoredDocument { record, text: text.as_str().to_owned() }];
    let mut store = store::open("sqlite://:memory:").expect("a store in memory");
    store.put_file(&FileResult { sha256: "a".repeat(64), records, ..FileResult::default() }).expect("one file");
    store
}
