//! From the scan to the image the engine reads.
//!
//! in: a page image → out: grey image with coloured seals made pale, and where they were.
//! Promises: black text under a red seal stays black; nothing happens to grey pages; sizes do not change.
//! Leaves out: blue seals and ink: handwritten numbers and blue letterheads are text.

use crate::page::seal::find::{self as seal, Seal};
use crate::text::Rect;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, Luma, RgbImage};

/// Red must exceed green and blue by this much (of 255) to count as seal ink; paper and JPEG noise stay below.
const RED_FROM: i32 = 30;
/// Ink as red as this is black in [`red_ink`].
const RED_FULL: i32 = 85;
/// From here on the red channel of red ink is paper, and up to here it is black print under the ink.
const INK_BRIGHT: i32 = 190;
const INK_DARK: i32 = 80;
/// Side of the squares in which red ink is counted, in inches.
const SQUARE: f32 = 0.1;
/// Share of red pixels that makes a square part of a seal.
const RED_SQUARE: f32 = 0.06;

/// How much is softened around thinning and thickening: as [`soften`] does at this resolution, one and two passes.
const LITTLE: f32 = 200.0;
const SOME: f32 = 250.0;

/// The image to read, and where ink that is not print was made pale.
pub(crate) struct Cleaned {
    pub image: GrayImage,
    /// Boxes on `image` around red ink, those that hold a round seal and nothing else left out.
    pub red_zones: Vec<Rect>,
    /// Round seals, red ones and those in lighter ink, where they lie on the page as it came.
    pub seals: Vec<Seal>,
}

/// Grey, with red ink pale.
pub(crate) fn clean(image: &DynamicImage, dpi: f32) -> Cleaned {
    match image {
        DynamicImage::ImageRgb8(colour) => {
            let zones = red_zones(colour, dpi);
            let grey = if zones.is_empty() { image.to_luma8() } else { without_red(colour) };
            let (seals, red_zones) = seal::red(zones, |x, y| redness(colour.get_pixel(x, y).0) >= RED_FROM, dpi);
            Cleaned { image: grey, red_zones, seals }
        }
        _ => Cleaned { image: image.to_luma8(), red_zones: Vec::new(), seals: Vec::new() },
    }
}

/// Softens an image so that strokes broken by a crisp scan close again: about 1.2 pixels at 300 dpi.
pub(crate) fn soften(image: &GrayImage, dpi: f32) -> GrayImage {
    // Each pass of (1 2 1)/4 adds half a pixel to the variance.
    let passes = (2.9 * (dpi / 300.0) * (dpi / 300.0)).round().clamp(1.0, 4.0) as u32;
    let (w, h) = (image.width() as usize, image.height() as usize);
    let blend = |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) / 4) as u8;
    let mut pixels = image.as_raw().clone();
    let mut other = pixels.clone();
    for _ in 0..passes {
        for (from, to) in pixels.chunks_exact(w).zip(other.chunks_exact_mut(w)) {
            to[0] = blend(from[0], from[0], from[1.min(w - 1)]);
            to[w - 1] = blend(from[w.max(2) - 2], from[w - 1], from[w - 1]);
            for (to, from) in to[1..].iter_mut().zip(from.windows(3)) {
                *to = blend(from[0], from[1], from[2]);
            }
        }
        for (y, to) in pixels.chunks_exact_mut(w).enumerate() {
            let row = |y: usize| &other[y * w..(y + 1) * w];
            let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(h - 1)));
            for (to, ((a, b), c)) in to.iter_mut().zip(above.iter().zip(here).zip(below)) {
                *to = blend(*a, *b, *c);
            }
        }
    }
    GrayImage::from_raw(image.width(), image.height(), pixels).unwrap_or_default()
}

/// Thins strokes by about a pixel at 300 dpi: letters of a rubber stamp that ran together part again.
pub(crate) fn thin(image: &GrayImage) -> GrayImage {
    each_of_nine(&soften(image, LITTLE), u8::max)
}

/// Thickens strokes by about a pixel at 300 dpi and softens them: faint and broken print closes again.
pub(crate) fn embolden(image: &GrayImage, dpi: f32) -> GrayImage {
    soften(&thicken(image), dpi.min(SOME))
}

/// Thickens strokes by about a pixel.
pub(crate) fn thicken(image: &GrayImage) -> GrayImage {
    each_of_nine(&soften(image, SOME), u8::min)
}

/// An image `factor` times as wide and tall.
pub(crate) fn scaled(image: &GrayImage, factor: f32) -> GrayImage {
    let size = |v: u32| ((v as f32 * factor) as u32).max(1);
    let (w, h) = (size(image.width()), size(image.height()));
    let resized = || {
        let from = ImageRef::new(image.width(), image.height(), image.as_raw(), PixelType::U8).ok()?;
        let mut to = Image::new(w, h, PixelType::U8);
        let how = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        Resizer::new().resize(&from, &mut to, &how).ok()?;
        GrayImage::from_raw(w, h, to.into_vec())
    };
    // it refuses empty images only
    resized().unwrap_or_else(|| GrayImage::new(w, h))
}

/// The lightest (`u8::max`) or darkest (`u8::min`) of each pixel and its eight neighbours.
fn each_of_nine(image: &GrayImage, pick: fn(u8, u8) -> u8) -> GrayImage {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let mut rows = image.as_raw().clone();
    for (from, to) in image.as_raw().chunks_exact(w.max(1)).zip(rows.chunks_exact_mut(w.max(1))) {
        for x in 0..w {
            to[x] = pick(pick(from[x.saturating_sub(1)], from[x]), from[(x + 1).min(w - 1)]);
        }
    }
    let mut out = rows.clone();
    for y in 0..h {
        let (above, below) = (y.saturating_sub(1) * w, (y + 1).min(h - 1) * w);
        for x in 0..w {
            out[y * w + x] = pick(pick(rows[above + x], rows[y * w + x]), rows[below + x]);
        }
    }
    GrayImage::from_raw(image.width(), image.height(), out).unwrap_or_default()
}

/// How much a pixel is red ink, 0 for anything else.
fn redness([r, g, b]: [u8; 3]) -> i32 {
    i32::from(r) - i32::from(g.max(b))
}

fn without_red(colour: &RgbImage) -> GrayImage {
    GrayImage::from_fn(colour.width(), colour.height(), |x, y| {
        let p = colour.get_pixel(x, y).0;
        let luma = (i32::from(p[0]) * 299 + i32::from(p[1]) * 587 + i32::from(p[2]) * 114) / 1000;
        // Seal ink keeps its red channel only: bright where the ink is, dark where black text lies under it.
        let share = (redness(p) * 100 / RED_FROM).clamp(0, 100);
        let red = i32::from(p[0]);
        let paled = red.max(INK_DARK + (red - INK_DARK) * (255 - INK_DARK) / (INK_BRIGHT - INK_DARK)).min(255);
        Luma([((luma * (100 - share) + paled * share) / 100) as u8])
    })
}

/// The red ink alone, as black print: what is stamped over the text, without the text.
pub(crate) fn red_ink(colour: &RgbImage) -> GrayImage {
    GrayImage::from_fn(colour.width(), colour.height(), |x, y| {
        let ink = redness(colour.get_pixel(x, y).0).max(0) * 255 / RED_FULL;
        Luma([255 - ink.min(255) as u8])
    })
}

/// Boxes around stretches of red ink.
fn red_zones(colour: &RgbImage, dpi: f32) -> Vec<Rect> {
    let side = ((dpi * SQUARE) as u32).max(4);
    let (columns, rows) = (colour.width().div_ceil(side), colour.height().div_ceil(side));
    let mut counts = vec![0u32; (columns * rows) as usize];
    for (x, y, p) in colour.enumerate_pixels() {
        if redness(p.0) >= RED_FROM {
            counts[((y / side) * columns + x / side) as usize] += 1;
        }
    }
    let red: Vec<bool> = counts.iter().map(|c| *c as f32 >= RED_SQUARE * (side * side) as f32).collect();
    let mut zones = connected(&red, columns, rows);
    zones.retain(|z| z.w > 1 && z.h > 0);
    // A page that is red all over is a faded or tinted scan, not seals.
    if zones.iter().map(|z| z.w * z.h).sum::<u32>() > columns * rows / 2 {
        return Vec::new();
    }
    let most = (colour.width(), colour.height());
    zones
        .into_iter()
        .map(|z| {
            let (x, y) = (z.x * side, z.y * side);
            Rect { x, y, w: (z.w * side).min(most.0 - x), h: (z.h * side).min(most.1 - y) }
        })
        .collect()
}

/// Boxes around connected true cells of a grid.
fn connected(cells: &[bool], columns: u32, rows: u32) -> Vec<Rect> {
    let mut seen = vec![false; cells.len()];
    let mut boxes = Vec::new();
    for start in 0..cells.len() {
        if !cells[start] || seen[start] {
            continue;
        }
        let mut bbox: Option<Rect> = None;
        let mut stack = vec![start];
        seen[start] = true;
        while let Some(at) = stack.pop() {
            let (x, y) = (at as u32 % columns, at as u32 / columns);
            let here = Rect { x, y, w: 1, h: 1 };
            bbox = Some(bbox.map_or(here, |b| b.cover(here)));
            for ny in y.saturating_sub(1)..=(y + 1).min(rows - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(columns - 1) {
                    let next = (ny * columns + nx) as usize;
                    if cells[next] && !seen[next] {
                        seen[next] = true;
                        stack.push(next);
                    }
                }
            }
        }
        boxes.extend(bbox);
    }
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn seals_grow_pale_and_text_under_them_stays() {
        let seal = |x: u32, y: u32| (200..400).contains(&x) && (200..400).contains(&y);
        let text = |x: u32, y: u32| (100..500).contains(&x) && (290..300).contains(&y);
        let page = RgbImage::from_fn(600, 800, |x, y| {
            Rgb(match (seal(x, y), text(x, y)) {
                (true, true) => [60, 10, 20],
                (true, false) => [220, 60, 70],
                (false, true) => [20, 20, 20],
                _ => [245, 245, 240],
            })
        });
        let cleaned = clean(&page.clone().into(), 300.0);
        assert_eq!(cleaned.red_zones.len(), 1);
        let at = |x, y| cleaned.image.get_pixel(x, y).0[0];
        assert!(at(300, 250) > 240 && at(300, 295) < 90 && at(120, 295) < 40, "{} {}", at(300, 250), at(300, 295));
        let red = red_ink(&page);
        let at = |x, y| red.get_pixel(x, y).0[0];
        assert!(at(300, 250) == 0 && at(120, 295) > 250 && at(50, 50) > 230, "{} {}", at(120, 295), at(50, 50));
    }
}
