//! The signatures of a PDF's form, and what the file carries beside them to check them by.
//!
//! in: a PDF → out: one [`Entry`] per signature field that is signed, in the order of the form; [`store`] the document's
//! security store (DSS).
//! Promises: fields in fields are followed to a bounded depth and number.
//! Leaves out: what the signatures say (`cms`).

use super::certificate::{Certificate, clean, utf16};
use super::clock::PdfTime;
use super::revocation::Carried;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, Number, ObjectIdentifier, Stream, String as PdfString};
use std::collections::HashSet;

/// Fields in fields, and fields in all: a form that goes on is hostile.
const DEEPEST: usize = 8;
const MOST: usize = 1_000;
/// Certificates, lists and answers of the security store, each, and their bytes in all. The lists of Vietnam's authorities
/// have up to some megabytes.
const MOST_STORED: usize = 200;
const MOST_STORED_BYTES: usize = 24 << 20;

/// What a signature field holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub(super) field: Option<String>,
    /// Who signed, as the PDF says it.
    pub(super) name: Option<String>,
    /// `/M`.
    pub(super) at: Option<PdfTime>,
    /// `/SubFilter`: the form of the signature.
    pub(super) format: String,
    pub(super) is_time_stamp: bool,
    pub(super) range: Vec<i64>,
    /// `/Contents` as the dictionary has it.
    pub(super) contents: Vec<u8>,
    /// Changes the author allows (DocMDP): 1 none, 2 forms, 3 notes too.
    pub(super) permits: Option<i64>,
}

/// The signed fields: those of the form, and those that stand on pages only.
pub(super) fn entries(pdf: &Pdf) -> Vec<Entry> {
    let mut walk = Walk::default();
    if let Some(fields) = root(pdf).and_then(|root| root.get::<Dict<'_>>(b"AcroForm")?.get::<Array<'_>>(b"Fields")) {
        walk.fields(&fields, false, 0);
    }
    walk.seen = 0;
    for notes in pdf.pages().iter().filter_map(|page| page.raw().get::<Array<'_>>(b"Annots")) {
        walk.fields(&notes, false, DEEPEST);
    }
    walk.found
}

/// Certificates, lists and answers of the document's security store.
pub(super) fn store(pdf: &Pdf) -> (Vec<Certificate>, Carried) {
    let store = root(pdf).and_then(|root| root.get::<Dict<'_>>(b"DSS"));
    let mut left = MOST_STORED_BYTES;
    let mut all = |key: &[u8]| {
        let streams = store.as_ref().and_then(|store| store.get::<Array<'_>>(key));
        let streams: Vec<Stream<'_>> =
            streams.iter().flat_map(|all| all.iter::<Stream<'_>>()).take(MOST_STORED).collect();
        let decoded = streams.iter().filter_map(|stream| {
            let bytes = stream.decoded().ok().filter(|bytes| bytes.len() <= left)?;
            left -= bytes.len();
            Some(bytes.into_owned())
        });
        decoded.collect::<Vec<_>>()
    };
    let certificates = all(b"Certs").iter().filter_map(|der| Certificate::read(der)).collect();
    (certificates, Carried { lists: all(b"CRLs"), answers: all(b"OCSPs") })
}

fn root(pdf: &Pdf) -> Option<Dict<'_>> {
    pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())
}

#[derive(Default)]
struct Walk {
    found: Vec<Entry>,
    /// Fields seen.
    seen: usize,
    /// Signatures found: several fields may lead to one.
    known: HashSet<ObjectIdentifier>,
}

impl Walk {
    fn fields(&mut self, fields: &Array<'_>, of_signatures: bool, depth: usize) {
        for field in fields.iter::<Dict<'_>>() {
            self.seen += 1;
            if depth > DEEPEST || self.seen > MOST {
                return;
            }
            let kind = field.get::<Name<'_>>(b"FT");
            let signs = kind.map_or(of_signatures, |kind| kind.as_ref() == b"Sig");
            match field.get::<Dict<'_>>(b"V").filter(|_| signs) {
                Some(value) => {
                    if value.obj_id().is_none_or(|id| self.known.insert(id)) {
                        self.found.push(Entry { field: text(&field, b"T"), ..entry(&value) });
                    }
                }
                None => field.get::<Array<'_>>(b"Kids").iter().for_each(|kids| self.fields(kids, signs, depth + 1)),
            }
        }
    }
}

fn entry(value: &Dict<'_>) -> Entry {
    let name = |key: &[u8]| value.get::<Name<'_>>(key).map(|name| String::from_utf8_lossy(name.as_ref()).into_owned());
    let format = name(b"SubFilter").unwrap_or_default();
    let range = value.get::<Array<'_>>(b"ByteRange");
    Entry {
        field: None,
        name: text(value, b"Name"),
        at: text(value, b"M").and_then(|raw| PdfTime::read(&raw)),
        is_time_stamp: format == "ETSI.RFC3161" || name(b"Type").is_some_and(|kind| kind == "DocTimeStamp"),
        format,
        // more than four numbers are refused; a longer list need not be read to its end
        range: range.iter().flat_map(|range| range.iter::<Number>()).take(5).map(|n| n.as_i64()).collect(),
        contents: value.get::<PdfString<'_>>(b"Contents").map(|c| c.as_bytes().to_vec()).unwrap_or_default(),
        permits: permission(value),
    }
}

fn permission(value: &Dict<'_>) -> Option<i64> {
    let all = value.get::<Array<'_>>(b"Reference")?;
    let certifies = |reference: &Dict<'_>| {
        reference.get::<Name<'_>>(b"TransformMethod").is_some_and(|method| method.as_ref() == b"DocMDP")
    };
    let reference = all.iter::<Dict<'_>>().take(MOST_STORED).find(certifies)?;
    let given = reference.get::<Dict<'_>>(b"TransformParams").and_then(|given| given.get::<Number>(b"P"));
    // ISO 32000-1, table 254: 2 where nothing is said
    Some(given.map_or(2, |given| given.as_i64()))
}

fn text(dict: &Dict<'_>, key: &[u8]) -> Option<String> {
    dict.get::<PdfString<'_>>(key).map(|s| pdf_text(s.as_bytes())).filter(|s| !s.is_empty())
}

/// A text string of a PDF: UTF-16 or UTF-8 by its mark, else taken as Latin.
pub(crate) fn pdf_text(bytes: &[u8]) -> String {
    clean(&match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_by_their_mark() {
        assert_eq!(pdf_text(b"\xfe\xff\x00L\x1e\xcb\x00\n\x00A"), "Lị A");
        assert_eq!(pdf_text("Lê Mẫu".as_bytes()), "Lê Mẫu");
        assert_eq!(pdf_text(b"\xc9a"), "Éa");
    }
}
