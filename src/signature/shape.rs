//! What a PDF shows, as digests: pages, notes on them, form fields, signatures.
//!
//! in: a PDF, or an earlier revision of it → out: [`Shape`], to be compared with another one.
//! Promises: objects are followed by what they hold, not by their numbers, so that writing a file again changes nothing;
//! number of objects, depth and bytes are bounded.
//! Leaves out: what a change looks like; metadata, tags for reading aloud, private data of programs.

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream, String as PdfString};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

type Print = [u8; 32];

/// Objects in objects.
const DEEPEST: usize = 60;
/// Objects in all: a book of 1,000 pages has some 50,000.
const MOST_OBJECTS: usize = 400_000;
/// Bytes of streams in all.
const MOST_BYTES: usize = 512 << 20;
/// Page trees, and fields in fields.
const MOST_PARENTS: usize = 16;
/// Of a page: what leads back, what is compared by itself, what nobody sees.
const NOT_OF_PAGE: [&[u8]; 8] =
    [b"Parent", b"Annots", b"Metadata", b"LastModified", b"PieceInfo", b"StructParents", b"Tabs", b"Thumb"];
/// What pages inherit from the tree above them.
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// Of the document: what runs, and which layers are shown.
const OF_DOCUMENT: [&[u8]; 4] = [b"OpenAction", b"AA", b"OCProperties", b"Names"];
/// What leads back, or to the tree of tags.
const BACKWARD: [&[u8]; 5] = [b"Parent", b"P", b"StructParent", b"StructParents", b"IRT"];

/// What a revision shows. Equal parts have equal digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) pages: Vec<Print>,
    /// Notes, stamps, highlights, links: how often each is there.
    pub(super) notes: BTreeMap<Print, usize>,
    /// Form fields other than signatures.
    pub(super) fields: BTreeMap<Print, usize>,
    /// Places of signatures by field: what they look like, and the signature if there is one.
    pub(super) signatures: BTreeMap<Vec<u8>, (Print, Option<Print>)>,
    pub(super) document: Print,
}

/// The shape of a PDF; `None` where it is too large or too deep.
pub(super) fn of(pdf: &Pdf) -> Option<Shape> {
    let mut walk = Walk { pdf, known: HashMap::new(), objects: 0, bytes: 0, is_over: false };
    let mut shape = Shape::default();
    for page in pdf.pages().iter() {
        let page = page.raw();
        let print = walk.page(page);
        shape.pages.push(print);
        for note in page.get::<Array<'_>>(b"Annots").iter().flat_map(|notes| notes.iter::<Dict<'_>>()) {
            walk.note(&note, &mut shape);
        }
        if walk.is_over {
            return None;
        }
    }
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    shape.document = walk.entries(&root, |key| OF_DOCUMENT.contains(&key), 0);
    (!walk.is_over).then_some(shape)
}

struct Walk<'p> {
    pdf: &'p Pdf,
    /// Digests of objects; `None` while they are looked at.
    known: HashMap<ObjectIdentifier, Option<Print>>,
    objects: usize,
    bytes: usize,
    is_over: bool,
}

impl<'p> Walk<'p> {
    fn page(&mut self, page: &Dict<'p>) -> Print {
        let mut digest = Sha256::new();
        digest.update(self.entries(page, |key| !NOT_OF_PAGE.contains(&key), 0));
        let mut above = page.get::<Dict<'p>>(b"Parent");
        for _ in 0..MOST_PARENTS {
            let Some(tree) = above else { break };
            digest.update(self.entries(&tree, |key| INHERITED.contains(&key), 0));
            above = tree.get::<Dict<'p>>(b"Parent");
        }
        digest.finalize().into()
    }

    fn note(&mut self, note: &Dict<'p>, into: &mut Shape) {
        let is_field = note.get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() == b"Widget");
        let print = self.entries(note, |key| !BACKWARD.contains(&key), 0);
        if !is_field {
            *into.notes.entry(print).or_default() += 1;
            return;
        }
        let kind = inherited(note, |dict| dict.get::<Name<'p>>(b"FT"));
        if kind.is_none_or(|kind| kind.as_ref() != b"Sig") {
            let value = inherited(note, |dict| dict.get::<Object<'p>>(b"V"));
            let value = value.map(|value| self.object(&value, 0)).unwrap_or_default();
            let print = Sha256::new().chain_update(print).chain_update(value).finalize().into();
            *into.fields.entry(print).or_default() += 1;
            return;
        }
        let look = self.entries(note, |key| [&b"AP"[..], b"Rect", b"F", b"AS", b"OC"].contains(&key), 0);
        let value = inherited(note, |dict| dict.get::<Dict<'p>>(b"V"));
        let value = value.map(|value| self.entries(&value, |_| true, 0));
        let name = full_name(note);
        // several places of one field are told apart
        let name = if into.signatures.contains_key(&name) { [name, look.to_vec()].concat() } else { name };
        into.signatures.insert(name, (look, value));
    }

    fn entries(&mut self, dict: &Dict<'p>, wanted: impl Fn(&[u8]) -> bool, depth: usize) -> Print {
        let mut digest = Sha256::new();
        for (key, value) in dict.entries() {
            if wanted(key.as_ref()) {
                digest.update((key.len() as u64).to_be_bytes());
                digest.update(key.as_ref());
                digest.update(self.value(value, depth + 1));
            }
        }
        digest.finalize().into()
    }

    fn value(&mut self, value: MaybeRef<Object<'p>>, depth: usize) -> Print {
        let id: ObjectIdentifier = match value {
            MaybeRef::NotRef(object) => return self.object(&object, depth),
            MaybeRef::Ref(to) => to.into(),
        };
        match self.known.get(&id) {
            Some(Some(print)) => return *print,
            // a circle: it closes where it began
            Some(None) => return [1; 32],
            None => {}
        }
        self.known.insert(id, None);
        let print = match self.pdf.xref().get::<Object<'p>>(id) {
            Some(object) => self.object(&object, depth),
            None => Print::default(),
        };
        self.known.insert(id, Some(print));
        print
    }

    fn object(&mut self, object: &Object<'p>, depth: usize) -> Print {
        self.objects += 1;
        if depth > DEEPEST || self.objects > MOST_OBJECTS || self.bytes > MOST_BYTES {
            self.is_over = true;
            return Print::default();
        }
        let plain = |tag: u8, bytes: &[u8]| Sha256::new().chain_update([tag]).chain_update(bytes).finalize().into();
        match object {
            Object::Null(_) => Print::default(),
            Object::Boolean(value) => plain(b'b', &[u8::from(*value)]),
            Object::Number(number) => plain(b'n', &number.as_f64().to_bits().to_be_bytes()),
            Object::String(text) => plain(b's', text.as_bytes()),
            Object::Name(name) => plain(b'/', name.as_ref()),
            Object::Array(array) => {
                let parts: Vec<Print> = array.raw_iter().map(|part| self.value(part, depth + 1)).collect();
                plain(b'[', parts.as_flattened())
            }
            Object::Dict(dict) => self.dict(dict, depth),
            Object::Stream(stream) => self.stream(stream, depth),
        }
    }

    fn dict(&mut self, dict: &Dict<'p>, depth: usize) -> Print {
        let kind = dict.get::<Name<'_>>(b"Type");
        // a link leads to a page that is looked at by itself
        if kind.is_some_and(|kind| matches!(kind.as_ref(), b"Page" | b"Pages")) {
            return [2; 32];
        }
        self.entries(dict, |key| !BACKWARD.contains(&key), depth)
    }

    fn stream(&mut self, stream: &Stream<'p>, depth: usize) -> Print {
        let data = stream.raw_data();
        self.bytes += data.len();
        let head = self.entries(stream.dict(), |key| !BACKWARD.contains(&key) && key != b"Length", depth);
        Sha256::new().chain_update(head).chain_update(&data).finalize().into()
    }
}

/// The first value on the way from a field to the top of the form.
fn inherited<'p, T>(field: &Dict<'p>, value: impl Fn(&Dict<'p>) -> Option<T>) -> Option<T> {
    let mut here = Some(field.clone());
    for _ in 0..MOST_PARENTS {
        let field = here?;
        if let Some(found) = value(&field) {
            return Some(found);
        }
        here = field.get::<Dict<'p>>(b"Parent");
    }
    None
}

/// The names on the way from a field to the top of the form.
fn full_name(field: &Dict<'_>) -> Vec<u8> {
    let mut name = Vec::new();
    let mut here = Some(field.clone());
    for _ in 0..MOST_PARENTS {
        let Some(field) = here else { break };
        if let Some(own) = field.get::<PdfString<'_>>(b"T") {
            name.extend(own.as_bytes());
            name.push(0);
        }
        here = field.get::<Dict<'_>>(b"Parent");
    }
    name
}
