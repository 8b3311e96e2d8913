//! What is this file? By its content, never by its name.
//!
//! in: the bytes → out: [`Media`], or an error that says what it is instead; and text bytes → a string.
//! Promises: binary data never passes for text; UTF-8 (with or without byte order mark) and UTF-16 (with one) do.
//! Leaves out: TCVN3, VNI and other legacy code pages: they are refused, with what to do.

use super::{Media, container, not_letters, office};
use crate::error::{Error, Result};

/// A PDF header may be preceded by up to this much junk (the viewers' habit).
const PDF_HEADER_WITHIN: usize = 1024;
/// Largest text file taken: no letter has more.
const MAX_TEXT: usize = 64 << 20;

/// Whether it is a PDF: its header at the beginning, or after junk that is no kind of file itself.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    head.starts_with(b"%PDF-")
        || head.windows(5).any(|w| w == b"%PDF-") && infer::get(bytes).is_none_or(|kind| kind.extension() == "pdf")
}

/// The kind of a file that holds no others; its name is heard only about texts.
pub(super) fn media(bytes: &[u8], name: &str) -> Result<Media> {
    if bytes.is_empty() {
        return Err(Error::input("empty"));
    }
    if let Some(what) = container::refusal(bytes, name) {
        return Err(Error::input(what));
    }
    if is_pdf(bytes) {
        return Ok(Media::Pdf);
    }
    if is_tiff(bytes) {
        return Ok(Media::Tiff);
    }
    let kind = infer::get(bytes);
    match kind.map(|k| k.mime_type()) {
        Some("image/png") => return Ok(Media::Png),
        Some("image/jpeg") => return Ok(Media::Jpeg),
        _ => {}
    }
    if let Some(office) = office::kind(bytes) {
        return Ok(Media::Office(office));
    }
    match (text(bytes), kind) {
        (Ok(text), _) => match not_letters::what(&text, name) {
            Some(what) => Err(Error::input(what)),
            None => Ok(Media::Text),
        },
        (Err(_), Some(k)) => Err(Error::input(match k.mime_type() {
            "application/vnd.rar" => {
                "a RAR archive: unpack it (7-Zip or unrar does) and give what is inside".to_owned()
            }
            "application/x-ole-storage" | "application/msword" if office::is_locked(bytes) => {
                "an office file with a password: open it, save it without one".to_owned()
            }
            other => format!("{other} is not read: give a PDF, a picture, an office file or text"),
        })),
        (Err(e), None) => Err(e),
    }
}

fn is_tiff(bytes: &[u8]) -> bool {
    matches!(bytes.get(..4), Some(b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+"))
}

/// The bytes of a text file as a string, line ends as `\n`.
pub(super) fn text(bytes: &[u8]) -> Result<String> {
    if bytes.len() > MAX_TEXT {
        return Err(Error::input(format!("a text of more than {} MB", MAX_TEXT >> 20)));
    }
    let decoded = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => utf8(bytes)?,
    };
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}' | '\u{1b}' | '\u{85}');
    if decoded.chars().any(odd) {
        return Err(Error::input("binary data, no kind of file we read"));
    }
    Ok(decoded.replace("\r\n", "\n").replace('\r', "\n"))
}

fn utf8(bytes: &[u8]) -> Result<String> {
    if bytes.contains(&0) {
        return Err(Error::input("binary data, no kind of file we read"));
    }
    match std::str::from_utf8(bytes) {
        Ok(s) => Ok(s.to_owned()),
        Err(e) => {
            let at = e.valid_up_to();
            Err(Error::input(format!(
                "not UTF-8 (byte {at}) and no other kind of file we read: save the text as UTF-8"
            )))
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    if !bytes.len().is_multiple_of(2) {
        return Err(Error::input("UTF-16 with half a character at the end"));
    }
    let units = bytes.chunks_exact(2).map(|p| unit([p[0], p[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| Error::input("damaged UTF-16"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        let cases: [(&[u8], Option<Media>); 13] = [
            (b"%PDF-1.7\n", Some(Media::Pdf)),
            (b"junk\n%PDF-1.4\n", Some(Media::Pdf)),
            (b"II*\0\x08\0\0\0", Some(Media::Tiff)),
            (b"\x89PNG\r\n\x1a\n", Some(Media::Png)),
            (b"\xff\xd8\xff\xe0", Some(Media::Jpeg)),
            ("Kính gửi".as_bytes(), Some(Media::Text)),
            (b"\xef\xbb\xbfabc", Some(Media::Text)),
            (b"\xff\xfea\0b\0", Some(Media::Text)),
            (b"PK\x03\x04\x14\0\0\0\x08\0", None),
            (b"PK\x03\x04\x14\0\0\0\x08\0 215.pdf %PDF-1.4\n", None),
            (b"{\\rtf1 %PDF-1.4}", Some(Media::Office(office::Office::Rtf))),
            (b"K\xednh g\xeei", None),
            (b"a\0b", None),
        ];
        for (bytes, is) in cases {
            assert_eq!(media(bytes, "x").ok(), is, "{bytes:?}");
        }
    }

    #[test]
    fn text_comes_with_plain_line_ends() {
        assert_eq!(text(b"\xfe\xff\0a\0\r\0\n\0b").unwrap(), "a\nb");
        assert!(text(b"\xff\xfe\0\xd8").is_err());
        assert!(media(b"", "x").unwrap_err().to_string().contains("empty"));
    }
}
