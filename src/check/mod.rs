//! Holds a document against the checks of `dictionaries/checks/` and the parts of a profile.
//!
//! in: record, document, text, rules → out: [`Finding`]s, one per place, worst first.
//! Promises: rules are data, a form only knows how to look; what the page did not let us read is never an error: where
//! the reading is doubtful an error becomes a warning.
//! Leaves out: seal and signature as images; other documents (`--against`, the store).

mod forms;

use crate::document::Document;
use crate::record::{Finding, Record};
use crate::rules::{Check, Profile, Rules, Severity};
use crate::text::Text;
use crate::text::lang::Lang;
use crate::{Error, Result};

/// What a rule form looks at.
pub(crate) struct Subject<'a> {
    record: &'a Record,
    document: &'a Document,
    text: &'a Text,
    rules: &'a Rules,
}

/// One place where a rule form found something.
#[derive(Debug, Default)]
pub(crate) struct Hit {
    /// The words concerned; empty where something is missing.
    text: String,
    /// Values for the message.
    values: Vec<(&'static str, String)>,
    /// Whether the reading behind it is doubtful.
    doubtful: bool,
}

/// Words read with less confidence than this make a page doubtful.
const SURE: f32 = 0.85;

/// The findings of a document. `profile` names a profile; `None` takes the one for the record's kind, if there is one.
/// Checks and profiles that [`validate`] refuses find nothing.
pub fn check(
    record: &Record,
    document: &Document,
    text: &Text,
    rules: &Rules,
    profile: Option<&str>,
    lang: Lang,
) -> Vec<Finding> {
    let subject = Subject { record, document, text, rules };
    let chosen = choose(rules, profile, &record.kind);
    let mut found = Vec::new();
    for check in rules.checks().iter().filter(|check| concerns(check, record, chosen)) {
        for hit in forms::run(check, &subject).unwrap_or_default() {
            found.push(finding(check, hit, lang));
        }
    }
    if let Some(profile) = chosen {
        found.extend(forms::parts::missing(profile, &subject, lang));
    }
    found.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// Whether every check can be run and the profile, if one is named, is known.
///
/// # Errors
/// A profile nobody knows, with the known ones; a check whose form or parameters are unknown.
pub fn validate(rules: &Rules, profile: Option<&str>) -> Result<()> {
    rules.checks().iter().try_for_each(forms::known)?;
    let names = || rules.profiles().iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ");
    match profile.filter(|name| !rules.profiles().iter().any(|p| p.id == *name)) {
        Some(name) => Err(Error::usage(format!("no profile {name}: known are {}", names()))),
        None => Ok(()),
    }
}

fn choose<'r>(rules: &'r Rules, profile: Option<&str>, kind: &str) -> Option<&'r Profile> {
    let fits = |p: &&Profile| match profile {
        Some(name) => p.id == name,
        None => p.kinds.iter().any(|k| k == kind),
    };
    rules.profiles().iter().find(fits)
}

fn concerns(check: &Check, record: &Record, profile: Option<&Profile>) -> bool {
    let kind = (check.kinds.is_empty() || check.kinds.contains(&record.kind)) && !check.except.contains(&record.kind);
    let under = |p: &Profile| check.profiles.contains(&p.id);
    kind && (check.profiles.is_empty() || profile.is_some_and(under))
}

fn finding(check: &Check, hit: Hit, lang: Lang) -> (Severity, Finding) {
    let severity = lowered(check.severity, hit.doubtful);
    let values: Vec<(&str, &str)> = hit.values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let message = check.message.fill(lang, &values);
    (severity, Finding { rule: check.id.clone(), severity: severity.as_str().to_owned(), message, text: hit.text })
}

/// A doubtful reading accuses nobody.
fn lowered(severity: Severity, doubtful: bool) -> Severity {
    if doubtful { severity.min(Severity::Warning) } else { severity }
}

impl Subject<'_> {
    /// Whether the page was hard to read: pixels with unsure words, or a field that asks for a person.
    fn is_doubtful(&self, field: &str) -> bool {
        let asked =
            self.record.needs_review.iter().any(|r| r.field == field || r.field.starts_with(&format!("{field}.")));
        let words = self.text.origins_in(self.document.span);
        let sum: f32 = words.iter().map(|word| word.confidence).sum();
        let pixels = words.iter().any(|word| word.bbox.is_some());
        asked || (pixels && sum < SURE * words.len() as f32)
    }
}
