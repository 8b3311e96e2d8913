//! Parts of a page read by themselves: table cells, passed-over lines, stamps put on askew, red ink.
//!
//! in: the page and the lines read so far → out: the lines that are new.
//! Why: read with the whole page such print is lost.
//! Promises: only words read surely are taken, and only where no word was read before.
//! Leaves out: zones of seals and signatures ([`crate::page::seal::signer_names`]).

use super::engine::{Engine, Mode};
use crate::error::Result;
use crate::page::image::components::{self, Ink};
use crate::page::image::deskew;
use crate::page::image::view::enlarged;
use crate::page::layout::tables::{self, Grid};
use crate::page::layout::{arrival_stamp, segments};
use crate::page::scan::Scan;
use crate::page::{Line, Word, boxes, text_layer};
use crate::text::Rect;
use image::{GrayImage, imageops};

/// From this confidence on a word that only a reading of a part of the page has is believed, and a short number.
const SURE_FROM: f32 = 0.6;
const SURE_NUMBER: f32 = 0.7;
/// From this confidence on a word in a line read surely is print too, and a number of so many digits.
const PRINT_FROM: f32 = 0.4;
const LONG_NUMBER: usize = 4;
/// Most table cells read by themselves; marks lower than this, in inches, are specks, higher ones several lines.
const MOST_CELLS: usize = 200;
const CELL_FROM: f32 = 0.06;
const ONE_LINE: f32 = 0.22;
/// Letters and digits a line that only a reading of a part of the page has must have.
const LETTERS_OF_LINE: usize = 4;
/// Most passed-over lines read one by one; more are a table or a picture. More stretches of red ink are read as one.
const MOST_ROWS: usize = 12;
/// Most heaps of unread marks looked at one by one.
const MOST_PATCHES: usize = 4;
/// Fewer letters in a heap are no print.
const PATCH_LETTERS: usize = 8;

/// Adds what table cells, passed-over lines and heaps of marks say that no line has yet.
///
/// # Errors
/// The engine failed.
pub(crate) fn add_unread(scan: &Scan, grids: &[Grid], lines: &mut Vec<Line>, engine: &mut dyn Engine) -> Result<()> {
    let Scan { marks, dpi, .. } = scan;
    let (image, dpi) = (&scan.cleaned.image, *dpi);
    let unread = components::lost_marks(marks, &boxes(lines), dpi);
    for cell in tables::by_cell(grids, &unread).into_iter().filter(|c| c.h as f32 >= dpi * CELL_FROM).take(MOST_CELLS) {
        let mode = if cell.h as f32 > dpi * ONE_LINE { Mode::Block } else { Mode::Line };
        let found = read_part(image, cell, mode, dpi, engine)?;
        let new: Vec<Line> = found.into_iter().map(|l| unseen_or_number(l, lines)).collect();
        lines.extend(new.into_iter().filter(|l| !l.words.is_empty()));
    }
    for row in components::lost_rows(marks, &boxes(lines), dpi).into_iter().take(MOST_ROWS) {
        lines.extend(new_words(read_part(image, row, Mode::Line, dpi, engine)?, lines));
    }
    for patch in components::lost_patches(marks, &boxes(lines), dpi).into_iter().take(MOST_PATCHES) {
        lines.extend(askew_words(image, patch, lines, dpi, engine)?);
    }
    Ok(())
}

/// The lines with what stands in red ink, which is pale where the page is read; those of an incoming stamp by themselves.
pub(crate) fn with_red(scan: &Scan, lines: Vec<Line>, engine: &mut dyn Engine) -> Result<(Vec<Line>, Vec<Line>)> {
    let Some(red) = scan.red_ink() else { return Ok((lines, Vec::new())) };
    let mut found = Vec::new();
    // ticks and initials hold no words
    let wordy = |zone: &&Rect| zone.w as f32 >= scan.dpi * 0.2 && zone.h as f32 >= scan.dpi * 0.1;
    let mut zones: Vec<Rect> = scan.cleaned.red_zones.iter().filter(wordy).copied().collect();
    if zones.len() > MOST_ROWS {
        zones = zones.into_iter().reduce(Rect::cover).into_iter().collect();
    }
    for zone in zones {
        found.extend(read_part(&red, zone, Mode::Sparse, scan.dpi, engine)?);
    }
    let em = segments::type_height(&lines);
    let found = found.into_iter().filter_map(|l| segments::without_noise(l, em)).collect();
    let (mut lines, stamp, others) = arrival_stamp::lift_red(lines, found, em);
    let others: Vec<Line> = others.into_iter().map(|l| unseen_or_number(l, &lines)).collect();
    lines.extend(others.into_iter().filter(|l| letters_of(&l.words) >= LETTERS_OF_LINE));
    Ok((lines, stamp))
}

/// The lines of a part of the page, with boxes on the page.
fn read_part(image: &GrayImage, part: Rect, mode: Mode, dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Line>> {
    let Some((x, y, part)) = cut(image, part, dpi * if mode == Mode::Line { 0.04 } else { 0.1 }) else {
        return Ok(Vec::new());
    };
    engine.set_mode(mode);
    Ok(placed(enlarged(&part, dpi, engine)?, |b| Rect { x: b.x + x, y: b.y + y, ..b }))
}

/// Lines with their boxes led elsewhere.
fn placed(lines: Vec<Line>, place: impl Fn(Rect) -> Rect) -> Vec<Line> {
    let word = |w: Word| Word { bbox: w.bbox.map(&place), ..w };
    lines.into_iter().map(|l| Line::new(l.words.into_iter().map(word).collect())).collect()
}

/// Of lines read from a part of the page what no line has: one the engine passed over.
fn new_words(found: Vec<Line>, lines: &[Line]) -> Vec<Line> {
    let found = found.into_iter().map(|l| unseen(l, lines));
    found.filter(|words| letters_of(words) >= LETTERS_OF_LINE).map(Line::new).collect()
}

/// What a heap of unread marks says when it is set level by itself: an office's stamp is rarely straight with the page.
fn askew_words(image: &GrayImage, part: Rect, lines: &[Line], dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Line>> {
    let Some((x, y, part)) = cut(image, part, dpi * 0.2) else { return Ok(Vec::new()) };
    let (level, turned) = deskew::Turned::level(&part, deskew::angle(&Ink::of(&part, dpi)));
    engine.set_mode(Mode::Sparse);
    let on_page = |b: Rect| {
        let b = turned.box_back(b);
        Rect { x: b.x + x, y: b.y + y, ..b }
    };
    let found = placed(enlarged(&level, dpi, engine)?, on_page).into_iter().map(|l| unseen(l, lines));
    let found: Vec<Vec<Word>> = found.filter(|words| !words.is_empty()).collect();
    let enough = found.iter().map(|words| letters_of(words)).sum::<usize>() >= PATCH_LETTERS;
    Ok(if enough { found.into_iter().map(Line::new).collect() } else { Vec::new() })
}

/// A part of the page with a margin, and where it starts; `None` where it is too small to read.
fn cut(image: &GrayImage, part: Rect, margin: f32) -> Option<(u32, u32, GrayImage)> {
    let margin = margin as u32;
    let (x, y) = (part.x.saturating_sub(margin), part.y.saturating_sub(margin));
    let w = (part.w + 2 * margin).min(image.width().saturating_sub(x));
    let h = (part.h + 2 * margin).min(image.height().saturating_sub(y));
    (w >= 8 && h >= 8).then(|| (x, y, imageops::crop_imm(image, x, y, w, h).to_image()))
}

/// The words of a line as [`unseen`] gives them, with new numbers and the x that ticks a cell.
fn unseen_or_number(line: Line, lines: &[Line]) -> Line {
    let number = |w: &Word| {
        w.text.contains(|c: char| c.is_ascii_digit()) && !w.text.contains(|c: char| c.is_alphabetic())
            || matches!(w.text.as_str(), "x" | "X")
    };
    let long = |w: &Word| w.text.chars().filter(char::is_ascii_digit).count() >= LONG_NUMBER;
    let (numbers, words): (Vec<Word>, Vec<Word>) = line.words.into_iter().partition(number);
    let sure = |w: &Word| w.confidence > if long(w) { PRINT_FROM } else { SURE_NUMBER };
    let mut kept: Vec<Word> = numbers.into_iter().filter(|w| sure(w) && is_new(w, lines)).collect();
    kept.extend(unseen(Line::new(words), lines));
    kept.sort_by_key(|w| w.bbox.map(|b| b.x));
    Line::new(kept)
}

/// The words of a line that are sure and lie where nothing was read.
fn unseen(line: Line, lines: &[Line]) -> Vec<Word> {
    let line_is_sure = line.confidence() > SURE_NUMBER;
    // a syllable and no strokes
    let plain = |w: &Word| w.text.trim_matches(|c: char| !c.is_alphanumeric()).chars().all(char::is_alphabetic);
    let keep = |word: &Word| {
        let letters = word.text.chars().filter(|c| c.is_alphabetic()).count();
        let least = if line_is_sure && plain(word) { PRINT_FROM } else { SURE_FROM };
        word.confidence > least && letters >= 2 && text_layer::can_be_vietnamese(&word.text) && is_new(word, lines)
    };
    line.words.into_iter().filter(keep).collect()
}

/// Whether no word was read where this one lies.
fn is_new(word: &Word, lines: &[Line]) -> bool {
    let covers = |b: Rect, o: Rect| {
        let across = o.right().min(b.right()).saturating_sub(o.x.max(b.x));
        let down = o.bottom().min(b.bottom()).saturating_sub(o.y.max(b.y));
        u64::from(across) * u64::from(down) * 5 > u64::from(b.w) * u64::from(b.h)
    };
    let others = || lines.iter().flat_map(|l| &l.words).filter_map(|o| o.bbox);
    word.bbox.is_some_and(|b| !others().any(|o| covers(b, o)))
}

fn letters_of(words: &[Word]) -> usize {
    words.iter().map(|w| w.text.chars().filter(|c| c.is_alphanumeric()).count()).sum()
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
