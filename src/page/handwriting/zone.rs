//! A strip of the page as the nets want it.
//!
//! in: the page image and a [`Cut`] → out: a [`Zone`], 80 × 320, paper 0, ink 1, upright, 112 × 448 pixels of 300 dpi.
//! How: the red channel (blue ink dark, red stamps light); paper is the 80th percentile of brightness, ink the 1.5th.
//! Promises: what lies outside the image is paper; costs the same for every resolution.

use image::{DynamicImage, GenericImageView};

/// Rows of a zone.
pub(super) const HEIGHT: usize = 80;
/// Columns of a zone.
pub(super) const WIDTH: usize = 320;
/// Pixels of 300 dpi per pixel of a zone.
pub(super) const PITCH: f32 = 1.4;
/// Resolution the zone's measures are given in.
pub(super) const DPI: f32 = 300.0;
/// Row of the zone, in pixels of 300 dpi, on which the printed words around the value stand.
pub(super) const BASELINE: f32 = 86.0;
/// Less contrast than this (of 1) is noise on blank paper and not stretched.
const LEAST_CONTRAST: f32 = 0.15;

/// A column with more ink than this begins the writing.
const STROKE: f32 = 3.0;
/// Columns between the left end of a zone and its writing.
const BEHIND_LABEL: usize = 30;
/// A ruled line is thinner than so many rows.
const RULE: usize = 6;

/// Where a zone lies: an upright or slightly turned rectangle of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Left end on the page, in its pixels.
    pub x: f32,
    /// Baseline of the print at the left end, in pixels of the page.
    pub baseline: f32,
    /// Width in pixels of 300 dpi; at most 448 are looked at.
    pub width: f32,
    /// Pixels of the page per pixel of 300 dpi.
    pub scale: f32,
    /// How far the text runs down per pixel to the right.
    pub slope: f32,
}

/// A strip ready for the nets.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    /// Row-major, paper 0, ink 1.
    pub ink: Vec<f32>,
}

impl Cut {
    /// The same place a little higher or lower and with the type a little larger or smaller.
    pub(super) fn varied(self, lower: f32, larger: f32) -> Cut {
        let scale = self.scale / larger;
        Cut { baseline: self.baseline + lower * self.scale, width: self.width * larger, scale, ..self }
    }

    /// Point of the page under `(u, v)`, in pixels of 300 dpi from the zone's top left.
    pub(super) fn to_page(self, u: f32, v: f32) -> (f32, f32) {
        let up = v - BASELINE;
        (self.x + self.scale * (u - self.slope * up), self.baseline + self.scale * (up + self.slope * u))
    }
}

impl Zone {
    /// Cuts the strip out of the page.
    pub(super) fn of(image: &DynamicImage, cut: Cut) -> Zone {
        let columns = ((cut.width / PITCH) as usize).clamp(8, WIDTH);
        let mut bright = vec![1.0f32; HEIGHT * columns];
        for (i, value) in bright.iter_mut().enumerate() {
            let (row, column) = ((i / columns) as f32, (i % columns) as f32);
            // Four points per pixel: enough for the mean at 300 dpi, and for coarser scans.
            let points = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            let at = |(dx, dy)| brightness(image, cut.to_page((column + dx) * PITCH, (row + dy) * PITCH));
            *value = points.into_iter().map(at).sum::<f32>() / 4.0;
        }
        let (paper, ink) = percentiles(&bright);
        let range = (paper - ink).max(LEAST_CONTRAST);
        let mut strip = vec![0.0; HEIGHT * WIDTH];
        for (i, value) in bright.iter().enumerate() {
            strip[i / columns * WIDTH + i % columns] = ((paper - value) / range).clamp(0.0, 1.0);
        }
        Zone { ink: strip }
    }

    /// Only what is written on a line of a form: `above` and `below` bound it from [`BASELINE`] (pixels of 300 dpi), ruled
    /// lines are taken away, and the writing is set where it starts behind a label.
    pub(super) fn on_line(mut self, above: f32, below: f32) -> Zone {
        let band =
            (((BASELINE - above) / PITCH).max(0.0) as usize)..(((BASELINE + below) / PITCH) as usize).min(HEIGHT);
        let outside = (0..HEIGHT).filter(|row| !band.contains(row));
        outside.for_each(|row| self.ink[row * WIDTH..(row + 1) * WIDTH].fill(0.0));
        self.unrule();
        let column = |x: usize| (0..HEIGHT).map(|y| self.ink[y * WIDTH + x]).sum::<f32>();
        let first = (0..WIDTH).find(|x| column(*x) > STROKE).unwrap_or(0);
        if let Some(by) = first.checked_sub(BEHIND_LABEL).filter(|by| *by > 0) {
            for row in self.ink.chunks_exact_mut(WIDTH) {
                row.copy_within(by.., 0);
                row[WIDTH - by..].fill(0.0);
            }
        }
        self
    }

    /// Takes away level lines over most of the zone; strokes that cross them keep their ink.
    fn unrule(&mut self) {
        let dark = |ink: &[f32], x: usize, y: usize| ink[y * WIDTH + x] > 0.4;
        let before = self.ink.clone();
        let ruled = |y: usize| (0..WIDTH).filter(|x| dark(&before, *x, y)).count() * 2 > WIDTH;
        for y in (0..HEIGHT).filter(|y| ruled(*y)) {
            for x in 0..WIDTH {
                let up = (0..y).rev().take_while(|y| dark(&before, x, *y)).count();
                let down = (y + 1..HEIGHT).take_while(|y| dark(&before, x, *y)).count();
                if up + down < RULE {
                    (y.saturating_sub(up + 1)..(y + down + 2).min(HEIGHT)).for_each(|y| self.ink[y * WIDTH + x] = 0.0);
                }
            }
        }
    }

    /// At half the size, each pixel the mean of four.
    pub(super) fn halved(&self) -> Vec<f32> {
        let at = |x: usize, y: usize| self.ink[y * WIDTH + x];
        let cells = (0..HEIGHT / 2).flat_map(|y| (0..WIDTH / 2).map(move |x| (2 * x, 2 * y)));
        cells.map(|(x, y)| (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4.0).collect()
    }
}

/// Brightness 0..=1 of the red channel between four pixels.
fn brightness(image: &DynamicImage, (x, y): (f32, f32)) -> f32 {
    if !(x.is_finite() && y.is_finite()) {
        return 1.0;
    }
    // Pixel centres lie at half coordinates.
    let (x, y) = (x - 0.5, y - 0.5);
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let at = |dx: f32, dy: f32| red(image, (x0 + dx) as i64, (y0 + dy) as i64);
    let upper = at(0.0, 0.0) * (1.0 - fx) + at(1.0, 0.0) * fx;
    let lower = at(0.0, 1.0) * (1.0 - fx) + at(1.0, 1.0) * fx;
    (upper * (1.0 - fy) + lower * fy) / 255.0
}

fn red(image: &DynamicImage, x: i64, y: i64) -> f32 {
    let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return 255.0 };
    if x >= image.width() || y >= image.height() {
        return 255.0;
    }
    let value = match image {
        DynamicImage::ImageLuma8(grey) => grey.get_pixel(x, y).0[0],
        DynamicImage::ImageRgb8(colour) => colour.get_pixel(x, y).0[0],
        other => other.get_pixel(x, y).0[0],
    };
    f32::from(value)
}

/// Brightness of paper and of ink.
fn percentiles(bright: &[f32]) -> (f32, f32) {
    let mut sorted: Vec<f32> = bright.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f32| sorted[((sorted.len() - 1) as f32 * share) as usize];
    (at(0.80), at(0.015))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma, Rgb, RgbImage};

    fn cut(x: f32, baseline: f32) -> Cut {
        Cut { x, baseline, width: 448.0, scale: 1.0, slope: 0.0 }
    }

    #[test]
    fn blue_ink_stays_and_red_ink_goes() {
        let page = RgbImage::from_fn(500, 200, |x, _| match x {
            100..120 => Rgb([20, 30, 200]),
            200..220 => Rgb([250, 30, 30]),
            _ => Rgb([250, 250, 250]),
        });
        let zone = Zone::of(&page.into(), cut(0.0, 120.0));
        let at = |x: f32| zone.ink[40 * WIDTH + (x / PITCH) as usize];
        assert!(at(110.0) > 0.95 && at(210.0) < 0.05 && at(300.0) < 0.05);
    }

    #[test]
    fn a_turned_page_gives_the_same_strip() {
        // A line that falls 1 pixel in 20 lies level in a cut with that slope.
        let page = GrayImage::from_fn(600, 300, |x, y| {
            Luma([if (y as f32 - 100.0 - x as f32 / 20.0).abs() < 3.0 { 0 } else { 255 }])
        });
        let zone = Zone::of(&page.into(), Cut { slope: 0.05, ..cut(50.0, 102.5) });
        let row = (BASELINE / PITCH) as usize;
        let line = &zone.ink[row * WIDTH..(row + 1) * WIDTH];
        assert!(line.iter().all(|v| *v > 0.5), "{line:?}");
    }

    #[test]
    fn blank_paper_and_places_off_the_page_are_paper() {
        let page = DynamicImage::from(GrayImage::from_pixel(10, 10, Luma([240])));
        for place in [cut(0.0, 5.0), cut(-900.0, -900.0), cut(f32::NAN, 1e30)] {
            assert!(Zone::of(&page, place).ink.iter().all(|v| *v <= 0.5), "{place:?}");
        }
    }
}
