//! Holds a document against the checks of `dictionaries/checks/` and the parts of a profile.
//!
//! in: record, document, text, rules → out: [`Finding`]s, one per place, worst first.
//! Promises: rules are data, a form only knows how to look; what the page did not let us read is never an error: where
//! the reading is doubtful an error becomes a warning.
//! Leaves out: seal and signature as images; other documents (`--against`, the store).

mod forms;

use crate::document::Document;
use crate::record::{Finding, Record, Review};
use crate::rules::{Check, Profile, Rules, Severity};
use crate::text::lang::Lang;
use crate::text::{Origin, Text};
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

/// A text layer is sure of every word; a reader of images hardly ever.
const SURE: f32 = 0.99;

/// Parts of the header and of the end: where one is doubtful, so is the absence of another.
const HEADER: [&str; 8] = ["motto", "number", "place", "issued_on", "issuer", "subject", "signer", "recipients"];

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
    /// Whether the reading behind a field may be at fault: a person is asked to look at it, or at any part of the header
    /// where the header is concerned; or the words were read off an image, where a line can be lost without a trace.
    fn is_doubtful(&self, field: &str) -> bool {
        let head = |field: &str| HEADER.contains(&field.split('.').next().unwrap_or(field));
        let review = |r: &Review| r.field == field || r.field.starts_with(&format!("{field}."));
        let asked = self.record.needs_review.iter().any(|r| review(r) || (head(field) && head(&r.field)));
        let read = |word: &Origin| word.bbox.is_some() && word.confidence < SURE;
        asked || self.text.origins_in(self.document.span).iter().any(read)
    }
}
