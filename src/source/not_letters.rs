//! Texts that are no letters: what programs write for programs.
//!
//! in: a text and the name it came under → out: what it is and what to do, or nothing for a text that may be a letter.
//! Promises: told by how the text is built; the name decides only where its ending leaves no doubt and the text has no
//! word of a letter to say against it.
//! Leaves out: mails, web pages and exchange files: they are opened.

/// So much of a text shows how it is built.
const HEAD: usize = 16 << 10;
/// A text is lines of one form where so many of a hundred are.
const MOST_LINES: usize = 80;
/// Fewer lines have no form.
const FEWEST_LINES: usize = 3;

/// Endings of names that no letter bears, with what they are.
const ENDINGS: [(&[&str], &str); 12] = [
    (&["csv", "tsv"], "a table (CSV)"),
    (&["log"], "a program's log"),
    (
        &["ini", "cfg", "conf", "toml", "yaml", "yml", "properties", "env", "reg", "inf", "desktop"],
        "settings of a program",
    ),
    (&["json", "jsonl", "geojson"], "data of a program (JSON)"),
    (&["xml", "xsd", "xsl", "xslt", "rdf", "plist"], "data of a program (XML)"),
    (&["url", "webloc"], "a link to a web page"),
    (&["ics"], "a calendar"),
    (&["vcf"], "a card of an address book"),
    (&["svg"], "a drawing (SVG)"),
    (&["srt", "vtt"], "subtitles"),
    (
        &[
            "py", "js", "ts", "sh", "bat", "cmd", "ps1", "vbs", "sql", "css", "java", "c", "h", "cpp", "cs", "php",
            "rb", "go", "rs", "pl", "lua",
        ],
        "a program's text",
    ),
    (&["pem", "crt", "cer", "key", "asc", "sig", "p7s"], "a certificate or a signature"),
];

/// What the text is, if it is surely no letter, as a message that says what to do.
pub(super) fn what(text: &str, name: &str) -> Option<String> {
    let end = (0..=HEAD.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let head: &str = &text[..end];
    let what = by_form(head).or_else(|| by_name(name))?;
    Some(format!("{what}, no letter: where it holds one, save that as PDF or text"))
}

/// What bytes that nobody knows are by the name they came under, and what to do.
pub(super) fn binary(name: &str) -> Option<&'static str> {
    Some(match super::ending(name).as_str() {
        "p7m" => "a sealed mail (S/MIME): open it in the mail program and save what is attached to it",
        "p7s" | "cer" | "crt" | "pfx" | "p12" => "a certificate or a signature, no letter",
        "pst" | "ost" => "a mailbox of Outlook: save the mails that are wanted from Outlook",
        "dwg" | "dxf" | "dgn" => "a drawing of a CAD program: save it as PDF",
        "mdb" | "accdb" | "db" | "sqlite" => "a database, no letter",
        _ => return None,
    })
}

fn by_name(name: &str) -> Option<&'static str> {
    let ending = super::ending(name);
    ENDINGS.iter().find(|(endings, _)| endings.contains(&ending.as_str())).map(|(_, what)| *what)
}

fn by_form(head: &str) -> Option<&'static str> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let begins = |start: &str| head.get(..start.len()).is_some_and(|h| h.eq_ignore_ascii_case(start));
    let lines: Vec<&str> = head.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Some(match lines.first()? {
        _ if begins("<svg") || begins("<?xml") && head.contains("<svg") => "a drawing (SVG)",
        _ if begins("<?xml") || begins("<!doctype") || is_markup(head) => "data of a program (XML)",
        _ if begins("BEGIN:VCALENDAR") => "a calendar",
        _ if begins("BEGIN:VCARD") => "a card of an address book",
        _ if begins("-----BEGIN ") => "a certificate, a key or a signature",
        _ if begins("[InternetShortcut]") => "a link to a web page",
        _ if begins("%!PS") => "a file for a printer (PostScript)",
        _ if begins("#!") || begins("@echo off") || begins("<?php") => "a program's text",
        _ if is_json(head) => "data of a program (JSON)",
        _ if are_settings(&lines) => "settings of a program",
        _ if most(&lines, is_logged) => "a program's log",
        _ if is_separated(&lines) => "a table (CSV)",
        _ => return None,
    })
}

/// `<name …>` … `</name>`.
fn is_markup(head: &str) -> bool {
    let Some(name) = head
        .strip_prefix('<')
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && !":_-".contains(c)).next().unwrap_or(""))
    else {
        return false;
    };
    name.starts_with(char::is_alphabetic) && (head.contains("</") || head.contains("/>"))
}

/// An object or a list whose first key or item is quoted, a number or another object.
fn is_json(head: &str) -> bool {
    let mut chars = head.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some('"' | '}')) => head.contains("\":") || head.contains("\" :") || head.trim() == "{}",
        (Some('['), Some('{' | '[' | '"')) => true,
        _ => false,
    }
}

/// `[section]` and `key = value`.
fn are_settings(lines: &[&str]) -> bool {
    let section = |line: &str| line.starts_with('[') && line.ends_with(']') && !line.contains(' ');
    let key = |line: &str| {
        let Some((key, _)) = line.split_once('=') else { return false };
        let key = key.trim();
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "._-\"".contains(c))
    };
    let comment = |line: &str| line.starts_with(['#', ';']);
    lines.iter().any(|line| key(line)) && most(lines, |line| section(line) || key(line) || comment(line))
}

/// "2025-11-14 08:00:01 …", "[2025-11-14T…", "Nov 14 08:00:01 …".
fn is_logged(line: &str) -> bool {
    let start: String = line.trim_start_matches(['[', '(']).chars().take(24).collect();
    let digits = start.chars().filter(char::is_ascii_digit).count();
    let clock = start.split([' ', 'T']).any(|word| word.matches(':').count() >= 2);
    digits >= 6 && clock
}

/// Lines parted into the same number of cells by `;`, `,` or tabs, four or more.
fn is_separated(lines: &[&str]) -> bool {
    [',', ';', '\t'].iter().any(|&by| {
        let cells = lines.first().map_or(0, |line| line.matches(by).count());
        cells >= 3
            && lines.len() >= FEWEST_LINES
            && lines.iter().filter(|line| line.matches(by).count() == cells).count() * 100 >= lines.len() * 95
    })
}

fn most(lines: &[&str], is: impl Fn(&str) -> bool) -> bool {
    lines.len() >= FEWEST_LINES && lines.iter().filter(|line| is(line)).count() * 100 >= lines.len() * MOST_LINES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_is_told_from_letters() {
        for (text, name, wanted) in [
            ("<?xml version=\"1.0\"?><a>b</a>", "x.txt", Some("XML")),
            ("<svg xmlns=\"…\"><path/></svg>", "x", Some("SVG")),
            ("{\"so\": \"215/UBND\"}", "x.txt", Some("JSON")),
            ("[InternetShortcut]\nURL=https://example.vn", "x.url", Some("link")),
            ("[a]\nb = 1\nc = 2\n", "x.txt", Some("settings")),
            ("BEGIN:VCALENDAR\nEND:VCALENDAR", "x", Some("calendar")),
            ("2025-11-14 08:00:01 a\n2025-11-14 08:00:02 b\n2025-11-14 08:00:03 c", "x", Some("log")),
            ("a;b;c;d\n1;2;3;4\n5;6;7;8", "x.txt", Some("CSV")),
            ("#!/bin/sh\necho", "x", Some("program")),
            ("tên,số", "x.csv", Some("CSV")),
            ("UBND XÃ AN BÌNH\nSố: 12/UBND-VX\nKính gửi: các trường, các thôn, các ban, các hội", "x.txt", None),
            ("[1] Căn cứ\n[2] Kính gửi\n[3] Nơi nhận", "x.md", None),
            ("Kính gửi: ông A\n", "thư.docx", None),
            ("", "x.txt", None),
        ] {
            let said = what(text, name);
            assert_eq!(said.is_some(), wanted.is_some(), "{text:?}: {said:?}");
            assert!(wanted.is_none_or(|word| said.is_some_and(|said| said.contains(word))), "{text:?}");
        }
    }
}
