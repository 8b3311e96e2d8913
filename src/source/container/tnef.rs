//! winmail.dat (TNEF, MS-OXTNEF): what Outlook packs attachments into for other Outlooks → the attachments.
//!
//! in: the bytes → out: every attachment with its name; nothing else of the message.
//! Promises: lengths that lead out of the file end the reading; what came before them is kept.
//! Leaves out: the mail's own text (it stands in the mail around it), messages embedded as objects.

use super::{Member, names};
use crate::error::{Error, Result};
use encoding_rs::WINDOWS_1258;
use std::collections::VecDeque;

/// Attributes that begin an attachment, name it, hold it, and tell its MAPI properties.
const BEGINS: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800F;
const PROPERTIES: u32 = 0x0006_9005;
/// PidTagAttachLongFilename as UTF-16, as the properties spell it: type, then id.
const LONG_NAME: [u8; 4] = [0x1F, 0x00, 0x07, 0x37];
/// Signature and key.
const HEAD: usize = 6;

/// An attachment as its attributes come in.
#[derive(Default)]
struct Attachment {
    title: Option<String>,
    long_name: Option<String>,
    data: Option<Vec<u8>>,
}

/// The attachments.
pub(super) fn members(bytes: &[u8]) -> Result<VecDeque<Member>> {
    let mut found: Vec<Attachment> = Vec::new();
    let mut rest = bytes.get(HEAD..).unwrap_or_default();
    // level, id, length, data, checksum
    while let Some((head, tail)) = rest.split_at_checked(9) {
        let id = number(&head[1..5]);
        let Some((data, tail)) = tail.split_at_checked(number(&head[5..9]) as usize) else { break };
        rest = tail.get(2..).unwrap_or_default();
        if id == BEGINS {
            found.push(Attachment::default());
        }
        let Some(last) = found.last_mut() else { continue };
        match id {
            TITLE => last.title = Some(legacy(data)),
            DATA => last.data = Some(data.to_vec()),
            PROPERTIES => last.long_name = long_name(data),
            _ => {}
        }
    }
    let members: VecDeque<Member> = found.into_iter().enumerate().filter_map(member).collect();
    match members.is_empty() {
        true => Err(Error::input(
            "Outlook's own format (winmail.dat) without an attachment we can read: ask for the files by ordinary mail",
        )),
        false => Ok(members),
    }
}

fn member((index, attachment): (usize, Attachment)) -> Option<Member> {
    let data = attachment.data?;
    let name = attachment.long_name.or(attachment.title).filter(|name| !name.is_empty());
    Some(Member::new(name.unwrap_or_else(|| format!("tệp {}", index + 1)), Ok(data)))
}

fn number(le: &[u8]) -> u32 {
    le.iter().rev().fold(0, |n, &byte| n << 8 | u32::from(byte))
}

/// Zero-terminated text in the sender's code page.
fn legacy(raw: &[u8]) -> String {
    let raw = raw.split(|&b| b == 0).next().unwrap_or_default();
    names::decode(raw, &WINDOWS_1258.decode(raw).0)
}

/// The long name among MAPI properties: found by its tag, read as count, length, UTF-16.
fn long_name(properties: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(properties, &LONG_NAME)? + LONG_NAME.len();
    let length = number(properties.get(at + 4..at + 8)?) as usize;
    let raw = properties.get(at + 8..at.checked_add(8)?.checked_add(length)?)?;
    let units = raw.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let name: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).take_while(|&c| c != '\0').collect();
    (!name.is_empty()).then_some(name)
}
