//! `congvan status`: obligations × units, and who has not answered.
//!
//! in: the store, one document or all, `units.toml` → out: per unit and duty: done, late, short (2 of 3), missing, not yet
//! due.

use crate::cli::io::listing::{self, note};
use crate::cli::io::units::Units;
use crate::cli::io::{Context, inputs, output, table};
use crate::error::{Result, exit};
use crate::export::{csv, html, json};
use crate::office::answers_due::{self, Asked};
use crate::office::wording::shorten;
use crate::record::printed;
use crate::text::lang::Lang;
use crate::tracking::{Line, State, Submission};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// Of which document, for whom.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Status {
    /// Only the obligations of this document (number or id)
    #[arg(value_name = "NUMBER", conflicts_with = "of")]
    number: Option<String>,
    /// The same, as an option
    #[arg(long, value_name = "NUMBER")]
    of: Option<String>,
    #[command(flatten)]
    units: Units,
    /// Of repeating duties the days since this one [default: a year ago]
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Only who has not answered, too late or with too little: the list for a reminder's annex
    #[arg(long)]
    missing: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
Examples:
  congvan status 117/KH-UBND
  congvan status 117/KH-UBND --missing --format html -o chua-bao-cao.html
units.toml, one entry per unit (letters may call it by an alias, or all of a class together):
  [[unit]]
  name = \"Ủy ban nhân dân phường Đồng Mây\"
  aliases = [\"phường Đồng Mây\"]
  class = \"Ủy ban nhân dân các phường\"
  email = \"van-thu@dongmay.example.vn\"
  [[class]]
  name = \"Ủy ban nhân dân các phường\"
  aliases = [\"các phường\"]
A letter of a unit answers when it cites the document's number, or has its whole subject in its own; what was matched by
likeness, or owed by number and not counted, is marked to be checked. \"chưa đủ (2/3)\": 3 things are owed, the fullest
answer holds 2.";

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns for reading
    Table,
    /// One JSON array; keys never change
    Json,
    /// For spreadsheets: UTF-8 with byte order mark
    Csv,
    /// A page for the screen and for A4 paper
    Html,
}

/// Prints the obligations.
pub fn run(args: &Status, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    listing::note_quarantined(store.as_ref(), context)?;
    let roster = args.units.roster(context)?;
    if roster.units().is_empty() && args.missing {
        note(context, "no units.toml: whose answers count is not known, see `congvan status --help`");
    }
    let document = args.number.as_deref().or(args.of.as_deref());
    let asked = Asked { document, since: args.since, missing: args.missing };
    let rules = inputs::rules(context)?;
    let owed = answers_due::owed(store.as_ref(), &rules, &roster, &asked, context.today)?;
    output::write(args.output.as_deref(), &written(args, &owed, context)?, args.force)?;
    Ok(exit::OK)
}

fn written(args: &Status, owed: &[Line], context: &Context) -> Result<Vec<u8>> {
    let lang = context.lang;
    let head = [
        lang.pick("Đơn vị", "Unit"),
        lang.pick("Văn bản", "Document"),
        lang.pick("Nhiệm vụ", "Duty"),
        lang.pick("Hạn cuối", "Last day"),
        lang.pick("Tình trạng", "State"),
        lang.pick("Văn bản trả lời", "Answer"),
    ];
    let row = |line: &Line| {
        vec![
            line.unit.clone(),
            line.document.clone(),
            shorten(&line.duty, 160),
            line.due.map(printed).unwrap_or_default(),
            state(line, lang),
            line.submissions.iter().map(|s| answer(s, lang)).collect::<Vec<_>>().join("; "),
        ]
    };
    let rows: Vec<Vec<String>> = owed.iter().map(row).collect();
    Ok(match args.format {
        Format::Json => json::array(owed)?,
        Format::Csv => csv::table(&head, rows)?,
        Format::Table => table::render(&head, rows).into_bytes(),
        Format::Html => page(args, owed, &head, rows, context).into_bytes(),
    })
}

fn page(args: &Status, owed: &[Line], head: &[&str], rows: Vec<Vec<String>>, context: &Context) -> String {
    let lang = context.lang;
    let title = match args.missing {
        true => lang.pick(
            "Danh sách đơn vị chưa thực hiện, thực hiện chưa đủ hoặc muộn",
            "Units that have not complied in time",
        ),
        false => lang.pick("Tình hình thực hiện của các đơn vị", "What each unit has done"),
    };
    let count = |state: State| owed.iter().filter(|line| line.state == state).count();
    let today = printed(context.today);
    let (done, late) = (count(State::Done), count(State::Late));
    let (short, missing, due) = (count(State::Short), count(State::Missing), count(State::Due));
    let summary = match lang {
        Lang::Vi => format!(
            "Tính đến ngày {today}: {done} đã thực hiện · {late} thực hiện muộn · {short} chưa đủ · {missing} quá hạn chưa thực hiện · {due} chưa đến hạn"
        ),
        Lang::En => {
            format!("On {today}: done {done} · late {late} · short {short} · missing {missing} · not yet due {due}")
        }
    };
    let head: Vec<&str> = std::iter::once(lang.pick("TT", "No.")).chain(head.iter().copied()).collect();
    let numbered = (1..).zip(rows).map(|(n, row)| std::iter::once(n.to_string()).chain(row).collect::<Vec<_>>());
    html::table(&html::Listing { title, summary: &summary, head: &head }, numbered, lang)
}

fn state(line: &Line, lang: Lang) -> String {
    let told = match line.state {
        State::Short => {
            let most = line.submissions.iter().filter_map(|s| s.counted).max().unwrap_or(0);
            let wanted = line.wanted.unwrap_or_default();
            return format!("{} ({most}/{wanted})", lang.pick("chưa đủ", "short"));
        }
        State::Done => lang.pick("đã thực hiện", "done"),
        State::Late => lang.pick("thực hiện muộn", "late"),
        State::Missing => lang.pick("quá hạn, chưa có văn bản trả lời", "missing"),
        State::Due => lang.pick("chưa đến hạn", "not yet due"),
        State::Undated => "",
    };
    told.to_owned()
}

/// "12/BC-HG ngày 05/6/2024 (cần kiểm tra)".
fn answer(submission: &Submission, lang: Lang) -> String {
    let on = submission.on.map(|on| format!(" {} {}", lang.pick("ngày", "of"), printed(on)));
    let look = if submission.certain { "" } else { lang.pick(" (cần kiểm tra)", " (to be checked)") };
    let number = submission.number.as_deref().unwrap_or(&submission.id);
    format!("{number}{}{look}", on.unwrap_or_default())
}
