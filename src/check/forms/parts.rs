//! The parts a profile asks for: headings, words of the body, fields of the record.
//!
//! in: a profile and the subject → out: a finding per missing part.
//! Promises: a part is there when one of its headings, words or fields is; headings compare folded.

use super::super::{Subject, lowered};
use crate::record::Finding;
use crate::rules::{Part, Profile, Severity};
use crate::text::fold::Folded;
use crate::text::lang::Lang;

/// What of the profile is missing.
pub(in crate::check) fn missing(profile: &Profile, subject: &Subject, lang: Lang) -> Vec<(Severity, Finding)> {
    let body = Folded::new(subject.text.slice(subject.document.span)).text;
    let headings: Vec<String> =
        subject.record.sections.iter().map(|section| Folded::new(&section.title).text).collect();
    let absent = profile.part.iter().filter(|part| !is_there(part, subject, &headings, &body));
    absent
        .map(|part| {
            let severity = lowered(part.severity, subject.is_doubtful("sections"));
            let message = part.name.fill(lang, &[]);
            let rule = format!("{}.{}", profile.id, part.id);
            (severity, Finding { rule, severity: severity.as_str().to_owned(), message, text: String::new() })
        })
        .collect()
}

fn is_there(part: &Part, subject: &Subject, headings: &[String], body: &str) -> bool {
    let folded = |words: &String| Folded::new(words).text;
    let headed = part.headings.iter().map(folded).any(|words| headings.iter().any(|h| h.contains(&words)));
    let told = part.words.iter().map(folded).any(|words| body.contains(&words));
    headed || told || part.fields.iter().any(|field| is_filled(subject, field))
}

/// Whether a list or a value of the record is there.
fn is_filled(subject: &Subject, field: &str) -> bool {
    let record = subject.record;
    match field {
        "basis" => record.references.iter().any(|r| matches!(r.role.as_str(), "basis" | "implements")),
        "deadlines" => !record.deadlines.is_empty(),
        "quotas" => !record.quotas.is_empty(),
        "recipients" => !record.recipients.is_empty() || record.filing.is_some(),
        "addressees" => !record.addressees.is_empty(),
        "signer" => record.signer.is_some(),
        "tables" => !record.tables.is_empty(),
        _ => false,
    }
}
