//! All words that a garbled word may have been, best first: a search through a trie with one row of costs a node.
//!
//! in: words (syllables, acronyms) and a [`Channel`] → out: [`Found`] words with their case and cost.
//! Promises: exact up to the margin: no word cheaper than the ones given is left out (Ukkonen's cut-off keeps rows short).

use super::channel::{Channel, Letter, Observed};
use super::model::vocabulary::WordId;

/// How a word is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// ủy
    Lower,
    /// Ủy
    Title,
    /// ỦY
    Upper,
}

/// A word to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Lower case.
    pub word: String,
    /// To the language model.
    pub id: WordId,
    /// Acronyms and Roman numerals are printed in capitals only.
    pub capitals_only: bool,
}

/// A word that may have been garbled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Index of the entry.
    pub entry: usize,
    /// How it would be printed.
    pub case: Case,
    /// Nats.
    pub cost: f32,
}

/// Words this many nats worse than the best one are not looked at.
const MARGIN: f32 = 8.0;
/// Most words given.
const MOST: usize = 60;
/// Costs up to which is searched; the next one is tried when nothing was found.
const BOUNDS: [f32; 3] = [10.0, 15.0, 22.0];
/// Longer garbled words are left alone: no syllable looks like that.
const LONGEST: usize = 14;

struct Node {
    depth: usize,
    /// Index of the first node that is not below this one.
    skip: usize,
    lower: Letter,
    upper: Letter,
    entry: Option<usize>,
    /// Some entry below may be printed in small letters.
    small: bool,
}

/// A trie in preorder.
pub struct Trie {
    nodes: Vec<Node>,
    /// The words.
    pub entries: Vec<Entry>,
}

impl Trie {
    /// Builds the trie; words with letters the channel does not know are left out, of equal words the first is kept.
    pub fn new(mut entries: Vec<Entry>, channel: &Channel) -> Trie {
        entries.retain(|e| e.word.chars().all(|c| channel.letter(c).is_some()));
        entries.sort_by(|a, b| a.word.cmp(&b.word));
        entries.dedup_by(|a, b| a.word == b.word);
        let mut trie = Trie { nodes: Vec::new(), entries };
        let words: Vec<Vec<char>> = trie.entries.iter().map(|e| e.word.chars().collect()).collect();
        trie.add(&words, 0..words.len(), 0, channel);
        trie
    }

    fn add(&mut self, words: &[Vec<char>], range: std::ops::Range<usize>, depth: usize, channel: &Channel) {
        let mut start = range.start;
        while start < range.end {
            let Some(&c) = words[start].get(depth) else {
                start += 1;
                continue;
            };
            let end = start + words[start..range.end].iter().take_while(|w| w.get(depth) == Some(&c)).count();
            let lower = channel.letter(c).unwrap_or(0);
            let upper = c.to_uppercase().next().and_then(|u| channel.letter(u)).unwrap_or(lower);
            let at = self.nodes.len();
            let entry = (words[start].len() == depth + 1).then_some(start);
            let small = self.entries[start..end].iter().any(|e| !e.capitals_only);
            self.nodes.push(Node { depth: depth + 1, skip: 0, lower, upper, entry, small });
            self.add(words, start..end, depth + 1, channel);
            self.nodes[at].skip = self.nodes.len();
            start = end;
        }
    }

    /// The words `garbled` may have been, cheapest first.
    pub fn search(&self, garbled: &str, channel: &Channel) -> Vec<Found> {
        let word: Vec<char> = garbled.chars().collect();
        if word.is_empty() || word.len() > LONGEST {
            return Vec::new();
        }
        let observed = channel.observe(&word);
        let mut found = Vec::new();
        for bound in BOUNDS {
            found.clear();
            for case in [Case::Lower, Case::Title, Case::Upper] {
                self.search_case(&observed, case, bound, channel, &mut found);
            }
            let best = found.iter().map(|f: &Found| f.cost).fold(f32::INFINITY, f32::min);
            if best + MARGIN <= bound {
                break;
            }
        }
        self.recall(garbled, channel, &mut found);
        found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.entry.cmp(&b.entry)));
        let best = found.first().map_or(0.0, |f| f.cost);
        found.retain(|f| f.cost <= best + MARGIN);
        found.truncate(MOST);
        found
    }

    fn search_case(&self, observed: &Observed, case: Case, bound: f32, channel: &Channel, found: &mut Vec<Found>) {
        let n = observed.signs.len();
        let width = n + 1;
        let insertion: Vec<f32> = observed.signs.iter().map(|s| channel.insertion()[usize::from(*s)]).collect();
        let mut rows = vec![f32::INFINITY; width * (LONGEST + 6)];
        let mut lows = [f32::INFINITY; LONGEST + 6];
        let mut path = [0 as Letter; LONGEST + 6];
        rows[0] = 0.0;
        for j in 1..=n {
            rows[j] = rows[j - 1] + insertion[j - 1];
        }
        lows[0] = 0.0;
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let depth = node.depth;
            if depth + 1 >= LONGEST + 6 || (case != Case::Upper && !node.small) {
                at = node.skip;
                continue;
            }
            let capital = case == Case::Upper || (case == Case::Title && depth == 1);
            let letter = if capital { node.upper } else { node.lower };
            path[depth] = letter;
            let (before, here) = rows.split_at_mut(depth * width);
            let parent = &before[(depth - 1) * width..];
            let row = &mut here[..width];
            let low = fill_row(row, parent, letter, observed, &insertion, channel);
            let mut lowest = low;
            if depth >= 2
                && let Some(pairs) = channel.pair(path[depth - 1], letter)
            {
                lowest = lowest.min(join_pairs(row, &before[(depth - 2) * width..], pairs, observed, &insertion));
            }
            lows[depth] = lowest;
            if lowest > bound && lows[depth - 1] > bound {
                at = node.skip;
                continue;
            }
            if let Some(entry) = node.entry
                && row[n] <= bound
                && (case == Case::Upper || !self.entries[entry].capitals_only)
            {
                // One capital letter alone is both: count it once.
                if case != Case::Upper || depth > 1 || self.entries[entry].capitals_only {
                    found.push(Found { entry, case, cost: row[n] });
                }
            }
            at += 1;
            if lowest > bound && node.skip == at {
                continue;
            }
        }
    }

    /// Mixes in what whole words were read as before.
    fn recall(&self, garbled: &str, channel: &Channel, found: &mut Vec<Found>) {
        for (printed, trust, share) in channel.memory(garbled) {
            let lower = printed.to_lowercase();
            let Ok(entry) = self.entries.binary_search_by(|e| e.word.as_str().cmp(&lower)) else { continue };
            let case = case_of(printed);
            let place = found.iter().position(|f| f.entry == entry && f.case == case);
            let place = place.unwrap_or_else(|| {
                found.push(Found { entry, case, cost: f32::INFINITY });
                found.len() - 1
            });
            let by_letters = (-found[place].cost).exp();
            found[place].cost = -((1.0 - trust) * by_letters + trust * share).ln();
        }
    }
}

/// The case of a printed word.
pub fn case_of(word: &str) -> Case {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    match (letters.next().is_some_and(char::is_uppercase), letters.next().map(char::is_uppercase)) {
        (true, Some(true)) => Case::Upper,
        (true, _) => Case::Title,
        _ => Case::Lower,
    }
}

/// Costs of reading everything up to a node as the first 0, 1, 2 … signs. Returns the lowest.
fn fill_row(
    row: &mut [f32],
    parent: &[f32],
    letter: Letter,
    observed: &Observed,
    insertion: &[f32],
    channel: &Channel,
) -> f32 {
    let one = channel.one(letter);
    let deletion = channel.deletion(letter);
    let l = usize::from(letter);
    row[0] = parent[0] + deletion;
    let mut low = row[0];
    for j in 1..row.len() {
        let mut best = (parent[j] + deletion).min(parent[j - 1] + one[usize::from(observed.signs[j - 1])]);
        best = best.min(row[j - 1] + insertion[j - 1]);
        if j >= 2 {
            best = best.min(parent[j - 2] + observed.two[(j - 2) * observed.letters + l]);
        }
        if j >= 3 {
            best = best.min(parent[j - 3] + observed.three[(j - 3) * observed.letters + l]);
        }
        row[j] = best;
        low = low.min(best);
    }
    low
}

/// Two letters read as one sign, and insertions after it. Returns the lowest cost of the row.
fn join_pairs(
    row: &mut [f32],
    grandparent: &[f32],
    pairs: &[(u8, f32)],
    observed: &Observed,
    insertion: &[f32],
) -> f32 {
    let mut low = row[0];
    for j in 1..row.len() {
        if let Some((_, cost)) = pairs.iter().find(|(sign, _)| *sign == observed.signs[j - 1]) {
            row[j] = row[j].min(grandparent[j - 1] + cost);
        }
        row[j] = row[j].min(row[j - 1] + insertion[j - 1]);
        low = low.min(row[j]);
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_printed() {
        // a letter never sighted borrows from its siblings, so both have sightings of their own
        let channel = Channel::new("ộ\t6\t50\nộ\tộ\t5\nố\t6\t2\nố\tố\t50\nư\tur\t20\nw\tw\t1\ná\téa\t9\n", "");
        let words = ["bộ", "bố", "hưng", "các", "hđnd", "ii"];
        let entries = words.map(|w| Entry { word: w.into(), id: 9, capitals_only: matches!(w, "hđnd" | "ii") });
        let trie = Trie::new(entries.into(), &channel);
        for (garbled, word, case) in [
            ("b6", "bộ", Case::Lower),
            ("B6", "bộ", Case::Title),
            ("hurng", "hưng", Case::Lower),
            ("céac", "các", Case::Lower),
            ("HDND", "hđnd", Case::Upper),
            ("II", "ii", Case::Upper),
        ] {
            let found = trie.search(garbled, &channel);
            let best = found.first().map(|f| (trie.entries[f.entry].word.as_str(), f.case));
            assert_eq!(best, Some((word, case)), "{garbled}");
        }
        assert!(trie.search("", &channel).is_empty());
        assert!(trie.search(&"x".repeat(500), &channel).is_empty());
    }
}
