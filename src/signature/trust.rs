//! The roots a reader trusts: none is built in.
//!
//! in: a folder of certificates (PEM or DER) → out: [`Trust`].
//! Promises: every file with a certificate's name is read, or named as what cannot be; nothing is fetched.

use super::algorithm::Digest;
use super::certificate::Certificate;
use crate::error::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

/// What certificates are called; other files of the folder are left alone.
const ENDINGS: [&str; 4] = ["pem", "crt", "cer", "der"];
/// A bundle of all roots of a browser has 300 KB.
const LARGEST: u64 = 4 << 20;
/// Roots in all.
const MOST: usize = 2_000;

/// Certificates whose word is taken.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    roots: Vec<Certificate>,
}

impl Trust {
    /// The certificates of a folder.
    ///
    /// # Errors
    /// The folder cannot be read or holds no certificate; a file that should be one is none.
    pub fn load(folder: &Path) -> Result<Trust> {
        let wrong =
            |e: std::io::Error| Error::environment(format!("{e}: a folder of root certificates is needed")).at(folder);
        let mut files: Vec<_> = std::fs::read_dir(folder).map_err(wrong)?.flatten().map(|entry| entry.path()).collect();
        files.retain(|path| {
            path.is_file()
                && path.extension().is_some_and(|e| ENDINGS.iter().any(|known| e.eq_ignore_ascii_case(known)))
        });
        files.sort();
        let mut trust = Trust::default();
        for path in &files {
            let none = || Error::environment("no certificate in it: give PEM or DER").at(path);
            if std::fs::metadata(path).map_or(u64::MAX, |about| about.len()) > LARGEST {
                return Err(none());
            }
            let found = certificates(&std::fs::read(path).map_err(|e| Error::from(e).at(path))?);
            if found.is_empty() {
                return Err(none());
            }
            trust.roots.extend(found);
            trust.roots.truncate(MOST);
        }
        if trust.is_empty() {
            return Err(Error::environment("no root certificate in it (.pem, .crt, .cer, .der)").at(folder));
        }
        Ok(trust)
    }

    /// Tells one set of roots from another; empty where nobody is trusted.
    pub fn fingerprint(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let pieces: Vec<&[u8]> = self.roots.iter().map(|root| root.der.as_slice()).collect();
        let digest = Digest::Sha256.of(&pieces);
        format!(".{}", digest[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Number of certificates.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether nobody is trusted: chains are then not checked.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    pub(super) fn roots(&self) -> &[Certificate] {
        &self.roots
    }

    pub(super) fn has(&self, certificate: &Certificate) -> bool {
        self.roots.iter().any(|root| root.der == certificate.der)
    }
}

/// All certificates in PEM, or the one in DER.
fn certificates(bytes: &[u8]) -> Vec<Certificate> {
    let text = String::from_utf8_lossy(bytes);
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let inside = blocks.filter_map(|block| block.split("-----END").next());
    let pem = inside.filter_map(|body| {
        let digits: String = body.split_whitespace().collect();
        Certificate::read(&STANDARD.decode(digits).ok()?)
    });
    let found: Vec<Certificate> = pem.collect();
    if found.is_empty() { Certificate::read(bytes).into_iter().collect() } else { found }
}
