//! One letter in every way a text file writes Vietnamese: codes from before Unicode, UTF-16, decomposed letters, odd blanks,
//! invisible characters and other line ends. The record is the same in all of them.
//!
//! `tests/encodings/*.txt` hold the letter in codes; iconv wrote VISCII and Windows-1258.

use congvan::pipeline::Pipeline;
use congvan::restore::Restorer;
use congvan::rules::Rules;
use congvan::source::Source;
use serde_json::Value;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

fn pipeline() -> Pipeline {
    Pipeline {
        rules: Rules::builtin().clone(),
        restorer: Restorer::builtin().unwrap().clone(),
        reading: Default::default(),
        trust: Default::default(),
        lang: Default::default(),
        profile: None,
        secrecy: Default::default(),
        jobs: 1,
    }
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/encodings").join(name)).unwrap()
}

/// What the record says: number, date, deadlines, signer.
fn record(pipeline: &Pipeline, name: &str, bytes: Vec<u8>) -> String {
    let source = Source::from_bytes(name, bytes).unwrap_or_else(|e| panic!("{e}"));
    let understood = pipeline.file(source).unwrap_or_else(|e| panic!("{e}")).understood;
    assert_eq!(understood.documents.len(), 1, "{name}");
    let record = serde_json::to_value(&understood.documents[0].record).unwrap();
    let value = |field: &Value| field.get("value").unwrap_or(field).to_string();
    let deadlines = record["deadlines"].as_array().into_iter().flatten();
    let dates: Vec<String> = deadlines.map(|d| d["date"].to_string()).collect();
    format!(
        "{} {} {} {}",
        value(&record["number"]),
        value(&record["issued_on"]),
        dates.join(" "),
        value(&record["signer"])
    )
}

const SAYS: [&str; 5] = ["317/UBND-VHXH", "2025-10-09", "2025-10-24", "2025-11-12", "Trần Thị Ngọc Bích"];

fn says_all(pipeline: &Pipeline, name: &str, bytes: Vec<u8>) {
    let said = record(pipeline, name, bytes);
    for wanted in SAYS {
        assert!(said.contains(wanted), "{name}: {said}");
    }
}

#[test]
fn codes_from_before_unicode() {
    let pipeline = pipeline();
    for name in [
        "unicode.txt",
        "tcvn3.txt",
        "tcvn3-pasted.txt",
        "tcvn3-hyphens-pasted.txt",
        "vni.txt",
        "vni-pasted.txt",
        "vietware-x.txt",
        "vietware-x-pasted.txt",
        "viscii.txt",
        "viscii-pasted.txt",
        "windows-1258.txt",
        "windows-1258-pasted.txt",
        "utf-8-seen-as-latin-1.txt",
        "windows-line-ends.txt",
    ] {
        says_all(&pipeline, name, file(name));
    }
}

#[test]
fn the_same_letters_in_other_unicode() {
    let letter = String::from_utf8(file("unicode.txt")).unwrap();
    let utf16 = |mark: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("{mark}{letter}").encode_utf16().flat_map(unit).collect()
    };
    let between = |odd: char| -> String {
        // inside words and numbers, after every third character that is no line end
        let mut count = 0;
        letter
            .chars()
            .flat_map(|c| {
                count += usize::from(c != '\n');
                std::iter::once(c).chain((count % 3 == 0 && c != '\n').then_some(odd))
            })
            .collect()
    };
    let dates = ["ngày 09 tháng 10 năm 2025", "ngày 24/10/2025", "ngày 12/11/2025", "Số: 317"];
    let blanks_in_dates =
        |blank: &str| dates.iter().fold(letter.clone(), |l, date| l.replace(date, &date.replace(' ', blank)));
    let pipeline = pipeline();
    for (name, bytes) in [
        ("UTF-8 with its mark", format!("\u{feff}{letter}").into_bytes()),
        ("UTF-16, little end first", utf16("\u{feff}", u16::to_le_bytes)),
        ("UTF-16, big end first", utf16("\u{feff}", u16::to_be_bytes)),
        ("UTF-16 without mark", utf16("", u16::to_le_bytes)),
        ("UTF-16 without mark, big end first", utf16("", u16::to_be_bytes)),
        ("decomposed", letter.nfd().collect::<String>().into_bytes()),
        ("no-break blanks in dates", blanks_in_dates("\u{a0}").into_bytes()),
        ("tabs in dates", blanks_in_dates("\t").into_bytes()),
        ("narrow blanks in dates", blanks_in_dates("\u{202f}").into_bytes()),
        ("wide blanks in dates", blanks_in_dates("\u{2003}").into_bytes()),
        ("no-break blanks everywhere", letter.replace(' ', "\u{a0}").into_bytes()),
        ("zero-width blanks", between('\u{200b}').into_bytes()),
        ("zero-width joiners", between('\u{200d}').into_bytes()),
        ("word joiners", between('\u{2060}').into_bytes()),
        ("byte order marks", between('\u{feff}').into_bytes()),
        ("soft hyphens", between('\u{ad}').into_bytes()),
        ("marks of direction", between('\u{200e}').into_bytes()),
        ("line separators", letter.replace('\n', "\u{2028}").into_bytes()),
        ("paragraph separators", letter.replace('\n', "\u{2029}").into_bytes()),
        ("vertical tabs", letter.replace('\n', "\u{b}").into_bytes()),
        ("next lines", letter.replace('\n', "\u{85}").into_bytes()),
        ("carriage returns", letter.replace('\n', "\r").into_bytes()),
    ] {
        says_all(&pipeline, name, bytes);
    }
}
