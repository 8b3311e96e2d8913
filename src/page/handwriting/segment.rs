//! Voice B's eye: cuts a zone into atoms and gives patches of one to three neighbouring atoms.
//!
//! in: a [`Zone`] → out: [`Segments`]: atoms from left to right, candidate segments, two 28 × 28 patches each: the segment's
//! own ink scaled to 24, and the 96 columns around it (what tells a pen's 8 from the B of a printed symbol).
//! The same steps and numbers as `tools/handwriting/segments.py`: the classifier is trained on those cuts.

use super::zone::{HEIGHT, WIDTH, Zone};
use std::ops::Range;

/// Side of a patch.
pub(super) const SIDE: usize = 28;
/// Longer side of the segment inside its patch.
const INNER: f32 = 24.0;
/// Parts of fewer pixels are specks.
const MIN_AREA: usize = 14;
/// Ink above this counts even where the print is much darker.
const FAINT: u8 = 80;
/// A piece wider than this may hold several digits; it is cut at most so often.
const WIDE: usize = 26;
const CUTS: usize = 4;
/// Parts sharing this share of the narrower one's columns belong together.
const JOIN: f32 = 0.5;
const MOST_ATOMS: usize = 3;
const MOST_WIDE: usize = 64;
const CONTEXT: usize = 96;

/// A candidate: `atoms` neighbouring atoms from `first` on.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub first: usize,
    pub atoms: usize,
    /// Own ink, then context.
    pub patches: Vec<f32>,
}

/// All candidates of a zone.
#[derive(Debug, Clone, Default)]
pub(super) struct Segments {
    pub atoms: usize,
    pub candidates: Vec<Segment>,
}

/// Connected ink within a range of columns.
struct Atom {
    columns: Range<usize>,
    /// Labels of the connected parts it is made of.
    labels: Vec<usize>,
}

/// A connected part.
#[derive(Clone, Copy)]
struct Part {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    area: usize,
}

impl Part {
    /// Whether it may be (a part of) a character: no speck, dot, rule, or piece of the neighbouring lines.
    fn is_writing(&self) -> bool {
        let (w, h) = (self.right - self.left, self.bottom - self.top);
        let ruled = w > 110 || (w > 40 && h < 6) || (h > 66 && w < 8);
        let edge = (self.top == 0 && h < 26) || self.top > 66 || (self.bottom == HEIGHT && h < 22);
        let dot = h < 9 && w < 14;
        self.area >= MIN_AREA && !(ruled || edge || dot)
    }
}

/// Cuts the zone.
pub(super) fn segments(zone: &Zone) -> Segments {
    let grey: Vec<u8> = zone.ink.iter().map(|v| (v * 255.0) as u8).collect();
    let level = otsu(&grey).min(FAINT);
    let (labels, parts) = connected(&grey, level);
    let atoms = atoms(&labels, &parts);
    let mut candidates = Vec::new();
    for first in 0..atoms.len() {
        for count in 1..=MOST_ATOMS.min(atoms.len() - first) {
            let group = &atoms[first..first + count];
            if count > 1 && group[count - 1].columns.end - group[0].columns.start > MOST_WIDE {
                break;
            }
            candidates.push(Segment { first, atoms: count, patches: patches(zone, &labels, group) });
        }
    }
    Segments { atoms: atoms.len(), candidates }
}

/// The level that parts paper from ink best: the largest variance between the two classes (Otsu 1979).
fn otsu(grey: &[u8]) -> u8 {
    let mut histogram = [0f64; 256];
    grey.iter().for_each(|g| histogram[usize::from(*g)] += 1.0);
    let total = grey.len() as f64;
    let weighted: f64 = histogram.iter().enumerate().map(|(v, n)| v as f64 * n).sum();
    let (mut best, mut level, mut count, mut sum) = (-1.0, 127, 0.0, 0.0);
    for value in 0..=254u8 {
        count += histogram[usize::from(value)];
        sum += histogram[usize::from(value)] * f64::from(value);
        if count == 0.0 || count == total {
            continue;
        }
        let between = (weighted * count / total - sum).powi(2) / (count * (total - count));
        if between > best {
            (best, level) = (between, value);
        }
    }
    level
}

/// Labels (0 = paper) and the parts with label 1, 2, …; neighbours touch by corners too.
fn connected(grey: &[u8], level: u8) -> (Vec<usize>, Vec<Part>) {
    let mut labels = vec![0; grey.len()];
    let mut parts = Vec::new();
    let mut stack = Vec::new();
    for start in 0..grey.len() {
        if grey[start] <= level || labels[start] != 0 {
            continue;
        }
        let label = parts.len() + 1;
        let mut part = Part { left: WIDTH, right: 0, top: HEIGHT, bottom: 0, area: 0 };
        labels[start] = label;
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % WIDTH, at / WIDTH);
            part.left = part.left.min(x);
            part.right = part.right.max(x + 1);
            part.top = part.top.min(y);
            part.bottom = part.bottom.max(y + 1);
            part.area += 1;
            for ny in y.saturating_sub(1)..(y + 2).min(HEIGHT) {
                for nx in x.saturating_sub(1)..(x + 2).min(WIDTH) {
                    let near = ny * WIDTH + nx;
                    if grey[near] > level && labels[near] == 0 {
                        labels[near] = label;
                        stack.push(near);
                    }
                }
            }
        }
        parts.push(part);
    }
    (labels, parts)
}

/// Joins parts above one another, then cuts wide pieces.
fn atoms(labels: &[usize], parts: &[Part]) -> Vec<Atom> {
    let mut writing: Vec<(usize, Part)> = parts.iter().enumerate().map(|(i, p)| (i + 1, *p)).collect();
    writing.retain(|(_, p)| p.is_writing());
    writing.sort_by_key(|(_, p)| (p.left, p.right));
    let mut pieces: Vec<Atom> = Vec::new();
    for (label, part) in writing {
        if let Some(last) = pieces.last_mut() {
            let shared = last.columns.end.min(part.right) as f32 - last.columns.start.max(part.left) as f32;
            if shared > JOIN * last.columns.len().min(part.right - part.left) as f32 {
                last.columns = last.columns.start.min(part.left)..last.columns.end.max(part.right);
                last.labels.push(label);
                continue;
            }
        }
        pieces.push(Atom { columns: part.left..part.right, labels: vec![label] });
    }
    pieces.into_iter().flat_map(|piece| cut(labels, piece)).collect()
}

/// Parts a wide piece at the columns with least ink.
fn cut(labels: &[usize], piece: Atom) -> Vec<Atom> {
    let heights: Vec<f32> = piece.columns.clone().map(|x| column(labels, &piece.labels, x).count() as f32).collect();
    let mut cuts: Vec<usize> = low_columns(&heights).into_iter().map(|i| piece.columns.start + i).collect();
    cuts.sort_unstable();
    let starts = std::iter::once(piece.columns.start).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(piece.columns.end));
    let inked = |r: &Range<usize>| r.clone().any(|x| heights[x - piece.columns.start] > 0.0);
    let ranges = starts.zip(ends).map(|(a, b)| a..b).filter(inked);
    ranges.map(|columns| Atom { columns, labels: piece.labels.clone() }).collect()
}

fn column<'a>(labels: &'a [usize], own: &'a [usize], x: usize) -> impl Iterator<Item = usize> + 'a {
    (0..HEIGHT).filter(move |y| own.contains(&labels[y * WIDTH + x]))
}

fn low_columns(heights: &[f32]) -> Vec<usize> {
    let width = heights.len();
    if width <= WIDE {
        return Vec::new();
    }
    let smooth: Vec<f32> = (0..width)
        .map(|i| match i {
            0 => heights[0],
            i if i + 1 == width => heights[i],
            i => (heights[i - 1] + 2.0 * heights[i] + heights[i + 1]) / 4.0,
        })
        .collect();
    let low = |i: &usize| smooth[*i] <= smooth[i - 1] && smooth[*i] < smooth[i + 1];
    let mut minima: Vec<usize> = (6..width - 6).filter(low).collect();
    minima.sort_by(|a, b| smooth[*a].total_cmp(&smooth[*b]).then(a.cmp(b)));
    let mut chosen: Vec<usize> = Vec::new();
    for i in minima {
        if chosen.len() < CUTS && chosen.iter().all(|j| i.abs_diff(*j) >= 7) {
            chosen.push(i);
        }
    }
    chosen
}

fn patches(zone: &Zone, labels: &[usize], group: &[Atom]) -> Vec<f32> {
    let owns =
        |x: usize, y: usize| group.iter().any(|a| a.columns.contains(&x) && a.labels.contains(&labels[y * WIDTH + x]));
    let span = group[0].columns.start..group[group.len() - 1].columns.end.max(group[0].columns.end);
    let (mut x0, mut x1, mut y0, mut y1) = (WIDTH, 0, HEIGHT, 0);
    for y in 0..HEIGHT {
        for x in span.clone().filter(|x| owns(*x, y)) {
            (x0, x1, y0, y1) = (x0.min(x), x1.max(x + 1), y0.min(y), y1.max(y + 1));
        }
    }
    let (w, h) = (x1 - x0, y1 - y0);
    let own: Vec<f32> = (0..w * h)
        .map(|i| (x0 + i % w, y0 + i / w))
        .map(|(x, y)| if owns(x, y) { zone.ink[y * WIDTH + x] } else { 0.0 })
        .collect();
    let factor = INNER / w.max(h) as f32;
    let fitted = |n: usize| ((n as f32 * factor + 0.5) as usize).max(1);
    let (tw, th) = (fitted(w), fitted(h));
    let small = resized(&own, w, tw, th);
    let mut out = vec![0.0; 2 * SIDE * SIDE];
    let (left, top) = ((SIDE - tw) / 2, (SIDE - th) / 2);
    for (y, row) in small.chunks_exact(tw).enumerate() {
        out[(top + y) * SIDE + left..][..tw].copy_from_slice(row);
    }
    let middle = (x0 + x1) / 2;
    let around: Vec<f32> = (0..HEIGHT * CONTEXT)
        .map(|i| {
            let x = (middle + i % CONTEXT).checked_sub(CONTEXT / 2).filter(|x| *x < WIDTH);
            x.map_or(0.0, |x| zone.ink[i / CONTEXT * WIDTH + x])
        })
        .collect();
    out[SIDE * SIDE..].copy_from_slice(&resized(&around, CONTEXT, SIDE, SIDE));
    out
}

/// Resamples rows of `width` to `to_width` × `to_height`: means when shrinking, linear when enlarging.
fn resized(image: &[f32], width: usize, to_width: usize, to_height: usize) -> Vec<f32> {
    let height = image.len() / width;
    let (across, down) = (spans(width, to_width), spans(height, to_height));
    let mut narrow = vec![0.0; height * to_width];
    for (row, out) in image.chunks_exact(width).zip(narrow.chunks_exact_mut(to_width)) {
        for (value, span) in out.iter_mut().zip(&across) {
            *value = span.iter().map(|(i, weight)| row[*i] * weight).sum();
        }
    }
    let cell = |span: &[(usize, f32)], x: usize| span.iter().map(|(i, weight)| narrow[i * to_width + x] * weight).sum();
    down.iter().flat_map(|span| (0..to_width).map(|x| cell(span, x)).collect::<Vec<f32>>()).collect()
}

/// For each of `to` places the sources and weights out of `from`.
fn spans(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let scale = from as f32 / to as f32;
    let spans = (0..to).map(|i| {
        let (a, b) = (i as f32 * scale, (i + 1) as f32 * scale);
        if scale >= 1.0 {
            let last = ((b - 1e-4).ceil() as usize).min(from);
            let share = |j: usize| ((b.min((j + 1) as f32) - a.max(j as f32)).max(0.0)) / scale;
            return (a as usize..last).map(|j| (j, share(j))).collect();
        }
        let centre = ((a + b) / 2.0 - 0.5).clamp(0.0, (from - 1) as f32);
        let j = centre as usize;
        vec![(j, 1.0 - (centre - j as f32)), ((j + 1).min(from - 1), centre - j as f32)]
    });
    spans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(ink: impl Fn(usize, usize) -> bool) -> Zone {
        Zone { ink: (0..WIDTH * HEIGHT).map(|i| f32::from(u8::from(ink(i % WIDTH, i / WIDTH)))).collect() }
    }

    #[test]
    fn bars_become_atoms_and_touching_ones_are_cut() {
        let apart = segments(&zone(|x, y| (20..60).contains(&y) && (x / 10) % 3 == 1 && x < 100));
        assert_eq!((apart.atoms, apart.candidates.len()), (3, 3 + 2), "three are too wide together");
        // Two blocks joined by a thin bridge.
        let bridge = |x: usize, y: usize| {
            (20..60).contains(&y) && ((50..68).contains(&x) || (74..92).contains(&x))
                || y == 40 && (50..92).contains(&x)
        };
        assert_eq!(segments(&zone(bridge)).atoms, 2);
    }

    #[test]
    fn rules_specks_and_neighbouring_lines_are_no_atoms() {
        let noise = |x: usize, y: usize| y == 70 || (x == 9 && y == 9) || (y < 10 && (100..130).contains(&x));
        assert_eq!(segments(&zone(noise)).atoms, 0);
    }

    #[test]
    fn resampling_keeps_the_mean() {
        let image: Vec<f32> = (0..12 * 9).map(|i| (i % 12) as f32).collect();
        for (w, h) in [(5, 4), (12, 9), (6, 3)] {
            let mean = resized(&image, 12, w, h).iter().sum::<f32>() / (w * h) as f32;
            assert!((mean - 5.5).abs() < 1e-3, "{w} {h} {mean}");
        }
        assert_eq!(resized(&[0.0, 1.0], 2, 4, 1), [0.0, 0.25, 0.75, 1.0]);
    }
}
