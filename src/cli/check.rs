//! `congvan check`: what is missing or wrong in documents, one line per finding.
//!
//! in: files, a profile → out: a table, JSON, SARIF or HTML; exit 1 where an error-level finding stands.
//! Leaves out: `--against`, which is refused as wrong usage.

use super::{Context, explain_rule, inputs, output, placing};
use crate::error::{Result, exit};
use crate::export::findings::{Checked, level};
use crate::export::{html, sarif};
use crate::record::{Finding, Record};
use crate::source::Source;
use crate::text::PlaceOf;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  congvan check ke-hoach.pdf
  congvan check de-nop/ --profile ke-hoach --format json
  congvan check de-nop/ --format html -o ket-qua.html    (to read and to print)
  congvan check de-nop/ --format sarif -o ket-qua.sarif  (for other programs)
  congvan check --explain form.number")]
pub struct Check {
    /// Files or folders; - reads text from standard input
    #[arg(required_unless_present = "explain")]
    files: Vec<PathBuf>,
    /// Which parts a document must have (default: by its kind)
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    /// Tell what a rule says, where it comes from, what breaks it and what keeps it
    #[arg(long, value_name = "RULE", conflicts_with_all = ["files", "profile", "format"])]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Sarif,
    Html,
}

/// Reads, understands, checks and prints.
pub fn run(args: &Check, context: &Context) -> Result<u8> {
    if let Some(id) = &args.explain {
        let text = explain_rule::explain(inputs::rules(context)?, id, context.lang)?;
        output::write(args.output.as_deref(), text.as_bytes(), args.force)?;
        return Ok(exit::OK);
    }
    let pipeline = inputs::pipeline(context, args.profile.clone())?;
    crate::check::validate(pipeline.rules, args.profile.as_deref())?;
    let mut documents = Vec::new();
    let code = inputs::each_file(&pipeline, &args.files, |source, _, understood| {
        let path = path_of(source);
        let text = &understood.text;
        documents.extend(understood.documents.into_iter().map(|d| {
            let places = d.record.findings.iter();
            let places = places.map(|f| placing::place(text, &d.document, &d.record, f)).collect();
            Checked { path: path.clone(), record: d.record, places }
        }));
        Ok(())
    })?;
    let rules = || explain_rule::all(pipeline.rules, context.lang);
    let result = match args.format {
        Format::Table => table(&documents, context.lang).into_bytes(),
        Format::Json => json_list(&documents)?.into_bytes(),
        Format::Sarif => sarif::log(&rules(), &documents)?,
        Format::Html => html::report(&rules(), &documents, context.lang).into_bytes(),
    };
    output::write(args.output.as_deref(), &result, args.force)?;
    let wrong = documents.iter().flat_map(|d| &d.record.findings).any(|f| f.severity == "error");
    Ok(if wrong { code.max(exit::SOME_FAILED) } else { code })
}

/// The path as given, relative where it lies below the working folder.
fn path_of(source: &Source) -> String {
    if source.path == Path::new("-") {
        return "stdin".to_owned();
    }
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| source.path.strip_prefix(here).ok());
    below.unwrap_or(&source.path).display().to_string()
}

fn table(documents: &[Checked], lang: Lang) -> String {
    let head = match lang {
        Lang::Vi => ["Tệp", "Văn bản", "Mức", "Điều gì", "Ở đâu", "Quy tắc"],
        Lang::En => ["File", "Document", "Level", "What", "Where", "Rule"],
    };
    let line = |document: &Checked, finding: &Finding| {
        vec![
            document.record.source.file.clone(),
            document.name().to_owned(),
            level(&finding.severity, lang).to_owned(),
            finding.message.clone(),
            excerpt(&finding.text),
            finding.rule.clone(),
        ]
    };
    let rows: Vec<Vec<String>> =
        documents.iter().flat_map(|d| d.record.findings.iter().map(move |f| line(d, f))).collect();
    match (rows.is_empty(), lang) {
        (true, Lang::Vi) => "Không thấy gì cần sửa.\n".to_owned(),
        (true, Lang::En) => "Nothing found.\n".to_owned(),
        _ => super::table::render(&head, rows),
    }
}

/// The first words of a long stretch.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", one_line[..at].trim_end()),
        None => one_line,
    }
}

fn json_list(documents: &[Checked]) -> Result<String> {
    let each = documents.iter().flat_map(|d| d.findings().map(move |(finding, place)| (&d.record, finding, place)));
    let all: Vec<_> = each.map(|(record, finding, place)| entry(record, finding, place)).collect();
    let mut text = serde_json::to_string_pretty(&all)
        .map_err(|e| crate::Error::new(crate::ErrorKind::Environment, e.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// A finding as JSON; `page` and `box` are null where its words have no place.
fn entry(record: &Record, finding: &Finding, place: Option<PlaceOf>) -> Value {
    json!({
        "file": record.source.file, "part": record.source.part, "id": record.id,
        "rule": finding.rule, "severity": finding.severity, "message": finding.message, "text": finding.text,
        "page": place.map(|p| p.page), "box": place.and_then(|p| p.bbox).map(|b| [b.x, b.y, b.w, b.h]),
    })
}
