//! What a slot of a phrase read: dates, counts, hours, sums of money, words.
//!
//! in: nothing → out: [`Value`], written in one canonical form ([`std::fmt::Display`]) that the examples in the data use.
//! Promises: a date without a year stays one; nothing is completed here.

use std::fmt;

/// A day as printed: "15/6" has no year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    /// 1..=31.
    pub day: u8,
    /// 1..=12.
    pub month: u8,
    /// Four digits, when printed.
    pub year: Option<i16>,
}

/// What a slot read.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `{date}`: `2024-06-15`, without a year `--06-15`.
    Date(PartialDate),
    /// `{day}` of a month, 1..=31: `15`.
    Day(u8),
    /// `{weekday}`, Monday 1 … Sunday 7: `weekday 5`.
    Weekday(u8),
    /// `{month}` and its year when printed: `2024-09`, `--09`.
    Month(u8, Option<i16>),
    /// `{quarter}` 1..=4 and its year when printed: `2024-Q2`, `Q2`.
    Quarter(u8, Option<i16>),
    /// `{year}`: `2024`.
    Year(i16),
    /// `{count}`: `3`, `1500`, `0.5`.
    Count(f64),
    /// `{percent}`: `95%`.
    Percent(f64),
    /// `{duration}`: `5 working days`, `10 days`.
    Duration {
        /// Days (weeks are seven).
        days: u32,
        /// Working days only.
        working: bool,
    },
    /// `{hour}`: `16:00`.
    Hour(u8, u8),
    /// `{money}` in đồng: `2000000`.
    Money(u64),
    /// `{words}`, `{unit}`, `{event}`, `{symbol}`: the words, blanks evened out.
    Words(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Date(PartialDate { day, month, year: Some(year) }) => write!(f, "{year:04}-{month:02}-{day:02}"),
            Value::Date(PartialDate { day, month, year: None }) => write!(f, "--{month:02}-{day:02}"),
            Value::Day(day) => write!(f, "{day}"),
            Value::Weekday(day) => write!(f, "weekday {day}"),
            Value::Month(month, Some(year)) => write!(f, "{year:04}-{month:02}"),
            Value::Month(month, None) => write!(f, "--{month:02}"),
            Value::Quarter(quarter, Some(year)) => write!(f, "{year:04}-Q{quarter}"),
            Value::Quarter(quarter, None) => write!(f, "Q{quarter}"),
            Value::Year(year) => write!(f, "{year}"),
            Value::Count(count) => write!(f, "{count}"),
            Value::Percent(share) => write!(f, "{share}%"),
            Value::Duration { days, working: true } => write!(f, "{days} working days"),
            Value::Duration { days, working: false } => write!(f, "{days} days"),
            Value::Hour(hour, minute) => write!(f, "{hour:02}:{minute:02}"),
            Value::Money(dong) => write!(f, "{dong}"),
            Value::Words(words) => write!(f, "{words}"),
        }
    }
}
