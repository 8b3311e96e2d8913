//! Office files → pages: Word, Excel, PowerPoint, OpenDocument, RTF, web pages.
//!
//! in: the bytes → out: which of them it is ([`Office`]), and its pages: the PDF that LibreOffice makes of it, or its text.
//! Promises: told by content; with LibreOffice on the machine all of them are read, without it Word's .docx and web pages
//! are read as text and the others name what to install.
//! Leaves out: macros, links to other files, passwords.

mod docx;
mod libreoffice;

pub use libreoffice::program as libreoffice;

use crate::error::{Error, Result};
use libreoffice::Target;
use std::io::Read;
use std::sync::Arc;
use zip::ZipArchive;

/// Said of files that this machine cannot read for want of LibreOffice.
pub const NEEDED: &str = "are read with LibreOffice";

/// An office file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// PowerPoint since 2007.
    Pptx,
    /// Word before.
    Doc,
    /// Excel before.
    Xls,
    /// PowerPoint before.
    Ppt,
    /// OpenDocument text.
    Odt,
    /// OpenDocument spreadsheet.
    Ods,
    /// OpenDocument presentation.
    Odp,
    /// Rich text.
    Rtf,
    /// A web page.
    Html,
}

impl Office {
    /// The usual ending of its name: "docx".
    pub fn id(self) -> &'static str {
        match self {
            Office::Docx => "docx",
            Office::Xlsx => "xlsx",
            Office::Pptx => "pptx",
            Office::Doc => "doc",
            Office::Xls => "xls",
            Office::Ppt => "ppt",
            Office::Odt => "odt",
            Office::Ods => "ods",
            Office::Odp => "odp",
            Office::Rtf => "rtf",
            Office::Html => "html",
        }
    }
}

impl Office {
    /// The part of LibreOffice that reads it, as Debian names it.
    fn package(self) -> &'static str {
        match self {
            Office::Xlsx | Office::Xls | Office::Ods => "libreoffice-calc",
            Office::Pptx | Office::Ppt | Office::Odp => "libreoffice-impress",
            _ => "libreoffice-writer",
        }
    }
}

/// An office file as it is read.
pub(super) enum Converted {
    /// Converted.
    Pdf(Vec<u8>),
    /// Its words.
    Text(String),
}

/// The kind of an office file by its content.
pub(super) fn kind(bytes: &[u8]) -> Option<Office> {
    match bytes {
        [b'P', b'K', ..] => zipped(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => compound(bytes),
        [b'{', b'\\', b'r', b't', b'f', ..] => Some(Office::Rtf),
        _ => is_web_page(bytes).then_some(Office::Html),
    }
}

/// An office file that is a ZIP archive: the names of its parts say which.
pub(super) fn zipped(bytes: &[u8]) -> Option<Office> {
    // an archive without those names is not worth opening
    let holds = |name: &[u8]| memchr::memmem::find(bytes, name).is_some();
    if !holds(b"[Content_Types].xml") && !holds(b"mimetypeapplication/vnd.oasis") {
        return None;
    }
    let mut archive = ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    for (part, office) in [
        ("word/document.xml", Office::Docx),
        ("xl/workbook.xml", Office::Xlsx),
        ("xl/workbook.bin", Office::Xlsx),
        ("ppt/presentation.xml", Office::Pptx),
    ] {
        if archive.by_name(part).is_ok() {
            return Some(office);
        }
    }
    let mut media = String::new();
    archive.by_name("mimetype").ok()?.take(100).read_to_string(&mut media).ok()?;
    match media.strip_prefix("application/vnd.oasis.opendocument.")? {
        media if media.starts_with("text") => Some(Office::Odt),
        media if media.starts_with("spreadsheet") => Some(Office::Ods),
        media if media.starts_with("presentation") => Some(Office::Odp),
        _ => None,
    }
}

/// An office file of before 2007: the streams in it say which.
fn compound(bytes: &[u8]) -> Option<Office> {
    let file = cfb::CompoundFile::open(std::io::Cursor::new(bytes)).ok()?;
    let streams = [
        ("/WordDocument", Office::Doc),
        ("/Workbook", Office::Xls),
        ("/Book", Office::Xls),
        ("/PowerPoint Document", Office::Ppt),
    ];
    streams.into_iter().find(|(stream, _)| file.is_stream(stream)).map(|(_, office)| office)
}

/// Whether it is an office file that a password protects.
pub(super) fn is_locked(bytes: &[u8]) -> bool {
    let file = cfb::CompoundFile::open(std::io::Cursor::new(bytes));
    file.is_ok_and(|file| file.is_stream("/EncryptedPackage"))
}

/// Whether a text begins as web pages do.
fn is_web_page(bytes: &[u8]) -> bool {
    /// Comments and declarations come first.
    const HEAD: usize = 2 << 10;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let head = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let page = |s: &str| ["<!doctype html", "<html", "<head>", "<body"].iter().any(|tag| s.contains(tag));
    head.starts_with('<') && page(head)
}

/// Whether rich text puts its columns side by side with blanks, as programs write it: lines would break elsewhere on paper.
fn is_set_by_blanks(rtf: &[u8]) -> bool {
    /// Nobody types so many blanks between words of one column.
    const GAP: &[u8] = b"          ";
    rtf.split(|&b| b == b'\n').filter(|line| memchr::memmem::find(line.trim_ascii(), GAP).is_some()).count() >= 2
}

/// The pages of an office file.
///
/// # Errors
/// It is damaged or protected, or the machine has nothing that reads it.
pub(super) fn read(bytes: &Arc<Vec<u8>>, office: Office) -> Result<Converted> {
    let missing = match libreoffice::program() {
        Some(program) if office == Office::Rtf && is_set_by_blanks(bytes) => {
            let text = libreoffice::convert(program, bytes, office, Target::Text)?;
            return Ok(Converted::Text(String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').to_owned()));
        }
        Some(program) => match libreoffice::convert(program, bytes, office, Target::Pdf) {
            Ok(pdf) => return Ok(Converted::Pdf(pdf)),
            Err(e) => e,
        },
        None => {
            let package = office.package();
            let kind = office.id().to_uppercase();
            Error::input(format!("{kind} files {NEEDED}: install {package}, or save it as PDF"))
        }
    };
    match office {
        Office::Docx => docx::text(bytes).map(Converted::Text).map_err(|own| match libreoffice::program() {
            Some(_) => missing,
            None => own,
        }),
        Office::Html => Ok(Converted::Text(mail_parser::decoders::html::html_to_text(&String::from_utf8_lossy(bytes)))),
        _ => Err(missing),
    }
}
