//! Page images → pages of lines and words in reading order, then one [`Text`].
//!
//! in: [`RawPage`](crate::source::RawPage) and an [`Engine`] → out: [`Page`]; pages → [`Text`]. [`read`] is the list of steps;
//! its rooms are `image` (pixels, and the [`View`] that knows its way back), `ocr` (engines), `layout` (reading order,
//! tables, stamps), `seal` and [`handwriting`].
//! Promises: words keep their box on the page image and a confidence; header halves and Nơi nhận | signature are never
//! merged line by line; a page that may have lost text says so in `warnings`; a text layer is used only where it holds
//! together as Vietnamese and covers the page, and `reason` says why it was or was not.
//! Leaves out: tables without rules, handwriting other than digits.

mod arrival;
pub mod handwriting;
mod image;
mod labels;
mod layout;
mod ocr;
mod read;
mod scan;
mod seal;
mod text_layer;
mod warning;
mod words;

pub use self::image::view::View;
pub use ocr::engine::{Engine, Mode, Recorded};
pub use ocr::hocr;
pub use ocr::omp::ensure_single_threaded_omp;
#[cfg(feature = "ocr")]
pub use ocr::tesseract;
pub use read::{ReadOptions, read};
pub use warning::Warning;
pub use words::{Line, Word};

use crate::text::{Text, TextBuilder};
use serde::{Deserialize, Serialize};

/// The engine of this build, started.
///
/// # Errors
/// Its language data is missing, or the build has none (feature `ocr`).
pub fn engine() -> crate::error::Result<Box<dyn Engine>> {
    #[cfg(feature = "ocr")]
    return Ok(Box::new(tesseract::Tesseract::new()?));
    #[cfg(not(feature = "ocr"))]
    return Err(crate::error::Error::environment("this build reads no images: build with the feature ocr"));
}

/// Raise it when the same page gives another result: cached pages are then read again.
pub const READING_VERSION: u32 = 10;

/// A page as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// 1-based.
    pub number: u32,
    /// Width of the page image in pixels; 0 for text input.
    pub width: u32,
    /// Height of the page image in pixels; 0 for text input.
    pub height: u32,
    /// Pixels per inch of the page image; 0 for text input.
    pub dpi: f32,
    /// Degrees clockwise (0, 90, 180, 270) the image of the file was turned to stand upright; width, height and boxes are
    /// those of the turned image.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub turned: u16,
    /// Lines in reading order.
    pub lines: Vec<Line>,
    /// Where the words come from.
    pub reading: Reading,
    /// Why this reading was chosen, where there was a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a person should look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What small stamps say, read for themselves: degrees of urgency and secrecy. A reading of its own, beside the lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stamped: Vec<String>,
    /// What stands in the fields filled in by pen.
    #[serde(default, skip_serializing_if = "handwriting::HandReadings::is_empty")]
    pub hand: handwriting::HandReadings,
}

fn is_zero(turned: &u16) -> bool {
    *turned == 0
}

/// Where the words of a page come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// Recognised from the image.
    Ocr,
    /// The text layer of the PDF.
    Layer,
    /// A text file.
    Plain,
    /// Nothing is on the page.
    Blank,
}

impl Page {
    /// A page without words.
    pub(crate) fn empty(number: u32, reading: Reading) -> Page {
        Page {
            number,
            width: 0,
            height: 0,
            dpi: 0.0,
            turned: 0,
            lines: Vec::new(),
            reading,
            reason: None,
            warnings: Vec::new(),
            stamped: Vec::new(),
            hand: handwriting::HandReadings::default(),
        }
    }
    /// A text as its first page.
    pub fn of_text(text: &str) -> Page {
        read::plain(1, text)
    }
    /// The lines, one per text line.
    pub fn text(&self) -> String {
        self.lines.iter().map(|l| l.text() + "\n").collect()
    }
    /// Mean confidence by length, 0..=1.
    pub fn confidence(&self) -> f32 {
        words::mean_confidence(words::all(&self.lines))
    }
}

/// The pages as one text, in their order. A single page of plain text has no page breaks (`has_pages` is false).
pub fn to_text(pages: &[Page]) -> Text {
    if let [page] = pages
        && page.reading == Reading::Plain
    {
        let lines: Vec<String> = page.lines.iter().map(Line::text).collect();
        return Text::plain(&lines.join("\n"));
    }
    let mut builder = TextBuilder::default();
    for page in pages {
        builder.begin_page(page.number);
        for line in &page.lines {
            for word in &line.words {
                if word.starts_cell {
                    builder.begin_cell();
                }
                builder.push_word(&word.text, word.bbox, word.confidence);
                builder.add_choices(&word.choices);
            }
            builder.end_line();
            // a line of the stamp and nothing else: the document reads it as such, whatever it says
            if let Some(place) = line.bbox.filter(|_| !line.words.is_empty() && line.words.iter().all(|w| w.in_stamp)) {
                builder.push_stamp(place);
            }
        }
        page.hand.written(page.number).into_iter().for_each(|written| builder.push_written(written));
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Rect;

    fn word(text: &str, x: u32) -> Word {
        Word { text: text.into(), bbox: Some(Rect { x, y: 0, w: 10, h: 10 }), confidence: 0.5, ..Word::default() }
    }

    fn page(number: u32, reading: Reading, lines: Vec<Line>) -> Page {
        Page { lines, ..Page::empty(number, reading) }
    }

    #[test]
    fn cells_are_parted_by_tabs_and_pages_by_form_feeds() {
        let cell = Word { starts_cell: true, ..word("Quận", 40) };
        let row = Line::new(vec![word("1", 0), cell, word("Một", 60)]);
        let text =
            to_text(&[page(1, Reading::Ocr, vec![row]), page(2, Reading::Ocr, vec![Line::new(vec![word("x", 0)])])]);
        assert_eq!(text.as_str(), "1\tQuận Một\n\u{c}\nx\n");
        assert_eq!(text.origins()[1].bbox.map(|b| b.x), Some(40));
    }

    #[test]
    fn pages_survive_their_json() {
        let full = Word { choices: vec![vec![("a".into(), 0.5)], vec![]], ..word("an", 3) };
        let page = Page { warnings: vec![Warning::CutOff], ..page(3, Reading::Layer, vec![Line::new(vec![full])]) };
        let json = serde_json::to_string(&page).unwrap();
        assert!(json.contains("\"b\":[3,0,10,10]"), "{json}");
        assert_eq!(serde_json::from_str::<Page>(&json).unwrap(), page);
    }

    #[test]
    fn one_plain_page_keeps_its_lines() {
        let line =
            |t: &str| Line { words: vec![Word { text: t.into(), confidence: 1.0, ..Word::default() }], bbox: None };
        let text = to_text(&[page(1, Reading::Plain, vec![line("  a"), Line::default(), line("b")])]);
        assert_eq!(text.as_str(), "  a\n\nb\n");
        assert!(!text.has_pages());
    }
}
