//! Word lists: `dictionaries/words/<list>.txt` (one entry a line) or `.tsv` (entry and what belongs to it).
//!
//! in: tokens and an index → out: the longest entry that stands there.
//! Promises: entries match as phrases do (case, spacing, lost diacritics), but never by other diacritics alone.

use super::token::{Fit, Gap, TokenKind, Tokens, Word};
use std::collections::HashMap;
use std::ops::Range;

/// The rows of one list, in file order.
#[derive(Debug, Clone, Default)]
pub struct WordList {
    rows: Vec<Vec<String>>,
    by_first: HashMap<String, Vec<Vec<Word>>>,
}

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
        let fits = |entry: &&Vec<Word>| {
            entry.iter().enumerate().all(|(index, word)| {
                (index == 0 || tokens.gap(at + index) < Gap::Paragraph)
                    && tokens.fit(at + index, word) == Some(Fit::Same)
            })
        };
        self.by_first.get(tokens.bare(at))?.iter().filter(fits).map(Vec::len).max()
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
            self.by_first.entry(first.bare.clone()).or_default().push(words);
        }
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
