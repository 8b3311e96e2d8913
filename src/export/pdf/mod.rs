//! PDF: page images with the restored text laid invisibly over them, so that readers find and copy the words.
//!
//! in: the pictures of pages, words with boxes → out: one PDF/A-2b file, written page by page.
//! Promises: never more than one page in memory; a JPEG stream stays byte for byte, other pixels are packed without loss; each
//! word as wide as its box and as high as its line; the same content gives the same bytes.

mod font;
mod lines;
mod profile;
mod words;

pub use words::{Word, words};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::DynamicImage;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Objects with fixed numbers; those of pages follow.
const CATALOG: usize = 1;
const PAGES: usize = 2;
const FONT: usize = 3;
const CID_FONT: usize = 4;
const DESCRIPTOR: usize = 5;
const FONT_FILE: usize = 6;
const GLYPH_MAP: usize = 7;
const TO_UNICODE: usize = 8;
const METADATA: usize = 9;
const PROFILE: usize = 10;
const FIRST_OF_PAGES: usize = 11;

/// Points of an A4 sheet, for pages on which nothing is drawn.
const A4: (f32, f32) = (595.28, 841.89);

/// What tells readers and archives about the file.
const XMP: &str = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>\n\
</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>";

/// A picture that fills its page.
pub struct Picture<'a> {
    /// Its pixels.
    pub pixels: Pixels<'a>,
    /// How often they are turned clockwise by 90 degrees to stand upright.
    pub quarter_turns: u8,
    /// Whether top and bottom change places before they are turned.
    pub mirrored: bool,
    /// Width and height of the page in points, upright.
    pub size: (f32, f32),
}

/// The pixels of a picture.
#[derive(Clone, Copy)]
pub enum Pixels<'a> {
    /// Packed without loss.
    Image(&'a DynamicImage),
    /// A JPEG stream of one channel (`grey`) or three, written as it is.
    Jpeg { bytes: &'a [u8], width: u32, height: u32, grey: bool },
}

/// A PDF in the making.
pub struct Pdf<W: Write> {
    out: W,
    /// Bytes written.
    at: u64,
    /// Where each object begins, by number; 0 for one that is still to come.
    offsets: Vec<u64>,
    pages: Vec<usize>,
}

impl<W: Write> Pdf<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// What writing to `out` gives, here and below.
    pub fn begin(out: W) -> io::Result<Pdf<W>> {
        let mut pdf = Pdf { out, at: 0, offsets: vec![0; FIRST_OF_PAGES], pages: Vec::new() };
        pdf.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        let names = format!("/Type /Font /Subtype /Type0 /BaseFont /{} /Encoding /Identity-H", font::NAME);
        pdf.object(FONT, &format!("<< {names} /DescendantFonts [{CID_FONT} 0 R] /ToUnicode {TO_UNICODE} 0 R >>"))?;
        let cid = format!(
            "/Type /Font /Subtype /CIDFontType2 /BaseFont /{} /DW {} {}",
            font::NAME,
            font::ADVANCE,
            font::widths()
        );
        let system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>";
        let rest = format!("/FontDescriptor {DESCRIPTOR} 0 R /CIDToGIDMap {GLYPH_MAP} 0 R");
        pdf.object(CID_FONT, &format!("<< {cid} {system} {rest} >>"))?;
        let shape = "/Flags 4 /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80";
        let shape = format!("/FontName /{} {shape} /FontBBox [0 -200 {} 800]", font::NAME, font::ADVANCE);
        pdf.object(DESCRIPTOR, &format!("<< /Type /FontDescriptor {shape} /FontFile2 {FONT_FILE} 0 R >>"))?;
        let program = font::program();
        pdf.packed(FONT_FILE, &format!("/Length1 {}", program.len()), &program)?;
        pdf.packed(GLYPH_MAP, "", &font::glyph_map())?;
        pdf.packed(TO_UNICODE, "", font::to_unicode().as_bytes())?;
        pdf.stream(METADATA, "/Type /Metadata /Subtype /XML", XMP.as_bytes())?;
        pdf.packed(PROFILE, "/N 3", &profile::srgb())?;
        Ok(pdf)
    }

    /// Adds a page: its picture, the words, and how many pixels across and down their boxes are measured in. Without a picture
    /// an empty sheet.
    pub fn page(&mut self, picture: Option<&Picture>, words: &[Word], grid: (u32, u32)) -> io::Result<()> {
        let number = self.offsets.len();
        let (content, image) = (number + 1, number + 2);
        self.offsets.resize(number + if picture.is_some() { 3 } else { 2 }, 0);
        self.pages.push(number);
        let size = picture.map_or(A4, |p| p.size);
        let mut drawn = String::new();
        let mut resources = format!("/Font << /F {FONT} 0 R >>");
        if let Some(picture) = picture {
            let _ = writeln!(drawn, "q {} cm /I Do Q", placed(picture));
            let _ = write!(resources, " /XObject << /I {image} 0 R >>");
            let scale = |points: f32, pixels: u32| points / pixels.max(1) as f32;
            drawn.push_str(&invisible(words, (scale(size.0, grid.0), scale(size.1, grid.1)), size.1));
            match picture.pixels {
                Pixels::Image(pixels) => {
                    let (entries, raw) = packed_pixels(pixels);
                    self.packed(image, &entries, &raw)?;
                }
                Pixels::Jpeg { bytes, width, height, grey } => {
                    let space = if grey { "DeviceGray" } else { "DeviceRGB" };
                    let depth = format!("/ColorSpace /{space} /BitsPerComponent 8 /Filter /DCTDecode");
                    self.stream(image, &format!("{} {depth}", image_entries(width, height)), bytes)?;
                }
            }
        }
        self.packed(content, "", drawn.as_bytes())?;
        let page = format!("/Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {:.3} {:.3}]", size.0, size.1);
        self.object(number, &format!("<< {page} /Resources << {resources} >> /Contents {content} 0 R >>"))
    }

    /// Ends the file; `id` (hex digits) tells its content apart.
    pub fn end(mut self, id: &str) -> io::Result<W> {
        let kids: Vec<String> = self.pages.iter().map(|n| format!("{n} 0 R")).collect();
        self.object(PAGES, &format!("<< /Type /Pages /Count {} /Kids [{}] >>", kids.len(), kids.join(" ")))?;
        let name = "(sRGB IEC61966-2.1)";
        let intent = format!("/Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier {name} /Info {name}");
        let intent = format!("<< {intent} /DestOutputProfile {PROFILE} 0 R >>");
        let entries = format!("/Type /Catalog /Pages {PAGES} 0 R /Metadata {METADATA} 0 R /OutputIntents [{intent}]");
        self.object(CATALOG, &format!("<< {entries} /Lang (vi) >>"))?;
        let (start, count) = (self.at, self.offsets.len());
        let mut table = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for offset in &self.offsets[1..] {
            let _ = writeln!(table, "{offset:010} 00000 n ");
        }
        let ids = format!("/ID [<{id}> <{id}>]");
        let _ = write!(table, "trailer\n<< /Size {count} /Root {CATALOG} 0 R {ids} >>\nstartxref\n{start}\n%%EOF\n");
        self.put(table.as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    fn object(&mut self, number: usize, body: &str) -> io::Result<()> {
        self.offsets[number] = self.at;
        self.put(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes())
    }

    fn stream(&mut self, number: usize, entries: &str, bytes: &[u8]) -> io::Result<()> {
        self.offsets[number] = self.at;
        self.put(format!("{number} 0 obj\n<< {entries} /Length {} >>\nstream\n", bytes.len()).as_bytes())?;
        self.put(bytes)?;
        self.put(b"\nendstream\nendobj\n")
    }

    fn packed(&mut self, number: usize, entries: &str, bytes: &[u8]) -> io::Result<()> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        packer.write_all(bytes)?;
        self.stream(number, &format!("{entries} /Filter /FlateDecode"), &packer.finish()?)
    }
}

/// The matrix that lays the unit square of an image over the page, turned as the picture says.
fn placed(picture: &Picture) -> String {
    let (w, h) = picture.size;
    let [a, b, mut c, mut d, mut e, mut f] = match picture.quarter_turns {
        1 => [0.0, -h, w, 0.0, 0.0, h],
        2 => [-w, 0.0, 0.0, -h, w, h],
        3 => [0.0, h, -w, 0.0, w, 0.0],
        _ => [w, 0.0, 0.0, h, 0.0, 0.0],
    };
    if picture.mirrored {
        (e, f) = (e + c, f + d);
        (c, d) = (-c, -d);
    }
    let numbers = [a, b, c, d, e, f].map(|n| format!("{:.3}", n + 0.0));
    numbers.join(" ")
}

fn image_entries(width: u32, height: u32) -> String {
    format!("/Type /XObject /Subtype /Image /Width {width} /Height {height}")
}

/// The words in a mode that draws nothing, each stretched to the width of its box and followed by a blank: without it PDFium
/// leaves out words of one letter and MuPDF joins words. `scale` is points for each pixel of a box, across and down.
fn invisible(words: &[Word], scale: (f32, f32), height: f32) -> String {
    let mut text = String::from("BT 3 Tr\n");
    for (word, lines::Place { x, base, width, size }) in words.iter().zip(lines::place(words, scale, height)) {
        let units: Vec<u16> = word.text.encode_utf16().collect();
        if units.is_empty() {
            continue;
        }
        let natural = size * units.len() as f32 * f32::from(font::ADVANCE) / 1000.0;
        let wide = (100.0 * width / natural).clamp(1.0, 10_000.0);
        let codes: String = units.iter().chain([&font::BLANK]).fold(String::new(), |mut codes, u| {
            let _ = write!(codes, "{u:04X}");
            codes
        });
        let _ = writeln!(text, "/F {size:.2} Tf {wide:.2} Tz 1 0 0 1 {x:.2} {base:.2} Tm <{codes}> Tj");
    }
    text + "ET\n"
}

/// The entries of an image object and its rows: one bit a pixel where it is black and white only, else 8 bits a channel; every
/// row of the latter as the difference from the one above, which packs better.
fn packed_pixels(image: &DynamicImage) -> (String, Vec<u8>) {
    let size = image_entries(image.width(), image.height());
    let (space, channels, raw) = match image {
        DynamicImage::ImageLuma8(grey) if grey.as_raw().iter().all(|v| matches!(v, 0 | 255)) => {
            let row = |row: &[u8]| -> Vec<u8> {
                row.chunks(8).map(|bits| bits.iter().enumerate().map(|(i, v)| (v & 1) << (7 - i)).sum()).collect()
            };
            let rows = grey.as_raw().chunks_exact(grey.width().max(1) as usize).flat_map(row).collect();
            return (format!("{size} /ColorSpace /DeviceGray /BitsPerComponent 1"), rows);
        }
        DynamicImage::ImageLuma8(grey) => ("DeviceGray", 1, grey.as_raw().clone()),
        other => ("DeviceRGB", 3, other.to_rgb8().into_raw()),
    };
    let stride = image.width() as usize * channels;
    let mut rows = Vec::with_capacity(raw.len() + image.height() as usize);
    let mut above: &[u8] = &vec![0; stride];
    for row in raw.chunks_exact(stride.max(1)) {
        rows.push(2);
        rows.extend(row.iter().zip(above).map(|(v, a)| v.wrapping_sub(*a)));
        above = row;
    }
    let parameters = format!("/Predictor 15 /Colors {channels} /Columns {}", image.width());
    (format!("{size} /ColorSpace /{space} /BitsPerComponent 8 /DecodeParms << {parameters} >>"), rows)
}
