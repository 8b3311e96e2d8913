//! Every word, box and confidence of the sample sheets, and their records, as they were when frozen.
//!
//! The engine's answers are recorded (`tests/golden/sheets/*.engine.json.gz`), keyed by what it was asked: the pixels of the
//! image, its resolution, the mode, whether alternatives were wanted. So this runs without Tesseract, and an image that
//! is prepared otherwise by one grey value is an answer that is not there. `RECORD=1` asks Tesseract anew and writes all;
//! `UPDATE=1` keeps its answers and rewrites what became of them.

use congvan::error::{Error, Result};
use congvan::page::{self, Engine, Line, Mode, Page, ReadOptions, View};
use congvan::pipeline::Pipeline;
use congvan::restore::Restorer;
use congvan::rules::Rules;
use congvan::source::Source;
use congvan::text::lang::Lang;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use image::GrayImage;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

type Answers = BTreeMap<String, Vec<Line>>;

/// An engine that answers what was recorded and records what another answers.
struct Recording<'a> {
    answers: &'a mut Answers,
    engine: Option<Box<dyn Engine>>,
}

impl Engine for Recording<'_> {
    fn recognise_pixels(&mut self, view: &View, mode: Mode, alternatives: bool) -> Result<Vec<Line>> {
        let (image, dpi) = (view.image(), view.dpi());
        let key = asked(image, dpi, mode, alternatives);
        if let Some(lines) = self.answers.get(&key) {
            return Ok(lines.clone());
        }
        let Some(engine) = &mut self.engine else {
            let (width, height) = image.dimensions();
            return Err(Error::input(format!("never asked before: {width} x {height}, {dpi} dpi, {mode:?}")));
        };
        let lines = engine.recognise_pixels(view, mode, alternatives)?;
        self.answers.insert(key, lines.clone());
        Ok(lines)
    }
    fn name(&self) -> &str {
        "recording"
    }
}

/// What an engine is asked, as 16 hexadecimal digits.
fn asked(image: &GrayImage, dpi: f32, mode: Mode, alternatives: bool) -> String {
    let mut all = Sha256::new();
    all.update(format!("{} {} {dpi:?} {mode:?} {alternatives}", image.width(), image.height()));
    all.update(image.as_raw());
    all.finalize().iter().take(8).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let files = fs::read_dir(folder).unwrap().flatten().map(|e| e.path());
    let mut files: Vec<_> =
        files.filter(|p| p.extension().is_some_and(|e| ["pdf", "tif", "png", "jpg"].iter().any(|k| e == *k))).collect();
    files.sort();
    files
}

fn frozen(sample: &Path, extension: &str) -> PathBuf {
    let name = format!("{}.{extension}", sample.file_stem().unwrap().to_string_lossy());
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sheets").join(name)
}

/// A line of print a line; a word's box and confidence behind it.
fn told(page: &Page) -> String {
    let mut told = String::new();
    let Page { number, width, height, dpi, turned, reading, .. } = page;
    writeln!(told, "page {number}: {width} x {height} at {dpi:.1}, turned {turned}, {reading:?}").unwrap();
    page.warnings.iter().for_each(|warning| writeln!(told, "warning: {warning}").unwrap());
    for line in &page.lines {
        for word in &line.words {
            let place = word.bbox.map_or("-".to_owned(), |b| format!("{} {} {} {}", b.x, b.y, b.w, b.h));
            let cell = if word.starts_cell { "\t" } else { "" };
            let choices: usize = word.choices.iter().map(Vec::len).sum();
            write!(told, "{cell}{} [{place} {:.4} {choices}] ", word.text.escape_debug(), word.confidence).unwrap();
        }
        told.push('\n');
    }
    for written in page.hand.written(page.number) {
        writeln!(told, "by hand: {written:.3?}").unwrap();
    }
    told
}

/// Reads a sample, `fast` or not; what became of every page, and the pages.
fn read(source: &Source, fast: bool, answers: &mut Answers, record: bool) -> (String, Vec<Page>) {
    let reader = source.pages().unwrap();
    let mut engine = Recording { answers, engine: record.then(|| page::engine().unwrap()) };
    let pages: Vec<Page> = (0..reader.len())
        .map(|index| {
            let raw = reader.page(index).unwrap();
            page::read(raw, Some(&mut engine), &ReadOptions { fast }).unwrap_or_else(|e| panic!("{}: {e}", source.name))
        })
        .collect();
    (pages.iter().map(told).collect(), pages)
}

fn records(source: &Source, pages: &[Page]) -> String {
    let pipeline = Pipeline {
        rules: Rules::builtin().clone(),
        restorer: Restorer::builtin().unwrap().clone(),
        reading: ReadOptions::default(),
        trust: Default::default(),
        lang: Lang::Vi,
        profile: None,
        secrecy: Default::default(),
        jobs: 1,
    };
    let understood = pipeline.understand(source, pages);
    let records: Vec<_> = understood.documents.into_iter().map(|d| d.record).collect();
    serde_json::to_string_pretty(&records).unwrap() + "\n"
}

/// Compares one sample with what is frozen of it; says what differs.
fn check(sample: &Path) -> Vec<String> {
    let (record, update) = (std::env::var_os("RECORD").is_some(), std::env::var_os("UPDATE").is_some());
    let kept = frozen(sample, "engine.json.gz");
    let mut answers = match record {
        true => Answers::new(),
        false => serde_json::from_reader(GzDecoder::new(fs::File::open(&kept).unwrap())).unwrap(),
    };
    let source = Source::open(sample).unwrap();
    let (words, pages) = read(&source, false, &mut answers, record);
    let (fast, _) = read(&source, true, &mut answers, record);
    if record {
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        let mut to = GzEncoder::new(fs::File::create(&kept).unwrap(), Compression::best());
        serde_json::to_writer(&mut to, &answers).unwrap();
        to.finish().unwrap();
    }
    let mut differ = Vec::new();
    for (extension, now) in [("words.txt", words), ("fast.txt", fast), ("records.json", records(&source, &pages))] {
        let path = frozen(sample, extension);
        if record || update {
            fs::write(&path, &now).unwrap();
            continue;
        }
        let then = fs::read_to_string(&path).unwrap_or_default();
        if let Some((line, (was, is))) = (1..).zip(then.lines().zip(now.lines())).find(|(_, (a, b))| a != b) {
            differ.push(format!("{}:{line}:\nwas {was}\nis  {is}", path.display()));
        } else if then != now {
            differ.push(format!("{}: {} lines were {}", path.display(), now.lines().count(), then.lines().count()));
        }
    }
    differ
}

#[test]
fn sample_sheets_are_read_as_they_were() {
    let (samples, differ) = (Mutex::new(samples()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(sample) = { samples.lock().unwrap().pop() } {
                    let own = check(&sample);
                    differ.lock().unwrap().extend(own);
                }
            });
        }
    });
    let differ = differ.into_inner().unwrap();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
