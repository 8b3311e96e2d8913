//! The loader of the dictionaries: a folder of the user's laid over the built-in data.
//!
//! in: a first line that names the file (`checks/x.toml`), then its contents → out: nothing, or what broke.
//! A file is taken or refused with its name, never a panic; rules that were taken read, check and judge a letter. A
//! profile is tried as `--profile FILE` takes it, too.

#![no_main]

use congvan::check::{self, Given, Letter};
use congvan::record::SourceRef;
use congvan::rules::Rules;
use congvan::text::Text;
use congvan::{document, extract};
use libfuzzer_sys::fuzz_target;
use std::fs;

/// A letter with a head, a deadline, a quota and an end.
const LETTER: &str = include_str!("../../dictionaries/letters/ke-hoach.txt");
/// The folders that are read.
const FOLDERS: [&str; 7] = ["kinds", "checks", "profiles", "phrases", "letters", "holidays", "words"];

fuzz_target!(|raw: &str| {
    let Some((name, content)) = raw.split_once('\n') else { return };
    let Some((folder, file)) = name.split_once('/').filter(|(folder, _)| FOLDERS.contains(folder)) else { return };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if file.len() > 60 || !file.chars().all(plain) || file.starts_with('.') {
        return;
    }
    let overlay = tempfile::tempdir().expect("a folder for temporary files");
    fs::create_dir(overlay.path().join(folder)).expect("a folder of its own");
    let path = overlay.path().join(folder).join(file);
    fs::write(&path, content).expect("a file of its own");
    match Rules::load(Some(overlay.path())) {
        Ok(rules) => use_them(&rules, None),
        Err(e) => assert!(!e.to_string().is_empty()),
    }
    if folder == "profiles"
        && let Ok((rules, id)) = Rules::builtin().with_profile(&path)
    {
        use_them(&rules, Some(&id));
    }
});

fn use_them(rules: &Rules, profile: Option<&str>) {
    let text = Text::plain(LETTER);
    let documents = document::split(&text, rules);
    let given = Given { profile, ..Given::default() };
    // a profile nobody knows is refused here
    let sound = check::validate(rules, profile).is_ok();
    let records: Vec<_> =
        documents.iter().map(|document| extract::extract(document, &text, rules, &SourceRef::default())).collect();
    let letters: Vec<Letter> =
        documents.iter().zip(&records).map(|(document, record)| Letter { record, document, text: &text }).collect();
    for letter in letters.iter().filter(|_| sound) {
        check::check(letter, rules, &given);
        check::against(letter, &records[0], rules, &given);
    }
    check::dossier(&letters, rules, &given);
}
