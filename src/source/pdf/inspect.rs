//! What a page and its annotations draw, found out without drawing it: its scan, its glyphs, whether anything else is on it.
//!
//! in: a PDF page → out: [`Findings`].
//! Promises: what a viewer shows is found, annotations with their flags too; glyphs painted over, clipped away or off the
//! sheet are marked; an image is decoded only where it covers the page or part of its glyphs; every image is measured before
//! that; a page that draws without end is given up.

use super::super::{Jpeg, MAX_PIXELS, Shown, Turn, guard, limits};
use super::cover::{self, Layers};
use super::glyph::GlyphSeen;
use super::upright;
use crate::error::{Error, Result};
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, InterpreterCache,
    InterpreterSettings, LumaData, Paint, RenderContent, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};
use image::{DynamicImage, GrayImage, RgbImage};
use std::collections::HashMap;
use std::rc::Rc;

/// Share of the page an image must cover to be the scan of the page.
const COVERS: f64 = 0.85;
/// An image reaching further than this share beyond the page's edge is cropped by the page: it must be drawn.
const OVERHANG: f64 = 0.02;
/// Operations one page may ask for. A dense map has some 500,000.
const MAX_OPERATIONS: usize = 2_000_000;
/// Image pixels one page may ask for, repeats counted.
const MAX_DRAWN_PIXELS: u64 = 20 * MAX_PIXELS;
/// Paint lighter than this (0..=1) cannot be seen on paper.
const WHITE_FROM: f32 = 0.95;

/// The image that is the page.
pub(super) struct Scan {
    /// Decoded, upright.
    pub image: DynamicImage,
    /// The stream it was decoded from, and how it was turned.
    pub jpeg: Option<(Jpeg, Turn)>,
    /// Whether its JPEG stream lacks its end.
    pub cut_off: bool,
    /// Where it lies, in points, y down.
    pub bounds: Bounds,
    /// Resolution across and down.
    pub dpi_xy: (f32, f32),
}

impl Scan {
    pub(super) fn dpi(&self) -> f32 {
        self.dpi_xy.0.max(self.dpi_xy.1)
    }
}

/// A box in points.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub x0: f32,
    pub y0: f32,
    x1: f32,
    y1: f32,
}

impl Bounds {
    pub(super) fn width(&self) -> f32 {
        (self.x1 - self.x0).max(0.01)
    }
    pub(super) fn height(&self) -> f32 {
        (self.y1 - self.y0).max(0.01)
    }
}

/// What a page draws.
#[derive(Default)]
pub(super) struct Findings {
    /// In the order of the content stream.
    pub glyphs: Vec<GlyphSeen>,
    /// The image that covers the page, when exactly one does.
    pub scan: Option<Scan>,
    /// Resolution of the finest image that is more than a dot.
    pub finest_image: Option<f32>,
    images: usize,
    paths: usize,
    /// Paint of the page itself.
    laid_on_from: Amounts,
}

/// How much of each sort is painted: visible glyphs, images, paths.
type Amounts = (usize, usize, usize);

impl Findings {
    fn paint(&self) -> Amounts {
        (self.visible_glyphs(), self.images, self.paths)
    }
    /// The page itself is one image and no other paint; annotations may lie on it.
    pub(super) fn is_scan_below(&self) -> bool {
        self.laid_on_from == (0, 1, 0)
    }
    /// Glyphs that can be seen; a scan hides those painted before it.
    pub(super) fn visible_glyphs(&self) -> usize {
        self.glyphs.iter().filter(|g| g.is_ink()).count()
    }
    /// Nothing can be seen.
    pub(super) fn is_empty(&self) -> bool {
        self.visible_glyphs() == 0 && self.images == 0 && self.paths == 0
    }
    /// One image and no other paint.
    pub(super) fn only_scan(&self) -> bool {
        self.images == 1 && self.visible_glyphs() == 0 && self.paths == 0
    }
}

/// Interprets a page and its annotations without drawing.
pub(super) fn page(pdf: &Pdf, page: &Page<'_>) -> Result<Findings> {
    let (width, height) = page.render_dimensions();
    let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let cache = InterpreterCache::new();
    let mut eye = Eye::on(sheet);
    for content in [RenderContent::PAGE, RenderContent::ANNOTATIONS] {
        let settings = InterpreterSettings { render_content: content, ..Default::default() };
        let mut context = Context::new(upright(page), sheet, &cache, pdf.xref(), settings);
        eye.found.laid_on_from = eye.found.paint();
        eye.laid_on = content == RenderContent::ANNOTATIONS;
        interpret_page(page, &mut context, &mut eye);
    }
    match eye.refused {
        Some(e) => Err(e),
        None => Ok(eye.found),
    }
}

struct Eye {
    sheet: Rect,
    found: Findings,
    layers: Layers,
    fonts: HashMap<u128, Option<Rc<str>>>,
    /// Whether annotations are looked at.
    laid_on: bool,
    operations: usize,
    pixels: u64,
    refused: Option<Error>,
}

impl Eye {
    fn on(sheet: Rect) -> Eye {
        let (found, layers, fonts) = (Findings::default(), Layers::on(sheet), HashMap::new());
        Eye { sheet, found, layers, fonts, laid_on: false, operations: 0, pixels: 0, refused: None }
    }

    fn spend(&mut self, operations: usize) {
        self.operations += operations;
        if self.operations > MAX_OPERATIONS {
            guard::give_up("the page draws without end");
        }
    }

    fn see_glyph(&mut self, glyph: &Glyph<'_>, to_page: Affine, painted: bool, light: bool) {
        let (text, advance) = match glyph {
            Glyph::Outline(g) => (g.as_unicode(), g.advance_width()),
            Glyph::Type3(g) => (g.as_unicode(), g.advance_width()),
        };
        let text = match text {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => '\u{fffd}'.to_string(),
        };
        let origin = to_page * Point::ZERO;
        // Glyph space has 1000 units to the em.
        let size = (to_page * Point::new(0.0, 1000.0) - origin).hypot() as f32;
        let end = to_page * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
        let point = |p: Point| (p.x as f32, p.y as f32);
        let font = self.font(glyph);
        let mut seen = GlyphSeen {
            text,
            origin: point(origin),
            end: point(end),
            size,
            shown: if painted { Shown::Painted } else { Shown::Hidden },
            light,
            laid_on: self.laid_on,
            font,
        };
        if !self.layers.shows(seen.place()) {
            seen.shown = Shown::Covered;
        }
        self.found.glyphs.push(seen);
    }

    fn font(&mut self, glyph: &Glyph<'_>) -> Option<Rc<str>> {
        let Glyph::Outline(outline) = glyph else { return None };
        let data = outline.font_data()?;
        self.fonts.entry(data.cache_key).or_insert_with(|| data.postscript_name.map(Rc::from)).clone()
    }

    /// The image when it is the page itself: covers it, stands straight, is opaque.
    fn as_scan(&self, image: &Image<'_, '_>, placed: Affine) -> Option<Scan> {
        let bounds = placed.transform_rect_bbox(Rect::new(0.0, 0.0, image.width().into(), image.height().into()));
        let seen = bounds.intersect(self.sheet);
        let overhang = (bounds.width() / self.sheet.width()).max(bounds.height() / self.sheet.height()) - 1.0;
        if seen.area() < COVERS * self.sheet.area() || overhang > OVERHANG {
            return None;
        }
        let turn = turn_of(placed)?;
        let jpeg = jpeg(image).map(|jpeg| (jpeg, turn));
        let cut_off = jpeg.is_none() && is_cut_off(image);
        let image = turn.apply(decode(image)?);
        let dpi_xy = (
            72.0 * image.width() as f32 / bounds.width() as f32,
            72.0 * image.height() as f32 / bounds.height() as f32,
        );
        let [x0, y0, x1, y1] = [bounds.x0, bounds.y0, bounds.x1, bounds.y1].map(|v| v as f32);
        Some(Scan { image, jpeg, cut_off, bounds: Bounds { x0, y0, x1, y1 }, dpi_xy })
    }
}

impl<'a> Device<'a> for Eye {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(1);
        let path = props.transform * path.clone();
        let drawn = path.bounding_box().intersect(self.sheet);
        let nothing = matches!(mode, DrawMode::Fill(_)) && drawn.area() <= 0.0;
        if shows(&props.paint) && !nothing {
            self.found.paths += 1;
        }
        let fills = matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..));
        if fills && self.layers.is_opaque(&props.paint, props.soft_mask.is_some(), &props.blend_mode) {
            self.layers.cover_with_path(&path, &mut self.found.glyphs);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(1);
        self.layers.push_clip(clip.path.bounding_box());
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.spend(1);
        self.layers.push_group(opacity, mask.is_some(), &blend);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(run.glyphs().len());
        let painted = !matches!(mode, DrawMode::Invisible);
        let light = !shows(&props.paint);
        for glyph in run.glyphs() {
            self.see_glyph(glyph, props.transform * glyph.transform(), painted, light);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.spend(1);
        let (width, height) = (image.width(), image.height());
        if let Err(e) = limits::check_size(width, height) {
            self.refused.get_or_insert(e);
            // Its pixels must not be decoded by whoever draws the page next.
            return;
        }
        self.pixels += u64::from(width) * u64::from(height);
        if self.pixels > MAX_DRAWN_PIXELS {
            guard::give_up("the page draws images without end");
        }
        self.found.images += 1;
        let [a, b, ..] = props.transform.as_coeffs();
        let dpi = (72.0 / a.hypot(b).max(1e-6)) as f32;
        if width.min(height) > 16 && dpi.is_finite() {
            self.found.finest_image = Some(self.found.finest_image.map_or(dpi, |d| d.max(dpi)));
        }
        if let Some(scan) = self.as_scan(&image, props.transform) {
            // What was painted before lies under the scan: words there are somebody's reading of it.
            self.found.glyphs.iter_mut().filter(|g| g.shown == Shown::Painted).for_each(|g| g.shown = Shown::Hidden);
            self.found.paths = 0;
            self.found.images = 1;
            self.found.scan = Some(scan);
        } else if props.soft_mask.is_none() && self.layers.replaces(&props.blend_mode) {
            cover::with_image(&image, props.transform, &mut self.found.glyphs);
        }
    }

    fn pop_clip(&mut self) {
        self.layers.pop_clip();
    }

    fn pop_transparency_group(&mut self) {
        self.layers.pop_group();
    }
}

fn shows(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => {
            let [r, g, b, a] = color.to_rgba().components();
            a > 0.05 && r.min(g).min(b) < WHITE_FROM
        }
        Paint::Pattern(_) => true,
    }
}

/// How an image that is placed so is turned; `None` where it stands at an angle.
fn turn_of(placed: Affine) -> Option<Turn> {
    let [a, b, c, d, ..] = placed.as_coeffs();
    let straight = b.abs() < 0.01 * a.abs() && c.abs() < 0.01 * d.abs();
    let sideways = a.abs() < 0.01 * b.abs() && d.abs() < 0.01 * c.abs();
    let quarter_turns = match (straight, sideways) {
        (true, _) if a > 0.0 => 0,
        (true, _) => 2,
        (_, true) if b > 0.0 => 1,
        (_, true) => 3,
        _ => return None,
    };
    Some(Turn { quarter_turns, mirrored: a * d - b * c < 0.0 })
}

/// The stream of an image that is a JPEG and nothing else: no mask, no parameters, no colours turned round.
fn jpeg(image: &Image<'_, '_>) -> Option<Jpeg> {
    let Image::Raster(raster) = image else { return None };
    let stream = raster.stream();
    let dict = stream.dict();
    let changed = ["Mask", "SMask", "Decode", "DecodeParms"].iter().any(|key| dict.contains_key(key));
    let colours = names(dict, "ColorSpace").first().is_some_and(|space| {
        [&b"DeviceGray"[..], b"DeviceRGB", b"CalGray", b"CalRGB", b"ICCBased"].contains(&&**space)
    });
    if changed || !colours || !only_jpeg(dict) { None } else { Jpeg::of(&stream.raw_data()) }
}

/// Whether the image is a JPEG stream that ends too early.
fn is_cut_off(image: &Image<'_, '_>) -> bool {
    let Image::Raster(raster) = image else { return false };
    let stream = raster.stream();
    only_jpeg(stream.dict()) && Jpeg::is_cut_off(&stream.raw_data())
}

fn only_jpeg(dict: &Dict<'_>) -> bool {
    matches!(&names(dict, "Filter")[..], [filter] if **filter == *b"DCTDecode")
}

/// The name, or the names in the array, that an entry holds.
fn names<'a>(dict: &Dict<'a>, key: &str) -> Vec<Name<'a>> {
    match dict.get::<Name<'_>>(key) {
        Some(name) => vec![name],
        None => dict.get::<Array<'_>>(key).map(|array| array.iter::<Name<'_>>().collect()).unwrap_or_default(),
    }
}

fn decode(image: &Image<'_, '_>) -> Option<DynamicImage> {
    let mut result = None;
    match image {
        Image::Stencil(stencil) => stencil.with_stencil(
            |mask, paint| {
                if let Paint::Color(color) = paint {
                    let [r, g, b, _] = color.to_rgba().components();
                    // The mask says how much ink; light ink on a dark ground would have to be drawn.
                    if r.max(g).max(b) < 0.3 {
                        let data = mask.data.iter().map(|v| 255 - v).collect();
                        result = GrayImage::from_raw(mask.width, mask.height, data).map(DynamicImage::from);
                    }
                }
            },
            None,
        ),
        Image::Raster(raster) => raster.with_rgba(|image, alpha| result = opaque(image, alpha), None),
    }
    result
}

fn opaque(image: ImageData, alpha: Option<LumaData>) -> Option<DynamicImage> {
    if alpha.is_some_and(|a| a.data.iter().any(|v| *v < 250)) {
        return None;
    }
    match image {
        ImageData::Luma(l) => GrayImage::from_raw(l.width, l.height, l.data).map(DynamicImage::from),
        ImageData::Rgb(c) => RgbImage::from_raw(c.width, c.height, c.data).map(DynamicImage::from),
    }
}
