//! An image read at the size the engine likes: small type enlarged, fine scans reduced.
//!
//! in: a grey image and its resolution → out: lines with boxes on the image as it was.

use super::filter;
use crate::error::Result;
use crate::page::{Engine, Line};
use crate::text::Rect;
use image::GrayImage;

/// Resolution to which coarse scans are enlarged: small type is read better so.
const LEAST_DPI: f32 = 190.0;
const ENLARGED_DPI: f32 = 300.0;
/// Finer scans are reduced to this where they are read once: quicker and as right. As the first of several readings it cost a
/// signer's name and marks of small type.
pub(crate) const FAST_DPI: f32 = 220.0;

/// Reads an image, enlarged where its type is small; boxes fit the image as it was.
pub(crate) fn enlarged(image: &GrayImage, dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Line>> {
    if dpi >= LEAST_DPI {
        return engine.recognise(image, dpi);
    }
    let factor = ENLARGED_DPI / dpi.max(50.0);
    Ok(reduced(engine.recognise(&filter::scaled(image, factor), ENLARGED_DPI)?, factor))
}

/// Reads an image with its strokes made thicker and soft, at the resolution this needs; boxes fit the image as it was.
pub(crate) fn emboldened(image: &GrayImage, dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Line>> {
    let factor = (ENLARGED_DPI / dpi.max(50.0)).max(1.0);
    if factor < 1.05 {
        return engine.recognise(&filter::embolden(image, dpi), dpi);
    }
    let large = filter::embolden(&filter::scaled(image, factor), ENLARGED_DPI);
    Ok(reduced(engine.recognise(&large, ENLARGED_DPI)?, factor))
}

/// Lines read from an image enlarged by `factor`, with boxes on the image as it was.
pub(crate) fn reduced(mut lines: Vec<Line>, factor: f32) -> Vec<Line> {
    let down = |v: u32| (v as f32 / factor) as u32;
    let fit = |b: Rect| Rect { x: down(b.x), y: down(b.y), w: down(b.w).max(1), h: down(b.h).max(1) };
    for line in &mut lines {
        line.words.iter_mut().for_each(|w| w.bbox = w.bbox.map(fit));
        *line = Line::new(std::mem::take(&mut line.words));
    }
    lines
}
