//! Runs every example of every data file, and what each must leave alone. With `UPDATE=1` it tidies the word lists.

use congvan::check::copies::{NEAR, differences, share};
use congvan::check::{Company, Copy, Given, Letter};
use congvan::record::{Doubt, Finding, Record, SourceRef};
use congvan::rules::{Case, Match, Rules, Tokens};
use congvan::text::Text;
use congvan::text::lang::Lang;
use congvan::{check, document, extract};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn dictionaries() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries")
}

fn slots(hit: &Match) -> BTreeMap<String, String> {
    hit.slots.iter().map(|(name, value, _)| (name.to_string(), value.to_string())).collect()
}

#[test]
fn every_kind_shows_its_examples_and_leaves_the_others() {
    let rules = Rules::builtin();
    for kind in rules.kinds() {
        let id = Some(kind.id.as_str());
        let shown = |titles: &[String], numbers: &[String]| titles.len() + numbers.len();
        assert!(kind.id == "other" || shown(&kind.example.titles, &kind.example.numbers) > 0, "{id:?} has no example");
        assert!(shown(&kind.not.titles, &kind.not.numbers) > 0, "{id:?} has no counter-example");
        for title in &kind.example.titles {
            assert_eq!(rules.kind_of_title(title).map(|k| k.id.as_str()), id, "title {title:?}");
        }
        for number in &kind.example.numbers {
            assert_eq!(rules.kind_of_symbol(number).map(|k| k.id.as_str()), id, "number {number:?}");
        }
        for title in &kind.not.titles {
            assert_ne!(rules.kind_of_title(title).map(|k| k.id.as_str()), id, "title {title:?}");
        }
        for number in &kind.not.numbers {
            assert_ne!(rules.kind_of_symbol(number).map(|k| k.id.as_str()), id, "number {number:?}");
        }
    }
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

#[test]
fn every_phrase_finds_its_examples_and_leaves_the_others() {
    let rules = Rules::builtin();
    let mut wrong = Vec::new();
    for book in rules.books() {
        for phrase in rules.phrases(book).phrases() {
            let id = format!("{book}.{}", phrase.id);
            if phrase.example.is_empty() || phrase.not.is_empty() {
                wrong.push(format!("{id}: needs an example and a counter-example"));
            }
            for example in &phrase.example {
                let text = Text::plain(&example.text);
                let tokens = Tokens::new(text.as_str());
                let found = rules.phrases(book).find(&tokens);
                let ours: Vec<_> = found.iter().filter(|hit| hit.phrase.id == phrase.id).map(slots).collect();
                if !ours.contains(&example.finds) {
                    let all: Vec<_> = found.iter().map(|hit| (hit.phrase.id.clone(), slots(hit))).collect();
                    wrong.push(format!("{id} in {:?}: wanted {:?}, found {all:?}", example.text, example.finds));
                }
            }
            for not in &phrase.not {
                let text = Text::plain(not);
                let tokens = Tokens::new(text.as_str());
                if let Some(hit) = rules.phrases(book).find(&tokens).iter().find(|hit| hit.phrase.id == phrase.id) {
                    wrong.push(format!("{id} must leave {not:?} alone, found {:?}", text.slice(hit.span)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is found in a dossier: the case's text holds its files, parted by form feeds, and all are judged together.
fn findings_of_dossier(case: &Case) -> Vec<Finding> {
    let rules = Rules::builtin();
    let texts: Vec<Text> = case.text.split('\u{c}').map(Text::plain).collect();
    let documents: Vec<_> = texts.iter().map(|text| document::split(text, rules).remove(0)).collect();
    let read = |(document, text)| extract::extract(document, text, rules, &SourceRef::default());
    let records: Vec<Record> = documents.iter().zip(&texts).map(read).collect();
    let letter = |((document, text), record)| Letter { record, document, text };
    let letters: Vec<Letter> = documents.iter().zip(&texts).zip(&records).map(letter).collect();
    let given = Given { profile: case.profile.as_deref(), lang: Lang::En, ..Given::default() };
    check::dossier(&letters, rules, &given)
}

/// What is found in a case: its text is split and extracted, then parts of the record are laid over what was read.
fn findings(case: &Case) -> Vec<Finding> {
    let rules = Rules::builtin();
    let text = Text::plain(&case.text);
    let mut document = document::split(&text, rules).remove(0);
    let read = extract::extract(&document, &text, rules, &SourceRef { parts: 1, part: 1, ..SourceRef::default() });
    let record = laid_over(read, &case.record);
    if let Some(kind) = case.record.get("kind").and_then(|k| k.as_str()) {
        document.kind = kind.to_owned();
    }
    let file: Vec<Record> = case.beside.iter().map(|fields| laid_over(Record::default(), fields)).collect();
    let given = Given { profile: case.profile.as_deref(), file: &file, lang: Lang::En };
    let letter = Letter { record: &record, document: &document, text: &text };
    let mut found = check::check(&letter, rules, &given);
    let model = |letter: &String| {
        let text = Text::plain(letter);
        extract::extract(&document::split(&text, rules)[0], &text, rules, &SourceRef::default())
    };
    if let Some(order) = case.order.as_ref().map(model) {
        found.extend(check::against(&letter, &order, rules, &given));
    }
    let named = case.stored.iter().map(|fields| laid_over(Record { id: "stored".into(), ..Record::default() }, fields));
    let copy = |other: &String| {
        let own = differences(text.as_str(), other, 4);
        Copy { record: model(other), share: share(text.as_str(), other), own }
    };
    let copies = case.repeats.iter().map(copy).filter(|copy| copy.share >= NEAR).collect();
    found.extend(check::among(&letter, &Company { named: named.collect(), copies }, rules, &given));
    found
}

fn laid_over(record: Record, fields: &toml::Table) -> Record {
    let mut json = serde_json::to_value(record).unwrap();
    for (key, value) in serde_json::to_value(fields).unwrap().as_object().unwrap() {
        json[key] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

#[test]
fn every_check_finds_its_examples_and_leaves_the_others() {
    let rules = Rules::builtin();
    check::validate(rules, None).unwrap();
    let mut wrong = Vec::new();
    for check in rules.checks() {
        let id = &check.id;
        if check.example.is_empty() || check.not.is_empty() || check.source.is_empty() {
            wrong.push(format!("{id}: needs a source, an example and a counter-example"));
        }
        for case in &check.example {
            let wanted = case.finds.clone().unwrap_or_default();
            let found: Vec<_> = findings(case).into_iter().filter(|f| f.rule == *id).collect();
            if !found.iter().any(|f| f.text == wanted && !f.message.contains('{')) {
                wrong.push(format!("{id}: wanted {wanted:?}, found {found:?}"));
            }
        }
        for case in &check.not {
            let found: Vec<_> = findings(case).into_iter().filter(|f| f.rule == *id).collect();
            if !found.is_empty() {
                wrong.push(format!("{id} must leave this alone, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_profile_passes_whole_letters_and_names_what_is_missing() {
    let rules = Rules::builtin();
    for profile in rules.profiles() {
        let of = |case: &Case| {
            let case = Case { profile: Some(profile.id.clone()), ..case.clone() };
            let own = format!("{}.", profile.id);
            let found = if profile.is_dossier() { findings_of_dossier(&case) } else { findings(&case) };
            let all = found.into_iter().map(|f| f.rule);
            all.filter(|rule| rule.starts_with(&own)).collect::<Vec<_>>()
        };
        assert!(!profile.example.is_empty() && !profile.not.is_empty(), "{} needs examples", profile.id);
        for case in &profile.example {
            assert!(of(case).is_empty(), "{}: a whole letter lacks {:?}", profile.id, of(case));
        }
        for case in &profile.not {
            assert_eq!(of(case), [case.finds.clone().unwrap_or_default()], "{}", profile.id);
        }
    }
}

/// A text that is too long cannot be written down as an example.
#[test]
fn a_contest_entry_over_the_limit_is_found() {
    let of = |sentences: usize| {
        let rules = Rules::builtin();
        let entry = rules.profiles().iter().find(|p| p.id == "bai-du-thi").unwrap();
        let mut case = Case { profile: Some(entry.id.clone()), ..entry.example[0].clone() };
        case.text.push_str(&"Học sinh rất quý ông.\n".repeat(sentences));
        let found = findings(&case).into_iter().filter(|f| f.rule == "bai-du-thi.length");
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
