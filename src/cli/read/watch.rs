//! `congvan watch`: the main job on a drop folder, as files arrive, until stopped.
//!
//! in: folders → out: the store; one line per file on standard error.
//! Promises: only files that came to rest are read, nothing is moved or locked; what is done is known by content from the
//! store, so a restart, even after SIGKILL, loses and doubles nothing; a failing file is told and tried again when it
//! changes; SIGTERM and SIGINT end it after the pages in work, a second one at once.
//! How: the system's notices only wake it up; what is to be done is always found by looking at the folders, so a lost
//! notice (network mounts send none) costs time and nothing else.

use super::desk::{self, Desk};
use crate::cli::io::Context;
use crate::cli::io::listing::note;
use crate::cli::io::progress::Progress;
use crate::cli::read::run::Ours;
use crate::error::{Error, Result, exit};
use crate::office::ingest::Ingest;
use crate::source::Arrivals;
use clap::Args;
use crossbeam_channel::{Receiver, Sender, bounded};
use notify::{RecursiveMode, Watcher};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Which folders, how often.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan watch /srv/scans --store sqlite:///srv/vanthu/congvan.db\n  congvan watch /mnt/scanner --poll 10      a network folder, which sends no notices\n  congvan watch /srv/scans --once           one look, for cron\nAs a service: packaging/congvan-watch.service"
)]
pub struct Watch {
    /// Folders (searched to the bottom; hidden and temporary files are left out)
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Look every so many seconds instead of waiting for the system's notices
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    poll: Option<u64>,
    /// A file is complete when it did not change for so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    settle: u64,
    /// Read what is complete now, then end
    #[arg(long, conflicts_with = "poll")]
    once: bool,
    /// Read each page once: quicker, but marks lost on faint print and names under seals are not looked at twice
    #[arg(long)]
    fast: bool,
}

/// Looked this often even where notices come: some file systems lose them.
const AT_LEAST_EVERY: Duration = Duration::from_secs(60);
/// Looked this often where the system has no notices to give.
const WITHOUT_NOTICES: Duration = Duration::from_secs(10);
/// A file being written sends thousands of notices; one look answers those that come within this time.
const CALM: Duration = Duration::from_millis(500);
/// Signals within this time after the first one say the same.
const ONE_WISH: Duration = Duration::from_millis(500);

/// Watches until stopped.
pub fn run(args: &Watch, context: &Context) -> Result<u8> {
    for folder in &args.folders {
        if !folder.is_dir() {
            return Err(
                Error::usage("is no folder that can be searched: name the folder the scanner writes to").at(folder)
            );
        }
    }
    let stop = Arc::new(AtomicBool::new(false));
    // one place is enough: a notice that finds it taken has nothing to add
    let (wake, woken) = bounded(1);
    stop_on_signals(&stop, &wake)?;
    let office = desk::ingest(context, args.fast)?;
    let settle = Duration::from_secs(args.settle);
    let mut arrivals = Arrivals::new(&args.folders, settle);
    let ours = Ours::of(context, None);
    let mut look = || {
        let ready = arrivals.look(Instant::now(), |path| ours.holds(path));
        (ready, arrivals.unrest())
    };
    if args.once {
        look();
        wait(&woken, settle, &stop);
        let (ready, unrest) = look();
        if unrest > 0 {
            note(context, &format!("{unrest} file(s) still being written are left for the next time"));
        }
        return read(&office, ready, &stop, context);
    }
    let (_watcher, every) = notices(args, context, wake);
    let list: Vec<String> = args.folders.iter().map(|f| f.display().to_string()).collect();
    note(context, &format!("watching {}; Ctrl-C or SIGTERM ends it", list.join(", ")));
    while !stop.load(Ordering::Relaxed) {
        let (ready, unrest) = look();
        read(&office, ready, &stop, context)?;
        wait(&woken, if unrest > 0 { settle } else { every }, &stop);
    }
    note(context, "stopped");
    Ok(exit::OK)
}

/// Takes in one batch; gives the status that `run` would end with.
fn read(office: &Ingest, paths: Vec<Result<PathBuf>>, stop: &AtomicBool, context: &Context) -> Result<u8> {
    if paths.is_empty() || stop.load(Ordering::Relaxed) {
        return Ok(exit::OK);
    }
    let mut desk = Desk::new(office, None, Progress::in_lines(&paths, context.quiet), context)?;
    desk.read(paths, false, stop)?;
    Ok(desk.code())
}

/// Sleeps until something may have changed, `patience` is over or we are stopped; then lets a flood of notices calm down.
fn wait(woken: &Receiver<()>, patience: Duration, stop: &AtomicBool) {
    if woken.recv_timeout(patience).is_ok() && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(CALM);
    }
    while woken.try_recv().is_ok() {}
}

/// The first signal asks to stop, the second one ends the process: every stored file is whole at any moment.
fn stop_on_signals(stop: &Arc<AtomicBool>, wake: &Sender<()>) -> Result<()> {
    let (stop, wake) = (stop.clone(), wake.clone());
    let mut asked: Option<Instant> = None;
    ctrlc::set_handler(move || {
        stop.store(true, Ordering::Relaxed);
        // some senders signal the process and its group: that is one wish
        if asked.get_or_insert_with(Instant::now).elapsed() > ONE_WISH {
            std::process::exit(i32::from(exit::SOME_FAILED));
        }
        let _ = wake.try_send(());
    })
    .map_err(|e| Error::environment(format!("signals cannot be taken: {e}")))
}

/// The system's notices, kept as long as the watcher lives, and how often to look besides.
fn notices(args: &Watch, context: &Context, wake: Sender<()>) -> (Option<impl Watcher>, Duration) {
    if let Some(seconds) = args.poll {
        return (None, Duration::from_secs(seconds));
    }
    let started = notify::recommended_watcher(move |_| {
        let _ = wake.try_send(());
    })
    .and_then(|mut watcher| {
        args.folders.iter().try_for_each(|folder| watcher.watch(folder, RecursiveMode::Recursive))?;
        Ok(watcher)
    });
    match started {
        Ok(watcher) => (Some(watcher), AT_LEAST_EVERY),
        Err(e) => {
            let every = WITHOUT_NOTICES.as_secs();
            note(context, &format!("the system gives no notices ({e}): looking every {every} s (--poll sets it)"));
            (None, WITHOUT_NOTICES)
        }
    }
}
