//! Files → pages: walks folders, hashes, sniffs the format by content, takes pages out one at a time.
//!
//! in: a path, standard input or bytes → out: [`Source`], then [`PageReader`], then one [`RawPage`] after the other.
//! Promises: a bad file (encrypted, cut off, empty, looping, far too large, not what its name says) is one [`Error`] with
//! the file and, where it is one page's fault, the page; never a panic, never memory beyond the file plus one page image.
//! Leaves out: what the pages say (`page`); legacy Vietnamese code pages (named and refused).

mod arrivals;
mod container;
mod frames;
mod guard;
mod heif;
mod inputs;
mod jpeg;
mod jpeg2000;
mod limits;
mod not_letters;
mod office;
mod pdf;
mod picture;
mod raster;
mod resolution;
mod sheets;
mod sniff;
mod tiff;
mod walk;

pub use arrivals::Arrivals;
pub use container::{ContainerKind, Mail, Within};
pub use inputs::{Inputs, SEPARATOR, inputs};
pub use jpeg::Jpeg;
pub use office::{NEEDED as NEEDS_LIBREOFFICE, Office, libreoffice};
pub use picture::{Picture, Pixels, Turn};
pub use walk::walk;

use crate::error::{Error, Result};
use crate::signature::Signature;
use image::DynamicImage;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest file taken, in bytes. A scan of 500 colour pages at 300 dpi is about 400 MB; more is no letter.
const MAX_FILE: u64 = 1 << 30;
/// Largest page image taken, in pixels: A3 at 600 dpi is 70 million.
const MAX_PIXELS: u64 = 80_000_000;
/// Finer images are made smaller: Tesseract reads 200 to 300 dpi best and memory goes with the square.
const FINEST_DPI: f32 = 320.0;

/// A file whose kind is known.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it lies; `-` for standard input; a member after its containers: "in/mail.eml › 215.pdf".
    pub path: PathBuf,
    /// Base name, made safe for one line; a member after its containers: "mail.eml › 215.pdf".
    pub name: String,
    /// The way from the file of the folder to this member of it, outermost first; empty for a file.
    pub container: Vec<Within>,
    /// Whether it only accompanies others (a mail's own text, a portfolio's cover): it counts where it reads as a letter.
    pub aside: bool,
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
    /// What the content is, whatever the name says.
    pub media: Media,
    /// Length in bytes.
    pub bytes: u64,
    /// Digital signatures, in the order in which they were made.
    pub signatures: Vec<Signature>,
    /// The content where it cannot be read again (standard input, bytes in memory).
    held: Option<Arc<Vec<u8>>>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// PDF, scanned, born digital or mixed.
    Pdf,
    /// TIFF, one or many pages.
    Tiff,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP; each frame of a moving one is a page.
    Webp,
    /// GIF, likewise.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// JPEG 2000.
    Jpeg2000,
    /// HEIC of telephones, AVIF: decoded by libheif's program where it is on the machine.
    Heif,
    /// Text or markdown: UTF-8, or UTF-16 with a byte order mark.
    Text,
    /// Word, Excel, OpenDocument, a web page …
    Office(Office),
}

impl Media {
    /// As the store keeps it: "pdf", "tiff", "png", "jpeg", "webp", "gif", "bmp", "jp2", "heif", "text".
    pub fn id(self) -> &'static str {
        match self {
            Media::Pdf => "pdf",
            Media::Tiff => "tiff",
            Media::Png => "png",
            Media::Jpeg => "jpeg",
            Media::Webp => "webp",
            Media::Gif => "gif",
            Media::Bmp => "bmp",
            Media::Jpeg2000 => "jp2",
            Media::Heif => "heif",
            Media::Text => "text",
            Media::Office(office) => office.id(),
        }
    }
}

/// One page as it comes out of the file.
#[derive(Debug, Clone)]
pub struct RawPage {
    /// 1-based page.
    pub number: u32,
    /// What it holds.
    pub content: RawContent,
}

/// What a page holds.
#[derive(Debug, Clone)]
pub enum RawContent {
    /// A page of a text file, line ends as `\n`.
    Text(String),
    /// A page image.
    Image {
        /// `Luma8` or `Rgb8`, upright as a viewer shows it.
        image: DynamicImage,
        /// Pixels per inch; guessed from the paper size where the file does not say.
        dpi: f32,
        /// Text found in the PDF page, good or bad; `None` when there is none.
        layer: Option<TextLayer>,
        /// Whether the visible page is drawn from text rather than from a scan.
        born_digital: bool,
        /// Whether the stream of a scan ends before its last row: what lies below is missing.
        cut_off: bool,
    },
    /// The page draws nothing at all.
    Blank,
}

/// The text a PDF page carries, in the order of its content stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextLayer {
    /// The words.
    pub words: Vec<LayerWord>,
    /// Quarter turns clockwise (0..=3) that set the page image upright; the boxes are those on the turned image.
    pub turned: u16,
}

/// A word of a text layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerWord {
    /// As the PDF maps its glyphs to Unicode; U+FFFD where it does not.
    pub text: String,
    /// Left, top, right, bottom in pixels of the page image, set upright; may lie outside of it.
    pub bbox: [f32; 4],
    /// Whether it can be seen.
    pub shown: Shown,
    /// Whether its paint is too light to be seen on paper: it shows on dark ground only.
    pub light: bool,
    /// Whether an annotation draws it: what a program or a person laid on the page.
    pub laid_on: bool,
    /// Name of its font, as the font itself says; absent where it does not.
    pub font: Option<String>,
}

/// Whether a word of a text layer can be seen on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Painted, and nothing was painted over it.
    #[default]
    Painted,
    /// A value of a form or a note that viewers draw though the file holds no drawing of it.
    Filled,
    /// Invisible text, or text under a scan: somebody's reading of the picture.
    Hidden,
    /// Painted over, clipped away or off the sheet: not on the page.
    Covered,
    /// Painted across the page at an angle: a watermark, a margin note.
    Slanted,
}

/// Takes the pages out of one file. Can be shared by threads; each call holds one page. Two pages scanned side by side on one
/// sheet are two.
pub struct PageReader {
    path: PathBuf,
    pages: Pages,
    parts: Vec<sheets::Part>,
}

enum Pages {
    Pdf(Box<pdf::PdfPages>),
    Tiff(tiff::TiffPages),
    Image(raster::Images),
    Text(Vec<String>),
}

impl Source {
    /// Opens, hashes and sniffs a file; `-` reads standard input. Linear in the file.
    ///
    /// # Errors
    /// Missing, empty, not a regular file, larger than 1 GiB, or of a kind we do not read.
    ///
    /// # Examples
    /// ```no_run
    /// use congvan::source::{RawContent, Source};
    ///
    /// let source = Source::open("samples/01-so-y-te-cong-van.pdf".as_ref())?;
    /// println!("{}: {:?}, {}", source.name, source.media, source.sha256);
    /// let pages = source.pages()?;
    /// for index in 0..pages.len() {
    ///     if let RawContent::Image { image, dpi, .. } = pages.page(index)?.content {
    ///         println!("page {}: {} × {} pixels, {dpi} dpi", index + 1, image.width(), image.height());
    ///     }
    /// }
    /// # Ok::<(), congvan::Error>(())
    /// ```
    pub fn open(path: &Path) -> Result<Source> {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)?;
            return Self::from_bytes("-", bytes);
        }
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |n| n.to_string_lossy());
        let bytes = read_file(path).map_err(|e| e.at(path))?;
        let source = Self::describe(path.to_path_buf(), &name, &bytes)?;
        Ok(source)
    }

    /// The same for content that is in memory already; `name` stands for the path.
    ///
    /// # Errors
    /// As [`Source::open`].
    ///
    /// # Examples
    /// ```
    /// use congvan::source::{Media, Source};
    ///
    /// let source = Source::from_bytes("thu.pdf", "trang một\u{c}trang hai".into())?;
    /// assert_eq!(source.media, Media::Text, "the content decides, not the name");
    /// assert_eq!(source.pages()?.len(), 2);
    /// # Ok::<(), congvan::Error>(())
    /// ```
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Source> {
        let source = Self::describe(PathBuf::from(name), name, &bytes)?;
        Ok(Source { held: Some(Arc::new(bytes)), ..source })
    }

    fn describe(path: PathBuf, name: &str, bytes: &[u8]) -> Result<Source> {
        if bytes.len() as u64 > MAX_FILE {
            return Err(too_long(bytes.len() as u64).at(path));
        }
        if let Some(what) = container::refusal(bytes, name) {
            return Err(Error::input(what).at(path));
        }
        let media = sniff::media(bytes, name).map_err(|e| e.at(&path))?;
        let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        let signatures = if media == Media::Pdf { signatures(bytes) } else { Vec::new() };
        let name = crate::error::one_line(name);
        let bytes = bytes.len() as u64;
        Ok(Source { name, sha256, media, bytes, signatures, held: None, path, container: Vec::new(), aside: false })
    }

    /// Opens the pages. The file is read again (it must not have changed since [`Source::open`]).
    ///
    /// # Errors
    /// The file is damaged, encrypted, holds no page, or changed in between.
    pub fn pages(&self) -> Result<PageReader> {
        let bytes = match &self.held {
            Some(bytes) => bytes.clone(),
            None => Arc::new(read_file(&self.path).map_err(|e| e.at(&self.path))?),
        };
        if bytes.len() as u64 != self.bytes {
            return Err(Error::input("changed while it was read: try again").at(&self.path));
        }
        let pages = guard::quietly(|| match self.media {
            Media::Pdf => pdf::PdfPages::open(bytes).map(|p| Pages::Pdf(Box::new(p))),
            Media::Tiff => tiff::TiffPages::open(bytes).map(Pages::Tiff),
            Media::Heif => heif::decoded(&bytes).and_then(|png| raster::Images::open(Arc::new(png))).map(Pages::Image),
            Media::Png | Media::Jpeg | Media::Webp | Media::Gif | Media::Bmp | Media::Jpeg2000 => {
                raster::Images::open(bytes).map(Pages::Image)
            }
            Media::Text => sniff::text(&bytes).map(|t| Pages::Text(text_pages(&t))),
            Media::Office(office) => match office::read(&bytes, office)? {
                office::Converted::Pdf(pdf) => pdf::PdfPages::open(Arc::new(pdf)).map(|p| Pages::Pdf(Box::new(p))),
                office::Converted::Text(text) => Ok(Pages::Text(text_pages(&text))),
            },
        });
        let pages = pages.map_err(|e| e.at(&self.path))?;
        let parts = (0..pages.len()).flat_map(|index| pages.parts(index)).collect();
        Ok(PageReader { path: self.path.clone(), pages, parts })
    }
}

impl Pages {
    /// Pages as the file has them, sheets not cut.
    fn len(&self) -> u32 {
        match self {
            Pages::Pdf(p) => p.len(),
            Pages::Tiff(p) => p.len(),
            Pages::Image(p) => p.len(),
            Pages::Text(p) => p.len() as u32,
        }
    }
    /// The pages that lie on one page of the file. Only a sheet that may hold two is decoded; one that cannot be read is one
    /// page, and says so when it is asked for.
    fn parts(&self, index: u32) -> Vec<sheets::Part> {
        let may_hold_two = match self {
            Pages::Pdf(p) => p.may_hold_two(index),
            Pages::Tiff(p) => p.may_hold_two(index),
            Pages::Image(p) => p.may_hold_two(),
            Pages::Text(_) => false,
        };
        match may_hold_two.then(|| guard::quietly(|| self.content(index))) {
            Some(Ok(RawContent::Image { image, dpi, .. })) => sheets::Part::of(index, &image, dpi),
            _ => vec![sheets::Part::whole(index)],
        }
    }
    fn content(&self, index: u32) -> Result<RawContent> {
        match self {
            Pages::Pdf(p) => p.page(index),
            Pages::Tiff(p) => p.page(index),
            Pages::Image(p) => p.read(index),
            Pages::Text(p) => p.get(index as usize).cloned().map(RawContent::Text).ok_or_else(no_such_page),
        }
    }
}

impl PageReader {
    /// Number of pages, at least 1.
    pub fn len(&self) -> u32 {
        self.parts.len() as u32
    }
    /// Never: a file without pages does not open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The page with this 0-based index.
    ///
    /// # Errors
    /// The page is damaged, missing or too large; file and page are named. Other pages can still be read.
    pub fn page(&self, index: u32) -> Result<RawPage> {
        let content = self
            .part(index)
            .and_then(|part| guard::quietly(|| self.pages.content(part.index)).map(|content| part.content(content)));
        let content = content.map_err(|e| e.at(&self.path).on_page(index + 1))?;
        Ok(RawPage { number: index + 1, content })
    }
    /// What the page with this 0-based index shows, every pixel as the file holds it; `None` where it draws nothing.
    ///
    /// # Errors
    /// As [`PageReader::page`]; a page of text has no picture.
    pub fn picture(&self, index: u32) -> Result<Option<Picture>> {
        let picture = self.part(index).and_then(|part| {
            let sheet = guard::quietly(|| match &self.pages {
                Pages::Pdf(p) => p.picture(part.index),
                Pages::Tiff(p) => p.picture(part.index).map(Some),
                Pages::Image(p) => p.picture(part.index).map(Some),
                Pages::Text(_) => Err(Error::input("a text has no page images")),
            })?;
            Ok(sheet.map(|sheet| part.picture(sheet)))
        });
        picture.map_err(|e| e.at(&self.path).on_page(index + 1))
    }
    fn part(&self, index: u32) -> Result<sheets::Part> {
        self.parts.get(index as usize).copied().ok_or_else(no_such_page)
    }
}

/// The ending of a name in lower case, without its dot; empty where it has none.
fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

/// Only a file that names the bytes a signature covers is opened for its signatures; what cannot be read has none.
fn signatures(bytes: &[u8]) -> Vec<Signature> {
    if memchr::memmem::find(bytes, b"/ByteRange").is_none() {
        return Vec::new();
    }
    let bytes = Arc::new(bytes.to_vec());
    let found = guard::quietly(|| pdf::PdfPages::open(bytes.clone()).map(|pdf| pdf.signatures(&bytes)));
    found.unwrap_or_default()
}

fn no_such_page() -> Error {
    Error::input("no such page")
}

fn too_long(bytes: u64) -> Error {
    Error::input(format!("{} MB are more than the {} MB we take", bytes >> 20, MAX_FILE >> 20))
}

/// Reads a regular file without ever waiting on a pipe or a device.
fn read_file(path: &Path) -> Result<Vec<u8>> {
    let about = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound if path.is_symlink() => Error::input("a link that leads nowhere"),
        std::io::ErrorKind::NotFound => Error::input("no such file"),
        _ => Error::from(e),
    })?;
    if about.is_dir() {
        return Err(Error::input("a folder, not a file"));
    }
    if !about.is_file() {
        return Err(Error::input("a pipe, socket or device, not a file"));
    }
    if about.len() > MAX_FILE {
        return Err(too_long(about.len()));
    }
    let mut bytes = Vec::with_capacity(about.len() as usize);
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text_pages(text: &str) -> Vec<String> {
    let mut pages: Vec<String> = text.split('\u{c}').map(|p| p.strip_prefix('\n').unwrap_or(p).to_owned()).collect();
    if pages.len() > 1 && pages.last().is_some_and(|p| p.trim().is_empty()) {
        pages.pop();
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_file_has_the_pages_its_form_feeds_part() {
        let s = Source::from_bytes("a\nb.txt", "một\r\nhai\u{c}\nba\n\u{c}".into()).unwrap();
        assert_eq!((s.media, s.name.as_str(), s.sha256.len()), (Media::Text, "a\\nb.txt", 64));
        let reader = s.pages().unwrap();
        assert_eq!(reader.len(), 2);
        let RawContent::Text(t) = reader.page(1).unwrap().content else { panic!("not text") };
        assert_eq!(t, "ba\n");
        assert_eq!(reader.page(2).unwrap_err().to_string(), "a\\nb.txt, page 3: no such page");
    }

    #[test]
    fn what_is_not_a_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("empty.pdf"), b"").unwrap();
        for (path, says) in [
            (dir.path().join("none.pdf"), "no such file"),
            (dir.path().to_path_buf(), "a folder, not a file"),
            (PathBuf::from("/dev/null"), "a pipe, socket or device, not a file"),
            (dir.path().join("empty.pdf"), "empty"),
        ] {
            let said = Source::open(&path).unwrap_err().to_string();
            assert!(said.ends_with(says), "{said}");
        }
    }

    #[test]
    fn readers_are_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<PageReader>();
    }
}
