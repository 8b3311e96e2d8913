//! What a stamp says, read for itself.
//!
//! in: a view of a page, where ink of a stamp lies → out: its lines, and whether it stands apart from the print around it.
//! How: the stamp is cut out, the lines of its frame are taken away, and it is set level and read as a block; where it was not
//! read surely it is tried at other angles.
//! Promises: few and small regions only; what was read badly is told too: who asks for a mark decides.
//! Leaves out: whose stamp it is (`layout::arrival_stamp`); words for the page itself (`regions`).

use super::engine::{Mode, Recogniser};
use crate::error::Result;
use crate::page::image::deskew;
use crate::page::image::view::View;
use crate::page::words::{Line, SAYS_NOTHING, WORD_IS_SURE, all, mean_confidence};
use crate::text::Rect;
use image::{GrayImage, Luma};

/// Smaller ink, in inches, is a tick, larger ink an arrival stamp or a seal with its signature.
const LEAST: (f32, f32) = (0.25, 0.09);
const LARGEST: (f32, f32) = (3.6, 1.0);
/// Most stamps of one page.
const MOST: usize = 8;
/// Paper taken in around a stamp, in inches: the ends of its letters lie outside of the squares red ink is counted in.
const AROUND: f32 = 0.1;
/// A stroke as wide as this share of the stamp, of which no more than that share of its box is ink, is its frame.
const FRAME: f32 = 0.4;
const HOLLOW: f32 = 0.35;
/// Ink is darker than the paper by this much, of 255.
const DARKER: u32 = 50;
/// Fewer letters are no word.
const LETTERS: usize = 3;
/// Angles tried, in degrees, where the ink does not tell its own.
const ANGLES: [f32; 4] = [-4.0, 4.0, -8.0, 8.0];
/// Print that is farther from level than this was put on by hand.
const ASKEW: f32 = 1.5;

/// A stamp as it was read.
pub(crate) struct Stamp {
    /// Where it lies on the page.
    pub place: Rect,
    /// Its lines, boxes on the page.
    pub lines: Vec<Line>,
    /// Whether it has a frame or stands askew: then it is no print of the letter.
    pub stands_apart: bool,
}

/// The stamps among `zones` that say something.
///
/// # Errors
/// The engine failed.
pub(crate) fn small(view: &View, zones: &[Rect], ocr: &mut Recogniser) -> Result<Vec<Stamp>> {
    let inches = |pixels: u32| pixels as f32 / view.dpi();
    let is_small = |zone: &&Rect| {
        let (w, h) = (inches(zone.w), inches(zone.h));
        w >= LEAST.0 && h >= LEAST.1 && w <= LARGEST.0 && h <= LARGEST.1
    };
    let mut said = Vec::new();
    for zone in zones.iter().filter(is_small).take(MOST) {
        said.extend(read(view, *zone, ocr)?.filter(|stamp| !stamp.lines.is_empty()));
    }
    Ok(said)
}

/// What stands at a place, set level; `None` where the place is too small.
///
/// # Errors
/// The engine failed.
pub(crate) fn read(view: &View, place: Rect, ocr: &mut Recogniser) -> Result<Option<Stamp>> {
    let Some(stamp) = view.crop(place.grown(view.inches(AROUND), view.image().dimensions())) else { return Ok(None) };
    let (bare, has_frame) = without_frame(stamp.image());
    let stamp = stamp.with_pixels(bare);
    let angle = deskew::angle(&stamp.ink());
    let mut best = (lines_of(stamp.clone().turned(angle), ocr)?, angle);
    // few letters do not tell how far they are from level: the surest reading does
    for other in ANGLES {
        if confidence(&best.0) >= WORD_IS_SURE {
            break;
        }
        let lines = lines_of(stamp.clone().turned(other), ocr)?;
        if confidence(&lines) > confidence(&best.0) {
            best = (lines, other);
        }
    }
    let (lines, angle) = best;
    Ok(Some(Stamp { place, lines, stands_apart: has_frame || angle.abs() > ASKEW }))
}

/// How sure a reading is, 0..=1; that of nothing is 0.
fn confidence(lines: &[Line]) -> f32 {
    mean_confidence(all(lines))
}

/// The lines of a level stamp.
fn lines_of(level: View, ocr: &mut Recogniser) -> Result<Vec<Line>> {
    let found = ocr.lines(&level.legible(), Mode::Block)?;
    let is_word = |line: &Line| {
        let said = line.text();
        let has_letters = said.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS;
        line.confidence() > SAYS_NOTHING && (has_letters || said.contains(|c: char| c.is_ascii_digit()))
    };
    Ok(found.into_iter().filter(is_word).collect())
}

/// The image without the strokes that run along most of its width and enclose next to no ink, and whether there were any: the
/// lines of a frame, at whatever angle, whole or broken.
fn without_frame(image: &GrayImage) -> (GrayImage, bool) {
    let (width, height) = image.dimensions();
    let paper = image.pixels().map(|p| u32::from(p.0[0])).sum::<u32>() / (width * height).max(1);
    let is_ink: Vec<bool> = image.pixels().map(|p| u32::from(p.0[0]) + DARKER < paper).collect();
    let mut rest = image.clone();
    let mut has_frame = false;
    let mut seen = vec![false; is_ink.len()];
    for start in 0..is_ink.len() {
        if !is_ink[start] || seen[start] {
            continue;
        }
        let stroke = connected_from(start, &is_ink, width, &mut seen);
        let columns = stroke.iter().map(|at| *at as u32 % width);
        let (left, right) = columns.fold((width, 0), |(low, high), x| (low.min(x), high.max(x)));
        let rows = stroke.iter().map(|at| *at as u32 / width);
        let (top, bottom) = rows.fold((height, 0), |(low, high), y| (low.min(y), high.max(y)));
        let (wide, tall) = ((right + 1).saturating_sub(left), (bottom + 1).saturating_sub(top));
        if wide as f32 >= FRAME * width as f32 && (stroke.len() as f32) < HOLLOW * (wide * tall) as f32 {
            has_frame = true;
            for at in stroke {
                let (x, y) = (at as u32 % width, at as u32 / width);
                // soft edges of the stroke go with it
                for (x, y) in (y.saturating_sub(1)..(y + 2).min(height))
                    .flat_map(|y| (x.saturating_sub(1)..(x + 2).min(width)).map(move |x| (x, y)))
                {
                    rest.put_pixel(x, y, Luma([paper as u8]));
                }
            }
        }
    }
    (rest, has_frame)
}

/// The pixels of ink that hang together with this one.
fn connected_from(start: usize, is_ink: &[bool], width: u32, seen: &mut [bool]) -> Vec<usize> {
    let height = is_ink.len() as u32 / width.max(1);
    let (mut stack, mut stroke) = (vec![start], Vec::new());
    seen[start] = true;
    while let Some(at) = stack.pop() {
        stroke.push(at);
        let (x, y) = (at as u32 % width, at as u32 / width);
        for y in y.saturating_sub(1)..(y + 2).min(height) {
            for x in x.saturating_sub(1)..(x + 2).min(width) {
                let next = (y * width + x) as usize;
                if is_ink[next] && !seen[next] {
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
    }
    stroke
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_goes_and_letters_stay() {
        let frame = |x: u32, y: u32| {
            (10..190).contains(&x) && (10..60).contains(&y) && !((14..186).contains(&x) && (14..56).contains(&y))
        };
        let letter = |x: u32, y: u32| (25..45).contains(&y) && (40..160).contains(&x) && x % 20 < 6;
        let image = GrayImage::from_fn(200, 70, |x, y| Luma([if frame(x, y) || letter(x, y) { 0 } else { 255 }]));
        let (rest, has_frame) = without_frame(&image);
        assert!(has_frame && rest.get_pixel(12, 30).0[0] > 150 && rest.get_pixel(100, 12).0[0] > 150);
        assert_eq!(rest.get_pixel(41, 35).0[0], 0);
        let bare = GrayImage::from_fn(200, 70, |x, y| Luma([if letter(x, y) { 0 } else { 255 }]));
        assert!(!without_frame(&bare).1);
    }
}
