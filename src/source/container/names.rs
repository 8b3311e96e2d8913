//! Names of members as strangers write them → names that are safe to show and to part with.
//!
//! in: raw bytes of a name, or a name → out: text in one line, folders parted by `/`, without ways up, roots and drives.
//! Promises: nothing is ever opened by such a name: it is only shown and kept.

use encoding_rs::WINDOWS_1258;

/// Longer names tell nobody more.
const LONGEST: usize = 240;

/// A name without what climbs out of a folder: "../../etc/x" is "etc/x", "C:\\x" is "x".
pub(super) fn safe(raw: &str) -> String {
    let parts = raw.split(['/', '\\']).map(str::trim);
    let drive = |part: &&str| part.len() == 2 && part.ends_with(':');
    let parts = parts.filter(|part| !part.is_empty() && !matches!(*part, "." | "..") && !drive(part));
    let joined = parts.collect::<Vec<_>>().join("/");
    let mut name: String = joined.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if name.is_empty() {
        name.push('?');
    }
    name
}

/// Whether the raw name tries to leave the folder it would be unpacked into.
pub(super) fn climbs(raw: &str) -> bool {
    let drive = raw.as_bytes().get(1) == Some(&b':') && raw.as_bytes()[0].is_ascii_alphabetic();
    raw.starts_with(['/', '\\']) || drive || raw.contains('\0') || raw.split(['/', '\\']).any(|part| part == "..")
}

/// Files that systems leave behind: no letters, and not worth a line.
pub(super) fn is_of_the_system(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    crate::source::walk::is_of_the_system(base) || name.split('/').any(|part| part == "__MACOSX")
}

/// The bytes of an archive's name as text: UTF-8 where they are, else Windows-1258 where that gives Vietnamese, else `other`.
pub(super) fn decode(raw: &[u8], other: &str) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    let (name, _, failed) = WINDOWS_1258.decode(raw);
    let vietnamese = |c: char| matches!(c, 'ă' | 'Ă' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{300}'..='\u{323}');
    if !failed && name.chars().any(vietnamese) && !name.chars().any(char::is_control) {
        return unicode_normalization::UnicodeNormalization::nfc(name.chars()).collect();
    }
    other.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_neither_climb_nor_break_the_line() {
        for (raw, wanted, climbing) in [
            ("../../etc/passwd", "etc/passwd", true),
            ("C:\\Windows\\x.pdf", "Windows/x.pdf", true),
            ("/srv/x.pdf", "srv/x.pdf", true),
            ("a/./b\n.pdf", "a/b.pdf", false),
            ("a\0.pdf", "a.pdf", true),
            ("..", "?", true),
            ("Công văn 1..2.pdf", "Công văn 1..2.pdf", false),
        ] {
            assert_eq!((safe(raw).as_str(), climbs(raw)), (wanted, climbing), "{raw:?}");
        }
    }

    #[test]
    fn legacy_names_are_read_as_they_were_written() {
        assert_eq!(decode("Kế hoạch.pdf".as_bytes(), "x"), "Kế hoạch.pdf");
        let (raw, _, failed) = WINDOWS_1258.encode("Đơn xin nghi\u{309}.pdf");
        assert!(!failed);
        assert_eq!(decode(&raw, "x"), "Đơn xin nghỉ.pdf");
        assert_eq!(decode(b"caf\x82.pdf", "café.pdf"), "café.pdf");
    }
}
