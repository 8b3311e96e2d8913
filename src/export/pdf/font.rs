//! The font of the invisible words: glyphs without an outline, all letters as wide as each other, the blank narrower.
//!
//! in: nothing → out: a TrueType program, and the table that leads its codes (UTF-16) back to characters.

use std::fmt::Write;

/// As the PDF calls it.
pub(super) const NAME: &str = "CongvanInvisible";
/// Width of every character in thousandths of the font's size.
pub(super) const ADVANCE: u16 = 500;
/// Code of the blank.
pub(super) const BLANK: u16 = 0x20;
/// Width of the blank: it must end before the next word begins, where words stand close too.
const BLANK_ADVANCE: u16 = 150;

/// The entry of the font that tells how wide the blank is.
pub(super) fn widths() -> String {
    format!("/W [{BLANK} [{BLANK_ADVANCE}]]")
}

/// The glyph of each code: every letter has the second one (the first means "missing"), the blank the third.
pub(super) fn glyph_map() -> Vec<u8> {
    let mut map = [0u8, 1].repeat(1 << 16);
    map[2 * usize::from(BLANK) + 1] = 2;
    map
}

/// The smallest program that readers and PDF/A accept.
pub(super) fn program() -> Vec<u8> {
    let words = |values: &[i32]| values.iter().flat_map(|v| (*v as i16).to_be_bytes()).collect::<Vec<u8>>();
    let long = |v: u32| v.to_be_bytes().to_vec();
    // version, revision, checksum adjustment (below), magic, flags and units, dates, box, style and forms
    let head = [
        long(0x0001_0000),
        long(0x0001_0000),
        long(0),
        long(0x5F0F_3CF5),
        words(&[0, 1000]),
        vec![0; 16],
        words(&[0, -200, i32::from(ADVANCE), 800, 0, 8, 2, 0, 0]),
    ];
    let hhea = [long(0x0001_0000), words(&[800, -200, 0, i32::from(ADVANCE), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3])];
    let hmtx = words(&[i32::from(ADVANCE), 0, i32::from(ADVANCE), 0, i32::from(BLANK_ADVANCE), 0]);
    let maxp = [long(0x0001_0000), words(&[3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])];
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"glyf", vec![0; 4]),
        (b"head", head.concat()),
        (b"hhea", hhea.concat()),
        (b"hmtx", hmtx),
        (b"loca", words(&[0, 0, 0, 0])),
        (b"maxp", maxp.concat()),
    ];
    let mut font = [long(0x0001_0000), words(&[6, 64, 2, 32])].concat();
    let mut at = font.len() + 16 * tables.len();
    let mut head_at = 0;
    for (tag, table) in &tables {
        if *tag == b"head" {
            head_at = at;
        }
        font.extend([tag.to_vec(), long(checksum(table)), long(at as u32), long(table.len() as u32)].concat());
        at += table.len().next_multiple_of(4);
    }
    for (_, table) in &tables {
        font.extend(table);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBAu32.wrapping_sub(checksum(&font));
    font[head_at + 8..head_at + 12].copy_from_slice(&adjustment.to_be_bytes());
    font
}

fn checksum(bytes: &[u8]) -> u32 {
    let word = |b: &[u8]| b.iter().enumerate().fold(0u32, |sum, (i, v)| sum | u32::from(*v) << (24 - 8 * i));
    bytes.chunks(4).map(word).fold(0, u32::wrapping_add)
}

/// Every code is the character itself.
pub(super) fn to_unicode() -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    // no range may cross a high byte, no block be longer than a hundred
    let highs: Vec<u16> = (0..=0xFF).collect();
    for block in highs.chunks(100) {
        let _ = writeln!(map, "{} beginbfrange", block.len());
        for high in block {
            let first = high << 8 | u16::from(*high == 0);
            let _ = writeln!(map, "<{first:04X}> <{high:02X}FF> <{first:04X}>");
        }
        map.push_str("endbfrange\n");
    }
    map + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_is_whole() {
        let font = program();
        assert_eq!(checksum(&font), 0xB1B0_AFBA);
        assert_eq!(font.len() % 4, 0);
        assert_eq!(to_unicode().matches("FF> <").count(), 256);
    }
}
