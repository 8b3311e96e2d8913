//! Runs the examples and counter-examples that rules carry: the built-in ones in the tests, a user's with `congvan rules test`.
//!
//! in: [`Rules`] and which of their entries → out: how many cases ran and what failed, each with file and line.
//! Promises: a case is read, extracted and checked as any document is; an entry without a case of either sort fails.
//! Leaves out: what loading refuses by itself.

use crate::check::copies::{NEAR, differences, share};
use crate::check::{self, Company, Copy, Given, Letter};
use crate::record::{Finding, Record, SourceRef};
use crate::rules::{Case, Check, EntrySort, Kind, Match, Phrase, Profile, Rules, SecrecyMark, Tokens};
use crate::text::Text;
use crate::text::lang::Lang;
use crate::{extract, pipeline};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What running examples gave.
#[derive(Debug, Default)]
pub struct Report {
    /// Cases that ran.
    pub ran: usize,
    /// What failed, in the order of the rules.
    pub failed: Vec<Failure>,
}

/// A case that does not give what it says.
#[derive(Debug)]
pub struct Failure {
    /// The data file.
    pub path: PathBuf,
    /// 1-based line of the case in it.
    pub line: usize,
    /// What was wanted and what was found.
    pub what: String,
}

/// Runs the cases of all entries that are `asked` for by sort and id (of a phrase `book.phrase`).
pub fn run(rules: &Rules, asked: impl Fn(EntrySort, &str) -> bool) -> Report {
    let mut runner = Runner { rules, report: Report::default() };
    let kinds = rules.kinds().iter().filter(|kind| asked(EntrySort::Kind, &kind.id));
    kinds.for_each(|kind| runner.kind(kind));
    for book in rules.books() {
        for phrase in rules.phrases(book).phrases() {
            let id = format!("{book}.{}", phrase.id);
            if asked(EntrySort::Phrase, &id) {
                runner.phrase(book, &id, phrase);
            }
        }
    }
    let checks = rules.checks().iter().filter(|check| asked(EntrySort::Check, &check.id));
    checks.for_each(|check| runner.check(check));
    let profiles = rules.profiles().iter().filter(|profile| asked(EntrySort::Profile, &profile.id));
    profiles.for_each(|profile| runner.profile(profile));
    let marks = rules.secrecy_marks().iter().filter(|mark| asked(EntrySort::Secrecy, &mark.id));
    marks.for_each(|mark| runner.secrecy_mark(mark));
    runner.report
}

/// The rules and what their cases gave so far.
struct Runner<'r> {
    rules: &'r Rules,
    report: Report,
}

/// A case of an entry: example, or counter-example, `index` (0-based).
#[derive(Clone, Copy)]
struct Of<'r> {
    sort: EntrySort,
    id: &'r str,
    counter: bool,
    index: usize,
}

impl Runner<'_> {
    /// Counts a case, and what is wrong with it.
    fn ran(&mut self, of: Of, wrong: Option<String>) {
        self.report.ran += 1;
        let Some(what) = wrong else { return };
        let origin = self.rules.case_origin(of.sort, of.id, of.counter, of.index);
        let (path, line) = origin.map_or((PathBuf::new(), 1), |origin| (origin.path.to_path_buf(), origin.line));
        self.report.failed.push(Failure { path, line, what: format!("{} {}: {what}", of.sort, of.id) });
    }

    /// An entry needs cases of both sorts.
    fn needs_cases(&mut self, sort: EntrySort, id: &str, examples: usize, counter: usize) {
        if examples == 0 || counter == 0 {
            let of = Of { sort, id, counter: examples > 0, index: 0 };
            self.ran(of, Some("needs an example and a counter-example".into()));
        }
    }

    fn kind(&mut self, kind: &Kind) {
        let count = |shown: &crate::rules::Shown| shown.titles.len() + shown.numbers.len();
        let nameless = kind.titles.is_empty() && kind.symbols.is_empty();
        self.needs_cases(EntrySort::Kind, &kind.id, count(&kind.example) + usize::from(nameless), count(&kind.not));
        for (counter, shown) in [(false, &kind.example), (true, &kind.not)] {
            let of = Of { sort: EntrySort::Kind, id: &kind.id, counter, index: 0 };
            let titles = shown.titles.iter().map(|title| (title, self.rules.kind_of_title(title)));
            let numbers = shown.numbers.iter().map(|number| (number, self.rules.kind_of_symbol(number)));
            let found: Vec<(&String, Option<&str>)> =
                titles.chain(numbers).map(|(shown, kind)| (shown, kind.map(|kind| kind.id.as_str()))).collect();
            for (shown, found) in found {
                let is_it = found == Some(kind.id.as_str());
                let wrong = || format!("{shown:?} shows {}", found.unwrap_or("no kind"));
                self.ran(of, (is_it == counter).then(wrong));
            }
        }
    }

    fn phrase(&mut self, book: &str, id: &str, phrase: &Phrase) {
        self.needs_cases(EntrySort::Phrase, id, phrase.example.len(), phrase.not.len());
        let rules = self.rules;
        for (index, example) in phrase.example.iter().enumerate() {
            let text = Text::plain(&example.text);
            let tokens = Tokens::new(text.as_str());
            let found = rules.phrases(book).find(&tokens);
            let all: Vec<_> = found.iter().map(|hit| (hit.phrase.id.as_str(), slots(hit))).collect();
            let is_found = all.iter().any(|(id, finds)| *id == phrase.id && *finds == example.finds);
            let wrong = || format!("in {:?} wanted {:?}, found {all:?}", example.text, example.finds);
            self.ran(Of { sort: EntrySort::Phrase, id, counter: false, index }, (!is_found).then(wrong));
        }
        for (index, not) in phrase.not.iter().enumerate() {
            let text = Text::plain(not);
            let tokens = Tokens::new(text.as_str());
            let found = rules.phrases(book).find(&tokens);
            let hit = found.iter().find(|hit| hit.phrase.id == phrase.id);
            let wrong = hit.map(|hit| format!("must leave {not:?} alone, found {:?}", text.slice(hit.span)));
            self.ran(Of { sort: EntrySort::Phrase, id, counter: true, index }, wrong);
        }
    }

    fn check(&mut self, check: &Check) {
        let id = check.id.as_str();
        self.needs_cases(EntrySort::Check, id, check.example.len(), check.not.len());
        for (counter, cases) in [(false, &check.example), (true, &check.not)] {
            for (index, case) in cases.iter().enumerate() {
                let wrong = match findings(case, self.rules) {
                    Err(what) => Some(what),
                    Ok(found) => wrong_of_check(check, case, counter, found),
                };
                self.ran(Of { sort: EntrySort::Check, id, counter, index }, wrong);
            }
        }
    }

    fn secrecy_mark(&mut self, mark: &SecrecyMark) {
        let id = mark.id.as_str();
        self.needs_cases(EntrySort::Secrecy, id, mark.example.len(), mark.not.len());
        for (counter, pages) in [(false, &mark.example), (true, &mark.not)] {
            for (index, page) in pages.iter().enumerate() {
                let secrecy = pipeline::Secrecy::default();
                let is_kept_back = pipeline::refusal_of_text(page, &secrecy, "", self.rules, Lang::En).is_some();
                let wrong = if counter { "must not be kept back" } else { "must be kept back" };
                let wrong = (is_kept_back == counter).then(|| format!("{wrong}: {page:?}"));
                self.ran(Of { sort: EntrySort::Secrecy, id, counter, index }, wrong);
            }
        }
    }

    fn profile(&mut self, profile: &Profile) {
        let id = profile.id.as_str();
        self.needs_cases(EntrySort::Profile, id, profile.example.len(), profile.not.len());
        for (counter, cases) in [(false, &profile.example), (true, &profile.not)] {
            for (index, case) in cases.iter().enumerate() {
                let mut case = case.clone();
                case.profile = Some(profile.id.clone());
                let found = if profile.is_dossier() {
                    Ok(findings_of_dossier(&case, self.rules))
                } else {
                    findings(&case, self.rules)
                };
                let wrong = match found {
                    Err(what) => Some(what),
                    Ok(found) => wrong_of_profile(profile, &case, counter, found),
                };
                self.ran(Of { sort: EntrySort::Profile, id, counter, index }, wrong);
            }
        }
    }
}

/// An example must show its finding, with a message that is filled in; a counter-example none of this check.
fn wrong_of_check(check: &Check, case: &Case, counter: bool, found: Vec<Finding>) -> Option<String> {
    let found: Vec<Finding> = found.into_iter().filter(|finding| finding.rule == check.id).collect();
    let told: Vec<(&str, &str)> = found.iter().map(|f| (f.text.as_str(), f.message.as_str())).collect();
    if counter {
        return (!found.is_empty()).then(|| format!("must leave this alone, found {told:?}"));
    }
    let wanted = case.finds.as_deref().unwrap_or_default();
    let shows = found.iter().any(|f| f.text == wanted && !f.message.contains('{'));
    (!shows).then(|| format!("wanted {wanted:?}, found {told:?}"))
}

/// An example has all parts; a counter-example lacks the one it names, and no other.
fn wrong_of_profile(profile: &Profile, case: &Case, counter: bool, found: Vec<Finding>) -> Option<String> {
    let own = format!("{}.", profile.id);
    let lacks: Vec<String> = found.into_iter().map(|f| f.rule).filter(|rule| rule.starts_with(&own)).collect();
    let wanted: Vec<String> = if counter { vec![case.finds.clone().unwrap_or_default()] } else { Vec::new() };
    (lacks != wanted).then(|| format!("must lack {wanted:?}, lacks {lacks:?}"))
}

fn slots(hit: &Match) -> BTreeMap<String, String> {
    hit.slots.iter().map(|(name, value, _)| (name.to_string(), value.to_string())).collect()
}

/// What is found in a case: its text is split and extracted, then parts of the record are laid over what was read.
///
/// # Errors
/// Fields a record does not have.
pub fn findings(case: &Case, rules: &Rules) -> Result<Vec<Finding>, String> {
    let (text, mut document) = pipeline::stored_document(&case.text, rules);
    let read = extract::extract(&document, &text, rules, &SourceRef { parts: 1, part: 1, ..SourceRef::default() });
    let record = laid_over(read, &case.record)?;
    if let Some(kind) = case.record.get("kind").and_then(|kind| kind.as_str()) {
        document.kind = kind.to_owned();
    }
    let beside = case.beside.iter().map(|fields| laid_over(Record::default(), fields));
    let file: Vec<Record> = beside.collect::<Result<_, _>>()?;
    let given = Given { profile: case.profile.as_deref(), file: &file, lang: Lang::En };
    let letter = Letter { record: &record, document: &document, text: &text };
    let mut found = check::check(&letter, rules, &given);
    if let Some(order) = &case.order {
        found.extend(check::against(&letter, &read_alone(order, rules), rules, &given));
    }
    let stored = Record { id: "stored".into(), ..Record::default() };
    let named = case.stored.iter().map(|fields| laid_over(stored.clone(), fields)).collect::<Result<_, _>>()?;
    let copy = |other: &String| {
        let own = differences(text.as_str(), other, 4);
        Copy { record: read_alone(other, rules), share: share(text.as_str(), other), own }
    };
    let copies = case.repeats.iter().map(copy).filter(|copy| copy.share >= NEAR).collect();
    found.extend(check::among(&letter, &Company { named, copies }, rules, &given));
    Ok(found)
}

/// What is found in a dossier: the case's text holds its files, parted by form feeds, and all are judged together.
fn findings_of_dossier(case: &Case, rules: &Rules) -> Vec<Finding> {
    let files: Vec<_> = case.text.split('\u{c}').map(|words| pipeline::stored_document(words, rules)).collect();
    let read = files.iter().map(|(text, document)| extract::extract(document, text, rules, &SourceRef::default()));
    let records: Vec<Record> = read.collect();
    let letter = |((text, document), record)| Letter { record, document, text };
    let letters: Vec<Letter> =
        files.iter().map(|(text, document)| (text, document)).zip(&records).map(letter).collect();
    let given = Given { profile: case.profile.as_deref(), lang: Lang::En, ..Given::default() };
    check::dossier(&letters, rules, &given)
}

/// The first document of a letter.
fn read_alone(letter: &str, rules: &Rules) -> Record {
    let (text, document) = pipeline::stored_document(letter, rules);
    extract::extract(&document, &text, rules, &SourceRef::default())
}

/// The record with some of its fields replaced.
fn laid_over(record: Record, fields: &toml::Table) -> Result<Record, String> {
    let told = |e: serde_json::Error| format!("record: {e}");
    let mut json = serde_json::to_value(record).map_err(told)?;
    for (key, value) in fields {
        json[key] = serde_json::to_value(value).map_err(told)?;
    }
    let record: Record = serde_json::from_value(json).map_err(told)?;
    let kept = serde_json::to_value(&record).map_err(told)?;
    // what a record does not know is gone; so is what is empty
    let is_empty = |value: &toml::Value| value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some("");
    match fields.iter().find(|(key, value)| kept.get(key).is_none() && !is_empty(value)) {
        Some((key, _)) => Err(format!("records have no {key}")),
        None => Ok(record),
    }
}
