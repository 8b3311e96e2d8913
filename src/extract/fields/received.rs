//! The stamp of arrival (dấu đến): office, number and day of receipt.
//!
//! in: the stamp blocks of the header, what the recogniser of pens read in the stamp → out: `received`, where a stamp says
//! "đến" or its dotted lines were found and a day on them fits the letter.
//! How: its lines are those that the page marked as put on, else the stamp blocks near "ĐẾN".
//! Promises: a stamp whose number or day was not read is asked about; number and day are mostly handwritten: from an image they are candidates unless plainly read or narrowed to one.

use crate::document::{ARRIVED, Role, calendar_date, in_capitals, is_stamp_line, opens_with_cue, read_date_line};
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
/// Stamps are read from this year on; an earlier one was misread.
const EARLIEST: i16 = 1990;
/// A letter arrives within so many days.
const LONGEST_WAY: i32 = 400;

pattern!(
    /// "Số: 45", "Số đến 62", "ĐẾN Số ....1234": the label and its figures, folded; none where it was left empty.
    NUMBER,
    r"(?:^|[^a-z])so(?: (?:den|cv den|vb den|thu tu))?(?:[^a-z0-9]+(?<figures>[0-9]{1,6})(?<behind>[^ ]*)|[^a-z0-9]*$|[^a-z0-9]+[^0-9]*$)"
);
pattern!(
    /// "Ngày: 9/3/2021", "Ngày đến 05.6.26", "17/10/17" alone, folded.
    SLASHED,
    r"(?:^|[^0-9a-z/])(?<day>[0-9]{1,2}) ?[/.-] ?(?<month>[0-9]{1,2}) ?[/.-] ?(?<year>[0-9]{4}|[0-9]{2})(?:$|[^0-9/])"
);
pattern!(
    /// A line that a day belongs into, folded.
    DATED,
    r"(?:^|[^a-z])ngay(?:[^a-z]|$)"
);
pattern!(
    /// The stamp's line for the file a letter is put into, folded.
    OF_A_FILE,
    r"(?:ky hieu|ho so|luu hs)"
);
pattern!(
    /// Figures and nothing else: a numbering stamp beside its label.
    FIGURES,
    r"^[^a-z0-9]*(?<figures>[0-9]{1,6})[^a-z0-9]*$"
);

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Stamp);
    let stamp = blocks.iter().position(|block| arrives(page, *block)).or_else(|| labelled(page, &blocks));
    let (number_by_pen, date_by_pen) = by_pen(page);
    let day_by_pen = date_by_pen.as_ref().and_then(|(date, _)| date.best.first());
    // without its words the stamp is believed only where a day can be read that fits the letter
    if stamp.is_none() && day_by_pen.is_none_or(|(_, probability)| *probability < LIKELY) {
        return;
    }
    let mut received = Received::default();
    let mut said = Said::default();
    if let Some(at) = stamp {
        page.note("received", "received.stamp", blocks[at], 1.0);
        received.office = office(page, &blocks, at);
        let is_near = |nth: usize, span: Span| page.text.is_stamped(span) || nth.abs_diff(at) <= STAMP_LINES;
        let own = blocks.iter().enumerate().filter(|(nth, span)| is_near(*nth, **span)).map(|(_, span)| *span);
        said = Said::of(page, own.collect());
    }
    received.number = number(page, &said, number_by_pen);
    received.date = date(page, &said, date_by_pen);
    page.record.received = Some(received);
}

/// What the lines of a stamp say, each with the line it stands in.
#[derive(Default)]
struct Said {
    number: Option<(Span, Option<String>)>,
    date: Option<(Span, Option<Date>)>,
}

impl Said {
    fn of(page: &Extraction, lines: Vec<Span>) -> Said {
        let mut said = Said::default();
        for span in &lines {
            let words = page.line(*span);
            let folded = bare(&words);
            if let Some(found) = NUMBER.captures(&folded).filter(|found| labels_number(&words, &folded, found)) {
                // "Số: 12/KH-UBND" is a letter's own number
                let behind = found.name("behind").map_or("", |m| m.as_str());
                let is_own = behind.starts_with('/') && behind.contains(|c: char| c.is_alphabetic());
                let figures = found.name("figures").map(|m| m.as_str().to_owned()).filter(|_| !is_own);
                said.put_number(*span, figures);
            }
            let date = day(&words);
            if date.is_some() || DATED.is_match(&folded) {
                said.put_date(*span, date);
            }
        }
        // figures that stand alone were stamped beside their label
        if let Some((_, None)) = said.number {
            let alone = |span: &Span| Some((*span, FIGURES.captures(&bare(&page.line(*span)))?["figures"].to_owned()));
            if let Some((span, figures)) = lines.iter().find_map(alone) {
                said.number = Some((span, Some(figures)));
            }
        }
        said
    }
    fn put_number(&mut self, span: Span, figures: Option<String>) {
        if self.number.as_ref().is_none_or(|(_, known)| known.is_none() && figures.is_some()) {
            self.number = Some((span, figures));
        }
    }
    fn put_date(&mut self, span: Span, date: Option<Date>) {
        if self.date.as_ref().is_none_or(|(_, known)| known.is_none() && date.is_some()) {
            self.date = Some((span, date));
        }
    }
}

/// Whether "so" is "Số" and no "Sở", and no file's number ("Số và ký hiệu HS").
fn labels_number(words: &str, folded: &str, found: &regex::Captures) -> bool {
    let at = found.get(0).map_or(0, |m| m.start());
    let at = at + folded[at..].find("so").unwrap_or(0);
    let vowel = words.chars().nth(folded[..at].chars().count() + 1);
    vowel.is_some_and(|c| !"ơờớởỡợƠỜỚỞỠỢ".contains(c)) && !OF_A_FILE.is_match(folded)
}

/// A stamp of which ĐẾN was not read: two of its labels in lines that a stamp put on.
fn labelled(page: &Extraction, blocks: &[Span]) -> Option<usize> {
    let own: Vec<usize> = (0..blocks.len()).filter(|at| page.text.is_stamped(blocks[*at])).collect();
    let says = |pattern: &dyn Fn(&str) -> bool| own.iter().any(|at| pattern(&bare(&page.line(blocks[*at]))));
    let both = says(&|folded| NUMBER.is_match(folded)) && says(&|folded| DATED.is_match(folded));
    own.first().copied().filter(|_| both)
}

/// The day in a line: "ngày 17 tháng 11 năm 2025", "17/10/17".
fn day(words: &str) -> Option<Date> {
    let written = read_date_line(words).and_then(|d| d.whole());
    let date = SLASHED.captures(&bare(words)).and_then(|found| {
        let part = |name: &str| found[name].parse::<i16>().ok();
        calendar_date(in_full(part("year")?), part("month")?, part("day")?)
    });
    date.or(written).filter(|date| date.year() >= EARLIEST)
}

/// "17" is 2017.
fn in_full(year: i16) -> i16 {
    if year < 100 { year + 2000 } else { year }
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
    named || is_stamp_line(words) || in_capitals(words) && core.rsplit(' ').next() == Some(ARRIVED)
}

/// The capitals above "ĐẾN" inside the stamp; before it in its line where all of the stamp is one.
fn office(page: &Extraction, blocks: &[Span], at: usize) -> Option<String> {
    let head = page.line(blocks[at]);
    let before =
        bare(&head).rfind(&format!(" {ARRIVED}")).map(|end| head.chars().take(bare(&head)[..end].chars().count()));
    let before: String = before.map(Iterator::collect).unwrap_or_default();
    let above: Vec<String> = blocks[..at].iter().rev().take(OFFICE_LINES).map(|b| page.line(*b)).collect();
    let is_office = |w: &String| in_capitals(w) && page.frame.office(&bare(w));
    let first = above.iter().position(is_office);
    let name = match first {
        // a name that goes on in the line below it
        Some(nth) => {
            let rest = above[..nth].iter().rev().filter(|w| in_capitals(w) && page.text.is_stamped(blocks[at]));
            std::iter::once(&above[nth]).chain(rest).cloned().collect::<Vec<_>>().join(" ")
        }
        None => Some(before).filter(is_office)?,
    };
    Some(casing::office(name.trim_matches(|c: char| !c.is_alphanumeric()), &page.lexicon))
}

fn number(page: &mut Extraction, said: &Said, by_pen: Option<Narrowed>) -> Option<String> {
    let (span, figures) = said.number.clone().map_or((None, None), |(span, figures)| (Some(span), figures));
    settle(page, "received.number", span, figures, by_pen, Doubt::ReceivedNumber)
}

fn date(page: &mut Extraction, said: &Said, by_pen: Option<Narrowed>) -> Option<Day> {
    let (span, date) = said.date.map_or((None, None), |(span, date)| (Some(span), date));
    let issued = page.record.issued_on.as_ref().and_then(Day::date).or(page.issued_about);
    // a day long before or after the letter's was misread: its day and month are worth asking about
    let misread = date.zip(issued).filter(|(date, issued)| !fits(*date, *issued)).and_then(|(date, issued)| {
        let years = [issued.year(), issued.year() + 1].into_iter();
        years.filter_map(|year| calendar_date(year, date.month().into(), date.day().into())).find(|d| fits(*d, issued))
    });
    if let (Some(likely), None) = (misread, &by_pen) {
        page.record.review("received.date", Doubt::ReceivedDate, vec![likely.to_string()]);
        return None;
    }
    let read = misread.or(date).map(|date| date.to_string());
    settle(page, "received.date", span, read, by_pen, Doubt::ReceivedDate).map(Day::from)
}

/// Whether a letter of this day may have arrived on that one.
fn fits(arrived: Date, issued: Date) -> bool {
    let days = (arrived - issued).get_days();
    (0..=LONGEST_WAY).contains(&days)
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
    fn typed_stamps_of_every_form_give_number_and_day() {
        let stamps = [
            ("CÔNG VĂN ĐẾN\nSố: 215\nNgày: 17/11/25", "215", "2025-11-17"),
            ("Công văn đến số 215 ngày 17/11/2025", "215", "2025-11-17"),
            ("VĂN PHÒNG UBND TỈNH ĐẾN Số: 1234 Ngày: 17/11/2025 Giờ: 14:32", "1234", "2025-11-17"),
            ("ĐẾN\nSố đến: 62\nNgày đến: 17.11.2025", "62", "2025-11-17"),
            ("ĐẾN\nSố: ......0653......\nNgày 17 tháng 11 năm 2025", "0653", "2025-11-17"),
        ];
        for (stamp, number, day) in stamps {
            let raw = format!(
                "UBND XÃ A\nSố: 7/KH-UBND\nA, ngày 5 tháng 11 năm 2025\nV/v họp\n{stamp}\nKính gửi: Các trường\n\
                 Đề nghị các trường cử người dự họp.\n"
            );
            let record = record_of(&raw);
            let received = record.received.unwrap_or_default();
            assert_eq!((received.number.as_deref(), received.date), (Some(number), Some(day.into())), "{stamp}");
            assert_eq!(record.subject.as_deref(), Some("họp"), "{stamp}");
            assert_eq!(record.addressees, ["Các trường"], "{stamp}");
        }
    }

    #[test]
    fn a_stamp_without_figures_or_with_an_impossible_day_is_asked_about() {
        let raw = "UBND XÃ A\nSố: 7/KH-UBND\nA, ngày 5 tháng 11 năm 2025\nV/v họp\nCÔNG VĂN ĐẾN\nSố:\nNgày: 17/11/2925\n\
            Kính gửi: Các trường\nĐề nghị các trường cử người dự họp.\n";
        let record = record_of(raw);
        let asked = |field: &str| record.needs_review.iter().find(|review| review.field == field);
        assert!(asked("received.number").is_some(), "{:?}", record.needs_review);
        assert_eq!(asked("received.date").unwrap().candidates, ["2025-11-17"]);
    }

    #[test]
    fn the_stamp_above_the_head_is_not_its_issuer() {
        let raw = "Công văn đến số 2288 ngày 27/09/2025\nSỞ Y TẾ TỈNH B\nTRUNG TÂM Y TẾ\nSố: 85/TTYT\n\
            B, ngày 23 tháng 9 năm 2025\nV/v giám sát\nKính gửi: Trạm Y tế các xã\nĐề nghị các trạm báo cáo.\n";
        let record = record_of(raw);
        assert_eq!(record.issuer.map(|issuer| issuer.name).as_deref(), Some("Trung tâm Y tế"));
        assert_eq!(record.received.and_then(|r| r.number).as_deref(), Some("2288"));
    }

    #[test]
    fn the_receiving_office_below_the_number_is_not_the_issuer() {
        let raw = "BỘ NÔNG NGHIỆP\nTỔ CÔNG TÁC LIÊN NGÀNH\nSố: 512/KH-TCT\nUBND TỈNH HÀ LÂM\n\
            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nHà Nội, ngày 24 tháng 02 năm 2026\n\
            KẾ HOẠCH\nPhối hợp kiểm soát trồng rừng\nThực hiện Nghị định số 105/2021/NĐ-CP, Tổ công tác làm như sau:\n";
        let issuer = record_of(raw).issuer.unwrap();
        assert_eq!(issuer.name.to_lowercase(), "tổ công tác liên ngành");
        assert_eq!(issuer.parent.as_deref(), Some("Bộ Nông nghiệp"));
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
