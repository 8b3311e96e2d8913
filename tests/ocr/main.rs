//! Reading pages with recorded engine output and with engines that misbehave; with Tesseract where it is built in.

mod engines;
mod frozen;
#[cfg(feature = "ocr")]
mod real;
