//! The clap tree: global options and the list of commands. Each command's own arguments live in its file.

use crate::cli::io::config::Global;
use clap::{Parser, Subcommand};

/// Reads the post of a Vietnamese public office: OCR, restored Vietnamese, records, deadlines, checks.
#[derive(Debug, Parser)]
#[command(name = "congvan", version, max_term_width = 120, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  congvan run scans/ --out out/          read a folder, keep it in congvan.db, write records and calendars
  congvan deadlines --to 2024-06-30      what is due until then
  congvan calendar -o han.ics            every deadline as a calendar file
  congvan check ke-hoach.pdf             what is missing or wrong in a plan
  congvan restore cu.txt                 give a text its diacritics back
  congvan doctor                         what is installed and what is missing";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read files and folders into the store: OCR, restore, split, extract, check
    Run(crate::cli::read::run::Run),
    /// The same for a drop folder, as files arrive, until stopped
    Watch(crate::cli::read::watch::Watch),
    /// New mails of an IMAP folder into a drop folder
    Fetch(crate::cli::read::fetch::Fetch),
    /// Records to standard output, nothing stored
    Extract(crate::cli::read::extract::Extract),
    /// What is missing or wrong in documents
    Check(crate::cli::check::Check),
    /// The rules in force, where each comes from, and their examples
    Rules(crate::cli::check::rules::RulesArgs),
    /// Digital signatures: who, when, over what, whether they hold
    Signatures(crate::cli::read::signatures::Signatures),
    /// What each step produced for a file, and why
    Explain(crate::cli::read::explain::Explain),
    /// What the store holds
    List(crate::cli::query::list::List),
    /// One document with everything known of it
    Show(crate::cli::query::show::Show),
    /// Full text and fields; diacritics and case do not matter
    Search(crate::cli::query::search::Search),
    /// What is due, overdue, recurring
    Deadlines(crate::cli::query::deadlines::Deadlines),
    /// The morning list: due today, this week, overdue
    Digest(crate::cli::query::digest::Digest),
    /// Deadlines as iCalendar
    Calendar(crate::cli::query::calendar::Calendar),
    /// Enter documents into the register: số đến and day of arrival
    Arrive(crate::cli::edit::arrive::Arrive),
    /// What a leader decided about a document: to whom it goes, until when
    Decide(crate::cli::edit::decide::Decide),
    /// The registers of incoming documents, for the screen, a spreadsheet or the printer
    Register(crate::cli::query::register::Register),
    /// What each unit owes
    Status(crate::cli::query::status::Status),
    /// Everything in the store, losslessly
    Export(crate::cli::admin::export::Export),
    /// An export back into a store
    Import(crate::cli::admin::import::Import),
    /// The whole store as one file
    Backup(crate::cli::admin::backup::Backup),
    /// What is installed, what is in force, what is missing
    Doctor(crate::cli::admin::doctor::Doctor),
    /// The text of each page, as read
    Ocr(crate::cli::read::ocr::OcrArgs),
    /// Make or describe a language model
    Model(crate::cli::admin::model::ModelArgs),
    /// Diacritics and OCR errors restored, line for line
    Restore(crate::cli::read::restore::RestoreArgs),
}
