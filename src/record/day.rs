//! A day as the JSON has it.
//!
//! in: a string of the JSON → out: a [`Day`], and the same string again.
//! Promises: a date as this version writes it is a [`Date`]; anything else that a store or a user's file holds in its place
//! is no error: it is kept and written back byte for byte.
//! Leaves out: days that are printed without a year (`rules`), instants.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the calendar. Ordered by time; what is no date comes last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Day {
    /// A civil date, in the JSON "2024-06-05".
    On(Date),
    /// What stands there and is not written so.
    Words(Box<str>),
}

impl Day {
    /// The date; `None` for words that are none.
    pub fn date(&self) -> Option<Date> {
        match self {
            Day::On(date) => Some(*date),
            // "20240605", "2024-06-05T07:00": another writer's spelling of a date
            Day::Words(words) => words.parse().ok(),
        }
    }
}

/// A date as offices write it: 05/6/2024, days and the months 1 and 2 with two digits (Nghị định 30/2020/NĐ-CP, Phụ lục I).
pub fn printed(date: Date) -> String {
    let month = if date.month() <= 2 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("{:02}/{month}/{}", date.day(), date.year())
}

impl From<Date> for Day {
    fn from(date: Date) -> Day {
        Day::On(date)
    }
}

impl From<&str> for Day {
    fn from(words: &str) -> Day {
        let date = words.parse::<Date>().ok().filter(|date| date.to_string() == words);
        date.map_or_else(|| Day::Words(words.into()), Day::On)
    }
}

impl From<String> for Day {
    fn from(words: String) -> Day {
        Day::from(words.as_str())
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

impl Default for Day {
    fn default() -> Day {
        Day::from("")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Day::On(date) => date.fmt(f),
            Day::Words(words) => f.pad(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_written_as_offices_write_them() {
        let cases = [((2024, 6, 5), "05/6/2024"), ((2024, 2, 2), "02/02/2024"), ((2024, 12, 31), "31/12/2024")];
        for ((year, month, day), words) in cases {
            assert_eq!(printed(date(year, month, day)), words);
        }
    }

    #[test]
    fn every_string_is_written_back_as_it_was() {
        let fifth = Some(date(2024, 6, 5));
        let cases = [
            ("2024-06-05", fifth, true),
            ("20240605", fifth, false),
            ("2024-06-05T16:00:00", fifth, false),
            ("2024-02-31", None, false),
            ("05/6/2024", None, false),
            ("2024-06", None, false),
            (" 2024-06-05", None, false),
            ("", None, false),
        ];
        for (words, date, plain) in cases {
            let json = serde_json::to_string(words).unwrap();
            let day: Day = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&day).unwrap(), json);
            assert_eq!((day.date(), matches!(day, Day::On(_))), (date, plain), "{words}");
        }
    }
}
