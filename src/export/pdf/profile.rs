//! The colour profile PDF/A asks for: sRGB with a plain gamma of 2.2.
//!
//! in: nothing → out: an ICC profile, version 2.1, made of the numbers of IEC 61966-2-1.

/// The profile.
pub(super) fn srgb() -> Vec<u8> {
    // colourants adapted to D50, in 65536ths
    let colour = |tag: &[u8; 4], xyz: [i32; 3]| (*tag, typed(b"XYZ ", &xyz.map(i32::to_be_bytes).concat()));
    let curve = |tag: &[u8; 4]| (*tag, typed(b"curv", &[0, 0, 0, 1, 2, 51, 0, 0]));
    let name = b"sRGB\0";
    let described = [&(name.len() as u32).to_be_bytes()[..], name, &[0; 78]].concat();
    let tags = [
        (*b"desc", typed(b"desc", &described)),
        (*b"cprt", typed(b"text", b"CC0\0")),
        colour(b"wtpt", [63190, 65536, 54061]),
        colour(b"rXYZ", [28578, 14581, 912]),
        colour(b"gXYZ", [25238, 46980, 6362]),
        colour(b"bXYZ", [9375, 3971, 46806]),
        curve(b"rTRC"),
        curve(b"gTRC"),
        curve(b"bTRC"),
    ];
    let mut directory = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    for (tag, value) in &tags {
        let at = (start + data.len()) as u32;
        directory.extend([&tag[..], &at.to_be_bytes(), &(value.len() as u32).to_be_bytes()].concat());
        data.extend(value);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = vec![0u8; 128];
    let size = (start + data.len()) as u32;
    header[..4].copy_from_slice(&size.to_be_bytes());
    header[8..12].copy_from_slice(&[2, 0x10, 0, 0]);
    header[12..24].copy_from_slice(b"mntrRGB XYZ ");
    header[24..36].copy_from_slice(&[7, 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    header[36..40].copy_from_slice(b"acsp");
    // white of the connection space: D50
    header[68..80].copy_from_slice(&[63190i32, 65536, 54061].map(i32::to_be_bytes).concat());
    [header, directory, data].concat()
}

fn typed(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&kind[..], &[0; 4], data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_says_how_long_it_is() {
        let profile = srgb();
        assert_eq!(u32::from_be_bytes(profile[..4].try_into().unwrap()) as usize, profile.len());
        assert_eq!(&profile[36..40], b"acsp");
    }
}
