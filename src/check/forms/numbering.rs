//! Form `numbering`: headings numbered twice, or with a number left out.
//!
//! in: the record's sections, the numbered paragraphs; `fault` = repeated | skipped → out: a hit per heading.
//! Promises: sections by Roman numerals and capital letters; points "3.", "b)" and "Điều 3." only where none can have been
//! misread; on scans "II" may be "III".

use super::super::{Hit, Subject};
use super::quote;
use crate::document::Role;
use crate::record::Section;
use crate::rules::NumberingFault;
use crate::text::Span;

pub(super) fn look(fault: NumberingFault, subject: &Subject) -> Vec<Hit> {
    let repeated = fault == NumberingFault::Repeated;
    let mut hits = Vec::new();
    let mut before: Option<(&Section, u32)> = None;
    // noise of a scan has a label and no words
    let told = |section: &&Section| section.title.chars().filter(|c| c.is_alphabetic()).count() > 1;
    for section in subject.record.sections.iter().filter(told) {
        let Some(number) = ordinal(&section.label) else { continue };
        let last = before.filter(|(old, _)| old.level == section.level && is_roman(old) == is_roman(section));
        if let Some((_, last)) = last {
            let fault = if repeated { number == last } else { number > last + 1 };
            let expected = label(last + 1, is_roman(section));
            if fault && !(subject.is_read() && differs_by_strokes(&section.label, &expected)) {
                let text = format!("{}. {}", section.label, section.title);
                let values = [("label", section.label.clone()), ("expected", expected)];
                hits.push(Hit::new(text, subject.is_doubtful("sections")).with(values));
            }
        }
        if before.is_none_or(|(old, _)| old.level >= section.level) || last.is_some() {
            before = Some((section, number));
        }
    }
    if !subject.is_read() {
        hits.extend(paragraphs(subject, repeated));
    }
    hits
}

/// How a paragraph is labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// "Điều 3."
    Article,
    /// "3."
    Point,
    /// "b)"
    Letter,
}

/// Letters that label points, in order (Nghị định 30/2020/NĐ-CP, Phụ lục I); f, j, w, z are none of the alphabet.
const LETTERS: &str = "abcdđeghiklmnopqrstuvxy";
/// More left out at once is another list rather than a slip.
const MOST_SKIPPED: u32 = 2;

/// Labelled paragraphs that repeat the label before them or leave one out. A list within a list begins anew; going back to
/// the outer one goes on with its next label.
fn paragraphs(subject: &Subject, repeated: bool) -> Vec<Hit> {
    let mut open: Vec<(Style, u32)> = Vec::new();
    // the paragraph directly before, where it was labelled and ended like a sentence
    let mut closed = false;
    let mut hits = Vec::new();
    for block in &subject.document.blocks {
        let words = subject.text.slice(block.span);
        let labelled = labelled(words).filter(|_| matches!(block.role, Role::Heading | Role::Body));
        let Some((style, number, label)) = labelled else {
            match block.role {
                Role::Appendix | Role::Signature => open.clear(),
                Role::Heading => open.retain(|(style, _)| *style == Style::Article),
                _ => (),
            }
            closed = false;
            continue;
        };
        // articles hold points, points hold letters; a point may hold points, too
        open.retain(|(outer, _)| (*outer as u8) <= style as u8);
        let same = |(other, _): &&(Style, u32)| *other == style;
        let last = open.iter().rev().find(same).map(|(_, number)| *number);
        let goes_on = open.iter().rposition(|(other, last)| *other == style && is_next(style, *last, number));
        let fault = match (goes_on, last) {
            (None, Some(last)) if repeated => last == number && (number > 1 || closed),
            (None, Some(last)) => number > last + 1 && number <= last + 1 + MOST_SKIPPED,
            _ => false,
        };
        if let Some(last) = last.filter(|_| fault) {
            let line = words.lines().next().unwrap_or_default();
            let values = [("label", label), ("expected", shown(style, last + 1))];
            hits.push(Hit::new(quote(line, Span::new(0, line.len())), false).with(values));
        }
        match goes_on
            .or_else(|| open.iter().rposition(|(other, last)| *other == style && number > 1 && *last <= number))
        {
            Some(at) => {
                open.truncate(at + 1);
                open[at].1 = number;
            }
            None if number == 1 && !(fault && repeated) => open.push((style, 1)),
            None => open.push((style, number)),
        }
        closed = words.trim_end().ends_with(['.', ';']);
    }
    hits
}

/// "đ" is left out by some.
fn is_next(style: Style, last: u32, number: u32) -> bool {
    let letter = |number: u32| LETTERS.chars().nth(number as usize - 1);
    number == last + 1 || style == Style::Letter && letter(last) == Some('d') && letter(number) == Some('e')
}

/// Style, number and label of "3. Lịch tuyển sinh", "b) Phụ huynh", "Điều 3. Hiệu lực".
fn labelled(words: &str) -> Option<(Style, u32, String)> {
    let words = words.trim_start();
    if let Some((letter, rest)) = words.split_once(')').filter(|(letter, _)| letter.chars().count() == 1) {
        let number = LETTERS.find(letter).map(|at| LETTERS[..at].chars().count() as u32 + 1)?;
        return rest.starts_with(' ').then(|| (Style::Letter, number, shown(Style::Letter, number)));
    }
    let (style, numbered) = words.strip_prefix("Điều ").map_or((Style::Point, words), |rest| (Style::Article, rest));
    let (label, rest) = numbered.split_once('.')?;
    let whole = (1..=2).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with(' ');
    let number = label.parse().ok().filter(|number| whole && *number > 0)?;
    Some((style, number, shown(style, number)))
}

fn shown(style: Style, number: u32) -> String {
    match style {
        Style::Article => format!("Điều {number}"),
        Style::Point => number.to_string(),
        Style::Letter => LETTERS.chars().nth(number as usize - 1).map_or_else(String::new, |c| format!("{c})")),
    }
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
