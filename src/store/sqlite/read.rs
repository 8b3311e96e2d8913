//! Reading: files, documents, history.
//!
//! Promises: orders are total, so the same content is always told in the same order.

use super::damaged;
use crate::error::Result;
use crate::record::Record;
use crate::store::{Change, Counts, FileResult, FileRow, FileState, Filter, Status, StoredDocument, Summary};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use std::io::Read as _;

pub(super) fn file_state(c: &Connection, sha256: &str) -> Result<Option<FileState>> {
    let mut ask = c.prepare_cached("SELECT pipeline_version, status FROM files WHERE sha256 = ?1")?;
    let state =
        |r: &Row<'_>| Ok(FileState { pipeline_version: r.get(0)?, status: Status::named(&r.get::<_, String>(1)?) });
    Ok(ask.query_row([sha256], state).optional()?)
}

pub(super) fn all_pages(c: &Connection, sha256: &str) -> Result<Vec<(u32, u32, String)>> {
    let mut ask =
        c.prepare_cached("SELECT page, reading_version, result FROM pages WHERE sha256 = ?1 ORDER BY page")?;
    let rows = ask.query_map([sha256], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, Vec<u8>>(2)?)))?;
    rows.map(|row| {
        let (page, version, packed) = row?;
        let mut json = String::new();
        flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_string(&mut json)?;
        Ok((page, version, json))
    })
    .collect()
}

pub(super) fn files(c: &Connection) -> Result<Vec<FileRow>> {
    let mut ask = c.prepare_cached(
        "SELECT sha256, name, path, status,
         (SELECT message FROM notes WHERE notes.sha256 = files.sha256 AND severity = 'failure' ORDER BY position LIMIT 1)
         FROM files ORDER BY sha256",
    )?;
    let rows = ask.query_map([], |r| {
        let status = Status::named(&r.get::<_, String>(3)?);
        Ok(FileRow { sha256: r.get(0)?, name: r.get(1)?, path: r.get(2)?, status, message: r.get(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn file(c: &Connection, sha256: &str) -> Result<Option<FileResult>> {
    let mut ask = c.prepare_cached("SELECT * FROM files WHERE sha256 = ?1 AND status <> 'begun'")?;
    let facts = ask.query_row([sha256], |r| {
        Ok(FileResult {
            sha256: r.get(0)?,
            name: r.get(1)?,
            path: r.get(2)?,
            media: r.get(3)?,
            bytes: r.get::<_, i64>(4)?.unsigned_abs(),
            pages: r.get(5)?,
            pipeline_version: r.get(6)?,
            stored_at: r.get(8)?,
            ..FileResult::default()
        })
    });
    let Some(mut file) = facts.optional()? else { return Ok(None) };
    let mut ask = c.prepare_cached("SELECT severity, page, message FROM notes WHERE sha256 = ?1 ORDER BY position")?;
    for note in ask.query_map([sha256], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?)))? {
        let (severity, page, message) = note?;
        if severity == "failure" { file.failures.push((page, message)) } else { file.warnings.push(message) }
    }
    let mut ask = c.prepare_cached(
        "SELECT record, text FROM documents JOIN texts ON document = key WHERE sha256 = ?1 ORDER BY part, id",
    )?;
    let rows = ask.query_map([sha256], |r| Ok((r.get::<_, String>(0)?, r.get(1)?)))?;
    for row in rows {
        let (record, text) = row?;
        file.records.push(StoredDocument { record: serde_json::from_str(&record).map_err(damaged)?, text });
    }
    Ok(Some(file))
}

pub(super) fn list(c: &Connection, filter: &Filter) -> Result<Vec<Summary>> {
    let mut summaries = Vec::new();
    each(c, "summary FROM documents", filter, &mut |json| {
        summaries.push(summary(json)?);
        Ok(())
    })?;
    Ok(summaries)
}

pub(super) fn each_record(c: &Connection, filter: &Filter, then: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
    each(c, "record FROM documents JOIN texts ON document = key", filter, &mut |json| {
        then(serde_json::from_str(json).map_err(damaged)?)
    })
}

fn each(c: &Connection, what: &str, filter: &Filter, then: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
    let day = if filter.by_arrival { "coalesce(received_on, issued_on)" } else { "issued_on" };
    let wanted = [
        ("kind = ?", filter.kind.clone()),
        (&format!("{day} >= ?"), filter.from.map(|d| d.to_string())),
        (&format!("{day} <= ?"), filter.to.map(|d| d.to_string())),
    ];
    let (conditions, values): (Vec<&str>, Vec<String>) =
        wanted.into_iter().filter_map(|(sql, v)| Some((sql, v?))).unzip();
    let conditions = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
    let limit = filter.limit.map_or(-1, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let mut ask =
        c.prepare_cached(&format!("SELECT {what} WHERE {conditions} ORDER BY {day} IS NULL, {day}, id LIMIT {limit}"))?;
    let mut rows = ask.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        then(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
    }
    Ok(())
}

pub(super) fn summary(json: &str) -> Result<Summary> {
    serde_json::from_str(json).map_err(damaged)
}

pub(super) fn document(c: &Connection, id: &str) -> Result<Option<StoredDocument>> {
    let mut ask = c.prepare_cached("SELECT record, text FROM documents JOIN texts ON document = key WHERE id = ?1")?;
    let found = ask.query_row([id], |r| Ok((r.get::<_, String>(0)?, r.get(1)?))).optional()?;
    let read = |(record, text): (String, String)| {
        Ok(StoredDocument { record: serde_json::from_str(&record).map_err(damaged)?, text })
    };
    found.map(read).transpose()
}

pub(super) fn counts(c: &Connection) -> Result<Counts> {
    let count = |what: &str| -> Result<u64> {
        Ok(c.query_row(&format!("SELECT count(*) FROM {what}"), [], |r| r.get::<_, i64>(0))?.unsigned_abs())
    };
    Ok(Counts {
        files: count("files")?,
        unfinished: count("files WHERE status = 'begun'")?,
        failed: count("files WHERE status IN ('partial', 'failed')")?,
        documents: count("documents")?,
        deadlines: count("deadlines")?,
        quotas: count("quotas")?,
        findings: count("findings")?,
        to_review: count("reviews")?,
    })
}

pub(super) fn history(c: &Connection, document: Option<&str>) -> Result<Vec<Change>> {
    let mut ask = c.prepare_cached(
        "SELECT document, at, who, field, was, now, why FROM history WHERE ?1 IS NULL OR document = ?1 ORDER BY sequence",
    )?;
    let rows = ask.query_map([document], |r| {
        Ok(Change {
            document: r.get(0)?,
            at: r.get(1)?,
            who: r.get(2)?,
            field: r.get(3)?,
            was: r.get(4)?,
            now: r.get(5)?,
            why: r.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
