//! `congvan calendar`: deadlines as iCalendar.
//!
//! in: the store, a unit → out: one .ics file with every dated deadline; those without a date are counted on standard error.
//! Leaves out: CalDAV.

use super::{Context, listing, output};
use crate::error::{Error, Result, exit};
use crate::export::ics::{Calendar as File, Options};
use crate::record::{Deadline, Record};
use crate::store::{Filter, Store, key::name_key};
use clap::Args;
use std::collections::HashMap;
use std::path::PathBuf;

/// Which calendar, and where it goes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan calendar --unit 'hoa gao' -o han-nop.ics")]
pub struct Calendar {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE.ics")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    /// Only units whose name contains this (case and diacritics do not matter)
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// Publish to a CalDAV server (not there yet)
    #[arg(long, value_name = "URL")]
    caldav: Option<String>,
}

/// Writes the calendar.
pub fn run(args: &Calendar, context: &Context) -> Result<u8> {
    if args.caldav.is_some() {
        return Err(Error::usage("--caldav is not there yet: write a file with -o and import or serve that"));
    }
    let store = listing::open(context)?;
    let sequences = sequences(store.as_ref())?;
    let unit = args.unit.as_deref().map(name_key).unwrap_or_default();
    let undated_from = context.today.first_of_year();
    let mut calendar = File::new(Options::new(context.lang, undated_from));
    let mut undated = 0;
    store.each_record(&Filter::default(), &mut |record| {
        let sequence = sequences.get(&record.id).copied().unwrap_or(0);
        for (index, deadline) in record.deadlines.iter().enumerate() {
            if concerns(&record, deadline, &unit) && !calendar.add_one(&record, index, sequence) {
                undated += 1;
            }
        }
        Ok(())
    })?;
    if undated > 0 {
        listing::note(context, &format!("{undated} deadlines have no date and are not in the calendar"));
    }
    output::write(args.output.as_deref(), calendar.finish().as_bytes(), args.force)?;
    Ok(exit::OK)
}

/// How often the deadlines of each document changed: calendars replace an event only when its sequence grew.
fn sequences(store: &dyn Store) -> Result<HashMap<String, u32>> {
    let mut sequences = HashMap::new();
    for change in store.history(None)?.into_iter().filter(|c| c.field == "deadlines") {
        *sequences.entry(change.document).or_insert(0) += 1;
    }
    Ok(sequences)
}

fn concerns(record: &Record, deadline: &Deadline, unit: &str) -> bool {
    let units = if deadline.responsible.is_empty() { &record.addressees } else { &deadline.responsible };
    unit.is_empty() || units.iter().any(|name| name_key(name).contains(unit))
}
