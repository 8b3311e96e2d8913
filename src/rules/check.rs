//! Checks and profiles as data: `dictionaries/checks/*.toml`, `dictionaries/profiles/*.toml`.
//!
//! in: TOML → out: [`Check`], [`Profile`]. Leaves out: what a rule form does with its parameters (`check/forms/`).

use super::form::Form;
use crate::text::lang::Lang;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// One rule a document is held against.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// `group.name`: "awards.sum".
    pub id: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Which rule form runs it …
    pub form: Form,
    /// … with which parameters, as written; loading puts them into `form`.
    #[serde(default)]
    pub with: toml::Table,
    /// Kinds it concerns; empty: all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Kinds it leaves alone.
    #[serde(default)]
    pub except: Vec<String>,
    /// Only under these profiles; empty: always.
    #[serde(default)]
    pub profiles: Vec<String>,
    /// The decree, article and point, or the practice it follows.
    #[serde(deserialize_with = "one_or_both")]
    pub source: Message,
    /// What the reader is told; `{…}` is filled in by the form.
    pub message: Message,
    /// Documents in which it finds something.
    pub example: Vec<Case>,
    /// Documents it must leave alone.
    pub not: Vec<Case>,
}

/// A message in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Message {
    /// In the language asked for, with `{key}` filled in.
    pub fn fill(&self, lang: Lang, values: &[(&str, &str)]) -> String {
        let text = lang.pick(&self.vi, &self.en).to_owned();
        values.iter().fold(text, |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
    }
}

impl Message {
    /// With its `{…}` left open.
    pub fn open(&self, lang: Lang) -> String {
        let mut pieces = lang.pick(&self.vi, &self.en).split('{');
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |out, piece| out + "…" + piece.split_once('}').map_or("", |(_, rest)| rest))
    }
}

/// A text that is the same in both languages (a decree), or a table of two.
fn one_or_both<'de, D: Deserializer<'de>>(from: D) -> Result<Message, D::Error> {
    struct OneOrBoth;
    impl<'de> Visitor<'de> for OneOrBoth {
        type Value = Message;
        fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
            to.write_str("a text, or one in each language: { vi = \"…\", en = \"…\" }")
        }
        fn visit_str<E>(self, text: &str) -> Result<Message, E> {
            Ok(Message { vi: text.to_owned(), en: text.to_owned() })
        }
        fn visit_map<A: MapAccess<'de>>(self, both: A) -> Result<Message, A::Error> {
            Message::deserialize(MapAccessDeserializer::new(both))
        }
    }
    from.deserialize_any(OneOrBoth)
}

/// A document to try a check on: its text, or parts of its record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The letter as text …
    #[serde(default)]
    pub text: String,
    /// … or the model letter `dictionaries/letters/<letter>.txt`; loading puts it into `text` …
    #[serde(default)]
    pub letter: Option<String>,
    /// … with these stretches (each must be there) replaced by others.
    #[serde(default)]
    pub replace: Vec<(String, String)>,
    /// Fields of the record, laid over what the text gives.
    #[serde(default)]
    pub record: toml::Table,
    /// Fields of the records of the other documents in its file.
    #[serde(default)]
    pub beside: Vec<toml::Table>,
    /// The model letter of the order it answers; loading puts its text there.
    #[serde(default)]
    pub order: Option<String>,
    /// Fields of the records of stored documents with a number it cites or carries.
    #[serde(default)]
    pub stored: Vec<toml::Table>,
    /// The model letter of a stored document it may repeat; loading puts its text there.
    #[serde(default)]
    pub repeats: Option<String>,
    /// Words of the finding; "" where something is missing.
    #[serde(default)]
    pub finds: Option<String>,
    /// Profile in force.
    #[serde(default)]
    pub profile: Option<String>,
    /// Whether loading has put the model letters in.
    #[serde(skip)]
    pub(super) is_written: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably wrong, or not surely read.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// As records write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a document of one sort, or a dossier of several documents, must contain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// `ke-hoach`; what `--profile` takes.
    pub id: String,
    /// Kinds it is used for when none is named.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// … of those only documents with one of these in a title line; empty: all.
    #[serde(default)]
    pub titles: Vec<String>,
    /// The decree or practice.
    #[serde(deserialize_with = "one_or_both")]
    pub source: Message,
    /// The parts, in the usual order.
    pub part: Vec<Part>,
    /// Letters that have all parts.
    #[serde(default)]
    pub example: Vec<Case>,
    /// Letters that lack one; `finds` names it.
    #[serde(default)]
    pub not: Vec<Case>,
}

impl Profile {
    /// Whether it asks for several documents, judged together.
    pub fn is_dossier(&self) -> bool {
        self.part.iter().any(|part| part.document.is_some())
    }
}

/// One part of a profile. It is there when one of `headings`, `words`, `fields` or `labels` is; what limits (`columns`,
/// `rows_at_least`, `words_at_most`) must hold besides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Short id: `money`.
    pub id: String,
    /// What the reader is told; `{found}` and `{limit}` are filled in for limits, `{column}` for columns.
    pub name: Message,
    /// How bad its absence is.
    pub severity: Severity,
    /// Only in a document like this: the profile is for a dossier.
    #[serde(default)]
    pub document: Option<Which>,
    /// Words of which one must stand in a heading …
    #[serde(default)]
    pub headings: Vec<String>,
    /// … or these anywhere in the text …
    #[serde(default)]
    pub words: Vec<String>,
    /// … but not within three words behind one of these: "trước 16 giờ 30" …
    #[serde(default)]
    pub unless_behind: Vec<String>,
    /// … or a record field that is not empty …
    #[serde(default)]
    pub fields: Vec<Field>,
    /// … or one of these labels with something written behind it ("Họ và tên: …", not dots alone).
    #[serde(default)]
    pub labels: Vec<String>,
    /// A table has these columns (`|` parts other names of one), and whoever fills in a row fills in these …
    #[serde(default)]
    pub columns: Vec<String>,
    /// … or all columns of that table but these.
    #[serde(default)]
    pub every_column_but: Vec<String>,
    /// So many filled rows, at least, in the table with the columns.
    #[serde(default)]
    pub rows_at_least: Option<u32>,
    /// So many words, at most, in the whole document.
    #[serde(default)]
    pub words_at_most: Option<u32>,
}

/// What of a record a part may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// References that the document is based on or carries out.
    Basis,
    /// Any references.
    References,
    /// Deadlines.
    Deadlines,
    /// Quotas.
    Quotas,
    /// Recipients, or where the document is filed.
    Recipients,
    /// Where it is filed.
    Filing,
    /// Addressees.
    Addressees,
    /// Who signs, or a signature block.
    Signer,
    /// Its number.
    Number,
    /// Its day of issue.
    IssuedOn,
    /// Its subject.
    Subject,
    /// Tables.
    Tables,
    /// A day of or after the day of issue, in the body.
    DaysAhead,
}

/// Which document of a dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Of one of these kinds …
    #[serde(default)]
    pub kinds: Vec<String>,
    /// … or with one of these in a title line.
    #[serde(default)]
    pub titles: Vec<String>,
}
