//! Data files into [`Rules`]: the embedded ones, and those of a folder laid over them.
//!
//! in: (path below `dictionaries/`, contents) → out: one immutable [`Rules`], [validated](super::validate).
//! Promises: files nobody reads, unknown keys, ids used twice and wrong wordings are refused with file and line; an overlay's
//! entry with the same id replaces the embedded one and keeps its role, a new id adds; a profile of the overlay stands before
//! the embedded ones, so that it is the one chosen for its kinds.

use super::file::{DataFile, Step};
use super::roles::CUE_ROLES;
use super::{Case, Check, EntrySort, Kind, Message, Phrase, PhraseBook, Place, Profile, Rules, SecrecyMark, validate};
use crate::{Error, Result};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of a data folder, each with the ending of its files.
const FOLDERS: [(&str, &[&str]); 9] = [
    ("checks", &["toml"]),
    ("holidays", &["tsv"]),
    ("kinds", &["toml"]),
    ("letters", &["txt"]),
    ("messages", &["toml"]),
    ("phrases", &["toml"]),
    ("profiles", &["toml"]),
    ("secrecy", &["toml"]),
    ("words", &["tsv", "txt"]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    phrase: Vec<Phrase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marks {
    mark: Vec<SecrecyMark>,
}

/// Rules that are being put together.
#[derive(Default)]
struct Loader {
    rules: Rules,
    /// By book, until all layers are there.
    phrases: BTreeMap<String, Vec<Phrase>>,
}

pub(super) fn load(embedded: &[(&'static str, &'static str)], overlay: Option<&Path>) -> Result<Rules> {
    let mut loader = Loader::default();
    let shown = |path: &str| PathBuf::from("dictionaries").join(path);
    let built_in =
        embedded.iter().map(|(path, content)| DataFile::new(shown(path), path, Cow::Borrowed(content), true));
    loader.add_layer(built_in.collect())?;
    if let Some(folder) = overlay {
        let files = read_folder(folder)?;
        files.iter().try_for_each(|file| loader.is_read(file))?;
        loader.add_layer(files)?;
    }
    loader.finish()
}

/// The same rules with the profile of a file of its own laid over them, and its id.
pub(super) fn with_profile(rules: &Rules, path: &Path) -> Result<(Rules, String)> {
    let content = fs::read_to_string(path).map_err(|e| Error::usage(e.to_string().to_lowercase()).at(path))?;
    let file = DataFile::new(path.to_path_buf(), "profiles/one.toml", Cow::Owned(content), false);
    let mut loader = Loader { rules: rules.clone(), ..Loader::default() };
    let profile: Profile = file.parse()?;
    let id = profile.id.clone();
    loader.rules.fingerprint = fingerprint(loader.rules.fingerprint, &file);
    loader.rules.files.push(file);
    loader.put_profile(profile, 0);
    write_letters(&mut loader.rules)?;
    validate::validate(&loader.rules)?;
    Ok((loader.rules, id))
}

impl Loader {
    /// Whether a file of the overlay is one that somebody reads.
    fn is_read(&self, file: &DataFile) -> Result<()> {
        let refused = |what: String| Err(Error::rules(what).at(&file.shown));
        let Some((folder, endings)) = FOLDERS.iter().find(|(folder, _)| *folder == file.folder) else {
            let known = FOLDERS.map(|(folder, _)| folder).join(", ");
            return refused(format!("nothing reads this folder: known are {known}"));
        };
        if !endings.contains(&file.ending.as_str()) {
            return refused(format!("nothing reads this file: those of {folder} end in .{}", endings.join(" or .")));
        }
        let known: Vec<&str> = match *folder {
            "words" => self.rules.words.keys().map(String::as_str).collect(),
            "phrases" => self.phrases.keys().map(String::as_str).collect(),
            _ => return Ok(()),
        };
        if known.contains(&file.stem.as_str()) {
            return Ok(());
        }
        refused(format!("nothing reads {} of {folder}: known are {}", file.stem, known.join(", ")))
    }

    /// Adds the files of one layer: ids must be unique within it and replace those of the layer below.
    fn add_layer(&mut self, files: Vec<DataFile>) -> Result<()> {
        let mut seen = Seen::default();
        let mut new_profiles = 0;
        for file in files {
            self.rules.fingerprint = fingerprint(self.rules.fingerprint, &file);
            let id = [Step::Key("id")];
            match file.folder.as_str() {
                "kinds" => {
                    let kind: Kind = file.parse()?;
                    seen.once(EntrySort::Kind, &kind.id, &file, &id)?;
                    if let Some(role) =
                        self.rules.kind(&kind.id).and_then(|old| old.role).filter(|r| kind.role != Some(*r))
                    {
                        return Err(file.error(&id, loses("kind", &kind.id, &role.to_string())));
                    }
                    self.at(EntrySort::Kind, kind.id.clone(), Vec::new());
                    put(&mut self.rules.kinds, kind, |k| &k.id);
                }
                "checks" => {
                    let check: Check = file.parse()?;
                    seen.once(EntrySort::Check, &check.id, &file, &id)?;
                    self.at(EntrySort::Check, check.id.clone(), Vec::new());
                    put(&mut self.rules.checks, check, |c| &c.id);
                }
                "profiles" => {
                    let profile: Profile = file.parse()?;
                    seen.once(EntrySort::Profile, &profile.id, &file, &id)?;
                    self.put_profile(profile, new_profiles);
                    new_profiles += 1;
                }
                "phrases" => self.add_phrases(&file, &mut seen)?,
                "letters" => {
                    self.at(EntrySort::Letter, file.stem.clone(), Vec::new());
                    self.rules.letters.insert(file.stem.clone(), file.content.clone().into_owned());
                }
                "holidays" => {
                    self.at(EntrySort::Holidays, file.stem.clone(), Vec::new());
                    for (number, line) in file.lines() {
                        let add = self.rules.holidays.add(line);
                        add.map_err(|what| Error::rules(what).at(&file.shown).on_line(number))?;
                    }
                }
                "messages" => self.add_messages(&file)?,
                "secrecy" => self.add_secrecy_marks(&file, &mut seen)?,
                "words" => self.add_words(&file)?,
                // other rooms' data (models, confusion tables) is read where it is used
                _ => {}
            }
            self.rules.files.push(file);
        }
        Ok(())
    }

    /// The place of an entry of the file that is added next. A list of words has several places.
    fn at(&mut self, sort: EntrySort, id: String, steps: Vec<Step>) {
        let places = self.rules.places.entry((sort, id)).or_default();
        if sort != EntrySort::Words {
            places.clear();
        }
        places.push(Place { file: self.rules.files.len(), steps });
    }

    /// Puts a profile before all but the first `behind`, in place of one with its id.
    fn put_profile(&mut self, profile: Profile, behind: usize) {
        self.at(EntrySort::Profile, profile.id.clone(), Vec::new());
        self.rules.profiles.retain(|old| old.id != profile.id);
        self.rules.profiles.insert(behind, profile);
    }

    fn add_phrases(&mut self, file: &DataFile, seen: &mut Seen) -> Result<()> {
        let phrases: Phrases = file.parse()?;
        for (index, phrase) in phrases.phrase.into_iter().enumerate() {
            let steps = vec![Step::Key("phrase"), Step::At(index)];
            let name = format!("{}.{}", file.stem, phrase.id);
            seen.once(EntrySort::Phrase, &name, file, &steps)?;
            let book = self.phrases.entry(file.stem.clone()).or_default();
            let old = book.iter().find(|old| old.id == phrase.id);
            if let Some(role) = old.and_then(|old| old.role).filter(|role| phrase.role != Some(*role)) {
                return Err(file.error(&steps, loses("phrase", &phrase.id, &role.to_string())));
            }
            put(book, phrase, |p| &p.id);
            self.at(EntrySort::Phrase, name, steps);
        }
        Ok(())
    }

    /// What readers are told of doubts. The embedded file comes first and has all codes.
    fn add_messages(&mut self, file: &DataFile) -> Result<()> {
        let messages: BTreeMap<String, Message> = file.parse()?;
        let embedded = self.rules.doubts.is_empty();
        for code in messages.keys() {
            if !embedded && !self.rules.doubts.contains_key(code) {
                let line = file.content.lines().position(|line| line.contains(code.as_str())).map_or(1, |at| at + 1);
                return Err(Error::rules(format!("no code {code} of a doubt")).at(&file.shown).on_line(line));
            }
            self.at(EntrySort::Message, code.clone(), Vec::new());
        }
        self.rules.doubts.extend(messages);
        Ok(())
    }

    /// How papers say that they are secret.
    fn add_secrecy_marks(&mut self, file: &DataFile, seen: &mut Seen) -> Result<()> {
        let marks: Marks = file.parse()?;
        for (index, mark) in marks.mark.into_iter().enumerate() {
            let steps = vec![Step::Key("mark"), Step::At(index)];
            seen.once(EntrySort::Secrecy, &mark.id, file, &steps)?;
            self.at(EntrySort::Secrecy, mark.id.clone(), steps);
            put(&mut self.rules.secrecy, mark, |m| &m.id);
        }
        Ok(())
    }

    fn add_words(&mut self, file: &DataFile) -> Result<()> {
        self.at(EntrySort::Words, file.stem.clone(), Vec::new());
        let list = self.rules.words.entry(file.stem.clone()).or_default();
        for (number, line) in file.lines() {
            let role = line.split('\t').nth(1).unwrap_or_default().trim();
            if file.stem == "cues" && !CUE_ROLES.contains(&role) {
                let what = format!("nothing reads the cue {role:?}: known are {}", CUE_ROLES.join(", "));
                return Err(Error::rules(what).at(&file.shown).on_line(number));
            }
            list.add(line);
        }
        Ok(())
    }

    /// Puts the letters where they are named, compiles the phrases and looks at everything once.
    fn finish(mut self) -> Result<Rules> {
        write_letters(&mut self.rules)?;
        let variants = self.rules.words("variants").pairs();
        for (name, phrases) in self.phrases {
            let book = PhraseBook::compile(phrases, &variants).map_err(|(id, what)| {
                let what = format!("phrase {id}: {what}");
                self.rules.error_at(EntrySort::Phrase, &format!("{name}.{id}"), &[Step::Key("say")], what)
            })?;
            self.rules.books.insert(name, book);
        }
        for index in 0..self.rules.checks.len() {
            let check = &mut self.rules.checks[index];
            if let Err((key, what)) = check.form.compile(&variants) {
                let (id, what) = (check.id.clone(), format!("check {}: {what}", check.id));
                return Err(self.rules.error_at(EntrySort::Check, &id, &[Step::Key("with"), Step::Key(key)], what));
            }
        }
        validate::validate(&self.rules)?;
        Ok(self.rules)
    }
}

/// The entries of a layer.
#[derive(Default)]
struct Seen(BTreeMap<(EntrySort, String), String>);

impl Seen {
    fn once(&mut self, sort: EntrySort, id: &str, file: &DataFile, steps: &[Step]) -> Result<()> {
        let here = format!("{}:{}", file.shown.display(), file.line_of(steps));
        match self.0.insert((sort, id.to_owned()), here) {
            Some(other) => Err(file.error(steps, format!("{sort} {id} is already in {other}"))),
            None => Ok(()),
        }
    }
}

fn loses(sort: &str, id: &str, role: &str) -> String {
    format!("{sort} {id} replaces the one that reading relies on: give it role = \"{role}\"")
}

/// Puts the model letters into the cases that name them.
fn write_letters(rules: &mut Rules) -> Result<()> {
    let letters = std::mem::take(&mut rules.letters);
    let mut wrong = None;
    let of_checks = rules.checks.iter_mut().map(|c| (EntrySort::Check, &c.id, &mut c.example, &mut c.not));
    let of_profiles = rules.profiles.iter_mut().map(|p| (EntrySort::Profile, &p.id, &mut p.example, &mut p.not));
    for (sort, id, example, not) in of_checks.chain(of_profiles) {
        for (key, cases) in [("example", example), ("not", not)] {
            for (index, case) in cases.iter_mut().enumerate().filter(|(_, case)| !case.is_written) {
                if let Err(what) = write_letter(case, &letters) {
                    wrong.get_or_insert((sort, id.clone(), [Step::Key(key), Step::At(index)], what));
                }
            }
        }
    }
    rules.letters = letters;
    wrong.map_or(Ok(()), |(sort, id, steps, what)| Err(rules.error_at(sort, &id, &steps, format!("{id}: {what}"))))
}

fn write_letter(case: &mut Case, letters: &BTreeMap<String, String>) -> Result<(), String> {
    let model = |name: &String| letters.get(name).cloned().ok_or(format!("no letter {name} in letters/"));
    if let Some(name) = &case.letter {
        case.text = model(name)?;
    }
    case.order = case.order.as_ref().map(model).transpose()?;
    case.repeats = case.repeats.as_ref().map(model).transpose()?;
    for (was, now) in &case.replace {
        if !case.text.contains(was.as_str()) {
            return Err(format!("nothing to replace: {was:?} is not in the letter"));
        }
        case.text = case.text.replacen(was.as_str(), now, 1);
    }
    case.is_written = true;
    Ok(())
}

/// FNV-1a, one step per byte: tells versions of our own data apart, nothing more.
fn fingerprint(seed: u64, file: &DataFile) -> u64 {
    [file.folder.as_str(), &file.stem, &file.content].into_iter().fold(seed, |seed, part| {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        part.as_bytes().iter().fold(seed ^ 0xcbf2_9ce4_8422_2325, step)
    })
}

/// The data files of a folder, sorted; other files (README, pictures) are none of ours.
fn read_folder(folder: &Path) -> Result<Vec<DataFile>> {
    if !folder.is_dir() {
        return Err(Error::rules("not a folder: --dictionaries takes one laid out like dictionaries/").at(folder));
    }
    let endings: BTreeSet<&str> = FOLDERS.iter().flat_map(|(_, endings)| endings.iter().copied()).collect();
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| Error::rules(e.to_string().to_lowercase()).at(folder))?;
        let path = entry.path();
        let known = path.extension().and_then(|e| e.to_str()).is_some_and(|ending| endings.contains(ending));
        if entry.file_type().is_file() && known {
            let content = fs::read_to_string(path).map_err(|e| Error::rules(e.to_string().to_lowercase()).at(path))?;
            let below = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
            files.push(DataFile::new(path.to_path_buf(), &below, Cow::Owned(content), false));
        }
    }
    Ok(files)
}

fn put<T>(list: &mut Vec<T>, entry: T, id: impl Fn(&T) -> &String) {
    match list.iter_mut().find(|old| id(old) == id(&entry)) {
        Some(old) => *old = entry,
        None => list.push(entry),
    }
}
