//! The order of the steps from one raw page to one read page.
//!
//! in: [`RawPage`], an engine, options → out: [`Page`].
//! Promises: each step acts only on what was measured on the page (skew, colour, orientation, ink left unread); text that
//! may have been lost is looked for again and, when it stays lost, reported in `warnings`.
//! Leaves out: reading handwriting; warped pages (only skew is undone).

use super::handwriting::{self, HandReadings};
use super::image::blank_rows::Strips;
use super::image::components;
use super::image::filter::{self, Cleaned};
use super::image::view::{FAST_DPI, emboldened, enlarged, reduced};
use super::layout::tables::{self, Grid};
use super::layout::{arrival_stamp, list_dashes, segments};
use super::ocr::engine::{Engine, Mode};
use super::ocr::orientation::{CLEARLY_MORE, best_turn, sideways};
use super::ocr::{merge, regions};
use super::scan::Scan;
use super::seal::signer_names;
use super::{Line, Page, Reading, Word, boxes, text_layer};
use crate::error::{Error, Result};
use crate::source::{RawContent, RawPage};
use crate::text::Rect;
use image::{GrayImage, Luma, imageops};

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
    let cut_off = matches!(raw.content, RawContent::Image { cut_off: true, .. });
    let mut page = read_content(raw, engine, options)?;
    if cut_off {
        page.warnings.push("the image ends before its last row: the lower part of the page is missing".into());
    }
    Ok(page)
}

fn read_content(raw: RawPage, engine: Option<&mut dyn Engine>, options: &ReadOptions) -> Result<Page> {
    let number = raw.number;
    match raw.content {
        RawContent::Text(text) => Ok(plain(number, &text)),
        RawContent::Blank => Ok(page(number, (0, 0), 0.0, Reading::Blank)),
        RawContent::Image { image, dpi, layer, born_digital, .. } => {
            let size = (image.width(), image.height());
            let scan = Scan::of(image, dpi);
            let blank = Page { reason: Some("no print on it".into()), ..page(number, size, dpi, Reading::Blank) };
            let mut reason = None;
            if let Some(layer) = &layer {
                match text_layer::judge(layer, born_digital, &scan.marks, dpi, size) {
                    Ok((lines, why)) => {
                        let lines = tables::arrange(segments::arrange(lines, size.1), &tables::grids(&scan.ink, dpi));
                        return Ok(Page { lines, reason: Some(why), ..page(number, size, dpi, Reading::Layer) });
                    }
                    Err(why) => reason = Some(why),
                }
            }
            if components::is_blank(&scan.marks, dpi) {
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

pub(crate) fn worth(lines: &[Line]) -> f32 {
    let words = lines.iter().flat_map(|l| &l.words).filter(|w| text_layer::can_be_vietnamese(&w.text));
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
    let mut grids = tables::grids(&scan.ink, scan.dpi);
    let read = if options.fast || first.sideways > 0 { first } else { again(scan, first, &grids, options, engine)? };
    let (lines, mut stamp) = regions::with_red(scan, read.lines, engine)?;
    let mut lines = scan.without_seals(lines);
    let frames: Vec<Rect> = grids.iter().map(Grid::bbox).collect();
    if let Some(at) = arrival_stamp::boxed(&lines, &frames, scan.dpi) {
        grids.remove(at);
        stamp.extend(arrival_stamp::lift_boxed(&mut lines, frames[at]));
    }
    list_dashes::put_back(&mut lines, &scan.marks, scan.dpi);
    let mut lines = segments::arrange(lines, scan.cleaned.image.height());
    arrival_stamp::put(stamp, &mut lines);
    let lines = scan.back(tables::arrange(lines, &grids));
    let mut warnings = Vec::new();
    if read.lost > LOST_WARN && read.lost_marks > LOST_MARKS {
        let share = (read.lost * 100.0).round();
        warnings.push(format!("{share} % of the print was not read: compare the page with its image"));
    }
    let size = (scan.image.width(), scan.image.height());
    let page = Page { lines, warnings, turned, ..page(0, size, scan.dpi, Reading::Ocr) };
    Ok(Page { hand: handwriting::read_zones(&scan.image, &page), ..page })
}

/// Reads a page again where ink stayed unread or words are doubtful.
fn again(
    scan: &Scan,
    first: Attempt,
    grids: &[Grid],
    options: &ReadOptions,
    engine: &mut dyn Engine,
) -> Result<Attempt> {
    let Scan { cleaned: Cleaned { image, .. }, marks, dpi, .. } = scan;
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
        let rest = Strips::of(&without_sure(image, &best.lines), dpi);
        let second = rest.read(|image| emboldened(image, dpi, engine))?;
        best.lines = merge::fuse(best.lines, second);
        if doubtful_share(&best.lines) > FAINT_SHARE {
            let rest = Strips::of(&without_sure(image, &best.lines), dpi);
            let third = rest.read(|image| enlarged(&filter::thicken(image), dpi, engine))?;
            best.lines = merge::fuse(best.lines, third);
        }
    }
    regions::add_unread(scan, grids, &mut best.lines, engine)?;
    let unpaled = scan.unpaled();
    // a name stamped in red is gone from the cleaned image
    let paled = scan.paled();
    let mut strokes = components::strokes(marks, &paled, dpi);
    // red ink alone is read by itself
    let alone = |zone: &Rect| scan.cleaned.red_zones.iter().any(|red| mostly(*red, *zone));
    strokes.retain(|zone| !alone(zone));
    let unpaled = unpaled.as_ref().map(|image| (image, &paled[..]));
    signer_names::read_again(image, unpaled, &strokes, dpi, &mut best.lines, engine)?;
    (best.lost, best.lost_marks) = components::uncovered(marks, &boxes(&best.lines), dpi);
    Ok(best)
}

/// Whether a box makes up nine tenths of another.
fn mostly(part: Rect, whole: Rect) -> bool {
    let across = part.right().min(whole.right()).saturating_sub(part.x.max(whole.x));
    let down = part.bottom().min(whole.bottom()).saturating_sub(part.y.max(whole.y));
    u64::from(across) * u64::from(down) * 10 >= u64::from(whole.w) * u64::from(whole.h) * 9
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

fn attempt(scan: &Scan, mode: Mode, options: &ReadOptions, engine: &mut dyn Engine) -> Result<Attempt> {
    engine.set_mode(mode);
    let factor = FAST_DPI / scan.dpi;
    let lines = match options.fast && factor < 0.95 {
        true => reduced(engine.recognise(&filter::scaled(&scan.cleaned.image, factor), FAST_DPI)?, factor),
        false => enlarged(&scan.cleaned.image, scan.dpi, engine)?,
    };
    let (lost, lost_marks) = components::uncovered(&scan.marks, &boxes(&lines), scan.dpi);
    Ok(Attempt { sideways: sideways(&lines), lines, lost, lost_marks })
}
