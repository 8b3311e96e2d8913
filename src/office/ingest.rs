//! The desk of `run` and `watch`: takes what gets ready and puts it where it belongs.
//!
//! in: paths, events of the pipeline → out: the store; with outputs also files per document; a summary.
//! Promises: what is stored already is not done again; a killed run goes on where it was; one bad file is one line.

use crate::cli::io::outputs::Outputs;
use crate::cli::io::progress::Progress;
use crate::cli::io::{inputs, table};
use crate::cli::{Context, report, say};
use crate::error::{Error, ErrorKind, Place, Result, exit, one_line};
use crate::extract;
use crate::office::{duplicates, peers};
use crate::page::{Page, READING_VERSION};
use crate::pipeline::{Event, Known, Pipeline, UNDERSTANDING_VERSION, Understood};
use crate::source::{Media, Source};
use crate::store::{self, FileResult, Status, Store, StoredDocument};
use crate::text::lang::Lang;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// What turns paths into stored documents; loaded once, used for any number of batches.
pub(crate) struct Office<'a> {
    pipeline: Pipeline,
    /// Tells cached pages of other readings apart: hasty ones from thorough ones, old ones from new ones.
    reading: u32,
    version: String,
    /// Whether a batch was taken in: the store is there since then.
    begun: AtomicBool,
    context: &'a Context,
}

impl<'a> Office<'a> {
    /// With the dictionaries and the model in force.
    pub fn new(context: &'a Context, fast: bool) -> Result<Office<'a>> {
        let mut pipeline = inputs::pipeline(context, None)?;
        pipeline.reading.fast = fast;
        let reading = READING_VERSION * 2 + u32::from(fast);
        let version = version(&pipeline, reading);
        Ok(Office { pipeline, reading, version, begun: AtomicBool::new(false), context })
    }

    /// A desk for one batch. The first one makes the store where there is none; one that is gone later on is an error, since
    /// what earlier batches put into it is gone with it.
    pub fn desk(&self, outputs: Option<Outputs>, progress: Progress) -> Result<Desk<'_>> {
        let open = if self.begun.load(Ordering::Relaxed) { store::open_existing } else { store::open };
        let store = open(&self.context.store)?;
        self.begun.store(true, Ordering::Relaxed);
        Ok(Desk { store, outputs, progress, totals: Totals::default(), code: exit::OK, office: self })
    }
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

/// One batch being taken in.
pub(crate) struct Desk<'a> {
    store: Box<dyn Store>,
    outputs: Option<Outputs>,
    progress: Progress,
    totals: Totals,
    code: u8,
    office: &'a Office<'a>,
}

/// Changes whenever another result is to be expected from the same bytes.
fn version(pipeline: &Pipeline, reading: u32) -> String {
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
    /// Reads all `paths`; with `again` everything after OCR also of known files. Where `stop` turns true it leaves after
    /// the pages in work; what was read until then is kept.
    pub fn read(&mut self, paths: Vec<Result<PathBuf>>, again: bool, stop: &AtomicBool) -> Result<()> {
        let office = self.office;
        let known = store::open_existing(&office.context.store)?;
        let lookup = move |source: &Source| known_of(known.as_ref(), source, office.reading, &office.version, again);
        let read = office.pipeline.run(paths, lookup, |event| {
            self.take(event)?;
            if stop.load(Ordering::Relaxed) { Err(Error::environment("stopped")) } else { Ok(()) }
        });
        if stop.load(Ordering::Relaxed) { Ok(()) } else { read }
    }

    /// The exit status so far: some inputs failed, or none.
    pub fn code(&self) -> u8 {
        self.code
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Opened { source, pages, known } => {
                self.progress.opened(&source, pages, known);
                self.store.begin_file(&source.sha256, &source.name)
            }
            Event::Skipped(source) => self.skipped(&source),
            Event::Page { source, page, total } => {
                self.progress.page(&source, total);
                if self.office.context.verbose > 0 {
                    self.progress.aside(|| say(how(&source, &page)));
                }
                let json = serde_json::to_string(&page).map_err(|e| Error::store(e.to_string()))?;
                self.store.put_page(&source.sha256, page.number, self.office.reading, &json)
            }
            Event::File { source, pages, understood, failures } => {
                let total = (pages.len() + failures.len()) as u32;
                self.file(&source, total, *understood, &failures)
            }
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
            result.warnings.extend(duplicates::mark(self.store.as_ref(), &mut read.record)?);
            let text = understood.text.slice(read.document.span).to_owned();
            result.records.push(StoredDocument { text, record: read.record });
        }
        self.store.put_file(&result)?;
        for warning in result.warnings.iter().filter(|_| !self.office.context.quiet) {
            let path = one_line(&source.path.to_string_lossy());
            self.progress.aside(|| say(format_args!("congvan: {path}: warning: {}", one_line(warning))));
        }
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
            pipeline_version: self.office.version.clone(),
            stored_at: jiff::Timestamp::now().to_string(),
            ..FileResult::default()
        }
    }

    fn write(&mut self, result: &FileResult) -> Result<()> {
        let Some(outputs) = &mut self.outputs else { return Ok(()) };
        result.records.iter().try_for_each(|document| outputs.document(document, self.office.context.lang))
    }

    fn complain(&mut self, error: &Error) {
        self.code = exit::SOME_FAILED;
        self.progress.aside(|| report(error));
    }

    /// Writes the calendar and the summary; gives the exit status.
    pub fn close(self) -> Result<u8> {
        self.progress.finish();
        if let Some(outputs) = self.outputs {
            // the year's first day, so that the file does not change from day to day
            let undated_from = self.office.context.today.first_of_year();
            outputs.calendar(self.office.context.lang, undated_from)?;
        }
        if !self.office.context.quiet {
            say(self.totals.table(self.office.context.lang).trim_end());
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
