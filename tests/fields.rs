//! Invented letters of many offices and subjects → how much of their gold records is read.
//!
//! `tests/fields/FOLDER/NAME.txt` is a letter, `NAME.json` what a clerk would note: header fields, references, deadlines, quotas,
//! awards. Each folder is named by who wrote it and has a README.md: what it holds, and what of it may be read while rules are
//! written. The letters of `stranger_unread` may not, nor may what is missed in them be listed.
//!
//! The floors are what was measured. Gold items marked `_optional` are neutral: reading them is neither asked for nor
//! punished. `SHOW=1 cargo test --test fields beside -- --nocapture` lists what is missed and what is too much.

use congvan::record::{Record, SourceRef};
use congvan::rules::Rules;
use congvan::text::Text;
use congvan::{document, extract};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Least figures of a folder.
struct Floors {
    /// Header fields read exactly, of all letters together.
    header: f64,
    /// F1 of cited documents: number (else the law's date) and date.
    references: f64,
    /// F1 of deadlines: bound, day or round or span or term, hour, last day.
    deadlines: f64,
    /// Of the deadlines found, those whose every responsible unit is named.
    responsible: f64,
    /// F1 of quotas: bound, value, round; the unit begins alike.
    quotas: f64,
    /// F1 of awards: name, count, amount of each.
    awards: f64,
}

/// Written beside the rules.
const AUTHOR: Floors =
    Floors { header: 0.99, references: 0.99, deadlines: 0.99, responsible: 0.96, quotas: 0.97, awards: 1.00 };
/// By the same hand, first listed after the rules had been mended three times. At first sight: deadlines 0.735, responsible
/// 0.778, quotas 0.731.
const AUTHOR_HELD_OUT: Floors =
    Floors { header: 0.98, references: 0.96, deadlines: 0.95, responsible: 0.92, quotas: 0.92, awards: 1.00 };
/// By one who had not seen the rules. At first sight: header 0.977, references 0.934, deadlines 0.896, responsible 0.786,
/// quotas 0.868, awards 1.000.
const STRANGER: Floors =
    Floors { header: 0.99, references: 0.98, deadlines: 0.96, responsible: 0.96, quotas: 0.96, awards: 1.00 };
/// By others who had not seen the rules, full of rare turns. At first sight: header 0.954, references 0.966, deadlines 0.780,
/// responsible 0.762, quotas 0.786 (five of its quotas then lacked their round in gold), awards 0.941.
const STRANGER_RARE_TURNS: Floors =
    Floors { header: 0.96, references: 0.96, deadlines: 0.88, responsible: 0.92, quotas: 0.90, awards: 0.94 };
/// By others who had not seen the rules, ordinary letters; what is missed has not been listed. These are the figures to believe
/// for letters of other offices.
const STRANGER_UNREAD: Floors =
    Floors { header: 0.99, references: 0.97, deadlines: 0.97, responsible: 0.89, quotas: 0.98, awards: 1.00 };

/// Right, too much, missed.
#[derive(Debug, Default)]
struct Score {
    right: usize,
    extra: usize,
    missed: usize,
}

impl Score {
    fn f1(&self) -> f64 {
        let all = 2 * self.right + self.extra + self.missed;
        if all == 0 { 1.0 } else { 2.0 * self.right as f64 / all as f64 }
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fields").join(name)
}

/// The letters of a folder, as paths without an ending.
fn letters(of: &str) -> Vec<String> {
    let files = fs::read_dir(folder(of)).unwrap().flatten();
    let mut names: Vec<String> =
        files.filter_map(|f| Some(format!("{of}/{}", f.file_name().to_str()?.strip_suffix(".json")?))).collect();
    names.sort();
    names
}

/// The letter's only record, as JSON; of `RECORDS`, a folder of records made elsewhere (`benches/fields_scanned.py`), where
/// that is set: `None` where it has none of this letter.
fn read(name: &str) -> Option<Value> {
    if let Some(made) = std::env::var_os("RECORDS") {
        let stem = name.split('/').next_back().unwrap();
        let json = fs::read_to_string(Path::new(&made).join(format!("{stem}.json"))).ok()?;
        return serde_json::from_str::<Vec<Value>>(&json).unwrap().into_iter().next();
    }
    let rules = Rules::builtin();
    let text = Text::plain(&fs::read_to_string(folder(&format!("{name}.txt"))).unwrap());
    let documents = document::split(&text, rules);
    assert_eq!(documents.len(), 1, "{name} is one letter");
    let record: Record = extract::extract(&documents[0], &text, rules, &SourceRef::default());
    Some(serde_json::to_value(record).unwrap())
}

fn gold(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder(&format!("{name}.json"))).unwrap()).unwrap()
}

fn list<'v>(record: &'v Value, field: &str) -> &'v [Value] {
    record[field].as_array().map_or(&[], Vec::as_slice)
}

fn plain(value: &Value) -> String {
    value.as_str().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// One line where a field is not as in gold.
fn header(name: &str, gold: &Value, got: &Value, score: &mut Score) {
    let pairs = [
        ("kind", &gold["kind"], &got["kind"]),
        ("number", &gold["number"], &got["number"]["normalized"]),
        ("place", &gold["place"], &got["place"]),
        ("issued_on", &gold["issued_on"], &got["issued_on"]),
        ("issuer.name", &gold["issuer"]["name"], &got["issuer"]["name"]),
        ("issuer.parent", &gold["issuer"]["parent"], &got["issuer"]["parent"]),
        ("subject", &gold["subject"], &got["subject"]),
        ("signer.name", &gold["signer"], &got["signer"]["name"]),
    ];
    for (field, wanted, read) in pairs {
        let same = plain(wanted) == plain(read);
        *(if same { &mut score.right } else { &mut score.missed }) += 1;
        show(!same, name, field, &format!("gold {wanted} got {read}"));
    }
    let units = |r: &Value| list(r, "addressees").iter().map(plain).collect::<Vec<_>>();
    let same = units(gold) == units(got);
    *(if same { &mut score.right } else { &mut score.missed }) += 1;
    show(!same, name, "addressees", &format!("gold {} got {}", gold["addressees"], got["addressees"]));
}

fn show(wrong: bool, name: &str, field: &str, what: &str) {
    if wrong && std::env::var_os("SHOW").is_some() {
        println!("{name} {field}: {what}");
    }
}

/// Matches one to one, asked-for items first; returns the pairs.
fn pairs<'v>(
    at: (&str, &str),
    gold: &'v Value,
    got: &'v Value,
    same: fn(&Value, &Value) -> bool,
    score: &mut Score,
) -> Vec<(&'v Value, &'v Value)> {
    let (name, field) = at;
    let mut left: Vec<&Value> = list(got, field).iter().collect();
    let mut found = Vec::new();
    for neutral in [false, true] {
        for wanted in list(gold, field).iter().filter(|w| w["_optional"].as_bool().unwrap_or(false) == neutral) {
            match left.iter().position(|read| same(wanted, read)) {
                Some(nth) if neutral => drop(left.remove(nth)),
                Some(nth) => {
                    score.right += 1;
                    found.push((wanted, left.remove(nth)));
                }
                None if neutral => {}
                None => {
                    score.missed += 1;
                    show(true, name, field, &format!("missed {wanted}"));
                }
            }
        }
    }
    score.extra += left.len();
    for read in left {
        show(true, name, field, &format!("extra {read}"));
    }
    found
}

fn same_reference(gold: &Value, got: &Value) -> bool {
    plain(&gold["number"]) == plain(&got["number"]) && gold["date"] == got["date"]
}

fn same_deadline(gold: &Value, got: &Value) -> bool {
    let alike = |field: &str| gold[field] == got[field];
    let ends = |v: &Value| (v["period"]["from"].clone(), v["period"]["to"].clone());
    let term = |v: &Value| (v["relative"]["days"].clone(), v["relative"]["working_days"].clone());
    let days = ["bound", "date", "time", "last_day", "recurrence"].into_iter().all(alike);
    days && ends(gold) == ends(got) && term(gold) == term(got)
}

fn same_quota(gold: &Value, got: &Value) -> bool {
    let alike = |field: &str| gold[field] == got[field];
    let number = |v: &Value, field: &str| v[field].as_f64();
    let values = ["value", "value_to"].into_iter().all(|f| number(gold, f) == number(got, f));
    let (wanted, read) = (plain(&gold["unit"]), plain(&got["unit"]));
    values && alike("bound") && alike("per") && (wanted.starts_with(&read) || read.starts_with(&wanted))
}

fn same_award(gold: &Value, got: &Value) -> bool {
    plain(&gold["name"]) == plain(&got["name"])
        && gold["count"] == got["count"]
        && gold["amount_each"] == got["amount_each"]
}

fn units(deadline: &Value, field: &str) -> Vec<String> {
    let mut units: Vec<String> = list(deadline, field).iter().map(plain).collect();
    units.sort();
    units
}

/// Whether the units are gold's, or the same people by another name (the addressees for "các đơn vị").
fn same_units(gold: &Value, got: &Value) -> bool {
    let read = units(got, "responsible");
    let other = gold["_responsible_alt"].is_array() && units(gold, "_responsible_alt") == read;
    gold["responsible"].is_null() || other || units(gold, "responsible") == read
}

#[test]
fn letters_written_beside_the_rules_are_read() {
    measure("author", &AUTHOR);
}

#[test]
fn letters_of_the_author_held_out_are_read() {
    measure("author_held_out", &AUTHOR_HELD_OUT);
}

#[test]
fn letters_of_one_who_has_not_seen_the_rules_are_read() {
    measure("stranger", &STRANGER);
}

#[test]
fn letters_full_of_rare_turns_are_read() {
    measure("stranger_rare_turns", &STRANGER_RARE_TURNS);
}

#[test]
fn letters_never_studied_are_read() {
    measure("stranger_unread", &STRANGER_UNREAD);
}

fn measure(of: &str, floors: &Floors) {
    let names = letters(of);
    assert!(names.len() >= 12, "{names:?}");
    let [mut heads, mut cited, mut due, mut owed, mut counts, mut prizes] =
        [const { Score { right: 0, extra: 0, missed: 0 } }; 6];
    for name in &names {
        let Some(got) = read(name) else { continue };
        let gold = gold(name);
        header(name, &gold, &got, &mut heads);
        pairs((name, "references"), &gold, &got, same_reference, &mut cited);
        pairs((name, "quotas"), &gold, &got, same_quota, &mut counts);
        pairs((name, "awards"), &gold, &got, same_award, &mut prizes);
        for (wanted, read) in pairs((name, "deadlines"), &gold, &got, same_deadline, &mut due) {
            let named = same_units(wanted, read);
            *(if named { &mut owed.right } else { &mut owed.missed }) += 1;
            let both = format!("{}: gold {} got {}", wanted["_trigger"], wanted["responsible"], read["responsible"]);
            show(!named, name, "responsible", &both);
        }
    }
    let share = |s: &Score| s.right as f64 / (s.right + s.missed).max(1) as f64;
    let figures = [
        ("header", share(&heads), floors.header, &heads),
        ("references", cited.f1(), floors.references, &cited),
        ("deadlines", due.f1(), floors.deadlines, &due),
        ("responsible", share(&owed), floors.responsible, &owed),
        ("quotas", counts.f1(), floors.quotas, &counts),
        ("awards", prizes.f1(), floors.awards, &prizes),
    ];
    for (what, figure, floor, score) in figures {
        println!("{of} {what}: {figure:.3} (floor {floor:.3}) {score:?}");
    }
    if std::env::var_os("RECORDS").is_some() {
        return;
    }
    let low: Vec<_> = figures.iter().filter(|(_, figure, floor, _)| figure + 1e-9 < *floor).collect();
    assert!(low.is_empty(), "{of}, below the floor: {low:?}");
}
