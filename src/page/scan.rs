//! A scanned page: its image as it is in the file, and the reading copy on which it is read.
//!
//! in: a page image → out: [`Scan`]: a grey copy with red ink and round seals made pale, its marks counted, set level where
//! the page is skewed.
//! Promises: boxes of the copy lead back to the page ([`Scan::back`]); pixels of the image itself are never changed.

use super::image::binarise::Ink;
use super::image::components::Marks;
use super::image::deskew::{self, Rotation};
use super::image::red_ink;
use super::image::view::View;
use super::seal::find::{self as seal, Seal};
use super::words::Line;
use crate::text::Rect;
use image::{DynamicImage, GrayImage, Luma, imageops};

/// Smaller skew is left alone: straight pages got worse when turned.
const SKEW_FROM: f32 = 0.3;

/// A page image and its reading copy.
pub(crate) struct Scan {
    /// As it is in the file, but turned upright.
    pub image: DynamicImage,
    /// The ink and the marks of the reading copy.
    pub ink: Ink,
    pub marks: Marks,
    /// Boxes on the reading copy around red ink, those that hold a round seal and nothing else left out.
    pub red_zones: Vec<Rect>,
    copy: GrayImage,
    dpi: f32,
    /// Round seals, red ones and those in lighter ink, where they lie on the page as it came.
    seals: Vec<Seal>,
    /// How the reading copy was set level.
    levelled: Option<Rotation>,
}

impl Scan {
    /// Makes the reading copy, finds seals and makes them pale, counts the marks that are left.
    pub(crate) fn cleaned_and_measured(image: DynamicImage, dpi: f32) -> Scan {
        let (mut copy, zones) = red_ink::made_pale(&image, dpi);
        let (mut seals, red_zones) = seal::red(zones, |x, y| red_ink::is_red(&image, x, y), dpi);
        let mut ink = Ink::of(&copy, dpi);
        let mut marks = Marks::of(&ink);
        let lighter = seal::make_pale(&mut copy, &marks);
        if !lighter.is_empty() {
            ink = Ink::of(&copy, dpi);
            marks = Marks::of(&ink);
            seals.extend(lighter);
        }
        Scan { image, ink, marks, red_zones, copy, dpi, seals, levelled: None }
    }

    /// The page turned by quarters clockwise, cleaned and measured anew.
    pub(crate) fn turned(&self, quarter_turns: u16) -> Scan {
        Scan::turned_by(&self.image, quarter_turns, self.dpi)
    }
    /// A page image turned by 1 to 3 quarters clockwise, cleaned and measured.
    pub(crate) fn turned_by(image: &DynamicImage, quarter_turns: u16, dpi: f32) -> Scan {
        let image = match quarter_turns {
            1 => image.rotate90(),
            2 => image.rotate180(),
            _ => image.rotate270(),
        };
        Scan::cleaned_and_measured(image, dpi)
    }

    /// The reading copy set level, where the page is skewed, and measured anew.
    pub(crate) fn deskewed(mut self) -> Scan {
        let angle = deskew::angle(&self.ink);
        if angle.abs() < SKEW_FROM {
            return self;
        }
        let rotation = Rotation::by(angle, self.copy.dimensions());
        self.copy = rotation.level(&self.copy);
        self.ink = Ink::of(&self.copy, self.dpi);
        self.marks = Marks::of(&self.ink);
        self.red_zones.iter_mut().for_each(|zone| *zone = rotation.box_level(*zone));
        self.levelled = Some(rotation);
        self
    }

    /// The page with some places of its reading copy white: what is known there needs no reading.
    pub(crate) fn without(mut self, places: &[Rect]) -> Scan {
        let sheet = self.copy.dimensions();
        for b in places {
            let b = b.grown(1, sheet);
            imageops::replace(&mut self.copy, &GrayImage::from_pixel(b.w, b.h, Luma([255])), b.x.into(), b.y.into());
        }
        self.ink = Ink::of(&self.copy, self.dpi);
        self.marks = Marks::of(&self.ink);
        self
    }

    /// Width and height of the page in pixels.
    pub(crate) fn size(&self) -> (u32, u32) {
        self.copy.dimensions()
    }
    /// Pixels per inch.
    pub(crate) fn dpi(&self) -> f32 {
        self.dpi
    }
    /// The reading copy.
    pub(crate) fn view(&self) -> View<'_> {
        self.as_view(&self.copy)
    }
    /// Another image of the page as large as the reading copy.
    pub(crate) fn as_view<'i>(&self, image: &'i GrayImage) -> View<'i> {
        View::whole(image, self.dpi)
    }

    /// Where ink was made pale, on the reading copy.
    pub(crate) fn paled(&self) -> Vec<Rect> {
        let level = |b: Rect| self.levelled.as_ref().map_or(b, |rotation| rotation.box_level(b));
        let seals = self.seals.iter().map(|seal| level(seal.bbox()));
        self.red_zones.iter().copied().chain(seals).collect()
    }
    /// The page with the ink that was made pale, level; `None` where none was.
    pub(crate) fn unpaled(&self) -> Option<GrayImage> {
        let is_paled = !self.red_zones.is_empty() || !self.seals.is_empty();
        is_paled.then(|| self.as_level(self.image.to_luma8()))
    }
    /// The page in grey as it is, red ink too, level.
    pub(crate) fn grey(&self) -> GrayImage {
        self.as_level(self.image.to_luma8())
    }
    /// The red ink alone, level; `None` where there is none but in round seals.
    pub(crate) fn red_ink(&self) -> Option<GrayImage> {
        let DynamicImage::ImageRgb8(colour) = &self.image else { return None };
        (!self.red_zones.is_empty()).then(|| self.as_level(red_ink::alone(colour)))
    }
    fn as_level(&self, image: GrayImage) -> GrayImage {
        match &self.levelled {
            Some(rotation) => rotation.level(&image),
            None => image,
        }
    }

    /// The lines without the words engraved in seals.
    pub(crate) fn without_seals(&self, mut lines: Vec<Line>) -> Vec<Line> {
        for line in &mut lines {
            let Some(words) =
                line.words.iter().map(|w| w.bbox.map(|b| self.box_back(b))).collect::<Option<Vec<Rect>>>()
            else {
                continue;
            };
            let mut engraved = vec![false; words.len()];
            for seal in &self.seals {
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
    pub(crate) fn back(&self, lines: Vec<Line>) -> Vec<Line> {
        match self.levelled {
            Some(_) => lines.into_iter().map(|line| line.placed(|b| self.box_back(b))).collect(),
            None => lines,
        }
    }
    /// The lines with their boxes on the level reading copy.
    pub(crate) fn level(&self, lines: Vec<Line>) -> Vec<Line> {
        match &self.levelled {
            Some(rotation) => lines.into_iter().map(|line| line.placed(|b| rotation.box_level(b))).collect(),
            None => lines,
        }
    }
    fn box_back(&self, b: Rect) -> Rect {
        self.levelled.as_ref().map_or(b, |rotation| rotation.box_back(b))
    }
}
