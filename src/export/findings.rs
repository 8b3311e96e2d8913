//! What was found wrong, for the writers of reports: each document with its findings and where they stand.
//!
//! in: records, the places of their findings → out: [`Checked`], [`Rule`], names of levels.
//! Leaves out: how a place is found (`office`), the formats (`sarif`, `html`).

use crate::record::{Finding, Record, Severity};
use crate::text::PlaceOf;
use crate::text::lang::Lang;

/// A rule findings may name.
#[derive(Debug, Clone)]
pub struct Rule {
    /// As findings name it: "awards.sum".
    pub id: String,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it says, in the language asked for.
    pub says: String,
    /// The decree, article and point, or the practice it follows.
    pub source: String,
}

/// A document that was checked.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The file's path as given; relative where it lies below the working folder.
    pub path: String,
    /// The document and its findings.
    pub record: Record,
    /// Beside each finding the place of its words; `None` where something is missing or the text has no pages.
    pub places: Vec<Option<PlaceOf>>,
    /// Beside each finding why it is left as it is; `None` where it is not.
    pub left: Vec<Option<String>>,
    /// Beside each finding the part of the page around its words, as an address for HTML; absent where none was cut out.
    pub pictures: Vec<Option<String>>,
}

impl Checked {
    /// A document of the file at `path`, before its findings are placed and weighed.
    pub fn of(path: impl Into<String>, record: Record) -> Checked {
        Checked { path: path.into(), record, places: Vec::new(), left: Vec::new(), pictures: Vec::new() }
    }

    /// Its number as written, or its kind where it has none.
    pub fn name(&self) -> &str {
        self.number().unwrap_or(&self.record.kind_label)
    }

    /// Its number as written.
    pub fn number(&self) -> Option<&str> {
        let number = self.record.number.as_ref()?;
        Some(number.normalized.as_deref().unwrap_or(&number.raw))
    }

    /// The part of the page around the finding at `index`.
    pub fn picture(&self, index: usize) -> Option<&str> {
        self.pictures.get(index)?.as_deref()
    }

    /// Every finding that stands, with its place.
    pub fn findings(&self) -> impl Iterator<Item = (&Finding, Option<PlaceOf>)> {
        self.all().filter(|(_, _, left)| left.is_none()).map(|(finding, place, _)| (finding, place))
    }

    /// Every finding with its place, and why it is left where it is.
    pub fn all(&self) -> impl Iterator<Item = (&Finding, Option<PlaceOf>, Option<&str>)> {
        let places = self.places.iter().copied().chain(std::iter::repeat(None));
        let left = self.left.iter().map(Option::as_deref).chain(std::iter::repeat(None));
        self.record.findings.iter().zip(places).zip(left).map(|((finding, place), left)| (finding, place, left))
    }
}

/// A severity as people read it.
pub fn level(severity: &Severity, lang: Lang) -> &str {
    match (severity, lang) {
        (Severity::Error, Lang::Vi) => "lỗi",
        (Severity::Warning, Lang::Vi) => "cảnh báo",
        (Severity::Info, Lang::Vi) => "lưu ý",
        (other, _) => other.as_str(),
    }
}
