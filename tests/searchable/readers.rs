//! What other programs find in a PDF: PDFium, MuPDF, poppler, PDFBox.
//!
//! in: the path of a PDF → out: per reader its text, and where it can tell them its words with their boxes.

use regex::Regex;
use std::path::Path;

/// A word as a reader gives it, in points from the upper left of its page.
#[derive(Debug, Clone)]
pub struct Seen {
    pub text: String,
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

/// The words a reader gives, in its order; all pages.
pub type Reader = fn(&str) -> Vec<Seen>;

/// Readers that tell where words stand.
pub const WITH_BOXES: [(&str, Reader); 3] = [("pdfium", pdfium), ("mupdf", mupdf), ("poppler", poppler)];

pub fn told(program: &str, args: &[&str]) -> String {
    let out = std::process::Command::new(program).args(args).output();
    let out = out.unwrap_or_else(|e| panic!("{program}: {e}: `tools/setup tests` installs it"));
    assert!(out.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Texts of all pages, one after the other.
pub fn texts(pdf: &str) -> [(&'static str, String); 4] {
    let pdfium = pages(pdf).iter().map(|p| p["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n");
    let jars = "pdfbox2-tools pdfbox2 fontbox2 commons-logging";
    let jars: Vec<String> = jars.split(' ').map(|jar| format!("/usr/share/java/{jar}.jar")).collect();
    let class = "org.apache.pdfbox.tools.ExtractText";
    let pdfbox = ["-Dfile.encoding=UTF-8", "-cp", &jars.join(":"), class, "-encoding", "UTF-8", "-console", pdf];
    [
        ("pdfium", pdfium),
        ("mupdf", told("mutool", &["draw", "-q", "-F", "txt", pdf])),
        ("poppler", told("pdftotext", &[pdf, "-"])),
        ("pdfbox", told("java", &pdfbox)),
    ]
}

/// What PDFium says of each page.
pub fn pages(pdf: &str) -> Vec<serde_json::Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (python, script) = (root.join("target/tests-venv/bin/python"), root.join("tests/searchable/pdfium.py"));
    let said = told(python.to_str().unwrap(), &[script.to_str().unwrap(), pdf]);
    said.lines().map(|page| serde_json::from_str(page).unwrap()).collect()
}

fn pdfium(pdf: &str) -> Vec<Seen> {
    let word = |word: &serde_json::Value| {
        let number = |i: usize| word[i].as_f64().unwrap() as f32;
        let text = word[0].as_str().unwrap().to_owned();
        Seen { text, left: number(1), top: number(2), right: number(3), bottom: number(4) }
    };
    pages(pdf).iter().flat_map(|page| page["words"].as_array().unwrap().iter().map(word).collect::<Vec<_>>()).collect()
}

fn mupdf(pdf: &str) -> Vec<Seen> {
    let said = told("mutool", &["draw", "-q", "-F", "stext", pdf]);
    let char = Regex::new(r#"<char quad="([^"]*)".* c="([^"]*)"|(</line>)"#).unwrap();
    let mut words: Vec<Seen> = Vec::new();
    let mut open = false;
    for found in char.captures_iter(&said) {
        let text = found.get(2).map_or(" ".into(), |c| quick_xml::escape::unescape(c.as_str()).unwrap());
        if text.trim().is_empty() {
            open = false;
            continue;
        }
        let corners: Vec<f32> = found[1].split(' ').map(|n| n.parse().unwrap()).collect();
        let (left, top, right, bottom) = (corners[0], corners[1], corners[6], corners[7]);
        match words.last_mut().filter(|_| open) {
            Some(word) => {
                word.text.push_str(&text);
                word.right = right;
            }
            None => words.push(Seen { text: text.into_owned(), left, top, right, bottom }),
        }
        open = true;
    }
    words
}

fn poppler(pdf: &str) -> Vec<Seen> {
    let said = told("pdftotext", &["-bbox", pdf, "-"]);
    let word = Regex::new(r#"<word xMin="(.*)" yMin="(.*)" xMax="(.*)" yMax="(.*)">(.*)</word>"#).unwrap();
    let seen = |found: regex::Captures| {
        let number = |i: usize| found[i].parse().unwrap();
        Seen { left: number(1), top: number(2), right: number(3), bottom: number(4), text: found[5].to_owned() }
    };
    word.captures_iter(&said).map(seen).collect()
}
