//! Two readings of one field weighed against each other: the words of the page, and the recogniser of pen-written digits.
//!
//! in: the digits among the words, and how they were read; a [`Written`] → out: a [`Verdict`].
//! Promises: a value is taken only where nothing speaks against it; a typed value the recogniser reads otherwise, a pen
//! value it is not sure of, are candidates for a person, never values.

use crate::text::written::{Ink, Written};

/// What may be said of a field.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) enum Verdict {
    /// Take it.
    Value(String),
    /// A person decides; best first, with probabilities where the recogniser gave them.
    Doubt(Vec<(String, Option<f32>)>),
}

/// Weighs `printed` (the digits the OCR engine read; `sure`: with high confidence) against `written`.
/// `same` tells whether two spellings mean one value (a day with and without its leading zero).
pub(in crate::extract) fn weigh(
    printed: Option<&str>,
    sure: bool,
    written: Option<&Written>,
    same: fn(&str, &str) -> bool,
) -> Verdict {
    let Some(written) = written else {
        return match printed {
            Some(value) if sure => Verdict::Value(value.to_owned()),
            other => Verdict::Doubt(other.map(|v| (v.to_owned(), None)).into_iter().collect()),
        };
    };
    let agrees = |value: &str| written.best.first().is_some_and(|(best, _)| same(best, value));
    match (printed, written.value()) {
        // the printed spelling is kept: the recogniser does not tell leading zeros of a day
        (Some(value), Some(_)) if agrees(value) => return Verdict::Value(value.to_owned()),
        (Some(value), _) if sure && written.ink == Ink::Print && agrees(value) => {
            return Verdict::Value(value.to_owned());
        }
        (_, Some(value)) if written.ink == Ink::Hand => return Verdict::Value(value.to_owned()),
        _ => {}
    }
    let mut doubts: Vec<(String, Option<f32>)> = written.candidates().map(|(v, p)| (v.to_owned(), Some(p))).collect();
    if let Some(value) = printed
        && !doubts.iter().any(|(known, _)| same(known, value))
    {
        // a typed value that was read well comes before what the recogniser of pens makes of it
        let at = if sure && written.ink == Ink::Print { 0 } else { doubts.len() };
        doubts.insert(at, (value.to_owned(), None));
    }
    doubts.truncate(5);
    Verdict::Doubt(doubts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Rect;
    use crate::text::written::WrittenField;

    fn written(best: &[(&str, f32)], accepted: bool, ink: Ink) -> Written {
        let best = best.iter().map(|(v, p)| ((*v).to_owned(), *p)).collect();
        let bbox = Rect { x: 0, y: 0, w: 9, h: 9 };
        Written { page: 1, field: WrittenField::Number, bbox, best, accepted, ink, voices: Vec::new() }
    }

    #[test]
    fn a_value_is_taken_only_where_nothing_speaks_against_it() {
        let same = |a: &str, b: &str| a == b;
        let value = |v: &str| Verdict::Value(v.to_owned());
        let doubt =
            |list: &[(&str, Option<f32>)]| Verdict::Doubt(list.iter().map(|(v, p)| ((*v).to_owned(), *p)).collect());
        let pen = written(&[("2030", 0.9), ("2050", 0.05)], true, Ink::Hand);
        let unsure = written(&[("2030", 0.5), ("2050", 0.3)], false, Ink::Hand);
        let typed = written(&[("155", 0.7)], false, Ink::Print);
        let nothing = written(&[("", 0.9)], true, Ink::Nothing);
        let cases = [
            (Some("783"), true, None, value("783")),
            (Some("783"), false, None, doubt(&[("783", None)])),
            (Some("1020"), true, Some(&pen), value("2030")),
            (None, false, Some(&pen), value("2030")),
            (Some("1020"), true, Some(&unsure), doubt(&[("2030", Some(0.5)), ("2050", Some(0.3)), ("1020", None)])),
            (Some("155"), true, Some(&typed), value("155")),
            (Some("185"), true, Some(&typed), doubt(&[("185", None), ("155", Some(0.7))])),
            (None, false, Some(&nothing), doubt(&[])),
        ];
        for (printed, sure, written, wanted) in cases {
            assert_eq!(weigh(printed, sure, written, same), wanted, "{printed:?} {written:?}");
        }
    }
}
