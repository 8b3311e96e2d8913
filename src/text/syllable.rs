//! Vietnamese syllables: tone marks and where they stand.
//!
//! in: a word in NFC → out: the word with its tone mark in the modern place (hoà → hòa, thuỷ → thủy).
//! Promises: lossless but for the placement; words that are not open oa/oe/uy syllables come back unchanged.

/// Whether a combining mark is a tone: huyền, sắc, ngã, hỏi, nặng.
pub fn is_tone(mark: char) -> bool {
    matches!(mark, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// Old and modern place of the tone in syllables that end in oa, oe, uy.
const PAIRS: [(&str, &str); 15] = [
    ("oà", "òa"),
    ("oá", "óa"),
    ("oả", "ỏa"),
    ("oã", "õa"),
    ("oạ", "ọa"),
    ("oè", "òe"),
    ("oé", "óe"),
    ("oẻ", "ỏe"),
    ("oẽ", "õe"),
    ("oẹ", "ọe"),
    ("uỳ", "ùy"),
    ("uý", "úy"),
    ("uỷ", "ủy"),
    ("uỹ", "ũy"),
    ("uỵ", "ụy"),
];

/// The lower-case word with its tone mark in the modern place. "quý" keeps its place: its u belongs to the consonant.
pub fn modern_tone(word: &str) -> std::borrow::Cow<'_, str> {
    for (old, new) in PAIRS {
        if let Some(head) = word.strip_suffix(old)
            && !head.ends_with('q')
        {
            return format!("{head}{new}").into();
        }
    }
    word.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_syllables_move_their_tone() {
        for (from, to) in [("hoà", "hòa"), ("thuỷ", "thủy"), ("quý", "quý"), ("hoàn", "hoàn"), ("khoẻ", "khỏe")]
        {
            assert_eq!(modern_tone(from), to);
        }
    }
}
