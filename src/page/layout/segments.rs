//! Segments: the words that stand together on one line, and the rows they stand in.
//!
//! in: lines of words with boxes as an engine found them → out: noise dropped; lines cut at wide gaps; segments that stand
//! side by side as rows, top to bottom.
//! Promises: every word but noise comes out once.

use crate::page::words::{DASH_READ, Line, MARK_READ, SAYS_NOTHING, Word, all};
use crate::text::Rect;

/// A gap wider than this times the height of the type parts a line: a wide blank in justified text stays below.
const PARTS: f32 = 1.6;
/// Words flatter than this share of the type may be strokes.
const FLAT: f32 = 0.35;

/// Words that stand together on one line.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub words: Vec<Word>,
    pub bbox: Rect,
}

impl Segment {
    pub(super) fn new(words: Vec<Word>) -> Option<Segment> {
        let bbox = words.iter().filter_map(|w| w.bbox).reduce(Rect::cover)?;
        Some(Segment { words, bbox })
    }
    pub(super) fn text(&self) -> String {
        self.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
    }
    /// Cut before every word that follows a gap of more than `gap` pixels for which `cuts` says so.
    pub(super) fn cut(self, gap: f32, cuts: impl Fn(u32, u32) -> bool) -> Vec<Segment> {
        let mut parts: Vec<Vec<Word>> = Vec::new();
        let mut right: Option<u32> = None;
        for word in self.words {
            let Some(b) = word.bbox else { continue };
            let wide = right.is_none_or(|r| b.x as f32 - r as f32 > gap && cuts(r, b.x));
            if wide || parts.is_empty() {
                parts.push(Vec::new());
            }
            right = Some(right.map_or(b.right(), |r| r.max(b.right())));
            if let Some(part) = parts.last_mut() {
                part.push(word);
            }
        }
        parts.into_iter().filter_map(Segment::new).collect()
    }
}

/// The lines cut at wide gaps.
pub(super) fn segments(lines: Vec<Line>, em: f32) -> Vec<Segment> {
    let whole = lines.into_iter().filter_map(|l| Segment::new(l.words));
    whole.flat_map(|s| s.cut(PARTS * em, |_, _| true)).collect()
}

/// Median height of the words in pixels: the type of the body.
pub(crate) fn type_height(lines: &[Line]) -> f32 {
    let words = all(lines).filter(|w| w.text.chars().count() > 1);
    let mut heights: Vec<u32> = words.filter_map(|w| w.bbox).map(|b| b.h).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).map_or(30.0, |h| *h as f32).max(1.0)
}

/// The lines without what dirt and rules were read as.
pub(crate) fn without_noise(lines: Vec<Line>, em: f32) -> Vec<Line> {
    lines.into_iter().filter_map(|line| cleaned(line, em)).collect()
}

/// The line without noise; `None` when nothing is left.
fn cleaned(line: Line, em: f32) -> Option<Line> {
    let words: Vec<Word> = line.words.into_iter().filter(|w| !is_noise(w, em)).collect();
    let says_something = words.iter().any(|w| w.text.chars().any(char::is_alphanumeric) && w.confidence > 0.0);
    says_something.then(|| Line::new(words))
}

fn is_noise(word: &Word, em: f32) -> bool {
    let text = word.text.as_str();
    if text.chars().any(char::is_alphanumeric) {
        // letters do not lie that flat: a stroke of a pen, or a speck where it is as narrow; one pixel is no measure
        let flat = word.bbox.is_some_and(|b| (b.h as f32) < FLAT * em);
        let narrow = word.bbox.is_some_and(|b| b.w > 1 && (b.w as f32) < FLAT * em);
        return flat && (narrow || word.confidence < SAYS_NOTHING && text.chars().count() > 1);
    }
    let rule = |c: char| is_rule(c) || matches!(c, '–' | '-' | '[' | ']' | '{' | '}' | '\\');
    let dash = matches!(text, "-" | "–" | "—");
    // A rule under a heading or the border of a table; a single dash opens a list entry.
    (text.chars().all(rule) && !dash) || word.confidence < if dash { DASH_READ } else { MARK_READ }
}

/// What borders and lines to write on are read as.
fn is_rule(c: char) -> bool {
    matches!(c, '|' | '_' | '—' | '~' | '=' | '¬' | '¦')
}

/// Segments side by side, top to bottom, each row left to right.
pub(super) fn rows(mut segments: Vec<Segment>) -> Vec<Vec<Segment>> {
    segments.sort_by_key(|s| (s.bbox.centre().1, s.bbox.x));
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        // A row further up may still take a segment that hangs a little lower.
        let place = rows.iter().rev().take(4).position(|row| belongs(row, &segment));
        match place {
            Some(back) => {
                let at = rows.len() - 1 - back;
                rows[at].push(segment);
            }
            None => rows.push(vec![segment]),
        }
    }
    rows.iter_mut().for_each(|row| row.sort_by_key(|s| s.bbox.x));
    rows
}

fn belongs(row: &[Segment], segment: &Segment) -> bool {
    let s = segment.bbox;
    let apart = row.iter().all(|o| o.bbox.right() <= s.x + s.h / 2 || s.right() <= o.bbox.x + s.h / 2);
    apart && row.iter().any(|o| o.bbox.same_row(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specks_are_no_letters() {
        let word = |text: &str, w, h, confidence| {
            let bbox = Some(Rect { x: 0, y: 0, w, h });
            Word { text: text.into(), bbox, confidence, ..Word::default() }
        };
        // a speck read as a letter; a letter, a number above the line
        assert!(is_noise(&word("ú", 6, 5, 0.5), 26.0));
        assert!(!is_noise(&word("o", 13, 14, 0.5), 26.0) && !is_noise(&word("1", 5, 11, 0.5), 26.0));
    }
}
