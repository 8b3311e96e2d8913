//! The language model: how likely is a word after the words before it.
//!
//! in: a model file (built in, or mapped from disk) → out: [`Model`]; in: corpora → out: a model file ([`train`]).
//! Promises: reading copies nothing but the words; training is reproducible to the byte and bounded in memory.
//! Order 4, interpolated modified Kneser–Ney (Chen & Goodman 1998), pruned, 8 bits a number. A word that was not seen behind its
//! context is asked for behind the shorter one: ln P(w | a b c) = back-off(a b c) + ln P(w | b c).

pub mod corpus;
mod count;
mod external_sort;
mod file;
mod kneser_ney;
pub mod phrases;
pub mod vocabulary;

pub use corpus::Corpus;
pub use count::ORDER;

use crate::error::{Error, Result};
use file::Layout;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;
use vocabulary::{NONE, START, Vocabulary, WordId};

/// What `train` may be told.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainOptions {
    /// Words seen less often are unknown.
    pub min_word: u64,
    /// Pruning threshold: larger gives a smaller model. 1e-7 gives about 16 MB on 120 M words.
    pub threshold: f64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions { min_word: 8, threshold: 1e-7 }
    }
}

/// What a model says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Longest n-gram.
    pub order: usize,
    /// Words, fixed entries included.
    pub words: usize,
    /// N-grams of order 1, 2, 3, 4.
    pub ngrams: Vec<u64>,
    /// Weighted tokens it was trained on.
    pub tokens: u64,
    /// Pruning threshold.
    pub threshold: f64,
    /// Files it was trained on.
    pub sources: Vec<SourceAbout>,
}

/// One training file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceAbout {
    /// Base name.
    pub name: String,
    /// Lines.
    pub lines: u64,
    /// Tokens, sentence ends included.
    pub tokens: u64,
}

/// Trains a model and returns its bytes. Takes about two microseconds a token; `progress` is told how far it is.
pub fn train(corpora: &[Corpus], options: &TrainOptions, progress: &mut dyn FnMut(&str)) -> Result<Vec<u8>> {
    let mut counts = count::count(corpora, options.min_word, progress)?;
    let tables = kneser_ney::estimate(&mut counts, options.threshold, progress)?;
    let sources = counts.sources.iter().map(|(name, lines, tokens)| SourceAbout {
        name: name.clone(),
        lines: *lines,
        tokens: *tokens,
    });
    let about = About {
        order: ORDER,
        words: counts.vocabulary.len(),
        ngrams: tables.iter().map(|t| t.keys.len() as u64).collect(),
        tokens: counts.total,
        threshold: options.threshold,
        sources: sources.collect(),
    };
    let about = serde_json::to_string(&about).map_err(|e| Error::input(e.to_string()))?;
    let words: Vec<&str> = counts.vocabulary.words().map(|(_, w)| w).collect();
    let share = |seen: u32| (f64::from(seen.max(1)) / counts.total.max(1) as f64).ln() as f32;
    let shares: Vec<f32> = counts.unigrams.iter().map(|r| share(r.seen)).collect();
    Ok(file::write(&about, &words.join("\n"), &tables, &shares))
}

enum Bytes {
    Static(&'static [u8]),
    Mapped(memmap2::Mmap),
    Owned(Vec<u8>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Static(b) => b,
            Bytes::Mapped(b) => b,
            Bytes::Owned(b) => b,
        }
    }
}

/// A language model ready for questions.
pub struct Model {
    bytes: Bytes,
    layout: Layout,
    /// Its words.
    pub vocabulary: Vocabulary,
}

/// The words before a position, as far as the model can use them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Context {
    /// The last words, oldest first, right-aligned; unused places are [`NONE`].
    words: [WordId; ORDER - 1],
    /// Back-off weight of the last one, two, three words.
    back_off: [f32; ORDER - 1],
    length: u8,
}

impl Context {
    /// The last words the model can use, packed; equal keys have equal futures.
    pub fn key(&self) -> u64 {
        self.words.iter().fold(0, |k, w| k << 16 | u64::from(*w))
    }
    /// The last word, [`NONE`] where the model forgets everything.
    pub fn last(&self) -> WordId {
        self.words[ORDER - 2]
    }
}

impl Model {
    /// A model that is part of the program.
    pub fn from_static(bytes: &'static [u8]) -> Result<Model> {
        Model::new(Bytes::Static(bytes))
    }
    /// A model held in memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Model> {
        Model::new(Bytes::Owned(bytes))
    }
    /// Maps a model file.
    pub fn open(path: &Path) -> Result<Model> {
        let file = std::fs::File::open(path).map_err(|e| Error::from(e).at(path))?;
        // SAFETY: the map is read-only; a model file that is cut short while it is in use ends the process, as it would
        // for every memory-mapped file. Models are replaced by renaming, never rewritten in place.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| Error::from(e).at(path))?;
        Model::new(Bytes::Mapped(map)).map_err(|e| e.at(path))
    }

    fn new(bytes: Bytes) -> Result<Model> {
        let layout = Layout::read(&bytes)?;
        let words = std::str::from_utf8(&bytes[layout.words.clone()]).unwrap_or_default();
        let vocabulary = Vocabulary::new(words.lines());
        Ok(Model { bytes, layout, vocabulary })
    }

    /// What it was made from.
    pub fn about(&self) -> Result<About> {
        serde_json::from_slice(&self.bytes[self.layout.about.clone()]).map_err(|e| Error::input(e.to_string()))
    }
    /// Hexadecimal sha256 of the model file. Linear in its size.
    pub fn sha256(&self) -> String {
        Sha256::digest(&*self.bytes).iter().map(|b| format!("{b:02x}")).collect()
    }
    /// Size of the model file in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Log of a word's share of all words of the corpora.
    pub fn background(&self, word: WordId) -> f32 {
        self.layout.share(&self.bytes, word)
    }

    /// The start of a sentence.
    pub fn start(&self) -> Context {
        let mut words = [NONE; ORDER - 1];
        words[ORDER - 2] = START;
        Context { words, back_off: [self.layout.unigram(&self.bytes, START).1, 0.0, 0.0], length: 1 }
    }

    /// Log probability of `word` after `context`, and the context after it.
    #[inline]
    pub fn score(&self, context: &Context, word: WordId) -> (f32, Context) {
        let (mut log_p, back_off) = self.layout.unigram(&self.bytes, word);
        let mut next = Context { words: [NONE; ORDER - 1], back_off: [back_off, 0.0, 0.0], length: 1 };
        next.words[ORDER - 2] = word;
        let mut matched = 0;
        let mut key = u64::from(word);
        for n in 1..=usize::from(context.length) {
            let before = context.words[ORDER - 1 - n];
            key |= u64::from(before) << (16 * n);
            let Some((p, back_off)) = self.layout.find(&self.bytes, n + 1, key) else { break };
            log_p = p;
            matched = n;
            if n + 1 < ORDER {
                next.words[ORDER - 2 - n] = before;
                next.back_off[n] = back_off;
                next.length = n as u8 + 1;
            }
        }
        log_p += context.back_off[matched..usize::from(context.length)].iter().sum::<f32>();
        (log_p, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::FIXED;

    fn trained(folder: &Path) -> Vec<u8> {
        let corpus = Corpus { path: folder.to_path_buf(), weight: 1 };
        train(&[corpus], &TrainOptions { min_word: 1, threshold: 0.0 }, &mut |_| ()).unwrap()
    }

    #[test]
    fn probabilities_add_up_and_training_repeats() {
        let folder = tempfile::tempdir().unwrap();
        let lines =
            "Ủy ban nhân dân quận giao phòng Nội vụ.\nPhòng Nội vụ báo cáo Ủy ban nhân dân quận, trước ngày 15.\n";
        std::fs::write(folder.path().join("a.txt"), lines.repeat(5)).unwrap();
        let bytes = trained(folder.path());
        assert_eq!(bytes, trained(folder.path()));
        let model = Model::from_bytes(bytes).unwrap();
        let id = |w: &str| model.vocabulary.id(w).unwrap();
        let mut context = model.start();
        for word in ["ủy", "ban", "nhân"] {
            let words = FIXED.len() as WordId..model.vocabulary.len() as WordId;
            let sum: f32 = (1..FIXED.len() as WordId).chain(words).map(|w| model.score(&context, w).0.exp()).sum();
            assert!((sum - 1.0).abs() < 0.15, "{word}: {sum}");
            context = model.score(&context, id(word)).1;
        }
        assert!(model.score(&context, id("dân")).0 > model.score(&context, id("quận")).0 + 1.0);
        assert_eq!(model.about().unwrap().order, 4);
    }

    #[test]
    fn a_folder_without_text_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let corpus = Corpus { path: folder.path().to_path_buf(), weight: 1 };
        assert!(train(&[corpus], &TrainOptions::default(), &mut |_| ()).is_err());
    }
}
