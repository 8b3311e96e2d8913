//! CalDAV (RFC 4791): a collection of a server is brought in line with our deadlines.
//!
//! in: the URL of a calendar, calendar objects → out: what was put, what was the same already.
//! Promises: idempotent (an object is sent only when ours changed); never overwrites what somebody changed in the same
//! moment (ETags); what others put there is not touched, nor deleted; the password goes nowhere but to that server, and
//! over plain HTTP only to this machine.
//! Leaves out: making the calendar, finding it from an address, reading what people ticked off.

use crate::error::{Error, Result};
use base64::Engine as _;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Request, Response};

/// A server that says nothing for so long is down.
const PATIENCE: Duration = Duration::from_secs(60);
/// A calendar with more than this is none of ours.
const LARGEST_ANSWER: u64 = 256 << 20;
/// Our own mark of what we sent; servers keep properties they do not know, though they may write the rest anew.
const DIGEST: &str = "X-CONGVAN-DIGEST";

const QUERY: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><d:getetag/><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"/></c:filter>
</c:calendar-query>"#;

/// One calendar object.
#[derive(Debug)]
pub struct Object {
    /// Its UID.
    pub uid: String,
    /// A calendar with this one entry.
    pub text: String,
    /// It does not hold any more: it is sent only where the server has it.
    pub cancelled: bool,
}

/// What a synchronisation did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// New on the server.
    pub created: usize,
    /// Replaced there.
    pub updated: usize,
    /// The same already.
    pub unchanged: usize,
    /// Ours on the server, but of no deadline asked for now: left as they are.
    pub left: usize,
    /// What the server refused, each with its reason.
    pub refused: Vec<String>,
}

/// A calendar on a server.
pub struct Collection {
    agent: Agent,
    /// With a slash at its end.
    url: String,
    origin: String,
    authorization: Option<String>,
}

impl Collection {
    /// The calendar at `url`, for this user and password.
    ///
    /// # Errors
    /// A URL that is none, that holds a password, or plain HTTP to another machine with one (usage).
    pub fn new(url: &str, user: Option<&str>, password: Option<&str>) -> Result<Collection> {
        let wrong = |what: &str| Error::usage(format!("--caldav {url}: {what}"));
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("no URL: name https://SERVER/CALENDAR/"))?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            // not repeated: it would end in logs
            return Err(Error::usage(
                "--caldav: leave user and password out of the URL: set CONGVAN_CALDAV_USER and CONGVAN_CALDAV_PASSWORD",
            ));
        }
        if authority.is_empty() || !matches!(scheme, "http" | "https") {
            return Err(wrong("name https://SERVER/CALENDAR/"));
        }
        if scheme == "http" && password.is_some() && !is_this_machine(authority) {
            return Err(wrong("plain http would send the password for all to read: use https"));
        }
        let authorization = user.map(|user| {
            let pair = format!("{user}:{}", password.unwrap_or_default());
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        });
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // a redirected PUT would be a GET, and the password would go along
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .user_agent(concat!("congvan/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let url = format!("{}/", url.trim_end_matches('/'));
        Ok(Collection { agent, url, origin: format!("{scheme}://{authority}"), authorization })
    }

    /// Brings the calendar in line with `objects`.
    ///
    /// # Errors
    /// A server that is not there, does not let us in, or has no calendar under this URL (environment).
    pub fn sync(&self, objects: &[Object]) -> Result<Synced> {
        let mut theirs = self.ours_there()?;
        let mut done = Synced::default();
        for object in objects {
            let digest = digest(&object.text);
            match theirs.remove(&object.uid) {
                Some(there) if there.digest == digest => done.unchanged += 1,
                Some(there) => match self.put(&there.url, &object.text, &digest, ("If-Match", &there.etag))? {
                    None => done.updated += 1,
                    Some(reason) => done.refused.push(format!("{}: {reason}", there.url)),
                },
                None if object.cancelled => {}
                None => {
                    let name = object.uid.split('@').next().unwrap_or(&object.uid);
                    let url = format!("{}{name}.ics", self.url);
                    match self.put(&url, &object.text, &digest, ("If-None-Match", "*"))? {
                        None => done.created += 1,
                        Some(reason) => done.refused.push(format!("{url}: {reason}")),
                    }
                }
            }
        }
        done.left = theirs.len();
        Ok(done)
    }

    /// What we put there, by UID.
    fn ours_there(&self) -> Result<HashMap<String, There>> {
        let request = self.request("REPORT", &self.url).header("Depth", "1");
        let mut answer = self.send(request.header("Content-Type", "application/xml; charset=utf-8"), QUERY)?;
        let status = answer.status().as_u16();
        if status != 207 {
            let what = match status {
                401 | 403 => "does not let us in: set CONGVAN_CALDAV_USER and CONGVAN_CALDAV_PASSWORD".to_owned(),
                301..=308 => "has moved: name the calendar's own URL".to_owned(),
                404 | 405 => "has no calendar here: make one with your calendar program and name its URL".to_owned(),
                other => format!("answers {other} when asked for its events"),
            };
            return Err(self.trouble(&what));
        }
        let unreadable = |e: &dyn std::fmt::Display| self.trouble(&format!("answers what is no CalDAV: {e}"));
        let body = answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_string();
        let body = body.map_err(|e| unreadable(&e))?;
        let answer: Multistatus = quick_xml::de::from_str(&body).map_err(|e| unreadable(&e))?;
        let mut ours = HashMap::new();
        for response in answer.response {
            for prop in response.propstat.into_iter().map(|p| p.prop) {
                let (Some(etag), Some(data)) = (prop.getetag, prop.calendar_data) else { continue };
                let (Some(uid), Some(digest)) = (property(&data, "UID"), property(&data, DIGEST)) else { continue };
                let url = self.absolute(&response.href)?;
                ours.insert(uid, There { url, etag, digest });
            }
        }
        Ok(ours)
    }

    /// Sends an object; gives the reason where the server refuses it.
    fn put(&self, url: &str, text: &str, digest: &str, condition: (&str, &str)) -> Result<Option<String>> {
        let request = self.request("PUT", url).header("Content-Type", "text/calendar; charset=utf-8");
        let answer = self.send(request.header(condition.0, condition.1), &marked(text, digest))?;
        Ok(match answer.status().as_u16() {
            200..=299 => None,
            412 => Some("somebody changed it in this moment: run again".to_owned()),
            401 | 403 => return Err(self.trouble("does not let us write: see the calendar's rights")),
            507 => return Err(self.trouble("is full")),
            other => Some(format!("the server answers {other}")),
        })
    }

    fn request(&self, method: &str, url: &str) -> ureq::http::request::Builder {
        let request = Request::builder().method(method).uri(url);
        match &self.authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        }
    }

    fn send(&self, request: ureq::http::request::Builder, body: &str) -> Result<Response<ureq::Body>> {
        let request = request.body(body.to_owned()).map_err(|e| self.trouble(&e.to_string()))?;
        self.agent.run(request).map_err(|e| self.trouble(&e.to_string()))
    }

    /// Servers name objects by path; another server's name would get our password.
    fn absolute(&self, href: &str) -> Result<String> {
        match href.strip_prefix(&self.origin) {
            Some(path) if path.starts_with('/') => Ok(href.to_owned()),
            _ if href.starts_with('/') && !href.starts_with("//") => Ok(format!("{}{href}", self.origin)),
            _ => Err(self.trouble(&format!("names an object elsewhere: {href}"))),
        }
    }

    fn trouble(&self, what: &str) -> Error {
        Error::environment(format!("{}: {what}", self.url))
    }
}

/// An object of ours on the server.
struct There {
    url: String,
    etag: String,
    digest: String,
}

#[derive(Debug, Deserialize)]
struct Multistatus {
    #[serde(default)]
    response: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    href: String,
    #[serde(default)]
    propstat: Vec<Propstat>,
}

#[derive(Debug, Deserialize)]
struct Propstat {
    prop: Prop,
}

#[derive(Debug, Deserialize)]
struct Prop {
    getetag: Option<String>,
    #[serde(rename = "calendar-data")]
    calendar_data: Option<String>,
}

fn is_this_machine(authority: &str) -> bool {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host == "localhost" || host.starts_with("127.") && host.parse::<std::net::Ipv4Addr>().is_ok() || host == "[::1]"
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The object with our mark in its entry, before the entry's own parts.
fn marked(text: &str, digest: &str) -> String {
    text.replacen("\r\nSUMMARY:", &format!("\r\n{DIGEST}:{digest}\r\nSUMMARY:"), 1)
}

/// The first value of a property, lines unfolded.
fn property(data: &str, name: &str) -> Option<String> {
    let unfolded = data.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned());
    unfolded.lines().find_map(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_go_nowhere_else() {
        let at = |url: &str| Collection::new(url, Some("u"), Some("secret"));
        for refused in
            ["http://example.vn/cal", "https://u:secret@example.vn/", "example.vn/cal", "ftp://a/", "https:///x"]
        {
            let said = at(refused).map(|_| ()).unwrap_err().to_string();
            assert!(said.starts_with("--caldav") && !said.contains("secret@"), "{said}");
        }
        for taken in
            ["https://example.vn/cal", "http://127.0.0.1:5232/u/cal/", "http://localhost/c", "http://[::1]:5232/c"]
        {
            assert!(at(taken).is_ok(), "{taken}");
        }
        assert!(at("http://127.example.vn/c").is_err(), "a name is not an address");
        let there = at("https://example.vn/cal").unwrap();
        assert_eq!(there.absolute("/cal/a.ics").unwrap(), "https://example.vn/cal/a.ics");
        assert_eq!(there.absolute("https://example.vn/cal/a.ics").unwrap(), "https://example.vn/cal/a.ics");
        for elsewhere in ["https://example.vn.evil.example/a", "https://evil.example/a", "//evil.example/a", "a.ics"] {
            assert!(there.absolute(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn answers_are_read_whatever_prefix_they_use() {
        let xml = "<?xml version='1.0'?><multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>\
             <response><href>/c/a.ics</href><propstat><prop><getetag>&quot;1&quot;</getetag>\
             <C:calendar-data>BEGIN:VEVENT&#13;\nUID:abc\n def@congvan&#13;\nX-CONGVAN-DIGEST:12&amp;\nEND:VEVENT\
             </C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>";
        let read: Multistatus = quick_xml::de::from_str(xml).unwrap();
        let prop = &read.response[0].propstat[0].prop;
        assert_eq!(prop.getetag.as_deref(), Some("\"1\""));
        let data = prop.calendar_data.as_deref().unwrap();
        assert_eq!(property(data, "UID").as_deref(), Some("abcdef@congvan"));
        assert_eq!(property(data, DIGEST).as_deref(), Some("12&"));
    }
}
