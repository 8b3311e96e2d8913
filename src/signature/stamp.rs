//! Time stamps (RFC 3161): a third party's word that some bytes were there at a time.
//!
//! in: a token and the bytes it should be about → out: [`Stamp`].
//! Promises: the imprint is compared with the bytes, the token's own signature checked, its certificate must be for time stamps.
//! Leaves out: whether the authority is one to trust (`chain`).

use super::Holds;
use super::algorithm::Digest;
use super::asn1::{INTEGER, OCTET_STRING, OID, SEQUENCE, Tlv};
use super::certificate::Certificate;
use super::clock;
use super::cms::SignedData;
use crate::record::SignatureFault;

/// What the certificate of a time stamping authority must be for.
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// A time stamp.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    /// Seconds since 1970.
    pub(super) at: Option<i64>,
    pub(super) holds: Holds,
    pub(super) authority: Option<Certificate>,
    pub(super) certificates: Vec<Certificate>,
}

impl Stamp {
    /// Reads and checks a token about `pieces`, one behind the other. Linear.
    pub(super) fn read(token: &[u8], pieces: &[&[u8]], others: &[Certificate]) -> Stamp {
        let unreadable = Stamp {
            at: None,
            holds: Holds::Broken(SignatureFault::Unreadable),
            authority: None,
            certificates: Vec::new(),
        };
        let Some(data) = SignedData::read(token) else { return unreadable };
        let Some(info) = data.content.and_then(Info::read) else { return unreadable };
        let authority = data.signer(others).cloned();
        let holds = match &authority {
            None => Holds::Unchecked(SignatureFault::Certificate),
            Some(own) if !own.is_for(TIME_STAMPING) => Holds::Broken(SignatureFault::Purpose),
            Some(own) => match info.is_about(pieces) {
                None => Holds::Unchecked(SignatureFault::Algorithm),
                Some(false) => Holds::Broken(SignatureFault::Content),
                Some(true) => data.holds(&[data.content.unwrap_or_default()], own),
            },
        };
        Stamp { at: Some(info.at), holds, authority, certificates: data.certificates }
    }
}

/// TSTInfo: what is stamped, and when.
struct Info<'a> {
    digest: Tlv<'a>,
    imprint: &'a [u8],
    at: i64,
}

impl<'a> Info<'a> {
    fn read(content: &'a [u8]) -> Option<Info<'a>> {
        let mut parts = Tlv::first(content, SEQUENCE)?.inside();
        parts.field(INTEGER)?;
        parts.field(OID)?;
        let mut imprint = parts.field(SEQUENCE)?.inside();
        let digest = imprint.field(SEQUENCE)?;
        let imprint = imprint.field(OCTET_STRING)?.value;
        parts.field(INTEGER)?;
        Some(Info { digest, imprint, at: clock::instant(parts.next()?)? })
    }

    fn is_about(&self, pieces: &[&[u8]]) -> Option<bool> {
        Digest::named(self.digest).map(|digest| digest.of(pieces) == self.imprint)
    }
}
