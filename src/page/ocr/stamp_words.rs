//! What a stamp says, read for itself.
//!
//! in: a view of a page, where ink of a stamp lies → out: its lines, and whether it stands apart from the print around it.
//! How: the stamp is cut out and set level, the lines of its frame are taken away, and it is read as a block; where nothing was
//! read it is tried at other angles.
//! Promises: few and small regions only; what was read badly is told too: who asks for a mark decides.
//! Leaves out: whose stamp it is (`layout::arrival_stamp`); words for the page itself (`regions`).

use super::engine::{Mode, Recogniser};
use crate::error::Result;
use crate::page::image::deskew;
use crate::page::image::view::View;
use crate::page::words::{Line, SAYS_NOTHING};
use crate::text::Rect;
use image::{GrayImage, Luma};

/// Smaller ink, in inches, is a tick, larger ink an arrival stamp or a seal with its signature.
const LEAST: (f32, f32) = (0.25, 0.09);
const LARGEST: (f32, f32) = (3.6, 1.0);
/// Most stamps of one page.
const MOST: usize = 8;
/// Paper taken in around a stamp, in inches: the ends of its letters lie outside of the squares red ink is counted in.
const AROUND: f32 = 0.1;
/// A row or column of which this share is ink is a line of the frame.
const FRAME: f32 = 0.55;
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
    let angle = deskew::angle(&stamp.ink());
    let (mut lines, has_frame) = lines_of(stamp.clone().turned(angle), ocr)?;
    let mut found = angle;
    for other in ANGLES {
        if !lines.is_empty() {
            break;
        }
        (lines, found) = (lines_of(stamp.clone().turned(other), ocr)?.0, other);
    }
    let stands_apart = has_frame || found.abs() > ASKEW;
    Ok(Some(Stamp { place, lines, stands_apart }))
}

/// The lines of a level stamp, and whether it has a frame.
fn lines_of(level: View, ocr: &mut Recogniser) -> Result<(Vec<Line>, bool)> {
    let (pixels, has_frame) = without_frame(level.image());
    let found = ocr.lines(&level.with_pixels(pixels).legible(), Mode::Block)?;
    let is_word = |line: &Line| {
        let said = line.text();
        let has_letters = said.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS;
        line.confidence() > SAYS_NOTHING && (has_letters || said.contains(|c: char| c.is_ascii_digit()))
    };
    Ok((found.into_iter().filter(is_word).collect(), has_frame))
}

/// The image without the rows and columns that are mostly ink, and whether there were both.
fn without_frame(image: &GrayImage) -> (GrayImage, bool) {
    const DARK: u8 = 150;
    let (width, height) = image.dimensions();
    let (mut rows, mut columns) = (vec![0u32; height as usize], vec![0u32; width as usize]);
    for (x, y, pixel) in image.enumerate_pixels().filter(|(.., pixel)| pixel.0[0] < DARK) {
        debug_assert!(pixel.0[0] < DARK);
        rows[y as usize] += 1;
        columns[x as usize] += 1;
    }
    let extent = |counts: &[u32]| {
        let first = counts.iter().position(|c| *c > 0).unwrap_or(0);
        (counts.iter().rposition(|c| *c > 0).unwrap_or(0) + 1 - first) as f32
    };
    let (wide, tall) = (extent(&columns), extent(&rows));
    let lines = |counts: &[u32], along: f32| -> Vec<bool> {
        counts.iter().map(|count| *count as f32 >= FRAME * along).collect()
    };
    let (rows, columns) = (lines(&rows, wide), lines(&columns, tall));
    // soft edges of the lines go with them
    let near = |lines: &[bool], at: u32| {
        let at = at as usize;
        lines[at.saturating_sub(2)..(at + 3).min(lines.len())].contains(&true)
    };
    let has_frame = rows.contains(&true) && columns.contains(&true);
    let mut rest = image.clone();
    for (x, y, pixel) in rest.enumerate_pixels_mut() {
        if near(&rows, y) || near(&columns, x) {
            *pixel = Luma([255]);
        }
    }
    (rest, has_frame)
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
        assert!(has_frame && rest.get_pixel(12, 30).0[0] == 255 && rest.get_pixel(100, 12).0[0] == 255);
        assert_eq!(rest.get_pixel(41, 35).0[0], 0);
        let bare = GrayImage::from_fn(200, 70, |x, y| Luma([if letter(x, y) { 0 } else { 255 }]));
        assert!(!without_frame(&bare).1);
    }
}
