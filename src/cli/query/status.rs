//! `congvan status`: obligations × units, and who has not answered.
//!
//! in: the store, one document or all, `units.toml` → out: per unit and duty: done, late, short (2 of 3), missing, not yet
//! due.

use crate::check;
use crate::cli::Context;
use crate::cli::io::listing::{self, note, shorten};
use crate::cli::io::units::Units;
use crate::cli::io::{inputs, output, table};
use crate::cli::query::show;
use crate::error::{Error, Result, exit};
use crate::export::{csv, html, json};
use crate::record::{Record, printed};
use crate::rules::Rules;
use crate::store::{Query, Store, key};
use crate::text::lang::Lang;
use crate::tracking::{Answers, Letter, Line, State, Submission, lines};
use clap::{Args, ValueEnum};
use jiff::ToSpan;
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::HashMap;
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

/// As many letters with one subject are looked at.
const MOST: usize = 10_000;

/// Prints the obligations.
pub fn run(args: &Status, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    let roster = args.units.roster(context)?;
    if roster.units().is_empty() && args.missing {
        note(context, "no units.toml: whose answers count is not known, see `congvan status --help`");
    }
    let since = args.since.unwrap_or_else(|| context.today.checked_sub(1.years()).unwrap_or(context.today));
    let (asking, letters) = match args.number.as_ref().or(args.of.as_ref()) {
        Some(asked) => one(store.as_ref(), asked)?,
        None => all(store.as_ref())?,
    };
    let answers = Answers::of(&letters, &roster);
    let counter = Counter {
        store: store.as_ref(),
        rules: inputs::rules(context)?,
        order: RefCell::default(),
        failed: RefCell::default(),
    };
    let held = |order: &str, quota: usize, answer: &str| counter.held(order, quota, answer);
    let days = (context.today, since);
    let mut owed: Vec<Line> = asking.iter().flat_map(|letter| lines(letter, &answers, &roster, days, &held)).collect();
    counter.failed.take().map_or(Ok(()), Err)?;
    if args.missing {
        owed.retain(|line| matches!(line.state, State::Missing | State::Late | State::Short));
    }
    // units as the roster has them, units it does not know by name
    let place = |line: &Line| roster.units().iter().position(|u| u.name == line.unit).unwrap_or(usize::MAX);
    owed.sort_by_cached_key(|line| (place(line), line.unit.clone(), line.due.is_none(), line.due));
    output::write(args.output.as_deref(), &written(args, &owed, context)?, args.force)?;
    Ok(exit::OK)
}

/// The document asked for, and the letters that cite it or have its subject.
fn one(store: &dyn Store, asked: &str) -> Result<(Vec<Letter>, Vec<Letter>)> {
    let id = show::the_one(store.find(asked)?, asked)?.id;
    let Some(found) = store.document(&id)? else { return Ok((Vec::new(), Vec::new())) };
    let mut ids: Vec<String> = store.cited_by(&id)?.into_iter().map(|(_, summary)| summary.id).collect();
    let subject = key::words(found.record.subject.as_deref().unwrap_or_default());
    if !subject.is_empty() {
        let query = Query { fields: vec![("subject", subject)], ..Query::default() };
        ids.extend(store.search(&query, MOST)?.into_iter().map(|hit| hit.document.id));
    }
    ids.sort();
    ids.dedup();
    let entered = entered(store)?;
    let mut letters = Vec::new();
    for id in ids {
        letters.extend(store.document(&id)?.map(|document| letter(&document.record, &entered)));
    }
    Ok((vec![letter(&found.record, &entered)], letters))
}

/// Days of arrival by document, as the register has them.
fn entered(store: &dyn Store) -> Result<HashMap<String, Date>> {
    let entries = store.arrivals()?.into_iter();
    Ok(entries.filter_map(|entry| Some((entry.document, entry.arrived_on.date()?))).collect())
}

fn letter(record: &Record, entered: &HashMap<String, Date>) -> Letter {
    Letter::of(record).entered_on(entered.get(&record.id).copied())
}

fn all(store: &dyn Store) -> Result<(Vec<Letter>, Vec<Letter>)> {
    let entered = entered(store)?;
    let mut letters = Vec::new();
    store.each_brief(&mut |record| {
        letters.push(letter(&record, &entered));
        Ok(())
    })?;
    // one order, whatever was stored first
    letters.sort_by(|a: &Letter, b: &Letter| a.id().cmp(b.id()));
    Ok((letters.iter().filter(|letter| letter.asks()).cloned().collect(), letters))
}

/// Counts what stored answers hold.
struct Counter<'a> {
    store: &'a dyn Store,
    rules: &'a Rules,
    /// The order asked for last.
    order: RefCell<Option<Record>>,
    /// The first thing the store could not do.
    failed: RefCell<Option<Error>>,
}

impl Counter<'_> {
    fn held(&self, order: &str, quota: usize, answer: &str) -> Option<usize> {
        self.try_held(order, quota, answer).unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            None
        })
    }

    fn try_held(&self, order: &str, quota: usize, answer: &str) -> Result<Option<usize>> {
        if self.order.borrow().as_ref().is_none_or(|known| known.id != order) {
            self.order.replace(self.store.document(order)?.map(|document| document.record));
        }
        let (order, answer) = (self.order.borrow(), self.store.document(answer)?);
        let (Some(order), Some(answer)) = (order.as_ref(), answer) else { return Ok(None) };
        Ok(check::held(order, quota, &answer.text, &answer.record.tables, self.rules))
    }
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
