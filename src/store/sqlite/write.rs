//! Writing: one file with everything in it, inside the transaction of the caller.
//!
//! Promises: documents that stay keep their id and row; what changed in them is appended to the history, field by field;
//! a document that did not change is not touched.

use crate::error::{Error, Result};
use crate::record::{Deadline, Record};
use crate::store::key::{name_key, number_key, words};
use crate::store::{Change, FileResult, StoredDocument, Summary, types};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::io::Write as _;

pub(super) fn begin_file(c: &Connection, sha256: &str, name: &str) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO files VALUES (?1, ?2, '', '', 0, 0, '', 'begun', '') ON CONFLICT (sha256) DO NOTHING",
    )?
    .execute([sha256, name])?;
    Ok(())
}

pub(super) fn put_page(c: &Connection, sha256: &str, page: u32, reading_version: u32, json: &str) -> Result<()> {
    let known = c.prepare_cached("SELECT 1 FROM files WHERE sha256 = ?1")?.exists([sha256])?;
    if !known {
        return Err(Error::store(format!("page {page} of a file that was not begun")));
    }
    // level 1: the pages of a run are written while others are being read
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(json.as_bytes())?;
    c.prepare_cached("INSERT OR REPLACE INTO pages VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        sha256,
        page,
        reading_version,
        packed.finish()?
    ])?;
    Ok(())
}

pub(super) fn put_file(c: &Connection, file: &FileResult) -> Result<()> {
    put_facts(c, file)?;
    let mut before = documents_of(c, &file.sha256)?;
    for document in &file.records {
        let was = before.remove(&document.record.id);
        put_document(c, file, document, was)?;
    }
    for (id, (key, _)) in before {
        drop_index(c, key)?;
        c.prepare_cached("DELETE FROM documents WHERE key = ?1")?.execute([key])?;
        append(c, &change(file, &id, "document", None, None, "no longer found in the file"))?;
    }
    Ok(())
}

fn put_facts(c: &Connection, file: &FileResult) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO files VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (sha256) DO UPDATE SET
         name = ?2, path = ?3, media = ?4, bytes = ?5, pages = ?6, pipeline_version = ?7, status = ?8, stored_at = ?9",
    )?
    .execute(params![
        file.sha256,
        file.name,
        file.path,
        file.media,
        i64::try_from(file.bytes).unwrap_or(i64::MAX),
        file.pages,
        file.pipeline_version,
        file.status().id(),
        file.stored_at
    ])?;
    c.prepare_cached("DELETE FROM notes WHERE sha256 = ?1")?.execute([&file.sha256])?;
    let failures = file.failures.iter().map(|(page, message)| ("failure", *page, message));
    let warnings = file.warnings.iter().map(|message| ("warning", None, message));
    let mut insert = c.prepare_cached("INSERT INTO notes VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (position, (severity, page, message)) in (0_u32..).zip(failures.chain(warnings)) {
        insert.execute(params![file.sha256, position, severity, page, message])?;
    }
    Ok(())
}

/// Row key, record and text of a document as stored.
type Stored = (i64, (String, String));

fn documents_of(c: &Connection, sha256: &str) -> Result<BTreeMap<String, Stored>> {
    let mut ask = c.prepare_cached(
        "SELECT id, key, record, text FROM documents JOIN texts ON texts.document = key WHERE sha256 = ?1",
    )?;
    let rows = ask.query_map([sha256], |r| Ok((r.get(0)?, (r.get(1)?, (r.get(2)?, r.get(3)?)))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn put_document(c: &Connection, file: &FileResult, document: &StoredDocument, was: Option<Stored>) -> Result<()> {
    let record = serde_json::to_string(&document.record).map_err(super::damaged)?;
    let key = match was {
        Some((_, (old, text))) if old == record && text == document.text => return Ok(()),
        Some((key, (old, _))) => {
            for changed in changes(file, &document.record.id, &old, &record)? {
                append(c, &changed)?;
            }
            drop_index(c, key)?;
            Some(key)
        }
        None => None,
    };
    let key = put_row(c, file, document, key)?;
    c.prepare_cached("INSERT OR REPLACE INTO texts VALUES (?1, ?2, ?3)")?.execute(params![
        key,
        record,
        document.text
    ])?;
    put_words(c, key, document)?;
    put_parts(c, key, &document.record)
}

fn put_row(c: &Connection, file: &FileResult, document: &StoredDocument, key: Option<i64>) -> Result<i64> {
    let record = &document.record;
    let owner = c
        .prepare_cached("SELECT sha256 FROM documents WHERE id = ?1")?
        .query_row([&record.id], |r| r.get::<_, String>(0))
        .optional()?;
    if owner.is_some_and(|sha256| sha256 != file.sha256) {
        return Err(Error::store(format!("the id {} belongs to a document of another file", record.id)));
    }
    let summary = serde_json::to_string(&Summary::of(record)).map_err(super::damaged)?;
    let mut insert = c.prepare_cached(
        "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (key) DO UPDATE SET
         part = ?4, kind = ?5, number_key = ?6, issued_on = ?7, received_on = ?8, summary = ?9
         RETURNING key",
    )?;
    let row = params![
        key,
        record.id,
        file.sha256,
        record.source.part,
        record.kind,
        types::number_of(record).map(|n| number_key(&n)),
        record.issued_on,
        record.received.as_ref().and_then(|r| r.date.as_deref()),
        summary
    ];
    Ok(insert.query_row(row, |r| r.get(0))?)
}

/// Takes a document out of the tables that are made from its record.
fn drop_index(c: &Connection, key: i64) -> Result<()> {
    for table in ["deadlines", "quotas", "citations", "findings", "reviews"] {
        c.prepare_cached(&format!("DELETE FROM {table} WHERE document = ?1"))?.execute([key])?;
    }
    c.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([key])?;
    Ok(())
}

fn put_words(c: &Connection, key: i64, document: &StoredDocument) -> Result<()> {
    let record = &document.record;
    let issuer = record.issuer.iter().flat_map(|i| [i.parent.as_deref().unwrap_or_default(), &i.name]);
    let signer = record.signer.iter().flat_map(|s| [&s.position, &s.name]).flatten();
    let fold = |text: &str| words(text).join(" ");
    c.prepare_cached(
        "INSERT INTO words (rowid, number, subject, issuer, signer, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        key,
        fold(&types::number_of(record).unwrap_or_default()),
        fold(record.subject.as_deref().unwrap_or_default()),
        fold(&issuer.collect::<Vec<_>>().join(" ")),
        fold(&signer.map(String::as_str).collect::<Vec<_>>().join(" ")),
        fold(&document.text)
    ])?;
    Ok(())
}

fn put_parts(c: &Connection, key: i64, record: &Record) -> Result<()> {
    for (index, deadline) in (0_u32..).zip(&record.deadlines) {
        put_deadline(c, key, record, index, deadline)?;
    }
    for (index, quota) in (0_u32..).zip(&record.quotas) {
        let json = serde_json::to_string(quota).map_err(super::damaged)?;
        c.prepare_cached("INSERT INTO quotas VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            key,
            index,
            name_keys(&quota.responsible),
            json
        ])?;
    }
    for (index, reference) in (0_u32..).zip(&record.references) {
        c.prepare_cached("INSERT INTO citations VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            key,
            index,
            reference.role,
            reference.number.as_deref().map(number_key)
        ])?;
    }
    for (index, finding) in (0_u32..).zip(&record.findings) {
        c.prepare_cached("INSERT INTO findings VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            key,
            index,
            finding.rule,
            finding.severity
        ])?;
    }
    for (index, review) in (0_u32..).zip(&record.needs_review) {
        c.prepare_cached("INSERT INTO reviews VALUES (?1, ?2, ?3)")?.execute(params![key, index, review.field])?;
    }
    Ok(())
}

fn put_deadline(c: &Connection, key: i64, record: &Record, index: u32, deadline: &Deadline) -> Result<()> {
    let units = if deadline.responsible.is_empty() { &record.addressees } else { &deadline.responsible };
    let repeating = deadline.rhythm().is_some();
    let last_day = deadline.final_day().filter(|_| !repeating).map(|day| day.to_string());
    c.prepare_cached("INSERT INTO deadlines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(params![
        key,
        index,
        last_day,
        repeating,
        record.deadline_doubtful(index as usize),
        record.deadline_page(index as usize),
        name_keys(units),
        serde_json::to_string(&(units, deadline)).map_err(super::damaged)?
    ])?;
    Ok(())
}

fn name_keys(names: &[String]) -> String {
    names.iter().map(|name| name_key(name)).collect::<Vec<_>>().join("\n")
}

/// The top-level fields in which two records differ.
fn changes(file: &FileResult, id: &str, was: &str, now: &str) -> Result<Vec<Change>> {
    let read =
        |json: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).map_err(super::damaged);
    let (was, now) = (read(was)?, read(now)?);
    let fields: std::collections::BTreeSet<&String> = was.keys().chain(now.keys()).collect();
    let differing = fields.into_iter().filter(|f| was.get(*f) != now.get(*f));
    Ok(differing.map(|f| change(file, id, f, was.get(f), now.get(f), "the file was read again")).collect())
}

fn change(
    file: &FileResult,
    id: &str,
    field: &str,
    was: Option<&serde_json::Value>,
    now: Option<&serde_json::Value>,
    why: &str,
) -> Change {
    Change {
        document: id.to_owned(),
        at: file.stored_at.clone(),
        who: format!("congvan {}", file.pipeline_version),
        field: field.to_owned(),
        was: was.map(ToString::to_string),
        now: now.map(ToString::to_string),
        why: why.to_owned(),
    }
}

pub(super) fn append(c: &Connection, change: &Change) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO history (document, at, who, field, was, now, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![change.document, change.at, change.who, change.field, change.was, change.now, change.why])?;
    Ok(())
}
