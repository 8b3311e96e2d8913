//! Lines as the engine found them → lines in reading order.
//!
//! in: lines of words with boxes → out: the same words, noise dropped, header halves and Nơi nhận | signature kept apart,
//! top to bottom.
//! How: lines are cut at wide gaps into segments, segments that stand side by side form rows, rows with a common gutter
//! form bands (`columns`), a band is read left block first.
//! Leaves out: full pages of newspaper columns; unruled tables (their rows are read as lines).

use super::{arrival_stamp, columns};
use crate::page::{Line, Word};
use crate::text::Rect;

/// A gap wider than this times the height of the type parts a line: a wide blank in justified text stays below.
const PARTS: f32 = 1.6;
/// Least share of the height two segments share to stand in one row.
const SIDE_BY_SIDE: f32 = 0.5;

/// Words flatter than this share of the type, read less surely than this, are strokes.
const FLAT: f32 = 0.35;
const STROKE: f32 = 0.3;

/// Words that stand together on one line.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub words: Vec<Word>,
    pub bbox: Rect,
}

impl Segment {
    pub(crate) fn new(words: Vec<Word>) -> Option<Segment> {
        let bbox = words.iter().filter_map(|w| w.bbox).reduce(Rect::cover)?;
        Some(Segment { words, bbox })
    }
    pub(crate) fn text(&self) -> String {
        self.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
    }
    /// Cut before every word that follows a gap of more than `gap` pixels for which `cuts` says so.
    pub(crate) fn cut(self, gap: f32, cuts: impl Fn(u32, u32) -> bool) -> Vec<Segment> {
        let mut parts: Vec<Vec<Word>> = Vec::new();
        let mut right: Option<u32> = None;
        for word in self.words {
            let Some(b) = word.bbox else { continue };
            let wide = right.is_none_or(|r| b.x as f32 - r as f32 > gap && cuts(r, b.x));
            if wide || parts.is_empty() {
                parts.push(Vec::new());
            }
            right = Some(right.map_or(b.right(), |r| r.max(b.right())));
            if let Some(part) = parts.last_mut() {
                part.push(word);
            }
        }
        parts.into_iter().filter_map(Segment::new).collect()
    }
}

/// Puts the lines of a page `height` pixels tall into reading order. Lines without boxes come out as they are.
pub(crate) fn arrange(lines: Vec<Line>, height: u32) -> Vec<Line> {
    if lines.iter().flat_map(|l| &l.words).any(|w| w.bbox.is_none()) {
        return lines;
    }
    let em = type_height(&lines);
    let lines: Vec<Line> = lines.into_iter().filter_map(|l| without_noise(l, em)).collect();
    let (lines, stamp) = arrival_stamp::lift(lines, em);
    let segments =
        lines.into_iter().filter_map(|l| Segment::new(l.words)).flat_map(|s| s.cut(PARTS * em, |_, _| true)).collect();
    let mut lines = columns::read(rows(segments), &columns::Sheet { height, em });
    arrival_stamp::put(stamp, &mut lines);
    lines
}

/// Median height of the words in pixels: the type of the body.
pub(crate) fn type_height(lines: &[Line]) -> f32 {
    let words = lines.iter().flat_map(|l| &l.words).filter(|w| w.text.chars().count() > 1);
    let mut heights: Vec<u32> = words.filter_map(|w| w.bbox).map(|b| b.h).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).map_or(30.0, |h| *h as f32).max(1.0)
}

/// The line without what dirt and rules were read as; `None` when nothing is left.
pub(crate) fn without_noise(line: Line, em: f32) -> Option<Line> {
    let words: Vec<Word> = line.words.into_iter().filter(|w| !is_noise(w, em)).collect();
    let says_something = words.iter().any(|w| w.text.chars().any(char::is_alphanumeric) && w.confidence > 0.0);
    says_something.then(|| Line::new(words))
}

fn is_noise(word: &Word, em: f32) -> bool {
    let text = word.text.as_str();
    if text.chars().any(char::is_alphanumeric) {
        // letters do not lie that flat: a stroke of a pen, or a speck where it is as narrow; one pixel is no measure
        let flat = word.bbox.is_some_and(|b| (b.h as f32) < FLAT * em);
        let narrow = word.bbox.is_some_and(|b| b.w > 1 && (b.w as f32) < FLAT * em);
        return flat && (narrow || word.confidence < STROKE && text.chars().count() > 1);
    }
    let rule = |c: char| is_rule(c) || matches!(c, '–' | '-' | '[' | ']' | '{' | '}' | '\\');
    let dash = matches!(text, "-" | "–" | "—");
    // A rule under a heading or the border of a table; a single dash opens a list entry.
    (text.chars().all(rule) && !dash) || word.confidence < if dash { 0.2 } else { 0.45 }
}

/// What borders and lines to write on are read as.
fn is_rule(c: char) -> bool {
    matches!(c, '|' | '_' | '—' | '~' | '=' | '¬' | '¦')
}

/// Segments side by side, top to bottom, each row left to right.
pub(crate) fn rows(mut segments: Vec<Segment>) -> Vec<Vec<Segment>> {
    segments.sort_by_key(|s| (s.bbox.y + s.bbox.h / 2, s.bbox.x));
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        // A row further up may still take a segment that hangs a little lower.
        let place = rows.iter().rev().take(4).position(|row| belongs(row, &segment));
        match place {
            Some(back) => {
                let at = rows.len() - 1 - back;
                rows[at].push(segment);
            }
            None => rows.push(vec![segment]),
        }
    }
    rows.iter_mut().for_each(|row| row.sort_by_key(|s| s.bbox.x));
    rows
}

fn belongs(row: &[Segment], segment: &Segment) -> bool {
    let s = segment.bbox;
    let apart = row.iter().all(|o| o.bbox.right() <= s.x + s.h / 2 || s.right() <= o.bbox.x + s.h / 2);
    apart && row.iter().any(|o| shared_height(o.bbox, s) >= SIDE_BY_SIDE)
}

fn shared_height(a: Rect, b: Rect) -> f32 {
    let shared = a.bottom().min(b.bottom()).saturating_sub(a.y.max(b.y));
    shared as f32 / a.h.min(b.h).max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `"x,y text"`: words 12 pixels a letter, 30 high, single blanks 10 wide.
    pub(crate) fn line(spec: &str) -> Line {
        let (at, text) = spec.split_once(' ').unwrap();
        let (x, y) = at.split_once(',').unwrap();
        let (mut x, y): (u32, u32) = (x.parse().unwrap(), y.parse().unwrap());
        let words = text.split(' ').map(|w| {
            let w = w.to_string();
            let bbox = Rect { x, y, w: 12 * w.chars().count() as u32, h: 30 };
            x = bbox.right() + 10;
            Word { text: w, bbox: Some(bbox), confidence: 0.9, ..Word::default() }
        });
        Line::new(words.collect())
    }

    fn read(specs: &[&str]) -> Vec<String> {
        arrange(specs.iter().map(|s| line(s)).collect(), 2800).iter().map(Line::text).collect()
    }

    /// Two lines the engine merged into one.
    fn merged(a: &str, b: &str) -> Line {
        let (a, b) = (line(a), line(b));
        Line::new(a.words.into_iter().chain(b.words).collect())
    }

    #[test]
    fn header_halves_are_read_one_after_the_other() {
        let said = read(&[
            "200,100 ỦY BAN NHÂN DÂN",
            "1000,100 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "250,140 XÃ AN BÌNH",
            "1100,140 Độc lập - Tự do - Hạnh phúc",
            "230,220 Số: 12/UBND-VP",
            "1050,222 An Bình, ngày 5 tháng 3 năm 2024",
            "220,260 V/v báo cáo tháng",
            "300,400 Kính gửi: Các trường trên địa bàn xã và các đơn vị thuộc xã quản lý cùng toàn thể nhân dân",
        ]);
        assert_eq!(
            said[..7],
            [
                "ỦY BAN NHÂN DÂN",
                "XÃ AN BÌNH",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                "Số: 12/UBND-VP",
                "V/v báo cáo tháng",
                "An Bình, ngày 5 tháng 3 năm 2024",
            ]
        );
    }

    #[test]
    fn a_merged_header_line_is_cut_where_its_neighbours_part() {
        let lines = vec![
            merged("200,100 SỞ NỘI VỤ TỈNH MỘT HAI BA", "640,100 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            merged("250,140 PHÒNG MỘT", "800,140 Độc lập - Tự do - Hạnh phúc"),
        ];
        let said: Vec<String> = arrange(lines, 2800).iter().map(Line::text).collect();
        assert_eq!(said[..2], ["SỞ NỘI VỤ TỈNH MỘT HAI BA", "PHÒNG MỘT"]);
    }

    #[test]
    fn recipients_come_before_the_signature() {
        let said = read(&[
            "200,1500 Yêu cầu các đơn vị nghiêm túc thực hiện nội dung công văn này và báo cáo kết quả về xã đúng hạn",
            "1200,1580 TM. ỦY BAN NHÂN DÂN",
            "200,1600 Nơi nhận:",
            "1300,1625 CHỦ TỊCH",
            "200,1640 - Như trên;",
            "200,1680 - Lưu: VT.",
            "1250,1800 Trần Văn Mẫu",
        ]);
        assert_eq!(
            said[1..],
            ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trần Văn Mẫu"]
        );
    }

    #[test]
    fn rows_of_a_form_stay_rows() {
        let said = read(&[
            "200,800 Họ và tên: ..........",
            "1000,800 Ngày sinh: .....",
            "200,840 Chức vụ: ......",
            "1000,840 Đơn vị: ......",
        ]);
        assert_eq!(said[0], "Họ và tên: .......... Ngày sinh: .....");
    }

    #[test]
    fn rules_and_dirt_are_not_text() {
        let said = read(&["200,800 | một _ hai |", "200,900 ———", "200,1000 - ba"]);
        assert_eq!(said, ["một hai", "- ba"]);
        let word = |text: &str, w, h, confidence| {
            let bbox = Some(Rect { x: 0, y: 0, w, h });
            Word { text: text.into(), bbox, confidence, ..Word::default() }
        };
        // a speck read as a letter; a letter, a number above the line
        assert!(is_noise(&word("ú", 6, 5, 0.5), 26.0));
        assert!(!is_noise(&word("o", 13, 14, 0.5), 26.0) && !is_noise(&word("1", 5, 11, 0.5), 26.0));
    }
}
