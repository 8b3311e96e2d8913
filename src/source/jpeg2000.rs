//! JPEG 2000 pictures, as some scanners and archives write them.
//!
//! in: the bytes of a JP2 file or a bare code stream → out: an image in grey or colour.
//! Promises: the size is checked before a pixel is decoded. Leaves out: colour profiles (letters are read by their ink).

use super::limits::check_size;
use crate::error::{Error, Result};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use image::{DynamicImage, GrayImage, RgbImage};

/// Whether the file begins as one.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0\0\0\x0cjP  ") || bytes.starts_with(b"\xff\x4f\xff\x51")
}

/// Pixels across and down.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let image = Image::new(bytes, &DecodeSettings::default()).ok()?;
    Some((image.width(), image.height()))
}

/// The picture.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage> {
    let damaged = || Error::input("the image is cut off or damaged");
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(|_| damaged())?;
    let (width, height) = (image.width(), image.height());
    check_size(width, height)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| damaged())?;
    let channels = decoded.components().len();
    let data = decoded.data_u8();
    if channels == 0 || data.len() < width as usize * height as usize * channels {
        return Err(damaged());
    }
    let colours = channels - usize::from(image.has_alpha());
    let at = |x: u32, y: u32| (y as usize * width as usize + x as usize) * channels;
    Ok(match colours {
        1 => GrayImage::from_fn(width, height, |x, y| image::Luma([data[at(x, y)]])).into(),
        3 => RgbImage::from_fn(width, height, |x, y| {
            let at = at(x, y);
            image::Rgb([data[at], data[at + 1], data[at + 2]])
        })
        .into(),
        4 => RgbImage::from_fn(width, height, |x, y| {
            let at = at(x, y);
            let paper = |ink: u8| (u16::from(255 - ink) * u16::from(255 - data[at + 3]) / 255) as u8;
            image::Rgb([paper(data[at]), paper(data[at + 1]), paper(data[at + 2])])
        })
        .into(),
        n => return Err(Error::input(format!("a JPEG 2000 image of {n} channels: save it as PNG"))),
    })
}
