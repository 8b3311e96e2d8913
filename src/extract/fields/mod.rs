//! The fields of a record, one file for each, named as the published schema names them.
//!
//! in: the record in the making → out: its fields, each with its evidence, its reasons and its doubts.
//! Leaves out: what the fields share of the language (`language`) and of readings in doubt (`doubt`).

mod addressees;
mod awards;
mod body;
mod deadlines;
mod found;
mod issued_on;
mod issuer;
mod marks;
mod number;
mod obligations;
mod place;
mod quotas;
mod received;
mod recipients;
mod references;
mod rounds;
mod sections;
mod signer;
mod subject;
mod tables;

use super::Extraction;

/// Fills the fields in, in the order in which one needs another: the date of issue before what it dates, the symbol and
/// the signature before the issuer they may name, the citations before the day of issue they may contradict.
pub(super) fn fill(page: &mut Extraction) {
    number::fill(page);
    place::fill(page);
    issued_on::fill(page);
    subject::fill(page);
    addressees::fill(page);
    recipients::fill(page);
    signer::fill(page);
    issuer::fill(page);
    marks::fill(page);
    received::fill(page);
    references::fill(page);
    issued_on::weigh_citations(page);
    issued_on::weigh_arrival(page);
    body::fill(page);
}
