//! Files that hold files: archives, mails, PDFs with attachments → their members, one after the other.
//!
//! in: the bytes of a container → out: [`Opened`], which hands out one [`Member`] at a time: its name and its bytes, or why
//! it is not read.
//! Promises: nothing is written outside a temporary folder; what a member unpacks to is bounded ([`Room`]); names never
//! climb; encrypted members are named; what a mail says of itself stays with its members.
//! Leaves out: RAR (no free reader: named and refused by `sniff`); what the members are (`inputs`, `sniff`).

mod edxml;
mod mail;
mod msg;
mod names;
mod pdf;
mod sevenz;
mod tnef;
mod zip;

use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

/// Largest member taken out, in bytes: half of the largest file, since the container lies in memory beside it.
const MAX_MEMBER: u64 = 512 << 20;
/// Everything one file of the folder may unpack to, nested containers included.
const MAX_UNPACKED: u64 = 4 << 30;
/// Members of one file of the folder, nested ones included: a year of a small office.
const MAX_MEMBERS: usize = 10_000;
/// Scans do not shrink and texts shrink to a tenth; what shrinks to less than this share is made to fill memory.
const MAX_RATIO: u64 = 200;
/// Below this nobody is hurt by a ratio.
const RATIO_FROM: u64 = 10 << 20;

/// Said of a member that would be written elsewhere.
const CLIMBS: &str = "its name leads out of the archive: unpack it by hand, if you trust the sender";

/// What kind of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerKind {
    /// ZIP archive.
    Zip,
    /// 7-Zip archive.
    SevenZip,
    /// A mail as it went over the wire (.eml, .mht).
    Mail,
    /// A mail as Outlook saves it (.msg).
    Outlook,
    /// winmail.dat: what Outlook packs attachments into for other Outlooks.
    Tnef,
    /// The exchange file of the national document axis (QCVN 102:2016).
    EdXml,
    /// A PDF with files attached, a portfolio too.
    Pdf,
    /// PDFs joined byte after byte.
    JoinedPdfs,
}

impl ContainerKind {
    /// As records keep it: "zip", "7z", "eml", "msg", "tnef", "edxml", "pdf", "joined_pdf".
    pub fn id(self) -> &'static str {
        match self {
            ContainerKind::Zip => "zip",
            ContainerKind::SevenZip => "7z",
            ContainerKind::Mail => "eml",
            ContainerKind::Outlook => "msg",
            ContainerKind::Tnef => "tnef",
            ContainerKind::EdXml => "edxml",
            ContainerKind::Pdf => "pdf",
            ContainerKind::JoinedPdfs => "joined_pdf",
        }
    }
}

/// One step of the way from a file of the folder to a member of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// What kind of container.
    pub kind: ContainerKind,
    /// The container: the outermost one's path as given, the name of an inner one.
    pub file: String,
    /// The member's name in it; folders of an archive parted by `/`.
    pub member: String,
    /// What the container says of itself where it is a mail.
    pub mail: Option<Mail>,
}

/// What a mail says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// "Name <address>".
    pub from: Option<String>,
    /// When it was sent: ISO with offset.
    pub date: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
}

/// A member.
pub(super) struct Member {
    /// Made safe: no way up, no drive, no control characters.
    pub name: String,
    /// Its bytes, or why there are none.
    pub content: Result<Vec<u8>>,
    /// Whether it only accompanies the others (a mail's own text): it counts where it reads as a letter.
    pub aside: bool,
}

impl Member {
    fn new(name: impl AsRef<str>, content: Result<Vec<u8>>) -> Member {
        Member { name: names::safe(name.as_ref()), content, aside: false }
    }
}

/// How much may still be unpacked of one file of the folder.
#[derive(Debug)]
pub(super) struct Room {
    bytes: u64,
    members: usize,
}

impl Default for Room {
    fn default() -> Room {
        Room { bytes: MAX_UNPACKED, members: MAX_MEMBERS }
    }
}

impl Room {
    /// Reads a member to its end, if there is room; `packed` is its share of the container where that is known.
    fn read(&mut self, from: &mut dyn Read, packed: Option<u64>) -> Result<Vec<u8>> {
        let by_ratio = packed.map_or(u64::MAX, |packed| packed.saturating_mul(MAX_RATIO).max(RATIO_FROM));
        let most = MAX_MEMBER.min(self.bytes).min(by_ratio);
        let mut bytes = Vec::new();
        let read = from.take(most + 1).read_to_end(&mut bytes);
        self.bytes = self.bytes.saturating_sub(bytes.len() as u64);
        if bytes.len() as u64 > most {
            return Err(Error::input(match most {
                _ if most == by_ratio => format!("unpacks to more than {MAX_RATIO} times its size: left packed"),
                MAX_MEMBER => format!("unpacks to more than {} MB: left packed", MAX_MEMBER >> 20),
                _ => format!("the file unpacks to more than {} GB in all: the rest is left packed", MAX_UNPACKED >> 30),
            }));
        }
        read.map_err(|_| damaged())?;
        Ok(bytes)
    }

    /// Counts a member; an error once there are too many.
    pub(super) fn one_more(&mut self) -> Result<()> {
        let left = self.members.checked_sub(1);
        self.members = left.ok_or_else(|| {
            Error::input(format!("holds more than {MAX_MEMBERS} files: unpack it and give the folder"))
        })?;
        Ok(())
    }
}

/// Hands out members one at a time.
pub(super) trait Members: Send {
    /// The next one; `None` at the end.
    fn next(&mut self, room: &mut Room) -> Option<Member>;
}

/// Members that are at hand already.
impl Members for VecDeque<Member> {
    fn next(&mut self, _: &mut Room) -> Option<Member> {
        self.pop_front()
    }
}

/// A container that was opened.
pub(super) struct Opened {
    pub kind: ContainerKind,
    pub mail: Option<Mail>,
    pub members: Box<dyn Members>,
    /// Whether the container is a file to read as well; `aside` where it only carries the others (a portfolio's cover).
    pub itself: Option<Itself>,
}

/// A container that is a file to read as well.
pub(super) struct Itself {
    /// As [`Member::aside`].
    pub aside: bool,
}

impl Opened {
    fn new(kind: ContainerKind, members: impl Members + 'static) -> Opened {
        Opened { kind, mail: None, members: Box::new(members), itself: None }
    }
}

/// The kind of container by its content; `None` for a file that holds no others. PDFs only where they hold some.
fn kind(bytes: &[u8], name: &str) -> Option<ContainerKind> {
    if zip::is_archive(bytes) {
        return Some(ContainerKind::Zip);
    }
    match bytes {
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => return Some(ContainerKind::SevenZip),
        [0x78, 0x9F, 0x3E, 0x22, ..] => return Some(ContainerKind::Tnef),
        _ if msg::is_message(bytes) => return Some(ContainerKind::Outlook),
        _ => {}
    }
    if edxml::is_exchange_file(bytes) {
        return Some(ContainerKind::EdXml);
    }
    mail::is_mail(bytes, name).then_some(ContainerKind::Mail)
}

/// What to say of a container where a single file is wanted.
pub(super) fn refusal(bytes: &[u8], name: &str) -> Option<String> {
    let what = match kind(bytes, name)? {
        ContainerKind::Mail | ContainerKind::Outlook => "a mail: save its attachment and give that",
        ContainerKind::EdXml => "an edXML exchange file: save the letter attached to it and give that",
        _ => "an archive: unpack it and give what is inside",
    };
    Some(what.to_owned())
}

/// Opens a container; `None` for a file that holds no others.
///
/// # Errors
/// It is a container and damaged.
pub(super) fn open(bytes: &Arc<Vec<u8>>, name: &str) -> Result<Option<Opened>> {
    let Some(kind) = kind(bytes, name) else {
        return Ok(if super::sniff::is_pdf(bytes) { pdf::open(bytes) } else { None });
    };
    let opened = match kind {
        ContainerKind::Zip => Opened::new(kind, zip::Zip::open(bytes.clone())?),
        ContainerKind::SevenZip => Opened::new(kind, sevenz::SevenZip::open(bytes)?),
        ContainerKind::Mail => mail::open(bytes)?,
        ContainerKind::Outlook => msg::open(bytes.clone())?,
        ContainerKind::Tnef => Opened::new(kind, tnef::members(bytes)?),
        ContainerKind::EdXml => Opened::new(kind, edxml::members(bytes)?),
        ContainerKind::Pdf | ContainerKind::JoinedPdfs => return Ok(pdf::open(bytes)),
    };
    Ok(Some(opened))
}

fn damaged() -> Error {
    Error::input("damaged or cut off inside the container")
}

fn encrypted() -> Error {
    Error::input("encrypted: unpack it with its password and give what is inside")
}
