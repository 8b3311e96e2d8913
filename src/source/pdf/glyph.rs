//! A glyph as a page draws it.
//!
//! in: what `inspect` sees of a page → out: [`GlyphSeen`], in points, y down.
//! Promises: what cannot be seen is kept and marked.

use super::super::Shown;
use hayro::kurbo::Rect;
use std::rc::Rc;

/// A glyph with a meaning.
pub(super) struct GlyphSeen {
    /// Its character(s); U+FFFD where the PDF does not say.
    pub text: String,
    /// Where it starts on the base line, in points, y down.
    pub origin: (f32, f32),
    /// Where the next one would start.
    pub end: (f32, f32),
    /// Height of the type in points.
    pub size: f32,
    /// Whether it can be seen.
    pub shown: Shown,
    /// Whether its paint is too light to be seen on paper.
    pub light: bool,
    /// Whether an annotation draws it: what a program or a person laid on the page.
    pub laid_on: bool,
    /// Name of its font, as the font itself says.
    pub font: Option<Rc<str>>,
}

impl GlyphSeen {
    /// Whether its own ink is on the paper.
    pub(super) fn is_ink(&self) -> bool {
        self.shown == Shown::Painted && !self.light && !self.text.trim().is_empty()
    }
    /// Where it lies, in points.
    pub(super) fn place(&self) -> Rect {
        let (o, e, h) = (self.origin, self.end, 0.5 * self.size);
        Rect::new(o.0.into(), (o.1 - h).into(), e.0.into(), e.1.into()).abs()
    }
}
