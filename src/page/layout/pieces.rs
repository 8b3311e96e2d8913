//! Pieces of lines from several witnesses put together: what a program put into a gap of a printed line stands in that line.
//!
//! in: lines already known and lines read beside them, with boxes → out: one list of lines.
//! Promises: a word is never known and read at one place: the known one stays; no other word is lost. Dots to write on give
//! way to what stands on them.
//! Leaves out: the order of the lines (`columns`).

use super::segments::Segment;
use crate::page::words::{Line, Word, all};
use crate::text::Rect;
use crate::text::fold::bare_char;

/// A word that lies with more than this share in a known one was read twice.
const READ_TWICE: f64 = 0.5;
/// A piece has at most so many words; more are a line of their own.
const MOST_WORDS: usize = 8;
/// A piece no further behind a line than this, in heights of the type, goes on with it: columns stand wider apart.
const FOLLOWS: f32 = 0.6;
/// Words of one line may overlap by this share of the height of the type.
const TOUCH: f32 = 0.3;
/// A gap wider than this times the height of the line parts pieces.
const WIDE: f32 = 0.8;
/// Dots or strokes in a row that are a line to write on.
const DOTS: usize = 3;

/// The known lines and the read ones, each short piece in the line into whose gap it fits.
pub(crate) fn joined(known: Vec<Line>, read: Vec<Line>) -> Vec<Line> {
    let read = beside(read, &known);
    let mut lines: Vec<Line> = Vec::with_capacity(known.len() + read.len());
    let (pieces, whole): (Vec<Line>, Vec<Line>) =
        known.into_iter().chain(read).partition(|l| l.words.len() <= MOST_WORDS && l.bbox.is_some());
    lines.extend(whole);
    // longest first: a lone number looks for the words around it
    let mut pieces: Vec<Line> = pieces;
    pieces.sort_by_key(|p| std::cmp::Reverse(p.bbox.map_or(0, |b| b.w)));
    for piece in pieces {
        match lines.iter().position(|line| takes(line, &piece)) {
            Some(at) => lines[at] = fitted(std::mem::take(&mut lines[at]), piece),
            None => lines.push(piece),
        }
    }
    lines
}

/// The lines with what was laid on the page in their gaps, and what fits into none: stamps, notes, marks of a signature.
pub(crate) fn laid_on(mut lines: Vec<Line>, laid_on: Vec<Line>) -> (Vec<Line>, Vec<Line>) {
    let mut apart = Vec::new();
    for piece in laid_on {
        match lines.iter().position(|line| takes(line, &piece)) {
            Some(at) => lines[at] = fitted(std::mem::take(&mut lines[at]), piece),
            None => apart.push(piece),
        }
    }
    (lines, apart)
}

/// Puts what lies on the page by itself among its lines in reading order: at the top where it stands above or beside the
/// first of them, else before the first line below it.
pub(crate) fn put_apart(apart: Vec<Line>, lines: &mut Vec<Line>) {
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    for line in apart {
        let Some(b) = line.bbox else { continue };
        let near = |block: &Vec<Line>| block.iter().filter_map(|l| l.bbox).any(|o| o.comes_within(b, b.h));
        match blocks.iter_mut().find(|block| near(block)) {
            Some(block) => block.push(line),
            None => blocks.push(vec![line]),
        }
    }
    let top = lines.iter().filter_map(|l| l.bbox).map(|b| b.y).min().unwrap_or(0);
    for mut block in blocks {
        block.sort_by_key(|l| l.bbox.map(|b| (b.y, b.x)));
        let Some(whole) = block.iter().filter_map(|l| l.bbox).reduce(Rect::cover) else { continue };
        let below = lines.iter().position(|l| l.bbox.is_some_and(|b| b.centre().1 >= whole.bottom()));
        let at = if whole.y <= top { 0 } else { below.unwrap_or(lines.len()) };
        lines.splice(at..at, block);
    }
}

/// The lines without the words that lie where words are known.
pub(crate) fn beside(lines: Vec<Line>, known: &[Line]) -> Vec<Line> {
    let printed = all(known).filter(|w| !is_to_write_on(&w.text));
    let known: Vec<Rect> = printed.filter_map(|w| w.bbox).collect();
    let is_new = |word: &Word| word.bbox.is_none_or(|b| !known.iter().any(|k| b.share_in(*k) > READ_TWICE));
    let lines = lines.into_iter().map(|line| Line::new(line.words.into_iter().filter(is_new).collect()));
    lines.filter(|line| !line.words.is_empty()).collect()
}

/// The lines cut at their gaps: pieces read in one row stand in several gaps of what is known.
pub(crate) fn cut(lines: Vec<Line>) -> Vec<Line> {
    let parts = |line: Line| match Segment::new(line.words) {
        Some(segment) => segment.clone().cut(WIDE * segment.bbox.h as f32, |_, _| true),
        None => Vec::new(),
    };
    lines.into_iter().flat_map(parts).map(|segment| Line::new(segment.words)).collect()
}

/// A gap in a known line that a piece was read in.
pub(crate) struct Gap {
    /// Box around the piece and the known words beside it.
    pub around: Rect,
    piece: Rect,
    before: String,
    after: String,
}

/// The gap a piece stands in; `None` where it is no piece of a known line.
pub(crate) fn gap(piece: &Line, known: &[Line]) -> Option<Gap> {
    let at = piece.bbox.filter(|_| piece.words.len() <= MOST_WORDS)?;
    let line = known.iter().find(|line| takes(line, piece))?;
    let printed = || line.words.iter().filter(|w| !is_to_write_on(&w.text)).filter_map(|w| Some((w.bbox?, &w.text)));
    let before = printed().filter(|(b, _)| b.x < at.x).max_by_key(|(b, _)| b.x)?;
    let after = printed().filter(|(b, _)| b.x > at.x).min_by_key(|(b, _)| b.x)?;
    let around = before.0.cover(at).cover(after.0);
    Some(Gap { around, piece: at, before: before.1.clone(), after: after.1.clone() })
}

impl Gap {
    /// What a reading of it all says between the known words; `None` where it does not know them again.
    pub(crate) fn between(&self, read: &[Line]) -> Option<Line> {
        let words: Vec<&Word> = read.iter().flat_map(|l| &l.words).collect();
        let text = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
        let signs: Vec<char> = text.chars().collect();
        let start = same_signs(signs.iter().copied(), self.before.chars())?;
        let end = signs.len() - same_signs(signs.iter().rev().copied(), self.after.chars().rev())?;
        let text: String = signs.get(start..end)?.iter().collect();
        let text = text.trim_start_matches(|c: char| !c.is_alphanumeric()).trim().to_owned();
        let confidence = words.iter().map(|w| w.confidence).fold(1.0, f32::min);
        let word = Word { text, bbox: Some(self.piece), confidence, ..Word::default() };
        word.text.contains(char::is_alphanumeric).then(|| Line::new(vec![word]))
    }
}

/// How many signs of `read` say the letters and digits of `known`, in order; one in four may be another.
fn same_signs(read: impl Iterator<Item = char>, known: impl Iterator<Item = char>) -> Option<usize> {
    let known: Vec<char> = known.filter(|c| c.is_alphanumeric()).collect();
    let (mut seen, mut same, mut at) = (0, 0, 0);
    for c in read {
        if seen == known.len() {
            break;
        }
        at += 1;
        if c.is_alphanumeric() {
            same += usize::from(bare_char(c) == bare_char(known[seen]));
            seen += 1;
        }
    }
    (seen == known.len() && 4 * same >= 3 * seen).then_some(at)
}

/// Whether a piece stands level with a line, between its words or right behind the last of them.
fn takes(line: &Line, piece: &Line) -> bool {
    let (Some(l), Some(p)) = (line.bbox, piece.bbox) else { return false };
    let follows = (p.x as f32 - l.right() as f32) < FOLLOWS * l.h.min(p.h) as f32;
    let within = p.x >= l.x && (p.right() <= l.right() || follows);
    let level = |b: Rect| b.same_row(p) && p.h < 2 * b.h;
    within
        && line.words.iter().filter_map(|w| w.bbox).any(level)
        && line.words.iter().all(|w| is_to_write_on(&w.text) || w.bbox.is_none_or(|b| apart(b, piece)))
}

fn apart(b: Rect, piece: &Line) -> bool {
    let slack = (TOUCH * b.h as f32) as u32;
    let words = piece.words.iter().filter_map(|w| w.bbox);
    words.into_iter().all(|p| b.shared_width(p) <= slack.min(b.w.min(p.w) / 2))
}

/// The line with the piece in its gap, left to right.
fn fitted(line: Line, piece: Line) -> Line {
    let stays = |w: &Word| !is_to_write_on(&w.text) || w.bbox.is_none_or(|b| apart(b, &piece));
    let mut words: Vec<Word> = line.words.into_iter().filter(stays).collect();
    words.extend(piece.words.iter().cloned());
    words.sort_by_key(|w| w.bbox.map(|b| b.x));
    Line::new(words)
}

fn is_to_write_on(text: &str) -> bool {
    text.chars().count() >= DOTS && text.chars().all(|c| matches!(c, '.' | '…' | '_' | '-'))
        || !text.is_empty() && text.chars().all(|c| c == '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[(&str, u32, u32)], y: u32) -> Line {
        let word = |(text, x, w): &(&str, u32, u32)| Word {
            text: (*text).into(),
            bbox: Some(Rect { x: *x, y, w: *w, h: 30 }),
            confidence: 1.0,
            ..Word::default()
        };
        Line::new(words.iter().map(word).collect())
    }

    #[test]
    fn a_piece_read_with_its_neighbours_keeps_its_stroke() {
        let known = [line(&[("Số:", 0, 40), ("PKT-QLĐT", 120, 100)], 0)];
        let gap = gap(&line(&[("294!", 60, 55)], 1), &known).unwrap();
        let between = |read: &[(&str, u32, u32)]| gap.between(&[line(read, 0)]).map(|l| l.text());
        assert_eq!(between(&[("Số:", 0, 40), ("294/PKT-QLĐT", 60, 160)]).as_deref(), Some("294/"));
        assert_eq!(between(&[("Số:", 0, 40), ("PKT-QLĐT", 60, 160)]), None);
        assert_eq!(between(&[("~", 0, 40)]), None);
    }

    #[test]
    fn a_number_put_into_a_line_stands_in_it() {
        let known = vec![
            line(
                &[("Số:", 0, 40), ("/UBND-VX", 120, 100), ("ngày", 500, 40), ("....", 545, 50), ("tháng", 600, 50)],
                0,
            ),
            line(&[("V/v", 0, 40)], 60),
        ];
        let read = vec![line(&[("215", 60, 50)], 3), line(&[("14", 555, 30)], 2), line(&[("V/v", 2, 38)], 61)];
        let said: Vec<String> = joined(known, read).iter().map(Line::text).collect();
        assert_eq!(
            said,
            ["V/v", "Số: 215 /UBND-VX ngày 14 tháng"].map(String::from).into_iter().rev().collect::<Vec<_>>()
        );
    }
}
