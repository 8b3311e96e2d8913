//! A piece of a page prepared for recognition that knows its way back.
//!
//! in: the page's reading copy → out: [`View`]s: cut out, enlarged, made bold, set level, blank rows left out.
//! Promises: a box found on a view leads back to the page through the same steps in the opposite order, each in whole
//! pixels; the page's own pixels are never changed; nothing is copied before it changes.

use super::binarise::Ink;
use super::blank_rows::{self, Strip};
use super::deskew::{self, Rotation};
use super::filter;
use crate::text::Rect;
use image::{GrayImage, imageops};
use std::borrow::Cow;

/// Resolution below which type is enlarged: small type is read better so.
const LEAST_DPI: f32 = 190.0;
/// What it is enlarged to; the engine's network was trained near it.
const BEST_DPI: f32 = 300.0;
/// No scan is coarser: what says so has a wrong resolution.
const COARSEST: f32 = 50.0;
/// A size within one per cent is left as it is, and one within five when strokes are made thicker.
const ALIKE: f32 = 0.01;
const NEARLY: f32 = 1.05;
/// Narrower and lower cuts, in pixels, hold no letter.
const LEAST_CUT: u32 = 8;

/// A piece of a page, prepared for recognition.
///
/// # Examples
/// ```
/// use congvan::page::View;
/// use congvan::text::Rect;
///
/// let page = image::GrayImage::new(800, 1000);
/// let stamp = View::whole(&page, 100.0).crop(Rect { x: 50, y: 200, w: 300, h: 120 }).unwrap().legible();
/// assert_eq!(stamp.dpi(), 300.0);
/// assert_eq!(stamp.to_page(Rect { x: 30, y: 60, w: 90, h: 30 }), Rect { x: 60, y: 220, w: 30, h: 10 });
/// ```
#[derive(Debug, Clone)]
pub struct View<'p> {
    image: Cow<'p, GrayImage>,
    dpi: f32,
    /// What was done to the page, first to last.
    steps: Vec<Step>,
}

/// A change of places.
#[derive(Debug, Clone)]
enum Step {
    /// Cut out at this corner.
    Cut(u32, u32),
    /// Made so many times as large.
    Scaled(f32),
    Levelled(Rotation),
    WithoutBlankRows(Vec<Strip>),
}

impl Step {
    fn undone(&self, found: Rect) -> Rect {
        match self {
            Step::Cut(x, y) => found.moved(*x, *y),
            Step::Scaled(factor) => found.reduced(*factor),
            Step::Levelled(rotation) => rotation.box_back(found),
            Step::WithoutBlankRows(strips) => blank_rows::back(strips, found),
        }
    }
}

impl<'p> View<'p> {
    /// All of an image of `dpi` pixels per inch: its own pixels are the page's.
    pub fn whole(image: &'p GrayImage, dpi: f32) -> View<'p> {
        View { image: Cow::Borrowed(image), dpi, steps: Vec::new() }
    }
    /// The pixels to recognise.
    pub fn image(&self) -> &GrayImage {
        &self.image
    }
    /// Their resolution, pixels per inch.
    pub fn dpi(&self) -> f32 {
        self.dpi
    }
    /// Its ink.
    pub(crate) fn ink(&self) -> Ink {
        Ink::of(&self.image, self.dpi)
    }
    /// Pixels that make so many inches, rounded down.
    pub fn inches(&self, inches: f32) -> u32 {
        (inches * self.dpi) as u32
    }
    /// Whether boxes on the view are boxes on the page.
    pub fn is_in_place(&self) -> bool {
        self.steps.is_empty()
    }
    /// The box on the page of a box on the view.
    pub fn to_page(&self, found: Rect) -> Rect {
        self.steps.iter().rev().fold(found, |at, step| step.undone(at))
    }

    /// A part of it; `None` where nothing legible fits in.
    pub fn crop(&self, part: Rect) -> Option<View<'static>> {
        if part.w < LEAST_CUT || part.h < LEAST_CUT {
            return None;
        }
        let cut = imageops::crop_imm(self.image(), part.x, part.y, part.w, part.h).to_image();
        let mut steps = self.steps.clone();
        steps.push(Step::Cut(part.x, part.y));
        Some(View { image: Cow::Owned(cut), dpi: self.dpi, steps })
    }
    /// `factor` times as wide and tall.
    pub fn scaled(self, factor: f32) -> View<'p> {
        let dpi = self.dpi * factor;
        self.resized(factor, dpi)
    }
    /// At another resolution.
    pub fn at_dpi(self, dpi: f32) -> View<'p> {
        let factor = dpi / self.dpi.max(COARSEST);
        self.resized(factor, dpi)
    }
    /// Enlarged where its type is small.
    pub fn legible(self) -> View<'p> {
        if self.dpi >= LEAST_DPI { self } else { self.at_dpi(BEST_DPI) }
    }
    /// How many times it must be enlarged for the finest of readings; 1 where it is fine enough.
    pub fn to_best(&self) -> f32 {
        (BEST_DPI / self.dpi.max(COARSEST)).max(1.0)
    }
    /// Strokes made thicker and soft, at the resolution this needs: faint and broken print closes again.
    pub fn bold(self) -> View<'p> {
        let view = if self.to_best() < NEARLY { self } else { self.at_dpi(BEST_DPI) };
        let bold = filter::embolden(view.image());
        view.changed(bold, None)
    }
    /// Strokes made thicker.
    pub fn thickened(self) -> View<'p> {
        let thick = filter::thicken(self.image());
        self.changed(thick, None)
    }
    /// Strokes made thinner: letters that ran together part again.
    pub fn thinned(self) -> View<'p> {
        let thin = filter::thin(self.image());
        self.changed(thin, None)
    }
    /// Set level by its own lines: a stamp is rarely straight with the page.
    pub fn levelled(self) -> View<'p> {
        let rotation = Rotation::by(deskew::angle(&self.ink()), self.image.dimensions());
        let level = rotation.level(self.image());
        self.changed(level, Some(Step::Levelled(rotation)))
    }
    /// Turned by so many degrees, as if its lines ran downwards to the right by them.
    pub fn turned(self, degrees: f32) -> View<'p> {
        let rotation = Rotation::by(degrees, self.image.dimensions());
        let level = rotation.level(self.image());
        self.changed(level, Some(Step::Levelled(rotation)))
    }
    /// Rows without ink left out: what little is left takes no longer than so much text. `None` where there is no ink.
    pub fn without_blank_rows(self) -> Option<View<'p>> {
        let (image, strips) = blank_rows::inked(self.image(), self.inches(blank_rows::PAPER))?;
        Some(self.changed(image, Some(Step::WithoutBlankRows(strips))))
    }
    /// Other pixels in the same places.
    pub fn with_pixels(self, image: GrayImage) -> View<'p> {
        debug_assert_eq!(image.dimensions(), self.image.dimensions());
        self.changed(image, None)
    }

    fn resized(self, factor: f32, dpi: f32) -> View<'p> {
        let image = match (factor - 1.0).abs() > ALIKE {
            true => Cow::Owned(filter::scaled(self.image(), factor)),
            false => self.image,
        };
        let mut steps = self.steps;
        steps.push(Step::Scaled(factor));
        View { image, dpi, steps }
    }

    fn changed(self, image: GrayImage, step: Option<Step>) -> View<'p> {
        let mut steps = self.steps;
        steps.extend(step);
        View { image: Cow::Owned(image), dpi: self.dpi, steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn a_box_leads_back_through_every_step() {
        let page = GrayImage::from_fn(400, 600, |_, y| Luma([if (300..330).contains(&y) { 20 } else { 240 }]));
        let whole = View::whole(&page, 100.0);
        let found = Rect { x: 30, y: 30, w: 60, h: 31 };
        assert!(whole.is_in_place() && whole.to_page(found) == found);
        let cut = whole.crop(Rect { x: 100, y: 200, w: 200, h: 300 }).unwrap();
        assert_eq!(cut.to_page(found), found.moved(100, 200));
        let large = cut.clone().legible();
        assert_eq!((large.image().width(), large.dpi()), (600, 300.0));
        assert_eq!(large.to_page(found), Rect { x: 110, y: 210, w: 20, h: 10 });
        // the ink begins at row 100 of the cut, 12 rows of paper above it are kept
        let rows = cut.without_blank_rows().unwrap().bold();
        assert_eq!(rows.to_page(found), Rect { x: 110, y: 200 + 88 + 10, w: 20, h: 10 });
        assert!(whole.crop(Rect { x: 0, y: 0, w: 7, h: 30 }).is_none());
    }

    #[test]
    fn a_size_alike_keeps_its_pixels() {
        let page = GrayImage::from_fn(300, 300, |x, y| Luma([(x ^ y) as u8]));
        let view = View::whole(&page, 299.0);
        let same = view.clone().scaled(view.to_best());
        assert_eq!(same.image(), &page);
        assert!(View::whole(&page, 200.0).legible().is_in_place());
        let blank = GrayImage::from_pixel(50, 50, Luma([255]));
        assert!(View::whole(&blank, 100.0).without_blank_rows().is_none());
    }
}
