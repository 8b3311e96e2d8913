//! What was fetched into a drop folder: a line for each mail, in a hidden file of that folder.
//!
//! in: the folder → out: [`Remembered`], alone with the folder until it is dropped.
//! Promises: a line is on the disk before the next mail is asked for; a line that a crash cut short is passed over; two
//! programs never fetch into one folder at once.

use crate::error::{Error, Result};
use fs4::FileExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// The memory and the lock; hidden, so that those who read the folder leave them out.
const MEMORY: &str = ".congvan-fetch.jsonl";
const LOCK: &str = ".congvan-fetch.lock";
/// Mails being written.
pub(super) const UNFINISHED: &str = ".congvan-fetch-";

/// A mail that was fetched.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Mail {
    /// The account and its folder.
    pub(super) mailbox: String,
    pub(super) uid_validity: u32,
    pub(super) uid: u32,
    /// SHA-256 of the Message-ID.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) id: Option<String>,
    pub(super) size: u32,
    /// SHA-256 of its body, of the whole mail where it has no Message-ID.
    pub(super) digest: String,
    pub(super) file: String,
}

/// What was fetched before.
pub(super) struct Remembered {
    memory: File,
    path: PathBuf,
    uids: HashMap<(String, u32), HashSet<u32>>,
    /// Sizes and digests by Message-ID.
    ids: HashMap<String, Vec<(u32, String)>>,
    /// Digests of mails without one.
    nameless: HashSet<String>,
    /// Held as long as this lives.
    _lock: File,
}

impl Remembered {
    /// Locks the folder and reads its memory.
    ///
    /// # Errors
    /// Somebody else fetches into it; it cannot be written to.
    pub(super) fn of(folder: &Path) -> Result<Remembered> {
        let open = |name: &str| {
            let path = folder.join(name);
            let opened = OpenOptions::new().create(true).read(true).append(true).open(&path);
            opened.map_err(|e| Error::unwritable(&e).at(&path))
        };
        let lock = open(LOCK)?;
        if FileExt::try_lock(&lock).is_err() {
            return Err(
                Error::environment("another fetch into this folder is at work: wait until it has ended").at(folder)
            );
        }
        let (memory, path) = (open(MEMORY)?, folder.join(MEMORY));
        let (uids, ids, nameless) = Default::default();
        let mut remembered = Remembered { memory, path, uids, ids, nameless, _lock: lock };
        remembered.read()?;
        remove_unfinished(folder);
        Ok(remembered)
    }

    fn read(&mut self) -> Result<()> {
        let failed = |path: &Path, e: std::io::Error| Error::environment(format!("cannot be read: {e}")).at(path);
        let mut reader = BufReader::new(self.memory.try_clone().map_err(|e| failed(&self.path, e))?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|e| failed(&self.path, e))? > 0 {
            if let Ok(mail) = serde_json::from_slice::<Mail>(&line) {
                self.learn(mail);
            }
            if line.last() != Some(&b'\n') {
                // cut short by a crash: the next line must not be joined to it
                self.memory.write_all(b"\n").map_err(|e| Error::unwritable(&e).at(&self.path))?;
            }
            line.clear();
        }
        Ok(())
    }

    fn learn(&mut self, mail: Mail) {
        self.uids.entry((mail.mailbox, mail.uid_validity)).or_default().insert(mail.uid);
        match mail.id {
            Some(id) => self.ids.entry(id).or_default().push((mail.size, mail.digest)),
            None => {
                self.nameless.insert(mail.digest);
            }
        }
    }

    /// Whether the mail of this number was fetched.
    pub(super) fn number(&self, mailbox: &str, uid_validity: u32, uid: u32) -> bool {
        self.uids.get(&(mailbox.to_owned(), uid_validity)).is_some_and(|uids| uids.contains(&uid))
    }

    /// The digest of a mail of this Message-ID and size that was fetched under another number: moved, copied or numbered anew.
    pub(super) fn copy(&self, id: &str, size: u32) -> Option<String> {
        self.ids.get(id)?.iter().find(|(of, _)| *of == size).map(|(_, digest)| digest.clone())
    }

    /// Whether a mail of this Message-ID, or of none, had this content. The same Message-ID alone tells nothing: there are
    /// scanners that give all their mails one.
    pub(super) fn content(&self, id: Option<&str>, digest: &str) -> bool {
        match id {
            Some(id) => self.ids.get(id).is_some_and(|mails| mails.iter().any(|(_, of)| of == digest)),
            None => self.nameless.contains(digest),
        }
    }

    /// Writes a mail down.
    pub(super) fn add(&mut self, mail: Mail) -> Result<()> {
        let line = serde_json::to_string(&mail).map_err(|e| Error::environment(e.to_string()))? + "\n";
        let written = self.memory.write_all(line.as_bytes()).and_then(|()| self.memory.sync_data());
        written.map_err(|e| Error::unwritable(&e).at(&self.path))?;
        self.learn(mail);
        Ok(())
    }
}

/// What a killed run left; we are alone here.
fn remove_unfinished(folder: &Path) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Hexadecimal SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// What tells the content of a mail apart: its body, for headers differ by the way a mail took; all of it where it has no
/// Message-ID.
pub(super) fn digest(mut mail: impl BufRead, body_only: bool) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    let mut in_body = !body_only;
    let mut line = Vec::new();
    while mail.read_until(b'\n', &mut line)? > 0 {
        if in_body {
            digest.update(&line);
        }
        in_body |= line == b"\r\n" || line == b"\n";
        line.clear();
    }
    Ok(hex(digest.finalize().as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(uid: u32, id: Option<&str>, size: u32, digest: &str) -> Mail {
        let (id, digest) = (id.map(str::to_owned), digest.to_owned());
        Mail { mailbox: "a@b:993/INBOX".into(), uid_validity: 7, uid, id, size, digest, file: "x.eml".into() }
    }

    #[test]
    fn what_was_added_is_known_after_a_crash_in_the_middle_of_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Remembered::of(folder.path()).unwrap();
        memory.add(mail(1, Some("i"), 10, "d")).unwrap();
        memory.memory.write_all(b"{\"mailbox\":\"a@b:9").unwrap();
        assert!(Remembered::of(folder.path()).is_err_and(|e| e.to_string().contains("at work")));
        drop(memory);
        std::fs::write(folder.path().join(format!("{UNFINISHED}x")), "half").unwrap();
        let mut memory = Remembered::of(folder.path()).unwrap();
        memory.add(mail(2, None, 10, "e")).unwrap();
        drop(memory);
        let memory = Remembered::of(folder.path()).unwrap();
        let known = [1, 2, 3].map(|uid| memory.number("a@b:993/INBOX", 7, uid));
        assert_eq!(known, [true, true, false]);
        assert!(!memory.number("a@b:993/INBOX", 8, 1));
        assert_eq!((memory.copy("i", 10).as_deref(), memory.copy("i", 11)), (Some("d"), None));
        assert!(memory.content(Some("i"), "d") && memory.content(None, "e") && !memory.content(Some("i"), "e"));
        assert_eq!(folder.path().read_dir().unwrap().count(), 2);
    }

    #[test]
    fn a_body_is_the_same_whichever_way_it_came() {
        let of = |mail: &str, body| digest(mail.as_bytes(), body).unwrap();
        let (one, two) = ("Received: x\r\nA: b\r\n\r\nbody\r\n", "A: b\r\n\r\nbody\r\n");
        assert!(of(one, true) == of(two, true) && of(one, false) != of(two, false));
        assert_ne!(of(one, true), of("A: b\r\n\r\nother\r\n", true));
    }
}
