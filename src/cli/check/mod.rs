//! `congvan check`: what is missing or wrong in documents, one line per finding.
//!
//! in: files, a profile, findings somebody decided to leave → out: a table, JSON, SARIF or HTML, on request the letter that
//! asks for what is missing; exit 1 where an error-level finding stands.

mod explain_rule;
pub mod rules;

use crate::check;
use crate::cli::io::output::{self, report};
use crate::cli::io::{Context, inputs, listing, table};
use crate::error::{Error, Result, exit};
use crate::export::findings::{Checked, Rule, level};
use crate::export::{html, picture, reply, sarif};
use crate::office::stored_checks::Stored;
use crate::office::suppressions::Suppressions;
use crate::office::{dossiers, finding_places, lookup};
use crate::page::Page;
use crate::pipeline::{self, Done, Pipeline};
use crate::record::{Finding, Record, Severity};
use crate::rules::Rules;
use crate::source::{RawContent, Source, Turn};
use crate::text::PlaceOf;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  congvan check ke-hoach.pdf
  congvan check de-nop/ --profile ke-hoach --format json
  congvan check de-nop/ --format html -o ket-qua.html    (to read and to print)
  congvan check de-nop/ --format sarif -o ket-qua.sarif  (for other programs)
  congvan check ho-so/ --profile ho-so-khen-thuong       (a dossier: its files are judged together)
  congvan check dang-ky.pdf --against 34/KH-UBND         (in time? quotas met? lists attached?)
  congvan check --stored                                  (everything stored: late answers, missed quotas, copied plans)
  congvan check ke-hoach.pdf --reply tra-loi.docx --by 2026-12-15
  congvan check --explain form.number
congvan-bo-qua.toml, one entry per finding to leave, with the reason (file, number, text, until narrow it down):
  [[suppress]]
  rule = \"form.number\"
  file = \"giay-moi-noi-bo.pdf\"
  until = \"2026-12-31\"
  reason = \"Giấy mời nội bộ, không lấy số\"")]
pub struct Check {
    /// Files or folders; - reads text from standard input. With --stored: ids or numbers
    #[arg(required_unless_present_any = ["explain", "stored"])]
    files: Vec<PathBuf>,
    /// Look at what the store holds (all, or the documents named): held against the orders they answer, the documents they
    /// cite and the ones they repeat
    #[arg(long, conflicts_with_all = ["against", "profile"])]
    stored: bool,
    /// Which parts a document must have (default: by its kind)
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Hold the documents against the order they answer: its number or id in the store, or its file
    #[arg(long, value_name = "NUMBER|FILE")]
    against: Option<String>,
    /// Findings to leave, each with a reason [default: congvan-bo-qua.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    suppressions: Option<PathBuf>,
    /// Draft the letter that asks the sender for what is missing: a .docx or .txt file
    #[arg(long, value_name = "FILE")]
    reply: Option<PathBuf>,
    /// Last day to answer it
    #[arg(long, value_name = "DATE", requires = "reply")]
    by: Option<Date>,
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
        let rules = inputs::rules(context)?;
        let text = explain_rule::explain(&rules, id, context.lang)?;
        output::write(args.output.as_deref(), text.as_bytes(), args.force)?;
        return Ok(exit::OK);
    }
    let pipeline = inputs::pipeline(context, args.profile.clone())?;
    let rules = pipeline.rules.as_ref();
    check::validate(rules, args.profile.as_deref())?;
    let known = explain_rule::all(rules, context.lang);
    let suppressions = Suppressions::load(args.suppressions.as_deref(), &known)?;
    if args.stored {
        let documents = stored(args, rules, context)?;
        return finish(documents, args, &known, &suppressions, context);
    }
    let order = args.against.as_deref().map(|which| order(which, &pipeline, context)).transpose()?;
    let is_dossier = dossiers::is_for_dossiers(rules, args.profile.as_deref());
    let (mut documents, mut dossier) = (Vec::new(), Vec::new());
    let code = inputs::each_file(&pipeline, &args.files, |source, pages, mut understood| {
        let path = path_of(source);
        if let Some(order) = &order {
            pipeline.check_against(order, &mut understood);
        }
        let first = documents.len();
        documents.extend(understood.documents.iter().map(|d| finding_places::checked(&path, &understood.text, d)));
        if args.format == Format::Html {
            show_places(&mut documents[first..], source, pages)?;
        }
        if is_dossier {
            dossier.push((path, understood));
        }
        Ok(())
    })?;
    if let Some(together) = dossiers::together(&dossier, rules, args.profile.as_deref(), context.lang) {
        documents.insert(0, together);
    }
    Ok(code.max(finish(documents, args, &known, &suppressions, context)?))
}

/// What is stored, with the findings among each other.
fn stored(args: &Check, rules: &Rules, context: &Context) -> Result<Vec<Checked>> {
    let store = listing::open(context)?;
    let asked: Vec<String> = args.files.iter().map(|which| which.to_string_lossy().into_owned()).collect();
    let mut documents = Vec::new();
    Stored::of(store.as_ref(), rules, context.lang)?.each(&asked, |record| {
        // of a document without findings nothing is told
        if !record.findings.is_empty() {
            documents.push(Checked::of(record.source.file.clone(), record));
        }
    })?;
    Ok(documents)
}

/// Leaves out what is to be left, writes the result and the reply. Returns the exit status.
fn finish(
    mut documents: Vec<Checked>,
    args: &Check,
    known: &[Rule],
    suppressions: &Suppressions,
    context: &Context,
) -> Result<u8> {
    documents.iter_mut().for_each(|document| suppressions.apply(document, context.today));
    let result = match args.format {
        Format::Table => as_table(&documents, context.lang).into_bytes(),
        Format::Json => json_list(&documents)?.into_bytes(),
        Format::Sarif => sarif::log(known, &documents)?,
        Format::Html => html::report(known, &documents, context.lang).into_bytes(),
    };
    output::write(args.output.as_deref(), &result, args.force)?;
    suppressions.unused().iter().for_each(report);
    if let Some(path) = &args.reply {
        write_reply(path, &documents, args, context)?;
    }
    let wrong = documents.iter().flat_map(Checked::findings).any(|(finding, _)| finding.severity == Severity::Error);
    Ok(if wrong { exit::SOME_FAILED } else { exit::OK })
}

/// The order documents are held against.
fn order(which: &str, pipeline: &Pipeline, context: &Context) -> Result<Record> {
    let path = Path::new(which);
    if !path.is_file() {
        let store = listing::open(context)?;
        return Ok(lookup::document(store.as_ref(), which)?.record);
    }
    let Done { understood, failures, .. } = pipeline.file(pipeline::open(path)?)?;
    failures.iter().for_each(report);
    let first = understood.documents.into_iter().next();
    first.map(|d| d.record).ok_or_else(|| Error::input("holds no document: nothing to check against").at(path))
}

/// Cuts out of each page what the findings on it are about; one page image is in memory at a time.
fn show_places(documents: &mut [Checked], source: &Source, pages: &[Page]) -> Result<()> {
    let reader = source.pages()?;
    for page in pages {
        let on_page = |place: &Option<PlaceOf>| place.filter(|p| p.page == page.number).and_then(|p| p.bbox);
        if !documents.iter().flat_map(|d| &d.places).any(|place| on_page(place).is_some()) {
            continue;
        }
        let RawContent::Image { image, dpi, .. } = reader.page(page.number - 1)?.content else { continue };
        let image = Turn::clockwise(page.turned).apply(image);
        for document in documents.iter_mut() {
            document.pictures.resize(document.places.len(), None);
            for (picture, place) in document.pictures.iter_mut().zip(&document.places) {
                *picture = on_page(place).and_then(|bbox| picture::around(&image, dpi, bbox)).or(picture.take());
            }
        }
    }
    Ok(())
}

/// Writes the draft; says so where there is nothing to ask for.
fn write_reply(path: &Path, documents: &[Checked], args: &Check, context: &Context) -> Result<()> {
    let Some(reply) = reply::draft(documents, context.today, args.by)? else {
        listing::note(context, "nothing to ask for: no reply was drafted");
        return Ok(());
    };
    let bytes = match path.extension().and_then(|e| e.to_str()) {
        Some("docx") => reply.docx()?,
        Some("txt") => reply.text().into_bytes(),
        _ => {
            return Err(Error::usage(
                "--reply writes a Word document or plain text: name a .docx or .txt file".to_owned(),
            ));
        }
    };
    output::write(Some(path), &bytes, args.force)
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

fn as_table(documents: &[Checked], lang: Lang) -> String {
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
        documents.iter().flat_map(|d| d.findings().map(move |(finding, _)| line(d, finding))).collect();
    let found = match (rows.is_empty(), lang) {
        (true, Lang::Vi) => "Không thấy gì cần sửa.\n".to_owned(),
        (true, Lang::En) => "Nothing found.\n".to_owned(),
        _ => table::render(&head, rows),
    };
    let left = documents.iter().flat_map(Checked::all).filter(|(_, _, left)| left.is_some()).count();
    match (left, lang) {
        (0, _) => found,
        (_, Lang::Vi) => format!("{found}Đã bỏ qua {left} điểm có ghi lý do.\n"),
        (_, Lang::En) => format!("{found}{left} left with a reason.\n"),
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
    let each =
        documents.iter().flat_map(|d| d.all().map(move |(finding, place, left)| (&d.record, finding, place, left)));
    let all: Vec<_> = each.map(|(record, finding, place, left)| entry(record, finding, place, left)).collect();
    let mut text = serde_json::to_string_pretty(&all)
        .map_err(|e| crate::Error::new(crate::ErrorKind::Environment, e.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// A finding as JSON; `page` and `box` are null where its words have no place, `suppressed` is the reason it is left for.
fn entry(record: &Record, finding: &Finding, place: Option<PlaceOf>, left: Option<&str>) -> Value {
    json!({
        "file": record.source.file, "part": record.source.part, "id": record.id,
        "rule": finding.rule, "severity": finding.severity, "message": finding.message, "text": finding.text,
        "page": place.map(|p| p.page), "box": place.and_then(|p| p.bbox).map(|b| [b.x, b.y, b.w, b.h]),
        "suppressed": left,
    })
}
