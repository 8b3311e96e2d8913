//! The best way through a lattice, and how sure each step of it is.
//!
//! in: a [`Lattice`], the language model, what the document prefers → out: one arc per token covered, with posteriors.
//! Promises: linear in the number of tokens; never fails: a lattice without arcs gives an empty path.
//! The Viterbi algorithm over a beam of contexts that the model can tell apart: the best score of a context is the best over all
//! arcs that lead to it of (score before + ln P(word | context before) − cost of the arc + what the document favours).
//! Posteriors by the forward–backward algorithm over the same beam. (Viterbi 1967; Rabiner 1989.)

use super::lattice::{Arc, Lattice};
use super::model::vocabulary::{NONE, START, WordId};
use super::model::{Context, Model};

/// How wide to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Contexts kept after each token.
    pub beam: usize,
    /// Contexts this many nats worse than the best are dropped.
    pub margin: f32,
}

/// Posteriors are computed from scores times this: n-gram and channel costs overlap, and full scores are too sure.
const SHARPNESS: f32 = 0.7;

/// Readings less likely than this after the first pass are not looked at again …
const HOPELESS: f32 = 1e-4;
/// … unless the document's own words give them at least this many nats.
const FAVOURED: f32 = 0.5;

/// Result of decoding one lattice.
#[derive(Debug, Clone, Default)]
pub struct Decoded {
    /// Slot and arc of each step of the best path.
    pub path: Vec<(usize, usize)>,
    /// Posterior of each arc of the lattice, 0..=1.
    pub posterior: Vec<f32>,
}

/// A context reached at a position.
struct Node {
    context: Context,
    score: f32,
    /// Best way here: node at its position, arc.
    from: Option<(usize, usize, usize)>,
    /// Log of the sum over all ways here, and from here to the end, of their sharpened weights.
    forward: f32,
    backward: f32,
}

/// A step between two kept nodes.
struct Link {
    from: (usize, usize),
    to: (usize, usize),
    arc: usize,
    weight: f32,
}

/// An arc taken from a node, before contexts that are the same are merged.
struct Step {
    key: u64,
    context: Context,
    score: f32,
    from: (usize, usize),
    arc: usize,
    gain: f32,
}

/// Decodes one lattice. `favour`: what each word gains in this document, in nats (empty: nothing).
pub fn decode(lattice: &Lattice, model: &Model, favour: &[f32], search: Search) -> Decoded {
    let length = lattice.slots.len();
    let mut nodes: Vec<Vec<Node>> = (0..=length).map(|_| Vec::new()).collect();
    let mut steps: Vec<Vec<Step>> = (0..=length).map(|_| Vec::new()).collect();
    let mut links = Vec::new();
    let mut reached = vec![f32::NEG_INFINITY; length + 1];
    nodes[0].push(Node { context: model.start(), score: 0.0, from: None, forward: 0.0, backward: 0.0 });
    for at in 0..=length {
        if at > 0 {
            let arrived = std::mem::take(&mut steps[at]);
            nodes[at] = settle(arrived, at, search, &nodes, &mut links);
        }
        let Some(slot) = lattice.slots.get(at) else { break };
        for index in slot.arcs.clone() {
            let arc = &lattice.arcs[index];
            let to = at + usize::from(arc.covers);
            if to > length {
                continue;
            }
            let favoured = favour_of(favour, arc.words[0]) + favour_of(favour, arc.words[1]);
            for (n, node) in nodes[at].iter().enumerate() {
                // The language model only adds costs: what is beaten without them is dropped later anyway.
                if node.score + favoured - arc.cost < reached[to] - search.margin {
                    continue;
                }
                let (gain, context) = read(model, node.context, arc.words, to == length);
                let gain = gain + favoured - arc.cost;
                let key = context.key();
                reached[to] = reached[to].max(node.score + gain);
                steps[to].push(Step { key, context, score: node.score + gain, from: (at, n), arc: index, gain });
            }
        }
    }
    Decoded { path: best_path(&nodes), posterior: posteriors(lattice, &mut nodes, &links) }
}

/// What the language model says of one or two more words, and of the end behind them; and the context they leave.
fn read(model: &Model, context: Context, words: [WordId; 2], ends: bool) -> (f32, Context) {
    let (mut gain, mut context) = model.score(&context, words[0]);
    if words[1] != NONE {
        let (more, next) = model.score(&context, words[1]);
        gain += more;
        context = next;
    }
    if ends {
        gain += model.score(&context, START).0;
    }
    (gain, context)
}

fn favour_of(favour: &[f32], word: WordId) -> f32 {
    if word == NONE { 0.0 } else { favour.get(usize::from(word)).copied().unwrap_or(0.0) }
}

/// Merges steps that arrive in the same context, keeps the best contexts.
fn settle(mut steps: Vec<Step>, at: usize, search: Search, nodes: &[Vec<Node>], links: &mut Vec<Link>) -> Vec<Node> {
    steps.sort_unstable_by(|a, b| a.key.cmp(&b.key).then(b.score.total_cmp(&a.score)));
    let best = steps.iter().map(|s| s.score).fold(f32::NEG_INFINITY, f32::max);
    let mut groups: Vec<(f32, usize, usize)> = Vec::new();
    let mut start = 0;
    while start < steps.len() {
        let end = start + steps[start..].iter().take_while(|s| s.key == steps[start].key).count();
        if steps[start].score >= best - search.margin {
            groups.push((steps[start].score, start, end));
        }
        start = end;
    }
    if groups.len() > search.beam {
        groups.select_nth_unstable_by(search.beam, |a, b| b.0.total_cmp(&a.0));
        groups.truncate(search.beam);
        groups.sort_unstable_by_key(|g| g.1);
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(index, (score, start, end))| {
            let first = &steps[start];
            let group = &steps[start..end];
            let weight = |s: &Step| nodes[s.from.0][s.from.1].forward + SHARPNESS * s.gain;
            let forward = log_sum(group.iter().map(weight));
            let link = |s: &Step| Link { from: s.from, to: (at, index), arc: s.arc, weight: SHARPNESS * s.gain };
            links.extend(group.iter().map(link));
            let from = Some((first.from.0, first.from.1, first.arc));
            Node { context: first.context, score, from, forward, backward: f32::NEG_INFINITY }
        })
        .collect()
}

fn log_sum(terms: impl Iterator<Item = f32> + Clone) -> f32 {
    let top = terms.clone().fold(f32::NEG_INFINITY, f32::max);
    if top == f32::NEG_INFINITY {
        return top;
    }
    let mut count = 0;
    let sum: f32 = terms.inspect(|_| count += 1).map(|t| (t - top).exp()).sum();
    if count == 1 { top } else { top + sum.ln() }
}

fn best_path(nodes: &[Vec<Node>]) -> Vec<(usize, usize)> {
    let mut path = Vec::new();
    let last = nodes.len() - 1;
    let best = nodes[last].iter().enumerate().max_by(|a, b| a.1.score.total_cmp(&b.1.score));
    let mut here = best.and_then(|(_, node)| node.from);
    while let Some((at, node, arc)) = here {
        path.push((at, arc));
        here = nodes[at][node].from;
    }
    path.reverse();
    path
}

/// The share of each arc in all ways through the beam.
fn posteriors(lattice: &Lattice, nodes: &mut [Vec<Node>], links: &[Link]) -> Vec<f32> {
    let mut shares = vec![0.0; lattice.arcs.len()];
    let Some(last) = nodes.last_mut() else { return shares };
    let total = log_sum(last.iter().map(|n| n.forward));
    last.iter_mut().for_each(|n| n.backward = 0.0);
    // Links are stored in order of where they lead, so going backwards every node is complete before it is used.
    for link in links.iter().rev() {
        let ahead = nodes[link.to.0][link.to.1].backward;
        if ahead == f32::NEG_INFINITY {
            continue;
        }
        let through = ahead + link.weight;
        let node = &mut nodes[link.from.0][link.from.1];
        let (low, high) = if node.backward < through { (node.backward, through) } else { (through, node.backward) };
        node.backward = if low == f32::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() };
        shares[link.arc] += (node.forward + through - total).exp();
    }
    shares.iter_mut().for_each(|s| *s = s.clamp(0.0, 1.0));
    shares
}

/// Leaves only the readings that the first pass, or the document's own words, give a chance.
pub fn narrow(lattice: &mut Lattice, decoded: &Decoded, favour: &[f32]) {
    let has_chance = |index: usize| {
        let word = lattice.arcs[index].words[0];
        decoded.posterior[index] >= HOPELESS || favour.get(usize::from(word)).is_some_and(|f| *f > FAVOURED)
    };
    let mut arcs = Vec::with_capacity(lattice.arcs.len());
    let mut slots = lattice.slots.clone();
    for slot in &mut slots {
        let from = arcs.len();
        arcs.extend(slot.arcs.clone().filter(|i| has_chance(*i)).map(|i| lattice.arcs[i]));
        // without an arc of its own a token could not be passed
        if !arcs[from..].iter().any(|a: &Arc| a.covers == 1) {
            arcs.truncate(from);
            arcs.extend(lattice.arcs[slot.arcs.clone()].iter().copied());
        }
        slot.arcs = from..arcs.len();
    }
    lattice.arcs = arcs;
    lattice.slots = slots;
}
