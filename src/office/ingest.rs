//! Documents come in: files are read, understood, held against what is stored, and stored.
//!
//! in: paths → out: the store; beside it [`Taken`], what became of each file, as it happens.
//! Promises: what is stored already is not done again; a killed batch goes on with the file it was at, since no page is kept
//! before all of its file have been seen to bear no mark of secrecy; one bad file never ends a batch;
//! letters in doubt are asked about in the store, and what may have come twice is marked.
//! Leaves out: who is told, and how (`cli`); registers (`arrivals`).

use super::{duplicates, peers};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::extract;
use crate::pipeline::{Event, Known, Page, Pipeline, Source, Understood, has_its_program_now};
use crate::store::{self, FileResult, Status, Store, StoredDocument};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// What turns paths into stored documents; loaded once, used for any number of batches.
///
/// # Examples
/// ```
/// use congvan::office::ingest::{Ingest, Taken};
/// use congvan::{pipeline::Pipeline, restore::Restorer, rules::Rules, text::lang::Lang};
///
/// # let folder = tempfile::tempdir()?;
/// # let letter = folder.path().join("thu.txt");
/// # std::fs::write(&letter, "UBND QUẬN AN LỘC\nPHÒNG NỘI VỤ\nSố: 88/NV\nKính gửi: Trường An Bình\nVề việc nộp báo cáo.")?;
/// # let store = format!("sqlite://{}", folder.path().join("congvan.db").display());
/// let pipeline = Pipeline {
///     rules: Rules::builtin().clone(),
///     restorer: Restorer::builtin()?.clone(),
///     reading: Default::default(),
///     trust: Default::default(),
///     lang: Lang::Vi,
///     profile: None,
///     secrecy: Default::default(),
///     jobs: 2,
/// };
/// let office = Ingest::new(pipeline, store);
/// let mut batch = office.batch()?;
/// batch.read(vec![Ok(letter)], false, &false.into(), |taken| {
///     if let Taken::Failed { error, .. } = taken {
///         eprintln!("{error}");
///     }
///     Ok(())
/// })?;
/// assert_eq!(batch.totals().documents, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Ingest {
    pipeline: Pipeline,
    /// URL of the store.
    store: String,
    /// What the pipeline's results are stored under.
    version: String,
    /// Whether a batch was begun: the store is there since then.
    begun: AtomicBool,
}

/// One batch being taken in.
pub struct Batch<'a> {
    office: &'a Ingest,
    store: Box<dyn Store>,
    totals: Totals,
}

/// What became of a file, or of a page of it.
#[derive(Debug)]
pub enum Taken<'a> {
    /// A file was opened; `known` of its pages need no reading.
    Opened {
        /// The file.
        source: &'a Source,
        /// Number of its pages.
        pages: u32,
        /// As many were read before.
        known: u32,
    },
    /// A page was read.
    Page {
        /// Its file.
        source: &'a Source,
        /// What was read.
        page: &'a Page,
        /// Number of pages of the file.
        total: u32,
    },
    /// A file is stored; `failures` name the pages that could not be read.
    Stored {
        /// The file.
        source: &'a Source,
        /// What was stored.
        result: &'a FileResult,
        /// The pages that could not be read.
        failures: &'a [Error],
    },
    /// A file needed no work.
    Known {
        /// The file.
        source: &'a Source,
        /// What is stored of it; `None` where its bytes came before in this batch and are not stored yet.
        result: Option<&'a FileResult>,
        /// The pages that could not be read when it was stored.
        failures: &'a [Error],
    },
    /// A file, or a path, gave nothing.
    Failed {
        /// The file, where it could be opened.
        source: Option<&'a Source>,
        /// Why.
        error: &'a Error,
    },
}

/// What came in, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files, whatever became of them.
    pub files: u64,
    /// Files that needed no work.
    pub known: u64,
    /// Pages of the files stored now.
    pub pages: u64,
    /// Documents in them.
    pub documents: u64,
    /// Their deadlines.
    pub deadlines: u64,
    /// Their quotas.
    pub quotas: u64,
    /// Their findings.
    pub findings: u64,
    /// Their fields that a person has to look at.
    pub to_review: u64,
    /// Files of which something could not be read.
    pub failed: u64,
    /// Files kept back because they say that they are secret.
    pub quarantined: u64,
}

impl Ingest {
    /// With the steps of `pipeline`, into the store of this URL.
    pub fn new(pipeline: Pipeline, store: impl Into<String>) -> Ingest {
        Ingest { version: pipeline.version(), pipeline, store: store.into(), begun: AtomicBool::new(false) }
    }

    /// Begins a batch. The first one makes the store where there is none; one that is gone later on is an error, since what
    /// earlier batches put into it is gone with it.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub fn batch(&self) -> Result<Batch<'_>> {
        let open = if self.begun.load(Ordering::Relaxed) { store::open_existing } else { store::open };
        let store = open(&self.store)?;
        self.begun.store(true, Ordering::Relaxed);
        Ok(Batch { office: self, store, totals: Totals::default() })
    }

    /// What of a file need not be read: all of it where this version stored it (and it is not to be done `again`), else the
    /// pages this version read.
    fn known(&self, store: &dyn Store, source: &Source, again: bool) -> Result<Known> {
        let Some(state) = store.file_state(&source.sha256)? else { return Ok(Known::Pages(Vec::new())) };
        let done = state.status != Status::Begun && state.pipeline_version == self.version;
        let told = if state.status == Status::Failed { store.file(&source.sha256)? } else { None };
        let readable_now = told.iter().flat_map(|file| &file.failures).any(|(_, why)| has_its_program_now(why));
        let released = state.status == Status::Quarantined && self.pipeline.secrecy.lets_pass(&source.sha256);
        if done && !again && !readable_now && !released {
            return Ok(Known::Done);
        }
        let kept = store.pages(&source.sha256, self.pipeline.reading_version())?;
        // a page that no longer parses is read again
        Ok(Known::Pages(kept.iter().filter_map(|(_, json)| serde_json::from_str(json).ok()).collect()))
    }
}

impl Batch<'_> {
    /// Reads all `paths` and tells `on` what becomes of them; with `again` everything after OCR is done also of known files.
    /// Where `stop` turns true it leaves after the pages in work; files that are whole until then are kept.
    ///
    /// # Errors
    /// What no other file would escape: the store, the OCR data; the first error of `on`.
    pub fn read(
        &mut self,
        paths: Vec<Result<PathBuf>>,
        again: bool,
        stop: &AtomicBool,
        mut on: impl FnMut(Taken<'_>) -> Result<()>,
    ) -> Result<()> {
        let office = self.office;
        let known = store::open_existing(&office.store)?;
        let lookup = move |source: &Source| office.known(known.as_ref(), source, again);
        let read = office.pipeline.run(paths, lookup, |event| {
            self.take(event, &mut on)?;
            if stop.load(Ordering::Relaxed) { Err(Error::environment("stopped")) } else { Ok(()) }
        });
        if stop.load(Ordering::Relaxed) { Ok(()) } else { read }
    }

    /// What came in until now.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    fn take(&mut self, event: Event, on: &mut dyn FnMut(Taken<'_>) -> Result<()>) -> Result<()> {
        match event {
            Event::Opened { source, pages, known } => {
                on(Taken::Opened { source: &source, pages, known })?;
                self.store.begin_file(&source.sha256, &source.name)
            }
            // not kept yet: a later page may say that the file is secret
            Event::Page { source, page, total } => on(Taken::Page { source: &source, page: &page, total }),
            Event::File { source, pages, understood, failures } => {
                let total = (pages.len() + failures.len()) as u32;
                self.keep_pages(&source, &pages)?;
                let result = self.keep(&source, total, *understood, &failures)?;
                self.totals.add(&result);
                on(Taken::Stored { source: &source, result: &result, failures: &failures })
            }
            Event::Skipped(source) => {
                self.totals.files += 1;
                self.totals.known += 1;
                let result = self.store.file(&source.sha256)?;
                self.totals.quarantined += u64::from(result.as_ref().is_some_and(|r| r.is_secret));
                let failures: Vec<Error> =
                    result.iter().flat_map(|r| &r.failures).map(|failure| told_again(failure, &source)).collect();
                on(Taken::Known { source: &source, result: result.as_ref(), failures: &failures })
            }
            Event::Failed { source, error } => self.failed(source.as_deref(), error, on),
        }
    }

    /// Keeps the pages of a file that is whole, so that what comes after the reading can be done again quickly.
    fn keep_pages(&mut self, source: &Source, pages: &[Page]) -> Result<()> {
        let version = self.office.pipeline.reading_version();
        pages.iter().try_for_each(|page| {
            let json = serde_json::to_string(page).map_err(|e| Error::store(e.to_string()))?;
            self.store.put_page(&source.sha256, page.number, version, &json)
        })
    }

    /// Stores what a file says.
    fn keep(&mut self, source: &Source, pages: u32, understood: Understood, failures: &[Error]) -> Result<FileResult> {
        let mut result = self.result(source, pages);
        result.failures = failures.iter().map(remembered).collect();
        for mut read in understood.documents {
            if extract::peers::in_doubt(&read.record) {
                let known = peers::of(self.store.as_ref(), &read.record)?;
                extract::peers::narrow(&mut read.record, &known);
            }
            result.warnings.extend(duplicates::mark(self.store.as_ref(), &mut read.record)?);
            extract::word_doubts(&mut read.record, &self.office.pipeline.rules, self.office.pipeline.lang);
            let text = understood.text.slice(read.document.span).to_owned();
            result.records.push(StoredDocument { text, record: read.record });
        }
        if source.aside && result.records.is_empty() {
            let kept = "accompanies its attachments and reads like no letter: kept as context, not registered";
            result.warnings.push(kept.to_owned());
        }
        self.store.put_file(&result)?;
        Ok(result)
    }

    /// A file that gave nothing is remembered; what no other file would escape ends the batch.
    fn failed(
        &mut self,
        source: Option<&Source>,
        error: Error,
        on: &mut dyn FnMut(Taken<'_>) -> Result<()>,
    ) -> Result<()> {
        if !error.is_of_one_file() {
            return Err(error);
        }
        let is_secret = error.kind == ErrorKind::Secret;
        self.totals.files += 1;
        self.totals.failed += u64::from(!is_secret);
        self.totals.quarantined += u64::from(is_secret);
        if let Some(source) = source {
            let failures = vec![remembered(&error)];
            let result = FileResult { failures, is_secret, ..self.result(source, 0) };
            self.store.put_file(&result)?;
        }
        on(Taken::Failed { source, error: &error })
    }

    fn result(&self, source: &Source, pages: u32) -> FileResult {
        FileResult {
            sha256: source.sha256.clone(),
            name: source.name.clone(),
            path: source.path.to_string_lossy().into_owned(),
            media: source.media.id().to_owned(),
            bytes: source.bytes,
            pages,
            pipeline_version: self.office.version.clone(),
            stored_at: jiff::Timestamp::now().to_string(),
            ..FileResult::default()
        }
    }
}

/// A failure as the store keeps it: the page and the bare message, so that it can be told again.
fn remembered(error: &Error) -> (Option<u32>, String) {
    let page = match error.place {
        Some(Place::Page(page)) => Some(page),
        _ => None,
    };
    (page, error.message.clone())
}

/// A stored failure as the error it was.
fn told_again((page, message): &(Option<u32>, String), source: &Source) -> Error {
    let error = Error::input(message.clone()).at(&source.path);
    match page {
        Some(page) => error.on_page(*page),
        None => error,
    }
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
}
