//! Ngày ban hành.
//!
//! in: the place-and-date block of the header → out: `issued_on`, or candidates where the day was written by hand.
//! Promises: never a cited date, never a date of a signature stamp, never the clock.

use super::Extraction;
use crate::document::{DateLine, Role, read_date_line};
use crate::text::Span;

pub(super) fn fill(page: &mut Extraction) {
    let Some(span) = page.document.first(Role::PlaceDate) else {
        if page.record.number.is_some() {
            page.record.review("issued_on", "không thấy dòng địa danh, ngày tháng ở đầu văn bản", Vec::new());
        }
        return;
    };
    let Some(found) = read_date_line(page.words(span)) else { return };
    let date = at(span, &found.date);
    page.note("issued_on", "issued_on.header", date, 1.0);
    let sure = [&found.day, &found.month, &found.year].iter().all(|part| page.digits_are_sure(at(span, &part.at)));
    let month = found.year.value.zip(found.month.value).and_then(|(y, m)| crate::document::iso(y, m, 1));
    page.issued_about = found.iso().or(month);
    match found.iso() {
        Some(iso) if sure => page.record.issued_on = Some(iso),
        Some(iso) => page.record.review("issued_on", "ngày hoặc tháng viết tay, đọc không chắc chắn", vec![iso]),
        None => page.record.review("issued_on", reason(&found), found.candidates()),
    }
}

fn reason(found: &DateLine) -> String {
    let part = |name: &str, part: &crate::document::Part| match part.value {
        Some(_) => None,
        None if part.printed.is_empty() => Some(format!("{name} để trống hoặc không đọc được")),
        None => Some(format!("{name} đọc được “{}”", part.printed)),
    };
    let parts = [part("ngày", &found.day), part("tháng", &found.month), part("năm", &found.year)];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    if said.is_empty() { "không có ngày này trong lịch".to_owned() } else { said.join("; ") }
}

fn at(span: Span, range: &std::ops::Range<usize>) -> Span {
    Span::new(span.start + range.start, span.start + range.end)
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn the_date_of_the_header_only() {
        let cases = [
            ("Hà Lâm, ngày 02 tháng 01 năm 2018", Some("2018-01-02"), 0),
            ("Hà Lâm, ngày    tháng 6 năm 2024", None, 1),
            ("Hà Lâm, ngày 1& tháng 3 năm 2021", None, 1),
            ("Hà Lâm, ngày 31 tháng 4 năm 2021", None, 1),
        ];
        for (line, iso, doubts) in cases {
            let raw = format!(
                "UBND QUẬN A\nSố: 1/KH-UBND\n{line}\nKẾ HOẠCH\nHọp\nThực hiện Quyết định số 5/QĐ-UBND ngày 7 tháng 8 năm 2019 của Ủy ban.\n"
            );
            let record = record_of(&raw);
            assert_eq!(record.issued_on.as_deref(), iso, "{line}");
            assert_eq!(record.needs_review.iter().filter(|r| r.field == "issued_on").count(), doubts, "{line}");
        }
    }
}
