//! Restoration: damaged Vietnamese becomes what the paper said.
//!
//! in: [`Text`] as read → out: [`Restored`]: the text line for line, every change an [`Edit`] with its probability.
//! Promises: numbers, dates, e-mail and web addresses, spacing and punctuation stay; as many lines as before; any Unicode
//! is fine; a second run changes nothing it was sure of. Leaves out: joining the halves of broken numbers.
//!
//! ```text
//! lines ─▶ judge ─▶ stretch ─▶ lattice ─▶ decode ─▶ adapt ─▶ decode again ─▶ second opinion ─▶ edits
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
mod protect;
mod segment;

#[cfg(test)]
mod tests;
pub mod token;
mod trie;

pub use classify::LineJudgement;

use crate::error::Result;
use crate::text::fold::bare;
use crate::text::{Edit, Span, Text};
use candidates::Readings;
use channel::vietnamese::Slips;
use decode::{Decoded, Search};
use garbled::{Garble, Reading, Seen};
use lattice::{Arc, Lattice, Output, copy_case};
use model::Model;
use model::vocabulary::{COMMA, NONE, NUMBER, SLASH, UNKNOWN, normal};
use opinion::Opinion;
use segment::Piece;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::OnceLock;
use token::Kind;

/// The model that comes with the program.
static BUILT_IN: &[u8] = include_bytes!("../../dictionaries/model/vi.bin");

/// Cost in nats of changing a word of clean text that nobody misread.
const KEEP_CLEAN: f32 = 9.0;
/// The same where an OCR engine read it, on top of what its slip costs.
const KEEP_READ: f32 = 0.5;
/// Cost of keeping a word with marks that no text has, where an OCR engine read it: it is hardly a foreign name, of which the
/// model's unknown words mostly are.
const KEEP_UNHEARD: f32 = 4.0;
/// A change less sure than this is not made in clean text.
const SURE_CHANGE: f32 = 0.9;
/// A word of garbled text less sure than this shows nothing of how its letters are read.
const SURE_PAIR: f32 = 0.9;
/// How wide the decoder searches.
const SEARCH: Search = Search { beam: 16, margin: 8.0 };
/// Readings less likely than this after the first pass are not looked at again.
const HOPELESS: f32 = 1e-4;

/// Restores damaged Vietnamese.
pub struct Restorer {
    model: Model,
    readings: Readings,
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
    pub fn builtin() -> Result<&'static Restorer> {
        static RESTORER: OnceLock<Restorer> = OnceLock::new();
        if let Some(ready) = RESTORER.get() {
            return Ok(ready);
        }
        let restorer = Restorer::new(Model::from_static(BUILT_IN)?);
        Ok(RESTORER.get_or_init(|| restorer))
    }

    /// With a model of one's own.
    pub fn load(model: &Path) -> Result<Restorer> {
        Ok(Restorer::new(Model::open(model)?))
    }

    fn new(model: Model) -> Restorer {
        let readings = Readings::new(&model);
        Restorer { model, readings, slips: Slips::builtin(), garble: OnceLock::new(), opinion: OnceLock::new() }
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
    pub fn restore(&self, text: &Text) -> Restored {
        self.restore_as(text, Manner::default())
    }

    /// Restores a text in another manner than the usual one.
    pub fn restore_as(&self, text: &Text, Manner { read, fast }: Manner) -> Restored {
        let content = text.as_str();
        let spans = text.lines();
        let lines: Vec<&str> = spans.iter().map(|s| &content[s.range()]).collect();
        let judged = classify::judge(&lines, &self.readings.syllables);
        let mut page =
            Page { text, judged: &judged, read, protected: protected(&lines, &spans), seen: Seen::default() };
        let stretches = segment::stretches(content, &spans, &judged);
        let mut lattices: Vec<Lattice> = stretches.iter().map(|s| self.lattice(&page, s)).collect();
        let first = self.decode(&lattices, &[]);
        let words = lattices.iter().zip(&first).flat_map(|(lattice, decoded)| {
            decoded.path.iter().map(|(_, arc)| (lattice.arcs[*arc].words[0], decoded.posterior[*arc]))
        });
        let favour = adapt::favour(&self.model, words);
        let mut decoded = if favour.is_empty() {
            first
        } else if let Some(garble) = self.garble.get().filter(|_| judged.contains(&LineJudgement::Garbled)) {
            page.seen = garble.adapted(sure_pairs(text, &lattices, &first).into_iter());
            lattices = stretches.iter().map(|s| self.lattice(&page, s)).collect();
            self.decode(&lattices, &favour)
        } else {
            lattices.iter_mut().zip(&first).for_each(|(lattice, decoded)| narrow(lattice, decoded, &favour));
            self.decode(&lattices, &favour)
        };
        if !fast && let Some(opinion) = self.opinion() {
            opinion.reconsider(text, &self.model, &lattices, &mut decoded);
        }
        let (text, words) = rewrite(text, &self.model, &lattices, &decoded);
        Restored { text, lines: judged, words }
    }

    /// The net, made on first use. The one in the binary is sound: a test reads it.
    fn opinion(&self) -> Option<&Opinion> {
        self.opinion.get_or_init(|| Opinion::new(&self.model).ok()).as_ref()
    }

    fn decode(&self, lattices: &[Lattice], favour: &[f32]) -> Vec<Decoded> {
        lattices.iter().map(|lattice| decode::decode(lattice, &self.model, favour, SEARCH)).collect()
    }

    fn lattice(&self, page: &Page, stretch: &[Piece]) -> Lattice {
        let mut lattice = Lattice::default();
        for (index, piece) in stretch.iter().enumerate() {
            let arcs = match piece.kind {
                Kind::Comma => vec![Arc::keep(COMMA, 0.0)],
                Kind::Slash => vec![Arc::keep(SLASH, 0.0)],
                Kind::Word | Kind::Number if page.is_garbled(piece) => {
                    let readings = self.garbled(page, piece, stretch.get(index + 1));
                    readings.into_iter().map(|reading| lattice.written(reading)).collect()
                }
                Kind::Number | Kind::Boundary => vec![Arc::keep(NUMBER, 0.0)],
                Kind::Word => self.word(page, piece),
            };
            lattice.push(piece.span, arcs);
        }
        lattice
    }

    /// Readings of a piece of a garbled line, alone and together with the next piece.
    fn garbled(&self, page: &Page, piece: &Piece, next: Option<&Piece>) -> Vec<Reading> {
        let garble = self.garble.get_or_init(|| Garble::new(&self.model));
        let observed = page.text.slice(piece.span);
        let mut readings = match piece.kind {
            Kind::Number => garble.number(observed, &page.seen),
            _ if page.is_list_letter(piece.span) => {
                let own = self.model.vocabulary.id(&normal(observed)).unwrap_or(UNKNOWN);
                return vec![(Arc::keep(own, 0.0), None)];
            }
            _ => garble.word(observed, &self.model, &page.seen),
        };
        let neighbour = next.filter(|n| n.line == piece.line && page.is_blank(piece.span.end, n.span.start));
        if let Some(next) =
            neighbour.filter(|n| n.kind == Kind::Word || (n.kind == Kind::Number && piece.kind == Kind::Word))
        {
            readings.extend(garble.merged(observed, page.text.slice(next.span), &page.seen));
        }
        readings
    }

    /// Readings of one word.
    fn word(&self, page: &Page, piece: &Piece) -> Vec<Arc> {
        let observed = &page.text.as_str()[piece.span.range()];
        let own = self.model.vocabulary.id(&normal(observed));
        let mut keep = Arc::keep(own.unwrap_or(UNKNOWN), 0.0);
        let judgement = page.judged[piece.line];
        if judgement == LineJudgement::Foreign || page.is_protected(piece.span) {
            return vec![keep];
        }
        let form = bare(observed);
        let is_marked = !observed.is_ascii();
        let is_bare = !is_marked && judgement != LineJudgement::Clean;
        let was_read = page.was_read(piece.span);
        if own.is_none() && was_read && is_marked && observed.chars().count() > 2 {
            keep.cost = KEEP_UNHEARD;
        }
        let choices = page.choices(piece.span);
        let change = |id: model::vocabulary::WordId| match (is_bare, was_read) {
            (true, _) => 0.0,
            (false, true) => KEEP_READ + self.slips.cost(self.model.vocabulary.word(id), observed, choices),
            (false, false) => KEEP_CLEAN,
        };
        let mut arcs: Vec<Arc> = self
            .readings
            .of(&form)
            .iter()
            .filter(|id| Some(**id) != own)
            .map(|id| Arc { words: [*id, NONE], covers: 1, cost: change(*id), output: Output::Recase })
            .collect();
        if own.is_some() || !is_bare || arcs.is_empty() {
            arcs.push(keep);
        }
        arcs
    }
}

/// A text with what is known about it before decoding.
struct Page<'a> {
    text: &'a Text,
    judged: &'a [LineJudgement],
    /// All of it was read by an OCR engine, though no word says where.
    read: bool,
    /// Sorted spans that stay as they are.
    protected: Vec<Span>,
    /// Garbled words looked up so far.
    seen: Seen,
}

impl Page<'_> {
    fn is_garbled(&self, piece: &Piece) -> bool {
        self.judged.get(piece.line) == Some(&LineJudgement::Garbled) && !self.is_protected(piece.span)
    }
    /// Whether just one blank stands between two places.
    fn is_blank(&self, from: usize, to: usize) -> bool {
        self.text.as_str().get(from..to) == Some(" ")
    }
    /// Whether a letter numbers a list: `b) …`, or `B. …` at the start of a line.
    fn is_list_letter(&self, span: Span) -> bool {
        let (before, after) = (&self.text.as_str()[..span.start], &self.text.as_str()[span.end..]);
        let begins = before.trim_end_matches([' ', '\t']).ends_with('\n') || before.trim().is_empty();
        let capital = self.text.slice(span).chars().all(char::is_uppercase);
        span.len() == 1 && (after.starts_with(')') || begins && capital && after.starts_with('.'))
    }
    fn is_protected(&self, span: Span) -> bool {
        let next = self.protected.partition_point(|p| p.end <= span.start);
        self.protected.get(next).is_some_and(|p| p.overlaps(span))
    }
    /// What else the engine weighed for each letter of a word; empty where nothing is known.
    fn choices(&self, span: Span) -> &[Vec<(String, f32)>] {
        let Some(origin) = self.text.origins_in(span).first() else { return &[] };
        let before = self.text.as_str()[origin.span.start..span.start.max(origin.span.start)].chars().count();
        origin.choices.get(before..).unwrap_or_default()
    }
    /// Whether an OCR engine of ours read it.
    fn was_read(&self, span: Span) -> bool {
        self.read || self.text.origins_in(span).first().is_some_and(|o| o.bbox.is_some())
    }
}

fn protected(lines: &[&str], spans: &[Span]) -> Vec<Span> {
    let ranges = |(line, span): (&&str, &Span)| {
        let start = span.start;
        protect::protected(line).into_iter().map(move |r| Span::new(r.start + start, r.end + start))
    };
    lines.iter().zip(spans).flat_map(ranges).collect()
}

/// Words written and read of garbled text of which the first pass is sure.
fn sure_pairs<'a>(text: &'a Text, lattices: &'a [Lattice], decoded: &[Decoded]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    for (lattice, decoded) in lattices.iter().zip(decoded) {
        for &(at, index) in &decoded.path {
            let arc = &lattice.arcs[index];
            let read = text.slice(lattice.slots[at].span);
            let written = match arc.output {
                Output::Text(t) => lattice.texts[t as usize].as_str(),
                _ => read,
            };
            if arc.covers == 1 && decoded.posterior[index] >= SURE_PAIR {
                pairs.push((written, read));
            }
        }
    }
    pairs
}

/// Leaves only the readings that the first pass, or the document's own words, give a chance.
fn narrow(lattice: &mut Lattice, decoded: &Decoded, favour: &[f32]) {
    let has_chance = |index: usize| {
        let word = lattice.arcs[index].words[0];
        decoded.posterior[index] >= HOPELESS || favour.get(usize::from(word)).is_some_and(|f| *f > 0.5)
    };
    let mut arcs = Vec::with_capacity(lattice.arcs.len());
    let mut slots = lattice.slots.clone();
    for slot in &mut slots {
        let from = arcs.len();
        arcs.extend(slot.arcs.clone().filter(|i| has_chance(*i)).map(|i| lattice.arcs[i]));
        if !arcs[from..].iter().any(|a: &Arc| a.covers == 1) {
            arcs.truncate(from);
            arcs.extend(lattice.arcs[slot.arcs.clone()].iter().copied());
        }
        slot.arcs = from..arcs.len();
    }
    lattice.arcs = arcs;
    lattice.slots = slots;
}

/// Turns the best paths into edits.
fn rewrite(text: &Text, model: &Model, lattices: &[Lattice], decoded: &[Decoded]) -> (Text, Vec<Sureness>) {
    let mut edits = Vec::new();
    let mut sure = Vec::new();
    let mut grown = 0isize;
    for (lattice, decoded) in lattices.iter().zip(decoded) {
        for &(at, index) in &decoded.path {
            let arc = &lattice.arcs[index];
            let last = &lattice.slots[at + usize::from(arc.covers) - 1];
            let span = lattice.slots[at].span.cover(last.span);
            let was = text.slice(span);
            let now = match arc.output {
                Output::Keep => None,
                Output::Recase => Some(copy_case(model.vocabulary.word(arc.words[0]), was)),
                Output::Text(t) => Some(lattice.texts[t as usize].clone()),
            };
            let confidence = decoded.posterior[index];
            let (now, confidence) = match arc.output {
                // what stands in a clean text is right unless there is hardly a doubt that it is not
                Output::Recase if arc.cost >= KEEP_CLEAN && confidence < SURE_CHANGE => (None, 1.0 - confidence),
                _ => (now, confidence),
            };
            let start = span.start.saturating_add_signed(grown);
            let length = now.as_ref().map_or(span.len(), String::len);
            if arc.words[0] >= model::vocabulary::FIXED.len() as u16 || arc.words[0] == UNKNOWN {
                sure.push(Sureness { span: Span::new(start, start + length), confidence });
            }
            if let Some(now) = now.filter(|now| now != was) {
                grown += now.len() as isize - span.len() as isize;
                edits.push(Edit { span, was: was.to_owned(), now, confidence });
            }
        }
    }
    (text.edited(&edits), sure)
}
