//! Form `weekday`: a day of the week printed beside a date that falls on another one.
//!
//! in: "thứ Hai, ngày 15/9/2025", "ngày 15/9/2025 (thứ Hai)" by `dictionaries/phrases/weekdays.toml` → out: a hit each.
//! Promises: a date without a year takes the year of issue and is doubtful; without either it is left alone.

use super::super::{Hit, Subject};
use super::{WEEKDAYS, day, printed, quote};
use crate::rules::{Check, Tokens, Value};
use jiff::civil::Date;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let words = subject.words();
    let tokens = Tokens::new(words);
    let issued = day(subject.record.issued_on.as_ref());
    let found = subject.rules.phrases("weekdays").find(&tokens);
    let wrong = found.iter().filter(|hit| hit.gives("ordinal").is_none()).filter_map(|hit| {
        let (Some(Value::Weekday(told)), Some(Value::Date(date))) = (hit.slot("weekday"), hit.slot("date")) else {
            return None;
        };
        let year = date.year.or(issued.map(|i| i.year()))?;
        let day = Date::new(year, date.month as i8, date.day as i8).ok()?;
        let right = day.weekday().to_monday_one_offset() as u8;
        (right != *told).then(|| {
            let name = |number: u8| WEEKDAYS[usize::from(number.clamp(1, 7)) - 1].to_owned();
            let values = vec![("day", printed(day)), ("told", name(*told)), ("right", name(right))];
            Hit { text: quote(words, hit.span), values, doubtful: date.year.is_none() || subject.is_read() }
        })
    });
    wrong.collect()
}
