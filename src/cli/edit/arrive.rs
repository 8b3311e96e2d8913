//! `congvan arrive`: documents are entered into the register and get their số đến.
//!
//! in: documents by id or number, or all that are not entered → out: one line per entry; whose stamp is not clear is named
//! on standard error with the option that says it.

use crate::cli::io::Context;
use crate::cli::io::clerk::Clerk;
use crate::cli::io::listing::{Listing, note, text};
use crate::cli::io::output::report;
use crate::error::{Error, Result, exit};
use crate::office::arrivals::{self, Doubt, NotEntered, Said, Stamped, Waiting};
use crate::office::lookup;
use crate::office::wording::{self, shorten};
use crate::record::Record;
use crate::store::{self, Arrival, Store};
use crate::text::lang::Lang;
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

/// Which documents, when they came.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arrive {
    /// Documents by id, number or serial
    #[arg(value_name = "ID|NUMBER", required_unless_present = "all", conflicts_with = "all")]
    which: Vec<String>,
    /// Every document that is not entered yet, by day of arrival; attachments of others are left out
    #[arg(long)]
    all: bool,
    /// Day of arrival [default: the day on the stamp, else today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Số đến that was given on paper [default: the number on the stamp, else the next one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999_999), conflicts_with = "all")]
    number: Option<u32>,
    /// Register [default: secret for documents with a mark of secrecy, else incoming]
    #[arg(long, value_name = "incoming|secret", value_parser = ["incoming", "secret"])]
    book: Option<String>,
    #[command(flatten)]
    clerk: Clerk,
    #[command(flatten)]
    listing: Listing,
}

const EXAMPLES: &str = "\
Examples:
  congvan arrive 117/KH-UBND                     came today: the next số đến of this year
  congvan arrive 117/KH-UBND --on 2024-05-22     also corrects the day of one that is entered
  congvan arrive 2c2a3a294f121708-1 --number 45  the number it has in the paper register
  congvan arrive --all                           every new one, after `congvan run`: everything new";

/// A document and its place in the register.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    arrival: Arrival,
    number_of_document: Option<String>,
    subject: Option<String>,
}

impl Line {
    fn of(arrival: Arrival, record: &Record) -> Line {
        Line { arrival, number_of_document: wording::number(record), subject: record.subject.clone() }
    }
}

/// Enters the documents.
pub fn run(args: &Arrive, context: &Context) -> Result<u8> {
    args.listing.check()?;
    let mut store = store::open_existing(&context.store)?;
    let author = args.clerk.author("entered into the register");
    let records =
        if args.all { waiting(store.as_ref(), context)? } else { lookup::records(store.as_ref(), &args.which)? };
    if args.number.is_some() && records.len() > 1 {
        return Err(Error::usage("--number: one number is for one document"));
    }
    let (ready, waiting) = if args.all { arrivals::in_turn(&records) } else { (records.iter().collect(), 0) };
    let said = Said { on: args.on, number: args.number, book: args.book.clone() };
    let (mut lines, mut code) = (Vec::new(), exit::OK);
    for record in ready {
        match arrivals::enter(store.as_mut(), record, &said, &author, context.today) {
            Ok(arrival) => lines.push(Line::of(arrival, record)),
            Err(why) => {
                report(&told(why));
                code = exit::SOME_FAILED;
            }
        }
    }
    if waiting > 0 {
        let why = "wait until the numbers in doubt are entered: name them one by one, or these by id";
        note(context, &format!("{waiting} documents without a number on a stamp {why}"));
    }
    if !lines.is_empty() {
        write(&lines, args, context.lang)?;
    }
    Ok(code)
}

/// The documents that are not entered yet; attachments are told.
fn waiting(store: &dyn Store, context: &Context) -> Result<Vec<Record>> {
    let Waiting { records, attachments } = arrivals::not_entered(store)?;
    if attachments > 0 {
        note(context, &format!("{attachments} documents are attachments of others and get no number of their own"));
    }
    Ok(records)
}

/// "thu.pdf: 117/KH-UBND has a stamp of arrival whose number is not clear (27? 29?): say it with --number".
fn told(why: NotEntered) -> Error {
    let Doubt { what, document, file, candidates } = match why {
        NotEntered::Doubtful(doubt) => doubt,
        NotEntered::Refused(error) => return error,
    };
    let (what, option) = match what {
        Stamped::Day => ("day", "--on"),
        Stamped::Number => ("number", "--number"),
    };
    let candidates: Vec<String> = candidates.iter().map(|candidate| format!("{candidate}?")).collect();
    let perhaps = if candidates.is_empty() { String::new() } else { format!(" ({})", candidates.join(" ")) };
    let message = format!("{document} has a stamp of arrival whose {what} is not clear{perhaps}: say it with {option}");
    Error::input(message).at(file)
}

fn write(lines: &[Line], args: &Arrive, lang: Lang) -> Result<()> {
    let head = [
        lang.pick("Số đến", "Arrival number"),
        lang.pick("Ngày đến", "Arrived on"),
        lang.pick("Số, ký hiệu", "Number"),
        lang.pick("Trích yếu", "Subject"),
    ];
    args.listing.write(&head, lines, |line| {
        let Arrival { number, year, book, arrived_on, .. } = &line.arrival;
        let secret = if book == "secret" { lang.pick(" (mật)", " (secret)") } else { "" };
        let subject = shorten(&text(&line.subject), 100);
        [format!("{number}/{year}{secret}"), wording::day(arrived_on), text(&line.number_of_document), subject]
    })
}
