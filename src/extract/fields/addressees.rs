//! The addressees (kính gửi).
//!
//! in: the addressee blocks, or where there are none the list behind "Chủ tịch … điện:" in the body → out:
//! `addressees`, one per bullet or per semicolon, in printed order.
//! Promises: wrapped lines are joined; "(sau đây gọi chung là …)" is no addressee.

use crate::document::Role;
use crate::extract::Extraction;
use crate::rules::Tokens;
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
    let rule = if blocks.is_empty() { "addressees.in_sentence" } else { "addressees.header" };
    let split = if blocks.is_empty() { called(page) } else { split };
    for (name, span) in split {
        let field = format!("addressees[{}]", page.record.addressees.len());
        page.record.addressees.push(name);
        page.note(field, rule, span, 1.0);
    }
}

/// Those a telegram names in its first sentence: "Chủ tịch Ủy ban nhân dân tỉnh điện:", then on that line or as bullets.
fn called(page: &Extraction) -> Vec<(String, Span)> {
    let bodies = page.blocks(Role::Body);
    let words = |span: &Span| page.words(*span);
    let calls = page.lexicon.calling_words;
    let call = |span: &Span| {
        let (head, rest) = words(span).split_once(':')?;
        let tokens = Tokens::new(head);
        let last = (0..tokens.len()).find(|at| calls.at(&tokens, *at) == Some(tokens.len() - at));
        last.map(|_| rest)
    };
    let Some((at, rest)) = bodies.iter().enumerate().take(NEAR).find_map(|(at, span)| Some((at, call(span)?))) else {
        return Vec::new();
    };
    if rest.chars().any(char::is_alphabetic) {
        return bullets(rest).iter().flat_map(|(_, item)| by_semicolons(item, bodies[at])).collect();
    }
    let listed = |span: &&Span| words(span).trim_start().starts_with(['-', '+', '•', '–']);
    let items = bodies[at + 1..].iter().take_while(listed);
    items
        .flat_map(|span| bullets(words(span)).into_iter().map(move |(_, item)| (item, *span)))
        .flat_map(|(item, span)| by_semicolons(&item, span))
        .collect()
}

/// The call stands among the first paragraphs.
const NEAR: usize = 3;

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
            out.push((begins, crate::extract::one_line(piece)));
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
        let cases: [(&str, &[&str]); 8] = [
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
            (
                "\nCHỦ TỊCH UBND TỈNH điện:\n- Giám đốc các sở;\n- Chủ tịch UBND các xã.\n\nThực hiện ngay.",
                &["Giám đốc các sở", "Chủ tịch UBND các xã"],
            ),
            ("\nCHỦ TỊCH UBND TỈNH điện: Sở Nội vụ; Sở Y tế", &["Sở Nội vụ", "Sở Y tế"]),
            ("\nUBND xã trân trọng kính mời: Ông Lê Mẫu", &[]),
        ];
        for (lines, wanted) in cases {
            let raw = format!(
                "UBND QUẬN A\nSố: 1/UBND-NV\nA, ngày 1 tháng 2 năm 2023\nV/v họp\n{lines}\n\nCăn cứ Luật, Ủy ban đề nghị họp.\n"
            );
            assert_eq!(record_of(&raw).addressees, wanted, "{lines}");
        }
    }
}
