//! Form `digital_signature`: a digital signature of the file that does not hold.
//!
//! in: `fault` = broken: the bytes signed are others, or the signature is not by the certificate · changed: pages were changed
//! afterwards, or something its author did not allow · out_of_force: the certificate had ended, or not begun, at the time of
//! signing · revoked: it was revoked by then · time_stamp: the time stamp on it is about something else → out: a hit for each.
//! Promises: what could not be checked, and a root nobody named, is no fault of the letter.

use super::super::{Hit, Subject};
use crate::record::DigitalSignature;
use crate::rules::SignatureFlaw;

pub(super) fn look(fault: SignatureFlaw, subject: &Subject) -> Vec<Hit> {
    let has = |own: &&DigitalSignature| match fault {
        SignatureFlaw::Broken => own.does_not_hold(),
        SignatureFlaw::Changed => own.was_changed(),
        SignatureFlaw::OutOfForce => own.is_out_of_force(),
        SignatureFlaw::Revoked => own.is_revoked(),
        SignatureFlaw::TimeStamp => own.has_broken_stamp(),
    };
    let hit = |own: &DigitalSignature| {
        let name = own.signer.clone().or_else(|| own.field.clone()).unwrap_or_else(|| "?".to_owned());
        Hit::new("", false).with([("signer", name)])
    };
    subject.record.digital_signatures.iter().filter(has).map(hit).collect()
}
