//! Interpolated modified Kneser–Ney estimates, pruned by the difference each n-gram makes.
//!
//! in: [`Counts`] → out: one [`Table`] per order, sorted, with log probabilities and back-off weights.
//! For a word w behind a context h, with h' the context without its first word:
//!   P(w | h) = max(c(hw) − D, 0) / Σ c(h·) + γ(h) · P(w | h')
//! D is the discount of that count, γ(h) what the discounts of h left over (Chen & Goodman 1998). An n-gram is dropped when its
//! share of the text times |ln P(w | h) − ln γ(h) P(w | h')| is below a threshold (Seymore & Rosenfeld 1996).
//! Promises: every surviving n-gram has its context and its shorter endings in the tables; back-offs are recomputed after
//! pruning so that probabilities add up to one.

use super::count::{Counts, KEEP_SEEN, ORDER};
use super::external_sort::{Merged, Record};
use super::vocabulary::WordId;
use crate::error::Result;
use crate::text::fold::bare;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::HashMap;

/// The n-grams of one order.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Packed words, the first one highest; ascending.
    pub keys: Vec<u64>,
    /// Natural logarithm of the probability of the last word after the others.
    pub log_p: Vec<f32>,
    /// Natural logarithm of the back-off weight.
    pub back_off: Vec<f32>,
    /// Occurrences.
    seen: Vec<u32>,
}

impl Table {
    fn push(&mut self, key: u64, log_p: f64, seen: u32) {
        self.keys.push(key);
        self.log_p.push(log_p as f32);
        self.back_off.push(0.0);
        self.seen.push(seen);
    }
    fn find(&self, key: u64) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }
    fn retain(&mut self, keep: &[bool]) {
        let mut kept = Table::default();
        for i in (0..self.keys.len()).filter(|i| keep[*i]) {
            kept.push(self.keys[i], f64::from(self.log_p[i]), self.seen[i]);
        }
        *self = kept;
    }
}

/// Estimates all orders. `threshold`: an n-gram is dropped when its probability times the change of log probability it
/// makes is smaller.
pub fn estimate(counts: &mut Counts, threshold: f64, progress: &mut dyn FnMut(&str)) -> Result<Vec<Table>> {
    let discounts = counts.counts_of_counts.map(discounts);
    let mut tables = vec![unigrams(&counts.unigrams, discounts[0])];
    let judge = Judge::new(counts, threshold);
    let higher = std::mem::take(&mut counts.higher);
    for (index, records) in higher.into_iter().enumerate() {
        let order = index + 2;
        let table = one_order(order, records, discounts[order - 1], &mut tables, &judge)?;
        progress(&format!("order {order}: {} n-grams", table.keys.len()));
        tables.push(table);
    }
    prune(&mut tables, &judge);
    for order in 2..=ORDER {
        recompute_back_offs(&mut tables, order);
        progress(&format!("order {order}: {} n-grams after pruning", tables[order - 1].keys.len()));
    }
    Ok(tables)
}

/// The discounts of n-grams seen once, twice, three times or more; usual values where the text is too small to tell.
fn discounts(n: [u64; 4]) -> [f64; 4] {
    let [n1, n2, n3, n4] = n.map(|n| n as f64);
    if n1 == 0.0 || n2 == 0.0 || n3 == 0.0 || n4 == 0.0 {
        return [0.0, 0.5, 1.0, 1.5];
    }
    let y = n1 / (n1 + 2.0 * n2);
    [0.0, 1.0 - 2.0 * y * n2 / n1, (2.0 - 3.0 * y * n3 / n2).clamp(0.0, 2.0), (3.0 - 4.0 * y * n4 / n3).clamp(0.0, 3.0)]
}

fn unigrams(records: &[Record], discounts: [f64; 4]) -> Table {
    let total: f64 = records.iter().map(|r| f64::from(r.adjusted)).sum::<f64>().max(1.0);
    let taken = |r: &Record| discounts[(r.adjusted as usize).min(3)];
    let spare: f64 = records.iter().map(taken).sum::<f64>() / total;
    // One more place in the uniform share keeps it above zero for an empty corpus.
    let uniform = spare.max(1e-6) / (records.len() as f64 + 1.0);
    let mut table = Table::default();
    for r in records {
        table.push(r.key, ((f64::from(r.adjusted) - taken(r)) / total + uniform).ln(), r.seen);
    }
    table
}

/// A packed n-gram without its last word.
fn context_of(key: u64) -> u64 {
    key >> 16
}

/// A packed n-gram of `order` words without its first one.
fn ending_of(key: u64, order: usize) -> u64 {
    key & ((1 << (16 * (order - 1))) - 1)
}

/// Log probability of the last of `order` packed words in the tables below that order.
fn backed_off(tables: &[Table], mut key: u64, mut order: usize) -> f64 {
    let mut sum = 0.0;
    loop {
        if let Some(at) = tables[order - 1].find(key) {
            return sum + f64::from(tables[order - 1].log_p[at]);
        }
        if order == 1 {
            return sum - 20.0;
        }
        if let Some(at) = tables[order - 2].find(context_of(key)) {
            sum += f64::from(tables[order - 2].back_off[at]);
        }
        key = ending_of(key, order);
        order -= 1;
    }
}

fn one_order(
    order: usize,
    mut records: Merged,
    discounts: [f64; 4],
    tables: &mut [Table],
    judge: &Judge,
) -> Result<Table> {
    let mut table = Table::default();
    let mut group: Vec<Record> = Vec::new();
    let mut next = records.next()?;
    while let Some(first) = next {
        let context = context_of(first.key);
        group.clear();
        group.push(first);
        loop {
            next = records.next()?;
            match next {
                Some(r) if context_of(r.key) == context => group.push(r),
                _ => break,
            }
        }
        let total: f64 = group.iter().map(|r| f64::from(r.adjusted)).sum();
        group.retain(|r| r.seen >= KEEP_SEEN[order]);
        let share = |r: &Record| (f64::from(r.adjusted) - discounts[(r.adjusted as usize).min(3)]).max(0.0) / total;
        let gamma = (1.0 - group.iter().map(share).sum::<f64>()).clamp(1e-9, 1.0);
        if let Some(at) = tables[order - 2].find(context) {
            tables[order - 2].back_off[at] = gamma.ln() as f32;
        }
        for r in &group {
            let shorter = backed_off(tables, ending_of(r.key, order), order - 1) + gamma.ln();
            let log_p = (share(r) + shorter.exp()).ln();
            // The highest order is by far the largest: what would be pruned later is not even stored.
            if order < ORDER || judge.matters(r.key, r.seen, log_p, shorter) {
                table.push(r.key, log_p, r.seen);
            }
        }
    }
    Ok(table)
}

/// Which n-grams are worth their place.
struct Judge {
    threshold: f64,
    tokens: f64,
    /// By word: 1 where the bare form has several readings, less where restoration has no choice to make.
    weights: Vec<f64>,
}

impl Judge {
    fn new(counts: &Counts, threshold: f64) -> Judge {
        let mut readings: HashMap<String, u32> = HashMap::new();
        for (_, word) in counts.vocabulary.words() {
            *readings.entry(bare(word)).or_default() += 1;
        }
        let mut weights = vec![0.3; counts.vocabulary.len()];
        for (id, word) in counts.vocabulary.words() {
            if readings.get(&bare(word)).is_some_and(|n| *n > 1) {
                weights[usize::from(id)] = 1.0;
            }
        }
        Judge { threshold, tokens: counts.total.max(1) as f64, weights }
    }

    fn matters(&self, key: u64, seen: u32, log_p: f64, shorter: f64) -> bool {
        let weight = self.weights[usize::from(key as WordId)];
        weight * f64::from(seen) / self.tokens * (log_p - shorter).abs() >= self.threshold
    }
}

/// Drops what makes no difference, from the highest order down, keeping contexts and endings of what stays.
fn prune(tables: &mut [Table], judge: &Judge) {
    // contexts and endings of the order above
    let mut wanted: Vec<u64> = Vec::new();
    for order in (2..=ORDER).rev() {
        wanted.sort_unstable();
        wanted.dedup();
        if order < ORDER {
            let (below, from_here) = tables.split_at(order - 1);
            let table = &from_here[0];
            let matters = |i: usize| {
                let key = table.keys[i];
                let gamma = below[order - 2].find(context_of(key)).map_or(0.0, |at| below[order - 2].back_off[at]);
                let shorter = backed_off(below, ending_of(key, order), order - 1) + f64::from(gamma);
                judge.matters(key, table.seen[i], f64::from(table.log_p[i]), shorter)
            };
            let stays = |i: usize| wanted.binary_search(&table.keys[i]).is_ok() || matters(i);
            let keep: Vec<bool> = (0..table.keys.len()).into_par_iter().map(stays).collect();
            tables[order - 1].retain(&keep);
        }
        wanted = tables[order - 1].keys.iter().flat_map(|key| [context_of(*key), ending_of(*key, order)]).collect();
    }
}

/// Sets the back-off weights of order `order - 1` so that each context's probabilities add up to one.
fn recompute_back_offs(tables: &mut [Table], order: usize) {
    let (below, from_here) = tables.split_at_mut(order - 1);
    let table = &from_here[0];
    below[order - 2].back_off.iter_mut().for_each(|b| *b = 0.0);
    let mut start = 0;
    while start < table.keys.len() {
        let context = context_of(table.keys[start]);
        let group = start + table.keys[start..].partition_point(|k| context_of(*k) == context);
        let (mut here, mut shorter) = (0.0, 0.0);
        for i in start..group {
            here += f64::from(table.log_p[i]).exp();
            shorter += backed_off(below, ending_of(table.keys[i], order), order - 1).exp();
        }
        if let Some(at) = below[order - 2].find(context) {
            below[order - 2].back_off[at] = ((1.0 - here).max(1e-6) / (1.0 - shorter).max(1e-6)).ln() as f32;
        }
        start = group;
    }
}
