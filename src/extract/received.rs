//! Dấu ĐẾN.
//!
//! in: the stamp blocks of the header → out: `received`, where a stamp says "đến".
//! Promises: number and day are mostly handwritten: from an image they are candidates unless plainly read.

use super::{Extraction, casing};
use crate::document::{Role, in_capitals, iso, opens_with_cue, read_date_line};
use crate::record::Received;
use crate::text::Span;
use crate::text::fold::bare;

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Stamp);
    let Some(at) = blocks.iter().position(|b| arrives(&bare(page.words(*b)), page.words(*b))) else { return };
    page.note("received", "received.stamp", blocks[at], 1.0);
    let mut received = Received { office: office(page, &blocks, at), ..Received::default() };
    let around = blocks.iter().enumerate().filter(|(i, _)| i.abs_diff(at) <= 6).map(|(_, b)| *b);
    let (mut number_seen, mut date_seen) = (false, false);
    for span in around.collect::<Vec<_>>() {
        let words = page.line(span);
        let folded = bare(&words);
        if !number_seen && (folded.starts_with("so:") || folded.starts_with("so.") || folded.starts_with("so ")) {
            number_seen = true;
            received.number = number(page, span, &words);
        } else if !date_seen && folded.trim_start().starts_with("ngay") {
            date_seen = true;
            received.date = date(page, span, &words);
        }
    }
    page.record.received = Some(received);
}

fn arrives(folded: &str, words: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let named = ["cong van den", "van ban den"].iter().any(|cue| opens_with_cue(folded, cue).is_some());
    named || (in_capitals(words) && (core == "den" || core.ends_with(" den")))
}

/// The capitals above "ĐẾN" inside the stamp.
fn office(page: &Extraction, blocks: &[Span], at: usize) -> Option<String> {
    let above = blocks[..at].iter().rev().take(2).map(|b| page.line(*b));
    let name = above.into_iter().find(|w| in_capitals(w) && page.frame.office(&bare(w)))?;
    Some(casing::office(name.trim_matches(|c: char| !c.is_alphanumeric()), page.rules))
}

fn number(page: &mut Extraction, span: Span, words: &str) -> Option<String> {
    let rest = words.split_once([':', '.', ' ']).map_or("", |(_, r)| r);
    let core: String =
        rest.trim_matches(|c: char| !c.is_alphanumeric()).split_whitespace().next().unwrap_or("").to_owned();
    let digits = !core.is_empty() && core.len() <= 6 && core.chars().all(|c| c.is_ascii_digit());
    if digits && page.digits_are_sure(span) {
        page.note("received.number", "received.number", span, 1.0);
        return Some(core);
    }
    page.record.review(
        "received.number",
        "số đến viết tay, đọc không chắc chắn",
        digits.then_some(core).into_iter().collect(),
    );
    None
}

fn date(page: &mut Extraction, span: Span, words: &str) -> Option<String> {
    let read = read_date_line(words).and_then(|d| d.iso()).or_else(|| slashed(words));
    match read {
        Some(iso) if page.digits_are_sure(span) => {
            page.note("received.date", "received.date", span, 1.0);
            Some(iso)
        }
        read => {
            page.record.review("received.date", "ngày đến viết tay, đọc không chắc chắn", read.into_iter().collect());
            None
        }
    }
}

/// "Ngày: 17/10/2017".
fn slashed(words: &str) -> Option<String> {
    let figures: Vec<i16> =
        words.split(|c: char| !c.is_ascii_digit()).filter(|f| !f.is_empty()).filter_map(|f| f.parse().ok()).collect();
    let [day, month, year] = figures.as_slice() else { return None };
    iso(*year, *month, *day)
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn the_stamp_between_the_header_lines() {
        let raw = "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nQUẬN A Độc lập - Tự do - Hạnh phúc\n\
            Số: 7/KH-UBND A, ngày 5 tháng 3 năm 2021\nPHÒNG NỘI VỤ KẾ HOẠCH\nCÔNG VĂN ĐẾN Công tác thi đua của quận\n\
            Số: 45 giai đoạn 2021 - 2025\nNgày: 9/3/2021\nThực hiện Kế hoạch của Thành phố, quận làm như sau:\n";
        let record = record_of(raw);
        let received = record.received.unwrap();
        assert_eq!(received.office.as_deref(), Some("Phòng Nội vụ"));
        assert_eq!((received.number.as_deref(), received.date.as_deref()), (Some("45"), Some("2021-03-09")));
        assert_eq!(record.subject.as_deref(), Some("Công tác thi đua của quận giai đoạn 2021 - 2025"));
        assert_eq!(record.kind, "ke_hoach");
    }
}
