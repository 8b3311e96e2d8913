//! Mail intake: the mails of an IMAP folder, each whole as a file `.eml` in a drop folder.
//!
//! in: an [`Account`], [`Wishes`] and a folder → out: files, and [`Fetched`]: how many, what failed.
//! Promises: no mail twice, whatever happens (numbers, then Message-ID and content, are remembered after a file is whole);
//! the account is only read unless mails are to be moved; a bad mail stops nothing; files are named by us, never by a mail.
//! Leaves out: what is in the mails (whoever reads the drop folder takes them apart), STARTTLS, OAuth.

mod address;
mod connection;
mod mailbox;
mod remembered;

pub use address::Address;

use crate::error::{Error, ErrorKind, Result};
use jiff::civil::Date;
use mailbox::{Head, Mailbox, Trouble, too_large};
use remembered::{Mail, Remembered, UNFINISHED, digest, sha256};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// So many mails are asked about at once.
const AT_ONCE: usize = 200;
/// A mail at which the connection broke so often is the cause of it.
const TRIES: u32 = 2;
/// A connection that broke so often, with no mail coming through in between, will break again.
const MOST_CALLS: u32 = 20;

/// Where the mails lie and how to get in.
#[derive(Clone)]
pub struct Account {
    /// Server, user, folder.
    pub address: Address,
    /// Said to that server and nobody else.
    pub password: String,
    /// PEM file of certificates to trust instead of the system's.
    pub ca: Option<PathBuf>,
}

/// What is to be fetched, and what becomes of it on the server.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Only mails that arrived on this day or later.
    pub since: Option<Date>,
    /// Larger mails are named and left.
    pub max_bytes: u64,
    /// Folder of the account into which fetched mails are moved; none: nothing changes there.
    pub move_to: Option<String>,
    /// Only tell; nothing is written, here or there.
    pub dry_run: bool,
}

/// What goes on, as it goes on.
#[derive(Debug)]
pub enum Told<'a> {
    /// So many mails are new, with so many bytes.
    New { mails: usize, bytes: u64 },
    /// So many bytes more have come.
    Came(u64),
    /// A mail lies whole in the folder.
    Taken(&'a Path),
    /// A mail that would be fetched: when it arrived, its number and size.
    Would { arrived: &'a str, uid: u32, size: u32 },
    /// A mail that could not be fetched or moved, and why.
    Failed { uid: u32, why: &'a str },
}

/// What a run came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// New files.
    pub taken: usize,
    /// Fetched before.
    pub known: usize,
    /// Named with the reason; tried again the next time.
    pub failed: usize,
}

/// Whether the account can be reached and opened: how many mails lie in it.
///
/// # Errors
/// As [`fetch`].
pub fn reach(account: &Account) -> Result<usize> {
    let mut mailbox = Mailbox::open(account, false)?;
    let count = mailbox.uids(None).map_err(|t| fatal(account, t))?.len();
    mailbox.close();
    Ok(count)
}

/// Fetches what is new into `folder`.
///
/// # Errors
/// A server that is not there, is not to be trusted, or does not let us in; a connection that breaks again and again; a folder
/// that cannot be written to or that another run fetches into (environment). What is whole by then stays and is remembered.
pub fn fetch(account: &Account, wishes: &Wishes, folder: &Path, told: &mut dyn FnMut(Told<'_>)) -> Result<Fetched> {
    let memory = Remembered::of(folder)?;
    let mailbox = Mailbox::open(account, wishes.move_to.is_some() && !wishes.dry_run)?;
    let name = account.address.name();
    let mut run = Run { account, wishes, folder, name, memory, mailbox, done: Fetched::default(), calls: 0, told };
    run.see_to_the_other_folder()?;
    let uids = run.mailbox.uids(wishes.since).map_err(|t| fatal(account, t))?;
    let new = run.new_ones(&uids)?;
    (run.told)(Told::New { mails: new.len(), bytes: new.iter().map(|h| u64::from(h.size)).sum() });
    for head in &new {
        run.take(head)?;
    }
    let done = run.done;
    run.mailbox.close();
    Ok(done)
}

/// A run and what it has come to.
struct Run<'a> {
    account: &'a Account,
    wishes: &'a Wishes,
    folder: &'a Path,
    name: String,
    memory: Remembered,
    mailbox: Mailbox,
    done: Fetched,
    /// How often we called the server anew since the last mail came.
    calls: u32,
    told: &'a mut dyn FnMut(Told<'_>),
}

impl Run<'_> {
    /// Before anything is fetched: is there a folder to move mails to?
    fn see_to_the_other_folder(&mut self) -> Result<()> {
        let Some(other) = &self.wishes.move_to else { return Ok(()) };
        match self.mailbox.has_folder(other) {
            Ok(true) => Ok(()),
            Ok(false) => {
                Err(Error::usage(format!("--move-to {other}: the account has no such folder: make it there first")))
            }
            Err(t) => Err(fatal(self.account, t)),
        }
    }

    /// The mails never fetched; those that were are counted, and moved where they still lie here.
    fn new_ones(&mut self, uids: &[u32]) -> Result<Vec<Head>> {
        let validity = self.mailbox.uid_validity;
        let (known, unknown): (Vec<u32>, Vec<u32>) =
            uids.iter().partition(|uid| self.memory.number(&self.name, validity, **uid));
        for uid in known {
            self.done.known += 1;
            self.move_away(uid)?;
        }
        let mut new = Vec::new();
        for some in unknown.chunks(AT_ONCE) {
            for head in self.heads(some)? {
                match head.message_id.as_ref().and_then(|id| self.memory.copy(&sha256(id.as_bytes()), head.size)) {
                    Some(digest) => self.known_by_content(&head, digest)?,
                    None => new.push(head),
                }
            }
        }
        Ok(new)
    }

    /// What is known of these mails. Where the server cannot tell it of all at once, the bad one is found by halves and named.
    fn heads(&mut self, uids: &[u32]) -> Result<Vec<Head>> {
        let why = match self.mailbox.heads(uids) {
            Ok(heads) => return Ok(heads),
            Err(Trouble::Ours(e)) => return Err(e),
            Err(Trouble::Mail(why)) => why,
            Err(Trouble::Lost(why)) => {
                self.call_again(&why)?;
                why
            }
        };
        if let [uid] = uids {
            self.fail(*uid, &why)?;
            return Ok(Vec::new());
        }
        let (left, right) = uids.split_at(uids.len() / 2);
        Ok([self.heads(left)?, self.heads(right)?].concat())
    }

    /// Fetches a mail; calls the server anew where it hung up, once for each mail.
    fn take(&mut self, head: &Head) -> Result<()> {
        let (arrived, uid, size) = (head.arrived.as_deref().unwrap_or("?"), head.uid, head.size);
        if u64::from(size) > self.wishes.max_bytes {
            return self.fail(uid, &too_large(u64::from(size), self.wishes.max_bytes));
        }
        if self.wishes.dry_run {
            (self.told)(Told::Would { arrived, uid, size });
            self.done.taken += 1;
            return Ok(());
        }
        for attempt in 1..=TRIES {
            match self.try_to_take(head) {
                Ok(()) => return Ok(()),
                Err(Trouble::Ours(e)) => return Err(e),
                Err(Trouble::Mail(why)) => return self.fail(uid, &why),
                Err(Trouble::Lost(why)) => {
                    self.call_again(&why)?;
                    if attempt == TRIES {
                        return self.fail(uid, &why);
                    }
                }
            }
        }
        Ok(())
    }

    fn try_to_take(&mut self, head: &Head) -> Result<(), Trouble> {
        let path = self.folder.join(file_name(&self.name, self.mailbox.uid_validity, head));
        let ours = |e: std::io::Error| Trouble::Ours(Error::unwritable(&e).at(self.folder));
        if !path.exists() {
            let mut file = unfinished(self.folder).map_err(ours)?;
            let mut out = BufWriter::new(file.as_file_mut());
            let most = self.wishes.max_bytes;
            let there = self.mailbox.download(head, most, &mut out, |bytes| (self.told)(Told::Came(bytes)))?;
            out.flush().map_err(ours)?;
            drop(out);
            if !there {
                return Ok(());
            }
            file.as_file().sync_all().map_err(ours)?;
            let content = content(file.path(), head).map_err(ours)?;
            if self.memory.content(head.message_id.as_ref().map(|id| sha256(id.as_bytes())).as_deref(), &content) {
                return self.known_by_content(head, content).map_err(Trouble::Ours);
            }
            file.persist_noclobber(&path).map_err(|e| ours(e.error))?;
        }
        // a file of this name that nobody remembers: we were killed after it was whole
        let content = content(&path, head).map_err(ours)?;
        self.remember(head, content, &path).map_err(Trouble::Ours)?;
        (self.done.taken, self.calls) = (self.done.taken + 1, 0);
        (self.told)(Told::Taken(&path));
        self.move_away(head.uid).map_err(Trouble::Ours)
    }

    /// A mail that was fetched under another number.
    fn known_by_content(&mut self, head: &Head, content: String) -> Result<()> {
        self.done.known += 1;
        if !self.wishes.dry_run {
            self.remember(head, content, Path::new(""))?;
        }
        self.move_away(head.uid)
    }

    fn remember(&mut self, head: &Head, digest: String, path: &Path) -> Result<()> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let id = head.message_id.as_ref().map(|id| sha256(id.as_bytes()));
        let (mailbox, uid_validity, uid) = (self.name.clone(), self.mailbox.uid_validity, head.uid);
        self.memory.add(Mail { mailbox, uid_validity, uid, id, size: head.size, digest, file })
    }

    fn move_away(&mut self, uid: u32) -> Result<()> {
        let Some(other) = self.wishes.move_to.as_ref().filter(|_| !self.wishes.dry_run) else { return Ok(()) };
        match self.mailbox.move_away(uid, other) {
            Ok(()) => Ok(()),
            Err(Trouble::Mail(why)) => self.fail(uid, &format!("fetched, but not moved: {why}")),
            // the next run moves it
            Err(Trouble::Lost(why)) => self.call_again(&why),
            Err(Trouble::Ours(e)) => Err(e),
        }
    }

    fn fail(&mut self, uid: u32, why: &str) -> Result<()> {
        self.done.failed += 1;
        (self.told)(Told::Failed { uid, why });
        Ok(())
    }

    fn call_again(&mut self, why: &str) -> Result<()> {
        self.calls += 1;
        if self.calls > MOST_CALLS {
            return Err(fatal(self.account, Trouble::Lost(why.to_owned())));
        }
        let mailbox = Mailbox::open(self.account, self.wishes.move_to.is_some())?;
        if mailbox.uid_validity != self.mailbox.uid_validity {
            return Err(Error::environment(format!(
                "{}: the mails got other numbers meanwhile: run this again",
                self.name
            )));
        }
        self.mailbox = mailbox;
        Ok(())
    }
}

/// What ends a run: nothing of what was fetched is lost by it.
fn fatal(account: &Account, trouble: Trouble) -> Error {
    let host = &account.address.host;
    match trouble {
        Trouble::Ours(e) => e,
        Trouble::Mail(why) => Error::new(ErrorKind::Environment, format!("{host}: the server refuses: {why}")),
        Trouble::Lost(why) => Error::environment(format!(
            "{host}: the connection broke: {why}: run this again, it goes on where it stopped"
        )),
    }
}

/// A file that those who read the folder leave out; later they may read it as the user's mask says.
fn unfinished(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(UNFINISHED).tempfile_in(folder)
}

fn content(path: &Path, head: &Head) -> std::io::Result<String> {
    digest(BufReader::new(File::open(path)?), head.message_id.is_some())
}

/// The same for the same mail; nothing in it is said by the mail itself.
fn file_name(mailbox: &str, uid_validity: u32, head: &Head) -> String {
    let key = sha256(format!("{mailbox}\n{uid_validity}\n{}", head.uid).as_bytes());
    let arrived = head.arrived.as_deref().unwrap_or("khong-ngay");
    format!("thu-{arrived}-{}.eml", &key[..12])
}
