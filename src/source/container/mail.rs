//! Mails as they go over the wire (RFC 5322 with MIME) → their attachments and their own text.
//!
//! in: the bytes of an .eml (or .mht) → out: the attachments in the order of the mail, then its own text as a member aside.
//! Promises: mails inside mails are members of their own; small pictures shown within the text (logos of signatures) are
//! passed over, pages pasted into it are not; encoded names (RFC 2047, 2231) come out as text.

use super::{ContainerKind, Mail, Member, Opened};
use crate::error::{Error, Result};
use mail_parser::mailbox::mbox::{Message as RawMessage, MessageIterator};
use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::collections::VecDeque;
use std::io::Cursor;

/// Header fields by which a mail is known, in lower case.
const FIELDS: [&str; 14] = [
    "received",
    "from",
    "to",
    "date",
    "subject",
    "message-id",
    "mime-version",
    "content-type",
    "return-path",
    "delivered-to",
    "x-mailer",
    "reply-to",
    "dkim-signature",
    "cc",
];
/// Where they are looked for.
const HEAD: usize = 64 << 10;
/// The longer side of a picture that can be a page: a small A4 scan at 100 dpi. Logos are smaller.
const PAGE_SIDE: u32 = 1_000;
/// What the member that is the mail's own text is called.
pub(super) const OWN_TEXT: &str = "nội dung thư";

/// Whether a text begins as mails do: header fields, at least two of a mail's own; one named as a mail needs one.
pub(super) fn is_mail(bytes: &[u8], name: &str) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut known = 0;
    for (at, line) in head.split(|&b| b == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [] => break,
            [b' ' | b'\t', ..] if at > 0 => continue,
            // the envelope line of a mailbox file
            _ if at == 0 && line.starts_with(b"From ") => continue,
            _ => {}
        }
        let Some(colon) = line.iter().position(|&b| b == b':') else { break };
        let field = line[..colon].to_ascii_lowercase();
        if field.is_empty() || !field.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            break;
        }
        known += usize::from(FIELDS.iter().any(|known| known.as_bytes() == field));
    }
    let named = matches!(super::super::ending(name).as_str(), "eml" | "mht" | "mhtml");
    known >= if named { 1 } else { 2 }
}

/// The mail's members; of a mailbox file (mbox) its mails.
pub(super) fn open(bytes: &[u8]) -> Result<Opened> {
    if bytes.starts_with(b"From ") {
        let mails = MessageIterator::new(bytes).map_while(std::result::Result::ok).zip(1..);
        let member = |(mail, at): (RawMessage, usize)| Member::new(format!("thư {at}.eml"), Ok(mail.unwrap_contents()));
        return Ok(Opened::new(ContainerKind::Mail, mails.map(member).collect::<VecDeque<_>>()));
    }
    let message = MessageParser::default().parse(bytes).ok_or_else(|| Error::input("a damaged mail"))?;
    let (mut members, mut text) = (VecDeque::new(), String::new());
    for (index, part) in message.parts.iter().enumerate() {
        let index = index as u32;
        if part.is_multipart() || part.is_empty() || is_decoration(part) {
            continue;
        }
        let in_text = message.text_body.contains(&index);
        // what has a name is a file, wherever it is shown; its own text comes once, as text where there are both
        if part.attachment_name().is_none() && (in_text || message.html_body.contains(&index)) && part.is_text() {
            if in_text {
                text += &plain(part);
                text.push('\n');
            }
            continue;
        }
        members.push_back(member(part, members.len()));
    }
    if !text.trim().is_empty() {
        members.push_back(Member { aside: true, ..Member::new(OWN_TEXT, Ok(text.into_bytes())) });
    }
    if members.is_empty() {
        return Err(Error::input("an empty mail: no attachment and no text"));
    }
    let opened = Opened::new(ContainerKind::Mail, members);
    Ok(Opened { mail: Some(about(&message)), ..opened })
}

/// The words of a part, those of a web page without its marks.
fn plain(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Html(html) => mail_parser::decoders::html::html_to_text(html),
        _ => part.text_contents().unwrap_or_default().to_owned(),
    }
}

fn member(part: &MessagePart<'_>, before: usize) -> Member {
    let name = part.attachment_name().map(str::to_owned);
    if let PartType::Message(inner) = &part.body {
        let subject = name.or_else(|| inner.subject().map(|s| format!("{}.eml", s.replace(['/', '\\'], "-"))));
        let name = subject.unwrap_or_else(|| format!("thư {}.eml", before + 1));
        return Member::new(name, Ok(inner.raw_message().to_vec()));
    }
    let ending = part.content_type().and_then(|kind| kind.subtype()).unwrap_or("bin");
    let name = name
        .unwrap_or_else(|| format!("tệp {}.{}", before + 1, ending.rsplit(['.', '-', '+']).next().unwrap_or("bin")));
    Member::new(name, Ok(part.contents().to_vec()))
}

/// A picture shown within the text that is too small for a page, and the signature of the mail itself.
fn is_decoration(part: &MessagePart<'_>) -> bool {
    if part.is_content_type("application", "pkcs7-signature") || part.is_content_type("application", "pgp-signature") {
        return true;
    }
    let attached = part.content_disposition().is_some_and(|how| how.is_attachment());
    let shown = part.content_id().is_some() || matches!(part.body, PartType::InlineBinary(_));
    shown && !attached && is_small_picture(part)
}

fn is_small_picture(part: &MessagePart<'_>) -> bool {
    if !part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image")) {
        return false;
    }
    let size = image::ImageReader::new(Cursor::new(part.contents())).with_guessed_format().ok();
    size.and_then(|reader| reader.into_dimensions().ok()).is_none_or(|(wide, high)| wide.max(high) < PAGE_SIDE)
}

fn about(message: &Message<'_>) -> Mail {
    Mail {
        from: message.from().and_then(sender),
        date: message.date().map(|date| date.to_rfc3339()),
        subject: message.subject().map(|subject| subject.trim().to_owned()).filter(|s| !s.is_empty()),
        message_id: message.message_id().map(str::to_owned),
    }
}

fn sender(from: &Address<'_>) -> Option<String> {
    let first = from.first()?;
    match (first.name(), first.address()) {
        (Some(name), Some(address)) => Some(format!("{} <{address}>", name.trim())),
        (name, address) => name.or(address).map(|s| s.trim().to_owned()),
    }
}
