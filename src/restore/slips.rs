//! How Tesseract's Vietnamese model slips: mostly one of two stacked marks lost (ổ → ô, ậ → ạ).
//!
//! in: `dictionaries/ocr/vie.tsv` (printed, read, times; letter for letter) → out: [`Slips`], the cost of a word read as
//! another with the same bare form.
//! Promises: every pair of letters has a finite cost, seen or not.

use std::collections::HashMap;

static UNITS: &str = include_str!("../../dictionaries/ocr/vie.tsv");

/// How many sightings all the slips of a letter are worth that were never seen.
const UNSEEN: f32 = 0.5;
/// A letter has about this many others with its base.
const OTHERS: f32 = 6.0;
/// Sightings of a letter before any were counted.
const PRIOR: f32 = 20.0;
/// Weight of the slips against the language model.
const WEIGHT: f32 = 0.8;

/// Costs in nats.
pub(super) struct Slips {
    seen: HashMap<(char, char), f32>,
    printed: HashMap<char, f32>,
}

impl Slips {
    /// The table in the binary.
    pub(super) fn builtin() -> Slips {
        Slips::parse(UNITS)
    }

    fn parse(units: &str) -> Slips {
        let (mut seen, mut printed) = (HashMap::new(), HashMap::new());
        for line in units.lines().filter(|l| !l.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(from), Some(to), Some(times)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let (Some(a), Some(b), Ok(times)) = (single(from), single(to), times.parse::<f32>()) else { continue };
            *seen.entry((a, b)).or_default() += times;
            *printed.entry(a).or_default() += times;
        }
        Slips { seen, printed }
    }

    /// What it costs that `printed` was read as `read`; both have the same bare form, lower case.
    pub(super) fn cost(&self, printed: &str, read: &str) -> f32 {
        let letters = printed.chars().zip(read.chars().flat_map(char::to_lowercase));
        WEIGHT * letters.filter(|(a, b)| a != b).map(|(a, b)| self.letter(a, b)).sum::<f32>()
    }

    fn letter(&self, printed: char, read: char) -> f32 {
        let times = self.seen.get(&(printed, read)).copied().unwrap_or(0.0) + UNSEEN / OTHERS;
        let all = self.printed.get(&printed).copied().unwrap_or(0.0) + PRIOR;
        (all / times).ln()
    }
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
        let cost = |printed: &str, read: &str| slips.cost(printed, read);
        assert!(cost("tổ", "tô") < cost("tổ", "to") && cost("tổ", "TÔ") == cost("tổ", "tô"));
        assert!(cost("thẩm", "thâm") < cost("tham", "thâm"));
        assert_eq!(cost("tổ", "tổ"), 0.0);
        assert!(cost("ỷ", "ỹ").is_finite() && Slips::parse("x\n\ty\t\tz\n").cost("a", "á") > 3.0);
    }
}
