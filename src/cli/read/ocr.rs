//! `congvan ocr`: the text of each page, restored, or as it was read on request.
//!
//! in: files and folders → out: restored text (pages parted by form feeds); hOCR or JSON as read; PDF by `searchable`, restored.
//! Promises: pages come in order though several are read at once; a file or page that cannot be read is named on standard
//! error and the rest goes on.

use crate::cli::io::output;
use crate::cli::read::searchable;
use crate::cli::{Context, report};
use crate::error::{Error, Result, exit};
use crate::page::{self, Engine, Page, ReadOptions};
use crate::restore::Restorer;
use crate::source::{self, PageReader, Source};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Arguments of `ocr`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan ocr scan.pdf\n  congvan ocr scan.pdf --as-read         the engine's own words, slips and all\n  congvan ocr scans/ --format json -o pages.json\n  congvan ocr scan.tif --format hocr > scan.hocr\n  congvan ocr scan.pdf --format pdf -o tim-duoc.pdf     the same pages, searchable (PDF/A-2b)"
)]
pub struct OcrArgs {
    /// Files or folders; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// text: restored, pages parted by form feeds; json: words as read, with boxes and confidences; hocr: the same as HTML for
    /// other tools; pdf: the page images with the restored text under them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write (standard output when left out)
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
    let mut files = Vec::new();
    for path in source::walk(&args.files) {
        match path.and_then(|p| Source::open(&p)).and_then(|s| Ok((s.pages()?, s))) {
            Ok((reader, source)) => {
                let (pages, errors) = read_pages(&reader, context.jobs, ReadOptions { fast: args.fast });
                errors.iter().for_each(&mut failed);
                warn(&source, &pages, context);
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
    let own = context.model.as_deref().map(Restorer::load).transpose()?;
    let restorer = match &own {
        Some(own) => own,
        None => Restorer::builtin()?,
    };
    let texts = files.iter().map(|f| restorer.restore(&page::to_text(&f.pages)).text.as_str().to_owned());
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

/// Names on standard error what a person should look at.
pub(crate) fn warn(source: &Source, pages: &[Page], context: &Context) {
    for page in pages.iter().filter(|_| !context.quiet) {
        for warning in &page.warnings {
            report(&Error::input(warning.clone()).at(&source.name).on_page(page.number));
        }
    }
}

/// All pages of a file, several at once; a page that failed is an error in its place.
fn read_pages(reader: &PageReader, jobs: usize, options: ReadOptions) -> (Vec<Page>, Vec<Error>) {
    let next = AtomicU32::new(0);
    let done = Mutex::new((Vec::new(), Vec::new()));
    let work = || {
        let mut engine = None;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= reader.len() {
                return;
            }
            let read = reader.page(index).and_then(|raw| read_page(raw, &mut engine, options));
            let mut done = done.lock().unwrap_or_else(|e| e.into_inner());
            match read {
                Ok(page) => done.0.push(page),
                Err(e) => done.1.push((index, e)),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(reader.len() as usize).max(1) {
            scope.spawn(work);
        }
    });
    let (mut pages, mut errors) = done.into_inner().unwrap_or_else(|e| e.into_inner());
    pages.sort_by_key(|p: &Page| p.number);
    errors.sort_by_key(|(index, _)| *index);
    (pages, errors.into_iter().map(|(_, e)| e).collect())
}

/// Reads a page; the engine is loaded when the first page of the thread needs it.
fn read_page(raw: source::RawPage, engine: &mut Option<Box<dyn Engine>>, options: ReadOptions) -> Result<Page> {
    let needs_engine = matches!(raw.content, source::RawContent::Image { .. });
    if needs_engine && engine.is_none() {
        *engine = new_engine()?;
    }
    match engine {
        Some(engine) => page::read(raw, Some(engine.as_mut()), &options),
        None => page::read(raw, None, &options),
    }
}

#[cfg(feature = "ocr")]
fn new_engine() -> Result<Option<Box<dyn Engine>>> {
    Ok(Some(Box::new(page::tesseract::Tesseract::new()?)))
}

#[cfg(not(feature = "ocr"))]
fn new_engine() -> Result<Option<Box<dyn Engine>>> {
    Ok(None)
}
