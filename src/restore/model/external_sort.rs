//! Sorting more records than fit into memory: sorted runs in a temporary file, then one merge.
//!
//! in: records in any order → out: records sorted by key, equal keys added up.
//! Promises: memory stays below the size given; the result depends neither on that size nor on the number of cores.
//! (External merge sort, Knuth, volume 3, 5.4; runs are sorted on all cores.)

use crate::error::Result;
use rayon::slice::ParallelSliceMut;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// A packed n-gram with two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// The n-gram; see the caller for the packing.
    pub key: u64,
    /// The count the estimate is made from.
    pub adjusted: u32,
    /// How often it was seen.
    pub seen: u32,
}

const BYTES: usize = 16;

/// Takes records, gives them back sorted.
pub struct Sorter {
    buffer: Vec<Record>,
    capacity: usize,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that holds at most `capacity` records (16 bytes each) in memory.
    pub fn new(capacity: usize) -> Sorter {
        Sorter { buffer: Vec::new(), capacity: capacity.max(1024), runs: Vec::new() }
    }

    /// Adds a record.
    pub fn push(&mut self, record: Record) -> Result<()> {
        self.buffer.push(record);
        if self.buffer.len() >= self.capacity {
            self.compact();
            // What adds up to little may stay; a buffer still half full becomes a run.
            if self.buffer.len() > self.capacity / 2 {
                self.spill()?;
            }
        }
        Ok(())
    }

    fn compact(&mut self) {
        self.buffer.par_sort_unstable();
        self.buffer.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            if same {
                add(kept, *next);
            }
            same
        });
    }

    fn spill(&mut self) -> Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        for r in &self.buffer {
            out.write_all(&r.key.to_le_bytes())?;
            out.write_all(&r.adjusted.to_le_bytes())?;
            out.write_all(&r.seen.to_le_bytes())?;
        }
        let mut file = out.into_inner().map_err(|e| e.into_error())?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        self.buffer.clear();
        Ok(())
    }

    /// All records in order of their keys.
    pub fn finish(mut self) -> Result<Merged> {
        self.compact();
        let mut sources: Vec<Run> =
            self.runs.into_iter().map(|f| Run::Disk(BufReader::with_capacity(1 << 20, f))).collect();
        sources.push(Run::Memory(self.buffer.into_iter()));
        let mut heap = BinaryHeap::new();
        for (index, run) in sources.iter_mut().enumerate() {
            if let Some(first) = run.next()? {
                heap.push(Reverse((first, index)));
            }
        }
        Ok(Merged { sources, heap })
    }
}

fn add(to: &mut Record, more: Record) {
    to.adjusted = to.adjusted.saturating_add(more.adjusted);
    to.seen = to.seen.saturating_add(more.seen);
}

enum Run {
    Disk(BufReader<File>),
    Memory(std::vec::IntoIter<Record>),
}

impl Run {
    fn next(&mut self) -> Result<Option<Record>> {
        let file = match self {
            Run::Memory(records) => return Ok(records.next()),
            Run::Disk(file) => file,
        };
        let mut raw = [0u8; BYTES];
        match file.read_exact(&mut raw) {
            Ok(()) => {
                let word = |at: usize| u32::from_le_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]);
                let key = u64::from(word(0)) | u64::from(word(4)) << 32;
                Ok(Some(Record { key, adjusted: word(8), seen: word(12) }))
            }
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(e) => Err(e.into()),
        }
    }
}

/// The merged runs.
pub struct Merged {
    sources: Vec<Run>,
    heap: BinaryHeap<Reverse<(Record, usize)>>,
}

impl Merged {
    /// The next record; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Record>> {
        let Some(mut record) = self.pop()? else { return Ok(None) };
        while self.heap.peek().is_some_and(|Reverse((r, _))| r.key == record.key) {
            if let Some(more) = self.pop()? {
                add(&mut record, more);
            }
        }
        Ok(Some(record))
    }

    fn pop(&mut self) -> Result<Option<Record>> {
        let Some(Reverse((record, index))) = self.heap.pop() else { return Ok(None) };
        if let Some(next) = self.sources[index].next()? {
            self.heap.push(Reverse((next, index)));
        }
        Ok(Some(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_merge_and_equal_keys_add_up() {
        let mut sorter = Sorter::new(1024);
        for i in 0..10_000u64 {
            sorter.push(Record { key: (i * 7919) % 3000, adjusted: 1, seen: 2 }).unwrap();
        }
        let mut merged = sorter.finish().unwrap();
        let mut all = Vec::new();
        while let Some(r) = merged.next().unwrap() {
            all.push(r);
        }
        assert_eq!(all.len(), 3000);
        assert!(all.windows(2).all(|w| w[0].key < w[1].key));
        assert_eq!(all.iter().map(|r| r.adjusted).sum::<u32>(), 10_000);
        assert_eq!(all.iter().map(|r| r.seen).sum::<u32>(), 20_000);
    }
}
