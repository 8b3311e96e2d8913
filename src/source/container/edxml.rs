//! Exchange files of the national document axis (edXML, QCVN 102:2016) → their attachments.
//!
//! in: the bytes, junk or a byte order mark before `<?xml` → out: each attachment under its name.
//! Promises: any prefix and namespace; base64 with or without line ends; a ZIP around the file is for `inputs` to open.
//! Leaves out: what the header says of the letter (`export` and the register know it).

use super::{Member, damaged};
use crate::error::{Error, Result};
use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::{HashMap, VecDeque};

/// How far the root element may be from the beginning.
const HEAD: usize = 4 << 10;
/// Padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Whether the root element is one of the exchange's.
pub(super) fn is_exchange_file(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let Some(start) = memchr::memchr(b'<', head) else { return false };
    let head = String::from_utf8_lossy(&head[start..]).to_lowercase();
    head.contains("<edxml") || head.contains(":edxml>")
}

/// The attachments.
pub(super) fn members(bytes: &[u8]) -> Result<VecDeque<Member>> {
    let start = memchr::memchr(b'<', bytes).unwrap_or(0);
    let xml = String::from_utf8_lossy(&bytes[start..]);
    let mut reader = Reader::from_str(&xml);
    // files in the wild close what they did not open
    reader.config_mut().check_end_names = false;
    let mut found = Found::default();
    let mut path: Vec<String> = Vec::new();
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(tag) => path.push(tag.local_name().as_ref().to_ascii_lowercase()),
            Event::End(tag) => {
                match tag.local_name().as_ref().to_ascii_lowercase().as_str() {
                    "attachment" => found.close(),
                    "reference" => found.forget(),
                    _ => {}
                }
                path.pop();
            }
            Event::Text(text) => found.text(path.last(), &text),
            Event::CData(text) => found.text(path.last(), &text),
            Event::GeneralRef(name) => found.text(path.last(), entity(&name)),
            Event::Eof => break,
            _ => {}
        }
    }
    if found.members.is_empty() {
        return Err(Error::input(
            "an edXML exchange file without an attached letter (a status message?): nothing to read",
        ));
    }
    Ok(found.members)
}

/// What an entity in a name stands for.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[derive(Default)]
struct Found {
    /// Names told in the manifest, by content id.
    names: HashMap<String, String>,
    id: String,
    name: String,
    packed: String,
    members: VecDeque<Member>,
}

impl Found {
    fn text(&mut self, element: Option<&String>, text: &str) {
        match element.map(|name| name.as_str()) {
            Some("contentid") => self.id += text.trim(),
            Some("attachmentname") => {
                self.name += text.trim_matches(['\r', '\n', '\t']);
                self.names.insert(self.id.clone(), self.name.clone());
            }
            Some("contenttransferencoded") => self.packed.extend(text.chars().filter(|c| !c.is_whitespace())),
            _ => {}
        }
    }

    /// The manifest names one and holds none.
    fn forget(&mut self) {
        self.id.clear();
        self.name.clear();
    }

    fn close(&mut self) {
        let (id, name) = (std::mem::take(&mut self.id), std::mem::take(&mut self.name));
        let packed = std::mem::take(&mut self.packed);
        if packed.is_empty() {
            return;
        }
        let name = Some(name).filter(|name| !name.is_empty()).or_else(|| self.names.get(&id).cloned());
        let name = name.unwrap_or_else(|| format!("tệp {}", self.members.len() + 1));
        self.members.push_back(Member::new(name, BASE64.decode(packed).map_err(|_| damaged())));
    }
}
