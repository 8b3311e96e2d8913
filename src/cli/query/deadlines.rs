//! `congvan deadlines`: what is due, overdue, recurring.
//!
//! in: the store, a window of days, a unit → out: one line per deadline and day, by day.

use crate::cli::io::Context;
use crate::cli::io::listing::{self, Listing};
use crate::error::{Result, exit};
use crate::office::deadlines::{self, Standing, State, Window};
use crate::office::{lookup, wording};
use crate::store::Due;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use jiff::civil::Date;

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

/// Prints the deadlines.
pub fn run(args: &Deadlines, context: &Context) -> Result<u8> {
    let window = match args.when {
        Some(When::Today) => Window::Today,
        Some(When::Week) => Window::Week,
        Some(When::Overdue) => Window::Overdue,
        None => Window::Between(args.from, args.to),
    };
    let store = listing::open(context)?;
    let one = args.document.as_deref().map(|which| lookup::summary(store.as_ref(), which)).transpose()?;
    let id = one.as_ref().map(|one| one.id.as_str());
    let found = deadlines::due(store.as_ref(), window, args.unit.as_deref(), id, context.today)?;
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
            wording::shorten(&s.due.units.join("; "), 120),
            document(&s.due),
            s.due.page.map(|p| p.to_string()).unwrap_or_default(),
        ]
    })?;
    Ok(exit::OK)
}

/// "05/6/2024 16:00, hằng tháng (cần kiểm tra)".
pub(crate) fn day(standing: &Standing, lang: Lang) -> String {
    let due = &standing.due;
    let unknown = lang.pick("không rõ ngày", "no date");
    let mut out = wording::term(&due.deadline, due.day.as_ref(), unknown, lang);
    if due.doubtful {
        out += wording::to_be_checked(lang);
    }
    out
}

fn left(standing: &Standing, lang: Lang) -> String {
    match (standing.state, standing.days_left) {
        (State::Today, _) => lang.pick("hôm nay", "today").to_owned(),
        (State::Overdue, Some(days)) => format!("{} {}", lang.pick("quá hạn ngày:", "days overdue:"), -days),
        (State::Due, Some(days)) => format!("{days} {}", lang.pick("ngày", "days")),
        (State::Past, _) => lang.pick("đã qua", "past").to_owned(),
        _ => String::new(),
    }
}

/// What is to be done.
pub(crate) fn task(due: &Due) -> String {
    wording::shorten(due.deadline.task.as_deref().unwrap_or(&due.deadline.text), 160)
}

/// Number of the document it stands in, else its id.
pub(crate) fn document(due: &Due) -> String {
    due.document.number.clone().unwrap_or_else(|| due.document.id.clone())
}
