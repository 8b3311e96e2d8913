//! TIFF files of one or many pages.
//!
//! in: the bytes → out: one page image at a time, with its resolution.
//! Promises: the chain of directories is walked once, with a guard against loops; a page is decoded only when asked for.
//! How: `image` decodes the first directory only, so each page is read through a view of the file whose header points to
//! that page's directory; fax pages ([`fax`]), palettes and few bits ([`indexed`]) and odd channels ([`channels`]) are decoded
//! here. Leaves out: BigTIFF (refused), thumbnails are pages like any other unless marked as reduced.

mod channels;
mod fax;
mod fields;
mod indexed;

use super::picture::Picture;
use super::resolution::resolution;
use super::{RawContent, limits, no_such_page, raster, sheets};
use crate::error::{Error, Result};
use fields::{COMPRESSION, Directory, FILL_ORDER, Fields, HEIGHT, JPEG_LENGTH, JPEG_OFFSET, ORIENTATION, WIDTH};
use image::DynamicImage;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::tiff::TiffDecoder;
use image::metadata::Orientation;
use std::borrow::Cow;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

/// More pages than any bundle has: a damaged chain.
const MAX_PAGES: usize = 10_000;
/// Value of the field Compression: JPEG as TIFF had it before 1995, a whole stream elsewhere in the file.
const OLD_JPEG: u32 = 6;
/// JPEG has its own order of bits.
const JPEG: u32 = 7;

/// The pages of a TIFF file.
pub(super) struct TiffPages {
    bytes: Arc<Vec<u8>>,
    pages: Vec<u32>,
}

/// A page as the file holds it, upright.
struct Decoded {
    image: DynamicImage,
    dpi: Option<(f32, f32)>,
    cut_off: bool,
}

impl TiffPages {
    pub(super) fn open(bytes: Arc<Vec<u8>>) -> Result<Self> {
        let fields = Fields::new(&bytes);
        if fields.u16(2) == Some(43) {
            return Err(Error::input("BigTIFF is not read: save it as plain TIFF or PDF"));
        }
        let mut pages = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut next = fields.u32(4).unwrap_or(0);
        while next != 0 {
            if !seen.insert(next) {
                return Err(Error::input("damaged: the chain of pages loops"));
            }
            if pages.len() == MAX_PAGES {
                return Err(Error::input(format!("more than {MAX_PAGES} pages")));
            }
            let page = fields.directory(next).ok_or_else(cut_off)?;
            if !page.is_reduced() {
                pages.push(next);
            }
            next = page.next().ok_or_else(cut_off)?;
        }
        if pages.is_empty() {
            return Err(Error::input("no page in it"));
        }
        Ok(TiffPages { pages, bytes })
    }

    pub(super) fn len(&self) -> u32 {
        self.pages.len() as u32
    }

    /// Whether two pages may lie on this one.
    pub(super) fn may_hold_two(&self, index: u32) -> bool {
        let page = self.pages.get(index as usize).and_then(|offset| Fields::new(&self.bytes).directory(*offset));
        page.is_some_and(|page| {
            let size = |tag| page.number(tag).unwrap_or(0) as f32;
            let (width, height) = (size(WIDTH), size(HEIGHT));
            let (x, y) = resolution((width, height), page.dpi());
            // of unequal resolution: compared on paper
            let (width, height) = (width / x, height / y);
            let (width, height) = if is_sideways(&page) { (height, width) } else { (width, height) };
            sheets::may_hold_two((width * 100.0, height * 100.0), Some(100.0))
        })
    }

    pub(super) fn page(&self, index: u32) -> Result<RawContent> {
        let Decoded { image, dpi, cut_off } = self.decoded(index)?;
        let (image, dpi) = raster::normalise(image, dpi);
        Ok(RawContent::Image { image, dpi, layer: None, born_digital: false, cut_off })
    }

    /// The picture of a page, as fine as the file holds it.
    pub(super) fn picture(&self, index: u32) -> Result<Picture> {
        let Decoded { image, dpi, .. } = self.decoded(index)?;
        let dpi = resolution((image.width() as f32, image.height() as f32), dpi);
        Ok(Picture::upright(image, dpi))
    }

    fn decoded(&self, index: u32) -> Result<Decoded> {
        let offset = *self.pages.get(index as usize).ok_or_else(no_such_page)?;
        let page = Fields::new(&self.bytes).directory(offset).ok_or_else(cut_off)?;
        let bytes = in_order(&self.bytes, &page);
        let view = View { file: Cursor::new(&bytes), patches: vec![(4, self.number(offset))] };
        if let Some(indexed) = indexed::of(&page) {
            let view = View { patches: [view.patches, indexed.patches(&page)].concat(), ..view };
            return Ok(turned(&page, indexed.decode(view)?, false));
        }
        if channels::is_one(&page) {
            return Ok(turned(&page, channels::decode(&page, view)?, false));
        }
        if fax::is_fax(&page) {
            let (image, cut_off) = fax::decode(&page)?;
            return Ok(turned(&page, image.into(), cut_off));
        }
        let image = match old_jpeg(&page) {
            Some(stream) => {
                let decoder = JpegDecoder::new(Cursor::new(stream)).map_err(|e| limits::decode_error(&e))?;
                return Ok(turned(&page, raster::decode(decoder)?, false));
            }
            None => TiffDecoder::new(BufReader::new(view)).map_err(|e| limits::decode_error(&e))?,
        };
        let dpi = page.dpi().map(|(x, y)| if is_sideways(&page) { (y, x) } else { (x, y) });
        Ok(Decoded { image: raster::decode(image)?, dpi, cut_off: false })
    }

    /// As the file writes a number of four bytes.
    fn number(&self, value: u32) -> Vec<u8> {
        if self.bytes.starts_with(b"II") { value.to_le_bytes().into() } else { value.to_be_bytes().into() }
    }
}

fn cut_off() -> Error {
    Error::input("cut off: a page directory lies behind the end of the file")
}

/// An image turned as the page's field Orientation asks.
fn turned(page: &Directory, mut image: DynamicImage, cut_off: bool) -> Decoded {
    let orientation = page.number(ORIENTATION).and_then(|o| Orientation::from_exif(o.min(255) as u8));
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    let dpi = page.dpi().map(|(x, y)| if is_sideways(page) { (y, x) } else { (x, y) });
    Decoded { image, dpi, cut_off }
}

/// Whether the page is stored lying on its side.
fn is_sideways(page: &Directory) -> bool {
    page.number(ORIENTATION).is_some_and(|o| (5..=8).contains(&o))
}

/// The stream of an old JPEG page.
fn old_jpeg<'a>(page: &Directory<'a>) -> Option<&'a [u8]> {
    if page.number(COMPRESSION) != Some(OLD_JPEG) {
        return None;
    }
    let from = page.number(JPEG_OFFSET)? as usize;
    let length = page.number(JPEG_LENGTH).filter(|l| *l > 0).map_or(usize::MAX, |l| l as usize);
    let bytes: &'a [u8] = page.fields.bytes;
    bytes.get(from..from.saturating_add(length).min(bytes.len()))
}

/// The file with the bits of the page's bytes in the usual order, highest first. Fax pages and JPEG have their own ways.
fn in_order<'a>(bytes: &'a [u8], page: &Directory) -> Cow<'a, [u8]> {
    let own_way = fax::is_fax(page) || matches!(page.number(COMPRESSION), Some(OLD_JPEG | JPEG));
    if page.number(FILL_ORDER) != Some(2) || own_way {
        return bytes.into();
    }
    let mut turned = bytes.to_vec();
    for stretch in page.stretches().unwrap_or_default() {
        if let Some(bytes) = turned.get_mut(stretch) {
            bytes.iter_mut().for_each(|b| *b = b.reverse_bits());
        }
    }
    turned.into()
}

/// The file with some bytes changed.
struct View<'a> {
    file: Cursor<&'a [u8]>,
    patches: Vec<(u64, Vec<u8>)>,
}

impl Read for View<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let from = self.file.position();
        let read = self.file.read(into)?;
        for (start, patch) in &self.patches {
            for (at, byte) in (*start..).zip(patch) {
                if at >= from && at < from + read as u64 {
                    into[(at - from) as usize] = *byte;
                }
            }
        }
        Ok(read)
    }
}

impl Seek for View<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tiny bilevel-like grey pages at 100 dpi, little endian, uncompressed.
    pub(super) fn two_pages() -> Vec<u8> {
        let mut bytes = b"II*\0".to_vec();
        let ifd = 8u32;
        bytes.extend(ifd.to_le_bytes());
        for page in 0..2u32 {
            let here = bytes.len() as u32;
            let (pixels, resolution) = (here + 2 + 12 * 11 + 4, here + 2 + 12 * 11 + 4 + 16);
            bytes.extend(11u16.to_le_bytes());
            let entries: [(u16, u16, u32, u32); 11] = [
                (256, 4, 1, 4),
                (257, 4, 1, 4),
                (258, 3, 1, 8),
                (259, 3, 1, 1),
                (262, 3, 1, 1),
                (273, 4, 1, pixels),
                (277, 3, 1, 1),
                (278, 4, 1, 4),
                (279, 4, 1, 16),
                (282, 5, 1, resolution),
                (283, 5, 1, resolution),
            ];
            for (tag, kind, count, value) in entries {
                bytes.extend(tag.to_le_bytes());
                bytes.extend(kind.to_le_bytes());
                bytes.extend(count.to_le_bytes());
                bytes.extend(value.to_le_bytes());
            }
            let next = if page == 0 { resolution + 8 } else { 0 };
            bytes.extend(next.to_le_bytes());
            bytes.extend([page as u8 * 100 + 50; 16]);
            bytes.extend(100u32.to_le_bytes());
            bytes.extend(1u32.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn every_page_is_found() {
        let pages = TiffPages::open(Arc::new(two_pages())).unwrap();
        assert_eq!(pages.len(), 2);
        for (index, grey) in [(0, 50), (1, 150)] {
            let RawContent::Image { image, dpi, .. } = pages.page(index).unwrap() else { panic!() };
            assert_eq!((image.to_luma8().get_pixel(0, 0).0, dpi), ([grey], 100.0));
        }
    }

    #[test]
    fn loops_and_cut_off_files_are_errors() {
        let mut looping = two_pages();
        let next = 8 + 2 + 12 * 11;
        looping[next..next + 4].copy_from_slice(&8u32.to_le_bytes());
        let e = TiffPages::open(Arc::new(looping)).err().unwrap();
        assert!(e.to_string().contains("loops"));
        let whole = two_pages();
        for keep in [4, 8, 60, 150, whole.len() - 30] {
            let cut = TiffPages::open(Arc::new(whole[..keep].to_vec()));
            assert!(cut.is_err() || cut.unwrap().page(1).is_err(), "{keep}");
        }
    }
}
