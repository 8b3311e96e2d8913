//! Data files into [`Rules`]: the embedded ones, and those of a folder laid over them.
//!
//! in: (path below `dictionaries/`, contents) → out: one immutable [`Rules`].
//! Promises: unknown keys, ids used twice and wrong wordings are refused with file and line; an overlay's entry with
//! the same id replaces the embedded one, a new id adds.

use super::{Case, Check, Kind, Phrase, PhraseBook, Profile, Rules};
use crate::{Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One data file.
struct File {
    /// Path as told in errors.
    shown: PathBuf,
    /// Folder below `dictionaries/`.
    folder: String,
    /// Name without ending.
    stem: String,
    content: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    phrase: Vec<Phrase>,
}

pub(super) fn load(embedded: &[(&str, &str)], overlay: Option<&Path>) -> Result<Rules> {
    let mut rules = Rules::default();
    let mut books = BTreeMap::new();
    let below = |path: &str| PathBuf::from("dictionaries").join(path);
    let built_in = embedded.iter().map(|(path, content)| file(below(path), path, (*content).to_owned()));
    add_all(&mut rules, &mut books, built_in.collect())?;
    if let Some(folder) = overlay {
        add_all(&mut rules, &mut books, read_folder(folder)?)?;
    }
    write_letters(&mut rules)?;
    let variants = rules.words("variants").pairs();
    for (name, (shown, content, phrases)) in books {
        let book = PhraseBook::compile(phrases, &variants).map_err(|(id, what)| {
            let line = content.lines().position(|l| l.contains(&format!("\"{id}\""))).map_or(1, |at| at + 1);
            Error::rules(format!("phrase {id}: {what}")).at(shown).on_line(line)
        })?;
        rules.books.insert(name, book);
    }
    Ok(rules)
}

/// One profile out of a file of its own.
///
/// # Errors
/// A file that cannot be read, with line and key where its TOML is wrong.
pub(super) fn profile(path: &Path) -> Result<Profile> {
    let content = fs::read_to_string(path).map_err(|e| Error::usage(e.to_string().to_lowercase()).at(path))?;
    parse(&File { shown: path.to_path_buf(), folder: String::new(), stem: String::new(), content })
}

/// Puts the model letters into the cases that name them.
fn write_letters(rules: &mut Rules) -> Result<()> {
    let Rules { checks, profiles, letters, .. } = rules;
    let of_checks = checks.iter_mut().flat_map(|c| c.example.iter_mut().chain(&mut c.not).map(|case| (&c.id, case)));
    let of_profiles = profiles.iter_mut().flat_map(|p| p.example.iter_mut().chain(&mut p.not).map(|c| (&p.id, c)));
    of_checks
        .chain(of_profiles)
        .try_for_each(|(id, case)| write_letter(case, letters).map_err(|what| Error::rules(format!("{id}: {what}"))))
}

fn write_letter(case: &mut Case, letters: &BTreeMap<String, String>) -> Result<(), String> {
    let model = |name: &String| letters.get(name).cloned().ok_or(format!("no letter {name} in dictionaries/letters"));
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
    Ok(())
}

/// FNV-1a, one step per byte: tells versions of our own data apart, nothing more.
fn fnv(seed: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

fn file(shown: PathBuf, below: &str, content: String) -> File {
    let below = Path::new(below);
    let folder = below.parent().map(|p| p.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let stem = below.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    File { shown, folder, stem, content }
}

fn read_folder(folder: &Path) -> Result<Vec<File>> {
    if !folder.is_dir() {
        return Err(Error::rules("not a folder: --dictionaries takes one laid out like dictionaries/").at(folder));
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| Error::rules(e.to_string().to_lowercase()).at(folder))?;
        let known = entry.path().extension().is_some_and(|e| e == "toml" || e == "txt" || e == "tsv");
        if entry.file_type().is_file() && known {
            let content = fs::read_to_string(entry.path())
                .map_err(|e| Error::rules(e.to_string().to_lowercase()).at(entry.path()))?;
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy().into_owned();
            files.push(file(entry.path().to_path_buf(), &below, content));
        }
    }
    Ok(files)
}

type Books = BTreeMap<String, (PathBuf, String, Vec<Phrase>)>;

/// Adds the files of one layer: ids must be unique within it and replace those of the layer below.
fn add_all(rules: &mut Rules, books: &mut Books, files: Vec<File>) -> Result<()> {
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut once = |what: &str, id: &str, file: &File| match seen.insert(format!("{what} {id}"), file.shown.clone()) {
        Some(other) => {
            Err(Error::rules(format!("{what} {id} is already in {}", other.display())).at(&file.shown).on_line(1))
        }
        None => Ok(()),
    };
    for file in files {
        for part in [&file.folder, &file.stem, &file.content] {
            rules.fingerprint = fnv(rules.fingerprint, part.as_bytes());
        }
        match file.folder.as_str() {
            "kinds" => {
                let kind: Kind = parse(&file)?;
                once("kind", &kind.id, &file)?;
                put(&mut rules.kinds, kind, |k| &k.id);
            }
            "checks" => {
                let check: Check = parse(&file)?;
                once("check", &check.id, &file)?;
                put(&mut rules.checks, check, |c| &c.id);
            }
            "profiles" => {
                let profile: Profile = parse(&file)?;
                once("profile", &profile.id, &file)?;
                put(&mut rules.profiles, profile, |p| &p.id);
            }
            "phrases" => {
                let phrases: Phrases = parse(&file)?;
                let book = books.entry(file.stem.clone()).or_default();
                (book.0, book.1) = (file.shown.clone(), file.content.clone());
                for phrase in phrases.phrase {
                    once("phrase", &format!("{}.{}", file.stem, phrase.id), &file)?;
                    put(&mut book.2, phrase, |p| &p.id);
                }
            }
            "letters" => {
                rules.letters.insert(file.stem.clone(), file.content.clone());
            }
            "holidays" => {
                for (index, line) in lines(&file.content) {
                    let add = rules.holidays.add(line);
                    add.map_err(|what| Error::rules(what).at(&file.shown).on_line(index + 1))?;
                }
            }
            "words" => {
                let list = rules.words.entry(file.stem.clone()).or_default();
                lines(&file.content).for_each(|(_, line)| list.add(line));
            }
            // other rooms' data (models, confusion tables) is read where it is used
            _ => {}
        }
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(file: &File) -> Result<T> {
    let read = DeTable::parse(&file.content)
        .and_then(|document| T::deserialize(toml::Deserializer::from(form_with_parameters(document))));
    read.map_err(|e| {
        let at = e.span().map_or(0, |span| span.start.min(file.content.len()));
        let line = file.content.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Error::rules(e.message().to_owned()).at(&file.shown).on_line(line)
    })
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

fn put<T>(list: &mut Vec<T>, entry: T, id: impl Fn(&T) -> &String) {
    match list.iter_mut().find(|old| id(old) == id(&entry)) {
        Some(old) => *old = entry,
        None => list.push(entry),
    }
}

/// Lines that hold something, without comments, with their 0-based index.
fn lines(content: &str) -> impl Iterator<Item = (usize, &str)> {
    content.lines().enumerate().filter_map(|(index, line)| {
        let line = if line.starts_with('#') { "" } else { line.split(" # ").next().unwrap_or(line).trim_end() };
        (!line.is_empty()).then_some((index, line))
    })
}
