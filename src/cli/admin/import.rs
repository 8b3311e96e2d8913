//! `congvan import`: an export back into a store. Files the store has already stay as they are.

use crate::cli::io::Context;
use crate::cli::io::listing;
use crate::error::{Error, Result, exit};
use crate::store::{self, Arrival, exchange};
use clap::Args;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Which export.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan import sao-luu.jsonl --store sqlite://moi.db")]
pub struct Import {
    /// File made by `congvan export`, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Reads the export; the store is made where there is none.
pub fn run(args: &Import, context: &Context) -> Result<u8> {
    let stdin = args.file == Path::new("-");
    let name = if stdin { Path::new("standard input") } else { &args.file };
    let mut input: Box<dyn std::io::BufRead> = if stdin {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(std::fs::File::open(&args.file).map_err(|e| Error::from(e).at(name))?))
    };
    let mut store = store::open(&context.store)?;
    let done = exchange::import(store.as_mut(), &mut input).map_err(|e| e.at(name))?;
    listing::note(context, &format!("{} files taken over, {} known already", done.files, done.known));
    for Arrival { document, book, year, number, .. } in &done.left_out {
        let what =
            format!("{document}: its number {number} of {year} ({book}) is taken here: enter it anew with arrive");
        crate::cli::io::output::report(&Error::input(what));
    }
    Ok(if done.left_out.is_empty() { exit::OK } else { exit::SOME_FAILED })
}
