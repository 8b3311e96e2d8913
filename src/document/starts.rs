//! Where documents begin in a file.
//!
//! in: the lines of a file → out: indices of the first lines of documents.
//! Promises: the first document begins at the first line; a form, list or appendix without an office's own header starts
//! nothing.
//! Leaves out: reading the header (`header`), pages scanned twice (`repeats`).

use super::frame::{Frame, Piece, Sign, is_appendix, number_label};
use super::lines::{Line, in_capitals};
use crate::text::pattern::pattern;
use std::ops::Range;

/// A header is spread over so many lines at most: incoming stamps and marks stand between its parts.
const WINDOW: usize = 16;
/// On a page a header begins among the first lines; stamps, page numbers and bleed-through may stand above it.
const TOP: usize = 14;
/// A title stands among so many lines at the top of a page.
const TITLE_LINES: usize = 4;
/// Motto and number, or number, date and title, or motto, office and title.
const ENOUGH: u32 = 4;

/// Indices of the lines with which documents begin, the first is 0. Empty text gives one document.
pub(crate) fn find(frame: &Frame, lines: &[Line], repeated: &[u32]) -> Vec<usize> {
    let signs: Vec<Vec<Piece>> = lines.iter().map(|l| frame.signs(l)).collect();
    let paged = frame.text.has_pages();
    let mut starts: Vec<usize> = Vec::new();
    let mut next = 0;
    for at in 0..lines.len() {
        let low = paged && lines[at].nth >= TOP && !signs[at].iter().any(|p| p.sign == Sign::Motto);
        if at < next || low || repeated.contains(&lines[at].page) || !is_anchor(&signs[at]) {
            continue;
        }
        let window = window(lines, at, paged);
        if score(frame, lines, &signs, window.clone()) < ENOUGH || is_form(frame, lines, window.clone()) {
            continue;
        }
        let from = first_line(frame, lines, &signs, at, paged);
        let ended = starts.last().is_none_or(|last| has_ended(frame, lines, *last, from));
        let same_page = starts.last().is_some_and(|last| paged && lines[*last].page == lines[from].page);
        if !starts.is_empty() && (same_page || !paged) && !ended {
            continue;
        }
        starts.push(from);
        next = window.end.min(at + 6);
    }
    starts.extend(signed_pages(frame, lines, &signs, repeated, &starts));
    starts.sort_unstable();
    lead(frame, lines, &mut starts);
    starts
}

/// Pages without an office's header that are documents all the same: behind the end of a letter, a title in capitals above,
/// recipients, place and full date below. A list or form that is only signed belongs to the letter.
fn signed_pages(frame: &Frame, lines: &[Line], signs: &[Vec<Piece>], repeated: &[u32], starts: &[usize]) -> Vec<usize> {
    let is_signed = |at: usize| {
        let before = starts.iter().rev().find(|start| **start < at);
        let end = starts.iter().find(|start| **start > at).copied().unwrap_or(lines.len());
        let sent = || lines[at..end].iter().any(|l| frame.cues.opens("recipients", &l.bare).is_some());
        before.is_some_and(|before| has_ended(frame, lines, *before, at))
            && (at..end.min(at + TITLE_LINES)).any(|top| is_title(frame, &lines[top]))
            && sent()
            && signs[at..end].iter().flatten().any(is_full_date)
            && !repeated.contains(&lines[at].page)
            && !is_form(frame, lines, window(lines, at, true))
    };
    let page_tops = (1..lines.len()).filter(|at| lines[*at].page != lines[at - 1].page && !starts.contains(at));
    page_tops.filter(|at| is_signed(*at)).collect()
}

/// A place with a day and a year.
fn is_full_date(piece: &Piece) -> bool {
    let Sign::Date(date) = &piece.sign else { return false };
    date.year.value.is_some() && date.day.value.is_some() && !date.place.is_empty()
}

/// Four words or more in capitals that are not the title of a list.
fn is_title(frame: &Frame, line: &Line) -> bool {
    let words = frame.text.slice(line.span);
    words.split_whitespace().count() >= 4 && in_capitals(words) && !frame.is_appendix_title(words)
}

/// What stands before the first header is a document of its own when it fills pages, else part of the first letter.
fn lead(frame: &Frame, lines: &[Line], starts: &mut Vec<usize>) {
    let Some(first) = starts.first().copied() else {
        starts.push(0);
        return;
    };
    let own_pages = frame.text.has_pages() && lines[..first].iter().filter(|l| l.page < lines[first].page).count() > 3;
    if own_pages {
        starts.insert(0, 0);
    } else {
        starts[0] = 0;
    }
}

fn is_anchor(pieces: &[Piece]) -> bool {
    pieces.iter().any(|p| matches!(p.sign, Sign::Motto | Sign::Number(_) | Sign::Date(_) | Sign::Title(..)))
}

fn window(lines: &[Line], at: usize, paged: bool) -> Range<usize> {
    let end = (at + WINDOW).min(lines.len());
    let end = (at..end).find(|i| paged && lines[*i].page != lines[at].page).unwrap_or(end);
    at..end
}

/// The parts of a header seen in a window.
#[derive(Default)]
struct Seen {
    motto: bool,
    number: bool,
    date: bool,
    /// Weight of the heaviest title.
    title: u32,
    /// V/v or Kính gửi.
    letter: bool,
    office: bool,
}

impl Seen {
    /// 2 · motto + 2 · number + date + title + letter + office: what only headers have weighs double.
    fn weight(&self) -> u32 {
        let one = u32::from;
        2 * one(self.motto) + 2 * one(self.number) + one(self.date) + self.title + one(self.letter) + one(self.office)
    }
}

/// An office stands so many lines above the other parts of its header.
const OFFICE_ABOVE: usize = 3;
/// A number without digits is that of a header only so near its beginning.
const EMPTY_NUMBER: usize = 6;

/// How much of a header stands in these lines; a place and date, a title and the like count once.
fn score(frame: &Frame, lines: &[Line], signs: &[Vec<Piece>], window: Range<usize>) -> u32 {
    let from = window.start;
    let mut seen = Seen::default();
    for at in from.saturating_sub(OFFICE_ABOVE)..window.end {
        for piece in &signs[at] {
            match &piece.sign {
                Sign::Office => seen.office |= lines[at].page == lines[from].page,
                _ if at < from => {}
                Sign::Motto => seen.motto = true,
                Sign::Number(number) => {
                    let filled = number.serial.is_some() || !number.printed.is_empty() || at < from + EMPTY_NUMBER;
                    seen.number |= filled && own_line(frame, piece, &signs[at]);
                }
                Sign::Date(date) => seen.date |= date.year.value.is_some() && !date.place.is_empty(),
                Sign::Title(kind, length) => {
                    seen.title = seen.title.max(title_weight(frame, lines, at, kind, piece, *length));
                }
                Sign::Subject | Sign::Addressees => seen.letter = true,
                _ => {}
            }
        }
    }
    seen.weight()
}

/// A cited number at the head of a line is followed by more words of its sentence.
fn own_line(frame: &Frame, piece: &Piece, pieces: &[Piece]) -> bool {
    let behind = pieces.iter().skip_while(|p| p.span != piece.span).nth(1);
    behind.is_none_or(|p| p.sign != Sign::Other || frame.text.slice(p.span).chars().count() < 6)
}

/// A list's title weighs nothing; a title with "ban hành kèm theo" under it makes a document alone.
fn title_weight(frame: &Frame, lines: &[Line], at: usize, id: &str, piece: &Piece, length: usize) -> u32 {
    let Some(kind) = frame.kind(id) else { return 0 };
    if is_appendix(kind) || !in_capitals(&frame.text.slice(piece.span).chars().take(length.max(2)).collect::<String>())
    {
        return 0;
    }
    let below = &lines[at + 1..(at + 8).min(lines.len())];
    let attached =
        below.iter().any(|l| frame.cues.of("issued_with").any(|cue| super::cue::find(&l.bare, cue, 1).is_some()));
    if attached && at_top(lines, at) { ENOUGH } else { 1 }
}

fn at_top(lines: &[Line], at: usize) -> bool {
    lines[at].nth < 6 || lines[at].gap
}

pattern!(
    /// "(Kèm theo Quyết định …", folded.
    ATTACHED,
    r"^\s*\(kem theo"
);
/// A line that names a form is no longer than this, in bytes; longer ones speak about one.
const LONGEST_PLACEHOLDER: usize = 60;

/// A page to be filled in: "Mẫu số", "TÊN CƠ QUAN", "Phụ lục" above, dots for a name, or "(Kèm theo …" below a header
/// without number.
fn is_form(frame: &Frame, lines: &[Line], window: Range<usize>) -> bool {
    let page = lines[window.start].page;
    // without pages the next form may stand right below
    let below = if frame.text.has_pages() { 8 } else { 4 };
    let head = window.start.saturating_sub(4)..(window.start + below).min(window.end);
    lines[head].iter().filter(|line| line.page == page).any(|line| says_form(frame, line))
}

fn says_form(frame: &Frame, line: &Line) -> bool {
    let words = frame.text.slice(line.span);
    let placeholder = frame.cues.opens("form", &line.bare).is_some() && line.bare.len() < LONGEST_PLACEHOLDER;
    let title = frame.cues.opens("form_title", &line.bare).is_some() && in_capitals(words);
    let dots = words.contains("......") && number_label(words).is_none();
    placeholder || title || dots || ATTACHED.is_match(&line.bare)
}

/// The line a header begins with: upwards over what belongs to a header's top.
fn first_line(frame: &Frame, lines: &[Line], signs: &[Vec<Piece>], at: usize, paged: bool) -> usize {
    if paged && lines[at].nth < TOP {
        return at - lines[at].nth;
    }
    let mut from = at;
    while from > 0 && at - from < 8 {
        let above = from - 1;
        let heads =
            signs[above].iter().all(|p| matches!(p.sign, Sign::Office | Sign::Capitals | Sign::Stamp | Sign::Mark));
        let signature = frame.position(&lines[above].bare).is_some();
        if !heads || signature || lines[above].page != lines[at].page {
            break;
        }
        from = above;
    }
    from
}

/// Whether a letter's end (Nơi nhận) stands between its beginning and the next one's.
fn has_ended(frame: &Frame, lines: &[Line], start: usize, next: usize) -> bool {
    lines[start..next].iter().any(|l| {
        frame.cues.opens("recipients", &l.bare).is_some()
            || (l.bare.len() < 40 && frame.position(&l.bare).is_some() && in_capitals(frame.text.slice(l.span)))
    })
}

#[cfg(test)]
mod tests {
    use crate::document::split;
    use crate::rules::Rules;
    use crate::text::Text;

    const LETTER: &str = "UBND HUYỆN A\nPHÒNG NỘI VỤ\nSố: 12/PNV-TĐ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
        A, ngày 2 tháng 3 năm 2023\nKính gửi: Các trường\nPhòng gửi kèm hai kế hoạch.\nNơi nhận:\n- Như trên.\nTRƯỞNG PHÒNG\nLê Văn Bình\n";
    const PLAN: &str = "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHUYỆN A Độc lập - Tự do - Hạnh phúc\n\
        Số: 34/KH-UBND A, ngày 1 tháng 3 năm 2023\nKẾ HOẠCH\nTổ chức hội thi\nI. MỤC ĐÍCH\nHội thi vui.\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\nTrần Thị Hoa\n";
    const RULES: &str = "THỂ LỆ\nHội thi kể chuyện\n(Ban hành kèm theo Kế hoạch số 34/KH-UBND ngày 01/3/2023)\nĐiều 1. Ai cũng dự thi.\n";
    const LIST: &str = "DANH SÁCH ĐĂNG KÝ\nTT Tên đơn vị Ghi chú\n1\n2\n";

    fn kinds(parts: &[&str], joint: &str) -> Vec<String> {
        split(&Text::plain(&parts.join(joint)), Rules::builtin()).into_iter().map(|d| d.kind).collect()
    }

    #[test]
    fn bundles_are_split_by_their_own_headers() {
        for joint in ["\u{c}", "\n\n"] {
            assert_eq!(kinds(&[LETTER, PLAN], joint), ["cong_van", "ke_hoach"], "{joint:?}");
            assert_eq!(kinds(&[PLAN, RULES, LIST], joint), ["ke_hoach", "the_le"], "{joint:?}");
            assert_eq!(kinds(&[LETTER, LIST], joint), ["cong_van"], "{joint:?}");
        }
        assert_eq!(kinds(&[LIST], ""), ["phu_luc"]);
        assert_eq!(kinds(&["xin chào"], ""), ["other"]);
        assert_eq!(kinds(&[""], ""), ["other"]);
    }

    #[test]
    fn a_page_with_a_title_of_its_own_recipients_and_date_is_a_document() {
        let guide = "HƯỚNG DẪN HỌC TẬP CÁC LỚP NĂM THỨ HAI\nHọc viên nộp bài trước ngày 20/6/2023.\nNơi nhận:\n- Học viên;\n- Lưu: ĐT.\n\
            A, ngày 28 tháng 5 năm 2023\nHIỆU TRƯỞNG\nLê Văn Bình\n";
        assert_eq!(kinds(&[LETTER, guide], "\u{c}").len(), 2);
        let form = guide.replace("28 tháng 5", "... tháng ...");
        let list = guide.replace("HƯỚNG DẪN HỌC TẬP", "DANH SÁCH HỌC VIÊN");
        for part in [&form, &list, &guide.replace("Nơi nhận:", "")] {
            assert_eq!(kinds(&[LETTER, part], "\u{c}"), ["cong_van"], "{part}");
        }
    }
}
