//! How a reader of another language misreads Vietnamese: costs of reading one thing for another.
//!
//! in: `dictionaries/ocr/<lang>.tsv` (printed, read, times) and `<lang>.words.tsv` → out: [`Channel`].
//! Promises: every unit has a finite cost, seen or not; a line that is not three cells is left out.
//! Units are printed→read 1:1, 1:2, 1:3, 2:1, 1:0 and 0:1 letters in their true case (a string-to-string edit model, Brill &
//! Moore 2000). The cost of a unit is −ln (n(p, r) + k · e^−u) / (n(p) + k): its sightings n, smoothed by k sightings of what
//! [`unseen`] expects of it. Sightings of letters that are alike (same base, same marks, same but for the tone) are shared first.

use crate::text::fold::strip;
use crate::text::syllable::is_tone;
use std::collections::{BTreeMap, HashMap};
use unicode_normalization::UnicodeNormalization;

/// Costs of units that were never seen, in nats.
mod unseen {
    pub const SAME: f32 = 0.7;
    pub const SAME_BASE: f32 = 1.8;
    pub const OTHER: f32 = 8.0;
    pub const SYMBOL: f32 = 8.3;
    pub const DELETION: f32 = 8.0;
    /// A letter that the reader does not know is often left out.
    pub const MARKED_DELETION: f32 = 5.0;
    pub const INSERTION: f32 = 8.5;
}
/// k: how many sightings the costs above are worth.
const PRIOR: f32 = 3.0;
/// How many sightings the letters with the same base (ở: ơ, o, ỗ …) are worth together.
const SIBLINGS: f32 = 25.0;
/// The same for letters with the same marks (ồ: ề, ầ).
const LIKES: f32 = 10.0;
/// The same for one letter in other tones (ồ: ổ, ô).
const TONES: f32 = 5.0;
/// How much rarer than that a unit may become by never being seen where others were: no sample shows everything.
const RARER: f32 = 4.0;
/// How many sightings elsewhere one in the document itself is worth.
const OWN_SIGHTING: f32 = 15.0;
/// A whole-word memory says at most half of what a word may look like: words seen garbled in one way can be in another.
const MOST_MEMORY: f32 = 0.5;
/// Sightings at which the memory of a word is fully trusted.
const ENOUGH_SIGHTINGS: f32 = 20.0;

/// Vietnamese lower-case letters; capitals follow in the same order.
const LETTERS: &str = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz";

/// Number of a printed letter.
pub type Letter = u8;
/// Costs of units that begin with one letter.
type Costs = Vec<(Letter, f32)>;
/// A unit: printed, read, times.
type Row = (Vec<char>, Vec<char>, f32);

/// A learned confusion model.
#[derive(Default)]
pub struct Channel {
    letters: HashMap<char, Letter>,
    seen: HashMap<char, u8>,
    /// By letter, then by sign read (0 is any other sign).
    one: Vec<Vec<f32>>,
    two: HashMap<[char; 2], Costs>,
    three: HashMap<[char; 3], Costs>,
    /// Two letters read as one sign.
    pairs: HashMap<(Letter, Letter), Vec<(u8, f32)>>,
    /// Place in `pair_costs` plus one, by both letters; 0 where two letters were never read as one.
    pair_places: Vec<u16>,
    pair_costs: Vec<Vec<(u8, f32)>>,
    /// Letters that begin a pair.
    begins_pair: Vec<bool>,
    /// Lowest cost of a pair read as each sign.
    pair_least: Vec<f32>,
    deletion: Vec<f32>,
    insertion: Vec<f32>,
    memory: HashMap<String, Vec<(String, f32, f32)>>,
    /// The counts it was learned from.
    rows: Vec<Row>,
}

/// What one garbled word costs letter by letter. The tables are by letter, then by position.
pub struct Observed {
    /// Number of each sign.
    pub signs: Vec<u8>,
    /// Cost of reading a letter as the sign at a position.
    one: Vec<f32>,
    /// Cost of reading a letter as the two signs from a position on.
    two: Vec<f32>,
    /// The same for three signs.
    three: Vec<f32>,
    /// Letters that may be two or three of these signs.
    is_wide: Vec<bool>,
    /// Cost of each sign where nothing is printed.
    pub insertion: Vec<f32>,
    /// Lowest cost of two letters read as the sign at a position.
    pub pair_least: Vec<f32>,
}

/// Costs of a letter read as two and as three signs, by position.
type Wide<'a> = (&'a [f32], &'a [f32]);

impl Observed {
    /// Costs of a letter read as one, two, three signs, by position; without the last two where no such reading is known.
    pub fn of(&self, letter: Letter) -> (&[f32], Option<Wide<'_>>) {
        let n = self.signs.len();
        let range = usize::from(letter) * n..(usize::from(letter) + 1) * n;
        let wide = self.is_wide[usize::from(letter)];
        (&self.one[range.clone()], wide.then(|| (&self.two[range.clone()], &self.three[range])))
    }
}

impl Channel {
    /// Reads the tables.
    pub fn new(units: &str, words: &str) -> Channel {
        let upper = LETTERS.chars().flat_map(char::to_uppercase);
        let letters: HashMap<char, Letter> = LETTERS.chars().chain(upper).zip(0..).collect();
        let rows: Vec<Row> =
            cells(units).map(|(printed, read, n)| (printed.chars().collect(), read.chars().collect(), n)).collect();
        let mut channel = Channel::unseen(letters, &rows);
        channel.learn(&rows);
        channel.remember(words);
        channel.rows = rows;
        channel
    }

    /// The channel of one document: the counts, and what its own sure words (printed, read) show. Fonts and scanners
    /// differ more than any sample; words of unequal length are left out, they would have to be aligned.
    pub fn adapted<'a>(&self, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Channel {
        let mut own: HashMap<(char, char), f32> = HashMap::new();
        for (printed, read) in pairs.filter(|(p, r)| p.chars().count() == r.chars().count()) {
            for unit in printed.chars().zip(read.chars()) {
                *own.entry(unit).or_default() += OWN_SIGHTING;
            }
        }
        let mut rows = self.rows.clone();
        for row in &mut rows {
            if let (&[p], &[r]) = (&row.0[..], &row.1[..]) {
                row.2 += own.remove(&(p, r)).unwrap_or(0.0);
            }
        }
        let mut new: Vec<Row> = own.into_iter().map(|((p, r), n)| (vec![p], vec![r], n)).collect();
        new.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        rows.extend(new);
        let mut channel = Channel::unseen(self.letters.clone(), &rows);
        channel.learn(&rows);
        channel.memory = self.memory.clone();
        channel
    }

    fn unseen(letters: HashMap<char, Letter>, rows: &[Row]) -> Channel {
        let ascii = (' '..='~').filter(|c| !c.is_whitespace());
        let mut seen: HashMap<char, u8> = HashMap::new();
        for c in ascii.chain(LETTERS.chars()).chain(rows.iter().flat_map(|r| r.1.iter().copied())) {
            let next = (seen.len() + 1).min(usize::from(u8::MAX)) as u8;
            seen.entry(c).or_insert(next);
        }
        let mut one = vec![vec![unseen::SYMBOL; 256]; letters.len()];
        for (&printed, &l) in &letters {
            for (&read, &s) in &seen {
                one[usize::from(l)][usize::from(s)] = unseen_cost(printed, read);
            }
        }
        let (deletion, insertion) = (vec![unseen::DELETION; letters.len()], vec![unseen::INSERTION; 256]);
        Channel { letters, seen, one, deletion, insertion, ..Channel::default() }
    }

    fn learn(&mut self, rows: &[Row]) {
        let counts = Counts::of(rows);
        let letters = self.letters.clone();
        let rows = with_siblings(rows, base, SIBLINGS, &letters);
        let rows = with_siblings(&rows, marks, LIKES, &letters);
        let rows = with_siblings(&rows, toneless, TONES, &letters);
        self.expect_less_of_letters_seen_often(&counts);
        for (printed, read, n) in &rows {
            let ids: Vec<Letter> = printed.iter().filter_map(|c| letters.get(c).copied()).collect();
            if ids.len() != printed.len() {
                continue;
            }
            let sign = |c: &char| self.seen.get(c).copied().unwrap_or(0);
            let cost = |unseen| smooth(*n, printed.first().map_or(counts.all, |c| counts.of_letter(*c)), unseen);
            match (&ids[..], &read[..]) {
                ([l], [s]) => self.one[usize::from(*l)][usize::from(sign(s))] = cost(unseen_cost(printed[0], *s)),
                ([l], [a, b]) => self.two.entry([*a, *b]).or_default().push((*l, cost(unseen::SYMBOL))),
                ([l], [a, b, c]) => self.three.entry([*a, *b, *c]).or_default().push((*l, cost(unseen::SYMBOL))),
                ([k, l], [s]) => {
                    let unit = (sign(s), cost(unseen::SYMBOL));
                    self.pairs.entry((*k, *l)).or_default().push(unit);
                }
                ([l], []) => self.deletion[usize::from(*l)] = cost(unseen::DELETION),
                ([], [s]) => self.insertion[usize::from(sign(s))] = smooth(*n, counts.all, unseen::INSERTION),
                _ => {}
            }
        }
        self.lay_out_pairs();
    }

    /// What was not seen of a letter that was seen often is rarer still.
    fn expect_less_of_letters_seen_often(&mut self, counts: &Counts) {
        let rarer = |unseen: f32, total: f32| smooth(0.0, total, unseen).min(unseen + RARER);
        for (&printed, &l) in &self.letters {
            let total = counts.of_letter(printed);
            self.one[usize::from(l)].iter_mut().for_each(|cost| *cost = rarer(*cost, total));
            let unseen = if printed.is_ascii() { unseen::DELETION } else { unseen::MARKED_DELETION };
            self.deletion[usize::from(l)] = rarer(unseen, total);
        }
    }

    /// Pairs in tables that a search can look into at every step.
    fn lay_out_pairs(&mut self) {
        let n = self.letters.len();
        self.pair_places = vec![0; n * n];
        self.begins_pair = vec![false; n];
        self.pair_least = vec![f32::INFINITY; 256];
        let mut pairs: Vec<_> = std::mem::take(&mut self.pairs).into_iter().collect();
        pairs.sort_by_key(|(letters, _)| *letters);
        for ((first, second), costs) in pairs {
            for &(sign, cost) in &costs {
                let least = &mut self.pair_least[usize::from(sign)];
                *least = least.min(cost);
            }
            self.begins_pair[usize::from(first)] = true;
            self.pair_costs.push(costs);
            self.pair_places[usize::from(first) * n + usize::from(second)] = self.pair_costs.len() as u16;
        }
    }

    fn remember(&mut self, words: &str) {
        let mut totals: HashMap<&str, f32> = HashMap::new();
        for (printed, _, n) in cells(words) {
            *totals.entry(printed).or_default() += n;
        }
        for (printed, read, n) in cells(words) {
            let total = totals[printed];
            let trust = MOST_MEMORY * (total / ENOUGH_SIGHTINGS).min(1.0);
            self.memory.entry(read.to_owned()).or_default().push((printed.to_owned(), trust, n / total));
        }
    }

    /// Number of a letter; `None` for what is no Vietnamese letter.
    pub fn letter(&self, c: char) -> Option<Letter> {
        self.letters.get(&c).copied()
    }
    /// Cost of not reading a letter at all.
    pub fn deletion(&self, letter: Letter) -> f32 {
        self.deletion[usize::from(letter)]
    }
    /// Signs that two letters are read as.
    pub fn pair(&self, first: Letter, second: Letter) -> &[(u8, f32)] {
        let place = self.pair_places[usize::from(first) * self.letters.len() + usize::from(second)];
        usize::from(place).checked_sub(1).map_or(&[], |p| &self.pair_costs[p])
    }
    /// Whether some pair begins with a letter.
    pub fn begins_pair(&self, letter: Letter) -> bool {
        self.begins_pair[usize::from(letter)]
    }
    /// Small letters have the numbers below this, capitals the others.
    pub fn small_letters(&self) -> Letter {
        (self.letters.len() / 2) as Letter
    }

    /// Prepares a garbled word.
    pub fn observe(&self, word: &[char]) -> Observed {
        let (letters, n) = (self.letters.len(), word.len());
        let signs: Vec<u8> = word.iter().map(|c| self.seen.get(c).copied().unwrap_or(0)).collect();
        let one = self.one.iter().flat_map(|costs| signs.iter().map(|s| costs[usize::from(*s)])).collect();
        let (mut two, mut three) = (vec![f32::INFINITY; letters * n], vec![f32::INFINITY; letters * n]);
        let mut is_wide = vec![false; letters];
        for at in 0..n {
            let mut fill = |table: &mut [f32], costs: Option<&Costs>| {
                for (letter, cost) in costs.into_iter().flatten() {
                    table[usize::from(*letter) * n + at] = *cost;
                    is_wide[usize::from(*letter)] = true;
                }
            };
            if let [a, b, rest @ ..] = &word[at..] {
                fill(&mut two, self.two.get(&[*a, *b]));
                if let [c, ..] = rest {
                    fill(&mut three, self.three.get(&[*a, *b, *c]));
                }
            }
        }
        let insertion = signs.iter().map(|s| self.insertion[usize::from(*s)]).collect();
        let pair_least = signs.iter().map(|s| self.pair_least[usize::from(*s)]).collect();
        Observed { signs, one, two, three, is_wide, insertion, pair_least }
    }

    /// Printed words (in their case) that were read as `word` before: trust in the memory 0..=0.5, share of sightings.
    pub fn memory(&self, word: &str) -> &[(String, f32, f32)] {
        self.memory.get(word).map_or(&[], Vec::as_slice)
    }
}

/// How often letters were printed.
struct Counts {
    /// Sorted, so that sums of fractions come out the same every time.
    letters: BTreeMap<char, f32>,
    all: f32,
}

impl Counts {
    /// By the first letter of each unit.
    fn of(rows: &[Row]) -> Counts {
        let mut letters: BTreeMap<char, f32> = BTreeMap::new();
        for (printed, _, n) in rows {
            if let Some(first) = printed.first() {
                *letters.entry(*first).or_default() += n;
            }
        }
        let all = letters.values().sum::<f32>().max(1.0);
        Counts { letters, all }
    }

    fn of_letter(&self, c: char) -> f32 {
        self.letters.get(&c).copied().unwrap_or(0.0)
    }
}

/// −ln (n + k · e^−unseen) / (total + k)
fn smooth(n: f32, total: f32, unseen: f32) -> f32 {
    -((n + PRIOR * (-unseen).exp()) / (total + PRIOR)).ln()
}

/// The counts, with some sightings of its siblings (letters with the same `trait_of`) added to every marked letter: `worth` is how
/// many all of them are together.
fn with_siblings(rows: &[Row], trait_of: fn(char) -> String, worth: f32, letters: &HashMap<char, Letter>) -> Vec<Row> {
    // sorted, so that sums of fractions come out the same every time
    let mut groups: HashMap<String, BTreeMap<&[char], f32>> = HashMap::new();
    for (printed, read, n) in rows {
        // Letters without marks are read right; they tell nothing about the others.
        if let [c] = printed[..]
            && !c.is_ascii()
        {
            *groups.entry(trait_of(c)).or_default().entry(read).or_default() += n;
        }
    }
    let mut own: HashMap<(Vec<char>, Vec<char>), f32> =
        rows.iter().map(|(printed, read, n)| ((printed.clone(), read.clone()), *n)).collect();
    for &letter in letters.keys().filter(|c| !c.is_ascii()) {
        let Some(group) = groups.get(&trait_of(letter)) else { continue };
        let total: f32 = group.values().sum();
        for (read, n) in group {
            *own.entry((vec![letter], read.to_vec())).or_default() += n / total * worth;
        }
    }
    let mut all: Vec<Row> = own.into_iter().map(|((printed, read), n)| (printed, read, n)).collect();
    all.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    all
}

/// The marks of a letter, and its case: "ồ" has those of "ề".
fn marks(c: char) -> String {
    let marks = c.nfd().skip(1);
    marks.chain(c.is_uppercase().then_some('A')).collect()
}

/// A letter without its tone: "ồ" has that of "ổ".
fn toneless(c: char) -> String {
    c.nfd().filter(|c| !is_tone(*c)).collect()
}

fn base(c: char) -> String {
    strip(c.encode_utf8(&mut [0; 4]))
}

fn unseen_cost(printed: char, read: char) -> f32 {
    if printed == read {
        unseen::SAME
    } else if base(printed) == base(read) {
        unseen::SAME_BASE
    } else if read.is_alphabetic() {
        unseen::OTHER
    } else {
        unseen::SYMBOL
    }
}

fn cells(table: &str) -> impl Iterator<Item = (&str, &str, f32)> {
    table.lines().filter(|l| !l.starts_with('#') || l.starts_with("#\t")).filter_map(|line| {
        let mut cells = line.split('\t');
        let row = (cells.next()?, cells.next()?, cells.next()?.parse().ok()?);
        cells.next().is_none().then_some(row)
    })
}
