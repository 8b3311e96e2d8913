//! Word files (.docx) → their words, without any other program.
//!
//! in: the bytes → out: paragraphs as lines, page breaks as form feeds, tables in their place.
//! Promises: tables that only place text (the two columns of a letter's head and end) come cell by cell, tables of data row
//! by row with `|` between cells; headers come first, what was deleted in tracked changes is left out.
//! Leaves out: footers (page numbers), pictures, numbers that Word counts by itself, notes.

use crate::error::{Error, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The text of a letter is a few KB; more than this is a bomb.
const MAX_XML: u64 = 64 << 20;
/// Tables in tables.
const DEEPEST: usize = 32;

/// The words of a Word file.
///
/// # Errors
/// It is damaged, or holds no words.
pub(super) fn text(bytes: &[u8]) -> Result<String> {
    let damaged = || Error::input("a damaged Word file: open it and save it as PDF");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let body = part(&mut archive, "word/document.xml").and_then(|xml| words(&xml)).ok_or_else(damaged)?;
    let headers: Vec<String> = archive
        .file_names()
        .filter_map(|name| name.ok())
        .filter(|name| is_header(name))
        .map(|name| name.to_string())
        .collect();
    let mut out = String::new();
    for header in headers {
        let said = part(&mut archive, &header).and_then(|xml| words(&xml)).unwrap_or_default();
        // a header of nothing but the page's number
        if said.chars().filter(|c| c.is_alphabetic()).count() > 1 {
            out += said.trim_end();
            out.push('\n');
        }
    }
    out += &body;
    match out.trim().is_empty() {
        true => Err(Error::input("a Word file without words (pictures only): save it as PDF")),
        false => Ok(out),
    }
}

fn is_header(name: &str) -> bool {
    name.strip_prefix("word/header").is_some_and(|rest| rest.ends_with(".xml"))
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let mut xml = Vec::new();
    archive.by_name(name).ok()?.take(MAX_XML + 1).read_to_end(&mut xml).ok()?;
    (xml.len() as u64 <= MAX_XML).then(|| String::from_utf8_lossy(&xml).into_owned())
}

/// A table being read: rows of cells of paragraphs.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<Vec<String>>>,
}

/// Reads a part; `None` where it is no XML.
fn words(xml: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut page = Page::default();
    let mut in_text = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => in_text = true,
                "tbl" if page.tables.len() < DEEPEST => page.tables.push(Table::default()),
                "tr" => page.row(),
                "tc" => page.cell(),
                _ => {}
            },
            Event::Empty(tag) => page.mark(&tag),
            Event::Text(text) if in_text => page.line += &text,
            Event::GeneralRef(name) if in_text => page.entity(&name),
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "p" => page.paragraph(),
                "tbl" => page.table(),
                _ => {}
            },
            Event::Eof => return Some(page.out),
            _ => {}
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Page {
    out: String,
    line: String,
    tables: Vec<Table>,
}

impl Page {
    fn mark(&mut self, tag: &BytesStart<'_>) {
        let is_page = |tag: &BytesStart<'_>| {
            let kind = tag.try_get_attribute("w:type").ok().flatten();
            kind.is_some_and(|kind| &*kind.value == "page")
        };
        match tag.local_name().as_ref() {
            "br" if is_page(tag) && self.tables.is_empty() => self.line.push('\u{c}'),
            "br" | "cr" => self.line.push('\n'),
            "tab" => self.line.push('\t'),
            "noBreakHyphen" => self.line.push('-'),
            "p" => self.paragraph(),
            _ => {}
        }
    }

    fn entity(&mut self, name: &str) {
        let code = |name: &str| match name.strip_prefix("#x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => name.strip_prefix('#')?.parse().ok(),
        };
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            name => code(name).and_then(char::from_u32),
        };
        self.line.extend(c.filter(|c| !c.is_control()));
    }

    fn paragraph(&mut self) {
        let line = std::mem::take(&mut self.line);
        match self.tables.last_mut().and_then(|table| table.rows.last_mut()).and_then(|row| row.last_mut()) {
            Some(cell) => cell.push(line),
            None => {
                self.out += &line;
                self.out.push('\n');
            }
        }
    }

    fn row(&mut self) {
        self.tables.last_mut().into_iter().for_each(|table| table.rows.push(Vec::new()));
    }

    fn cell(&mut self) {
        let row = self.tables.last_mut().and_then(|table| table.rows.last_mut());
        row.into_iter().for_each(|row| row.push(Vec::new()));
    }

    fn table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        let lines = lines(table);
        for line in lines {
            self.line = line;
            self.paragraph();
        }
    }
}

/// A table of data has rows of short cells; one that only places text has few rows of cells with several lines.
fn lines(table: Table) -> Vec<String> {
    let filled = |cell: &Vec<String>| cell.iter().filter(|line| !line.trim().is_empty()).count();
    let places =
        table.rows.len() <= 4 && table.rows.iter().flatten().any(|cell| filled(cell) > 1) || table.rows.len() == 1;
    if places || table.rows.iter().all(|row| row.len() < 2) {
        return table.rows.into_iter().flatten().flatten().filter(|line| !line.trim().is_empty()).collect();
    }
    let joined = |cell: &Vec<String>| cell.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let row = |row: Vec<Vec<String>>| row.iter().map(joined).collect::<Vec<_>>().join(" | ");
    table.rows.into_iter().map(row).collect()
}
