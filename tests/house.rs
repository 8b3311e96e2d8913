//! The house rules: who may import whom, no circles, how long files and sentences may grow, that every file says what it is.
//!
//! Reads the sources as text: a path that begins with `crate::`, `super::` or `self::` is an import, wherever it stands outside
//! of a comment; names that a `mod.rs` passes on (`use child::Name`) lead to the child. What a `mod.rs` defines itself belongs
//! to its whole folder, so importing it makes no circle; nor do unit tests, which may build what they need from anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom.
type Table = &'static [(&'static str, &'static [&'static str])];

/// Left may use right (and itself); everybody may use `error`, `*` is everything.
const ROOMS: Table = &[
    ("cli", &["*"]),
    ("office", &["store", "record", "check", "extract", "tracking", "export", "pipeline", "rules", "text"]),
    (
        "pipeline",
        &["signature", "source", "page", "restore", "document", "extract", "check", "rules", "record", "text"],
    ),
    ("tracking", &["record", "store"]),
    ("export", &["record", "text"]),
    ("store", &["record", "text"]),
    ("check", &["document", "record", "rules", "text"]),
    ("extract", &["document", "record", "rules", "text"]),
    ("document", &["rules", "text"]),
    ("restore", &["text"]),
    ("page", &["source", "text"]),
    ("rules", &["text"]),
    ("mail", &[]),
    ("source", &["signature", "text"]),
    ("signature", &["record"]),
    ("record", &[]),
    ("text", &[]),
    ("error", &[]),
];

/// The same for the rooms and files inside `page`; what its `mod.rs` defines (`Page`) belongs to all of them.
const INSIDE_PAGE: Table = &[
    ("read", &["*"]),
    ("arrival", &["layout", "ocr", "scan", "image", "words", "text"]),
    ("scan", &["seal", "image", "words", "text"]),
    ("text_layer", &["image", "words", "source", "text"]),
    ("seal", &["ocr", "image", "words", "text"]),
    ("handwriting", &["image", "labels", "words", "text"]),
    ("layout", &["image", "labels", "words", "text"]),
    ("ocr", &["image", "words", "text"]),
    ("image", &["text"]),
    ("words", &["text"]),
    ("labels", &["text"]),
];

/// The tables with the folder (below `src`) they are about.
const TABLES: [(&[&str], Table); 2] = [(&[], ROOMS), (&["page"], INSIDE_PAGE)];

/// The top of the house belongs to no room: it holds the map, the dispatch and the build script.
const OF_NO_ROOM: [&str; 3] = ["lib", "main", "build"];

/// Lines of code (no blank lines, no comments, no unit tests) of one file.
const LONGEST_FILE: usize = 455;

/// Words of a sentence in README and ARCHITECTURE: what a reader takes in at once.
const LONGEST_SENTENCE: usize = 40;

/// A source file.
struct File {
    path: PathBuf,
    /// `page::ocr::hocr` as `["page", "ocr", "hocr"]`; a `mod.rs` has the path of its folder.
    module: Vec<String>,
    code: String,
}

impl File {
    fn all() -> Vec<File> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        File::below(&root, &root, &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    fn below(root: &Path, folder: &Path, into: &mut Vec<File>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                File::below(root, &path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).unwrap().with_extension("");
                let mut module: Vec<String> = name.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
                module.pop_if(|last| last == "mod");
                into.push(File { code: fs::read_to_string(&path).unwrap(), path, module });
            }
        }
    }

    /// The code without its unit tests.
    fn body(&self) -> &str {
        self.code.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(&self.code)
    }
}

/// What the house is made of: every module, and the names its `mod.rs` passes on with the child they come from.
struct House {
    modules: BTreeSet<Vec<String>>,
    passed_on: BTreeMap<(Vec<String>, String), Vec<String>>,
}

impl House {
    fn of(files: &[File]) -> House {
        let modules = files.iter().map(|file| file.module.clone()).collect();
        let mut house = House { modules, passed_on: BTreeMap::new() };
        for file in files.iter().filter(|file| file.path.ends_with("mod.rs")) {
            for (_, path) in paths_behind(file.body(), &["use "]) {
                let child: Vec<String> = file.module.iter().chain(path.first()).cloned().collect();
                if let [_, .., name] = &path[..]
                    && house.modules.contains(&child)
                {
                    house.passed_on.insert((file.module.clone(), name.clone()), child);
                }
            }
        }
        house
    }

    /// The modules a file imports, each with its line.
    fn imports(&self, file: &File, code: &str) -> Vec<(usize, Vec<String>)> {
        let named = paths_behind(code, &["crate::", "super::", "self::"]);
        named.into_iter().map(|(line, path)| (line, self.resolve(&file.module, &path))).collect()
    }

    /// The module in which the name at the end of a path is defined.
    fn resolve(&self, from: &[String], path: &[String]) -> Vec<String> {
        let mut here = from.to_vec();
        for part in path {
            let child: Vec<String> = here.iter().chain([part]).cloned().collect();
            match part.as_str() {
                "crate" => here.clear(),
                "self" => {}
                "super" => drop(here.pop()),
                _ if self.modules.contains(&child) => here = child,
                name => return self.passed_on.get(&(here.clone(), name.to_owned())).cloned().unwrap_or(here),
            }
        }
        here
    }
}

/// Every path that begins with one of `starts`, the groups in braces written out, with its line: `super::{a, b::c}` is
/// `["super", "a"]` and `["super", "b", "c"]`. `use ` itself is no part of a path.
fn paths_behind(code: &str, starts: &[&str]) -> Vec<(usize, Vec<String>)> {
    let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    let begins = |at: usize| {
        let fresh = !code[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'));
        starts.iter().find(|start| fresh && code[at..].starts_with(**start))
    };
    for (at, _) in code.char_indices() {
        let Some(start) = begins(at) else { continue };
        let line = 1 + code[..at].matches('\n').count();
        let skip = if *start == "use " { start.len() } else { 0 };
        let mut written = Vec::new();
        tree(&mut code[at + skip..].chars().peekable(), &[], &mut written);
        found.extend(written.into_iter().map(|path| (line, path)));
    }
    found
}

/// Reads one path of names and groups; pushes every way through it.
fn tree(code: &mut std::iter::Peekable<std::str::Chars<'_>>, before: &[String], into: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    loop {
        while code.next_if(|c| c.is_whitespace()).is_some() {}
        if code.next_if_eq(&'{').is_some() {
            loop {
                tree(code, &path, into);
                while code.next_if(|c| c.is_whitespace()).is_some() {}
                if code.next_if_eq(&',').is_none() {
                    break;
                }
            }
            code.next_if_eq(&'}');
            return;
        }
        let mut name = String::new();
        while let Some(c) = code.next_if(|c| c.is_alphanumeric() || *c == '_') {
            name.push(c);
        }
        if !name.is_empty() {
            path.push(name);
        }
        if code.next_if_eq(&':').is_none() || code.next_if_eq(&':').is_none() {
            break;
        }
    }
    if path.len() > before.len() {
        into.push(path);
    }
    // `a as b`: the second name is no path
    while code.next_if(|c| *c != ',' && *c != '}' && *c != ';' && *c != '\n').is_some() {}
}

/// The modules next to each other that use one another: for every folder, who imports whom and in which file and line.
type Neighbours = BTreeMap<Vec<String>, BTreeMap<(String, String), String>>;

fn neighbours(files: &[File], house: &House) -> Neighbours {
    let mut all = Neighbours::new();
    for file in files {
        for (line, target) in house.imports(file, file.body()) {
            let shared = file.module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if let (Some(from), Some(to)) = (file.module.get(shared), target.get(shared)) {
                let place = format!("{}:{line}", file.path.display());
                let folder = all.entry(file.module[..shared].to_vec()).or_default();
                folder.entry((from.clone(), to.clone())).or_insert(place);
            }
        }
    }
    all
}

/// The first circle found among imports, as the imports it is made of.
fn circle(imports: &BTreeMap<(String, String), String>) -> Option<Vec<&(String, String)>> {
    let mut left: Vec<&(String, String)> = imports.keys().collect();
    // Whoever is imported by nobody, or imports nobody, is in no circle; what is left when there are no more of them is one.
    loop {
        let before = left.len();
        let (from, to): (BTreeSet<_>, BTreeSet<_>) = left.iter().map(|(a, b)| (a.clone(), b.clone())).unzip();
        left.retain(|(a, b)| to.contains(a) && from.contains(b));
        if left.len() == before {
            return (!left.is_empty()).then_some(left);
        }
    }
}

/// Who uses whom in a folder, as the table about it names them: its rooms and files, and the rooms outside. Each with the place
/// where that is seen first.
fn uses(files: &[File], house: &House, folder: &[&str]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for file in
        files.iter().filter(|file| file.module.starts_with(&folder.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>()))
    {
        let Some(room) = file.module.get(folder.len()).filter(|room| !OF_NO_ROOM.contains(&room.as_str())) else {
            continue;
        };
        for (line, target) in house.imports(file, &file.code) {
            let inside = folder.iter().zip(&target).all(|(a, b)| a == b) && target.len() >= folder.len();
            let used = if inside { target.get(folder.len()) } else { target.first() };
            if let Some(used) =
                used.filter(|used| *used != room && *used != "error" && !OF_NO_ROOM.contains(&used.as_str()))
            {
                let place = format!("{}:{line}", file.path.display());
                found.entry((room.clone(), used.clone())).or_insert(place);
            }
        }
    }
    found
}

#[test]
fn nobody_imports_a_room_above() {
    let files = File::all();
    let house = House::of(&files);
    let mut broken = Vec::new();
    for (folder, table) in TABLES {
        for ((room, used), place) in uses(&files, &house, folder) {
            match table.iter().find(|(known, _)| *known == room) {
                None => broken.push(format!("{place}: {room} is not in the table")),
                Some((_, allowed)) if allowed.contains(&"*") || allowed.contains(&used.as_str()) => {}
                Some(_) => broken.push(format!("{place}: {room} may not use {used}")),
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_row_and_every_permission_is_used() {
    let files = File::all();
    let house = House::of(&files);
    let mut idle = Vec::new();
    for (folder, table) in TABLES {
        let used = uses(&files, &house, folder);
        for (room, allowed) in table {
            let path: Vec<String> = folder.iter().chain([room]).map(|part| (*part).to_owned()).collect();
            if !house.modules.contains(&path) {
                idle.push(format!("{}: no such room", path.join("/")));
            }
            for other in allowed.iter().filter(|other| **other != "*") {
                if !used.contains_key(&((*room).to_owned(), (*other).to_owned())) {
                    idle.push(format!("{room} never uses {other}"));
                }
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = File::all();
    let mut circles = Vec::new();
    for (folder, imports) in neighbours(&files, &House::of(&files)) {
        for (from, to) in circle(&imports).into_iter().flatten() {
            let place = &imports[&(from.clone(), to.clone())];
            circles.push(format!("{place}: src/{}: {from} uses {to}, in a circle", folder.join("/")));
        }
    }
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn every_file_opens_by_saying_what_it_is_and_stays_short() {
    let mut broken = Vec::new();
    for file in File::all() {
        let path = file.path.display();
        if !file.code.starts_with("//!") {
            broken.push(format!("{path}:1: no head (//!)"));
        }
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let lines = file.body().lines().filter(is_code).count();
        if lines > LONGEST_FILE {
            broken.push(format!("{path}: {lines} lines of code, {LONGEST_FILE} at most"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The sentences of a Markdown file outside of code: of its paragraphs, list items and table cells.
fn sentences(markdown: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let prose = markdown.split("```").step_by(2).flat_map(|part| part.lines().chain([""]));
    for line in prose {
        let text = line.trim_start();
        let is_item = text.starts_with(['-', '*', '#', '|']) && !text.starts_with("**")
            || text.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        if text.is_empty() || is_item {
            blocks.push(String::new());
        }
        match text.starts_with('|') {
            true => blocks.extend(text.split('|').map(str::to_owned)),
            false => blocks.last_mut().unwrap().extend([text, " "]),
        }
    }
    blocks.iter().flat_map(|block| block.split(". ").flat_map(|s| s.split("? ")).map(str::to_owned)).collect()
}

#[test]
fn no_sentence_of_the_guides_is_longer_than_forty_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for guide in ["README.md", "ARCHITECTURE.md"] {
        let all = sentences(&fs::read_to_string(root.join(guide)).unwrap());
        assert!(all.len() > 50, "{guide} has {} sentences", all.len());
        let long: Vec<_> =
            all.iter().filter(|sentence| sentence.split_whitespace().count() > LONGEST_SENTENCE).collect();
        assert!(long.is_empty(), "{guide}: {long:#?}");
    }
}

#[test]
fn the_checker_sees_imports_and_circles() {
    let written = |code: &str| {
        let paths = paths_behind(code, &["crate::", "super::", "self::"]);
        paths.into_iter().map(|(line, path)| format!("{line} {}", path.join("::"))).collect::<Vec<_>>()
    };
    assert_eq!(written("use crate::page::Line;"), ["1 crate::page::Line"]);
    assert_eq!(
        written("use crate::{\n    page,\n    text::{Span, fold as f},\n};\nlet x = super::y(1, z);"),
        ["1 crate::page", "1 crate::text::Span", "1 crate::text::fold", "5 super::y"]
    );
    assert_eq!(written("// crate::page\nmycrate::x; a::self::b"), Vec::<String>::new());

    let told: Vec<String> = sentences("One\ntwo. Three?\n\n```\ncode\n```\n- four\n1. five\n| six | seven |\n");
    let told: Vec<&str> = told.iter().map(|s| s.trim()).filter(|s| !s.is_empty()).collect();
    assert_eq!(told, ["One two", "Three", "- four", "1", "five", "six", "seven"]);

    let imports = |all: &[(&str, &str)]| {
        all.iter().map(|(a, b)| (((*a).to_owned(), (*b).to_owned()), String::new())).collect::<BTreeMap<_, _>>()
    };
    assert!(circle(&imports(&[("a", "b"), ("b", "c"), ("a", "c")])).is_none());
    let round = imports(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "y")]);
    assert_eq!(circle(&round).map(|found| found.len()), Some(3));
}
