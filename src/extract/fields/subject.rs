//! The subject (trích yếu).
//!
//! in: the subject blocks of the header (V/v …, or the lines under the title) → out: `subject` on one line.
//! Promises: without "V/v", "Về việc" and the full stop; words as printed, misprints too.

use crate::document::Role;
use crate::extract::Extraction;
use crate::text::fold::bare;
use crate::text::pattern::pattern;

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
    page.record.subject = Some(subject);
    let rule = if page.document.first(Role::Title).is_some() { "subject.under_title" } else { "subject.about" };
    page.note("subject", rule, span, 1.0);
}

/// "CHỈ THỊ / CỦA BAN THƯỜNG VỤ TỈNH ỦY / về …": a line in capitals that says whose the document is.
fn says_whose(page: &Extraction, line: &str) -> bool {
    let first = line.split_once(' ').map(|(first, _)| first.to_lowercase());
    first.is_some_and(|first| page.lexicon.owner_words.has(&first)) && !line.chars().any(char::is_lowercase)
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
