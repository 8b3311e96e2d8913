//! Invented submissions with planted defects: how many are found, how many findings accuse wrongly.
//!
//! `tests/submissions/FOLDER/planted*.toml` say how; README.md beside them says who planted them. Findings of level info accuse
//! nobody and count only where they are planted.

use congvan::pipeline::Pipeline;
use congvan::record::{Finding, Record};
use congvan::restore::Restorer;
use congvan::rules::Rules;
use congvan::source::Source;
use congvan::text::lang::Lang;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The folder of each set, where its letters are looked for first, and its defects.
const SETS: [(&str, &str); 3] = [
    ("submissions/author", include_str!("submissions/author/planted.toml")),
    ("submissions/author", include_str!("submissions/author/planted_after_mending.toml")),
    ("submissions/stranger", include_str!("submissions/stranger/planted.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    submission: Vec<Submission>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Submission {
    base: String,
    #[serde(default)]
    replace: Vec<(String, String)>,
    behind: Option<String>,
    #[serde(default)]
    twice: bool,
    order: Option<String>,
    plants: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

fn letter(folder: &str, name: &str) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let paths = [folder, "fields/author_held_out", "fields/author"]
        .map(|folder| tests.join(folder))
        .map(|dir| dir.join(format!("{name}.txt")));
    paths.iter().find_map(|path| std::fs::read_to_string(path).ok()).unwrap_or_else(|| panic!("no letter {name}"))
}

impl Submission {
    fn text(&self, folder: &str) -> String {
        let letter = |name: &str| letter(folder, name);
        let mut text = letter(&self.base);
        for (was, now) in &self.replace {
            assert!(text.contains(was), "{}: {was:?} is not there", self.base);
            text = text.replacen(was, now, 1);
        }
        let second = if self.twice { Some(text.clone()) } else { self.behind.as_deref().map(letter) };
        second.map_or(text.clone(), |second| format!("{text}\u{c}{second}"))
    }

    fn findings(&self, folder: &str, pipeline: &Pipeline) -> Vec<Finding> {
        let order: Option<Record> =
            self.order.as_deref().map(|name| read(pipeline, letter(folder, name)).documents.remove(0).record);
        let mut understood = read(pipeline, self.text(folder));
        if let Some(order) = order {
            pipeline.check_against(&order, &mut understood);
        }
        understood.documents.into_iter().flat_map(|d| d.record.findings).collect()
    }
}

fn read(pipeline: &Pipeline, text: String) -> congvan::pipeline::Understood {
    pipeline.file(Source::from_bytes("submission.txt", text.into_bytes()).unwrap()).unwrap().understood
}

/// What was counted over a set.
#[derive(Default)]
struct Count {
    planted: usize,
    found: usize,
    accused: usize,
    right: usize,
    /// How often each rule was planted.
    times: BTreeMap<String, usize>,
    /// What was missed and what was accused wrongly, a line each.
    told: String,
}

impl Count {
    fn add(&mut self, number: usize, submission: &Submission, findings: &[Finding]) {
        for plant in &submission.plants {
            *self.times.entry(plant.clone()).or_default() += 1;
            self.planted += 1;
            match findings.iter().any(|finding| finding.rule == *plant) {
                true => self.found += 1,
                false => self.told += &format!("{number} {}: missed {plant}\n", submission.base),
            }
        }
        for finding in findings.iter().filter(|finding| finding.severity.as_str() != "info") {
            self.accused += 1;
            match submission.plants.contains(&finding.rule) || submission.also.contains(&finding.rule) {
                true => self.right += 1,
                false => {
                    self.told +=
                        &format!("{number} {}: wrongly {} {:?}\n", submission.base, finding.rule, finding.text);
                }
            }
        }
    }

    fn rates(&self) -> (f64, f64) {
        (self.found as f64 / self.planted as f64, self.right as f64 / self.accused as f64)
    }
}

fn counted((folder, raw): (&str, &str)) -> Count {
    let File { submission: all } = toml::from_str(raw).unwrap();
    let pipeline = Pipeline {
        rules: Rules::builtin().clone(),
        restorer: Restorer::builtin().unwrap().clone(),
        reading: Default::default(),
        trust: Default::default(),
        lang: Lang::En,
        profile: None,
        secrecy: Default::default(),
        jobs: 1,
    };
    let mut count = Count::default();
    for (number, submission) in (1..).zip(&all) {
        count.add(number, submission, &submission.findings(folder, &pipeline));
    }
    let (recall, precision) = count.rates();
    let (sets, planted) = (all.len(), count.planted);
    println!("{sets} submissions, {planted} defects: recall {recall:.3}, precision {precision:.3}\n{}", count.told);
    count
}

#[test]
fn planted_defects_are_found_and_nothing_else_is_accused() {
    for set in SETS {
        let count = counted(set);
        let (recall, precision) = count.rates();
        assert!(recall >= 0.95 && precision >= 0.95, "recall {recall:.3}, precision {precision:.3}\n{}", count.told);
    }
}

#[test]
fn every_rule_is_planted_three_times() {
    let planted = SETS.map(|set| counted(set).times);
    let times = |rule: &str| planted.iter().filter_map(|times| times.get(rule)).sum::<usize>();
    // these compare stored documents: tests/check_reports.rs
    let elsewhere = ["number.taken", "reference.stored_date", "template.copied"];
    // a text has no digital signature: tests/signatures.rs
    let of_text = |rule: &&str| !elsewhere.contains(rule) && !rule.starts_with("signature.");
    let rules = Rules::builtin().checks().iter().map(|check| check.id.as_str()).filter(of_text);
    let scarce: Vec<&str> = rules.filter(|rule| times(rule) < 3).collect();
    assert!(scarce.is_empty(), "planted fewer than three times: {scarce:?}");
}
