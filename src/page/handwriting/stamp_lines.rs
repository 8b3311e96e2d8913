//! The incoming stamp by its dotted lines: where its words were misread or lost, and how askew it stands.
//!
//! in: the stamp's zones as far as its words gave them, the page's [`Leader`]s → out: both zones.
//! How: number and date stand on the first two of two to five lines below each other, alike in slope and in their ends. Where
//! there are none, a zone found by its words takes slope and height of the line it lies on.
//! Promises: a single dotted line, or a form's many, is no stamp.

use super::dotted_lines::Leader;
use super::zone::{Cut, DPI};

/// Between two lines of a stamp, in inches.
const ROWS: std::ops::Range<f32> = 0.14..0.5;
/// How far their ends may differ, in inches, and their slopes.
const ENDS: f32 = 0.4;
const SLOPES: f32 = 0.025;
/// A form has more.
const MOST_LINES: usize = 5;
/// The dots begin behind the label and its colon, the zone a little before.
const BEFORE: f32 = 20.0;
/// The widest zone, in pixels of 300 dpi.
const WIDEST: f32 = 448.0;
/// The share of the row that the writing takes above and below its line, and the highest row, in pixels of 300 dpi.
const ABOVE: f32 = 0.92;
const UNDER: f32 = 0.2;
const HIGHEST: f32 = 90.0;
/// A line this near to a zone's baseline carries it, in pixels of 300 dpi.
const CARRIES: f32 = 30.0;

/// A zone on a line of the stamp.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Where it lies.
    pub cut: Cut,
    /// How far the writing can reach above and below the line, in pixels of 300 dpi.
    pub above: f32,
    pub below: f32,
}

/// Number and date: `known` gives their zones as far as the words did; `number` is that of the letter's own number (a stamp
/// stands below it).
pub(super) fn slots(
    known: (Option<Cut>, Option<Cut>),
    number: Option<Cut>,
    leaders: &[Leader],
    scale: f32,
) -> (Option<Slot>, Option<Slot>) {
    let below = number.map_or(0.0, |n| n.baseline);
    if let Some((first, second)) = stamp(leaders, below, scale * DPI) {
        // The pen may hide the first dots of one line, hardly those of both
        let x = first.left.min(second.left) - BEFORE * scale;
        let row = ((second.at(first.left) - first.y) / scale).min(HIGHEST);
        let slot = |l: &Leader| {
            let width = ((l.right - x) / scale).min(WIDEST);
            let cut = Cut { x, baseline: l.at(x), width, scale, slope: l.slope };
            Some(Slot { cut, above: ABOVE * row, below: UNDER * row })
        };
        return (slot(first), slot(second));
    }
    let slot = |cut: Cut| Slot { cut: settled(cut, leaders), above: ABOVE * HIGHEST, below: UNDER * HIGHEST };
    (known.0.map(slot), known.1.map(slot))
}

/// The first two lines of the topmost group of lines that can be a stamp.
fn stamp(leaders: &[Leader], below: f32, dpi: f32) -> Option<(&Leader, &Leader)> {
    let follows = |a: &Leader, b: &Leader| {
        ROWS.contains(&((b.at(a.left) - a.y) / dpi))
            && (a.left - b.left).abs() < ENDS * dpi
            && (a.right - b.right).abs() < ENDS * dpi
            && (a.slope - b.slope).abs() <= SLOPES
    };
    for (i, first) in leaders.iter().enumerate().filter(|(_, l)| l.y > below) {
        let mut group = vec![first];
        for next in &leaders[i + 1..] {
            if follows(group[group.len() - 1], next) {
                group.push(next);
            }
        }
        let starts = !leaders[..i].iter().any(|before| before.y > below && follows(before, first));
        if starts && (2..=MOST_LINES).contains(&group.len()) {
            return Some((group[0], group[1]));
        }
    }
    None
}

/// The zone set on the dotted line it lies on, where there is one.
fn settled(cut: Cut, leaders: &[Leader]) -> Cut {
    let away = |l: &Leader| (l.at(cut.x) - cut.baseline).abs();
    let reaches =
        |l: &&Leader| l.left < cut.x + cut.width * cut.scale && l.right > cut.x && away(l) < CARRIES * cut.scale;
    match leaders.iter().filter(reaches).min_by(|a, b| away(a).total_cmp(&away(b))) {
        Some(l) => Cut { slope: l.slope, baseline: l.at(cut.x), ..cut },
        None => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leader(left: f32, y: f32) -> Leader {
        Leader::of(left, 500.0, y, -0.05)
    }

    #[test]
    fn the_first_two_of_a_few_lines_alike() {
        let lines = [leader(150.0, 700.0), leader(165.0, 790.0), leader(190.0, 880.0)];
        let (number, date) = slots((None, None), None, &lines, 1.0);
        let (number, date) = (number.unwrap().cut, date.unwrap().cut);
        assert!(number.x < 150.0 && (number.baseline - 700.0).abs() < 8.0 && (date.baseline - 790.0).abs() < 8.0);
        assert_eq!((number.slope, date.slope), (-0.05, -0.05));
        // above the letter's own number, alone, or too many
        let own = Cut { x: 0.0, baseline: 720.0, width: 1.0, scale: 1.0, slope: 0.0 };
        let below = slots((None, None), Some(own), &lines, 1.0);
        assert!((below.0.unwrap().cut.baseline - 790.0).abs() < 8.0);
        assert!(slots((None, None), None, &lines[..1], 1.0).0.is_none());
        let form: Vec<Leader> = (0..9).map(|i| leader(150.0, 700.0 + 90.0 * i as f32)).collect();
        assert!(slots((None, None), None, &form, 1.0).0.is_none());
    }

    #[test]
    fn a_zone_known_by_its_words_lies_on_its_line() {
        let cut = Cut { x: 250.0, baseline: 700.0, width: 300.0, scale: 1.0, slope: 0.0 };
        let (number, date) = slots((Some(cut), None), None, &[leader(150.0, 700.0)], 1.0);
        let number = number.unwrap().cut;
        assert!((number.baseline - 695.0).abs() < 0.1 && number.slope == -0.05 && date.is_none());
        let far = slots((Some(cut), None), None, &[leader(150.0, 900.0)], 1.0).0.unwrap().cut;
        assert_eq!((far.baseline, far.slope), (700.0, 0.0));
    }
}
