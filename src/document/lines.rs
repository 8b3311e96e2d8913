//! Lines and pieces: a text cut where the eye cuts it.
//!
//! in: [`Text`] → out: [`Line`]s with page, place on the page and folded words; [`pieces`] cuts a line at wide gaps.
//! Promises: spans lie on character boundaries, without blanks and emphasis signs at their ends; linear in the text.
//! Leaves out: what the pieces are (`header`, `ending`).

use crate::text::fold::Folded;
use crate::text::{Rect, Span, Text};

/// A line with something on it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Its words.
    pub span: Span,
    /// 1-based page.
    pub page: u32,
    /// How many lines with words stand above it on its page.
    pub nth: usize,
    /// Whether an empty line, a wide gap or a page end parts it from the line above.
    pub gap: bool,
    /// Folded words.
    pub bare: String,
    /// Box around its words; `None` for text input.
    pub bbox: Option<Rect>,
}

/// Two lines further apart than this many line heights are not of one paragraph.
const PARTED: f32 = 1.1;
/// Words further apart than this many letter heights stand in different columns.
const COLUMN_GAP: f32 = 2.4;

/// The lines with words, in order.
pub(crate) fn lines(text: &Text) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let (mut gap, mut nth, mut page) = (true, 0, 0);
    for raw in text.lines() {
        let span = trimmed(text, raw);
        if span.is_empty() {
            gap = true;
            continue;
        }
        let here = text.page_at(span.start);
        if here != page {
            (page, nth, gap) = (here, 0, true);
        }
        let bbox = text.place_of(span).and_then(|p| p.bbox);
        let parted = out
            .last()
            .and_then(|l| l.bbox)
            .zip(bbox)
            .is_some_and(|(above, b)| b.y as f32 - above.bottom() as f32 > PARTED * above.h.min(b.h) as f32);
        out.push(Line { span, page, nth, gap: gap || parted, bare: bare_of(text, span), bbox });
        (gap, nth) = (false, nth + 1);
    }
    out
}

/// The span without blanks and emphasis signs (`*`, `_`, `#`, `>`) at its ends.
pub(crate) fn trimmed(text: &Text, span: Span) -> Span {
    let slice = text.slice(span);
    let noise = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | '>' | '\u{c}' | '\u{feff}' | '\u{200b}');
    let start = span.start + (slice.len() - slice.trim_start_matches(noise).len());
    let end = span.start + slice.trim_end_matches(noise).len();
    if start >= end { Span::new(span.start, span.start) } else { Span::new(start, end) }
}

/// Folded words of a span.
pub(crate) fn bare_of(text: &Text, span: Span) -> String {
    Folded::new(text.slice(span)).text
}

/// The part `from..to` of the folded form of `span`, as a span of the text.
pub(crate) fn part(text: &Text, span: Span, from: usize, to: usize) -> Span {
    let folded = Folded::new(text.slice(span));
    let (a, b) = (folded.source_offset(from), folded.source_offset(to));
    trimmed(text, Span::new(span.start + a, span.start + b.max(a)))
}

/// Cuts a span at tabs, runs of three blanks and wide gaps between boxes.
pub(crate) fn pieces(text: &Text, span: Span) -> Vec<Span> {
    let mut cuts = Vec::new();
    let slice = text.slice(span);
    for (at, _) in slice.match_indices('\t').chain(slice.match_indices("   ")) {
        cuts.push(span.start + at);
    }
    let words = text.origins_in(span);
    for pair in words.windows(2) {
        if let (Some(a), Some(b)) = (pair[0].bbox, pair[1].bbox) {
            let height = a.h.max(b.h) as f32;
            if b.x as f32 - a.right() as f32 > COLUMN_GAP * height && pair[1].span.start > span.start {
                cuts.push(pair[1].span.start);
            }
        }
    }
    cuts.sort_unstable();
    let mut out: Vec<Span> = Vec::new();
    let mut start = span.start;
    for cut in cuts.into_iter().chain([span.end]) {
        if cut < start {
            continue;
        }
        let piece = trimmed(text, Span::new(start, cut));
        if !piece.is_empty() {
            out.push(piece);
        }
        start = cut;
    }
    out
}

/// Share of the letters that are capitals, 0..=1; 0 without letters.
pub(crate) fn capitals(s: &str) -> f32 {
    let letters = s.chars().filter(|c| c.is_alphabetic()).count();
    let upper = s.chars().filter(|c| c.is_uppercase()).count();
    if letters == 0 { 0.0 } else { upper as f32 / letters as f32 }
}

/// Whether it is set in capitals: a slip of the reading or two is forgiven.
pub(crate) fn in_capitals(s: &str) -> bool {
    s.chars().filter(|c| c.is_alphabetic()).count() >= 2 && capitals(s) >= 0.8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_place_and_lose_emphasis() {
        let text = Text::plain("**KẾ HOẠCH**\n\n*về việc*\n\u{c}\n2\n");
        let got: Vec<_> = lines(&text).iter().map(|l| (text.slice(l.span).to_owned(), l.page, l.nth, l.gap)).collect();
        assert_eq!(got, [("KẾ HOẠCH".into(), 1, 0, true), ("về việc".into(), 1, 1, true), ("2".into(), 2, 0, true)]);
    }

    #[test]
    fn columns_part_at_wide_gaps() {
        let text = Text::plain("SỞ Y TẾ      Độc lập - Tự do\tHạnh phúc\n");
        let got: Vec<_> = pieces(&text, lines(&text)[0].span).iter().map(|s| text.slice(*s)).collect();
        assert_eq!(got, ["SỞ Y TẾ", "Độc lập - Tự do", "Hạnh phúc"]);
    }
}
