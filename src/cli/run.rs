//! `congvan run`: the main job. A folder of scans becomes records in the store, calendars and reports.
//!
//! in: paths → out: the store; with `--out` also files per document; a summary on standard error.
//! Promises: what is stored already is not done again; a killed run goes on where it was; one bad file is one line.

use super::outputs::Outputs;
use super::progress::Progress;
use super::{Context, inputs, peers, report, table};
use crate::error::{Error, ErrorKind, Place, Result, exit, one_line};
use crate::extract;
use crate::page::{Page, READING_VERSION};
use crate::pipeline::{Event, Known, UNDERSTANDING_VERSION, Understood};
use crate::source::{self, Media, Source};
use crate::store::{self, FileResult, Status, Store, StoredDocument};
use crate::text::lang::Lang;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan run scans/\n  congvan run scans/ letter.pdf --out out/\n  congvan run scans/ --store sqlite:///srv/vanthu/congvan.db --jobs 4\n  congvan run scans/ --again              rules have changed: everything after OCR anew"
)]
pub struct Run {
    /// Files or folders (walked recursively; hidden files and README.md are left out)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also write here, per document: record (.json), restored text (.txt), check report (.check.txt); and congvan.ics
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Do everything after OCR again, from the cached pages
    #[arg(long)]
    again: bool,
    /// Read each page once: quicker, but marks lost on faint print and names under seals are not looked at twice
    #[arg(long)]
    fast: bool,
}

/// What the summary counts.
#[derive(Debug, Default)]
struct Totals {
    files: u64,
    skipped: u64,
    pages: u64,
    documents: u64,
    deadlines: u64,
    quotas: u64,
    findings: u64,
    to_review: u64,
    failed: u64,
}

struct Desk<'a> {
    store: Box<dyn Store>,
    outputs: Option<Outputs>,
    progress: Progress,
    totals: Totals,
    code: u8,
    /// Tells cached pages of other readings apart: hasty ones from thorough ones, old ones from new ones.
    reading: u32,
    version: String,
    context: &'a Context,
}

/// Reads everything behind the paths into the store.
pub fn run(args: &Run, context: &Context) -> Result<u8> {
    let mut pipeline = inputs::pipeline(context, None)?;
    pipeline.reading.fast = args.fast;
    let reading = READING_VERSION * 2 + u32::from(args.fast);
    let version = version(&pipeline, reading);
    let store = store::open(&context.store)?;
    let known = store::open(&context.store)?;
    let outputs = args.out.as_deref().map(Outputs::into).transpose()?;
    let ours = Ours::of(context, args.out.as_deref());
    let mut paths = source::walk(&args.paths);
    paths.retain(|path| !path.as_ref().is_ok_and(|p| ours.holds(p)));
    let progress = Progress::over(&paths, context.quiet);
    let mut desk =
        Desk { store, outputs, progress, totals: Totals::default(), code: exit::OK, reading, version, context };
    let (again, wanted) = (args.again, desk.version.clone());
    let lookup = move |source: &Source| known_of(known.as_ref(), source, reading, &wanted, again);
    pipeline.run(paths, lookup, |event| desk.take(event))?;
    desk.close()
}

/// Files the program itself writes: they are no letters, though they may lie in a folder that is read.
struct Ours {
    out: Option<PathBuf>,
    store: Option<PathBuf>,
}

impl Ours {
    fn of(context: &Context, out: Option<&Path>) -> Ours {
        let file = context.store.strip_prefix("sqlite://").map(PathBuf::from);
        let real = |path: PathBuf| path.canonicalize().ok();
        Ours { out: out.map(Path::to_path_buf).and_then(real), store: file.and_then(real) }
    }

    fn holds(&self, path: &Path) -> bool {
        let Ok(path) = path.canonicalize() else { return false };
        let beside = |store: &PathBuf| {
            // SQLite keeps -wal, -shm and -journal files next to the database
            let store = store.to_string_lossy();
            path.to_string_lossy().strip_prefix(&*store).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.out.as_ref().is_some_and(|out| path.starts_with(out)) || self.store.as_ref().is_some_and(beside)
    }
}

/// Changes whenever another result is to be expected from the same bytes.
fn version(pipeline: &crate::pipeline::Pipeline, reading: u32) -> String {
    let (rules, model) = (pipeline.rules.fingerprint(), pipeline.restorer.fingerprint());
    format!("{}.{reading}.{UNDERSTANDING_VERSION}.{rules}.{model}", env!("CARGO_PKG_VERSION"))
}

fn known_of(store: &dyn Store, source: &Source, reading: u32, version: &str, again: bool) -> Result<Known> {
    let state = store.file_state(&source.sha256)?;
    let done = state.as_ref().is_some_and(|s| s.status != Status::Begun && s.pipeline_version == version);
    if done && !again {
        return Ok(Known::Done);
    }
    if state.is_none() {
        return Ok(Known::Pages(Vec::new()));
    }
    let kept = store.pages(&source.sha256, reading)?;
    // a page that no longer parses is read again
    Ok(Known::Pages(kept.iter().filter_map(|(_, json)| serde_json::from_str(json).ok()).collect()))
}

impl Desk<'_> {
    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Opened { source, pages, known } => {
                self.progress.opened(&source, pages, known);
                self.store.begin_file(&source.sha256, &source.name)
            }
            Event::Skipped(source) => self.skipped(&source),
            Event::Page { source, page, total } => {
                self.progress.page(&source, total);
                if self.context.verbose > 0 {
                    self.progress.aside(|| eprintln!("{}", how(&source, &page)));
                }
                let json = serde_json::to_string(&page).map_err(|e| Error::store(e.to_string()))?;
                self.store.put_page(&source.sha256, page.number, self.reading, &json)
            }
            Event::File { source, pages, understood, failures } => self.file(&source, pages, *understood, &failures),
            Event::Failed { source, error } => self.failed(source.as_deref(), error),
        }
    }

    fn file(&mut self, source: &Source, pages: u32, understood: Understood, failures: &[Error]) -> Result<()> {
        let mut result = self.result(source, pages);
        result.failures = failures.iter().map(remembered).collect();
        for mut read in understood.documents {
            if extract::peers::in_doubt(&read.record) {
                let known = peers::of(self.store.as_ref(), &read.record)?;
                extract::peers::narrow(&mut read.record, &known);
            }
            let text = understood.text.slice(read.document.span).to_owned();
            result.records.push(StoredDocument { text, record: read.record });
        }
        self.store.put_file(&result)?;
        for failure in failures {
            self.complain(failure);
        }
        self.totals.add(&result);
        self.progress.file(source, &result);
        self.write(&result)
    }

    fn skipped(&mut self, source: &Source) -> Result<()> {
        self.totals.files += 1;
        self.totals.skipped += 1;
        self.progress.skipped(source);
        let Some(stored) = self.store.file(&source.sha256)? else { return Ok(()) };
        for (page, message) in &stored.failures {
            let failure = Error::input(message.clone()).at(&source.path);
            self.complain(&page.map_or(failure, |p| Error::input(message.clone()).at(&source.path).on_page(p)));
        }
        self.write(&stored)
    }

    fn failed(&mut self, source: Option<&Source>, error: Error) -> Result<()> {
        if error.kind != ErrorKind::Input {
            // no other file would fare better
            return Err(error);
        }
        self.totals.files += 1;
        self.totals.failed += 1;
        if let Some(source) = source {
            let mut result = self.result(source, 0);
            result.failures = vec![remembered(&error)];
            self.store.put_file(&result)?;
            self.progress.skipped(source);
        }
        self.complain(&error);
        Ok(())
    }

    fn result(&self, source: &Source, pages: u32) -> FileResult {
        let media = match source.media {
            Media::Pdf => "pdf",
            Media::Tiff => "tiff",
            Media::Png => "png",
            Media::Jpeg => "jpeg",
            Media::Text => "text",
        };
        FileResult {
            sha256: source.sha256.clone(),
            name: source.name.clone(),
            path: source.path.to_string_lossy().into_owned(),
            media: media.to_owned(),
            bytes: source.bytes,
            pages,
            pipeline_version: self.version.clone(),
            stored_at: jiff::Timestamp::now().to_string(),
            ..FileResult::default()
        }
    }

    fn write(&mut self, result: &FileResult) -> Result<()> {
        let Some(outputs) = &mut self.outputs else { return Ok(()) };
        result.records.iter().try_for_each(|document| outputs.document(document, self.context.lang))
    }

    fn complain(&mut self, error: &Error) {
        self.code = exit::SOME_FAILED;
        self.progress.aside(|| report(error));
    }

    fn close(self) -> Result<u8> {
        self.progress.finish();
        if let Some(outputs) = self.outputs {
            // the year's first day, so that the file does not change from day to day
            let undated_from = self.context.today.first_of_year();
            outputs.calendar(self.context.lang, undated_from)?;
        }
        if !self.context.quiet {
            eprint!("{}", self.totals.table(self.context.lang));
        }
        Ok(self.code)
    }
}

/// One line about how a page was read, for `-v`.
fn how(source: &Source, page: &Page) -> String {
    let mut line =
        format!("{}, page {}: {:?}, {} lines", one_line(&source.name), page.number, page.reading, page.lines.len());
    for note in page.reason.iter().chain(&page.warnings) {
        line = format!("{line}; {}", one_line(note));
    }
    line
}

/// A failure as the store keeps it: the page and the bare message, so that it can be told again.
fn remembered(error: &Error) -> (Option<u32>, String) {
    let page = match error.place {
        Some(Place::Page(page)) => Some(page),
        _ => None,
    };
    (page, error.message.clone())
}

impl Totals {
    fn add(&mut self, result: &FileResult) {
        self.files += 1;
        self.failed += u64::from(!result.failures.is_empty());
        self.pages += u64::from(result.pages);
        for StoredDocument { record, .. } in &result.records {
            self.documents += 1;
            self.deadlines += record.deadlines.len() as u64;
            self.quotas += record.quotas.len() as u64;
            self.findings += record.findings.len() as u64;
            self.to_review += record.needs_review.len() as u64;
        }
    }

    fn table(&self, lang: Lang) -> String {
        let head = match lang {
            Lang::Vi => ["Tệp", "Đã có", "Trang", "Văn bản", "Thời hạn", "Chỉ tiêu", "Lưu ý", "Cần xem lại", "Lỗi"],
            Lang::En => {
                ["Files", "Known", "Pages", "Documents", "Deadlines", "Quotas", "Findings", "To review", "Failed"]
            }
        };
        let counts = [
            self.files,
            self.skipped,
            self.pages,
            self.documents,
            self.deadlines,
            self.quotas,
            self.findings,
            self.to_review,
            self.failed,
        ];
        table::render(&head, [counts.iter().map(u64::to_string).collect()])
    }
}
