//! Secrecy marks: `dictionaries/secrecy/*.toml`, what a paper that holds a state secret says of itself.
//!
//! in: the data files → out: [`SecrecyMark`]s.
//! Promises: every mark carries the text of a page that bears it and of one that does not.
//! Leaves out: looking for them on a page (`document::secrecy`); what becomes of the file (`pipeline`).

use serde::Deserialize;

/// Words that keep a file back, and how they must stand on a page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecrecyMark {
    /// Unaccented id.
    pub id: String,
    /// How the words must stand.
    pub placed: Placed,
    /// The words, as a stamp or a form prints them.
    pub say: Vec<String>,
    /// Last words of the line above, in capitals, after which the mark is the rest of a title or a name.
    #[serde(default)]
    pub not_after: Vec<String>,
    /// The law or the practice it comes from.
    pub source: String,
    /// Pages that bear it.
    pub example: Vec<String>,
    /// Pages that do not.
    #[serde(default)]
    pub not: Vec<String>,
}

/// How the words of a mark stand on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Placed {
    /// In capitals, with nothing beside them: a stamp, a line of the header.
    Alone,
    /// In capitals before or behind the line of place and date or the state's name, into which a stamp was read.
    Beside,
    /// Before a degree of secrecy: "Độ mật: Tối mật".
    Label,
    /// Behind the letter's own number.
    Number,
    /// In capitals, alone in the first or last lines of a page.
    Edge,
    /// In capitals at the beginning of a line.
    Opens,
}
