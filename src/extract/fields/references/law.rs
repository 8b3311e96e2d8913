//! Laws, ordinances and the constitution (luật, pháp lệnh, hiến pháp), cited by name.
//!
//! in: a paragraph → out: citations without number: "Luật Thi đua, Khen thưởng ngày 15/6/2022".
//! Promises: "Luật" in running words ("pháp luật", "Luật này") is none; a law with a number is left to the numbers.

use super::{Cited, date_behind};
use crate::extract::language::lexicon::Lexicon;
use crate::extract::{Extraction, one_line};
use crate::record::{Day, Reference};
use crate::text::Span;
use crate::text::fold::bare;

/// Longest name of a law in words.
const LONGEST: usize = 16;

/// The laws a paragraph cites; to one that a citation by number follows, kind and name are added there.
pub(super) fn find(page: &Extraction, block: Span, out: &mut Vec<Cited>) {
    let (words, lexicon) = (page.words(block), &page.lexicon);
    for row in lexicon.law_heads.rows() {
        let stands_alone = row.get(1).is_some_and(|how| how == "alone");
        for (at, head) in words.match_indices(row[0].as_str()) {
            let Some(behind) = words[at + head.len()..].strip_prefix(' ') else { continue };
            let name = name_length(behind, lexicon);
            if begins_a_head(&words[..at]) && (name > 0 || stands_alone) {
                cite(page, block, at, at + head.len() + 1 + name, head, out);
            }
        }
    }
}

/// Whether a head of a law may begin behind these words; "Luật" of "Bộ Luật" does not.
fn begins_a_head(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric()) && !before.ends_with("Bộ ")
}

/// Adds the law named in bytes `at..end` of a paragraph.
fn cite(page: &Extraction, block: Span, at: usize, end: usize, head: &str, out: &mut Vec<Cited>) {
    let begin = block.start + at;
    if let Some(numbered) = numbered(out, block.start + end) {
        numbered.reference.kind = Some(head.to_owned());
        numbered.span = Span::new(begin, numbered.span.end);
        numbered.reference.text = one_line(page.words(numbered.span));
        return;
    }
    let (date, used) = date_behind(&page.words(block)[end..]).map_or((None, 0), |(d, n)| (Some(d), n));
    let text = one_line(page.words(Span::new(begin, block.start + end)));
    let reference = Reference {
        kind: Some(head.to_owned()),
        date: date.map(Day::from),
        text: text.trim_end_matches([',', ' ']).to_owned(),
        ..Reference::default()
    };
    out.push(Cited { reference, span: Span::new(begin, block.start + end + used), rule: "references.law" });
}

/// The citation by number whose words begin right behind a law's name.
fn numbered(found: &mut [Cited], name_end: usize) -> Option<&mut Cited> {
    found.iter_mut().find(|cited| (name_end..=name_end + 1).contains(&cited.span.start))
}

/// Bytes of the name: capitalised head, then words up to a date, a mark, or what is no name.
fn name_length(rest: &str, lexicon: &Lexicon) -> usize {
    if !rest.starts_with(char::is_uppercase) {
        return 0;
    }
    let (mut end, mut last) = (0, 0);
    for piece in rest.split_inclusive([' ', '\n']).take(LONGEST) {
        let word = piece.trim_end();
        let behind = &rest[end + piece.len()..];
        if ends_the_name(word, behind, lexicon) {
            break;
        }
        end += piece.len();
        last = end - (piece.len() - word.len());
        let comma = word.ends_with(',') && !goes_on(behind, lexicon);
        if word.ends_with([';', '.', '(', ')', ':']) || comma {
            last -= 1;
            break;
        }
    }
    last
}

/// Whether a word is none of the name: "ngày", "năm", "của" …; "và" is one, unless a digit or "các …" follows.
fn ends_the_name(word: &str, behind: &str, lexicon: &Lexicon) -> bool {
    let folded = bare(word);
    // grammar, as the word is: no list holds it
    let is_and = folded == "va";
    let joins = is_and && behind.starts_with(char::is_alphabetic) && !behind.starts_with("các");
    lexicon.law_name_stops.folded(&folded).is_some() && !joins
}

/// Behind a comma a law's name goes on with one or two words before the date: "Thi đua, Khen thưởng".
fn goes_on(rest: &str, lexicon: &Lexicon) -> bool {
    let first = rest.split_whitespace().next().unwrap_or("");
    let is_head = |head: &str| rest.strip_prefix(head).is_some_and(|behind| behind.starts_with(' '));
    !first.is_empty()
        && !lexicon.law_heads.entries().any(is_head)
        && !first.chars().all(|c| c.is_ascii_digit())
        && !lexicon.law_list_ends.has(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_laws() {
        let lexicon = Lexicon::of(crate::rules::Rules::builtin());
        let cases = [
            ("Thi đua, Khen thưởng ngày 15/6/2022;", "Thi đua, Khen thưởng"),
            ("Tổ chức chính quyền địa phương năm 2015", "Tổ chức chính quyền địa phương"),
            ("Dân sự 2015; Luật Đất đai", "Dân sự 2015"),
            ("này có hiệu lực", ""),
        ];
        for (rest, name) in cases {
            assert_eq!(&rest[..name_length(rest, &lexicon)], name, "{rest}");
        }
    }
}
