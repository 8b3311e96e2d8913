//! `congvan export`: everything in the store, losslessly (JSON lines), or the documents as a table (CSV).

use crate::cli::io::Context;
use crate::cli::io::listing::{self, text};
use crate::cli::io::output;
use crate::error::{Result, exit};
use crate::export::csv;
use crate::office::wording::day_if_any;
use crate::store::{Filter, exchange};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// In which format, and where to.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan export -o sao-luu.jsonl     (and back: congvan import sao-luu.jsonl)")]
pub struct Export {
    /// jsonl holds everything and can be imported; csv is one line per document
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

/// Writes the export; a file is whole or not there.
pub fn run(args: &Export, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    match args.format {
        Format::Jsonl => {
            output::stream(args.output.as_deref(), args.force, |out| exchange::export(store.as_ref(), out))?
        }
        Format::Csv => {
            let head = ["id", "kind", "number", "issued_on", "issuer", "subject", "file", "to_review"];
            let found = store.list(&Filter::default())?;
            let rows = found.into_iter().map(|d| {
                let day = day_if_any(&d.issued_on);
                let review = d.to_review.to_string();
                [d.id, d.kind, text(&d.number), day, text(&d.issuer), text(&d.subject), d.file, review]
            });
            output::write(args.output.as_deref(), &csv::table(&head, rows)?, args.force)?;
        }
    }
    Ok(exit::OK)
}
