//! Recipients (nơi nhận), the file copy (lưu), the drafter's mark (ký hiệu người soạn thảo).
//!
//! in: the recipient blocks → out: `recipients` (name, purpose), `filing`, `drafter`.
//! Promises: the Lưu line is no recipient; a purpose is what stands in brackets at an entry's end.

use crate::document::{Frame, Role};
use crate::extract::Extraction;
use crate::record::{Drafter, Recipient};
use crate::rules::WordList;
use crate::text::Span;
use crate::text::fold::{Folded, bare};
use crate::text::pattern::pattern;

/// Signs with which an entry begins, as scans read bullets.
const BULLETS: [char; 9] = ['-', '–', '—', '+', '•', '_', '~', '=', '·'];

pub(super) fn fill(page: &mut Extraction) {
    for (words, span) in entries(page) {
        match filed(&page.frame, &words) {
            Some(filing) if page.record.filing.is_none() => {
                page.record.drafter = drafter(&filing);
                page.record.filing = Some(filing).filter(|f| !f.is_empty());
                page.note("filing", "filing.luu", span, 1.0);
            }
            Some(_) => {}
            None => {
                let field = format!("recipients[{}]", page.record.recipients.len());
                let recipient = recipient(&words, page.lexicon.purpose_words);
                page.record.recipients.push(recipient);
                page.note(field, "recipients.list", span, 1.0);
            }
        }
    }
}

/// The entries of the list without their bullets, wrapped lines joined.
fn entries(page: &Extraction) -> Vec<(String, Span)> {
    let mut items: Vec<(String, Span)> = Vec::new();
    for block in page.blocks(Role::Recipients) {
        let words = page.line(block);
        let words = page.frame.behind_cue("recipients", &words);
        let begins = words.starts_with(BULLETS);
        let core = words.trim_start_matches(|c| BULLETS.contains(&c) || matches!(c, '*' | ' ' | '.'));
        if !core.chars().any(char::is_alphanumeric) {
            continue;
        }
        let closed = items.last().is_none_or(|(last, _)| last.ends_with([';', '.']) && !core.starts_with('('));
        match items.last_mut() {
            Some((last, span)) if !begins && !closed && filed(&page.frame, core).is_none() => {
                last.push(' ');
                last.push_str(core);
                *span = span.cover(block);
            }
            _ => items.push((core.to_owned(), block)),
        }
    }
    items
}

/// What follows "Lưu:", without the full stop.
fn filed(frame: &Frame, words: &str) -> Option<String> {
    let folded = Folded::new(words);
    let end = frame.cues.opens("filing", &folded.text)?;
    let rest = words[folded.source_offset(end)..].trim_start_matches([':', ' ', ';', '.', ',']);
    Some(rest.trim_end_matches(['.', ';', ',', ' ']).to_owned())
}

/// Name and purpose: what stands in brackets at the entry's end where it reads as a purpose ("để b/c").
fn recipient(words: &str, purposes: &WordList) -> Recipient {
    let trimmed = words.trim().trim_end_matches([';', '.', ',', ' ', ':']);
    let whole = Recipient { name: trimmed.to_owned(), purpose: None };
    let Some(open) = trimmed.rfind('(') else { return whole };
    let inside = trimmed[open + 1..].trim_end_matches(')').trim();
    let goes_on_behind = !trimmed.ends_with(')') && trimmed[open..].contains(')');
    if goes_on_behind || !is_purpose(&bare(inside), purposes) {
        return whole;
    }
    // "để" is misread so often that the slip is mended here
    let purpose = inside.strip_prefix("đề ").map_or_else(|| inside.to_owned(), |rest| format!("để {rest}"));
    Recipient { name: trimmed[..open].trim_end_matches([' ', ',', ';']).to_owned(), purpose: Some(purpose) }
}

/// Whether folded words tell a purpose.
fn is_purpose(folded: &str, purposes: &WordList) -> bool {
    purposes.pairs().iter().any(|(word, how)| match how.as_str() {
        "opens" => folded.strip_prefix(bare(word).as_str()).is_some_and(|behind| behind.starts_with(' ')),
        _ => folded.contains(bare(word).as_str()),
    })
}

pattern!(
    /// A person's mark and how many copies he keeps: "vmthang (2b)", "NV.HT(12)", "NV.HT.12".
    MARK,
    r"^(?<mark>[^(]*?)(?:\((?<copies>[0-9]*).*|\.(?<behind>[0-9]+)[^.(]*)?$"
);
/// Longest mark of a person.
const LONGEST_MARK: usize = 12;

/// The last item of the Lưu line where it is a person's mark: small letters ("nphue"), or copies behind it ("HT(12)").
fn drafter(filing: &str) -> Option<Drafter> {
    let last = filing.split([',', ';']).next_back()?.trim();
    let found = MARK.captures(last)?;
    let copies = found.name("copies").or(found.name("behind")).and_then(|digits| digits.as_str().parse().ok());
    let mark = found["mark"].trim().rsplit(['.', ' ']).next()?.to_owned();
    let small = !mark.is_empty() && mark.chars().all(|c| c.is_lowercase() || c.is_ascii_digit());
    let fits = (1..=LONGEST_MARK).contains(&mark.chars().count()) && (small || copies.is_some());
    fits.then_some(Drafter { mark, copies })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_purposes_and_the_filing_line() {
        let rules = crate::rules::Rules::builtin();
        let text = crate::text::Text::plain("");
        let frame = Frame::new(&text, rules);
        let cases = [
            ("TT Quận ủy; TT HĐND (đề b/c);", "TT Quận ủy; TT HĐND", Some("để b/c")),
            ("Như trên;", "Như trên", None),
            ("Ban TĐKT - Sở Nội vụ TP, (để b/cáo)", "Ban TĐKT - Sở Nội vụ TP", Some("để b/cáo")),
            ("Phòng Nội vụ (02 bản).", "Phòng Nội vụ (02 bản)", None),
        ];
        for (words, name, purpose) in cases {
            let got = recipient(words, rules.words("purpose_words"));
            assert_eq!((got.name.as_str(), got.purpose.as_deref()), (name, purpose), "{words}");
        }
        assert_eq!(filed(&frame, "Lưu: VT, NV.").as_deref(), Some("VT, NV"));
        assert_eq!(filed(&frame, "Lưu VT, TCCB"), Some("VT, TCCB".into()));
        assert_eq!(filed(&frame, "Các lưu xá"), None);
        let mark = |f| drafter(f).map(|d| (d.mark, d.copies));
        assert_eq!(mark("VT, vmthang (2b)"), Some(("vmthang".into(), Some(2))));
        assert_eq!(mark("VT, NV.HT(12)"), Some(("HT".into(), Some(12))));
        assert_eq!(mark("VT, NV"), None);
    }
}
