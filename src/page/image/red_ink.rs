//! Red ink: made pale where the page is read, and alone, to be read by itself.
//!
//! in: a page image → out: its grey copy, and where red ink is.
//! How: seal ink keeps its red channel only: bright where the ink is, dark where black text lies under it.
//! Promises: black text under a red seal stays black; nothing happens to grey pages; sizes do not change.
//! Leaves out: blue seals and ink: handwritten numbers and blue letterheads are text.

use super::components::connected;
use crate::text::Rect;
use image::{DynamicImage, GrayImage, Luma, RgbImage};

/// Red must exceed green and blue by this much (of 255) to count as seal ink; paper and JPEG noise stay below.
const RED_FROM: i32 = 30;
/// Ink as red as this is black in [`alone`].
const RED_FULL: i32 = 85;
/// From here on the red channel of red ink is paper, and up to here it is black print under the ink.
const INK_BRIGHT: i32 = 190;
const INK_DARK: i32 = 80;
/// Side of the squares in which red ink is counted, in inches; in pixels at least.
const SQUARE: f32 = 0.1;
const LEAST_SQUARE: u32 = 4;
/// Share of red pixels that makes a square part of a seal.
const RED_SQUARE: f32 = 0.06;

/// The page in grey, its red ink made pale, and boxes around stretches of red ink.
pub(crate) fn made_pale(page: &DynamicImage, dpi: f32) -> (GrayImage, Vec<Rect>) {
    let DynamicImage::ImageRgb8(colour) = page else { return (page.to_luma8(), Vec::new()) };
    let zones = zones(colour, ((dpi * SQUARE) as u32).max(LEAST_SQUARE));
    let grey = if zones.is_empty() { page.to_luma8() } else { pale(colour) };
    (grey, zones)
}

/// Whether a pixel is red ink.
pub(crate) fn is_red(page: &DynamicImage, x: u32, y: u32) -> bool {
    matches!(page, DynamicImage::ImageRgb8(colour) if redness(colour.get_pixel(x, y).0) >= RED_FROM)
}

/// How much a pixel is red ink, 0 for anything else.
fn redness([r, g, b]: [u8; 3]) -> i32 {
    i32::from(r) - i32::from(g.max(b))
}

fn pale(colour: &RgbImage) -> GrayImage {
    GrayImage::from_fn(colour.width(), colour.height(), |x, y| {
        let p = colour.get_pixel(x, y).0;
        let luma = (i32::from(p[0]) * 299 + i32::from(p[1]) * 587 + i32::from(p[2]) * 114) / 1000;
        let share = (redness(p) * 100 / RED_FROM).clamp(0, 100);
        let red = i32::from(p[0]);
        let paled = red.max(INK_DARK + (red - INK_DARK) * (255 - INK_DARK) / (INK_BRIGHT - INK_DARK)).min(255);
        Luma([((luma * (100 - share) + paled * share) / 100) as u8])
    })
}

/// The red ink alone, as black print: what is stamped over the text, without the text.
pub(crate) fn alone(colour: &RgbImage) -> GrayImage {
    GrayImage::from_fn(colour.width(), colour.height(), |x, y| {
        let ink = redness(colour.get_pixel(x, y).0).max(0) * 255 / RED_FULL;
        Luma([255 - ink.min(255) as u8])
    })
}

/// Boxes around stretches of red ink, counted in squares of `side` pixels.
fn zones(colour: &RgbImage, side: u32) -> Vec<Rect> {
    let (columns, rows) = (colour.width().div_ceil(side), colour.height().div_ceil(side));
    let mut counts = vec![0u32; (columns * rows) as usize];
    for (x, y, p) in colour.enumerate_pixels() {
        if redness(p.0) >= RED_FROM {
            counts[((y / side) * columns + x / side) as usize] += 1;
        }
    }
    let red: Vec<bool> = counts.iter().map(|c| *c as f32 >= RED_SQUARE * (side * side) as f32).collect();
    let mut zones: Vec<Rect> = connected(&red, columns).into_iter().map(|(zone, _)| zone).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn red_ink_grows_pale_and_text_under_them_stays() {
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
        let (grey, zones) = made_pale(&page.clone().into(), 300.0);
        assert_eq!(zones.len(), 1);
        let at = |x, y| grey.get_pixel(x, y).0[0];
        assert!(at(300, 250) > 240 && at(300, 295) < 90 && at(120, 295) < 40, "{} {}", at(300, 250), at(300, 295));
        let red = alone(&page);
        let at = |x, y| red.get_pixel(x, y).0[0];
        assert!(at(300, 250) == 0 && at(120, 295) > 250 && at(50, 50) > 230, "{} {}", at(120, 295), at(50, 50));
    }
}
