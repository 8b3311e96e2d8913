//! Trích yếu.
//!
//! in: the subject blocks of the header (V/v …, or the lines under the title) → out: `subject` on one line.
//! Promises: without "V/v", "Về việc" and the full stop; words as printed, misprints too.

use crate::document::Role;
use crate::extract::Extraction;

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Subject);
    let Some(span) = crate::extract::cover(&blocks) else { return };
    let lines: Vec<String> = blocks.iter().map(|b| page.line(*b)).collect();
    // "CHỈ THỊ / CỦA BAN THƯỜNG VỤ TỈNH ỦY / về …": whose it is
    let of_whom = |line: &&String| line.starts_with("CỦA ") && !line.chars().any(char::is_lowercase);
    let lines: Vec<&str> = lines.iter().skip_while(of_whom).map(String::as_str).collect();
    let subject = clean(&lines.join(" "));
    if subject.is_empty() {
        return;
    }
    page.record.subject = Some(subject);
    let rule = if page.document.first(Role::Title).is_some() { "subject.under_title" } else { "subject.about" };
    page.note("subject", rule, blocks.first().copied().unwrap_or(span).cover(blocks[blocks.len() - 1]), 1.0);
}

/// Without the label in front, rules and brackets around, and the full stop behind.
fn clean(raw: &str) -> String {
    let mut rest = raw.trim();
    let folded = crate::text::fold::bare(rest);
    for label in ["v/v:", "v/v", "ve viec:", "ve viec", "vv:"] {
        let lead = folded.chars().take_while(|c| !c.is_alphanumeric()).count();
        let skipped: String = folded.chars().skip(lead).collect();
        if skipped.starts_with(label) {
            let cut = lead + label.chars().count();
            rest = rest.char_indices().nth(cut).map_or("", |(at, _)| &rest[at..]);
            break;
        }
    }
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
