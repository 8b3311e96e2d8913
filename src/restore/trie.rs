//! All words that a garbled word may have been, best first: a search through a trie with one row of costs a node.
//! (Edit distance by rows shared among common beginnings, Oflazer 1996; branch and bound.)
//!
//! in: words (syllables, acronyms) and a [`Channel`] → out: [`Found`] words with their case and cost.
//! Promises: exact up to the margin: no word cheaper than the ones given is left out. A branch is left as soon as its
//! costs so far, plus the least that the remaining signs can cost, are too high.

use super::channel::english::{Channel, Letter, Observed};
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
/// Costs up to which the best word is searched; the next one is tried when nothing was found.
const BOUNDS: [f32; 3] = [3.0, 8.0, 22.0];
/// Sums in another order differ by less.
const ROUNDING: f32 = 1e-3;
/// Longer garbled words are left alone: no syllable looks like that.
const LONGEST: usize = 14;
/// Deepest node looked at.
const DEEPEST: usize = LONGEST + 5;
/// More letters than this below a node are as good as any number.
const HIGHEST: usize = 8;

struct Node {
    depth: usize,
    /// Index of the first node that is not below this one.
    skip: usize,
    lower: Letter,
    upper: Letter,
    entry: Option<usize>,
    /// Some entry below may be printed in small letters.
    small: bool,
    /// Most letters below, up to [`HIGHEST`].
    height: usize,
}

/// One search: what was read, how far costs may go, and the rows from the root to the node looked at.
struct Walk<'a> {
    observed: &'a Observed,
    channel: &'a Channel,
    /// Words this much worse than the best one found are of no interest.
    margin: f32,
    /// Highest cost of interest so far.
    bound: f32,
    /// Least cost of the signs from a position on, by letters left, then position; for small letters and capitals.
    rest: [Vec<f32>; 2],
    rows: Vec<f32>,
    found: Vec<Found>,
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
            let longest = words[start..end].iter().map(Vec::len).max().unwrap_or(0);
            let height = (longest - depth - 1).min(HIGHEST);
            self.nodes.push(Node { depth: depth + 1, skip: 0, lower, upper, entry, small, height });
            self.add(words, start..end, depth + 1, channel);
            self.nodes[at].skip = self.nodes.len();
            start = end;
        }
    }

    /// The words `garbled` may have been, cheapest first.
    pub fn search(&self, garbled: &str, channel: &Channel) -> Vec<Found> {
        self.search_within(garbled, f32::INFINITY, channel)
    }

    /// The same, without the words that cost more than `most`.
    pub fn search_within(&self, garbled: &str, most: f32, channel: &Channel) -> Vec<Found> {
        let word: Vec<char> = garbled.chars().collect();
        if word.is_empty() || word.len() > LONGEST {
            return Vec::new();
        }
        let observed = channel.observe(&word);
        let mut walk = Walk::new(&observed, channel);
        for bound in BOUNDS {
            self.walk(&mut walk, bound.min(most), 0.0);
            if !walk.found.is_empty() || bound >= most {
                break;
            }
        }
        // The best word is known; now the others near it.
        let best = walk.found.iter().map(|f| f.cost).fold(f32::INFINITY, f32::min);
        if best < f32::INFINITY {
            let last = BOUNDS[BOUNDS.len() - 1];
            self.walk(&mut walk, (best + MARGIN).min(last).min(most), MARGIN);
        }
        let mut found = walk.found;
        self.recall(garbled, channel, &mut found);
        found.sort_by(cheaper);
        let best = found.first().map_or(0.0, |f| f.cost);
        found.retain(|f| f.cost <= best + MARGIN);
        found.truncate(MOST);
        found
    }

    fn walk(&self, walk: &mut Walk, bound: f32, margin: f32) {
        (walk.bound, walk.margin) = (bound, margin);
        walk.found.clear();
        for case in [Case::Lower, Case::Title, Case::Upper] {
            self.walk_case(walk, case);
        }
    }

    fn walk_case(&self, walk: &mut Walk, case: Case) {
        let mut path = [0 as Letter; DEEPEST + 1];
        let mut is_alive = [true; DEEPEST + 1];
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let depth = node.depth;
            if depth >= DEEPEST || (case != Case::Upper && !node.small) {
                at = node.skip;
                continue;
            }
            let capital = case == Case::Upper || (case == Case::Title && depth == 1);
            path[depth] = if capital { node.upper } else { node.lower };
            let pair = if depth >= 2 { walk.channel.pair(path[depth - 1], path[depth]) } else { &[] };
            is_alive[depth] = walk.fill_row(depth, path[depth], pair, node.height, case);
            let by_pair = is_alive[depth - 1] && node.height > 0 && walk.channel.begins_pair(path[depth]);
            let goes_on = is_alive[depth] || (by_pair && walk.pair_may_follow(depth, node.height, case));
            if !goes_on {
                at = node.skip;
                continue;
            }
            if let Some(entry) = node.entry {
                let capitals_only = self.entries[entry].capitals_only;
                // One capital letter alone is both: count it once.
                if if case == Case::Upper { depth > 1 || capitals_only } else { !capitals_only } {
                    walk.find(entry, case, depth);
                }
            }
            at += 1;
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

fn cheaper(a: &Found, b: &Found) -> std::cmp::Ordering {
    a.cost.total_cmp(&b.cost).then(a.entry.cmp(&b.entry))
}

impl<'a> Walk<'a> {
    fn new(observed: &'a Observed, channel: &'a Channel) -> Walk<'a> {
        let width = observed.signs.len() + 1;
        let mut rows = vec![f32::INFINITY; width * (DEEPEST + 1)];
        rows[0] = 0.0;
        for j in 1..width {
            rows[j] = rows[j - 1] + observed.insertion[j - 1];
        }
        let small = channel.small_letters();
        let rest = [least_rest(observed, 0..small), least_rest(observed, small..small * 2)];
        Walk { observed, channel, margin: 0.0, bound: 0.0, rest, rows, found: Vec::new() }
    }

    fn rest(&self, height: usize, case: Case) -> &[f32] {
        let width = self.observed.signs.len() + 1;
        &self.rest[usize::from(case == Case::Upper)][height * width..(height + 1) * width]
    }

    /// Costs of reading everything up to a node as the first 0, 1, 2 … signs, infinite where the rest would cost too
    /// much. Returns whether any is left.
    fn fill_row(&mut self, depth: usize, letter: Letter, pair: &[(u8, f32)], height: usize, case: Case) -> bool {
        let n = self.observed.signs.len();
        let width = n + 1;
        let rest = &self.rest[usize::from(case == Case::Upper)][height * width..(height + 1) * width];
        let (before, here) = self.rows.split_at_mut(depth * width);
        let parent = &before[(depth - 1) * width..];
        let grandparent = if pair.is_empty() { parent } else { &before[(depth - 2) * width..] };
        let row = &mut here[..width];
        let (one, wide) = self.observed.of(letter);
        let deletion = self.channel.deletion(letter);
        let limit = self.bound + ROUNDING;
        let mut any = false;
        let mut last = f32::INFINITY;
        for j in 0..width {
            let mut best = parent[j] + deletion;
            if j > 0 {
                best = best.min(parent[j - 1] + one[j - 1]).min(last + self.observed.insertion[j - 1]);
                if let Some((_, cost)) = pair.iter().find(|(sign, _)| *sign == self.observed.signs[j - 1]) {
                    best = best.min(grandparent[j - 1] + cost);
                }
            }
            if let Some((two, three)) = wide {
                best = if j >= 2 { best.min(parent[j - 2] + two[j - 2]) } else { best };
                best = if j >= 3 { best.min(parent[j - 3] + three[j - 3]) } else { best };
            }
            last = if best + rest[j] > limit { f32::INFINITY } else { best };
            any |= last < f32::INFINITY;
            row[j] = last;
        }
        any
    }

    /// Whether a pair of this node's letter and the next one may still lead to something.
    fn pair_may_follow(&self, depth: usize, height: usize, case: Case) -> bool {
        let n = self.observed.signs.len();
        let rest = self.rest(height, case);
        let parent = &self.rows[(depth - 1) * (n + 1)..depth * (n + 1)];
        let limit = self.bound + ROUNDING;
        (0..n).any(|j| parent[j] + self.observed.pair_least[j] + rest[j + 1] <= limit)
    }

    /// Notes a word when its cost is of interest.
    fn find(&mut self, entry: usize, case: Case, depth: usize) {
        let n = self.observed.signs.len();
        let cost = self.rows[depth * (n + 1) + n];
        if cost > self.bound {
            return;
        }
        self.found.push(Found { entry, case, cost });
        self.bound = self.bound.min(cost + self.margin);
        if self.found.len() >= 2 * MOST {
            let (_, last, _) = self.found.select_nth_unstable_by(MOST - 1, cheaper);
            self.bound = self.bound.min(last.cost);
            self.found.truncate(MOST);
        }
    }
}

/// Least cost of the signs from each position on, whatever letters were printed, at most 0, 1, 2 … of them.
fn least_rest(observed: &Observed, letters: std::ops::Range<Letter>) -> Vec<f32> {
    let n = observed.signs.len();
    let mut least = [vec![f32::INFINITY; n], vec![f32::INFINITY; n], vec![f32::INFINITY; n]];
    for letter in letters {
        let (one, wide) = observed.of(letter);
        let (two, three) = wide.unwrap_or((&[], &[]));
        for (least, costs) in least.iter_mut().zip([one, two, three]) {
            least.iter_mut().zip(costs).for_each(|(l, c)| *l = l.min(*c));
        }
    }
    let width = n + 1;
    let mut rest = vec![f32::INFINITY; width * (HIGHEST + 1)];
    for height in 0..=HIGHEST {
        rest[height * width + n] = 0.0;
        for j in (0..n).rev() {
            // The last row stands for any number of letters.
            let below = |fewer: usize, at: usize| match height.checked_sub(fewer) {
                Some(_) if height == HIGHEST => rest[height * width + at],
                Some(h) => rest[h * width + at],
                None => f32::INFINITY,
            };
            let mut best = (below(0, j + 1) + observed.insertion[j]).min(below(2, j + 1) + observed.pair_least[j]);
            for (signs, least) in (1..).zip(&least).filter(|(signs, _)| j + signs <= n) {
                best = best.min(below(1, j + signs) + least[j]);
            }
            rest[height * width + j] = best;
        }
    }
    rest
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
