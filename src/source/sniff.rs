//! What is this file? By its content, never by its name.
//!
//! in: the bytes → out: [`Media`], or an error that says what it is instead; and text bytes → a string.
//! Promises: binary data never passes for text; UTF-8 and UTF-16 (each with or without byte order mark) do, and bytes that are
//! Vietnamese in a code from before Unicode: TCVN3, VNI, VISCII, Windows-1258, Vietware X.
//! Leaves out: Unicode letters that stand for such bytes (pasted text), which `page` mends.

use super::{Media, jpeg2000, not_letters, office};
use crate::error::{Error, Result};
use crate::text::{invisible, legacy};

/// A PDF header may be preceded by up to this much junk (the viewers' habit).
const PDF_HEADER_WITHIN: usize = 1024;
/// Largest text file taken: no letter has more.
const MAX_TEXT: usize = 64 << 20;

/// Whether it is a PDF: its header at the beginning, or after junk that is no kind of file itself.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    let behind_junk = || {
        let another = office::kind(bytes).is_some() || infer::get(bytes).is_some_and(|kind| kind.extension() != "pdf");
        head.windows(5).any(|w| w == b"%PDF-") && !another
    };
    head.starts_with(b"%PDF-") || behind_junk()
}

/// The kind of a file that holds no others; its name is heard only about texts.
pub(super) fn media(bytes: &[u8], name: &str) -> Result<Media> {
    if bytes.is_empty() {
        return Err(Error::input("empty"));
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
        Some("image/webp") => return Ok(Media::Webp),
        Some("image/gif") => return Ok(Media::Gif),
        Some("image/bmp") if is_bmp(bytes) => return Ok(Media::Bmp),
        Some("image/heif" | "image/heic" | "image/avif") => return Ok(Media::Heif),
        _ if jpeg2000::is_one(bytes) => return Ok(Media::Jpeg2000),
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
        (Err(e), None) => Err(not_letters::binary(name).map_or(e, Error::input)),
    }
}

fn is_tiff(bytes: &[u8]) -> bool {
    matches!(bytes.get(..4), Some(b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+"))
}

/// "BM" may begin a text: a bitmap's header says how long it is itself.
fn is_bmp(bytes: &[u8]) -> bool {
    matches!(bytes.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// The bytes of a text file as a string, line ends as `\n`.
pub(super) fn text(bytes: &[u8]) -> Result<String> {
    if bytes.len() > MAX_TEXT {
        return Err(Error::input(format!("a text of more than {} MB", MAX_TEXT >> 20)));
    }
    let decoded = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => unicode_or_legacy(rest)?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => match utf16_order(bytes) {
            Some(unit) => utf16(bytes, unit)?,
            None => unicode_or_legacy(bytes)?,
        },
    };
    let odd = |c: char| c.is_control() && !(invisible::ends_line(c) || matches!(c, '\t' | '\u{c}' | '\u{1b}'));
    // DOS ended its texts with Ctrl-Z
    let decoded = decoded.trim_end_matches('\u{1a}');
    if decoded.chars().any(odd) {
        return Err(Error::input("binary data, no kind of file we read"));
    }
    Ok(invisible::plain_line_ends(decoded).into_owned())
}

/// UTF-8; else a Vietnamese code from before Unicode, when the bytes read as Vietnamese in one.
fn unicode_or_legacy(bytes: &[u8]) -> Result<String> {
    if bytes.contains(&0) {
        return Err(Error::input("binary data, no kind of file we read"));
    }
    let at = match std::str::from_utf8(bytes) {
        Ok(s) => return Ok(s.to_owned()),
        Err(e) => e.valid_up_to(),
    };
    match legacy::mend(&legacy::from_bytes(bytes)) {
        (text, Some(_)) => Ok(text.into_owned()),
        (_, None) => Err(Error::input(format!(
            "not UTF-8 (byte {at}), no Vietnamese code page we know (TCVN3, VNI, VISCII, Windows-1258) and no other kind of \
             file we read: save the text as UTF-8"
        ))),
    }
}

/// The byte order of UTF-16 without its mark: Vietnamese letters, signs and digits lie in a handful of blocks, so the high
/// bytes are all among a few values, and every line has blanks or digits, whose high byte is 0.
fn utf16_order(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    /// Basic Latin and Latin-1, Latin Extended (ă đ ơ ư), combining marks, Vietnamese letters, punctuation.
    const BLOCKS: [u8; 5] = [0x00, 0x01, 0x03, 0x1E, 0x20];
    let looked_at = &bytes[..bytes.len().min(4096) & !1];
    let high = |first: usize| looked_at.iter().skip(first).step_by(2);
    let is_high = |first: usize| {
        let all = high(first).count();
        let zeros = high(first).filter(|b| **b == 0).count();
        let known = high(first).filter(|b| BLOCKS.contains(b)).count();
        all > 1 && zeros * 2 > all && known * 20 >= all * 19 && high(1 - first).all(|low| *low != 0)
    };
    if is_high(1) {
        Some(u16::from_le_bytes)
    } else if is_high(0) {
        Some(u16::from_be_bytes)
    } else {
        None
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
        let cases: [(&[u8], Option<Media>); 18] = [
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Media::Webp)),
            (b"GIF89a\x01\0\x01\0", Some(Media::Gif)),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some(Media::Bmp)),
            (b"\0\0\0\x0cjP  \r\n\x87\n", Some(Media::Jpeg2000)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Media::Heif)),
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
    fn bytes_of_old_codes_are_read_as_vietnamese() {
        // "Kính gửi: Các trường học, đề nghị gửi báo cáo" in TCVN3, VNI, VISCII and Windows-1258, with Windows' line ends
        let texts: [&[u8]; 4] = [
            b"K\xddnh g\xf6i: C\xb8c tr\xad\xeang h\xe4c, \xae\xd2 ngh\xde g\xf6i b\xb8o c\xb8o\r\n",
            b"K\xednh g\xf6\xfbi: Ca\xf9c tr\xf6\xf4\xf8ng ho\xefc, \xf1e\xe0 ngh\xf2 g\xf6\xfbi ba\xf9o ca\xf9o\r\n",
            b"K\xednh g\xd8i: C\xe1c tr\xdf\xb6ng h\xf7c, \xf0\xab ngh\xb8 g\xd8i b\xe1o c\xe1o\r\n",
            b"K\xednh g\xfd\xd2i: C\xe1c tr\xfd\xf5\xccng ho\xf2c, \xf0\xea\xcc nghi\xf2 g\xfd\xd2i b\xe1o c\xe1o\r\n",
        ];
        for bytes in texts {
            assert_eq!(text(bytes).unwrap(), "Kính gửi: Các trường học, đề nghị gửi báo cáo\n");
        }
        assert!(media(b"d\xe9j\xe0 vu, l'\xe9t\xe9 \xe0 la for\xeat", "").unwrap_err().to_string().contains("TCVN3"));
    }

    #[test]
    fn utf16_needs_no_mark() {
        let line = "Số: 12/UBND, ngày 05 tháng 11 năm 2025 – Kính gửi: Đảng ủy xã\n";
        let le: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = line.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((text(&le).unwrap().as_str(), text(&be).unwrap().as_str()), (line, line));
        assert!(text(&[1, 0, 2, 0, 3, 0, 4, 0]).is_err() && text(&[7; 64]).is_err());
    }

    #[test]
    fn text_comes_with_plain_line_ends() {
        assert_eq!(text(b"\xfe\xff\0a\0\r\0\n\0b").unwrap(), "a\nb");
        assert!(text(b"\xff\xfe\0\xd8").is_err());
        assert!(media(b"", "x").unwrap_err().to_string().contains("empty"));
    }
}
