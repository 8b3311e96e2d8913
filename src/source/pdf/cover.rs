//! What was painted over what: clips, groups and opaque paint, as far as they hide glyphs.
//!
//! in: the order in which a page paints → out: glyphs that a reader of the paper does not see are marked
//! [`Covered`](Shown::Covered).
//! Promises: paint counts as opaque only where nothing shines through it; a picture with holes covers where it has none.
//! Leaves out: clips of odd shapes (their box counts), tiling patterns (they cover nothing).

use super::super::Shown;
use super::glyph::GlyphSeen;
use hayro::hayro_interpret::{BlendMode, Image, Paint};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};

/// Paint and groups this opaque let nothing through.
const OPAQUE: f32 = 0.95;
/// Smaller paint, in square points, hides no glyph: dots, rules.
const SMALLEST_COVER: f64 = 12.0;
/// A pixel with this alpha hides what lies under it.
const OPAQUE_PIXEL: u8 = 240;

/// The clips and groups in force.
pub(super) struct Layers {
    clips: Vec<Rect>,
    /// Per open group, whether it and all around it let nothing through.
    opaque: Vec<bool>,
}

impl Layers {
    pub(super) fn on(sheet: Rect) -> Layers {
        // letters may hang a little over the edge
        Layers { clips: vec![sheet.inflate(2.0, 2.0)], opaque: vec![true] }
    }
    pub(super) fn push_clip(&mut self, clip: Rect) {
        let around = self.clips.last().copied().unwrap_or_default();
        self.clips.push(clip.intersect(around));
    }
    pub(super) fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }
    pub(super) fn push_group(&mut self, opacity: f32, masked: bool, blend: &BlendMode) {
        let opaque = opacity >= OPAQUE && !masked && self.replaces(blend);
        self.opaque.push(opaque);
    }
    pub(super) fn pop_group(&mut self) {
        if self.opaque.len() > 1 {
            self.opaque.pop();
        }
    }

    /// Whether the middle of a glyph lies inside the clips in force.
    pub(super) fn shows(&self, glyph: Rect) -> bool {
        self.clips.last().is_some_and(|clip| clip.contains(glyph.center()))
    }
    /// Whether paint laid on now takes the place of what lies under it.
    pub(super) fn replaces(&self, blend: &BlendMode) -> bool {
        matches!(blend, BlendMode::Normal) && self.opaque.last() == Some(&true)
    }
    pub(super) fn is_opaque(&self, paint: &Paint<'_>, masked: bool, blend: &BlendMode) -> bool {
        let solid = match paint {
            Paint::Color(color) => color.to_rgba().components()[3] >= OPAQUE,
            Paint::Pattern(_) => false,
        };
        solid && !masked && self.replaces(blend)
    }

    /// Marks the glyphs under a filled path.
    pub(super) fn cover_with_path(&self, path: &BezPath, glyphs: &mut [GlyphSeen]) {
        let clip = self.clips.last().copied().unwrap_or_default();
        let bounds = path.bounding_box().intersect(clip);
        if bounds.area() < SMALLEST_COVER {
            return;
        }
        hide(glyphs, bounds, |p| path.winding(p) != 0);
    }
}

/// Marks the glyphs under an image, where it is opaque.
pub(super) fn with_image(image: &Image<'_, '_>, placed: Affine, glyphs: &mut [GlyphSeen]) {
    let Image::Raster(raster) = image else { return };
    let pixels = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
    let bounds = placed.transform_rect_bbox(pixels);
    let below = |g: &GlyphSeen| g.shown == Shown::Painted && bounds.contains(g.place().center());
    if placed.determinant().abs() < 1e-9 || !glyphs.iter().any(below) {
        return;
    }
    let back = placed.inverse();
    let has_holes = ["SMask", "Mask"].iter().any(|key| raster.stream().dict().contains_key(*key));
    if !has_holes {
        return hide(glyphs, bounds, |p| pixels.contains(back * p));
    }
    raster.with_rgba(
        |_, alpha| {
            let Some(alpha) = alpha else { return };
            // alpha may come smaller or larger than the picture
            let (sx, sy) = (f64::from(alpha.width) / pixels.width(), f64::from(alpha.height) / pixels.height());
            hide(glyphs, bounds, |p| {
                let at = back * p;
                let (x, y) = ((at.x * sx) as usize, (at.y * sy) as usize);
                pixels.contains(at) && alpha.data.get(y * alpha.width as usize + x).is_some_and(|a| *a >= OPAQUE_PIXEL)
            });
        },
        None,
    );
}

/// Marks the painted glyphs of which most lies where `covered` says.
fn hide(glyphs: &mut [GlyphSeen], bounds: Rect, covered: impl Fn(Point) -> bool) {
    for glyph in glyphs.iter_mut().filter(|g| g.shown == Shown::Painted) {
        let place = glyph.place();
        if !bounds.contains(place.center()) {
            continue;
        }
        let at = |share: f64| Point::new(place.x0 + share * place.width(), place.center().y);
        if [0.2, 0.5, 0.8].into_iter().filter(|share| covered(at(*share))).count() >= 2 {
            glyph.shown = Shown::Covered;
        }
    }
}
