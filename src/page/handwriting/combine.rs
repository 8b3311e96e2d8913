//! Two voices and the page's own words become one answer.
//!
//! in: [`Votes`] → out: [`Reading`].
//! How: P(v) = 0.6 P_line(v) + 0.4 P_segments(v); on print the page's words are a third voice. The mean is mapped to the share of right answers
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
/// A best value is accepted from this probability on: of the numbers so accepted on made-up zones by unseen hands 1 in 100
/// was wrong (mean of the voices 0.88; 6 of 512), of days and months too (0.8; 6 of 769), of typed ones fewer.
const SURE: f32 = 0.944;
const SURE_NUMBER: f32 = 0.973;
/// Mean of the voices → share of right answers, counted on 4,500 made-up zones by hands not used in training.
const AGREEING: [(f32, f32); 12] = [
    (0.0, 0.2),
    (0.2, 0.3),
    (0.36, 0.5),
    (0.46, 0.72),
    (0.6, 0.76),
    (0.66, 0.8),
    (0.756, 0.93),
    (0.827, 0.952),
    (0.874, 0.971),
    (0.927, 0.989),
    (0.982, 0.995),
    (1.0, 0.998),
];
/// The same where the voices put different values first.
const DIFFERING: [(f32, f32); 8] =
    [(0.0, 0.15), (0.04, 0.2), (0.16, 0.28), (0.25, 0.36), (0.35, 0.52), (0.456, 0.79), (0.57, 0.95), (1.0, 0.97)];

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
    // Where something is written, "nothing" is no reading but a failure to read.
    let can_be = |value: &str, p: f32| p > LEAST && (!value.is_empty() || ink == Ink::Nothing);
    let ranked = mixed.ranked().into_iter().filter(|(value, p)| can_be(value, *p)).take(MOST);
    let best = calibrated(ranked.collect(), if agreed { &AGREEING } else { &DIFFERING });
    let least = if kind == Kind::Number && ink == Ink::Hand { SURE_NUMBER } else { SURE };
    let sure = |(value, p): &(String, f32)| !value.is_empty() && *p >= least && *value == voices[0].value;
    let accepted = agreed && ink != Ink::Nothing && best.first().is_some_and(sure);
    Reading { bbox, best, accepted, ink, voices }
}

/// The first value gets the share of right answers that its mean stands for, the others keep their proportions in the rest.
fn calibrated(ranked: Vec<(&str, f32)>, map: &[(f32, f32)]) -> Vec<(String, f32)> {
    let Some(top) = ranked.first().map(|(_, p)| interpolated(map, *p)) else { return Vec::new() };
    let others: f32 = ranked.iter().skip(1).map(|(_, p)| p).sum();
    // Part of the rest belongs to values that are not listed.
    let unlisted = (1.0 - ranked[0].1 - others).max(0.0);
    let factor = (1.0 - top) / (others + unlisted).max(1e-6);
    let share = |i: usize, p: f32| if i == 0 { top } else { (p * factor).min(top) };
    ranked.iter().enumerate().map(|(i, (value, p))| ((*value).to_owned(), share(i, *p))).collect()
}

fn interpolated(map: &[(f32, f32)], x: f32) -> f32 {
    let after = map.partition_point(|(from, _)| *from < x).clamp(1, map.len() - 1);
    let ((x0, y0), (x1, y1)) = (map[after - 1], map[after]);
    y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0)
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
    fn probabilities_are_shares_of_right_answers() {
        assert!((interpolated(&AGREEING, 0.8) - SURE).abs() < 1e-3);
        assert!((interpolated(&AGREEING, 0.88) - SURE_NUMBER).abs() < 1e-3);
        let best = calibrated(vec![("69", 0.5), ("61", 0.3)], &DIFFERING);
        assert!(
            best[0].1 > 0.7 && best.iter().map(|(_, p)| p).sum::<f32>() <= 1.0 && best[1].1 < best[0].1,
            "{best:?}"
        );
        assert!(calibrated(Vec::new(), &AGREEING).is_empty() && interpolated(&AGREEING, 7.0) < 1.0);
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
