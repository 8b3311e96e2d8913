//! `congvan rules`: the rules in force and where each comes from, one of them, the examples of a user's folder.
//!
//! in: the context's dictionaries, or the folder to test → out: a table or JSON; what a rule says with its data; failed examples
//! with file and line.
//! Promises: exit 1 where an example fails; a folder that does not load is refused as every command refuses it.

use super::explain_rule;
use crate::cli::Context;
use crate::cli::io::output::say;
use crate::cli::io::{inputs, output, table};
use crate::error::{Error, Result, exit};
use crate::office::rule_examples;
use crate::rules::{EntrySort, Origin, Rules};
use crate::text::lang::Lang;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `rules`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  congvan rules list                                  (every kind, check, profile, phrase and list in force)
  congvan rules list --added --dictionaries quy-tac/  (what this folder adds or replaces)
  congvan rules show form.number
  congvan rules test quy-tac/                         (its examples and counter-examples; exit 1 where one fails)")]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// What is in force and where it comes from
    #[command(after_help = "Examples:
  congvan rules list
  congvan rules list --format json --dictionaries quy-tac/")]
    List(ListArgs),
    /// What a rule says, where it comes from, its data
    #[command(after_help = "Examples:
  congvan rules show form.number
  congvan rules show ke-hoach.money        (a part of a profile)
  congvan rules show deadlines.span        (a phrase of a book)
  congvan rules show cong_van              (a kind)")]
    Show {
        /// A check, a part of a profile, a profile, a kind, BOOK.PHRASE, a list of words, a letter
        id: String,
    },
    /// Run the examples and counter-examples of a folder laid out like dictionaries/
    #[command(after_help = "Examples:
  congvan rules test quy-tac/
  congvan rules test quy-tac/ --all        (whether the built-in examples still hold with it, too)")]
    Test(TestArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only what a folder of one's own adds or replaces
    #[arg(long)]
    added: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// The folder
    dir: PathBuf,
    /// Run the built-in examples, too
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Prints rules, or runs their examples.
pub fn run(args: &RulesArgs, context: &Context) -> Result<u8> {
    match &args.command {
        RulesCommand::List(args) => list(args, inputs::rules(context)?.as_ref(), context.lang),
        RulesCommand::Show { id } => show(id, inputs::rules(context)?.as_ref(), context.lang),
        RulesCommand::Test(args) => test(args, context),
    }
}

fn list(args: &ListArgs, rules: &Rules, lang: Lang) -> Result<u8> {
    let shown = rules.entries().filter(|(sort, id, _)| !args.added || rules.is_added(*sort, id));
    let text = match args.format {
        Format::Table => {
            let head = match lang {
                Lang::Vi => ["Loại", "Mã", "Nội dung", "Nguồn"],
                Lang::En => ["Sort", "Id", "Says", "Comes from"],
            };
            let rows = shown.map(|(sort, id, origins)| {
                vec![sort_in(sort, lang).into(), id.into(), says(rules, sort, id, lang), told(&origins, lang)]
            });
            table::render(&head, rows)
        }
        Format::Json => {
            let rows = shown.map(|(sort, id, origins)| {
                let from = |o: &Origin| json!({ "file": o.path, "line": o.line, "built_in": o.built_in });
                let from: Vec<_> = origins.iter().map(from).collect();
                json!({ "sort": sort.to_string(), "id": id, "says": says(rules, sort, id, lang), "from": from })
            });
            format!("{:#}\n", serde_json::Value::Array(rows.collect()))
        }
    };
    output::write(None, text.as_bytes(), false)?;
    Ok(exit::OK)
}

fn show(id: &str, rules: &Rules, lang: Lang) -> Result<u8> {
    let explained = explain_rule::explain(rules, id, lang);
    // a part is shown with the profile it belongs to
    let profile = id.split_once('.').map_or(id, |(profile, _)| profile);
    let is_part = explained.is_ok() && !rules.checks().iter().any(|check| check.id == id);
    let entry = if is_part { profile } else { id };
    let data: String = rules
        .entries()
        .filter(|(_, known, _)| *known == entry)
        .flat_map(|(sort, id, origins)| origins.into_iter().zip(rules.data(sort, id)))
        .map(|(origin, data)| format!("\n# {}\n{}\n", told(&[origin], lang), data.trim_end()))
        .collect();
    let text = match explained {
        Ok(text) => text + &data,
        Err(_) if !data.is_empty() => data.trim_start().to_owned(),
        Err(unknown) => return Err(unknown),
    };
    output::write(None, text.as_bytes(), false)?;
    Ok(exit::OK)
}

fn test(args: &TestArgs, context: &Context) -> Result<u8> {
    let rules = Rules::load(Some(&args.dir))?;
    let report = rule_examples::run(&rules, |sort, id| args.all || rules.is_added(sort, id));
    if report.ran == 0 && !rules.entries().any(|(sort, id, _)| rules.is_added(sort, id)) {
        return Err(
            Error::usage("holds no rules: it is laid out like dictionaries/, with checks/, kinds/ …").at(&args.dir)
        );
    }
    let lines = report.failed.iter().map(|f| format!("{}:{}: {}\n", f.path.display(), f.line, f.what));
    output::write(None, lines.collect::<String>().as_bytes(), false)?;
    if !context.quiet {
        let (ran, failed) = (report.ran, report.failed.len());
        say(match context.lang {
            Lang::Vi => format!("{ran} ví dụ, {failed} không đúng"),
            Lang::En => format!("{ran} examples, {failed} failed"),
        });
    }
    Ok(if report.failed.is_empty() { exit::OK } else { exit::SOME_FAILED })
}

fn told(origins: &[Origin], lang: Lang) -> String {
    let one = |origin: &Origin| match origin.built_in {
        true => format!("{} ({})", lang.pick("có sẵn", "built in"), origin.path.display()),
        false => format!("{}:{}", origin.path.display(), origin.line),
    };
    origins.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn sort_in(sort: EntrySort, lang: Lang) -> &'static str {
    let (vi, en) = match sort {
        EntrySort::Kind => ("loại văn bản", "kind"),
        EntrySort::Check => ("kiểm tra", "check"),
        EntrySort::Profile => ("thành phần", "profile"),
        EntrySort::Phrase => ("câu mẫu", "phrase"),
        EntrySort::Words => ("danh sách từ", "words"),
        EntrySort::Letter => ("văn bản mẫu", "letter"),
        EntrySort::Holidays => ("ngày nghỉ", "holidays"),
        EntrySort::Message => ("lời nhắc", "message"),
        EntrySort::Secrecy => ("dấu mật", "secrecy mark"),
    };
    lang.pick(vi, en)
}

/// What an entry is about, in one line.
fn says(rules: &Rules, sort: EntrySort, id: &str, lang: Lang) -> String {
    let said = match sort {
        EntrySort::Kind => rules.kind(id).map(|kind| kind.label.clone()),
        EntrySort::Check => rules.checks().iter().find(|c| c.id == id).map(|check| check.message.open(lang)),
        EntrySort::Profile => {
            rules.profiles().iter().find(|p| p.id == id).map(|profile| profile.source.fill(lang, &[]))
        }
        EntrySort::Phrase => id.split_once('.').and_then(|(book, id)| {
            rules.phrases(book).phrases().iter().find(|phrase| phrase.id == id)?.say.first().cloned()
        }),
        EntrySort::Words => Some(rules.words(id).rows().len().to_string()),
        EntrySort::Message => rules.doubt(id).map(|message| message.open(lang)),
        EntrySort::Secrecy => rules.secrecy_marks().iter().find(|mark| mark.id == id).map(|mark| mark.say.join(", ")),
        EntrySort::Letter | EntrySort::Holidays => None,
    };
    said.unwrap_or_default()
}
