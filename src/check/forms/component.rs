//! Form `component`: one of the components every administrative document has.
//!
//! in: `component` = motto | issuer | number | place | date | title | subject | body | signer | recipients | filing → out: a hit
//! where it is missing or left blank.
//! Promises: on a scan present where the page shows its place, even if its words could not be read (a number written by hand);
//! a blank in a text is doubtful, as whoever made the text may have left out what the pen wrote.

use super::super::{Hit, Subject};
use super::{order, parameter};
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
        "motto" => shown(Role::Motto) && !lacks_motto_line(subject),
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
    let blank = present && is_blank(component, subject);
    let missing = Hit { doubtful: blank || subject.is_doubtful(fields), ..Hit::default() };
    if present && !blank { Vec::new() } else { vec![missing] }
}

/// Whether a text has the place of the component and nothing in it: "Số:    /KH-UBND", a position without a name.
fn is_blank(component: &str, subject: &Subject) -> bool {
    let record = subject.record;
    let blank = match component {
        "number" => record.number.as_ref().is_some_and(|number| number.serial.is_none()),
        "date" => record.issued_on.is_none(),
        "signer" => record.signer.as_ref().is_some_and(|signer| signer.name.is_none() && signer.position.is_some()),
        _ => false,
    };
    blank && !subject.is_read()
}

/// Whether a text has one of both lines of the motto, of eight and of six words; party documents have one of five.
fn lacks_motto_line(subject: &Subject) -> bool {
    let words = |span| order::words(subject.text.slice(span)).len();
    let printed: usize = subject.document.blocks_of(Role::Motto).map(words).sum();
    (6..=9).contains(&printed) && !subject.is_read()
}

/// Whether a line of the recipients begins with "Lưu", however it goes on.
fn mentions_filing(subject: &Subject) -> bool {
    let lines = subject.document.blocks_of(Role::Recipients).map(|span| bare(subject.text.slice(span)));
    lines.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).any(|line| line.contains("luu"))
}
