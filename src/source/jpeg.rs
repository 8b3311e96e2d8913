//! JPEG streams without decoding them: whether one is whole, where it ends, how large and how fine it is.
//!
//! in: bytes → out: [`Jpeg`], and the resolution its header gives.
//! Promises: a stream is given only where every reader of PDFs shows it as we decode it: 8 bits, one or three channels,
//! sequential or progressive. (ITU-T T.81, annex B: markers and segments.)

/// A JPEG stream begins with it.
const START: [u8; 2] = [0xFF, 0xD8];

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

/// The JFIF header: dots per inch or per centimetre.
pub(super) fn dpi(bytes: &[u8]) -> Option<(f32, f32)> {
    let mut at = 2;
    while *bytes.get(at)? == 0xFF {
        let marker = *bytes.get(at + 1)?;
        if marker == 0xE0 && bytes.get(at + 4..at + 9)? == b"JFIF\0" {
            let per_inch = match bytes.get(at + 11)? {
                1 => 1.0,
                2 => 2.54,
                _ => return None,
            };
            return Some((f32::from(be16(bytes, at + 12)?) * per_inch, f32::from(be16(bytes, at + 14)?) * per_inch));
        }
        if marker == 0xDA {
            return None;
        }
        at += 2 + usize::from(be16(bytes, at + 2)?);
    }
    None
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
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
}
