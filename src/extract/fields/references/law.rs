//! Laws, ordinances and the constitution, cited by name.
//!
//! in: a paragraph → out: citations without number: "Luật Thi đua, Khen thưởng ngày 15/6/2022".
//! Promises: "Luật" in running words ("pháp luật", "Luật này") is none; a law with a number is left to the numbers.

use super::{Cited, date_behind};
use crate::extract::{Extraction, one_line};
use crate::record::{Day, Reference};
use crate::text::Span;
use crate::text::fold::bare;

const HEADS: [&str; 4] = ["Bộ luật ", "Luật ", "Pháp lệnh ", "Hiến pháp "];
/// Longest name of a law in words.
const LONGEST: usize = 16;

pub(super) fn find(page: &Extraction, block: Span, out: &mut Vec<Cited>) {
    let words = page.words(block);
    for head in HEADS {
        for (at, _) in words.match_indices(head) {
            let whole = !words[..at].ends_with(|c: char| c.is_alphanumeric());
            let nested = head == "Luật " && words[..at].ends_with("Bộ ");
            if !whole || nested {
                continue;
            }
            let name = name_length(&words[at + head.len()..]);
            if name == 0 && head != "Hiến pháp " {
                continue;
            }
            let end = at + head.len() + name;
            let (date, used) = date_behind(&words[end..]).map_or((None, 0), |(d, n)| (Some(d), n));
            let span = Span::new(block.start + at, block.start + end + used);
            let kind = head.trim_end().to_owned();
            let text = one_line(page.words(Span::new(block.start + at, block.start + end)));
            if let Some(numbered) = numbered(out, block.start + end) {
                numbered.reference.kind = Some(kind);
                numbered.span = Span::new(block.start + at, numbered.span.end);
                numbered.reference.text = one_line(page.words(numbered.span));
                continue;
            }
            let reference = Reference {
                kind: Some(kind),
                date: date.map(Day::from),
                text: text.trim_end_matches([',', ' ']).to_owned(),
                ..Reference::default()
            };
            out.push(Cited { reference, span, rule: "references.law" });
        }
    }
}

/// The citation by number whose words begin right behind a law's name.
fn numbered(found: &mut [Cited], name_end: usize) -> Option<&mut Cited> {
    found.iter_mut().find(|cited| (name_end..=name_end + 1).contains(&cited.span.start))
}

/// Bytes of the name: capitalised head, then words up to a date, a mark, or what is no name.
fn name_length(rest: &str) -> usize {
    if !rest.chars().next().is_some_and(char::is_uppercase) {
        return 0;
    }
    let mut end = 0;
    let mut last = 0;
    for (count, piece) in rest.split_inclusive([' ', '\n']).enumerate() {
        let word = piece.trim_end();
        let folded = bare(word);
        let stops =
            ["ngay", "nam", "so", "duoc", "da", "quy", "cua", "sua", "do", "va", "co"].contains(&folded.as_str());
        let joins = folded == "va" && rest[end + piece.len()..].chars().next().is_some_and(char::is_uppercase);
        let small_va = folded == "va"
            && rest[end + piece.len()..].chars().next().is_some_and(char::is_lowercase)
            && !rest[end + piece.len()..].starts_with("các");
        if count >= LONGEST || (stops && !joins && !small_va) {
            break;
        }
        end += piece.len();
        last = end - (piece.len() - word.len());
        if word.ends_with([';', '.', '(', ')', ':']) || (word.ends_with(',') && !goes_on(&rest[end..])) {
            last -= 1;
            break;
        }
    }
    last
}

/// Behind a comma a law's name goes on with one or two words before the date: "Thi đua, Khen thưởng".
fn goes_on(rest: &str) -> bool {
    let first = rest.split_whitespace().next().unwrap_or("");
    !first.is_empty()
        && !HEADS.iter().any(|h| rest.starts_with(h))
        && !first.chars().all(|c| c.is_ascii_digit())
        && ["Nghị", "Thông", "Quyết", "ngày", "Chỉ", "các", "Sở", "Ủy", "UBND"].iter().all(|w| first != *w)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_laws() {
        let cases = [
            ("Thi đua, Khen thưởng ngày 15/6/2022;", "Thi đua, Khen thưởng"),
            ("Tổ chức chính quyền địa phương năm 2015", "Tổ chức chính quyền địa phương"),
            ("Dân sự 2015; Luật Đất đai", "Dân sự 2015"),
            ("này có hiệu lực", ""),
        ];
        for (rest, name) in cases {
            assert_eq!(&rest[..name_length(rest)], name, "{rest}");
        }
    }
}
