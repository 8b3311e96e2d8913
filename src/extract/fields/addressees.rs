//! The addressees (kính gửi).
//!
//! in: the addressee blocks, or where there are none the list behind "Chủ tịch … điện:" in the body → out:
//! `addressees`, one per bullet or per semicolon, in printed order.
//! Promises: wrapped lines are joined; "(sau đây gọi chung là …)" is no addressee.

use crate::document::Role;
use crate::extract::Extraction;
use crate::rules::Tokens;
use crate::text::Span;
use crate::text::pattern::pattern;

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Addressees);
    let (named, rule) = match blocks.as_slice() {
        [] => (called(page), "addressees.in_sentence"),
        blocks => (listed(page, blocks), "addressees.header"),
    };
    for (name, span) in named {
        let field = format!("addressees[{}]", page.record.addressees.len());
        page.record.addressees.push(name);
        page.note(field, rule, span, 1.0);
    }
}

/// Those behind Kính gửi: one per bullet or semicolon, wrapped lines joined.
fn listed(page: &Extraction, blocks: &[Span]) -> Vec<(String, Span)> {
    let mut items: Vec<(String, Span)> = Vec::new();
    for block in blocks {
        for (begins, words) in bullets(page.frame.behind_cue("addressees", page.words(*block))) {
            match items.last_mut() {
                Some((last, span)) if !begins => {
                    last.push(' ');
                    last.push_str(&words);
                    *span = span.cover(*block);
                }
                _ => items.push((words, *block)),
            }
        }
    }
    items.into_iter().flat_map(|(words, span)| by_semicolons(&words, span)).collect()
}

/// The call stands among the first paragraphs.
const NEAR: usize = 3;

/// Those a telegram names in its first sentence: "Chủ tịch Ủy ban nhân dân tỉnh điện:", then on that line or as bullets.
fn called(page: &Extraction) -> Vec<(String, Span)> {
    let bodies = page.blocks(Role::Body);
    let mut first = bodies.iter().enumerate().take(NEAR);
    let Some((at, rest)) = first.find_map(|(at, span)| Some((at, behind_call(page, *span)?))) else {
        return Vec::new();
    };
    if rest.chars().any(char::is_alphabetic) {
        return bullets(rest).iter().flat_map(|(_, item)| by_semicolons(item, bodies[at])).collect();
    }
    let is_item = |span: &&Span| page.words(**span).trim_start().starts_with(['-', '+', '•', '–']);
    let items = bodies[at + 1..].iter().take_while(is_item);
    items
        .flat_map(|span| bullets(page.words(*span)).into_iter().map(move |(_, item)| (item, *span)))
        .flat_map(|(item, span)| by_semicolons(&item, span))
        .collect()
}

/// What stands behind the colon of a paragraph that calls: "… điện:".
fn behind_call<'p>(page: &'p Extraction, span: Span) -> Option<&'p str> {
    let (head, rest) = page.words(span).split_once(':')?;
    let tokens = Tokens::new(head);
    let calls = |at: usize| page.lexicon.calling_words.at(&tokens, at) == Some(tokens.len() - at);
    (0..tokens.len()).any(calls).then_some(rest)
}

/// Parts of a line at its bullets; whether each begins with one.
fn bullets(words: &str) -> Vec<(bool, String)> {
    let mut out = Vec::new();
    let mut rest = words.trim();
    let mut begins = false;
    loop {
        let trimmed = rest.trim_start_matches(['-', '–', '—', '+', '•', '*', '_', '·', '~', ' ']);
        begins |= trimmed.len() < rest.len();
        let cut = next_bullet(trimmed);
        let piece = cut.map_or(trimmed, |(at, _)| &trimmed[..at]);
        if piece.chars().any(char::is_alphabetic) {
            out.push((begins, crate::extract::one_line(piece)));
        }
        let Some((at, length)) = cut else { return out };
        (rest, begins) = (&trimmed[at + length..], true);
    }
}

/// The next bullet inside a line and its length: a dash is one only behind a semicolon.
fn next_bullet(words: &str) -> Option<(usize, usize)> {
    let dashes = [" - ", " – ", "; -", ";- ", ": - "];
    let (at, length) = dashes.iter().filter_map(|dash| words.find(dash).map(|at| (at, dash.len()))).min()?;
    let parts = words[..at].trim_end().ends_with(';') || words[at..].starts_with(';');
    parts.then_some((at, length))
}

pattern!(
    /// "(Sau đây gọi chung là các đơn vị)": how those named before are called below.
    CALLED_BELOW,
    r" \([Ss]au đây"
);

fn by_semicolons(words: &str, span: Span) -> Vec<(String, Span)> {
    let end = CALLED_BELOW.find(words).map_or(words.len(), |note| note.start());
    let names = words[..end].split(';');
    let clean = names.map(|name| name.trim().trim_end_matches([';', '.', ',', ':', ' ']).trim_end_matches("./"));
    clean.filter(|name| is_name(name)).map(|name| (name.to_owned(), span)).collect()
}

/// No note in brackets, and more than one letter.
fn is_name(words: &str) -> bool {
    !words.starts_with('(') && words.chars().filter(|c| c.is_alphabetic()).count() >= 2
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
