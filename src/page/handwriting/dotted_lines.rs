//! Dotted lines to write on, as the incoming stamp has them: "Số: ……", "Ngày: ……".
//!
//! in: the upright page image → out: [`Leader`]s in its upper left part, from the top down.
//! How: dots that lie in one row under some slope are counted; the fullest row is a line, its dots are taken away, and so on.
//! Promises: found also where the stamp stands askew and no word of it was read; a row of text is none (its marks are no
//! dots).
//! Leaves out: lines that are ruled, not dotted; what is written on them.

use super::locate::regression;
use crate::page::image::binarise::Ink;
use crate::page::image::components::Marks;
use crate::text::Rect;
use image::{DynamicImage, GenericImage, GenericImageView, Rgba};

/// Part of the page looked at: share of its width; from and to as shares of its height.
const RIGHT: f32 = 0.55;
const TOP: f32 = 0.06;
const BOTTOM: f32 = 0.5;
/// Largest dot and largest run of dots that touch, in inches.
const DOT: f32 = 0.032;
const RUN: f32 = 0.13;
/// Steepest line looked for, and the step between slopes.
const STEEPEST: f32 = 0.14;
const STEP: f32 = 0.005;
/// A line is made of so many dots or more, most of them this close (in inches) to the next, over this length.
const FEWEST: usize = 14;
const NEXT: f32 = 0.06;
const SHORTEST: f32 = 0.45;
/// A dot lies so far (in inches) from the middle of its row at most, and the pen hides no wider stretch of dots.
const THICK: f32 = 0.011;
const HIDDEN: f32 = 0.6;
/// No stamp has more lines; more are a form.
const MOST: usize = 12;

/// A dotted line in pixels of the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leader {
    /// Left end.
    pub left: f32,
    /// Right end.
    pub right: f32,
    /// Height at the left end.
    pub y: f32,
    /// How far it runs down per pixel to the right.
    pub slope: f32,
    /// The dots that stand alone; those under the pen are part of its strokes.
    dots: Vec<Rect>,
}

impl Leader {
    #[cfg(test)]
    pub(super) fn of(left: f32, right: f32, y: f32, slope: f32) -> Leader {
        Leader { left, right, y, slope, dots: Vec::new() }
    }
    /// Height at `x`.
    pub(super) fn at(&self, x: f32) -> f32 {
        self.y + self.slope * (x - self.left)
    }
}

/// The image with the dots of these lines painted over.
pub(super) fn without_dots(image: &DynamicImage, leaders: &[Leader]) -> DynamicImage {
    let mut image = image.clone();
    let (width, height) = (image.width(), image.height());
    for dot in leaders.iter().flat_map(|l| &l.dots) {
        // A rim of half-dark pixels is around each dot.
        for y in dot.y.saturating_sub(1)..(dot.bottom() + 1).min(height) {
            for x in dot.x.saturating_sub(1)..(dot.right() + 1).min(width) {
                image.put_pixel(x, y, Rgba([255; 4]));
            }
        }
    }
    image
}

/// The dotted lines in the upper left part of a page, from the top down.
pub(super) fn leaders(image: &DynamicImage, dpi: f32) -> Vec<Leader> {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let (top, w, h) = ((TOP * height) as u32, (RIGHT * width) as u32, ((BOTTOM - TOP) * height) as u32);
    if w < 8 || h < 8 || dpi < 100.0 {
        return Vec::new();
    }
    let part = image.view(0, top, w, h).to_image();
    let part = DynamicImage::ImageRgba8(part).into_luma8();
    // as if it were coarse: at full resolution, for a dot has few pixels
    let marks = Marks::of(&Ink::of(&part, 1.0));
    let is_dot = |b: &Rect| b.h as f32 <= DOT * dpi && b.w as f32 <= RUN * dpi;
    let dots = marks.boxes().filter(is_dot);
    Dots { all: dots.map(|b| b.moved(0, top)).collect(), dpi }.rows()
}

fn middle(dot: &Rect) -> f32 {
    dot.y as f32 + dot.h as f32 / 2.0
}

/// Height at which the row that `dot` lies in meets the page's left edge.
fn row_of(dot: &Rect, slope: f32) -> f32 {
    middle(dot) - slope * dot.x as f32
}

/// Dots of a page.
struct Dots {
    all: Vec<Rect>,
    dpi: f32,
}

impl Dots {
    /// Takes the fullest row again and again.
    fn rows(mut self) -> Vec<Leader> {
        let thick = (THICK * self.dpi).max(1.5);
        let mut found = Vec::new();
        while found.len() < MOST && self.all.len() >= FEWEST {
            let Some((slope, row)) = fullest(&self.all, thick) else { break };
            let (inside, outside): (Vec<Rect>, Vec<Rect>) =
                self.all.into_iter().partition(|d| (row_of(d, slope) - row).abs() <= thick);
            if inside.len() < FEWEST {
                break;
            }
            found.extend(Dots { all: inside, ..self }.longest_line());
            self.all = outside;
        }
        found.sort_by(|a, b| a.y.total_cmp(&b.y));
        found
    }

    /// The longest dense stretch of a row; the pen may hide a few dots.
    fn longest_line(mut self) -> Option<Leader> {
        self.all.sort_by_key(|d| d.x);
        let gap = |pair: &[Rect], widest: f32| pair[1].x as f32 - (pair[0].right() as f32) < widest * self.dpi;
        let mut stretches: Vec<&[Rect]> = self.all.chunk_by(|a, b| gap(&[*a, *b], HIDDEN)).collect();
        stretches.retain(|s| s.len() >= FEWEST && s.windows(2).filter(|p| gap(p, NEXT)).count() * 10 > s.len() * 6);
        let longest = stretches.into_iter().max_by_key(|s| s.len())?;
        let (left, right) = (longest.first()?.x as f32, longest.last()?.right() as f32);
        let points: Vec<(f32, f32)> = longest.iter().map(|d| (d.x as f32, middle(d))).collect();
        let slope = regression(&points);
        let y = longest.iter().map(|d| row_of(d, slope)).sum::<f32>() / longest.len() as f32 + slope * left;
        (right - left > SHORTEST * self.dpi).then(|| Leader { left, right, y, slope, dots: longest.to_vec() })
    }
}

/// Slope and height of the row that holds most dots.
fn fullest(dots: &[Rect], thick: f32) -> Option<(f32, f32)> {
    let steps = (STEEPEST / STEP) as i32;
    let mut best: Option<(usize, f32, f32)> = None;
    for slope in (-steps..=steps).map(|i| i as f32 * STEP) {
        let mut rows: Vec<f32> = dots.iter().map(|d| row_of(d, slope)).collect();
        rows.sort_by(f32::total_cmp);
        let mut from = 0;
        for to in 0..rows.len() {
            while rows[to] - rows[from] > 2.0 * thick {
                from += 1;
            }
            let count = to + 1 - from;
            if best.is_none_or(|(most, ..)| count > most) {
                best = Some((count, slope, (rows[from] + rows[to]) / 2.0));
            }
        }
    }
    best.map(|(_, slope, row)| (slope, row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    /// A white page of 300 dpi with blots.
    fn page(on: impl Fn(f32, f32) -> bool) -> DynamicImage {
        let pixel = |x: u32, y: u32| Luma([if on(x as f32, y as f32) { 20 } else { 245 }]);
        DynamicImage::ImageLuma8(GrayImage::from_fn(1200, 1600, pixel))
    }

    #[test]
    fn dotted_lines_askew_with_a_number_on_them() {
        let slope = -0.06;
        let image = page(|x, y| {
            let dotted = |from: f32, row: f32| {
                let level = y - slope * x - row;
                (0.0..4.0).contains(&level) && (from..520.0).contains(&x) && x % 10.0 < 4.0
            };
            let written = (240.0..250.0).contains(&x) && (260.0..330.0).contains(&y);
            dotted(150.0, 340.0) || dotted(165.0, 430.0) || written
        });
        let found = leaders(&image, 300.0);
        assert_eq!(found.len(), 2, "{found:?}");
        for (line, (left, row)) in found.iter().zip([(150.0, 340.0), (165.0, 430.0)]) {
            assert!((line.left - left).abs() < 12.0 && (line.right - 520.0).abs() < 12.0, "{line:?}");
            assert!((line.slope - slope).abs() <= 0.01 && (line.y - (row + slope * line.left)).abs() < 5.0, "{line:?}");
        }
        let bare = without_dots(&image, &found);
        let dark = |image: &DynamicImage| image.to_luma8().pixels().filter(|p| p.0[0] < 128).count();
        let written = 10 * 70;
        assert!(dark(&image) > written + 1000 && (written..written + 60).contains(&dark(&bare)), "{}", dark(&bare));
    }

    #[test]
    fn rows_of_letters_and_empty_pages_have_none() {
        let text = page(|x, y| y > 239.0 && y < 700.0 && y % 60.0 < 26.0 && x > 100.0 && x < 600.0 && x % 22.0 < 12.0);
        assert!(leaders(&text, 300.0).is_empty());
        assert!(leaders(&page(|_, _| false), 300.0).is_empty() && leaders(&page(|_, _| true), 300.0).is_empty());
        assert!(leaders(&DynamicImage::new_luma8(1, 1), 300.0).is_empty());
    }
}
