//! PDFs that hold files: attached ones, portfolios, and PDFs joined byte after byte.
//!
//! in: the bytes of a PDF → out: its members, or nothing for the PDF that is one letter.
//! Promises: a PDF with attachments is still read itself; of a portfolio the cover only where it reads as a letter; joined
//! PDFs are told from updates of one PDF and from PDFs that lie unpacked inside another.

use super::{ContainerKind, Itself, Member, Opened};
use crate::source::pdf;
use memchr::memmem;
use std::collections::VecDeque;
use std::sync::Arc;

/// Where the cross-reference's place is told, from the end.
const TAIL: usize = 2 << 10;
/// PDFs in one file: a tray of scans.
const MOST_JOINED: usize = 500;

/// Opens a PDF that holds others.
pub(super) fn open(bytes: &Arc<Vec<u8>>) -> Option<Opened> {
    let joined = joined(bytes);
    if joined.len() > 1 {
        let member = |(index, part): (usize, &[u8])| Member::new(format!("phần {}.pdf", index + 1), Ok(part.to_vec()));
        let members: VecDeque<Member> = joined.into_iter().enumerate().map(member).collect();
        return Some(Opened::new(ContainerKind::JoinedPdfs, members));
    }
    // names of attachments stand in the open, or in a compressed stream of objects
    let may_hold = |word: &[u8]| memmem::find(bytes, word).is_some();
    if !may_hold(b"/EmbeddedFile") && !may_hold(b"/ObjStm") {
        return None;
    }
    let attached = pdf::attached(bytes);
    if attached.files.is_empty() {
        return None;
    }
    let members: VecDeque<Member> =
        attached.files.into_iter().map(|(name, content)| Member::new(name, content)).collect();
    let itself = Some(Itself { aside: attached.portfolio });
    Some(Opened { itself, ..Opened::new(ContainerKind::Pdf, members) })
}

/// The PDFs the bytes are made of: cut where a header follows an end, if both sides stand on their own.
fn joined(bytes: &[u8]) -> Vec<&[u8]> {
    let starts = memmem::find_iter(bytes, b"%PDF-").filter(|&at| at > 0 && ends_before(&bytes[..at]));
    let starts: Vec<usize> = starts.take(MOST_JOINED).collect();
    let mut parts = Vec::new();
    let mut from = 0;
    for at in starts {
        let until = bytes.len();
        if stands_alone(&bytes[from..at]) && (stands_alone(&bytes[at..until]) || stands_alone_until_next(&bytes[at..]))
        {
            parts.push(&bytes[from..at]);
            from = at;
        }
    }
    parts.push(&bytes[from..]);
    parts
}

/// Whether a PDF ends here, but for blanks.
fn ends_before(before: &[u8]) -> bool {
    before.trim_ascii_end().ends_with(b"%%EOF")
}

/// The part up to the next header that follows an end.
fn stands_alone_until_next(bytes: &[u8]) -> bool {
    let next = memmem::find_iter(bytes, b"%PDF-").find(|&at| at > 0 && ends_before(&bytes[..at]));
    next.is_some_and(|next| stands_alone(&bytes[..next]))
}

/// Whether the place of the cross-reference, as told at the end, leads to one when counted from the beginning.
fn stands_alone(part: &[u8]) -> bool {
    let tail = &part[part.len().saturating_sub(TAIL)..];
    let Some(at) = memmem::rfind(tail, b"startxref") else { return false };
    let told = tail[at + 9..].trim_ascii_start();
    let digits = told.iter().take_while(|b| b.is_ascii_digit()).count();
    let place = std::str::from_utf8(&told[..digits]).ok().and_then(|n| n.parse::<usize>().ok());
    let Some(there) = place.and_then(|place| part.get(place..)) else { return false };
    let there = there.trim_ascii_start();
    there.starts_with(b"xref") || there.first().is_some_and(u8::is_ascii_digit)
}
