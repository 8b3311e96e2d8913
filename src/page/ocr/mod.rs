//! Optical character recognition: the engines, and what is asked of them.
//!
//! in: images → out: lines of words with boxes and confidences.
//! Leaves out: the order of the lines on the page (`layout`).

pub(crate) mod engine;
pub mod hocr;
pub(crate) mod merge;
pub(crate) mod omp;
pub(crate) mod orientation;
pub(crate) mod regions;
pub(crate) mod stamp_words;
#[cfg(feature = "ocr")]
pub mod tesseract;
