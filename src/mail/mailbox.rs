//! A folder of a mail account, as IMAP gives it.
//!
//! in: an [`Address`] and how to get in → out: which mails lie there, their bytes piece by piece.
//! Promises: read-only (EXAMINE, BODY.PEEK: nothing is marked as seen) unless mails are to be moved; never more than a piece
//! of a mail in memory; what goes wrong with one mail is told apart from what goes wrong with the connection.

use super::address::on_the_wire;
use super::connection::{self, Allowance, Stream};
use super::{Account, Address};
use crate::error::{Error, Result, one_line};
use jiff::civil::Date;
use std::io::Write;

/// A mail is asked for in pieces of this size.
const PIECE: u32 = 1 << 20;
/// What an answer may hold besides what was asked for.
const SLACK: u64 = 256 << 10;
/// Lists of a million mails are shorter.
const LONGEST_LIST: u64 = 64 << 20;
/// A longer Message-ID is compared by its beginning.
const MESSAGE_ID_BYTES: u32 = 1000;

/// What is known of a mail before it is fetched.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) uid: u32,
    /// As the server says; not all count alike.
    pub(super) size: u32,
    /// `20261201-083000`: when it arrived, by the server's clock.
    pub(super) arrived: Option<String>,
    pub(super) message_id: Option<String>,
}

/// What went wrong.
pub(super) enum Trouble {
    /// With this mail only.
    Mail(String),
    /// The connection is of no more use.
    Lost(String),
    /// On our side.
    Ours(Error),
}

/// An open folder.
pub(super) struct Mailbox {
    session: imap::Session<Stream>,
    allowance: Allowance,
    /// Changes when the server gives its mails other numbers.
    pub(super) uid_validity: u32,
    moves: bool,
}

impl Mailbox {
    /// Logs in and opens the folder; `writing` when mails are to be moved out of it.
    pub(super) fn open(account: &Account, writing: bool) -> Result<Mailbox> {
        let Account { address, password, ca } = account;
        let (stream, allowance) = connection::open(address, ca.as_deref())?;
        allowance.set(SLACK);
        let said = |e: imap::Error| Error::environment(format!("{}:{}: {}", address.host, address.port, reason(&e)));
        let mut client = imap::Client::new(stream);
        client.read_greeting().map_err(said)?;
        let mut session = log_in(client, address, password)?;
        allowance.set(SLACK);
        let moves = session.capabilities().map_err(said)?.has_str("MOVE");
        allowance.set(SLACK);
        let folder = on_the_wire(&address.folder);
        let opened = if writing { session.select(&folder) } else { session.examine(&folder) };
        let opened = opened.map_err(|e| {
            let folder = one_line(&address.folder);
            Error::environment(format!("{}: the folder “{folder}” cannot be opened: {}", address.host, reason(&e)))
        })?;
        let Some(uid_validity) = opened.uid_validity else {
            return Err(Error::environment(format!(
                "{}: the server does not number its mails (UIDVALIDITY)",
                address.host
            )));
        };
        Ok(Mailbox { session, allowance, uid_validity, moves })
    }

    /// The numbers of the mails that arrived on `since` or later, rising.
    pub(super) fn uids(&mut self, since: Option<Date>) -> Result<Vec<u32>, Trouble> {
        self.allowance.set(LONGEST_LIST);
        let query = since.map_or_else(|| "ALL".to_owned(), |day| format!("SINCE {}", day.strftime("%-d-%b-%Y")));
        let mut uids: Vec<u32> = self.session.uid_search(query).map_err(trouble)?.into_iter().collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// What is known of these mails; those that are gone are left out.
    pub(super) fn heads(&mut self, uids: &[u32]) -> Result<Vec<Head>, Trouble> {
        self.allowance.set(SLACK + uids.len() as u64 * u64::from(2 * MESSAGE_ID_BYTES));
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let id = format!("BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.{MESSAGE_ID_BYTES}>");
        let found =
            self.session.uid_fetch(set.join(","), format!("(UID RFC822.SIZE INTERNALDATE {id})")).map_err(trouble)?;
        let head = |mail: &imap::types::Fetch<'_>| {
            let arrived = mail.internal_date().map(|at| at.format("%Y%m%d-%H%M%S").to_string());
            Some(Head { uid: mail.uid?, size: mail.size?, arrived, message_id: mail.header().and_then(message_id) })
        };
        let mut heads: Vec<Head> = found.iter().filter_map(head).filter(|h| uids.contains(&h.uid)).collect();
        heads.sort_by_key(|h| h.uid);
        Ok(heads)
    }

    /// Writes the bytes of a mail to `out`, at most `most` of them; tells `came` how many came. `false`: it is gone.
    pub(super) fn download(
        &mut self,
        head: &Head,
        most: u64,
        out: &mut impl Write,
        mut came: impl FnMut(u64),
    ) -> Result<bool, Trouble> {
        let mut at: u64 = 0;
        loop {
            self.allowance.set(SLACK + u64::from(PIECE));
            let query = format!("(UID BODY.PEEK[]<{at}.{PIECE}>)");
            let answer = self.session.uid_fetch(head.uid.to_string(), query).map_err(trouble)?;
            let mail = answer.iter().find(|mail| mail.uid == Some(head.uid) && mail.body().is_some());
            let Some(piece) = mail.and_then(|mail| mail.body()) else {
                // nothing at all: somebody deleted it meanwhile
                return if at == 0 {
                    Ok(false)
                } else {
                    Err(Trouble::Mail("the server stopped in its middle".to_owned()))
                };
            };
            at += piece.len() as u64;
            if at > most {
                return Err(Trouble::Mail(too_large(at, most)));
            }
            out.write_all(piece).map_err(|e| Trouble::Ours(Error::unwritable(&e)))?;
            came(piece.len() as u64);
            // servers may send less than was asked for; the end is where they have no more, and no more is due
            if piece.is_empty() || (piece.len() < PIECE as usize && at >= u64::from(head.size)) {
                return Ok(true);
            }
        }
    }

    /// Whether there is such a folder.
    pub(super) fn has_folder(&mut self, folder: &str) -> Result<bool, Trouble> {
        self.allowance.set(LONGEST_LIST);
        let sent = on_the_wire(folder);
        let quoted = format!("\"{}\"", sent.replace('\\', "\\\\").replace('"', "\\\""));
        let names = self.session.list(None, Some(&quoted)).map_err(trouble)?;
        Ok(names.iter().any(|name| name.name() == sent))
    }

    /// Moves a mail into another folder of the account. Servers that cannot move are asked to copy and to mark the old one as
    /// deleted; it is removed only by those who can remove it alone.
    pub(super) fn move_away(&mut self, uid: u32, folder: &str) -> Result<(), Trouble> {
        self.allowance.set(SLACK);
        let (uid, folder) = (uid.to_string(), on_the_wire(folder));
        if self.moves {
            return self.session.uid_mv(&uid, folder).map_err(trouble);
        }
        self.session.uid_copy(&uid, folder).map_err(trouble)?;
        self.session.uid_store(&uid, "+FLAGS.SILENT (\\Deleted)").map_err(trouble)?;
        match self.session.uid_expunge(&uid) {
            Ok(_) | Err(imap::Error::Bad(_) | imap::Error::No(_)) => Ok(()),
            Err(e) => Err(trouble(e)),
        }
    }

    /// Says goodbye; nothing is lost where that fails.
    pub(super) fn close(mut self) {
        self.allowance.set(SLACK);
        let _ = self.session.logout();
    }
}

/// Why a mail of `size` bytes is not fetched.
pub(super) fn too_large(size: u64, most: u64) -> String {
    let mb = |bytes: u64| bytes.div_ceil(1 << 20);
    format!("{} MB, more than the {} MB allowed: raise --max-mb", mb(size), mb(most))
}

/// The user and password as `AUTHENTICATE PLAIN` sends them (RFC 4616): any letters may stand in them.
struct Plain<'a> {
    user: &'a str,
    password: &'a str,
}

impl imap::Authenticator for Plain<'_> {
    type Response = String;
    fn process(&self, _: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password)
    }
}

fn log_in(mut client: imap::Client<Stream>, address: &Address, password: &str) -> Result<imap::Session<Stream>> {
    let capabilities = client.capabilities();
    let can = |what: &str| capabilities.as_ref().is_ok_and(|c| c.has_str(what));
    let done = if can("AUTH=PLAIN") {
        client.authenticate("PLAIN", &Plain { user: &address.user, password })
    } else if can("LOGINDISABLED") {
        return Err(Error::environment(format!(
            "{}: the server takes no password this way: use imaps://",
            address.host
        )));
    } else {
        client.login(&address.user, password)
    };
    done.map_err(|(e, _)| {
        let user = one_line(&address.user);
        let remedy = match e {
            imap::Error::No(_) => ": see to user and password (many servers want a password for programs of its own)",
            _ => "",
        };
        Error::environment(format!("{}: {user} is not let in: {}{remedy}", address.host, reason(&e)))
    })
}

/// The Message-ID in these header lines.
fn message_id(header: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(header);
    let (_, value) = text.split_once(':')?;
    let id: String = value.split_whitespace().collect();
    if id.is_empty() { None } else { Some(id) }
}

fn trouble(e: imap::Error) -> Trouble {
    match e {
        imap::Error::No(_) | imap::Error::Bad(_) => Trouble::Mail(reason(&e)),
        _ => Trouble::Lost(reason(&e)),
    }
}

/// On one line, bounded: servers may say anything.
fn reason(e: &imap::Error) -> String {
    one_line(&e.to_string()).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_read_folded_too() {
        for (header, id) in [
            ("Message-ID: <a@b>\r\n\r\n", Some("<a@b>")),
            ("Message-Id:\r\n <a\r\n\t@b>\r\n\r\n", Some("<a@b>")),
            ("Message-ID:\r\n\r\n", None),
            ("\r\n", None),
        ] {
            assert_eq!(message_id(header.as_bytes()).as_deref(), id);
        }
    }
}
