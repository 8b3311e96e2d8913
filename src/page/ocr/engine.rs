//! What reads an image: the seam between pages and OCR engines.
//!
//! in: a grey image → out: lines of words with boxes on that image.
//! Promises: an engine is used by one thread at a time and keeps no memory of earlier images.

use crate::error::Result;
use crate::page::Line;
use image::GrayImage;

/// How an engine should take a page apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Find columns and blocks.
    #[default]
    Auto,
    /// One column of text of varying size.
    Column,
    /// One block of text.
    Block,
    /// One line.
    Line,
    /// Words wherever they are.
    Sparse,
}

/// Reads images.
pub trait Engine {
    /// The lines on an image of `dpi` pixels per inch; boxes in its pixels, confidences 0..=1.
    ///
    /// # Errors
    /// The engine broke down on this image; it can be used again.
    fn recognise(&mut self, image: &GrayImage, dpi: f32) -> Result<Vec<Line>>;
    /// Name and version, for logs.
    fn name(&self) -> &str;
    /// How the next images are taken apart. Engines that know one way only do nothing.
    fn set_mode(&mut self, _mode: Mode) {}
    /// Whether the next images are read with the alternatives of doubtful symbols; engines that have none do nothing.
    fn weigh(&mut self, _alternatives: bool) {}
}

/// Gives back what was recorded, call after call; the last answer stays. For tests and for replaying a reading.
#[derive(Debug, Default)]
pub struct Recorded {
    answers: Vec<Vec<Line>>,
    next: usize,
}

impl Recorded {
    /// An engine with these answers, first to last.
    pub fn new(answers: Vec<Vec<Line>>) -> Recorded {
        Recorded { answers, next: 0 }
    }
}

impl Engine for Recorded {
    fn recognise(&mut self, _: &GrayImage, _: f32) -> Result<Vec<Line>> {
        let answer = self.answers.get(self.next.min(self.answers.len().saturating_sub(1)));
        self.next += 1;
        Ok(answer.cloned().unwrap_or_default())
    }
    fn name(&self) -> &str {
        "recorded"
    }
}
