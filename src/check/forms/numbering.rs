//! Form `numbering`: headings numbered twice, or with a number left out.
//!
//! in: the record's sections, the numbered paragraphs; `fault` = repeated | skipped → out: a hit per heading.
//! Promises: only runs of Roman numerals and capital letters are looked at, whose every member is a heading; of Arabic
//! numbers only repeated ones, and only where none can have been misread; on scans "II" may be "III".

use super::super::{Hit, Subject};
use super::{parameter, quote};
use crate::document::Role;
use crate::record::Section;
use crate::rules::Check;
use crate::text::Span;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let repeated = parameter(check, "fault") == "repeated";
    let mut hits = Vec::new();
    let mut before: Option<(&Section, u32)> = None;
    for section in &subject.record.sections {
        let Some(number) = ordinal(&section.label) else { continue };
        let last = before.filter(|(old, _)| old.level == section.level && is_roman(old) == is_roman(section));
        if let Some((_, last)) = last {
            let fault = if repeated { number == last } else { number > last + 1 };
            let expected = label(last + 1, is_roman(section));
            if fault && !(subject.is_read() && differs_by_strokes(&section.label, &expected)) {
                hits.push(Hit {
                    text: format!("{}. {}", section.label, section.title),
                    values: vec![("label", section.label.clone()), ("expected", expected)],
                    doubtful: subject.is_doubtful("sections"),
                });
            }
        }
        if before.is_none_or(|(old, _)| old.level >= section.level) || last.is_some() {
            before = Some((section, number));
        }
    }
    if repeated && !subject.is_read() {
        hits.extend(repeated_paragraphs(subject));
    }
    hits
}

/// Paragraphs "3. …" behind a "3. …" of the same list. A list within a list begins at 1; going back to the outer one goes
/// on with its next number.
fn repeated_paragraphs(subject: &Subject) -> Vec<Hit> {
    let mut open: Vec<u32> = Vec::new();
    let mut hits = Vec::new();
    for block in &subject.document.blocks {
        let words = subject.text.slice(block.span);
        let Some(number) = numbered(words).filter(|_| matches!(block.role, Role::Heading | Role::Body)) else {
            if matches!(block.role, Role::Heading | Role::Appendix | Role::Signature) {
                open.clear();
            }
            continue;
        };
        let goes_on = open.iter().rposition(|last| last + 1 == number);
        match goes_on {
            Some(at) => {
                open.truncate(at + 1);
                open[at] = number;
            }
            None if number == 1 => open.push(1),
            None if open.last() == Some(&number) => {
                let line = words.lines().next().unwrap_or_default();
                let values = vec![("label", number.to_string()), ("expected", (number + 1).to_string())];
                hits.push(Hit { text: quote(line, Span::new(0, line.len())), values, ..Hit::default() });
            }
            None => open = vec![number],
        }
    }
    hits
}

/// 3 for "3. Lịch tuyển sinh".
fn numbered(words: &str) -> Option<u32> {
    let (label, rest) = words.trim_start().split_once('.')?;
    let whole = (1..=2).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with(' ');
    label.parse().ok().filter(|_| whole)
}

/// Whether a scan makes the one numeral of the other: "II" is "III" with a faint stroke.
fn differs_by_strokes(a: &str, b: &str) -> bool {
    a.replace('I', "") == b.replace('I', "")
}

fn is_roman(section: &Section) -> bool {
    section.label.bytes().all(|b| b"IVX".contains(&b))
}

/// 4 for IV, 2 for B; nothing for other labels.
fn ordinal(label: &str) -> Option<u32> {
    if !label.is_empty() && label.len() <= 5 && label.bytes().all(|b| b"IVX".contains(&b)) {
        let value = |b: u8| match b {
            b'X' => 10,
            b'V' => 5,
            _ => 1,
        };
        let values: Vec<i32> = label.bytes().map(value).collect();
        let next = |at: usize| values.get(at + 1).copied().unwrap_or(0);
        let sum: i32 = values.iter().enumerate().map(|(at, v)| if next(at) > *v { -v } else { *v }).sum();
        return u32::try_from(sum).ok();
    }
    let mut chars = label.chars();
    let letter = chars.next().filter(|c| c.is_ascii_uppercase())?;
    chars.next().is_none().then(|| u32::from(letter) - u32::from('A') + 1)
}

fn label(number: u32, roman: bool) -> String {
    if !roman {
        return char::from_u32(u32::from('A') + number - 1).map_or_else(String::new, String::from);
    }
    const UNITS: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    format!("{}{}", "X".repeat(number as usize / 10), UNITS[number as usize % 10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roman_numerals_and_letters_count() {
        for (text, number) in [("I", 1), ("IV", 4), ("IX", 9), ("XII", 12), ("B", 2)] {
            assert_eq!(ordinal(text), Some(number), "{text}");
            assert_eq!(label(number, text != "B"), text);
        }
        assert_eq!(ordinal("1"), None);
    }
}
