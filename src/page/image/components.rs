//! Where the ink is: a small black-and-white copy of the page, and its marks.
//!
//! in: a grey image → out: [`Ink`] at about 100 dpi, the marks on it, and how much text-like ink no word covers.
//! Promises: uneven light does not matter (each pixel is compared with its neighbourhood); linear in the pixels.

use crate::text::Rect;
use image::{GrayImage, imageops};

/// Resolution of the copy: enough to tell letters from specks, small enough to cost 10 ms.
const DPI: f32 = 100.0;
/// A pixel this much darker than its neighbourhood (of 255) is ink.
const DARKER: i32 = 28;
/// Side of the neighbourhood in pixels of the copy.
const WINDOW: u32 = 31;
/// Less ink than this share of the page, and no mark like a letter in number, is a blank page with specks.
const FEW_LETTERS: usize = 12;

/// A small black-and-white copy of a page.
pub(crate) struct Ink {
    /// Width of the copy.
    pub width: u32,
    /// Height of the copy.
    pub height: u32,
    /// Pixels of the page per pixel of the copy.
    pub scale: f32,
    bits: Vec<bool>,
}

/// Marks whose middles lie this close (in inches) stand in one row.
const ROW_REACH: f32 = 0.06;
/// Fewer marks are no line of text.
const ROW_MARKS: usize = 5;

/// Lost marks this close (in inches) belong to one patch; fewer marks are a scribble.
const PATCH_REACH: f32 = 0.14;
const PATCH_MARKS: usize = 10;

/// Seals and signatures are so wide and so tall, in inches: wider and taller are frames.
const STROKE_WIDTH: (f32, f32) = (0.5, 4.5);
const STROKE_HEIGHT: (f32, f32) = (0.3, 3.0);
/// A box filled with this share of ink is a picture.
const SOLID: f32 = 0.6;

/// A connected stretch of ink.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// Box in pixels of the page.
    pub bbox: Rect,
    /// Ink in pixels of the copy.
    pub ink: u32,
}

impl Ink {
    pub(crate) fn of(image: &GrayImage, dpi: f32) -> Ink {
        let scale = (dpi / DPI).max(1.0);
        let (width, height) = image.dimensions();
        let (w, h) = (((width as f32 / scale) as u32).max(1), ((height as f32 / scale) as u32).max(1));
        let small = if scale > 1.01 { imageops::thumbnail(image, w, h) } else { image.clone() };
        let bits = darker_than_around(&small);
        Ink { width: small.width(), height: small.height(), scale, bits }
    }

    pub(crate) fn at(&self, x: u32, y: u32) -> bool {
        x < self.width && y < self.height && self.bits[(y * self.width + x) as usize]
    }

    /// The connected stretches of ink, specks left out. Linear in the pixels.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        let mut seen = vec![false; self.bits.len()];
        let mut marks = Vec::new();
        let mut stack = Vec::new();
        for start in 0..self.bits.len() {
            if !self.bits[start] || seen[start] {
                continue;
            }
            seen[start] = true;
            stack.push(start);
            let (mut low, mut high, mut ink) = ((u32::MAX, u32::MAX), (0, 0), 0u32);
            while let Some(at) = stack.pop() {
                let (x, y) = (at as u32 % self.width, at as u32 / self.width);
                ink += 1;
                low = (low.0.min(x), low.1.min(y));
                high = (high.0.max(x), high.1.max(y));
                for (nx, ny) in around(x, y) {
                    if self.at(nx, ny) && !seen[(ny * self.width + nx) as usize] {
                        seen[(ny * self.width + nx) as usize] = true;
                        stack.push((ny * self.width + nx) as usize);
                    }
                }
            }
            if ink >= 3 {
                marks.push(Mark { bbox: self.to_page(low, high), ink });
            }
        }
        marks
    }

    fn to_page(&self, low: (u32, u32), high: (u32, u32)) -> Rect {
        let up = |v: u32| (v as f32 * self.scale) as u32;
        Rect { x: up(low.0), y: up(low.1), w: up(high.0 + 1 - low.0).max(1), h: up(high.1 + 1 - low.1).max(1) }
    }
}

fn around(x: u32, y: u32) -> impl Iterator<Item = (u32, u32)> {
    (-1i64..=1)
        .flat_map(move |dy| (-1i64..=1).map(move |dx| (i64::from(x) + dx, i64::from(y) + dy)))
        .filter_map(|(x, y)| Some((u32::try_from(x).ok()?, u32::try_from(y).ok()?)))
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
            // Inside a large black stroke the neighbourhood is dark too.
            bits.push(value < mean - DARKER || value < 60);
        }
    }
    bits
}

/// Marks of the size of letters: what text is made of. `dpi` is that of the page.
pub(crate) fn letters(marks: &[Mark], dpi: f32) -> Vec<Mark> {
    // 6 to 30 point type; words whose letters touch are wide.
    let (low, high, widest) = (dpi * 0.04, dpi * 0.36, dpi * 1.6);
    let fits = |m: &&Mark| {
        let (w, h) = (m.bbox.w as f32, m.bbox.h as f32);
        h >= low && h <= high && w >= low * 0.4 && w <= widest && w < 14.0 * h
    };
    marks.iter().filter(fits).copied().collect()
}

/// The square of `side` pixels, cut to the page of `size`, that holds most letter-like marks.
pub(crate) fn fullest(marks: &[Mark], side: f32, (width, height): (u32, u32), dpi: f32) -> Rect {
    let (w, h) = ((side as u32).clamp(1, width), (side as u32).clamp(1, height));
    let letters = letters(marks, dpi);
    let inside = |x: u32, y: u32| {
        let holds = |m: &&Mark| m.bbox.x >= x && m.bbox.right() <= x + w && m.bbox.y >= y && m.bbox.bottom() <= y + h;
        letters.iter().filter(holds).count()
    };
    let steps = |room: u32| (0..=4).map(move |i| room / 4 * i);
    let corners = steps(height - h).flat_map(|y| steps(width - w).map(move |x| (x, y)));
    let (x, y) = corners.max_by_key(|(x, y)| inside(*x, *y)).unwrap_or_default();
    Rect { x, y, w, h }
}

/// Whether a page shows nothing to read.
pub(crate) fn is_blank(marks: &[Mark], dpi: f32) -> bool {
    letters(marks, dpi).len() < FEW_LETTERS
}

/// Share (0..=1) of the letter-like ink that lies outside `words`, and the number of such marks.
pub(crate) fn uncovered(marks: &[Mark], words: &[Rect], dpi: f32) -> (f32, usize) {
    let letters = letters(marks, dpi);
    let lost = lost(&letters, words, dpi);
    let all: u32 = letters.iter().map(|m| m.ink).sum();
    (lost.iter().map(|m| m.ink).sum::<u32>() as f32 / all.max(1) as f32, lost.len())
}

/// Boxes around rows of letter-like marks outside `words`: lines that were not read.
pub(crate) fn lost_rows(marks: &[Mark], words: &[Rect], dpi: f32) -> Vec<Rect> {
    let mut lost = lost(&letters(marks, dpi), words, dpi);
    lost.sort_by_key(|m| m.bbox.y + m.bbox.h / 2);
    let mut rows: Vec<Vec<Mark>> = Vec::new();
    for mark in lost {
        let centre = |m: &Mark| (m.bbox.y + m.bbox.h / 2) as f32;
        match rows.last_mut() {
            Some(row) if centre(&mark) - centre(&row[row.len() / 2]) < ROW_REACH * dpi => row.push(mark),
            _ => rows.push(vec![mark]),
        }
    }
    let boxes = rows.into_iter().filter(|r| r.len() >= ROW_MARKS);
    boxes.filter_map(|r| r.into_iter().map(|m| m.bbox).reduce(Rect::cover)).filter(|b| b.w as f32 > 0.4 * dpi).collect()
}

/// Boxes of the letter-like marks outside `words`.
pub(crate) fn lost_marks(marks: &[Mark], words: &[Rect], dpi: f32) -> Vec<Rect> {
    lost(&letters(marks, dpi), words, dpi).into_iter().map(|m| m.bbox).collect()
}

/// Boxes around heaps of letter-like marks outside `words`, most marks first: stamps set askew, of which no line was read.
pub(crate) fn lost_patches(marks: &[Mark], words: &[Rect], dpi: f32) -> Vec<Rect> {
    let lost = lost(&letters(marks, dpi), words, dpi);
    let mut patches = joined(lost.iter().map(|m| m.bbox), (dpi * PATCH_REACH) as u32);
    let fits = |(b, marks): &(Rect, usize)| *marks >= PATCH_MARKS && b.w as f32 > 0.6 * dpi && b.h as f32 > 0.25 * dpi;
    patches.retain(fits);
    patches.sort_by_key(|(b, marks)| (std::cmp::Reverse(*marks), b.y, b.x));
    patches.into_iter().map(|(b, _)| b).collect()
}

/// Boxes around the big strokes of a page, tallest first: seals (`red` ones among them) and signatures, those that meet as
/// one. Solid pictures and the frames of tables are none.
pub(crate) fn strokes(marks: &[Mark], red: &[Rect], dpi: f32) -> Vec<Rect> {
    let inch = |v: u32| v as f32 / dpi;
    let sized = |b: &Rect| {
        (STROKE_WIDTH.0..STROKE_WIDTH.1).contains(&inch(b.w)) && (STROKE_HEIGHT.0..STROKE_HEIGHT.1).contains(&inch(b.h))
    };
    let lines = |m: &&Mark| (m.ink as f32) < SOLID * inch(m.bbox.w) * inch(m.bbox.h) * DPI * DPI;
    let pens = marks.iter().filter(lines).map(|m| m.bbox);
    let mut zones = joined(pens.chain(red.iter().copied()).filter(sized), (dpi * PATCH_REACH) as u32);
    zones.sort_by_key(|(b, _)| (std::cmp::Reverse(b.h), b.y, b.x));
    zones.into_iter().map(|(b, _)| b).collect()
}

/// Boxes joined where they come as close as `reach`, with how many each holds.
fn joined(boxes: impl Iterator<Item = Rect>, reach: u32) -> Vec<(Rect, usize)> {
    let near = |a: &Rect, b: &Rect| {
        a.x <= b.right() + reach && b.x <= a.right() + reach && a.y <= b.bottom() + reach && b.y <= a.bottom() + reach
    };
    let mut heaps: Vec<(Rect, usize)> = Vec::new();
    for bbox in boxes {
        let (meeting, apart): (Vec<_>, Vec<_>) = heaps.into_iter().partition(|(heap, _)| near(heap, &bbox));
        let whole = meeting.into_iter().fold((bbox, 1), |(a, n), (b, m)| (a.cover(b), n + m));
        heaps = apart;
        heaps.push(whole);
    }
    heaps
}

fn lost(letters: &[Mark], words: &[Rect], dpi: f32) -> Vec<Mark> {
    let slack = (dpi * 0.03) as u32;
    let mut rows: Vec<Rect> = words.to_vec();
    rows.sort_by_key(|r| r.y);
    let tallest = rows.iter().map(|r| r.h).max().unwrap_or(0);
    let covered = |m: &Mark| {
        let (cx, cy) = (m.bbox.x + m.bbox.w / 2, m.bbox.y + m.bbox.h / 2);
        let from = rows.partition_point(|r| r.y + tallest + slack < cy);
        rows[from..]
            .iter()
            .take_while(|r| r.y <= cy + slack)
            .any(|r| cx + slack >= r.x && cx <= r.right() + slack && cy <= r.bottom() + slack)
    };
    letters.iter().filter(|m| !covered(m)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// White page with rows of letter-like blots, 100 dpi.
    fn page(rows: u32) -> GrayImage {
        let on =
            |x: u32, y: u32| y >= 50 && (y - 50) / 20 < rows && (y - 50) % 20 < 9 && x > 60 && x < 500 && x % 9 < 6;
        GrayImage::from_fn(600, 800, |x, y| Luma([if on(x, y) { 20 } else { 240 }]))
    }

    #[test]
    fn heaps_of_lost_marks() {
        let marks = Ink::of(&page(9), 100.0).marks();
        let row = |n: u32, w: u32| Rect { x: 55, y: 50 + 20 * n, w, h: 9 };
        // Four rows read to half their length only: one patch on the right
        let words: Vec<Rect> = (0..9).map(|n| row(n, if (3..7).contains(&n) { 200 } else { 450 })).collect();
        let patches = lost_patches(&marks, &words, 100.0);
        assert_eq!(patches.len(), 1, "{patches:?}");
        let patch = patches[0];
        assert!(patch.x > 250 && patch.right() > 490 && patch.y.abs_diff(110) < 4 && patch.bottom().abs_diff(179) < 4);
        assert!(lost_patches(&marks, &(0..9).map(|n| row(n, 450)).collect::<Vec<_>>(), 100.0).is_empty());
    }

    #[test]
    fn blank_pages_and_lost_text() {
        let speckled = GrayImage::from_fn(600, 800, |x, y| Luma([if (x * 31 + y * 17) % 997 == 0 { 0 } else { 230 }]));
        assert!(is_blank(&Ink::of(&speckled, 100.0).marks(), 100.0));
        let marks = Ink::of(&page(4), 100.0).marks();
        assert!(!is_blank(&marks, 100.0));
        let row = |n: u32| Rect { x: 55, y: 50 + 20 * n, w: 450, h: 9 };
        assert!(uncovered(&marks, &[row(0), row(1), row(2), row(3)], 100.0).0 < 0.01);
        let (share, count) = uncovered(&marks, &[row(0), row(3)], 100.0);
        assert!((share - 0.5).abs() < 0.05 && count > 80, "{share} {count}");
    }
}
