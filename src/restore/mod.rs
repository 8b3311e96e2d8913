//! Restoration: damaged Vietnamese becomes what the paper said.
//!
//! in: [`Text`] as read → out: [`Restored`]: the text line for line, every change an [`Edit`] with its probability.
//! Promises: numbers, dates, e-mail and web addresses, spacing and punctuation stay; as many lines as before; any Unicode
//! is fine; a second run changes nothing it was sure of. Leaves out: joining the halves of broken numbers.
//!
//! A noisy channel: of all the words w that the paper may have said, those with the least cost −ln P(w) − ln P(read | w) are
//! taken. The first term is the language model's ([`model`]), the second that of the channel (`channel`); both are nats.
//!
//! ```text
//! lines ─▶ classify ─▶ segment ─▶ propose (candidates, channel) ─▶ lattice ─▶ decode (Viterbi) ─┬─▶ second opinion ─▶ rewrite
//!                                    ▲                                                        │
//!                                    └──── adapt: what the document says of its own words ◀───┘ once
//! ```

mod adapt;
mod candidates;
mod channel;
mod classify;
mod decode;
mod garbled;
mod lattice;
pub mod model;
mod opinion;
mod propose;
mod protect;
mod rewrite;
mod segment;
#[cfg(test)]
mod tests;
pub mod token;
mod trie;

pub use classify::LineJudgement;

use crate::error::Result;
use crate::text::{Span, Text};
use candidates::Candidates;
use channel::vietnamese::Slips;
use decode::{Decoded, Search};
use garbled::Garble;
use lattice::Lattice;
use model::Model;
use opinion::Opinion;
use propose::Page;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The model that comes with the program.
static BUILT_IN: &[u8] = include_bytes!("../../dictionaries/model/vi.bin");

/// How wide the decoder searches.
const SEARCH: Search = Search { beam: 16, margin: 8.0 };

/// Restores damaged Vietnamese.
pub struct Restorer {
    model: Model,
    candidates: Candidates,
    slips: Slips,
    /// Made when the first garbled text comes.
    garble: OnceLock<Garble>,
    /// Made when the first text comes that is not restored fast.
    opinion: OnceLock<Option<Opinion>>,
}

/// How a text is restored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// An OCR engine with a Vietnamese model read it; words with boxes are known to be read anyway.
    pub read: bool,
    /// Without a second opinion on doubtful words: some times as fast, a fifth more errors.
    pub fast: bool,
}

/// A restored text.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// The text; its edits are the changes.
    pub text: Text,
    /// For every line what it was.
    pub lines: Vec<LineJudgement>,
    /// Every word that was looked at, where it stands now, and the probability that it is right.
    pub words: Vec<Sureness>,
}

/// How sure a word is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sureness {
    /// The word in the restored text.
    pub span: Span,
    /// Posterior probability, 0..=1.
    pub confidence: f32,
}

impl Restorer {
    /// With the built-in model. The first call takes some ten milliseconds.
    ///
    /// # Errors
    /// When the built-in model is damaged, which the tests rule out.
    pub fn builtin() -> Result<&'static Arc<Restorer>> {
        static RESTORER: OnceLock<Arc<Restorer>> = OnceLock::new();
        if let Some(ready) = RESTORER.get() {
            return Ok(ready);
        }
        let restorer = Arc::new(Restorer::new(Model::from_static(BUILT_IN)?));
        Ok(RESTORER.get_or_init(|| restorer))
    }

    /// With a model of one's own.
    pub fn load(model: &Path) -> Result<Restorer> {
        Ok(Restorer::new(Model::open(model)?))
    }

    fn new(model: Model) -> Restorer {
        let candidates = Candidates::new(&model);
        Restorer { model, candidates, slips: Slips::builtin(), garble: OnceLock::new(), opinion: OnceLock::new() }
    }

    /// Sixteen hex digits that change with the models.
    pub fn fingerprint(&self) -> String {
        let both = Sha256::new().chain_update(self.model.sha256()).chain_update(opinion::BUILT_IN).finalize();
        both[..8].iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The language model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Restores a text. Linear in its length.
    ///
    /// # Examples
    /// ```
    /// use congvan::restore::Restorer;
    /// use congvan::text::Text;
    ///
    /// let restored = Restorer::builtin()?.restore(&Text::plain("Uy ban nhan dan quan bao cao so 5"));
    /// assert_eq!(restored.text.as_str(), "Ủy ban nhân dân quận báo cáo số 5\n");
    /// let first = &restored.text.edits()[0];
    /// assert_eq!((first.was.as_str(), first.now.as_str()), ("Uy", "Ủy"));
    /// # Ok::<(), congvan::Error>(())
    /// ```
    pub fn restore(&self, text: &Text) -> Restored {
        self.restore_as(text, Manner::default())
    }

    /// Restores a text in another manner than the usual one.
    pub fn restore_as(&self, text: &Text, manner: Manner) -> Restored {
        let lines = text.lines();
        let mut page = Page::of(text, &lines, manner.read, &self.candidates);
        let segments = segment::segments(text.as_str(), &lines, &page.states);
        let mut lattices: Vec<Lattice> = segments.iter().map(|segment| self.propose(&page, segment)).collect();
        let mut decoded = self.decode(&lattices, &[]);

        let favour = adapt::favour(&self.model, &lattices, &decoded);
        if !favour.is_empty() {
            let garble = self.garble.get().filter(|_| page.states.contains(&LineJudgement::Garbled));
            if let Some(garble) = garble {
                // how this document's letters are read opens other readings, so all are proposed anew
                page.seen = garble.adapted(adapt::sure_pairs(text, &lattices, &decoded).into_iter());
                lattices = segments.iter().map(|segment| self.propose(&page, segment)).collect();
            } else {
                lattices.iter_mut().zip(&decoded).for_each(|(l, first)| decode::narrow(l, first, &favour));
            }
            decoded = self.decode(&lattices, &favour);
        }

        if !manner.fast
            && let Some(opinion) = self.opinion()
        {
            opinion.reconsider(text, &self.model, &lattices, &mut decoded);
        }
        let (text, words) = rewrite::rewrite(text, &self.model, &lattices, &decoded);
        Restored { text, lines: page.states, words }
    }

    /// The net, made on first use. The one in the binary is sound: a test reads it.
    fn opinion(&self) -> Option<&Opinion> {
        self.opinion.get_or_init(|| Opinion::new(&self.model).ok()).as_ref()
    }

    fn decode(&self, lattices: &[Lattice], favour: &[f32]) -> Vec<Decoded> {
        lattices.par_iter().map(|lattice| decode::decode(lattice, &self.model, favour, SEARCH)).collect()
    }
}
