//! TIFF files of one or many pages.
//!
//! in: the bytes → out: one page image at a time, with its resolution.
//! Promises: the chain of directories is walked once, with a guard against loops; a page is decoded only when asked for.
//! How: `image` decodes the first directory only, so each page is read through a view of the file whose header points to
//! that page's directory. Leaves out: BigTIFF (refused), thumbnails are pages like any other unless marked as reduced.

use super::picture::Picture;
use super::resolution::resolution;
use super::{RawContent, no_such_page, raster};
use crate::error::{Error, Result};
use image::DynamicImage;
use image::codecs::tiff::TiffDecoder;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

/// More pages than any bundle has: a damaged chain.
const MAX_PAGES: usize = 10_000;

const NEW_SUBFILE_TYPE: u16 = 254;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const RESOLUTION_UNIT: u16 = 296;

/// The pages of a TIFF file.
pub(super) struct TiffPages {
    bytes: Arc<Vec<u8>>,
    pages: Vec<Directory>,
}

struct Directory {
    offset: u32,
    dpi: Option<(f32, f32)>,
}

impl TiffPages {
    pub(super) fn open(bytes: Arc<Vec<u8>>) -> Result<Self> {
        let fields = Fields { bytes: &bytes, little: bytes.starts_with(b"II") };
        if fields.u16(2) == Some(43) {
            return Err(Error::input("BigTIFF is not read: save it as plain TIFF or PDF"));
        }
        let mut pages = Vec::new();
        let mut seen = Vec::new();
        let mut next = fields.u32(4).unwrap_or(0);
        while next != 0 {
            if seen.contains(&next) {
                return Err(Error::input("damaged: the chain of pages loops"));
            }
            if seen.len() >= MAX_PAGES {
                return Err(Error::input(format!("more than {MAX_PAGES} pages")));
            }
            seen.push(next);
            let count = fields.u16(next as usize).ok_or_else(cut_off)?;
            if !fields.is_reduced(next, count) {
                pages.push(Directory { offset: next, dpi: fields.dpi(next, count) });
            }
            next = fields.u32(next as usize + 2 + 12 * usize::from(count)).ok_or_else(cut_off)?;
        }
        if pages.is_empty() {
            return Err(Error::input("no page in it"));
        }
        Ok(TiffPages { pages, bytes })
    }

    pub(super) fn len(&self) -> u32 {
        self.pages.len() as u32
    }

    pub(super) fn page(&self, index: u32) -> Result<RawContent> {
        let (image, dpi) = self.decoded(index)?;
        Ok(raster::page_image(image, dpi))
    }

    /// The picture of a page, as fine as the file holds it.
    pub(super) fn picture(&self, index: u32) -> Result<Picture> {
        let (image, dpi) = self.decoded(index)?;
        let dpi = resolution((image.width() as f32, image.height() as f32), dpi);
        Ok(Picture::upright(image, dpi))
    }

    fn decoded(&self, index: u32) -> Result<(DynamicImage, Option<(f32, f32)>)> {
        let page = self.pages.get(index as usize).ok_or_else(no_such_page)?;
        let view = View { file: Cursor::new(self.bytes.as_slice()), offset: self.offset_bytes(page.offset) };
        let decoder = TiffDecoder::new(BufReader::new(view)).map_err(|e| raster::decode_error(&e))?;
        Ok((raster::decode(decoder)?, page.dpi))
    }

    fn offset_bytes(&self, offset: u32) -> [u8; 4] {
        if self.bytes.starts_with(b"II") { offset.to_le_bytes() } else { offset.to_be_bytes() }
    }
}

fn cut_off() -> Error {
    Error::input("cut off: a page directory lies behind the end of the file")
}

/// Reads numbers of a TIFF file in its byte order; `None` behind its end.
struct Fields<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl Fields<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let b: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) })
    }
    fn u32(&self, at: usize) -> Option<u32> {
        let b: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }
    /// Offset of the entry with this tag.
    fn entry(&self, directory: u32, count: u16, tag: u16) -> Option<usize> {
        (0..usize::from(count)).map(|i| directory as usize + 2 + 12 * i).find(|at| self.u16(*at) == Some(tag))
    }
    fn rational(&self, directory: u32, count: u16, tag: u16) -> Option<f32> {
        let at = self.u32(self.entry(directory, count, tag)? + 8)? as usize;
        let (over, under) = (self.u32(at)?, self.u32(at.checked_add(4)?)?);
        (under != 0).then(|| over as f32 / under as f32)
    }
    fn dpi(&self, directory: u32, count: u16) -> Option<(f32, f32)> {
        let unit = self.entry(directory, count, RESOLUTION_UNIT).and_then(|at| self.u16(at + 8)).unwrap_or(2);
        let per_inch = match unit {
            2 => 1.0,
            3 => 2.54,
            _ => return None,
        };
        let x = self.rational(directory, count, X_RESOLUTION)? * per_inch;
        let y = self.rational(directory, count, Y_RESOLUTION)? * per_inch;
        Some((x, y))
    }
    fn is_reduced(&self, directory: u32, count: u16) -> bool {
        self.entry(directory, count, NEW_SUBFILE_TYPE).and_then(|at| self.u32(at + 8)).is_some_and(|v| v & 1 == 1)
    }
}

/// The file with another first directory.
struct View<'a> {
    file: Cursor<&'a [u8]>,
    offset: [u8; 4],
}

impl Read for View<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let from = self.file.position();
        let read = self.file.read(into)?;
        for (at, byte) in (4u64..8).zip(self.offset) {
            if at >= from && at < from + read as u64 {
                into[(at - from) as usize] = byte;
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
