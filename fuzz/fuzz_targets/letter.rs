//! A letter's text → split → extract → check, as `pipeline` does it: nothing panics, whatever the text.
//!
//! in: any text → out: nothing, or what broke.
//! Holds the promises of these steps: documents follow each other without gaps, spans lie on character boundaries inside
//! their document, evidence and findings quote the text, dates are dates, and a record is the same after its JSON.

#![no_main]

use congvan::check::{self, Given, Letter};
use congvan::document::{self, Document};
use congvan::record::{Record, SourceRef};
use congvan::rules::Rules;
use congvan::text::Text;
use congvan::{export, extract};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let (text, rules) = (Text::plain(raw), Rules::builtin());
    let documents = document::split(&text, rules);
    follow_each_other(&text, &documents);
    let records: Vec<Record> = documents.iter().map(|document| record_of(document, &text, rules)).collect();
    for (document, record) in documents.iter().zip(&records) {
        let letter = Letter { record, document, text: &text };
        let given = Given { file: &records, ..Given::default() };
        let mut findings = check::check(&letter, rules, &given);
        findings.extend(check::against(&letter, &records[0], rules, &given));
        assert!(findings.iter().all(|f| matches!(f.severity.as_str(), "error" | "warning" | "info")));
        same_after_json(&Record { findings, ..record.clone() });
        export::ics::of_record(record, export::ics::Options::new(Default::default(), date(2024, 1, 1)));
    }
});

fn follow_each_other(text: &Text, documents: &[Document]) {
    assert_eq!(documents.first().map(|d| d.span.start), Some(0));
    assert_eq!(documents.last().map(|d| d.span.end), Some(text.span().end));
    assert!(documents.windows(2).all(|pair| pair[0].span.end == pair[1].span.start));
    for document in documents {
        for block in &document.blocks {
            assert!(document.span.contains(block.span), "{block:?} outside of {:?}", document.span);
            assert!(text.as_str().get(block.span.range()).is_some(), "{block:?} cuts a character");
        }
    }
}

fn record_of(document: &Document, text: &Text, rules: &Rules) -> Record {
    let (record, reasons) = extract::extract_with_reasons(document, text, rules, &SourceRef::default());
    for reason in &reasons {
        assert!(text.as_str().get(reason.span.range()).is_some(), "{reason:?} cuts a character");
    }
    let all = one_line(text.as_str());
    for (field, evidence) in &record.evidence {
        assert!(all.contains(&evidence.text), "{field}: {:?} is not in the text", evidence.text);
        assert!(evidence.page > 0 && (0.0..=1.0).contains(&evidence.confidence), "{field}: {evidence:?}");
    }
    let days = record.deadlines.iter().flat_map(|d| [&d.date, &d.last_day]);
    for day in days.chain([&record.issued_on]).chain(record.references.iter().map(|r| &r.date)).flatten() {
        assert!(day.date().is_some(), "{day} is no date");
    }
    for d in &record.deadlines {
        let set = [d.date.is_some(), d.recurrence.is_some(), d.period.is_some(), d.relative.is_some()];
        assert_eq!(set.iter().filter(|set| **set).count(), 1, "one of four: {d:?}");
    }
    record
}

fn same_after_json(record: &Record) {
    let json = serde_json::to_string(record).expect("a record is JSON");
    let again: Record = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{e} in {json}"));
    assert_eq!(again, *record);
}

/// As evidence quotes: on one line, blanks evened out, emphasis signs left out.
fn one_line(raw: &str) -> String {
    raw.replace(['*', '\u{c}'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
