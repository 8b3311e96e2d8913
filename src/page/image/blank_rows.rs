//! Rows without ink, left out and found again.
//!
//! in: a grey image → out: the strips of it that hold ink, one under the other; a box there → its box on the image.
//! Promises: no ink is left out but single specks; lines keep the paper around them.

use super::binarise;
use crate::text::Rect;
use image::GrayImage;

/// A row with fewer pixels of ink is blank.
const FEW: usize = 3;
/// Paper kept above and below ink, in inches: half a line.
pub(super) const PAPER: f32 = 0.12;

/// A strip of an image: its first row among the strips, and on the image.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    here: u32,
    there: u32,
}

/// The strips that hold ink and `paper` rows beside it, as one image, and where each is from, top to bottom; `None` where
/// there is no ink.
pub(super) fn inked(image: &GrayImage, paper: u32) -> Option<(GrayImage, Vec<Strip>)> {
    let (width, height) = image.dimensions();
    let ink =
        binarise::paper(image, Rect { x: 0, y: 0, w: width, h: height }).saturating_sub(binarise::DARKER_THAN_PAPER);
    let row = |y: u32| &image.as_raw()[y as usize * width as usize..][..width as usize];
    let mut pixels = Vec::new();
    let mut strips: Vec<Strip> = Vec::new();
    let mut next = 0;
    for y in (0..height).filter(|y| row(*y).iter().filter(|v| **v <= ink).count() >= FEW) {
        let (from, to) = (y.saturating_sub(paper).max(next), (y + paper + 1).min(height));
        if from > next || strips.is_empty() {
            strips.push(Strip { here: (pixels.len() / width as usize) as u32, there: from });
        }
        (from.max(next)..to).for_each(|y| pixels.extend_from_slice(row(y)));
        next = next.max(to);
    }
    let rows = (pixels.len() / width.max(1) as usize) as u32;
    Some((GrayImage::from_raw(width, rows, pixels)?, strips)).filter(|(_, strips)| !strips.is_empty())
}

/// The box on the image of a box on its strips.
pub(super) fn back(strips: &[Strip], found: Rect) -> Rect {
    let at = strips.partition_point(|strip| strip.here <= found.centre().1).saturating_sub(1);
    strips.get(at).map_or(found, |strip| Rect { y: (found.y + strip.there).saturating_sub(strip.here), ..found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn blank_rows_go_and_boxes_find_back() {
        // two rows of faint strokes, 300 rows apart, and a speck between
        let stroke = |x: u32, y: u32| ((100..120).contains(&y) || (420..440).contains(&y)) && x % 9 < 4;
        let page = GrayImage::from_fn(200, 600, |x, y| match (x, y) {
            (50, 260) => Luma([0]),
            _ => Luma([if stroke(x, y) { 180 } else { 235 }]),
        });
        let (image, strips) = inked(&page, 12).unwrap();
        assert_eq!(image.dimensions(), (200, 2 * (20 + 2 * 12)));
        let top = |y| back(&strips, Rect { x: 0, y, w: 40, h: 20 }).y;
        assert_eq!((top(12), top(44 + 12)), (100, 420));
        // no engine takes an image without rows
        assert!(inked(&GrayImage::from_pixel(50, 50, Luma([255])), 12).is_none());
    }
}
