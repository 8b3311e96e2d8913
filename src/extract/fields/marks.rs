//! Marks: urgency (độ khẩn), secrecy (độ mật), circulation (chỉ dẫn phạm vi lưu hành).
//!
//! in: the mark blocks of the header → out: `urgency`, `secrecy`, `circulation`.
//! Promises: words in running text ("đề nghị khẩn trương") are no marks.

use crate::document::{Role, in_capitals};
use crate::extract::Extraction;
use crate::text::fold::Folded;

/// A stamp of urgency says no more, in characters: "HỎA TỐC HẸN GIỜ" and the strokes of its frame.
const LONGEST_URGENCY: usize = 22;

pub(super) fn fill(page: &mut Extraction) {
    for span in page.blocks(Role::Mark) {
        let words = page.line(span);
        let folded = Folded::new(&words).text;
        // the longer mark wins: "thượng khẩn" holds "khẩn"
        let (cues, record) = (&page.frame.cues, &mut page.record);
        let (field, first) = match (cues.printed("urgency", &folded), cues.printed("secrecy", &folded)) {
            (Some(urgency), _) => ("urgency", keep_first(&mut record.urgency, urgency.into())),
            (_, Some(secrecy)) => ("secrecy", keep_first(&mut record.secrecy, secrecy.into())),
            _ => ("circulation", keep_first(&mut record.circulation, words)),
        };
        if first {
            page.note(field, &format!("{field}.stamp"), span, 1.0);
        }
    }
    stamped_urgency(page);
}

/// A degree of urgency that a stamp put on: askew, in a box or an arrow.
fn stamped_urgency(page: &mut Extraction) {
    if page.record.urgency.is_some() {
        return;
    }
    for span in page.blocks(Role::Stamp).into_iter().filter(|span| page.text.is_stamped(*span)) {
        let words = page.line(span);
        let folded = Folded::new(&words).text;
        let is_short = words.chars().count() <= LONGEST_URGENCY && in_capitals(&words);
        if let Some(urgency) = page.frame.cues.printed("urgency", &folded).filter(|_| is_short) {
            page.record.urgency = Some(urgency.into());
            page.note("urgency", "urgency.stamp", span, 1.0);
            return;
        }
    }
}

/// Sets a field that is not set yet; whether it did.
fn keep_first<T>(field: &mut Option<T>, value: T) -> bool {
    let first = field.is_none();
    field.get_or_insert(value);
    first
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;
    use crate::record::{Secrecy, Urgency};

    #[test]
    fn stamps_not_words() {
        let raw = |mark: &str| {
            format!(
                "UBND QUẬN A\nSố: 1/UBND-NV\n{mark}\nA, ngày 1 tháng 2 năm 2023\nV/v họp\nKính gửi: Các trường\nĐề nghị khẩn trương họp kín, mật.\n"
            )
        };
        assert_eq!(record_of(&raw("THƯỢNG KHẨN")).urgency, Some(Urgency::ThuongKhan));
        assert_eq!(record_of(&raw("HỎA TỐC")).urgency, Some(Urgency::HoaToc));
        assert_eq!(record_of(&raw("TỐI MẬT")).secrecy, Some(Secrecy::ToiMat));
        let quiet = record_of(&raw(""));
        assert_eq!((quiet.urgency, quiet.secrecy, quiet.circulation), (None, None, None));
    }
}
