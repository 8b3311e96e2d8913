//! A second opinion on doubtful words, from a net that sees the words before and behind, farther than the language model does: a
//! masked language model (Devlin et al. 2019) rescores the lattice at the places in doubt.
//!
//! in: lattices with their first reading → out: the same with other words on the path where the net is sure, and posteriors
//! that hold both opinions.
//! The score of a reading is ln P(first reading) + weight · fit(net) − 0.6 · cost; the shares of all readings of the place stay.
//! Promises: only words the first reading was not sure of change, and only into other readings of the same lattice.

mod net;

use super::decode::Decoded;
use super::lattice::{Lattice, Output};
use super::model::Model;
use super::model::vocabulary::{self, NONE, WordId};
use crate::error::Result;
use crate::text::Text;
use crate::text::fold::bare;
use net::{Net, Shown};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::ops::Range;

/// The net that comes with the program.
pub static BUILT_IN: &[u8] = include_bytes!("../../../dictionaries/model/opinion.bin");

/// The net is asked about words of which the first reading is less sure than this.
const DOUBTFUL: f32 = 0.9;
/// Readings less likely than this are not put to it.
const LEAST: f32 = 1e-4;
/// Weight of the net against the first reading where it knows the word without its marks, and where it knows nothing.
const WEIGHTS: (f32, f32) = (0.7, 0.4);
/// Weight of what a reading costs, once more: two opinions on what fits here would outvote what was seen.
const SEEN_AGAIN: f32 = 0.6;
/// Words a question sees at least on either side, where the text has as many.
const SIGHT: usize = 32;

/// The net with the words of a language model.
pub struct Opinion {
    net: Net,
    /// Per word of the model its number to the net.
    words: Vec<net::Word>,
}

/// A place of the text in reading order.
struct Place {
    shown: Shown,
    /// Lattice and step of its path.
    step: Option<(usize, usize)>,
}

/// A doubtful place: where it stands, and the readings to choose from.
struct Doubt {
    place: usize,
    arcs: Vec<usize>,
    /// Weight of the net.
    weight: f32,
}

impl Opinion {
    /// The net that comes with the program, for a language model.
    ///
    /// # Errors
    /// When the net is damaged, which the tests rule out.
    pub fn new(model: &Model) -> Result<Opinion> {
        let net = Net::parse(BUILT_IN)?;
        let mut words: Vec<net::Word> = vec![net::HIDDEN, net::END, net::UNKNOWN, net::NUMBER, net::COMMA, net::SLASH];
        words.extend(model.vocabulary.words().map(|(_, word)| net.word(word)));
        Ok(Opinion { net, words })
    }

    /// Reconsiders the doubtful words of a text. What the net sees is settled before it is asked, so its windows are read on all
    /// cores; the words are then chosen in their order.
    pub fn reconsider(&self, text: &Text, model: &Model, lattices: &[Lattice], decoded: &mut [Decoded]) {
        let mut places = self.places(text, lattices, decoded);
        let doubts = self.doubts(model, lattices, decoded, &mut places);
        let shown: Vec<Shown> = places.iter().map(|p| p.shown).collect();
        let ask = |(window, doubts): &(Range<usize>, &[Doubt])| {
            let asked: Vec<usize> = doubts.iter().map(|d| d.place - window.start).collect();
            self.net.read(&shown[window.clone()], &asked)
        };
        let windows = windows(&doubts, shown.len(), self.net.places);
        let answers: Vec<Vec<f32>> = windows.par_iter().map(ask).collect();
        for ((_, doubts), vectors) in windows.iter().zip(&answers) {
            for (doubt, vector) in doubts.iter().zip(vectors.chunks_exact(self.net.width())) {
                if let Some((lattice, step)) = places[doubt.place].step {
                    self.choose(&lattices[lattice], &mut decoded[lattice], step, doubt, vector);
                }
            }
        }
    }

    /// The words on the best paths as the net sees them, with an end behind every lattice.
    fn places(&self, text: &Text, lattices: &[Lattice], decoded: &[Decoded]) -> Vec<Place> {
        let mut places = Vec::new();
        for (l, (lattice, decoded)) in lattices.iter().zip(decoded).enumerate() {
            for (step, &(at, index)) in decoded.path.iter().enumerate() {
                let arc = &lattice.arcs[index];
                let written = match arc.output {
                    Output::Text(t) => lattice.texts[t as usize].as_str(),
                    _ => text.slice(lattice.slots[at].span),
                };
                let both = if arc.words[1] == NONE { &arc.words[..1] } else { &arc.words[..] };
                for word in both {
                    let number = self.number(*word);
                    let case = if number > net::SLASH || number == net::UNKNOWN { case_of(written) } else { 0 };
                    let step = (arc.covers == 1 && both.len() == 1).then_some((l, step));
                    places.push(Place { shown: Shown { word: number, bare: 0, case }, step });
                }
            }
            places.push(Place { shown: Shown { word: net::END, bare: 0, case: 0 }, step: None });
        }
        places
    }

    fn number(&self, word: WordId) -> net::Word {
        self.words.get(usize::from(word)).copied().unwrap_or(net::UNKNOWN)
    }

    /// The doubtful places; their words are hidden.
    fn doubts(&self, model: &Model, lattices: &[Lattice], decoded: &[Decoded], places: &mut [Place]) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        for (at, place) in places.iter_mut().enumerate() {
            let Some((l, step)) = place.step else { continue };
            let (lattice, decoded) = (&lattices[l], &decoded[l]);
            let (slot, best) = decoded.path[step];
            if decoded.posterior[best] >= DOUBTFUL {
                continue;
            }
            let is_choice = |index: &usize| {
                let arc = &lattice.arcs[*index];
                let is_known = self.number(arc.words[0]) > net::SLASH;
                is_known
                    && arc.covers == 1
                    && arc.words[1] == NONE
                    && (*index == best || decoded.posterior[*index] >= LEAST)
            };
            let arcs: Vec<usize> = lattice.slots[slot].arcs.clone().filter(is_choice).collect();
            if arcs.len() < 2 {
                continue;
            }
            let form = |index: &usize| bare(model.vocabulary.word(lattice.arcs[*index].words[0]));
            let first = form(&arcs[0]);
            let same_form = arcs.iter().all(|index| form(index) == first);
            place.shown.word = net::HIDDEN;
            place.shown.bare = if same_form { self.net.bare(&first) } else { 0 };
            doubts.push(Doubt { place: at, arcs, weight: if same_form { WEIGHTS.0 } else { WEIGHTS.1 } });
        }
        doubts
    }

    /// Weighs both opinions of one place.
    fn choose(&self, lattice: &Lattice, decoded: &mut Decoded, step: usize, doubt: &Doubt, vector: &[f32]) {
        let score = |index: &usize| {
            let arc = &lattice.arcs[*index];
            let fit = self.net.fit(vector, self.number(arc.words[0]));
            decoded.posterior[*index].max(LEAST).ln() + doubt.weight * fit - SEEN_AGAIN * arc.cost
        };
        let scores: Vec<f32> = doubt.arcs.iter().map(score).collect();
        let before: f32 = doubt.arcs.iter().map(|i| decoded.posterior[*i]).sum();
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let total: f32 = scores.iter().map(|s| (s - most).exp()).sum();
        let mut best = decoded.path[step].1;
        for (index, score) in doubt.arcs.iter().zip(&scores) {
            decoded.posterior[*index] = before * (score - most).exp() / total;
        }
        for index in &doubt.arcs {
            if decoded.posterior[*index] > decoded.posterior[best] {
                best = *index;
            }
        }
        decoded.path[step].1 = best;
    }
}

/// Windows of at most `most` places, each with the doubts that are asked about in it: those that see enough on both sides.
fn windows(mut doubts: &[Doubt], length: usize, most: usize) -> Vec<(Range<usize>, &[Doubt])> {
    let mut windows = Vec::new();
    while let Some(first) = doubts.first() {
        let end = (first.place.saturating_sub(SIGHT) + most).min(length);
        let window = end.saturating_sub(most)..end;
        let sees_enough = |d: &&Doubt| d.place < end && (d.place + SIGHT <= end || end == length);
        let count = doubts.iter().take_while(sees_enough).count().max(1);
        let (here, behind) = doubts.split_at(count);
        windows.push((window, here));
        doubts = behind;
    }
    windows
}

fn case_of(word: &str) -> u8 {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    let rest = letters.clone().next().is_some() && letters.all(char::is_uppercase);
    u8::from(first) + u8::from(first && rest)
}

const _: () = assert!(vocabulary::SLASH == net::SLASH && vocabulary::UNKNOWN == net::UNKNOWN);
