//! Form `component`: one of the components every administrative document has.
//!
//! in: `component` = motto | issuer | number | place | date | title | subject | body | signer | recipients | filing → out: a hit
//! where it is missing or left blank.
//! Promises: on a scan present where the page shows its place, even if its words could not be read (a number written by hand);
//! a blank in a text is doubtful, as whoever made the text may have left out what the pen wrote.

use super::super::{Hit, Subject};
use super::order;
use crate::document::Role;
use crate::record::Doubt;
use crate::rules::Component;
use crate::text::fold::bare;

pub(super) fn look(component: Component, subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let shown = |role: Role| subject.document.blocks.iter().any(|block| block.role == role);
    let kind = subject.rules.kind(&subject.document.kind);
    let titled = kind.is_some_and(|k| !k.titles.is_empty());
    let present = match component {
        Component::Motto => shown(Role::Motto) && !lacks_motto_line(subject),
        // one that was only read from the signature is not printed where it belongs
        Component::Issuer => shown(Role::Issuer) || record.issuer.is_some() && !subject.is_asked_about("issuer"),
        Component::Number => record.number.is_some() || shown(Role::Number) || kind.is_some_and(|k| !k.numbered),
        Component::Place => record.place.is_some() || shown(Role::PlaceDate),
        Component::Date => record.issued_on.is_some() || shown(Role::PlaceDate),
        Component::Title => shown(Role::Title) || !titled,
        // under a title that is missing it cannot be told from the body
        Component::Subject => record.subject.is_some() || shown(Role::Subject) || titled && !shown(Role::Title),
        Component::Body => shown(Role::Body),
        Component::Signer => record.signer.is_some() || shown(Role::Signature),
        Component::Recipients => !record.recipients.is_empty() || record.filing.is_some() || shown(Role::Recipients),
        // where no recipients are listed at all, that is told alone
        Component::Filing => record.filing.is_some() || !shown(Role::Recipients) || mentions_filing(subject),
    };
    let blank = present && is_blank(component, subject);
    let missing = Hit::new("", blank || subject.is_doubtful(field(component)));
    if present && !blank { Vec::new() } else { vec![missing] }
}

/// The field of the record that holds the component.
fn field(component: Component) -> &'static str {
    match component {
        Component::Motto => "motto",
        Component::Issuer => "issuer",
        Component::Number => "number",
        Component::Place => "place",
        Component::Date => "issued_on",
        Component::Title => "title",
        Component::Subject => "subject",
        Component::Body => "body",
        Component::Signer => "signer",
        Component::Recipients => "recipients",
        Component::Filing => "filing",
    }
}

/// Whether a text has the place of the component and nothing in it: "Số:    /KH-UBND", a position without a name.
fn is_blank(component: Component, subject: &Subject) -> bool {
    let record = subject.record;
    let blank = match component {
        // signs that could not be read are asked about; what they are is no blank
        Component::Number => record.number.as_ref().is_some_and(|n| n.serial.is_none()) && !is_unread_number(subject),
        Component::Date => record.issued_on.is_none(),
        Component::Signer => {
            record.signer.as_ref().is_some_and(|signer| signer.name.is_none() && signer.position.is_some())
        }
        _ => false,
    };
    blank && !subject.is_read()
}

/// Whether something stands where the number belongs that a person is asked about.
fn is_unread_number(subject: &Subject) -> bool {
    let mut asked = subject.record.needs_review.iter().filter(|review| review.field == "number");
    asked.any(|review| review.code == Some(Doubt::NumberUnsure))
}

/// Whether a text has one of both lines of the motto, of eight and of six words; party documents have one of five.
fn lacks_motto_line(subject: &Subject) -> bool {
    let words = |span| order::words(subject.text.slice(span)).len();
    let printed: usize = subject.document.blocks_of(Role::Motto).map(words).sum();
    (6..=9).contains(&printed) && !subject.is_read()
}

/// Whether the recipients hold a cue of the filing line ("Lưu"), however it goes on.
fn mentions_filing(subject: &Subject) -> bool {
    let cues = subject.rules.words("cues").rows().iter().filter(|row| row.get(1).is_some_and(|role| role == "filing"));
    let cues: Vec<String> = cues.map(|row| bare(&row[0])).collect();
    let mut blocks = subject.document.blocks_of(Role::Recipients).map(|span| bare(subject.text.slice(span)));
    blocks.any(|block| cues.iter().any(|cue| block.contains(cue)))
}
