//! PDF files → page images with their text layers.
//!
//! in: the bytes of a PDF → out: one [`RawContent`] per page.
//! Promises: a page that is one scan comes out as that scan, pixel for pixel; other pages are drawn with their annotations as
//! a viewer shows them (hayro, no process started); at most one decoded page image is alive per call; drawing has a budget,
//! so a hostile page ends as an error.
//! Leaves out: passwords (an encrypted file that opens without one is read), digital signatures (`signature`).

mod attached;
mod cover;
mod draw;
mod fields;
mod glyph;
mod inspect;
mod layer;

pub(super) use attached::attached;

use super::picture::{Picture, Pixels};
use super::{RawContent, no_such_page, raster, sheets};
use crate::error::{Error, Result};
use hayro::hayro_interpret::TransformExt;
use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::object::dict::keys::{COUNT, PAGES, USER_UNIT};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use image::{DynamicImage, GenericImageView};
use inspect::{Findings, Scan};
use std::sync::Arc;

/// A page with this many painted letters and no scan over it is born digital; less is a stamp or a page number.
const BORN_DIGITAL_GLYPHS: usize = 50;
/// Larger sheets (in points, 5 metres) are not paper.
const LARGEST_SIDE: f32 = 14_400.0;
/// Where the end-of-file mark is looked for.
const TAIL: usize = 1 << 20;

/// The pages of a PDF.
pub(super) struct PdfPages {
    pdf: Pdf,
    /// Pages the page tree promises beyond those that can be found.
    missing: u32,
}

impl PdfPages {
    pub(super) fn open(bytes: Arc<Vec<u8>>) -> Result<Self> {
        let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
        let ended = tail.windows(9).any(|w| w == b"startxref") || tail.windows(5).any(|w| w == b"%%EOF");
        let pdf = Pdf::new(bytes.clone()).map_err(|e| load_error(e, ended))?;
        if !ended {
            return Err(Error::input("cut off: the end of the PDF is missing"));
        }
        let found = pdf.pages().len();
        if found == 0 {
            return Err(Error::input("no page in it: the page tree is empty, looping or damaged"));
        }
        let missing = promised(&pdf).saturating_sub(found as u64).min(u64::from(u32::MAX)) as u32;
        Ok(PdfPages { missing, pdf })
    }

    /// Pages found, and one more (which is an error to read) where the page tree promises pages that are not there.
    pub(super) fn len(&self) -> u32 {
        self.pdf.pages().len() as u32 + u32::from(self.missing > 0)
    }

    /// The digital signatures of the form; `bytes` are those the file was opened from.
    pub(super) fn signatures(&self, bytes: &Arc<Vec<u8>>) -> Vec<crate::signature::Signature> {
        crate::signature::read(&self.pdf, bytes)
    }

    /// Whether two pages may lie on this one.
    pub(super) fn may_hold_two(&self, index: u32) -> bool {
        let size = self.pdf.pages().get(index as usize).map(|page| page.render_dimensions());
        size.is_some_and(|size| sheets::may_hold_two(size, Some(72.0)))
    }

    pub(super) fn page(&self, index: u32) -> Result<RawContent> {
        let unit = self.pdf.pages().get(index as usize).map_or(1.0, user_unit);
        Ok(match self.look(index)? {
            Look::Nothing => RawContent::Blank,
            Look::Scan(scan, seen) => from_scan(*scan, &seen),
            Look::Drawn { image, dpi, seen, born_digital } => {
                let scale = dpi / 72.0;
                let layer = layer::words(&seen.glyphs, image.dimensions(), |x, y| (x * scale, y * scale));
                RawContent::Image { image, dpi: dpi / unit, layer, born_digital, cut_off: false }
            }
        })
    }

    /// The page's picture, each pixel of a scan as the file holds it; `None` for a page that draws nothing.
    pub(super) fn picture(&self, index: u32) -> Result<Option<Picture>> {
        let unit = self.pdf.pages().get(index as usize).map_or(1.0, user_unit);
        Ok(match self.look(index)? {
            Look::Nothing => None,
            Look::Scan(scan, _) => {
                let size = (scan.bounds.width() * unit, scan.bounds.height() * unit);
                Some(match scan.jpeg {
                    Some((jpeg, turn)) => Picture { pixels: Pixels::Jpeg(jpeg), turn, size },
                    None => Picture::upright(scan.image, scan.dpi_xy),
                })
            }
            Look::Drawn { image, dpi, .. } => Some(Picture::upright(image, (dpi / unit, dpi / unit))),
        })
    }

    fn look(&self, index: u32) -> Result<Look> {
        let pages = self.pdf.pages();
        let Some(page) = pages.get(index as usize) else {
            return Err(match self.missing {
                0 => no_such_page(),
                n => Error::input(format!("damaged: the page tree promises {n} more page(s) that are not in the file")),
            });
        };
        let (width, height) = page.render_dimensions();
        let (width, height) = (width * user_unit(page), height * user_unit(page));
        if !(1.0..=LARGEST_SIDE).contains(&width) || !(1.0..=LARGEST_SIDE).contains(&height) {
            let mm = |points: f32| (points / 72.0 * 25.4).round();
            return Err(Error::input(format!(
                "the page measures {} × {} mm: no sheet of paper",
                mm(width),
                mm(height)
            )));
        }
        look(&self.pdf, page)
    }
}

/// What the page tree says it holds.
fn promised(pdf: &Pdf) -> u64 {
    let xref = pdf.xref();
    let root = xref.get::<Dict<'_>>(xref.root_id());
    root.and_then(|r| r.get::<Dict<'_>>(PAGES)).and_then(|p| p.get::<i32>(COUNT)).map_or(0, |n| n.max(0) as u64)
}

fn load_error(e: LoadPdfError, ended: bool) -> Error {
    Error::input(match e {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            "encrypted: it opens with a password only: save it without one"
        }
        LoadPdfError::Decryption(_) => "encrypted in a way we do not read: save it without encryption",
        LoadPdfError::Invalid if !ended => "cut off: the end of the PDF is missing",
        LoadPdfError::Invalid => "damaged: no PDF reader could find its pages",
    })
}

/// What a page shows.
enum Look {
    Nothing,
    /// One scan and no other paint.
    Scan(Box<Scan>, Findings),
    /// Anything else, drawn at `dpi` pixels for 72 units of the page.
    Drawn {
        image: DynamicImage,
        dpi: f32,
        seen: Findings,
        born_digital: bool,
    },
}

fn look(pdf: &Pdf, page: &Page<'_>) -> Result<Look> {
    let mut seen = inspect::page(pdf, page)?;
    seen.glyphs.extend(fields::without_drawing(page));
    let unit = user_unit(page);
    if let Some(mut scan) = seen.scan.take() {
        let is_scan_below = seen.is_scan_below();
        if is_scan_below && !seen.only_scan() {
            draw::on_scan(page, &mut scan);
        }
        scan.dpi_xy = (scan.dpi_xy.0 / unit, scan.dpi_xy.1 / unit);
        if is_scan_below {
            return Ok(Look::Scan(Box::new(scan), seen));
        }
        // Something is painted over the scan: draw both, at the scan's own resolution.
        let (image, dpi) = draw::page(page, draw::dpi_for(Some(scan.dpi())) * unit);
        let born_digital = seen.visible_glyphs() >= BORN_DIGITAL_GLYPHS;
        return Ok(Look::Drawn { image, dpi, seen, born_digital });
    }
    if seen.is_empty() {
        return Ok(Look::Nothing);
    }
    let (image, dpi) = draw::page(page, draw::dpi_for(seen.finest_image.map(|dpi| dpi / unit)) * unit);
    let born_digital = seen.visible_glyphs() >= BORN_DIGITAL_GLYPHS;
    Ok(Look::Drawn { image, dpi, seen, born_digital })
}

fn from_scan(scan: Scan, seen: &Findings) -> RawContent {
    let placed = scan.bounds;
    let (image, dpi) = raster::normalise(scan.image, Some(scan.dpi_xy));
    let (sx, sy) = (image.width() as f32 / placed.width(), image.height() as f32 / placed.height());
    let to_image = |x: f32, y: f32| ((x - placed.x0) * sx, (y - placed.y0) * sy);
    let layer = layer::words(&seen.glyphs, image.dimensions(), to_image);
    RawContent::Image { image, dpi, layer, born_digital: false, cut_off: scan.cut_off }
}

/// How many points a unit of the page measures: large sheets, and scans that take a pixel for a point, are written so.
fn user_unit(page: &Page<'_>) -> f32 {
    let unit = page.raw().get::<f32>(USER_UNIT).unwrap_or(1.0);
    if unit.is_finite() && unit > 0.0 { unit } else { 1.0 }
}

/// Page space in units, y down, with the page's rotation applied.
fn upright(page: &Page<'_>) -> hayro::kurbo::Affine {
    page.initial_transform(true).to_kurbo()
}
