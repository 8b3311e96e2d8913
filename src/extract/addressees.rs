//! Kính gửi.
//!
//! in: the addressee blocks → out: `addressees`, one per bullet or per semicolon, in printed order.
//! Promises: wrapped lines are joined; "(sau đây gọi chung là …)" is no addressee.

use super::Extraction;
use crate::document::Role;
use crate::text::Span;

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Addressees);
    let mut items: Vec<(String, Span)> = Vec::new();
    let mut open = false;
    for block in &blocks {
        for (begins, words) in bullets(page.frame.behind_cue("addressees", page.words(*block))) {
            match items.last_mut() {
                Some((last, span)) if open && !begins => {
                    last.push(' ');
                    last.push_str(&words);
                    *span = span.cover(*block);
                }
                _ => items.push((words, *block)),
            }
            open = true;
        }
    }
    let split: Vec<(String, Span)> = items.into_iter().flat_map(|(words, span)| by_semicolons(&words, span)).collect();
    for (name, span) in split {
        let field = format!("addressees[{}]", page.record.addressees.len());
        page.record.addressees.push(name);
        page.note(field, "addressees.header", span, 1.0);
    }
}

/// Parts of a line at its bullets; whether each begins with one.
fn bullets(words: &str) -> Vec<(bool, String)> {
    let mut out = Vec::new();
    let mut rest = words.trim();
    let mut begins = false;
    loop {
        let trimmed = rest.trim_start_matches(['-', '–', '—', '+', '•', '*', '_', '·', '~', ' ']);
        begins |= trimmed.len() < rest.len();
        let cut =
            [" - ", " – ", "; -", ";- ", ": - "].iter().filter_map(|b| trimmed.find(b).map(|at| (at, b.len()))).min();
        let cut = cut.filter(|(at, _)| trimmed[..*at].trim_end().ends_with(';') || trimmed[*at..].starts_with(';'));
        let piece = cut.map_or(trimmed, |(at, _)| &trimmed[..at]);
        if piece.chars().any(char::is_alphabetic) {
            out.push((begins, super::one_line(piece)));
        }
        let Some((at, length)) = cut else { return out };
        (rest, begins) = (&trimmed[at + length..], true);
    }
}

fn by_semicolons(words: &str, span: Span) -> Vec<(String, Span)> {
    let clean = |s: &str| s.trim().trim_end_matches([';', '.', ',', ':', ' ']).trim_end_matches("./").to_owned();
    let note = |s: &String| s.starts_with('(') || s.chars().filter(|c| c.is_alphabetic()).count() < 2;
    let whole = words.split(" (Sau đây").next().unwrap_or(words).split(" (sau đây").next().unwrap_or(words);
    whole.split(';').map(clean).filter(|s| !note(s)).map(|s| (s, span)).collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn one_line_bullets_and_wraps() {
        let cases: [(&str, &[&str]); 5] = [
            ("Kính gửi: Các trường Mầm non, Tiểu học thuộc quận", &["Các trường Mầm non, Tiểu học thuộc quận"]),
            (
                "Kính gửi:\n- Phòng Nội vụ;\n- Trung tâm y tế huyện A,\nhuyện B và huyện C.",
                &["Phòng Nội vụ", "Trung tâm y tế huyện A, huyện B và huyện C"],
            ),
            (
                "Kính gửi: - Trưởng phòng;\n- Giám đốc trung tâm.\n(Sau đây gọi chung là các đơn vị)",
                &["Trưởng phòng", "Giám đốc trung tâm"],
            ),
            ("Kính gửi: Sở Nội vụ; Sở Y tế", &["Sở Nội vụ", "Sở Y tế"]),
            ("Kính gửi: - Sở Nội vụ; - Sở Y tế", &["Sở Nội vụ", "Sở Y tế"]),
        ];
        for (lines, wanted) in cases {
            let raw = format!(
                "UBND QUẬN A\nSố: 1/UBND-NV\nA, ngày 1 tháng 2 năm 2023\nV/v họp\n{lines}\n\nCăn cứ Luật, Ủy ban đề nghị họp.\n"
            );
            assert_eq!(record_of(&raw).addressees, wanted, "{lines}");
        }
    }
}
