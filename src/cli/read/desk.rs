//! The desk of `run` and `watch`: tells what comes in, and writes what is asked for beside the store.
//!
//! in: paths, what becomes of them (`office::ingest`) → out: progress, warnings and failures on standard error; with outputs
//! files per document and a calendar; a summary.
//! Promises: one bad file is one line.

use crate::cli::io::output::{report, say};
use crate::cli::io::outputs::Outputs;
use crate::cli::io::progress::Progress;
use crate::cli::io::{Context, inputs, table};
use crate::error::{Error, Result, exit, one_line};
use crate::office::ingest::{Batch, Ingest, Taken, Totals};
use crate::pipeline::{Page, Source};
use crate::store::FileResult;
use crate::text::lang::Lang;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// What takes documents in, with the dictionaries and the model in force.
pub fn ingest(context: &Context, fast: bool) -> Result<Ingest> {
    let mut pipeline = inputs::pipeline(context, None)?;
    pipeline.reading.fast = fast;
    Ok(Ingest::new(pipeline, &context.store))
}

/// One batch and who is told of it.
pub struct Desk<'a> {
    batch: Batch<'a>,
    teller: Teller<'a>,
}

/// Says what becomes of each file.
struct Teller<'a> {
    outputs: Option<Outputs>,
    progress: Progress,
    code: u8,
    context: &'a Context,
}

impl<'a> Desk<'a> {
    /// For one batch.
    pub fn new(
        office: &'a Ingest,
        outputs: Option<Outputs>,
        progress: Progress,
        context: &'a Context,
    ) -> Result<Desk<'a>> {
        Ok(Desk { batch: office.batch()?, teller: Teller { outputs, progress, code: exit::OK, context } })
    }

    /// Reads all `paths`; with `again` everything after OCR also of known files. Where `stop` turns true it leaves after the
    /// pages in work.
    pub fn read(&mut self, paths: Vec<Result<PathBuf>>, again: bool, stop: &AtomicBool) -> Result<()> {
        let Desk { batch, teller } = self;
        batch.read(paths, again, stop, |taken| teller.tell(&taken))
    }

    /// The exit status so far: some inputs failed, or none.
    pub fn code(&self) -> u8 {
        self.teller.code
    }

    /// Writes the calendar and the summary; gives the exit status.
    pub fn close(self) -> Result<u8> {
        let Teller { outputs, progress, code, context } = self.teller;
        progress.finish();
        if let Some(outputs) = outputs {
            // the year's first day, so that the file does not change from day to day
            outputs.calendar(context.lang, context.today.first_of_year())?;
        }
        if !context.quiet {
            say(summary(self.batch.totals(), context.lang).trim_end());
        }
        Ok(code)
    }
}

impl Teller<'_> {
    fn tell(&mut self, taken: &Taken<'_>) -> Result<()> {
        match *taken {
            Taken::Opened { source, pages, known } => self.progress.opened(source, pages, known),
            Taken::Page { source, page, total } => {
                self.progress.page(source, total);
                if self.context.verbose > 0 {
                    self.progress.aside(|| say(how(source, page)));
                }
            }
            Taken::Stored { source, result, failures } => {
                self.warn(source, &result.warnings);
                failures.iter().for_each(|failure| self.complain(failure));
                self.progress.file(source, result);
                self.write(result)?;
            }
            Taken::Known { source, result, failures } => {
                self.progress.skipped(source);
                failures.iter().for_each(|failure| self.complain(failure));
                result.map_or(Ok(()), |result| self.write(result))?;
            }
            Taken::Failed { source, error } => {
                source.iter().for_each(|source| self.progress.skipped(source));
                self.complain(error);
            }
        }
        Ok(())
    }

    fn warn(&self, source: &Source, warnings: &[String]) {
        for warning in warnings.iter().filter(|_| !self.context.quiet) {
            let path = one_line(&source.path.to_string_lossy());
            self.progress.aside(|| say(format_args!("congvan: {path}: warning: {}", one_line(warning))));
        }
    }

    fn complain(&mut self, error: &Error) {
        self.code = exit::SOME_FAILED;
        self.progress.aside(|| report(error));
    }

    fn write(&mut self, result: &FileResult) -> Result<()> {
        let Some(outputs) = &mut self.outputs else { return Ok(()) };
        result.records.iter().try_for_each(|document| outputs.document(document, self.context.lang))
    }
}

/// One line about how a page was read, for `-v`.
fn how(source: &Source, page: &Page) -> String {
    let mut line =
        format!("{}, page {}: {:?}, {} lines", one_line(&source.name), page.number, page.reading, page.lines.len());
    for note in page.reason.iter().cloned().chain(page.warnings.iter().map(ToString::to_string)) {
        line = format!("{line}; {}", one_line(&note));
    }
    line
}

/// What came in, as a table.
fn summary(totals: &Totals, lang: Lang) -> String {
    let columns = [
        ("Tệp", "Files", totals.files),
        ("Đã có", "Known", totals.known),
        ("Trang", "Pages", totals.pages),
        ("Văn bản", "Documents", totals.documents),
        ("Thời hạn", "Deadlines", totals.deadlines),
        ("Chỉ tiêu", "Quotas", totals.quotas),
        ("Lưu ý", "Findings", totals.findings),
        ("Cần xem lại", "To review", totals.to_review),
        ("Lỗi", "Failed", totals.failed),
        ("Cách ly", "Quarantined", totals.quarantined),
    ];
    // where nothing was kept back nobody asks
    let shown = &columns[..columns.len() - usize::from(totals.quarantined == 0)];
    let head: Vec<&str> = shown.iter().map(|(vi, en, _)| lang.pick(vi, en)).collect();
    table::render(&head, [shown.iter().map(|(.., count)| count.to_string()).collect()])
}
