//! Pages as the store keeps them and an import brings them: JSON → page → text → documents → records.
//!
//! in: the JSON of pages, one a line → out: nothing, or what broke.
//! What is no page is an error; a page of any sizes, boxes and confidences goes the whole way, gives hOCR that is
//! well-formed as far as its tags go, and is the same after its JSON.

#![no_main]

use congvan::page::{self, Page, hocr};
use congvan::record::SourceRef;
use congvan::rules::Rules;
use congvan::{document, extract};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let pages: Vec<Page> = raw.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if pages.is_empty() {
        return;
    }
    for page in &pages {
        let json = serde_json::to_string(page).expect("a page is JSON");
        let again: Page = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{e} in {json}"));
        assert_eq!(again, *page);
    }
    let written = hocr::hocr("any.pdf", &pages);
    assert_eq!(written.matches("<span").count(), written.matches("</span>").count());
    let text = page::to_text(&pages);
    for document in document::split(&text, Rules::builtin()) {
        let record = extract::extract(&document, &text, Rules::builtin(), &SourceRef::default());
        serde_json::to_string(&record).expect("a record is JSON");
    }
});
