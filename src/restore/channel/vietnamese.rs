//! How Tesseract's Vietnamese model slips: mostly one of two stacked marks lost (ổ → ô, ậ → ạ).
//!
//! in: `dictionaries/ocr/vie.tsv` (printed, read, times; letter for letter) → out: [`Slips`], the cost of a word read as
//! another with the same bare form.
//! Promises: every pair of letters has a finite cost, seen or not. What was not seen of a letter (ộ → ố) is expected as
//! often as the same kind of change (a tone read as another) was seen of others (ấ → ẩ, ề → ế).
//! A word costs w · Σ −ln P(read | printed) over the letters that differ; w weighs the channel against the language model. What
//! the engine weighed itself for a letter counts where that is cheaper.

use crate::text::syllable::is_tone;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

static UNITS: &str = include_str!("../../../dictionaries/ocr/vie.tsv");

/// How many sightings all the slips of a letter are worth that were never seen.
const UNSEEN: f32 = 0.5;
/// A letter has about this many others with its base.
const OTHERS: f32 = 6.0;
/// Sightings of a letter before any were counted.
const PRIOR: f32 = 20.0;
/// How many sightings of a letter those of the letters with as many marks are worth.
const LIKES: f32 = 100.0;
/// Least cost of a letter that the engine weighed and did not take.
const WEIGHED: f32 = 1.0;
/// Weight of the slips against the language model.
const WEIGHT: f32 = 0.8;

/// Costs in nats.
pub(in crate::restore) struct Slips {
    seen: HashMap<(char, char), f32>,
    printed: HashMap<char, f32>,
    /// The same by what becomes of the marks.
    kinds_seen: HashMap<(Marks, [Change; 2]), f32>,
    kinds_printed: HashMap<Marks, f32>,
}

impl Slips {
    /// The table in the binary.
    pub(in crate::restore) fn builtin() -> Slips {
        Slips::parse(UNITS)
    }

    fn parse(units: &str) -> Slips {
        let mut slips = Slips {
            seen: HashMap::new(),
            printed: HashMap::new(),
            kinds_seen: HashMap::new(),
            kinds_printed: HashMap::new(),
        };
        for line in units.lines().filter(|l| !l.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(from), Some(to), Some(times)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let (Some(a), Some(b), Ok(times)) = (single(from), single(to), times.parse::<f32>()) else { continue };
            *slips.seen.entry((a, b)).or_default() += times;
            *slips.printed.entry(a).or_default() += times;
            *slips.kinds_seen.entry(kind(a, b)).or_default() += times;
            *slips.kinds_printed.entry(kind(a, b).0).or_default() += times;
        }
        slips
    }

    /// What it costs that `printed` was read as `read`; both have the same bare form, lower case. `choices` holds what else
    /// the engine weighed for each letter read, or nothing.
    pub(in crate::restore) fn cost(&self, printed: &str, read: &str, choices: &[Vec<(String, f32)>]) -> f32 {
        let letters = printed.chars().zip(read.chars().flat_map(char::to_lowercase)).enumerate();
        let cost = |(at, (printed, read)): (usize, (char, char))| {
            let weighed = choices.get(at).and_then(|choices| odds(choices, printed, read));
            weighed.map_or(f32::INFINITY, |o| o + WEIGHED).min(self.letter(printed, read))
        };
        WEIGHT * letters.filter(|(_, (a, b))| a != b).map(cost).sum::<f32>()
    }

    fn letter(&self, printed: char, read: char) -> f32 {
        let count = |n: Option<&f32>| n.copied().unwrap_or(0.0);
        let kind = kind(printed, read);
        let share = count(self.kinds_seen.get(&kind)) / count(self.kinds_printed.get(&kind.0)).max(1.0);
        let times = count(self.seen.get(&(printed, read))) + LIKES * share + UNSEEN / OTHERS;
        let all = count(self.printed.get(&printed)) + LIKES + PRIOR;
        (all / times).ln()
    }
}

/// By how many nats the engine preferred the letter read; `None` when it did not weigh the one printed.
fn odds(choices: &[(String, f32)], printed: char, read: char) -> Option<f32> {
    let share = |letter: char| choices.iter().find(|(c, _)| single(c) == Some(letter)).map(|(_, share)| *share);
    let least = |share: f32| share.max(1e-3);
    share(printed).map(|p| (least(share(read).unwrap_or(1.0)) / least(p)).ln().max(0.0))
}

/// Whether a letter has a mark of its own (ê, ơ, đ), and a tone.
type Marks = [bool; 2];

/// What becomes of one mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Change {
    Kept,
    Lost,
    Gained,
    Other,
}

/// The marks of the letter printed, and what became of each.
fn kind(printed: char, read: char) -> (Marks, [Change; 2]) {
    let (was, is) = (marks(printed), marks(read));
    let change = |at: usize| match (was[at], is[at]) {
        (a, b) if a == b => Change::Kept,
        (Some(_), None) => Change::Lost,
        (None, Some(_)) => Change::Gained,
        _ => Change::Other,
    };
    (was.map(|mark| mark.is_some()), [change(0), change(1)])
}

/// The mark of its own and the tone of a letter.
fn marks(letter: char) -> [Option<char>; 2] {
    let marks: Vec<char> = if letter == 'đ' { vec!['-'] } else { letter.nfd().skip(1).collect() };
    [marks.iter().copied().find(|c| !is_tone(*c)), marks.iter().copied().find(|c| is_tone(*c))]
}

/// The lower-case letter that a cell holds alone.
fn single(cell: &str) -> Option<char> {
    let mut letters = cell.chars().flat_map(char::to_lowercase);
    letters.next().filter(|_| letters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_mark_costs_less_than_one_that_came_from_nowhere() {
        let slips = Slips::builtin();
        let cost = |printed: &str, read: &str| slips.cost(printed, read, &[]);
        assert!(cost("tổ", "tô") < cost("tổ", "to") && cost("tổ", "TÔ") == cost("tổ", "tô"));
        assert!(cost("thẩm", "thâm") < cost("tham", "thâm"));
        assert!(
            cost("hội", "hối") < cost("hội", "hói"),
            "tones change more often than both marks, whatever the letter"
        );
        let weighed = |letter: &str, share| vec![vec![], vec![("ô".to_owned(), 0.5), (letter.to_owned(), share)]];
        assert!(slips.cost("tố", "tô", &weighed("ố", 0.4)) < cost("tố", "tô"), "what was weighed is likelier");
        assert_eq!(slips.cost("tố", "tô", &weighed("ồ", 0.4)), cost("tố", "tô"));
        assert_eq!(cost("tổ", "tổ"), 0.0);
        assert!(cost("ỷ", "ỹ").is_finite() && Slips::parse("x\n\ty\t\tz\n").cost("a", "á", &[]) > 3.0);
    }
}
