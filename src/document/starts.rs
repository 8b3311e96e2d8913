//! Where documents begin in a file, and which pages were scanned twice.
//!
//! in: the lines of a file → out: indices of the first lines of documents; pages that repeat an earlier page.
//! Promises: the first document begins at the first line; a form, list or appendix without an office's own header starts
//! nothing.
//! Leaves out: reading the header (`header`).

use super::frame::{Frame, Piece, Sign};
use super::lines::{Line, in_capitals};
use crate::rules::KindRole;
use std::collections::HashSet;

/// A header is spread over so many lines at most: incoming stamps and marks stand between its parts.
const WINDOW: usize = 16;
/// On a page a header begins among the first lines; stamps, page numbers and bleed-through may stand above it.
const TOP: usize = 14;
/// A title stands among so many lines at the top of a page.
const TITLE_LINES: usize = 4;
/// Motto and number, or number, date and title, or motto, office and title.
const ENOUGH: u32 = 4;
/// Share of common word triples that makes two pages the same page; two scans of one page share about 80 %.
const SAME_PAGE: f32 = 0.55;

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
    let heads = (1..lines.len()).filter(|at| lines[*at].page != lines[at - 1].page && !starts.contains(at));
    let signed = |at: usize| {
        let last = starts.iter().rev().find(|start| **start < at).copied();
        let end = starts.iter().find(|start| **start > at).copied().unwrap_or(lines.len());
        let top = (at..end.min(at + TITLE_LINES)).find(|i| is_title(frame, &lines[*i]));
        let sent = lines[at..end].iter().any(|l| frame.cues.opens("recipients", &l.bare).is_some());
        let full = |p: &Piece| matches!(&p.sign, Sign::Date(d) if d.year.value.is_some() && d.day.value.is_some() && !d.place.is_empty());
        let dated = signs[at..end].iter().flatten().any(full);
        last.is_some_and(|last| has_ended(frame, lines, last, at))
            && top.is_some()
            && sent
            && dated
            && !repeated.contains(&lines[at].page)
            && !is_form(frame, lines, window(lines, at, true))
    };
    heads.filter(|at| signed(*at)).collect()
}

/// Four words or more in capitals that are not the title of a list.
fn is_title(frame: &Frame, line: &Line) -> bool {
    let words = frame.text.slice(line.span);
    let list = frame.rules.kind_of_title(words).is_some_and(|kind| kind.role == Some(KindRole::Appendix));
    words.split_whitespace().count() >= 4 && in_capitals(words) && !list
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

fn window(lines: &[Line], at: usize, paged: bool) -> std::ops::Range<usize> {
    let end = (at + WINDOW).min(lines.len());
    let end = (at..end).find(|i| paged && lines[*i].page != lines[at].page).unwrap_or(end);
    at..end
}

/// How much of a header stands in these lines; a place and date, a title and the like count once.
fn score(frame: &Frame, lines: &[Line], signs: &[Vec<Piece>], window: std::ops::Range<usize>) -> u32 {
    let (mut motto, mut number, mut date, mut title, mut letter, mut office) = (0, 0, 0, 0, 0, 0);
    let from = window.start;
    for (at, pieces) in signs.iter().enumerate().take(window.end).skip(from.saturating_sub(3)) {
        for piece in pieces {
            let filled = |n: &super::Numbered| n.serial.is_some() || !n.printed.is_empty() || at < from + 6;
            match &piece.sign {
                Sign::Motto if at >= from => motto = 2,
                Sign::Number(n) if at >= from && filled(n) && own_line(frame, piece, pieces) => number = 2,
                Sign::Date(d) if at >= from && d.year.value.is_some() && !d.place.is_empty() => date = 1,
                Sign::Title(id, length) if at >= from => {
                    title = title.max(title_weight(frame, lines, at, id, piece, *length));
                }
                Sign::Subject | Sign::Addressees if at >= from => letter = 1,
                Sign::Office if same_page(lines, at, from) => office = 1,
                _ => {}
            }
        }
    }
    motto + number + date + title + letter + office
}

/// A cited number at the head of a line is followed by more words of its sentence.
fn own_line(frame: &Frame, piece: &Piece, pieces: &[Piece]) -> bool {
    let behind = pieces.iter().skip_while(|p| p.span != piece.span).nth(1);
    behind.is_none_or(|p| p.sign != Sign::Other || frame.text.slice(p.span).chars().count() < 6)
}

fn same_page(lines: &[Line], a: usize, b: usize) -> bool {
    lines[a].page == lines[b].page
}

/// A list's title weighs nothing; a title with "ban hành kèm theo" under it makes a document alone.
fn title_weight(frame: &Frame, lines: &[Line], at: usize, id: &str, piece: &Piece, length: usize) -> u32 {
    let Some(kind) = frame.kind(id) else { return 0 };
    if kind.role == Some(KindRole::Appendix)
        || !in_capitals(&frame.text.slice(piece.span).chars().take(length.max(2)).collect::<String>())
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

/// A page to be filled in: "Mẫu số", "TÊN CƠ QUAN", "Phụ lục" above, dots for a name, or "(Kèm theo …" below a header
/// without number.
fn is_form(frame: &Frame, lines: &[Line], window: std::ops::Range<usize>) -> bool {
    let page = lines[window.start].page;
    // without pages the next form may stand right below
    let below = if frame.text.has_pages() { 8 } else { 4 };
    let head = window.start.saturating_sub(4)..(window.start + below).min(window.end);
    let mut said = false;
    for line in lines[head].iter().filter(|l| l.page == page) {
        let placeholder = frame.cues.opens("form", &line.bare).is_some() && line.bare.len() < 60;
        let title = frame.cues.opens("form_title", &line.bare).is_some() && in_capitals(frame.text.slice(line.span));
        let dots = frame.text.slice(line.span).contains("......")
            && super::frame::number_label(frame.text.slice(line.span)).is_none();
        let with = line.bare.trim_start().starts_with("(kem theo");
        said |= placeholder || title || dots || with;
    }
    said
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

/// 1-based pages that hold the words of an earlier page again.
pub(crate) fn repeated_pages(lines: &[Line]) -> Vec<u32> {
    let mut pages: Vec<(u32, HashSet<u64>)> = Vec::new();
    let mut again = Vec::new();
    for page in lines.chunk_by(|a, b| a.page == b.page) {
        let triples = triples(page);
        if triples.len() >= 40 {
            let twin = pages.iter().any(|(_, other)| {
                let common = triples.intersection(other).count() as f32;
                let all = triples.len() + other.len();
                common / (all as f32 - common) >= SAME_PAGE
            });
            if twin {
                again.push(page[0].page);
                continue;
            }
        }
        pages.push((page[0].page, triples));
    }
    again
}

fn triples(lines: &[Line]) -> HashSet<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let words: Vec<&str> =
        lines.iter().flat_map(|l| l.bare.split(|c: char| !c.is_alphanumeric())).filter(|w| !w.is_empty()).collect();
    let hash = |three: &[&str]| {
        let mut hasher = DefaultHasher::new();
        three.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(3).map(hash).collect()
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

    #[test]
    fn a_page_scanned_twice_is_noticed() {
        let long: String = (0..60).map(|i| format!("việc thứ {i} của kế hoạch này\n")).collect();
        let page = format!("{PLAN}{long}");
        let documents = split(&Text::plain(&format!("{page}\u{c}{page}")), Rules::builtin());
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0].repeated, [2]);
    }
}
