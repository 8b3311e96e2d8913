//! What a page's reader warns of.
//!
//! in: what was lost of a page → out: a [`Warning`], in the JSON of a cached page one English sentence.
//! Promises: a sentence of another version is kept as it stands.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Behind the share of print that was not read.
const UNREAD: &str = " % of the print was not read: compare the page with its image";
const CUT_OFF: &str = "the image ends before its last row: the lower part of the page is missing";

/// Something on a page that a person should look at. Displayed as one English sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Warning {
    /// So many hundredths of the print were not read.
    Unread(u32),
    /// The image ends before its last row.
    CutOff,
    /// What another version said.
    Other(String),
}

impl From<String> for Warning {
    fn from(said: String) -> Warning {
        match said.strip_suffix(UNREAD).and_then(|percent| percent.parse().ok()) {
            Some(percent) => Warning::Unread(percent),
            None if said == CUT_OFF => Warning::CutOff,
            None => Warning::Other(said),
        }
    }
}

impl From<Warning> for String {
    fn from(warning: Warning) -> String {
        warning.to_string()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Unread(percent) => write!(f, "{percent}{UNREAD}"),
            Warning::CutOff => f.write_str(CUT_OFF),
            Warning::Other(said) => f.write_str(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_sentences_are_read_and_written_back() {
        for (said, meant) in [
            ("12 % of the print was not read: compare the page with its image", Some(Warning::Unread(12))),
            ("the image ends before its last row: the lower part of the page is missing", Some(Warning::CutOff)),
            ("a % of the print was not read: compare the page with its image", None),
            ("x", None),
        ] {
            let warning = Warning::from(said.to_owned());
            assert_eq!(warning.to_string(), said);
            assert_eq!(warning, meant.unwrap_or(Warning::Other(said.to_owned())));
        }
    }
}
