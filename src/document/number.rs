//! Số, ký hiệu: reads a number with its symbol wherever one is printed.
//!
//! in: the words from the digits on → out: [`Numbered`] with the end of what was read.
//! Promises: blanks inside the symbol are taken out, dashes become hyphens, a line end after a hyphen is passed over;
//! the serial is `None` unless it is digits with at most one letter behind.
//! Leaves out: whether the number is the letter's own (`header`) or cited (`extract::references`).

use crate::text::pattern::pattern;

/// A number as printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbered {
    /// What stands where the serial belongs, blanks taken out: "783", "c2044", "".
    pub printed: String,
    /// The serial, when it is one.
    pub serial: Option<String>,
    /// The year inside, "2020" in `01/2020/QĐ-UBND`.
    pub year: Option<String>,
    /// "UBND-NV"; "CT/TU" in party documents.
    pub symbol: String,
    /// Whether a hyphen stands before the symbol, as in party documents.
    pub party: bool,
    /// Byte at which the number ends.
    pub end: usize,
}

impl Numbered {
    /// The normal form with this serial: "783/UBND-NV", "20-CT/TU", "01/2020/QĐ-UBND".
    pub fn with_serial(&self, serial: &str) -> String {
        let year = self.year.as_ref().map(|y| format!("{y}/")).unwrap_or_default();
        let joint = if self.party { '-' } else { '/' };
        format!("{serial}{joint}{year}{}", self.symbol)
    }
    /// The normal form; `None` without a serial.
    pub fn normalized(&self) -> Option<String> {
        self.serial.as_deref().map(|s| self.with_serial(s))
    }
}

/// What may stand between "Số:" and the slash: a serial, fillers, pen strokes.
const LONGEST_SERIAL: usize = 24;

fn dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '‑' | '−' | '‐' | '‒' | '―' | '⁃' | '˗' | '﹣')
}

/// Reads "783 /UBND-NV", "20-CT/TU", "01/2020/QĐ-UBND", "    /KH-UBND" at the start of `s`.
pub fn read(s: &str) -> Option<Numbered> {
    let slashes: Vec<usize> =
        s.char_indices().take(LONGEST_SERIAL + 12).filter(|(_, c)| *c == '/').map(|(at, _)| at).collect();
    // pen strokes are read as slashes too: the first one before a symbol counts
    slashes.iter().take(3).find_map(|slash| read_at(s, *slash))
}

fn read_at(s: &str, slash: usize) -> Option<Numbered> {
    let head = &s[..slash];
    if let Some(found) = party(s, head) {
        return Some(found);
    }
    if head.chars().count() > LONGEST_SERIAL
        || head.contains('\n') && !head.trim_end().ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let mut at = slash + 1;
    let year = year_then_slash(&s[at..]);
    let year = year.map(|(year, used)| {
        at += used;
        year
    });
    let (symbol, used) = symbol(&s[at..], false)?;
    let printed = printed(head);
    Some(Numbered { serial: serial(&printed), printed, year, symbol, party: false, end: at + used })
}

/// Reads "5%CAT-PA05", "112 QĐ-UBND" behind the label of a header: a pen or a seal covers the slash. What stands before
/// the symbol is kept as printed and is never a serial.
pub(crate) fn read_covered(s: &str) -> Option<Numbered> {
    let at = s.char_indices().take(LONGEST_SERIAL).find(|(_, c)| c.is_alphabetic())?.0;
    let head = &s[..at];
    if head.contains(['/', '\n', '(']) || !head.contains(|c: char| !c.is_whitespace()) {
        return None;
    }
    let (symbol, used) = symbol(&s[at..], false).filter(|(symbol, _)| symbol.contains('-'))?;
    let party = head.trim_end().ends_with(dash);
    Some(Numbered { printed: printed(head), serial: None, year: None, symbol, party, end: at + used })
}

/// "20-CT/TU", "12-CV/ĐU": digits, hyphen, capitals before the slash.
fn party(s: &str, head: &str) -> Option<Numbered> {
    let hyphen = head.char_indices().find(|(_, c)| dash(*c))?;
    let after = hyphen.0 + hyphen.1.len_utf8();
    let printed = printed(&head[..hyphen.0]);
    let letters = head[after..].trim();
    let fits = letters.chars().next().is_some_and(char::is_uppercase) && letters.chars().count() <= 8;
    if !fits || letters.contains(char::is_whitespace) || !letters.chars().all(char::is_alphanumeric) {
        return None;
    }
    let (symbol, used) = symbol(&s[after..], true)?;
    symbol.contains('/').then(|| Numbered {
        serial: serial(&printed),
        printed,
        year: None,
        symbol,
        party: true,
        end: after + used,
    })
}

pattern!(
    /// "2020/" of "01/2020/QĐ-UBND".
    YEAR_THEN_SLASH,
    r"^\s*(?<year>(?:19|20)[0-9]{2})\s*/"
);
pattern!(
    /// "783", "3176B": digits with at most one letter behind.
    SERIAL,
    r"^[0-9]{1,6}\p{Alphabetic}?$"
);

pattern!(
    /// "2025" of `17/HHCT-2025`.
    YEAR,
    r"^(?:19|20)[0-9]{2}$"
);

/// The year with which `s` begins and how many bytes it takes, its slash among them.
fn year_then_slash(s: &str) -> Option<(String, usize)> {
    let found = YEAR_THEN_SLASH.captures(s)?;
    Some((found["year"].to_owned(), found.get(0)?.end()))
}

/// Without blanks and fillers (dots, underscores, ellipses) around it.
fn printed(head: &str) -> String {
    let filler = |c: char| c.is_whitespace() || matches!(c, '.' | '…' | '_' | ':' | ',' | ';' | '⟦' | '⟧' | '?' | '*');
    head.chars().filter(|c| !c.is_whitespace()).collect::<String>().trim_matches(filler).to_owned()
}

fn serial(printed: &str) -> Option<String> {
    SERIAL.is_match(printed).then(|| printed.to_owned())
}

/// "UBND-NV", "TB -SYT", "QĐ-\nUBND": chunks of mostly capitals joined by hyphens (or slashes without blanks). Read by hand:
/// that more than half of a chunk's letters are capitals is nothing a pattern can say.
fn symbol(s: &str, slashes: bool) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut at = s.len() - s.trim_start_matches([' ', '\u{a0}']).len();
    let mut end = 0;
    loop {
        let chunk: String = s[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '&' | '.')).collect();
        let kept = chunk.trim_end_matches('.');
        if !is_chunk(kept, out.is_empty()) {
            break;
        }
        out.push_str(kept);
        end = at + kept.len();
        if chunk.len() != kept.len() {
            break;
        }
        let Some((joint, next)) = joint(s, end) else { break };
        if joint == '/' && !slashes && !out.chars().all(|c| c.is_uppercase()) {
            break;
        }
        at = next;
        let follows: String = s[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '&').collect();
        if joint == '-' && at == end + 1 && YEAR.is_match(&follows) {
            out.push('-');
            out.push_str(&follows);
            end = at + follows.len();
            break;
        }
        if !is_chunk(&follows, false) || (joint == '/' && follows.chars().next().is_some_and(|c| !c.is_uppercase())) {
            break;
        }
        out.push(joint);
    }
    let letters = out.chars().filter(|c| c.is_uppercase()).count();
    (letters >= 1 && out.chars().count() >= 2).then_some((out, end))
}

/// The hyphen or slash behind a chunk and where the next chunk begins; blanks and one line end around a hyphen count as none.
fn joint(s: &str, at: usize) -> Option<(char, usize)> {
    let rest = &s[at..];
    let before = rest.trim_start_matches([' ', '\u{a0}']);
    let c = before.chars().next()?;
    let from = at + (rest.len() - before.len());
    if c == '/' {
        return (from == at).then_some(('/', from + 1));
    }
    if !dash(c) || from - at > 2 {
        return None;
    }
    let behind = &before[c.len_utf8()..];
    let tight = behind.strip_prefix("\r\n").or(behind.strip_prefix(" \n")).or(behind.strip_prefix('\n'));
    let next = tight.unwrap_or(behind);
    // a hyphen with blanks on both sides parts, it does not join
    let trimmed = next.trim_start_matches([' ', '\u{a0}']);
    let parts = tight.is_none() && from > at && trimmed.len() < next.len() && trimmed.starts_with(char::is_lowercase);
    (!parts).then(|| ('-', s.len() - trimmed.len()))
}

/// Mostly capitals and digits; the first holds a letter: "QĐ", "TTr", "BCĐ138", "UBND", "CTPH".
fn is_chunk(chunk: &str, first: bool) -> bool {
    let letters = chunk.chars().filter(|c| c.is_alphabetic()).count();
    let upper = chunk.chars().filter(|c| c.is_uppercase()).count();
    let length = chunk.chars().count();
    if length == 0 || length > 14 || (letters == 0 && (first || length > 3)) {
        return false;
    }
    letters == 0 || (chunk.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase) && upper * 2 > letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_all_their_forms() {
        let cases = [
            ("783 /UBND-NV", Some("783/UBND-NV"), "UBND-NV", ""),
            ("2276/TB -SYT Kiên Giang, ngày 1", Some("2276/TB-SYT"), "TB-SYT", " Kiên Giang, ngày 1"),
            ("20-CT/TU ngày 6", Some("20-CT/TU"), "CT/TU", " ngày 6"),
            ("12 - CV/ĐU", Some("12-CV/ĐU"), "CV/ĐU", ""),
            ("01/2020/QĐ-UBND", Some("01/2020/QĐ-UBND"), "QĐ-UBND", ""),
            ("7603/TTr-\nHĐTĐ ngày", Some("7603/TTr-HĐTĐ"), "TTr-HĐTĐ", " ngày"),
            ("      /KH-UBND", None, "KH-UBND", ""),
            ("......../QĐ–UBND", None, "QĐ-UBND", ""),
            ("3176B/SYT-NVY", Some("3176B/SYT-NVY"), "SYT-NVY", ""),
            ("c2044/KH-SYT-CĐN", None, "KH-SYT-CĐN", ""),
            ("42 “4 /RHMTW TP.Hà", None, "RHMTW", " TP.Hà"),
            ("04/QĐ-BCĐ138", Some("04/QĐ-BCĐ138"), "QĐ-BCĐ138", ""),
            ("18-NQ/TW, về", Some("18-NQ/TW"), "NQ/TW", ", về"),
            ("71/2016/NĐ-CP.", Some("71/2016/NĐ-CP"), "NĐ-CP", "."),
            ("1125/QĐ-TTg", Some("1125/QĐ-TTg"), "QĐ-TTg", ""),
            ("05/BC-THCS - kết quả", Some("05/BC-THCS"), "BC-THCS", " - kết quả"),
            ("274a/TB-UBND ngày", Some("274a/TB-UBND"), "TB-UBND", " ngày"),
            ("17/HHCT-2025\nV/v", Some("17/HHCT-2025"), "HHCT-2025", "\nV/v"),
            ("26/HHDL - 2026", Some("26/HHDL"), "HHDL", " - 2026"),
            ("05-NQ/ĐU, ngày", Some("05-NQ/ĐU"), "NQ/ĐU", ", ngày"),
            ("1044/SNV‐CCVC", Some("1044/SNV-CCVC"), "SNV-CCVC", ""),
            ("15/QĐ-P.CĐT&LP", Some("15/QĐ-P.CĐT&LP"), "QĐ-P.CĐT&LP", ""),
        ];
        for (text, normal, symbol, rest) in cases {
            let got = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((got.normalized().as_deref(), got.symbol.as_str()), (normal, symbol), "{text}");
            assert_eq!(&text[got.end..], rest, "{text}");
        }
        for covered in ["5%CAT-PA05", "112 QĐ-UBND", "07~ CAX-TH"] {
            let got = read_covered(covered).unwrap_or_else(|| panic!("{covered}"));
            assert_eq!((got.serial, covered.ends_with(&got.symbol)), (None, true), "{covered}");
        }
        for none in ["12 Nguyễn Trãi", "   KH-UBND", "15/6 KH-UBND", "9 UBND", ""] {
            assert_eq!(read_covered(none), None, "{none}");
        }
        for none in ["15/6/2024", "V/v báo cáo", "24/7", "", "km/h", "1.500 đồng/người", "/"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
