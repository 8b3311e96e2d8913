//! The model file: how n-grams are laid out so that they are read where they lie.
//!
//! in: estimated tables → out: bytes; and back, a [`Layout`] of ranges into bytes that may be memory-mapped.
//! Promises: equal tables give equal bytes; a damaged file is an error, never a panic, and costs no more than its size.
//!
//! ```text
//! "CVLM0002" · u32 length + JSON (what it was made from) · u32 length + words, one a line · per word f32 log p, f32 back-off,
//! f32 log of its share of all words
//! per order 2..4: u32 n-grams, u32 buckets, u32 start of every 16th bucket, u8 length of each bucket, the n-grams
//! n-gram: u16 fingerprint · u8 log p in steps of 1/14 nat · u8 back-off in steps of 1/24 nat (not in the last order)
//! ```
//! A packed n-gram is mixed to 64 bits: the high half chooses the bucket, the low 16 bits are the fingerprint. Two n-grams
//! are taken for each other once in some ten thousand look-ups, which costs nothing measurable.

use super::count::ORDER;
use super::kneser_ney::Table;
use crate::error::{Error, Result};
use rayon::slice::ParallelSliceMut;
use std::ops::Range;

const MAGIC: &[u8; 8] = b"CVLM0002";
/// N-grams per bucket on average: one cache line.
const PER_BUCKET: usize = 6;
const BUCKETS_PER_START: usize = 16;
/// Back-offs are stored from this value down; few are above zero.
const HIGHEST_BACK_OFF: f32 = 1.0;

/// Spreads a packed n-gram over 64 bits (the finaliser of SplitMix64).
pub fn mix(key: u64, order: usize) -> u64 {
    let mut x = key ^ (order as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn bucket_of(hash: u64, buckets: u32) -> usize {
    (((hash >> 32) * u64::from(buckets)) >> 32) as usize
}

fn log_p_to_byte(log_p: f32) -> u8 {
    (-log_p * 14.0).round().clamp(0.0, 255.0) as u8
}

fn back_off_to_byte(back_off: f32) -> u8 {
    ((HIGHEST_BACK_OFF - back_off) * 24.0).round().clamp(0.0, 255.0) as u8
}

/// Writes a model.
pub fn write(about: &str, words: &str, tables: &[Table], shares: &[f32]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for part in [about, words] {
        out.extend((part.len() as u32).to_le_bytes());
        out.extend(part.as_bytes());
    }
    for ((log_p, back_off), share) in tables[0].log_p.iter().zip(&tables[0].back_off).zip(shares) {
        for number in [log_p, back_off, share] {
            out.extend(number.to_le_bytes());
        }
    }
    for order in 2..=ORDER {
        write_order(&mut out, &tables[order - 1], order);
    }
    out
}

fn write_order(out: &mut Vec<u8>, table: &Table, order: usize) {
    let buckets = (table.keys.len().div_ceil(PER_BUCKET)).max(1) as u32;
    let mut places: Vec<(usize, u16, usize)> = table
        .keys
        .iter()
        .enumerate()
        .map(|(i, key)| {
            let hash = mix(*key, order);
            (bucket_of(hash, buckets), hash as u16, i)
        })
        .collect();
    places.par_sort_unstable();
    let mut lengths = vec![0u8; buckets as usize];
    // A bucket of more than 255 does not happen with a mean of six; its last n-grams would be left out.
    places.retain(|(bucket, _, _)| {
        let fits = lengths[*bucket] < u8::MAX;
        lengths[*bucket] += u8::from(fits);
        fits
    });
    out.extend((places.len() as u32).to_le_bytes());
    out.extend(buckets.to_le_bytes());
    let mut start = 0u32;
    for chunk in lengths.chunks(BUCKETS_PER_START) {
        out.extend(start.to_le_bytes());
        start += chunk.iter().map(|n| u32::from(*n)).sum::<u32>();
    }
    out.extend(&lengths);
    for (_, fingerprint, i) in places {
        out.extend(fingerprint.to_le_bytes());
        out.push(log_p_to_byte(table.log_p[i]));
        if order < ORDER {
            out.push(back_off_to_byte(table.back_off[i]));
        }
    }
}

/// Where the parts of a model lie in its bytes.
#[derive(Debug, Clone)]
pub struct Layout {
    /// JSON: what the model was made from.
    pub about: Range<usize>,
    /// Words, one a line.
    pub words: Range<usize>,
    unigrams: Range<usize>,
    orders: [OrderLayout; ORDER - 1],
}

#[derive(Debug, Clone, Default)]
struct OrderLayout {
    ngrams: u32,
    buckets: u32,
    starts: usize,
    lengths: usize,
    entries: usize,
    width: usize,
}

impl Layout {
    /// Reads the headers and checks that every range lies inside and every bucket inside its order.
    pub fn read(bytes: &[u8]) -> Result<Layout> {
        let damaged = || Error::input("not a congvan language model, or a damaged one");
        if !bytes.starts_with(MAGIC) {
            return Err(damaged());
        }
        let mut at = MAGIC.len();
        let mut take = |n: usize| {
            let range = at..at.checked_add(n).filter(|end| *end <= bytes.len()).ok_or_else(damaged)?;
            at = range.end;
            Ok::<_, Error>(range)
        };
        let number = |r: Range<usize>| u32_at(bytes, r.start);
        let length = number(take(4)?) as usize;
        let about = take(length)?;
        let length = number(take(4)?) as usize;
        let words = take(length)?;
        let count = std::str::from_utf8(&bytes[words.clone()]).map_err(|_| damaged())?.lines().count();
        let unigrams = take((count + super::vocabulary::FIXED.len()).checked_mul(12).ok_or_else(damaged)?)?;
        let mut orders: [OrderLayout; ORDER - 1] = Default::default();
        for (index, order) in orders.iter_mut().enumerate() {
            let (ngrams, buckets) = (number(take(4)?), number(take(4)?));
            let width = if index + 2 < ORDER { 4 } else { 3 };
            let starts = take((buckets as usize).div_ceil(BUCKETS_PER_START) * 4)?.start;
            let lengths = take(buckets as usize)?.start;
            let entries = take(ngrams as usize * width)?.start;
            *order = OrderLayout { ngrams, buckets, starts, lengths, entries, width };
            if !order.is_sound(bytes) {
                return Err(damaged());
            }
        }
        Ok(Layout { about, words, unigrams, orders })
    }

    /// Log probability and back-off weight of a word on its own. Ids must be below the number of words.
    #[inline]
    pub fn unigram(&self, bytes: &[u8], id: u16) -> (f32, f32) {
        let at = self.unigrams.start + usize::from(id) * 12;
        (f32::from_bits(u32_at(bytes, at)), f32::from_bits(u32_at(bytes, at + 4)))
    }

    /// Log of a word's share of all tokens.
    pub fn share(&self, bytes: &[u8], id: u16) -> f32 {
        f32::from_bits(u32_at(bytes, self.unigrams.start + usize::from(id) * 12 + 8))
    }

    /// Log probability and back-off weight (0 in the last order) of a packed n-gram of order 2 to 4.
    #[inline]
    pub fn find(&self, bytes: &[u8], order: usize, key: u64) -> Option<(f32, f32)> {
        let o = &self.orders[order - 2];
        if o.ngrams == 0 {
            return None;
        }
        let hash = mix(key, order);
        let bucket = bucket_of(hash, o.buckets);
        let group = bucket / BUCKETS_PER_START;
        let lengths = &bytes[o.lengths + group * BUCKETS_PER_START..=o.lengths + bucket];
        let (last, before) = lengths.split_last()?;
        let start =
            u32_at(bytes, o.starts + group * 4) as usize + before.iter().map(|n| usize::from(*n)).sum::<usize>();
        let from = o.entries + start * o.width;
        let fingerprint = (hash as u16).to_le_bytes();
        let entry = bytes[from..from + usize::from(*last) * o.width]
            .chunks_exact(o.width)
            .find(|e| e[0] == fingerprint[0] && e[1] == fingerprint[1])?;
        let back_off = entry.get(3).map_or(0.0, |b| HIGHEST_BACK_OFF - f32::from(*b) / 24.0);
        Some((f32::from(entry[2]) / -14.0, back_off))
    }
}

impl OrderLayout {
    fn is_sound(&self, bytes: &[u8]) -> bool {
        let mut sum = 0u64;
        for (group, lengths) in
            bytes[self.lengths..self.lengths + self.buckets as usize].chunks(BUCKETS_PER_START).enumerate()
        {
            if u64::from(u32_at(bytes, self.starts + group * 4)) != sum {
                return false;
            }
            sum += lengths.iter().map(|n| u64::from(*n)).sum::<u64>();
        }
        sum == u64::from(self.ngrams)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(raw) => u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_bytes_are_errors() {
        assert!(Layout::read(b"").is_err());
        assert!(Layout::read(b"CVLM0002\xff\xff\xff\xff").is_err());
        let mut sound = write("{}", "", &vec![Table::default(); 4], &[]);
        // The fixed entries have no unigrams in these empty tables.
        assert!(Layout::read(&sound).is_err());
        sound.truncate(20);
        assert!(Layout::read(&sound).is_err());
    }
}
