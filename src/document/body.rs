//! The running text between header and end: paragraphs, headings, tables, page numbers, appendix titles.
//!
//! in: the lines behind the header → out: [`Block`]s in order.
//! Promises: every line lands in one block; a paragraph ends at an empty line, a bullet, a label or a full stop at a
//! line's end that is clearly short.
//! Leaves out: cells of tables and levels of headings (`extract`).

use super::ending::Ending;
use super::frame::Frame;
use super::header::is_page_number;
use super::lines::{Line, in_capitals};
use super::{Block, Role};
use crate::rules::KindRole;

/// Blocks of the lines from `from` on that the ending does not claim.
pub(crate) fn read(frame: &Frame, lines: &[Line], from: usize, ending: &Ending) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in lines.iter().enumerate().skip(from) {
        if ending.lines.contains(&at) {
            open = false;
            continue;
        }
        let role = role(frame, line, ending.closed_at.is_some_and(|end| at > end));
        let ended = blocks.last().is_some_and(|last| last.role == Role::Basis && is_ended(frame, last));
        let joins = open && !line.gap && !ended && joins(role, &line.bare);
        match blocks.last_mut() {
            Some(last) if joins && last.role == Role::Table && role == Role::Table => {
                last.span = last.span.cover(line.span)
            }
            Some(last)
                if joins && role == Role::Body && matches!(last.role, Role::Body | Role::Basis | Role::Heading) =>
            {
                let heading_goes_on = last.role != Role::Heading || starts_small(frame.text.slice(line.span));
                if heading_goes_on {
                    last.span = last.span.cover(line.span);
                } else {
                    blocks.push(Block { role, span: line.span });
                }
            }
            _ => blocks.push(Block { role, span: line.span }),
        }
        open = !matches!(role, Role::PageNumber);
    }
    blocks
}

/// "Căn cứ … tài trợ;": what follows is no basis any more.
fn is_ended(frame: &Frame, block: &Block) -> bool {
    frame.text.slice(block.span).trim_end().ends_with([';', '.', ':'])
}

fn role(frame: &Frame, line: &Line, behind_the_end: bool) -> Role {
    let words = frame.text.slice(line.span);
    if is_page_number(&line.bare) {
        return Role::PageNumber;
    }
    if words.matches('\t').count() >= 1 || words.matches('|').count() >= 2 {
        return Role::Table;
    }
    let short = words.chars().count() < 90;
    if short && behind_the_end && appendix(frame, line, words) {
        return Role::Appendix;
    }
    if frame.cues.opens("basis", &line.bare).is_some() {
        return Role::Basis;
    }
    let labelled = label(words).is_some_and(|l| l.title_like);
    if short && (labelled || (in_capitals(words) && words.chars().count() > 3)) { Role::Heading } else { Role::Body }
}

fn appendix(frame: &Frame, line: &Line, words: &str) -> bool {
    let named = ["form", "form_title"].iter().any(|role| frame.cues.opens(role, &line.bare).is_some());
    let titled = frame.rules.kind_of_title(words).is_some_and(|k| k.role == Some(KindRole::Appendix));
    titled || (named && in_capitals(words))
}

fn joins(role: Role, folded: &str) -> bool {
    let begins = folded.trim_start().starts_with(['-', '+', '•', '*', '–']) || label(folded).is_some();
    matches!(role, Role::Body | Role::Table) && !begins
}

fn starts_small(s: &str) -> bool {
    s.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
}

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
    let lower = crate::text::fold::bare(words);
    for named in ["dieu ", "chuong ", "phan ", "muc "] {
        if let Some(rest) = lower.strip_prefix(named) {
            let text: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            let counts =
                text.chars().all(|c| c.is_ascii_digit()) || text.chars().all(|c| "ivxlc".contains(c)) || text == "thu";
            let behind = rest[text.len()..].chars().next();
            return (counts && !text.is_empty() && matches!(behind, None | Some('.' | ':' | ' ' | '\n')))
                .then(|| Label { text, title_like: title_like(words) });
        }
    }
    let digits = words.starts_with(|c: char| c.is_ascii_digit());
    let mut text: String = words.chars().take_while(|c| c.is_alphanumeric() || (*c == '.' && digits)).collect();
    if !digits && words[text.len()..].starts_with('.') {
        text.push('.');
    }
    let core = text.trim_end_matches('.');
    let rest = &words[text.len()..];
    let closed = text.ends_with('.') || rest.starts_with([')', ':', '-']) || (digits && rest.starts_with('/'));
    let roman = !core.is_empty() && core.len() <= 5 && core.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'));
    let arabic = !core.is_empty()
        && core.len() <= 6
        && core.split('.').all(|p| (1..=2).contains(&p.len()) && p.chars().all(|c| c.is_ascii_digit()));
    let letter = core.chars().count() == 1
        && core.chars().all(char::is_alphabetic)
        && rest.chars().next().is_none_or(|c| c != '/');
    // "15/6/2024" and "3.000" open no section
    let number = arabic && rest.starts_with('/') || rest.starts_with(|c: char| c.is_ascii_digit());
    (closed && (roman || arabic || letter) && !number)
        .then(|| Label { text: core.to_owned(), title_like: title_like(words) })
}

fn title_like(words: &str) -> bool {
    let trimmed = words.trim_end();
    trimmed.chars().count() < 120 && !trimmed.ends_with(['.', ';', ','])
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
