//! Folders and files → the list of files to read.
//!
//! in: paths as given → out: one entry per file, or an error per path that leads nowhere.
//! Promises: folders are searched to the bottom, hidden entries, README.md and what systems leave behind (Thumbs.db, ~$ locks)
//! left out (unless named directly), each sorted by name, no file twice (links included), loops and dangling links are error entries, `-` stays `-`.

use crate::error::{Error, Result};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Deeper folders are not searched: a guard against mounts that contain themselves.
const DEEPEST: usize = 64;

/// All files below `paths`, in the order given, folders sorted by name.
pub fn walk(paths: &[PathBuf]) -> Vec<Result<PathBuf>> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            if seen.insert(path.clone()) {
                found.push(Ok(path.clone()));
            }
        } else if path.is_dir() {
            walk_folder(path, &mut seen, &mut found);
        } else {
            push(path.clone(), &mut seen, &mut found);
        }
    }
    found
}

fn walk_folder(root: &Path, seen: &mut HashSet<PathBuf>, found: &mut Vec<Result<PathBuf>>) {
    // README.md says what a folder holds; it is no letter
    let left_out = |name: &str| name.starts_with('.') || name == "README.md" || is_of_the_system(name);
    let hidden = |e: &walkdir::DirEntry| e.depth() > 0 && left_out(&e.file_name().to_string_lossy());
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().max_depth(DEEPEST);
    for entry in entries.into_iter().filter_entry(|e| !hidden(e)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => push(entry.into_path(), seen, found),
            Err(e) => found.push(Err(walk_error(&e, root))),
        }
    }
}

/// What systems and office programs leave beside the files of people.
pub(super) fn is_of_the_system(name: &str) -> bool {
    const NAMES: [&str; 5] = ["thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r"];
    name.starts_with("~$")
        || name.starts_with(".~lock.")
        || name.starts_with("._")
        || NAMES.contains(&name.to_lowercase().as_str())
}

fn walk_error(e: &walkdir::Error, root: &Path) -> Error {
    let path = e.path().unwrap_or(root);
    let what = if e.loop_ancestor().is_some() {
        "a link back to a folder above it".to_owned()
    } else if path.is_symlink() {
        "a link that leads nowhere".to_owned()
    } else {
        e.io_error().map_or_else(|| "cannot be searched".to_owned(), |io| io.to_string().to_lowercase())
    };
    Error::input(what).at(path)
}

fn push(path: PathBuf, seen: &mut HashSet<PathBuf>, found: &mut Vec<Result<PathBuf>>) {
    match path.canonicalize() {
        Ok(real) => {
            if seen.insert(real) {
                found.push(Ok(path));
            }
        }
        Err(_) if path.is_symlink() => found.push(Err(Error::input("a link that leads nowhere").at(path))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => found.push(Err(Error::input("no such file").at(path))),
        Err(e) => found.push(Err(Error::from(e).at(path))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[cfg(unix)]
    #[test]
    fn folders_links_and_odd_names() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("b/c")).unwrap();
        for name in ["z.txt", "a\nb.txt", ".hidden", "README.md", "b/c/x.pdf", "b/Thumbs.db", "~$thu.docx"] {
            fs::write(at(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(at("z.txt"), at("again.txt")).unwrap();
        std::os::unix::fs::symlink(at("gone"), at("dangling.txt")).unwrap();
        std::os::unix::fs::symlink(dir.path(), at("b/loop")).unwrap();
        let said: Vec<String> = walk(&[dir.path().to_path_buf(), at("z.txt"), "-".into(), at("none")])
            .into_iter()
            .map(|e| match e {
                Ok(p) => p.strip_prefix(dir.path()).unwrap_or(&p).to_string_lossy().into_owned(),
                Err(e) => format!("! {}", e.message),
            })
            .collect();
        assert_eq!(
            said,
            [
                "a\nb.txt",
                "again.txt",
                "b/c/x.pdf",
                "! a link back to a folder above it",
                "! a link that leads nowhere",
                "-",
                "! no such file"
            ]
        );
    }
}
