//! The number (số, ký hiệu).
//!
//! in: the number block of the header → out: `number`, with doubt where the serial is not plainly there.
//! Promises: a serial read from an image with low confidence is not asserted: handwritten numbers are usually misread.

use crate::document::{Frame, Numbered, Role, Sign, lines_of, read_number};
use crate::extract::Extraction;
use crate::extract::doubt::narrow;
use crate::extract::doubt::weigh::{Verdict, weigh};
use crate::record::{Doubt, Number};
use crate::rules::Rules;
use crate::text::written::WrittenField;
use crate::text::{Span, Text};

pub(super) fn fill(page: &mut Extraction) {
    let Some(span) = page.document.first(Role::Number) else { return };
    let words = page.words(span).to_owned();
    let Some((label, mut found)) = read(page, &words) else { return };
    found.symbol = mended(page.rules, &found.symbol);
    let digits = words[label..].find('/').map_or(span, |end| Span::new(span.start + label, span.start + label + end));
    let sure = page.digits_are_sure(digits);
    let raw = crate::extract::one_line(&words);
    page.note("number", "number.header", span, 1.0);
    let printed = found.serial.clone().or_else(|| plausible(page, &found.printed));
    let sure = sure && found.serial.is_some();
    let written = page.written(WrittenField::Number, span);
    let narrowed = written.map(|written| narrow::serial(page, written, &found.symbol, span));
    if let (Some((_, voices)), Some(evidence)) = (&narrowed, page.record.evidence.get_mut("number")) {
        evidence.voices.clone_from(voices);
    }
    let written = narrowed.as_ref().map(|(written, _)| written);
    let serial = match weigh(printed.as_deref(), sure, written, |a, b| a == b) {
        Verdict::Value(serial) => Some(serial),
        Verdict::Doubt(candidates) => {
            let blank = candidates.is_empty() && found.printed.is_empty();
            let why = if blank { Doubt::NumberUnread } else { Doubt::NumberUnsure };
            let whole = candidates.into_iter().map(|(serial, p)| (found.with_serial(&serial), p)).collect();
            page.record.review_weighed("number", why, whole);
            None
        }
    };
    let normalized = serial.as_deref().map(|s| found.with_serial(s));
    page.record.number = Some(Number { raw, serial, symbol: Some(found.symbol), normalized });
}

/// Where the digits begin, and the number read from there or, where "Số" was misread, as the frame of a letter reads it.
fn read(page: &Extraction, words: &str) -> Option<(usize, Numbered)> {
    let label = words.find(':').map_or_else(|| after_label(words), |at| at + 1);
    if let Some(number) = read_number(words.get(label..)?) {
        return Some((label, number));
    }
    let text = Text::plain(words);
    let line = lines_of(&text).into_iter().next()?;
    let signs = Frame::new(&text, page.rules).signs(&line);
    signs.into_iter().find_map(|piece| match piece.sign {
        Sign::Number(number) => Some((label, number)),
        _ => None,
    })
}

fn after_label(words: &str) -> usize {
    words.find(|c: char| c.is_ascii_digit() || c == '/').unwrap_or(0)
}

/// The digits among what was read, when there are any: letters between them that look like digits are those ("4g2").
fn plausible(page: &Extraction, printed: &str) -> Option<String> {
    let looks_like = |c: char| page.lexicon.digit_lookalikes.get(&c.to_string())?.chars().next();
    let begins = printed.starts_with(|c: char| c.is_ascii_digit());
    let meant = |c: char| if c.is_ascii_digit() { Some(c) } else { looks_like(c).filter(|_| begins) };
    let digits: String = printed.chars().filter_map(meant).collect();
    (!digits.is_empty() && digits.len() <= 6).then_some(digits)
}

/// Puts the bar of Đ back into a kind's abbreviation that no kind has without it ("QD-UBND"), and Q for 0 ("0Đ-BCĐ").
pub(super) fn mended(rules: &Rules, symbol: &str) -> String {
    let first = symbol.split(['-', '/']).next().unwrap_or("");
    let kinds = || rules.kinds().iter().flat_map(|k| k.symbols.iter());
    if first.is_empty() || kinds().any(|s| s == first) {
        return symbol.to_owned();
    }
    let read = first.replace('0', "Q");
    match kinds().find(|s| s.replace('Đ', "D") == first || **s == read) {
        Some(meant) => format!("{meant}{}", &symbol[first.len()..]),
        None => symbol.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn the_letters_own_number() {
        let cases = [
            ("Số: 783 /UBND-NV", Some("783/UBND-NV"), Some("UBND-NV"), 0),
            ("Số:       /KH-UBND", None, Some("KH-UBND"), 1),
            ("SốW/SYT-NVY", None, Some("SYT-NVY"), 1),
            ("Số: c2044/KH-SYT-CĐN", None, Some("KH-SYT-CĐN"), 1),
            ("Số: 4g2/KH-UBND", None, Some("KH-UBND"), 1),
            ("Số:5%CAT-PA05", None, Some("CAT-PA05"), 1),
            ("Số: 274a/TB-UBND", Some("274a/TB-UBND"), Some("TB-UBND"), 0),
            ("Số: 17 /HHCT-2025", Some("17/HHCT-2025"), Some("HHCT-2025"), 0),
            ("Số 05-NQ/ĐU", Some("05-NQ/ĐU"), Some("NQ/ĐU"), 0),
            ("Số: 31/QÐ–SYT", Some("31/QĐ-SYT"), Some("QĐ-SYT"), 0),
            ("Số 20-CT/QU", Some("20-CT/QU"), Some("CT/QU"), 0),
            ("Số: 01/2020/QD-UBND", Some("01/2020/QĐ-UBND"), Some("QĐ-UBND"), 0),
        ];
        for (line, normalized, symbol, doubts) in cases {
            let raw = format!(
                "UBND QUẬN A\n{line}\nA, ngày 1 tháng 2 năm 2023\nV/v họp\nKính gửi: Các trường\nHọp theo 12/KH-SYT.\n"
            );
            let record = record_of(&raw);
            let number = record.number.clone().unwrap_or_else(|| panic!("{line}"));
            assert_eq!((number.normalized.as_deref(), number.symbol.as_deref()), (normalized, symbol), "{line}");
            assert_eq!(record.needs_review.iter().filter(|r| r.field == "number").count(), doubts, "{line}");
        }
    }
}
