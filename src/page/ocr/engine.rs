//! What recognises words: the seam between pages and OCR engines.
//!
//! in: a [`View`] of a page, how to take it apart → out: lines of words with boxes on the page.
//! Promises: an engine is used by one thread at a time and keeps nothing of earlier calls, neither images nor modes.

use crate::error::Result;
use crate::page::image::view::View;
use crate::page::words::Line;

/// How an engine should take a view apart (page segmentation mode).
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

/// Recognises words.
pub trait Engine {
    /// The lines on a view, boxes in pixels of its own image, confidences 0..=1; with the alternatives of doubtful symbols
    /// where they are wanted and the engine has them. An engine that knows one mode only takes every view apart by that.
    ///
    /// # Errors
    /// The engine broke down on this view; it can be used again.
    fn recognise_pixels(&mut self, view: &View, mode: Mode, alternatives: bool) -> Result<Vec<Line>>;

    /// The lines on a view, boxes in pixels of the page.
    ///
    /// # Errors
    /// As [`Engine::recognise_pixels`].
    fn recognise(&mut self, view: &View, mode: Mode, alternatives: bool) -> Result<Vec<Line>> {
        let lines = self.recognise_pixels(view, mode, alternatives)?;
        if view.is_in_place() {
            return Ok(lines);
        }
        Ok(lines.into_iter().map(|line| line.placed(|found| view.to_page(found))).collect())
    }

    /// Name and version, for logs.
    fn name(&self) -> &str;
}

/// An engine with what is settled for a whole page.
pub(crate) struct Recogniser<'e> {
    pub engine: &'e mut dyn Engine,
    /// Whether doubtful symbols are wanted with their alternatives.
    pub alternatives: bool,
}

impl Recogniser<'_> {
    /// The lines on a view, boxes in pixels of the page.
    pub(crate) fn lines(&mut self, view: &View, mode: Mode) -> Result<Vec<Line>> {
        self.engine.recognise(view, mode, self.alternatives)
    }
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
    fn recognise_pixels(&mut self, _: &View, _: Mode, _: bool) -> Result<Vec<Line>> {
        let answer = self.answers.get(self.next.min(self.answers.len().saturating_sub(1)));
        self.next += 1;
        Ok(answer.cloned().unwrap_or_default())
    }
    fn name(&self) -> &str {
        "recorded"
    }
}
