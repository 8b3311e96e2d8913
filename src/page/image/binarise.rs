//! Ink or paper: a small black-and-white copy of a page, and how bright its paper is.
//!
//! in: a grey image → out: [`Ink`] at about 100 dpi; the paper of a zone.
//! How: adaptive threshold, the mean of the neighbourhood from a summed-area table (Bradley and Roth 2007).
//! Promises: uneven light does not matter (each pixel is compared with its neighbourhood); linear in the pixels.

use crate::text::Rect;
use image::{GrayImage, imageops};

/// Resolution of the copy: enough to tell letters from specks, small enough to cost 10 ms.
pub(super) const DPI: f32 = 100.0;
/// A pixel this much darker than its neighbourhood (of 255) is ink.
const DARKER: i32 = 28;
/// A pixel this dark is ink wherever it is: inside a large black stroke the neighbourhood is dark too.
const BLACK: i32 = 60;
/// Side of the neighbourhood in pixels of the copy.
const WINDOW: u32 = 31;
/// Where ink of any shade counts, it is darker than paper by this much (of 255).
pub(crate) const DARKER_THAN_PAPER: u8 = 45;

/// A small black-and-white copy of a page.
pub(crate) struct Ink {
    /// Width of the copy.
    pub width: u32,
    /// Height of the copy.
    pub height: u32,
    /// Pixels of the page per pixel of the copy.
    pub scale: f32,
    /// Pixels per inch of the page.
    pub dpi: f32,
    pub(super) bits: Vec<bool>,
}

impl Ink {
    /// The ink of an image of `dpi` pixels per inch.
    pub(crate) fn of(image: &GrayImage, dpi: f32) -> Ink {
        let scale = (dpi / DPI).max(1.0);
        let (width, height) = image.dimensions();
        let (w, h) = (((width as f32 / scale) as u32).max(1), ((height as f32 / scale) as u32).max(1));
        let small = if scale > 1.01 { &imageops::thumbnail(image, w, h) } else { image };
        Ink { width: small.width(), height: small.height(), scale, dpi, bits: darker_than_around(small) }
    }

    /// Whether there is ink; none is beyond the edges.
    pub(crate) fn at(&self, x: u32, y: u32) -> bool {
        x < self.width && y < self.height && self.bits[(y * self.width + x) as usize]
    }
}

fn darker_than_around(image: &GrayImage) -> Vec<bool> {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let mut sums = vec![0u32; (w + 1) * (h + 1)];
    for y in 0..h {
        let mut row = 0u32;
        for x in 0..w {
            row += u32::from(image.as_raw()[y * w + x]);
            sums[(y + 1) * (w + 1) + x + 1] = sums[y * (w + 1) + x + 1].wrapping_add(row);
        }
    }
    let half = (WINDOW / 2) as usize;
    let mut bits = Vec::with_capacity(w * h);
    for y in 0..h {
        let (y0, y1) = (y.saturating_sub(half), (y + half + 1).min(h));
        for x in 0..w {
            let (x0, x1) = (x.saturating_sub(half), (x + half + 1).min(w));
            let sum = sums[y1 * (w + 1) + x1]
                .wrapping_sub(sums[y0 * (w + 1) + x1])
                .wrapping_sub(sums[y1 * (w + 1) + x0])
                .wrapping_add(sums[y0 * (w + 1) + x0]);
            let mean = sum as i32 / ((y1 - y0) * (x1 - x0)) as i32;
            let value = i32::from(image.as_raw()[y * w + x]);
            bits.push(value < mean - DARKER || value < BLACK);
        }
    }
    bits
}

/// The pixels of a zone, row by row.
pub(crate) fn pixels(zone: Rect) -> impl Iterator<Item = (u32, u32)> {
    (zone.y..zone.bottom()).flat_map(move |y| (zone.x..zone.right()).map(move |x| (x, y)))
}

/// The brightness of a pixel.
pub(crate) fn at(image: &GrayImage, x: u32, y: u32) -> u8 {
    image.as_raw()[(y * image.width() + x) as usize]
}

/// How bright the paper of a zone is: there is less ink than paper.
pub(crate) fn paper(image: &GrayImage, zone: Rect) -> u8 {
    median(pixels(zone).map(|(x, y)| at(image, x, y))).unwrap_or(255)
}

/// The lower median of brightnesses; `None` of none.
pub(crate) fn median(values: impl Iterator<Item = u8>) -> Option<u8> {
    let mut counts = [0u32; 256];
    values.for_each(|v| counts[usize::from(v)] += 1);
    let all: u32 = counts.iter().sum();
    let mut seen = 0;
    let half = |n: &u32| {
        seen += n;
        seen * 2 >= all
    };
    if all == 0 { None } else { counts.iter().position(half).map(|v| v as u8) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn ink_shows_in_bad_light_and_paper_is_what_there_is_most_of() {
        // light falls from left to right; a stroke is 60 darker than its paper
        let light = |x: u32| 230 - x / 2;
        let page =
            GrayImage::from_fn(200, 100, |x, y| Luma([(light(x) - if (40..44).contains(&y) { 60 } else { 0 }) as u8]));
        let ink = Ink::of(&page, 100.0);
        assert!((0..200).all(|x| ink.at(x, 41) && !ink.at(x, 80)) && !ink.at(500, 500));
        assert_eq!(paper(&page, Rect { x: 0, y: 0, w: 1, h: 100 }), 230);
        assert_eq!((median([3, 1, 2].into_iter()), median(std::iter::empty())), (Some(2), None));
    }
}
