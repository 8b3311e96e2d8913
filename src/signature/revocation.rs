//! Whether a certificate was revoked, as far as the file itself says: lists (CRL) and answers (OCSP) it carries.
//!
//! in: a certificate, its issuer, what the file carries → out: [`RevocationState`].
//! Promises: only what the issuer signed counts, or whom it charged with answering; what was out of date when the document was
//! signed says nothing; the network is never asked.
//! Leaves out: partial lists and lists of other issuers.

use super::algorithm::{Digest, Proof};
use super::asn1::{self, CONTEXT_0, OCTET_STRING, OID, SEQUENCE, Tlv};
use super::certificate::{self, Certificate};
use super::clock;
use crate::record::RevocationState;
use der::{Decode, Encode};
use x509_ocsp::{BasicOcspResponse, CertStatus, ResponderId, SingleResponse};

/// What the certificate of who answers for an issuer must be for.
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
const BASIC_RESPONSE: &str = "1.3.6.1.5.5.7.48.1.1";
/// Lists and answers about one certificate, and who may have given an answer.
const MOST_HEARD: usize = 16;

/// What a file carries about revocation.
#[derive(Debug, Clone, Default)]
pub(super) struct Carried {
    /// CertificateLists.
    pub(super) lists: Vec<Vec<u8>>,
    /// OCSPResponses, or the basic responses in them.
    pub(super) answers: Vec<Vec<u8>>,
}

/// What is said of a certificate.
struct Said {
    revoked_at: Option<i64>,
    /// Until when that holds.
    until: Option<i64>,
    from: i64,
}

/// Whether the certificate was revoked at `at` (seconds since 1970), the time of signing.
pub(super) fn state(carried: &[&Carried], of: &Certificate, issuer: &Certificate, at: Option<i64>) -> RevocationState {
    let lists = carried.iter().flat_map(|c| &c.lists).filter_map(|list| said_by_list(list, of, issuer));
    let answers = carried.iter().flat_map(|c| &c.answers).filter_map(|answer| said_by_answer(answer, of, issuer));
    let said: Vec<Said> = lists.chain(answers).take(MOST_HEARD).collect();
    let holds = |said: &Said, at: i64| said.from > at || said.until.is_none_or(|until| until >= at);
    match (said.iter().filter_map(|said| said.revoked_at).min(), at) {
        (Some(since), Some(at)) if since > at => RevocationState::RevokedLater,
        (Some(_), _) => RevocationState::Revoked,
        (None, Some(at)) if said.iter().any(|said| holds(said, at)) => RevocationState::Good,
        _ => RevocationState::NotChecked,
    }
}

/// Reads a CertificateList as it stands: those of large authorities have a million entries, which no tree of them should hold.
fn said_by_list(list: &[u8], of: &Certificate, issuer: &Certificate) -> Option<Said> {
    let mut parts = Tlv::first(list, SEQUENCE)?.inside().field(SEQUENCE)?.inside();
    parts.field(asn1::INTEGER);
    parts.field(SEQUENCE)?;
    if parts.field(SEQUENCE)?.whole != of.issuer || issuer.subject != of.issuer {
        return None;
    }
    let from = clock::instant(parts.next()?)?;
    let next = parts.next();
    let until = next.filter(|next| next.tag == asn1::UTC_TIME || next.tag == 0x18).and_then(clock::instant);
    let entries = if until.is_some() { parts.next() } else { next }.filter(|entries| entries.tag == SEQUENCE);
    if is_partial(parts.chain(next).find(|part| part.tag == CONTEXT_0))
        || certificate::signed_by(list, issuer) != Proof::Good
    {
        return None;
    }
    let mut own = entries.into_iter().flat_map(Tlv::inside).filter_map(|entry| {
        let mut parts = entry.inside();
        let is_own = parts.field(asn1::INTEGER)?.value == of.serial;
        is_own.then(|| clock::instant(parts.next()?))?
    });
    Some(Said { revoked_at: own.next(), until, from })
}

/// Whether a list is only about some certificates, or about what changed: extensions that are critical say so.
fn is_partial(extensions: Option<Tlv<'_>>) -> bool {
    let all = extensions.and_then(|all| all.inside().next()).into_iter().flat_map(Tlv::inside);
    all.into_iter().any(|extension| extension.inside().any(|part| part.tag == 0x01 && part.value != [0]))
}

fn said_by_answer(answer: &[u8], of: &Certificate, issuer: &Certificate) -> Option<Said> {
    let basic = basic_response(answer)?;
    let read = BasicOcspResponse::from_der(basic).ok()?;
    let said = read.tbs_response_data.responses.iter().find(|said| is_about(said, of, issuer))?;
    if !is_from(&read, basic, issuer) {
        return None;
    }
    let at = |time: &x509_ocsp::OcspGeneralizedTime| i64::try_from(time.0.to_unix_duration().as_secs()).ok();
    let revoked_at = match &said.cert_status {
        CertStatus::Good(_) => None,
        CertStatus::Revoked(info) => Some(at(&info.revocation_time)?),
        CertStatus::Unknown(_) => return None,
    };
    Some(Said { revoked_at, until: said.next_update.as_ref().and_then(at), from: at(&said.this_update)? })
}

/// The basic response inside an OCSPResponse, or the bytes themselves where they are one.
fn basic_response(answer: &[u8]) -> Option<&[u8]> {
    let whole = Tlv::first(answer, SEQUENCE)?;
    let Some(explicit) = whole.inside().find(|part| part.tag == CONTEXT_0) else { return Some(whole.whole) };
    let starts_with_status = whole.inside().next()?.tag == 0x0a;
    if !starts_with_status {
        return Some(whole.whole);
    }
    let mut parts = Tlv::first(explicit.value, SEQUENCE)?.inside();
    let kind = asn1::oid(parts.field(OID)?.value)?;
    parts.field(OCTET_STRING).filter(|_| kind == BASIC_RESPONSE).map(|response| response.value)
}

fn is_about(said: &SingleResponse, of: &Certificate, issuer: &Certificate) -> bool {
    let id = &said.cert_id;
    let digest = id.hash_algorithm.to_der().ok().and_then(|der| Digest::named(Tlv::first(&der, SEQUENCE)?));
    digest.is_some_and(|digest| {
        id.serial_number.as_bytes() == of.serial
            && id.issuer_name_hash.as_bytes() == digest.of(&[&issuer.subject])
            && id.issuer_key_hash.as_bytes() == digest.of(&[&issuer.key_bits])
    })
}

/// Whether the issuer signed the answer, or somebody whom the issuer gave a certificate for that.
fn is_from(read: &BasicOcspResponse, basic: &[u8], issuer: &Certificate) -> bool {
    let inside = read.certs.iter().flatten().take(MOST_HEARD).filter_map(|c| Certificate::read(&c.to_der().ok()?));
    let charged = inside.filter(|c| c.is_for(OCSP_SIGNING) && c.signed_by(issuer) == Proof::Good);
    let named = |c: &Certificate| match &read.tbs_response_data.responder_id {
        ResponderId::ByName(name) => name.to_der().is_ok_and(|name| name == c.subject),
        ResponderId::ByKey(id) => id.as_bytes() == Digest::Sha1.of(&[&c.key_bits]),
    };
    let mut answering = std::iter::once(issuer.clone()).chain(charged).filter(named);
    answering.any(|by| certificate::signed_by(basic, &by) == Proof::Good)
}
