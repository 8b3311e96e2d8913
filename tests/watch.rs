//! A drop folder with the real binary: slow writers, restarts, failing files, signals, the shipped service.

use assert_cmd::cargo::cargo_bin;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn letter(serial: u32) -> String {
    format!(
        "UBND PHƯỜNG ĐỒNG MÂY\n\nSố: {serial}/UBND-VP\n\nĐồng Mây, ngày 20 tháng 5 năm 2024\n\nV/v báo cáo kết quả\n\n\
         Kính gửi: Các tổ dân phố\n\nĐề nghị các tổ dân phố gửi báo cáo trước ngày 05/6/2024.\n"
    )
}

fn office() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("scans");
    fs::create_dir(&inbox).unwrap();
    (folder, inbox)
}

fn congvan(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("congvan"));
    command
        .env_clear()
        .current_dir(folder)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

fn watch(folder: &Path) -> Child {
    congvan(folder, &["watch", "scans", "--settle", "1"]).spawn().unwrap()
}

/// Ends it as systemd does; gives its status and what it said.
fn terminate(mut child: Child) -> (Option<i32>, String) {
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

/// Numbers of the stored letters, sorted; none while there is no store.
fn stored(folder: &Path) -> Vec<String> {
    let out = congvan(folder, &["list", "--format", "json"]).output().unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_slice(&out.stdout).unwrap_or_default();
    let mut numbers: Vec<String> = list.iter().map(|d| d["number"].as_str().unwrap_or("?").to_owned()).collect();
    numbers.sort();
    numbers
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn letters_are_read_as_they_arrive_and_only_when_complete() {
    let (folder, inbox) = office();
    fs::write(inbox.join("01.txt"), letter(1)).unwrap();
    let child = watch(folder.path());
    until("the letter that was there", || stored(folder.path()) == ["1/UBND-VP"]);
    // a slow scanner: the head first, the rest piece by piece, longer than a file has to rest
    let whole = letter(2);
    let mut file = OpenOptions::new().create_new(true).append(true).open(inbox.join("02.txt")).unwrap();
    for piece in whole.as_bytes().chunks(whole.len() / 6 + 1) {
        file.write_all(piece).unwrap();
        file.flush().unwrap();
        std::thread::sleep(Duration::from_millis(400));
        assert_eq!(stored(folder.path()), ["1/UBND-VP"], "half a letter was read");
    }
    // one that gets its name when it is complete, in a folder made later
    fs::create_dir(inbox.join("scanner-2")).unwrap();
    fs::write(inbox.join("scanner-2/03.txt.part"), letter(3)).unwrap();
    until("the slow letter", || stored(folder.path()) == ["1/UBND-VP", "2/UBND-VP"]);
    fs::rename(inbox.join("scanner-2/03.txt.part"), inbox.join("scanner-2/03.txt")).unwrap();
    until("the renamed letter", || stored(folder.path()) == ["1/UBND-VP", "2/UBND-VP", "3/UBND-VP"]);
    let (status, said) = terminate(child);
    assert_eq!(status, Some(0), "{said}");
    for name in ["01.txt", "02.txt", "scanner-2/03.txt"] {
        assert!(inbox.join(name).exists(), "{name} was moved");
    }
    assert_eq!(said.matches("document(s)").count(), 3, "{said}");
}

#[test]
fn a_failing_file_is_told_once_and_tried_again_when_it_changes() {
    let (folder, inbox) = office();
    let bad = inbox.join("04.pdf");
    fs::write(&bad, "%PDF-1.7 cut off").unwrap();
    let child = watch(folder.path());
    until("the failure in the store", || {
        let out = congvan(folder.path(), &["export"]).output().unwrap();
        String::from_utf8_lossy(&out.stdout).contains("04.pdf")
    });
    fs::write(inbox.join("05.txt"), letter(5)).unwrap();
    until("the good letter", || stored(folder.path()) == ["5/UBND-VP"]);
    fs::write(&bad, letter(4)).unwrap();
    until("the mended letter", || stored(folder.path()) == ["4/UBND-VP", "5/UBND-VP"]);
    let (status, said) = terminate(child);
    assert_eq!(status, Some(0));
    let told = said.lines().filter(|l| l.contains("04.pdf: cut off")).count();
    assert_eq!(told, 1, "{said}");
}

/// SIGKILL at moments that differ, again and again: at the end every letter is there, once.
#[test]
fn killed_watches_lose_and_double_nothing() {
    let (folder, inbox) = office();
    for round in 0..8_u32 {
        fs::write(inbox.join(format!("{round}.txt")), letter(100 + round)).unwrap();
        let mut child = watch(folder.path());
        std::thread::sleep(Duration::from_millis(900 + 170 * u64::from(round)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let expected: Vec<String> = (100..=108).map(|serial| format!("{serial}/UBND-VP")).collect();
    let child = watch(folder.path());
    // one letter more: the killed ones may have done all, and this one takes signals once it has read something
    fs::write(inbox.join("8.txt"), letter(108)).unwrap();
    until("all letters", || stored(folder.path()) == expected);
    let (status, said) = terminate(child);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn one_look_reads_what_is_complete_and_says_how_it_went() {
    let (folder, inbox) = office();
    fs::write(inbox.join("1.txt"), letter(1)).unwrap();
    let once = || {
        let out = congvan(folder.path(), &["watch", "scans", "--once", "--settle", "1"]).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let (status, said) = once();
    assert_eq!((status, stored(folder.path()).len()), (Some(0), 1), "{said}");
    // known by content: nothing is read again, under whatever name
    fs::rename(inbox.join("1.txt"), inbox.join("renamed.txt")).unwrap();
    let (status, said) = once();
    assert_eq!((status, said.as_str(), stored(folder.path()).len()), (Some(0), "", 1));
    fs::write(inbox.join("empty.pdf"), "").unwrap();
    let (status, said) = once();
    assert_eq!(status, Some(1));
    assert!(said.contains("empty.pdf"), "{said}");
}

#[test]
fn a_wrong_folder_is_refused_at_once() {
    let (folder, _) = office();
    let out = congvan(folder.path(), &["watch", "nowhere"]).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("nowhere: is no folder"), "{out:?}");
}

/// Needs systemd's own checker; passes with a line where there is none.
#[test]
fn the_shipped_service_is_in_order() {
    let unit =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/congvan-watch.service")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // systemd looks whether the program is there
    let here = unit.replace("/usr/local/bin/congvan", &cargo_bin("congvan").display().to_string());
    assert_ne!(unit, here);
    let path = folder.path().join("congvan-watch.service");
    fs::write(&path, here).unwrap();
    match Command::new("systemd-analyze").arg("verify").arg(&path).output() {
        Ok(out) => {
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            let about_us: Vec<&str> = said.lines().filter(|l| l.contains("congvan-watch")).collect();
            assert!(out.status.success() && about_us.is_empty(), "{said}");
        }
        Err(_) => println!("systemd-analyze is not installed: not checked"),
    }
}
