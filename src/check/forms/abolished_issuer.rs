//! Form `abolished_issuer`: issued by an office of a level of administration that no longer existed on the day of issue.
//!
//! in: issuer and day of issue; `levels` before a place's name, `bodies` that begin with theirs, `from` = the first day
//! without them → out: one hit.
//! Promises: nothing where issuer or day are doubtful; a note for a person, as a day misread is as likely as an old form.

use super::super::{Hit, Subject};
use super::day;
use crate::rules::AbolishedIssuer;
use crate::text::fold::bare;

pub(super) fn look(form: &AbolishedIssuer, subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let unsure = record.needs_review.iter().any(|r| matches!(r.field.as_str(), "issuer" | "issued_on"));
    let issued = day(record.issued_on.as_ref()).filter(|issued| *issued >= form.from && !unsure);
    let Some(issuer) = record.issuer.as_ref().filter(|_| issued.is_some()) else { return Vec::new() };
    let ended = |name: &&String| is_of(form, name);
    let Some(name) = [Some(&issuer.name), issuer.parent.as_ref()].into_iter().flatten().find(ended) else {
        return Vec::new();
    };
    let text = record.evidence.get("issuer").map_or_else(|| name.clone(), |e| e.text.clone());
    vec![Hit::new(text, subject.is_doubtful("issuer")).with([("issuer", name.clone())])]
}

/// Whether an office's name holds one of the levels before a place's name, or begins as one of the bodies.
fn is_of(form: &AbolishedIssuer, name: &str) -> bool {
    let folded = bare(name);
    let begins = |body: &String| folded.starts_with(&bare(body));
    // levels are small letters in a name in sentence case, what follows is the place's
    let before_place = |level: &String| {
        let mut found = name.match_indices(level.as_str());
        found.any(|(at, _)| {
            let behind = name[at + level.len()..].trim_start();
            (at == 0 || name[..at].ends_with(' ')) && behind.starts_with(char::is_uppercase)
        })
    };
    form.bodies.iter().any(begins) || form.levels.iter().any(before_place)
}
