//! Export, import, dump: the whole store as JSON lines, whatever the engine.
//!
//! in: a store → out: one line naming the format, then one line per file, page, entry of the register, decision and change
//! (and back).
//! Promises: `import` of an `export` into an empty store gives the same store, to the byte of every value; files come by
//! sha256, so that two exports of the same content are the same.

use super::{Arrival, Change, Decision, FileResult, Status, Store};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

/// Name and version of the format; raised when a line changes its meaning.
pub const SCHEMA: &str = "congvan.export/1";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Schema(String),
    File(Box<FileResult>),
    /// A file that was cut off: its pages are worth keeping.
    Begun {
        sha256: String,
        name: String,
    },
    Page {
        sha256: String,
        page: u32,
        reading_version: u32,
        result: String,
    },
    Arrival(Arrival),
    Decision(Decision),
    Change(Change),
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Files taken over.
    pub files: usize,
    /// Files left out because the store has them already.
    pub known: usize,
    /// Entries of the register left out because their number belongs to another document here.
    pub left_out: Vec<Arrival>,
}

/// Writes everything, as of one moment.
pub fn export(store: &dyn Store, out: &mut dyn Write) -> Result<()> {
    store.at_one_moment(&mut || write_lines(store, out, &|line| line))
}

fn write_lines(store: &dyn Store, out: &mut dyn Write, edit: &dyn Fn(Line) -> Line) -> Result<()> {
    let mut put = |line: Line| -> Result<()> {
        let json = serde_json::to_string(&edit(line)).map_err(|e| Error::store(e.to_string()))?;
        writeln!(out, "{json}").map_err(|e| Error::unwritable(&e))
    };
    put(Line::Schema(SCHEMA.to_owned()))?;
    for row in store.files()? {
        let sha256 = row.sha256;
        match store.file(&sha256)? {
            Some(file) => put(Line::File(Box::new(file)))?,
            None => put(Line::Begun { sha256: sha256.clone(), name: row.name })?,
        }
        for (page, reading_version, result) in store.all_pages(&sha256)? {
            put(Line::Page { sha256: sha256.clone(), page, reading_version, result })?;
        }
    }
    store.arrivals()?.into_iter().try_for_each(|arrival| put(Line::Arrival(arrival)))?;
    store.decisions(None)?.into_iter().try_for_each(|decision| put(Line::Decision(decision)))?;
    store.history(None)?.into_iter().try_for_each(|change| put(Line::Change(change)))
}

/// Everything but the times, as text: equal for two stores of the same content.
pub fn dump(store: &dyn Store) -> Result<String> {
    let mut out = Vec::new();
    write_lines(store, &mut out, &|line| match line {
        Line::File(mut file) => {
            file.stored_at.clear();
            Line::File(file)
        }
        Line::Change(change) => Line::Change(Change { at: String::new(), ..change }),
        other => other,
    })?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Reads an export. Files the store has already are left as they are; pages and changes of the others come with them.
/// Every file is a transaction of its own; after an import that was cut off begin again with an empty store, since the
/// history comes last.
///
/// Errors: a line that is none of ours, with its number; an export of a newer program.
pub fn import(store: &mut dyn Store, input: &mut dyn BufRead) -> Result<Imported> {
    let mut done = Imported::default();
    let mut current: Option<String> = None;
    let mut headed = false;
    let empty_before = store.files()?.is_empty();
    let mut taken = std::collections::HashSet::new();
    let (mut arrivals, mut decisions, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in input.lines().enumerate() {
        let line = line?;
        if index > 0 && line.trim().is_empty() {
            continue;
        }
        match (index, parse(&line).map_err(|e| e.on_line(index + 1))?) {
            (0, Line::Schema(_)) => headed = true,
            (0, _) | (_, Line::Schema(_)) => return Err(Error::input("is no export of congvan").on_line(index + 1)),
            (_, Line::File(file)) => {
                let known = store.file_state(&file.sha256)?.is_some_and(|s| s.status != Status::Begun);
                current = (!known).then(|| file.sha256.clone());
                (done.files, done.known) = (done.files + usize::from(!known), done.known + usize::from(known));
                if !known {
                    taken.extend(file.records.iter().map(|d| d.record.id.clone()));
                    store.put_file(&file)?;
                }
            }
            (_, Line::Begun { sha256, name }) => {
                let known = store.file_state(&sha256)?.is_some();
                current = (!known).then(|| sha256.clone());
                store.begin_file(&sha256, &name)?;
            }
            (_, Line::Page { sha256, page, reading_version, result }) => {
                if current.as_deref() == Some(sha256.as_str()) {
                    store.put_page(&sha256, page, reading_version, &result)?;
                }
            }
            // into an empty store everything comes along, also about documents long gone
            (_, Line::Arrival(line)) if empty_before || taken.contains(&line.document) => arrivals.push(line),
            (_, Line::Decision(line)) if empty_before || taken.contains(&line.document) => decisions.push(line),
            (_, Line::Change(line)) if empty_before || taken.contains(&line.document) => changes.push(line),
            (_, Line::Arrival(_) | Line::Decision(_) | Line::Change(_)) => {}
        }
    }
    if !headed {
        return Err(Error::input("is no export of congvan: it is empty"));
    }
    done.left_out = store.put_book(&arrivals, &decisions)?;
    store.append_history(&changes)?;
    Ok(done)
}

fn parse(line: &str) -> Result<Line> {
    let parsed = serde_json::from_str(line).map_err(|e| Error::input(format!("is no export of congvan: {e}")))?;
    if let Line::Schema(schema) = &parsed
        && schema != SCHEMA
    {
        return Err(Error::input(format!("has the format {schema}, this program reads {SCHEMA}")));
    }
    Ok(parsed)
}
