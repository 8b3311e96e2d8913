//! Which bytes of the file a signature is over.
//!
//! in: `/ByteRange` and the file → out: [`Coverage`], or what is wrong with it.
//! Promises: everything from the first byte to the end of what was signed is covered but the signature itself, which is
//! nothing but hexadecimal digits: no other range is accepted, since it would hide what it leaves out.

/// Bytes around a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coverage<'a> {
    pub(super) before: &'a [u8],
    pub(super) after: &'a [u8],
    /// Hexadecimal digits.
    digits: &'a [u8],
    /// Where what was signed ends.
    pub(super) end: usize,
}

impl<'a> Coverage<'a> {
    /// `None` where the range lies: it overlaps, leaves the file, or leaves out more than the signature.
    pub(super) fn of(range: &[i64], file: &'a [u8]) -> Option<Coverage<'a>> {
        let &[start, first, second, rest] = range else { return None };
        let place = |n: i64| usize::try_from(n).ok();
        let (first, second, rest) = (place(first)?, place(second)?, place(rest)?);
        let end = second.checked_add(rest)?;
        let gap = file.get(first..second)?;
        let (before, after) = (file.get(..first)?, file.get(second..end)?);
        let digits = match (gap.strip_prefix(b"<"), before.last(), after.first()) {
            (Some(inside), _, _) => inside.strip_suffix(b">")?,
            // the brackets may be signed too
            (None, Some(b'<'), Some(b'>')) => gap,
            _ => return None,
        };
        let is_plain = digits.iter().all(|c| c.is_ascii_hexdigit() || c.is_ascii_whitespace());
        (start == 0 && is_plain && !digits.is_empty()).then_some(Coverage { before, after, digits, end })
    }

    /// What is signed.
    pub(super) fn pieces(&self) -> [&'a [u8]; 2] {
        [self.before, self.after]
    }

    /// The signature; it is followed by the noughts that fill its place.
    pub(super) fn signature(&self) -> Vec<u8> {
        let digit = |c: &u8| char::from(*c).to_digit(16).map(|digit| digit as u8);
        let digits: Vec<u8> = self.digits.iter().filter_map(digit).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
    }

    /// Whether nothing but line ends follows what was signed.
    pub(super) fn is_whole(&self, file: &[u8]) -> bool {
        file[self.end..].iter().all(u8::is_ascii_whitespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_range_that_leaves_out_the_signature_alone_is_one() {
        let file = b"0123<0aB0>901234";
        let covers = |range: &[i64]| Coverage::of(range, file);
        let right = covers(&[0, 4, 10, 6]).unwrap();
        assert_eq!((right.pieces(), right.signature(), right.end), ([&b"0123"[..], b"901234"], vec![0x0a, 0xb0], 16));
        assert!(right.is_whole(file));
        assert!(!covers(&[0, 4, 10, 4]).unwrap().is_whole(file));
        assert_eq!(covers(&[0, 5, 9, 7]).unwrap().signature(), [0x0a, 0xb0], "the brackets are signed too");
        let lies: [&[i64]; 11] = [
            &[0, 4, 10, 7],
            &[0, 3, 10, 6],
            &[0, 4, 11, 5],
            &[1, 3, 10, 6],
            &[0, 10, 4, 6],
            &[0, 4, 10],
            &[0, 4, 10, 6, 0],
            &[0, -4, 10, 6],
            &[0, 4, 10, -6],
            &[0, 4, i64::MAX, i64::MAX],
            &[0, 0, 16, 0],
        ];
        for range in lies {
            assert_eq!(covers(range), None, "{range:?}");
        }
    }
}
