//! The fields of a TIFF directory.
//!
//! in: the bytes of the file and where a directory begins → out: numbers of its fields in the file's byte order.
//! Promises: `None` for what is missing or lies behind the end; lists are never longer than the file.

/// Tags (TIFF 6.0, section 8 and the sections on extensions).
pub(super) const NEW_SUBFILE_TYPE: u16 = 254;
pub(super) const WIDTH: u16 = 256;
pub(super) const HEIGHT: u16 = 257;
pub(super) const BITS_PER_SAMPLE: u16 = 258;
pub(super) const COMPRESSION: u16 = 259;
pub(super) const PHOTOMETRIC: u16 = 262;
pub(super) const FILL_ORDER: u16 = 266;
pub(super) const STRIP_OFFSETS: u16 = 273;
pub(super) const ORIENTATION: u16 = 274;
pub(super) const SAMPLES_PER_PIXEL: u16 = 277;
pub(super) const ROWS_PER_STRIP: u16 = 278;
pub(super) const STRIP_BYTE_COUNTS: u16 = 279;
pub(super) const X_RESOLUTION: u16 = 282;
pub(super) const Y_RESOLUTION: u16 = 283;
pub(super) const T4_OPTIONS: u16 = 292;
pub(super) const RESOLUTION_UNIT: u16 = 296;
pub(super) const COLOR_MAP: u16 = 320;
pub(super) const TILE_WIDTH: u16 = 322;
pub(super) const TILE_LENGTH: u16 = 323;
pub(super) const TILE_OFFSETS: u16 = 324;
pub(super) const TILE_BYTE_COUNTS: u16 = 325;
pub(super) const JPEG_OFFSET: u16 = 513;
pub(super) const JPEG_LENGTH: u16 = 514;

/// Reads numbers of a TIFF file in its byte order; `None` behind its end.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) bytes: &'a [u8],
    little: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Fields { bytes, little: bytes.starts_with(b"II") }
    }
    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        let b: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) })
    }
    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        let b: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }
    /// The directory that begins at this byte; `None` behind the end of the file.
    pub(super) fn directory(self, offset: u32) -> Option<Directory<'a>> {
        Some(Directory { fields: self, offset, count: self.u16(offset as usize)? })
    }
}

/// One directory: one page.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a> {
    pub(super) fields: Fields<'a>,
    offset: u32,
    count: u16,
}

impl Directory<'_> {
    /// Offset of the next directory, 0 at the end of the chain.
    pub(super) fn next(&self) -> Option<u32> {
        self.fields.u32(self.offset as usize + 2 + 12 * usize::from(self.count))
    }
    /// Offset of the entry with this tag.
    pub(super) fn entry(&self, tag: u16) -> Option<usize> {
        let mut entries = (0..usize::from(self.count)).map(|i| self.offset as usize + 2 + 12 * i);
        entries.find(|at| self.fields.u16(*at) == Some(tag))
    }
    /// The first number of a field.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag)?.first().copied()
    }
    /// All numbers of a field of bytes, shorts or longs.
    pub(super) fn numbers(&self, tag: u16) -> Option<Vec<u32>> {
        let at = self.entry(tag)?;
        let kind = self.fields.u16(at + 2)?;
        let count = self.fields.u32(at + 4)? as usize;
        let width = match kind {
            1 => 1,
            3 => 2,
            4 | 13 => 4,
            _ => return None,
        };
        let from = if count.checked_mul(width)? <= 4 { at + 8 } else { self.fields.u32(at + 8)? as usize };
        self.fields.bytes.get(from..from.checked_add(count * width)?)?;
        let number = |i: usize| match width {
            1 => self.fields.bytes.get(from + i).map(|b| u32::from(*b)),
            2 => self.fields.u16(from + 2 * i).map(u32::from),
            _ => self.fields.u32(from + 4 * i),
        };
        (0..count).map(number).collect()
    }
    fn rational(&self, tag: u16) -> Option<f32> {
        let at = self.fields.u32(self.entry(tag)? + 8)? as usize;
        let (over, under) = (self.fields.u32(at)?, self.fields.u32(at.checked_add(4)?)?);
        (under != 0).then(|| over as f32 / under as f32)
    }
    /// Pixels per inch across and down.
    pub(super) fn dpi(&self) -> Option<(f32, f32)> {
        let per_inch = match self.number(RESOLUTION_UNIT).unwrap_or(2) {
            2 => 1.0,
            3 => 2.54,
            _ => return None,
        };
        Some((self.rational(X_RESOLUTION)? * per_inch, self.rational(Y_RESOLUTION)? * per_inch))
    }
    /// Whether it is marked as a small copy of another page.
    pub(super) fn is_reduced(&self) -> bool {
        self.number(NEW_SUBFILE_TYPE).is_some_and(|v| v & 1 == 1)
    }
    /// Where the strips or tiles lie: byte ranges, cut at the end of the file where a count is missing or too large.
    pub(super) fn stretches(&self) -> Option<Vec<std::ops::Range<usize>>> {
        let length = self.fields.bytes.len();
        let (offsets, counts) = match self.numbers(TILE_OFFSETS) {
            Some(offsets) => (offsets, self.numbers(TILE_BYTE_COUNTS)),
            None => (self.numbers(STRIP_OFFSETS)?, self.numbers(STRIP_BYTE_COUNTS)),
        };
        let counts = counts.unwrap_or_default();
        let one = |(i, from): (usize, &u32)| {
            let from = (*from as usize).min(length);
            let count = counts.get(i).copied().filter(|c| *c > 0).map_or(length, |c| c as usize);
            from..from.saturating_add(count).min(length)
        };
        Some(offsets.iter().enumerate().map(one).collect())
    }
}
