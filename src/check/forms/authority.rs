//! Form `authority`: signed in the name of another body than the one that issues.
//!
//! in: issuer, symbol and authority line (TM. …); `bodies` = kinds of bodies with the authority lines that are not theirs
//! → out: a hit where the issuer is such a body.
//! Promises: nothing where the issuer was not read from the head or any of both is doubtful by name.

use super::super::{Hit, Subject};
use crate::rules::Body;
use crate::text::fold::bare;

pub(super) fn look(bodies: &[Body], subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let (Some(issuer), Some(signer)) = (&record.issuer, &record.signer) else { return Vec::new() };
    let Some(authority) = &signer.authority else { return Vec::new() };
    let folded = bare(authority);
    let in_name_of = folded.trim_start_matches("tm.").trim();
    let symbol = record.number.as_ref().and_then(|n| n.symbol.clone()).unwrap_or_default();
    let name = bare(&issuer.name);
    let opens = |words: &[String], line: &str| words.iter().any(|word| line.starts_with(&bare(word)));
    let clash = bodies.iter().any(|body| {
        let in_symbol = body.symbol.iter().any(|part| bare(&symbol).split('-').any(|p| p == bare(part)));
        let is_body = opens(&body.issuer, &name) || in_symbol && !opens(&body.not, &name);
        opens(&body.not, in_name_of) && is_body
    });
    let unsure = record.needs_review.iter().any(|r| r.field == "issuer" || r.field == "signer.authority");
    if !clash || unsure {
        return Vec::new();
    }
    let values = [("issuer", issuer.name.clone()), ("authority", authority.clone())];
    let text = record.evidence.get("signer.authority").map_or_else(|| authority.clone(), |e| e.text.clone());
    vec![Hit::new(text, subject.is_doubtful("signer")).with(values)]
}
