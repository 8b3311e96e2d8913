//! Form `authority`: signed in the name of another body than the one that issues.
//!
//! in: issuer, symbol and authority line (TM. …); `bodies` = kinds of bodies with the authority lines that are not theirs
//! → out: a hit where the issuer is such a body.
//! Promises: nothing where the issuer was not read from the head or any of both is doubtful by name.

use super::super::{Hit, Subject};
use crate::rules::Check;
use crate::text::fold::bare;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let (Some(issuer), Some(signer)) = (&record.issuer, &record.signer) else { return Vec::new() };
    let Some(authority) = &signer.authority else { return Vec::new() };
    let folded = bare(authority);
    let in_name_of = folded.trim_start_matches("tm.").trim();
    let symbol = record.number.as_ref().and_then(|n| n.symbol.clone()).unwrap_or_default();
    let bodies = check.with.get("bodies").and_then(|v| v.as_array()).map_or(&[][..], Vec::as_slice);
    let list = |body: &toml::Value, key: &str| -> Vec<String> {
        let words = body.get(key).and_then(|v| v.as_array()).map_or(&[][..], Vec::as_slice);
        words.iter().filter_map(|v| v.as_str()).map(bare).collect()
    };
    let name = bare(&issuer.name);
    let clash = bodies.iter().any(|body| {
        let is_body = list(body, "issuer").iter().any(|word| name.starts_with(word));
        let in_symbol = list(body, "symbol").iter().any(|part| bare(&symbol).split('-').any(|p| p == part));
        let foreign = list(body, "not").iter().any(|word| in_name_of.starts_with(word));
        foreign && (is_body || in_symbol && !list(body, "not").iter().any(|word| name.starts_with(word)))
    });
    let unsure = record.needs_review.iter().any(|r| r.field == "issuer" || r.field == "signer.authority");
    if !clash || unsure {
        return Vec::new();
    }
    let values = vec![("issuer", issuer.name.clone()), ("authority", authority.clone())];
    let text = record.evidence.get("signer.authority").map_or_else(|| authority.clone(), |e| e.text.clone());
    vec![Hit { text, values, doubtful: subject.is_doubtful("signer") }]
}
