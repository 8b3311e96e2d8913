//! How far a page is turned, and turning it back.
//!
//! in: the ink of a page → out: the angle in degrees; an image and an angle → the image turned, and boxes turned back.
//! How: under the right angle the lower edges of the letters fall into few rows, so the sum of squares of the row
//! profile is largest (projection profiles, Postl 1986). Coarse search, then fine.
//! Promises: 0 where the page does not tell (pictures, few letters).

use super::binarise::Ink;
use crate::text::Rect;
use image::GrayImage;

/// Farther turned pages are told by trying quarter turns first.
const WIDEST: f32 = 8.0;
/// The best angle must beat the page as it is by this factor, or nothing is done: straight pages got worse when turned.
const CLEARLY: f64 = 1.08;

/// Angle in degrees by which the text runs downwards to the right (negative: upwards); 0 where it does not show.
pub(crate) fn angle(ink: &Ink) -> f32 {
    let edges = lower_edges(ink);
    if edges.len() < 400 {
        return 0.0;
    }
    let score = |degrees: f32| sharpness(&edges, ink, degrees);
    let search = |around: f32, reach: f32, step: f32| {
        let steps = (reach / step).round() as i32;
        (-steps..=steps)
            .map(|i| around + i as f32 * step)
            .max_by(|a, b| score(*a).total_cmp(&score(*b)))
            .unwrap_or(around)
    };
    let best = search(search(search(0.0, WIDEST, 0.4), 0.4, 0.1), 0.08, 0.02);
    if score(best) < CLEARLY * score(0.0) { 0.0 } else { best }
}

/// Ink pixels with paper below: the base lines of the letters stand out.
fn lower_edges(ink: &Ink) -> Vec<(f32, f32)> {
    let mut edges = Vec::new();
    for y in 0..ink.height.saturating_sub(1) {
        for x in 0..ink.width {
            if ink.at(x, y) && !ink.at(x, y + 1) {
                edges.push((x as f32, y as f32));
            }
        }
    }
    edges
}

fn sharpness(edges: &[(f32, f32)], ink: &Ink, degrees: f32) -> f64 {
    let slope = degrees.to_radians().tan();
    let middle = ink.width as f32 / 2.0;
    let margin = (middle * slope.abs()) as usize + 2;
    let mut rows = vec![0u32; ink.height as usize + 2 * margin];
    for (x, y) in edges {
        let row = y - (x - middle) * slope + margin as f32;
        if let Some(count) = rows.get_mut((row + 0.5) as usize) {
            *count += 1;
        }
    }
    rows.iter().map(|c| f64::from(*c) * f64::from(*c)).sum()
}

/// Places between pixels are counted in parts of a pixel.
const BITS: u32 = 16;
const ONE: i64 = 1 << BITS;

/// A turn about the middle of an image, and the way back. The size stays: what a scanner cut off is gone already.
#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    sin: f32,
    cos: f32,
    middle: (f32, f32),
    size: (u32, u32),
}

impl Rotation {
    /// The turn after which text running at `degrees` runs level, on images of `size`.
    pub(crate) fn by(degrees: f32, size: (u32, u32)) -> Rotation {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Rotation { sin, cos, middle: (size.0 as f32 / 2.0, size.1 as f32 / 2.0), size }
    }

    /// Turns `image`, which has the size the turn is for. Bilinear; corners become paper.
    pub(crate) fn level(&self, image: &GrayImage) -> GrayImage {
        let mut pixels = Vec::with_capacity(image.as_raw().len());
        let fixed = |v: f32| (f64::from(v) * ONE as f64) as i64;
        let (right, down) = (fixed(self.cos), fixed(self.sin));
        for y in 0..self.size.1 {
            let (left, top) = self.back(0.0, y as f32);
            let (left, top) = (fixed(left), fixed(top));
            pixels.extend((0..i64::from(self.size.0)).map(|x| sample(image, left + x * right, top + x * down)));
        }
        GrayImage::from_raw(self.size.0, self.size.1, pixels).unwrap_or_default()
    }

    fn back(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        (self.middle.0 + dx * self.cos - dy * self.sin, self.middle.1 + dx * self.sin + dy * self.cos)
    }

    /// The box around a turned box on the image as it was.
    pub(crate) fn box_back(&self, r: Rect) -> Rect {
        self.led(r, |x, y| self.back(x, y))
    }

    /// The box on the turned image around a box of the image as it was.
    pub(crate) fn box_level(&self, r: Rect) -> Rect {
        let forth = Rotation { sin: -self.sin, ..*self };
        self.led(r, |x, y| forth.back(x, y))
    }

    /// The box around a box whose middle is led elsewhere.
    fn led(&self, r: Rect, place: impl Fn(f32, f32) -> (f32, f32)) -> Rect {
        // The middle line of the box, not its corners: a long line turned by 2° would get a box twice its height.
        let (left, right) = (r.x as f32, r.right() as f32);
        let centre = place((left + right) / 2.0, r.y as f32 + r.h as f32 / 2.0);
        let (w, h) = ((right - left) * self.cos, r.h as f32 + (right - left) * self.sin.abs());
        let x = (centre.0 - w / 2.0).clamp(0.0, self.size.0 as f32 - 1.0);
        let y = (centre.1 - h / 2.0).clamp(0.0, self.size.1 as f32 - 1.0);
        let (w, h) = (w.min(self.size.0 as f32 - x).max(1.0), h.min(self.size.1 as f32 - y).max(1.0));
        Rect { x: x as u32, y: y as u32, w: w as u32, h: h as u32 }
    }
}

/// The brightness between four pixels; the place is given in parts of a pixel, [`ONE`] each.
fn sample(image: &GrayImage, x: i64, y: i64) -> u8 {
    let (w, h) = (image.width() as usize, image.height() as usize);
    // a place left of the image or above it becomes one far beyond
    let (x0, y0) = ((x >> BITS) as usize, (y >> BITS) as usize);
    if x0 >= w - 1 || y0 >= h - 1 {
        return 255;
    }
    let (fx, fy) = (x & (ONE - 1), y & (ONE - 1));
    let upper = &image.as_raw()[y0 * w + x0..];
    let between = |a: u8, b: u8| i64::from(a) * (ONE - fx) + i64::from(b) * fx;
    let (top, bottom) = (between(upper[0], upper[1]), between(upper[w], upper[w + 1]));
    ((top * (ONE - fy) + bottom * fy + ONE * ONE / 2) >> (2 * BITS)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Rows of blots at 100 dpi whose base lines fall by `degrees`.
    fn page(degrees: f32) -> GrayImage {
        let slope = degrees.to_radians().tan();
        GrayImage::from_fn(800, 1000, |x, y| {
            let level = y as f32 - (x as f32 - 400.0) * slope;
            let on = level > 80.0 && level < 900.0 && level % 18.0 < 8.0 && x > 80 && x < 720 && x % 8 < 5;
            Luma([if on { 0 } else { 255 }])
        })
    }

    #[test]
    fn the_angle_is_found_and_undone() {
        for drawn in [-3.0f32, -0.6, 0.0, 0.4, 2.0, 5.0] {
            let image = page(drawn);
            let found = angle(&Ink::of(&image, 100.0));
            assert!((found - drawn).abs() < 0.12, "{drawn}: {found}");
            let level = Rotation::by(found, image.dimensions()).level(&image);
            assert!(angle(&Ink::of(&level, 100.0)).abs() < 0.25, "{drawn}");
        }
        let blank = GrayImage::from_pixel(300, 300, Luma([255]));
        assert_eq!(angle(&Ink::of(&blank, 100.0)), 0.0);
    }

    #[test]
    fn boxes_go_back_to_where_they_were() {
        let mut image = GrayImage::from_pixel(1000, 1000, Luma([255]));
        image.put_pixel(800, 300, Luma([0]));
        let turned = Rotation::by(4.0, image.dimensions());
        let level = turned.level(&image);
        let darkest = level.enumerate_pixels().min_by_key(|(_, _, p)| p.0[0]).map(|(x, y, _)| (x, y)).unwrap();
        let back = turned.box_back(Rect { x: darkest.0, y: darkest.1, w: 2, h: 2 });
        assert!(back.x.abs_diff(800) <= 2 && back.y.abs_diff(300) <= 2, "{back:?}");
        let forth = turned.box_level(back);
        assert!(forth.x.abs_diff(darkest.0) <= 2 && forth.y.abs_diff(darkest.1) <= 2, "{forth:?} {darkest:?}");
    }
}
