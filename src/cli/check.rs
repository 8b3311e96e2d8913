//! `congvan check`: what is missing or wrong in documents, one line per finding.
//!
//! in: files, a profile → out: a table or JSON on standard output; exit 1 where an error-level finding stands.
//! Leaves out: `--against`, SARIF and HTML, which are refused as wrong usage.

use super::{Context, inputs, output};
use crate::error::{Result, exit};
use crate::record::{Finding, Record};
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan check ke-hoach.pdf\n  congvan check de-nop/ --profile ke-hoach --format json"
)]
pub struct Check {
    /// Files or folders; - reads text from standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Which parts a document must have (default: by its kind)
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Reads, understands, checks and prints.
pub fn run(args: &Check, context: &Context) -> Result<u8> {
    let pipeline = inputs::pipeline(context, args.profile.clone())?;
    crate::check::validate(pipeline.rules, args.profile.as_deref())?;
    let mut records = Vec::new();
    let code = inputs::each_file(&pipeline, &args.files, |_, _, understood| {
        records.extend(understood.documents.into_iter().map(|d| d.record));
        Ok(())
    })?;
    let result = match args.format {
        Format::Table => table(&records, context.lang),
        Format::Json => json_list(&records)?,
    };
    output::write(None, result.as_bytes(), false)?;
    let wrong = records.iter().flat_map(|r| &r.findings).any(|f| f.severity == "error");
    Ok(if wrong { code.max(exit::SOME_FAILED) } else { code })
}

/// Every finding with the document it stands in.
fn each(records: &[Record]) -> impl Iterator<Item = (&Record, &Finding)> {
    records.iter().flat_map(|record| record.findings.iter().map(move |finding| (record, finding)))
}

fn table(records: &[Record], lang: Lang) -> String {
    let head = match lang {
        Lang::Vi => ["Tệp", "Văn bản", "Mức", "Điều gì", "Ở đâu", "Quy tắc"],
        Lang::En => ["File", "Document", "Level", "What", "Where", "Rule"],
    };
    let level = |severity: &str| match (severity, lang) {
        ("error", Lang::Vi) => "lỗi".to_owned(),
        ("warning", Lang::Vi) => "cảnh báo".to_owned(),
        ("info", Lang::Vi) => "lưu ý".to_owned(),
        (other, _) => other.to_owned(),
    };
    let rows: Vec<Vec<String>> = each(records)
        .map(|(record, finding)| {
            let number = record.number.as_ref().map(|n| n.normalized.clone().unwrap_or_else(|| n.raw.clone()));
            vec![
                record.source.file.clone(),
                number.unwrap_or_else(|| record.kind_label.clone()),
                level(&finding.severity),
                finding.message.clone(),
                excerpt(&finding.text),
                finding.rule.clone(),
            ]
        })
        .collect();
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

fn json_list(records: &[Record]) -> Result<String> {
    let all: Vec<_> = each(records)
        .map(|(record, finding)| {
            json!({
                "file": record.source.file, "part": record.source.part, "id": record.id,
                "rule": finding.rule, "severity": finding.severity, "message": finding.message, "text": finding.text,
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&all)
        .map_err(|e| crate::Error::new(crate::ErrorKind::Environment, e.to_string()))?;
    text.push('\n');
    Ok(text)
}
