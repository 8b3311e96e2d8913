//! `congvan arrive`: documents are entered into the register and get their số đến.
//!
//! in: documents by id or number, or all that are not entered → out: one line per entry.
//! Promises: a number is given once; numbers run on within book and year, whoever enters at the same time; what a stamp
//! says is taken over where it was read without doubt, and asked for where it was not; entering again changes nothing.

use crate::cli::io::clerk::Clerk;
use crate::cli::io::listing::{Listing, note, shorten, text};
use crate::cli::io::table;
use crate::cli::query::show;
use crate::cli::{Context, report};
use crate::error::{Error, Result, exit};
use crate::record::{CitedAs, Received, Record, Reference};
use crate::store::{self, Arrival, Author, Filter, Store, key::number_key};
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

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

/// Enters the documents.
pub fn run(args: &Arrive, context: &Context) -> Result<u8> {
    args.listing.check()?;
    let mut store = store::open_existing(&context.store)?;
    let author = args.clerk.author("entered into the register");
    let records = if args.all { not_entered(store.as_ref(), context)? } else { named(store.as_ref(), &args.which)? };
    if args.number.is_some() && records.len() > 1 {
        return Err(Error::usage("--number: one number is for one document"));
    }
    let (mut lines, mut failed, mut waiting) = (Vec::new(), false, 0);
    // a number that is still in doubt must not be given to another document
    let doubt = args.all && records.iter().any(|record| args.number.is_none() && number_in_doubt(record));
    for record in &records {
        if doubt && !number_in_doubt(record) && !has_number(record) {
            waiting += 1;
            continue;
        }
        match enter(store.as_mut(), record, args, &author, context.today) {
            Ok(arrival) => lines.push(line(arrival, record)),
            Err(e) => {
                report(&e);
                failed = true;
            }
        }
    }
    if waiting > 0 {
        let why = "wait until the numbers in doubt are entered: name them one by one, or these by id";
        note(context, &format!("{waiting} documents without a number on a stamp {why}"));
    }
    let lang = context.lang;
    let head = [
        lang.pick("Số đến", "Arrival number"),
        lang.pick("Ngày đến", "Arrived on"),
        lang.pick("Số, ký hiệu", "Number"),
        lang.pick("Trích yếu", "Subject"),
    ];
    if !lines.is_empty() {
        args.listing.write(&head, &lines, |line| {
            let Arrival { number, year, book, arrived_on, .. } = &line.arrival;
            let secret = if book == "secret" { lang.pick(" (mật)", " (secret)") } else { "" };
            let subject = shorten(&text(&line.subject), 100);
            let on = table::day(arrived_on);
            [format!("{number}/{year}{secret}"), on, text(&line.number_of_document), subject]
        })?;
    }
    Ok(if failed { exit::SOME_FAILED } else { exit::OK })
}

fn line(arrival: Arrival, record: &Record) -> Line {
    Line { arrival, number_of_document: number(record), subject: record.subject.clone() }
}

fn named(store: &dyn Store, which: &[String]) -> Result<Vec<Record>> {
    let mut records: Vec<Record> = Vec::new();
    for asked in which {
        let id = show::the_one(store.find(asked)?, asked)?.id;
        if records.iter().all(|known| known.id != id) {
            records.extend(store.document(&id)?.map(|document| document.record));
        }
    }
    Ok(records)
}

/// Those with a clear number on their stamp first, then by day of arrival and day of issue.
fn not_entered(store: &dyn Store, context: &Context) -> Result<Vec<Record>> {
    let entered: HashSet<String> = store.arrivals()?.into_iter().map(|arrival| arrival.document).collect();
    let (mut records, mut sent) = (Vec::new(), HashMap::new());
    store.each_record(&Filter::default(), &mut |record| {
        let with_it: Vec<Reference> =
            record.references.iter().filter(|r| r.role == CitedAs::Attachment).cloned().collect();
        if !with_it.is_empty() {
            sent.entry(record.source.sha256.clone()).or_insert_with(Vec::new).extend(with_it);
        }
        if !entered.contains(&record.id) {
            records.push(needed(record));
        }
        Ok(())
    })?;
    let cited = |record: &Record| sent.get(&record.source.sha256).map(Vec::as_slice).unwrap_or_default();
    let (attached, mut records): (Vec<Record>, Vec<Record>) =
        records.into_iter().partition(|record| is_attachment(record, cited(record)));
    if !attached.is_empty() {
        let count = attached.len();
        note(context, &format!("{count} documents are attachments of others and get no number of their own"));
    }
    records.sort_by_cached_key(|record| {
        let stamp = record.received.clone().unwrap_or_default();
        let number = stamp.number.and_then(|n| n.parse::<u32>().ok());
        let (no_number, no_day) = (!has_number(record), stamp.date.is_none());
        (no_number, no_day, stamp.date, number, record.issued_on.clone(), record.id.clone())
    });
    Ok(records)
}

/// The few fields that are looked at: a hundred thousand fit in memory.
fn needed(record: Record) -> Record {
    let Record { id, source, number, issued_on, subject, received, secrecy, needs_review, references, .. } = record;
    Record { id, source, number, issued_on, subject, received, secrecy, needs_review, references, ..Record::default() }
}

/// Whether a number stands on the stamp and was read without doubt.
fn has_number(record: &Record) -> bool {
    record.received.as_ref().is_some_and(|stamp| matches!(stamped_number(record, stamp), Ok(Some(_))))
}

fn number_in_doubt(record: &Record) -> bool {
    sure(record, "received.number", "--number").is_err()
}

/// Sent with a letter of the same file: it says so, the letter says so, or it stands behind the letter without a number. A
/// letter may cite it with a slip in the symbol: serial and day tell it too.
fn is_attachment(record: &Record, sent: &[Reference]) -> bool {
    let behind = record.source.part > 1;
    let Some(number) = record.number.as_ref().and_then(|n| n.normalized.as_deref()) else {
        return behind || record.references.iter().any(|cited| cited.role == CitedAs::AttachmentOf);
    };
    let serial = |number: &str| number.split(['/', '-']).next().map(number_key);
    let same = |cited: &Reference| {
        let other = cited.number.as_deref().unwrap_or_default();
        number_key(other) == number_key(number)
            || (serial(other) == serial(number) && cited.date.is_some() && cited.date == record.issued_on)
    };
    behind && sent.iter().any(same)
}

fn enter(store: &mut dyn Store, record: &Record, args: &Arrive, author: &Author, today: Date) -> Result<Arrival> {
    let known = store.arrival(&record.id)?;
    if let Some(known) = &known
        && args.on.is_none()
        && args.number.is_none_or(|number| number == known.number)
        && args.book.as_ref().is_none_or(|book| *book == known.book)
    {
        return Ok(known.clone());
    }
    let stamp = record.received.clone().unwrap_or_default();
    let on = match args.on {
        Some(day) => day,
        None => stamped_day(record, &stamp)?.unwrap_or(today),
    };
    let number = match (args.number, &known) {
        (Some(number), _) => number,
        (None, Some(_)) => 0,
        (None, None) => stamped_number(record, &stamp)?.unwrap_or(0),
    };
    let secret = if record.secrecy.is_some() { "secret" } else { "incoming" };
    let book = args.book.clone().or_else(|| known.map(|known| known.book)).unwrap_or_else(|| secret.to_owned());
    let year = u32::from(on.year().unsigned_abs());
    store.arrive(&Arrival { document: record.id.clone(), book, year, number, arrived_on: on.into() }, author)
}

/// `None` where there is no stamp, or none that says it.
fn stamped_day(record: &Record, stamp: &Received) -> Result<Option<Date>> {
    sure(record, "received.date", "--on")?;
    let day = stamp.date.as_ref().map(|day| day.date().ok_or(())).transpose();
    day.map_err(|()| unclear(record, "received.date", "--on"))
}

fn stamped_number(record: &Record, stamp: &Received) -> Result<Option<u32>> {
    sure(record, "received.number", "--number")?;
    let Some(number) = stamp.number.as_deref() else { return Ok(None) };
    let number = number.parse().ok().filter(|number| (1..=999_999).contains(number));
    number.map(Some).ok_or_else(|| unclear(record, "received.number", "--number"))
}

fn sure(record: &Record, field: &str, option: &str) -> Result<()> {
    match record.needs_review.iter().any(|review| review.field == field) {
        true => Err(unclear(record, field, option)),
        false => Ok(()),
    }
}

/// "thu.pdf: 117/KH-UBND has a stamp of arrival whose number is not clear (27? 29?): say it with --number".
fn unclear(record: &Record, field: &str, option: &str) -> Error {
    let what = if field == "received.date" { "day" } else { "number" };
    let candidates = record.needs_review.iter().filter(|review| review.field == field).flat_map(|r| &r.candidates);
    let candidates: Vec<String> = candidates.map(|candidate| format!("{candidate}?")).collect();
    let perhaps = if candidates.is_empty() { String::new() } else { format!(" ({})", candidates.join(" ")) };
    let which = number(record).unwrap_or_else(|| record.id.clone());
    Error::input(format!("{which} has a stamp of arrival whose {what} is not clear{perhaps}: say it with {option}"))
        .at(&record.source.file)
}

/// As normalised, else as printed.
fn number(record: &Record) -> Option<String> {
    record.number.as_ref().map(|n| n.normalized.clone().unwrap_or_else(|| n.raw.clone()))
}
