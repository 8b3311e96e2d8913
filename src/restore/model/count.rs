//! Counting n-grams of order 4 in bounded memory, and from them the counts of all lower orders.
//!
//! in: corpora → out: [`Counts`]: the vocabulary, unigram counts, and one sorter per higher order, contexts first.
//! Promises: text is tokenised once; the same text gives the same counts whatever the memory.
//! Lower orders are counted as Kneser and Ney do: by distinct words in front, not by occurrences (Chen & Goodman 1998).

use super::corpus::{self, Corpus};
use super::external_sort::{Merged, Record, Sorter};
use super::phrases;
use super::vocabulary::{COMMA, FIXED, NONE, NUMBER, SLASH, START, UNKNOWN, Vocabulary, WordId, normal};
use crate::error::Result;
use crate::restore::token::{Kind, counts_for_model, tokens};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Records a sorter keeps in memory (16 bytes each): with three sorters at work below 700 MB.
const SORT_CAPACITY: usize = 12 << 20;
/// N-grams of order 3 and 4 seen less often are not kept (they still count towards what their context knows).
pub const KEEP_SEEN: [u32; 5] = [0, 1, 1, 2, 2];
/// Longest n-gram.
pub const ORDER: usize = 4;

/// Everything the estimate needs.
pub struct Counts {
    /// The words.
    pub vocabulary: Vocabulary,
    /// Weighted tokens of all corpora, sentence ends included.
    pub total: u64,
    /// By id: adjusted count and occurrences.
    pub unigrams: Vec<Record>,
    /// Orders 2, 3 and 4, sorted with the first word as the highest part of the key.
    pub higher: Vec<Merged>,
    /// For orders 1 to 4 how many n-grams have an adjusted count of 1, 2, 3 and 4.
    pub counts_of_counts: [[u64; 4]; ORDER],
    /// Per input file: its name, lines and tokens.
    pub sources: Vec<(String, u64, u64)>,
}

/// Counts the corpora. Words seen fewer than `min_word` times are unknown words.
pub fn count(corpora: &[Corpus], min_word: u64, progress: &mut dyn FnMut(&str)) -> Result<Counts> {
    let spool = Spool::write(corpora, progress)?;
    let (vocabulary, renumbered) = spool.vocabulary(min_word);
    progress(&format!("{} words; counting n-grams", vocabulary.len()));
    let sources = spool.sources.clone();
    let (merged, total) = spool.ngrams(&renumbered)?;
    progress("adjusting counts");
    let mut adjusted = Adjust::new(vocabulary.len());
    adjusted.run(merged)?;
    let higher = adjusted.higher.into_iter().map(Sorter::finish).collect::<Result<_>>()?;
    let counts_of_counts = adjusted.counts_of_counts;
    Ok(Counts { vocabulary, total, unigrams: adjusted.unigrams, higher, counts_of_counts, sources })
}

/// The corpora as provisional word numbers in a temporary file.
struct Spool {
    file: File,
    /// Numbers written and their weight, file by file.
    segments: Vec<(u64, u32)>,
    words: Vec<(String, u64)>,
    sources: Vec<(String, u64, u64)>,
}

impl Spool {
    fn write(corpora: &[Corpus], progress: &mut dyn FnMut(&str)) -> Result<Spool> {
        let mut out = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        let mut numbers = Numbers::default();
        let (mut segments, mut sources) = (Vec::new(), Vec::new());
        for (path, weight) in corpus::files(corpora)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let (mut lines, mut written) = (0u64, 0u64);
            corpus::each_line(&path, |line| {
                for id in numbers.of_line(line) {
                    out.write_all(&id.to_le_bytes())?;
                    written += 1;
                }
                lines += 1;
                if lines.is_multiple_of(250_000) {
                    progress(&format!("{name}: {lines} lines, {} M tokens", written / 1_000_000));
                }
                Ok(())
            })?;
            segments.push((written, weight));
            sources.push((name, lines, written));
        }
        let mut written = 0;
        for phrase in &phrases::expand(phrases::BUILT_IN) {
            for id in numbers.of_line(phrase) {
                out.write_all(&id.to_le_bytes())?;
                written += 1;
            }
        }
        segments.push((written, phrases::WEIGHT));
        let mut file = out.into_inner().map_err(|e| e.into_error())?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Spool { file, segments, words: numbers.words, sources })
    }

    /// The frequent words, most frequent first, and for each provisional number its id.
    fn vocabulary(&self, min_word: u64) -> (Vocabulary, Vec<WordId>) {
        let mut frequent: Vec<&(String, u64)> = self.words.iter().filter(|(_, n)| *n >= min_word).collect();
        frequent.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let vocabulary = Vocabulary::new(frequent.iter().map(|(w, _)| w.as_str()));
        let fixed = 0..FIXED.len() as WordId;
        let ids = self.words.iter().map(|(w, _)| vocabulary.id(w).unwrap_or(UNKNOWN));
        let renumbered = fixed.chain(ids).collect();
        (vocabulary, renumbered)
    }

    /// All n-grams of order 4 with the last word as the highest part of the key, and the weighted number of tokens.
    fn ngrams(self, renumbered: &[WordId]) -> Result<(Merged, u64)> {
        let mut sorter = Sorter::new(SORT_CAPACITY);
        let mut reader = BufReader::with_capacity(1 << 20, self.file);
        let mut total = 0u64;
        for (length, weight) in self.segments {
            let mut before = [NONE, NONE, START];
            for _ in 0..length {
                let mut raw = [0u8; 4];
                reader.read_exact(&mut raw)?;
                let id = renumbered[u32::from_le_bytes(raw) as usize];
                let key = [id, before[2], before[1], before[0]].iter().fold(0, |k, w| k << 16 | u64::from(*w));
                sorter.push(Record { key, adjusted: weight, seen: weight })?;
                total += u64::from(weight);
                before = if id == START { [NONE, NONE, START] } else { [before[1], before[2], id] };
            }
        }
        Ok((sorter.finish()?, total))
    }
}

/// Provisional numbers of words in order of appearance, from `FIXED.len()` on.
#[derive(Default)]
struct Numbers {
    words: Vec<(String, u64)>,
    /// Normal form → number.
    of_normal: HashMap<String, u32>,
    /// Spelling as printed → number; saves normalising the same spelling again.
    of_spelling: HashMap<String, u32>,
}

impl Numbers {
    fn of_line(&mut self, line: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut previous = Some(Kind::Boundary);
        for token in tokens(line) {
            if !counts_for_model(token.kind, previous) {
                continue;
            }
            previous = Some(token.kind);
            ids.push(match token.kind {
                Kind::Word => self.of_word(&line[token.span]),
                Kind::Number => u32::from(NUMBER),
                Kind::Comma => u32::from(COMMA),
                Kind::Slash => u32::from(SLASH),
                Kind::Boundary => u32::from(START),
            });
        }
        if previous != Some(Kind::Boundary) {
            ids.push(u32::from(START));
        }
        ids
    }

    fn of_word(&mut self, spelling: &str) -> u32 {
        let number = match self.of_spelling.get(spelling) {
            Some(&number) => number,
            None => {
                let normal = normal(spelling);
                let next = (FIXED.len() + self.words.len()) as u32;
                let number = *self.of_normal.entry(normal.clone()).or_insert(next);
                if number == next {
                    self.words.push((normal, 0));
                }
                self.of_spelling.insert(spelling.to_owned(), number);
                number
            }
        };
        self.words[number as usize - FIXED.len()].1 += 1;
        number
    }
}

/// One pass over the sorted 4-grams: the words in front of each shorter n-gram are counted as its group goes by.
struct Adjust {
    /// For order 1, 2, 3 the n-gram whose group is open (key without the words in front), its adjusted count, occurrences.
    open: [Option<Record>; 3],
    unigrams: Vec<Record>,
    higher: Vec<Sorter>,
    counts_of_counts: [[u64; 4]; ORDER],
}

impl Adjust {
    fn new(words: usize) -> Adjust {
        Adjust {
            open: [None; 3],
            unigrams: (0..words as u64).map(|key| Record { key, adjusted: 0, seen: 0 }).collect(),
            higher: (2..=ORDER).map(|_| Sorter::new(SORT_CAPACITY)).collect(),
            counts_of_counts: [[0; 4]; ORDER],
        }
    }

    fn run(&mut self, mut merged: Merged) -> Result<()> {
        while let Some(gram) = merged.next()? {
            // A group closes when its n-gram changes; a new shorter n-gram means new longer ones as well.
            for order in (1..ORDER).rev() {
                let key = gram.key >> (16 * (ORDER - order));
                if self.open[order - 1].is_some_and(|open| open.key != key) {
                    self.close(order)?;
                }
            }
            let mut is_new = true;
            for order in (1..=ORDER).rev() {
                if order == ORDER {
                    self.add(ORDER, gram)?;
                } else {
                    is_new = self.front(order, gram, is_new);
                }
            }
        }
        for order in (1..ORDER).rev() {
            self.close(order)?;
        }
        Ok(())
    }

    /// Counts `gram` towards its ending of length `order`; `longer_is_new`: whether the ending one word longer is seen
    /// for the first time. Returns the same for this ending.
    fn front(&mut self, order: usize, gram: Record, longer_is_new: bool) -> bool {
        let key = gram.key >> (16 * (ORDER - order));
        let front = (gram.key >> (16 * (ORDER - order - 1))) & 0xffff;
        // Nothing can stand before the start of a sentence: such n-grams keep their occurrences.
        let more = if front == u64::from(NONE) { gram.seen } else { u32::from(longer_is_new) };
        match &mut self.open[order - 1] {
            Some(open) => {
                open.adjusted = open.adjusted.saturating_add(more);
                open.seen = open.seen.saturating_add(gram.seen);
                false
            }
            none => {
                *none = Some(Record { key, adjusted: more, seen: gram.seen });
                true
            }
        }
    }

    fn close(&mut self, order: usize) -> Result<()> {
        match self.open[order - 1].take() {
            Some(gram) => self.add(order, gram),
            None => Ok(()),
        }
    }

    /// Takes a finished n-gram (last word highest) and files it with its first word highest.
    fn add(&mut self, order: usize, gram: Record) -> Result<()> {
        let words = (0..order).map(|i| gram.key >> (16 * i) & 0xffff);
        let (first, key) = words.fold((None, 0), |(first, k), w| (first.or(Some(w)), k << 16 | w));
        if order > 1 && first == Some(u64::from(NONE)) {
            return Ok(());
        }
        if let Some(n) = self.counts_of_counts[order - 1].get_mut((gram.adjusted as usize).wrapping_sub(1)) {
            *n += 1;
        }
        if order == 1 {
            self.unigrams[key as usize] = Record { key, ..gram };
            Ok(())
        } else {
            self.higher[order - 2].push(Record { key, ..gram })
        }
    }
}
