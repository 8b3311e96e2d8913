//! Cues: the set words of a letter's frame, found in folded text although the reading slipped.
//!
//! in: folded text and a folded cue → out: where the cue stands, with at most so many wrong letters.
//! Promises: offsets on character boundaries; blanks lost or gained cost one slip each.
//! Leaves out: what a cue means; the lists are `dictionaries/words/{cues,offices,positions,…}.tsv`.

use crate::rules::Rules;
use crate::text::fold::bare;
use std::collections::HashMap;

/// Wrong letters allowed in a cue: one in six, none in cues shorter than five letters.
pub(crate) fn slips(cue: &str) -> usize {
    match cue.chars().count() {
        0..5 => 0,
        5..9 => 1,
        n => (n / 6).min(5),
    }
}

/// Where `cue` stands in `folded` with at most `allowed` wrong, lost or added letters; the best place, else the first.
/// Cost: length of the text times length of the cue.
pub(crate) fn find(folded: &str, cue: &str, allowed: usize) -> Option<(usize, usize)> {
    if let Some(at) = find_word(folded, cue) {
        return Some((at, at + cue.len()));
    }
    if allowed == 0 {
        return None;
    }
    let cue: Vec<char> = cue.chars().collect();
    // Sellers: row of (cost, byte at which the match began)
    let mut row: Vec<(usize, usize)> = (0..=cue.len()).map(|cost| (cost, 0)).collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (at, c) in folded.char_indices() {
        let mut diagonal = (0, at);
        for (i, wanted) in cue.iter().enumerate() {
            let above = row[i + 1];
            let here = (diagonal.0 + usize::from(c != *wanted), diagonal.1);
            let gained = (above.0 + 1, above.1);
            let left = if i == 0 { (1, at + c.len_utf8()) } else { row[i] };
            let lost = (left.0 + 1, left.1);
            diagonal = above;
            row[i + 1] = here.min_by_cost(gained).min_by_cost(lost);
        }
        row[0] = (0, at + c.len_utf8());
        let (cost, from) = row[cue.len()];
        let end = at + c.len_utf8();
        let opening = cue.len() >= 10 || folded[from..].starts_with(cue[0]);
        if cost <= allowed && opening && starts_word(folded, from) && best.is_none_or(|(b, ..)| cost < b) {
            best = Some((cost, from, end));
        }
    }
    best.map(|(_, from, to)| (from, to))
}

trait Cheaper {
    fn min_by_cost(self, other: Self) -> Self;
}
impl Cheaper for (usize, usize) {
    fn min_by_cost(self, other: Self) -> Self {
        if other.0 < self.0 { other } else { self }
    }
}

fn starts_word(folded: &str, at: usize) -> bool {
    folded.is_char_boundary(at) && !folded[..at].chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Where `word` stands as whole words.
pub(crate) fn find_word(folded: &str, word: &str) -> Option<usize> {
    let ends = |end: usize| !folded[end..].chars().next().is_some_and(char::is_alphanumeric);
    folded.match_indices(word).find(|(at, _)| starts_word(folded, *at) && ends(at + word.len())).map(|(at, _)| at)
}

/// End of `cue` when `folded` begins with it (after marks and blanks), slips allowed.
pub(crate) fn opens(folded: &str, cue: &str) -> Option<usize> {
    let lead = folded.len() - folded.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let rest = &folded[lead..];
    let window: usize = rest.chars().take(cue.chars().count() + slips(cue)).map(char::len_utf8).sum();
    if let Some(after) = rest.strip_prefix(cue)
        && !after.chars().next().is_some_and(char::is_alphanumeric)
    {
        return Some(lead + cue.len());
    }
    let (from, to) = find(&rest[..window], cue, slips(cue))?;
    (from <= 1).then_some(lead + to)
}

/// Whether both are the same but for slips.
pub(crate) fn same(folded: &str, cue: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (folded.chars().collect(), cue.chars().collect());
    a.len().abs_diff(b.len()) <= slips(cue) && distance(&a, &b) <= slips(cue)
}

/// Whether one letter put in, left out or changed makes them the same; both folded.
pub(crate) fn one_letter_off(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    a.len().abs_diff(b.len()) <= 1 && distance(&a, &b) <= 1
}

/// Number of letters of `a` to change, add or take away to make it `b`.
pub(crate) fn distance_of(a: &str, b: &str) -> usize {
    distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
}

/// Number of letters to change, add or take away.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

/// "đến", folded: the one word by which the stamp of incoming letters is known where its other words are lost.
pub(crate) const ARRIVED: &str = "den";

/// A set word as it is listed and folded.
#[derive(Debug, Clone)]
struct Cue {
    printed: String,
    folded: String,
}

/// The cues of each role from `dictionaries/words/cues.tsv`, longest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cues {
    of_role: HashMap<String, Vec<Cue>>,
}

impl Cues {
    /// All cues of `rules`.
    pub(crate) fn new(rules: &Rules) -> Cues {
        let mut of_role: HashMap<String, Vec<Cue>> = HashMap::new();
        for (printed, role) in rules.words("cues").pairs() {
            of_role.entry(role).or_default().push(Cue { folded: bare(&printed), printed });
        }
        of_role.values_mut().for_each(|cues| cues.sort_by_key(|cue| std::cmp::Reverse(cue.folded.len())));
        Cues { of_role }
    }
    fn cues(&self, role: &str) -> &[Cue] {
        self.of_role.get(role).map_or(&[], Vec::as_slice)
    }
    /// The cues of a role, folded.
    pub(crate) fn of(&self, role: &str) -> impl Iterator<Item = &str> {
        self.cues(role).iter().map(|cue| cue.folded.as_str())
    }
    /// End of the cue of that role with which `folded` begins.
    pub(crate) fn opens(&self, role: &str, folded: &str) -> Option<usize> {
        self.of(role).find_map(|cue| opens(folded, cue))
    }
    /// Where a cue of that role stands.
    pub(crate) fn find(&self, role: &str, folded: &str) -> Option<(usize, usize)> {
        self.of(role).find_map(|cue| find(folded, cue, slips(cue)))
    }
    /// The longest cue of that role that stands in `folded`, as it is listed.
    pub(crate) fn printed(&self, role: &str, folded: &str) -> Option<&str> {
        let stands = |cue: &&Cue| find(folded, &cue.folded, slips(&cue.folded)).is_some();
        self.cues(role).iter().find(stands).map(|cue| cue.printed.as_str())
    }
    /// Whether `folded` is a cue of that role, marks at its ends left out.
    pub(crate) fn is(&self, role: &str, folded: &str) -> bool {
        let core = folded.trim_matches(|c: char| !c.is_alphanumeric());
        self.of(role).any(|cue| same(core, cue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_are_found_although_letters_slipped() {
        let cases = [
            ("cong hoa xa hoi chu nghia viet naxi", "cong hoa xa hoi chu nghia viet nam", Some(0)),
            ("so y te doc lap - tu do - hanh phuc", "doc lap - tu do - hanh phuc", Some(8)),
            ("doc lap -- tu do -- hinh phuc", "doc lap - tu do - hanh phuc", Some(0)),
            ("noi nhan: giam doc", "noi nhan", Some(0)),
            ("hoi nhan dan", "noi nhan", None),
            ("doc lap dan toc", "doc lap - tu do - hanh phuc", None),
        ];
        for (text, cue, at) in cases {
            assert_eq!(find(text, cue, slips(cue)).map(|f| f.0), at, "{text}");
        }
        assert!(opens("- noi nhan:", "noi nhan").is_some());
        assert!(opens("cac noi nhan", "noi nhan").is_none());
        assert!(same("kinh gui", "kinh gui") && same("kinh gul", "kinh gui"));
    }
}
