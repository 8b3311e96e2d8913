//! 7-Zip archives → members, one at a time.
//!
//! in: the bytes → out: every file in them, in the archive's order.
//! Promises: such archives are one stream, so they are unpacked once, into a temporary folder of ours under numbers; names
//! are only told. What is unpacked is bounded before it is written.

use super::{CLIMBS, Member, Members, Room, damaged, encrypted, names};
use crate::error::{Error, Result};
use sevenz_rust2::{ArchiveReader, Password};
use std::io::Cursor;
use std::sync::Arc;
use tempfile::TempDir;

/// Stands for members whose names are not known.
const REST: &str = "…";

/// An archive; unpacked when its first member is asked for.
pub(super) struct SevenZip {
    bytes: Option<Arc<Vec<u8>>>,
    /// Names and what became of them; contents lie in the folder under their index.
    unpacked: Vec<(String, Result<()>)>,
    folder: Option<TempDir>,
    next: usize,
}

impl SevenZip {
    pub(super) fn open(bytes: &Arc<Vec<u8>>) -> Result<SevenZip> {
        reader(bytes).map_err(|e| Error::input(why(&e)))?;
        Ok(SevenZip { bytes: Some(bytes.clone()), unpacked: Vec::new(), folder: None, next: 0 })
    }

    /// Unpacks everything that may be.
    fn unpack(&mut self, bytes: &Arc<Vec<u8>>, room: &mut Room) -> Result<()> {
        let folder = TempDir::new().map_err(|e| Error::unwritable(&e))?;
        let packed = bytes.len() as u64;
        let mut reader = reader(bytes).map_err(|e| Error::input(why(&e)))?;
        let unpacked = &mut self.unpacked;
        let walked = reader.for_each_entries(|entry, content| {
            let raw = entry.name().to_owned();
            // of a solid archive each member's share is unknown: no member shrinks more than the whole may
            let content = room.read(content, Some(packed));
            if entry.is_directory() || names::is_of_the_system(&raw) {
                return Ok(content.is_ok());
            }
            let go_on = content.is_ok();
            let kept = match names::climbs(&raw) {
                true => Err(Error::input(CLIMBS)),
                false => content.and_then(|bytes| {
                    let path = folder.path().join(unpacked.len().to_string());
                    std::fs::write(path, bytes).map_err(|e| Error::unwritable(&e))
                }),
            };
            unpacked.push((raw, kept));
            if !go_on {
                unpacked.push((REST.to_owned(), Err(Error::input("the rest of the archive is left packed"))));
            }
            Ok(go_on)
        });
        if let Err(e) = walked {
            let said = why(&e);
            self.unpacked.push((REST.to_owned(), Err(Error::input(said))));
        }
        self.folder = Some(folder);
        Ok(())
    }
}

impl Members for SevenZip {
    fn next(&mut self, room: &mut Room) -> Option<Member> {
        if let Some(bytes) = self.bytes.take()
            && let Err(e) = self.unpack(&bytes, room)
        {
            return Some(Member::new(REST, Err(e)));
        }
        let index = self.next;
        self.next += 1;
        let (name, kept) = self.unpacked.get_mut(index)?;
        let name = std::mem::take(name);
        let kept = std::mem::replace(kept, Ok(()));
        let path = self.folder.as_ref()?.path().join(index.to_string());
        let content = kept.and_then(|()| {
            let bytes = std::fs::read(&path).map_err(|_| damaged());
            let _ = std::fs::remove_file(&path);
            bytes
        });
        Some(Member::new(name, content))
    }
}

fn reader(bytes: &Arc<Vec<u8>>) -> Result<ArchiveReader<Cursor<super::zip::Shared>>, sevenz_rust2::Error> {
    let mut reader = ArchiveReader::new(Cursor::new(super::zip::Shared(bytes.clone())), Password::empty())?;
    reader.set_thread_count(1);
    Ok(reader)
}

fn why(e: &sevenz_rust2::Error) -> String {
    use sevenz_rust2::Error as E;
    match e {
        E::PasswordRequired | E::MaybeBadPassword(_) => encrypted().message,
        E::UnsupportedCompressionMethod(id) if id.contains("[6, 241") => encrypted().message,
        E::UnsupportedCompressionMethod(_) | E::Unsupported(_) => {
            "packed in a way we do not read: unpack it and give what is inside".to_owned()
        }
        _ => "a damaged or cut off 7z archive: get it anew, or unpack what can be unpacked".to_owned(),
    }
}
