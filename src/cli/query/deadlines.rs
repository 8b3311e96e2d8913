//! `congvan deadlines`: what is due, overdue, recurring.
//!
//! in: the store, a window of days, a unit → out: one line per deadline and day, by day.
//! Without `--to` a repeating deadline is told once, on its next day; without `--from` one-off deadlines of the past are
//! overdue and shown. Leaves out: whether a duty was met (the store does not know submissions yet).

use crate::cli::Context;
use crate::cli::io::listing::{self, Listing, shorten};
use crate::cli::io::table;
use crate::cli::query::show;
use crate::error::{Result, exit};
use crate::record::{Day, Deadline, Every};
use crate::store::{Due, DueFilter};
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::Serialize;

/// Which deadlines.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan deadlines --to 2024-06-30\n  congvan deadlines --unit 'hoa gao' --format csv\n  congvan deadlines --when week\n  congvan deadlines --document 117/KH-UBND"
)]
pub struct Deadlines {
    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only units whose name contains this (case and diacritics do not matter)
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// Only those of one document, by number or id
    #[arg(long, value_name = "NUMBER|ID")]
    document: Option<String>,
    /// Only what is due today, within seven days, or overdue
    #[arg(long, value_enum, conflicts_with_all = ["from", "to"])]
    when: Option<When>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Today,
    Week,
    Overdue,
}

/// A deadline and where it stands today.
#[derive(Debug, Serialize)]
pub(crate) struct Standing {
    #[serde(flatten)]
    pub due: Due,
    /// overdue | today | due | past (a repeating one: nobody knows whether it was met) | undated
    pub state: &'static str,
    /// Days from today to the last day, negative when it is past.
    pub days_left: Option<i32>,
}

/// The first and the last day a four-digit year can name.
pub(crate) const EVER: (Date, Date) = (date(1, 1, 1), date(9999, 12, 31));

/// Prints the deadlines.
pub fn run(args: &Deadlines, context: &Context) -> Result<u8> {
    let today = context.today;
    let in_a_week = today.checked_add(6.days()).unwrap_or(today);
    let (from, to) = match args.when {
        Some(When::Today) => (Some(today), Some(today)),
        Some(When::Week) => (Some(today), Some(in_a_week)),
        Some(When::Overdue) => (None, Some(today)),
        None => (args.from, args.to),
    };
    let filter = DueFilter {
        from: from.unwrap_or(EVER.0),
        to: to.unwrap_or(EVER.1),
        repeating_from: from.unwrap_or(today),
        unit: args.unit.clone(),
        undated: from.is_none() && to.is_none(),
        next_only: to.is_none(),
    };
    let store = listing::open(context)?;
    let of = args.document.as_deref().map(|which| show::the_one(store.find(which)?, which)).transpose()?;
    let mut found: Vec<Standing> = store.due(&filter)?.into_iter().map(|due| standing(due, today)).collect();
    found.retain(|s| of.as_ref().is_none_or(|of| of.id == s.due.document.id));
    found.retain(|s| args.when != Some(When::Overdue) || s.state == "overdue");
    let lang = context.lang;
    let head = [
        lang.pick("Hạn cuối", "Last day"),
        lang.pick("Còn lại", "Left"),
        lang.pick("Việc", "Task"),
        lang.pick("Đơn vị", "Units"),
        lang.pick("Văn bản", "Document"),
        lang.pick("Trang", "Page"),
    ];
    args.listing.write(&head, &found, |s| {
        [
            day(s, lang),
            left(s, lang),
            task(&s.due),
            shorten(&s.due.units.join("; "), 120),
            document(&s.due),
            s.due.page.map(|p| p.to_string()).unwrap_or_default(),
        ]
    })?;
    Ok(exit::OK)
}

/// Where a deadline stands on `today`.
pub(crate) fn standing(due: Due, today: Date) -> Standing {
    let day = due.day.as_ref().and_then(Day::date);
    let days_left = day.and_then(|day| today.until(day).ok()).map(|span| span.get_days());
    let state = match days_left {
        None => "undated",
        Some(0) => "today",
        Some(left) if left > 0 => "due",
        Some(_) if due.repeating => "past",
        Some(_) => "overdue",
    };
    Standing { due, state, days_left }
}

/// "05/6/2024 16:00, hằng tháng (cần kiểm tra)".
pub(crate) fn day(standing: &Standing, lang: Lang) -> String {
    let due = &standing.due;
    let unknown = lang.pick("không rõ ngày", "no date");
    let mut out = term(&due.deadline, due.day.as_ref(), unknown, lang);
    if due.doubtful {
        out += lang.pick(" (cần kiểm tra)", " (to be checked)");
    }
    out
}

/// The term on `day` (one of the days of a repeating one), with its hour and how it repeats. `unknown` stands for
/// the day where neither a day nor an event to count from is told.
pub(crate) fn term(deadline: &Deadline, day: Option<&Day>, unknown: &str, lang: Lang) -> String {
    let mut out = match (day, &deadline.relative) {
        (Some(day), _) => table::day(day),
        (None, Some(r)) => {
            let days = if r.working_days {
                lang.pick("ngày làm việc", "working days")
            } else {
                lang.pick("ngày", "days")
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
    }
    out
}

fn left(standing: &Standing, lang: Lang) -> String {
    match (standing.state, standing.days_left) {
        ("today", _) => lang.pick("hôm nay", "today").to_owned(),
        ("overdue", Some(days)) => format!("{} {}", lang.pick("quá hạn ngày:", "days overdue:"), -days),
        ("due", Some(days)) => format!("{days} {}", lang.pick("ngày", "days")),
        ("past", _) => lang.pick("đã qua", "past").to_owned(),
        _ => String::new(),
    }
}

/// What is to be done.
pub(crate) fn task(due: &Due) -> String {
    shorten(due.deadline.task.as_deref().unwrap_or(&due.deadline.text), 160)
}

/// Number of the document it stands in, else its id.
pub(crate) fn document(due: &Due) -> String {
    due.document.number.clone().unwrap_or_else(|| due.document.id.clone())
}
