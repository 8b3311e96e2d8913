//! Filters: softer, thinner, thicker, larger.
//!
//! in: a grey image → out: another one.
//! Promises: linear in the pixels; sizes do not change but in [`scaled`].

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::GrayImage;

/// A binomial filter, (1 2 1)/4 across and down in each pass: strokes broken by a crisp scan close again. A pass adds half a
/// pixel to the variance.
fn soften(image: &GrayImage, passes: u32) -> GrayImage {
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

/// Dilates the paper, thins strokes by about a pixel at 300 dpi: letters of a rubber stamp that ran together part again.
pub(super) fn thin(image: &GrayImage) -> GrayImage {
    each_of_nine(&soften(image, 1), u8::max)
}

/// Thickens strokes by about a pixel at 300 dpi and softens them: faint and broken print closes again.
pub(super) fn embolden(image: &GrayImage) -> GrayImage {
    soften(&thicken(image), 2)
}

/// Erodes the paper, thickens strokes by about a pixel.
pub(super) fn thicken(image: &GrayImage) -> GrayImage {
    each_of_nine(&soften(image, 2), u8::min)
}

/// An image `factor` times as wide and tall, resampled with the cubic of Catmull and Rom.
pub(super) fn scaled(image: &GrayImage, factor: f32) -> GrayImage {
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
