//! `congvan restore`: diacritics and OCR errors restored, line for line.
//!
//! in: text files or standard input → out: as many lines as came in, or JSON with every change and how sure it is.
//! Promises: spacing and punctuation stay; bytes that are not UTF-8 are refused with the encoding they look like.

use crate::cli::io::output::{self, report};
use crate::cli::io::{Context, inputs};
use crate::error::{Error, Result, exit};
use crate::pipeline;
use crate::restore::model::corpus;
use crate::restore::{LineJudgement, Manner, Restored};
use crate::rules::Rules;
use crate::text::{Edit, Span, Text};
use clap::{Args, ValueEnum};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `congvan restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  congvan restore cu.txt                 the text with its diacritics back
  echo 'Uy ban nhan dan quan' | congvan restore -
  congvan restore --diff ocr.txt         the changes, in colour on a terminal
  congvan restore --ocr tesseract.txt    mends the slips of Tesseract's Vietnamese model
  congvan restore --fast archive/        much text in little time
  congvan restore --format json ocr.txt  every change with its probability")]
pub struct RestoreArgs {
    /// Text files or folders of them; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,
    /// Mark words that are not sure: word{0.63}
    #[arg(long)]
    confidence: bool,
    /// Show what was changed: [-was-]{+now+}
    #[arg(long, conflicts_with = "confidence")]
    diff: bool,
    /// The text was read by an OCR program with a Vietnamese model: lost marks are likelier
    #[arg(long)]
    ocr: bool,
    /// Without the net that reconsiders doubtful words: three to five times as fast, a fifth more errors
    #[arg(long)]
    fast: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Words at least this sure are not marked by `--confidence`.
const SURE: f32 = 0.9;

/// Runs the command.
pub fn run(args: &RestoreArgs, context: &Context) -> Result<u8> {
    let restorer = inputs::restorer(context)?;
    let rules = inputs::rules(context)?;
    let mut code = exit::OK;
    let mut results = Vec::new();
    for path in meant(&args.files)? {
        match read(&path).and_then(|raw| not_secret(raw, &path, &rules, context)) {
            Ok(raw) => {
                let text = Text::plain(&raw);
                let restored = restorer.restore_as(&text, Manner { read: args.ocr, fast: args.fast });
                match args.format {
                    Format::Json => {
                        let result = serde_json::to_value(FileResult::new(&path, &restored));
                        results.push(result.map_err(|e| Error::input(e.to_string()))?);
                    }
                    Format::Text => output::write(None, shown(args, context, &raw, &restored).as_bytes(), false)?,
                }
            }
            Err(e) => {
                report(&e);
                code = exit::SOME_FAILED;
            }
        }
    }
    if args.format == Format::Json {
        let mut json = serde_json::to_vec_pretty(&results).map_err(|e| Error::input(e.to_string()))?;
        json.push(b'\n');
        output::write(None, &json, false)?;
    }
    Ok(code)
}

/// The files meant: folders give their `.txt` files.
fn meant(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(corpus::text_files(path)?.into_iter().filter(|p| p.extension().is_some_and(|e| e == "txt")));
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let name = if path == Path::new("-") { Path::new("standard input") } else { path };
    let taken = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut f| f.read_to_end(&mut bytes))
    };
    taken.map_err(|e| Error::from(e).at(name))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Error::input(format!("not UTF-8 ({}): convert it first", looks_like(e.as_bytes()))).at(name).on_line(line)
    })
}

/// The text, unless it says that it is secret.
fn not_secret(raw: String, path: &Path, rules: &Rules, context: &Context) -> Result<String> {
    let digest: String = Sha256::digest(&raw).iter().map(|b| format!("{b:02x}")).collect();
    let name = if path == Path::new("-") { Path::new("standard input") } else { path };
    match pipeline::refusal_of_text(&raw, &context.secrecy, &digest, rules, context.lang) {
        Some(refusal) => Err(refusal.at(name)),
        None => Ok(raw),
    }
}

/// The encoding that bytes look like.
fn looks_like(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "it looks like UTF-16"
    } else {
        "it looks like TCVN3, VNI or Windows-1258"
    }
}

/// The restored text as asked for, with the line end of the last line as it came in.
fn shown(args: &RestoreArgs, context: &Context, raw: &str, restored: &Restored) -> String {
    let text = &restored.text;
    let mut out = if args.diff {
        let show = |edit: &Edit, out: &mut String| {
            let (was, now) = (&edit.was, &edit.now);
            out.push_str(&match context.color {
                true => format!("\u{1b}[31;9m{was}\u{1b}[0m\u{1b}[32m{now}\u{1b}[0m"),
                false => format!("[-{was}-]{{+{now}+}}"),
            });
        };
        rewritten(text.as_str(), text.edits().iter().map(|e| (e.span, e)), show)
    } else if args.confidence {
        let doubtful = restored.words.iter().filter(|w| w.confidence < SURE).map(|w| (w.span, w.confidence));
        let content = text.as_str();
        rewritten(content, doubtful.map(|(span, c)| (span, (span, c))), |(span, confidence), out| {
            out.push_str(&content[span.range()]);
            out.push_str(&format!("{{{confidence:.2}}}"));
        })
    } else {
        text.as_str().to_owned()
    };
    if !raw.ends_with('\n') && out.ends_with('\n') {
        out.pop();
    }
    out
}

/// A text with `show` in place of each of the sorted spans.
fn rewritten<T>(text: &str, spans: impl Iterator<Item = (Span, T)>, show: impl Fn(T, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let mut at = 0;
    for (span, item) in spans {
        out.push_str(&text[at..span.start]);
        show(item, &mut out);
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// What `--format json` gives for one file.
#[derive(Debug, Serialize)]
struct FileResult<'a> {
    file: String,
    text: &'a str,
    lines: &'a [LineJudgement],
    changes: Vec<Change<'a>>,
    doubtful: Vec<Doubt<'a>>,
}

#[derive(Debug, Serialize)]
struct Change<'a> {
    /// 1-based.
    line: usize,
    was: &'a str,
    now: &'a str,
    confidence: f32,
}

#[derive(Debug, Serialize)]
struct Doubt<'a> {
    /// 1-based.
    line: usize,
    word: &'a str,
    confidence: f32,
}

impl<'a> FileResult<'a> {
    fn new(path: &Path, restored: &'a Restored) -> FileResult<'a> {
        let text = &restored.text;
        let lines = text.lines();
        let line = |at: usize| lines.partition_point(|l| l.start <= at);
        let rounded = |c: f32| (c * 1000.0).round() / 1000.0;
        let change = |e: &'a Edit| Change {
            line: line(e.span.start),
            was: &e.was,
            now: &e.now,
            confidence: rounded(e.confidence),
        };
        let doubtful = restored.words.iter().filter(|w| w.confidence < SURE);
        FileResult {
            file: path.to_string_lossy().into_owned(),
            text: text.as_str(),
            lines: &restored.lines,
            changes: text.edits().iter().map(change).collect(),
            doubtful: doubtful
                .map(|w| Doubt {
                    line: line(w.span.start),
                    word: text.slice(w.span),
                    confidence: rounded(w.confidence),
                })
                .collect(),
        }
    }
}
