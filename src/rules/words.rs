//! Word lists: `dictionaries/words/<list>.txt` (one entry a line) or `.tsv` (entry and what belongs to it).

/// The rows of one list, in file order.
#[derive(Debug, Clone, Default)]
pub struct WordList {
    pub(super) rows: Vec<Vec<String>>,
}

impl WordList {
    pub(super) const EMPTY: WordList = WordList { rows: Vec::new() };

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
}
