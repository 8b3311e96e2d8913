//! `congvan digest`: the morning list — due today, due this week, overdue.
//!
//! in: the store, today → out: text that fits an e-mail, or a page.
//! Promises: what is overdue for more than a month is counted, not listed.

use super::deadlines::{day, document, task};
use crate::cli::io::{Context, listing, output};
use crate::error::{Result, exit, one_line};
use crate::export::html;
use crate::office::deadlines::{self, Morning, Standing, State};
use crate::office::wording;
use crate::record::printed;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Whose morning list.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan digest --unit 'phong giao duc' | mail -s 'Nhắc việc' van-thu@example.vn\n  congvan digest --format html -o nhac-viec.html"
)]
pub struct Digest {
    /// Only units whose name contains this
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For an e-mail
    Text,
    /// A page for the screen and for A4 paper
    Html,
}

/// The parts of the list: state, heading in both languages.
const PARTS: [(State, &str, &str); 3] = [
    (State::Today, "Đến hạn hôm nay", "Due today"),
    (State::Due, "Trong 7 ngày tới", "Within 7 days"),
    (State::Overdue, "Quá hạn", "Overdue"),
];

/// Prints the list.
pub fn run(args: &Digest, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    let Morning { listed, long_overdue } = deadlines::morning(store.as_ref(), args.unit.as_deref(), context.today)?;
    let lang = context.lang;
    let note = lang.pick(
        "việc quá hạn hơn một tháng: xem bằng lệnh congvan deadlines",
        "overdue for more than a month: see congvan deadlines",
    );
    let note = if long_overdue == 0 { String::new() } else { format!("{long_overdue} {note}") };
    let title = format!("{} {}", lang.pick("Nhắc việc ngày", "Deadlines on"), printed(context.today));
    let bytes = match args.format {
        Format::Text => text(&title, &listed, &note, context),
        Format::Html => page(&title, &listed, &note, context),
    };
    output::write(args.output.as_deref(), bytes.as_bytes(), args.force)?;
    Ok(exit::OK)
}

fn text(title: &str, listed: &[Standing], note: &str, context: &Context) -> String {
    let mut out = format!("{title}\n");
    for (state, vi, en) in PARTS {
        let lines: Vec<String> = listed.iter().filter(|s| s.state == state).map(|s| entry(s, context)).collect();
        out += &format!("\n{} ({})\n", context.lang.pick(vi, en), lines.len());
        out += &lines.concat();
    }
    if !note.is_empty() {
        out += &format!("\n{note}\n");
    }
    out
}

fn page(title: &str, listed: &[Standing], note: &str, context: &Context) -> String {
    let lang = context.lang;
    let head = match lang {
        Lang::Vi => ["Khi nào", "Hạn cuối", "Việc", "Đơn vị", "Văn bản", "Trang"],
        Lang::En => ["When", "Last day", "Task", "Units", "Document", "Page"],
    };
    let of = |(state, vi, en): (State, &'static str, &'static str)| {
        let part = listed.iter().filter(move |s| s.state == state);
        part.map(move |s| {
            let page = s.due.page.map(|page| page.to_string()).unwrap_or_default();
            let when = lang.pick(vi, en).to_owned();
            vec![when, day(s, lang), task(&s.due), s.due.units.join("; "), document(&s.due), page]
        })
    };
    html::table(&html::Listing { title, summary: note, head: &head }, PARTS.into_iter().flat_map(of), lang)
}

fn entry(standing: &Standing, context: &Context) -> String {
    let due = &standing.due;
    let page = due.page.map(|p| format!(", {} {p}", context.lang.pick("trang", "page"))).unwrap_or_default();
    let units = if due.units.is_empty() {
        String::new()
    } else {
        format!(" — {}", wording::shorten(&due.units.join("; "), 120))
    };
    let line = format!("{}: {} [{}{page}]{units}", day(standing, context.lang), task(due), document(due));
    format!("  - {}\n", one_line(&line))
}
