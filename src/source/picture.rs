//! The picture of a page as its file holds it, for those who pass it on rather than read it: every pixel, at its own
//! resolution, and a JPEG stream as it lies.
//!
//! in: page images and JPEG streams → out: [`Picture`].
//! Promises: a stream is passed on only where every reader of PDFs shows it as we decode it. Leaves out: other packed streams
//! (they hold their pixels without loss, so nothing is lost when those are packed anew).

use super::raster::be16;
use image::{DynamicImage, imageops};

/// A JPEG stream begins with it.
const START: [u8; 2] = [0xFF, 0xD8];

/// What a page shows, and how large it is on paper.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The pixels, decoded or not.
    pub pixels: Pixels,
    /// How they must be turned to stand as a viewer shows the page.
    pub turn: Turn,
    /// Width and height in points, turned.
    pub size: (f32, f32),
}

/// The pixels of a picture.
#[derive(Debug, Clone)]
pub enum Pixels {
    /// `Luma8` or `Rgb8`, as fine as the file holds them.
    Image(DynamicImage),
    /// A JPEG stream as it lies in the file.
    Jpeg(Jpeg),
}

/// A JPEG stream with 8 bits a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpeg {
    /// From its first marker to its last.
    pub bytes: Vec<u8>,
    /// Pixels across, as the stream says.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// One channel; else three.
    pub grey: bool,
}

impl Jpeg {
    /// Whether these bytes begin as a JPEG stream and lack its end mark; decoders fill what is missing with grey.
    pub(super) fn is_cut_off(bytes: &[u8]) -> bool {
        bytes.starts_with(&START) && Jpeg::end(bytes).is_none()
    }

    /// Where the stream ends: telephones put films and notes behind it, scanners zeros. Marks inside of segments (a small
    /// preview has its own end) do not count.
    fn end(bytes: &[u8]) -> Option<usize> {
        let mut at = START.len();
        loop {
            at += memchr::memchr(0xFF, bytes.get(at..)?)?;
            match *bytes.get(at + 1)? {
                0xD9 => return Some(at + 2),
                0xFF => at += 1,
                // a pixel value, a restart, marks without a segment
                0x00 | 0x01 | 0xD0..=0xD8 => at += 2,
                _ => at += 2 + usize::from(be16(bytes, at + 2)?),
            }
        }
    }

    /// The stream when it is whole, has one or three channels of 8 bits and is sequential or progressive; `None` for any other.
    pub(super) fn of(bytes: &[u8]) -> Option<Jpeg> {
        let mut at = START.len();
        if !bytes.starts_with(&START) {
            return None;
        }
        let bytes = &bytes[..Jpeg::end(bytes)?];
        loop {
            let [mark, kind] = *bytes.get(at..at + 2)? else { return None };
            match (mark, kind) {
                (0xFF, 0xFF) => at += 1,
                (0xFF, 0xC0..=0xC2) => break,
                // other ways of coding, or pixels before their size
                (0xFF, 0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xD8..=0xDA) => return None,
                (0xFF, _) => at += 2 + usize::from(be16(bytes, at + 2)?),
                _ => return None,
            }
        }
        let (bits, channels) = (*bytes.get(at + 4)?, *bytes.get(at + 9)?);
        let (height, width) = (u32::from(be16(bytes, at + 5)?), u32::from(be16(bytes, at + 7)?));
        let plain = bits == 8 && matches!(channels, 1 | 3) && width > 0 && height > 0;
        plain.then(|| Jpeg { bytes: bytes.to_vec(), width, height, grey: channels == 1 })
    }
}

/// How an image must be turned to stand as the page shows it: mirrored top to bottom first, then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn {
    /// 0 to 3.
    pub quarter_turns: u8,
    /// Whether top and bottom change places before it is turned.
    pub mirrored: bool,
}

impl Turn {
    /// Clockwise by 0, 90, 180 or 270 degrees.
    pub fn clockwise(degrees: u16) -> Turn {
        Turn { quarter_turns: (degrees / 90 % 4) as u8, mirrored: false }
    }

    /// This turn, then clockwise by so many degrees.
    #[must_use]
    pub fn then_clockwise(self, degrees: u16) -> Turn {
        Turn { quarter_turns: (self.quarter_turns + Turn::clockwise(degrees).quarter_turns) % 4, ..self }
    }

    /// Whether width and height change places.
    pub fn sideways(self) -> bool {
        self.quarter_turns % 2 == 1
    }

    /// The image, turned.
    pub fn apply(self, mut image: DynamicImage) -> DynamicImage {
        if self.mirrored {
            match &mut image {
                DynamicImage::ImageLuma8(i) => imageops::flip_vertical_in_place(i),
                DynamicImage::ImageRgb8(i) => imageops::flip_vertical_in_place(i),
                _ => image = image.flipv(),
            }
        }
        match self.quarter_turns {
            1 => image.rotate90(),
            2 => image.rotate180(),
            3 => image.rotate270(),
            _ => image,
        }
    }
}

impl Picture {
    /// A decoded image that stands upright already, with its pixels per inch across and down.
    pub(super) fn upright(image: DynamicImage, dpi: (f32, f32)) -> Picture {
        let size = (72.0 * image.width() as f32 / dpi.0, 72.0 * image.height() as f32 / dpi.1);
        Picture { pixels: Pixels::Image(image), turn: Turn::default(), size }
    }

    /// The picture turned clockwise by so many degrees more.
    #[must_use]
    pub fn turned(self, degrees: u16) -> Picture {
        let size = if Turn::clockwise(degrees).sideways() { (self.size.1, self.size.0) } else { self.size };
        Picture { turn: self.turn.then_clockwise(degrees), size, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, ImageFormat, RgbImage};
    use std::io::Cursor;

    fn jpeg(image: DynamicImage) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, ImageFormat::Jpeg).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_stream_says_its_size_and_channels() {
        let (grey, colour) = (jpeg(GrayImage::new(20, 30).into()), jpeg(RgbImage::new(33, 17).into()));
        let size = |bytes: &[u8]| Jpeg::of(bytes).map(|j| (j.width, j.height, j.grey));
        assert_eq!(size(&grey), Some((20, 30, true)));
        assert_eq!(size(&colour), Some((33, 17, false)));
        assert_eq!(Jpeg::of(&grey).unwrap().bytes, grey);
        for keep in 0..grey.len().min(170) {
            let _ = Jpeg::of(&grey[..keep]);
        }
        assert_eq!(size(&grey[..grey.len() - 2]), None);
        assert!(Jpeg::is_cut_off(&grey[..grey.len() - 2]) && !Jpeg::is_cut_off(&grey) && !Jpeg::is_cut_off(b"\x89PNG"));
        // a preview in a segment ends before the stream does; what a telephone puts behind the stream is not the picture
        let preview = [&START[..], &[0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9], &grey[2..]].concat();
        assert!(Jpeg::is_cut_off(&preview[..preview.len() - 2]));
        assert_eq!(Jpeg::of(&[&preview[..], &[7; 999]].concat()).unwrap().bytes, preview);
        assert_eq!(size(b"\x89PNG\r\n\x1a\n"), None);
        // the same header with four channels, and with 12 bits: another reader would show something else
        let frame = grey.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        for (at, value) in [(frame + 9, 4), (frame + 4, 12), (frame + 1, 0xC9)] {
            let mut other = grey.clone();
            other[at] = value;
            assert_eq!(size(&other), None, "{at}");
        }
    }

    #[test]
    fn turns_add_up() {
        let image = DynamicImage::from(GrayImage::from_fn(3, 2, |x, y| image::Luma([(10 * x + y) as u8])));
        for mirrored in [false, true] {
            for (first, more) in [(0, 90), (1, 90), (3, 180), (2, 270), (1, 0)] {
                let turn = Turn { quarter_turns: first, mirrored };
                let twice = Turn::clockwise(more).apply(turn.apply(image.clone()));
                assert_eq!(turn.then_clockwise(more).apply(image.clone()), twice, "{turn:?} {more}");
            }
        }
    }
}
