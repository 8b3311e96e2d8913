//! Searching: by number, by words, by due day.
//!
//! Promises: hits with every word in number or subject come first, then the others, each newest first, then by id: the same
//! order on every engine; deadlines by day, then document, then place in it.

use super::damaged;
use super::read::summary;
use crate::error::Result;
use crate::record::{CitedAs, Day, Deadline};
use crate::store::engine::{Engine, Row, Scope, Value, values};
use crate::store::key::{name_key, number_key};
use crate::store::{Decision, Due, DueFilter, Hit, Query, Summary, snippet};

/// Ids shorter than this are rather serials.
const SHORTEST_ID: usize = 8;

pub(super) fn find(c: &dyn Engine, asked: &str) -> Result<Vec<Summary>> {
    let asked = asked.trim();
    let key = number_key(asked);
    let exact = summaries(c, "id = ?1 OR number_key = ?2", values![asked, &key])?;
    if !exact.is_empty() || key.is_empty() {
        return Ok(exact);
    }
    // "117" begins "117/kh" and "117-ct", in the order of bytes between "117/" and "1170", "117-" and "117."
    let ends = ["/", "0", "-", "."].map(|end| format!("{key}{end}"));
    let serial = "(number_key > ?1 AND number_key < ?2) OR (number_key > ?3 AND number_key < ?4)";
    let serial = summaries(c, serial, &ends.each_ref().map(Value::from))?;
    if !serial.is_empty() || asked.len() < SHORTEST_ID {
        return Ok(serial);
    }
    // ids are hex digits, a dash and digits: nothing in them sorts behind "g"
    summaries(c, "id >= ?1 AND id < ?2", values![asked, &format!("{asked}g")])
}

fn summaries(c: &dyn Engine, condition: &str, values: &[Value<'_>]) -> Result<Vec<Summary>> {
    let ask = format!("SELECT summary FROM documents WHERE {condition} ORDER BY coalesce(issued_on, ''), id");
    c.all(&ask, values, |row| summary(row.text(0)?))
}

pub(super) fn cited_by(c: &dyn Engine, id: &str) -> Result<Vec<(CitedAs, Summary)>> {
    let ask = "SELECT role, citing.summary FROM documents AS cited
         JOIN citations ON citations.number_key = cited.number_key
         JOIN documents AS citing ON citing.key = citations.document
         WHERE cited.id = ?1 AND citing.id <> ?1 ORDER BY coalesce(citing.issued_on, ''), citing.id, position";
    c.all(ask, values![id], |row| Ok((row.text(0)?.into(), summary(row.text(1)?)?)))
}

pub(super) fn search(c: &dyn Engine, query: &Query, limit: usize) -> Result<Vec<Hit>> {
    // words that are bound to fields are the same in both scopes
    let scopes: &[Scope] = if query.phrases.is_empty() { &[Scope::Anywhere] } else { &[Scope::Title, Scope::Anywhere] };
    let mut found: Vec<(i64, Summary)> = Vec::new();
    for scope in scopes {
        if found.len() < limit {
            // as many as were found already may come again
            let more = newest(c, query, *scope, limit.saturating_add(found.len()))?;
            let known: Vec<i64> = found.iter().map(|(key, _)| *key).collect();
            found.extend(more.into_iter().filter(|(key, _)| !known.contains(key)));
        }
    }
    found.truncate(limit);
    found.into_iter().map(|(key, document)| hit(c, query, key, document)).collect()
}

/// Keys of the newest documents that meet the query, their words in `scope`.
fn newest(c: &dyn Engine, query: &Query, scope: Scope, limit: usize) -> Result<Vec<(i64, Summary)>> {
    let mut wanted = Vec::new();
    let mut ask = String::from("SELECT key, summary FROM documents WHERE TRUE");
    if !query.phrases.is_empty() || !query.fields.is_empty() {
        ask += &format!(" AND key IN ({})", c.with_words(query, scope, &mut wanted));
    }
    if let Some(kind) = &query.kind {
        wanted.push(kind.clone());
        ask += &format!(" AND kind = ?{}", wanted.len());
    }
    if let Some((from, to)) = &query.due {
        wanted.extend([from.to_string(), to.to_string()]);
        let (from, to) = (wanted.len() - 1, wanted.len());
        ask += &format!(" AND key IN (SELECT document FROM deadlines WHERE last_day BETWEEN ?{from} AND ?{to})");
    }
    if let Some((from, to)) = &query.issued {
        wanted.extend([from.to_string(), to.to_string()]);
        ask += &format!(" AND issued_on BETWEEN ?{} AND ?{}", wanted.len() - 1, wanted.len());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    ask += &format!(" ORDER BY coalesce(issued_on, '') DESC, id LIMIT {limit}");
    let values: Vec<Value<'_>> = wanted.iter().map(Value::from).collect();
    c.all(&ask, &values, |row| Ok((row.int(0)?, summary(row.text(1)?)?)))
}

fn hit(c: &dyn Engine, query: &Query, key: i64, document: Summary) -> Result<Hit> {
    let mut hit = Hit { document, snippet: String::new(), marks: Vec::new(), page: None };
    if query.phrases.is_empty() {
        return Ok(hit);
    }
    let text = c.one("SELECT text FROM texts WHERE document = ?1", values![key], |row| row.string(0))?;
    let text = text.unwrap_or_default();
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

pub(super) fn due(c: &dyn Engine, filter: &DueFilter) -> Result<Vec<Due>> {
    let unit = filter.unit.as_deref().map(name_key).unwrap_or_default();
    let of_unit = |place: usize| format!("(?{place} = '' OR instr(units, ?{place}) > 0)");
    let one_off = format!("{DUE} WHERE last_day BETWEEN ?1 AND ?2 AND {}", of_unit(3));
    let mut found = c.all(&one_off, values![&filter.from.to_string(), &filter.to.to_string(), &unit], due_row)?;
    let repeating = format!("{DUE} WHERE repeating AND {}", of_unit(1));
    c.each(&repeating, values![&unit], &mut |row| {
        repeat(due_row(row)?, filter, &mut found);
        Ok(())
    })?;
    if filter.undated {
        let undated = format!("{DUE} WHERE last_day IS NULL AND NOT repeating AND {}", of_unit(1));
        found.extend(c.all(&undated, values![&unit], due_row)?);
    }
    found.extend(decided(c, filter, &unit)?);
    let order = |d: &Due| (d.day.is_none(), d.day.clone(), d.document.id.clone(), d.decided, d.index);
    found.sort_by_cached_key(order);
    Ok(found)
}

/// The days of a repeating deadline within the window; never before the document was issued.
fn repeat(due: Due, filter: &DueFilter, found: &mut Vec<Due>) {
    let issued = due.document.issued_on.as_ref().and_then(Day::date);
    let from = filter.from.max(filter.repeating_from).max(issued.unwrap_or(filter.from));
    let days = due.deadline.last_days(from, filter.to);
    let wanted = if filter.next_only { 1 } else { usize::MAX };
    found.extend(days.into_iter().take(wanted).map(|day| Due { day: Some(day.into()), ..due.clone() }));
}

/// Internal deadlines: of each unit the one decided last.
fn decided(c: &dyn Engine, filter: &DueFilter, unit: &str) -> Result<Vec<Due>> {
    let ask = "SELECT summary, position, decided_on, leader, unit, opinion, due
               FROM decisions JOIN documents ON documents.id = decisions.document
               WHERE due BETWEEN ?1 AND ?2 AND NOT EXISTS (
                   SELECT 1 FROM decisions AS later WHERE later.document = decisions.document
                   AND later.unit = decisions.unit AND later.position > decisions.position)";
    let all = c.all(ask, values![&filter.from.to_string(), &filter.to.to_string()], |row| {
        let document = summary(row.text(0)?)?;
        let decision = Decision {
            document: document.id.clone(),
            decided_on: row.text(2)?.into(),
            leader: row.string(3)?,
            unit: row.string(4)?,
            opinion: row.string(5)?,
            due: row.maybe_text(6)?.map(Day::from),
        };
        let deadline = decision.deadline().unwrap_or_default();
        Ok(Due {
            day: decision.due,
            repeating: false,
            doubtful: false,
            page: None,
            index: row.number(1)? as usize,
            decided: true,
            units: vec![decision.unit],
            deadline,
            document,
        })
    })?;
    Ok(all.into_iter().filter(|due| unit.is_empty() || name_key(&due.units[0]).contains(unit)).collect())
}

fn due_row(row: &Row<'_>) -> Result<Due> {
    let (units, deadline): (Vec<String>, Deadline) = serde_json::from_str(row.text(5)?).map_err(damaged)?;
    Ok(Due {
        day: row.maybe_text(0)?.map(Day::from),
        repeating: row.flag(1)?,
        doubtful: row.flag(2)?,
        page: row.maybe_number(3)?,
        index: row.number(4)? as usize,
        decided: false,
        units,
        deadline,
        document: summary(row.text(6)?)?,
    })
}
