//! The order of the steps, and the parallel loop over files and pages; nothing else.
//!
//! in: paths → out: [`Event`]s, in the order in which things get ready (pages of all files share one stream).
//! Promises: a file that cannot be read is an event, never the end of the batch; at most a few pages per worker are
//! in memory as images; a file is whole before it is handed out.
//! Leaves out: where results go (`office::ingest`, `cli`).

mod secrecy;

pub use secrecy::{Secrecy, refusal_of_text};

use crate::check::{self, Given, Letter};
use crate::document::{self, Document};
use crate::error::{Error, ErrorKind, Result};
use crate::extract;
use crate::page::{self, READING_VERSION, ReadOptions, Warning};
use crate::record::{Container, Doubt, MailHead, Record, Signature, SourceRef};
use crate::restore::{Restored, Restorer};
use crate::rules::Rules;
use crate::signature::Trust;
use crate::source::{self, PageReader, RawContent, Within};
use crate::text::Text;
use crate::text::lang::Lang;
use crossbeam_channel::{Receiver, Sender, bounded};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::cell::Cell;
use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

// what events carry, for rooms that know the pipeline and not its steps
pub use crate::page::Page;
pub use crate::source::Source;

/// Raised when restoration, splitting, extraction or checks give other results: stored documents are then made again
/// from their cached pages.
pub const UNDERSTANDING_VERSION: u32 = 5;

/// Everything the steps need, loaded once.
#[derive(Clone)]
pub struct Pipeline {
    /// The dictionaries in force.
    pub rules: Arc<Rules>,
    /// The language model in force.
    pub restorer: Arc<Restorer>,
    /// How pages are read.
    pub reading: ReadOptions,
    /// Whose certificates are believed.
    pub trust: Arc<Trust>,
    /// Language of findings and reasons.
    pub lang: Lang,
    /// Check profile; `None` picks by kind.
    pub profile: Option<String>,
    /// What is done with papers that say they are secret: they stop, unless this says otherwise.
    pub secrecy: Secrecy,
    /// Worker threads, at least 1.
    pub jobs: usize,
}

/// One document with all that was found in it.
#[derive(Debug, Clone)]
pub struct Processed {
    /// Its place and blocks in [`Understood::text`].
    pub document: Document,
    /// Its record, findings included.
    pub record: Record,
}

/// What a file became.
#[derive(Debug, Clone)]
pub struct Understood {
    /// The text as read, before restoration.
    pub read: Text,
    /// The restored text of the whole file, with every edit.
    pub text: Text,
    /// Its documents, in order.
    pub documents: Vec<Processed>,
}

/// A file read and understood.
pub struct Done {
    /// The file.
    pub source: Arc<Source>,
    /// The pages that could be read, in order.
    pub pages: Vec<Page>,
    /// What they say.
    pub understood: Understood,
    /// The pages that could not be read.
    pub failures: Vec<Error>,
}

/// What is known of a file before it is read.
pub enum Known {
    /// Nothing, or only some of its pages (read by this version).
    Pages(Vec<Page>),
    /// All of it: leave it out.
    Done,
}

/// Something that got ready.
pub enum Event {
    /// A file was opened: it has this many pages, of which some were known.
    Opened { source: Arc<Source>, pages: u32, known: u32 },
    /// A file was left out: all of it is known, or its bytes came before in this batch.
    Skipped(Arc<Source>),
    /// A page was read now. `total` is the number of pages of its file.
    Page { source: Arc<Source>, page: Box<Page>, total: u32 },
    /// A file is done; `failures` name the pages that could not be read.
    File { source: Arc<Source>, pages: Vec<Page>, understood: Box<Understood>, failures: Vec<Error> },
    /// A path that gave nothing.
    Failed { source: Option<Arc<Source>>, error: Error },
}

struct FileInWork {
    source: Arc<Source>,
    reader: PageReader,
    pages: Mutex<Vec<Option<Page>>>,
    failures: Mutex<Vec<Error>>,
    left: AtomicU32,
    /// A page said that the file is secret: the rest is not read.
    is_secret: AtomicBool,
}

struct Job {
    file: Arc<FileInWork>,
    /// 0-based page to read; `None`: nothing is left to read, only to understand.
    index: Option<u32>,
}

impl Pipeline {
    /// Tells readings of a page apart: hasty ones from thorough ones, those of other versions from today's.
    pub fn reading_version(&self) -> u32 {
        READING_VERSION * 2 + u32::from(self.reading.fast)
    }

    /// Changes whenever another result is to be expected from the same bytes.
    pub fn version(&self) -> String {
        let (reading, rules, model) = (self.reading_version(), self.rules.fingerprint(), self.restorer.fingerprint());
        let trust = self.trust.fingerprint();
        format!("{}.{reading}.{UNDERSTANDING_VERSION}.{rules}.{model}{trust}", env!("CARGO_PKG_VERSION"))
    }

    /// Pages → text → restored text → documents → records with findings. Never fails: damage gives absent or doubtful
    /// values.
    ///
    /// # Examples
    ///
    /// ```
    /// use congvan::page::{self, ReadOptions};
    /// use congvan::pipeline::Pipeline;
    /// use congvan::restore::Restorer;
    /// use congvan::rules::Rules;
    /// use congvan::source::Source;
    /// use congvan::text::lang::Lang;
    ///
    /// let pipeline = Pipeline {
    ///     rules: Rules::builtin().clone(),
    ///     restorer: Restorer::builtin()?.clone(),
    ///     reading: ReadOptions::default(),
    ///     trust: Default::default(),
    ///     lang: Lang::Vi,
    ///     profile: None,
    ///     secrecy: Default::default(),
    ///     jobs: 1,
    /// };
    /// let letter = "UBND QUẬN HÀ LÂM\nSố: 12/UBND-NV\nHà Lâm, ngày 5 tháng 3 năm 2025\nV/v báo cáo thi đua\n";
    /// let source = Source::from_bytes("thi-dua.txt", letter.into())?;
    /// let page = page::read(source.pages()?.page(0)?, None, &pipeline.reading)?;
    /// let understood = pipeline.understand(&source, &[page]);
    /// assert_eq!(understood.documents[0].record.subject.as_deref(), Some("báo cáo thi đua"));
    /// # Ok::<(), congvan::error::Error>(())
    /// ```
    pub fn understand(&self, source: &Source, pages: &[Page]) -> Understood {
        let read = page::to_text(pages);
        let Restored { text, .. } = self.restorer.restore(&read);
        let documents = document::split(&text, &self.rules);
        let parts = documents.len() as u32;
        let mut documents: Vec<Processed> = documents
            .into_iter()
            .zip(1..)
            .map(|(document, part)| {
                let origin = SourceRef {
                    file: source.name.clone(),
                    container: source.container.iter().map(container).collect(),
                    sha256: source.sha256.clone(),
                    part,
                    parts,
                    pages: document.pages.map(|(first, last)| [first, last]),
                };
                let mut record = extract::extract(&document, &text, &self.rules, &origin);
                pass_on_warnings(&mut record, pages);
                extract::word_doubts(&mut record, &self.rules, self.lang);
                self.pass_on_signatures(&mut record, source);
                Processed { document, record }
            })
            .collect();
        if source.aside && !documents.iter().any(|processed| reads_as_letter(&processed.record)) {
            documents.clear();
        }
        self.check(&mut documents, &text);
        Understood { read, text, documents }
    }

    /// The file's digital signatures as evidence of their own; where day or signer are doubtful they are heard.
    fn pass_on_signatures(&self, record: &mut Record, source: &Source) {
        record.digital_signatures = source.signatures.iter().map(|own| own.judged(&self.trust)).collect();
        if record.digital_signatures.is_empty() {
            return;
        }
        record.signature = Some(Signature::Digital);
        extract::hear_signatures(record, &self.rules);
    }

    /// Fills in the findings of a file's documents.
    fn check(&self, documents: &mut [Processed], text: &Text) {
        let file: Vec<Record> = documents.iter().map(|d| d.record.clone()).collect();
        let given = Given { profile: self.profile.as_deref(), file: &file, lang: self.lang };
        for Processed { document, record } in documents {
            let letter = Letter { record, document, text };
            record.findings = check::check(&letter, &self.rules, &given);
        }
    }

    /// Adds to the findings of a file's documents what `order`, which they answer, asks for in vain.
    pub fn check_against(&self, order: &Record, understood: &mut Understood) {
        let file: Vec<Record> = understood.documents.iter().map(|d| d.record.clone()).collect();
        let given = Given { profile: self.profile.as_deref(), file: &file, lang: self.lang };
        for Processed { document, record } in &mut understood.documents {
            let letter = Letter { record, document, text: &understood.text };
            let found = check::against(&letter, order, &self.rules, &given);
            record.findings.extend(found);
            check::worst_first(&mut record.findings);
        }
    }

    /// Reads and understands one file.
    ///
    /// # Errors
    /// When the file cannot be opened or none of its pages can be read.
    pub fn file(&self, source: Source) -> Result<Done> {
        let mut result = None;
        self.in_order(std::iter::once(Ok(source)), |done| {
            result = Some(done);
            Ok(())
        })?;
        result.unwrap_or_else(|| Err(Error::input("gave nothing")))
    }

    /// Reads and understands all `paths`; `lookup` says what is known of a file, `on` takes what gets ready. The same bytes
    /// are read once.
    ///
    /// # Errors
    /// The first error of `on`; work in flight is then dropped.
    pub fn run(
        &self,
        paths: Vec<Result<PathBuf>>,
        mut lookup: impl FnMut(&Source) -> Result<Known> + Send,
        on: impl FnMut(Event) -> Result<()>,
    ) -> Result<()> {
        let sources = source::inputs(paths);
        let mut seen = HashSet::new();
        let once = move |source: &Source| match seen.insert(source.sha256.clone()) {
            true => lookup(source),
            false => Ok(Known::Done),
        };
        self.work_off(sources, once, on)
    }

    /// Reads and understands all `sources` and hands them to `with` in their order; a file that gave nothing is its error,
    /// handed over as soon as it is known. Pages are read several at once; what waits for its turn are the few files in work.
    ///
    /// # Errors
    /// The first error of `with`; work in flight is then dropped.
    pub fn in_order(
        &self,
        sources: impl Iterator<Item = Result<Source>> + Send,
        mut with: impl FnMut(Result<Done>) -> Result<()>,
    ) -> Result<()> {
        let mut turn: VecDeque<(Arc<Source>, Option<Result<Done>>)> = VecDeque::new();
        self.work_off(
            sources,
            |_| Ok(Known::Pages(Vec::new())),
            |event| {
                let (source, done) = match event {
                    Event::Opened { source, .. } => {
                        turn.push_back((source, None));
                        return Ok(());
                    }
                    Event::Skipped(_) | Event::Page { .. } => return Ok(()),
                    Event::File { source, pages, understood, failures } => {
                        (source.clone(), Ok(Done { source, pages, understood: *understood, failures }))
                    }
                    Event::Failed { source: Some(source), error } => (source, Err(error)),
                    Event::Failed { source: None, error } => return with(Err(error)),
                };
                match turn.iter_mut().find(|(waiting, _)| Arc::ptr_eq(waiting, &source)) {
                    Some((_, slot)) => *slot = Some(done),
                    None => return with(done),
                }
                while let Some((_, Some(_))) = turn.front() {
                    if let Some((_, Some(done))) = turn.pop_front() {
                        with(done)?;
                    }
                }
                Ok(())
            },
        )
    }

    fn work_off(
        &self,
        sources: impl Iterator<Item = Result<Source>> + Send,
        lookup: impl FnMut(&Source) -> Result<Known> + Send,
        mut on: impl FnMut(Event) -> Result<()>,
    ) -> Result<()> {
        let (jobs, waiting) = bounded::<Job>(self.jobs * 2);
        let (events, ready) = bounded::<Event>(self.jobs * 4);
        thread::scope(|scope| {
            let announce = events.clone();
            scope.spawn(move || open_all(sources, lookup, &jobs, &announce));
            // workers of our own, not rayon's `par_bridge` over `waiting`: three scans took 17.0 s of computing and 198 MB with
            // them, 19.8 s and 202 MB with it, 177 letters of text the same with both
            for _ in 0..self.jobs {
                let (waiting, events) = (waiting.clone(), events.clone());
                scope.spawn(move || self.work(&waiting, &events));
            }
            drop((waiting, events));
            // leaving early drops `ready`: every sender then fails and its thread ends
            ready.into_iter().try_for_each(&mut on)
        })
    }

    /// Does jobs until there are none left, or nobody listens.
    fn work(&self, waiting: &Receiver<Job>, events: &Sender<Event>) {
        let _ = waiting.iter().try_for_each(|job| self.job(job, events));
    }

    /// Reads the page, where one is to be read; the last job of a file makes the file whole.
    fn job(&self, Job { file, index }: Job, events: &Sender<Event>) -> Result<(), NobodyListens> {
        if let Some(index) = index {
            match self.read_unless_secret(&file, index) {
                Ok(Some(page)) => {
                    lock(&file.pages)[index as usize] = Some(page.clone());
                    let (source, total) = (file.source.clone(), file.reader.len());
                    tell(events, Event::Page { source, page: Box::new(page), total })?;
                }
                Ok(None) => {}
                Err(e) => lock(&file.failures).push(e),
            }
        }
        let last = index.is_none() || file.left.fetch_sub(1, Ordering::AcqRel) == 1;
        if last { tell(events, self.finish(&file)) } else { Ok(()) }
    }

    /// A page of a file; `None` where another page said that the file is secret.
    fn read_unless_secret(&self, file: &FileInWork, index: u32) -> Result<Option<Page>> {
        if file.is_secret.load(Ordering::Acquire) {
            return Ok(None);
        }
        let page = read_page(&file.source, &file.reader, index, &self.reading)?;
        match self.refusal(&file.source, &page) {
            Some(refusal) => {
                file.is_secret.store(true, Ordering::Release);
                Err(refusal)
            }
            None => Ok(Some(page)),
        }
    }

    fn refusal(&self, source: &Source, page: &Page) -> Option<Error> {
        self.secrecy.refusal(page, &source.sha256, &self.rules, self.lang).map(|refusal| refusal.at(&source.path))
    }

    /// What the pages of a file say; its error where a page failed in a way that no other would escape, or all did.
    fn finish(&self, file: &FileInWork) -> Event {
        let source = file.source.clone();
        let mut failures = std::mem::take(&mut *lock(&file.failures));
        failures.sort_by_key(|e| match e.place {
            Some(crate::error::Place::Page(page)) => page,
            _ => 0,
        });
        let pages: Vec<Page> = lock(&file.pages).iter_mut().filter_map(Option::take).collect();
        // pages that were known are looked at, too: an earlier version may have kept them
        let secret = failures.iter().position(|e| e.kind == ErrorKind::Secret).map(|at| failures.swap_remove(at));
        if let Some(error) = secret.or_else(|| pages.iter().find_map(|page| self.refusal(&source, page))) {
            return Event::Failed { source: Some(source), error };
        }
        let fatal = failures.iter().position(|e| e.kind == ErrorKind::Environment || pages.is_empty());
        if let Some(fatal) = fatal {
            return Event::Failed { source: Some(source), error: failures.swap_remove(fatal) };
        }
        match guarded(|| Ok(self.understand(&source, &pages))) {
            Ok(understood) => Event::File { source, pages, understood: Box::new(understood), failures },
            Err(e) => Event::Failed { error: e.at(&source.path), source: Some(source) },
        }
    }
}

/// A document as the store keeps it, restored words without pages, with its blocks found again.
pub fn stored_document(words: &str, rules: &Rules) -> (Text, Document) {
    let text = Text::plain(words);
    // what was one document may look like two without its pages: the first one is where it begins
    let document = document::split(&text, rules).swap_remove(0);
    (text, document)
}

/// Whether a failure told before was for want of a program that is there now.
pub fn has_its_program_now(failure: &str) -> bool {
    failure.contains(source::NEEDS_LIBREOFFICE) && source::libreoffice().is_some()
}

/// Opens a file, or the one letter that a container holds.
///
/// # Errors
/// As [`Source::open`]; a container with several files.
pub fn open(path: &Path) -> Result<Source> {
    let mut found = source::inputs([Ok(path.to_path_buf())]).filter(|found| !found.as_ref().is_ok_and(|s| s.aside));
    let first = found.next().unwrap_or_else(|| Err(Error::input("holds no file").at(path)))?;
    match found.next() {
        Some(_) => Err(Error::input("holds several files: unpack it and give the one that is meant").at(path)),
        None => Ok(first),
    }
}

/// A step of the way a member came, as records keep it.
fn container(step: &Within) -> Container {
    let mail = step.mail.clone();
    Container {
        kind: step.kind.id().to_owned(),
        file: step.file.clone(),
        member: step.member.clone(),
        mail: mail.map(|source::Mail { from, date, subject, message_id }| MailHead { from, date, subject, message_id }),
    }
}

/// Whether what accompanies a file (a mail's own text, a portfolio's cover) is a letter itself: it has most of what a letter
/// is known by.
fn reads_as_letter(record: &Record) -> bool {
    /// A greeting with a day in it has one; a letter pasted into a mail has all but the seal.
    const MARKS: usize = 3;
    let number = record.number.as_ref().is_some_and(|number| number.serial.is_some());
    let signer = record.signer.as_ref().is_some_and(|signer| signer.name.is_some() || signer.position.is_some());
    let marks = [
        number,
        record.issued_on.is_some(),
        record.issuer.is_some(),
        record.kind != "other",
        signer,
        record.subject.is_some() && !record.addressees.is_empty(),
    ];
    marks.into_iter().filter(|mark| *mark).count() >= MARKS
}

/// Whoever took the events went away: the rest of the work is for nobody.
struct NobodyListens;

fn tell(events: &Sender<Event>, event: Event) -> Result<(), NobodyListens> {
    events.send(event).map_err(|_| NobodyListens)
}

/// Takes the files one after the other and hands out their pages; waits when the workers are busy.
fn open_all(
    mut sources: impl Iterator<Item = Result<Source>>,
    mut lookup: impl FnMut(&Source) -> Result<Known>,
    jobs: &Sender<Job>,
    events: &Sender<Event>,
) {
    let _ = sources.try_for_each(|source| match source {
        Ok(source) => open_one(Arc::new(source), &mut lookup, jobs, events),
        Err(error) => tell(events, Event::Failed { source: None, error }),
    });
}

/// Opens a file and hands out the pages that are not known.
fn open_one(
    source: Arc<Source>,
    lookup: &mut impl FnMut(&Source) -> Result<Known>,
    jobs: &Sender<Job>,
    events: &Sender<Event>,
) -> Result<(), NobodyListens> {
    let opened = lookup(&source).and_then(|known| match known {
        Known::Done => Ok(None),
        Known::Pages(known) => guarded(|| source.pages()).map(|reader| Some((known, reader))),
    });
    let (known, reader) = match opened {
        Ok(Some(opened)) => opened,
        Ok(None) => return tell(events, Event::Skipped(source)),
        Err(e) => {
            let error = e.at(&source.path);
            return tell(events, Event::Failed { source: Some(source), error });
        }
    };
    let total = reader.len();
    let mut pages: Vec<Option<Page>> = vec![None; total as usize];
    for page in known {
        if let Some(slot) = (page.number as usize).checked_sub(1).and_then(|index| pages.get_mut(index)) {
            *slot = Some(page);
        }
    }
    let to_read: Vec<u32> = (0..total).filter(|&index| pages[index as usize].is_none()).collect();
    let left = to_read.len() as u32;
    tell(events, Event::Opened { source: source.clone(), pages: total, known: total - left })?;
    let (pages, failures) = (Mutex::new(pages), Mutex::default());
    let is_secret = AtomicBool::new(false);
    let file = Arc::new(FileInWork { source, reader, pages, failures, left: AtomicU32::new(left), is_secret });
    // a file of which every page is known still has to be understood
    let to_do = if left == 0 { vec![None] } else { to_read.into_iter().map(Some).collect() };
    let mut jobs_of_file = to_do.into_iter().map(|index| Job { file: file.clone(), index });
    jobs_of_file.try_for_each(|job| jobs.send(job).map_err(|_| NobodyListens))
}

thread_local! {
    /// The OCR engine of this thread, started when its first image comes: text alone needs none.
    static ENGINE: Cell<Option<Box<dyn page::Engine>>> = const { Cell::new(None) };
}

/// Reads the pages of a file, several at once: the pages in their order, and what failed in its order. Where a page says that
/// the file is secret there are no pages, and that is the only error.
pub fn read_pages(
    source: &Source,
    reader: &PageReader,
    options: &ReadOptions,
    refusal: impl Fn(&Page) -> Option<Error> + Sync,
) -> (Vec<Page>, Vec<Error>) {
    let indexes = (0..reader.len()).into_par_iter();
    let read: Vec<Result<Page>> = indexes.map(|index| read_page(source, reader, index, options)).collect();
    if let Some(secret) = read.iter().flatten().find_map(refusal) {
        return (Vec::new(), vec![secret.at(&source.path)]);
    }
    let (mut pages, mut failures) = (Vec::new(), Vec::new());
    for page in read {
        match page {
            Ok(page) => pages.push(page),
            Err(error) => failures.push(error),
        }
    }
    (pages, failures)
}

/// Reads the page with this 0-based index. A panic of a library on it is its error; the engine it happened in is given up.
fn read_page(source: &Source, reader: &PageReader, index: u32, options: &ReadOptions) -> Result<Page> {
    guarded(|| {
        let raw = reader.page(index)?;
        let engine = match (ENGINE.take(), &raw.content) {
            (None, RawContent::Image { .. }) => page::engine().map(Some),
            (started, _) => Ok(started),
        };
        match engine {
            Ok(mut engine) => {
                let page = page::read(raw, engine.as_deref_mut().map(|e| e as &mut dyn page::Engine), options);
                ENGINE.set(engine);
                page
            }
            // a page with a trusted text layer can do without
            Err(missing) => page::read(raw, None, options).map_err(|e| match e.kind {
                ErrorKind::Environment => missing,
                _ => e,
            }),
        }
    })
    .map_err(|e| e.at(&source.path).on_page(index + 1))
}

/// A panic of a library on a hostile file becomes that file's error.
fn guarded<T>(step: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(Error::input(format!("cannot be processed (internal error: {what})")))
    })
}

/// A lock whose holder panicked still guards whole values here: each write is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a page's reader warned of is for a person to look at.
fn pass_on_warnings(record: &mut Record, pages: &[Page]) {
    let range = record.source.pages;
    for page in pages {
        if range.is_none_or(|[first, last]| (first..=last).contains(&page.number)) {
            for warning in &page.warnings {
                let doubt = match warning {
                    Warning::Unread(_) => Doubt::PageUnread,
                    Warning::CutOff => Doubt::PageCutOff,
                    Warning::Other(said) => Doubt::from(said.as_str()),
                };
                let asked = record.review(format!("pages[{}]", page.number), doubt, Vec::new());
                if let Warning::Unread(percent) = warning {
                    asked.with("percent", percent);
                }
            }
        }
    }
}
