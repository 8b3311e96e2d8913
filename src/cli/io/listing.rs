//! What the commands that ask the store share: opening it, formats, where the answer goes.
//!
//! in: items and how one becomes a row → out: a table for people, CSV for spreadsheets, JSON for programs.

use crate::cli::io::Context;
use crate::cli::io::{output, table};
use crate::error::{Error, Result};
use crate::export::{csv, json};
use crate::store::{self, Store};
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns for reading
    Table,
    /// One JSON array; keys never change
    Json,
    /// For spreadsheets: UTF-8 with byte order mark
    Csv,
}

/// Where an answer goes.
#[derive(Debug, Args)]
pub struct Listing {
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

impl Listing {
    /// Refuses a file that would not be replaced: for what must not be done before that is known.
    pub fn check(&self) -> Result<()> {
        match &self.output {
            Some(path) if path != Path::new("-") && !self.force && path.exists() => {
                Err(Error::usage("exists already: name another file or add --force").at(path))
            }
            _ => Ok(()),
        }
    }

    /// Writes `items` in the format asked for. `row` is for people, JSON has the items as they are.
    pub fn write<T: Serialize, const N: usize>(
        &self,
        head: &[&str; N],
        items: &[T],
        row: impl Fn(&T) -> [String; N],
    ) -> Result<()> {
        let bytes = match self.format {
            Format::Json => json::array(items)?,
            Format::Csv => csv::table(head, items.iter().map(row))?,
            Format::Table => table::render(head, items.iter().map(|item| row(item).to_vec())).into_bytes(),
        };
        output::write(self.output.as_deref(), &bytes, self.force)
    }
}

/// The store in force; it must be there already.
pub fn open(context: &Context) -> Result<Box<dyn Store>> {
    store::open_existing(&context.store)
}

/// A note that is no result, on standard error; silent with `--quiet`.
pub fn note(context: &Context, message: &str) {
    if !context.quiet {
        crate::cli::io::output::say(format_args!("congvan: {message}"));
    }
}

/// Says how many files are kept back: what they say is in no list.
pub fn note_quarantined(store: &dyn Store, context: &Context) -> Result<()> {
    let count = store.counts()?.quarantined;
    if count > 0 {
        note(
            context,
            &match context.lang {
                Lang::Vi => format!("{count} tệp bị cách ly vì mang dấu độ mật: xem `congvan list --quarantined`"),
                Lang::En => format!("{count} file(s) kept back as secret: see `congvan list --quarantined`"),
            },
        );
    }
    Ok(())
}

/// The text, or nothing.
pub fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}
