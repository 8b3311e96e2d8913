//! `congvan run`: the main job. A folder of scans becomes records in the store, calendars and reports.
//!
//! in: paths → out: the store; with `--out` also files per document; a summary on standard error.
//! Promises: what the program itself writes is not read, though it may lie in a folder that is.

use super::desk::{self, Desk};
use crate::cli::io::Context;
use crate::cli::io::outputs::Outputs;
use crate::cli::io::progress::Progress;
use crate::error::Result;
use crate::source;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan run scans/\n  congvan run scans/ letter.pdf --out out/\n  congvan run scans/ --store sqlite:///srv/vanthu/congvan.db --jobs 4\n  congvan run scans/ --again              rules have changed: everything after OCR anew"
)]
pub struct Run {
    /// Files or folders (walked recursively; hidden files, README.md and the system's own are left out; archives and mails are opened)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also write here, per document: record (.json), restored text (.txt), check report (.check.txt); and congvan.ics
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Do everything after OCR again, from the cached pages
    #[arg(long)]
    again: bool,
    /// Read each page once: quicker, but marks lost on faint print and names under seals are not looked at twice
    #[arg(long)]
    fast: bool,
}

/// Reads everything behind the paths into the store.
pub fn run(args: &Run, context: &Context) -> Result<u8> {
    let office = desk::ingest(context, args.fast)?;
    let outputs = args.out.as_deref().map(Outputs::into).transpose()?;
    let ours = Ours::of(context, args.out.as_deref());
    let mut paths = source::walk(&args.paths);
    paths.retain(|path| !path.as_ref().is_ok_and(|p| ours.holds(p)));
    let progress = Progress::over(&paths, context.quiet);
    let mut desk = Desk::new(&office, outputs, progress, context)?;
    // a run is stopped by the signal itself: nothing is lost by it
    desk.read(paths, args.again, &AtomicBool::new(false))?;
    desk.close()
}

/// Files the program itself writes: they are no letters, though they may lie in a folder that is read.
pub(crate) struct Ours {
    out: Option<PathBuf>,
    store: Option<PathBuf>,
}

impl Ours {
    /// Of this store and this output folder.
    pub fn of(context: &Context, out: Option<&Path>) -> Ours {
        let file = context.store.strip_prefix("sqlite://").map(PathBuf::from);
        let real = |path: PathBuf| path.canonicalize().ok();
        Ours { out: out.map(Path::to_path_buf).and_then(real), store: file.and_then(real) }
    }

    /// Whether the file is one of them.
    pub fn holds(&self, path: &Path) -> bool {
        let Ok(path) = path.canonicalize() else { return false };
        let beside = |store: &PathBuf| {
            // SQLite keeps -wal, -shm and -journal files next to the database
            let store = store.to_string_lossy();
            path.to_string_lossy().strip_prefix(&*store).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.out.as_ref().is_some_and(|out| path.starts_with(out)) || self.store.as_ref().is_some_and(beside)
    }
}
