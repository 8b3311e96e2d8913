//! Page images → pages of lines and words in reading order, then one [`Text`].
//!
//! in: [`RawPage`] and an [`Engine`] → out: [`Page`]; pages → [`Text`].
//! Promises: words keep their box on the page image and a confidence; header halves and Nơi nhận | signature are never
//! merged line by line; a page that may have lost text says so in `warnings`; a text layer is used only where it holds
//! together as Vietnamese and covers the page, and `reason` says why it was or was not.
//! Leaves out: tables without rules, handwriting other than digits ([`handwriting`]).

pub mod handwriting;
mod image;
mod layout;
mod ocr;
mod read;
mod scan;
mod seal;
mod text_layer;

pub use ocr::engine::{Engine, Mode, Recorded};
pub use ocr::hocr;
pub use ocr::omp::ensure_single_threaded_omp;
#[cfg(feature = "ocr")]
pub use ocr::tesseract;
pub use read::{ReadOptions, read};

use crate::text::{Rect, Text, TextBuilder};
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
pub const READING_VERSION: u32 = 9;

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
    /// What a person should look at, in one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
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

/// A line of words, left to right; a row of a ruled table is one line, its cells parted by [`Word::starts_cell`], an empty
/// cell a word without text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The words.
    #[serde(rename = "w")]
    pub words: Vec<Word>,
    /// Box around them; `None` for text input.
    #[serde(rename = "b", default, with = "compact_box", skip_serializing_if = "Option::is_none")]
    pub bbox: Option<Rect>,
}

/// A word.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As read.
    #[serde(rename = "t")]
    pub text: String,
    /// Its place on the page image; `None` for text input.
    #[serde(rename = "b", default, with = "compact_box", skip_serializing_if = "Option::is_none")]
    pub bbox: Option<Rect>,
    /// How sure the reading is, 0..=1.
    #[serde(rename = "c")]
    pub confidence: f32,
    /// Per symbol the readings the engine weighed, best first, with their shares 0..=1; empty for a symbol it was sure of,
    /// empty altogether where it was sure of all.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Vec<(String, f32)>>,
    /// Whether the word begins a table cell (not the first of its line).
    #[serde(rename = "s", default, skip_serializing_if = "std::ops::Not::not")]
    pub starts_cell: bool,
}

impl Line {
    /// A line of words, boxed.
    pub fn new(words: Vec<Word>) -> Line {
        let bbox = words.iter().filter_map(|w| w.bbox).reduce(Rect::cover);
        Line { words, bbox }
    }
    /// The words parted by blanks, cells by tabs.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for word in &self.words {
            if !text.is_empty() {
                text.push(if word.starts_cell { '\t' } else { ' ' });
            } else if word.starts_cell {
                text.push('\t');
            }
            text.push_str(&word.text);
        }
        text
    }
    /// Mean confidence of the words by length, 0..=1; 0 where there is none.
    pub fn confidence(&self) -> f32 {
        mean_confidence(&self.words)
    }
}

fn mean_confidence<'a>(words: impl IntoIterator<Item = &'a Word>) -> f32 {
    let (sum, letters) = words.into_iter().fold((0.0, 0.0), |(sum, all), w| {
        let letters = w.text.chars().count() as f32;
        (sum + w.confidence * letters, all + letters)
    });
    if letters > 0.0 { sum / letters } else { 0.0 }
}

/// The boxes of all words.
fn boxes(lines: &[Line]) -> Vec<Rect> {
    lines.iter().flat_map(|l| &l.words).filter_map(|w| w.bbox).collect()
}

impl Page {
    /// The lines, one per text line.
    pub fn text(&self) -> String {
        self.lines.iter().map(|l| l.text() + "\n").collect()
    }
    /// Mean confidence by length, 0..=1.
    pub fn confidence(&self) -> f32 {
        mean_confidence(self.lines.iter().flat_map(|l| &l.words))
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
        }
        page.hand.written(page.number).into_iter().for_each(|written| builder.push_written(written));
    }
    builder.finish()
}

/// Boxes are written `[x, y, w, h]`.
mod compact_box {
    use crate::text::Rect;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(bbox: &Option<Rect>, to: S) -> Result<S::Ok, S::Error> {
        bbox.map(|b| [b.x, b.y, b.w, b.h]).serialize(to)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rect>, D::Error> {
        Ok(Option::<[u32; 4]>::deserialize(from)?.map(|[x, y, w, h]| Rect { x, y, w, h }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x: u32) -> Word {
        Word { text: text.into(), bbox: Some(Rect { x, y: 0, w: 10, h: 10 }), confidence: 0.5, ..Word::default() }
    }

    fn page(number: u32, reading: Reading, lines: Vec<Line>) -> Page {
        Page {
            number,
            width: 0,
            height: 0,
            dpi: 0.0,
            turned: 0,
            lines,
            reading,
            reason: None,
            warnings: vec![],
            hand: handwriting::HandReadings::default(),
        }
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
        let page = Page { warnings: vec!["x".into()], ..page(3, Reading::Layer, vec![Line::new(vec![full])]) };
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
