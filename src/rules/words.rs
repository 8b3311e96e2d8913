//! Word lists: `dictionaries/words/<list>.txt` (one entry a line) or `.tsv` (entry and what belongs to it).
//!
//! in: tokens and an index → out: the longest entry that stands there.
//! Promises: entries match as phrases do (case, spacing, lost diacritics), but never by other diacritics alone.

use super::token::{Fit, Gap, TokenKind, Tokens, Word};
use crate::text::fold::bare;
use std::collections::HashMap;
use std::ops::Range;

/// The rows of one list, in file order.
#[derive(Debug, Clone, Default)]
pub struct WordList {
    rows: Vec<Vec<String>>,
    by_first: HashMap<String, Vec<Entry>>,
    by_folded: HashMap<String, usize>,
}

/// The words of an entry and the row it stands in.
#[derive(Debug, Clone)]
struct Entry {
    words: Vec<Word>,
    row: usize,
}

impl Entry {
    /// Whether it stands at token `at` as a phrase would: marks lost are forgiven, other marks are not.
    fn fits(&self, tokens: &Tokens, at: usize) -> bool {
        self.words.iter().enumerate().all(|(index, word)| {
            (index == 0 || tokens.gap(at + index) < Gap::Paragraph) && tokens.fit(at + index, word) == Some(Fit::Same)
        })
    }
    /// Whether its letters stand at token `at`, whatever marks they bear.
    fn is_spelt(&self, tokens: &Tokens, at: usize) -> bool {
        self.words.iter().enumerate().all(|(index, word)| tokens.bare(at + index) == word.bare)
    }
}

/// No entry that ends before a token is looked for further back, in tokens.
const LONGEST: usize = 8;

impl WordList {
    /// The entries (first cells).
    pub fn entries(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row[0].as_str())
    }
    /// All cells of all rows.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }
    /// First and second cell of each row that has two.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.rows.iter().filter(|row| row.len() > 1).map(|row| (row[0].clone(), row[1].clone())).collect()
    }
    /// Second cell of the row whose first is `entry`.
    pub fn get(&self, entry: &str) -> Option<&str> {
        self.rows.iter().find(|row| row[0] == entry).and_then(|row| row.get(1)).map(String::as_str)
    }

    /// Number of tokens of the longest entry that begins at token `at`.
    pub fn at(&self, tokens: &Tokens, at: usize) -> Option<usize> {
        let entries = self.by_first.get(tokens.bare(at))?;
        entries.iter().filter(|entry| entry.fits(tokens, at)).map(|entry| entry.words.len()).max()
    }

    /// The same by letters alone: for words that no others are spelt like, and that a scan seldom gives their marks.
    pub fn spelt_at(&self, tokens: &Tokens, at: usize) -> Option<usize> {
        let entries = self.by_first.get(tokens.bare(at))?;
        entries.iter().filter(|entry| entry.is_spelt(tokens, at)).map(|entry| entry.words.len()).max()
    }

    /// Second cell of the entry that begins at token `at`, letters alone compared; of several the longest.
    pub fn meaning_at(&self, tokens: &Tokens, at: usize) -> Option<&str> {
        let entries = self.by_first.get(tokens.bare(at))?;
        let entry = entries.iter().filter(|entry| entry.is_spelt(tokens, at)).max_by_key(|entry| entry.words.len())?;
        self.rows[entry.row].get(1).map(String::as_str)
    }

    /// Whether the letters of an entry end right before token `at`.
    pub fn spelt_before(&self, tokens: &Tokens, at: usize) -> bool {
        (at.saturating_sub(LONGEST)..at).any(|from| {
            let entries = self.by_first.get(tokens.bare(from)).map_or(&[][..], Vec::as_slice);
            entries.iter().any(|entry| from + entry.words.len() == at && entry.is_spelt(tokens, from))
        })
    }

    /// Whether an entry runs over token `at`.
    pub fn covers(&self, tokens: &Tokens, at: usize) -> bool {
        (at.saturating_sub(LONGEST - 1)..=at).any(|from| self.at(tokens, from).is_some_and(|len| from + len > at))
    }

    /// Whether an entry is written just so.
    pub fn has(&self, entry: &str) -> bool {
        self.rows.iter().any(|row| row[0] == entry)
    }

    /// Whether folded words begin with the folded form of an entry.
    pub fn heads(&self, folded: &str) -> bool {
        self.by_folded.keys().any(|entry| folded.starts_with(entry.as_str()))
    }

    /// The entry whose folded form is `folded`; of several the last.
    pub fn folded(&self, folded: &str) -> Option<&str> {
        self.by_folded.get(folded).map(|row| self.rows[*row][0].as_str())
    }

    /// The first entry within `range`: its tokens, half-open.
    pub fn first_in(&self, tokens: &Tokens, range: Range<usize>) -> Option<(usize, usize)> {
        range.clone().find_map(|at| Some((at, at + self.at(tokens, at)?)).filter(|(_, to)| *to <= range.end))
    }

    /// The last entry within `range`: its tokens, half-open.
    pub fn last_in(&self, tokens: &Tokens, range: Range<usize>) -> Option<(usize, usize)> {
        range.clone().rev().find_map(|at| Some((at, at + self.at(tokens, at)?)).filter(|(_, to)| *to <= range.end))
    }

    pub(super) fn add(&mut self, line: &str) {
        let row: Vec<String> = line.split('\t').map(|cell| cell.trim().to_owned()).collect();
        // a pair may stand once per second cell; a longer row is a definition and replaces the one it redefines
        if let Some(old) = self.rows.iter_mut().find(|old| old[0] == row[0] && row.len() > 2) {
            *old = row;
            return;
        }
        if self.rows.contains(&row) {
            return;
        }
        let tokens = Tokens::new(&row[0]);
        let is_word = |i: &usize| tokens.kind(*i) == Some(TokenKind::Word);
        let words: Vec<Word> = (0..tokens.len()).filter(is_word).map(|i| Word::new(tokens.raw(i))).collect();
        if let Some(first) = words.first() {
            let entry = self.by_first.entry(first.bare.clone()).or_default();
            entry.push(Entry { words, row: self.rows.len() });
        }
        self.by_folded.insert(bare(&row[0]), self.rows.len());
        self.rows.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_entry_is_found_whole() {
        let mut list = WordList::default();
        ["tổ chức", "báo cáo", "tổ chức thực hiện"].iter().for_each(|line| list.add(line));
        let tokens = Tokens::new("Các đơn vị TỔ CHỨC thực hiện và báo cáo");
        assert_eq!(list.first_in(&tokens, 0..tokens.len()), Some((3, 7)));
        assert_eq!(list.last_in(&tokens, 0..tokens.len()), Some((8, 10)));
        assert_eq!(list.first_in(&tokens, 0..5), None, "cut off by the range");
    }
}
