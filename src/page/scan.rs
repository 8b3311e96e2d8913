//! A page image, what was measured on it, and its reading copy.
//!
//! in: a page image → out: [`Scan`]: cleaned, its marks found, set level where it is skewed.
//! Promises: boxes of the level copy lead back to the page ([`Scan::back`]); pixels of the image itself are never changed.

use super::Line;
use super::image::components::{Ink, Mark};
use super::image::deskew;
use super::image::filter::{self, Cleaned};
use super::seal::find as seal;
use crate::text::Rect;
use image::{DynamicImage, GrayImage};

/// Smaller skew is left alone: straight pages got worse when turned.
const SKEW_FROM: f32 = 0.3;

/// A page image and what was measured on it.
pub(crate) struct Scan {
    /// As it is in the file, but turned upright.
    pub image: DynamicImage,
    /// Its reading copy.
    pub cleaned: Cleaned,
    pub ink: Ink,
    pub marks: Vec<Mark>,
    pub dpi: f32,
    /// How the reading copy was set level, and by how many degrees.
    levelled: Option<(f32, deskew::Turned)>,
}

impl Scan {
    pub(crate) fn of(image: DynamicImage, dpi: f32) -> Scan {
        let mut cleaned = filter::clean(&image, dpi);
        let mut ink = Ink::of(&cleaned.image, dpi);
        let mut marks = ink.marks();
        let lighter = seal::pale(&mut cleaned.image, &marks, dpi);
        if !lighter.is_empty() {
            ink = Ink::of(&cleaned.image, dpi);
            marks = ink.marks();
            cleaned.seals.extend(lighter);
        }
        Scan { marks, ink, cleaned, image, dpi, levelled: None }
    }

    pub(crate) fn turned(self, quarter_turns: u16) -> Scan {
        let image = match quarter_turns {
            1 => self.image.rotate90(),
            2 => self.image.rotate180(),
            _ => self.image.rotate270(),
        };
        Scan::of(image, self.dpi)
    }

    /// The reading copy set level, where the page is skewed.
    pub(crate) fn level(mut self) -> Scan {
        let angle = deskew::angle(&self.ink);
        if angle.abs() < SKEW_FROM {
            return self;
        }
        let (image, turned) = deskew::Turned::level(&self.cleaned.image, angle);
        self.ink = Ink::of(&image, self.dpi);
        self.marks = self.ink.marks();
        self.cleaned.image = image;
        self.cleaned.red_zones.iter_mut().for_each(|zone| *zone = turned.box_level(*zone));
        self.levelled = Some((angle, turned));
        self
    }

    /// Where ink was made pale, on the level copy.
    pub(crate) fn paled(&self) -> Vec<Rect> {
        let level = |b: Rect| self.levelled.as_ref().map_or(b, |(_, turned)| turned.box_level(b));
        let seals = self.cleaned.seals.iter().map(|seal| level(seal.bbox()));
        self.cleaned.red_zones.iter().copied().chain(seals).collect()
    }

    /// The page with the ink that was made pale, level; `None` where none was.
    pub(crate) fn unpaled(&self) -> Option<GrayImage> {
        let Cleaned { red_zones, seals, .. } = &self.cleaned;
        let grey = (!red_zones.is_empty() || !seals.is_empty()).then(|| self.image.to_luma8())?;
        Some(self.as_level(grey))
    }

    /// The red ink alone, level; `None` where there is none but in round seals.
    pub(crate) fn red_ink(&self) -> Option<GrayImage> {
        let DynamicImage::ImageRgb8(colour) = &self.image else { return None };
        (!self.cleaned.red_zones.is_empty()).then(|| self.as_level(filter::red_ink(colour)))
    }

    /// An image of the page, set level as its reading copy was.
    fn as_level(&self, image: GrayImage) -> GrayImage {
        match &self.levelled {
            Some((angle, _)) => deskew::Turned::level(&image, *angle).0,
            None => image,
        }
    }

    /// The lines without the words engraved in seals.
    pub(crate) fn without_seals(&self, mut lines: Vec<Line>) -> Vec<Line> {
        let place = |b: Rect| self.levelled.as_ref().map_or(b, |(_, turned)| turned.box_back(b));
        for line in &mut lines {
            let Some(words) = line.words.iter().map(|w| w.bbox.map(place)).collect::<Option<Vec<Rect>>>() else {
                continue;
            };
            let mut engraved = vec![false; words.len()];
            for seal in &self.cleaned.seals {
                seal.engraved(&self.image, &words).into_iter().zip(&mut engraved).for_each(|(own, all)| *all |= own);
            }
            if engraved.contains(&true) {
                let words = std::mem::take(&mut line.words).into_iter().zip(engraved);
                *line = Line::new(words.filter(|(_, engraved)| !engraved).map(|(w, _)| w).collect());
            }
        }
        lines.retain(|l| !l.words.is_empty());
        lines
    }

    /// The lines with their boxes on the page as it was before it was set level.
    pub(crate) fn back(&self, mut lines: Vec<Line>) -> Vec<Line> {
        if let Some((_, turned)) = &self.levelled {
            for line in &mut lines {
                line.words.iter_mut().for_each(|w| w.bbox = w.bbox.map(|b| turned.box_back(b)));
                *line = Line::new(std::mem::take(&mut line.words));
            }
        }
        lines
    }
}
