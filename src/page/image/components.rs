//! Connected components: the marks of ink on a page, and which of them no word covers.
//!
//! in: [`Ink`] → out: [`Marks`]: letters, strokes of seals and pens, text that was not read.
//! Promises: linear in the pixels; boxes in pixels of the page; specks are left out.

use super::binarise::{DPI, Ink};
use crate::text::Rect;

/// Fewer marks like a letter are a blank page with specks.
const FEW_LETTERS: usize = 12;
/// Less ink than this, in pixels of the copy, is a speck.
const SPECK: u32 = 3;

/// Marks whose middles lie this close (in inches) stand in one row.
const ROW_REACH: f32 = 0.06;
/// Fewer marks are no line of text.
const ROW_MARKS: usize = 5;

/// A letter whose middle lies so far (in inches) outside of a word is still its own.
const SLACK: f32 = 0.03;

/// Lost marks this close (in inches) belong to one patch; fewer marks are a scribble.
const PATCH_REACH: f32 = 0.14;
const PATCH_MARKS: usize = 10;

/// Seals and signatures are so wide and so tall, in inches: wider and taller are frames.
const STROKE_WIDTH: (f32, f32) = (0.5, 4.5);
const STROKE_HEIGHT: (f32, f32) = (0.3, 3.0);
/// A box filled with this share of ink is a picture.
const SOLID: f32 = 0.6;
/// A box of lines has less ink than this share of it.
const HOLLOW: f32 = 0.3;

/// A connected stretch of ink.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// Box in pixels of the page.
    pub bbox: Rect,
    /// Ink in pixels of the copy.
    pub ink: u32,
}

/// The marks of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    all: Vec<Mark>,
    dpi: f32,
}

/// Box and size of each connected component of a grid `width` cells wide; cells touch by corners too. Linear in the cells.
pub(super) fn connected(cells: &[bool], width: u32) -> Vec<(Rect, u32)> {
    let height = cells.len() as u32 / width.max(1);
    let mut seen = vec![false; cells.len()];
    let mut components = Vec::new();
    let mut stack = Vec::new();
    for start in 0..cells.len() {
        if !cells[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        stack.push(start);
        let (mut low, mut high, mut size) = ((u32::MAX, u32::MAX), (0, 0), 0u32);
        while let Some(at) = stack.pop() {
            let (x, y) = (at as u32 % width, at as u32 / width);
            size += 1;
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
            for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let next = (ny * width + nx) as usize;
                    if cells[next] && !seen[next] {
                        seen[next] = true;
                        stack.push(next);
                    }
                }
            }
        }
        let bbox = Rect { x: low.0, y: low.1, w: high.0 + 1 - low.0, h: high.1 + 1 - low.1 };
        components.push((bbox, size));
    }
    components
}

/// Boxes joined where they come as close as `reach`.
pub(crate) fn heaps(boxes: &[Rect], reach: u32) -> Vec<Rect> {
    joined(boxes.iter().copied(), reach).into_iter().map(|(b, _)| b).collect()
}

/// Boxes joined where they come as close as `reach`, with how many each holds.
fn joined(boxes: impl Iterator<Item = Rect>, reach: u32) -> Vec<(Rect, usize)> {
    let mut heaps: Vec<(Rect, usize)> = Vec::new();
    for bbox in boxes {
        let (meeting, apart): (Vec<_>, Vec<_>) =
            heaps.into_iter().partition(|(heap, _)| heap.comes_within(bbox, reach));
        let whole = meeting.into_iter().fold((bbox, 1), |(a, n), (b, m)| (a.cover(b), n + m));
        heaps = apart;
        heaps.push(whole);
    }
    heaps
}

impl Marks {
    /// The marks of some ink.
    pub(crate) fn of(ink: &Ink) -> Marks {
        let up = |v: u32| (v as f32 * ink.scale) as u32;
        let to_page = |b: Rect| Rect { x: up(b.x), y: up(b.y), w: up(b.w).max(1), h: up(b.h).max(1) };
        let components = connected(&ink.bits, ink.width).into_iter().filter(|(_, size)| *size >= SPECK);
        Marks { all: components.map(|(b, ink)| Mark { bbox: to_page(b), ink }).collect(), dpi: ink.dpi }
    }
    /// Marks known otherwise.
    #[cfg(test)]
    pub(crate) fn new(all: Vec<Mark>, dpi: f32) -> Marks {
        Marks { all, dpi }
    }
    /// Pixels per inch of the page.
    pub(crate) fn dpi(&self) -> f32 {
        self.dpi
    }
    /// Pixels that make so many inches, rounded down.
    pub(crate) fn inches(&self, inches: f32) -> u32 {
        (inches * self.dpi) as u32
    }
    /// The boxes of all.
    pub(crate) fn boxes(&self) -> impl Iterator<Item = Rect> {
        self.all.iter().map(|m| m.bbox)
    }

    /// Marks of the size of letters: what text is made of.
    pub(crate) fn letters(&self) -> Vec<Mark> {
        // 6 to 30 point type; words whose letters touch are wide.
        let (low, high, widest) = (self.dpi * 0.04, self.dpi * 0.36, self.dpi * 1.6);
        let fits = |m: &&Mark| {
            let (w, h) = (m.bbox.w as f32, m.bbox.h as f32);
            h >= low && h <= high && w >= low * 0.4 && w <= widest && w < 14.0 * h
        };
        self.all.iter().filter(fits).copied().collect()
    }
    /// Whether there is nothing to read.
    pub(crate) fn is_blank(&self) -> bool {
        self.letters().len() < FEW_LETTERS
    }
    /// The square with sides of `inches`, cut to the page of `size`, that holds most letters.
    pub(crate) fn fullest(&self, inches: f32, (width, height): (u32, u32)) -> Rect {
        let side = self.inches(inches);
        let (w, h) = (side.clamp(1, width), side.clamp(1, height));
        let letters = self.letters();
        let inside = |x: u32, y: u32| letters.iter().filter(|m| Rect { x, y, w, h }.contains(m.bbox)).count();
        let steps = |room: u32| (0..=4).map(move |i| room / 4 * i);
        let corners = steps(height - h).flat_map(|y| steps(width - w).map(move |x| (x, y)));
        let (x, y) = corners.max_by_key(|(x, y)| inside(*x, *y)).unwrap_or_default();
        Rect { x, y, w, h }
    }

    /// Share (0..=1) of the letters' ink that lies outside `words`, and the number of such letters.
    pub(crate) fn uncovered(&self, words: &[Rect]) -> (f32, usize) {
        let letters = self.letters();
        let lost = self.lost(&letters, words);
        let all: u32 = letters.iter().map(|m| m.ink).sum();
        (lost.iter().map(|m| m.ink).sum::<u32>() as f32 / all.max(1) as f32, lost.len())
    }
    /// Boxes around rows of letters outside `words`: lines that were not read.
    pub(crate) fn lost_rows(&self, words: &[Rect]) -> Vec<Rect> {
        let middle = |b: &Rect| b.centre().1;
        let mut lost = self.lost_letters(words);
        lost.sort_by_key(middle);
        let mut rows: Vec<Vec<Rect>> = Vec::new();
        for letter in lost {
            let near =
                |row: &[Rect]| middle(&letter) as f32 - (middle(&row[row.len() / 2]) as f32) < ROW_REACH * self.dpi;
            match rows.last_mut() {
                Some(row) if near(row) => row.push(letter),
                _ => rows.push(vec![letter]),
            }
        }
        let boxes = rows.into_iter().filter(|r| r.len() >= ROW_MARKS).filter_map(|r| r.into_iter().reduce(Rect::cover));
        boxes.filter(|b| b.w as f32 > 0.4 * self.dpi).collect()
    }
    /// Boxes of the letters outside `words`.
    pub(crate) fn lost_letters(&self, words: &[Rect]) -> Vec<Rect> {
        self.lost(&self.letters(), words).into_iter().map(|m| m.bbox).collect()
    }
    /// Boxes around heaps of letters outside `words`, most letters first: stamps set askew, of which no line was read.
    pub(crate) fn lost_patches(&self, words: &[Rect]) -> Vec<Rect> {
        let mut patches = joined(self.lost_letters(words).into_iter(), self.inches(PATCH_REACH));
        patches
            .retain(|(b, marks)| *marks >= PATCH_MARKS && b.w as f32 > 0.6 * self.dpi && b.h as f32 > 0.25 * self.dpi);
        patches.sort_by_key(|(b, marks)| (std::cmp::Reverse(*marks), b.y, b.x));
        patches.into_iter().map(|(b, _)| b).collect()
    }
    /// Boxes around the big strokes, tallest first: seals (`red` ones among them) and signatures, those that meet as one.
    /// Solid pictures and the frames of tables are none.
    pub(crate) fn strokes(&self, red: &[Rect]) -> Vec<Rect> {
        let inch = |v: u32| v as f32 / self.dpi;
        let sized = |b: &Rect| {
            (STROKE_WIDTH.0..STROKE_WIDTH.1).contains(&inch(b.w))
                && (STROKE_HEIGHT.0..STROKE_HEIGHT.1).contains(&inch(b.h))
        };
        let lines = |m: &&Mark| (m.ink as f32) < SOLID * inch(m.bbox.w) * inch(m.bbox.h) * DPI * DPI;
        let pens = self.all.iter().filter(lines).map(|m| m.bbox);
        let mut zones = joined(pens.chain(red.iter().copied()).filter(sized), self.inches(PATCH_REACH));
        zones.sort_by_key(|(b, _)| (std::cmp::Reverse(b.h), b.y, b.x));
        zones.into_iter().map(|(b, _)| b).collect()
    }

    /// Boxes drawn as lines, of these sizes in inches: frames of stamps among them, from the top.
    pub(crate) fn frames(&self, least: (f32, f32), most: (f32, f32)) -> Vec<Rect> {
        let inch = |v: u32| v as f32 / self.dpi;
        let is_frame = |m: &&Mark| {
            let (w, h) = (inch(m.bbox.w), inch(m.bbox.h));
            let fits = w >= least.0 && h >= least.1 && w <= most.0 && h <= most.1;
            fits && (m.ink as f32) < HOLLOW * w * h * DPI * DPI
        };
        let mut frames: Vec<Rect> = self.all.iter().filter(is_frame).map(|m| m.bbox).collect();
        frames.sort_by_key(|b| (b.y, b.x));
        frames
    }

    /// The letters whose middle lies in no word, give or take a little.
    fn lost(&self, letters: &[Mark], words: &[Rect]) -> Vec<Mark> {
        let slack = self.inches(SLACK);
        let mut rows: Vec<Rect> = words.to_vec();
        rows.sort_by_key(|r| r.y);
        let tallest = rows.iter().map(|r| r.h).max().unwrap_or(0);
        let covered = |m: &Mark| {
            let (cx, cy) = m.bbox.centre();
            let from = rows.partition_point(|r| r.y + tallest + slack < cy);
            let near = rows[from..].iter().take_while(|r| r.y <= cy + slack);
            near.into_iter().any(|r| cx + slack >= r.x && cx <= r.right() + slack && cy <= r.bottom() + slack)
        };
        letters.iter().filter(|m| !covered(m)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    fn marks(page: &GrayImage) -> Marks {
        Marks::of(&Ink::of(page, 100.0))
    }

    /// White page with rows of letter-like blots, 100 dpi.
    fn page(rows: u32) -> GrayImage {
        let on =
            |x: u32, y: u32| y >= 50 && (y - 50) / 20 < rows && (y - 50) % 20 < 9 && x > 60 && x < 500 && x % 9 < 6;
        GrayImage::from_fn(600, 800, |x, y| Luma([if on(x, y) { 20 } else { 240 }]))
    }

    #[test]
    fn heaps_of_lost_marks() {
        let marks = marks(&page(9));
        let row = |n: u32, w: u32| Rect { x: 55, y: 50 + 20 * n, w, h: 9 };
        // Four rows read to half their length only: one patch on the right
        let words: Vec<Rect> = (0..9).map(|n| row(n, if (3..7).contains(&n) { 200 } else { 450 })).collect();
        let patches = marks.lost_patches(&words);
        assert_eq!(patches.len(), 1, "{patches:?}");
        let patch = patches[0];
        assert!(patch.x > 250 && patch.right() > 490 && patch.y.abs_diff(110) < 4 && patch.bottom().abs_diff(179) < 4);
        assert!(marks.lost_patches(&(0..9).map(|n| row(n, 450)).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn blank_pages_and_lost_text() {
        let speckled = GrayImage::from_fn(600, 800, |x, y| Luma([if (x * 31 + y * 17) % 997 == 0 { 0 } else { 230 }]));
        assert!(marks(&speckled).is_blank());
        let marks = marks(&page(4));
        assert!(!marks.is_blank());
        let row = |n: u32| Rect { x: 55, y: 50 + 20 * n, w: 450, h: 9 };
        assert!(marks.uncovered(&[row(0), row(1), row(2), row(3)]).0 < 0.01);
        let (share, count) = marks.uncovered(&[row(0), row(3)]);
        assert!((share - 0.5).abs() < 0.05 && count > 80, "{share} {count}");
    }
}
