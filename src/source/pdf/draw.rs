//! Draws a page that is not simply one scan.
//!
//! in: a PDF page and a resolution → out: grey or colour image on white paper, and the resolution used.
//! Promises: never more than the page-image limit: a larger sheet is drawn coarser.

use super::super::MAX_PIXELS;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
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

/// RGBA on white → grey where no pixel has colour, RGB else.
fn without_needless_colour(width: u32, height: u32, rgba: &[u8]) -> DynamicImage {
    let grey = rgba.chunks_exact(4).all(|p| {
        let (low, high) = (p[0].min(p[1]).min(p[2]), p[0].max(p[1]).max(p[2]));
        high - low <= GREY_SPREAD
    });
    if grey {
        let data = rgba.chunks_exact(4).map(|p| p[1]).collect();
        GrayImage::from_raw(width, height, data).unwrap_or_default().into()
    } else {
        let data = rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        RgbImage::from_raw(width, height, data).unwrap_or_default().into()
    }
}
