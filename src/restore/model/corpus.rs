//! The text a model is trained on: folders of `.txt` and `.txt.xz`, one sentence or clause per line.
//!
//! in: folders or files with weights → out: lines, one at a time.
//! Promises: the order depends on the names alone; a file is never held in memory; a line that is not UTF-8 is left out.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A folder or file of text and how much it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// Folder (searched recursively) or file.
    pub path: PathBuf,
    /// How often each line counts; 1 is usual, an office's own letters may count more.
    pub weight: u32,
}

/// The text files of the corpora, sorted by name within each, with their weights. Files named `*.dev.txt[.xz]` are kept
/// apart for measuring and left out.
pub fn files(corpora: &[Corpus]) -> Result<Vec<(PathBuf, u32)>> {
    let mut found = Vec::new();
    for corpus in corpora {
        let before = found.len();
        let kept_apart = |path: &PathBuf| path.to_string_lossy().contains(".dev.txt");
        found.extend(text_files(&corpus.path)?.into_iter().filter(|p| !kept_apart(p)).map(|p| (p, corpus.weight)));
        if found.len() == before {
            return Err(Error::input("no .txt or .txt.xz file here: nothing to train on").at(&corpus.path));
        }
    }
    Ok(found)
}

/// All `.txt` and `.txt.xz` files below a folder (or the file itself), hidden ones left out, sorted by name.
pub fn text_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(root).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|e| Error::input(e.to_string()).at(root))?;
        let name = entry.file_name().to_string_lossy();
        let is_text = name.ends_with(".txt") || name.ends_with(".txt.xz");
        if entry.file_type().is_file() && is_text && !name.starts_with('.') {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// Calls `each` with every line of a file.
pub fn each_line(path: &Path, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let file = File::open(path).map_err(|e| Error::from(e).at(path))?;
    let mut reader: Box<dyn BufRead> = if path.extension().is_some_and(|e| e == "xz") {
        let packed = lzma_rust2::XzReader::new(BufReader::with_capacity(1 << 16, file), true);
        Box::new(BufReader::with_capacity(1 << 18, packed))
    } else {
        Box::new(BufReader::with_capacity(1 << 18, file))
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|e| Error::from(e).at(path))? == 0 {
            return Ok(());
        }
        if let Ok(line) = std::str::from_utf8(&line) {
            each(line)?;
        }
    }
}
