//! Searching: by number, by words, by due day.
//!
//! Promises: hits are ordered by rank, then date of issue (newest first), then id; deadlines by day, then document, then place in it.

use super::damaged;
use super::read::summary;
use crate::error::Result;
use crate::record::Deadline;
use crate::store::key::{name_key, number_key};
use crate::store::{Due, DueFilter, Hit, Query, Summary, snippet};
use rusqlite::{Connection, Params, Row, params};

/// Rank weights of number, subject, issuer, signer, body: a word in the subject says more than one in the body.
const WEIGHTS: &str = "8.0, 4.0, 2.0, 2.0, 1.0";

/// Ids shorter than this are rather serials.
const SHORTEST_ID: usize = 8;

pub(super) fn find(c: &Connection, asked: &str) -> Result<Vec<Summary>> {
    let asked = asked.trim();
    let key = number_key(asked);
    let exact = summaries(c, "id = ?1 OR number_key = ?2", params![asked, key])?;
    if !exact.is_empty() || key.is_empty() {
        return Ok(exact);
    }
    let serial = summaries(
        c,
        "(number_key > ?1 || '/' AND number_key < ?1 || '0') OR (number_key > ?1 || '-' AND number_key < ?1 || '.')",
        params![key],
    )?;
    if !serial.is_empty() || asked.len() < SHORTEST_ID {
        return Ok(serial);
    }
    // ids are hex digits, a dash and digits: nothing in them sorts behind "g"
    summaries(c, "id >= ?1 AND id < ?1 || 'g'", params![asked])
}

fn summaries(c: &Connection, condition: &str, values: impl Params) -> Result<Vec<Summary>> {
    let mut ask =
        c.prepare_cached(&format!("SELECT summary FROM documents WHERE {condition} ORDER BY issued_on, id"))?;
    let mut rows = ask.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(summary(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(found)
}

pub(super) fn cited_by(c: &Connection, id: &str) -> Result<Vec<(String, Summary)>> {
    let mut ask = c.prepare_cached(
        "SELECT role, citing.summary FROM documents AS cited
         JOIN citations ON citations.number_key = cited.number_key
         JOIN documents AS citing ON citing.key = citations.document
         WHERE cited.id = ?1 AND citing.id <> ?1 ORDER BY citing.issued_on, citing.id, position",
    )?;
    let rows = ask.query_map([id], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
    rows.map(|row| row.map_err(Into::into).and_then(|(role, json)| Ok((role, summary(&json)?)))).collect()
}

pub(super) fn search(c: &Connection, query: &Query, limit: usize) -> Result<Vec<Hit>> {
    let matching = expression(query);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = match (matching.is_empty(), query.kind.is_some() || query.due.is_some()) {
        (false, false) => best(c, &matching, limit)?,
        _ => best_among(c, query, &matching, limit)?,
    };
    rows.into_iter().map(|(key, json)| hit(c, query, key, summary(&json)?)).collect()
}

/// Key and summary of a document.
type Found = (i64, String);

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok((row.get(0)?, row.get(1)?))
}

/// Words only: the index ranks by itself and only the best rows are looked up. Where many documents have the same rank,
/// those stored first come in.
fn best(c: &Connection, matching: &str, limit: i64) -> Result<Vec<Found>> {
    let mut ask = c.prepare_cached(&format!(
        "SELECT key, summary FROM
         (SELECT rowid AS found, rank AS score FROM words
          WHERE words MATCH ?1 AND rank MATCH 'bm25({WEIGHTS})' ORDER BY rank LIMIT ?2)
         JOIN documents ON key = found ORDER BY score, issued_on DESC, id"
    ))?;
    let rows = ask.query_map(params![matching, limit], found)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Words (or none) among the documents of a kind, or with a one-off deadline in a span of days.
fn best_among(c: &Connection, query: &Query, matching: &str, limit: i64) -> Result<Vec<Found>> {
    let words = !matching.is_empty();
    let mut sql = String::from("SELECT documents.key, summary FROM documents");
    // each placeholder is used in every form of the statement, so that the number of values never changes
    sql += if words { " JOIN words ON words.rowid = documents.key WHERE words MATCH ?1" } else { " WHERE ?1 = ''" };
    sql += " AND (?2 = '' OR documents.kind = ?2)";
    sql += if query.due.is_some() {
        " AND EXISTS (SELECT 1 FROM deadlines WHERE document = key AND last_day BETWEEN ?3 AND ?4)"
    } else {
        " AND ?3 = ?4"
    };
    let rank = if words { format!("bm25(words, {WEIGHTS})") } else { "1".to_owned() };
    sql += &format!(" ORDER BY {rank}, issued_on DESC, id LIMIT ?5");
    let (from, to) = query.due.map_or_else(Default::default, |(from, to)| (from.to_string(), to.to_string()));
    let mut ask = c.prepare_cached(&sql)?;
    let values = params![matching, query.kind.as_deref().unwrap_or_default(), from, to, limit];
    let rows = ask.query_map(values, found)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The FTS5 expression: every phrase quoted, so that nothing the user types is an operator.
fn expression(query: &Query) -> String {
    let quoted = |phrase: &[String]| format!("\"{}\"", phrase.join(" "));
    let anywhere = query.phrases.iter().map(|p| quoted(p));
    let within = query.fields.iter().map(|(field, p)| format!("{field} : {}", quoted(p)));
    anywhere.chain(within).collect::<Vec<_>>().join(" AND ")
}

fn hit(c: &Connection, query: &Query, key: i64, document: Summary) -> Result<Hit> {
    let mut hit = Hit { document, snippet: String::new(), marks: Vec::new(), page: None };
    if query.phrases.is_empty() {
        return Ok(hit);
    }
    let text: String =
        c.prepare_cached("SELECT text FROM texts WHERE document = ?1")?.query_row([key], |r| r.get(0))?;
    if let Some(found) = snippet::around(&text, &query.phrases) {
        let paged = text.contains('\u{c}');
        let first = hit.document.pages.map(|[first, _]| first);
        hit.page = match hit.document.pages {
            Some([first, last]) if first == last => Some(first),
            _ => first.filter(|_| paged).map(|first| first + found.breaks),
        };
        (hit.snippet, hit.marks) = (found.text, found.marks);
    }
    Ok(hit)
}

const DUE: &str = "SELECT last_day, repeating, doubtful, page, position, deadline, summary
                   FROM deadlines JOIN documents ON key = document";

pub(super) fn due(c: &Connection, filter: &DueFilter) -> Result<Vec<Due>> {
    let unit = filter.unit.as_deref().map(name_key).unwrap_or_default();
    let mut found = Vec::new();
    let mut one_off =
        c.prepare_cached(&format!("{DUE} WHERE last_day BETWEEN ?1 AND ?2 AND (?3 = '' OR instr(units, ?3) > 0)"))?;
    let mut rows = one_off.query(params![filter.from.to_string(), filter.to.to_string(), unit])?;
    while let Some(row) = rows.next()? {
        found.push(due_row(row)?);
    }
    let mut repeating = c.prepare_cached(&format!("{DUE} WHERE repeating AND (?1 = '' OR instr(units, ?1) > 0)"))?;
    let mut rows = repeating.query(params![unit])?;
    while let Some(row) = rows.next()? {
        repeat(due_row(row)?, filter, &mut found);
    }
    if filter.undated {
        let mut undated = c.prepare_cached(&format!(
            "{DUE} WHERE last_day IS NULL AND NOT repeating AND (?1 = '' OR instr(units, ?1) > 0)"
        ))?;
        let mut rows = undated.query(params![unit])?;
        while let Some(row) = rows.next()? {
            found.push(due_row(row)?);
        }
    }
    let order = |d: &Due| (d.day.is_none(), d.day.clone(), d.document.id.clone(), d.index);
    found.sort_by_cached_key(order);
    Ok(found)
}

/// The days of a repeating deadline within the window; never before the document was issued.
fn repeat(due: Due, filter: &DueFilter, found: &mut Vec<Due>) {
    let issued = due.document.issued_on.as_deref().and_then(|d| d.parse().ok());
    let from = filter.from.max(filter.repeating_from).max(issued.unwrap_or(filter.from));
    let days = due.deadline.last_days(from, filter.to);
    let wanted = if filter.next_only { 1 } else { usize::MAX };
    found.extend(days.into_iter().take(wanted).map(|day| Due { day: Some(day.to_string()), ..due.clone() }));
}

fn due_row(row: &Row<'_>) -> Result<Due> {
    let json: String = row.get(5)?;
    let (units, deadline): (Vec<String>, Deadline) = serde_json::from_str(&json).map_err(damaged)?;
    Ok(Due {
        day: row.get(0)?,
        repeating: row.get(1)?,
        doubtful: row.get(2)?,
        page: row.get(3)?,
        index: row.get::<_, u32>(4)? as usize,
        units,
        deadline,
        document: summary(&row.get::<_, String>(6)?)?,
    })
}
