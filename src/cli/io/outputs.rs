//! What `run --out` writes: per document the record, the restored text and the check report; one calendar for all.
//!
//! in: stored documents → out: `<file stem>.<record id>.json`, `.txt`, `.check.txt`, and `congvan.ics`.
//! Promises: names tell documents apart, so nothing of another document is overwritten; a file whose content would not
//! change is not touched; a foreign congvan.ics is never replaced.

use crate::cli::io::{output, table};
use crate::error::{Error, Result};
use crate::export::ics::{Calendar, Options};
use crate::record::{Finding, Record};
use crate::store::StoredDocument;
use crate::text::lang::Lang;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the calendar file.
const CALENDAR: &str = "congvan.ics";

/// The folder results go to.
pub struct Outputs {
    folder: PathBuf,
    /// Records by id, for the calendar.
    records: BTreeMap<String, Record>,
}

impl Outputs {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn into(folder: &Path) -> Result<Outputs> {
        fs::create_dir_all(folder).map_err(|e| Error::environment(format!("cannot be made: {e}")).at(folder))?;
        Ok(Outputs { folder: folder.to_path_buf(), records: BTreeMap::new() })
    }

    /// Writes the files of one document.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn document(&mut self, document: &StoredDocument, lang: Lang) -> Result<()> {
        let record = &document.record;
        let name = format!("{}.{}", stem(&record.source.file), record.id);
        let json = serde_json::to_string_pretty(record).map_err(|e| Error::store(e.to_string()))?;
        self.put(&format!("{name}.json"), &(json + "\n"))?;
        self.put(&format!("{name}.txt"), &document.text)?;
        self.put(&format!("{name}.check.txt"), &report(&record.findings, lang))?;
        if !record.deadlines.is_empty() {
            self.records.insert(record.id.clone(), record.clone());
        }
        Ok(())
    }

    /// Writes the calendar of all documents seen. Repeating deadlines of undated documents begin on `undated_from`.
    ///
    /// # Errors
    /// The file cannot be written, or is not one of ours.
    pub fn calendar(self, lang: Lang, undated_from: Date) -> Result<()> {
        let path = self.folder.join(CALENDAR);
        if fs::read(&path).is_ok_and(|old| !String::from_utf8_lossy(&old).contains("PRODID:-//congvan")) {
            return Err(Error::usage("is not a calendar of congvan: move it away").at(path));
        }
        let mut calendar = Calendar::new(Options::new(lang, undated_from));
        for record in self.records.values() {
            calendar.add(record, 0);
        }
        self.put(CALENDAR, &calendar.finish())
    }

    fn put(&self, name: &str, content: &str) -> Result<()> {
        let path = self.folder.join(name);
        if fs::read(&path).is_ok_and(|old| old == content.as_bytes()) {
            return Ok(());
        }
        output::write_file(&path, content.as_bytes(), true)
    }
}

/// The file's name without its ending, without what file systems refuse.
pub(crate) fn stem(file: &str) -> String {
    let stem = Path::new(file).file_stem().map_or_else(|| file.to_owned(), |s| s.to_string_lossy().into_owned());
    let safe = |c: char| {
        if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c }
    };
    // file systems allow 255 bytes; the id and the ending want their share
    let mut name: String = stem.chars().map(safe).collect();
    while name.len() > 150 {
        name.pop();
    }
    if name.starts_with('.') { format!("_{name}") } else { name }
}

/// Findings as a table; a line that says so when there are none.
pub fn report(findings: &[Finding], lang: Lang) -> String {
    if findings.is_empty() {
        return lang.pick("Không có lưu ý.\n", "No findings.\n").to_owned();
    }
    let head = match lang {
        Lang::Vi => ["Mức", "Quy tắc", "Nội dung", "Chỗ"],
        Lang::En => ["Level", "Rule", "Finding", "Words"],
    };
    let rows = findings.iter().map(|f| vec![f.severity.to_string(), f.rule.clone(), f.message.clone(), f.text.clone()]);
    table::render(&head, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_for_any_file_system() {
        for (file, wanted) in
            [("155 tm syt.pdf", "155 tm syt"), ("a/b\n.pdf", "b_"), (".hidden", "_.hidden"), ("-", "-")]
        {
            assert_eq!(stem(file), wanted);
        }
        assert!(stem(&"ố".repeat(400)).len() <= 150);
    }
}
