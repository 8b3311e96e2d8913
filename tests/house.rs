//! The house rules: who may import whom, how large a file may grow, that every file says what it is.
//!
//! Reads the sources as text: `crate::room` anywhere outside a comment counts as an import.

use std::fs;
use std::path::{Path, PathBuf};

/// Left may use right (and itself); everybody may use `error`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cli", &["*"]),
    // `cli` until ingest and registers hand on what they know instead of printing it
    (
        "office",
        &[
            "store", "record", "check", "extract", "tracking", "export", "pipeline", "rules", "text", "cli", "page",
            "source", "document",
        ],
    ),
    ("serve", &["store", "export", "record"]),
    ("pipeline", &["source", "page", "restore", "document", "extract", "check", "rules", "record", "text", "store"]),
    ("export", &["record", "text"]),
    ("store", &["record", "text"]),
    ("tracking", &["record", "store", "text"]),
    ("check", &["document", "record", "rules", "text"]),
    ("extract", &["document", "record", "rules", "text"]),
    ("document", &["rules", "text"]),
    ("restore", &["rules", "text"]),
    ("page", &["source", "text"]),
    ("rules", &["text"]),
    ("source", &[]),
    ("record", &[]),
    ("text", &[]),
    ("error", &[]),
];

const LONGEST_FILE: usize = 600;

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn every_source() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    paths.sort();
    paths.into_iter().map(|p| (p.clone(), fs::read_to_string(&p).unwrap())).collect()
}

fn room_of(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms a line names: `crate::page::…`, `crate::{page, text}`.
fn rooms_named(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for after in line.split("crate::").skip(1) {
        let list = after.strip_prefix('{').map_or(after, |l| l.split('}').next().unwrap_or(l));
        let many = after.starts_with('{');
        for item in list.split(',').take(if many { usize::MAX } else { 1 }) {
            rooms.push(item.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
        }
    }
    rooms
}

#[test]
fn nobody_imports_a_room_above() {
    let mut broken = Vec::new();
    for (path, code) in every_source() {
        let room = room_of(&path);
        if ["lib", "main", "build"].contains(&room.as_str()) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(r, _)| *r == room) else {
            broken.push(format!("{}: room {room} is not in the table", path.display()));
            continue;
        };
        for (index, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or("");
            for named in rooms_named(line) {
                let known = MAY_USE.iter().any(|(r, _)| *r == named);
                let fine = named == room || named == "error" || allowed.contains(&"*") || allowed.contains(&&*named);
                if known && !fine {
                    broken.push(format!("{}:{}: {room} may not use {named}", path.display(), index + 1));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_opens_by_saying_what_it_is_and_stays_short() {
    let mut broken = Vec::new();
    for (path, code) in every_source() {
        if !code.starts_with("//!") {
            broken.push(format!("{}:1: no head (//!)", path.display()));
        }
        let body = code.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(&code);
        let lines = body.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//")).count();
        if lines > LONGEST_FILE {
            broken.push(format!("{}: {lines} lines of code, {LONGEST_FILE} at most", path.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_checker_sees_imports() {
    assert_eq!(rooms_named("use crate::page::Line;"), ["page"]);
    assert_eq!(rooms_named("use crate::{page, text::Span};"), ["page", "text"]);
    assert_eq!(rooms_named("let x = crate::cli::main();"), ["cli"]);
}
