//! The order of the steps from one raw page to one read page.
//!
//! in: [`RawPage`], an engine, options → out: [`Page`].
//! Promises: each step acts only on what was measured on the page (skew, colour, orientation, ink left unread); text that
//! may have been lost is looked for again and, when it stays lost, reported in `warnings`.
//! Leaves out: reading handwriting; warped pages (only skew is undone).

use super::clean::{self, Cleaned};
use super::engine::{Engine, Mode};
use super::grid::{self, Grid};
use super::hand::{self, HandReadings};
use super::ink::{self, Ink, Mark};
use super::seal::{self, Seal};
use super::{Line, Page, Reading, Word, dashes, fuse, incoming, layer, layout, sealed, skew};
use crate::error::{Error, Result};
use crate::source::{RawContent, RawPage};
use crate::text::Rect;
use image::{DynamicImage, GrayImage, Luma, imageops};

/// Smaller skew is left alone: straight pages got worse when turned.
const SKEW_FROM: f32 = 0.3;
/// Share of letter-like ink left unread from which a page is read again, and from which the reader is warned.
const LOST_FROM: f32 = 0.10;
const LOST_WARN: f32 = 0.20;
/// Fewer marks are seals, signatures and dirt.
const LOST_MARKS: usize = 30;
/// A mean confidence below this may mean the page lies on its side.
const DOUBTFUL: f32 = 0.60;
/// A word below this confidence is doubtful; a page with more than this share of them is read a second time.
const UNSURE: f32 = 0.85;
const DOUBTFUL_SHARE: f32 = 0.02;
/// A page on which this share stays doubtful is faint: it is read a third time.
const FAINT_SHARE: f32 = 0.05;
/// From this confidence on a word that only a reading of a part of the page has is believed.
const SURE_FROM: f32 = 0.6;
const SURE_NUMBER: f32 = 0.7;
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
/// Resolution at which orientations are tried.
const TRIAL_DPI: f32 = 150.0;
/// Side of the part of the page they are tried on, in inches: a dozen lines.
const TRIAL_SIDE: f32 = 3.5;
/// Another orientation must read this much more.
const CLEARLY_MORE: f32 = 1.5;
/// Resolution to which coarse scans are enlarged: small type is read better so.
const LEAST_DPI: f32 = 190.0;
const ENLARGED_DPI: f32 = 300.0;
/// Finer scans are reduced to this where they are read once: quicker and as right. As the first of several readings it cost a
/// signer's name and marks of small type.
const FAST_DPI: f32 = 220.0;

/// How pages are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// No second readings: seals are not read twice, lost text is only reported, words come without alternatives.
    pub fast: bool,
}

/// Reads one page. Without an engine only text, usable text layers and blank pages can be read.
///
/// # Errors
/// The engine failed on the page, or none is there and the page is an image.
pub fn read(raw: RawPage, engine: Option<&mut dyn Engine>, options: &ReadOptions) -> Result<Page> {
    let number = raw.number;
    match raw.content {
        RawContent::Text(text) => Ok(plain(number, &text)),
        RawContent::Blank => Ok(page(number, (0, 0), 0.0, Reading::Blank)),
        RawContent::Image { image, dpi, layer, born_digital } => {
            let size = (image.width(), image.height());
            let scan = Scan::of(image, dpi);
            let blank = Page { reason: Some("no print on it".into()), ..page(number, size, dpi, Reading::Blank) };
            let mut reason = None;
            if let Some(layer) = &layer {
                match layer::judge(layer, born_digital, &scan.marks, dpi, size) {
                    Ok((lines, why)) => {
                        let lines = grid::arrange(layout::arrange(lines, size.1), &grid::grids(&scan.ink, dpi));
                        return Ok(Page { lines, reason: Some(why), ..page(number, size, dpi, Reading::Layer) });
                    }
                    Err(why) => reason = Some(why),
                }
            }
            if ink::is_blank(&scan.marks, dpi) {
                return Ok(blank);
            }
            let Some(engine) = engine else {
                return Err(
                    Error::environment("a scanned page needs Tesseract: build with the feature `ocr`").on_page(number)
                );
            };
            let read = recognise(scan.level(), engine, options).map_err(|e| e.on_page(number))?;
            Ok(Page { number, reason, ..read })
        }
    }
}

fn page(number: u32, (width, height): (u32, u32), dpi: f32, reading: Reading) -> Page {
    Page {
        number,
        width,
        height,
        dpi,
        turned: 0,
        lines: Vec::new(),
        reading,
        reason: None,
        warnings: Vec::new(),
        hand: HandReadings::default(),
    }
}

fn plain(number: u32, text: &str) -> Page {
    let line = |l: &str| match l {
        "" => Line::default(),
        _ => Line { words: vec![Word { text: l.to_owned(), confidence: 1.0, ..Word::default() }], bbox: None },
    };
    Page { lines: text.lines().map(line).collect(), ..page(number, (0, 0), 0.0, Reading::Plain) }
}

/// A page image and what was measured on it.
struct Scan {
    /// As it is in the file, but turned upright.
    image: DynamicImage,
    /// Its reading copy.
    cleaned: Cleaned,
    ink: Ink,
    marks: Vec<Mark>,
    dpi: f32,
    /// How the reading copy was set level, and by how many degrees.
    levelled: Option<(f32, skew::Turned)>,
}

impl Scan {
    fn of(image: DynamicImage, dpi: f32) -> Scan {
        let mut cleaned = clean::clean(&image, dpi);
        let mut ink = Ink::of(&cleaned.image, dpi);
        let mut marks = ink.marks();
        let lighter = seal::pale(&mut cleaned.image, &marks, dpi);
        if !lighter.is_empty() {
            ink = Ink::of(&cleaned.image, dpi);
            marks = ink.marks();
            cleaned.seals.extend(lighter);
        }
        Scan { marks, ink, cleaned, image, dpi, levelled: None }
    }

    fn turned(self, quarter_turns: u16) -> Scan {
        let image = match quarter_turns {
            1 => self.image.rotate90(),
            2 => self.image.rotate180(),
            _ => self.image.rotate270(),
        };
        Scan::of(image, self.dpi)
    }

    /// The reading copy set level, where the page is skewed.
    fn level(mut self) -> Scan {
        let angle = skew::angle(&self.ink);
        if angle.abs() < SKEW_FROM {
            return self;
        }
        let (image, turned) = skew::Turned::level(&self.cleaned.image, angle);
        self.ink = Ink::of(&image, self.dpi);
        self.marks = self.ink.marks();
        self.cleaned.image = image;
        self.levelled = Some((angle, turned));
        self
    }

    /// The page with the ink that was made pale, level; `None` where none was.
    fn unpaled(&self) -> Option<GrayImage> {
        let Cleaned { red_zones, seals, .. } = &self.cleaned;
        let grey = (!red_zones.is_empty() || !seals.is_empty()).then(|| self.image.to_luma8())?;
        Some(self.as_level(grey))
    }

    /// The red ink alone, level; `None` where there is none but in round seals.
    fn red_ink(&self) -> Option<GrayImage> {
        let DynamicImage::ImageRgb8(colour) = &self.image else { return None };
        (!self.cleaned.red_zones.is_empty()).then(|| self.as_level(clean::red_ink(colour)))
    }

    /// An image of the page, set level as its reading copy was.
    fn as_level(&self, image: GrayImage) -> GrayImage {
        match &self.levelled {
            Some((angle, _)) => skew::Turned::level(&image, *angle).0,
            None => image,
        }
    }

    /// The lines without the words engraved in seals.
    fn without_seals(&self, mut lines: Vec<Line>) -> Vec<Line> {
        let place = |b: Rect| self.levelled.as_ref().map_or(b, |(_, turned)| turned.box_back(b));
        let engraved =
            |w: &Word| w.bbox.is_some_and(|b| self.cleaned.seals.iter().any(|s| s.owns(&self.image, place(b))));
        for line in lines.iter_mut().filter(|l| l.words.iter().any(engraved)) {
            *line = Line::new(std::mem::take(&mut line.words).into_iter().filter(|w| !engraved(w)).collect());
        }
        lines.retain(|l| !l.words.is_empty());
        lines
    }

    /// The lines with their boxes on the page as it was before it was set level.
    fn back(&self, mut lines: Vec<Line>) -> Vec<Line> {
        if let Some((_, turned)) = &self.levelled {
            for line in &mut lines {
                line.words.iter_mut().for_each(|w| w.bbox = w.bbox.map(|b| turned.box_back(b)));
                *line = Line::new(std::mem::take(&mut line.words));
            }
        }
        lines
    }
}

/// One reading of a page: its lines with boxes on the level image.
struct Attempt {
    lines: Vec<Line>,
    lost: f32,
    lost_marks: usize,
    /// Quarter turns clockwise that would set the lines level, where the engine found them running up or down.
    sideways: u16,
}

impl Attempt {
    fn is_lossy(&self) -> bool {
        self.lost > LOST_FROM && self.lost_marks > LOST_MARKS
    }
    /// Mean by length, 0..=1.
    fn confidence(&self) -> f32 {
        super::mean_confidence(self.lines.iter().flat_map(|l| &l.words))
    }
    /// Letters read, weighed by how sure they are.
    fn worth(&self) -> f32 {
        worth(&self.lines)
    }
}

fn worth(lines: &[Line]) -> f32 {
    let words = lines.iter().flat_map(|l| &l.words).filter(|w| layer::can_be_vietnamese(&w.text));
    words.map(|w| w.confidence * w.text.chars().filter(|c| c.is_alphanumeric()).count() as f32).sum()
}

/// Reads a level page, turned upright first where it lies on its side or upside down.
fn recognise(scan: Scan, engine: &mut dyn Engine, options: &ReadOptions) -> Result<Page> {
    engine.weigh(!options.fast);
    let first = attempt(&scan, Mode::Auto, options, engine)?;
    if first.confidence() >= DOUBTFUL && !first.is_lossy() && first.sideways == 0 {
        return complete(&scan, first, 0, engine, options);
    }
    let turns = if first.sideways > 0 { first.sideways } else { best_turn(&scan, engine)? };
    if turns == 0 {
        return complete(&scan, first, 0, engine, options);
    }
    let scan = scan.turned(turns).level();
    let read = attempt(&scan, Mode::Auto, options, engine)?;
    if read.confidence() >= DOUBTFUL {
        return complete(&scan, read, turns * 90, engine, options);
    }
    // lines found running up may have been running down
    let other = Scan::of(scan.image.rotate180(), scan.dpi).level();
    let again = attempt(&other, Mode::Auto, options, engine)?;
    if again.worth() > read.worth() * CLEARLY_MORE {
        return complete(&other, again, (turns + 2) % 4 * 90, engine, options);
    }
    complete(&scan, read, turns * 90, engine, options)
}

/// The page, from the first reading on: read again where that is worth it, in reading order, with its warnings.
fn complete(scan: &Scan, first: Attempt, turned: u16, engine: &mut dyn Engine, options: &ReadOptions) -> Result<Page> {
    let mut tables = grid::grids(&scan.ink, scan.dpi);
    let read = if options.fast || first.sideways > 0 { first } else { again(scan, first, &tables, options, engine)? };
    let (lines, mut stamp) = with_red(scan, read.lines, engine)?;
    let mut lines = scan.without_seals(lines);
    let boxes: Vec<Rect> = tables.iter().map(Grid::bbox).collect();
    if let Some(at) = incoming::boxed(&lines, &boxes, scan.dpi) {
        tables.remove(at);
        let em = layout::type_height(&lines);
        let (rest, own) = incoming::lift_boxed(lines, boxes[at], em);
        lines = rest;
        stamp.extend(own);
    }
    dashes::put_back(&mut lines, &scan.marks, scan.dpi);
    let mut lines = layout::arrange(lines, scan.cleaned.image.height());
    incoming::put(stamp, &mut lines);
    let lines = scan.back(grid::arrange(lines, &tables));
    let mut warnings = Vec::new();
    if read.lost > LOST_WARN && read.lost_marks > LOST_MARKS {
        let share = (read.lost * 100.0).round();
        warnings.push(format!("{share} % of the print was not read: compare the page with its image"));
    }
    let size = (scan.image.width(), scan.image.height());
    let page = Page { lines, warnings, turned, ..page(0, size, scan.dpi, Reading::Ocr) };
    Ok(Page { hand: hand::read_zones(&scan.image, &page), ..page })
}

/// Quarter turns clockwise after which clearly more of the fullest part of the page can be read.
fn best_turn(scan: &Scan, engine: &mut dyn Engine) -> Result<u16> {
    let part = ink::fullest(&scan.marks, scan.dpi * TRIAL_SIDE, scan.cleaned.image.dimensions(), scan.dpi);
    let part = imageops::crop_imm(&scan.cleaned.image, part.x, part.y, part.w, part.h).to_image();
    let factor = (scan.dpi / TRIAL_DPI).max(1.0);
    let size = |v: u32| ((v as f32 / factor) as u32).max(1);
    let small = imageops::thumbnail(&part, size(part.width()), size(part.height()));
    let dpi = scan.dpi / factor;
    engine.set_mode(Mode::Auto);
    let as_is = worth(&engine.recognise(&small, dpi)?);
    let mut best = (0, as_is * CLEARLY_MORE + 20.0);
    for turns in [1, 3, 2] {
        let turned = match turns {
            1 => imageops::rotate90(&small),
            2 => imageops::rotate180(&small),
            _ => imageops::rotate270(&small),
        };
        let lines = engine.recognise(&turned, dpi)?;
        let found = worth(&lines);
        if found > best.1 {
            best = ((turns + sideways(&lines)) % 4, found);
        }
    }
    Ok(best.0)
}

/// Quarter turns clockwise that set lines level which run down (3) or up (1) the page; 0 where they are level. Tesseract
/// reads such lines, but their order on the page would be lost.
fn sideways(lines: &[Line]) -> u16 {
    let boxes = |l: &Line| -> Vec<Rect> {
        l.words.iter().filter(|w| w.text.chars().count() >= 3).filter_map(|w| w.bbox).collect()
    };
    let words: Vec<Vec<Rect>> = lines.iter().map(boxes).collect();
    let all = words.iter().flatten().count();
    let tall = words.iter().flatten().filter(|b| b.h > b.w + b.w / 4).count();
    if all < 20 || tall * 2 < all {
        return 0;
    }
    let down = words.iter().filter(|l| l.len() > 1 && l[0].y < l[l.len() - 1].y).count();
    let up = words.iter().filter(|l| l.len() > 1 && l[0].y > l[l.len() - 1].y).count();
    if down >= up { 3 } else { 1 }
}

/// Reads a page again where ink stayed unread or words are doubtful.
fn again(
    scan: &Scan,
    first: Attempt,
    tables: &[Grid],
    options: &ReadOptions,
    engine: &mut dyn Engine,
) -> Result<Attempt> {
    let Scan { cleaned: Cleaned { image, red_zones, seals }, marks, dpi, .. } = scan;
    let dpi = *dpi;
    let mut best = first;
    if best.is_lossy() {
        for mode in [Mode::Block, Mode::Column, Mode::Sparse] {
            let other = attempt(scan, mode, options, engine)?;
            if other.lost < best.lost && other.worth() > best.worth() {
                best = other;
            }
            if !best.is_lossy() {
                break;
            }
        }
    }
    if doubtful_share(&best.lines) > DOUBTFUL_SHARE {
        engine.set_mode(Mode::Auto);
        let second = emboldened(&without_sure(image, &best.lines), dpi, engine)?;
        best.lines = fuse::fuse(best.lines, second);
        if doubtful_share(&best.lines) > FAINT_SHARE {
            let third = enlarged(&clean::thicken(&without_sure(image, &best.lines)), dpi, engine)?;
            best.lines = fuse::fuse(best.lines, third);
        }
    }
    let unread = ink::lost_marks(marks, &boxes(&best.lines), dpi);
    for cell in grid::by_cell(tables, &unread).into_iter().filter(|c| c.h as f32 >= dpi * CELL_FROM).take(MOST_CELLS) {
        let mode = if cell.h as f32 > dpi * ONE_LINE { Mode::Block } else { Mode::Line };
        let found = read_part(image, cell, mode, dpi, engine)?;
        let new: Vec<Line> = found.into_iter().map(|l| unseen_or_number(l, &best.lines)).collect();
        best.lines.extend(new.into_iter().filter(|l| !l.words.is_empty()));
    }
    for row in ink::lost_rows(marks, &boxes(&best.lines), dpi).into_iter().take(MOST_ROWS) {
        best.lines.extend(new_words(read_part(image, row, Mode::Line, dpi, engine)?, &best.lines));
    }
    let unpaled = scan.unpaled();
    for patch in ink::lost_patches(marks, &boxes(&best.lines), dpi).into_iter().take(MOST_PATCHES) {
        best.lines.extend(askew_words(image, patch, &best.lines, dpi, engine)?);
    }
    // a name stamped in red is gone from the cleaned image
    let coloured: Vec<Rect> = red_zones.iter().copied().chain(seals.iter().map(Seal::bbox)).collect();
    let strokes = ink::strokes(marks, &coloured, dpi);
    sealed::read_again(
        image,
        unpaled.as_ref().map(|image| (image, &coloured[..])),
        &strokes,
        dpi,
        &mut best.lines,
        engine,
    )?;
    (best.lost, best.lost_marks) = ink::uncovered(marks, &boxes(&best.lines), dpi);
    Ok(best)
}

/// The lines with what stands in red ink, which is pale where the page is read; those of an incoming stamp by themselves.
fn with_red(scan: &Scan, lines: Vec<Line>, engine: &mut dyn Engine) -> Result<(Vec<Line>, Vec<Line>)> {
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
    let em = layout::type_height(&lines);
    let found = found.into_iter().filter_map(|l| layout::without_noise(l, em)).collect();
    let (mut lines, stamp, others) = incoming::lift_red(lines, found, em);
    let others: Vec<Line> = others.into_iter().map(|l| unseen_or_number(l, &lines)).collect();
    lines.extend(others.into_iter().filter(|l| letters_of(&l.words) >= LETTERS_OF_LINE));
    Ok((lines, stamp))
}

/// The page without the lines of which every word was read surely: what is worth a second reading.
fn without_sure(image: &GrayImage, lines: &[Line]) -> GrayImage {
    let is_sure = |l: &&Line| l.words.iter().all(|w| w.confidence >= UNSURE);
    let (sure, unsure): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(is_sure);
    let boxes =
        |lines: Vec<&Line>| -> Vec<Rect> { lines.iter().flat_map(|l| &l.words).filter_map(|w| w.bbox).collect() };
    let mut rest = image.clone();
    for b in boxes(sure) {
        imageops::replace(&mut rest, &GrayImage::from_pixel(b.w, b.h, Luma([255])), b.x.into(), b.y.into());
    }
    // the boxes of neighbouring lines overlap
    for b in boxes(unsure) {
        imageops::replace(&mut rest, &*imageops::crop_imm(image, b.x, b.y, b.w, b.h), b.x.into(), b.y.into());
    }
    rest
}

/// Share of the words that the engine was not sure of.
fn doubtful_share(lines: &[Line]) -> f32 {
    let words = lines.iter().flat_map(|l| &l.words);
    let (doubtful, all) = words.fold((0, 0), |(d, n), w| (d + u32::from(w.confidence < UNSURE), n + 1));
    doubtful as f32 / all.max(1) as f32
}

fn boxes(lines: &[Line]) -> Vec<Rect> {
    lines.iter().flat_map(|l| &l.words).filter_map(|w| w.bbox).collect()
}

fn attempt(scan: &Scan, mode: Mode, options: &ReadOptions, engine: &mut dyn Engine) -> Result<Attempt> {
    engine.set_mode(mode);
    let factor = FAST_DPI / scan.dpi;
    let lines = match options.fast && factor < 0.95 {
        true => reduced(engine.recognise(&clean::scaled(&scan.cleaned.image, factor), FAST_DPI)?, factor),
        false => enlarged(&scan.cleaned.image, scan.dpi, engine)?,
    };
    let (lost, lost_marks) = ink::uncovered(&scan.marks, &boxes(&lines), scan.dpi);
    Ok(Attempt { sideways: sideways(&lines), lines, lost, lost_marks })
}

/// Reads an image, enlarged where its type is small; boxes fit the image as it was.
fn enlarged(image: &GrayImage, dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Line>> {
    if dpi >= LEAST_DPI {
        return engine.recognise(image, dpi);
    }
    let factor = ENLARGED_DPI / dpi.max(50.0);
    Ok(reduced(engine.recognise(&clean::scaled(image, factor), ENLARGED_DPI)?, factor))
}

/// Reads an image with its strokes made thicker and soft, at the resolution this needs; boxes fit the image as it was.
fn emboldened(image: &GrayImage, dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Line>> {
    let factor = (ENLARGED_DPI / dpi.max(50.0)).max(1.0);
    if factor < 1.05 {
        return engine.recognise(&clean::embolden(image, dpi), dpi);
    }
    let large = clean::embolden(&clean::scaled(image, factor), ENLARGED_DPI);
    Ok(reduced(engine.recognise(&large, ENLARGED_DPI)?, factor))
}

/// Lines read from an image enlarged by `factor`, with boxes on the image as it was.
fn reduced(mut lines: Vec<Line>, factor: f32) -> Vec<Line> {
    let down = |v: u32| (v as f32 / factor) as u32;
    let fit = |b: Rect| Rect { x: down(b.x), y: down(b.y), w: down(b.w).max(1), h: down(b.h).max(1) };
    for line in &mut lines {
        line.words.iter_mut().for_each(|w| w.bbox = w.bbox.map(fit));
        *line = Line::new(std::mem::take(&mut line.words));
    }
    lines
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
    let (level, turned) = skew::Turned::level(&part, skew::angle(&Ink::of(&part, dpi)));
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
    let (short, words): (Vec<Word>, Vec<Word>) = line.words.into_iter().partition(number);
    let mut kept: Vec<Word> = short.into_iter().filter(|w| w.confidence > SURE_NUMBER && is_new(w, lines)).collect();
    kept.extend(unseen(Line::new(words), lines));
    kept.sort_by_key(|w| w.bbox.map(|b| b.x));
    Line::new(kept)
}

/// The words of a line that are sure and lie where nothing was read.
fn unseen(line: Line, lines: &[Line]) -> Vec<Word> {
    let keep = |word: &Word| {
        let letters = word.text.chars().filter(|c| c.is_alphabetic()).count();
        word.confidence > SURE_FROM && letters >= 2 && layer::can_be_vietnamese(&word.text) && is_new(word, lines)
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
        let part = [("trước", 4, 0.9), ("ngày", 60, 0.65), ("5/6/2024", 120, 0.8), ("7", 180, 0.65), ("x", 240, 0.9)];
        let part = Line::new(part.into_iter().map(|(text, x, sure)| word(text, x, sure)).collect());
        assert_eq!(unseen_or_number(part.clone(), &read).text(), "ngày 5/6/2024 x");
        assert_eq!(Line::new(unseen(part, &read)).text(), "ngày");
    }
}
