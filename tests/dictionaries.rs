//! Runs every example of every data file, and what each must leave alone. With `UPDATE=1` it tidies the word lists.

use congvan::office::rule_examples;
use congvan::record::Doubt;
use congvan::rules::Rules;
use congvan::text::Text;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn dictionaries() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries")
}

#[test]
fn every_example_is_found_and_every_counter_example_left() {
    let report = rule_examples::run(Rules::builtin(), |_, _| true);
    let failed: Vec<String> =
        report.failed.iter().map(|f| format!("{}:{}: {}", f.path.display(), f.line, f.what)).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
    assert!(report.ran > 500, "{} cases ran", report.ran);
    let nameless = Rules::builtin().checks().iter().find(|check| check.source.vi.is_empty());
    assert!(nameless.is_none(), "{nameless:?} names no source");
}

#[test]
fn every_doubt_has_a_message_in_both_languages() {
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place.to_owned()).collect()
    };
    let told: BTreeSet<&str> = Rules::builtin().doubts().map(|(code, _)| code).collect();
    assert_eq!(told, Doubt::KNOWN.iter().map(Doubt::as_str).collect());
    for (code, message) in Rules::builtin().doubts() {
        assert!(!message.vi.is_empty() && !message.en.is_empty(), "{code}");
        assert_eq!(places(&message.vi), places(&message.en), "{code}: the languages tell different things");
    }
}

/// A list or a book that is looked for by a name nobody gave would be empty without a word.
#[test]
fn every_list_and_book_that_is_looked_for_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = walkdir::WalkDir::new(folder).into_iter().flatten();
    let mut looked_for = 0;
    for path in sources.map(|entry| entry.into_path()).filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        let code = fs::read_to_string(&path).unwrap();
        for (call, folder) in [(".words(\"", "words"), (".phrases(\"", "phrases")] {
            for name in code.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                let file = |ending: &&str| dictionaries().join(folder).join(format!("{name}.{ending}")).exists();
                assert!(["txt", "tsv", "toml"].iter().any(file), "{} looks for {folder}/{name}", path.display());
                looked_for += 1;
            }
        }
    }
    assert!(looked_for > 20, "{looked_for}");
}

/// A text that is too long cannot be written down as an example.
#[test]
fn a_contest_entry_over_the_limit_is_found() {
    let of = |sentences: usize| {
        let rules = Rules::builtin();
        let entry = rules.profiles().iter().find(|p| p.id == "bai-du-thi").unwrap();
        let mut case = entry.example[0].clone();
        case.profile = Some(entry.id.clone());
        case.text.push_str(&"Học sinh rất quý ông.\n".repeat(sentences));
        let found =
            rule_examples::findings(&case, rules).unwrap().into_iter().filter(|f| f.rule == "bai-du-thi.length");
        found.map(|f| f.message).collect::<Vec<_>>()
    };
    assert!(of(200).is_empty());
    assert!(of(300)[0].ends_with("more than 1500"), "{:?}", of(300));
}

/// Sorted, NFC, no line twice, no blanks at line ends; comments stay at the head. A list that comments part into groups
/// keeps its order.
fn tidy(content: &str) -> String {
    let mut lines = content.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let (head, mut rows): (Vec<&str>, Vec<&str>) = lines.clone().partition(|line| line.starts_with('#'));
    if lines.by_ref().skip(head.len()).any(|line| line.starts_with('#')) {
        return content.to_owned();
    }
    rows.sort();
    rows.dedup();
    let all: Vec<&str> = head.into_iter().chain(rows).collect();
    Text::plain(&(all.join("\n") + "\n")).as_str().to_owned()
}

#[test]
fn lists_are_sorted_and_tidy() {
    let update = std::env::var_os("UPDATE").is_some();
    for folder in ["words", "holidays"] {
        let Ok(entries) = fs::read_dir(dictionaries().join(folder)) else { continue };
        for path in entries.flatten().map(|e| e.path()) {
            let content = fs::read_to_string(&path).unwrap();
            let wanted = tidy(&content);
            if update && content != wanted {
                fs::write(&path, &wanted).unwrap();
            } else {
                assert!(content == wanted, "{} is not tidy: run the tests with UPDATE=1", path.display());
            }
        }
    }
}
