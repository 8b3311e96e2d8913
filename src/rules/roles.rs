//! What the reading of documents relies on in the data: roles of kinds and phrases, what phrases may give, roles of cues.
//!
//! in: the data files → out: their roles, typed; what is wrong with what a phrase gives.
//! Promises: rules that load have every role (`validate`), so that no step looks for a kind or a phrase by an id of its own.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// What is known of a kind besides its titles (`role = "appendix"` in its file).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindRole {
    /// A letter without a title: công văn. One kind has this role.
    Letter,
    /// It belongs to the document before it: phụ lục.
    Appendix,
    /// It tells results: what it counts is owed by nobody.
    Report,
    /// What no other kind fits. One kind has this role.
    Other,
}

impl KindRole {
    /// All of them.
    pub const ALL: [KindRole; 4] = [KindRole::Letter, KindRole::Appendix, KindRole::Report, KindRole::Other];

    /// Whether two kinds with this role could not be told apart.
    pub(super) fn is_of_one_kind(self) -> bool {
        matches!(self, KindRole::Letter | KindRole::Other)
    }
}

impl fmt::Display for KindRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KindRole::Letter => "letter",
            KindRole::Appendix => "appendix",
            KindRole::Report => "report",
            KindRole::Other => "other",
        })
    }
}

/// What is known of a phrase besides what it gives (`role = "span"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhraseRole {
    /// `deadlines`: from a day to a day, which says a period better than a week or a month before it.
    Span,
    /// `deadlines`: a month or a quarter that may be what is reported on.
    Period,
    /// `quotas`: its own words are what is counted ("gửi 02 bộ").
    Copies,
}

impl PhraseRole {
    /// All of them.
    pub const ALL: [PhraseRole; 3] = [PhraseRole::Span, PhraseRole::Period, PhraseRole::Copies];

    /// The book whose reader looks for it.
    pub(super) fn book(self) -> &'static str {
        match self {
            PhraseRole::Span | PhraseRole::Period => "deadlines",
            PhraseRole::Copies => "quotas",
        }
    }
}

impl fmt::Display for PhraseRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PhraseRole::Span => "span",
            PhraseRole::Period => "period",
            PhraseRole::Copies => "copies",
        })
    }
}

/// What a phrase of a book may give.
enum Meaning {
    OneOf(&'static [&'static str]),
    /// A number from 1 to this one.
    UpTo(u32),
}

use Meaning::{OneOf, UpTo};

/// Book, key, values.
const MEANINGS: [(&str, &str, Meaning); 13] = [
    ("deadlines", "bound", OneOf(&["before", "by", "on", "within", "none"])),
    ("deadlines", "every", OneOf(&["week", "month", "quarter", "year"])),
    ("deadlines", "needs", OneOf(&["ahead", "answer", "duty", "report", "round"])),
    ("deadlines", "half", OneOf(&["1", "2"])),
    ("deadlines", "elliptic", OneOf(&["yes"])),
    ("deadlines", "runs", OneOf(&["from", "span", "until"])),
    ("deadlines", "day", UpTo(31)),
    ("deadlines", "month", UpTo(12)),
    ("quotas", "bound", OneOf(&["at_least", "at_most", "exactly", "from_to", "none"])),
    ("quotas", "needs", OneOf(&["asked", "copies", "duty", "each", "goal", "limit"])),
    ("quotas", "time", OneOf(&["yes"])),
    (
        "references",
        "role",
        OneOf(&["amends", "answers", "attachment", "attachment_of", "basis", "implements", "mention", "replaces"]),
    ),
    ("weekdays", "ordinal", OneOf(&["yes"])),
];

/// What is wrong with the meaning of a phrase of this book.
pub(super) fn wrong_meaning(book: &str, gives: &BTreeMap<String, String>) -> Option<String> {
    let of_book = || MEANINGS.iter().filter(|(of, ..)| *of == book);
    gives.iter().find_map(|(key, value)| {
        let Some((.., meaning)) = of_book().find(|(_, known, _)| known == key) else {
            let known: Vec<&str> = of_book().map(|(_, key, _)| *key).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Some(format!("phrases of {book} give no {key}: known are {known}"));
        };
        match meaning {
            OneOf(known) if known.contains(&value.as_str()) => None,
            OneOf(known) => Some(format!("{key} is never `{value}`: known are {}", known.join(", "))),
            UpTo(most) if value.parse::<u32>().is_ok_and(|n| (1..=*most).contains(&n)) => None,
            UpTo(most) => Some(format!("{key} is a number from 1 to {most}, not `{value}`")),
        }
    })
}

/// What the second cell of `words/cues.tsv` may say.
pub(super) const CUE_ROLES: [&str; 19] = [
    "addressees",
    "attached",
    "basis",
    "body",
    "circulation",
    "closing",
    "digital",
    "filing",
    "form",
    "form_title",
    "issued_with",
    "motto",
    "recipients",
    "secrecy",
    "stamp",
    "stamp_label",
    "subject",
    "urgency",
    "watchword",
];
