//! The part of a page around some words, for reports.
//!
//! in: a page image, a box on it → out: a strip of the page with the box outlined, as a JPEG in a `data:` address.
//! Promises: a strip is at most 1,200 pixels wide; a box that lies outside the page gives none.

use crate::text::Rect;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, Rgb, RgbImage};

/// What is shown above and below the box, in inches: two lines.
const AROUND: f32 = 0.4;
const WIDEST: u32 = 1200;
const QUALITY: u8 = 60;
const RED: Rgb<u8> = Rgb([200, 0, 30]);

/// The strip of `page` around `place`; `None` where the box is no part of the page.
pub fn around(page: &DynamicImage, dpi: f32, place: Rect) -> Option<String> {
    let (width, height) = (page.width(), page.height());
    if place.w == 0 || place.h == 0 || place.x >= width || place.y >= height {
        return None;
    }
    let around = (dpi * AROUND) as u32;
    let top = place.y.saturating_sub(around);
    let bottom = (place.y + place.h).saturating_add(around).min(height);
    let mut strip = page.crop_imm(0, top, width, bottom - top).to_rgb8();
    outline(&mut strip, Rect { y: place.y - top, ..place }, (dpi / 75.0).max(1.0) as u32);
    let mut strip = DynamicImage::from(strip);
    if width > WIDEST {
        strip = strip.resize(WIDEST, u32::MAX, FilterType::Triangle);
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&strip).ok()?;
    Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
}

/// Draws a frame of this thickness around the box, a little outside of it.
fn outline(image: &mut RgbImage, place: Rect, thickness: u32) {
    let gap = 2 * thickness;
    let (left, top) = (place.x.saturating_sub(gap), place.y.saturating_sub(gap));
    let right = (place.x + place.w + gap).min(image.width());
    let bottom = (place.y + place.h + gap).min(image.height());
    for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
        let edge = x < left + thickness || x + thickness >= right || y < top + thickness || y + thickness >= bottom;
        if edge {
            image.put_pixel(x, y, RED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(place: Rect) -> Option<DynamicImage> {
        let page = DynamicImage::from(RgbImage::from_pixel(2400, 3000, Rgb([255, 255, 255])));
        let address = around(&page, 300.0, place)?;
        let bytes = STANDARD.decode(address.strip_prefix("data:image/jpeg;base64,").unwrap()).unwrap();
        Some(image::load_from_memory(&bytes).unwrap())
    }

    #[test]
    fn a_strip_shows_the_box_and_two_lines_around_it() {
        let strip = shown(Rect { x: 400, y: 600, w: 300, h: 40 }).unwrap();
        assert_eq!((strip.width(), strip.height()), (1200, 140));
        let red = strip.to_rgb8().pixels().filter(|p| p[0] > 150 && p[1] < 120).count();
        assert!(red > 300, "{red}");
    }

    #[test]
    fn boxes_at_the_edge_and_outside_do_no_harm() {
        assert!(shown(Rect { x: 2300, y: 2990, w: 900, h: 900 }).is_some());
        assert!(shown(Rect { x: 2400, y: 10, w: 5, h: 5 }).is_none());
        assert!(shown(Rect { x: 10, y: 10, w: 0, h: 5 }).is_none());
    }
}
