//! Regions of a page read by themselves: table cells, passed-over lines, stamps put on askew, red ink.
//!
//! in: the page, where such regions lie, the lines read so far → out: the lines that are new.
//! Why: read with the whole page such print is lost.
//! Promises: only words read surely are taken, and only where no word was read before.
//! Leaves out: zones of seals and signatures (`seal::signer_names`).

use super::engine::{Mode, Recogniser};
use crate::error::Result;
use crate::page::image::components::Marks;
use crate::page::image::view::View;
use crate::page::words::{BELIEVED, Line, NUMBER_BELIEVED, PRINTED, Word, all, boxes};
use crate::text::Rect;

/// A number of so many digits is long: dirt makes none.
const LONG_NUMBER: usize = 4;
/// Most table cells read by themselves; marks lower than this, in inches, are specks, higher ones several lines.
const MOST_CELLS: usize = 200;
const CELL_FROM: f32 = 0.06;
const ONE_LINE: f32 = 0.22;
/// Paper taken in around a line, around another region and around a stamp that is set level, in inches.
const AROUND_LINE: f32 = 0.04;
const AROUND: f32 = 0.1;
const AROUND_STAMP: f32 = 0.2;
/// Letters and digits a line that only a reading of a part of the page has must have.
const LETTERS_OF_LINE: usize = 4;
/// Most passed-over lines read one by one; more are a table or a picture. More stretches of red ink are read as one.
const MOST_ROWS: usize = 12;
/// Most heaps of unread marks looked at one by one.
const MOST_PATCHES: usize = 4;
/// Fewer letters in a heap are no print.
const PATCH_LETTERS: usize = 8;
/// Smaller stretches of red ink, in inches, are ticks and initials.
const WORDY: (f32, f32) = (0.2, 0.1);
/// A word that lies with more than this share in a word read before is the same.
const READ_BEFORE: f64 = 0.2;

/// Adds what table cells with unread marks say that no line has yet.
///
/// # Errors
/// The engine failed.
pub(crate) fn add_cells(page: &View, cells: Vec<Rect>, lines: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<()> {
    let high = |inches: f32| page.dpi() * inches;
    for cell in cells.into_iter().filter(|c| c.h as f32 >= high(CELL_FROM)).take(MOST_CELLS) {
        let mode = if cell.h as f32 > high(ONE_LINE) { Mode::Block } else { Mode::Line };
        let found = read(page, cell, mode, ocr)?;
        let new: Vec<Line> = found.into_iter().map(|l| unseen_or_number(l, lines)).collect();
        lines.extend(new.into_iter().filter(|l| !l.words.is_empty()));
    }
    Ok(())
}

/// Adds the lines the engine passed over.
///
/// # Errors
/// The engine failed.
pub(crate) fn add_rows(page: &View, marks: &Marks, lines: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<()> {
    for row in marks.lost_rows(&boxes(lines)).into_iter().take(MOST_ROWS) {
        let found = read(page, row, Mode::Line, ocr)?;
        let new: Vec<Vec<Word>> = found.into_iter().map(|l| unseen(l, lines)).collect();
        lines.extend(new.into_iter().filter(|words| letters_of(words) >= LETTERS_OF_LINE).map(Line::new));
    }
    Ok(())
}

/// Adds what heaps of unread marks say when each is set level by itself: an office's stamp is rarely straight with the page.
///
/// # Errors
/// The engine failed.
pub(crate) fn add_stamps(page: &View, marks: &Marks, lines: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<()> {
    for patch in marks.lost_patches(&boxes(lines)).into_iter().take(MOST_PATCHES) {
        let Some(stamp) = page.crop(patch.grown(page.inches(AROUND_STAMP), page.image().dimensions())) else {
            continue;
        };
        let found = ocr.lines(&stamp.levelled().legible(), Mode::Sparse)?;
        let new: Vec<Vec<Word>> = found.into_iter().map(|l| unseen(l, lines)).filter(|w| !w.is_empty()).collect();
        if new.iter().map(|words| letters_of(words)).sum::<usize>() >= PATCH_LETTERS {
            lines.extend(new.into_iter().map(Line::new));
        }
    }
    Ok(())
}

/// The lines in red ink, which is pale where the page is read. `red` shows it alone, `zones` is where it lies.
///
/// # Errors
/// The engine failed.
pub(crate) fn red_lines(red: &View, zones: &[Rect], ocr: &mut Recogniser) -> Result<Vec<Line>> {
    let wordy = |zone: &&Rect| zone.w as f32 >= red.dpi() * WORDY.0 && zone.h as f32 >= red.dpi() * WORDY.1;
    let mut zones: Vec<Rect> = zones.iter().filter(wordy).copied().collect();
    if zones.len() > MOST_ROWS {
        zones = zones.into_iter().reduce(Rect::cover).into_iter().collect();
    }
    let mut found = Vec::new();
    for zone in zones {
        found.extend(read(red, zone, Mode::Sparse, ocr)?);
    }
    Ok(found)
}

/// Adds of lines read in red ink what no line has yet.
pub(crate) fn add_red(found: Vec<Line>, lines: &mut Vec<Line>) {
    let new: Vec<Line> = found.into_iter().map(|l| unseen_or_number(l, lines)).collect();
    lines.extend(new.into_iter().filter(|l| letters_of(&l.words) >= LETTERS_OF_LINE));
}

/// Lines read beside a text layer without what strokes, logos and frames were read as: lines read surely stay whole, of
/// others the words that are sure.
pub(crate) fn sure_lines(lines: Vec<Line>) -> Vec<Line> {
    let plausible = |w: &Word| w.is_plausible() || w.confidence > BELIEVED;
    let sure = lines.into_iter().map(|line| match line.confidence() > NUMBER_BELIEVED {
        true => Line::new(line.words.into_iter().filter(plausible).collect()),
        false => unseen_or_number(line, &[]),
    });
    sure.filter(|line| letters_of(&line.words) > 0).collect()
}

/// The lines of a region with a margin; none where it is too small to read.
fn read(page: &View, region: Rect, mode: Mode, ocr: &mut Recogniser) -> Result<Vec<Line>> {
    let margin = page.inches(if mode == Mode::Line { AROUND_LINE } else { AROUND });
    let Some(part) = page.crop(region.grown(margin, page.image().dimensions())) else { return Ok(Vec::new()) };
    ocr.lines(&part.legible(), mode)
}

/// The words of a line as [`unseen`] gives them, with new numbers and the x that ticks a cell.
fn unseen_or_number(line: Line, lines: &[Line]) -> Line {
    let number = |w: &Word| {
        w.text.contains(|c: char| c.is_ascii_digit()) && !w.text.contains(|c: char| c.is_alphabetic())
            || matches!(w.text.as_str(), "x" | "X")
    };
    let long = |w: &Word| w.text.chars().filter(char::is_ascii_digit).count() >= LONG_NUMBER;
    let (numbers, words): (Vec<Word>, Vec<Word>) = line.words.into_iter().partition(number);
    let sure = |w: &Word| w.confidence > if long(w) { PRINTED } else { NUMBER_BELIEVED };
    let mut kept: Vec<Word> = numbers.into_iter().filter(|w| sure(w) && is_new(w, lines)).collect();
    kept.extend(unseen(Line::new(words), lines));
    kept.sort_by_key(|w| w.bbox.map(|b| b.x));
    Line::new(kept)
}

/// The words of a line that are sure and lie where nothing was read.
fn unseen(line: Line, lines: &[Line]) -> Vec<Word> {
    let line_is_sure = line.confidence() > NUMBER_BELIEVED;
    // a syllable and no strokes
    let plain = |w: &Word| w.text.trim_matches(|c: char| !c.is_alphanumeric()).chars().all(char::is_alphabetic);
    let keep = |word: &Word| {
        let least = if line_is_sure && plain(word) { PRINTED } else { BELIEVED };
        word.confidence > least && word.letters() >= 2 && word.is_plausible() && is_new(word, lines)
    };
    line.words.into_iter().filter(keep).collect()
}

/// Whether no word was read where this one lies.
fn is_new(word: &Word, lines: &[Line]) -> bool {
    let read_in = |b: Rect| all(lines).filter_map(|o| o.bbox).any(|o| b.share_in(o) > READ_BEFORE);
    word.bbox.is_some_and(|b| !read_in(b))
}

fn letters_of(words: &[Word]) -> usize {
    words.iter().map(Word::signs).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_part_read_by_itself_new_words_and_sure_numbers_are_kept() {
        let word = |text: &str, x, confidence| {
            let bbox = Some(Rect { x, y: 0, w: 50, h: 20 });
            Word { text: text.into(), bbox, confidence, ..Word::default() }
        };
        let read = [Line::new(vec![word("trước", 0, 0.9)])];
        let part = [("trước", 4, 0.9), ("ngày", 60, 0.5), ("5/6/2024", 120, 0.5), ("7", 180, 0.65), ("x", 240, 0.9)];
        let part = Line::new(part.into_iter().map(|(text, x, sure)| word(text, x, sure)).collect());
        assert_eq!(unseen_or_number(part.clone(), &read).text(), "ngày 5/6/2024 x");
        // an unsure word counts among sure ones only
        let words = |sure| Line::new(vec![word("phòng", 60, sure), word("nhỏ", 120, 0.5)]);
        assert_eq!(Line::new(unseen(words(0.9), &read)).text(), "phòng nhỏ");
        assert_eq!(Line::new(unseen(words(0.65), &read)).text(), "phòng");
        let torn = Line::new(vec![word("n,hỏ", 60, 0.5), word("phòng", 120, 0.9)]);
        assert_eq!(Line::new(unseen(torn, &read)).text(), "phòng");
    }
}
