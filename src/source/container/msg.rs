//! Mails as Outlook saves them (.msg, MS-OXMSG: a compound file) → their attachments and their own text.
//!
//! in: the bytes → out: the attachments in their order, mails inside them unfolded, then the mail's own text aside.
//! Promises: hostile compound files end as errors; depth and number of attachments are bounded.
//! Leaves out: texts kept as RTF only; objects of other programs (OLE).

use super::{ContainerKind, Mail, Member, Opened, damaged, names};
use crate::error::{Error, Result};
use crate::source::container::zip::Shared;
use cfb::CompoundFile;
use encoding_rs::WINDOWS_1258;
use std::collections::VecDeque;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Properties (MS-OXPROPS) by their ids.
const SUBJECT: &str = "0037";
const SENDER_NAME: &str = "0C1A";
const SENDER_ADDRESS: &str = "0C1F";
const SENDER_SMTP: &str = "5D01";
const MESSAGE_ID: &str = "1035";
const BODY: &str = "1000";
const BODY_HTML: &str = "1013";
const LONG_NAME: &str = "3707";
const SHORT_NAME: &str = "3704";
const SHOWN_NAME: &str = "3001";
const CONTENT_ID: &str = "3712";
const DATA: &str = "3701";
/// Time of sending, as the fixed properties spell it: type, then id.
const SENT: [u8; 4] = [0x40, 0x00, 0x39, 0x00];
/// Mails inside mails inside mails: more is no correspondence.
const DEEPEST: usize = 5;
/// Attachments of one mail.
const MOST: usize = 1_000;
/// Pictures shown within the text are logos below this size, in bytes.
const LOGO: usize = 60 << 10;
/// Seconds from 1601 (where Windows begins to count) to 1970.
const FROM_1601: i64 = 11_644_473_600;

type File = CompoundFile<Cursor<Shared>>;

/// Whether the bytes are a compound file with a message in it.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    let properties: Vec<u8> = "__properties_version1.0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") && memchr::memmem::find(bytes, &properties).is_some()
}

/// The mail's members.
pub(super) fn open(bytes: Arc<Vec<u8>>) -> Result<Opened> {
    let mut file = CompoundFile::open(Cursor::new(Shared(bytes))).map_err(|_| damaged())?;
    let root = PathBuf::from("/");
    let mail = about(&mut file, &root);
    let mut members = VecDeque::new();
    collect(&mut file, &root, "", 0, &mut members);
    if members.is_empty() {
        return Err(Error::input("an Outlook mail without attachment and text we can read: save it as .eml or PDF"));
    }
    Ok(Opened { mail: Some(mail), ..Opened::new(ContainerKind::Outlook, members) })
}

/// The attachments of the message at `at`, then its text; names of inner mails go before.
fn collect(file: &mut File, at: &Path, before: &str, depth: usize, members: &mut VecDeque<Member>) {
    let Ok(entries) = file.read_storage(at) else { return };
    let mut attachments: Vec<PathBuf> = entries
        .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_"))
        .map(|entry| entry.path().to_path_buf())
        .take(MOST)
        .collect();
    attachments.sort();
    for (index, storage) in attachments.iter().enumerate() {
        let name = [LONG_NAME, SHORT_NAME, SHOWN_NAME].iter().find_map(|id| text(file, storage, id));
        let inner = storage.join("__substg1.0_3701000D");
        if file.is_storage(&inner) {
            let subject = text(file, &inner, SUBJECT).or(name).unwrap_or_else(|| format!("thư {}", index + 1));
            match depth < DEEPEST {
                true => collect(file, &inner, &format!("{before}{}.msg/", names::safe(&subject)), depth + 1, members),
                false => {
                    members.push_back(Member::new(subject, Err(Error::input("mails nested too deep: save it apart"))))
                }
            }
            continue;
        }
        let name = format!("{before}{}", name.unwrap_or_else(|| format!("tệp {}", index + 1)));
        match bytes(file, &storage.join(format!("__substg1.0_{DATA}0102"))) {
            Some(data) if text(file, storage, CONTENT_ID).is_some() && is_logo(&data) => {}
            Some(data) => members.push_back(Member::new(name, Ok(data))),
            None => {
                let why = "an object of another program inside the mail: open the mail and save it as a file";
                members.push_back(Member::new(name, Err(Error::input(why))));
            }
        }
    }
    if let Some(body) = body(file, at) {
        let name = format!("{before}{}", super::mail::OWN_TEXT);
        members.push_back(Member { aside: true, ..Member::new(name, Ok(body.into_bytes())) });
    }
}

fn is_logo(data: &[u8]) -> bool {
    data.len() < LOGO && infer::is_image(data)
}

fn body(file: &mut File, at: &Path) -> Option<String> {
    let plain = text(file, at, BODY);
    let html = || {
        let html = bytes(file, &at.join(format!("__substg1.0_{BODY_HTML}0102")))?;
        Some(mail_parser::decoders::html::html_to_text(&String::from_utf8_lossy(&html)))
    };
    plain.or_else(html).filter(|text| !text.trim().is_empty())
}

fn about(file: &mut File, at: &Path) -> Mail {
    let address = [SENDER_SMTP, SENDER_ADDRESS].iter().find_map(|id| text(file, at, id)).filter(|a| a.contains('@'));
    let from = match (text(file, at, SENDER_NAME), address) {
        (Some(name), Some(address)) if name != address => Some(format!("{name} <{address}>")),
        (name, address) => address.or(name),
    };
    let trimmed = |id: String| id.trim().trim_matches(['<', '>']).to_owned();
    Mail {
        from,
        date: sent(file, at),
        subject: text(file, at, SUBJECT),
        message_id: text(file, at, MESSAGE_ID).map(trimmed),
    }
}

/// A property that is text: UTF-16, else in the sender's code page.
fn text(file: &mut File, at: &Path, id: &str) -> Option<String> {
    let wide = bytes(file, &at.join(format!("__substg1.0_{id}001F")));
    let found = match wide {
        Some(raw) => {
            let units = raw.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect::<String>()
        }
        None => {
            let raw = bytes(file, &at.join(format!("__substg1.0_{id}001E")))?;
            names::decode(&raw, &WINDOWS_1258.decode(&raw).0)
        }
    };
    let found = found.trim_matches(['\0', ' ']).to_owned();
    (!found.is_empty()).then_some(found)
}

/// When it was sent, from the fixed properties: entries of 16 bytes, tag, flags, value.
fn sent(file: &mut File, at: &Path) -> Option<String> {
    let fixed = bytes(file, &at.join("__properties_version1.0"))?;
    let entry = fixed.chunks(8).collect::<Vec<_>>();
    let place = entry.iter().position(|part| part.starts_with(&SENT))?;
    let ticks = i64::from_le_bytes(entry.get(place + 1)?.to_vec().try_into().ok()?);
    let at = jiff::Timestamp::from_second(ticks / 10_000_000 - FROM_1601).ok()?;
    Some(at.to_string())
}

fn bytes(file: &mut File, path: &Path) -> Option<Vec<u8>> {
    let mut stream = file.open_stream(path).ok()?;
    let mut bytes = Vec::new();
    // a stream is never longer than its file
    stream.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
