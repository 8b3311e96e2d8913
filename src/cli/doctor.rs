//! `congvan doctor`: what is in force and what is missing.
//!
//! in: the context → out: a table on standard output; exit status 3 when something the main job needs is missing.

use super::{Context, config, output};
use crate::error::{Result, exit};
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

/// Prints the table.
pub fn run(context: &Context) -> Result<u8> {
    let mut points = vec![program(), configuration(context)];
    points.extend(ocr());
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
    let detail = format!("{file}; jobs {}; store {}; today {}", context.jobs, context.store, context.today);
    Point { name: "configuration", state: State::Fine, detail }
}

/// Tesseract's language data, each by itself.
fn ocr() -> Vec<Point> {
    if !cfg!(feature = "ocr") {
        let detail = "built without OCR: text and trusted text layers only".to_owned();
        return vec![Point { name: "tesseract", state: State::Note, detail }];
    }
    ["vie", "osd", "eng"]
        .into_iter()
        .map(|lang| {
            match tessdata_folders().into_iter().map(|f| f.join(format!("{lang}.traineddata"))).find(|p| p.is_file()) {
                Some(path) => Point { name: "ocr data", state: State::Fine, detail: path.display().to_string() },
                None => {
                    let state = if lang == "vie" { State::Missing } else { State::Note };
                    let detail = format!(
                        "{lang}.traineddata not found: apt-get install tesseract-ocr-{lang}, or set TESSDATA_PREFIX"
                    );
                    Point { name: "ocr data", state, detail }
                }
            }
        })
        .collect()
}

fn tessdata_folders() -> Vec<PathBuf> {
    let named = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
    let below = |root: &str| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(Path::new(root)).into_iter().flatten().flatten();
        entries.map(|e| e.path().join("tessdata")).collect()
    };
    named.into_iter().chain(below("/usr/share/tesseract-ocr")).chain([PathBuf::from("/usr/share/tessdata")]).collect()
}
