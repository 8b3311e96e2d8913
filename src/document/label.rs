//! What a line opens with or is by itself, without a look at the lists: a section's label, a page's number, small letters.
//!
//! in: the words of a line → out: [`Label`], yes or no.
//! Promises: "15/6/2024", "3.000 đồng" and "V/v" open no section.

use crate::text::fold::bare_char;
use crate::text::pattern::pattern;

pattern!(
    /// "Điều 3.", "Chương II", "Phần thứ nhất", folded: the heads of sections are a part of the label's grammar.
    HEADED,
    r"^(?:dieu|chuong|phan|muc) (?<label>[0-9]+|[ivxlc]+|thu)(?:[.: \n]|$)"
);
pattern!(
    /// "1.2. Yêu cầu", "I. MỤC ĐÍCH", "A.MỤC ĐÍCH", "a) Nội dung", "1- …".
    NUMBERED,
    r"(?x)^(?:
        (?<arabic>[0-9]{1,2}(?:\.[0-9]{1,2})*) (?: \.+ (?:[^\p{Alphabetic}\p{N}.]|$) | [):-] )
      | (?<roman>[IVXL]{1,5})                  (?: \.  (?:[^0-9]|$)                  | [):-] )
      | (?<letter>\p{Alphabetic})              (?: \.  (?:[^0-9/]|$)                 | [):-] )
    )"
);
pattern!(
    /// A line that is only a page's number, folded: "2", "- 3 -", "Trang 4".
    PAGE_NUMBER,
    r"^[^\p{Alphabetic}\p{N}]*(?:trang )?[0-9]{1,3}[^\p{Alphabetic}\p{N}]*$"
);

/// Longest label in bytes: "1.2.3".
const LONGEST: usize = 6;
/// "Phần thứ nhất" is told within so many characters.
const HEAD: usize = 24;
/// A section's title is shorter than this, in characters.
const TITLE: usize = 120;

/// The label a line opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// "IV", "1.2", "a".
    pub text: String,
    /// Whether what follows reads as a title: short, no full stop at its end.
    pub title_like: bool,
}

/// "I. MỤC ĐÍCH", "1.2. Yêu cầu", "a) Nội dung", "Điều 3. …", "Phần thứ nhất".
pub(crate) fn label(words: &str) -> Option<Label> {
    let words = words.trim_start();
    let head: String = words.chars().take(HEAD).map(bare_char).collect();
    let text = match HEADED.captures(&head) {
        Some(found) => found["label"].to_owned(),
        None => {
            let found = NUMBERED.captures(words)?;
            let label = found.name("arabic").or(found.name("roman")).or(found.name("letter"))?;
            label.as_str().to_owned()
        }
    };
    (text.len() <= LONGEST).then(|| Label { text, title_like: title_like(words) })
}

fn title_like(words: &str) -> bool {
    let trimmed = words.trim_end();
    trimmed.chars().count() < TITLE && !trimmed.ends_with(['.', ';', ','])
}

/// Whether a line is only a page's number.
pub(crate) fn is_page_number(folded: &str) -> bool {
    PAGE_NUMBER.is_match(folded)
}

/// Whether the first letter or figure is a small letter.
pub(crate) fn starts_small(s: &str) -> bool {
    s.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_headings() {
        let cases = [
            ("I. MỤC ĐÍCH, YÊU CẦU", Some("I")),
            ("1.2. Yêu cầu", Some("1.2")),
            ("a) Nội dung", Some("a")),
            ("Điều 3. Hiệu lực", Some("3")),
            ("A.MỤC ĐÍCH", Some("A")),
            ("15/6/2024 là ngày", None),
            ("V/v báo cáo", None),
            ("Điều kiện dự thi", None),
            ("3.000 đồng", None),
            ("Ủy ban nhân dân", None),
            ("", None),
        ];
        for (line, wanted) in cases {
            assert_eq!(label(line).map(|l| l.text).as_deref(), wanted, "{line}");
        }
    }
}
