//! Form `near_copy`: a document made from another stored one.
//!
//! in: the stored documents that repeat it (`Company::copies`) → out: one hit for the nearest.
//! Promises: the same document stored twice is none: another office or another number must have issued it.

use super::super::{Hit, Subject};
use super::order;
use crate::record::Record;
use crate::rules::Check;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let number = |r: &Record| r.number.as_ref().and_then(|n| n.normalized.clone());
    let issuer = |r: &Record| r.issuer.as_ref().map(|issuer| order::words(&issuer.name));
    let own = subject.record;
    let another = |r: &Record| number(r) != number(own) || issuer(r) != issuer(own);
    let copies = subject.company.iter().flat_map(|company| &company.copies).filter(|copy| another(&copy.record));
    let Some(nearest) = copies.max_by(|a, b| a.share.total_cmp(&b.share)) else { return Vec::new() };
    let other = &nearest.record;
    let values = vec![
        ("share", format!("{:.0}", nearest.share * 100.0)),
        ("number", number(other).unwrap_or_else(|| other.kind_label.clone())),
        ("issuer", other.issuer.as_ref().map(|issuer| issuer.name.clone()).unwrap_or_default()),
        ("own", nearest.own.join("; ")),
    ];
    vec![Hit { values, ..Hit::default() }]
}
