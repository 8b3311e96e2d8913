//! `congvan check --explain RULE`: what a rule says, where it comes from, a letter that breaks it and one that keeps it.
//!
//! in: a rule's id → out: its data file in words; also the list of all rules for reports.
//! Promises: an unknown id is wrong usage and names the known ones.

use crate::error::{Error, Result};
use crate::export::findings::{Rule, level};
use crate::rules::{Case, Rules};
use crate::text::lang::Lang;

/// Every rule a finding may name: the checks, and the parts of the profiles ("ke-hoach.money").
pub fn all(rules: &Rules, lang: Lang) -> Vec<Rule> {
    let checks = rules.checks().iter().map(|check| Rule {
        id: check.id.clone(),
        severity: check.severity.as_str().into(),
        says: check.message.open(lang),
        source: check.source.fill(lang, &[]),
    });
    let parts = rules.profiles().iter().flat_map(|profile| {
        profile.part.iter().map(move |part| Rule {
            id: format!("{}.{}", profile.id, part.id),
            severity: part.severity.as_str().into(),
            says: part.name.open(lang),
            source: profile.source.fill(lang, &[]),
        })
    });
    checks.chain(parts).collect()
}

/// The rule with this id, for a person to read.
///
/// # Errors
/// An id nobody knows.
pub fn explain(rules: &Rules, id: &str, lang: Lang) -> Result<String> {
    let known = all(rules, lang);
    let Some(rule) = known.iter().find(|rule| rule.id == id) else {
        let ids: Vec<&str> = known.iter().map(|rule| rule.id.as_str()).collect();
        return Err(Error::usage(format!("no rule {id}: known are {}", ids.join(", "))));
    };
    let head = match lang {
        Lang::Vi => ["Quy tắc", "Mức", "Nội dung", "Căn cứ"],
        Lang::En => ["Rule", "Level", "Message", "Source"],
    };
    let values = [&rule.id, level(&rule.severity, lang), &rule.says, &rule.source];
    let mut out: String = head.iter().zip(values).map(|(name, value)| format!("{name}: {value}\n")).collect();
    let (fails, passes) = cases(rules, id);
    let titles = [lang.pick("Ví dụ sai", "Fails"), lang.pick("Ví dụ đúng", "Passes")];
    for (title, case) in titles.into_iter().zip([fails, passes]) {
        if let Some(case) = case {
            out.push_str(&format!("\n{title}:\n{}", shown(case, lang)));
        }
    }
    Ok(out)
}

/// A case that breaks the rule and one that keeps it. A profile's `example` has all its parts, its `not` lacks one.
fn cases<'r>(rules: &'r Rules, id: &str) -> (Option<&'r Case>, Option<&'r Case>) {
    if let Some(check) = rules.checks().iter().find(|check| check.id == id) {
        return (check.example.first(), check.not.first());
    }
    let Some((profile, part)) = id.split_once('.') else { return (None, None) };
    let Some(profile) = rules.profiles().iter().find(|p| p.id == profile) else { return (None, None) };
    let lacks = |case: &&Case| case.finds.as_deref().is_some_and(|finds| finds == part || finds == id);
    (profile.not.iter().find(lacks), profile.example.first())
}

/// The text, what the record says beside it, and the words found; indented.
fn shown(case: &Case, lang: Lang) -> String {
    let mut lines: Vec<String> = case.text.trim().lines().map(str::to_owned).collect();
    lines.extend(case.record.iter().map(|(key, value)| format!("{key} = {value}")));
    if let Some(finds) = case.finds.as_deref().filter(|finds| !finds.is_empty()) {
        lines.push(format!("→ {}: {finds}", lang.pick("chỗ sai", "finds")));
    }
    lines.iter().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}
