//! Whether a letter that comes in is in the store already, under other bytes: scanned twice, sent on paper and by e-mail.
//!
//! in: a record, the store → out: the stored letters with the same số, ký hiệu, cơ quan and date (Nghị định 30/2020/NĐ-CP,
//! Phụ lục VI, asks for a warning); also where one sign of number or date was read otherwise and the subject is the same.
//! Promises: only warns; nothing is merged, replaced or left out.

use crate::error::Result;
use crate::record::{Doubt, Record};
use crate::store::key::{name_key, number_key, words};
use crate::store::{Filter, Store, Summary};
use jiff::civil::Date;
use strsim::{normalized_damerau_levenshtein, osa_distance};

/// Two readings of one name or subject: one sign in ten may differ.
const SAME_WORDS: f64 = 0.9;
/// A shorter subject is shared by too many letters.
const TELLING: usize = 4;

/// A stored letter that is probably the same.
struct Twin {
    /// The stored letter.
    pub stored: Summary,
    /// Number, issuer and day are the same to the sign.
    pub exact: bool,
}

/// Marks what may be a duplicate for a person to look at; gives one line per twin for the clerk.
pub fn mark(store: &dyn Store, record: &mut Record) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for Twin { stored, exact } in of(store, record)? {
        let number = stored.number.clone().unwrap_or_else(|| stored.id.clone());
        let why = if exact { Doubt::DuplicateSame } else { Doubt::DuplicateNear };
        let asked = record.review("source.file", why, vec![stored.id.clone()]);
        asked.with("number", &number).with("file", &stored.file);
        let how = if exact { "the same number, issuer and day as" } else { "nearly the same as" };
        lines.push(format!("{how} {number} in {} ({}): check whether it arrived twice", stored.file, stored.id));
    }
    Ok(lines)
}

/// The stored letters of other files that are probably this one, by id.
fn of(store: &dyn Store, record: &Record) -> Result<Vec<Twin>> {
    let new = Summary::of(record);
    let Some(number) = record.number.as_ref().and_then(|n| n.normalized.as_deref()) else { return Ok(Vec::new()) };
    let mut near = store.find(number)?;
    if let Some(day) = day(&new) {
        near.extend(store.list(&Filter { from: Some(day), to: Some(day), ..Filter::default() })?);
    }
    near.sort_by(|a, b| a.id.cmp(&b.id));
    near.dedup_by(|a, b| a.id == b.id);
    let own = record.id.split('-').next().unwrap_or_default();
    near.retain(|stored| stored.id.split('-').next() != Some(own));
    Ok(near.into_iter().filter_map(|stored| likeness(&new, &stored).map(|exact| Twin { stored, exact })).collect())
}

/// Whether two letters are the same to the sign; `None` where they are not the same letter.
fn likeness(new: &Summary, stored: &Summary) -> Option<bool> {
    let number = |s: &Summary| s.number.as_deref().map(number_key);
    let (a, b) = (number(new)?, number(stored)?);
    let issuer = |s: &Summary| s.issuer.as_deref().map(name_key);
    let same_issuer = match (issuer(new), issuer(stored)) {
        (Some(a), Some(b)) => normalized_damerau_levenshtein(&a, &b) >= SAME_WORDS,
        // an issuer that was not read contradicts nothing; the rest must then be the same
        _ => a == b,
    };
    if !same_issuer {
        return None;
    }
    let same_day = new.issued_on.is_some() && new.issued_on == stored.issued_on;
    if a == b && same_day {
        return Some(true);
    }
    // numbers follow each other: another number of the same day is another letter unless it says the same
    let one_sign_off = match same_day {
        // one digit alone is all there is to compare
        true => osa_distance(&a, &b) == 1 && a.chars().take_while(char::is_ascii_digit).count() > 1,
        false => a == b && days_one_sign_apart(new, stored),
    };
    (one_sign_off && same_subject(new, stored)).then_some(false)
}

/// A day is missing, or differs in one digit.
fn days_one_sign_apart(a: &Summary, b: &Summary) -> bool {
    match (&a.issued_on, &b.issued_on) {
        (Some(a), Some(b)) => osa_distance(&a.to_string(), &b.to_string()) == 1,
        _ => true,
    }
}

fn same_subject(a: &Summary, b: &Summary) -> bool {
    let key = |s: &Summary| words(s.subject.as_deref().unwrap_or_default());
    let (a, b) = (key(a), key(b));
    a.len() >= TELLING && normalized_damerau_levenshtein(&a.join(" "), &b.join(" ")) >= SAME_WORDS
}

fn day(summary: &Summary) -> Option<Date> {
    summary.issued_on.as_ref()?.date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(number: &str, on: &str, issuer: &str, subject: &str) -> Summary {
        let some = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        Summary {
            id: String::new(),
            kind: String::new(),
            kind_label: String::new(),
            number: some(number),
            issued_on: some(on).map(Into::into),
            issuer: some(issuer),
            subject: some(subject),
            file: String::new(),
            pages: None,
            to_review: 0,
        }
    }

    #[test]
    fn the_same_letter_is_told_from_the_next_one() {
        let (office, about) = ("Ủy ban nhân dân phường Đồng Mây", "báo cáo số lượng cán bộ năm 2024");
        let new = letter("88/UBND-NV", "2024-05-20", office, about);
        let cases = [
            ("88/UBND-NV", "2024-05-20", office, "", Some(true)),
            ("088/ubnd-nv", "2024-05-20", "Uỷ ban nhân dân phưòng Đồng Mây", about, Some(true)),
            ("83/UBND-NV", "2024-05-20", office, "báo cáo số lượng cán bộ nãm 2024", Some(false)),
            ("88/UBND-NV", "2024-05-26", office, about, Some(false)),
            ("88/UBND-NV", "", office, about, Some(false)),
            // the next letter of the same day
            ("9/UBND-NV", "2024-05-20", office, about, None),
            ("89/UBND-NV", "2024-05-20", office, "mời họp tổng kết công tác", None),
            // last year's of the same number, another office's
            ("88/UBND-NV", "2022-04-11", office, about, None),
            ("88/UBND-NV", "2024-05-20", "Sở Nội vụ tỉnh An Lộc", about, None),
            ("", "2024-05-20", office, about, None),
        ];
        for (number, on, issuer, subject, expected) in cases {
            assert_eq!(
                likeness(&new, &letter(number, on, issuer, subject)),
                expected,
                "{number} {on} {issuer} {subject}"
            );
        }
    }
}
