//! Two voices and the page's own words become one answer.
//!
//! in: [`Votes`] → out: [`Reading`].
//! How: the mean of both voices; on print the page's words are a third. The mean is mapped to the share of right answers
//! counted on made-up zones by hands the voices never saw.
//! Promises: `accepted` needs both voices to put the same value first; "nothing" is never accepted as a number.

use super::chances::{Chances, Kind};
use super::zone::Cut;
use super::{Ink, Reading, Voice, VoiceName};
use crate::page::{Page, Word};
use crate::text::Rect;

/// What the voices say about one zone.
pub(super) struct Votes {
    pub line: Chances,
    pub digit: Chances,
    /// Probabilities of nothing, hand, print.
    pub ink: [f32; 3],
}

/// Weight of voice A in the mean (B has the rest): it is right more often.
const LINE_WEIGHT: f32 = 0.6;
/// The words of the page count so much on print.
const PRINTED_WEIGHT: f32 = 0.4;
/// At most so many values are given.
const MOST: usize = 5;
/// Values below this are left out.
const LEAST: f32 = 0.002;
/// A best value is accepted from this probability on.
const SURE: f32 = 0.8;

/// The answer. `printed` is what the words of the page say, with their confidence.
pub(super) fn reading(votes: &Votes, kind: Kind, printed: Option<(String, f32)>, bbox: Rect) -> Reading {
    let ink = ink(votes);
    let mut mixed = votes.line.clone().weighted(LINE_WEIGHT).plus(votes.digit.clone().weighted(1.0 - LINE_WEIGHT));
    if let (Ink::Print, Some((value, sure))) = (ink, &printed) {
        let mut words = Chances::default();
        words.add(value.clone(), PRINTED_WEIGHT * sure);
        mixed = mixed.weighted(1.0 - PRINTED_WEIGHT * sure).plus(words);
    }
    let mut voices: Vec<Voice> =
        [(VoiceName::Line, &votes.line), (VoiceName::Segments, &votes.digit)].into_iter().filter_map(first).collect();
    let agreed = voices.len() == 2 && voices[0].value == voices[1].value;
    voices.extend(printed.map(|(value, probability)| Voice { by: VoiceName::Words, value, probability }));
    let ranked = mixed.ranked().into_iter().filter(|(_, p)| *p > LEAST).take(MOST);
    let best: Vec<(String, f32)> = ranked.map(|(v, p)| (v.to_owned(), p.min(1.0))).collect();
    let sure = |(value, p): &(String, f32)| !value.is_empty() && *p >= SURE && *value == voices[0].value;
    let accepted = agreed && ink != Ink::Nothing && best.first().is_some_and(sure);
    Reading { bbox, best, accepted, ink, voices }
}

fn first((by, chances): (VoiceName, &Chances)) -> Option<Voice> {
    chances.best().map(|(value, probability)| Voice { by, value: value.to_owned(), probability })
}

fn ink(votes: &Votes) -> Ink {
    let [nothing, hand, print] = votes.ink;
    match () {
        () if nothing >= hand && nothing >= print => Ink::Nothing,
        () if hand >= print => Ink::Hand,
        () => Ink::Print,
    }
}

/// The value the words of the page have in this zone, when they have one that can be.
pub(super) fn printed(page: &Page, cut: Cut, kind: Kind) -> Option<(String, f32)> {
    let words = page.lines.iter().flat_map(|l| &l.words);
    let mut inside: Vec<(u32, &Word)> =
        words.filter_map(|w| w.bbox.filter(|b| cut.covers(*b)).map(|b| (b.x, w))).collect();
    inside.sort_by_key(|(x, _)| *x);
    let text: String = inside.iter().map(|(_, w)| w.text.as_str()).collect::<Vec<_>>().join(" ");
    let digits = inside.iter().filter(|(_, w)| w.text.contains(|c: char| c.is_ascii_digit()));
    let sure = digits.map(|(_, w)| w.confidence).fold(1.0, f32::min);
    value_in(&text, kind).map(|value| (value, sure))
}

/// "Số: 01/SYT-NVD" → "01"; "ngày 02 tháng" → "2".
fn value_in(text: &str, kind: Kind) -> Option<String> {
    let head = if kind == Kind::Number { text.split('/').next().unwrap_or(text) } else { text };
    let mut runs =
        head.split(|c: char| !c.is_ascii_digit() && (kind != Kind::Date || c != '/')).filter(|r| !r.is_empty());
    let value = kind.value_of(runs.next()?);
    (runs.next().is_none() && !value.is_empty() && kind.is_whole(&value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(value: &str, p: f32) -> Chances {
        let mut chances = Chances::default();
        chances.add(value.into(), p);
        chances
    }

    fn read(line: Chances, digit: Chances, ink: [f32; 3], printed: Option<&str>) -> Reading {
        let bbox = Rect { x: 0, y: 0, w: 1, h: 1 };
        reading(&Votes { line, digit, ink }, Kind::Number, printed.map(|p| (p.to_owned(), 0.9)), bbox)
    }

    #[test]
    fn both_voices_must_stand_behind_a_value() {
        let hand = [0.0, 1.0, 0.0];
        assert!(read(sure("155", 0.97), sure("155", 0.95), hand, None).accepted);
        assert!(!read(sure("155", 0.97), sure("156", 0.95), hand, None).accepted);
        assert!(!read(sure("155", 0.6), sure("155", 0.6), hand, None).accepted);
        let typed = read(sure("155", 0.9), sure("155", 0.6), [0.0, 0.1, 0.9], Some("155"));
        assert!(typed.accepted && typed.voices.len() == 3, "{typed:?}");
        let empty = read(sure("", 0.99), sure("", 0.99), [1.0, 0.0, 0.0], None);
        assert!(!empty.accepted && empty.ink == Ink::Nothing);
    }

    #[test]
    fn words_of_the_page() {
        let cases = [
            ("Số: 01/SYT-NVD", Kind::Number, Some("01")),
            ("ngày 02 tháng", Kind::Day, Some("2")),
            ("ngày 42 tháng", Kind::Day, None),
            ("1 2 tháng", Kind::Day, None),
            ("Số: /SYT", Kind::Number, None),
        ];
        for (text, kind, value) in cases {
            assert_eq!(value_in(text, kind).as_deref(), value, "{text}");
        }
    }
}
