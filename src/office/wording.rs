//! How an office writes days and terms, the same in its registers, its lists and on its page.
//!
//! in: days, deadlines → out: "05/6/2024", "05/6/2024 16:00, hằng tháng".
//! The Vietnamese here is what is shown, nothing is recognised by it; it stands beside its English.

use crate::record::{Day, Deadline, Every, Record, printed};
use crate::text::lang::Lang;

/// A day as offices write it: "05/6/2024". What is no date comes back unchanged.
pub fn day(day: &Day) -> String {
    day.date().map_or_else(|| day.to_string(), printed)
}

/// The same; empty where there is none.
pub fn day_if_any(known: &Option<Day>) -> String {
    known.as_ref().map(day).unwrap_or_default()
}

/// The term `on` a day (one of the days of a repeating one), with its hour and how it repeats. `unknown` stands for
/// the day where neither a day nor an event to count from is told.
pub fn term(deadline: &Deadline, on: Option<&Day>, unknown: &str, lang: Lang) -> String {
    let mut out = match (on, &deadline.relative) {
        (Some(on), _) => day(on),
        (None, Some(r)) => {
            let days = match r.working_days {
                true => lang.pick("ngày làm việc", "working days"),
                false => lang.pick("ngày", "days"),
            };
            format!("{} {days}, {} {}", r.days, lang.pick("kể từ", "from"), r.from)
        }
        (None, None) => unknown.to_owned(),
    };
    if let Some(time) = &deadline.time {
        out += &format!(" {time}");
    }
    if let Some(recurrence) = &deadline.recurrence {
        let every = match recurrence.every {
            Every::Week => lang.pick("hằng tuần", "weekly"),
            Every::Month => lang.pick("hằng tháng", "monthly"),
            Every::Quarter => lang.pick("hằng quý", "quarterly"),
            _ => lang.pick("hằng năm", "yearly"),
        };
        out += &format!(", {every}");
        let ends = [(&recurrence.from, lang.pick("từ", "from")), (&recurrence.until, lang.pick("đến hết", "until"))];
        for (end, word) in ends {
            out += &end.as_ref().map_or_else(String::new, |end| format!(" {word} {}", day(end)));
        }
    }
    out
}

/// A document's number as it is shown to people; `None` where it has none or none was read.
pub fn number(record: &Record) -> Option<String> {
    record.shown_number()
}

/// Marks what a person should look at.
pub fn to_be_checked(lang: Lang) -> &'static str {
    lang.pick(" (cần kiểm tra)", " (to be checked)")
}

/// At most `most` characters of a text on one line, cut between words.
pub fn shorten(raw: &str, most: usize) -> String {
    let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", line[..cut].rsplit_once(' ').map_or(&line[..cut], |(head, _)| head)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_offices_write_them() {
        for (words, printed) in [("2024-06-05", "05/6/2024"), ("?", "?")] {
            assert_eq!(day(&words.into()), printed);
        }
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        for (raw, short) in [("một hai  ba", "một hai…"), ("một", "một"), ("mộthaibabốn", "mộthaiba…")]
        {
            assert_eq!(shorten(raw, 8), short);
        }
    }
}
