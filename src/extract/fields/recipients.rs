//! Nơi nhận, Lưu, ký hiệu người soạn thảo.
//!
//! in: the recipient blocks → out: `recipients` (name, purpose), `filing`, `drafter`.
//! Promises: the Lưu line is no recipient; a purpose is what stands in brackets at an entry's end.

use crate::document::{Role, opens_with_cue};
use crate::extract::Extraction;
use crate::record::{Drafter, Recipient};
use crate::text::Span;
use crate::text::fold::{Folded, bare};

pub(super) fn fill(page: &mut Extraction) {
    let mut items: Vec<(String, Span)> = Vec::new();
    for block in page.blocks(Role::Recipients) {
        let words = page.line(block);
        let words = page.frame.behind_cue("recipients", &words);
        let begins = words.starts_with(['-', '–', '—', '+', '•', '_', '~', '=', '·']);
        let core = words.trim_start_matches(['-', '–', '—', '+', '•', '_', '~', '=', '·', '*', ' ', '.']);
        if !core.chars().any(char::is_alphanumeric) {
            continue;
        }
        let closed = items.last().is_none_or(|(last, _)| last.ends_with([';', '.']) && !core.starts_with('('));
        match items.last_mut() {
            Some((last, span)) if !begins && !closed && opens_with_cue(&bare(core), "luu").is_none() => {
                last.push(' ');
                last.push_str(core);
                *span = span.cover(block);
            }
            _ => items.push((core.to_owned(), block)),
        }
    }
    for (words, span) in items {
        match filed(&words) {
            Some(filing) if page.record.filing.is_none() => {
                page.record.drafter = drafter(&filing);
                page.record.filing = Some(filing).filter(|f| !f.is_empty());
                page.note("filing", "filing.luu", span, 1.0);
            }
            Some(_) => {}
            None => {
                let field = format!("recipients[{}]", page.record.recipients.len());
                page.record.recipients.push(recipient(&words));
                page.note(field, "recipients.list", span, 1.0);
            }
        }
    }
}

/// What follows "Lưu:", without the full stop.
fn filed(words: &str) -> Option<String> {
    let folded = Folded::new(words);
    let end = opens_with_cue(&folded.text, "luu")?;
    let rest = words[folded.source_offset(end)..].trim_start_matches([':', ' ', ';', '.', ',']);
    Some(rest.trim_end_matches(['.', ';', ',', ' ']).to_owned())
}

fn recipient(words: &str) -> Recipient {
    let trimmed = words.trim().trim_end_matches([';', '.', ',', ' ', ':']);
    let Some(open) = trimmed.rfind('(') else { return Recipient { name: trimmed.to_owned(), purpose: None } };
    let inside = trimmed[open + 1..].trim_end_matches(')').trim();
    let folded = bare(inside);
    let purpose = folded.starts_with("de ")
        || folded.contains("b/c")
        || folded.contains("bao cao")
        || folded.contains("thuc hien");
    if !purpose || !trimmed.ends_with(')') && trimmed[open..].contains(')') {
        return Recipient { name: trimmed.to_owned(), purpose: None };
    }
    let purpose = if inside.starts_with("đề ") { inside.replacen("đề ", "để ", 1) } else { inside.to_owned() };
    Recipient { name: trimmed[..open].trim_end_matches([' ', ',', ';']).to_owned(), purpose: Some(purpose) }
}

/// The last item of the Lưu line where it is a person's mark: small letters ("nphue"), or copies behind it ("HT(12)").
fn drafter(filing: &str) -> Option<Drafter> {
    let last = filing.split([',', ';']).next_back()?.trim();
    let (mark, copies) = match last.find('(') {
        Some(open) => {
            let inside: String = last[open + 1..].chars().take_while(char::is_ascii_digit).collect();
            (last[..open].trim(), inside.parse().ok())
        }
        None => match last.rsplit_once('.') {
            Some((head, tail)) if tail.chars().next().is_some_and(|c| c.is_ascii_digit()) => {
                let digits: String = tail.chars().take_while(char::is_ascii_digit).collect();
                (head.trim(), digits.parse().ok())
            }
            _ => (last, None),
        },
    };
    let mark = mark.rsplit(['.', ' ']).next().unwrap_or(mark);
    let small = !mark.is_empty() && mark.chars().all(|c| c.is_lowercase() || c.is_ascii_digit());
    let fits = (1..=12).contains(&mark.chars().count()) && (small || copies.is_some());
    fits.then(|| Drafter { mark: mark.to_owned(), copies })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_purposes_and_the_filing_line() {
        let cases = [
            ("TT Quận ủy; TT HĐND (đề b/c);", "TT Quận ủy; TT HĐND", Some("để b/c")),
            ("Như trên;", "Như trên", None),
            ("Ban TĐKT - Sở Nội vụ TP, (để b/cáo)", "Ban TĐKT - Sở Nội vụ TP", Some("để b/cáo")),
            ("Phòng Nội vụ (02 bản).", "Phòng Nội vụ (02 bản)", None),
        ];
        for (words, name, purpose) in cases {
            let got = recipient(words);
            assert_eq!((got.name.as_str(), got.purpose.as_deref()), (name, purpose), "{words}");
        }
        assert_eq!(filed("Lưu: VT, NV.").as_deref(), Some("VT, NV"));
        assert_eq!(filed("Lưu VT, TCCB"), Some("VT, TCCB".into()));
        assert_eq!(filed("Các lưu xá"), None);
        let mark = |f| drafter(f).map(|d| (d.mark, d.copies));
        assert_eq!(mark("VT, vmthang (2b)"), Some(("vmthang".into(), Some(2))));
        assert_eq!(mark("VT, NV.HT(12)"), Some(("HT".into(), Some(12))));
        assert_eq!(mark("VT, NV"), None);
    }
}
