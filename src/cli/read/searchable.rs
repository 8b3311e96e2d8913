//! `congvan ocr --format pdf`: the pages of scans with their restored text under them.
//!
//! in: files → out: one PDF of all, or one for each in a folder; written page by page.
//! Promises: one page image in memory at a time; a page that cannot be read is there as an image and named on standard error;
//! nothing is overwritten without being asked.

use crate::cli::io::Context;
use crate::cli::io::{inputs, output, outputs};
use crate::error::{Error, Result};
use crate::export::pdf::{self, Pdf, words};
use crate::page::Page;
use crate::pipeline::Understood;
use crate::source::{Media, Picture, Pixels, Source};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Writes the PDF to `to`, or to standard output where that is no terminal; into a folder a PDF for each file.
pub(crate) fn run(files: &[PathBuf], to: Option<&Path>, force: bool, fast: bool, context: &Context) -> Result<u8> {
    let mut code = 0;
    match to.filter(|path| *path != Path::new("-")) {
        Some(path) if path.is_dir() => code = one_for_each(files, path, force, fast, context)?,
        Some(path) if path.as_os_str().to_string_lossy().ends_with('/') => {
            return Err(Error::usage("is no folder: make it, or name a file").at(path));
        }
        Some(path) => output::write_file_with(path, force, |file| {
            code = write(files, fast, context, BufWriter::new(file), |e| Error::environment(e.to_string()).at(path))?;
            Ok(())
        })?,
        None if std::io::stdout().is_terminal() => {
            return Err(Error::usage("a PDF is not for the terminal: name a file with -o"));
        }
        None => {
            let failed = |e: std::io::Error| Error::environment(format!("standard output: {e}"));
            code = write(files, fast, context, BufWriter::new(std::io::stdout().lock()), failed)?;
        }
    }
    Ok(code)
}

fn write(
    files: &[PathBuf],
    fast: bool,
    context: &Context,
    out: impl Write,
    failed: impl Fn(std::io::Error) -> Error,
) -> Result<u8> {
    let mut pipeline = inputs::pipeline(context, None)?;
    pipeline.reading.fast = fast;
    let mut pdf = Pdf::begin(out).map_err(&failed)?;
    let mut id = Sha256::new();
    let mut count = 0;
    let code = inputs::each_file(&pipeline, files, |source, pages, understood| {
        inputs::warn(source, pages, context);
        id.update(&source.sha256);
        count += add(&mut pdf, source, pages, &understood, &failed)?;
        Ok(())
    })?;
    if count == 0 {
        return Err(Error::input("no page was read: there is nothing to put into a PDF"));
    }
    pdf.end(&hex(id)).map_err(&failed)?;
    Ok(code)
}

fn hex(id: Sha256) -> String {
    id.finalize().iter().take(16).map(|b| format!("{b:02X}")).collect()
}

/// `scan.tif` becomes `scan.pdf` in `folder`; a second one of that name `scan-2.pdf`.
fn one_for_each(files: &[PathBuf], folder: &Path, force: bool, fast: bool, context: &Context) -> Result<u8> {
    let mut pipeline = inputs::pipeline(context, None)?;
    pipeline.reading.fast = fast;
    let mut taken = HashSet::new();
    inputs::each_file(&pipeline, files, |source, pages, understood| {
        inputs::warn(source, pages, context);
        let stem = outputs::stem(&source.name);
        let names = (1..).map(|n| if n == 1 { format!("{stem}.pdf") } else { format!("{stem}-{n}.pdf") });
        // as file systems that know no case tell names apart
        let Some(path) = names.map(|n| folder.join(n)).find(|p| taken.insert(p.to_string_lossy().to_lowercase()))
        else {
            return Ok(());
        };
        if path.exists() && !force {
            return Err(Error::input("exists already: name another folder or add --force").at(path));
        }
        if path.canonicalize().is_ok_and(|there| source.path.canonicalize().is_ok_and(|scan| scan == there)) {
            return Err(Error::input("would take the place of the scan itself: name another folder").at(path));
        }
        output::write_file_with(&path, force, |file| {
            let failed = |e: std::io::Error| Error::environment(e.to_string()).at(&path);
            let mut pdf = Pdf::begin(BufWriter::new(file)).map_err(failed)?;
            add(&mut pdf, source, pages, &understood, failed)?;
            pdf.end(&hex(Sha256::new().chain_update(&source.sha256))).map_err(failed)?;
            Ok(())
        })
    })
}

/// Adds the pages of a file; gives their number.
fn add(
    pdf: &mut Pdf<impl Write>,
    source: &Source,
    pages: &[Page],
    understood: &Understood,
    failed: impl Fn(std::io::Error) -> Error,
) -> Result<u32> {
    if source.media == Media::Text {
        return Err(Error::input("a text has no page images: --format pdf is for scans").at(&source.path));
    }
    let reader = source.pages()?;
    for index in 0..reader.len() {
        let number = index + 1;
        let read = pages.iter().find(|p| p.number == number);
        // none: blank, or so damaged that it was reported when it was read
        let picture = reader.picture(index).ok().flatten().map(|p| p.turned(read.map_or(0, |p| p.turned)));
        let grid = read.map_or((0, 0), |p| (p.width, p.height));
        let words = words(&understood.text, number);
        pdf.page(picture.as_ref().map(laid).as_ref(), &words, grid).map_err(&failed)?;
    }
    Ok(reader.len())
}

fn laid(picture: &Picture) -> pdf::Picture<'_> {
    let pixels = match &picture.pixels {
        Pixels::Image(image) => pdf::Pixels::Image(image),
        Pixels::Jpeg(jpeg) => {
            pdf::Pixels::Jpeg { bytes: &jpeg.bytes, width: jpeg.width, height: jpeg.height, grey: jpeg.grey }
        }
    };
    let turn = picture.turn;
    pdf::Picture { pixels, quarter_turns: turn.quarter_turns, mirrored: turn.mirrored, size: picture.size }
}
