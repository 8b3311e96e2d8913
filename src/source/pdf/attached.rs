//! Files attached to a PDF: those of the whole file (a portfolio's too) and those pinned to a page.
//!
//! in: the bytes of a PDF → out: name and content of each, in the order of the file, each once.
//! Promises: trees and lists are bounded; what an attachment unpacks to is bounded; a broken PDF has none.

use crate::error::{Error, Result};
use crate::signature::pdf_text;
use crate::source::guard;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream, String as PdfString};
use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

/// Levels of the tree of names, and attachments in all.
const DEEPEST: usize = 16;
const MOST: usize = 2_000;
/// What the attachments of one PDF may unpack to, in bytes: they are held until their turn comes.
const MOST_BYTES: u64 = 256 << 20;

/// What is attached.
#[derive(Default)]
pub(in crate::source) struct Attached {
    /// Name and content.
    pub files: Vec<(String, Result<Vec<u8>>)>,
    /// Whether the pages are only the cover of what is attached.
    pub portfolio: bool,
}

/// The attachments of a PDF.
pub(in crate::source) fn attached(bytes: &Arc<Vec<u8>>) -> Attached {
    let found = guard::quietly(|| Ok(Pdf::new(bytes.clone()).map(|pdf| search(&pdf)).unwrap_or_default()));
    found.unwrap_or_default()
}

fn search(pdf: &Pdf) -> Attached {
    let xref = pdf.xref();
    let Some(root) = xref.get::<Dict<'_>>(xref.root_id()) else { return Attached::default() };
    let mut walk = Walk::default();
    if let Some(names) = root.get::<Dict<'_>>(b"Names").and_then(|names| names.get::<Dict<'_>>(b"EmbeddedFiles")) {
        walk.names(&names, 0);
    }
    root.get::<Array<'_>>(b"AF").iter().for_each(|files| walk.specs(files));
    for page in pdf.pages().iter() {
        let Some(notes) = page.raw().get::<Array<'_>>(b"Annots") else { continue };
        for note in notes.iter::<Dict<'_>>().take(MOST) {
            if note.get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() == b"FileAttachment") {
                note.get::<Dict<'_>>(b"FS").iter().for_each(|spec| walk.spec(spec));
            }
        }
    }
    Attached { portfolio: root.contains_key(b"Collection") && !walk.files.is_empty(), files: walk.files }
}

#[derive(Default)]
struct Walk {
    files: Vec<(String, Result<Vec<u8>>)>,
    seen: HashSet<ObjectIdentifier>,
    bytes: u64,
    steps: usize,
}

impl Walk {
    fn names(&mut self, node: &Dict<'_>, depth: usize) {
        self.steps += 1;
        if depth > DEEPEST || self.steps > MOST {
            return;
        }
        node.get::<Array<'_>>(b"Names").iter().for_each(|pairs| self.specs(pairs));
        if let Some(kids) = node.get::<Array<'_>>(b"Kids") {
            kids.iter::<Dict<'_>>().take(MOST).for_each(|kid| self.names(&kid, depth + 1));
        }
    }

    /// The file specifications of a list; names between them are passed over.
    fn specs(&mut self, list: &Array<'_>) {
        let mut items = list.flex_iter();
        for _ in 0..2 * MOST {
            if let Some(spec) = items.next::<Dict<'_>>() {
                self.spec(&spec);
            } else if items.next::<hayro::hayro_syntax::object::Object<'_>>().is_none() {
                return;
            }
        }
    }

    fn spec(&mut self, spec: &Dict<'_>) {
        let Some(held) = spec.get::<Dict<'_>>(b"EF") else { return };
        let Some(stream) = held.get::<Stream<'_>>(b"UF").or_else(|| held.get::<Stream<'_>>(b"F")) else { return };
        if self.files.len() >= MOST || !self.seen.insert(stream.obj_id()) {
            return;
        }
        let name = [b"UF".as_slice(), b"F", b"Unix"].iter().find_map(|key| spec.get::<PdfString<'_>>(key));
        let name = name.map(|name| pdf_text(name.as_bytes())).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("tệp {}", self.files.len() + 1));
        let content = self.content(&stream);
        self.files.push((name, content));
    }

    fn content(&mut self, stream: &Stream<'_>) -> Result<Vec<u8>> {
        let too_much = || Error::input("the attachments of this PDF unpack to too much: save this one by itself");
        let damaged = || Error::input("a damaged attachment");
        let room = MOST_BYTES - self.bytes;
        let filter = stream.dict().get::<Name<'_>>(b"Filter");
        let bytes = match filter.as_ref().map(|name| name.as_ref()) {
            None if !stream.dict().contains_key(b"Filter") => stream.raw_data().into_owned(),
            // unpacked here, so that it is bounded; attachments have no predictors
            Some(b"FlateDecode") => {
                let raw = stream.raw_data();
                let mut bytes = Vec::new();
                let read = flate2::read::ZlibDecoder::new(&raw[..]).take(room + 1).read_to_end(&mut bytes);
                read.map_err(|_| damaged())?;
                bytes
            }
            _ => stream.decoded_data().map_err(|_| damaged())?.into_owned(),
        };
        if bytes.len() as u64 > room {
            return Err(too_much());
        }
        self.bytes += bytes.len() as u64;
        Ok(bytes)
    }
}
