//! Findings somebody decided to leave, each with a reason: a TOML file beside the documents.
//!
//! in: `[[suppress]]` entries (rule, file or number, text, until, reason) → out: for a finding the reason it is left for.
//! Promises: an entry without a reason, or for a rule nobody knows, is refused with the file and the entry; an entry that
//! matched nothing is named, so that the file does not grow stale.

use crate::error::{Error, Result};
use crate::export::findings::{Checked, Rule};
use crate::record::{Day, Finding};
use crate::text::fold::bare;
use jiff::civil::Date;
use serde::Deserialize;
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// Read from the working folder when none is named.
pub const USUAL: &str = "congvan-bo-qua.toml";

/// The entries of a file.
#[derive(Debug, Default)]
pub struct Suppressions {
    entries: Vec<Entry>,
    path: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    suppress: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Id of the rule.
    rule: String,
    /// Only in this file: its name, without folders.
    file: Option<String>,
    /// Only in the document with this number.
    number: Option<String>,
    /// Only where the words of the finding hold this; marks and case do not count.
    text: Option<String>,
    /// Last day on which it holds, ISO 8601.
    until: Option<Day>,
    /// Why.
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

impl Suppressions {
    /// Reads `path`; without one [`USUAL`] where it exists.
    ///
    /// # Errors
    /// A named file that is not there; TOML that is none; an entry that is not complete.
    pub fn load(path: Option<&Path>, rules: &[Rule]) -> Result<Suppressions> {
        let path = match path {
            Some(path) => path.to_owned(),
            None if Path::new(USUAL).is_file() => PathBuf::from(USUAL),
            None => return Ok(Suppressions::default()),
        };
        let raw = std::fs::read_to_string(&path).map_err(|e| Error::from(e).at(&path))?;
        let Listed { suppress: entries } = toml::from_str(&raw).map_err(|e| Error::rules(e.to_string()).at(&path))?;
        for (at, entry) in entries.iter().enumerate() {
            let wrong = |what: &str| Err(Error::rules(format!("entry {} ({}): {what}", at + 1, entry.rule)).at(&path));
            if entry.reason.trim().is_empty() {
                return wrong("a reason must be given");
            }
            if !rules.iter().any(|rule| rule.id == entry.rule) {
                return wrong("no such rule: see `congvan check --explain RULE`");
            }
            if entry.until.as_ref().is_some_and(|day| day.date().is_none()) {
                return wrong("until must be a day, 2026-12-31");
            }
        }
        Ok(Suppressions { entries, path })
    }

    /// Notes in `document` which of its findings are left, and why. `today` decides whether an entry still holds.
    pub fn apply(&self, document: &mut Checked, today: Date) {
        let reason = |finding: &Finding| {
            let entry = self.entries.iter().find(|entry| entry.holds(document, finding, today))?;
            entry.used.set(true);
            Some(entry.reason.clone())
        };
        document.left = document.record.findings.iter().map(reason).collect();
    }

    /// Entries that matched nothing, as messages.
    pub fn unused(&self) -> Vec<Error> {
        let idle = self.entries.iter().enumerate().filter(|(_, entry)| !entry.used.get());
        let told = idle.map(|(at, e)| {
            Error::input(format!("entry {} ({}) left nothing out: is it still needed?", at + 1, e.rule)).at(&self.path)
        });
        told.collect()
    }
}

impl Entry {
    fn holds(&self, document: &Checked, finding: &Finding, today: Date) -> bool {
        let says = |asked: &Option<String>, value: Option<&str>| {
            asked.as_deref().is_none_or(|asked| value.is_some_and(|value| asked == value))
        };
        let in_time = self.until.as_ref().and_then(Day::date).is_none_or(|day| today <= day);
        let words = self.text.as_deref().is_none_or(|text| bare(&finding.text).contains(&bare(text)));
        let file = Path::new(&document.path).file_name().and_then(|name| name.to_str());
        self.rule == finding.rule && in_time && words && says(&self.file, file) && says(&self.number, document.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    fn load(content: &str) -> Result<Suppressions> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        std::fs::write(&path, content).unwrap();
        let rule =
            |id: &str| Rule { id: id.into(), severity: "error".into(), says: String::new(), source: String::new() };
        Suppressions::load(Some(&path), &[rule("form.number"), rule("awards.sum")])
    }

    fn checked() -> Checked {
        let finding = |rule: &str, text: &str| Finding { rule: rule.into(), text: text.into(), ..Finding::default() };
        let findings = vec![finding("form.number", ""), finding("awards.sum", "Giải Nhất: 2 giải")];
        let record = Record { findings, ..Record::default() };
        Checked { path: "den/a.pdf".into(), record, places: Vec::new(), left: Vec::new(), pictures: Vec::new() }
    }

    #[test]
    fn a_finding_is_left_by_rule_file_words_and_day() {
        let day: Date = "2026-01-10".parse().unwrap();
        for (entry, left) in [
            ("rule = 'form.number'\nreason = 'giấy mời nội bộ'", [true, false]),
            ("rule = 'awards.sum'\ntext = 'giai nhat'\nreason = 'đã hỏi'", [false, true]),
            ("rule = 'awards.sum'\ntext = 'giải nhì'\nreason = 'đã hỏi'", [false, false]),
            ("rule = 'form.number'\nfile = 'a.pdf'\nuntil = '2026-01-10'\nreason = 'x'", [true, false]),
            ("rule = 'form.number'\nuntil = '2026-01-09'\nreason = 'x'", [false, false]),
            ("rule = 'form.number'\nnumber = '1/KH'\nreason = 'x'", [false, false]),
        ] {
            let list = load(&format!("[[suppress]]\n{entry}\n")).unwrap();
            let mut document = checked();
            list.apply(&mut document, day);
            assert_eq!(document.left.iter().map(Option::is_some).collect::<Vec<_>>(), left, "{entry}");
            assert_eq!(list.unused().is_empty(), left.contains(&true), "{entry}");
        }
    }

    #[test]
    fn incomplete_entries_are_refused_by_place() {
        for (content, says) in [
            ("[[suppress]]\nrule = 'form.number'\n", "reason"),
            ("[[suppress]]\nrule = 'form.number'\nreason = ' '\n", "a reason must be given"),
            ("[[suppress]]\nrule = 'form.numbr'\nreason = 'x'\n", "no such rule"),
            ("[[suppress]]\nrule = 'form.number'\nreason = 'x'\nuntil = '31/12'\n", "until must be a day"),
            ("[[suppress]]\nrule = 'form.number'\nreason = 'x'\nfiel = 'a'\n", "fiel"),
        ] {
            let message = load(content).unwrap_err().to_string();
            assert!(message.contains(says) && message.contains("x.toml"), "{message}");
        }
    }
}
