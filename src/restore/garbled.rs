//! Readings of words that a reader of another language garbled.
//!
//! in: the pieces of a segment → out: arcs: the words each may have been, alone, split in two, or together with the next.
//! Promises: what stands there is always among the readings; numbers longer than three digits are never words.
//! Costs are nats of the channel, weighed against the language model by the decoder.

use super::channel::english::Channel;
use super::lattice::{Arc, Output};
use super::model::Model;
use super::model::phrases::ABBREVIATIONS;
use super::model::vocabulary::{NONE, NUMBER, UNKNOWN, normal};
use super::trie::{Case, Entry, Found, Trie};
use crate::text::spelling::is_syllable;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

static UNITS: &str = include_str!("../../dictionaries/ocr/eng.tsv");
static WORDS: &str = include_str!("../../dictionaries/ocr/eng.words.tsv");

/// Weight of the channel against the language model.
const WEIGHT: f32 = 0.7;
/// Cost of taking one word for two or two for one.
const RECUT: f32 = 6.0;
/// Words whose best reading costs less are not cut anew.
const GOOD: f32 = 5.0;
/// Most readings of each half of a cut word.
const HALVES: usize = 4;

/// Costs of leaving a word as it is.
mod keep {
    /// A word of the vocabulary that is no syllable (Windows, km).
    pub const KNOWN: f32 = 11.0;
    /// A known acronym.
    pub const ACRONYM: f32 = 4.0;
    /// An unknown word in capitals: most likely an acronym.
    pub const CAPITALS: f32 = 8.0;
    /// Any other unknown word.
    pub const UNKNOWN: f32 = 14.0;
    /// Capitals with a digit before or after (A4, Q5).
    pub const CODE: f32 = 8.0;
}
/// Cost of a number being a word, on top of the channel.
const NUMBER_IS_WORD: f32 = 1.0;
/// Extra cost of an acronym the model has never seen.
const UNSEEN_ACRONYM: f32 = 1.0;

/// Roman numerals of headings.
const NUMERALS: [&str; 20] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
    "xviii", "xix", "xx",
];

/// Cost of a Roman numeral whose strokes were read as other strokes.
const STROKES: f32 = 4.0;

/// The Roman numeral that a run of strokes stands for (IL, I1: II), unless it is written right already.
fn numeral(observed: &str, model: &Model) -> Option<Reading> {
    let stroke = |c: char| if matches!(c, '1' | 'l' | 'L' | '|' | 'T' | 'J' | '!' | 'i') { 'I' } else { c };
    let text: String = observed.chars().map(stroke).collect();
    let numeral = text.to_lowercase();
    let is_new = text != observed && observed.starts_with(char::is_uppercase) && NUMERALS.contains(&numeral.as_str());
    is_new.then(|| {
        let id = model.vocabulary.id(&numeral).unwrap_or(UNKNOWN);
        (Arc { words: [id, NONE], covers: 1, cost: STROKES, output: Output::Keep }, Some(text))
    })
}

/// Finds readings of garbled words.
pub struct Garble {
    channel: Channel,
    trie: Trie,
}

/// Readings already found in this text.
#[derive(Default)]
pub struct Seen {
    found: RefCell<HashMap<String, Rc<Vec<Found>>>>,
    /// The same for parts and joined words, of which only good readings count.
    good: RefCell<HashMap<String, Rc<Vec<Found>>>>,
    /// The text's own channel, once something is known about it.
    channel: Option<Channel>,
}

/// A reading: its arc (without output) and the words to write.
pub type Reading = (Arc, Option<String>);

impl Garble {
    /// The tables that come with the program, over the words of a model.
    pub fn new(model: &Model) -> Garble {
        let channel = Channel::new(UNITS, WORDS);
        let entry = |word: &str, capitals_only| {
            let id = model.vocabulary.id(word).unwrap_or(UNKNOWN);
            Entry { word: word.to_owned(), id, capitals_only }
        };
        let syllables = model.vocabulary.words().filter(|(_, w)| is_syllable(w)).map(|(_, w)| entry(w, false));
        let short = ABBREVIATIONS.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next());
        let acronyms = short.map(|a| entry(&normal(a), true));
        let numerals = NUMERALS.iter().map(|n| entry(n, true));
        let trie = Trie::new(syllables.chain(acronyms).chain(numerals).collect(), &channel);
        Garble { channel, trie }
    }

    /// A fresh start with the channel that sure words (printed, read) of the text show.
    pub fn adapted<'a>(&self, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Seen {
        Seen { channel: Some(self.channel.adapted(pairs)), ..Seen::default() }
    }

    fn search(&self, garbled: &str, seen: &Seen) -> Rc<Vec<Found>> {
        if let Some(found) = seen.found.borrow().get(garbled) {
            return found.clone();
        }
        let found = Rc::new(self.trie.search(garbled, seen.channel.as_ref().unwrap_or(&self.channel)));
        seen.found.borrow_mut().insert(garbled.to_owned(), found.clone());
        found
    }

    /// Readings that cost less than [`GOOD`].
    fn search_good(&self, garbled: &str, seen: &Seen) -> Rc<Vec<Found>> {
        if let Some(found) = seen.good.borrow().get(garbled) {
            return found.clone();
        }
        let channel = seen.channel.as_ref().unwrap_or(&self.channel);
        let mut found = self.trie.search_within(garbled, GOOD, channel);
        found.retain(|f| f.cost < GOOD);
        let found = Rc::new(found);
        seen.good.borrow_mut().insert(garbled.to_owned(), found.clone());
        found
    }

    fn written(&self, found: &Found) -> String {
        let word = &self.trie.entries[found.entry].word;
        match found.case {
            Case::Lower => word.clone(),
            Case::Upper => word.to_uppercase(),
            Case::Title => {
                let mut letters = word.chars();
                letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
            }
        }
    }

    fn cost(&self, found: &Found) -> f32 {
        let entry = &self.trie.entries[found.entry];
        let unseen = if entry.id == UNKNOWN { UNSEEN_ACRONYM } else { 0.0 };
        WEIGHT * found.cost + unseen
    }

    /// Readings of one garbled word.
    pub fn word(&self, observed: &str, model: &Model, seen: &Seen) -> Vec<Reading> {
        let found = self.search(observed, seen);
        let mut readings: Vec<Reading> = found.iter().map(|f| self.reading(f, observed, 0.0)).collect();
        readings.extend(found.iter().filter_map(|f| self.as_unknown(f, observed)));
        if !readings.iter().any(|(_, text)| text.is_none()) {
            readings.push((self.kept(observed, model), None));
        }
        readings.extend(numeral(observed, model));
        let best = found.first().map_or(f32::INFINITY, |f| f.cost);
        if best > GOOD && observed.chars().count() >= 4 {
            self.split(observed, seen, &mut readings);
        }
        readings
    }

    fn reading(&self, found: &Found, observed: &str, extra: f32) -> Reading {
        let text = self.written(found);
        let id = self.trie.entries[found.entry].id;
        let cost = self.cost(found) + extra;
        let output = if text == observed { Output::Keep } else { Output::Recase };
        (Arc { words: [id, NONE], covers: 1, cost, output }, (text != observed).then_some(text))
    }

    /// An acronym of the list as one more unknown word: the model has rarely met it, but no less rarely than what would be
    /// left standing.
    fn as_unknown(&self, found: &Found, observed: &str) -> Option<Reading> {
        let entry = &self.trie.entries[found.entry];
        (entry.capitals_only && entry.id != UNKNOWN).then(|| {
            let (arc, text) = self.reading(found, observed, UNSEEN_ACRONYM);
            (Arc { words: [UNKNOWN, NONE], ..arc }, text)
        })
    }

    /// The word as it stands.
    fn kept(&self, observed: &str, model: &Model) -> Arc {
        let own = model.vocabulary.id(&normal(observed));
        let (mut capitals, mut digits, mut others) = (0, 0, 0);
        for c in observed.chars() {
            match c {
                c if c.is_uppercase() => capitals += 1,
                c if c.is_numeric() => digits += 1,
                _ => others += 1,
            }
        }
        let cost = match own {
            Some(_) if capitals > 1 && others == 0 => keep::ACRONYM,
            Some(_) => keep::KNOWN,
            None if digits > 0 && others == 0 => keep::CODE,
            None if capitals > 1 && others == 0 => keep::CAPITALS,
            None => keep::UNKNOWN,
        };
        Arc::keep(own.unwrap_or(UNKNOWN), cost)
    }

    /// Two words run together.
    fn split(&self, observed: &str, seen: &Seen, readings: &mut Vec<Reading>) {
        for (at, _) in observed.char_indices().skip(1) {
            let (left, right) = observed.split_at(at);
            let lefts = self.search_good(left, seen);
            if lefts.is_empty() {
                continue;
            }
            let rights = self.search_good(right, seen);
            for l in lefts.iter().take(HALVES) {
                for r in rights.iter().take(HALVES) {
                    let ids = [self.trie.entries[l.entry].id, self.trie.entries[r.entry].id];
                    let cost = self.cost(l) + self.cost(r) + RECUT;
                    let text = format!("{} {}", self.written(l), self.written(r));
                    readings.push((Arc { words: ids, covers: 1, cost, output: Output::Keep }, Some(text)));
                }
            }
        }
    }

    /// Two neighbouring pieces read as one word.
    pub fn merged(&self, first: &str, second: &str, seen: &Seen) -> Vec<Reading> {
        if first.chars().count() + second.chars().count() > 8 {
            return Vec::new();
        }
        let is_good = |w: &str| self.search(w, seen).first().is_some_and(|f| f.cost < GOOD);
        if is_good(first) && is_good(second) {
            return Vec::new();
        }
        let whole = format!("{first}{second}");
        let found = self.search_good(&whole, seen);
        let readings = found.iter().take(HALVES * 2).map(|f| {
            let (arc, text) = self.reading(f, &whole, RECUT);
            (Arc { covers: 2, ..arc }, Some(text.unwrap_or_else(|| whole.clone())))
        });
        readings.collect()
    }

    /// Readings of a number: itself, and for up to three digits the words that look like it (161: tốt).
    pub fn number(&self, observed: &str, seen: &Seen) -> Vec<Reading> {
        let mut readings = vec![(Arc::keep(NUMBER, 0.0), None)];
        if observed.len() <= 3 && observed.bytes().all(|b| b.is_ascii_digit()) && observed.len() >= 2 {
            let found = self.search(observed, seen);
            let lower = found.iter().filter(|f| f.case == Case::Lower);
            readings.extend(lower.map(|f| self.reading(f, observed, NUMBER_IS_WORD)));
        }
        readings
    }
}
