//! How fine an image is: what its header says, or a guess from the size of a sheet.
//!
//! in: the first bytes of a PNG, JPEG or BMP file, pixels across and down → out: pixels per inch.
//! Promises: what no scanner does (72 dpi of a camera, 0 dpi) is not believed; any bytes are fine.

use super::jpeg;

/// Resolutions a scanner can have; others are a camera's or a converter's default.
const PLAUSIBLE_DPI: std::ops::RangeInclusive<f32> = 60.0..=1300.0;
/// Longest side a sheet can have, in inches (A2). A photo that says 72 dpi would be larger.
const LONGEST_SHEET: f32 = 24.0;
/// Longer side of A4 in inches: what a page of unknown resolution is taken for.
const A4_LONG: f32 = 11.69;

/// The resolution a file gives for so many pixels across and down, or a guess where it gives none that a sheet could have.
pub(super) fn resolution((width, height): (f32, f32), given: Option<(f32, f32)>) -> (f32, f32) {
    let plausible = |(x, y): &(f32, f32)| {
        PLAUSIBLE_DPI.contains(x) && PLAUSIBLE_DPI.contains(y) && (width / x).max(height / y) <= LONGEST_SHEET
    };
    let guess = (width.max(height) / A4_LONG).clamp(*PLAUSIBLE_DPI.start(), 600.0);
    given.filter(plausible).unwrap_or((guess, guess))
}

/// Pixels per inch (x, y) as the header of a PNG, JPEG or BMP file says.
pub(super) fn dpi_of(bytes: &[u8]) -> Option<(f32, f32)> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => png_dpi(bytes),
        [b'B', b'M', ..] => bmp_dpi(bytes),
        _ => jpeg::dpi(bytes),
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Pixels per metre in the header of a bitmap; 0 where nobody knew.
fn bmp_dpi(bytes: &[u8]) -> Option<(f32, f32)> {
    let per_metre = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((per_metre(38)? as f32 * 0.0254, per_metre(42)? as f32 * 0.0254))
}

/// The `pHYs` chunk: pixels per metre.
fn png_dpi(bytes: &[u8]) -> Option<(f32, f32)> {
    let mut at = 8;
    loop {
        let length = be32(bytes, at)? as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        if kind == b"pHYs" {
            let metre = *bytes.get(at + 16)? == 1;
            let (x, y) = (be32(bytes, at + 8)? as f32, be32(bytes, at + 12)? as f32);
            return metre.then_some((x * 0.0254, y * 0.0254));
        }
        if kind == b"IDAT" {
            return None;
        }
        at = at.checked_add(length)?.checked_add(12)?;
    }
}
