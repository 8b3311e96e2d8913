//! What an event says: summary and description.
//!
//! in: a record, one of its deadlines → out: text in the reader's language; the document's own words stay Vietnamese.

use crate::record::{Day, Record};
use crate::text::lang::Lang;
use jiff::civil::Weekday;

/// Characters of the task in a summary; phones show about that much.
const SHORT: usize = 120;

/// "[117/KH-UBND] nộp báo cáo (cần kiểm tra)".
pub(super) fn summary(record: &Record, index: usize, lang: Lang) -> String {
    let deadline = &record.deadlines[index];
    let what = deadline.task.as_deref().filter(|t| !t.trim().is_empty()).unwrap_or(&deadline.text);
    let mut short: String = what.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = short.char_indices().nth(SHORT) {
        let cut = short[..cut].rfind(' ').unwrap_or(cut);
        short.truncate(cut);
        short.push('…');
    }
    let number = record.shown_number().unwrap_or_else(|| record.kind_label.clone());
    let doubt = if record.deadline_doubtful(index) { lang.pick(" (cần kiểm tra)", " (to be checked)") } else { "" };
    format!("[{number}] {short}{doubt}")
}

/// The deadline's words, then one line each: document, subject, page, who, to whom, doubts.
pub(super) fn description(record: &Record, index: usize, weekend: Option<Weekday>, lang: Lang) -> String {
    let deadline = &record.deadlines[index];
    let mut lines = vec![deadline.text.split_whitespace().collect::<Vec<_>>().join(" ")];
    let mut line = |vi: &str, en: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{}: {value}", lang.pick(vi, en)));
        }
    };
    line("Văn bản", "Document", document(record, lang));
    line("Trích yếu", "Subject", record.subject.clone().unwrap_or_default());
    line("Trang", "Page", record.deadline_page(index).map(|p| p.to_string()).unwrap_or_default());
    line("Tệp", "File", record.source.file.clone());
    line("Đơn vị thực hiện", "Responsible", deadline.responsible.join("; "));
    line("Gửi về", "Deliver to", deadline.deliver_to.clone().unwrap_or_default());
    if let Some(weekday) = weekend {
        let day = if weekday == Weekday::Saturday {
            lang.pick("thứ Bảy", "a Saturday")
        } else {
            lang.pick("Chủ nhật", "a Sunday")
        };
        line("Lưu ý", "Note", format!("{} {day}", lang.pick("ngày cuối là", "the last day is")));
    }
    let field = format!("deadlines[{index}]");
    for review in record.needs_review.iter().filter(|r| r.field.starts_with(&field) && record.deadline_doubtful(index))
    {
        let candidates = review.candidates.join(", ");
        let candidates = if candidates.is_empty() { String::new() } else { format!(" ({candidates})") };
        line("Cần kiểm tra", "To be checked", format!("{}{candidates}", review.reason));
    }
    lines.join("\n")
}

/// "Kế hoạch 117/KH-UBND, 2024-05-20, Ủy ban nhân dân …"
fn document(record: &Record, lang: Lang) -> String {
    let mut said = record.kind_label.clone();
    if let Some(number) = record.shown_number() {
        said += &format!(" {number}");
    }
    if let Some(date) = record.issued_on.as_ref().and_then(Day::date) {
        said += &match lang {
            Lang::Vi => format!(" ngày {:02}/{:02}/{}", date.day(), date.month(), date.year()),
            Lang::En => format!(" of {date}"),
        };
    }
    if let Some(issuer) = &record.issuer {
        said += &format!(" {} {}", lang.pick("của", "by"), issuer.name);
    }
    said
}
