//! `congvan calendar`: deadlines as iCalendar, in a file, in one file per unit, or on a CalDAV server.
//!
//! in: the store, a unit → out: every dated deadline, those that leaders set among them; those without a date are counted on standard error.
//! Promises: the same store gives the same bytes. What is cancelled and what a sequence is: `office::calendar`.

use crate::cli::io::outputs::stem;
use crate::cli::io::units::Units;
use crate::cli::io::{Context, inputs, listing, output};
use crate::error::{Error, Result, exit};
use crate::export::caldav::{Collection, Object};
use crate::export::ics::{self, Options};
use crate::office::calendar::{self, Entry};
use crate::tracking::Roster;
use clap::Args;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Which calendar, and where it goes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Calendar {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE.ics", conflicts_with_all = ["per_unit", "caldav"])]
    output: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Only units whose name contains this (case and diacritics do not matter)
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// One file per unit of units.toml into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["unit", "caldav"])]
    per_unit: Option<PathBuf>,
    #[command(flatten)]
    units: Units,
    /// Tasks to tick off (VTODO) instead of days in the calendar
    #[arg(long)]
    tasks: bool,
    /// Publish to this calendar of a CalDAV server
    #[arg(long, value_name = "URL")]
    caldav: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  congvan calendar --unit 'hoa gao' -o han-nop.ics
  congvan calendar --per-unit lich/ --force
  CONGVAN_CALDAV_USER=van-thu CONGVAN_CALDAV_PASSWORD=… congvan calendar --caldav https://lich.example.vn/van-thu/han/
User and password are taken from the environment only. What others put into that calendar is left alone.";

/// Writes the calendar.
pub fn run(args: &Calendar, context: &Context) -> Result<u8> {
    let options = Options { tasks: args.tasks, ..Options::new(context.lang, context.today.first_of_year()) };
    let collection = args.caldav.as_deref().map(collection).transpose()?;
    let store = listing::open(context)?;
    let mut shelf = match &args.per_unit {
        Some(folder) => Shelf::per_unit(folder, args.units.roster(context)?)?,
        None => Shelf::One(ics::Calendar::new(options.clone())),
    };
    let (mut undated, mut objects) = (0, Vec::new());
    let unit = args.unit.as_deref().unwrap_or_default();
    let rules = inputs::rules(context)?;
    calendar::each_entry(store.as_ref(), (&rules, context.lang), |entry| {
        if !entry.concerns(unit) {
            return;
        }
        let dated = match &collection {
            Some(_) => object(&entry, &options).map(|object| objects.push(object)).is_some(),
            None => shelf.add(&entry, &options),
        };
        undated += usize::from(!dated && !entry.cancelled);
    })?;
    if undated > 0 {
        listing::note(context, &format!("{undated} deadlines have no date and are not in the calendar"));
    }
    match collection {
        Some(collection) => publish(&collection, &objects, context),
        None => shelf.write(args.output.as_deref(), args.force).map(|()| exit::OK),
    }
}

/// Where entries go.
enum Shelf {
    One(ics::Calendar),
    PerUnit { folder: PathBuf, roster: Roster, calendars: BTreeMap<usize, ics::Calendar> },
}

impl Shelf {
    fn per_unit(folder: &Path, roster: Roster) -> Result<Shelf> {
        if roster.units().is_empty() {
            return Err(Error::usage("--per-unit: no units.toml: see `congvan status --help` for what it holds"));
        }
        std::fs::create_dir_all(folder).map_err(|e| Error::environment(format!("cannot be made: {e}")).at(folder))?;
        Ok(Shelf::PerUnit { folder: folder.to_owned(), roster, calendars: BTreeMap::new() })
    }

    /// False where the deadline has no date.
    fn add(&mut self, entry: &Entry<'_>, options: &Options) -> bool {
        match self {
            Shelf::One(calendar) => put(entry, calendar),
            Shelf::PerUnit { roster, calendars, .. } => {
                let units: HashSet<usize> = entry.owners().iter().flat_map(|name| roster.meant(name)).collect();
                let new = || ics::Calendar::new(options.clone());
                units.into_iter().fold(true, |_, unit| put(entry, calendars.entry(unit).or_insert_with(new)))
            }
        }
    }

    fn write(self, path: Option<&Path>, force: bool) -> Result<()> {
        let (folder, roster, calendars) = match self {
            Shelf::One(calendar) => return output::write(path, calendar.finish().as_bytes(), force),
            Shelf::PerUnit { folder, roster, calendars } => (folder, roster, calendars),
        };
        for (unit, calendar) in calendars {
            let name = stem(&format!("{}.", roster.units()[unit].name));
            output::write_file(&folder.join(format!("{name}.ics")), calendar.finish().as_bytes(), force)?;
        }
        Ok(())
    }
}

/// Writes an entry into a calendar; false where the deadline has no date.
fn put(entry: &Entry<'_>, calendar: &mut ics::Calendar) -> bool {
    match entry.cancelled {
        true => calendar.cancel_one(entry.record, entry.index, entry.sequence),
        false => calendar.add_one(entry.record, entry.index, entry.sequence),
    }
}

fn collection(url: &str) -> Result<Collection> {
    let (user, password) = (std::env::var("CONGVAN_CALDAV_USER").ok(), std::env::var("CONGVAN_CALDAV_PASSWORD").ok());
    Collection::new(url, user.as_deref(), password.as_deref())
}

fn object(entry: &Entry<'_>, options: &Options) -> Option<Object> {
    let mut calendar = ics::Calendar::new(options.clone());
    let dated = put(entry, &mut calendar);
    let uid = ics::uid(entry.record, entry.index);
    dated.then(|| Object { uid, text: calendar.finish_object(), cancelled: entry.cancelled })
}

fn publish(collection: &Collection, objects: &[Object], context: &Context) -> Result<u8> {
    let done = collection.sync(objects)?;
    for refused in &done.refused {
        crate::cli::io::output::report(&Error::input(refused.clone()));
    }
    let (created, updated, unchanged) = (done.created, done.updated, done.unchanged);
    listing::note(context, &format!("published: {created} new, {updated} changed, {unchanged} unchanged"));
    if done.left > 0 {
        listing::note(context, &format!("{} of ours there belong to no deadline asked for now: left there", done.left));
    }
    Ok(if done.refused.is_empty() { exit::OK } else { exit::SOME_FAILED })
}
