//! `congvan register`: the books of incoming documents, on the screen, as CSV or as a workbook to print and sign.
//!
//! in: the store, days of arrival → out: one line per document, by day of arrival (as entered by `congvan arrive`, else the
//! stamp's, else the day of issue) and number.
//! Leaves out: signing for and progress: columns filled by pen.

use crate::cli::io::{Context, listing, output, table};
use crate::error::{Error, Result, exit};
use crate::export::{csv, incoming, json, xlsx};
use crate::office::registers::{self, Book, Column, Entry, row};
use crate::record::printed;
use crate::text::lang::Lang;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
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

/// The books as `--book` names them.
impl ValueEnum for Book {
    fn value_variants<'a>() -> &'a [Book] {
        &[Book::Incoming, Book::Secret, Book::Handling]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (id, help) = match self {
            Book::Incoming => ("incoming", "Sổ đăng ký văn bản đến, ten columns"),
            Book::Secret => {
                ("secret", "The same for documents with a mark of secrecy, which have a register of their own")
            }
            Book::Handling => ("handling", "Sổ theo dõi giải quyết văn bản đến, seven columns"),
        };
        Some(PossibleValue::new(id).help(help))
    }
}

/// Writes the book.
pub fn run(args: &Register, context: &Context) -> Result<u8> {
    let columns = args.book.columns(&args.columns)?;
    refuse_what_makes_no_sense(args)?;
    let store = listing::open(context)?;
    let mut entries = registers::entries(store.as_ref(), args.from, args.to)?;
    entries.retain(|entry| args.book.holds(entry));
    if args.format == Format::Json || columns.iter().any(|column| column.id == "reply") {
        registers::add_replies(store.as_ref(), &mut entries)?;
    }
    let bytes = match args.format {
        Format::Json => json::array(&entries)?,
        Format::Xml => as_xml(&entries, context)?,
        _ => written(args, &columns, &entries, context.lang)?,
    };
    output::write(args.output.as_deref(), &bytes, args.force)?;
    Ok(exit::OK)
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
