//! Which mailbox is meant: `imaps://USER@HOST:PORT/FOLDER`.
//!
//! in: what a person wrote → out: [`Address`].
//! Promises: a password in it is refused and repeated nowhere.

use crate::error::{Error, Result};
use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

/// A folder of an account on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Whether the connection is encrypted from its first byte on (`imaps`).
    pub tls: bool,
    /// Who logs in.
    pub user: String,
    /// The server's name or number.
    pub host: String,
    /// 993, without TLS 143, where none is named.
    pub port: u16,
    /// As a person writes it.
    pub folder: String,
}

impl Address {
    /// Reads a URL. The user may hold an `@`, bare or as `%40`; without a folder it is INBOX.
    ///
    /// # Errors
    /// What is no such URL, and one that holds a password (usage).
    pub fn parse(url: &str) -> Result<Address> {
        let form = "name it like imaps://USER@SERVER/FOLDER";
        let (scheme, rest) =
            url.split_once("://").ok_or_else(|| Error::usage(format!("not the URL of a mailbox: {form}")))?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "imaps" => true,
            "imap" => false,
            _ => return Err(Error::usage(format!("not the URL of a mailbox: {form}"))),
        };
        let (authority, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, server) =
            authority.rsplit_once('@').ok_or_else(|| Error::usage(format!("the URL names no user: {form}")))?;
        if user.contains(':') {
            // not repeated: it would end in logs
            return Err(Error::usage(
                "leave the password out of the URL: put it into a file (--password-file) or into CONGVAN_MAIL_PASSWORD",
            ));
        }
        let (host, port) = parted(server, if tls { 993 } else { 143 })
            .ok_or_else(|| Error::usage(format!("the URL names no server, or a port that is none: {form}")))?;
        let plain = |part: &str| decoded(part).ok_or_else(|| Error::usage(format!("the URL is not UTF-8: {form}")));
        let (user, folder) = (plain(user)?, plain(folder.trim_end_matches('/'))?);
        if user.is_empty() || [&user, &folder, &host].iter().any(|part| part.chars().any(char::is_control)) {
            return Err(Error::usage(format!("the URL names no user, or holds control characters: {form}")));
        }
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { folder };
        Ok(Address { tls, user, host, port, folder })
    }

    /// How the state and messages call it; says the same of the same mailbox.
    pub fn name(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }

    /// Whether the server is this machine, so that nobody else hears what is said.
    pub fn is_here(&self) -> bool {
        let address = self.host.parse::<std::net::IpAddr>();
        self.host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|a| a.is_loopback())
    }
}

/// Host and port; an IPv6 number stands in brackets.
fn parted(server: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Some(usual), |p| p.parse().ok().filter(|p| *p != 0))?;
    if host.is_empty() { None } else { Some((host.to_owned(), port)) }
}

/// `%41` is `A`.
fn decoded(part: &str) -> Option<String> {
    let bytes = part.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        match hex.filter(|_| bytes[at] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).ok()
}

/// A folder's name as it is sent: modified UTF-7 (RFC 3501, 5.1.3).
pub(super) fn on_the_wire(folder: &str) -> String {
    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let mut sent = String::with_capacity(folder.len());
    let mut others: Vec<u8> = Vec::new();
    let close = |others: &mut Vec<u8>, sent: &mut String| {
        if !others.is_empty() {
            sent.push('&');
            engine.encode_string(&others, sent);
            sent.push('-');
            others.clear();
        }
    };
    for c in folder.chars() {
        if matches!(c, ' '..='~') {
            close(&mut others, &mut sent);
            sent.push(c);
            if c == '&' {
                sent.push('-');
            }
        } else {
            others.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    close(&mut others, &mut sent);
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_as_people_write_them() {
        let cases = [
            ("imaps://vanthu@thu.xa.vn", (true, "vanthu", "thu.xa.vn", 993, "INBOX")),
            ("imaps://vanthu@xa.vn@thu.xa.vn:1993/", (true, "vanthu@xa.vn", "thu.xa.vn", 1993, "INBOX")),
            ("IMAPS://vanthu%40xa.vn@[::1]/C%C3%B4ng%20v%C4%83n", (true, "vanthu@xa.vn", "::1", 993, "Công văn")),
            ("imap://a@127.0.0.1:1143/Đến/2026", (false, "a", "127.0.0.1", 1143, "Đến/2026")),
        ];
        for (url, (tls, user, host, port, folder)) in cases {
            let wanted = Address { tls, user: user.into(), host: host.into(), port, folder: folder.into() };
            assert_eq!(Address::parse(url).unwrap(), wanted);
        }
        for url in ["vanthu@xa.vn", "https://a@b/", "imaps://b/", "imaps://a@/", "imaps://a@b:0/", "imaps://a@b/x%0Ay"]
        {
            assert!(Address::parse(url).is_err(), "{url}");
        }
        let refused = Address::parse("imaps://a:geheim@b/").unwrap_err().to_string();
        assert!(refused.contains("--password-file") && !refused.contains("geheim"), "{refused}");
    }

    #[test]
    fn folders_are_sent_in_modified_utf_7() {
        // the first from RFC 3501
        let cases = [
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("A&B", "A&-B"),
            ("Công văn", "C&APQ-ng v&AQM-n"),
        ];
        for (folder, sent) in cases {
            assert_eq!(on_the_wire(folder), sent);
        }
    }
}
