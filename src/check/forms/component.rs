//! Form `component`: one of the components every administrative document has.
//!
//! in: `component` = motto | issuer | number | place | date | title | subject | body | signer | recipients | filing → out: a hit
//! where it is missing.
//! Promises: present where the page shows its place, even if its words could not be read (a number written by hand).

use super::super::{Hit, Subject};
use super::parameter;
use crate::document::Role;
use crate::rules::Check;
use crate::text::fold::bare;

pub(super) fn look(check: &Check, subject: &Subject) -> Vec<Hit> {
    let component = parameter(check, "component");
    let record = subject.record;
    let shown = |role: Role| subject.document.blocks.iter().any(|block| block.role == role);
    let kind = subject.rules.kind(&subject.document.kind);
    let titled = kind.is_some_and(|k| !k.titles.is_empty());
    let present = match component {
        "motto" => shown(Role::Motto),
        // one that was only read from the signature is not printed where it belongs
        "issuer" => shown(Role::Issuer) || record.issuer.is_some() && !subject.is_asked_about("issuer"),
        "number" => record.number.is_some() || shown(Role::Number) || kind.is_some_and(|k| !k.numbered),
        "place" => record.place.is_some() || shown(Role::PlaceDate),
        "date" => record.issued_on.is_some() || shown(Role::PlaceDate),
        "title" => shown(Role::Title) || !titled,
        // under a title that is missing it cannot be told from the body
        "subject" => record.subject.is_some() || shown(Role::Subject) || titled && !shown(Role::Title),
        "body" => shown(Role::Body),
        "signer" => record.signer.is_some() || shown(Role::Signature),
        "recipients" => !record.recipients.is_empty() || record.filing.is_some() || shown(Role::Recipients),
        // where no recipients are listed at all, that is told alone
        "filing" => record.filing.is_some() || !shown(Role::Recipients) || mentions_filing(subject),
        _ => true,
    };
    let fields = if component == "date" { "issued_on" } else { component };
    let missing = Hit { doubtful: subject.is_doubtful(fields), ..Hit::default() };
    if present { Vec::new() } else { vec![missing] }
}

/// Whether a line of the recipients begins with "Lưu", however it goes on.
fn mentions_filing(subject: &Subject) -> bool {
    let lines = subject.document.blocks_of(Role::Recipients).map(|span| bare(subject.text.slice(span)));
    lines.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).any(|line| line.contains("luu"))
}
