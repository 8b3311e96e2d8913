//! Days as printed → days of the calendar.
//!
//! in: partial dates and the date of issue → out: jiff dates.
//! Promises: a date without a year falls in the year of issue, or in the next one where it would lie before the issue;
//! without a date of issue it stays unknown; days are never moved to working days.

use crate::document::{Document, Role, read_date_line};
use crate::rules::{PartialDate, Slot, Tokens, Value};
use crate::text::Text;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The day a printed date means.
pub(in crate::extract) fn day(printed: PartialDate, issued_on: Option<Date>) -> Option<Date> {
    let (day, month) = (printed.day as i8, printed.month as i8);
    if let Some(year) = printed.year {
        return Date::new(year, month, day).ok();
    }
    let issued = issued_on?;
    let this = Date::new(issued.year(), month, day).ok();
    this.filter(|d| *d >= issued).or_else(|| Date::new(issued.year() + 1, month, day).ok())
}

/// The first day on which the document may have been issued, where the day itself cannot be read (it is mostly written by
/// hand): the first of the month, or of the year, of the date line; else of the year that most full dates of the text
/// carry. It completes years and tells what is past; it is never told as the date of issue.
pub(in crate::extract) fn about(doc: &Document, text: &Text) -> Option<Date> {
    let head = doc.blocks_of(Role::PlaceDate).find_map(|span| {
        let line = read_date_line(text.slice(span))?;
        let month = line.month.value.and_then(|month| i8::try_from(month).ok()).unwrap_or(1);
        Date::new(line.year.value?, month, 1).ok()
    });
    head.or_else(|| Date::new(usual_year(text.slice(doc.span))?, 1, 1).ok())
}

/// The year most full dates carry; the later one of two.
fn usual_year(words: &str) -> Option<i16> {
    let tokens = Tokens::new(words);
    let mut years: BTreeMap<i16, usize> = BTreeMap::new();
    let digits = (0..tokens.len()).filter(|at| tokens.number(*at).is_some());
    for (_, value) in digits.filter_map(|at| Slot::Date.read(&tokens, at).into_iter().next()) {
        if let Value::Date(PartialDate { year: Some(year), .. }) = value {
            *years.entry(year).or_default() += 1;
        }
    }
    years.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
}

/// First and last day of a month; without a year the first such month that ends on or after the issue.
pub(in crate::extract) fn month(month: u8, year: Option<i16>, issued_on: Option<Date>) -> Option<(Date, Date)> {
    let whole = |year| {
        let first = Date::new(year, month as i8, 1).ok()?;
        Some((first, first.last_of_month()))
    };
    nearest(whole, year, issued_on)
}

/// First and last day of a quarter 1..=4.
pub(in crate::extract) fn quarter(quarter: u8, year: Option<i16>, issued_on: Option<Date>) -> Option<(Date, Date)> {
    let whole = |year| {
        let first = Date::new(year, quarter as i8 * 3 - 2, 1).ok()?;
        Some((first, first.checked_add(2.months()).ok()?.last_of_month()))
    };
    nearest(whole, year, issued_on)
}

fn nearest(
    whole: impl Fn(i16) -> Option<(Date, Date)>,
    year: Option<i16>,
    issued_on: Option<Date>,
) -> Option<(Date, Date)> {
    if let Some(year) = year {
        return whole(year);
    }
    let issued = issued_on?;
    whole(issued.year()).filter(|(_, last)| *last >= issued).or_else(|| whole(issued.year() + 1))
}

/// First and last day of a year.
pub(in crate::extract) fn year(year: i16) -> Option<(Date, Date)> {
    Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn years_are_completed_from_the_date_of_issue() {
        let issued = Some(date(2024, 9, 10));
        let printed = |day, month, year| PartialDate { day, month, year };
        assert_eq!(day(printed(15, 12, None), issued), Some(date(2024, 12, 15)));
        assert_eq!(day(printed(15, 6, None), issued), Some(date(2025, 6, 15)));
        assert_eq!(day(printed(15, 6, Some(2024)), issued), Some(date(2024, 6, 15)));
        assert_eq!(day(printed(15, 6, None), None), None);
        assert_eq!(month(9, None, issued), Some((date(2024, 9, 1), date(2024, 9, 30))));
        assert_eq!(month(2, None, issued), Some((date(2025, 2, 1), date(2025, 2, 28))));
        assert_eq!(quarter(4, Some(2024), None), Some((date(2024, 10, 1), date(2024, 12, 31))));
    }
}
