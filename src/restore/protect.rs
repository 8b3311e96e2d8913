//! What restoration never touches: e-mail addresses, web addresses, names of files and accounts, symbols with digits.
//!
//! in: one line → out: byte ranges.
//! Promises: numbers need no entry here, they are never words; a symbol such as `12/KH-UBND` is left to the caller, who
//! knows whether its letters may have lost their marks.

use crate::text::pattern::pattern;
use std::ops::Range;

pattern!(
    /// An address or a file's name among words, the signs around it left out: "vanthu@a.gov.vn", "https://a.vn/ban",
    /// "www.abc.xyz", "a.vn/tin", "hadong.gov.vn", "ke-hoach.docx", "van_thu_01". A name is ASCII and has two signs or more before its end.
    PROTECTED,
    r"(?xi)
      ^[^@]+@.*\.                                       # mail: a name, a host with a point
    | ://
    | ^www\.
    | \.(?:vn|com|net|org|gov|edu|info|html)/          # web: a path behind the domain
    | ^[[:ascii:]]+[[:ascii:]&&[^.]]
      \.(?:vn|com|net|org|gov|edu|info|html|pdf|docx?|xlsx?|txt|zip)$
    | ^[[:ascii:]]*[[:alnum:]]_+[[:alnum:]][[:ascii:]]*$   # names of accounts: van_thu_01
    | ^(?-i:[a-z0-9]+(?:-[a-z0-9]+){2,})$                  # and of pages: truong-hoa-binh"
);

/// Ranges of a line that are copied as they are.
pub fn protected(line: &str) -> Vec<Range<usize>> {
    // most lines hold none of these signs, and are not searched
    if !line.contains(['@', '.', ':', '_', '-']) {
        return Vec::new();
    }
    let is_protected = |chunk: &&str| PROTECTED.is_match(chunk.trim_matches(|c: char| !c.is_alphanumeric()));
    let range = |chunk: &str| {
        let start = chunk.as_ptr() as usize - line.as_ptr() as usize;
        start..start + chunk.len()
    };
    line.split_whitespace().filter(is_protected).map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found() {
        for yes in [
            "(vanthu@hadong.gov.vn)",
            "https://a.vn/ban",
            "www.abc.xyz",
            "hadong.hanoi.gov.vn,",
            "ke-hoach.docx",
            "van_thu_01,",
            "Hoa_binh_2025;",
            "tieu-hoc-an-binh",
        ] {
            assert_eq!(protected(yes).len(), 1, "{yes}");
        }
        for no in [
            "Ủy ban.",
            "TP.HCM",
            "Điều 1. Ban",
            "12/KH-UBND",
            "a.b",
            "te-xa",
            "kinh tế_xã hội",
            "Tu do-Hanh phuc",
            "___",
        ] {
            assert!(protected(no).is_empty(), "{no}");
        }
    }
}
