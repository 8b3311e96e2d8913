//! TIFF pages whose channels `image` does not pass on: the luminance and colour of JPEG, grey with a second channel.
//!
//! in: a directory → out: an image in grey or colour.
//! Promises: 8 bits a channel; transparency becomes white paper. Leaves out: CIE L*a*b*, which no scanner of letters writes.

use super::View;
use super::fields::{BITS_PER_SAMPLE, COMPRESSION, Directory, PHOTOMETRIC, SAMPLES_PER_PIXEL};
use crate::error::{Error, Result};
use crate::source::{MAX_PIXELS, limits, raster};
use image::{DynamicImage, GrayImage, RgbImage};
use std::io::BufReader;
use tiff::decoder::{Decoder, DecodingResult, Limits};

/// Values of the field PhotometricInterpretation.
const BLACK_IS_ZERO: u32 = 1;
const YCBCR: u32 = 6;

/// Whether a page must be decoded here.
pub(super) fn is_one(page: &Directory) -> bool {
    let bits = page.numbers(BITS_PER_SAMPLE).unwrap_or_default();
    let of_bytes = !bits.is_empty() && bits.iter().all(|b| *b == 8);
    let channels = page.number(SAMPLES_PER_PIXEL).unwrap_or(1);
    of_bytes
        && match page.number(PHOTOMETRIC) {
            Some(YCBCR) => channels == 3 && page.number(COMPRESSION) == Some(super::JPEG),
            Some(BLACK_IS_ZERO) => channels == 2,
            _ => false,
        }
}

pub(super) fn decode(page: &Directory, view: View) -> Result<DynamicImage> {
    let pixels = Values::read(view)?;
    let (width, height) = (pixels.width, pixels.height);
    Ok(if page.number(PHOTOMETRIC) == Some(YCBCR) {
        RgbImage::from_fn(width, height, |x, y| image::Rgb(rgb(pixels.at(x, y)))).into()
    } else {
        GrayImage::from_fn(width, height, |x, y| {
            let [grey, opaque] = pixels.at(x, y);
            image::Luma([raster::on_white(grey, opaque)])
        })
        .into()
    })
}

/// ITU-R BT.601 in full range, as JPEG has it.
fn rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    // the cast stays within 0..=255 by itself
    [y + 1.402 * cr, y - 0.344_14 * cb - 0.714_14 * cr, y + 1.772 * cb].map(|v| v.round() as u8)
}

/// The values of a page as the decoder gives them, one byte each.
pub(super) struct Values {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

impl Values {
    pub(super) fn read(view: View) -> Result<Values> {
        let damaged = |e: tiff::TiffError| Error::input(format!("the image cannot be decoded ({e})").to_lowercase());
        let mut limits = Limits::default();
        limits.decoding_buffer_size = MAX_PIXELS as usize * 3;
        let mut decoder = Decoder::new(BufReader::new(view)).map_err(damaged)?.with_limits(limits);
        let (width, height) = decoder.dimensions().map_err(damaged)?;
        limits::check_size(width, height)?;
        match decoder.read_image().map_err(damaged)? {
            DecodingResult::U8(bytes) => Ok(Values { width, height, bytes }),
            _ => Err(Error::input("the image cannot be decoded (its values are no bytes)")),
        }
    }

    /// The channels of a pixel; zeros behind the end.
    fn at<const N: usize>(&self, x: u32, y: u32) -> [u8; N] {
        let at = (y as usize * self.width as usize + x as usize) * N;
        self.bytes.get(at..at + N).and_then(|v| v.try_into().ok()).unwrap_or([0; N])
    }
}
