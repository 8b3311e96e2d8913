//! `congvan calendar`: deadlines as iCalendar, in a file, in one file per unit, or on a CalDAV server.
//!
//! in: the store, a unit → out: every dated deadline, those that leaders set among them; those without a date are counted on standard error.
//! Promises: what is no longer asked for (a deadline read anew and gone, a document replaced by a later one) is cancelled,
//! not forgotten, so that calendars strike it out; a sequence only grows; the same store gives the same bytes.

use crate::cli::Context;
use crate::cli::io::outputs::stem;
use crate::cli::io::units::Units;
use crate::cli::io::{listing, output};
use crate::error::{Error, Result, exit};
use crate::export::caldav::{Collection, Object};
use crate::export::ics::{self, Options};
use crate::record::{CitedAs, Day, Deadline, Record};
use crate::store::{Decision, Filter, Store, in_force, key::name_key, key::number_key};
use crate::tracking::Roster;
use clap::Args;
use std::collections::{BTreeMap, HashMap, HashSet};
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

/// A deadline that holds, or did.
struct Entry<'a> {
    record: &'a Record,
    index: usize,
    sequence: u32,
    cancelled: bool,
}

/// Writes the calendar.
pub fn run(args: &Calendar, context: &Context) -> Result<u8> {
    let options = Options { tasks: args.tasks, ..Options::new(context.lang, context.today.first_of_year()) };
    let collection = args.caldav.as_deref().map(collection).transpose()?;
    let store = listing::open(context)?;
    let past = Past::of(store.as_ref())?;
    let unit = args.unit.as_deref().map(name_key).unwrap_or_default();
    let mut shelf = match &args.per_unit {
        Some(folder) => Shelf::per_unit(folder, args.units.roster(context)?)?,
        None => Shelf::One(ics::Calendar::new(options.clone())),
    };
    let (mut undated, mut objects) = (0, Vec::new());
    store.each_record(&Filter::default(), &mut |record| {
        past.each_entry(&record, &mut |entry| {
            // its own units, which for a decided one are not the document's
            let record = entry.record;
            let deadline = &entry.record.deadlines[entry.index];
            if !concerns(record, deadline, &unit) {
                return;
            }
            let dated = match &collection {
                Some(_) => object(&entry, &options).map(|object| objects.push(object)).is_some(),
                None => shelf.add(&entry, &options),
            };
            undated += usize::from(!dated && !entry.cancelled);
        })
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
        let put = |calendar: &mut ics::Calendar| match entry.cancelled {
            true => calendar.cancel_one(entry.record, entry.index, entry.sequence),
            false => calendar.add_one(entry.record, entry.index, entry.sequence),
        };
        match self {
            Shelf::One(calendar) => put(calendar),
            Shelf::PerUnit { roster, calendars, .. } => {
                let owners = owners(entry.record, &entry.record.deadlines[entry.index]);
                let units: HashSet<usize> = owners.iter().flat_map(|name| roster.meant(name)).collect();
                let new = || ics::Calendar::new(options.clone());
                units.into_iter().fold(true, |_, unit| put(calendars.entry(unit).or_insert_with(new)))
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

fn collection(url: &str) -> Result<Collection> {
    let (user, password) = (std::env::var("CONGVAN_CALDAV_USER").ok(), std::env::var("CONGVAN_CALDAV_PASSWORD").ok());
    Collection::new(url, user.as_deref(), password.as_deref())
}

fn object(entry: &Entry<'_>, options: &Options) -> Option<Object> {
    let mut calendar = ics::Calendar::new(options.clone());
    let dated = match entry.cancelled {
        true => calendar.cancel_one(entry.record, entry.index, entry.sequence),
        false => calendar.add_one(entry.record, entry.index, entry.sequence),
    };
    let uid = ics::uid(entry.record, entry.index);
    dated.then(|| Object { uid, text: calendar.finish_object(), cancelled: entry.cancelled })
}

fn publish(collection: &Collection, objects: &[Object], context: &Context) -> Result<u8> {
    let done = collection.sync(objects)?;
    for refused in &done.refused {
        crate::cli::report(&Error::input(refused.clone()));
    }
    let (created, updated, unchanged) = (done.created, done.updated, done.unchanged);
    listing::note(context, &format!("published: {created} new, {updated} changed, {unchanged} unchanged"));
    if done.left > 0 {
        listing::note(context, &format!("{} of ours there belong to no deadline asked for now: left there", done.left));
    }
    Ok(if done.refused.is_empty() { exit::OK } else { exit::SOME_FAILED })
}

/// What happened to deadlines before.
struct Past {
    /// How often the deadlines of each document changed: calendars replace an event only when its sequence grew.
    sequences: HashMap<String, u32>,
    /// Former deadlines by document, oldest first.
    former: HashMap<String, Vec<Vec<Deadline>>>,
    /// Number and day of issue of documents that a later one replaces.
    replaced: HashSet<(String, Day)>,
    /// What leaders decided, by document, in order.
    decisions: HashMap<String, Vec<Decision>>,
}

impl Past {
    fn of(store: &dyn Store) -> Result<Past> {
        let mut past = Past {
            sequences: HashMap::new(),
            former: HashMap::new(),
            replaced: HashSet::new(),
            decisions: HashMap::new(),
        };
        for decision in store.decisions(None)? {
            past.decisions.entry(decision.document.clone()).or_default().push(decision);
        }
        for change in store.history(None)?.into_iter().filter(|c| c.field == "deadlines") {
            *past.sequences.entry(change.document.clone()).or_insert(0) += 1;
            let was = change.was.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
            past.former.entry(change.document).or_default().push(was);
        }
        store.each_record(&Filter::default(), &mut |record| {
            for cited in record.references.into_iter().filter(|cited| cited.role == CitedAs::Replaces) {
                past.replaced.extend(cited.number.map(|number| number_key(&number)).zip(cited.date));
            }
            Ok(())
        })?;
        Ok(past)
    }

    /// Every deadline of `record`, then those it had before, then those that leaders set.
    fn each_entry(&self, record: &Record, each: &mut dyn FnMut(Entry<'_>)) -> Result<()> {
        let number = record.number.as_ref().and_then(|n| n.normalized.as_deref()).map(number_key);
        let replaced = number.zip(record.issued_on.clone()).is_some_and(|known| self.replaced.contains(&known));
        let sequence = self.sequences.get(&record.id).copied().unwrap_or(0) + u32::from(replaced);
        let mut known = HashSet::new();
        for index in 0..record.deadlines.len() {
            known.insert(ics::uid(record, index));
            each(Entry { record, index, sequence, cancelled: replaced });
        }
        // the latest wording of a former deadline is the one that calendars have
        for deadlines in self.former.get(&record.id).into_iter().flatten().rev() {
            let before = Record { deadlines: deadlines.clone(), ..record.clone() };
            for index in 0..before.deadlines.len() {
                if known.insert(ics::uid(&before, index)) {
                    each(Entry { record: &before, index, sequence, cancelled: true });
                }
            }
        }
        let decisions = self.decisions.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        self.decided(record, decisions, replaced, each);
        Ok(())
    }

    /// What leaders set; cancelled where the last decision for a unit sets no day and an earlier one did.
    fn decided(&self, record: &Record, decisions: &[Decision], replaced: bool, each: &mut dyn FnMut(Entry<'_>)) {
        let mut held = in_force(decisions);
        held.sort_by_key(|decision| &decision.unit);
        let of = |unit: &str| decisions.iter().filter(move |decision| decision.unit == unit).collect::<Vec<_>>();
        let (mut deadlines, mut told) = (Vec::new(), Vec::new());
        for held in held {
            if let Some(deadline) = of(&held.unit).into_iter().rev().find_map(Decision::deadline) {
                deadlines.push(deadline);
                told.push(held);
            }
        }
        // nothing on the page speaks of them
        let (evidence, needs_review) = Default::default();
        let alone = Record { deadlines, evidence, needs_review, ..record.clone() };
        for (index, held) in told.into_iter().enumerate() {
            let sequence = of(&held.unit).len() as u32 - 1 + u32::from(replaced);
            each(Entry { record: &alone, index, sequence, cancelled: replaced || held.due.is_none() });
        }
    }
}

fn owners<'a>(record: &'a Record, deadline: &'a Deadline) -> &'a [String] {
    if deadline.responsible.is_empty() { &record.addressees } else { &deadline.responsible }
}

fn concerns(record: &Record, deadline: &Deadline, unit: &str) -> bool {
    unit.is_empty() || owners(record, deadline).iter().any(|name| name_key(name).contains(unit))
}
