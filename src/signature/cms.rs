//! Signed data (CMS, RFC 5652): a signature with what it says of itself.
//!
//! in: the bytes of `/Contents`, or of a time stamp → out: [`SignedData`]; [`SignedData::holds`] checks it against the content.
//! Promises: signed attributes are hashed as they stand; the first signer counts, as PDF allows only one.
//! Leaves out: whose word the certificate is (`chain`).

use super::Holds;
use super::algorithm::{Digest, Proof, Scheme};
use super::asn1::{self, CONTEXT_0, CONTEXT_1, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, Tlv};
use super::certificate::Certificate;
use super::clock;
use crate::record::SignatureFault;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
/// More certificates than any path needs.
const MOST_CERTIFICATES: usize = 64;

/// The parts of a signature, as they stand in its bytes.
#[derive(Debug, Clone)]
pub(super) struct SignedData<'a> {
    /// What is signed, where it is inside.
    pub(super) content: Option<&'a [u8]>,
    content_type: Option<String>,
    pub(super) certificates: Vec<Certificate>,
    /// Lists of revoked certificates.
    pub(super) revoked: Vec<&'a [u8]>,
    signer: Signer<'a>,
}

#[derive(Debug, Clone, Copy)]
struct Signer<'a> {
    /// Issuer and serial number, or the identifier of a key.
    id: Tlv<'a>,
    digest: Tlv<'a>,
    signed: Option<Tlv<'a>>,
    algorithm: Tlv<'a>,
    signature: &'a [u8],
    unsigned: Option<Tlv<'a>>,
}

impl<'a> SignedData<'a> {
    /// Reads bytes that [`asn1::definite`] made plain.
    pub(super) fn read(der: &'a [u8]) -> Option<SignedData<'a>> {
        let mut info = Tlv::first(der, SEQUENCE)?.inside();
        let kind = asn1::oid(info.field(OID)?.value)?;
        let explicit = info.field(CONTEXT_0).filter(|_| kind == SIGNED_DATA)?;
        let mut data = Tlv::first(explicit.value, SEQUENCE)?.inside();
        data.field(INTEGER)?;
        data.field(SET)?;
        let mut inner = data.field(SEQUENCE)?.inside();
        let content_type = asn1::oid(inner.field(OID)?.value);
        let content =
            inner.field(CONTEXT_0).and_then(|inner| Tlv::split(inner.value)).map(|(content, _)| content.value);
        let certificates = data.field(CONTEXT_0).map(|all| all.inside().take(MOST_CERTIFICATES).collect::<Vec<_>>());
        let certificates = certificates.unwrap_or_default();
        let revoked = data.field(CONTEXT_1).map(|all| all.inside().map(|list| list.whole).collect());
        let signer = Signer::read(data.field(SET)?.inside().field(SEQUENCE)?)?;
        Some(SignedData {
            content,
            content_type,
            certificates: certificates.iter().filter_map(|c| Certificate::read(c.whole)).collect(),
            revoked: revoked.unwrap_or_default(),
            signer,
        })
    }

    /// The signer's certificate, among those inside and `others`.
    pub(super) fn signer<'c>(&'c self, others: &'c [Certificate]) -> Option<&'c Certificate> {
        let id = self.signer.id;
        self.certificates.iter().chain(others).find(|certificate| match id.tag {
            SEQUENCE => {
                let mut parts = id.inside();
                let (issuer, serial) = (parts.field(SEQUENCE), parts.field(INTEGER));
                issuer.is_some_and(|issuer| issuer.whole == certificate.issuer)
                    && serial.is_some_and(|serial| serial.value == certificate.serial)
            }
            _ => certificate.key_id() == Some(id.value),
        })
    }

    /// Whether the signature is one over `content`, by the key of `signer`.
    pub(super) fn holds(&self, content: &[&[u8]], signer: &Certificate) -> Holds {
        let Some(digest) = Digest::named(self.signer.digest) else {
            return Holds::Unchecked(SignatureFault::Algorithm);
        };
        let Some(scheme) = Scheme::read(self.signer.algorithm, Some(digest)) else {
            return Holds::Unchecked(SignatureFault::Algorithm);
        };
        let Some(key) = &signer.key else { return Holds::Unchecked(SignatureFault::Algorithm) };
        let proof = match self.signer.signed {
            Some(attributes) => {
                let told = value_of(attributes, MESSAGE_DIGEST);
                if told.is_none_or(|told| told.value != digest.of(content)) {
                    return Holds::Broken(SignatureFault::Content);
                }
                let kind = value_of(attributes, CONTENT_TYPE).and_then(|kind| asn1::oid(kind.value));
                if kind != self.content_type || self.names_another(signer) {
                    return Holds::Broken(SignatureFault::Signature);
                }
                // signed as the SET it is, not as the field it fills (RFC 5652, 5.4)
                scheme.check(key, &[&[SET], &attributes.whole[1..]], self.signer.signature)
            }
            None => scheme.check(key, content, self.signer.signature),
        };
        match proof {
            Proof::Good => Holds::Yes,
            Proof::Bad if self.signer.signed.is_none() => Holds::Broken(SignatureFault::Content),
            Proof::Bad => Holds::Broken(SignatureFault::Signature),
            Proof::Unknown => Holds::Unchecked(SignatureFault::Algorithm),
        }
    }

    /// What the signature says of when it was made.
    pub(super) fn signing_time(&self) -> Option<i64> {
        self.signed(SIGNING_TIME).and_then(clock::instant)
    }

    pub(super) fn signed(&self, id: &str) -> Option<Tlv<'a>> {
        value_of(self.signer.signed?, id)
    }

    pub(super) fn unsigned(&self, id: &str) -> Option<Tlv<'a>> {
        value_of(self.signer.unsigned?, id)
    }

    /// The bytes that a time stamp on the signature is about.
    pub(super) fn signature(&self) -> &'a [u8] {
        self.signer.signature
    }

    /// Whether SHA-1 is among what the signature rests on.
    pub(super) fn uses_sha1(&self) -> bool {
        let digest = Digest::named(self.signer.digest);
        let scheme = Scheme::read(self.signer.algorithm, digest).map(|scheme| scheme.digest);
        [digest, scheme].into_iter().flatten().any(Digest::is_weak)
    }

    /// Whether the signature names another certificate as the signer's (RFC 5035): the one beside it was put there later.
    fn names_another(&self, signer: &Certificate) -> bool {
        let named = |id: &str, without: Digest| {
            let all = self.signed(id)?.inside().field(SEQUENCE)?;
            let mut first = all.inside().field(SEQUENCE)?.inside();
            let digest = match first.field(SEQUENCE) {
                Some(algorithm) => Digest::named(algorithm)?,
                None => without,
            };
            Some(first.field(OCTET_STRING)?.value != digest.of(&[&signer.der]))
        };
        let v2 = named(SIGNING_CERTIFICATE_V2, Digest::Sha256);
        v2.or_else(|| named(SIGNING_CERTIFICATE, Digest::Sha1)).unwrap_or(false)
    }
}

impl<'a> Signer<'a> {
    fn read(info: Tlv<'a>) -> Option<Signer<'a>> {
        let mut parts = info.inside();
        parts.field(INTEGER)?;
        let id = parts.next()?;
        let digest = parts.field(SEQUENCE)?;
        let signed = parts.field(CONTEXT_0);
        Some(Signer {
            id,
            digest,
            signed,
            algorithm: parts.field(SEQUENCE)?,
            signature: parts.field(OCTET_STRING)?.value,
            unsigned: parts.field(CONTEXT_1),
        })
    }
}

/// The first value of the attribute with this name.
fn value_of<'a>(attributes: Tlv<'a>, id: &str) -> Option<Tlv<'a>> {
    attributes.inside().find_map(|attribute| {
        let mut parts = attribute.inside();
        let is_it = parts.field(OID).and_then(|name| asn1::oid(name.value)).is_some_and(|name| name == id);
        parts.field(SET).filter(|_| is_it).and_then(|values| values.inside().next())
    })
}
