//! The stamp of arrival (dấu đến): office, number and day of receipt.
//!
//! in: the stamp blocks of the header, what the recogniser of pens read in the stamp → out: `received`, where a stamp says
//! "đến" or its dotted lines were found and a day on them fits the letter.
//! Promises: number and day are mostly handwritten: from an image they are candidates unless plainly read or narrowed to one.

use crate::document::{ARRIVED, Role, calendar_date, in_capitals, opens_with_cue, read_date_line};
use crate::extract::Extraction;
use crate::extract::doubt::narrow;
use crate::extract::doubt::weigh::{Verdict, weigh};
use crate::extract::language::casing;
use crate::record::{Day, Doubt, Evidence, Received, Voice};
use crate::text::fold::bare;
use crate::text::pattern::pattern;
use crate::text::written::{Written, WrittenField};
use crate::text::{Rect, Span};
use jiff::civil::Date;

/// A stamp of which no word was read is believed from this probability of its date on.
const LIKELY: f32 = 0.3;
/// The lines of one stamp are no further apart than this many blocks.
const STAMP_LINES: usize = 6;
/// The receiving office stands so near above "ĐẾN".
const OFFICE_LINES: usize = 2;

pattern!(
    /// A line of a stamp, folded, by its label: "Số: 45", "Ngày: 9/3/2021".
    LABELLED,
    r"^(?:(?<number>so[:. ])|\s*(?<date>ngay))"
);
pattern!(
    /// "Ngày: 17/10/2017": three figures and nothing else.
    SLASHED,
    r"^[^0-9]*(?<day>[0-9]+)[^0-9]+(?<month>[0-9]+)[^0-9]+(?<year>[0-9]+)[^0-9]*$"
);

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Stamp);
    let stamp = blocks.iter().position(|block| arrives(page, *block));
    let (number_by_pen, date_by_pen) = by_pen(page);
    let day_by_pen = date_by_pen.as_ref().and_then(|(date, _)| date.best.first());
    // without its words the stamp is believed only where a day can be read that fits the letter
    if stamp.is_none() && day_by_pen.is_none_or(|(_, probability)| *probability < LIKELY) {
        return;
    }
    let mut received = Received::default();
    let (mut number_at, mut date_at) = (None, None);
    if let Some(at) = stamp {
        page.note("received", "received.stamp", blocks[at], 1.0);
        received.office = office(page, &blocks, at);
        for (_, span) in blocks.iter().enumerate().filter(|(nth, _)| nth.abs_diff(at) <= STAMP_LINES) {
            let folded = bare(page.words(*span));
            let Some(label) = LABELLED.captures(&folded) else { continue };
            let target = if label.name("number").is_some() { &mut number_at } else { &mut date_at };
            target.get_or_insert(*span);
        }
    }
    received.number = number(page, number_at, number_by_pen);
    received.date = date(page, date_at, date_by_pen);
    page.record.received = Some(received);
}

/// A reading by pen, weighed, with the voices behind it.
type Narrowed = (Written, Vec<Voice>);

/// What the recogniser of pens read in the stamp, weighed with what is known of the letter.
fn by_pen(page: &Extraction) -> (Option<Narrowed>, Option<Narrowed>) {
    let Some(head) = page.document.first(Role::Number).or(page.document.first(Role::PlaceDate)) else {
        return (None, None);
    };
    let issued = page.record.issued_on.as_ref().and_then(Day::date).or(page.issued_about);
    let number = page.written(WrittenField::ReceivedNumber, head).map(|w| narrow::arrival_number(page, w));
    let date = page.written(WrittenField::ReceivedDate, head);
    (number, date.map(|w| (narrow::arrival_date(w, issued), narrow::readings(w))))
}

/// Whether a line of a stamp says that a letter arrived: "CÔNG VĂN ĐẾN", "ĐẾN".
fn arrives(page: &Extraction, line: Span) -> bool {
    let words = page.words(line);
    let folded = bare(words);
    let named = page.lexicon.arrival_words.entries().any(|cue| opens_with_cue(&folded, &bare(cue)).is_some());
    let core = folded.trim_matches(|c: char| !c.is_alphanumeric());
    named || in_capitals(words) && core.rsplit(' ').next() == Some(ARRIVED)
}

/// The capitals above "ĐẾN" inside the stamp.
fn office(page: &Extraction, blocks: &[Span], at: usize) -> Option<String> {
    let above = blocks[..at].iter().rev().take(OFFICE_LINES).map(|b| page.line(*b));
    let name = above.into_iter().find(|w| in_capitals(w) && page.frame.office(&bare(w)))?;
    Some(casing::office(name.trim_matches(|c: char| !c.is_alphanumeric()), &page.lexicon))
}

fn number(page: &mut Extraction, span: Option<Span>, by_pen: Option<Narrowed>) -> Option<String> {
    let words = span.map(|span| page.line(span)).unwrap_or_default();
    let rest = words.split_once([':', '.', ' ']).map_or("", |(_, r)| r);
    let core = rest.trim_matches(|c: char| !c.is_alphanumeric()).split_whitespace().next().unwrap_or("");
    let digits = !core.is_empty() && core.len() <= 6 && core.chars().all(|c| c.is_ascii_digit());
    settle(page, "received.number", span, digits.then(|| core.to_owned()), by_pen, Doubt::ReceivedNumber)
}

fn date(page: &mut Extraction, span: Option<Span>, by_pen: Option<Narrowed>) -> Option<Day> {
    let words = span.map(|span| page.line(span)).unwrap_or_default();
    let read = read_date_line(&words).and_then(|d| d.whole()).or_else(|| slashed(&words)).map(|date| date.to_string());
    settle(page, "received.date", span, read, by_pen, Doubt::ReceivedDate).map(Day::from)
}

/// The value the words and the pen agree on, with its place; else its candidates for a person.
fn settle(
    page: &mut Extraction,
    field: &str,
    span: Option<Span>,
    printed: Option<String>,
    by_pen: Option<Narrowed>,
    why: Doubt,
) -> Option<String> {
    if span.is_none() && by_pen.is_none() {
        return None;
    }
    let sure = span.is_some_and(|span| page.digits_are_sure(span));
    let written = by_pen.as_ref().map(|(written, _)| written);
    let verdict = weigh(printed.as_deref(), sure, written, |a, b| a == b);
    if let (Verdict::Value(_), Some(span)) = (&verdict, span) {
        page.note(field, field, span, 1.0);
    }
    if let Some((written, voices)) = by_pen {
        let Rect { x, y, w, h } = written.bbox;
        let (text, confidence) = written.best.first().cloned().unwrap_or_default();
        let zone = Evidence { page: written.page, bbox: Some([x, y, w, h]), text, confidence, voices };
        page.record.evidence.insert(field.to_owned(), zone);
    }
    match verdict {
        Verdict::Value(value) => Some(value),
        Verdict::Doubt(candidates) => {
            page.record.review_weighed(field, why, candidates);
            None
        }
    }
}

/// "Ngày: 17/10/2017" as a date.
fn slashed(words: &str) -> Option<Date> {
    let found = SLASHED.captures(words)?;
    let part = |name: &str| found[name].parse::<i16>().ok();
    calendar_date(part("year")?, part("month")?, part("day")?)
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
        assert_eq!((received.number.as_deref(), received.date), (Some("45"), Some("2021-03-09".into())));
        assert_eq!(record.subject.as_deref(), Some("Công tác thi đua của quận giai đoạn 2021 - 2025"));
        assert_eq!(record.kind, "ke_hoach");
    }

    #[test]
    fn the_stamp_before_kinh_gui_takes_nothing_from_the_addressees() {
        let raw = "ỦY BAN NHÂN DÂN\nPHƯỜNG AN BÌNH\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\
            Số: 21/UBND-VX\nV/v triển khai kế hoạch\nAn Bình, ngày 12 tháng 01 năm 2026\n\nTRƯỜNG TH AN BÌNH\n\
            CÔNG VĂN ĐẾN\nSố: 27\nNgày: 14/01/2026\nKính gửi:\n- Các phòng chuyên môn;\n- Các trường học.\n\
            Ủy ban nhân dân phường đề nghị các đơn vị báo cáo trước ngày 20/01/2026.\n";
        let record = record_of(raw);
        let received = record.received.unwrap();
        assert_eq!((received.office.as_deref(), received.number.as_deref()), (Some("Trường TH An Bình"), Some("27")));
        assert_eq!(record.addressees, ["Các phòng chuyên môn", "Các trường học"]);
        assert_eq!(record.subject.as_deref(), Some("triển khai kế hoạch"));
    }
}
