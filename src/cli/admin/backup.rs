//! `congvan backup FILE`: the whole store, whatever its engine, as one SQLite file that any command opens.
//!
//! in: the store → out: a store of the same content, as of one moment.
//! Promises: the file appears under its name only when it is whole; others may go on writing meanwhile.

use crate::cli::io::Context;
use crate::cli::io::{listing, output};
use crate::error::{Error, Result, exit};
use crate::store::{self, exchange};
use clap::Args;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Where to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan backup /srv/sao-luu/2024-06-05.db\n  congvan list --store sqlite:///srv/sao-luu/2024-06-05.db    a backup is a store\nBack again: remove congvan.db and the files congvan.db-wal and congvan.db-shm, then copy the backup to congvan.db\nInto another kind of store: congvan export, congvan import"
)]
pub struct Backup {
    /// File to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// Writes the backup.
pub fn run(args: &Backup, context: &Context) -> Result<u8> {
    if !args.force && args.file.exists() {
        return Err(Error::usage("exists already: name another file or add --force").at(&args.file));
    }
    // another process that has it open would go on writing into the old file, and its log would be read into the new one
    let log = PathBuf::from(format!("{}-wal", args.file.display()));
    let own = context.store.strip_prefix("sqlite://").and_then(|store| Path::new(store).canonicalize().ok());
    if log.exists() || own.is_some_and(|own| args.file.canonicalize().is_ok_and(|file| file == own)) {
        return Err(Error::usage("is a store in use, not a backup: name another file").at(&args.file));
    }
    let failed = |e: std::io::Error| Error::unwritable(&e).at(&args.file);
    // what goes wrong with the new store is said of the file that was asked for
    let named = |e: Error| Error { path: Some(args.file.clone()), ..e };
    let from = listing::open(context)?;
    let folder = args.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // beside the backup, where there is room for it, and not in memory
    let mut lines = tempfile::tempfile_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(&mut lines);
    exchange::export(from.as_ref(), &mut out).map_err(|e| e.at(&args.file))?;
    out.flush().map_err(failed)?;
    drop(out);
    lines.rewind().map_err(failed)?;
    let made = tempfile::Builder::new().prefix(".congvan-").tempdir_in(folder).map_err(failed)?;
    let part = made.path().join("backup.db");
    let mut into = store::open(&format!("sqlite://{}", part.display())).map_err(named)?;
    exchange::import(into.as_mut(), &mut BufReader::new(lines)).map_err(named)?;
    let counts = into.counts()?;
    // closing the only connection folds the log into the file
    drop(into);
    output::move_file(&part, &args.file, args.force)?;
    listing::note(context, &format!("{} files, {} documents", counts.files, counts.documents));
    Ok(exit::OK)
}
