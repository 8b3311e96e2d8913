//! Lists `dictionaries/**` into the binary.
//!
//! in: the data files → out: `$OUT_DIR/dictionaries.rs`, a slice of (path below `dictionaries/`, contents), sorted by path.
//! Leaves out: the trained models under `dictionaries/model/` (embedded as bytes where they are used) and README files.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("dictionaries");
    println!("cargo:rerun-if-changed=dictionaries");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let below = file.strip_prefix(&root).expect("collected below root").to_string_lossy().replace('\\', "/");
        code += &format!("    ({below:?}, include_str!({:?})),\n", file.to_string_lossy());
    }
    code += "]\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("dictionaries.rs"), code).expect("OUT_DIR is writable");
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|n| n != "model") {
                collect(&path, into);
            }
        } else if path.extension().is_some_and(|e| e == "toml" || e == "txt" || e == "tsv") {
            println!("cargo:rerun-if-changed={}", path.display());
            into.push(path);
        }
    }
}
