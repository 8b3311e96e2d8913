//! What stands in the fields of a printed frame that are filled in by pen: number, day, month, the incoming stamp.
//!
//! in: readings of `page`'s digit recogniser → out: plain data that travels with the [`super::Text`].
//! Promises: values best first with probabilities; `accepted` only where the recogniser's voices agree.

use super::Rect;
use serde::{Deserialize, Serialize};

/// A field that is usually filled in by pen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenField {
    /// Serial number after "Số".
    Number,
    /// Day of issue.
    Day,
    /// Month of issue.
    Month,
    /// Number in the incoming stamp.
    ReceivedNumber,
    /// Date in the incoming stamp, "17/10/17".
    ReceivedDate,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ink {
    /// The zone is empty: a draft, or a number not yet given.
    Nothing,
    /// By pen.
    Hand,
    /// Typed.
    Print,
}

/// One voice's first choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// Who says it.
    pub by: VoiceName,
    /// The value; empty for "nothing is written".
    pub value: String,
    /// How sure the voice is, 0..=1, as it says itself.
    pub probability: f32,
}

/// Who reads a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VoiceName {
    /// The net over the whole strip.
    Line,
    /// The net over cut segments.
    Segments,
    /// The words of the page, where they hold such a value.
    Words,
}

impl VoiceName {
    /// As records and `explain --why` name it.
    pub fn id(self) -> &'static str {
        match self {
            VoiceName::Line => "line",
            VoiceName::Segments => "segments",
            VoiceName::Words => "words",
        }
    }
}

/// The reading of one field on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// 1-based page.
    pub page: u32,
    /// Which field.
    pub field: WrittenField,
    /// The zone on the page image.
    pub bbox: Rect,
    /// Values with probabilities 0..=1, best first; the empty value means that nothing is written.
    pub best: Vec<(String, f32)>,
    /// Whether the best value may be taken as read.
    pub accepted: bool,
    /// How it is written.
    pub ink: Ink,
    /// What each voice of the recogniser puts first.
    #[serde(default)]
    pub voices: Vec<Voice>,
}

impl Written {
    /// The best value, where it may be taken as read.
    pub fn value(&self) -> Option<&str> {
        let (best, _) = self.best.first()?;
        (self.accepted && !best.is_empty()).then_some(best)
    }
    /// The values that are not empty, best first.
    pub fn candidates(&self) -> impl Iterator<Item = (&str, f32)> {
        self.best.iter().filter(|(value, _)| !value.is_empty()).map(|(value, p)| (value.as_str(), *p))
    }
}
