//! Độ khẩn, độ mật, chỉ dẫn phạm vi lưu hành.
//!
//! in: the mark blocks of the header → out: `urgency`, `secrecy`, `circulation`.
//! Promises: words in running text ("đề nghị khẩn trương") are no marks.

use crate::document::{Role, find_cue, slips};
use crate::extract::Extraction;
use crate::text::fold::Folded;

pub(super) fn fill(page: &mut Extraction) {
    for span in page.blocks(Role::Mark) {
        let words = page.line(span);
        let folded = Folded::new(&words).text;
        // the longer mark wins: "thượng khẩn" holds "khẩn"
        let known = [
            ("urgency", "thuong khan", "thượng khẩn"),
            ("urgency", "hoa toc", "hỏa tốc"),
            ("urgency", "khan", "khẩn"),
            ("secrecy", "tuyet mat", "tuyệt mật"),
            ("secrecy", "toi mat", "tối mật"),
            ("secrecy", "mat", "mật"),
        ];
        let mark = known.iter().find(|(_, cue, _)| find_cue(&folded, cue, slips(cue)).is_some());
        let field = mark.map_or("circulation", |(field, ..)| *field);
        let value = mark.map_or(words, |(.., value)| (*value).to_owned());
        let target = match field {
            "urgency" => &mut page.record.urgency,
            "secrecy" => &mut page.record.secrecy,
            _ => &mut page.record.circulation,
        };
        if target.is_none() {
            *target = Some(value);
            page.note(field, &format!("{field}.stamp"), span, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn stamps_not_words() {
        let raw = |mark: &str| {
            format!(
                "UBND QUẬN A\nSố: 1/UBND-NV\n{mark}\nA, ngày 1 tháng 2 năm 2023\nV/v họp\nKính gửi: Các trường\nĐề nghị khẩn trương họp kín, mật.\n"
            )
        };
        assert_eq!(record_of(&raw("THƯỢNG KHẨN")).urgency.as_deref(), Some("thượng khẩn"));
        assert_eq!(record_of(&raw("HỎA TỐC")).urgency.as_deref(), Some("hỏa tốc"));
        assert_eq!(record_of(&raw("TỐI MẬT")).secrecy.as_deref(), Some("tối mật"));
        let quiet = record_of(&raw(""));
        assert_eq!((quiet.urgency, quiet.secrecy, quiet.circulation), (None, None, None));
    }
}
