//! The words of a page: what they are made of, and how sure a reading must be.
//!
//! in: what an engine or a text layer gave → out: [`Line`]s of [`Word`]s, and whether a token can be one.
//! Promises: every threshold of certainty on a page has its name and its reason here; they compare [`Word::confidence`] and
//! means of it, 0..=1. Leaves out: probabilities of values written by pen, which are measured shares of right answers
//! (`handwriting::combine`), and shares of ink, which stand where ink is counted.

use crate::text::Rect;
use crate::text::fold::bare_char;
use serde::{Deserialize, Serialize};

/// A page read with a lower mean may lie on its side or upside down.
pub(crate) const PAGE_IS_DOUBTFUL: f32 = 0.60;
/// A word read less surely is doubtful: it is worth another reading. Wrong marks come out at 0.5 to 0.85.
pub(crate) const WORD_IS_SURE: f32 = 0.85;
/// A part of a name read so surely needs no other reading: names are checked by nothing else on the page.
pub(crate) const NAME_IS_SURE: f32 = 0.9;
/// A word is believed from here on where only one of several readings has it.
pub(crate) const BELIEVED: f32 = 0.6;
/// A short number of which only a reading of a part of the page knows; a line is sure from here on.
pub(crate) const NUMBER_BELIEVED: f32 = 0.7;
/// A long number and a syllable in a sure line are print from here on.
pub(crate) const PRINTED: f32 = 0.4;
/// A mark without letters read less surely is dirt or a rule, and a dash that opens no list.
pub(crate) const MARK_READ: f32 = 0.45;
/// A short word that no other reading bears out is dirt below this.
pub(crate) const NO_DIRT: f32 = 0.35;
/// A word read less surely says nothing: strokes of a pen or of a seal.
pub(crate) const SAYS_NOTHING: f32 = 0.3;
/// A single dash opens a list entry even where it was read badly: there is little of it to be sure of.
pub(crate) const DASH_READ: f32 = 0.2;
/// A dash put back where its ink is: as sure as the column it stands in, doubtful.
pub(crate) const DASH_PUT_BACK: f32 = 0.7;
/// A text layer is what its author typed; a hidden one is somebody else's OCR.
pub(crate) const TYPED: f32 = 1.0;
pub(crate) const HIDDEN: f32 = 0.9;
/// What being a possible Vietnamese word is worth against confidence, when two readings differ.
pub(crate) const PLAUSIBLE: f32 = 0.15;

/// A gap wider than this, in heights of the type, parts what stands beside each other.
const WIDE_GAP: f32 = 1.6;

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
    /// Whether the word was put on by a stamp of arrival: it is none of the letter's own.
    #[serde(rename = "i", default, skip_serializing_if = "std::ops::Not::not")]
    pub in_stamp: bool,
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
    /// The stretches between wide gaps, with their boxes: cells, halves of a two-column head. Text input is cut where several
    /// blanks, tabs or bars stand.
    pub fn stretches(&self) -> Vec<(String, Option<Rect>)> {
        let mut found: Vec<(String, Option<Rect>)> = Vec::new();
        for word in &self.words {
            let Some(b) = word.bbox else {
                found.extend(cut_at_blanks(&word.text).map(|part| (part.to_owned(), None)));
                continue;
            };
            let is_near = |last: &Rect| (b.x.saturating_sub(last.right()) as f32) < WIDE_GAP * b.h.max(last.h) as f32;
            match found.last_mut() {
                Some((words, Some(last))) if !word.starts_cell && is_near(last) => {
                    *words = format!("{words} {}", word.text);
                    *last = last.cover(b);
                }
                _ => found.push((word.text.clone(), Some(b))),
            }
        }
        found.retain(|(words, _)| !words.trim().is_empty());
        found
    }
    /// Mean confidence of the words by length, 0..=1; 0 where there is none.
    pub fn confidence(&self) -> f32 {
        mean_confidence(&self.words)
    }
    /// The line with its boxes led elsewhere.
    pub(crate) fn placed(self, place: impl Fn(Rect) -> Rect) -> Line {
        Line::new(self.words.into_iter().map(|w| Word { bbox: w.bbox.map(&place), ..w }).collect())
    }
}

impl Word {
    /// How many letters it has.
    pub(crate) fn letters(&self) -> usize {
        self.text.chars().filter(|c| c.is_alphabetic()).count()
    }
    /// How many letters and digits it has.
    pub(crate) fn signs(&self) -> usize {
        self.text.chars().filter(|c| c.is_alphanumeric()).count()
    }
    /// Whether it can stand in a Vietnamese letter.
    pub(crate) fn is_plausible(&self) -> bool {
        can_be_vietnamese(&self.text)
    }
}

/// The parts of a line of plain text between tabs, bars and runs of blanks.
fn cut_at_blanks(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split(['\t', '|']).flat_map(|part| part.split("   "));
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// All words, line after line.
pub(crate) fn all(lines: &[Line]) -> impl Iterator<Item = &Word> {
    lines.iter().flat_map(|l| &l.words)
}

/// The boxes of all words.
pub(crate) fn boxes(lines: &[Line]) -> Vec<Rect> {
    all(lines).filter_map(|w| w.bbox).collect()
}

/// Mean confidence by length, 0..=1; 0 where there is no word.
pub(crate) fn mean_confidence<'a>(words: impl IntoIterator<Item = &'a Word>) -> f32 {
    let (sum, letters) = words.into_iter().fold((0.0, 0.0), |(sum, all), w| {
        let letters = w.text.chars().count() as f32;
        (sum + w.confidence * letters, all + letters)
    });
    if letters > 0.0 { sum / letters } else { 0.0 }
}

/// Letters and digits read in possible words, weighed by how sure they are: what a reading is worth.
pub(crate) fn worth(lines: &[Line]) -> f32 {
    all(lines).filter(|w| w.is_plausible()).map(|w| w.confidence * w.signs() as f32).sum()
}

/// Share of the words that the engine was not sure of.
pub(crate) fn doubtful_share(lines: &[Line]) -> f32 {
    let (doubtful, count) = all(lines).fold((0, 0), |(d, n), w| (d + u32::from(w.confidence < WORD_IS_SURE), n + 1));
    doubtful as f32 / count.max(1) as f32
}

/// Whether a token can stand in a Vietnamese letter: a syllable, a number, a symbol of letters, an abbreviation.
pub(crate) fn can_be_vietnamese(token: &str) -> bool {
    const PARTS: [char; 14] = ['-', '/', '.', ',', ':', ';', '(', ')', '"', '“', '”', '–', '…', '%'];
    token.split(PARTS).filter(|p| !p.is_empty()).all(|part| {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        if digits + letters < part.chars().count() {
            return false;
        }
        digits == part.chars().count()
            || (digits == 0 && (is_syllable(part) || part.chars().all(char::is_uppercase)))
            || (digits > 0 && letters <= 2)
    })
}

/// Shape of a syllable: consonants of the beginning, vowels, consonants of the end. Looser than `text::spelling`, which
/// judges marks too: those are what a reading gets wrong.
fn is_syllable(word: &str) -> bool {
    const BEGINS: [&str; 28] = [
        "", "b", "c", "ch", "d", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
        "r", "s", "t", "th", "tr", "v", "x", "q",
    ];
    const ENDS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];
    let bare: String = word.chars().map(bare_char).collect();
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let Some(first) = bare.find(vowel) else { return false };
    let last = bare.rfind(vowel).unwrap_or(first);
    let core = &bare[first..=last];
    BEGINS.contains(&&bare[..first]) && ENDS.contains(&&bare[last + 1..]) && core.len() <= 4 && core.chars().all(vowel)
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

    #[test]
    fn what_can_stand_in_a_letter() {
        for (token, can) in [
            ("nghiêng", true),
            ("12/2017", true),
            ("TB-UBND", true),
            ("(Sở,", true),
            ("strong", false),
            ("dfghjk", false),
            ("a\u{fffd}", false),
            ("12abc", false),
        ] {
            assert_eq!(can_be_vietnamese(token), can, "{token}");
        }
    }

    #[test]
    fn readings_weighed() {
        let word = |text: &str, confidence| Word { text: text.into(), confidence, ..Word::default() };
        let lines = [Line::new(vec![word("ngày", 0.9), word("5.", 0.5)]), Line::new(vec![word("~#", 0.9)])];
        assert!((worth(&lines) - (4.0 * 0.9 + 0.5)).abs() < 1e-6);
        assert!((doubtful_share(&lines) - 1.0 / 3.0).abs() < 1e-6 && doubtful_share(&[]) == 0.0);
        assert!((lines[0].confidence() - (4.0 * 0.9 + 2.0 * 0.5) / 6.0).abs() < 1e-6);
    }
}
