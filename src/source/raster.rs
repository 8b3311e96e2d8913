//! Image files (PNG, JPEG, WebP, GIF, BMP, JPEG 2000), and what every page image has in common: limits, orientation, resolution.
//!
//! in: the bytes of an image file → out: `Luma8` or `Rgb8`, upright, at most 320 dpi, with its resolution.
//! Promises: the size is checked before a pixel is decoded; transparent parts become white.

use super::jpeg::Jpeg;
use super::limits::{check_size, decode_error};
use super::picture::{Picture, Pixels, Turn};
use super::resolution::{dpi_of, resolution};
use super::{FINEST_DPI, MAX_PIXELS, RawContent, frames, jpeg2000, sheets};
use crate::error::Result;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader, Limits, RgbImage, imageops};
use std::io::Cursor;
use std::sync::Arc;

/// A file that is one image, or a moving one whose frames are pages.
pub(super) struct Images {
    bytes: Arc<Vec<u8>>,
    frames: u32,
}

impl Images {
    pub(super) fn open(bytes: Arc<Vec<u8>>) -> Result<Self> {
        Ok(Images { frames: frames::count(&bytes)?, bytes })
    }

    pub(super) fn len(&self) -> u32 {
        self.frames
    }

    pub(super) fn read(&self, index: u32) -> Result<RawContent> {
        let (image, dpi) = normalise(self.image(index)?, dpi_of(&self.bytes));
        let cut_off = Jpeg::is_cut_off(&self.bytes);
        Ok(RawContent::Image { image, dpi, layer: None, born_digital: false, cut_off })
    }

    fn image(&self, index: u32) -> Result<DynamicImage> {
        if jpeg2000::is_one(&self.bytes) {
            return jpeg2000::decode(&self.bytes);
        }
        match index {
            0 => decode(self.decoder()?),
            _ => frames::nth(&self.bytes, index),
        }
    }

    /// Whether two pages may lie on this one.
    pub(super) fn may_hold_two(&self) -> bool {
        if jpeg2000::is_one(&self.bytes) {
            return jpeg2000::size(&self.bytes).is_some_and(|(w, h)| sheets::may_hold_two((w as f32, h as f32), None));
        }
        let Ok(mut decoder) = self.decoder() else { return false };
        let turned = decoder.orientation().is_ok_and(|o| o.to_exif() >= 5);
        let (width, height) = decoder.dimensions();
        let (width, height) = if turned { (height as f32, width as f32) } else { (width as f32, height as f32) };
        sheets::may_hold_two((width, height), Some(resolution((width, height), dpi_of(&self.bytes)).0))
    }

    /// The picture, as fine as the file holds it.
    pub(super) fn picture(&self, index: u32) -> Result<Picture> {
        match Jpeg::of(&self.bytes) {
            Some(jpeg) => self.jpeg_picture(jpeg),
            None => self.decoded_picture(index),
        }
    }

    fn decoded_picture(&self, index: u32) -> Result<Picture> {
        let image = self.image(index)?;
        let dpi = resolution((image.width() as f32, image.height() as f32), dpi_of(&self.bytes));
        Ok(Picture::upright(image, dpi))
    }

    /// A JPEG stream is passed on as it lies, unless a mirror image is asked for.
    fn jpeg_picture(&self, jpeg: Jpeg) -> Result<Picture> {
        let Some(turn) = turn_of(self.decoder()?.orientation().unwrap_or(Orientation::NoTransforms)) else {
            return self.decoded_picture(0);
        };
        check_size(jpeg.width, jpeg.height)?;
        let (across, down) = (jpeg.width as f32, jpeg.height as f32);
        let (x, y) = resolution((across, down), dpi_of(&self.bytes));
        let size = (72.0 * across / x, 72.0 * down / y);
        let size = if turn.sideways() { (size.1, size.0) } else { size };
        Ok(Picture { pixels: Pixels::Jpeg(jpeg), turn, size })
    }

    fn decoder(&self) -> Result<impl ImageDecoder + '_> {
        let reader = ImageReader::new(Cursor::new(self.bytes.as_slice())).with_guessed_format()?;
        reader.into_decoder().map_err(|e| decode_error(&e))
    }
}

/// The turn a camera's note asks for; `None` for a mirror image, which no scanner makes.
fn turn_of(orientation: Orientation) -> Option<Turn> {
    match orientation {
        Orientation::NoTransforms => Some(Turn::default()),
        Orientation::Rotate90 => Some(Turn::clockwise(90)),
        Orientation::Rotate180 => Some(Turn::clockwise(180)),
        Orientation::Rotate270 => Some(Turn::clockwise(270)),
        _ => None,
    }
}

/// Decodes an image file within the limits and turns it upright.
pub(super) fn decode(mut decoder: impl ImageDecoder) -> Result<DynamicImage> {
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    decoder.set_limits(limits).map_err(|e| decode_error(&e))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| decode_error(&e))?;
    image.apply_orientation(orientation);
    Ok(opaque(image))
}

/// Grey stays grey, colour becomes RGB, transparency becomes white paper.
fn opaque(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
        DynamicImage::ImageLuma16(_) => image.to_luma8().into(),
        DynamicImage::ImageLumaA8(_) | DynamicImage::ImageLumaA16(_) => {
            let over = image.to_luma_alpha8();
            GrayImage::from_fn(over.width(), over.height(), |x, y| {
                let [v, a] = over.get_pixel(x, y).0;
                image::Luma([on_white(v, a)])
            })
            .into()
        }
        _ if image.color().has_alpha() => {
            let over = image.to_rgba8();
            RgbImage::from_fn(over.width(), over.height(), |x, y| {
                let [r, g, b, a] = over.get_pixel(x, y).0;
                image::Rgb([on_white(r, a), on_white(g, a), on_white(b, a)])
            })
            .into()
        }
        _ => image.to_rgb8().into(),
    }
}

pub(super) fn on_white(value: u8, alpha: u8) -> u8 {
    ((u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255) as u8
}

/// A page image with a sensible resolution: guessed where unknown, made square, made smaller where finer than needed.
pub(super) fn normalise(image: DynamicImage, dpi: Option<(f32, f32)>) -> (DynamicImage, f32) {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let (x, y) = resolution((width, height), dpi);
    // Fax machines scan 204 × 98 dpi: letters half as tall as wide are read badly.
    let square = if (x / y - 1.0).abs() > 0.05 { x.max(y) } else { y };
    let target = if square > FINEST_DPI { 300.0 } else { square };
    let size = ((width * target / x).round().max(1.0), (height * target / y).round().max(1.0));
    if (size.0 - width).abs() < 2.0 && (size.1 - height).abs() < 2.0 {
        return (image, target);
    }
    if (size.0 as u64) * (size.1 as u64) > MAX_PIXELS {
        return (image, square);
    }
    let filter = imageops::FilterType::Triangle;
    (image.resize_exact(size.0 as u32, size.1 as u32, filter), target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> Result<RawContent> {
        Images::open(Arc::new(bytes)).unwrap().read(0)
    }

    fn png(image: DynamicImage) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, image::ImageFormat::Png).unwrap();
        out.into_inner()
    }

    /// A valid PNG header that claims a size, and nothing behind it.
    fn claims(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = png(GrayImage::new(1, 1).into());
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    fn crc32(data: &[u8]) -> u32 {
        !data.iter().fold(!0u32, |crc, b| {
            (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
        })
    }

    #[test]
    fn an_image_of_60000_pixels_a_side_is_refused_before_it_is_decoded() {
        let e = read(claims(60_000, 60_000)).unwrap_err();
        assert!(e.to_string().contains("60000 × 60000"), "{e}");
    }

    #[test]
    fn cut_off_images_are_errors() {
        let whole = png(GrayImage::from_fn(64, 64, |x, y| image::Luma([(x * y) as u8])).into());
        for keep in [20, 40, whole.len() / 2] {
            assert!(read(whole[..keep].to_vec()).is_err(), "{keep} bytes");
        }
    }

    #[test]
    fn transparency_is_white_paper() {
        let clear = image::RgbaImage::from_pixel(300, 400, image::Rgba([0, 0, 0, 0]));
        let RawContent::Image { image, .. } = read(png(clear.into())).unwrap() else { panic!() };
        assert_eq!(image.to_luma8().get_pixel(3, 3).0, [255]);
    }

    #[test]
    fn resolutions() {
        let cases = [
            ((2480, 3508), Some((300.0, 300.0)), (2480, 3508), 300.0),
            ((2480, 3508), None, (2480, 3508), 300.0),
            ((3000, 4000), Some((72.0, 72.0)), (2631, 3508), 300.0),
            ((1728, 1145), Some((204.0, 98.0)), (1728, 2383), 204.0),
            ((4960, 7016), Some((600.0, 600.0)), (2480, 3508), 300.0),
        ];
        for ((w, h), says, size, dpi) in cases {
            let (image, got) = normalise(GrayImage::new(w, h).into(), says);
            assert!((got - dpi).abs() < 1.0, "{w}×{h} {says:?}: {got}");
            assert!(image.width().abs_diff(size.0) < 3, "{w}×{h}: {}×{}", image.width(), image.height());
        }
    }
}
