//! `congvan ocr`: the text of each page, restored, or as it was read on request.
//!
//! in: files and folders → out: restored text (pages parted by form feeds); hOCR or JSON as read; PDF by `searchable`, restored.
//! Promises: pages come in order though several are read at once; a file or page that cannot be read is named on standard
//! error and the rest goes on.

use super::searchable;
use crate::cli::io::output::{self, report};
use crate::cli::io::{Context, inputs};
use crate::error::{Error, Result, exit};
use crate::page::{self, Page, ReadOptions};
use crate::pipeline;
use crate::source;
use clap::{Args, ValueEnum};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::path::PathBuf;

/// Arguments of `ocr`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan ocr scan.pdf\n  congvan ocr scan.pdf --as-read         the engine's own words, slips and all\n  congvan ocr scans/ --format json -o pages.json\n  congvan ocr scan.tif --format hocr > scan.hocr\n  congvan ocr scan.pdf --format pdf -o tim-duoc.pdf     the same pages, searchable (PDF/A-2b)\n  congvan ocr scans/ --format pdf -o tim-duoc/         one such file for each scan, in a folder that is there"
)]
pub struct OcrArgs {
    /// Files or folders; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// text: restored, pages parted by form feeds; json: words as read, with boxes and confidences; hocr: the same as HTML for
    /// other tools; pdf: the page images with the restored text under them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write (standard output when left out); with --format pdf also a folder: a file for each input
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the output file
    #[arg(long)]
    force: bool,
    /// The text as read: slips of the engine stay, a garbled text layer stays garbled
    #[arg(long, conflicts_with = "restore")]
    as_read: bool,
    /// What --format text does by itself
    #[arg(long, hide = true)]
    restore: bool,
    /// No second readings of seals and of text that may be lost
    #[arg(long)]
    fast: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Hocr,
    Json,
    Pdf,
}

/// A file and its pages, as JSON shows it.
#[derive(serde::Serialize)]
struct FilePages {
    file: String,
    sha256: String,
    pages: Vec<Page>,
}

/// Runs the command.
pub fn run(args: &OcrArgs, context: &Context) -> Result<u8> {
    let only_text = "goes with --format text; hocr and json hold the words as read, pdf the restored ones";
    if args.restore && matches!(args.format, Format::Hocr | Format::Json) {
        return Err(Error::usage(format!("--restore {only_text}")));
    }
    if args.as_read && args.format == Format::Pdf {
        return Err(Error::usage(format!("--as-read {only_text}")));
    }
    if args.format == Format::Pdf {
        return searchable::run(&args.files, args.output.as_deref(), args.force, args.fast, context);
    }
    let mut code = exit::OK;
    let mut failed = |e: &Error| {
        report(e);
        code = code.max(e.exit_code());
    };
    let rules = inputs::rules(context)?;
    let mut files = Vec::new();
    for source in source::inputs(source::walk(&args.files)) {
        match source.and_then(|s| Ok((s.pages()?, s))) {
            Ok((reader, source)) => {
                let options = ReadOptions { fast: args.fast };
                let (pages, errors) = pipeline::read_pages(&source, &reader, &options, |page| {
                    context.secrecy.refusal(page, &source.sha256, &rules, context.lang)
                });
                errors.iter().for_each(&mut failed);
                inputs::warn(&source, &pages, context);
                files.push(FilePages { file: source.name, sha256: source.sha256, pages });
            }
            Err(e) => failed(&e),
        }
    }
    let shown = match args.format {
        Format::Text if !args.as_read => restored(&files, context)?,
        format => shown(&files, format)?,
    };
    output::write(args.output.as_deref(), shown.as_bytes(), args.force)?;
    Ok(code)
}

/// The restored text, pages parted by form feeds.
fn restored(files: &[FilePages], context: &Context) -> Result<String> {
    let restorer = inputs::restorer(context)?;
    let texts = files.par_iter().map(|f| restorer.restore(&page::to_text(&f.pages)).text.as_str().to_owned());
    Ok(texts.collect::<Vec<_>>().join("\u{c}\n"))
}

fn shown(files: &[FilePages], format: Format) -> Result<String> {
    Ok(match format {
        Format::Text => files.iter().flat_map(|f| &f.pages).map(Page::text).collect::<Vec<_>>().join("\u{c}\n"),
        Format::Hocr => files.iter().map(|f| page::hocr::hocr(&f.file, &f.pages)).collect(),
        Format::Pdf => String::new(),
        Format::Json => serde_json::to_string_pretty(files).map_err(|e| Error::environment(e.to_string()))? + "\n",
    })
}
