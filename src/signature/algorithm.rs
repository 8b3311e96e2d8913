//! Digests and signature algorithms: whether a signature over some bytes was made with the private part of a key.
//!
//! in: a key, an algorithm, bytes, a signature, as ASN.1 → out: [`Proof`].
//! Promises: RSA (PKCS #1 v1.5, PSS; 1024 to 8192 bits), ECDSA on P-256 and P-384, with SHA-1 and SHA-2; anything else is
//! not checked, never good.
//! Leaves out: whether an algorithm is still strong enough: [`Digest::is_weak`] and [`Key::is_weak`] tell, others judge.

use super::asn1::{self, BIT_STRING, CONTEXT_0, CONTEXT_1, CONTEXT_2, INTEGER, OID, SEQUENCE, Tlv};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// RSA keys below 2048 bits are no longer safe (NIST SP 800-57; Thông tư 39/2017/TT-BTTTT asks for 2048).
const SAFE_RSA_BITS: usize = 2048;

/// What checking a signature gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Good,
    Bad,
    /// The algorithm, the curve or the key is one we do not check.
    Unknown,
}

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    fn of_oid(oid: &str) -> Option<Digest> {
        Some(match oid {
            "1.3.14.3.2.26" => Digest::Sha1,
            "2.16.840.1.101.3.4.2.1" => Digest::Sha256,
            "2.16.840.1.101.3.4.2.2" => Digest::Sha384,
            "2.16.840.1.101.3.4.2.3" => Digest::Sha512,
            _ => return None,
        })
    }

    /// The digest that an AlgorithmIdentifier names.
    pub(super) fn named(algorithm: Tlv<'_>) -> Option<Digest> {
        Digest::of_oid(&oid_in(algorithm)?)
    }

    pub(super) fn is_weak(self) -> bool {
        self == Digest::Sha1
    }

    /// The digest of all pieces, one behind the other. Linear.
    pub(super) fn of(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn run<D: sha2::Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            pieces.iter().for_each(|piece| digest.update(piece));
            digest.finalize().to_vec()
        }
        match self {
            Digest::Sha1 => run::<Sha1>(pieces),
            Digest::Sha256 => run::<Sha256>(pieces),
            Digest::Sha384 => run::<Sha384>(pieces),
            Digest::Sha512 => run::<Sha512>(pieces),
        }
    }
}

/// A public key.
#[derive(Debug, Clone)]
pub(super) enum Key {
    Rsa(Box<rsa::PublicKey>, usize),
    P256(Box<p256::ecdsa::VerifyingKey>),
    P384(Box<p384::ecdsa::VerifyingKey>),
}

impl Key {
    /// A SubjectPublicKeyInfo; `None` for keys we do not check.
    pub(super) fn read(info: Tlv<'_>) -> Option<Key> {
        let mut parts = info.inside();
        let mut algorithm = parts.field(SEQUENCE)?.inside();
        let kind = asn1::oid(algorithm.field(OID)?.value)?;
        // the first byte counts unused bits
        let bits = parts.field(BIT_STRING)?.value.split_first()?.1;
        match kind.as_str() {
            "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
                let mut numbers = Tlv::first(bits, SEQUENCE)?.inside();
                let modulus = without_noughts(numbers.field(INTEGER)?.value);
                let exponent = without_noughts(numbers.field(INTEGER)?.value);
                let number = |digits: &[u8]| BoxedUint::from_be_slice_vartime(digits);
                let fits = modulus.len() * 8 <= rsa::PublicKey::MAX_SIZE && exponent.len() <= 8;
                let key = fits.then(|| rsa::PublicKey::new(number(modulus), number(exponent)).ok())??;
                Some(Key::Rsa(Box::new(key), modulus.len() * 8))
            }
            "1.2.840.10045.2.1" => match asn1::oid(algorithm.field(OID)?.value)?.as_str() {
                "1.2.840.10045.3.1.7" => {
                    p256::ecdsa::VerifyingKey::from_sec1_bytes(bits).ok().map(|k| Key::P256(Box::new(k)))
                }
                "1.3.132.0.34" => p384::ecdsa::VerifyingKey::from_sec1_bytes(bits).ok().map(|k| Key::P384(Box::new(k))),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn is_weak(&self) -> bool {
        matches!(self, Key::Rsa(_, bits) if *bits < SAFE_RSA_BITS)
    }
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scheme {
    pub(super) digest: Digest,
    /// Length of the salt where the padding is PSS.
    pss_salt: Option<usize>,
}

impl Scheme {
    /// The signature algorithm that an AlgorithmIdentifier names; some name the key only and leave the digest to the structure
    /// around them.
    pub(super) fn read(algorithm: Tlv<'_>, told: Option<Digest>) -> Option<Scheme> {
        let plain = |digest| Some(Scheme { digest, pss_salt: None });
        match oid_in(algorithm)?.as_str() {
            "1.2.840.113549.1.1.1" | "1.2.840.10045.2.1" => plain(told?),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" => plain(Digest::Sha1),
            "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => plain(Digest::Sha256),
            "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => plain(Digest::Sha384),
            "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => plain(Digest::Sha512),
            "1.2.840.113549.1.1.10" => pss(algorithm),
            _ => None,
        }
    }

    /// Whether `signature` over all pieces was made with the private part of `key`.
    pub(super) fn check(self, key: &Key, pieces: &[&[u8]], signature: &[u8]) -> Proof {
        let hashed = self.digest.of(pieces);
        let holds = match key {
            Key::Rsa(key, _) => rsa_holds(self, key, &hashed, signature),
            Key::P256(key) => {
                p256::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&hashed, &s).is_ok())
            }
            Key::P384(key) => {
                p384::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&hashed, &s).is_ok())
            }
        };
        // the curves' library takes digests of at least half the curve's size: SHA-1 with P-384 it does not
        match (holds, key) {
            (true, _) => Proof::Good,
            (false, Key::P384(_)) if self.digest == Digest::Sha1 => Proof::Unknown,
            (false, _) => Proof::Bad,
        }
    }
}

/// Checks `signature` over `pieces` with what `algorithm` names.
pub(super) fn check(key: Option<&Key>, algorithm: Tlv<'_>, pieces: &[&[u8]], signature: &[u8]) -> Proof {
    match (key, Scheme::read(algorithm, None)) {
        (Some(key), Some(scheme)) => scheme.check(key, pieces, signature),
        _ => Proof::Unknown,
    }
}

fn rsa_holds(scheme: Scheme, key: &rsa::PublicKey, hashed: &[u8], signature: &[u8]) -> bool {
    let checked = match (scheme.digest, scheme.pss_salt) {
        (Digest::Sha1, None) => key.verify(Pkcs1v15Sign::new::<Sha1>(), hashed, signature),
        (Digest::Sha256, None) => key.verify(Pkcs1v15Sign::new::<Sha256>(), hashed, signature),
        (Digest::Sha384, None) => key.verify(Pkcs1v15Sign::new::<Sha384>(), hashed, signature),
        (Digest::Sha512, None) => key.verify(Pkcs1v15Sign::new::<Sha512>(), hashed, signature),
        (Digest::Sha1, Some(salt)) => key.verify(Pss::<Sha1>::new_with_salt(salt), hashed, signature),
        (Digest::Sha256, Some(salt)) => key.verify(Pss::<Sha256>::new_with_salt(salt), hashed, signature),
        (Digest::Sha384, Some(salt)) => key.verify(Pss::<Sha384>::new_with_salt(salt), hashed, signature),
        (Digest::Sha512, Some(salt)) => key.verify(Pss::<Sha512>::new_with_salt(salt), hashed, signature),
    };
    checked.is_ok()
}

/// RSASSA-PSS-params (RFC 4055): digest, mask, length of the salt; each has a default. Masks made with another digest than the
/// signature's are not checked.
fn pss(algorithm: Tlv<'_>) -> Option<Scheme> {
    let mut parts = algorithm.inside();
    parts.field(OID)?;
    let mut given = parts.field(SEQUENCE)?.inside();
    let digest = match given.field(CONTEXT_0) {
        Some(named) => Digest::named(Tlv::first(named.value, SEQUENCE)?)?,
        None => Digest::Sha1,
    };
    let mask = match given.field(CONTEXT_1) {
        Some(named) => {
            let mut mask = Tlv::first(named.value, SEQUENCE)?.inside();
            let is_mgf1 = asn1::oid(mask.field(OID)?.value)? == "1.2.840.113549.1.1.8";
            Digest::named(mask.field(SEQUENCE)?).filter(|_| is_mgf1)?
        }
        None => Digest::Sha1,
    };
    let salt = match given.field(CONTEXT_2) {
        Some(named) => {
            let digits = without_noughts(Tlv::first(named.value, INTEGER)?.value);
            digits.iter().try_fold(0usize, |salt, digit| salt.checked_mul(256)?.checked_add(usize::from(*digit)))?
        }
        None => 20,
    };
    // a salt as long as the longest key is none
    (mask == digest && salt <= rsa::PublicKey::MAX_SIZE / 8).then_some(Scheme { digest, pss_salt: Some(salt) })
}

fn oid_in(algorithm: Tlv<'_>) -> Option<String> {
    asn1::oid(Tlv::first(algorithm.value, OID)?.value)
}

fn without_noughts(digits: &[u8]) -> &[u8] {
    let start = digits.iter().position(|digit| *digit != 0).unwrap_or(digits.len());
    &digits[start..]
}
