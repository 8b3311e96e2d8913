//! X.509 certificates: whose they are, who issued them, what their key may do.
//!
//! in: DER → out: [`Certificate`].
//! Promises: what was signed is kept byte for byte; names are on one line, without what a terminal would take for a command.
//! Leaves out: paths to a root (`chain`), revocation (`revocation`).

use super::algorithm::{self, Key, Proof};
use super::asn1;
use super::asn1::{BIT_STRING, CONTEXT_0, INTEGER, OCTET_STRING, OID, SEQUENCE, Tlv};
use super::clock::instant;
use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Tag, Tagged};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::name::Name;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const SUBJECT_KEY: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const ISSUER_KEY: &str = "2.5.29.35";
const EXTENDED_USAGE: &str = "2.5.29.37";
/// Critical extensions that are looked at, and those that bind nobody here: policies, other names, where to ask for revocation.
const UNDERSTOOD: [&str; 8] =
    [KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_USAGE, SUBJECT_KEY, ISSUER_KEY, "2.5.29.32", "2.5.29.17", "2.5.29.31"];
/// Larger certificates are hostile.
const LARGEST: usize = 64 << 10;

/// A certificate. Times are seconds since 1970.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    pub(super) serial: Vec<u8>,
    /// Names as ASN.1.
    pub(super) issuer: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) key: Option<Key>,
    /// The bits of the key, of which key identifiers are digests.
    pub(super) key_bits: Vec<u8>,
    extensions: Vec<Extension>,
}

#[derive(Debug, Clone)]
struct Extension {
    id: String,
    critical: bool,
    value: Vec<u8>,
}

impl Certificate {
    pub(super) fn read(der: &[u8]) -> Option<Certificate> {
        let whole = Tlv::first(der, SEQUENCE).filter(|whole| whole.whole.len() <= LARGEST)?;
        let mut parts = whole.inside().field(SEQUENCE)?.inside();
        parts.field(CONTEXT_0);
        let serial = parts.field(INTEGER)?.value.to_vec();
        parts.field(SEQUENCE)?;
        let issuer = parts.field(SEQUENCE)?.whole.to_vec();
        let mut validity = parts.field(SEQUENCE)?.inside();
        let (from, until) = (instant(validity.next()?)?, instant(validity.next()?)?);
        let subject = parts.field(SEQUENCE)?.whole.to_vec();
        let info = parts.field(SEQUENCE)?;
        let bits = info.inside().find(|part| part.tag == BIT_STRING)?;
        let extensions = parts.find(|part| part.tag == 0xa3).map(|all| extensions(all)).unwrap_or_default();
        Some(Certificate {
            der: whole.whole.to_vec(),
            serial,
            issuer,
            subject,
            from,
            until,
            key: Key::read(info),
            key_bits: bits.value.get(1..)?.to_vec(),
            extensions,
        })
    }

    /// Whether `issuer` signed this certificate.
    pub(super) fn signed_by(&self, issuer: &Certificate) -> Proof {
        signed_by(&self.der, issuer)
    }

    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether its key may sign certificates; `deep` others stand between it and the certificate at the end.
    pub(super) fn may_issue(&self, deep: usize) -> bool {
        let constraints = self.extension(BASIC_CONSTRAINTS).and_then(|value| BasicConstraints::from_der(value).ok());
        let may_sign = self.usage().is_none_or(|usage| usage.0.contains(KeyUsages::KeyCertSign));
        may_sign
            && constraints.is_some_and(|c| c.ca && c.path_len_constraint.is_none_or(|most| deep <= usize::from(most)))
    }

    /// Whether its key may sign documents: where it says what it is for, that must be among it.
    pub(super) fn may_sign(&self) -> bool {
        let any = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
        self.usage().is_none_or(|usage| !usage.0.is_disjoint(any))
    }

    /// Whether it is for a purpose that must be named: time stamps, answers about revocation.
    pub(super) fn is_for(&self, purpose: &str) -> bool {
        let usage = self.extension(EXTENDED_USAGE).and_then(|value| ExtendedKeyUsage::from_der(value).ok());
        usage.is_some_and(|usage| usage.0.iter().any(|id| id.to_string() == purpose))
    }

    /// Whether it has a condition that nothing here checks.
    pub(super) fn has_unknown_condition(&self) -> bool {
        self.extensions.iter().any(|extension| extension.critical && !UNDERSTOOD.contains(&extension.id.as_str()))
    }

    /// The identifier of its key.
    pub(super) fn key_id(&self) -> Option<&[u8]> {
        Tlv::first(self.extension(SUBJECT_KEY)?, OCTET_STRING).map(|id| id.value)
    }

    /// The identifier of its issuer's key.
    pub(super) fn issuer_key_id(&self) -> Option<&[u8]> {
        Tlv::first(self.extension(ISSUER_KEY)?, SEQUENCE)?.inside().find(|part| part.tag == 0x80).map(|id| id.value)
    }

    pub(super) fn common_name(&self) -> Option<String> {
        part(&self.subject, COMMON_NAME)
    }

    pub(super) fn organisation(&self) -> Option<String> {
        part(&self.subject, ORGANISATION)
    }

    /// Who issued it, by the name people know.
    pub(super) fn issued_by(&self) -> Option<String> {
        part(&self.issuer, COMMON_NAME).or_else(|| part(&self.issuer, ORGANISATION))
    }

    fn usage(&self) -> Option<KeyUsage> {
        self.extension(KEY_USAGE).and_then(|value| KeyUsage::from_der(value).ok())
    }

    fn extension(&self, id: &str) -> Option<&[u8]> {
        self.extensions.iter().find(|extension| extension.id == id).map(|extension| extension.value.as_slice())
    }
}

/// Whether `issuer` signed a structure of three parts: what is signed, how, the signature (certificates, lists of revoked ones).
pub(super) fn signed_by(der: &[u8], issuer: &Certificate) -> Proof {
    let signed = || {
        let mut parts = Tlv::first(der, SEQUENCE)?.inside();
        let (what, algorithm) = (parts.field(SEQUENCE)?, parts.field(SEQUENCE)?);
        let signature = parts.field(BIT_STRING)?.value.get(1..)?;
        Some(algorithm::check(issuer.key.as_ref(), algorithm, &[what.whole], signature))
    };
    signed().unwrap_or(Proof::Bad)
}

fn extensions(all: Tlv<'_>) -> Vec<Extension> {
    let each = all.inside().next().map(|list| list.inside().collect::<Vec<_>>()).unwrap_or_default();
    let read = |extension: Tlv<'_>| {
        let mut parts = extension.inside();
        let id = asn1::oid(parts.field(OID)?.value)?;
        let critical = parts.field(0x01).is_some_and(|flag| flag.value != [0]);
        Some(Extension { id, critical, value: parts.field(OCTET_STRING)?.value.to_vec() })
    };
    each.into_iter().filter_map(read).collect()
}

fn part(name: &[u8], wanted: ObjectIdentifier) -> Option<String> {
    let name = Name::from_der(name).ok()?;
    let mut parts = name.0.iter().flat_map(|set| set.0.iter());
    parts.find(|part| part.oid == wanted).map(|part| any_text(&part.value)).filter(|text| !text.is_empty())
}

fn any_text(value: &Any) -> String {
    clean(&match value.tag() {
        Tag::BmpString => utf16(value.value()),
        _ => String::from_utf8_lossy(value.value()).into_owned(),
    })
}

/// Text in UTF-16, high bytes first.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// On one line, without what a terminal would take for a command.
pub(super) fn clean(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
