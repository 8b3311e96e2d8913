//! When a deadline is met: bounds and repeating days turned into last days.
//!
//! in: a [`Deadline`] → out: its last day, or a [`Rhythm`] that gives every last day between two dates.
//! Promises: "before" ends the day before, "by" and "on" on the day, "within" with the period; a day the month does not
//! have is the month's last (Bộ luật Dân sự 2015, Điều 148); nothing is moved because of weekends or holidays.
//! Leaves out: deadlines counted from an event (`relative`): they have no date until the event has one.

use super::{Bound, Day, Deadline, Every, Record, Recurrence};
use jiff::civil::Date;

/// How a deadline repeats, told by the last day on which it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Every week on this ISO weekday, Monday 1 … Sunday 7.
    Weekly(u8),
    /// Every `step` months, among them the month `first`.
    Monthly {
        /// A month 1..=12 in which it falls due.
        first: u8,
        /// 1, 3 or 12 months.
        step: u8,
        /// Day of the month; 31 is the last day, whatever the month.
        day: u8,
    },
}

impl Rhythm {
    /// Every last day in `from..=to`, in order. Linear in the number of months between.
    pub fn between(self, from: Date, to: Date) -> Vec<Date> {
        if from > to {
            return Vec::new();
        }
        match self {
            Rhythm::Weekly(weekday) => {
                let ahead = (i64::from(weekday) - i64::from(from.weekday().to_monday_one_offset())).rem_euclid(7);
                let first = add_days(from, ahead);
                std::iter::successors(first, |day| add_days(*day, 7)).take_while(|day| *day <= to).collect()
            }
            Rhythm::Monthly { first, step, day } => {
                let months = std::iter::successors(Some(from.first_of_month()), |m| next_month(*m));
                months
                    .take_while(|m| *m <= to)
                    .filter(|m| (i16::from(m.month()) - i16::from(first)).rem_euclid(i16::from(step.max(1))) == 0)
                    .map(|m| in_month(m, day))
                    .filter(|day| (from..=to).contains(day))
                    .collect()
            }
        }
    }
}

fn add_days(day: Date, days: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().days(days)).ok()
}

fn next_month(first: Date) -> Option<Date> {
    first.checked_add(jiff::Span::new().months(1)).ok()
}

fn in_month(first: Date, day: u8) -> Date {
    let day = (day.max(1) as i8).min(first.days_in_month());
    first.with().day(day).build().unwrap_or(first)
}

fn date(day: &Option<Day>) -> Option<Date> {
    day.as_ref()?.date()
}

impl Deadline {
    /// Last day on which a one-off deadline is still met; `None` for repeating and undated ones.
    pub fn final_day(&self) -> Option<Date> {
        // an hour is printed with the day it belongs to: "trước 16 giờ ngày 15" ends on the 15th
        if let Some(day) = self.time.as_ref().and_then(|_| date(&self.date)).or_else(|| date(&self.last_day)) {
            return Some(day);
        }
        let printed = date(&self.date).or_else(|| date(&self.period.as_ref()?.to))?;
        if self.bound == Bound::Before { printed.yesterday().ok() } else { Some(printed) }
    }

    /// How it repeats; `None` for one-off and undated deadlines. Without a printed day the last day of the span counts.
    pub fn rhythm(&self) -> Option<Rhythm> {
        let Recurrence { every, day, month, .. } = self.recurrence.as_ref()?;
        let earlier = u8::from(self.bound == Bound::Before && day.is_some() && self.time.is_none());
        if *every == Every::Week {
            let printed = day.filter(|d| (1..=7).contains(d)).unwrap_or(7);
            return Some(Rhythm::Weekly((printed + 6 - earlier) % 7 + 1));
        }
        let (printed_month, step) = match every {
            Every::Month => (1, 1),
            Every::Quarter => (3, 3),
            Every::Year => (month.filter(|m| (1..=12).contains(m)).unwrap_or(12), 12),
            _ => return None,
        };
        let printed = day.filter(|d| (1..=31).contains(d)).unwrap_or(31);
        Some(match printed - earlier {
            0 => Rhythm::Monthly { first: (printed_month + 10) % 12 + 1, step, day: 31 },
            day => Rhythm::Monthly { first: printed_month, step, day },
        })
    }

    /// The part of `from..=to` for which a repeating deadline is asked; what no end is told for goes on.
    pub fn asked_within(&self, from: Date, to: Date) -> (Date, Date) {
        let told = |end: fn(&Recurrence) -> &Option<Day>| date(end(self.recurrence.as_ref()?));
        (told(|r| &r.from).map_or(from, |first| first.max(from)), told(|r| &r.until).map_or(to, |last| last.min(to)))
    }

    /// The last of its last days; `None` where it goes on for good or has none.
    pub fn ends_on(&self) -> Option<Date> {
        let until = date(&self.recurrence.as_ref()?.until)?;
        // a yearly one has come within 13 months
        let from = until.checked_sub(jiff::Span::new().months(13)).ok()?;
        let (from, until) = self.asked_within(from, until);
        self.rhythm()?.between(from, until).last().copied()
    }

    /// Every last day in `from..=to`, in order: one for a one-off deadline, none for an undated one.
    pub fn last_days(&self, from: Date, to: Date) -> Vec<Date> {
        let (first, last) = self.asked_within(from, to);
        match self.rhythm() {
            Some(rhythm) => rhythm.between(first, last),
            None => self.final_day().into_iter().filter(|day| (from..=to).contains(day)).collect(),
        }
    }
}

impl Record {
    /// Whether a person still has to look at deadline `index` (0-based) or at one of its fields.
    pub fn deadline_doubtful(&self, index: usize) -> bool {
        let field = format!("deadlines[{index}]");
        self.needs_review.iter().any(|review| under(&review.field, &field))
    }

    /// 1-based page on which deadline `index` (0-based) stands; `None` where no evidence says so.
    pub fn deadline_page(&self, index: usize) -> Option<u32> {
        let field = format!("deadlines[{index}]");
        self.evidence.iter().find(|(path, _)| under(path, &field)).map(|(_, evidence)| evidence.page)
    }
}

fn under(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn repeating(bound: &str, every: &str, day: Option<u8>, month: Option<u8>) -> Deadline {
        let recurrence = Some(Recurrence { every: every.into(), day, month, ..Recurrence::default() });
        Deadline { bound: bound.into(), recurrence, ..Deadline::default() }
    }

    #[test]
    fn repeating_deadlines_end_on_their_last_day() {
        let (from, to) = (date(2023, 11, 1), date(2024, 3, 31));
        let cases = [
            (
                "before",
                "month",
                Some(15),
                None,
                &["2023-11-14", "2023-12-14", "2024-01-14", "2024-02-14", "2024-03-14"] as &[&str],
            ),
            ("before", "month", Some(1), None, &["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"]),
            ("by", "month", Some(30), None, &["2023-11-30", "2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"]),
            ("by", "month", Some(31), None, &["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"]),
            ("within", "month", None, None, &["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"]),
            ("by", "quarter", Some(30), None, &["2023-12-30", "2024-03-30"]),
            ("before", "quarter", Some(1), None, &["2023-11-30", "2024-02-29"]),
            ("before", "year", Some(1), Some(1), &["2023-12-31"]),
            ("before", "year", Some(1), Some(3), &["2024-02-29"]),
            ("by", "year", None, None, &["2023-12-31"]),
        ];
        for (bound, every, day, month, expected) in cases {
            let got: Vec<String> =
                repeating(bound, every, day, month).last_days(from, to).iter().map(Date::to_string).collect();
            assert_eq!(got, expected, "{bound} {every} {day:?} {month:?}");
        }
    }

    #[test]
    fn rounds_end_with_the_time_they_are_asked_for() {
        let mut monthly = repeating("before", "month", Some(5), None);
        let told = |monthly: &mut Deadline, from: &str, until: &str| {
            let round = monthly.recurrence.as_mut().unwrap();
            (round.from, round.until) = (Some(from.into()), Some(until.into()));
        };
        told(&mut monthly, "2025-12-01", "2026-02-28");
        let days = monthly.last_days(date(2025, 1, 1), date(2027, 1, 1));
        assert_eq!(days, [date(2025, 12, 4), date(2026, 1, 4), date(2026, 2, 4)]);
        assert_eq!(monthly.ends_on(), Some(date(2026, 2, 4)));
        told(&mut monthly, "2026-02-28", "2025-12-01");
        assert_eq!((monthly.last_days(date(2025, 1, 1), date(2027, 1, 1)), monthly.ends_on()), (vec![], None));
    }

    #[test]
    fn weekly_deadlines_fall_on_their_weekday() {
        let (from, to) = (date(2024, 6, 1), date(2024, 6, 12));
        let friday = repeating("by", "week", Some(5), None).last_days(from, to);
        assert_eq!(friday, [date(2024, 6, 7)]);
        let before_monday = repeating("before", "week", Some(1), None).last_days(from, to);
        assert_eq!(before_monday, [date(2024, 6, 2), date(2024, 6, 9)]);
    }

    #[test]
    fn one_off_deadlines_have_one_last_day() {
        let dated =
            |bound: &str, day: &str| Deadline { bound: bound.into(), date: Some(day.into()), ..Deadline::default() };
        assert_eq!(dated("before", "2024-03-01").final_day(), Some(date(2024, 2, 29)));
        assert_eq!(dated("by", "2024-03-01").final_day(), Some(date(2024, 3, 1)));
        assert_eq!(dated("by", "2024-02-31").final_day(), None);
        assert_eq!(Deadline::default().final_day(), None);
    }

    #[test]
    fn doubt_belongs_to_the_deadline_it_names() {
        let mut record = Record::default();
        record.review("deadlines[12].date", "smudged".into(), Vec::new());
        assert!(record.deadline_doubtful(12));
        assert!(!record.deadline_doubtful(1));
    }
}
