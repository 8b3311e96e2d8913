//! Two pages on one sheet: an A3 scan, or two pages printed side by side, is cut in its gutter.
//!
//! in: the image of a file's page → out: the [`Part`]s of it that are pages, in reading order.
//! Promises: a sheet is cut only where it lies like two upright pages, a strip in its middle is empty from top to bottom and
//! lines of print stand on both sides; a landscape table, a certificate, a drawing and a page with a headline across stay
//! whole. A sheet scanned on its side or upside down is cut in the order in which it is read.
//! Leaves out: turning the halves upright (`page` does), booklets whose pages stand 4-1, 2-3.

use super::picture::{Picture, Pixels, Turn};
use super::{LayerWord, RawContent, TextLayer};
use image::{DynamicImage, GrayImage, imageops};

/// Long side of two A4 pages by the short one is 1.41; scanners cut or add a little.
const PROPORTIONS: std::ops::RangeInclusive<f32> = 1.22..=1.62;
/// An upright sheet this long (mm) is no A4 page: two pages may lie in it one above the other, scanned on their side.
const LONGER_THAN_A4: f32 = 370.0;
/// Pixels of the short side of the copy that is looked at: lines of print are 15 high on it.
const SHORT_SIDE: u32 = 1000;
/// Where the gutter may lie, as shares of the long side.
const MIDDLE: std::ops::RangeInclusive<f32> = 0.42..=0.58;
/// Least width of the gutter: two margins are a tenth of the sheet, narrow ones half of that.
const GUTTER: f32 = 0.035;
/// Edges of scans are dark: so much of each side is not looked at.
const EDGE: f32 = 0.04;
/// Dark pixels a column of the gutter may have, as a share: dust.
const DUST: f32 = 0.003;
/// A fold or the edge of a page shows as a line down the middle, dark over more than this share, and thin (6 mm).
const FOLD_DARK: f32 = 0.4;
const FOLD_WIDTH: f32 = 0.014;
/// Levels below the paper's from which on a pixel is ink.
const INK: u8 = 50;
/// Lines of print each side must have, and both together: the last page of a letter may hold its signature only.
const LINES: usize = 4;
const LINES_TOGETHER: usize = 14;
/// Slopes a sheet may lie at: 1.7 degrees to either side.
const STEPS: i32 = 10;
const STEP: f32 = 0.003;
/// A column dark over so much of the height is the rule of a table, not print.
const RULE: f32 = 0.12;
/// Heights of a line on the copy.
const LINE_HEIGHT: std::ops::RangeInclusive<usize> = 5..=45;

/// A part of a file's page that is a page: the whole or a half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    /// 0-based page of the file.
    pub(super) index: u32,
    /// Left, top, right, bottom as shares of the sheet; `None` for all of it.
    half: Option<[f32; 4]>,
}

impl Part {
    /// A page that is all of a page of the file.
    pub(super) fn whole(index: u32) -> Part {
        Part { index, half: None }
    }

    /// The pages on a sheet, in reading order: one or two.
    pub(super) fn of(index: u32, image: &DynamicImage, dpi: f32) -> Vec<Part> {
        match halves(image, dpi) {
            Some(halves) => halves.into_iter().map(|half| Part { index, half: Some(half) }).collect(),
            None => vec![Part::whole(index)],
        }
    }

    /// This part of what the sheet holds.
    pub(super) fn content(self, content: RawContent) -> RawContent {
        match (self.half, content) {
            (Some(half), RawContent::Image { image, dpi, layer, born_digital, cut_off }) => {
                let [x, y, w, h] = pixels(half, (image.width(), image.height()));
                let layer = layer.and_then(|l| layer_in(l, [x, y, w, h]));
                // rows are missing below: on a sheet cut across, in its lower half only
                let cut_off = cut_off && half[3] > 0.99;
                RawContent::Image { image: image.crop_imm(x, y, w, h), dpi, layer, born_digital, cut_off }
            }
            (_, content) => content,
        }
    }

    /// This part of the sheet's picture, decoded: a JPEG stream cannot be cut.
    pub(super) fn picture(self, picture: Picture) -> Picture {
        let Some(half) = self.half else { return picture };
        let image = match picture.pixels {
            Pixels::Image(image) => image,
            Pixels::Jpeg(ref jpeg) => {
                match image::load_from_memory_with_format(&jpeg.bytes, image::ImageFormat::Jpeg) {
                    Ok(image) => image,
                    Err(_) => return picture,
                }
            }
        };
        let image = picture.turn.apply(image);
        let [x, y, w, h] = pixels(half, (image.width(), image.height()));
        let size = (picture.size.0 * (half[2] - half[0]), picture.size.1 * (half[3] - half[1]));
        Picture { pixels: Pixels::Image(image.crop_imm(x, y, w, h)), turn: Turn::default(), size }
    }
}

/// Whether a page of this size in pixels can hold two: it must be decoded to tell.
pub(super) fn may_hold_two((width, height): (f32, f32), dpi: Option<f32>) -> bool {
    let long_mm = dpi.map(|dpi| width.max(height) / dpi * 25.4);
    PROPORTIONS.contains(&(width.max(height) / width.min(height).max(1.0)))
        && (width > height || long_mm.is_some_and(|mm| mm > LONGER_THAN_A4))
}

fn pixels(half: [f32; 4], (width, height): (u32, u32)) -> [u32; 4] {
    let [x0, y0, x1, y1] = half;
    let across = |share: f32| ((share * width as f32).round() as u32).min(width);
    let down = |share: f32| ((share * height as f32).round() as u32).min(height);
    [across(x0), down(y0), (across(x1) - across(x0)).max(1), (down(y1) - down(y0)).max(1)]
}

/// The words whose middle lies in a stretch of the image, placed in it.
fn layer_in(layer: TextLayer, [x, y, w, h]: [u32; 4]) -> Option<TextLayer> {
    let (x, y, w, h) = (x as f32, y as f32, w as f32, h as f32);
    let placed = layer.words.iter().filter_map(|word| {
        let [x0, y0, x1, y1] = word.bbox;
        let (cx, cy) = ((x0 + x1) / 2.0 - x, (y0 + y1) / 2.0 - y);
        let inside = (0.0..w).contains(&cx) && (0.0..h).contains(&cy);
        inside.then_some(LayerWord { bbox: [x0 - x, y0 - y, x1 - x, y1 - y], ..word.clone() })
    });
    let words: Vec<LayerWord> = placed.collect();
    (!words.is_empty()).then_some(TextLayer { words, ..layer })
}

/// The halves of a sheet of two pages, in reading order.
fn halves(image: &DynamicImage, dpi: f32) -> Option<[[f32; 4]; 2]> {
    let size = (image.width() as f32, image.height() as f32);
    if !may_hold_two(size, Some(dpi)) {
        return None;
    }
    let across = size.0 > size.1;
    let ink = Ink::of(image, across);
    let cut = ink.gutter()?;
    let (first, second) = (ink.lines(0..cut), ink.lines(cut..ink.width));
    if first.len().min(second.len()) < LINES || first.len() + second.len() < LINES_TOGETHER {
        return None;
    }
    let upright = ink.stands_upright(&first, 0..cut) + ink.stands_upright(&second, cut..ink.width) >= 0.0;
    let share = cut as f32 / ink.width as f32;
    // an upright sheet was turned clockwise to be looked at: its left is the bottom of the image
    let mut halves = if across {
        [[0.0, 0.0, share, 1.0], [share, 0.0, 1.0, 1.0]]
    } else {
        [[0.0, 1.0 - share, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0 - share]]
    };
    if !upright {
        halves.reverse();
    }
    Some(halves)
}

/// Black and white copy of a sheet, its long side level.
struct Ink {
    dark: Vec<bool>,
    width: usize,
    height: usize,
}

impl Ink {
    fn of(image: &DynamicImage, across: bool) -> Ink {
        let long = |short: u32, w: u32, h: u32| (w.max(h) as f32 / w.min(h) as f32 * short as f32).round() as u32;
        let long = long(SHORT_SIDE, image.width(), image.height());
        let (w, h) = if across { (long, SHORT_SIDE) } else { (SHORT_SIDE, long) };
        let small: GrayImage = image.thumbnail_exact(w, h).to_luma8();
        let grey = if across { small } else { imageops::rotate90(&small) };
        let mut levels = [0usize; 256];
        grey.iter().for_each(|v| levels[usize::from(*v)] += 1);
        // paper is what most of the sheet is: the level above which a fifth of it lies
        let mut above = 0;
        let paper = (0..=255u8).rev().find(|v| {
            above += levels[usize::from(*v)];
            above * 5 >= grey.len()
        });
        let ink = paper.unwrap_or(255).saturating_sub(INK);
        let dark = grey.iter().map(|v| *v < ink).collect();
        Ink { dark, width: grey.width() as usize, height: grey.height() as usize }.level()
    }

    /// The sheet turned so that its lines lie level: of a few small angles the one that packs the ink into the fewest rows.
    fn level(self) -> Ink {
        let (w, h) = (self.width as f32, self.height as f32);
        let inside = |x: &f32, y: &f32| (0.0..w).contains(x) && (0.0..h).contains(y);
        let turned = |slope: f32| {
            let dark = self.dark.iter().enumerate().filter(|(_, dark)| **dark);
            dark.map(move |(at, _)| {
                let (x, y) = ((at % self.width) as f32, (at / self.width) as f32);
                (x + slope * (y - h / 2.0), y - slope * (x - w / 2.0))
            })
        };
        let packed = |slope: f32| {
            let mut rows = vec![0u64; self.height];
            turned(slope).filter(|(x, y)| inside(x, y)).for_each(|(_, y)| rows[y as usize] += 1);
            rows.iter().map(|n| n * n).sum::<u64>()
        };
        let slopes = (-STEPS..=STEPS).map(|step| step as f32 * STEP);
        let best = slopes.map(|slope| (packed(slope), slope)).max_by_key(|(packed, _)| *packed);
        let slope = best.map_or(0.0, |(_, slope)| slope);
        let mut dark = vec![false; self.dark.len()];
        turned(slope)
            .filter(|(x, y)| inside(x, y))
            .for_each(|(x, y)| dark[y as usize * self.width + x as usize] = true);
        Ink { dark, ..self }
    }

    fn rows(&self) -> std::ops::Range<usize> {
        let edge = (self.height as f32 * EDGE) as usize;
        edge..self.height - edge
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.width + x]
    }

    /// The middle of the widest empty strip in the middle of the sheet.
    fn gutter(&self) -> Option<usize> {
        let rows = self.rows();
        let count = |x: usize| rows.clone().filter(|y| self.is_dark(x, *y)).count();
        let share = |x: usize| count(x) as f32 / rows.len() as f32;
        let (from, to) = (self.width as f32 * MIDDLE.start(), self.width as f32 * MIDDLE.end());
        let columns: Vec<f32> = (from as usize..to as usize).map(share).collect();
        let fold = (self.width as f32 * FOLD_WIDTH) as usize;
        let is_fold = |run: &[f32]| run.len() <= fold && run.iter().any(|share| *share >= FOLD_DARK);
        // runs of columns, empty or not; a fold in the empty strip belongs to it
        let mut runs: Vec<(bool, std::ops::Range<usize>)> = Vec::new();
        let mut at = 0;
        for run in columns.chunk_by(|a, b| (*a <= DUST) == (*b <= DUST)) {
            let inner = at > 0 && at + run.len() < columns.len();
            let empty = run[0] <= DUST || (inner && is_fold(run));
            match runs.last_mut() {
                Some((was, range)) if *was == empty => range.end += run.len(),
                _ => runs.push((empty, at..at + run.len())),
            }
            at += run.len();
        }
        let widest = runs.into_iter().filter(|(empty, _)| *empty).max_by_key(|(_, range)| range.len());
        let strip = widest.map(|(_, range)| range).filter(|r| r.len() as f32 >= self.width as f32 * GUTTER)?;
        Some(from as usize + (strip.start + strip.end) / 2)
    }

    /// Dark pixels of each row between two columns, the sheet's edges and the upright rules of tables left out.
    fn profile(&self, columns: std::ops::Range<usize>) -> Vec<usize> {
        let edge = (self.width as f32 * EDGE / 2.0) as usize;
        let rows = self.rows();
        let is_rule =
            |x: &usize| rows.clone().filter(|y| self.is_dark(*x, *y)).count() as f32 > RULE * rows.len() as f32;
        let columns: Vec<usize> = (columns.start + edge..columns.end - edge).filter(|x| !is_rule(x)).collect();
        self.rows().map(|y| columns.iter().filter(|x| self.is_dark(**x, y)).count()).collect()
    }

    /// Runs of rows with ink as high as a line of print.
    fn lines(&self, columns: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
        let profile = self.profile(columns);
        let mut lines = Vec::new();
        let mut start = None;
        for (y, count) in profile.iter().chain([&0]).enumerate() {
            match (start, *count > 1) {
                (None, true) => start = Some(y),
                (Some(from), false) => {
                    lines.push(from..y);
                    start = None;
                }
                _ => {}
            }
        }
        lines.retain(|l| LINE_HEIGHT.contains(&l.len()));
        lines
    }

    /// Vietnamese has more ink above the small letters (capitals, tall letters, marks) than below them: above zero where the
    /// lines stand upright, below where they are upside down.
    fn stands_upright(&self, lines: &[std::ops::Range<usize>], columns: std::ops::Range<usize>) -> f32 {
        let profile = self.profile(columns);
        let of_line = |line: &std::ops::Range<usize>| {
            let rows = &profile[line.clone()];
            let most = rows.iter().copied().max().unwrap_or(0);
            let core = |n: &usize| *n * 2 >= most;
            let (first, last) = (rows.iter().position(core).unwrap_or(0), rows.iter().rposition(core).unwrap_or(0));
            let sum = |rows: &[usize]| rows.iter().sum::<usize>() as f32;
            sum(&rows[..first]) - sum(&rows[last + 1..])
        };
        lines.iter().map(of_line).sum()
    }
}
