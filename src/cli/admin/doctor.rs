//! `congvan doctor`: what is in force and what is missing.
//!
//! in: the context → out: a table on standard output; exit status 3 when something the main job needs is missing.

use crate::cli::io::Context;
use crate::cli::io::{config, inputs, output};
use crate::cli::read::fetch;
use crate::error::{Result, exit, one_line};
use crate::mail;
use clap::Args;
use std::path::{Path, PathBuf};

/// One thing that is looked at.
struct Point {
    name: &'static str,
    state: State,
    detail: String,
}

enum State {
    Fine,
    Missing,
    Note,
}

/// What is looked at besides.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan doctor\n  congvan doctor --mail imaps://vanthu@thu.example.vn     whether the mailbox can be opened (password as for fetch)"
)]
pub struct Doctor {
    /// Call this mail server and open the mailbox; nothing is fetched
    #[arg(long, value_name = "URL")]
    mail: Option<String>,
    /// Certificates to trust instead of the system's (PEM), for --mail
    #[arg(long, value_name = "FILE", requires = "mail")]
    ca: Option<PathBuf>,
}

/// Prints the table.
pub fn run(args: &Doctor, context: &Context) -> Result<u8> {
    let mut points = vec![program(), configuration(context), ocr(), office_files(), store(context)];
    points.extend(data(context));
    points.push(trust(context));
    points.extend(args.mail.as_deref().map(|url| mailbox(url, args.ca.as_deref(), context)));
    let missing = points.iter().any(|p| matches!(p.state, State::Missing));
    let lines: String = points
        .iter()
        .map(|p| {
            let mark = match p.state {
                State::Fine => "ok     ",
                State::Missing => "MISSING",
                State::Note => "note   ",
            };
            format!("{mark}  {:<14}  {}\n", p.name, p.detail)
        })
        .collect();
    output::write(None, lines.as_bytes(), false)?;
    Ok(if missing { exit::NOT_READY } else { exit::OK })
}

fn program() -> Point {
    Point { name: "congvan", state: State::Fine, detail: env!("CARGO_PKG_VERSION").to_owned() }
}

fn configuration(context: &Context) -> Point {
    let file = config::file_in_force().map_or("no congvan.toml".to_owned(), |p| p.display().to_string());
    let detail = format!("{file}; jobs {}; today {}", context.jobs, context.today);
    Point { name: "configuration", state: State::Fine, detail }
}

/// The dictionaries and the language model in force.
fn data(context: &Context) -> Vec<Point> {
    let point = |name, read: Result<String>| match read {
        Ok(detail) => Point { name, state: State::Fine, detail },
        Err(e) => Point { name, state: State::Missing, detail: e.to_string() },
    };
    let folder = context.dictionaries.as_ref().map_or("built in".to_owned(), |f| f.display().to_string());
    let rules =
        inputs::rules(context).map(|r| format!("{folder}; {} kinds, {} checks", r.kinds().len(), r.checks().len()));
    let file = context.model.as_ref().map_or("built in".to_owned(), |f| f.display().to_string());
    let model = inputs::restorer(context).map(|r| format!("{file}; {} bytes, {}", r.model().size(), r.fingerprint()));
    vec![point("dictionaries", rules), point("model", model)]
}

/// The roots that digital signatures may lead to.
fn trust(context: &Context) -> Point {
    let (state, detail) = match (&context.trust, inputs::trust(context)) {
        (None, _) => (State::Note, "no roots: chains of digital signatures are not checked (--trust DIR)".to_owned()),
        (Some(folder), Ok(roots)) => (State::Fine, format!("{}; {} certificates", folder.display(), roots.len())),
        (Some(_), Err(e)) => (State::Missing, e.to_string()),
    };
    Point { name: "trust", state, detail }
}

/// Whether a mailbox can be opened.
fn mailbox(url: &str, ca: Option<&Path>, context: &Context) -> Point {
    let reached = fetch::account(url, None, ca, false, context).and_then(|account| {
        let mails = mail::reach(&account)?;
        Ok(format!("{}: {mails} mail(s)", account.address.name()))
    });
    match reached {
        Ok(detail) => Point { name: "mail", state: State::Fine, detail: one_line(&detail) },
        Err(e) => Point { name: "mail", state: State::Missing, detail: e.to_string() },
    }
}

/// The store in force; one that does not exist yet is made by the first run.
fn store(context: &Context) -> Point {
    let url = crate::store::without_password(&context.store);
    let file = context.store.strip_prefix("sqlite://").map(Path::new);
    if file.is_some_and(|f| !f.exists()) {
        let detail = format!("{url}: not there yet, the first run makes it");
        return Point { name: "store", state: State::Note, detail };
    }
    match crate::store::open_existing(&context.store).and_then(|s| s.counts()) {
        Ok(counts) => {
            let detail = format!("{url}: {} files, {} documents", counts.files, counts.documents);
            Point { name: "store", state: State::Fine, detail }
        }
        Err(e) if e.to_string().contains(crate::store::NONE_HERE) => {
            let detail = format!("{url}: not there yet, the first run makes it");
            Point { name: "store", state: State::Note, detail }
        }
        Err(e) => Point { name: "store", state: State::Missing, detail: e.to_string() },
    }
}

/// LibreOffice, which reads office files.
fn office_files() -> Point {
    let (state, detail) = match crate::source::libreoffice() {
        Some(program) => (State::Fine, format!("LibreOffice: {}", program.display())),
        None => {
            let what = "no LibreOffice: DOC, XLSX, ODT, RTF … are not read, DOCX as text only";
            (State::Note, format!("{what} (install libreoffice-writer and libreoffice-calc)"))
        }
    };
    Point { name: "office files", state, detail }
}

/// Tesseract and its Vietnamese data.
fn ocr() -> Point {
    match crate::page::engine() {
        Ok(engine) => Point { name: "ocr", state: State::Fine, detail: engine.name().to_owned() },
        Err(e) if cfg!(feature = "ocr") => Point { name: "ocr", state: State::Missing, detail: e.to_string() },
        Err(_) => {
            let detail = "built without OCR: text and trusted text layers only".to_owned();
            Point { name: "ocr", state: State::Note, detail }
        }
    }
}
