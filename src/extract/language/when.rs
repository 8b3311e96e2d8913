//! When something is due: the slots of a phrase as one of day, round, span of days, term.
//!
//! in: a [`Match`] of the deadline phrases and the date of issue → out: [`When`].
//! Promises: exactly one of the four is set; spans of years and anniversaries give nothing.

use super::dates;
use crate::record::{Bound, Every, Recurrence, Relative};
use crate::rules::{Match, PartialDate, Value};
use jiff::civil::Date;

/// When something is due: exactly one of the four.
#[derive(Debug, Default)]
pub(in crate::extract) struct When {
    pub date: Option<Date>,
    pub recurrence: Option<Recurrence>,
    pub period: Option<(Option<Date>, Option<Date>)>,
    pub relative: Option<Relative>,
    /// Whether an hour of that day is told.
    pub by_hour: bool,
}

impl When {
    /// Last day on which it is still met; one-off days and periods only.
    pub fn last_day(&self, bound: &Bound) -> Option<Date> {
        match (self.date, self.period) {
            // "trước 16 giờ ngày 12/5": on the day itself there is still time
            (Some(date), _) if *bound == Bound::Before && !self.by_hour => date.yesterday().ok(),
            (Some(date), _) => Some(date),
            (None, Some((_, to))) => to,
            _ => None,
        }
    }

    /// The same day every year.
    pub fn yearly(self, hit: &Match) -> When {
        let Some(Value::Date(PartialDate { day, month, .. })) = hit.slot("date") else { return self };
        When { recurrence: Some(every(Every::Year, Some(*day), Some(*month))), ..When::default() }
    }
}

fn every(every: Every, day: Option<u8>, month: Option<u8>) -> Recurrence {
    Recurrence { every, day, month, ..Recurrence::default() }
}

/// Longest span of days that is a deadline; longer ones are periods of plans.
const LONGEST_PERIOD_DAYS: i32 = 3 * 366;

/// What the slots of a match say about the time; `None` where they contradict each other or cannot be dated.
pub(in crate::extract) fn when(hit: &Match, issued_on: Option<Date>) -> Option<When> {
    if let Some(round) = hit.gives("every") {
        return recurring(hit, round.into());
    }
    if let Some(Value::Duration { days, working }) = hit.slot("duration") {
        let from = hit.slot("event").map(Value::to_string).unwrap_or_default();
        let relative = Some(Relative { days: *days, working_days: *working, from });
        return Some(When { relative, ..When::default() });
    }
    if let Some(to) = hit.slot("to") {
        return span(hit.slot("from")?, to, issued_on);
    }
    let bound = hit.gives("bound").map(Bound::from);
    let whole =
        match hit.slots.iter().map(|(_, value, _)| value).find(|v| !matches!(v, Value::Hour(..) | Value::Count(_)))? {
            Value::Date(printed) => {
                let date = dates::day(*printed, issued_on)?;
                return Some(When { date: Some(date), by_hour: hit.slot("hour").is_some(), ..When::default() });
            }
            Value::Month(month, year) => dates::month(*month, *year, issued_on)?,
            Value::Quarter(quarter, year) => dates::quarter(*quarter, *year, issued_on)?,
            Value::Year(year) => half(dates::year(*year)?, hit.gives("half"))?,
            _ => return None,
        };
    Some(match bound {
        Some(Bound::Before) => When { date: Some(whole.0), ..When::default() },
        // "đến hết tháng 9/2024": bound by, the period's end
        Some(Bound::By) => When { period: Some((None, Some(whole.1))), ..When::default() },
        _ => When { period: Some((Some(whole.0), Some(whole.1))), ..When::default() },
    })
}

/// The half of the year that is asked for, else the year.
fn half((from, to): (Date, Date), half: Option<&str>) -> Option<(Date, Date)> {
    let at = |month, day| Date::new(from.year(), month, day).ok();
    Some(match half {
        Some("1") => (from, at(6, 30)?),
        Some("2") => (at(7, 1)?, to),
        _ => (from, to),
    })
}

fn recurring(hit: &Match, round: Every) -> Option<When> {
    let fixed = |key: &str| hit.gives(key).and_then(|v| v.parse().ok());
    let recurrence = match (hit.slot("date"), hit.slot("day"), hit.slot("weekday")) {
        (Some(Value::Date(d)), ..) => every(round, Some(d.day), Some(d.month)),
        (_, Some(Value::Day(day)), _) => every(round, Some(*day), None),
        (.., Some(Value::Weekday(day))) => every(round, Some(*day), None),
        _ => every(round, fixed("day"), fixed("month")),
    };
    Some(When { recurrence: Some(recurrence), ..When::default() })
}

fn span(from: &Value, to: &Value, issued_on: Option<Date>) -> Option<When> {
    let (first, last) = match (from, to) {
        (Value::Date(from), Value::Date(to)) => {
            let last = dates::day(*to, issued_on)?;
            let year = from.year.or_else(|| Some(last.year()));
            let first = dates::day(PartialDate { year, ..*from }, issued_on)?;
            // "từ 15/11 đến 15/01/2026": the first lies in the year before
            let first = if first > last && from.year.is_none() {
                first.checked_sub(jiff::ToSpan::year(1)).ok()?
            } else {
                first
            };
            (first, last)
        }
        (Value::Day(from), Value::Date(to)) => {
            let last = dates::day(*to, issued_on)?;
            (Date::new(last.year(), last.month(), *from as i8).ok()?, last)
        }
        (Value::Month(from, year), Value::Month(to, last_year)) => {
            let (_, last) = dates::month(*to, last_year.or(*year), issued_on)?;
            let year = year.unwrap_or(if from > to { last.year() - 1 } else { last.year() });
            (dates::month(*from, Some(year), issued_on)?.0, last)
        }
        (Value::Month(from, year), Value::Date(to)) => {
            let last = dates::day(*to, issued_on)?;
            (dates::month(*from, year.or(Some(last.year())), issued_on)?.0, last)
        }
        (Value::Month(from, year), Value::Year(to)) => {
            (dates::month(*from, year.or(Some(*to)), issued_on)?.0, dates::year(*to)?.1)
        }
        _ => return None,
    };
    let days = first.until(last).ok()?.get_days();
    let anniversary = first.month() == last.month() && first.day() == last.day() && days > 300;
    (first <= last && days <= LONGEST_PERIOD_DAYS && !anniversary)
        .then(|| When { period: Some((Some(first), Some(last))), ..When::default() })
}
