//! An office to be hurt: letters that are told apart, a folder to work in, a store of either engine, and what is held
//! against a calm run.

use crate::cluster;
use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A letter of its own number and day, so that none is taken for a copy of another.
pub fn letter(serial: u32) -> String {
    let (day, month, year) = (1 + serial % 28, 1 + serial / 28 % 12, 2015 + serial / 28 / 12);
    let before = serial.saturating_sub(1).max(1);
    format!(
        "UBND QUẬN AN LỘC\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc\n\n\
         Số: {serial}/NV-CCVC\tAn Lộc, ngày {day:02} tháng {month:02} năm {year}\n\n\
         V/v báo cáo số lượng cán bộ, công chức đợt {serial}\n\nKính gửi: Ủy ban nhân dân các phường\n\n\
         Tiếp theo Công văn số {before}/NV-CCVC, đề nghị Ủy ban nhân dân các phường gửi báo cáo trước ngày \
         {day:02}/{month:02}/{}. Mỗi phường gửi ít nhất {} danh sách.\n\nTRƯỞNG PHÒNG\n\nNguyễn Văn An\n",
        year + 1,
        1 + serial % 9,
    )
}

/// Puts letters of these numbers into a folder, the latest first in its order: a run comes to what is new at once.
pub fn deliver(folder: &Path, serials: std::ops::Range<u32>) {
    fs::create_dir_all(folder).unwrap();
    for serial in serials {
        fs::write(folder.join(format!("00-{:05}.txt", 99_999 - serial)), letter(serial)).unwrap();
    }
}

/// The scanned samples, smallest first.
pub fn scans(at_most: usize) -> Vec<PathBuf> {
    if !cfg!(feature = "ocr") {
        return Vec::new();
    }
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut found: Vec<PathBuf> = fs::read_dir(samples).unwrap().flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "pdf" || e == "tif" || e == "png" || e == "jpg"));
    found.sort_by_key(|path| (fs::metadata(path).unwrap().len(), path.clone()));
    found.truncate(at_most);
    found
}

/// A working folder and the store used in it.
pub struct Desk {
    folder: PathBuf,
    pub store: String,
    _keep: TempDir,
}

impl Desk {
    /// With a SQLite store.
    pub fn with_file() -> Desk {
        Desk::with("sqlite://congvan.db".to_owned())
    }
    /// With a PostgreSQL store.
    pub fn with_database() -> Desk {
        Desk::with(cluster::database())
    }
    /// One of each.
    pub fn of_every_kind() -> [Desk; 2] {
        [Desk::with_file(), Desk::with_database()]
    }
    pub fn with(store: String) -> Desk {
        let keep = tempfile::tempdir().unwrap();
        Desk { folder: keep.path().to_owned(), store, _keep: keep }
    }

    /// A path in the working folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Takes `congvan.db` away with the files beside it.
    pub fn remove_store(&self) {
        for name in ["congvan.db", "congvan.db-wal", "congvan.db-shm"] {
            let _ = fs::remove_file(self.path(name));
        }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        self.dressed(Command::new(cargo_bin("congvan")), args)
    }

    /// The program inside a shell that says `before` first.
    pub fn after(&self, before: &str, args: &[&str]) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{before}; exec \"$0\" \"$@\"")]).arg(cargo_bin("congvan"));
        self.dressed(shell, args).output().unwrap()
    }

    fn dressed(&self, mut command: Command, args: &[&str]) -> Command {
        command
            .current_dir(&self.folder)
            .args(args)
            .env("CONGVAN_STORE", &self.store)
            .env("NO_COLOR", "1")
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn out(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Starts it and lets it be; what it says is dropped.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Must succeed; gives standard output.
    pub fn ok(&self, args: &[&str]) -> String {
        let out = self.out(args);
        assert!(out.status.success(), "{args:?}: {:?}: {}", out.status, said(&out));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Everything the store holds, without what the clock wrote; also that it is whole.
    pub fn contents(&self) -> Vec<serde_json::Value> {
        let export = self.ok(&["export"]);
        let mut lines: Vec<serde_json::Value> =
            export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.iter_mut().for_each(forget_the_time);
        self.check_whole(&lines);
        lines
    }

    fn check_whole(&self, lines: &[serde_json::Value]) {
        let records = || lines.iter().filter_map(|line| line["file"]["records"].as_array()).flatten();
        let mut ids: Vec<&str> = records().map(|d| d["record"]["id"].as_str().unwrap()).collect();
        let documents = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(documents, ids.len(), "a document is there twice");
        assert!(lines.iter().all(|line| line.get("begun").is_none()), "a file was left half done");
        self.ok(&["doctor"]);
        match self.store.strip_prefix("sqlite://") {
            Some(file) => check_file(&self.folder.join(file)),
            None => check_database(&self.store, documents),
        }
    }
}

fn check_file(path: &Path) {
    let raw = rusqlite::Connection::open(path).unwrap();
    let say = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, String>(0));
    assert_eq!(say("PRAGMA integrity_check").unwrap(), "ok");
    assert!(say("PRAGMA foreign_key_check").is_err(), "a row without its owner");
    // the word index checks itself, and fails where it is wrong
    raw.execute("INSERT INTO words (words) VALUES ('integrity-check')", []).unwrap();
    let lost = "SELECT count(*) FROM documents WHERE key NOT IN (SELECT document FROM texts)
                OR key NOT IN (SELECT rowid FROM words)";
    assert_eq!(raw.query_row(lost, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "a document lacks its words");
}

fn check_database(url: &str, documents: usize) {
    let mut raw = cluster::client(url);
    for table in ["documents", "texts", "words"] {
        let count: i64 = raw.query_one(&format!("SELECT count(*) FROM congvan.{table}"), &[]).unwrap().get(0);
        assert_eq!(count, documents as i64, "rows in {table}");
    }
}

fn forget_the_time(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|key, _| key != "stored_at" && key != "at");
            map.values_mut().for_each(forget_the_time);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(forget_the_time),
        _ => {}
    }
}

/// The first lines that differ, cut short; nothing where none do.
pub fn assert_same(expected: &[serde_json::Value], found: &[serde_json::Value], when: &str) {
    let short = |value: &serde_json::Value| value.to_string().chars().take(600).collect::<String>();
    for (expected, found) in expected.iter().zip(found) {
        assert!(expected == found, "{when}:\nexpected {}\nfound    {}", short(expected), short(found));
    }
    assert_eq!(expected.len(), found.len(), "{when}: lines of the export");
}

/// What it said on standard error.
pub fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// One line that names the place, what happened and what to do; the status of an environment that is not ready.
pub fn assert_refused(out: &Output, place: &str, words: &[&str]) {
    let said = said(out);
    assert_eq!(out.status.code(), Some(3), "{:?}: {said}", out.status);
    let complaints: Vec<&str> = said.lines().collect();
    assert_eq!(complaints.len(), 1, "{said}");
    assert!(complaints[0].starts_with("congvan: ") && complaints[0].contains(place), "{place} in {said}");
    assert!(words.iter().any(|word| said.contains(word)), "{words:?} in {said}");
}

/// Waits for something that must come.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(120), "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Tells whether something was written to a store since it was asked last.
pub struct Pulse {
    kind: Kind,
    last: String,
}

enum Kind {
    /// The write-ahead log changes with every transaction.
    Log(PathBuf),
    Rows(String, Box<Option<postgres::Client>>),
}

impl Pulse {
    pub fn of(desk: &Desk) -> Pulse {
        let kind = match desk.store.strip_prefix("sqlite://") {
            Some(file) => Kind::Log(desk.path(&format!("{file}-wal"))),
            None => Kind::Rows(desk.store.clone(), Box::new(None)),
        };
        let mut pulse = Pulse { kind, last: String::new() };
        pulse.beats();
        pulse
    }

    pub fn beats(&mut self) -> bool {
        let now = match &mut self.kind {
            Kind::Log(path) => fs::metadata(path).map_or(String::new(), |log| match log.len() {
                0 => String::new(),
                length => format!("{length} {:?}", log.modified().unwrap()),
            }),
            Kind::Rows(url, client) => {
                let client = client.get_or_insert_with(|| cluster::client(url));
                let rows =
                    "SELECT concat((SELECT count(*) FROM congvan.files), ' ', (SELECT count(*) FROM congvan.pages),
                            ' ', (SELECT count(*) FROM congvan.documents))";
                client.query_one(rows, &[]).map_or(String::new(), |row| row.get(0))
            }
        };
        let beats = now != self.last && !now.is_empty();
        self.last = now;
        beats
    }
}
