//! The subject (trích yếu).
//!
//! in: the subject blocks of the header (V/v …, or the lines under the title) → out: `subject` on one line.
//! Promises: without "V/v", "Về việc" and the full stop; words as printed, misprints too; where letters of many words are
//! missing a person is asked.

use crate::document::Role;
use crate::extract::Extraction;
use crate::record::Doubt;
use crate::text::fold::bare;
use crate::text::pattern::pattern;
use crate::text::spelling::is_syllable;

pattern!(
    /// The label of a subject, folded: "V/v:", "Về việc", "vv:".
    LABEL,
    r"^[^\p{Alphabetic}\p{N}]*(?:v/v:?|ve viec:?|vv:)"
);

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Subject);
    let Some(span) = crate::extract::cover(&blocks) else { return };
    let lines: Vec<String> = blocks.iter().map(|b| page.line(*b)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).skip_while(|line| says_whose(page, line)).collect();
    let subject = clean(&lines.join(" "));
    if subject.is_empty() {
        return;
    }
    if is_damaged(&subject) {
        page.record.review("subject", Doubt::SubjectDamaged, vec![subject.clone()]);
    }
    page.record.subject = Some(subject);
    let rule = if page.document.first(Role::Title).is_some() { "subject.under_title" } else { "subject.about" };
    page.note("subject", rule, span, 1.0);
}

/// "CHỈ THỊ / CỦA BAN THƯỜNG VỤ TỈNH ỦY / về …": a line in capitals that says whose the document is.
fn says_whose(page: &Extraction, line: &str) -> bool {
    let first = line.split_once(' ').map(|(first, _)| first.to_lowercase());
    first.is_some_and(|first| page.lexicon.owner_words.has(&first)) && !line.chars().any(char::is_lowercase)
}

/// Fewer words tell nothing about the others.
const ENOUGH_WORDS: usize = 4;

/// Whether a third of the words, or more, are none: small letters that no syllable is spelt with ("t ch c cu c thi").
fn is_damaged(subject: &str) -> bool {
    let is_small = |word: &&str| !word.is_empty() && word.chars().all(char::is_lowercase);
    let words: Vec<&str> = subject.split(|c: char| !c.is_alphanumeric()).filter(is_small).collect();
    let none = words.iter().filter(|word| !is_syllable(word)).count();
    words.len() >= ENOUGH_WORDS && none * 3 >= words.len()
}

/// Without the label in front, rules and brackets around, and the full stop behind.
fn clean(raw: &str) -> String {
    let raw = raw.trim();
    // a folded text has as many characters as its source
    let folded = bare(raw);
    let label = LABEL.find(&folded).map_or(0, |label| label.as_str().chars().count());
    let rest = raw.char_indices().nth(label).map_or("", |(at, _)| &raw[at..]);
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '—' | '–' | ':' | '*' | '='));
    rest.strip_suffix("./.").unwrap_or(rest).trim_end_matches(['.', ';', ',', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_their_letters_are_told() {
        for (subject, damaged) in [
            ("t ch c cu c thi vi t v c i cách hành chính", true),
            ("tổ chức cuộc thi viết về cải cách hành chính", false),
            ("báo cáo KPI quý II trên eOffice", false),
            ("họp", false),
        ] {
            assert_eq!(is_damaged(subject), damaged, "{subject}");
        }
    }

    #[test]
    fn labels_and_stops_are_no_part_of_it() {
        let cases = [
            ("V/v báo cáo tình hình năm 2016-2017.", "báo cáo tình hình năm 2016-2017"),
            ("Về việc khen thưởng", "khen thưởng"),
            ("Triển khai Tháng hành động", "Triển khai Tháng hành động"),
            ("V/v: họp giao ban ---", "họp giao ban"),
            ("", ""),
        ];
        for (raw, wanted) in cases {
            assert_eq!(clean(raw), wanted);
        }
    }
}
