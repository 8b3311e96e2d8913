//! The command line: one file per command, nothing decided here but the order of things.
//!
//! in: arguments, environment, `congvan.toml` → out: the result on standard output, everything else on standard error.
//! Promises: exit status 0 done, 1 some inputs failed, 2 wrong usage, 3 environment not ready; a closed pipe ends quietly.

pub mod admin;
mod args;
pub mod check;
pub mod edit;
pub mod io;
pub mod query;
pub mod read;

use crate::error::{Error, Result, exit};
use crate::text::lang::Lang;
use clap::Parser;
use std::io::Write as _;
use std::path::PathBuf;

/// What every command may need to know; flags, environment and configuration are already weighed.
#[derive(Debug, Clone)]
pub struct Context {
    /// Language of tables, reports and findings.
    pub lang: Lang,
    /// No progress, no summaries.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Whether standard output takes colours (a terminal, and `NO_COLOR` is not set).
    pub color: bool,
    /// The date commands count from.
    pub today: jiff::civil::Date,
    /// Store URL.
    pub store: String,
    /// Folder laid over the built-in dictionaries.
    pub dictionaries: Option<PathBuf>,
    /// Language model to use instead of the built-in one.
    pub model: Option<PathBuf>,
    /// Worker threads, at least 1.
    pub jobs: usize,
}

/// Runs the program and returns its exit status.
pub fn main() -> u8 {
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return if e.use_stderr() { exit::USAGE } else { exit::OK };
        }
    };
    match io::config::context(&cli.global).and_then(|context| dispatch(&cli.command, &context)) {
        Ok(code) => code,
        Err(e) => {
            report(&e);
            e.exit_code()
        }
    }
}

/// One line on standard error.
pub fn report(e: &Error) {
    say(format_args!("congvan: {e}"));
}

/// A line on standard error. Where that leads to a full disk the work goes on: the exit status tells what came of it.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

fn dispatch(command: &args::Command, context: &Context) -> Result<u8> {
    match command {
        args::Command::Run(args) => read::run::run(args, context),
        args::Command::Watch(args) => read::watch::run(args, context),
        args::Command::Check(args) => check::run(args, context),
        args::Command::Rules(args) => check::rules::run(args, context),
        args::Command::Extract(args) => read::extract::run(args, context),
        args::Command::Explain(args) => read::explain::run(args, context),
        args::Command::Doctor => admin::doctor::run(context),
        args::Command::Ocr(args) => read::ocr::run(args, context),
        args::Command::Model(args) => admin::model::run(args, context),
        args::Command::Restore(args) => read::restore::run(args, context),
        args::Command::List(args) => query::list::run(args, context),
        args::Command::Show(args) => query::show::run(args, context),
        args::Command::Search(args) => query::search::run(args, context),
        args::Command::Deadlines(args) => query::deadlines::run(args, context),
        args::Command::Digest(args) => query::digest::run(args, context),
        args::Command::Calendar(args) => query::calendar::run(args, context),
        args::Command::Arrive(args) => edit::arrive::run(args, context),
        args::Command::Decide(args) => edit::decide::run(args, context),
        args::Command::Backup(args) => admin::backup::run(args, context),
        args::Command::Register(args) => query::register::run(args, context),
        args::Command::Status(args) => query::status::run(args, context),
        args::Command::Export(args) => admin::export::run(args, context),
        args::Command::Import(args) => admin::import::run(args, context),
    }
}
