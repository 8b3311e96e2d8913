//! Look-alikes: characters that stand for Vietnamese letters and marks and are others by their code.
//!
//! in: words as they came → out: the same with the letters and marks Vietnamese uses.
//! Promises: Icelandic Ð and ð become Đ and đ, fullwidth forms and other slashes become ASCII; Cyrillic and Greek letters
//! become Latin only where they stand in one word with Latin letters or digits, and a word that holds another letter of
//! theirs is left alone. Words without any of these come back as they are, without a copy.
//! Leaves out: dashes, which are marks of their own in running text (`document::number` evens them out in symbols).

use std::borrow::Cow;

/// Cyrillic and Greek letters drawn as Latin ones.
const DRAWN_ALIKE: [(&str, &str); 2] =
    [("АВЕЅІЈКМНОРСТУХаеѕіјорсух", "ABESIJKMHOPCTYXaesijopcyx"), ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧορ", "ABEZHIKMNOPTYXop")];

/// Fullwidth "！" … "～" lie so far behind "!" … "~".
const FULLWIDTH: u32 = 0xFEE0;

/// `words` with look-alikes replaced.
pub fn vietnamese(words: &str) -> Cow<'_, str> {
    if !words.chars().any(|c| alone(c).is_some() || is_foreign(c)) {
        return Cow::Borrowed(words);
    }
    let mut out = String::with_capacity(words.len());
    for piece in words.split_inclusive(char::is_whitespace) {
        let mixed = is_mixed(piece);
        for c in piece.chars() {
            let meant = alone(c).or_else(|| drawn_alike(c).filter(|_| mixed)).unwrap_or(c);
            // "QĐÐ": a letter read twice, once under each code; no word has đ twice
            let doubled = matches!(c, 'Đ' | 'Ð') && out.ends_with('Đ') && piece.contains("ĐÐ") | piece.contains("ÐĐ");
            if !doubled {
                out.push(meant);
            }
        }
    }
    Cow::Owned(out)
}

/// What a character means wherever it stands.
fn alone(c: char) -> Option<char> {
    match c {
        'Ð' | 'Ɖ' => Some('Đ'),
        'ð' | 'ɖ' => Some('đ'),
        '∕' | '⁄' | '╱' | '⧸' => Some('/'),
        '：' | '！'..='～' => char::from_u32(u32::from(c) - FULLWIDTH),
        _ => None,
    }
}

fn is_foreign(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{4ff}')
}

fn drawn_alike(c: char) -> Option<char> {
    DRAWN_ALIKE.iter().find_map(|(theirs, latin)| latin.chars().nth(theirs.chars().position(|t| t == c)?))
}

/// Whether a word holds letters of theirs, all drawn as Latin ones, beside Latin letters or digits.
fn is_mixed(word: &str) -> bool {
    let theirs = || word.chars().filter(|c| is_foreign(*c));
    let latin = |c: char| c.is_alphanumeric() && !is_foreign(c);
    theirs().next().is_some() && theirs().all(|c| drawn_alike(c).is_some()) && word.chars().any(latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_codes_become_those_of_vietnamese() {
        let cases = [
            ("Số 984/QĐÐ-BCA-C04 ngày", "Số 984/QĐ-BCA-C04 ngày"),
            ("12/QÐ-UBND, 5/Nð-CP", "12/QĐ-UBND, 5/Nđ-CP"),
            ("Lưu: VT, ÐT.", "Lưu: VT, ĐT."),
            ("2205/SТС-NS", "2205/STC-NS"),
            ("7/ΚΗ-UBND", "7/KH-UBND"),
            ("1044∕SNV", "1044/SNV"),
            ("Ｓố：４５／ＱĐ－ＵＢＮＤ", "Số:45/QĐ-UBND"),
            // a word of another language, and one with a letter no Latin one looks like
            ("ООО Заря", "ООО Заря"),
            ("α-amylase", "α-amylase"),
            ("Đồng Đăng", "Đồng Đăng"),
        ];
        for (read, meant) in cases {
            assert_eq!(vietnamese(read), meant, "{read}");
        }
        assert!(matches!(vietnamese("Ủy ban"), Cow::Borrowed(_)));
    }
}
