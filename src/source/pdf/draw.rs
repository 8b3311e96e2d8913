//! Draws a page that is not simply one scan.
//!
//! in: a PDF page and a resolution → out: grey or colour image on white paper, and the resolution used.
//! Promises: never more than the page-image limit: a larger sheet is drawn coarser; on a scan only the annotations are
//! drawn.

use super::super::MAX_PIXELS;
use super::inspect::Scan;
use hayro::hayro_interpret::{InterpreterSettings, RenderContent};
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::{TRANSPARENT, WHITE};
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{DynamicImage, GrayImage, RgbImage};

/// What born-digital pages are drawn at, and what the best OCR needs.
const DEFAULT_DPI: f32 = 300.0;
/// Coarser scans are drawn at this at least: letters would lose strokes otherwise.
const COARSEST_DPI: f32 = 150.0;
/// Channels closer together than this count as grey (JPEG noise).
const GREY_SPREAD: u8 = 12;

/// Resolution to draw a page at, by the finest image on it.
pub(super) fn dpi_for(finest: Option<f32>) -> f32 {
    finest.map_or(DEFAULT_DPI, |dpi| dpi.clamp(COARSEST_DPI, DEFAULT_DPI))
}

/// Draws a page and its annotations.
pub(super) fn page(page: &Page<'_>, dpi: f32) -> (DynamicImage, f32) {
    let (width, height) = page.render_dimensions();
    let square_inches = (width / 72.0) * (height / 72.0);
    let most = (MAX_PIXELS as f32 / square_inches).sqrt().min(f32::from(u16::MAX) * 72.0 / width.max(height));
    let dpi = dpi.min(most);
    let settings = InterpreterSettings::default();
    let scale = dpi / 72.0;
    let pixmap_settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let pixmap = hayro::render(page, &RenderCache::new(), &settings, &RenderSettings::default(), &pixmap_settings);
    let (w, h) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    (without_needless_colour(w, h, pixmap.data_as_u8_slice()), dpi)
}

/// Lays the page's annotations on its scan, whose own pixels stay as they are everywhere else.
pub(super) fn on_scan(page: &Page<'_>, scan: &mut Scan) {
    let (sx, sy) = (scan.dpi_xy.0 / 72.0, scan.dpi_xy.1 / 72.0);
    let settings = InterpreterSettings { render_content: RenderContent::ANNOTATIONS, ..Default::default() };
    let pixmap_settings = PixmapSettings { x_scale: sx, y_scale: sy, bg_color: TRANSPARENT };
    let drawn = hayro::render(page, &RenderCache::new(), &settings, &RenderSettings::default(), &pixmap_settings);
    let (width, height) = (usize::from(drawn.width()), usize::from(drawn.height()));
    let rgba = drawn.data_as_u8_slice();
    let (left, top) = ((scan.bounds.x0 * sx).round() as i64, (scan.bounds.y0 * sy).round() as i64);
    let coloured = rgba.chunks_exact(4).any(|p| p[3] > 0 && has_colour(p));
    let mut image = match std::mem::take(&mut scan.image) {
        grey @ DynamicImage::ImageLuma8(_) if coloured => grey.to_rgb8().into(),
        image => image,
    };
    let channels = usize::from(image.color().channel_count());
    let columns = image.width() as i64;
    let pixels = match &mut image {
        DynamicImage::ImageLuma8(grey) => &mut **grey,
        DynamicImage::ImageRgb8(rgb) => &mut **rgb,
        _ => &mut [][..],
    };
    for (at, pixel) in pixels.chunks_exact_mut(channels).enumerate() {
        let (x, y) = (at as i64 % columns + left, at as i64 / columns + top);
        let inside = (0..width as i64).contains(&x) && (0..height as i64).contains(&y);
        let Some(over) = inside.then(|| &rgba[4 * (y as usize * width + x as usize)..][..4]).filter(|p| p[3] > 0)
        else {
            continue;
        };
        // colours come multiplied by their alpha
        let through = u32::from(255 - over[3]);
        for (channel, value) in pixel.iter_mut().enumerate() {
            let below = (u32::from(*value) * through + 127) / 255;
            *value = (u32::from(over[channel]) + below).min(255) as u8;
        }
    }
    scan.image = image;
    scan.jpeg = None;
}

fn has_colour(pixel: &[u8]) -> bool {
    let (low, high) = (pixel[0].min(pixel[1]).min(pixel[2]), pixel[0].max(pixel[1]).max(pixel[2]));
    high - low > GREY_SPREAD
}

/// RGBA on white → grey where no pixel has colour, RGB else.
fn without_needless_colour(width: u32, height: u32, rgba: &[u8]) -> DynamicImage {
    let grey = !rgba.chunks_exact(4).any(has_colour);
    if grey {
        let data = rgba.chunks_exact(4).map(|p| p[1]).collect();
        GrayImage::from_raw(width, height, data).unwrap_or_default().into()
    } else {
        let data = rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        RgbImage::from_raw(width, height, data).unwrap_or_default().into()
    }
}
