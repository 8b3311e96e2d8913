//! Rules: everything the program knows as data, loaded once into one immutable [`Rules`].
//!
//! in: `dictionaries/` (embedded) and a folder laid over it → out: kinds, phrases, checks, profiles, words, holidays.
//! Promises: a wrong data file is refused with file and line, never half used; the same id replaces, a new id adds.
//! Leaves out: applying rules to documents (`document`, `extract`, `check`); the restoration model (`restore`).

mod check;
mod file;
mod form;
mod holidays;
mod kind;
mod load;
mod number;
mod phrase;
mod roles;
mod secrecy;
mod slot;
mod token;
mod validate;
mod value;
mod words;

pub use check::{Case, Check, Field, Message, Part, Profile, Severity, Which};
pub use form::{
    Abolished, AbolishedIssuer, Among, Body, CalendarFault, Component, Counted, Dated, Form, Level, NumberingFault,
    Repeated, Said, Short, SignatureFlaw, Summed, TwinBy, Twofold, Wordings,
};
pub use holidays::Holidays;
pub use kind::{Kind, Shown};
pub use phrase::{Example, Match, Phrase, PhraseBook};
pub use roles::{KindRole, PhraseRole};
pub use secrecy::{Placed, SecrecyMark};
pub use slot::Slot;
pub use token::{Fit, Gap, Token, TokenKind, Tokens, Word};
pub use value::{PartialDate, Value};
pub use words::WordList;

use crate::{Error, Result};
use file::{DataFile, Step};
use std::collections::BTreeMap;
use std::fmt;
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
    secrecy: Vec<SecrecyMark>,
    /// Why a person is asked, by code.
    doubts: BTreeMap<String, Message>,
    fingerprint: u64,
    /// The files all this was read from, and where in them each entry stands.
    files: Vec<DataFile>,
    places: BTreeMap<(EntrySort, String), Vec<Place>>,
}

/// A sort of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum EntrySort {
    Kind,
    Check,
    Profile,
    /// Its id is `book.phrase`.
    Phrase,
    Words,
    Letter,
    Holidays,
    /// What a reader is told of a doubt; its id is the code.
    Message,
    /// How a paper says that it is secret.
    Secrecy,
}

impl fmt::Display for EntrySort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EntrySort::Kind => "kind",
            EntrySort::Check => "check",
            EntrySort::Profile => "profile",
            EntrySort::Phrase => "phrase",
            EntrySort::Words => "words",
            EntrySort::Letter => "letter",
            EntrySort::Holidays => "holidays",
            EntrySort::Message => "message",
            EntrySort::Secrecy => "secrecy mark",
        })
    }
}

/// Where an entry stands.
#[derive(Debug, Clone)]
struct Place {
    /// Which of the files.
    file: usize,
    /// The way to it in that file.
    steps: Vec<Step>,
}

/// Where an entry in force comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin<'r> {
    /// The file, below `dictionaries/` for what came with the program.
    pub path: &'r Path,
    /// Its 1-based line.
    pub line: usize,
    /// Whether it came with the program.
    pub built_in: bool,
}

static NO_PHRASES: OnceLock<PhraseBook> = OnceLock::new();
static NO_WORDS: OnceLock<WordList> = OnceLock::new();

impl Rules {
    /// The embedded data. Loaded at the first call.
    ///
    /// # Panics
    /// Never in a build whose tests passed: they load it.
    ///
    /// # Examples
    ///
    /// ```
    /// use congvan::rules::Rules;
    ///
    /// let rules = Rules::builtin();
    /// let kind = rules.kind_of_symbol("34/KH-UBND").unwrap();
    /// assert_eq!((kind.id.as_str(), kind.label.as_str()), ("ke_hoach", "Kế hoạch"));
    /// ```
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
    /// A file that cannot be read; what is wrong in it, with its line.
    pub fn with_profile(&self, path: &Path) -> Result<(Rules, String)> {
        load::with_profile(self, path)
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
    /// The id of the kind with this role (of the first one); "" where no kind has it, which no rules that load allow.
    pub fn kind_with(&self, role: KindRole) -> &str {
        self.kinds.iter().find(|kind| kind.role == Some(role)).map_or("", |kind| &kind.id)
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
    /// What a reader is told of a doubt with this code; `None` for a code nobody knows.
    pub fn doubt(&self, code: &str) -> Option<&Message> {
        self.doubts.get(code)
    }
    /// The codes of doubts that have a message.
    pub fn doubts(&self) -> impl Iterator<Item = (&str, &Message)> {
        self.doubts.iter().map(|(code, message)| (code.as_str(), message))
    }
    /// Every entry in force, by sort and id, with where it comes from: the last layer that has it, all of them for words.
    pub fn entries(&self) -> impl Iterator<Item = (EntrySort, &str, Vec<Origin<'_>>)> {
        self.places.iter().map(|((sort, id), places)| {
            (*sort, id.as_str(), places.iter().map(|place| self.origin(place, &[])).collect())
        })
    }
    /// Whether the entry came with a user's folder.
    pub fn is_added(&self, sort: EntrySort, id: &str) -> bool {
        let places = self.places.get(&(sort, id.to_owned()));
        places.is_some_and(|places| places.iter().any(|place| !self.files[place.file].built_in))
    }
    /// Where case `index` (0-based) of an entry stands; `counter` for those it must leave alone.
    pub fn case_origin(&self, sort: EntrySort, id: &str, counter: bool, index: usize) -> Option<Origin<'_>> {
        let place = self.places.get(&(sort, id.to_owned()))?.last()?;
        Some(self.origin(place, &[Step::Key(if counter { "not" } else { "example" }), Step::At(index)]))
    }
    /// The marks by which a paper says that it is secret.
    pub fn secrecy_marks(&self) -> &[SecrecyMark] {
        &self.secrecy
    }
    /// The data of an entry as written, one stretch per file it comes from.
    pub fn data(&self, sort: EntrySort, id: &str) -> Vec<String> {
        let places = self.places.get(&(sort, id.to_owned())).map_or(&[][..], Vec::as_slice);
        let text = |place: &Place| {
            let file = &self.files[place.file];
            let from = if place.steps.is_empty() { 0 } else { file.line_of(&place.steps) - 1 };
            let lines: Vec<&str> = file.content.lines().skip(from).collect();
            let more = lines.iter().skip(1).position(|line| line.starts_with("[[phrase]]"));
            let to = more.filter(|_| sort == EntrySort::Phrase).map_or(lines.len(), |more| more + 1);
            lines[..to].join("\n")
        };
        places.iter().map(text).collect()
    }
    fn origin(&self, place: &Place, steps: &[Step]) -> Origin<'_> {
        let file = &self.files[place.file];
        let line = file.line_of(&[&place.steps, steps].concat());
        Origin { path: &file.shown, line, built_in: file.built_in }
    }
    /// An error about a key of an entry, with file and line.
    fn error_at(&self, sort: EntrySort, id: &str, steps: &[Step], what: String) -> Error {
        let place = self.places.get(&(sort, id.to_owned())).and_then(|places| places.last());
        match place.map(|place| self.origin(place, steps)) {
            Some(origin) => Error::rules(what).at(origin.path).on_line(origin.line),
            None => Error::rules(what),
        }
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
        load::load(&[(path.to_owned().leak(), content.to_owned().leak())], None).unwrap_err().to_string()
    }

    #[test]
    fn wrong_files_are_refused_with_file_line_and_the_known_keys() {
        let phrase = "[[phrase]]\nid = \"x\"\nsay = [\"trước {date}\"]\nexample = []\nnot = []\ncolour = 1\n";
        let said = error_of("phrases/deadlines.toml", phrase);
        assert!(said.starts_with("dictionaries/phrases/deadlines.toml:6: unknown field `colour`"), "{said}");
        assert!(said.contains("`say`"), "{said}");
        let said = error_of("phrases/deadlines.toml", &phrase.replace("{date}", "{dat}").replace("colour = 1\n", ""));
        assert!(said.starts_with("dictionaries/phrases/deadlines.toml:3: phrase x: unknown slot {dat}"), "{said}");
        let message = "[\"number.unread\"]\nvi = \"x\"\nen = \"x\"\n\n[\"number.unred\"]\nvi = \"x\"\nen = \"x\"\n";
        let known = ("messages/review.toml", message.split_once("\n\n").unwrap().0);
        let said = load::load(&[known, ("messages/mine.toml", message)], None).unwrap_err().to_string();
        assert!(said.starts_with("dictionaries/messages/mine.toml:5: no code number.unred of a doubt"), "{said}");
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
