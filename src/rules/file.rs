//! One data file, and where in it an entry or a key stands.
//!
//! in: path and contents → out: typed entries; errors with the line of the key they are about.
//! Promises: what TOML or a type refuses names the line of the value, a key that is missing the line of the table that lacks
//! it. The contents are looked through again for a line only when one is asked for.

use crate::{Error, Result};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One data file.
#[derive(Debug, Clone)]
pub(super) struct DataFile {
    /// Path as told to people.
    pub shown: PathBuf,
    /// Folder below `dictionaries/`.
    pub folder: String,
    /// Name without ending.
    pub stem: String,
    /// Ending without the dot.
    pub ending: String,
    pub content: Cow<'static, str>,
    /// Whether it came with the program.
    pub built_in: bool,
}

/// One step to a value of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a table, by its key.
    Key(&'static str),
    /// Into an array, 0-based.
    At(usize),
}

impl DataFile {
    /// `below` is its path below `dictionaries/`.
    pub fn new(shown: PathBuf, below: &str, content: Cow<'static, str>, built_in: bool) -> DataFile {
        let below = Path::new(below);
        let part = |part: Option<&std::ffi::OsStr>| part.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = below.parent().map(|p| p.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        DataFile { shown, folder, stem: part(below.file_stem()), ending: part(below.extension()), content, built_in }
    }

    /// The file as TOML of one type.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        let read = DeTable::parse(&self.content)
            .and_then(|document| T::deserialize(toml::Deserializer::from(form_with_parameters(document))));
        read.map_err(|e| {
            let at = e.span().filter(|span| !span.is_empty()).map(|span| span.start);
            let line = at.map_or_else(|| self.first_line(), |at| self.line_at(at));
            Error::rules(e.message().to_owned()).at(&self.shown).on_line(line)
        })
    }

    /// An error about what stands at `steps`, or about the nearest thing around it that is there.
    pub fn error(&self, steps: &[Step], what: impl Into<String>) -> Error {
        Error::rules(what).at(&self.shown).on_line(self.line_of(steps))
    }

    /// The 1-based line of what stands at `steps`.
    pub fn line_of(&self, steps: &[Step]) -> usize {
        let (document, _) = DeTable::parse_recoverable(&self.content);
        let root = DeValue::Table(document.into_inner());
        let (mut value, mut line) = (&root, self.first_line());
        for step in steps {
            let found = match (step, value) {
                (Step::Key(key), DeValue::Table(table)) => {
                    table.get_key_value(*key).map(|(key, value)| (key.span().start, value.get_ref()))
                }
                (Step::At(at), DeValue::Array(array)) => array.get(*at).map(|v| (v.span().start, v.get_ref())),
                _ => None,
            };
            let Some((at, inner)) = found else { break };
            (value, line) = (inner, self.line_at(at));
        }
        line
    }

    /// Lines that hold something, without comments, with their 1-based number.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.content.lines().enumerate().filter_map(|(index, line)| {
            let line = if line.starts_with('#') { "" } else { line.split(" # ").next().unwrap_or(line).trim_end() };
            (!line.is_empty()).then_some((index + 1, line))
        })
    }

    /// The first line that is neither empty nor a comment: where a file of one entry begins.
    fn first_line(&self) -> usize {
        self.lines().next().map_or(1, |(number, _)| number)
    }

    fn line_at(&self, byte: usize) -> usize {
        let before = &self.content.as_bytes()[..byte.min(self.content.len())];
        before.iter().filter(|b| **b == b'\n').count() + 1
    }
}

/// The document with `form = "level"` and `with = {…}` joined to `form = { level = {…} }`, as [`super::Form`] reads it.
fn form_with_parameters(mut document: Spanned<DeTable>) -> Spanned<DeTable> {
    let with = document.get_ref().get("with").cloned();
    if let Some(form) = document.get_mut().get_mut("form")
        && let DeValue::String(name) = form.get_ref()
    {
        let (name, at) = (Spanned::new(form.span(), name.clone()), form.span());
        let with = with.unwrap_or_else(|| Spanned::new(at, DeValue::Table(DeTable::new())));
        *form.get_mut() = DeValue::Table(DeTable::from_iter([(name, with)]));
    }
    document
}
