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

use crate::error::{Result, exit};
use clap::Parser;
use io::Context;
use io::output::report;

/// Runs the program and returns its exit status.
pub fn main() -> u8 {
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return if e.use_stderr() { exit::USAGE } else { exit::OK };
        }
    };
    let done = io::config::context(&cli.global).and_then(|context| {
        share_threads(&context);
        dispatch(&cli.command, &context)
    });
    match done {
        Ok(code) => code,
        Err(e) => {
            report(&e);
            e.exit_code()
        }
    }
}

/// The threads all loops over pages, files and documents share: as many as `--jobs` says. Only the first call in a process
/// decides, a later one changes nothing.
fn share_threads(context: &Context) {
    let _ = rayon::ThreadPoolBuilder::new().num_threads(context.jobs).build_global();
}

fn dispatch(command: &args::Command, context: &Context) -> Result<u8> {
    match command {
        args::Command::Run(args) => read::run::run(args, context),
        args::Command::Watch(args) => read::watch::run(args, context),
        args::Command::Fetch(args) => read::fetch::run(args, context),
        args::Command::Check(args) => check::run(args, context),
        args::Command::Rules(args) => check::rules::run(args, context),
        args::Command::Extract(args) => read::extract::run(args, context),
        args::Command::Signatures(args) => read::signatures::run(args, context),
        args::Command::Explain(args) => read::explain::run(args, context),
        args::Command::Doctor(args) => admin::doctor::run(args, context),
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
