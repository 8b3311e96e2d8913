//! Dashes that open the items of a list and were not read.
//!
//! in: the lines of a level page, its marks → out: the same lines, a dash put before those where a mark like one stands in
//! the column of dashes that were read.
//! Promises: a dash is added only where its ink is and where another line of the page opens with one at the same place.
//! Leaves out: dashes within lines; lists none of whose dashes was read.

use crate::page::image::components::Marks;
use crate::page::words::{DASH_PUT_BACK, Line, MARK_READ, Word, all};
use crate::text::Rect;

/// Width of a dash in inches, and how many times as wide as high it is at least.
const WIDTH: (f32, f32) = (0.03, 0.13);
const FLAT: f32 = 1.3;
/// Dashes whose left edges differ by less stand in one column, in inches.
const COLUMN: f32 = 0.06;
/// Farther from the first word it opens no line, in inches.
const GAP: f32 = 0.3;
/// Between these shares of the line's height the middle of a dash lies.
const MIDDLE: (f32, f32) = (0.3, 0.8);

/// Puts lost dashes before their lines.
pub(crate) fn put_back(lines: &mut [Line], marks: &Marks) {
    let dashes = unread_dashes(lines, marks);
    for line in lines.iter_mut().filter(|l| opening(l).is_none()) {
        let Some(start) = line.words.iter().position(says) else { continue };
        let Some(first) = line.words[start].bbox else { continue };
        if let Some(bbox) = dashes.iter().find(|dash| opens(**dash, first, marks)) {
            let mut words = line.words.split_off(start);
            words.insert(0, Word { text: "-".into(), bbox: Some(*bbox), confidence: DASH_PUT_BACK, ..Word::default() });
            *line = Line::new(words);
        }
    }
}

/// Marks like a dash that stand in a column of dashes that were read, where no word was.
fn unread_dashes(lines: &[Line], marks: &Marks) -> Vec<Rect> {
    let columns: Vec<u32> = lines.iter().filter_map(opening).map(|b| b.x).collect();
    let words: Vec<Rect> = all(lines).filter(|w| says(w)).filter_map(|w| w.bbox).collect();
    let dash = |b: &Rect| {
        (marks.inches(WIDTH.0)..marks.inches(WIDTH.1)).contains(&b.w)
            && b.w as f32 >= FLAT * b.h as f32
            && columns.iter().any(|x| x.abs_diff(b.x) <= marks.inches(COLUMN))
            && !words.iter().any(|w| w.meets(*b))
    };
    marks.boxes().filter(dash).collect()
}

/// Whether a dash opens the line that begins with this word: a little to its left, at the middle of its height.
fn opens(dash: Rect, first: Rect, marks: &Marks) -> bool {
    let (top, height) = (first.y as f32, first.h as f32);
    dash.right() <= first.x
        && first.x - dash.right() <= marks.inches(GAP)
        && (top + MIDDLE.0 * height..top + MIDDLE.1 * height).contains(&(dash.centre().1 as f32))
}

/// The dash a line opens with, where it was read surely.
fn opening(line: &Line) -> Option<Rect> {
    let dash = |w: &&Word| w.text.starts_with(['-', '–', '—']) && w.confidence >= MARK_READ;
    line.words.first().filter(dash).and_then(|w| w.bbox)
}

fn says(word: &Word) -> bool {
    word.text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::image::components::Mark;

    fn line(x: u32, y: u32, text: &str) -> Line {
        let mut x = x;
        let words = text.split(' ').map(|w| {
            let bbox = Rect { x, y, w: 14 * w.chars().count() as u32, h: 28 };
            x = bbox.right() + 12;
            Word { text: w.into(), bbox: Some(bbox), confidence: 0.9, ..Word::default() }
        });
        Line::new(words.collect())
    }

    fn said(lines: &[Line], marks: &[Rect]) -> Vec<String> {
        let mut lines = lines.to_vec();
        let marks = marks.iter().map(|bbox| Mark { bbox: *bbox, ink: 12 }).collect();
        put_back(&mut lines, &Marks::new(marks, 200.0));
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_lost_dash_comes_back_in_the_column_of_those_read_only() {
        let lines = [line(100, 100, "- Như trên;"), line(126, 140, "Lưu: VT."), line(126, 180, "Sở Nội vụ")];
        let dash = |x: u32, y: u32| Rect { x, y, w: 13, h: 3 };
        assert_eq!(said(&lines, &[dash(101, 155)]), ["- Như trên;", "- Lưu: VT.", "Sở Nội vụ"]);
        // read as another mark
        let other = [lines[0].clone(), line(100, 140, "~ Lưu: VT.")];
        assert_eq!(said(&other, &[dash(101, 155)])[1], "- Lưu: VT.");
        // elsewhere, at the foot of the line, upright, or where no dash was read
        assert_eq!(said(&lines, &[dash(60, 155)])[1], "Lưu: VT.");
        assert_eq!(said(&lines, &[dash(101, 168)])[1], "Lưu: VT.");
        assert_eq!(said(&lines, &[Rect { w: 4, h: 13, ..dash(101, 150) }])[1], "Lưu: VT.");
        assert_eq!(said(&lines[1..], &[dash(101, 155)])[0], "Lưu: VT.");
    }
}
