//! Progress on standard error: a bar with pages a second and time left on a terminal, plain lines otherwise.
//!
//! Time left is told by bytes: the number of pages of files not opened yet is unknown, their size is not.

use crate::cli::io::output::say;
use crate::error::{Result, one_line};
use crate::source::Source;
use crate::store::FileResult;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the user sees while the work goes on.
pub struct Progress {
    bar: ProgressBar,
    pages: Arc<AtomicU64>,
    /// Plain lines instead of a bar.
    lines: bool,
    files: usize,
    done: usize,
    /// The container whose members are coming: it was counted as one file, its members after the first are more.
    container: Option<String>,
}

impl Progress {
    /// For these paths; nothing is shown when `quiet`.
    pub fn over(paths: &[Result<PathBuf>], quiet: bool) -> Progress {
        let size = |p: &PathBuf| std::fs::metadata(p).map_or(0, |m| m.len());
        let total: u64 = paths.iter().flatten().map(size).sum();
        let terminal = std::io::stderr().is_terminal();
        let target = if quiet || !terminal { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let pages = Arc::new(AtomicU64::new(0));
        let shown = pages.clone();
        let speed = move |state: &ProgressState, w: &mut dyn Write| {
            let pages = shown.load(Ordering::Relaxed);
            let _ = write!(w, "{pages} pages, {:.1}/s", pages as f64 / state.elapsed().as_secs_f64().max(0.1));
        };
        let style = ProgressStyle::with_template("{bar:30} {percent}% · {speed} · {eta} left · {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("speed", speed);
        let bar = ProgressBar::with_draw_target(Some(total.max(1)), target).with_style(style);
        Progress { bar, pages, lines: !quiet && !terminal, files: paths.len(), done: 0, container: None }
    }

    /// Never a bar: one line per file, also on a terminal.
    pub fn in_lines(paths: &[Result<PathBuf>], quiet: bool) -> Progress {
        let (bar, pages) = (ProgressBar::hidden(), Arc::new(AtomicU64::new(0)));
        Progress { bar, pages, lines: !quiet, files: paths.len(), done: 0, container: None }
    }

    /// A file was opened, `known` of its pages need no reading.
    pub fn opened(&self, source: &Source, pages: u32, known: u32) {
        self.bar.set_message(source.name.clone());
        self.bar.inc(share(source, pages) * u64::from(known));
    }
    /// A page was read.
    pub fn page(&self, source: &Source, total: u32) {
        self.pages.fetch_add(1, Ordering::Relaxed);
        self.bar.inc(share(source, total));
    }
    /// A file needed no work.
    pub fn skipped(&mut self, source: &Source) {
        self.count(source);
        self.done += 1;
        self.bar.inc(source.bytes);
    }
    /// A file is stored.
    pub fn file(&mut self, source: &Source, result: &FileResult) {
        self.count(source);
        self.done += 1;
        self.bar.inc(source.bytes - share(source, result.pages) * u64::from(result.pages));
        if self.lines {
            let (pages, documents) = (result.pages, result.records.len());
            let name = one_line(&source.name);
            say(format_args!("[{}/{}] {name}: {pages} page(s), {documents} document(s)", self.done, self.files));
        }
    }
    /// Members of a container were not foreseen.
    fn count(&mut self, source: &Source) {
        let container = source.container.first().map(|step| step.file.clone());
        if container.is_some() && container == self.container {
            self.files += 1;
            self.bar.inc_length(source.bytes);
        }
        self.container = container;
    }
    /// Prints something without tearing the bar.
    pub fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Bytes one page stands for.
fn share(source: &Source, pages: u32) -> u64 {
    source.bytes / u64::from(pages.max(1))
}
