//! TIFF pages packed as a fax machine sends them: modified Huffman, Group 3 in one and two dimensions, Group 4.
//!
//! in: a directory → out: a grey image of black and white, and whether rows are missing at its end.
//! Promises: strips and tiles, both orders of bits, both meanings of 0; a damaged row costs itself, not the page.
//! Leaves out: uncompressed mode of Group 3 and 4, which no machine sends.

use super::fields::{
    COMPRESSION, Directory, FILL_ORDER, HEIGHT, PHOTOMETRIC, ROWS_PER_STRIP, T4_OPTIONS, TILE_LENGTH, TILE_WIDTH, WIDTH,
};
use crate::error::{Error, Result};
use crate::source::limits::check_size;
use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};
use image::GrayImage;

/// Values of the field Compression.
const MODIFIED_HUFFMAN: u32 = 2;
const GROUP_3: u32 = 3;
const GROUP_4: u32 = 4;
/// The bits of a byte come lowest first.
const LOWEST_BIT_FIRST: u32 = 2;
/// The field PhotometricInterpretation: 0 is white.
const WHITE_IS_ZERO: u32 = 0;
/// Rows that may be missing at the end, as a share: machines announce a whole sheet and send what they saw of it.
const MAY_BE_MISSING: f32 = 0.05;

/// Whether a page is packed in this way.
pub(super) fn is_fax(page: &Directory) -> bool {
    matches!(page.number(COMPRESSION), Some(MODIFIED_HUFFMAN | GROUP_3 | GROUP_4))
}

/// The page, and whether its end is missing.
pub(super) fn decode(page: &Directory) -> Result<(GrayImage, bool)> {
    let missing = |what: &str| Error::input(format!("damaged: the page has no {what}"));
    let width = page.number(WIDTH).ok_or_else(|| missing("width"))?;
    let height = page.number(HEIGHT).ok_or_else(|| missing("height"))?;
    check_size(width, height)?;
    let stretches = page.stretches().ok_or_else(|| missing("pixels"))?;
    let (across, down) = match (page.number(TILE_WIDTH), page.number(TILE_LENGTH)) {
        (Some(w), Some(h)) if w > 0 && h > 0 => (w, h),
        _ => (width, page.number(ROWS_PER_STRIP).unwrap_or(height).clamp(1, height)),
    };
    check_size(across, down)?;
    let columns = width.div_ceil(across);
    let reversed = page.number(FILL_ORDER) == Some(LOWEST_BIT_FIRST);
    let mut image = GrayImage::from_pixel(width, height, image::Luma([255]));
    let mut rows_of_last_column = 0;
    for (index, stretch) in (0u32..).zip(&stretches) {
        let (left, top) = (index % columns * across, index / columns * down);
        if top >= height {
            break;
        }
        let mut rows = Rows { image: &mut image, left, top, width: across, row: 0 };
        let bytes = page.fields.bytes.get(stretch.clone()).unwrap_or_default();
        let flipped: Vec<u8>;
        let bytes = if reversed {
            flipped = bytes.iter().map(|b| b.reverse_bits()).collect();
            &flipped
        } else {
            bytes
        };
        let mut context = DecoderContext::new(settings(page, across, down.min(height - top)));
        // what came before a mistake is kept; how much that is shows by the rows
        let _ = hayro_ccitt::decode(bytes, &mut rows, &mut context);
        rows_of_last_column = top + rows.row;
    }
    if rows_of_last_column == 0 {
        return Err(Error::input("the image is cut off or damaged"));
    }
    if page.number(PHOTOMETRIC).unwrap_or(WHITE_IS_ZERO) != WHITE_IS_ZERO {
        image.iter_mut().for_each(|v| *v = 255 - *v);
    }
    let missing = height.saturating_sub(rows_of_last_column) as f32 / height as f32;
    Ok((image, missing > MAY_BE_MISSING))
}

fn settings(page: &Directory, columns: u32, rows: u32) -> DecodeSettings {
    let compression = page.number(COMPRESSION).unwrap_or(0);
    let two_dimensions = page.number(T4_OPTIONS).unwrap_or(0) & 1 == 1;
    let encoding = match compression {
        GROUP_4 => EncodingMode::Group4,
        GROUP_3 if two_dimensions => EncodingMode::Group3_2D,
        _ => EncodingMode::Group3_1D,
    };
    DecodeSettings {
        columns,
        rows,
        end_of_block: compression != MODIFIED_HUFFMAN,
        end_of_line: false,
        rows_are_byte_aligned: compression == MODIFIED_HUFFMAN,
        encoding,
        strict: false,
    }
}

/// Draws the black runs of row after row.
struct Rows<'a> {
    image: &'a mut GrayImage,
    left: u32,
    top: u32,
    width: u32,
    row: u32,
}

impl Decoder for Rows<'_> {
    fn push_row(&mut self, changes: &[u32]) {
        let (width, y) = (self.image.width(), self.top + self.row);
        self.row += 1;
        if y >= self.image.height() {
            return;
        }
        let line = (y * width) as usize;
        for run in changes.chunks(2) {
            let end = run.get(1).copied().unwrap_or(self.width);
            let from = (self.left + run[0]).min(width) as usize;
            let to = (self.left + end).min(width) as usize;
            if let Some(pixels) = self.image.get_mut(line + from..line + to) {
                pixels.fill(0);
            }
        }
    }
}
