//! `congvan extract`: records to standard output, nothing stored.

use crate::cli::io::{Context, inputs, output, table};
use crate::error::Result;
use crate::office::wording;
use crate::record::Record;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `extract`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan extract thu.pdf\n  congvan extract scans/ --format jsonl > records.jsonl\n  cat thu.txt | congvan extract - --format table"
)]
pub struct Extract {
    /// Files or folders; - reads text from standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// json is one array, jsonl one record per line
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the output file
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Jsonl,
    Table,
}

/// Reads, understands and prints.
pub fn run(args: &Extract, context: &Context) -> Result<u8> {
    let pipeline = inputs::pipeline(context, None)?;
    let mut records = Vec::new();
    let code = inputs::each_file(&pipeline, &args.files, |_, _, understood| {
        records.extend(understood.documents.into_iter().map(|d| d.record));
        Ok(())
    })?;
    let bytes = match args.format {
        Format::Json => crate::export::json::array(&records)?,
        Format::Jsonl => crate::export::json::lines(&records)?,
        Format::Table => as_table(&records, context.lang).into_bytes(),
    };
    output::write(args.output.as_deref(), &bytes, args.force)?;
    Ok(code)
}

fn as_table(records: &[Record], lang: Lang) -> String {
    let head = match lang {
        Lang::Vi => {
            ["Tệp", "Loại", "Số, ký hiệu", "Ngày", "Cơ quan ban hành", "Trích yếu", "Hạn", "Chỉ tiêu", "Cần xem"]
        }
        Lang::En => ["File", "Kind", "Number", "Date", "Issuer", "Subject", "Deadlines", "Quotas", "To review"],
    };
    let rows = records.iter().map(|r| {
        vec![
            r.source.file.clone(),
            r.kind_label.clone(),
            wording::number(r).unwrap_or_default(),
            wording::day_if_any(&r.issued_on),
            r.issuer.as_ref().map(|i| i.name.clone()).unwrap_or_default(),
            r.subject.clone().unwrap_or_default(),
            r.deadlines.len().to_string(),
            r.quotas.len().to_string(),
            r.needs_review.len().to_string(),
        ]
    });
    table::render(&head, rows)
}
