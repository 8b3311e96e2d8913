//! A page with its empty rows left out, and the way back.
//!
//! in: a grey image → out: [`Strips`]: the strips of it that hold ink, one under the other.
//! Why: what little is left of a page for a second reading takes no longer than so much text.
//! Promises: no ink is left out but single specks; lines keep the paper around them.

use crate::error::Result;
use crate::page::seal::find as seal;
use crate::page::{Line, Word};
use crate::text::Rect;
use image::GrayImage;

/// A row with fewer pixels of ink is empty.
const FEW: usize = 3;
/// Paper kept above and below ink, in inches: half a line.
const PAPER: f32 = 0.12;

/// The strips of an image that hold ink.
pub(crate) struct Strips {
    /// One under the other; without rows where the page is empty.
    image: GrayImage,
    /// First row here, first row on the page; top to bottom.
    starts: Vec<(u32, u32)>,
}

impl Strips {
    pub(crate) fn of(image: &GrayImage, dpi: f32) -> Strips {
        let (width, height) = image.dimensions();
        let ink = seal::paper(image, Rect { x: 0, y: 0, w: width, h: height }).saturating_sub(seal::INK);
        let row = |y: u32| &image.as_raw()[y as usize * width as usize..][..width as usize];
        let paper = (PAPER * dpi) as u32;
        let mut pixels = Vec::new();
        let mut starts: Vec<(u32, u32)> = Vec::new();
        let mut next = 0;
        for y in (0..height).filter(|y| row(*y).iter().filter(|v| **v <= ink).count() >= FEW) {
            let (from, to) = (y.saturating_sub(paper).max(next), (y + paper + 1).min(height));
            if from > next || starts.is_empty() {
                starts.push(((pixels.len() / width as usize) as u32, from));
            }
            (from.max(next)..to).for_each(|y| pixels.extend_from_slice(row(y)));
            next = next.max(to);
        }
        let rows = (pixels.len() / width.max(1) as usize) as u32;
        Strips { image: GrayImage::from_raw(width, rows, pixels).unwrap_or_default(), starts }
    }

    /// What `read` finds on the strips, with boxes on the page.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) fn read(&self, read: impl FnOnce(&GrayImage) -> Result<Vec<Line>>) -> Result<Vec<Line>> {
        if self.starts.is_empty() {
            return Ok(Vec::new());
        }
        let place = |b: Rect| {
            let at = self.starts.partition_point(|(here, _)| *here <= b.y + b.h / 2).saturating_sub(1);
            let (here, there) = self.starts.get(at).copied().unwrap_or_default();
            Rect { y: (b.y + there).saturating_sub(here), ..b }
        };
        let word = |w: Word| Word { bbox: w.bbox.map(place), ..w };
        let lines = read(&self.image)?;
        Ok(lines.into_iter().map(|l| Line::new(l.words.into_iter().map(word).collect())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn empty_rows_go_and_boxes_find_back() {
        // two rows of faint strokes, 300 rows apart, and a speck between
        let stroke = |x: u32, y: u32| ((100..120).contains(&y) || (420..440).contains(&y)) && x % 9 < 4;
        let page = GrayImage::from_fn(200, 600, |x, y| match (x, y) {
            (50, 260) => Luma([0]),
            _ => Luma([if stroke(x, y) { 180 } else { 235 }]),
        });
        let word = |y| Word { text: "a".into(), bbox: Some(Rect { x: 0, y, w: 40, h: 20 }), ..Word::default() };
        let read = |image: &GrayImage| {
            assert_eq!(image.dimensions(), (200, 2 * (20 + 2 * 12)));
            Ok(vec![Line::new(vec![word(12), word(44 + 12)])])
        };
        let lines = Strips::of(&page, 100.0).read(read).unwrap();
        let tops: Vec<u32> = lines[0].words.iter().filter_map(|w| w.bbox).map(|b| b.y).collect();
        assert_eq!(tops, [100, 420]);
        // no engine takes an image without rows
        let empty = Strips::of(&GrayImage::from_pixel(50, 50, Luma([255])), 100.0);
        assert!(empty.read(|_| unreachable!("nothing to read")).unwrap().is_empty());
    }
}
