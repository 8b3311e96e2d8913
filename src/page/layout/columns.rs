//! Reading order: bands of two columns, found by their gutter, are read left block first.
//!
//! in: lines as an engine found them → out: lines as a person reads them, top to bottom.
//! How: segments that stand side by side form rows, rows with a common gutter form bands.
//! Promises: every word comes out once. The header is read as people copy it: issuer, motto, number and V/v, place and
//! date; below the text Nơi nhận, then the signature. Leaves out: full pages of newspaper columns.
//! Why words are looked at: rows of a form or a table have gutters too; only what is said in a band tells them apart.

use super::segments::{self, Segment};
use crate::page::words::Line;
use crate::text::Rect;
use crate::text::fold::bare;

/// A gutter is at least this wide, in heights of the type.
const GUTTER: f32 = 0.6;
/// Rows without a partner a band may reach over: a seal and a signature stand between post and name.
const REACH: usize = 14;
/// The header stands in this part of the page.
const HEADER: f32 = 0.45;
/// Capitals among letters that make a heading.
const CAPITALS: f32 = 0.7;

/// What the order depends on besides the words.
pub(crate) struct Sheet {
    /// Height of the page in pixels.
    pub height: u32,
    /// Height of the type in pixels.
    pub em: f32,
    /// Boxes of ruled tables: their rows are no columns of a page.
    pub tables: Vec<Rect>,
}

impl Sheet {
    fn is_in_table(&self, row: &Row) -> bool {
        row.iter().any(|s| self.tables.iter().any(|t| t.contains_centre(s.bbox)))
    }
}

type Row = Vec<Segment>;

/// The white strip between two columns.
#[derive(Clone, Copy, Debug)]
struct Gutter {
    left: u32,
    right: u32,
}

impl Gutter {
    fn width(self) -> f32 {
        self.right as f32 - self.left as f32
    }
    /// The part of the strip that a row leaves white; `None` when a segment lies across it.
    fn beside(self, row: &Row, em: f32) -> Option<Gutter> {
        let mut free = self;
        for s in row {
            let middle = (free.left + free.right) / 2;
            if s.bbox.x + s.bbox.w / 2 < middle {
                free.left = free.left.max(s.bbox.right());
            } else {
                free.right = free.right.min(s.bbox.x);
            }
        }
        (free.right > free.left && free.width() >= GUTTER * em).then_some(free)
    }
    fn is_left(self, s: &Segment) -> bool {
        s.bbox.x + s.bbox.w / 2 < (self.left + self.right) / 2
    }
}

/// The lines in reading order.
pub(crate) fn reading_order(lines: Vec<Line>, sheet: &Sheet) -> Vec<Line> {
    let mut rows = segments::rows(segments::segments(lines, sheet.em));
    cut_merged_heads(&mut rows, sheet);
    let mut lines = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        match band(&rows, at, sheet) {
            Some((end, gutter)) => {
                columns(rows[at..end].iter().cloned(), gutter, &mut lines);
                at = end;
            }
            None => {
                lines.push(Line::new(std::mem::take(&mut rows[at]).into_iter().flat_map(|s| s.words).collect()));
                at += 1;
            }
        }
    }
    lines
}

/// Where the engine joined issuer and motto over a narrow gap, the gutter of the rows below shows where to cut.
fn cut_merged_heads(rows: &mut [Row], sheet: &Sheet) {
    for at in 0..rows.len().min(6) {
        if rows[at].len() != 1 || capitals(&rows[at][0].text()) < CAPITALS {
            continue;
        }
        let below = rows[at + 1..].iter().take(3).find(|r| r.len() == 2);
        let Some(gutter) = below.map(|r| Gutter { left: r[0].bbox.right(), right: r[1].bbox.x }) else { continue };
        let inside = |l: u32, r: u32| l < gutter.right && r > gutter.left;
        let parts = rows[at][0].clone().cut(0.45 * sheet.em, inside);
        if parts.len() == 2 {
            rows[at] = parts;
        }
    }
}

/// A band that begins at row `at`: the row behind its end and its gutter.
fn band(rows: &[Row], at: usize, sheet: &Sheet) -> Option<(usize, Gutter)> {
    let first_pair = (at..rows.len().min(at + 4)).find(|i| rows[*i].len() >= 2)?;
    if first_pair > at && !opens_early(&rows[at]) {
        return None;
    }
    let gutters = rows[first_pair].windows(2).map(|p| Gutter { left: p[0].bbox.right(), right: p[1].bbox.x });
    let mut best: Option<(usize, Gutter)> = None;
    for gutter in gutters {
        let found = grow(rows, at, gutter, sheet);
        if let Some((end, g)) = found
            && end > first_pair
            && best.is_none_or(|(e, _)| end > e)
            && is_band(&rows[at..end], g, sheet)
        {
            best = Some((end, g));
        }
    }
    best
}

/// A row without a partner that may open a band: the post of the signer or "Nơi nhận" a little above the other column.
fn opens_early(row: &Row) -> bool {
    row.iter().any(|s| {
        let text = s.text();
        says_recipients(&text) || (capitals(&text) >= CAPITALS && text.chars().count() < 60)
    })
}

fn grow(rows: &[Row], at: usize, start: Gutter, sheet: &Sheet) -> Option<(usize, Gutter)> {
    let mut gutter = start;
    let mut end = at;
    let mut last_pair = at;
    for (i, row) in rows.iter().enumerate().skip(at) {
        let Some(free) = gutter.beside(row, sheet.em).filter(|_| !sheet.is_in_table(row)) else { break };
        if i > at && (i - last_pair > REACH || row.iter().any(|s| bare(&s.text()).starts_with("kinh gui"))) {
            break;
        }
        let sides = (row.iter().any(|s| free.is_left(s)), row.iter().any(|s| !free.is_left(s)));
        match sides {
            (true, true) => (last_pair, end) = (i, i + 1),
            // A lone row continues its column only when it follows closely, or when the other column goes on below.
            _ if follows(rows, i, end, sheet) => end = i + 1,
            // No pair follows: only the signer's name may stand alone, further down on the right.
            _ if i >= end && !rows[i + 1..].iter().take(REACH).any(|r| r.len() > 1) => {
                if row.iter().any(|s| free.is_left(s)) || i - end >= 2 {
                    break;
                }
                end = i + 1;
            }
            _ => {}
        }
        gutter = free;
    }
    (end > at).then_some((end, gutter))
}

/// Whether row `i` follows the band that ends before row `end` without a wide gap.
fn follows(rows: &[Row], i: usize, end: usize, sheet: &Sheet) -> bool {
    if i > end || i == 0 {
        return i == 0;
    }
    let above = rows[i - 1].iter().map(|s| s.bbox.bottom()).max().unwrap_or(0);
    let top = rows[i].iter().map(|s| s.bbox.y).min().unwrap_or(0);
    (top as f32 - above as f32) < 1.6 * sheet.em
}

/// Whether a stretch with a gutter is header or end of a letter, not a form or a table.
fn is_band(rows: &[Row], gutter: Gutter, sheet: &Sheet) -> bool {
    let sides = |left: bool| rows.iter().flatten().filter(move |s| gutter.is_left(s) == left).map(Segment::text);
    let top = rows[0].iter().map(|s| s.bbox.y).min().unwrap_or(0);
    if sides(true).any(|t| says_recipients(&t)) {
        return true;
    }
    let heading = |t: &String| capitals(t) >= CAPITALS && t.chars().filter(|c| c.is_alphabetic()).count() >= 5;
    if (top as f32) < HEADER * sheet.height as f32 {
        let right = sides(false).map(|t| bare(&t)).collect::<Vec<_>>();
        let motto = right.iter().any(|t| t.contains("cong hoa") || t.contains("doc lap") || t.contains("hanh phuc"));
        let date = right.iter().any(|t| is_date(t));
        let number = sides(true).any(|t| is_number_line(&t));
        return motto || (date && number) || (sides(true).take(1).any(|t| heading(&t)) && date);
    }
    // Two signatures side by side: both columns open with capitals.
    sides(true).take(1).any(|t| heading(&t)) && sides(false).take(1).any(|t| heading(&t)) && gutter.width() > sheet.em
}

/// Left block, then right block; in a header issuer, motto, number and what follows it, place and date.
fn columns(rows: impl Iterator<Item = Row>, gutter: Gutter, lines: &mut Vec<Line>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for segments in rows {
        let (l, r): (Row, Row) = segments.into_iter().partition(|s| gutter.is_left(s));
        for (column, part) in [(&mut left, l), (&mut right, r)] {
            if !part.is_empty() {
                column.push(Line::new(part.into_iter().flat_map(|s| s.words).collect()));
            }
        }
    }
    let number = left.iter().position(|l: &Line| is_number_line(&l.text()));
    let date = right.iter().position(|l: &Line| is_date(&bare(&l.text())));
    let (Some(number), Some(date)) = (number, date) else {
        lines.append(&mut left);
        lines.append(&mut right);
        return;
    };
    let (number, date) = (left.split_off(number), right.split_off(date));
    for mut part in [left, right, number, date] {
        lines.append(&mut part);
    }
}

fn says_recipients(text: &str) -> bool {
    let folded = bare(text);
    let start = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    start.starts_with("noi nhan") || start.starts_with("noi nhan".replace(' ', "").as_str())
}

fn is_number_line(text: &str) -> bool {
    let folded = bare(text);
    let rest = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    rest.strip_prefix("so")
        .is_some_and(|r| r.starts_with([':', '.', ' ', ';']) || r.starts_with(|c: char| c.is_ascii_digit()))
        && (folded.contains('/') || folded.contains(':') || folded.contains('-'))
}

/// "…, ngày … tháng … năm …" in folded text, one word lost at most.
fn is_date(folded: &str) -> bool {
    ["ngay", "thang", "nam 2", "nam 1"].iter().filter(|w| folded.contains(**w)).count() >= 2
}

/// Share of capitals among the letters.
fn capitals(text: &str) -> f32 {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    if letters == 0 { 0.0 } else { capitals as f32 / letters as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::Word;
    use crate::text::Rect;

    /// `"x,y text"`: words 12 pixels a letter, 30 high, single blanks 10 wide.
    fn line(spec: &str) -> Line {
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

    fn ordered(lines: Vec<Line>) -> Vec<Line> {
        let em = segments::type_height(&lines);
        reading_order(segments::without_noise(lines, em), &Sheet { height: 2800, em, tables: Vec::new() })
    }

    fn read(specs: &[&str]) -> Vec<String> {
        ordered(specs.iter().map(|s| line(s)).collect()).iter().map(Line::text).collect()
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
        let said: Vec<String> = ordered(lines).iter().map(Line::text).collect();
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
    }
}
