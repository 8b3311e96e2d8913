//! Days off: `dictionaries/holidays/<year>.tsv`, lines of date, off|work, name.
//!
//! in: a date → out: whether offices work on it, and the working day it moves to.
//! Promises: weekends are off unless a line says `work`; years without a file know weekends only.

use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// Holidays and swapped working days.
#[derive(Debug, Clone, Default)]
pub struct Holidays {
    days: BTreeMap<Date, (bool, String)>,
}

impl Holidays {
    /// Adds one line of a file.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub(super) fn add(&mut self, line: &str) -> Result<(), String> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [date, what, name] = cells[..] else { return Err("write date, off or work, name, parted by tabs".into()) };
        let date: Date = date.parse().map_err(|_| format!("`{date}` is no date: write 2025-01-29"))?;
        let off = match what {
            "off" => true,
            "work" => false,
            other => return Err(format!("`{other}` is neither off nor work")),
        };
        self.days.insert(date, (off, name.to_owned()));
        Ok(())
    }
    /// The name of a day off that is not a plain weekend.
    pub fn name(&self, date: Date) -> Option<&str> {
        self.days.get(&date).filter(|(off, _)| *off).map(|(_, name)| name.as_str())
    }
    /// Whether offices work on this day.
    pub fn is_working(&self, date: Date) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.days.get(&date).map_or(!weekend, |(off, _)| !off)
    }
    /// The last working day on or before `date`.
    pub fn last_working(&self, date: Date) -> Date {
        let mut day = date;
        while !self.is_working(day) {
            let Ok(before) = day.yesterday() else { return day };
            day = before;
        }
        day
    }
    /// Whether the year has a file of its own.
    pub fn knows(&self, year: i16) -> bool {
        self.days.keys().any(|day| day.year() == year)
    }
}
