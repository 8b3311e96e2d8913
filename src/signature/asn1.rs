//! Tag, length, value: the bytes of ASN.1 as they stand in the file.
//!
//! in: bytes → out: [`Tlv`]s that know their own bytes; [`definite`] turns BER (lengths left open, strings in pieces) into DER.
//! Promises: what a signature covers is hashed as the file has it, never as a decoder would write it again; depth and number
//! of parts are bounded; what is no ASN.1 gives `None`.
//! Leaves out: what the values mean (`cms`, `certificate`); tags above 30, which none of our structures has.

use std::borrow::Cow;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]` to `[2]`, holding other values.
pub(super) const CONTEXT_0: u8 = 0xa0;
pub(super) const CONTEXT_1: u8 = 0xa1;
pub(super) const CONTEXT_2: u8 = 0xa2;
const CONSTRUCTED: u8 = 0x20;
/// A string in pieces, which DER forbids.
const OCTETS_IN_PIECES: u8 = OCTET_STRING | CONSTRUCTED;
/// A signature with its certificates is some fifteen deep.
const DEEPEST: usize = 40;

/// A value with its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tlv<'a> {
    pub(super) tag: u8,
    /// Tag, length and value.
    pub(super) whole: &'a [u8],
    /// The value.
    pub(super) value: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The first value and what follows it.
    pub(super) fn split(bytes: &'a [u8]) -> Option<(Tlv<'a>, &'a [u8])> {
        let (tag, length, head) = header(bytes)?;
        let end = head.checked_add(length?)?;
        let whole = bytes.get(..end)?;
        Some((Tlv { tag, whole, value: &whole[head..] }, &bytes[end..]))
    }

    /// The first value, whatever follows it, if it has this tag.
    pub(super) fn first(bytes: &'a [u8], tag: u8) -> Option<Tlv<'a>> {
        Tlv::split(bytes).map(|(first, _)| first).filter(|first| first.tag == tag)
    }

    /// The values inside, up to the first that is damaged.
    pub(super) fn inside(self) -> Parts<'a> {
        Parts(self.value)
    }
}

/// Values one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    /// The next value if it has this tag; it stays where it is if not.
    pub(super) fn field(&mut self, tag: u8) -> Option<Tlv<'a>> {
        let (next, rest) = Tlv::split(self.0).filter(|(next, _)| next.tag == tag)?;
        self.0 = rest;
        Some(next)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Tlv<'a>;

    fn next(&mut self) -> Option<Tlv<'a>> {
        let (next, rest) = Tlv::split(self.0)?;
        self.0 = rest;
        Some(next)
    }
}

/// Tag, length (`None`: open, up to two noughts) and the length of both.
fn header(bytes: &[u8]) -> Option<(u8, Option<usize>, usize)> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    match (tag & 0x1f, first) {
        (0x1f, _) => None,
        (_, 0x80) => (tag & CONSTRUCTED != 0).then_some((tag, None, 2)),
        (_, short @ 0..0x80) => Some((tag, Some(usize::from(short)), 2)),
        (_, long) => {
            let count = usize::from(long & 0x7f);
            let digits = bytes.get(2..2 + count).filter(|_| count <= 4)?;
            let length = digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit));
            Some((tag, Some(length), 2 + count))
        }
    }
}

/// The first value with every length told and every string in one piece; parts that are so already stay byte for byte.
pub(super) fn definite(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    rewritten(bytes, 0).map(|(value, _)| value)
}

/// The first value rewritten, and how many bytes it took.
fn rewritten(bytes: &[u8], depth: usize) -> Option<(Cow<'_, [u8]>, usize)> {
    let (tag, length, head) = header(bytes).filter(|_| depth < DEEPEST)?;
    if let Some(length) = length
        && tag & CONSTRUCTED == 0
    {
        let end = head.checked_add(length)?;
        return Some((Cow::Borrowed(bytes.get(..end)?), end));
    }
    let end = length
        .map(|length| head.checked_add(length).filter(|end| *end <= bytes.len()))
        .map_or(Some(None), |end| end.map(Some))?;
    let mut at = head;
    let mut parts = Vec::new();
    loop {
        let rest = &bytes[at..end.unwrap_or(bytes.len())];
        match end {
            Some(_) if rest.is_empty() => break,
            None if rest.starts_with(&[0, 0]) => {
                at += 2;
                break;
            }
            _ => {}
        }
        let (part, taken) = rewritten(rest, depth + 1)?;
        parts.push(part);
        at += taken;
    }
    let is_same = end.is_some() && tag != OCTETS_IN_PIECES && parts.iter().all(|part| matches!(part, Cow::Borrowed(_)));
    if is_same {
        return Some((Cow::Borrowed(&bytes[..at]), at));
    }
    let (tag, value) = match tag {
        OCTETS_IN_PIECES => {
            let pieces = parts.iter().map(|part| Tlv::first(part, OCTET_STRING).map(|piece| piece.value));
            (OCTET_STRING, pieces.collect::<Option<Vec<_>>>()?.concat())
        }
        _ => (tag, parts.concat()),
    };
    Some((Cow::Owned(written(tag, &value)), at))
}

/// A value with its tag and length.
pub(super) fn written(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
    let mut out = vec![tag];
    match length {
        0..0x80 => out.push(length as u8),
        _ => {
            out.push(0x80 | digits.len() as u8);
            out.extend(digits);
        }
    }
    out.extend(value);
    out
}

/// An object identifier in dots: "1.2.840.113549.1.7.2".
pub(super) fn oid(value: &[u8]) -> Option<String> {
    der::asn1::ObjectIdentifier::from_bytes(value).ok().map(|oid| oid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_lengths_are_told_and_pieces_joined() {
        let open = [0x30, 0x80, 0x24, 0x80, 4, 1, b'a', 4, 2, b'b', b'c', 0, 0, 2, 1, 7, 0, 0, 99];
        assert_eq!(definite(&open).unwrap().as_ref(), [0x30, 8, 4, 3, b'a', b'b', b'c', 2, 1, 7]);
        let told = [0x30, 3, 2, 1, 7];
        assert!(matches!(definite(&told), Some(Cow::Borrowed(same)) if same == told));
    }

    #[test]
    fn what_is_damaged_or_bottomless_gives_nothing() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 5, 1],
            &[0x30, 0x80],
            &[0x30, 0x85, 1, 1, 1, 1, 1],
            &[0x1f, 0x81, 1, 0],
            &[4, 0x80, 0, 0],
        ] {
            assert_eq!(definite(bytes), None, "{bytes:?}");
        }
        assert_eq!(definite(&[0x30, 0x80].repeat(100_000)), None);
        assert_eq!(Tlv::split(&[4, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn long_lengths_take_as_many_digits_as_they_need() {
        let long = written(4, &[7; 300]);
        assert_eq!(long[..4], [4, 0x82, 1, 44]);
        assert_eq!(Tlv::first(&long, 4).unwrap().value, [7; 300]);
        assert_eq!(oid(&[0x2a, 0x86, 0x48]).as_deref(), Some("1.2.840"));
    }
}
