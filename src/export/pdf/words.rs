//! The words of a page as they stand in the restored text, each with its place on the page image.
//!
//! in: a restored [`Text`], a page number → out: [`Word`]s in reading order.
//! Promises: every word of the text that was read from the page is there once; where restoring cut, joined or moved words,
//! they share the place of the words they were read from by their lengths.

use crate::text::{Origin, Rect, Span, Text};

/// A word on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As restored.
    pub text: String,
    /// In pixels of the upright page image.
    pub bbox: Rect,
    /// Whether the next word stands on another line.
    pub ends_line: bool,
}

/// The words of 1-based page `page` that have a place on it.
pub fn words(text: &Text, page: u32) -> Vec<Word> {
    let all = text.origins();
    let from = all.partition_point(|o| o.page < page);
    let here = &all[from..from + all[from..].partition_point(|o| o.page == page)];
    let mut words: Vec<Word> = Vec::new();
    let mut end = None;
    for (span, boxes) in stretches(here) {
        let parted = end.is_some_and(|end| end <= span.start && text.slice(Span::new(end, span.start)).contains('\n'));
        if let (true, Some(last)) = (parted, words.last_mut()) {
            last.ends_line = true;
        }
        let printed: String = text.slice(span).chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
        words.extend(placed(&printed, &boxes));
        end = Some(span.end);
    }
    if let Some(last) = words.last_mut() {
        last.ends_line = true;
    }
    words
}

/// Words that one change covers come as one stretch with all their boxes.
fn stretches(origins: &[Origin]) -> Vec<(Span, Vec<Rect>)> {
    let mut found: Vec<(Span, Vec<Rect>)> = Vec::new();
    for origin in origins {
        let Some(bbox) = origin.bbox else { continue };
        match found.last_mut() {
            Some((span, boxes)) if span.overlaps(origin.span) => {
                *span = span.cover(origin.span);
                boxes.push(bbox);
            }
            _ => found.push((origin.span, vec![bbox])),
        }
    }
    found
}

fn placed(printed: &str, boxes: &[Rect]) -> Vec<Word> {
    let word = |text: &str, bbox| Word { text: text.to_owned(), bbox, ends_line: false };
    let parts: Vec<&str> = printed.split_whitespace().collect();
    if parts.len() == boxes.len() {
        return parts.into_iter().zip(boxes).map(|(part, bbox)| word(part, *bbox)).collect();
    }
    let Some(whole) = boxes.iter().copied().reduce(Rect::cover) else { return Vec::new() };
    let letters = |part: &str| part.chars().count() as u64;
    // blanks between the parts take room like a letter
    let total = parts.iter().map(|p| letters(p) + 1).sum::<u64>().saturating_sub(1).max(1);
    let mut at = 0;
    let along = |at: u64| whole.x + (u64::from(whole.w) * at / total) as u32;
    let place = |part: &str| {
        let (left, right) = (along(at), along(at + letters(part)));
        at += letters(part) + 1;
        word(part, Rect { x: left, w: (right - left).max(1), ..whole })
    };
    parts.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Edit, TextBuilder};

    fn rect(x: u32, w: u32) -> Rect {
        Rect { x, y: 10, w, h: 20 }
    }

    fn read(lines: &[&[(&str, Rect)]]) -> Text {
        let mut builder = TextBuilder::default();
        builder.begin_page(1);
        builder.push_word("trước", Some(rect(0, 9)), 1.0);
        builder.begin_page(2);
        for line in lines {
            line.iter().for_each(|(word, bbox)| builder.push_word(word, Some(*bbox), 0.9));
            builder.end_line();
        }
        builder.finish()
    }

    fn edit(text: &Text, was: &str, now: &str) -> Edit {
        let start = text.as_str().find(was).unwrap();
        Edit { span: Span::new(start, start + was.len()), was: was.into(), now: now.into(), confidence: 0.9 }
    }

    fn said(text: &Text) -> Vec<(String, u32, u32, bool)> {
        words(text, 2).into_iter().map(|w| (w.text, w.bbox.x, w.bbox.w, w.ends_line)).collect()
    }

    #[test]
    fn restored_words_keep_the_boxes_of_the_words_as_read() {
        let text = read(&[&[("Uy", rect(0, 30)), ("ban", rect(40, 50))], &[("nhan", rect(0, 40))]]);
        let text = text.edited(&[edit(&text, "Uy ban", "Ủy ban"), edit(&text, "nhan", "nhân")]);
        let wanted = [("Ủy", 0, 30, false), ("ban", 40, 50, true), ("nhân", 0, 40, true)];
        assert_eq!(said(&text), wanted.map(|(w, x, wide, end)| (w.to_owned(), x, wide, end)));
    }

    #[test]
    fn cut_and_joined_words_share_the_place() {
        let text = read(&[&[("ngaythang", rect(0, 100)), ("th", rect(110, 20)), ("ang", rect(140, 30))]]);
        let text = text.edited(&[edit(&text, "ngaythang", "ngày tháng"), edit(&text, "th ang", "tháng")]);
        let wanted = [("ngày", 0, 40, false), ("tháng", 50, 50, false), ("tháng", 110, 60, true)];
        assert_eq!(said(&text), wanted.map(|(w, x, wide, end)| (w.to_owned(), x, wide, end)));
    }

    #[test]
    fn other_pages_and_plain_text_have_no_words_here() {
        let text = read(&[&[("một", rect(0, 9))]]);
        assert_eq!((words(&text, 1).len(), words(&text, 2).len(), words(&text, 3).len()), (1, 1, 0));
        assert!(words(&Text::plain("một hai"), 1).is_empty());
    }
}
