//! `congvan explain --images DIR`: each page with what was read on it.
//!
//! in: a file, its pages, what was understood → out: DIR/<file>-p<N>.svg; words framed by how surely they were read, values
//! of the record by name.
//! Promises: one page image in memory at a time; nothing is overwritten without being asked; a text file has no images, which
//! is said.

use crate::cli::io::output;
use crate::error::{Error, Result};
use crate::export::overlay::{self, Mark};
use crate::page::Page;
use crate::pipeline::Understood;
use crate::record::Evidence;
use crate::source::{RawContent, Source, Turn};
use crate::text::Rect;
use std::path::Path;

/// Below it a word is worth a look, below the second it is probably wrong.
const SURE: f32 = 0.85;
const POOR: f32 = 0.5;

/// Writes the pages. Returns how many.
pub(crate) fn write(
    folder: &Path,
    source: &Source,
    pages: &[Page],
    understood: &Understood,
    force: bool,
) -> Result<u32> {
    std::fs::create_dir_all(folder).map_err(|e| Error::environment(e.to_string()).at(folder))?;
    let reader = source.pages()?;
    let stem = Path::new(&source.name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut written = 0;
    for page in pages {
        let RawContent::Image { image, .. } = reader.page(page.number - 1)?.content else { continue };
        let image = Turn::clockwise(page.turned).apply(image);
        let marks: Vec<Mark> = words(page).chain(values(understood, page.number)).collect();
        let svg = overlay::page(&image, &marks).ok_or_else(|| {
            Error::environment("the page image cannot be packed").at(&source.path).on_page(page.number)
        })?;
        output::write(Some(&folder.join(format!("{stem}-p{}.svg", page.number))), svg.as_bytes(), force)?;
        written += 1;
    }
    if written == 0 {
        return Err(Error::input("a text has no page images: --images is for scans").at(&source.path));
    }
    Ok(written)
}

/// Every word as it was read.
fn words(page: &Page) -> impl Iterator<Item = Mark> {
    page.lines.iter().flat_map(|line| &line.words).filter_map(|word| {
        let colour = match word.confidence {
            sure if sure >= SURE => "#2a8a3a",
            fair if fair >= POOR => "#d98200",
            _ => "#c00020",
        };
        let title = format!("{} · {:.2}", word.text, word.confidence);
        Some(Mark { place: word.bbox?, colour, label: None, title })
    })
}

/// Every value of a record that stands on the page.
fn values(understood: &Understood, number: u32) -> impl Iterator<Item = Mark> {
    let evidence = understood.documents.iter().flat_map(|document| &document.record.evidence);
    evidence.filter(move |(_, evidence)| evidence.page == number).filter_map(|(field, evidence)| mark(field, evidence))
}

fn mark(field: &str, evidence: &Evidence) -> Option<Mark> {
    let [x, y, w, h] = evidence.bbox?;
    let colour = match field.split(['[', '.']).next().unwrap_or(field) {
        "deadlines" => "#b0006a",
        "quotas" | "awards" => "#7a3db8",
        "references" => "#0a7a7a",
        _ => "#0050c8",
    };
    let title = format!("{field} · {:.2} · {}", evidence.confidence, evidence.text);
    Some(Mark { place: Rect { x, y, w, h }, colour, label: Some(field.to_owned()), title })
}
