//! Rules: everything the program knows as data, loaded once into one immutable [`Rules`].
//!
//! in: `dictionaries/` (embedded) and a folder laid over it → out: kinds, phrases, checks, profiles, words, holidays.
//! Promises: a wrong data file is refused with file and line, never half used; the same id replaces, a new id adds.
//! Leaves out: applying rules to documents (`document`, `extract`, `check`); the restoration model (`restore`).

mod check;
mod holidays;
mod kind;
mod load;
mod number;
mod phrase;
mod slot;
mod token;
mod value;
mod words;

pub use check::{Case, Check, Message, Part, Profile, Severity, Which};
pub use holidays::Holidays;
pub use kind::{Kind, Shown};
pub use phrase::{Example, Match, Phrase, PhraseBook};
pub use slot::Slot;
pub use token::{Fit, Gap, Token, TokenKind, Tokens, Word};
pub use value::{PartialDate, Value};
pub use words::WordList;

use crate::Result;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The data files, sorted: (path below `dictionaries/`, contents).
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/dictionaries.rs"));

/// All data, read-only.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    kinds: Vec<Kind>,
    books: BTreeMap<String, PhraseBook>,
    checks: Vec<Check>,
    profiles: Vec<Profile>,
    /// Model letters the examples of checks and profiles are made from, by file name.
    letters: BTreeMap<String, String>,
    words: BTreeMap<String, WordList>,
    holidays: Holidays,
    fingerprint: u64,
}

static NO_PHRASES: OnceLock<PhraseBook> = OnceLock::new();
static NO_WORDS: OnceLock<WordList> = OnceLock::new();

impl Rules {
    /// The embedded data. Loaded at the first call.
    ///
    /// # Panics
    /// Never in a build whose tests passed: they load it.
    pub fn builtin() -> &'static Arc<Rules> {
        static BUILTIN: OnceLock<Arc<Rules>> = OnceLock::new();
        BUILTIN.get_or_init(|| match load::load(EMBEDDED, None) {
            Ok(rules) => Arc::new(rules),
            Err(error) => panic!("{error}"),
        })
    }

    /// The embedded data with the folder `overlay` laid over it.
    ///
    /// # Errors
    /// File, line and what is wrong there; unknown keys with the known ones.
    pub fn load(overlay: Option<&Path>) -> Result<Rules> {
        load::load(EMBEDDED, overlay)
    }

    /// The same rules with the profile of a user's file, in place of one with its id.
    ///
    /// # Errors
    /// A file that cannot be read; unknown keys with file and line.
    pub fn with_profile(&self, path: &Path) -> Result<(Rules, String)> {
        let profile = load::profile(path)?;
        let (mut rules, id) = (self.clone(), profile.id.clone());
        rules.profiles.retain(|old| old.id != id);
        rules.profiles.push(profile);
        Ok((rules, id))
    }

    /// Sixteen hex digits that change whenever a data file in force changes.
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.fingerprint)
    }

    /// Kinds of documents, by file name.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }
    /// The kind with this id.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }
    /// The kind whose title this line is; the longest title wins ("QUY CHẾ" against "QUY CHẾ PHỐI HỢP").
    pub fn kind_of_title(&self, line: &str) -> Option<&Kind> {
        let found = self.kinds.iter().filter_map(|kind| Some((kind.in_title(line)?, kind)));
        found.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
    }
    /// The kind this symbol ("KH-UBND", "34/KH-UBND", "20-CT/TU") names. `None` for công văn, whose symbols name none,
    /// unless they carry the older CV.
    pub fn kind_of_symbol(&self, symbol: &str) -> Option<&Kind> {
        let by = |exactly| self.kinds.iter().find(|kind| kind.in_symbol(symbol, exactly));
        by(true).or_else(|| by(false))
    }
    /// The phrases of `dictionaries/phrases/<book>.toml`; an empty book where there is no such file.
    pub fn phrases(&self, book: &str) -> &PhraseBook {
        self.books.get(book).unwrap_or_else(|| NO_PHRASES.get_or_init(PhraseBook::default))
    }
    /// Names of the phrase books.
    pub fn books(&self) -> impl Iterator<Item = &str> {
        self.books.keys().map(String::as_str)
    }
    /// All checks, by file name.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }
    /// All profiles, by file name.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }
    /// The list `dictionaries/words/<list>.{txt,tsv}`; an empty one where there is no such file.
    pub fn words(&self, list: &str) -> &WordList {
        self.words.get(list).unwrap_or_else(|| NO_WORDS.get_or_init(WordList::default))
    }
    /// Days off.
    pub fn holidays(&self) -> &Holidays {
        &self.holidays
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(path: &str, content: &str) -> String {
        load::load(&[(path, content)], None).unwrap_err().to_string()
    }

    #[test]
    fn wrong_files_are_refused_with_file_line_and_the_known_keys() {
        let phrase = "[[phrase]]\nid = \"x\"\nsay = [\"trước {date}\"]\nexample = []\nnot = []\ncolour = 1\n";
        let said = error_of("phrases/deadlines.toml", phrase);
        assert!(said.starts_with("dictionaries/phrases/deadlines.toml:6: unknown field `colour`"), "{said}");
        assert!(said.contains("`say`"), "{said}");
        let said = error_of("phrases/deadlines.toml", &phrase.replace("{date}", "{dat}").replace("colour = 1\n", ""));
        assert!(said.starts_with("dictionaries/phrases/deadlines.toml:2: phrase x: unknown slot {dat}"), "{said}");
        let said = error_of("holidays/2025.tsv", "2025-01-29\toff\tTết\nxx\toff\tTết\n");
        assert!(said.starts_with("dictionaries/holidays/2025.tsv:2: `xx` is no date"), "{said}");
    }

    #[test]
    fn an_overlay_replaces_by_id_and_adds() {
        let folder = tempfile::tempdir().unwrap();
        let kinds = folder.path().join("kinds");
        std::fs::create_dir(&kinds).unwrap();
        let kind = |id: &str| {
            format!("id = \"{id}\"\nlabel = \"Khác hẳn\"\nsource = \"x\"\ntitles = [\"SỔ TAY\"]\n[example]\n[not]\n")
        };
        std::fs::write(kinds.join("a.toml"), kind("so_tay")).unwrap();
        std::fs::write(kinds.join("b.toml"), kind("ke_hoach")).unwrap();
        let rules = Rules::load(Some(folder.path())).unwrap();
        assert_eq!(rules.kind_of_title("SỔ TAY").map(|k| k.label.as_str()), Some("Khác hẳn"));
        assert_eq!(rules.kind("ke_hoach").map(|k| k.label.as_str()), Some("Khác hẳn"));
        assert_eq!(rules.kinds().len(), Rules::builtin().kinds().len() + 1);
        std::fs::write(kinds.join("c.toml"), kind("so_tay")).unwrap();
        assert!(Rules::load(Some(folder.path())).unwrap_err().to_string().contains("is already in"));
    }
}
