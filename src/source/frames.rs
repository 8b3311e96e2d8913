//! Moving pictures: GIF and WebP files of several frames.
//!
//! in: the bytes of an image file → out: how many frames it has, and one of them.
//! Promises: any other file has one; a film is refused, not read for hours; frames come as a viewer shows them, each drawn
//! over the ones before.

use super::limits::{check_size, decode_error};
use crate::error::{Error, Result};
use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, Frames, ImageDecoder, RgbImage};
use std::io::Cursor;

/// A file of more frames is an animation, not a letter page by page.
const MOST: u32 = 20;

/// Number of frames, 1 for what does not move.
pub(super) fn count(bytes: &[u8]) -> Result<u32> {
    let Some(frames) = frames(bytes)? else { return Ok(1) };
    // a damaged frame ends the count: it is told when its page is read
    let found = frames.take(MOST as usize + 1).take_while(std::result::Result::is_ok).count() as u32;
    if found > MOST {
        return Err(Error::input(format!(
            "a moving picture of more than {MOST} frames, no letter: save the page as PNG"
        )));
    }
    Ok(found.max(1))
}

/// The frame with this 0-based index, on white.
pub(super) fn nth(bytes: &[u8], index: u32) -> Result<DynamicImage> {
    let frame = frames(bytes)?.and_then(|mut frames| frames.nth(index as usize));
    let frame = frame.ok_or_else(super::no_such_page)?.map_err(|e| decode_error(&e))?;
    let over = frame.into_buffer();
    let on_white = RgbImage::from_fn(over.width(), over.height(), |x, y| {
        let [r, g, b, a] = over.get_pixel(x, y).0;
        image::Rgb([r, g, b].map(|v| super::raster::on_white(v, a)))
    });
    Ok(on_white.into())
}

fn frames(bytes: &[u8]) -> Result<Option<Frames<'_>>> {
    let size = |(width, height): (u32, u32)| check_size(width, height);
    if bytes.starts_with(b"GIF8") {
        let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|e| decode_error(&e))?;
        size(decoder.dimensions())?;
        return Ok(Some(decoder.into_frames()));
    }
    if bytes.starts_with(b"RIFF") {
        let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|e| decode_error(&e))?;
        size(decoder.dimensions())?;
        return Ok(decoder.has_animation().then(|| decoder.into_frames()));
    }
    Ok(None)
}
