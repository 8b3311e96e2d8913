//! Digital signatures of a PDF (PAdES, PKCS #7): who signed, when, over what, and whether it holds.
//!
//! in: a PDF and its bytes → out: one [`Signature`] per signed field, in the order in which they were made; held against the
//! roots a reader trusts ([`Trust`]) it becomes a [`DigitalSignature`] of the record.
//! Promises: what was not checked says so and is never good; nothing is fetched: certificates, revocation and time stamps
//! count as far as the file carries them; hostile structures are bounded in depth, number and bytes hashed.
//! Leaves out: passwords; which roots are to be trusted; signatures of other files than PDF.
//!
//! In the order of the steps: `form` finds the fields, `coverage` the bytes signed, `cms` and `algorithm` check the signature
//! over them, `stamp` its time stamp, `clock` says when; `shape` and `changes` compare what was signed with what there is;
//! `chain`, `revocation` and `trust` say whose word the certificate is. `asn1` and `certificate` are read by all of them.

mod algorithm;
mod asn1;
mod certificate;
mod chain;
mod changes;
mod clock;
mod cms;
mod coverage;
mod form;
mod revocation;
mod shape;
mod stamp;
mod trust;

pub(crate) use form::pdf_text;
pub use trust::Trust;

use crate::record::{
    ChainState, DigitalSignature, LaterChanges, RevocationState, SignatureFault, SignatureKind, TimeFrom, TimeStamp,
    ValidityState, Verdict,
};
use algorithm::{Digest, Key};
use certificate::Certificate;
use changes::Whole;
use cms::SignedData;
use coverage::Coverage;
use form::Entry;
use hayro::hayro_syntax::Pdf;
use revocation::Carried;
use stamp::Stamp;
use std::sync::Arc;

/// Signatures checked in one file: a letter that went through five offices has ten.
const MOST_CHECKED: usize = 32;
/// Bytes hashed for all of them.
const MOST_HASHED: usize = 4 << 30;
/// Larger structures of one signature are hostile.
const LARGEST: usize = 16 << 20;
const SIGNATURE_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";
const ADOBE_REVOCATION: &str = "1.2.840.113583.1.1.8";

/// Whether something signed holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holds {
    Yes,
    Broken(SignatureFault),
    Unchecked(SignatureFault),
}

impl Holds {
    fn verdict(&self) -> Verdict {
        match self {
            Holds::Yes => Verdict::Good,
            Holds::Broken(_) => Verdict::Broken,
            Holds::Unchecked(_) => Verdict::NotChecked,
        }
    }

    fn fault(self) -> Option<SignatureFault> {
        match self {
            Holds::Yes => None,
            Holds::Broken(fault) | Holds::Unchecked(fault) => Some(fault),
        }
    }
}

/// A signature, checked as far as the file itself allows.
#[derive(Debug, Clone)]
pub struct Signature {
    /// What holds whomever the reader trusts.
    told: DigitalSignature,
    /// When it was made, seconds since 1970.
    at: Option<i64>,
    certificate: Option<Certificate>,
    stamp: Option<Stamp>,
    /// What the signature brings along, and what the file carries for all of them.
    own: Beside,
    stored: Arc<Beside>,
}

/// Certificates and revocation beside a signature.
#[derive(Debug, Clone, Default)]
struct Beside {
    certificates: Vec<Certificate>,
    carried: Carried,
}

impl Signature {
    /// The signature with what depends on whom the reader trusts.
    pub fn judged(&self, trust: &Trust) -> DigitalSignature {
        let mut told = self.told.clone();
        let pool: Vec<Certificate> = self.own.certificates.iter().chain(&self.stored.certificates).cloned().collect();
        let carried = [&self.own.carried, &self.stored.carried];
        if let (Some(stamp), Some(judged)) = (&self.stamp, &mut told.time_stamp)
            && let Some(authority) = &stamp.authority
        {
            judged.chain = chain::find(authority, &pool, trust, stamp.at).state;
        }
        let Some(own) = &self.certificate else {
            told.chain = Some(ChainState::NotChecked);
            told.revocation = Some(RevocationState::NotChecked);
            return told;
        };
        let path = chain::find(own, &pool, trust, self.at);
        let steps = std::iter::once(own).chain(&path.issuers).zip(&path.issuers);
        let mut states = steps.map(|(of, issuer)| revocation::state(&carried, of, issuer, self.at));
        let first = states.next().unwrap_or(RevocationState::NotChecked);
        // an authority that was revoked takes along whomever it vouched for
        let above = states.any(|state| state == RevocationState::Revoked);
        told.revocation = Some(if above { RevocationState::Revoked } else { first });
        told.chain = Some(path.state);
        told
    }
}

/// The signatures of a PDF, in the order in which they were made. Linear in the file for each of them.
pub fn read(pdf: &Pdf, file: &Arc<Vec<u8>>) -> Vec<Signature> {
    let (certificates, carried) = form::store(pdf);
    let stored = Arc::new(Beside { certificates, carried });
    let mut whole = Whole::new(file, pdf);
    let mut entries: Vec<(Option<Coverage>, Entry)> =
        form::entries(pdf).into_iter().map(|entry| (covered(&entry, file), entry)).collect();
    entries.sort_by_key(|(coverage, _)| coverage.map_or(usize::MAX, |coverage| coverage.end));
    let witness = pdf.metadata().modification_date.as_ref().and_then(clock::PdfTime::of);
    let mut hashed = 0usize;
    let each = entries.iter().enumerate().map(|(index, (coverage, entry))| {
        hashed = hashed.saturating_add(coverage.map_or(0, |coverage| coverage.end));
        if index >= MOST_CHECKED || hashed > MOST_HASHED {
            return unchecked(entry);
        }
        let mut signature = checked(entry, *coverage, &stored, witness);
        if let Some(coverage) = coverage {
            look_behind(&mut signature.told, entry, coverage, file, &mut whole);
        }
        signature
    });
    each.collect()
}

/// The bytes a signature is over, if what they leave out is that very signature.
fn covered<'f>(entry: &Entry, file: &'f [u8]) -> Option<Coverage<'f>> {
    let coverage = Coverage::of(&entry.range, file)?;
    // in an encrypted file the string may come out decrypted, though it never was encrypted
    let is_encrypted = || memchr::memmem::find(file, b"/Encrypt").is_some();
    (coverage.signature() == entry.contents || is_encrypted()).then_some(coverage)
}

fn unchecked(entry: &Entry) -> Signature {
    let mut told = plain(entry);
    told.integrity = Some(Verdict::NotChecked);
    told.faults.push(SignatureFault::TooMany);
    Signature::bare(told)
}

/// What the PDF says of a signature.
fn plain(entry: &Entry) -> DigitalSignature {
    let kind = if entry.is_time_stamp { SignatureKind::TimeStamp } else { SignatureKind::Signature };
    let at = clock::when(None, None, entry.at, None);
    DigitalSignature {
        signer: entry.name.clone(),
        signed_at: at.as_ref().and_then(|(at, _)| clock::told(*at)),
        signed_at_from: at.map(|(_, from)| from),
        kind: Some(kind),
        field: entry.field.clone(),
        validity: Some(ValidityState::NotChecked),
        later: Some(LaterChanges::NotChecked),
        ..DigitalSignature::default()
    }
}

/// What was done to the file after a signature, and whether its author allowed it.
fn look_behind(told: &mut DigitalSignature, entry: &Entry, coverage: &Coverage, file: &[u8], whole: &mut Whole) {
    let is_whole = coverage.is_whole(file);
    let later = if is_whole { LaterChanges::Nothing } else { whole.after(coverage.end) };
    let allowed: &[LaterChanges] = match entry.permits {
        None => &[LaterChanges::Forms, LaterChanges::Annotations, LaterChanges::Document, LaterChanges::Pages],
        Some(1) => &[],
        Some(2) => &[LaterChanges::Forms],
        Some(_) => &[LaterChanges::Forms, LaterChanges::Annotations],
    };
    let harmless = [LaterChanges::Nothing, LaterChanges::Signatures, LaterChanges::NotChecked];
    if !harmless.contains(&later) && !allowed.contains(&later) {
        told.faults.push(SignatureFault::NotPermitted);
    }
    told.covers_file = Some(is_whole);
    told.later = Some(later);
}

/// Checks one signature.
fn checked(
    entry: &Entry,
    coverage: Option<Coverage>,
    stored: &Arc<Beside>,
    witness: Option<clock::PdfTime>,
) -> Signature {
    // a range that lies leaves the name to be told
    let bytes = coverage.map_or_else(|| entry.contents.clone(), |coverage| coverage.signature());
    let der = Some(&bytes).filter(|bytes| bytes.len() <= LARGEST).and_then(|bytes| asn1::definite(bytes));
    let pieces = coverage.map(|coverage| coverage.pieces());
    let mut signature = match (&der, entry.is_time_stamp) {
        (Some(der), true) => of_stamp(entry, der, pieces, stored),
        (Some(der), false) => of_person(entry, der, pieces, stored, witness),
        (None, _) => without_structure(entry),
    };
    if coverage.is_none() {
        signature.told.integrity = Some(Verdict::Broken);
        signature.told.faults = vec![SignatureFault::Range];
    }
    signature
}

fn without_structure(entry: &Entry) -> Signature {
    let mut told = plain(entry);
    told.integrity = Some(Verdict::Broken);
    told.faults.push(SignatureFault::Unreadable);
    Signature::bare(told)
}

/// A time stamp on the document.
fn of_stamp(entry: &Entry, der: &[u8], pieces: Option<[&[u8]; 2]>, stored: &Arc<Beside>) -> Signature {
    let stamp = Stamp::read(der, &pieces.unwrap_or_default(), &stored.certificates);
    let mut told = plain(entry);
    told.integrity = Some(stamp.holds.verdict());
    told.faults.extend(stamp.holds.clone().fault());
    if let Some(at) = stamp.at.filter(|_| stamp.holds == Holds::Yes) {
        told.signed_at = clock::told(at);
        told.signed_at_from = Some(TimeFrom::TimeStamp);
    }
    let own = Beside { certificates: stamp.certificates, carried: Carried::default() };
    let mut signature = Signature { at: stamp.at, own, stored: stored.clone(), ..Signature::bare(told) };
    if let Some(own) = stamp.authority {
        signature.vouched_by(own);
    }
    signature
}

/// The signature of a person or an office.
fn of_person(
    entry: &Entry,
    der: &[u8],
    pieces: Option<[&[u8]; 2]>,
    stored: &Arc<Beside>,
    witness: Option<clock::PdfTime>,
) -> Signature {
    let Some(data) = SignedData::read(der) else { return without_structure(entry) };
    let mut told = plain(entry);
    let own = data.signer(&stored.certificates).cloned();
    let holds = match (&own, pieces) {
        (None, _) => Holds::Unchecked(SignatureFault::Certificate),
        (Some(_), None) => Holds::Broken(SignatureFault::Range),
        (Some(own), Some(pieces)) => holds(entry, &data, pieces, own),
    };
    told.integrity = Some(holds.verdict());
    told.faults.extend(holds.fault());
    told.faults.extend(data.uses_sha1().then_some(SignatureFault::WeakDigest));
    let token = data.unsigned(SIGNATURE_TIME_STAMP);
    let stamp = token.map(|token| Stamp::read(token.whole, &[data.signature()], &stored.certificates));
    let proved = stamp.as_ref().filter(|stamp| stamp.holds == Holds::Yes).and_then(|stamp| stamp.at);
    let when = clock::when(proved, data.signing_time(), entry.at, witness);
    told.signed_at = when.as_ref().and_then(|(at, _)| clock::told(*at));
    told.signed_at_from = when.as_ref().map(|(_, from)| from.clone());
    told.time_stamp = stamp.as_ref().map(|stamp| TimeStamp {
        at: stamp.at.and_then(clock::told),
        by: stamp.authority.as_ref().and_then(Certificate::common_name),
        integrity: stamp.holds.verdict(),
        chain: ChainState::NotChecked,
    });
    let stamped = stamp.iter().flat_map(|stamp| &stamp.certificates);
    let certificates = data.certificates.iter().chain(stamped).cloned().collect();
    let beside = Beside { certificates, carried: revocation_inside(&data) };
    let at = when.map(|(at, _)| at);
    let mut signature = Signature { at, stamp, own: beside, stored: stored.clone(), ..Signature::bare(told) };
    if let Some(own) = own {
        signature.vouched_by(own);
    }
    signature
}

/// Whether the signature is one over `pieces` by the key of `own`, in the form the entry names.
fn holds(entry: &Entry, data: &SignedData, pieces: [&[u8]; 2], own: &Certificate) -> Holds {
    match entry.format.as_str() {
        "adbe.pkcs7.detached" | "ETSI.CAdES.detached" => data.holds(&pieces, own),
        // what is signed is the SHA-1 of the document
        "adbe.pkcs7.sha1" => match data.content {
            Some(content) if content == Digest::Sha1.of(&pieces) => data.holds(&[content], own),
            _ => Holds::Broken(SignatureFault::Content),
        },
        _ => Holds::Unchecked(SignatureFault::Format),
    }
}

/// What the signature itself carries of revocation.
fn revocation_inside(data: &SignedData) -> Carried {
    let mut all = Carried { lists: data.revoked.iter().map(|list| list.to_vec()).collect(), answers: Vec::new() };
    let archived = data.signed(ADOBE_REVOCATION).into_iter().flat_map(asn1::Tlv::inside);
    for part in archived {
        let values = part.inside().next().into_iter().flat_map(asn1::Tlv::inside).map(|value| value.whole.to_vec());
        match part.tag {
            asn1::CONTEXT_0 => all.lists.extend(values),
            asn1::CONTEXT_1 => all.answers.extend(values),
            _ => {}
        }
    }
    all
}

impl Signature {
    fn bare(told: DigitalSignature) -> Signature {
        Signature { told, at: None, certificate: None, stamp: None, own: Beside::default(), stored: Arc::default() }
    }

    /// Takes over what the signer's certificate says.
    fn vouched_by(&mut self, own: Certificate) {
        let told = &mut self.told;
        told.signer = own.common_name().or_else(|| told.signer.take());
        told.organisation = own.organisation();
        told.issued_by = own.issued_by();
        told.validity = Some(match self.at {
            None => ValidityState::NotChecked,
            Some(at) if at < own.from => ValidityState::NotYet,
            Some(at) if at > own.until => ValidityState::Expired,
            Some(_) => ValidityState::InForce,
        });
        told.faults.extend((!own.may_sign()).then_some(SignatureFault::Purpose));
        told.faults.extend(own.key.as_ref().is_some_and(Key::is_weak).then_some(SignatureFault::WeakKey));
        self.certificate = Some(own);
    }
}
