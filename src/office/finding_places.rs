//! Where the words of a finding stand on the pages of their document.
//!
//! in: the text, the document, the finding's words, the record's evidence → out: page, box and confidence.
//! Promises: words that wrap over lines, lost a blank or a mark, or run on over a page are found too; the first place
//! counts. Leaves out: texts without pages, findings without words (something is missing).

use crate::export::findings::Checked;
use crate::pipeline::Processed;
use crate::record::{Evidence, Finding, Record};
use crate::text::fold::bare_char;
use crate::text::{PlaceOf, Rect, Span, Text};

/// A document with the places of its findings; `path` is its file's, as reports name it.
pub fn checked(path: &str, text: &Text, processed: &Processed) -> Checked {
    let Processed { document, record } = processed;
    let places = record.findings.iter().map(|finding| place(text, document.span, record, finding)).collect();
    Checked { places, ..Checked::of(path, record.clone()) }
}

/// The place of a finding's words: where the document at `span` says them so, else where it says them with other blanks,
/// case or marks, else the evidence of the value they are.
fn place(text: &Text, span: Span, record: &Record, finding: &Finding) -> Option<PlaceOf> {
    if finding.text.is_empty() || !text.has_pages() {
        return None;
    }
    let words = text.slice(span);
    let exact = words.find(&finding.text).map(|at| Span::new(at, at + finding.text.len()));
    let said = exact.or_else(|| loosely(words, &finding.text));
    let found = said.and_then(|said| text.place_of(said.shifted(span.start)));
    found.or_else(|| of_evidence(record, &finding.text))
}

/// Letters and digits of a text, folded, each with its first byte and the one behind its last.
fn letters(text: &str) -> (String, Vec<Span>) {
    let mut out = String::with_capacity(text.len());
    let mut spans = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        out.push(bare_char(c));
        spans.resize(out.len(), Span::new(at, at + c.len_utf8()));
    }
    (out, spans)
}

/// The first stretch with the same letters and digits, beginning and ending at a word. Linear in the text.
fn loosely(words: &str, wanted: &str) -> Option<Span> {
    let (needle, _) = letters(wanted);
    let (hay, spans) = letters(words);
    let begins = |span: &Span| !words[..span.start].ends_with(char::is_alphanumeric);
    let ends = |span: &Span| !words[span.end..].starts_with(char::is_alphanumeric);
    let mut hits = hay.match_indices(&needle).filter(|(_, hit)| !hit.is_empty());
    hits.find_map(|(at, hit)| {
        let (first, last) = (spans[at], spans[at + hit.len() - 1]);
        (begins(&first) && ends(&last)).then(|| first.cover(last))
    })
}

/// The evidence of the value whose words these are.
fn of_evidence(record: &Record, words: &str) -> Option<PlaceOf> {
    let own = |e: &&Evidence| e.text == words;
    let field = || record_field(record, words).and_then(|field| record.evidence.get(&field));
    let evidence = record.evidence.values().find(own).or_else(field)?;
    let bbox = evidence.bbox.map(|[x, y, w, h]| Rect { x, y, w, h });
    Some(PlaceOf { page: evidence.page, bbox, confidence: evidence.confidence })
}

/// The field path of the deadline, quota, prize, heading or citation with these words.
fn record_field(record: &Record, words: &str) -> Option<String> {
    let at = |name: &str, index: Option<usize>| index.map(|index| format!("{name}[{index}]"));
    let heading = |s: &crate::record::Section| format!("{}. {}", s.label, s.title) == words;
    at("deadlines", record.deadlines.iter().position(|d| d.text == words))
        .or_else(|| at("references", record.references.iter().position(|r| r.text == words)))
        .or_else(|| at("quotas", record.quotas.iter().position(|q| q.text == words)))
        .or_else(|| at("awards", record.awards.iter().position(|a| a.text == words)))
        .or_else(|| at("sections", record.sections.iter().position(heading)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_over_lines_pages_and_lost_blanks() {
        let words = "Thực hiện Kế hoạch số 34/KH -\nHĐTĐKT ngày 05/6/2024\n\u{c}\ncủa Hội đồng; họp.";
        let cases = [
            ("34/KH-HĐTĐKT", Some("34/KH -\nHĐTĐKT")),
            ("ngày 05/6/2024 của Hội đồng", Some("ngày 05/6/2024\n\u{c}\ncủa Hội đồng")),
            ("KẾ HOẠCH", Some("Kế hoạch")),
            ("ồng", None),
            ("…", None),
        ];
        for (wanted, found) in cases {
            assert_eq!(loosely(words, wanted).map(|span| &words[span.range()]), found, "{wanted}");
        }
    }
}
