//! What image decoders are allowed, and how their failures are told.
//!
//! in: the size an image says it has, or why it was not decoded → out: nothing, or an [`Error`] a reader can act upon.
//! Promises: nothing is decoded before its size was looked at.

use super::MAX_PIXELS;
use crate::error::{Error, Result};

/// Refuses an image that has no pixel, or more than a page can have.
pub(super) fn check_size(width: u32, height: u32) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(Error::input("the image has no pixels"));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width.max(height) > u32::from(u16::MAX) {
        return Err(Error::input(format!(
            "the image measures {width} × {height} pixels, more than the {} million we take: scan at 300 dpi",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(())
}

/// Why an image could not be decoded, for its reader.
pub(super) fn decode_error(e: &image::ImageError) -> Error {
    match e {
        image::ImageError::Limits(_) => Error::input("the image needs more memory than we take"),
        image::ImageError::IoError(_) => Error::input("the image is cut off or damaged"),
        other => Error::input(format!("the image cannot be decoded ({other})").to_lowercase()),
    }
}
