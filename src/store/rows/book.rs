//! The register of incoming documents and what leaders decided: what people add to what was read.
//!
//! Promises: within a book and a year a number is given once and the next one follows the highest; every entry and decision
//! goes to the history in the same transaction.

use crate::error::{Error, Result};
use crate::record::Day;
use crate::store::engine::{Engine, Row, Value, values};
use crate::store::{Arrival, Author, Change, Decision};

const ARRIVALS: &str = "SELECT document, book, year, number, arrived_on FROM arrivals";

pub(super) fn arrival(c: &dyn Engine, document: &str) -> Result<Option<Arrival>> {
    c.one(&format!("{ARRIVALS} WHERE document = ?1"), values![document], entry)
}

pub(super) fn arrivals(c: &dyn Engine) -> Result<Vec<Arrival>> {
    c.all(&format!("{ARRIVALS} ORDER BY book, year, number"), &[], entry)
}

fn entry(row: &Row<'_>) -> Result<Arrival> {
    Ok(Arrival {
        document: row.string(0)?,
        book: row.string(1)?,
        year: row.number(2)?,
        number: row.number(3)?,
        arrived_on: row.text(4)?.into(),
    })
}

pub(super) fn arrive(c: &dyn Engine, wanted: &Arrival, by: &Author) -> Result<Arrival> {
    must_be_stored(c, &wanted.document)?;
    let was = arrival(c, &wanted.document)?;
    let now = match &was {
        Some(was) => corrected(was, wanted)?,
        None => Arrival { number: free_number(c, wanted, by)?, ..wanted.clone() },
    };
    if was.as_ref() == Some(&now) {
        return Ok(now);
    }
    put_arrival(c, &now)?;
    append(c, &now.document, "arrival", was.as_ref(), Some(&now), by)?;
    Ok(now)
}

/// An entry that was made keeps its book, year and number; the day may have been wrong.
fn corrected(was: &Arrival, wanted: &Arrival) -> Result<Arrival> {
    let same = (&was.book, was.year) == (&wanted.book, wanted.year);
    if same && (wanted.number == 0 || wanted.number == was.number) {
        return Ok(Arrival { arrived_on: wanted.arrived_on.clone(), ..was.clone() });
    }
    let Arrival { document, book, year, number, .. } = was;
    Err(Error::usage(format!("{document} has number {number} of {year} in the book {book}; a number once given stays")))
}

/// The number asked for, else the one after the highest.
fn free_number(c: &dyn Engine, wanted: &Arrival, by: &Author) -> Result<u32> {
    let Arrival { book, year, number, .. } = wanted;
    if *number == 0 {
        let highest = "SELECT coalesce(max(number), 0) FROM arrivals WHERE book = ?1 AND year = ?2";
        let highest = c.one(highest, values![book, *year], |row| row.number(0))?.unwrap_or(0);
        return highest.checked_add(1).ok_or_else(|| Error::usage("no number is left in the register"));
    }
    let Some(holder) = holder(c, wanted)? else { return Ok(*number) };
    if is_stored(c, &holder.document)? {
        let other = holder.document;
        return Err(Error::usage(format!("number {number} of {year} in the book {book} belongs to {other}")));
    }
    // its document was read anew and is another one now
    c.execute("DELETE FROM arrivals WHERE document = ?1", values![&holder.document])?;
    append(c, &holder.document, "arrival", Some(&holder), None, by)?;
    Ok(*number)
}

/// The entry that has this number.
fn holder(c: &dyn Engine, wanted: &Arrival) -> Result<Option<Arrival>> {
    let Arrival { book, year, number, .. } = wanted;
    let taken = format!("{ARRIVALS} WHERE book = ?1 AND year = ?2 AND number = ?3");
    c.one(&taken, values![book, *year, *number], entry)
}

/// An entry of another store; false where its number belongs to another document here.
pub(super) fn take_over(c: &dyn Engine, arrival: &Arrival) -> Result<bool> {
    let free = holder(c, arrival)?.is_none_or(|holder| holder.document == arrival.document);
    if free {
        put_arrival(c, arrival)?;
    }
    Ok(free)
}

fn put_arrival(c: &dyn Engine, arrival: &Arrival) -> Result<()> {
    let Arrival { document, book, year, number, arrived_on } = arrival;
    let upsert = "INSERT INTO arrivals (document, book, year, number, arrived_on) VALUES (?1, ?2, ?3, ?4, ?5)
                  ON CONFLICT (document) DO UPDATE SET arrived_on = ?5";
    c.execute(upsert, values![document, book, *year, *number, &arrived_on.to_string()]).map(drop)
}

pub(super) fn decisions(c: &dyn Engine, document: Option<&str>) -> Result<Vec<Decision>> {
    let of = if document.is_some() { " WHERE document = ?1" } else { "" };
    let ask = format!(
        "SELECT document, decided_on, leader, unit, opinion, due FROM decisions{of} ORDER BY document, position"
    );
    let values: Vec<Value<'_>> = document.into_iter().map(Value::from).collect();
    c.all(&ask, &values, |row| {
        Ok(Decision {
            document: row.string(0)?,
            decided_on: row.text(1)?.into(),
            leader: row.string(2)?,
            unit: row.string(3)?,
            opinion: row.string(4)?,
            due: row.maybe_text(5)?.map(Day::from),
        })
    })
}

pub(super) fn decide(c: &dyn Engine, decision: &Decision, by: &Author) -> Result<()> {
    must_be_stored(c, &decision.document)?;
    put_decision(c, decision)?;
    append(c, &decision.document, "decision", None, Some(decision), by)
}

/// The same without history, for what comes from another store.
pub(super) fn put_decision(c: &dyn Engine, decision: &Decision) -> Result<()> {
    let Decision { document, decided_on, leader, unit, opinion, due } = decision;
    let insert = "INSERT INTO decisions (document, position, decided_on, leader, unit, opinion, due)
                  SELECT ?1, count(*), ?2, ?3, ?4, ?5, ?6 FROM decisions WHERE document = ?1";
    let due = due.as_ref().map(Day::to_string);
    c.execute(insert, values![document, &decided_on.to_string(), leader, unit, opinion, due.as_deref()]).map(drop)
}

fn must_be_stored(c: &dyn Engine, document: &str) -> Result<()> {
    match is_stored(c, document)? {
        true => Ok(()),
        false => Err(Error::input(format!("the store has no document {document}"))),
    }
}

fn is_stored(c: &dyn Engine, document: &str) -> Result<bool> {
    Ok(c.one("SELECT 1 FROM documents WHERE id = ?1", values![document], |_| Ok(()))?.is_some())
}

fn append<T: serde::Serialize>(
    c: &dyn Engine,
    document: &str,
    field: &str,
    was: Option<&T>,
    now: Option<&T>,
    by: &Author,
) -> Result<()> {
    let json = |value: Option<&T>| value.map(|v| serde_json::to_string(v).map_err(super::damaged)).transpose();
    let change = Change {
        document: document.to_owned(),
        at: by.at.clone(),
        who: by.name.clone(),
        field: field.to_owned(),
        was: json(was)?,
        now: json(now)?,
        why: by.why.clone(),
    };
    super::write::append(c, &change)
}
