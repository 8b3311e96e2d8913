//! `congvan digest`: the morning list — due today, due this week, overdue.
//!
//! in: the store, today → out: text that fits an e-mail.
//! Promises: what is overdue for more than a month is counted, not listed.

use super::deadlines::{EVER, Standing, day, document, standing, task};
use super::{Context, listing, output, table};
use crate::error::{Result, exit, one_line};
use crate::store::DueFilter;
use clap::Args;
use jiff::ToSpan;

/// Whose morning list.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan digest --unit 'phong giao duc' | mail -s 'Nhắc việc' van-thu@example.vn")]
pub struct Digest {
    /// Only units whose name contains this
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
}

/// Overdue for longer than this is only counted.
const RECENT: i32 = 31;

/// Prints the list.
pub fn run(args: &Digest, context: &Context) -> Result<u8> {
    let today = context.today;
    let filter = DueFilter {
        from: EVER.0,
        to: today.checked_add(6.days()).unwrap_or(today),
        repeating_from: today,
        unit: args.unit.clone(),
        undated: false,
        next_only: false,
    };
    let all: Vec<Standing> = listing::open(context)?.due(&filter)?.into_iter().map(|d| standing(d, today)).collect();
    let lang = context.lang;
    let old = all.iter().filter(|s| s.days_left.is_some_and(|left| left < -RECENT)).count();
    let mut out = format!("{} {}\n", lang.pick("Nhắc việc ngày", "Deadlines on"), table::date(&today.to_string()));
    let parts = [
        ("today", "Đến hạn hôm nay", "Due today"),
        ("due", "Trong 7 ngày tới", "Within 7 days"),
        ("overdue", "Quá hạn", "Overdue"),
    ];
    for (state, vi, en) in parts {
        let within = |s: &&Standing| s.state == state && s.days_left.is_none_or(|left| left >= -RECENT);
        let lines: Vec<String> = all.iter().filter(within).map(|s| entry(s, context)).collect();
        out += &format!("\n{} ({})\n", lang.pick(vi, en), lines.len());
        out += &lines.concat();
    }
    if old > 0 {
        let note = lang.pick(
            "việc quá hạn hơn một tháng: xem `congvan deadlines`",
            "overdue for more than a month: see `congvan deadlines`",
        );
        out += &format!("\n{old} {note}\n");
    }
    output::write(None, out.as_bytes(), false)?;
    Ok(exit::OK)
}

fn entry(standing: &Standing, context: &Context) -> String {
    let due = &standing.due;
    let page = due.page.map(|p| format!(", {} {p}", context.lang.pick("trang", "page"))).unwrap_or_default();
    let units = if due.units.is_empty() {
        String::new()
    } else {
        format!(" — {}", listing::shorten(&due.units.join("; "), 120))
    };
    let line = format!("{}: {} [{}{page}]{units}", day(standing, context.lang), task(due), document(due));
    format!("  - {}\n", one_line(&line))
}
