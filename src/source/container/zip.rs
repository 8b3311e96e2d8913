//! ZIP archives → members, one at a time.
//!
//! in: the bytes → out: every file in them, in the archive's order.
//! Promises: what the archive's own directory claims about sizes is never believed; links are named and not followed; a
//! damaged member costs only itself.

use super::{CLIMBS, Member, Members, Room, damaged, encrypted, names};
use crate::error::{Error, Result};
use std::io::Cursor;
use std::sync::Arc;
use zip::ZipArchive;

/// Bytes that can be shared and read.
#[derive(Clone)]
pub(in super::super) struct Shared(pub Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// An archive and how far it was handed out.
pub(super) struct Zip {
    archive: ZipArchive<Cursor<Shared>>,
    next: usize,
}

/// Whether the bytes are an archive of files, and not an Office file in one.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    matches!(bytes.get(..4), Some(b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08"))
        && super::super::office::zipped(bytes).is_none()
}

impl Zip {
    pub(super) fn open(bytes: Arc<Vec<u8>>) -> Result<Zip> {
        let archive = ZipArchive::new(Cursor::new(Shared(bytes))).map_err(|_| {
            Error::input("a damaged or cut off ZIP archive: get it anew, or unpack what can be unpacked")
        })?;
        Ok(Zip { archive, next: 0 })
    }
}

impl Members for Zip {
    fn next(&mut self, room: &mut Room) -> Option<Member> {
        while self.next < self.archive.len() {
            self.next += 1;
            let member = take(&mut self.archive, self.next - 1, room);
            if member.is_some() {
                return member;
            }
        }
        None
    }
}

/// `None` for folders and what systems leave behind.
fn take(archive: &mut ZipArchive<Cursor<Shared>>, index: usize, room: &mut Room) -> Option<Member> {
    let (raw, locked, link, packed) = match archive.by_index_raw(index) {
        Ok(entry) if entry.is_dir() => return None,
        Ok(entry) => {
            let name = names::decode(entry.name_raw(), &entry.name().unwrap_or_default());
            (name, entry.encrypted(), entry.is_symlink(), entry.compressed_size())
        }
        Err(_) => return Some(Member::new(format!("{}", index + 1), Err(damaged()))),
    };
    if names::is_of_the_system(&raw) {
        return None;
    }
    if locked {
        return Some(Member::new(raw, Err(encrypted())));
    }
    if link {
        return Some(Member::new(raw, Err(Error::input("a link, not a file"))));
    }
    if names::climbs(&raw) {
        return Some(Member::new(raw, Err(Error::input(CLIMBS))));
    }
    let content = match archive.by_index(index) {
        Ok(mut entry) => room.read(&mut entry, Some(packed)),
        Err(zip::result::ZipError::UnsupportedArchive(why)) => {
            Err(Error::input(format!("packed in a way we do not read ({why}): unpack it and give what is inside")))
        }
        Err(_) => Err(damaged()),
    };
    Some(Member::new(raw, content))
}
