//! Tables for spreadsheets: cells of any text.
//!
//! in: rows as lines, cells parted by tabs → out: nothing, or what broke.
//! The file reads back as the same rows and cells, with a byte order mark; no cell starts a formula, whatever
//! a spreadsheet skips before the first sign; no control character but a line break is left.

#![no_main]

use congvan::export::csv::table;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    // every row has as many cells as the first
    let wide = raw.lines().next().unwrap_or_default().split('\t').count();
    let cut = |line: &str| -> Vec<String> {
        let cells = line.split('\t').map(|cell| cell.replace('\u{1f}', "\n").replace('\u{1e}', "\t"));
        cells.chain(std::iter::repeat(String::new())).take(wide).collect()
    };
    let rows: Vec<Vec<String>> = raw.lines().map(cut).collect();
    let bytes = table(&vec!["Số"; wide], rows.clone()).expect("any cell can be written");
    let content = std::str::from_utf8(&bytes).ok().and_then(|s| s.strip_prefix('\u{feff}')).expect("UTF-8 with a mark");
    let mut reader = ::csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let read: Vec<::csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("it reads back");
    assert_eq!(read.len(), rows.len(), "rows");
    for (record, row) in read.iter().zip(&rows) {
        assert_eq!(record.len(), row.len(), "cells");
        record.iter().zip(row).for_each(|(cell, was)| harmless(cell, was));
    }
});

fn harmless(cell: &str, was: &str) {
    let first = cell.chars().find(|c| !c.is_whitespace() && !c.is_control());
    assert!(first.is_none_or(|c| !"=+-@＝＋－＠".contains(c)), "{cell:?} starts a formula");
    assert!(!cell.chars().any(|c| c.is_control() && c != '\n'), "{cell:?}");
    let signs = |s: &str| s.chars().filter(|c| !c.is_control()).collect::<String>();
    let (now, was) = (signs(cell), signs(was));
    assert!(now == was || now.strip_prefix('\'') == Some(was.as_str()), "{was:?} became {now:?}");
}
