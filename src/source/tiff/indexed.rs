//! TIFF pages of few grey steps or with a palette.
//!
//! in: a directory → out: an image in grey or colour.
//! Promises: 1, 2, 4 and 8 bits a pixel, in any packing the TIFF decoder knows; a colour map that is too short is white.
//! How: the decoder refuses palettes, so the page is shown to it as one of grey steps (a patch of the directory).

use super::View;
use super::channels::Values;
use super::fax;
use super::fields::{BITS_PER_SAMPLE, COLOR_MAP, Directory, PHOTOMETRIC, SAMPLES_PER_PIXEL};
use crate::error::Result;
use image::{DynamicImage, GrayImage, RgbImage};

/// Values of the field PhotometricInterpretation.
const WHITE_IS_ZERO: u32 = 0;
const BLACK_IS_ZERO: u16 = 1;
const PALETTE: u32 = 3;

/// What the values of a page mean.
pub(super) struct Indexed {
    bits: u32,
    /// Red, green, blue for each value; of grey steps all the same.
    colours: Vec<[u8; 3]>,
    is_grey: bool,
}

/// The meaning of the values where `image` cannot tell it: palettes, 2 and 4 bits.
pub(super) fn of(page: &Directory) -> Option<Indexed> {
    let bits = page.number(BITS_PER_SAMPLE).unwrap_or(1);
    let photometric = page.number(PHOTOMETRIC)?;
    let in_palette = photometric == PALETTE;
    if !matches!(bits, 1 | 2 | 4 | 8) || page.number(SAMPLES_PER_PIXEL).unwrap_or(1) != 1 || fax::is_fax(page) {
        return None;
    }
    if !in_palette && (photometric > PALETTE || matches!(bits, 1 | 8)) {
        return None;
    }
    let steps = 1usize << bits;
    let colours: Vec<[u8; 3]> = if in_palette {
        let map = page.numbers(COLOR_MAP).unwrap_or_default();
        // 16 bits a channel; some writers give 8
        let shift = if map.iter().any(|v| *v > 255) { 8 } else { 0 };
        let channel = |at: usize| map.get(at).map_or(255, |v| (v >> shift).min(255) as u8);
        (0..steps).map(|i| [channel(i), channel(steps + i), channel(2 * steps + i)]).collect()
    } else {
        let grey = |i: usize| (i * 255 / (steps - 1)) as u8;
        let flip = photometric == WHITE_IS_ZERO;
        (0..steps).map(|i| [if flip { 255 - grey(i) } else { grey(i) }; 3]).collect()
    };
    let is_grey = colours.iter().all(|[r, g, b]| r == g && g == b);
    Some(Indexed { bits, colours, is_grey })
}

impl Indexed {
    /// What makes the page one of grey steps for the decoder.
    pub(super) fn patches(&self, page: &Directory) -> Vec<(u64, Vec<u8>)> {
        let value = if page.fields.bytes.starts_with(b"II") {
            BLACK_IS_ZERO.to_le_bytes()
        } else {
            BLACK_IS_ZERO.to_be_bytes()
        };
        page.entry(PHOTOMETRIC).map(|at| (at as u64 + 8, value.to_vec())).into_iter().collect()
    }

    pub(super) fn decode(&self, view: View) -> Result<DynamicImage> {
        let Values { width, height, bytes: packed } = Values::read(view)?;
        let row = (width as usize * self.bits as usize).div_ceil(8);
        let in_byte = 8 / self.bits;
        let colour = |x: u32, y: u32| {
            let byte = packed.get(y as usize * row + (x / in_byte) as usize).copied().unwrap_or(0);
            let value = u32::from(byte) >> (8 - self.bits * (x % in_byte + 1)) & ((1 << self.bits) - 1);
            self.colours.get(value as usize).copied().unwrap_or([255; 3])
        };
        Ok(if self.is_grey {
            GrayImage::from_fn(width, height, |x, y| image::Luma([colour(x, y)[0]])).into()
        } else {
            RgbImage::from_fn(width, height, |x, y| image::Rgb(colour(x, y))).into()
        })
    }
}
