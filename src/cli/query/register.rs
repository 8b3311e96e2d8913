//! `congvan register`: the books of incoming documents, on the screen, as CSV or as a workbook to print and sign.
//!
//! in: the store, days of arrival → out: one line per document, by day of arrival (as entered by `congvan arrive`, else the
//! stamp's, else the day of issue) and number.
//! Leaves out: signing for and progress: columns filled by pen.

use crate::cli::Context;
use crate::cli::io::{listing, output, table};
use crate::error::{Error, Result, exit};
use crate::export::{csv, incoming, json, xlsx};
use crate::office::registers::{Book, Column, Entry, row};
use crate::record::{CitedAs, Record, printed};
use crate::store::{Arrival, Decision, Filter, Store};
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Which book, which days, which columns.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Register {
    /// Which book
    #[arg(long, value_enum, default_value_t = Book::Incoming)]
    book: Book,
    /// Arrived on this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Arrived on this day or earlier
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only these columns, in this order
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    columns: Vec<String>,
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
Columns:
  incoming  arrived_on, arrival_number, author, number, issued_on, subject, receiver, handed_over_on, signed_for, notes
  handling  arrival_number, document, receiver, deadline, progress, reply, notes

Examples:
  congvan register --from 2024-06-01 --to 2024-06-30 --format xlsx -o so-den.xlsx
  congvan register --book handling --columns arrival_number,document,deadline";

/// The role of a reference to the document that is answered.
const REPLY: CitedAs = CitedAs::Answers;

/// How a book is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns for reading
    Table,
    /// One JSON array of whole records; keys never change
    Json,
    /// For spreadsheets: UTF-8 with byte order mark
    Csv,
    /// The fields of Nghị định 30/2020/NĐ-CP, Phụ lục VI
    Xml,
    /// A workbook ready to print: A4 landscape, headings on every page
    Xlsx,
}

/// Writes the book.
pub fn run(args: &Register, context: &Context) -> Result<u8> {
    let columns = args.book.columns(&args.columns)?;
    refuse_what_makes_no_sense(args)?;
    let filter = Filter { from: args.from, to: args.to, by_arrival: true, ..Filter::default() };
    let store = listing::open(context)?;
    let mut entries = entries(store.as_ref(), &filter)?;
    entries.retain(|entry| args.book.holds(entry));
    if args.format == Format::Json || columns.iter().any(|column| column.id == "reply") {
        add_replies(store.as_ref(), &mut entries)?;
    }
    let bytes = match args.format {
        Format::Json => json::array(&entries)?,
        Format::Xml => as_xml(&entries, context)?,
        _ => written(args, &columns, &entries, context.lang)?,
    };
    output::write(args.output.as_deref(), &bytes, args.force)?;
    Ok(exit::OK)
}

/// The documents of the days asked for, with what people added to them.
fn entries(store: &dyn Store, filter: &Filter) -> Result<Vec<Entry>> {
    let arrivals = store.arrivals()?.into_iter().map(|arrival| (arrival.document.clone(), arrival));
    let mut arrivals: HashMap<String, Arrival> = arrivals.collect();
    let mut decisions: HashMap<String, Vec<Decision>> = HashMap::new();
    for decision in store.decisions(None)? {
        decisions.entry(decision.document.clone()).or_default().push(decision);
    }
    let mut entries = Vec::new();
    store.each_record(filter, &mut |record| {
        let arrival = arrivals.remove(&record.id);
        let decisions = decisions.remove(&record.id).unwrap_or_default();
        entries.push(Entry { record, arrival, decisions, replies: Vec::new() });
        Ok(())
    })?;
    // numbers whose documents are gone: a book has no silent hole
    let day = |arrival: &Arrival| arrival.arrived_on.date();
    let within = |day: Date| filter.from.is_none_or(|from| day >= from) && filter.to.is_none_or(|to| day <= to);
    for arrival in arrivals.into_values() {
        if store.document(&arrival.document)?.is_none() && day(&arrival).is_none_or(within) {
            let record = Record { id: arrival.document.clone(), ..Record::default() };
            let decisions = decisions.remove(&arrival.document).unwrap_or_default();
            entries.push(Entry { record, arrival: Some(arrival), decisions, replies: Vec::new() });
        }
    }
    entries.sort_by_cached_key(|entry| {
        let number = entry.arrival.as_ref().map(|a| (a.book.clone(), a.number));
        let day = entry.came_on().or(entry.record.issued_on.as_ref()).cloned();
        (day.is_none(), day, number.is_none(), number, entry.record.id.clone())
    });
    Ok(entries)
}

fn add_replies(store: &dyn Store, entries: &mut [Entry]) -> Result<()> {
    for entry in entries {
        let replies = store.cited_by(&entry.record.id)?.into_iter().filter(|(role, _)| *role == REPLY);
        entry.replies = replies.filter_map(|(_, reply)| reply.number).collect();
    }
    Ok(())
}

fn refuse_what_makes_no_sense(args: &Register) -> Result<()> {
    let to_screen = args.output.as_deref().is_none_or(|path| path == Path::new("-"));
    if matches!(args.format, Format::Json | Format::Xml) && !args.columns.is_empty() {
        return Err(Error::usage("--columns: json and xml always have every field: take csv, or leave --columns out"));
    }
    if args.format == Format::Xlsx && to_screen && std::io::stdout().is_terminal() {
        return Err(Error::usage("--format xlsx: a workbook is nothing for a terminal: name a file with -o FILE"));
    }
    Ok(())
}

fn as_xml(entries: &[Entry], context: &Context) -> Result<Vec<u8>> {
    for entry in entries {
        for (field, length, most) in incoming::too_long(&entry.incoming()) {
            let id = &entry.record.id;
            listing::note(context, &format!("{id}: {field} has {length} characters, the decree's field {most}"));
        }
    }
    incoming::xml(entries.iter().map(Entry::incoming))
}

fn written(args: &Register, columns: &[&Column], entries: &[Entry], lang: Lang) -> Result<Vec<u8>> {
    let head: Vec<&str> = columns.iter().map(|column| column.heading(lang)).collect();
    let rows: Vec<Vec<String>> = entries.iter().map(|entry| row(columns, entry, lang)).collect();
    match args.format {
        Format::Xlsx => {
            let widths = columns.iter().map(|column| column.width);
            let columns: Vec<(&str, f64)> = head.into_iter().zip(widths).collect();
            let period = period(args.from, args.to, lang);
            xlsx::workbook(&xlsx::Sheet {
                title: args.book.title(lang),
                period: &period,
                columns: &columns,
                rows: &rows,
            })
        }
        Format::Csv => csv::table(&head, rows),
        _ => Ok(table::render(&head, rows).into_bytes()),
    }
}

/// "Từ ngày 01/6/2024 đến ngày 30/6/2024"; empty where neither end is given.
fn period(from: Option<Date>, to: Option<Date>, lang: Lang) -> String {
    let told =
        |(vi, en): (&str, &str), day: Option<Date>| day.map(|day| format!("{} {}", lang.pick(vi, en), printed(day)));
    let (start, end) = (told(("từ ngày", "from"), from), told(("đến ngày", "to"), to));
    let line = [start, end].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut letters = line.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
