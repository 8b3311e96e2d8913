//! What other stored letters say of a number or day that is in doubt.
//!
//! in: a record with doubts, [`Peers`] → out: the same record, a doubt settled where its candidates were told apart.
//! How: as in `narrow`: each candidate's probability times the weight of what speaks for it. A letter that cites this one by
//! number and date weighs much; a serial that runs against the issuer's dated series weighs against its value.
//! Promises: only candidates the reading listed are weighed, none is brought in; below [`SURE`] the doubt stays, its
//! candidates in their new order; every voice is noted beside the value.
//! Leaves out: asking the store (`cli`).

use super::narrow::{SURE, lifted};
use crate::record::{Day, Record, Review, Speaker, Voice};

/// Another letter cites this number with the day of issue read here.
const CITED_AND_DATED: f64 = 200.0;
/// Another letter cites this number and no day: it may mean another letter of the same office.
const CITED: f64 = 5.0;
/// Another letter says the day of this number.
const DAY_CITED: f64 = 200.0;
/// A serial below one of an earlier day, or above one of a later day, of the same series.
const AGAINST_SERIES: f64 = 0.03;
/// The reading must give a value this much before evidence may lift it.
const POSSIBLE: f64 = 0.05;

/// What other stored documents say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peers {
    /// Citations: normalised number, date where it is said.
    pub cited: Vec<(String, Option<Day>)>,
    /// Serials and dates of issue of the same issuer, symbol and year.
    pub series: Vec<(u32, Day)>,
}

/// Whether other letters could settle something: the number or the day is in doubt between known values.
pub fn in_doubt(record: &Record) -> bool {
    record
        .needs_review
        .iter()
        .any(|r| matches!(r.field.as_str(), "number" | "issued_on") && !r.probabilities.is_empty())
}

/// Weighs the doubts of a record with what its peers say.
pub fn narrow(record: &mut Record, peers: &Peers) {
    narrow_number(record, peers);
    narrow_day(record, peers);
}

fn narrow_number(record: &mut Record, peers: &Peers) {
    let issued = record.issued_on.clone();
    let possible_days = candidates_of(record, "issued_on");
    let fits_day = |date: &Option<Day>| match (date, &issued) {
        (Some(date), Some(issued)) => date == issued,
        (Some(date), None) => possible_days.contains(&date.to_string()),
        (None, _) => false,
    };
    let mut voices = Vec::new();
    let weight = |value: &str| {
        let cited = peers.cited.iter().filter(|(number, _)| number.eq_ignore_ascii_case(value));
        let mut weight: f64 = 1.0;
        for (_, date) in cited {
            weight = weight.max(if fits_day(date) {
                CITED_AND_DATED
            } else if date.is_none() {
                CITED
            } else {
                1.0
            });
        }
        let against = issued.as_ref().is_some_and(|issued| runs_against(value, issued, &peers.series));
        (weight, if against { AGAINST_SERIES } else { 1.0 })
    };
    for value in candidates_of(record, "number") {
        let (cited, series) = weight(&value);
        voices.extend((cited != 1.0).then(|| voice(Speaker::CitedBy, &value, cited)));
        voices.extend((series != 1.0).then(|| voice(Speaker::Series, &value, series)));
    }
    let product = |value: &str| weight(value).0 * weight(value).1;
    let Some(value) = settle(record, "number", product, voices) else { return };
    let Some(number) = &mut record.number else { return };
    number.serial = Some(value.chars().take_while(|c| c.is_ascii_alphanumeric()).collect());
    number.normalized = Some(value);
}

fn narrow_day(record: &mut Record, peers: &Peers) {
    let Some(number) = record.number.as_ref().and_then(|n| n.normalized.clone()) else { return };
    let said = |day: &Day| {
        peers.cited.iter().any(|(cited, date)| cited.eq_ignore_ascii_case(&number) && date.as_ref() == Some(day))
    };
    let days = candidates_of(record, "issued_on");
    let voices = days
        .iter()
        .filter(|day| said(&day.as_str().into()))
        .map(|day| voice(Speaker::CitedBy, day, DAY_CITED))
        .collect();
    if let Some(day) = settle(record, "issued_on", |day| if said(&day.into()) { DAY_CITED } else { 1.0 }, voices) {
        record.issued_on = Some(day.into());
    }
}

/// Whether a serial lies below one given earlier or above one given later.
fn runs_against(value: &str, issued: &Day, series: &[(u32, Day)]) -> bool {
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    let Ok(serial) = digits.parse::<u32>() else { return false };
    series.iter().any(|(other, date)| (date < issued && *other > serial) || (date > issued && *other < serial))
}

fn voice(by: Speaker, value: &str, weight: f64) -> Voice {
    Voice { by, value: value.to_owned(), probability: None, weight: Some(weight) }
}

fn candidates_of(record: &Record, field: &str) -> Vec<String> {
    record.needs_review.iter().find(|r| r.field == field).map(|r| r.candidates.clone()).unwrap_or_default()
}

/// Weighs the candidates of a field anew; takes the doubt away and gives the value where one is sure now.
fn settle(record: &mut Record, field: &str, weight: impl Fn(&str) -> f64, voices: Vec<Voice>) -> Option<String> {
    let at = record.needs_review.iter().position(|r| r.field == field && !r.probabilities.is_empty())?;
    if voices.is_empty() {
        return None;
    }
    let doubt: &mut Review = &mut record.needs_review[at];
    let before: Vec<(String, f32)> =
        doubt.candidates.iter().zip(&doubt.probabilities).map(|(c, p)| (c.clone(), *p as f32)).collect();
    let possible = |value: &str| before.iter().any(|(c, p)| c == value && f64::from(*p) >= POSSIBLE);
    let best = lifted(&before, |value| if possible(value) { weight(value) } else { weight(value).min(1.0) });
    (doubt.candidates, doubt.probabilities) =
        best.iter().map(|(c, p)| (c.clone(), (f64::from(*p) * 1000.0).round() / 1000.0)).unzip();
    record.evidence.entry(field.to_owned()).and_modify(|e| e.voices.extend(voices.clone()));
    let (value, p) = best.first()?;
    // Without a voice for it a value is not made sure by another's fall
    let spoken_for = voices.iter().any(|v| v.value == *value && v.weight.is_some_and(|w| w > 1.0));
    (*p >= SURE && spoken_for).then(|| {
        record.needs_review.remove(at);
        value.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Doubt, Evidence, Number};

    fn doubtful() -> Record {
        let symbol = Some("SYT-NVY".to_owned());
        let mut record = Record {
            number: Some(Number { raw: "Số: /SYT-NVY".into(), serial: None, symbol, normalized: None }),
            issued_on: Some("2021-03-10".into()),
            ..Record::default()
        };
        let likely = [("61/SYT-NVY", 0.5), ("67/SYT-NVY", 0.3), ("617/SYT-NVY", 0.02)];
        record.review_weighed("number", Doubt::NumberUnsure, likely.map(|(v, p)| (v.to_owned(), Some(p))).to_vec());
        record.evidence.insert("number".into(), Evidence::default());
        record
    }

    fn cited(number: &str, date: Option<&str>) -> Peers {
        Peers { cited: vec![(number.into(), date.map(Day::from))], series: Vec::new() }
    }

    #[test]
    fn a_citation_with_the_date_settles_the_number() {
        let mut record = doubtful();
        narrow(&mut record, &cited("67/SYT-NVY", Some("2021-03-10")));
        let number = record.number.unwrap();
        assert_eq!((number.serial.as_deref(), number.normalized.as_deref()), (Some("67"), Some("67/SYT-NVY")));
        assert!(record.needs_review.is_empty() && record.evidence["number"].voices[0].by == Speaker::CitedBy);
    }

    #[test]
    fn what_may_mean_another_letter_settles_nothing() {
        // another day, no day, a value the reading hardly gives, no such value
        let peers = [
            cited("67/SYT-NVY", Some("2021-05-02")),
            cited("67/SYT-NVY", None),
            cited("617/SYT-NVY", Some("2021-03-10")),
            cited("99/SYT-NVY", Some("2021-03-10")),
        ];
        for peers in peers {
            let mut record = doubtful();
            narrow(&mut record, &peers);
            assert_eq!(record.number.as_ref().unwrap().serial, None, "{peers:?}");
            assert_eq!(record.needs_review.len(), 1);
        }
    }

    #[test]
    fn serials_grow_with_the_days() {
        let mut record = doubtful();
        let series = vec![(64, Day::from("2021-03-09")), (80, Day::from("2021-03-12"))];
        let tenth = Day::from("2021-03-10");
        narrow(&mut record, &Peers { cited: Vec::new(), series: series.clone() });
        // the order changes, the doubt stays
        assert_eq!(record.needs_review[0].candidates[0], "67/SYT-NVY");
        assert!(record.number.as_ref().unwrap().serial.is_none());
        assert!(runs_against("61/SYT-NVY", &tenth, &series) && runs_against("617/X", &tenth, &series));
        assert!(!runs_against("67/X", &tenth, &series) && !runs_against("67/X", &tenth, &[]));
    }

    #[test]
    fn a_citation_gives_the_day_of_a_known_number() {
        let mut record = doubtful();
        record.needs_review.clear();
        record.number.as_mut().unwrap().normalized = Some("67/SYT-NVY".into());
        record.issued_on = None;
        let days = vec![("2021-03-10".into(), Some(0.6)), ("2021-03-16".into(), Some(0.3))];
        record.review_weighed("issued_on", Doubt::IssuedUnsure, days);
        assert!(in_doubt(&record));
        narrow(&mut record, &cited("67/SYT-NVY", Some("2021-03-16")));
        assert_eq!(record.issued_on, Some("2021-03-16".into()));
        assert!(!in_doubt(&record));
    }
}
