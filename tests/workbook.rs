//! `congvan register --format xlsx`, read back by another program's reader: text cells, paper, repeated headings.

use assert_cmd::Command;
use calamine::{Data, Reader, Xlsx};
use congvan::record::{Issuer, Number, Received, Record};
use congvan::store::{FileResult, StoredDocument, open};
use std::io::Cursor;
use std::path::Path;

/// A store with one letter whose every text wants to be a formula.
fn store(folder: &Path) {
    let record = Record {
        id: "aaaaaaaaaaaaaaaa-1".into(),
        number: Some(Number { normalized: Some("+117/UBND".into()), ..Number::default() }),
        issued_on: Some("2024-02-05".into()),
        issuer: Some(Issuer { parent: None, name: "@SUM(A1)".into() }),
        subject: Some("=HYPERLINK(\"http://a\")\u{1b}\nkhen thưởng".into()),
        received: Some(Received { number: Some("045".into()), date: Some("2024-06-05".into()), office: None }),
        ..Record::default()
    };
    let file = FileResult {
        sha256: "a".repeat(64),
        name: "a.pdf".into(),
        pipeline_version: "1".into(),
        records: vec![StoredDocument { record, text: String::new() }],
        ..FileResult::default()
    };
    open(&format!("sqlite://{}", folder.join("congvan.db").display())).unwrap().put_file(&file).unwrap();
}

fn register(folder: &Path, args: &[&str]) -> (i32, Vec<u8>, String) {
    written(folder, &[&["--format", "xlsx"], args].concat())
}

fn written(folder: &Path, args: &[&str]) -> (i32, Vec<u8>, String) {
    let mut command = Command::cargo_bin("congvan").unwrap();
    command.env_clear().current_dir(folder).args(["register", "--today", "2024-06-05"]).args(args);
    let out = command.output().unwrap();
    (out.status.code().unwrap(), out.stdout, String::from_utf8(out.stderr).unwrap())
}

fn cells(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).unwrap().is_empty(), "no formula anywhere");
    book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn every_cell_is_text_whatever_a_letter_says() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let (code, bytes, err) = register(folder.path(), &["--from", "2024-06-01", "--to", "2024-06-30"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let rows = cells(&bytes);
    let text = |row: usize, column: usize| match &rows[row][column] {
        Data::String(s) => s.clone(),
        Data::Empty => String::new(),
        other => panic!("row {row}, column {column}: {other:?}"),
    };
    assert_eq!(text(0, 0), "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN");
    assert_eq!(text(1, 0), "Từ ngày 01/6/2024 đến ngày 30/6/2024");
    let head: Vec<String> = (0..10).map(|c| text(2, c)).collect();
    assert_eq!((head[0].as_str(), head[9].as_str(), rows[2].len()), ("Ngày đến", "Ghi chú", 10));
    let entry: Vec<String> = (0..6).map(|c| text(4, c)).collect();
    let subject = "=HYPERLINK(\"http://a\")\nkhen thưởng";
    assert_eq!(entry, ["05/6/2024", "045", "@SUM(A1)", "+117/UBND", "05/02/2024", subject]);
    assert!((6..10).all(|c| text(4, c).is_empty()), "columns for the pen");
    let (_, csv, _) = written(folder.path(), &["--format", "csv", "--columns", "author,number,subject"]);
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains("\r\n'@SUM(A1),'+117/UBND,\"'=HYPERLINK("), "{csv}");
}

#[test]
fn it_prints_on_a4_landscape_with_headings_on_every_page() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let (_, bytes, _) = register(folder.path(), &["--book", "handling"]);
    let part = |name: &str| {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    for words in [
        "paperSize=\"9\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "&amp;P/&amp;N",
    ] {
        assert!(sheet.contains(words), "no {words} in {sheet}");
    }
    assert!(part("xl/workbook.xml").contains("Print_Titles") && part("xl/workbook.xml").contains("$3:$4"));
    let styles = part("xl/styles.xml");
    assert!(styles.contains("Times New Roman") && styles.contains("wrapText=\"1\""), "{styles}");
    assert_eq!(cells(&bytes)[0][0], Data::String("SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN".into()));
    assert_eq!(cells(&bytes)[2].len(), 7);
}

#[test]
fn a_workbook_is_not_overwritten_unasked_and_comes_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let path = folder.path().join("so.xlsx");
    assert_eq!(register(folder.path(), &["-o", "so.xlsx"]).0, 0);
    let first = std::fs::read(&path).unwrap();
    let (code, _, err) = register(folder.path(), &["-o", "so.xlsx", "--columns", "number"]);
    assert!(code == 2 && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(&path).unwrap(), first);
    assert_eq!(register(folder.path(), &["-o", "so.xlsx", "--force"]).0, 0);
    assert_eq!(std::fs::read(&path).unwrap(), first);
    let (code, one, _) = register(folder.path(), &["--columns", "number"]);
    assert_eq!((code, cells(&one)[4].len()), (0, 1));
}
