//! Characters that write nothing, and the many blanks and line ends that mean the same.
//!
//! in: text as a file, a text layer or OCR gives it → out: the same letters, with plain blanks and line ends.
//! Promises: one character for one character, or none; ASCII text comes back as it is, without a copy.
//! Knows nothing of words: whether two of them belong together is told elsewhere.

use std::borrow::Cow;

/// Drops format characters (Unicode's category Cf, which no eye sees and which split words for whoever compares letters)
/// and makes every blank that is not a tab a plain one.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii() || !(is_invisible(c) || is_blank(c));
    if text.chars().all(is_plain) {
        return text.into();
    }
    let kept = text.chars().filter(|c| !is_invisible(*c));
    kept.map(|c| if is_blank(c) { ' ' } else { c }).collect::<String>().into()
}

/// Whether a character ends a line in some system: line feed, vertical tab, carriage return, next line, and Unicode's line
/// and paragraph separators. The form feed parts pages and is none.
pub fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Every line end as `\n`, pairs of carriage return and line feed as one.
pub fn plain_line_ends(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && ends_line(c)) {
        return text.into();
    }
    text.replace("\r\n", "\n").replace(ends_line, "\n").into()
}

/// Tabs inside a date or before a document's number become blanks: there they part no columns ("ngày\t14\ttháng\t11").
pub fn tabs_in_phrases(line: &str) -> Cow<'_, str> {
    if !line.contains('\t') {
        return line.into();
    }
    let cells: Vec<&str> = line.split('\t').collect();
    let mut out = String::with_capacity(line.len());
    // the last cell with words: several tabs may follow one another
    let mut before = "";
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            let after = cells[at..].iter().find(|c| !c.trim().is_empty()).unwrap_or(&"");
            out.push(if is_one_phrase(before, after) { ' ' } else { '\t' });
        }
        out.push_str(cell);
        before = if cell.trim().is_empty() { before } else { cell };
    }
    out.into()
}

/// Whether two cells are parts of one date or of a number behind its label. "Ngày" alone in a cell heads a column.
fn is_one_phrase(before: &str, after: &str) -> bool {
    let last = before.split_whitespace().next_back().unwrap_or("");
    let next = after.split_whitespace().next().unwrap_or("");
    let value = |w: &str| w.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '…' | '_'));
    let last_is_value = value(last) && last.chars().count() <= 4;
    match last {
        "ngày" | "tháng" | "năm" | "Số:" | "số:" | "SỐ:" => value(next),
        _ => last_is_value && matches!(next, "tháng" | "năm"),
    }
}

/// Blanks other than the plain one and the tab: no-break, narrow, wide, of a figure's breadth.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{2800}' | '\u{3164}'
    )
}

/// Unicode's category Cf without the scripts in which such a character shows, and what selects a variant of the letter before.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_shows_is_left() {
        for (raw, seen) in [
            ("12\u{2060}/\u{200b}UBND", "12/UBND"),
            ("\u{feff}ng\u{200d}ày\u{a0}0\u{ad}5\u{202f}tháng", "ngày 05 tháng"),
            ("\u{202a}Số\u{202c}:\u{2003}7\u{200e}", "Số: 7"),
            ("Nguyễn\tVăn – A", "Nguyễn\tVăn – A"),
        ] {
            assert_eq!(visible(raw), seen);
        }
    }

    #[test]
    fn tabs_part_columns_but_no_dates() {
        for (raw, seen) in [
            ("Phú Hòa, ngày\t14\ttháng\t11\tnăm\t2025", "Phú Hòa, ngày 14 tháng 11 năm 2025"),
            ("Số:\t215/UBND-VX\tPhú Hòa, ngày\t\t…\ttháng 11", "Số: 215/UBND-VX\tPhú Hòa, ngày  … tháng 11"),
            ("1\tNộp báo cáo\t10\t6", "1\tNộp báo cáo\t10\t6"),
            ("Ngày\t12/5\tSố\t7", "Ngày\t12/5\tSố\t7"),
            ("\t\t", "\t\t"),
        ] {
            assert_eq!(tabs_in_phrases(raw), seen);
        }
    }

    #[test]
    fn line_ends_of_every_system() {
        assert_eq!(plain_line_ends("a\r\nb\rc\u{85}d\u{2028}e\u{2029}f\u{b}g\n"), "a\nb\nc\nd\ne\nf\ng\n");
    }
}
