//! Reading: files, documents, history.
//!
//! Promises: orders are total, so the same content is always told in the same order.

use super::damaged;
use super::write::SECRET;
use crate::error::{Error, Result};
use crate::record::{Day, Deadline, Issuer, Number, Obligation, Quota, Received, Record, Reference};
use crate::store::engine::{Engine, Row, Value, values};
use crate::store::{Change, Counts, FileResult, FileRow, FileState, Filter, Status, StoredDocument, Summary};
use serde::Deserialize;
use std::io::Read as _;

pub(super) fn file_state(c: &dyn Engine, sha256: &str) -> Result<Option<FileState>> {
    let ask = "SELECT pipeline_version, status,
         EXISTS (SELECT 1 FROM notes WHERE notes.sha256 = files.sha256 AND severity = 'secret')
         FROM files WHERE sha256 = ?1";
    c.one(ask, values![sha256], |row| {
        Ok(FileState { pipeline_version: row.string(0)?, status: status(row.text(1)?, row.flag(2)?) })
    })
}

/// What a file's row and its notes say together.
fn status(kept: &str, is_secret: bool) -> Status {
    if is_secret { Status::Quarantined } else { Status::named(kept) }
}

pub(super) fn all_pages(c: &dyn Engine, sha256: &str) -> Result<Vec<(u32, u32, String)>> {
    let ask = "SELECT page, reading_version, result FROM pages WHERE sha256 = ?1 ORDER BY page";
    c.all(ask, values![sha256], |row| {
        let mut json = String::new();
        let unpacked = flate2::read::ZlibDecoder::new(row.bytes(2)?).read_to_string(&mut json);
        unpacked.map_err(|e| Error::store(format!("a stored page does not read: {e}")))?;
        Ok((row.number(0)?, row.number(1)?, json))
    })
}

pub(super) fn files(c: &dyn Engine) -> Result<Vec<FileRow>> {
    let ask = "SELECT sha256, name, path, status,
         (SELECT message FROM notes WHERE notes.sha256 = files.sha256 AND severity <> 'warning' ORDER BY position LIMIT 1),
         (SELECT page FROM notes WHERE notes.sha256 = files.sha256 AND severity <> 'warning' ORDER BY position LIMIT 1),
         EXISTS (SELECT 1 FROM notes WHERE notes.sha256 = files.sha256 AND severity = 'secret')
         FROM files ORDER BY sha256";
    c.all(ask, &[], |row| {
        Ok(FileRow {
            sha256: row.string(0)?,
            name: row.string(1)?,
            path: row.string(2)?,
            status: status(row.text(3)?, row.flag(6)?),
            message: row.maybe_string(4)?,
            page: row.maybe_number(5)?,
        })
    })
}

pub(super) fn file(c: &dyn Engine, sha256: &str) -> Result<Option<FileResult>> {
    let ask = "SELECT sha256, name, path, media, bytes, pages, pipeline_version, stored_at
               FROM files WHERE sha256 = ?1 AND status <> 'begun'";
    let facts = c.one(ask, values![sha256], |row| {
        Ok(FileResult {
            sha256: row.string(0)?,
            name: row.string(1)?,
            path: row.string(2)?,
            media: row.string(3)?,
            bytes: row.int(4)?.unsigned_abs(),
            pages: row.number(5)?,
            pipeline_version: row.string(6)?,
            stored_at: row.string(7)?,
            ..FileResult::default()
        })
    })?;
    let Some(mut file) = facts else { return Ok(None) };
    let ask = "SELECT severity, page, message FROM notes WHERE sha256 = ?1 ORDER BY position";
    c.each(ask, values![sha256], &mut |row| {
        let message = row.string(2)?;
        match row.text(0)? {
            severity @ ("failure" | SECRET) => {
                file.is_secret |= severity == SECRET;
                file.failures.push((row.maybe_number(1)?, message));
            }
            _ => file.warnings.push(message),
        }
        Ok(())
    })?;
    let ask = "SELECT record, text FROM documents JOIN texts ON document = key WHERE sha256 = ?1 ORDER BY part, id";
    file.records = c.all(ask, values![sha256], stored)?;
    Ok(Some(file))
}

/// Record and text.
fn stored(row: &Row<'_>) -> Result<StoredDocument> {
    Ok(StoredDocument { record: serde_json::from_str(row.text(0)?).map_err(damaged)?, text: row.string(1)? })
}

pub(super) fn list(c: &dyn Engine, filter: &Filter) -> Result<Vec<Summary>> {
    let mut summaries = Vec::new();
    each(c, "summary FROM documents", filter, &mut |json| {
        summaries.push(summary(json)?);
        Ok(())
    })?;
    Ok(summaries)
}

pub(super) fn each_record(c: &dyn Engine, filter: &Filter, then: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
    each(c, "record FROM documents JOIN texts ON texts.document = key", filter, &mut |json| {
        then(serde_json::from_str(json).map_err(damaged)?)
    })
}

/// What tells duties and answers; the rest of a record is not even looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Brief {
    id: String,
    number: Option<Number>,
    issued_on: Option<Day>,
    issuer: Option<Issuer>,
    subject: Option<String>,
    addressees: Vec<String>,
    received: Option<Received>,
    references: Vec<Reference>,
    deadlines: Vec<Deadline>,
    quotas: Vec<Quota>,
    obligations: Vec<Obligation>,
}

pub(super) fn each_brief(c: &dyn Engine, then: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
    c.each("SELECT record FROM texts ORDER BY document", &[], &mut |row| {
        let brief: Brief = serde_json::from_str(row.text(0)?).map_err(damaged)?;
        let Brief { id, number, issued_on, issuer, subject, addressees, received, .. } = brief;
        let Brief { references, deadlines, quotas, obligations, .. } = brief;
        let header = Record { id, number, issued_on, issuer, subject, addressees, received, ..Record::default() };
        then(Record { references, deadlines, quotas, obligations, ..header })
    })
}

fn each(c: &dyn Engine, what: &str, filter: &Filter, then: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
    let (day, order) = if filter.by_arrival {
        ("coalesce(arrived_on, received_on, issued_on)", "book IS NULL, book, number IS NULL, number, ")
    } else {
        ("issued_on", "")
    };
    let entered = if filter.by_arrival { " LEFT JOIN arrivals ON arrivals.document = documents.id" } else { "" };
    let wanted = [
        ("kind =", filter.kind.clone()),
        (&format!("{day} >="), filter.from.map(|d| d.to_string())),
        (&format!("{day} <="), filter.to.map(|d| d.to_string())),
    ];
    let wanted: Vec<(&str, String)> = wanted.into_iter().filter_map(|(sql, v)| Some((sql, v?))).collect();
    let conditions = (1..).zip(&wanted).map(|(n, (sql, _))| format!(" AND {sql} ?{n}")).collect::<String>();
    let limit = filter.limit.map(|n| format!(" LIMIT {n}")).unwrap_or_default();
    let ask = format!("SELECT {what}{entered} WHERE TRUE{conditions} ORDER BY {day} IS NULL, {day}, {order}id{limit}");
    let values: Vec<Value<'_>> = wanted.iter().map(|(_, value)| value.into()).collect();
    c.each(&ask, &values, &mut |row| then(row.text(0)?))
}

pub(super) fn summary(json: &str) -> Result<Summary> {
    serde_json::from_str(json).map_err(damaged)
}

pub(super) fn document(c: &dyn Engine, id: &str) -> Result<Option<StoredDocument>> {
    c.one("SELECT record, text FROM documents JOIN texts ON document = key WHERE id = ?1", values![id], stored)
}

pub(super) fn counts(c: &dyn Engine) -> Result<Counts> {
    let count = |what: &str| -> Result<u64> {
        let counted = c.one(&format!("SELECT count(*) FROM {what}"), &[], |row| row.int(0))?;
        Ok(counted.unwrap_or(0).unsigned_abs())
    };
    Ok(Counts {
        files: count("files")?,
        unfinished: count("files WHERE status = 'begun'")?,
        failed: count("files WHERE status IN ('partial', 'failed')")?,
        quarantined: count("notes WHERE severity = 'secret'")?,
        documents: count("documents")?,
        deadlines: count("deadlines")?,
        quotas: count("quotas")?,
        findings: count("findings")?,
        to_review: count("reviews")?,
    })
}

pub(super) fn history(c: &dyn Engine, document: Option<&str>) -> Result<Vec<Change>> {
    let of = if document.is_some() { " WHERE document = ?1" } else { "" };
    let ask = format!("SELECT document, at, who, field, was, now, why FROM history{of} ORDER BY sequence");
    let values: Vec<Value<'_>> = document.into_iter().map(Value::from).collect();
    c.all(&ask, &values, |row| {
        Ok(Change {
            document: row.string(0)?,
            at: row.string(1)?,
            who: row.string(2)?,
            field: row.string(3)?,
            was: row.maybe_string(4)?,
            now: row.maybe_string(5)?,
            why: row.string(6)?,
        })
    })
}
