//! Secrets stop, with the real binary: what bears a mark of secrecy leaves no word in the store, in outputs, in what is said.
//!
//! The letters are written here. Every test looks through the bytes of all files that the program left.

use assert_cmd::cargo::cargo_bin;
use congvan::record::{Record, SourceRef};
use congvan::store::{Change, FileResult, Query, StoredDocument, exchange, open};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

mod cluster;

/// A word that stands nowhere else.
const WORDS: [&str; 3] = ["Kim Lư Thạch", "kim lu thach", "thạch"];

fn congvan(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(cargo_bin("congvan"));
    command.current_dir(folder).env_remove("CONGVAN_STORE").env("NO_COLOR", "1").stdin(Stdio::null());
    // configurations of whoever runs the tests do not count
    command.env("XDG_CONFIG_HOME", folder.join("none"));
    command.args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn letter(head: &str) -> String {
    format!(
        "UBND TỈNH HÀ LÂM\n{head}\nHà Lâm, ngày 05 tháng 3 năm 2026\nBÁO CÁO\nVề kho Kim Lư Thạch\n\
         Kính gửi: Bộ Chỉ huy\nKho Kim Lư Thạch chứa nhiều hàng. Đề nghị báo cáo trước ngày 20/3/2026.\nNơi nhận:\n- Lưu: VT.\n"
    )
}

const SECRET: &str = "Số: 12/BC-UBND\nTỐI MẬT";
const PLAIN: &str = "Số: 12/BC-UBND";

/// All files under a folder, the inputs left out.
fn left_in(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).into_iter().flatten().map(|e| e.into_path()).filter(|p| p.is_file());
    files.filter(|path| !path.starts_with(folder.join("in"))).collect()
}

fn holds_word(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    WORDS.into_iter().find(|word| text.contains(&word.to_lowercase()))
}

fn nothing_is_left(folder: &Path) {
    for path in left_in(folder) {
        let found = holds_word(&fs::read(&path).unwrap());
        assert!(found.is_none(), "{} holds {found:?}", path.display());
    }
}

/// A folder with `in/thu.txt`.
fn with_letter(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/thu.txt"), text).unwrap();
    folder
}

#[test]
fn a_secret_letter_leaves_its_name_and_the_reason() {
    let folder = with_letter(&letter(SECRET));
    let here = folder.path();
    fs::write(here.join("in/thuong.txt"), letter(PLAIN).replace("Kim Lư Thạch", "An Bình")).unwrap();
    let run = congvan(here, &["run", "in", "--out", "out", "-v"]);
    let told = said(&run);
    assert_eq!(run.status.code(), Some(1), "{told}");
    assert!(told.contains("thu.txt, page 1: mang dấu TỐI MẬT"), "{told}");
    assert_eq!(holds_word(told.as_bytes()), None, "{told}");
    nothing_is_left(here);
    // the other letter is there
    let list = congvan(here, &["list"]);
    assert!(said(&list).contains("12/BC-UBND") && said(&list).contains("1 tệp bị cách ly"), "{}", said(&list));
    let kept_back = congvan(here, &["list", "--quarantined", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_slice(&kept_back.stdout).unwrap();
    assert_eq!((rows[0]["file"].as_str(), rows[0]["page"].as_u64()), (Some("thu.txt"), Some(1)), "{rows}");
    assert_eq!(rows.as_array().unwrap().len(), 1);
    for args in [&["export"][..], &["search", "kho"], &["deadlines"], &["calendar", "-o", "a.ics"], &["status"]] {
        let asked = congvan(here, args);
        assert_eq!(holds_word(&asked.stdout), None, "{args:?}");
    }
    // known now, and told again
    let again = congvan(here, &["run", "in"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("mang dấu TỐI MẬT"), "{}", said(&again));
    nothing_is_left(here);
}

#[test]
fn every_command_that_reads_files_refuses() {
    let folder = with_letter(&letter(SECRET));
    let commands: [&[&str]; 9] = [
        &["ocr", "in/thu.txt", "-o", "o.txt"],
        &["ocr", "in/thu.txt", "--as-read"],
        &["ocr", "in/thu.txt", "--format", "json"],
        &["extract", "in/thu.txt"],
        &["extract", "in/thu.txt", "--format", "table", "-o", "e.txt"],
        &["check", "in/thu.txt", "--format", "html", "-o", "c.html"],
        &["explain", "in/thu.txt", "--images", "trang"],
        &["restore", "in/thu.txt"],
        &["watch", "in", "--once", "--settle", "1"],
    ];
    for args in commands {
        let done = congvan(folder.path(), args);
        let told = said(&done);
        assert_eq!(done.status.code(), Some(1), "{args:?}: {told}");
        assert!(told.contains("TỐI MẬT"), "{args:?}: {told}");
        assert_eq!(holds_word(told.as_bytes()), None, "{args:?}");
        nothing_is_left(folder.path());
    }
}

#[test]
fn a_mark_on_a_later_page_takes_the_earlier_ones_with_it() {
    let folder = with_letter(&format!("{}\u{c}PHỤ LỤC\nMẬT\nKim Lư Thạch lần nữa\n", letter(PLAIN)));
    let run = congvan(folder.path(), &["run", "in", "--out", "out", "--jobs", "1"]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    nothing_is_left(folder.path());
}

#[test]
fn secrets_are_read_only_where_the_configuration_says_offline() {
    let folder = with_letter(&letter(SECRET));
    let refused = congvan(folder.path(), &["extract", "in/thu.txt", "--allow-secret"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("offline = true"), "{}", said(&refused));
    fs::write(folder.path().join("congvan.toml"), "offline = true\n").unwrap();
    // declared offline is not enough: it must be asked for
    assert_eq!(congvan(folder.path(), &["extract", "in/thu.txt"]).status.code(), Some(1));
    assert_eq!(congvan(folder.path(), &["run", "in"]).status.code(), Some(1));
    let read = congvan(folder.path(), &["extract", "in/thu.txt", "--allow-secret"]);
    assert_eq!(read.status.code(), Some(0), "{}", said(&read));
    assert!(said(&read).contains("\"secrecy\": \"tối mật\""), "{}", said(&read));
    // what was kept back is read now
    let run = congvan(folder.path(), &["run", "in", "--allow-secret"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert!(said(&congvan(folder.path(), &["list"])).contains("Kim Lư Thạch"));
}

#[test]
fn somebody_who_has_seen_the_paper_releases_it_by_its_bytes() {
    let folder = with_letter(&letter("Số: 12/BC-UBND\nMẬT"));
    let told = said(&congvan(folder.path(), &["run", "in"]));
    let digest = told.split('"').nth(1).unwrap();
    fs::write(folder.path().join("congvan.toml"), format!("not_secret = [\"{digest}\"]\n")).unwrap();
    let run = congvan(folder.path(), &["run", "in"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    fs::write(folder.path().join("congvan.toml"), "not_secret = [\"12\"]\n").unwrap();
    assert_eq!(congvan(folder.path(), &["run", "in"]).status.code(), Some(3));
}

/// A file that an earlier version stored: record, text, words, pages and history.
fn stored_before() -> (FileResult, Vec<Change>) {
    let sha256 = "abcdef01".repeat(8);
    let id = Record::id_of(&sha256, 1);
    let source = SourceRef {
        file: "thu.txt".into(),
        sha256: sha256.clone(),
        part: 1,
        parts: 1,
        pages: Some([1, 1]),
        container: Vec::new(),
    };
    let record = Record { id: id.clone(), source, subject: Some("Kho Kim Lư Thạch".into()), ..Record::default() };
    let records = vec![StoredDocument { record, text: "Kim Lư Thạch, kim lu thach. ".repeat(400) }];
    let change = Change {
        document: id,
        field: "subject".into(),
        was: Some("\"Kim Lư Thạch\"".into()),
        who: "congvan".into(),
        ..Change::default()
    };
    (FileResult { sha256, name: "thu.txt".into(), records, ..FileResult::default() }, vec![change])
}

fn is_forgotten(url: &str) {
    let mut store = open(url).unwrap();
    let (file, history) = stored_before();
    store.put_file(&file).unwrap();
    store.put_page(&file.sha256, 1, 7, "{\"lines\":[\"Kim Lư Thạch\"]}").unwrap();
    store.append_history(&history).unwrap();
    assert_eq!(store.search(&Query::parse("kim lu thach").unwrap(), 5).unwrap().len(), 1);
    let failures = vec![(Some(1), "mang dấu MẬT".to_owned())];
    let secret = FileResult { failures, is_secret: true, ..file.clone() };
    store.put_file(&secret).unwrap();
    assert!(store.search(&Query::parse("kim lu thach").unwrap(), 5).unwrap().is_empty());
    assert_eq!(holds_word(exchange::dump(store.as_ref()).unwrap().as_bytes()), None);
    let row = &store.files().unwrap()[0];
    assert_eq!((row.status.id(), row.page, row.message.as_deref()), ("quarantined", Some(1), Some("mang dấu MẬT")));
    assert_eq!(store.counts().unwrap().quarantined, 1);
    // the history is guarded as before
    assert!(store.history(None).unwrap().is_empty());
}

#[test]
fn what_an_earlier_version_stored_is_taken_out_to_the_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    is_forgotten(&format!("sqlite://{}", folder.path().join("a.db").display()));
    nothing_is_left(folder.path());
    is_forgotten(&cluster::database());
}
