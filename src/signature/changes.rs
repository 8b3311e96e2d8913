//! What was changed after a signature.
//!
//! in: the file and where what was signed ends → out: [`LaterChanges`], the worst that was done.
//! Promises: the revision that was signed is opened by itself and compared with the whole file; what cannot be compared is
//! not checked. Further signatures, their certificates and time stamps are no change of the document.

use super::shape::{self, Shape};
use crate::record::LaterChanges;
use hayro::hayro_syntax::Pdf;
use std::sync::Arc;

/// Larger files are not opened a second time.
const LARGEST: usize = 256 << 20;

/// The beginning of a file, without a copy of it.
struct Beginning(Arc<Vec<u8>>, usize);

impl AsRef<[u8]> for Beginning {
    fn as_ref(&self) -> &[u8] {
        &self.0[..self.1]
    }
}

/// What the whole file shows, looked at when it is first needed.
pub(super) struct Whole<'f> {
    file: &'f Arc<Vec<u8>>,
    pdf: &'f Pdf,
    shape: Option<Option<Shape>>,
}

impl<'f> Whole<'f> {
    pub(super) fn new(file: &'f Arc<Vec<u8>>, pdf: &'f Pdf) -> Self {
        Whole { file, pdf, shape: None }
    }

    /// What came after the first `end` bytes. Linear in the file.
    pub(super) fn after(&mut self, end: usize) -> LaterChanges {
        if self.file.len() > LARGEST {
            return LaterChanges::NotChecked;
        }
        let now = self.shape.get_or_insert_with(|| shape::of(self.pdf));
        let then = Pdf::new(Arc::new(Beginning(self.file.clone(), end))).ok().and_then(|signed| shape::of(&signed));
        match (then, now) {
            (Some(then), Some(now)) => worst(&then, now),
            _ => LaterChanges::NotChecked,
        }
    }
}

fn worst(then: &Shape, now: &Shape) -> LaterChanges {
    // a signature that was there must look as it did; a place that was free may be filled
    let kept = |name: &Vec<u8>, was: &(_, Option<_>)| now.signatures.get(name).is_some_and(|is| is == was);
    let signed_before = then.signatures.iter().filter(|(_, (_, value))| value.is_some());
    let unsigned_now =
        |name: &&Vec<u8>| now.signatures[*name].1.is_none() && then.signatures.get(*name) != now.signatures.get(*name);
    if then.pages != now.pages || !signed_before.into_iter().all(|(name, was)| kept(name, was)) {
        LaterChanges::Pages
    } else if then.document != now.document {
        LaterChanges::Document
    } else if then.notes != now.notes || now.signatures.keys().any(|name| unsigned_now(&name)) {
        LaterChanges::Annotations
    } else if then.fields != now.fields {
        LaterChanges::Forms
    } else {
        LaterChanges::Signatures
    }
}
