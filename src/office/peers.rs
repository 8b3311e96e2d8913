//! What the store knows about a letter whose number or day is in doubt.
//!
//! in: a record with doubts, the store → out: [`Peers`]: who cites its possible numbers, and the issuer's dated series.
//! Promises: asks only for letters in doubt; the letter's own file never speaks for itself.

use crate::error::Result;
use crate::extract::peers::Peers;
use crate::record::{Day, Number, Record};
use crate::store::{Query, Store, key};
use jiff::civil::Date;

/// So many documents are looked at per question.
const MOST: usize = 200;

/// Asks the store.
pub fn of(store: &dyn Store, record: &Record) -> Result<Peers> {
    let mut peers = Peers::default();
    let Some(symbol) = record.number.as_ref().and_then(|n| n.symbol.clone()) else { return Ok(peers) };
    let known = record.number.as_ref().and_then(|n| n.normalized.clone());
    let doubted = record.needs_review.iter().filter(|r| r.field == "number").flat_map(|r| r.candidates.clone());
    for number in known.into_iter().chain(doubted) {
        let query = Query { phrases: vec![key::words(&number)], ..Query::default() };
        for other in others(store, record, &query)? {
            let wanted = key::number_key(&number);
            let fits = |cited: &Option<String>| cited.as_deref().is_some_and(|c| key::number_key(c) == wanted);
            let cited = other.references.into_iter().filter(|r| fits(&r.number));
            peers.cited.extend(cited.map(|r| (number.clone(), r.date)));
        }
    }
    // the Party's numbers run through a term, not through a year
    if record.number.as_ref().is_some_and(Number::runs_through_a_term) {
        return Ok(peers);
    }
    let Some(year) = record.issued_on.as_ref().and_then(Day::date).map(Date::year) else { return Ok(peers) };
    let query = Query { fields: vec![("number", key::words(&symbol))], ..Query::default() };
    for other in others(store, record, &query)? {
        let same = other.number.as_ref().and_then(|n| n.symbol.as_deref()) == Some(&symbol)
            && issuer_of(&other) == issuer_of(record);
        let serial = other.number.as_ref().and_then(|n| n.serial.as_deref()?.parse().ok());
        if let (true, Some(serial), Some(day)) =
            (same, serial, other.issued_on.filter(|day| day.date().is_some_and(|day| day.year() == year)))
        {
            peers.series.push((serial, day));
        }
    }
    Ok(peers)
}

fn issuer_of(record: &Record) -> Option<String> {
    record.issuer.as_ref().map(|i| key::name_key(&i.name))
}

fn others(store: &dyn Store, record: &Record, query: &Query) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    for hit in store.search(query, MOST)? {
        let other = store.document(&hit.document.id)?.map(|d| d.record);
        found.extend(other.filter(|o| o.source.sha256 != record.source.sha256));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::peers::narrow;
    use crate::record::{Issuer, Reference, SourceRef};
    use crate::store::{FileResult, StoredDocument, open};

    fn letter(sha256: &str, serial: Option<&str>, issued: &str) -> Record {
        let symbol = "SYT-NVY".to_owned();
        let normalized = serial.map(|s| format!("{s}/{symbol}"));
        let number = Number { raw: String::new(), serial: serial.map(Into::into), symbol: Some(symbol), normalized };
        Record {
            id: Record::id_of(sha256, 1),
            source: SourceRef { sha256: sha256.into(), part: 1, parts: 1, ..SourceRef::default() },
            number: Some(number),
            issued_on: Some(issued.into()),
            issuer: Some(Issuer { parent: None, name: "Sở Y tế".into() }),
            ..Record::default()
        }
    }

    #[test]
    fn a_stored_letter_that_cites_the_number_settles_it() {
        let mut store = open("sqlite://:memory:").unwrap();
        let mut citing = letter(&"a".repeat(64), Some("90"), "2021-04-02");
        let reference = Reference {
            number: Some("67/SYT-NVY".into()),
            date: Some("2021-03-10".into()),
            role: "answers".into(),
            ..Reference::default()
        };
        citing.references.push(reference);
        let text = "Trả lời Công văn số 67/SYT-NVY ngày 10 tháng 3 năm 2021".to_owned();
        let file = FileResult {
            sha256: citing.source.sha256.clone(),
            records: vec![StoredDocument { record: citing, text }],
            ..FileResult::default()
        };
        store.put_file(&file).unwrap();
        let mut doubtful = letter(&"b".repeat(64), None, "2021-03-10");
        let likely = vec![("61/SYT-NVY".into(), Some(0.6)), ("67/SYT-NVY".into(), Some(0.3))];
        doubtful.review_weighed("number", crate::record::Doubt::NumberUnsure, likely);
        let peers = of(store.as_ref(), &doubtful).unwrap();
        assert_eq!(peers.cited, [("67/SYT-NVY".to_owned(), Some("2021-03-10".into()))]);
        assert_eq!(peers.series, [(90, "2021-04-02".into())]);
        narrow(&mut doubtful, &peers);
        assert_eq!(doubtful.number.unwrap().serial.as_deref(), Some("67"));
        // the citing letter's own file says nothing about itself
        let own = letter(&"a".repeat(64), None, "2021-03-10");
        assert_eq!(of(store.as_ref(), &own).unwrap(), Peers::default());
    }
}
