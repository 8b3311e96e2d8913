//! Text with a memory: an NFC string in which every span leads back to its page and box, plus the edits made to it.
//!
//! in: lines with their places (from `page`) or a plain string → out: [`Text`].
//! Promises: always NFC; spans are byte ranges, half-open, on character boundaries; origins sorted, not overlapping.
//! Knows Vietnamese letters ([`fold`], [`spelling`], [`syllable`]); knows no documents.

pub mod fold;
pub mod invisible;
pub mod lang;
pub mod legacy;
pub mod lookalike;
pub(crate) mod pattern;
mod rect;
pub mod spelling;
pub mod syllable;
pub mod written;

pub use rect::Rect;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Byte range of a [`Text`], half-open, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start, end }
    }
    /// As a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
    /// Number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }
    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
    /// Whether both share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
    /// Whether `other` lies inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    /// The smallest span around both.
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
    /// Moved towards the end by `by` bytes.
    pub fn shifted(self, by: usize) -> Span {
        Span { start: self.start + by, end: self.end + by }
    }
}

/// Where a stretch of text stands: one entry per recognised word (or per line of plain text).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The stretch.
    pub span: Span,
    /// 1-based page.
    pub page: u32,
    /// Box on the page image; `None` for text input.
    pub bbox: Option<Rect>,
    /// How sure the reading is, 0..=1 (1 for text input).
    pub confidence: f32,
    /// Per character what else the engine weighed, with shares 0..=1; empty for a character it was sure of, empty altogether
    /// where it was sure of all or once the word was restored.
    #[serde(skip)]
    pub choices: Vec<Vec<(String, f32)>>,
}

/// A change made to the text after it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Where the new words stand now.
    pub span: Span,
    /// The words as read.
    pub was: String,
    /// The words as restored.
    pub now: String,
    /// Posterior probability of the new words, 0..=1.
    pub confidence: f32,
}

/// Place of a span: the page, the box around all its words, the lowest confidence among them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceOf {
    /// 1-based page on which the span begins.
    pub page: u32,
    /// Box around the words on that page; `None` for text input.
    pub bbox: Option<Rect>,
    /// Lowest confidence of the words, edits counted, 0..=1.
    pub confidence: f32,
}

/// An NFC string in which every span leads back to page and box. Lines end with `\n`; a page after the first begins
/// with a form feed on a line of its own (`\u{c}\n`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    content: String,
    origins: Vec<Origin>,
    edits: Vec<Edit>,
    has_pages: bool,
    #[serde(default)]
    written: Vec<written::Written>,
    /// Page and box of each line that a stamp of arrival put on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stamps: Vec<(u32, Rect)>,
}

impl Text {
    /// Plain text. A form feed parts pages; without one the text has no pages (`has_pages` is false) and counts as page 1.
    ///
    /// Lines end where any system ends them; invisible characters and odd blanks are gone ([`invisible`]).
    pub fn plain(raw: &str) -> Text {
        let raw = &invisible::plain_line_ends(raw);
        let mut builder = TextBuilder::default();
        let pages: Vec<&str> = raw.split('\u{c}').collect();
        let paged = pages.len() > 1;
        for (index, page) in pages.iter().enumerate() {
            let page = if index == 0 { page } else { page.strip_prefix('\n').unwrap_or(page) };
            builder.begin_page(index as u32 + 1);
            for line in page.lines() {
                builder.push_word(&invisible::tabs_in_phrases(line), None, 1.0);
                builder.end_line();
            }
        }
        let mut text = builder.finish();
        text.has_pages = paged;
        text
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.content
    }
    /// The words of a span.
    ///
    /// # Panics
    /// When the span does not lie on character boundaries of this text.
    pub fn slice(&self, span: Span) -> &str {
        &self.content[span.range()]
    }
    /// The whole text as a span.
    pub fn span(&self) -> Span {
        Span::new(0, self.content.len())
    }
    /// Whether the text came from something with pages (false for a plain text file without form feeds).
    pub fn has_pages(&self) -> bool {
        self.has_pages
    }
    /// Places of the words, sorted by span.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }
    /// What the recogniser of pen-written digits read, page by page.
    pub fn written(&self) -> &[written::Written] {
        &self.written
    }
    /// Whether a span is a line that a stamp of arrival put on.
    pub fn is_stamped(&self, line: Span) -> bool {
        let place = || self.place_of(line).and_then(|place| Some((place.page, place.bbox?)));
        !self.stamps.is_empty() && place().is_some_and(|place| self.stamps.contains(&place))
    }
    /// Changes made after reading, sorted by span.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The words whose origin touches `span`. Logarithmic in the number of words, plus the words found.
    pub fn origins_in(&self, span: Span) -> &[Origin] {
        let from = self.origins.partition_point(|o| o.span.end <= span.start);
        let to = from + self.origins[from..].partition_point(|o| o.span.start < span.end);
        &self.origins[from..to]
    }

    /// Page, box and confidence of a span; `None` when it touches no word.
    pub fn place_of(&self, span: Span) -> Option<PlaceOf> {
        let words = self.origins_in(span);
        let page = words.first()?.page;
        let here = words.iter().filter(|o| o.page == page);
        let bbox = here.clone().filter_map(|o| o.bbox).reduce(Rect::cover);
        let read = words.iter().map(|o| o.confidence).fold(1.0f32, f32::min);
        let from = self.edits.partition_point(|e| e.span.end <= span.start);
        let edited =
            self.edits[from..].iter().take_while(|e| e.span.start < span.end).map(|e| e.confidence).fold(1.0, f32::min);
        Some(PlaceOf { page, bbox, confidence: read.min(edited) })
    }

    /// 1-based page a byte stands on.
    pub fn page_at(&self, offset: usize) -> u32 {
        let next = self.origins.partition_point(|o| o.span.start <= offset);
        self.origins.get(next.saturating_sub(1)).map_or(1, |o| o.page)
    }

    /// Spans of the lines, without their line ends, in order. The form feed between pages is a line of its own.
    pub fn lines(&self) -> Vec<Span> {
        let mut start = 0;
        self.content
            .split_inclusive('\n')
            .map(|line| {
                let span = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
                start += line.len();
                span
            })
            .collect()
    }

    /// The same places with some stretches rewritten. `edits` are sorted, do not overlap, and their spans point into
    /// *this* text; in the result they point into the new one. Earlier edits are carried along.
    pub fn edited(&self, edits: &[Edit]) -> Text {
        let mut map = Remap { pieces: Vec::with_capacity(edits.len()) };
        let mut content = String::with_capacity(self.content.len() + edits.len() * 2);
        let mut done = Vec::with_capacity(edits.len());
        let mut at = 0;
        for edit in edits {
            content.push_str(&self.content[at..edit.span.start]);
            let start = content.len();
            content.extend(edit.now.nfc());
            let now = Span::new(start, content.len());
            map.pieces.push((edit.span, now));
            done.push(Edit { span: now, ..edit.clone() });
            at = edit.span.end;
        }
        content.push_str(&self.content[at..]);
        let origins =
            self.origins.iter().map(|o| Origin { span: map.span(o.span), choices: Vec::new(), ..*o }).collect();
        let replaced = |e: &Edit| edits.iter().any(|n| n.span.overlaps(e.span));
        done.extend(self.edits.iter().filter(|e| !replaced(e)).map(|e| Edit { span: map.span(e.span), ..e.clone() }));
        done.sort_by_key(|e| e.span);
        Text {
            content,
            origins,
            edits: done,
            has_pages: self.has_pages,
            written: self.written.clone(),
            stamps: self.stamps.clone(),
        }
    }
}

/// Old offsets → new offsets after a list of replacements.
struct Remap {
    pieces: Vec<(Span, Span)>,
}

impl Remap {
    fn offset(&self, old: usize, end: bool) -> usize {
        let next =
            self.pieces.partition_point(|(was, _)| was.start < old || (was.start == old && !end && was.is_empty()));
        let Some((was, now)) = next.checked_sub(1).map(|i| self.pieces[i]) else { return old };
        if old >= was.end {
            now.end + (old - was.end)
        } else if end {
            now.end
        } else {
            now.start
        }
    }
    fn span(&self, old: Span) -> Span {
        let start = self.offset(old.start, false);
        Span::new(start, self.offset(old.end, true).max(start))
    }
}

/// Puts a [`Text`] together word by word, line by line, page by page.
///
/// # Examples
/// ```
/// use congvan::text::{Rect, Span, TextBuilder};
///
/// let mut builder = TextBuilder::default();
/// builder.begin_page(1);
/// builder.push_word("Số:", Some(Rect { x: 100, y: 80, w: 40, h: 20 }), 0.98);
/// builder.push_word("117/KH-UBND", Some(Rect { x: 150, y: 80, w: 160, h: 20 }), 0.91);
/// let text = builder.finish();
///
/// let start = text.as_str().find("117").expect("it was pushed");
/// let place = text.place_of(Span::new(start, start + 3)).expect("a word stands there");
/// assert_eq!((place.page, place.bbox.map(|b| b.x), place.confidence), (1, Some(150), 0.91));
/// ```
#[derive(Debug, Default)]
pub struct TextBuilder {
    text: Text,
    page: u32,
    line_is_open: bool,
    cell_is_next: bool,
}

impl TextBuilder {
    /// Starts 1-based page `page`.
    pub fn begin_page(&mut self, page: u32) {
        if self.line_is_open {
            self.end_line();
        }
        if self.page != 0 {
            self.text.content.push_str("\u{c}\n");
        }
        self.page = page;
        self.text.has_pages = true;
    }
    /// Adds a word to the line; a blank is put before it unless it opens the line. Line ends, form feeds and odd blanks
    /// inside it become blanks, what writes nothing is dropped ([`invisible`]), letters of other codes that look
    /// Vietnamese become so ([`lookalike`]).
    pub fn push_word(&mut self, word: &str, bbox: Option<Rect>, confidence: f32) {
        if self.line_is_open {
            self.text.content.push(if self.cell_is_next { '\t' } else { ' ' });
        }
        self.cell_is_next = false;
        let start = self.text.content.len();
        let breaks = |c: char| if c == '\u{c}' || invisible::ends_line(c) { ' ' } else { c };
        let word = &*invisible::visible(word);
        let word = lookalike::vietnamese(word);
        if is_nfc(&word) {
            self.text.content.extend(word.chars().map(breaks));
        } else {
            self.text.content.extend(word.nfc().map(breaks));
        }
        let span = Span::new(start, self.text.content.len());
        if !span.is_empty() {
            self.text.origins.push(Origin { span, page: self.page.max(1), bbox, confidence, choices: Vec::new() });
        }
        self.line_is_open = true;
    }
    /// What else the engine weighed for each character of the word pushed last. Left out unless there is one entry for each.
    pub fn add_choices(&mut self, choices: &[Vec<(String, f32)>]) {
        if let Some(origin) = self.text.origins.last_mut()
            && self.text.content[origin.span.range()].chars().count() == choices.len()
        {
            origin.choices = choices.to_vec();
        }
    }
    /// The next word of this line begins a table cell: a tab is put before it, not a blank.
    pub fn begin_cell(&mut self) {
        self.cell_is_next = true;
    }
    /// Ends the line.
    pub fn end_line(&mut self) {
        self.cell_is_next = false;
        self.text.content.push('\n');
        self.line_is_open = false;
    }
    /// Adds what was read in a field filled in by pen.
    pub fn push_written(&mut self, written: written::Written) {
        self.text.written.push(written);
    }
    /// Adds the box of a line that a stamp of arrival put on this page.
    pub fn push_stamp(&mut self, place: Rect) {
        self.text.stamps.push((self.page.max(1), place));
    }
    /// The text.
    pub fn finish(mut self) -> Text {
        if self.line_is_open {
            self.end_line();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: u32) -> Option<Rect> {
        Some(Rect { x, y: 10, w: 20, h: 5 })
    }

    fn sample() -> Text {
        let mut b = TextBuilder::default();
        b.begin_page(1);
        b.push_word("So:", rect(0), 0.9);
        b.push_word("12/KH", rect(30), 0.5);
        b.end_line();
        b.begin_page(2);
        b.push_word("Uy", rect(0), 0.8);
        b.push_word("ban", rect(30), 0.7);
        b.finish()
    }

    #[test]
    fn spans_lead_back_to_page_and_box() {
        let t = sample();
        assert_eq!(t.as_str(), "So: 12/KH\n\u{c}\nUy ban\n");
        let at = t.as_str().find("12/KH").unwrap();
        let place = t.place_of(Span::new(at, at + 5)).unwrap();
        assert_eq!((place.page, place.bbox, place.confidence), (1, rect(30), 0.5));
        assert_eq!(t.page_at(t.as_str().find("ban").unwrap()), 2);
        assert!(t.place_of(Span::new(9, 10)).is_none());
    }

    #[test]
    fn edits_keep_places_and_remember_what_was() {
        let t = sample();
        let at = t.as_str().find("Uy").unwrap();
        let edits = [
            Edit { span: Span::new(0, 2), was: "So".into(), now: "Số".into(), confidence: 0.95 },
            Edit { span: Span::new(at, at + 6), was: "Uy ban".into(), now: "Ủy ban".into(), confidence: 0.6 },
        ];
        let e = t.edited(&edits);
        assert_eq!(e.as_str(), "Số: 12/KH\n\u{c}\nỦy ban\n");
        for edit in e.edits() {
            assert_eq!(e.slice(edit.span), edit.now);
        }
        let at = e.as_str().find("12/KH").unwrap();
        assert_eq!(e.place_of(Span::new(at, at + 5)).unwrap().bbox, rect(30));
        let at = e.as_str().find("ban").unwrap();
        assert_eq!(e.place_of(Span::new(at, at + 3)).unwrap().confidence, 0.6);
        let again = e.edited(&[Edit { span: Span::new(0, 0), was: "".into(), now: "* ".into(), confidence: 1.0 }]);
        assert!(again.edits().iter().all(|edit| again.slice(edit.span) == edit.now));
    }

    #[test]
    fn spans_lead_back_past_what_is_invisible() {
        let mut b = TextBuilder::default();
        b.push_word("S\u{200b}ố:\u{feff}", rect(0), 0.9);
        b.push_word("2\u{ad}15/UBND\u{a0}", rect(30), 0.5);
        let t = b.finish();
        assert_eq!(t.as_str(), "Số: 215/UBND \n");
        let at = t.as_str().find("215").unwrap();
        assert_eq!(t.place_of(Span::new(at, at + 3)).unwrap().bbox, rect(30));
    }

    #[test]
    fn plain_text_keeps_its_lines_and_becomes_nfc() {
        let t = Text::plain("Ho\u{302}\u{323}i\r\n\nhai");
        assert_eq!(t.as_str(), "Hội\n\nhai\n");
        assert!(!t.has_pages());
        assert_eq!(t.lines().len(), 3);
        assert_eq!(Text::plain("a\u{2028}b\u{b}c\u{85}d").as_str(), "a\nb\nc\nd\n");
        assert!(Text::plain("a\u{c}b").has_pages());
        assert_eq!(Text::plain("a\u{c}\nb").as_str(), "a\n\u{c}\nb\n");
    }
}
