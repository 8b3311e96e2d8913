//! No room: a full file system (a small tmpfs, needs root) and a limit on the size of files (needs nobody's leave).
//!
//! Promises: one line says what happened, nothing is damaged, and with room the same command ends as in calm.

use crate::office::{Desk, assert_refused, assert_same, deliver, said};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

const LETTERS: std::ops::Range<u32> = 1..80;
const NO_ROOM: &[&str] = &["make room"];

fn calm() -> Vec<serde_json::Value> {
    let calm = Desk::with_file();
    deliver(&calm.path("in"), LETTERS);
    calm.ok(&["run", "in", "--quiet"]);
    calm.contents()
}

/// A file system of its own in a folder of the desk.
struct Disk<'a>(&'a Path);

impl Disk<'_> {
    /// `None`, with a line that says so, where nobody lets us mount one.
    fn of(folder: &Path) -> Option<Disk<'_>> {
        fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(folder).output();
        match mounted {
            Ok(out) if out.status.success() => Some(Disk(folder)),
            other => {
                println!("no small file system: not checked ({other:?})");
                None
            }
        }
    }
    /// Leaves this many KiB free.
    fn leave(&self, kib: u64) {
        let sizes = Command::new("df").args(["--output=avail", "-k"]).arg(self.0).output().unwrap().stdout;
        let free: u64 = String::from_utf8(sizes).unwrap().lines().nth(1).unwrap().trim().parse().unwrap();
        fs::write(self.0.join(".fill"), vec![1; ((free - kib) * 1024) as usize]).unwrap();
    }
    fn free(&self) {
        fs::remove_file(self.0.join(".fill")).unwrap();
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_store_on_a_full_disk_goes_on_when_there_is_room() {
    let expected = calm();
    let mut refused = 0;
    // from no room for the first byte to room for all but the last letters
    for kib in [0, 4, 12, 36, 40, 100, 200, 400, 800, 1_600] {
        let desk = Desk::with("sqlite://disk/congvan.db".to_owned());
        let place = desk.path("disk");
        let Some(disk) = Disk::of(&place) else { return };
        deliver(&desk.path("in"), LETTERS);
        disk.leave(kib);
        let out = desk.out(&["run", "in", "--quiet"]);
        if !out.status.success() {
            assert_refused(&out, "disk/congvan.db", NO_ROOM);
            refused += 1;
        }
        disk.free();
        desk.ok(&["run", "in", "--quiet"]);
        assert_same(&expected, &desk.contents(), &format!("{kib} KiB"));
    }
    assert!(refused >= 8, "{refused} runs had too little room");
}

#[test]
fn a_store_that_is_there_is_left_whole_by_a_disk_that_fills() {
    let desk = Desk::with("sqlite://disk/congvan.db".to_owned());
    let place = desk.path("disk");
    let Some(disk) = Disk::of(&place) else { return };
    deliver(&desk.path("in"), 1..40);
    desk.ok(&["run", "in", "--quiet"]);
    deliver(&desk.path("in"), LETTERS);
    for kib in [0, 8, 64] {
        disk.leave(kib);
        for command in [&["run", "in", "--quiet"][..], &["watch", "in", "--once", "--settle", "1", "--quiet"]] {
            assert_refused(&desk.out(command), "disk/congvan.db", NO_ROOM);
        }
        disk.free();
    }
    desk.ok(&["run", "in", "--quiet"]);
    assert_same(&calm(), &desk.contents(), "afterwards");
}

/// What is written from a store, and the file it goes to.
const RESULTS: [(&str, &[&str]); 5] = [
    ("all.jsonl", &["export", "-o", "disk/all.jsonl", "--force"]),
    ("list.csv", &["export", "--format", "csv", "-o", "disk/list.csv", "--force"]),
    ("backup.db", &["backup", "disk/backup.db", "--force"]),
    ("due.ics", &["calendar", "-o", "disk/due.ics", "--force"]),
    ("congvan.ics", &["run", "in", "--out", "disk", "--quiet"]),
];

#[test]
fn results_on_a_full_disk_leave_the_old_file_as_it_was() {
    let desk = Desk::with_file();
    let place = desk.path("disk");
    let Some(disk) = Disk::of(&place) else { return };
    deliver(&desk.path("in"), 1..10);
    desk.ok(&["run", "in", "--quiet"]);
    for (_, command) in RESULTS {
        desk.ok(command);
    }
    let old: Vec<Vec<u8>> = RESULTS.iter().map(|(name, _)| fs::read(place.join(name)).unwrap()).collect();
    deliver(&desk.path("in"), LETTERS);
    desk.ok(&["run", "in", "--quiet"]);
    for kib in [0, 8] {
        disk.leave(kib);
        let before = names(&place);
        for ((name, command), old) in RESULTS.iter().zip(&old) {
            let out = desk.out(command);
            assert_refused(&out, "disk/", NO_ROOM);
            assert!(*name == "congvan.ics" || said(&out).contains(&format!("disk/{name}: ")), "{}", said(&out));
            assert!(fs::read(place.join(name)).unwrap() == *old, "{name} was touched");
        }
        let new = names(&place).into_iter().filter(|name| !before.contains(name)).collect::<Vec<_>>();
        // `--out` gives each letter its own files; those for which there was room are whole
        assert!(new.iter().all(|name| name.starts_with("00-")), "{new:?} was left behind");
        disk.free();
    }
    for (name, command) in RESULTS {
        desk.ok(command);
        assert!(fs::metadata(place.join(name)).unwrap().len() > 4_096, "{name}");
    }
    let backup = Desk::with(format!("sqlite://{}", place.join("backup.db").display()));
    assert_same(&calm(), &backup.contents(), "the backup");
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Standard output and standard error that take nothing.
#[test]
fn a_full_standard_output_is_told_and_a_full_log_stops_nothing() {
    if !Path::new("/dev/full").exists() {
        return println!("no /dev/full: not checked");
    }
    let desk = Desk::with_file();
    deliver(&desk.path("in"), LETTERS);
    fs::write(desk.path("in/bad.pdf"), "%PDF-1.7 cut off").unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = desk.command(&["run", "in", "-v"]).stderr(full()).status().unwrap();
    assert_eq!(run.code(), Some(1), "one bad file, as it would be said");
    fs::remove_file(desk.path("in/bad.pdf")).unwrap();
    assert_eq!(desk.ok(&["export"]).matches("\"file\":{").count(), LETTERS.len() + 1);
    for command in [&["export"][..], &["export", "--format", "csv"], &["list"], &["calendar"]] {
        let out = desk.command(command).stdout(full()).output().unwrap();
        assert_refused(&out, "standard output", NO_ROOM);
    }
}

#[test]
fn a_limit_on_the_size_of_files_damages_nothing() {
    let expected = calm();
    // in 512 bytes; the store with its log wants 3 MiB
    for blocks in [0, 1, 8, 64, 65, 300, 1_000, 2_000] {
        for told in [true, false] {
            let desk = Desk::with_file();
            deliver(&desk.path("in"), LETTERS);
            let ignore = if told { "trap '' XFSZ; " } else { "" };
            let out = desk.after(&format!("{ignore}ulimit -f {blocks}"), &["run", "in", "--quiet"]);
            if told {
                assert_refused(&out, "congvan.db", NO_ROOM);
            } else {
                // by default the system kills who goes over the limit
                assert!(out.status.signal().is_some(), "{:?}: {}", out.status, said(&out));
            }
            desk.ok(&["run", "in", "--quiet"]);
            assert_same(&expected, &desk.contents(), &format!("{blocks} blocks, {told}"));
        }
    }
}
