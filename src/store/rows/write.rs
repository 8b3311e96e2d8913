//! Writing: one file with everything in it, inside the transaction of the caller.
//!
//! Promises: documents that stay keep their id and row; what changed in them is appended to the history, field by field;
//! a document that did not change is not touched.

use super::damaged;
use crate::error::{Error, Result};
use crate::record::{Day, Deadline, Record};
use crate::store::engine::{Engine, Value, Words, values};
use crate::store::key::{name_key, number_key, words};
use crate::store::{Change, FileResult, StoredDocument, Summary, types};
use std::collections::BTreeMap;
use std::io::Write as _;

pub(super) fn begin_file(c: &dyn Engine, sha256: &str, name: &str) -> Result<()> {
    let insert = "INSERT INTO files VALUES (?1, ?2, '', '', 0, 0, '', 'begun', '') ON CONFLICT (sha256) DO NOTHING";
    c.execute(insert, values![sha256, name]).map(drop)
}

pub(super) fn put_page(c: &dyn Engine, sha256: &str, page: u32, reading_version: u32, json: &str) -> Result<()> {
    if c.one("SELECT 1 FROM files WHERE sha256 = ?1", values![sha256], |_| Ok(()))?.is_none() {
        return Err(Error::store(format!("page {page} of a file that was not begun")));
    }
    // level 1: the pages of a run are written while others are being read
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(json.as_bytes())?;
    let insert = "INSERT INTO pages VALUES (?1, ?2, ?3, ?4)
                  ON CONFLICT (sha256, page) DO UPDATE SET reading_version = ?3, result = ?4";
    c.execute(insert, values![sha256, page, reading_version, packed.finish()?.as_slice()]).map(drop)
}

/// Severity of the note that says why a file is quarantined.
pub(super) const SECRET: &str = "secret";

/// Takes out of the store what it holds of a file that turned out to be secret, the history's values included; tells whether
/// there was anything.
pub(super) fn forget(c: &dyn Engine, sha256: &str) -> Result<bool> {
    let documents = documents_of(c, sha256)?;
    for (id, (key, _)) in &documents {
        drop_index(c, *key)?;
        c.execute("DELETE FROM documents WHERE key = ?1", values![*key])?;
        c.forget_history(id)?;
    }
    let pages = c.execute("DELETE FROM pages WHERE sha256 = ?1", values![sha256])?;
    Ok(!documents.is_empty() || pages > 0)
}

pub(super) fn put_file(c: &dyn Engine, file: &FileResult) -> Result<()> {
    put_facts(c, file)?;
    let mut before = documents_of(c, &file.sha256)?;
    for document in &file.records {
        let was = before.remove(&document.record.id);
        put_document(c, file, document, was)?;
    }
    for (id, (key, _)) in before {
        drop_index(c, key)?;
        c.execute("DELETE FROM documents WHERE key = ?1", values![key])?;
        append(c, &change(file, &id, "document", None, None, "no longer found in the file"))?;
    }
    Ok(())
}

fn put_facts(c: &dyn Engine, file: &FileResult) -> Result<()> {
    let upsert = "INSERT INTO files VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (sha256) DO UPDATE SET
         name = ?2, path = ?3, media = ?4, bytes = ?5, pages = ?6, pipeline_version = ?7, status = ?8, stored_at = ?9";
    let facts = values![
        &file.sha256,
        &file.name,
        &file.path,
        &file.media,
        i64::try_from(file.bytes).unwrap_or(i64::MAX),
        file.pages,
        &file.pipeline_version,
        file.status().kept(),
        &file.stored_at,
    ];
    c.execute(upsert, facts)?;
    c.execute("DELETE FROM notes WHERE sha256 = ?1", values![&file.sha256])?;
    let severity = if file.is_secret { SECRET } else { "failure" };
    let failures = file.failures.iter().map(|(page, message)| (severity, *page, message));
    let warnings = file.warnings.iter().map(|message| ("warning", None, message));
    for (position, (severity, page, message)) in (0_u32..).zip(failures.chain(warnings)) {
        let note = values![&file.sha256, position, severity, page, message];
        c.execute("INSERT INTO notes VALUES (?1, ?2, ?3, ?4, ?5)", note)?;
    }
    Ok(())
}

/// Row key, record and text of a document as stored.
type Stored = (i64, (String, String));

fn documents_of(c: &dyn Engine, sha256: &str) -> Result<BTreeMap<String, Stored>> {
    let ask = "SELECT id, key, record, text FROM documents JOIN texts ON texts.document = key WHERE sha256 = ?1";
    let rows =
        c.all(ask, values![sha256], |row| Ok((row.string(0)?, (row.int(1)?, (row.string(2)?, row.string(3)?)))))?;
    Ok(rows.into_iter().collect())
}

fn put_document(c: &dyn Engine, file: &FileResult, document: &StoredDocument, was: Option<Stored>) -> Result<()> {
    let record = serde_json::to_string(&document.record).map_err(damaged)?;
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
    let upsert = "INSERT INTO texts VALUES (?1, ?2, ?3) ON CONFLICT (document) DO UPDATE SET record = ?2, text = ?3";
    c.execute(upsert, values![key, &record, &document.text])?;
    c.put_words(key, &words_of(document))?;
    put_parts(c, key, &document.record)
}

fn put_row(c: &dyn Engine, file: &FileResult, document: &StoredDocument, key: Option<i64>) -> Result<i64> {
    let record = &document.record;
    let owner = c.one("SELECT sha256 FROM documents WHERE id = ?1", values![&record.id], |row| row.string(0))?;
    if owner.is_some_and(|sha256| sha256 != file.sha256) {
        return Err(Error::store(format!("the id {} belongs to a document of another file", record.id)));
    }
    let summary = serde_json::to_string(&Summary::of(record)).map_err(damaged)?;
    let number = types::number_of(record).map(|n| number_key(&n));
    let issued_on = record.issued_on.as_ref().map(Day::to_string);
    let received_on = record.received.as_ref().and_then(|r| r.date.as_ref()).map(Day::to_string);
    let facts = values![
        &record.id,
        &file.sha256,
        record.source.part,
        &record.kind,
        number.as_deref(),
        issued_on.as_deref(),
        received_on.as_deref(),
        &summary,
    ];
    if let Some(key) = key {
        let update = "UPDATE documents SET id = ?1, sha256 = ?2, part = ?3, kind = ?4, number_key = ?5, issued_on = ?6,
                      received_on = ?7, summary = ?8 WHERE key = ?9";
        c.execute(update, &[&facts[..], &[Value::Int(key)]].concat())?;
        return Ok(key);
    }
    let insert = "INSERT INTO documents (id, sha256, part, kind, number_key, issued_on, received_on, summary)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING key";
    let key = c.one(insert, facts, |row| row.int(0))?;
    key.ok_or_else(|| Error::store("a new document was given no key"))
}

/// Takes a document out of the tables that are made from its record.
fn drop_index(c: &dyn Engine, key: i64) -> Result<()> {
    for table in ["deadlines", "quotas", "citations", "findings", "reviews"] {
        c.execute(&format!("DELETE FROM {table} WHERE document = ?1"), values![key])?;
    }
    c.drop_words(key)
}

fn words_of(document: &StoredDocument) -> Words {
    let record = &document.record;
    let issuer = record.issuer.iter().flat_map(|i| [i.parent.as_deref().unwrap_or_default(), &i.name]);
    let signer = record.signer.iter().flat_map(|s| [&s.position, &s.name]).flatten();
    let fold = |text: &str| words(text).join(" ");
    Words {
        number: fold(&types::number_of(record).unwrap_or_default()),
        subject: fold(record.subject.as_deref().unwrap_or_default()),
        issuer: fold(&issuer.collect::<Vec<_>>().join(" ")),
        signer: fold(&signer.map(String::as_str).collect::<Vec<_>>().join(" ")),
        body: fold(&document.text),
    }
}

fn put_parts(c: &dyn Engine, key: i64, record: &Record) -> Result<()> {
    for (index, deadline) in (0_u32..).zip(&record.deadlines) {
        put_deadline(c, key, record, index, deadline)?;
    }
    for (index, quota) in (0_u32..).zip(&record.quotas) {
        let json = serde_json::to_string(quota).map_err(damaged)?;
        let units = name_keys(&quota.responsible);
        let row = values![key, index, &units, &json];
        c.execute("INSERT INTO quotas VALUES (?1, ?2, ?3, ?4)", row)?;
    }
    for (index, reference) in (0_u32..).zip(&record.references) {
        let number = reference.number.as_deref().map(number_key);
        let row = values![key, index, reference.role.as_str(), number.as_deref()];
        c.execute("INSERT INTO citations VALUES (?1, ?2, ?3, ?4)", row)?;
    }
    for (index, finding) in (0_u32..).zip(&record.findings) {
        let row = values![key, index, &finding.rule, finding.severity.as_str()];
        c.execute("INSERT INTO findings VALUES (?1, ?2, ?3, ?4)", row)?;
    }
    for (index, review) in (0_u32..).zip(&record.needs_review) {
        c.execute("INSERT INTO reviews VALUES (?1, ?2, ?3)", values![key, index, &review.field])?;
    }
    Ok(())
}

fn put_deadline(c: &dyn Engine, key: i64, record: &Record, index: u32, deadline: &Deadline) -> Result<()> {
    let units = if deadline.responsible.is_empty() { &record.addressees } else { &deadline.responsible };
    let repeating = deadline.rhythm().is_some();
    let last_day = deadline.final_day().filter(|_| !repeating).map(|day| day.to_string());
    let json = serde_json::to_string(&(units, deadline)).map_err(damaged)?;
    let units = name_keys(units);
    let row = values![
        key,
        index,
        last_day.as_deref(),
        repeating,
        record.deadline_doubtful(index as usize),
        record.deadline_page(index as usize),
        &units,
        &json,
    ];
    c.execute("INSERT INTO deadlines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row).map(drop)
}

fn name_keys(names: &[String]) -> String {
    names.iter().map(|name| name_key(name)).collect::<Vec<_>>().join("\n")
}

/// The top-level fields in which two records differ.
fn changes(file: &FileResult, id: &str, was: &str, now: &str) -> Result<Vec<Change>> {
    let read = |json: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).map_err(damaged);
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

pub(super) fn append(c: &dyn Engine, change: &Change) -> Result<()> {
    let insert = "INSERT INTO history (document, at, who, field, was, now, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let row = values![
        &change.document,
        &change.at,
        &change.who,
        &change.field,
        change.was.as_deref(),
        change.now.as_deref(),
        &change.why,
    ];
    c.execute(insert, row).map(drop)
}
