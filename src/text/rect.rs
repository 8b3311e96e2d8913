//! A box on a page, and how two of them lie to each other.
//!
//! in: boxes in pixels from the top left → out: boxes, shares, yes or no.
//! Promises: whole pixels; nothing overflows, a box beyond the largest page ends there; a box without area shares nothing.

use serde::{Deserialize, Serialize};

/// A box in pixels of the page image, from the top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

impl Rect {
    /// Right edge (exclusive).
    pub fn right(self) -> u32 {
        self.x.saturating_add(self.w)
    }
    /// Bottom edge (exclusive).
    pub fn bottom(self) -> u32 {
        self.y.saturating_add(self.h)
    }
    /// The pixel in the middle.
    pub fn centre(self) -> (u32, u32) {
        (self.x.saturating_add(self.w / 2), self.y.saturating_add(self.h / 2))
    }
    /// The smallest box around both.
    pub fn cover(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect { x, y, w: self.right().max(other.right()) - x, h: self.bottom().max(other.bottom()) - y }
    }

    /// The same box further right and down.
    pub fn moved(self, right: u32, down: u32) -> Rect {
        Rect { x: self.x.saturating_add(right), y: self.y.saturating_add(down), ..self }
    }
    /// The box on an image `factor` times as small; never without area.
    pub fn reduced(self, factor: f32) -> Rect {
        let down = |v: u32| (v as f32 / factor) as u32;
        Rect { x: down(self.x), y: down(self.y), w: down(self.w).max(1), h: down(self.h).max(1) }
    }
    /// The box with `margin` pixels on every side, as far as a page of this size goes.
    pub fn grown(self, margin: u32, (width, height): (u32, u32)) -> Rect {
        let (x, y) = (self.x.saturating_sub(margin), self.y.saturating_sub(margin));
        let w = (self.w + 2 * margin).min(width.saturating_sub(x));
        Rect { x, y, w, h: (self.h + 2 * margin).min(height.saturating_sub(y)) }
    }

    /// How many columns both share.
    pub fn shared_width(self, other: Rect) -> u32 {
        self.right().min(other.right()).saturating_sub(self.x.max(other.x))
    }
    /// How many rows both share.
    pub fn shared_height(self, other: Rect) -> u32 {
        self.bottom().min(other.bottom()).saturating_sub(self.y.max(other.y))
    }
    /// How many pixels both share.
    pub fn overlap(self, other: Rect) -> u64 {
        u64::from(self.shared_width(other)) * u64::from(self.shared_height(other))
    }
    /// The share (0..=1) of this box that lies in `other`.
    pub fn share_in(self, other: Rect) -> f64 {
        let area = u64::from(self.w) * u64::from(self.h);
        self.overlap(other) as f64 / area.max(1) as f64
    }
    /// Intersection over union, 0..=1.
    pub fn iou(self, other: Rect) -> f32 {
        let shared = self.shared_width(other) as f32 * self.shared_height(other) as f32;
        let area = |r: Rect| r.w as f32 * r.h as f32;
        shared / (area(self) + area(other) - shared).max(1.0)
    }

    /// Whether both have columns and rows in common; a box without area lies in what is around it.
    pub fn meets(self, other: Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
    /// Whether no more than `reach` pixels lie between both, across and down.
    pub fn comes_within(self, other: Rect, reach: u32) -> bool {
        self.x <= other.right().saturating_add(reach)
            && other.x <= self.right().saturating_add(reach)
            && self.y <= other.bottom().saturating_add(reach)
            && other.y <= self.bottom().saturating_add(reach)
    }
    /// Whether all of `other` lies inside.
    pub fn contains(self, other: Rect) -> bool {
        other.x >= self.x && other.right() <= self.right() && other.y >= self.y && other.bottom() <= self.bottom()
    }
    /// Whether the middle of `other` lies inside.
    pub fn contains_centre(self, other: Rect) -> bool {
        (self.x..self.right()).contains(&other.centre().0) && self.is_level_with(other)
    }
    /// Whether the middle of `other` lies at the height of this box.
    pub fn is_level_with(self, other: Rect) -> bool {
        (self.y..self.bottom()).contains(&other.centre().1)
    }
    /// Whether both share at least half the height of the lower one.
    pub fn same_row(self, other: Rect) -> bool {
        self.shared_height(other).saturating_mul(2) >= self.h.min(other.h).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Rect = Rect { x: 10, y: 10, w: 10, h: 10 };

    #[test]
    fn boxes_compared() {
        // other box, meets, pixels shared, share of A, same row, A holds its middle
        let cases = [
            (A, true, 100, 1.0, true, true),
            (A.moved(5, 0), true, 50, 0.5, true, false),
            (A.moved(4, 5), true, 30, 0.3, true, false),
            (A.moved(0, 6), true, 40, 0.4, false, false),
            (A.moved(10, 0), false, 0, 0.0, true, false),
            (Rect { x: 12, y: 12, w: 0, h: 0 }, true, 0, 0.0, false, true),
            (Rect { x: 0, y: 0, w: 100, h: 100 }, true, 100, 1.0, true, false),
            (Rect { x: u32::MAX - 5, y: u32::MAX - 5, w: 100, h: 100 }, false, 0, 0.0, false, false),
        ];
        for (b, meets, shared, share, row, holds) in cases {
            assert_eq!((A.meets(b), b.meets(A)), (meets, meets), "{b:?}");
            assert_eq!((A.overlap(b), A.same_row(b), A.contains_centre(b)), (shared, row, holds), "{b:?}");
            assert!((A.share_in(b) - share).abs() < 1e-9, "{b:?}");
        }
        assert!((A.iou(A.moved(5, 0)) - 1.0 / 3.0).abs() < 1e-6 && A.iou(A.moved(20, 0)) == 0.0);
    }

    #[test]
    fn boxes_led_elsewhere() {
        assert_eq!(A.reduced(3.0), Rect { x: 3, y: 3, w: 3, h: 3 });
        assert_eq!(Rect { w: 1, h: 0, ..A }.reduced(2.0), Rect { x: 5, y: 5, w: 1, h: 1 });
        assert_eq!(A.grown(12, (30, 25)), Rect { x: 0, y: 0, w: 30, h: 25 });
        assert!(A.comes_within(A.moved(12, 0), 2) && !A.comes_within(A.moved(13, 0), 2));
        assert!(A.contains(Rect { w: 9, ..A }) && !A.contains(A.moved(1, 0)));
    }
}
