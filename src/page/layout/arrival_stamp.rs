//! The arrival stamp (dấu công văn đến) as a block of its own.
//!
//! in: the lines of a page with boxes → out: where its stamp lies; the lines without the words of the stamp, and the stamp's.
//! How: under the word ĐẾN stand two of its labels (Số, Ngày, Chuyển) at one left edge; a stamp is set about its middle, so
//! its right edge mirrors the left one; the office above it belongs to it. Or it is a small ruled box with ĐẾN and a label.
//! Why: a stamp is put beside the text, not on lines of its own; read row by row its words get into the letter.
//! Promises: no word is lost or doubled; words that go on over the edge of the stamp are the letter's and stay.
//! Leaves out: a stamp of which ĐẾN or two labels were not read.

use super::segments::{self, Segment};
use crate::page::labels::{is_den, is_so, is_stamped_ngay};
use crate::page::words::{Line, Word, all};
use crate::text::Rect;
use crate::text::fold::bare;

/// What the lines to fill in begin with.
#[derive(Clone, Copy, PartialEq)]
enum Label {
    Number,
    Date,
    /// Whom it is passed on to.
    Passed,
}

/// How far the labels stand below ĐẾN and left of it, in heights of the type.
const BELOW: f32 = 8.0;
const BESIDE: f32 = 9.0;
/// How far the left edges of the labels may differ, and how far above ĐẾN the office stands, in heights of the type.
const EDGE: f32 = 1.2;
const ABOVE: f32 = 2.6;
/// How far the stamp goes on under its last label, in heights of the type.
const UNDER: f32 = 0.4;
/// The largest stamp, in inches.
const LARGEST: (f32, f32) = (3.6, 2.0);
/// A gap narrower than this, in heights of the type, parts words of one line.
const GAP: f32 = 0.7;

/// Takes the stamp's words out of each of several readings of a page, row by row: print that is red was read by itself, what
/// was written into it with the page. Print that the stamp lies over goes on over its edge and stays.
pub(crate) fn lift(readings: &mut [&mut Vec<Line>], place: Rect, em: f32) -> Vec<Line> {
    let mut stamp = Vec::new();
    for lines in readings {
        let (rest, own) = parted(std::mem::take(*lines), place, em);
        **lines = rest;
        stamp.extend(own);
    }
    let rows = segments::rows(stamp).into_iter();
    rows.map(|row| stamped(row.into_iter().flat_map(|s| s.words))).collect()
}

/// A line of the stamp.
pub(crate) fn stamped(words: impl Iterator<Item = Word>) -> Line {
    Line::new(words.map(|word| Word { in_stamp: true, ..word }).collect())
}

fn parted(lines: Vec<Line>, place: Rect, em: f32) -> (Vec<Line>, Vec<Segment>) {
    let mut rest = Vec::new();
    let mut stamp = Vec::new();
    for line in lines {
        let parts = Segment::new(line.words).map(|s| s.cut(GAP * em, |_, _| true)).unwrap_or_default();
        let (own, others): (Vec<Segment>, Vec<Segment>) = parts.into_iter().partition(|s| within(place, s.bbox));
        stamp.extend(own);
        let others: Vec<Word> = others.into_iter().flat_map(|s| s.words).collect();
        if !others.is_empty() {
            rest.push(Line::new(others));
        }
    }
    (rest, stamp)
}

/// Whether lines read at one place are a stamp of arrival: ĐẾN with a label or a number, or three of its labels.
pub(crate) fn says_arrival(lines: &[Line]) -> bool {
    let said = |line: &Line| {
        let folded = bare(&line.text());
        ["van den", "ban den"].iter().any(|head| folded.contains(head))
    };
    let head = all(lines).any(|w| is_den(&w.text)) || lines.iter().any(said);
    let labels: Vec<Label> = all(lines).filter_map(|w| label(&w.text)).collect();
    let kinds = [Label::Number, Label::Date, Label::Passed].iter().filter(|kind| labels.contains(kind)).count();
    let has_number = all(lines).any(|w| w.text.contains(|c: char| c.is_ascii_digit()));
    head && (kinds > 0 || has_number) || kinds == 3
}

/// Takes the words out of lines that lie at a place and are not to be kept; words of a stretch that goes on over its edge stay.
pub(crate) fn taken(lines: &mut Vec<Line>, place: Rect, em: f32, keeps: impl Fn(&Word) -> bool) -> Vec<Line> {
    let (mut rest, own) = parted(std::mem::take(lines), place, em);
    let mut stamp = Vec::new();
    for segment in own {
        let (kept, words): (Vec<Word>, Vec<Word>) = segment.words.into_iter().partition(&keeps);
        rest.extend((!kept.is_empty()).then(|| Line::new(kept)));
        stamp.extend((!words.is_empty()).then(|| stamped(words.into_iter())));
    }
    *lines = rest;
    stamp
}

/// The number of the ruled box that is a stamp: no larger than one, with ĐẾN and one of its labels in it.
pub(crate) fn framed(lines: &[Line], boxes: &[Rect], dpi: f32) -> Option<usize> {
    let small = |b: &Rect| b.w as f32 <= LARGEST.0 * dpi && b.h as f32 <= LARGEST.1 * dpi;
    let words = |place: Rect| all(lines).filter(move |w| w.bbox.is_some_and(|b| within(place, b)));
    boxes.iter().position(|place| {
        small(place) && words(*place).any(|w| is_den(&w.text)) && words(*place).any(|w| label(&w.text).is_some())
    })
}

/// Where the stamp goes among the lines in reading order: before "Kính gửi", else before the first line beside or below its
/// last one, so that the heading beside it stays whole.
pub(crate) fn put(stamp: Vec<Line>, lines: &mut Vec<Line>) {
    let Some(last) = stamp.iter().filter_map(|l| l.bbox).max_by_key(|b| b.y) else { return };
    let addressed = lines.iter().position(|l| bare(&l.text()).starts_with("kinh gui"));
    let below = lines.iter().position(|l| l.bbox.is_some_and(|b| b.centre().1 >= last.y));
    let at = addressed.or(below).unwrap_or(lines.len());
    lines.splice(at..at, stamp);
}

/// Where the stamp lies by its words: from the office above its head ĐẾN down to its last label, from the edge of its labels
/// as far to the right of its middle as to the left.
pub(crate) fn worded(lines: &[Line], em: f32) -> Option<Rect> {
    let mut heads = all(lines).filter(|w| is_den(&w.text)).filter_map(|w| w.bbox);
    heads.find_map(|head| {
        let start = start_of_head(head, lines, em);
        let middle = (start + head.right()) as f32 / 2.0;
        let labels = at_one_edge(labels_under(head, start as f32 - BESIDE * em..middle, lines, em), em)?;
        let edge = labels.iter().map(|(_, b)| b.x).min()? as f32 - em;
        let bottom = labels.iter().map(|(_, b)| b.bottom()).max()? as f32 + UNDER * em;
        let (x, y) = (edge.max(0.0), (head.y as f32 - ABOVE * em).max(0.0));
        Some(Rect { x: x as u32, y: y as u32, w: (2.0 * (middle - x)) as u32, h: (bottom - y) as u32 })
    })
}

/// The labels a little below the head whose left edge lies in a range.
fn labels_under(head: Rect, left: std::ops::Range<f32>, lines: &[Line], em: f32) -> Vec<(Label, Rect)> {
    let under = |b: Rect| b.y >= head.centre().1 && (b.y as f32) < head.bottom() as f32 + BELOW * em;
    let beside = |b: Rect| (b.x as f32) < left.end && (b.x as f32) > left.start;
    let labels = all(lines).filter_map(|w| Some((label(&w.text)?, w.bbox?)));
    labels.filter(|(_, b)| under(*b) && beside(*b)).collect()
}

/// Of the labels at one left edge the group with most different ones; `None` of one kind only.
fn at_one_edge(labels: Vec<(Label, Rect)>, em: f32) -> Option<Vec<(Label, Rect)>> {
    let group = |(_, at): &(Label, Rect)| -> Vec<(Label, Rect)> {
        labels.iter().filter(|(_, b)| (b.x as f32 - at.x as f32).abs() <= EDGE * em).copied().collect()
    };
    let kinds = |group: &[(Label, Rect)]| {
        [Label::Number, Label::Date, Label::Passed].iter().filter(|l| group.iter().any(|(k, _)| k == *l)).count()
    };
    labels.iter().map(group).max_by_key(|group| kinds(group)).filter(|group| kinds(group) >= 2)
}

/// The label a word is or begins with.
fn label(text: &str) -> Option<Label> {
    let folded = bare(text);
    if is_stamped_ngay(&folded) {
        return Some(Label::Date);
    }
    let passed = folded.trim_end_matches(|c: char| !c.is_alphabetic()) == "chuyen";
    if is_so(text) { Some(Label::Number) } else { passed.then_some(Label::Passed) }
}

/// Where "CÔNG VĂN ĐẾN" begins: capitals before ĐẾN on its line.
fn start_of_head(head: Rect, lines: &[Line], em: f32) -> u32 {
    let mut start = head.x;
    let capitals = all(lines).filter(|w| w.text.chars().all(char::is_uppercase));
    let mut before: Vec<Rect> = capitals.filter_map(|w| w.bbox).filter(|b| b.right() <= head.x + head.h / 2).collect();
    before.retain(|b| b.centre().1.abs_diff(head.centre().1) < head.h / 2);
    before.sort_by_key(|b| std::cmp::Reverse(b.x));
    for b in before {
        if start.saturating_sub(b.right()) as f32 <= em {
            start = b.x;
        }
    }
    start
}

fn within(place: Rect, b: Rect) -> bool {
    place.shared_width(b) * 10 >= b.w * 8 && (place.y..=place.bottom()).contains(&b.centre().1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(x: u32, y: u32, text: &str) -> Line {
        let mut x = x;
        let words = text.split(' ').map(|w| {
            let bbox = Rect { x, y, w: 12 * w.chars().count() as u32, h: 24 };
            x = bbox.right() + 10;
            Word { text: w.into(), bbox: Some(bbox), confidence: 0.9, ..Word::default() }
        });
        Line::new(words.collect())
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_stamp_beside_the_text_comes_out_whole_and_before_kinh_gui() {
        let lines = vec![
            line(200, 40, "V/v triển khai kế hoạch"),
            line(400, 100, "Kính gửi:"),
            line(140, 140, "TRƯỜNG TH AN BÌNH"),
            line(500, 140, "- Các phòng chuyên môn;"),
            line(170, 180, "CÔNG VĂN ĐẾN"),
            line(500, 180, "- Các trường;"),
            line(130, 220, "Số: ......27......"),
            line(500, 220, "- Các tổ dân phố."),
            line(130, 260, "Ngày: .14/01..."),
            line(130, 330, "Ngày mai các đơn vị nghiêm túc thực hiện kế hoạch này"),
        ];
        let mut rest = lines.clone();
        let place = worded(&lines, 24.0).unwrap();
        let stamp = lift(&mut [&mut rest], place, 24.0);
        assert_eq!(texts(&stamp), ["TRƯỜNG TH AN BÌNH", "CÔNG VĂN ĐẾN", "Số: ......27......", "Ngày: .14/01..."]);
        put(stamp, &mut rest);
        assert_eq!(texts(&rest)[..3], ["V/v triển khai kế hoạch", "TRƯỜNG TH AN BÌNH", "CÔNG VĂN ĐẾN"]);
        assert_eq!(rest.len(), lines.len());
    }

    #[test]
    fn a_red_stamp_over_the_text_leaves_the_text_and_takes_what_was_written_into_it() {
        let mut red = vec![line(130, 100, "ĐẾN"), line(100, 140, "Số"), line(100, 180, "Ngày"), line(600, 180, "KHẨN")];
        let mut black = vec![line(160, 140, "412"), line(120, 182, "phường chưa gửi báo cáo khắc phục")];
        let place = worded(&red, 24.0).unwrap();
        let stamp = lift(&mut [&mut red, &mut black], place, 24.0);
        assert_eq!(texts(&black), ["phường chưa gửi báo cáo khắc phục"]);
        assert_eq!(texts(&stamp), ["ĐẾN", "Số 412", "Ngày"]);
        assert_eq!(texts(&red), ["KHẨN"]);
    }

    #[test]
    fn a_ruled_box_with_den_and_a_label_is_a_stamp() {
        let text = line(700, 140, "Phòng Nghiệp vụ");
        let lines = vec![line(110, 100, "SỞ Y TẾ"), line(110, 140, "ĐẾN"), line(200, 140, "Ngày:"), text.clone()];
        let place = Rect { x: 100, y: 90, w: 400, h: 120 };
        let page = Rect { x: 0, y: 0, w: 2000, h: 3000 };
        assert_eq!(framed(&lines, &[page, place], 300.0), Some(1));
        assert_eq!(framed(&lines[..2], &[place], 300.0), None);
        let mut rest = lines;
        let stamp = lift(&mut [&mut rest], place, 24.0);
        assert_eq!((rest, texts(&stamp)), (vec![text], vec!["SỞ Y TẾ".to_owned(), "ĐẾN Ngày:".to_owned()]));
    }

    #[test]
    fn without_labels_at_one_edge_there_is_no_stamp() {
        let lines = vec![line(300, 100, "CỬA ĐẾN"), line(100, 140, "Số: 12/TB-UBND"), line(400, 180, "Ngày mai")];
        assert_eq!(worded(&lines, 24.0), None);
    }
}
