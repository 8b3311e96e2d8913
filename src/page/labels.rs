//! Printed labels beside which a letter is filled in by hand, also where an engine misread them: "Số", "ngày", "ĐẾN".
//!
//! in: a word as read → out: whether it is the label.
//! Promises: one wrong letter or mark is allowed; words of running text that look alike ("song", "SỞ", "nguyện") are none.

use crate::text::fold::bare;

/// "Số", ".Số:39", "s0:", "Sóz2/222/SYT" …, but no "song" and no "SỞ".
pub(crate) fn is_so(raw: &str) -> bool {
    let raw = raw.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '$');
    let firm = raw.chars().any(|c| c == ':' || c == '/' || c.is_ascii_digit());
    let mut chars = bare(raw).chars().collect::<Vec<_>>().into_iter();
    let first = matches!(chars.next(), Some('s' | '5' | '$'));
    let second = matches!(chars.next(), Some('o' | '0' | '6' | 'e'));
    let horned = raw.chars().nth(1).is_some_and(|c| "ơờớởỡợƠỜỚỞỠỢ".contains(c));
    first && second && (firm || !horned && !chars.next().is_some_and(char::is_alphabetic))
}

/// "ngày", "ngàyÍ2", with one letter wrong too; the word is folded.
pub(crate) fn is_ngay(bare: &str) -> bool {
    let head: String = bare.chars().take(4).collect();
    head.len() == 4 && head.chars().zip("ngay".chars()).filter(|(a, b)| a != b).count() <= 1
}

/// "Ngày" in a stamp: as [`is_ngay`], but no longer word of running text ("nguyện").
pub(crate) fn is_stamped_ngay(bare: &str) -> bool {
    is_ngay(bare) && bare.chars().take_while(|c| c.is_alphabetic()).count() <= 5
}

/// "ĐẾN" of a stamp, in capitals, its marks perhaps misread.
pub(crate) fn is_den(raw: &str) -> bool {
    let letters: String = raw.chars().filter(|c| c.is_alphabetic()).collect();
    letters.chars().all(char::is_uppercase) && bare(&letters) == "den"
}

/// "tháng", "04tháng", with one letter wrong too; the word is folded.
pub(crate) fn ends_in_thang(bare: &str) -> bool {
    let letters: Vec<char> = bare.chars().filter(|c| c.is_alphanumeric()).collect();
    let Some(tail) = letters.len().checked_sub(5).map(|from| &letters[from..]) else { return false };
    tail.iter().zip("thang".chars()).filter(|(a, b)| **a != *b).count() <= 1
}

/// The symbol behind a number: "/TB-SYT", "-SYT", "SYT-NVY", "39/QĐ-UBND".
pub(crate) fn is_symbol(raw: &str) -> bool {
    let after = raw.split(['/', '-']).skip(1).any(|part| part.chars().filter(|c| c.is_uppercase()).count() >= 2);
    after && raw.chars().filter(|c| c.is_lowercase()).count() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_open_a_zone() {
        for (word, so) in [
            ("Số", true),
            (".Số:39", true),
            ("s6:", true),
            ("song", false),
            ("S", false),
            ("SỞ", false),
            ("Sóz2/SYT", true),
        ] {
            assert_eq!(is_so(word), so, "{word}");
        }
        for (word, thang) in [("thang", true), ("04thang", true), ("thanq", true), ("hang", false), ("thanh,", true)] {
            assert_eq!(ends_in_thang(word), thang, "{word}");
        }
        assert!(is_symbol("/TB-SYT") && is_symbol("-SYT") && !is_symbol("12/10/2017") && !is_symbol("và/hoặc"));
        assert!(
            is_den("ĐẾN") && is_den("ĐÊN:") && !is_den("đến") && is_stamped_ngay("ngay:") && !is_stamped_ngay("nguyen")
        );
    }
}
