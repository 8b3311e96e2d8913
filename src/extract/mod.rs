//! Extraction: one document becomes one record, every value with its evidence.
//!
//! in: [`Document`], [`Text`], [`Rules`], where it came from → out: [`Record`], and on request the [`Reason`]s behind it.
//! Promises: a value comes from its own part of the letter (a cited date is never the date of issue); what cannot be read
//! for certain is absent and listed in `needs_review` with its candidates; arbitrary text never panics.
//! Leaves out: judging the document (`check`); `findings` stay empty.

mod doubt;
mod fields;
mod language;

pub use doubt::peers;
pub use doubt::signed::hear_signatures;
pub use doubt::wording::word_doubts;

use crate::document::{Document, Frame, Role};
use crate::extract::language::lexicon::Lexicon;
use crate::record::{Doubt, Evidence, Record, SourceRef};
use crate::rules::Rules;
use crate::text::lang::Lang;
use crate::text::written::{Written, WrittenField};
use crate::text::{Span, Text};
use jiff::civil::Date;

/// Why a field has its value: for `explain --why`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Field path: `issued_on`, `references[2]`.
    pub field: String,
    /// The rule that gave it: `number.header`.
    pub rule: String,
    /// The words that gave it.
    pub span: Span,
    /// How sure rule and reading are together, 0..=1.
    pub confidence: f32,
}

/// Readings of an image below this are not asserted for numbers and days: pen strokes read as digits reach 0.9 at times,
/// typed digits seldom fall below 0.8.
const SURE: f32 = 0.8;

/// The record of a document: the fields of its head and end first, then those of its body, which need them. `source` names
/// the file; part, parts and pages are filled in by who splits the file (pages from the document where they are absent).
///
/// # Examples
///
/// ```
/// use congvan::record::SourceRef;
/// use congvan::rules::Rules;
/// use congvan::text::Text;
/// use congvan::{document, extract};
///
/// let text = Text::plain(
///     "UBND QUẬN HÀ LÂM\nSố: 12/UBND-NV\nHà Lâm, ngày 5 tháng 3 năm 2025\nV/v báo cáo thi đua\nKính gửi: Các trường\n\n\
///      Đề nghị các trường gửi báo cáo về Phòng Nội vụ trước ngày 20/3/2025.\n",
/// );
/// let rules = Rules::builtin();
/// let document = &document::split(&text, rules)[0];
/// let record = extract::extract(document, &text, rules, &SourceRef::default());
/// assert_eq!(record.subject.as_deref(), Some("báo cáo thi đua"));
/// assert_eq!(record.deadlines[0].deliver_to.as_deref(), Some("Phòng Nội vụ"));
/// assert!(record.evidence.contains_key("deadlines[0]"));
/// ```
pub fn extract(document: &Document, text: &Text, rules: &Rules, source: &SourceRef) -> Record {
    extract_with_reasons(document, text, rules, source).0
}

/// The record and, for every value, the rule and the words that gave it.
pub fn extract_with_reasons(
    document: &Document,
    text: &Text,
    rules: &Rules,
    source: &SourceRef,
) -> (Record, Vec<Reason>) {
    let kind = rules.kind(&document.kind);
    let mut source = source.clone();
    source.pages = source.pages.or(document.pages.map(|(first, last)| [first, last]));
    let record = Record {
        id: Record::id_of(&source.sha256, source.part),
        kind: kind.map_or("other", |k| k.published()).to_owned(),
        kind_label: kind.map_or_else(|| "Khác".to_owned(), |k| k.label.clone()),
        source,
        ..Record::default()
    };
    let mut page = Extraction {
        document,
        text,
        rules,
        frame: Frame::new(text, rules),
        lexicon: Lexicon::of(rules),
        record,
        reasons: Vec::new(),
        issued_about: None,
    };
    page.kind_evidence();
    fields::fill(&mut page);
    page.repeated();
    word_doubts(&mut page.record, rules, Lang::default());
    (page.record, page.reasons)
}

/// A record in the making.
struct Extraction<'a> {
    pub document: &'a Document,
    pub text: &'a Text,
    pub rules: &'a Rules,
    pub frame: Frame<'a>,
    pub lexicon: Lexicon<'a>,
    pub record: Record,
    pub reasons: Vec<Reason>,
    /// Date of issue as far as it could be read (the first of the month where the day could not): completes years only.
    pub issued_about: Option<Date>,
}

impl Extraction<'_> {
    /// The words of a span.
    pub fn words(&self, span: Span) -> &str {
        self.text.slice(span)
    }

    /// The words of a span on one line, blanks evened out, emphasis signs left out.
    pub fn line(&self, span: Span) -> String {
        one_line(self.text.slice(span))
    }

    /// Spans of a role.
    pub fn blocks(&self, role: Role) -> Vec<Span> {
        self.document.blocks_of(role).collect()
    }

    /// What the digit recogniser read in this field, on the page where `span` stands.
    pub fn written(&self, field: WrittenField, span: Span) -> Option<&Written> {
        let page = self.text.place_of(span)?.page;
        self.text.written().iter().find(|w| w.field == field && w.page == page)
    }

    /// Confidence of the reading, 0..=1; 1 where nothing is known.
    pub fn confidence(&self, span: Span) -> f32 {
        self.text.place_of(span).map_or(1.0, |p| p.confidence)
    }

    /// Whether digits that stand here may be trusted: always in text input, else by the confidence of the reading.
    pub fn digits_are_sure(&self, span: Span) -> bool {
        self.text.place_of(span).is_none_or(|p| p.bbox.is_none() || p.confidence >= SURE)
    }

    /// Notes where a field's value stands and which rule gave it.
    pub fn note(&mut self, field: impl Into<String>, rule: &str, span: Span, sure: f32) {
        let field = field.into();
        let Some(place) = self.text.place_of(span) else { return };
        let evidence = Evidence {
            page: place.page,
            bbox: place.bbox.map(|b| [b.x, b.y, b.w, b.h]),
            text: self.line(span),
            confidence: place.confidence * sure,
            voices: Vec::new(),
        };
        let confidence = evidence.confidence;
        self.record.evidence.insert(field.clone(), evidence);
        self.reasons.push(Reason { field, rule: rule.to_owned(), span, confidence });
    }

    fn kind_evidence(&mut self) {
        if let Some(span) = self.document.first(Role::Title) {
            self.note("kind", "kind.title", span, 1.0);
        } else if let Some(span) = self.document.first(Role::Number) {
            self.note("kind", "kind.symbol", span, 0.95);
        }
    }

    fn repeated(&mut self) {
        if !self.document.repeated.is_empty() {
            let pages: Vec<String> = self.document.repeated.iter().map(u32::to_string).collect();
            let asked = self.record.review("source.pages", Doubt::PagesRepeated, Vec::new());
            asked.with("pages", pages.join(", "));
        }
    }
}

/// On one line, blanks evened out, emphasis signs left out.
pub(crate) fn one_line(raw: &str) -> String {
    let clean: String = raw.chars().map(|c| if matches!(c, '*' | '\u{c}') { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first letter a capital, the others as they are.
fn capitalised(s: &str) -> String {
    let mut chars = s.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Smallest span around all; `None` for none.
pub(crate) fn cover(spans: &[Span]) -> Option<Span> {
    spans.iter().copied().reduce(Span::cover)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The record of the first document of a text.
    pub(crate) fn record_of(raw: &str) -> Record {
        let text = Text::plain(raw);
        let documents = crate::document::split(&text, Rules::builtin());
        extract(&documents[0], &text, Rules::builtin(), &SourceRef::default())
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_never_panics(raw in "(Số|Kính gửi|V/v|KẾ HOẠCH|Nơi nhận|TM\\.|KT\\.|CHỦ TỊCH|ngày|tháng|năm|/|-|:|\\PC|\n|\t| |[0-9ỦđK]|\u{c}){0,60}") {
            let text = Text::plain(&raw);
            for document in crate::document::split(&text, Rules::builtin()) {
                for block in &document.blocks {
                    assert!(text.as_str().get(block.span.range()).is_some());
                }
                let (_, reasons) = extract_with_reasons(&document, &text, Rules::builtin(), &SourceRef::default());
                for reason in reasons {
                    assert!(text.as_str().get(reason.span.range()).is_some());
                }
            }
        }
    }
}
