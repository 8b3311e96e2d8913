//! The letter that asks a sender for what is missing: a draft, as text and as DOCX.
//!
//! in: checked documents of one sender → out: paragraphs in the form of an official letter (công văn), the names and numbers
//! only the office knows left open as dots.
//! Promises: what was left with a reason and what is only worth knowing is not asked for; nothing is made up: a field the
//! document does not give stands as dots.

use super::findings::Checked;
use crate::error::{Error, Result};
use crate::record::{Day, Severity, printed};
use crate::text::PlaceOf;
use docx_rs::{
    AlignmentType, Docx, LineSpacing, PageMargin, Paragraph, Run, RunFonts, SpecialIndentType, Table, TableCell,
    TableRow,
};
use jiff::civil::Date;
use std::io::Cursor;

const FONT: &str = "Times New Roman";
const DOTS: &str = "……………";
/// Twentieths of a point: Nghị định 30/2020 wants A4 with 20 to 25 mm above and below, 30 to 35 left, 15 to 20 right.
const MARGIN: PageMargin =
    PageMargin { top: 1134, bottom: 1134, left: 1701, right: 964, header: 567, footer: 567, gutter: 0 };
/// Half points.
const SIZE: usize = 28;
/// A first line is indented by 1 cm.
const INDENT: i32 = 567;

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    subject: String,
    day: Date,
    to: String,
    body: Vec<String>,
}

/// Drafts the letter; `None` when there is nothing to ask for. `day` is the day it is dated, `by` the last day to answer.
///
/// # Errors
/// Documents of several senders: each has to get a letter of its own.
pub fn draft(documents: &[Checked], day: Date, by: Option<Date>) -> Result<Option<Reply>> {
    let asked: Vec<&Checked> = documents.iter().filter(|d| wanted(d).next().is_some()).collect();
    let Some(first) = asked.first() else { return Ok(None) };
    let sender = |d: &Checked| d.record.issuer.as_ref().map(|issuer| issuer.name.clone());
    if let Some(other) = asked.iter().find(|d| sender(d) != sender(first)) {
        let name = |d: &Checked| sender(d).unwrap_or_else(|| "no sender read".to_owned());
        return Err(Error::usage(format!(
            "documents of several senders ({} in {}, {} in {}): --reply takes those of one",
            name(first),
            first.path,
            name(other),
            other.path
        )));
    }
    let to = sender(first).unwrap_or_else(|| DOTS.to_owned());
    let mut body = Vec::new();
    for document in &asked {
        body.push(format!(
            "{DOTS} đã nhận được {} của {to}. Qua kiểm tra, văn bản còn những điểm sau:",
            named(document)
        ));
        body.extend(wanted(document).zip(1..).map(|(point, n)| format!("{n}. {point}")));
    }
    let until = by.map_or_else(|| format!("ngày {DOTS}"), |day| format!("ngày {}", printed(day)));
    body.push(format!("Đề nghị {to} bổ sung, chỉnh sửa và gửi lại trước {until} để {DOTS} có cơ sở xem xét."));
    body.push("Trân trọng./.".to_owned());
    let subject = match &asked[..] {
        [one] => format!("V/v bổ sung, chỉnh sửa {}", short_name(one)),
        more => format!("V/v bổ sung, chỉnh sửa {} văn bản", more.len()),
    };
    Ok(Some(Reply { subject, day, to, body }))
}

/// The points of a document that somebody has to mend.
fn wanted(document: &Checked) -> impl Iterator<Item = String> {
    document.findings().filter(|(finding, _)| finding.severity != Severity::Info).map(|(finding, place)| {
        let page = place.map(|PlaceOf { page, .. }| format!(" (trang {page})")).unwrap_or_default();
        let words = finding.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let quote = if words.is_empty() { String::new() } else { format!(": “{words}”") };
        format!("{}{quote}{page}.", finding.message.trim_end_matches('.'))
    })
}

/// "Kế hoạch số 45/KH-THCSAB ngày 05/6/2025 về việc …".
fn named(document: &Checked) -> String {
    let record = &document.record;
    let day = record.issued_on.as_ref().and_then(Day::date).map(|day| format!(" ngày {}", printed(day)));
    let about = record.subject.as_ref().map(|subject| format!(" về việc “{subject}”"));
    format!("{}{}{}", short_name(document), day.unwrap_or_default(), about.unwrap_or_default())
}

fn short_name(document: &Checked) -> String {
    let number = document.number().map(|number| format!(" số {number}"));
    format!("{}{}", document.record.kind_label, number.unwrap_or_default())
}

/// A line beside others, as Nghị định 30/2020, Phụ lục I wants it printed.
struct Line {
    text: String,
    /// Half points.
    size: usize,
    bold: bool,
    italic: bool,
}

impl Line {
    fn of(size: usize, text: impl Into<String>) -> Line {
        Line { text: text.into(), size, bold: false, italic: false }
    }

    fn bold(self) -> Line {
        Line { bold: true, ..self }
    }

    fn italic(self) -> Line {
        Line { italic: true, ..self }
    }
}

impl Reply {
    /// The heads of the letter beside each other: left and right lines.
    fn head(&self) -> [Vec<Line>; 2] {
        let left = vec![
            Line::of(24, DOTS),
            Line::of(24, DOTS).bold(),
            Line::of(26, format!("Số:       /{DOTS}")),
            Line::of(24, &self.subject),
        ];
        let right = vec![
            Line::of(24, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").bold(),
            Line::of(26, "Độc lập - Tự do - Hạnh phúc").bold(),
            Line::of(26, format!("{DOTS}, ngày      tháng      năm {}", self.day.year())).italic(),
        ];
        [left, right]
    }

    fn end() -> [Vec<Line>; 2] {
        let left =
            vec![Line::of(24, "Nơi nhận:").bold().italic(), Line::of(22, "- Như trên;"), Line::of(22, "- Lưu: VT.")];
        let right = vec![
            Line::of(SIZE, "CHỨC VỤ CỦA NGƯỜI KÝ").bold(),
            Line::of(SIZE, ""),
            Line::of(SIZE, ""),
            Line::of(SIZE, DOTS).bold(),
        ];
        [left, right]
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let side_by_side = |[left, right]: [Vec<Line>; 2]| {
            let at = |side: &[Line], n: usize| side.get(n).map(|line| line.text.clone()).unwrap_or_default();
            let row = |n| format!("{:<48}{}", at(&left, n), at(&right, n)).trim_end().to_owned() + "\n";
            (0..left.len().max(right.len())).map(row).collect::<String>()
        };
        let body: String = self.body.iter().map(|paragraph| format!("{paragraph}\n\n")).collect();
        format!("{}\nKính gửi: {}\n\n{body}{}", side_by_side(self.head()), self.to, side_by_side(Self::end()))
    }

    /// As a Word document, A4, Times New Roman 14.
    ///
    /// # Errors
    /// When the document cannot be packed.
    pub fn docx(&self) -> Result<Vec<u8>> {
        let fonts = RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT);
        let spaced = |paragraph: Paragraph| paragraph.line_spacing(LineSpacing::new().after(120));
        let to = Paragraph::new().add_run(Run::new().add_text(format!("Kính gửi: {}", self.to)));
        let start = Docx::new()
            .page_size(11906, 16838)
            .page_margin(MARGIN)
            .default_fonts(fonts)
            .default_size(SIZE)
            .add_table(beside(&self.head(), AlignmentType::Center))
            .add_paragraph(Paragraph::new())
            .add_paragraph(spaced(to.align(AlignmentType::Center)));
        let body = self.body.iter().map(|text| Paragraph::new().add_run(Run::new().add_text(text)));
        let first_line = |p: Paragraph| p.indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None);
        let whole = body.fold(start, |letter, paragraph| {
            letter.add_paragraph(first_line(spaced(paragraph.align(AlignmentType::Both))))
        });
        let mut packed = Cursor::new(Vec::new());
        let end = whole.add_table(beside(&Self::end(), AlignmentType::Left));
        end.build().pack(&mut packed).map_err(|e| Error::environment(format!("the draft cannot be packed: {e}")))?;
        Ok(packed.into_inner())
    }
}

/// Two columns without lines around them.
fn beside([left, right]: &[Vec<Line>; 2], left_align: AlignmentType) -> Table {
    let run = |line: &Line| {
        let run = Run::new().add_text(&line.text).size(line.size);
        let run = if line.bold { run.bold() } else { run };
        if line.italic { run.italic() } else { run }
    };
    let cell = |lines: &[Line], align: AlignmentType| {
        let paragraph = |line| Paragraph::new().add_run(run(line)).align(align);
        lines.iter().map(paragraph).fold(TableCell::new(), TableCell::add_paragraph)
    };
    let row = TableRow::new(vec![cell(left, left_align), cell(right, AlignmentType::Center)]);
    Table::without_borders(vec![row]).set_grid(vec![3900, 5300])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Finding, Issuer, Record};

    fn checked(sender: &str) -> Checked {
        let finding = |severity: &str, message: &str, text: &str| Finding {
            rule: "x".into(),
            severity: severity.into(),
            message: message.into(),
            text: text.into(),
        };
        let record = Record {
            kind_label: "Kế hoạch".into(),
            issued_on: Some("2025-02-05".into()),
            issuer: Some(Issuer { name: sender.into(), ..Issuer::default() }),
            subject: Some("phát động thi đua <2025>".into()),
            findings: vec![
                finding("error", "Không thấy số, ký hiệu của văn bản", ""),
                finding("warning", "Ngày này là Chủ nhật", "trước ngày\n09/02/2025"),
                finding("info", "Nên có mục lục", ""),
            ],
            ..Record::default()
        };
        Checked { path: "a.pdf".into(), record, places: Vec::new(), left: vec![None, None, None], pictures: Vec::new() }
    }

    fn day() -> Date {
        "2025-06-05".parse().unwrap()
    }

    #[test]
    fn asks_for_what_must_be_mended() {
        let reply = draft(&[checked("Trường THCS An Bình")], day(), Some(day())).unwrap().unwrap();
        let text = reply.text();
        assert!(text.contains("Kính gửi: Trường THCS An Bình"), "{text}");
        assert!(text.contains("Kế hoạch ngày 05/02/2025 về việc “phát động thi đua <2025>”"), "{text}");
        assert!(text.contains("1. Không thấy số, ký hiệu của văn bản.\n"), "{text}");
        assert!(text.contains("2. Ngày này là Chủ nhật: “trước ngày 09/02/2025”.\n"), "{text}");
        assert!(!text.contains("mục lục") && text.contains("trước ngày 05/6/2025"), "{text}");
    }

    #[test]
    fn one_sender_one_letter_and_nothing_where_nothing_is_wrong() {
        let several = draft(&[checked("Trường A"), checked("Trường B")], day(), None).unwrap_err();
        assert!(several.to_string().contains("several senders"), "{several}");
        let mut left = checked("Trường A");
        left.left = vec![Some("đã hỏi".into()), Some("đã hỏi".into()), None];
        assert_eq!(draft(&[left], day(), None).unwrap(), None);
    }
}
