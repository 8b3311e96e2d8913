//! Digital signatures as witnesses: the day somebody signed, the name of who did.
//!
//! in: a record with its digital signatures and doubts → out: candidates of `issued_on` and `signer.name` where a person is
//! asked about them.
//! Promises: what the page says for certain stays; a signature that does not hold is no witness; neither is a time stamp.
//! Leaves out: offices: the name of one is nobody's.

use crate::record::{DigitalSignature, Record, Review, SignatureKind, Speaker, Voice};
use crate::rules::Rules;
use crate::text::fold::bare;

/// Lets the signatures of the file speak where the page left doubts.
pub fn hear_signatures(record: &mut Record, rules: &Rules) {
    let trusted = |own: &&DigitalSignature| !own.does_not_hold() && own.kind != Some(SignatureKind::TimeStamp);
    let own: Vec<DigitalSignature> = record.digital_signatures.iter().filter(trusted).cloned().collect();
    let days: Vec<String> =
        distinct(own.iter().filter_map(|own| own.signed_at.as_deref()?.get(..10)).map(str::to_owned));
    let people: Vec<String> = distinct(own.iter().filter_map(|own| person(own.signer.as_deref()?, rules)));
    let same_day = |a: &str, b: &str| a == b;
    let same_name = |a: &str, b: &str| bare(a) == bare(b);
    if let Some(review) = asked(record, "issued_on") {
        offer(review, &days, same_day);
    }
    if let Some(review) = asked(record, "signer.name") {
        offer(review, &people, same_name);
    }
    for (field, values) in [("issued_on", days), ("signer.name", people)] {
        let is_asked = record.needs_review.iter().any(|review| review.field == field);
        if let Some(evidence) = record.evidence.get_mut(field).filter(|_| is_asked) {
            let voice = |value| Voice { by: Speaker::DigitalSignature, value, ..Voice::default() };
            evidence.voices.extend(values.into_iter().map(voice));
        }
    }
}

fn asked<'r>(record: &'r mut Record, field: &str) -> Option<&'r mut Review> {
    record.needs_review.iter_mut().find(|review| review.field == field)
}

/// What page and signature both say goes first, as the signature has it; what only the signature says comes behind.
fn offer(review: &mut Review, said: &[String], is_same: impl Fn(&str, &str) -> bool) {
    let before = review.candidates.clone();
    let backed = |candidate: &String| said.iter().find(|said| is_same(said, candidate));
    let (agreed, rest): (Vec<&String>, Vec<&String>) = before.iter().partition(|candidate| backed(candidate).is_some());
    let agreed = agreed.into_iter().map(|candidate| backed(candidate).unwrap_or(candidate));
    review.candidates = distinct(agreed.chain(rest).chain(said).cloned());
    // the odds were of the page alone
    if review.candidates != before {
        review.probabilities.clear();
    }
}

/// The name of a person as a letter prints it; certificates write some in capitals, or with a number behind.
fn person(name: &str, rules: &Rules) -> Option<String> {
    let plain = name.split([',', '(', '-']).next().unwrap_or(name);
    let words: Vec<String> =
        plain.split_whitespace().take_while(|word| word.chars().all(char::is_alphabetic)).map(capitalised).collect();
    let surname = words.first()?.to_lowercase();
    let is_person = words.len() >= 2 && rules.words("surnames").entries().any(|known| *known == surname);
    is_person.then(|| words.join(" "))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + &letters.as_str().to_lowercase()
}

fn distinct(values: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Doubt, Verdict};

    fn signed(signer: &str, at: &str) -> DigitalSignature {
        DigitalSignature { signer: Some(signer.into()), signed_at: Some(at.into()), ..DigitalSignature::default() }
    }

    fn heard(field: &str, candidates: &[&str], signatures: Vec<DigitalSignature>) -> Vec<String> {
        let mut record = Record { digital_signatures: signatures, ..Record::default() };
        record.review(field, Doubt::IssuedUnsure, candidates.iter().map(|c| (*c).to_owned()).collect());
        hear_signatures(&mut record, Rules::builtin());
        record.needs_review.remove(0).candidates
    }

    #[test]
    fn the_day_of_signing_backs_a_reading_and_is_offered_where_there_is_none() {
        let office = || signed("Ủy ban nhân dân xã Suối Mẫu", "2026-11-28T14:57:31+07:00");
        assert_eq!(heard("issued_on", &["2026-11-26", "2026-11-28"], vec![office()]), ["2026-11-28", "2026-11-26"]);
        assert_eq!(heard("issued_on", &[], vec![office()]), ["2026-11-28"]);
        let broken = DigitalSignature { integrity: Some(Verdict::Broken), ..office() };
        let stamp = DigitalSignature { kind: Some(SignatureKind::TimeStamp), ..office() };
        assert_eq!(heard("issued_on", &["2026-11-26"], vec![broken, stamp]), ["2026-11-26"]);
    }

    #[test]
    fn the_name_of_a_person_backs_a_damaged_one_and_offices_are_nobody() {
        let all = || {
            let office = signed("Ủy ban nhân dân xã Suối Mẫu", "2026-11-28T14:57:31+07:00");
            vec![signed("ĐẶNG THỊ MẪU - 0123", "2026-11-28T14:57:31+07:00"), office]
        };
        assert_eq!(heard("signer.name", &["Hà Văn Lộc", "Đăng Thi Mâu"], all()), ["Đặng Thị Mẫu", "Hà Văn Lộc"]);
        assert_eq!(heard("signer.name", &[], all()), ["Đặng Thị Mẫu"]);
    }

    #[test]
    fn what_the_page_says_for_certain_stays() {
        let mut record =
            Record { digital_signatures: vec![signed("Đặng Thị Mẫu", "2026-11-28")], ..Record::default() };
        let before = record.clone();
        hear_signatures(&mut record, Rules::builtin());
        assert_eq!(record, before);
    }
}
