//! What restoration never touches: e-mail addresses, web addresses, file names, symbols with digits.
//!
//! in: one line → out: byte ranges.
//! Promises: numbers need no entry here, they are never words; a symbol such as `12/KH-UBND` is left to the caller, who
//! knows whether its letters may have lost their marks.

use std::ops::Range;

/// Ends of names that make a run of characters a web address.
const ENDINGS: [&str; 8] = [".vn", ".com", ".net", ".org", ".gov", ".edu", ".info", ".html"];
/// Ends of file names.
const FILES: [&str; 7] = [".pdf", ".doc", ".docx", ".xls", ".xlsx", ".txt", ".zip"];

/// Ranges of a line that are copied as they are.
pub fn protected(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !line.contains(['@', '.', ':']) {
        return found;
    }
    for chunk in line.split_whitespace() {
        let start = chunk.as_ptr() as usize - line.as_ptr() as usize;
        if is_address(chunk) {
            found.push(start..start + chunk.len());
        }
    }
    found
}

fn is_address(chunk: &str) -> bool {
    let lower = chunk.to_ascii_lowercase();
    let lower = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let has_at = lower.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let is_ascii_name = |end: &str| {
        lower.strip_suffix(end).is_some_and(|head| head.len() > 1 && head.is_ascii() && !head.ends_with('.'))
    };
    has_at
        || lower.contains("://")
        || lower.starts_with("www.")
        || ENDINGS.iter().any(|end| is_ascii_name(end) || lower.contains(&format!("{end}/")))
        || FILES.iter().any(|end| is_ascii_name(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found() {
        for yes in
            ["(vanthu@hadong.gov.vn)", "https://a.vn/ban", "www.abc.xyz", "hadong.hanoi.gov.vn,", "ke-hoach.docx"]
        {
            assert_eq!(protected(yes).len(), 1, "{yes}");
        }
        for no in ["Ủy ban.", "TP.HCM", "Điều 1. Ban", "12/KH-UBND", "a.b"] {
            assert!(protected(no).is_empty(), "{no}");
        }
    }
}
