//! The database goes away, is replaced, locked or made read-only, before a command and in the middle of one.
//!
//! Promises: one line says so, no success is claimed for what is lost, and when the database is back the same command ends
//! as in calm.

use crate::cluster::Cluster;
use crate::office::{Desk, Pulse, assert_refused, assert_same, deliver, until};
use std::fs;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

const LETTERS: std::ops::Range<u32> = 1..300;

fn desk_with_letters(store: &str) -> Desk {
    let desk = Desk::with(store.to_owned());
    deliver(&desk.path("in"), LETTERS);
    desk
}

fn calm() -> Vec<serde_json::Value> {
    let calm = desk_with_letters("sqlite://congvan.db");
    calm.ok(&["run", "in", "--quiet"]);
    calm.contents()
}

const RUN: &[&str] = &["run", "in", "--quiet"];
const WATCH: &[&str] = &["watch", "in", "--settle", "1", "--quiet"];

/// Starts the command and comes back when it has made the store and puts letters into it.
fn at_work(desk: &Desk, args: &[&str]) -> Child {
    let mut pulse = Pulse::of(desk);
    let child = desk.command(args).spawn().unwrap();
    let mut writes = 0;
    until("letters being stored", || {
        writes += u32::from(pulse.beats());
        writes == 8
    });
    child
}

/// Must end by itself.
fn ended(mut child: Child) -> Output {
    let patience = Instant::now() + Duration::from_secs(120);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > patience {
            child.kill().unwrap();
            panic!("goes on as if nothing had happened");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn a_store_deleted_or_replaced_during_the_work_is_no_success() {
    let expected = calm();
    let garbage = vec![0x5a; 100_000];
    for command in [RUN, WATCH] {
        let desk = desk_with_letters("sqlite://congvan.db");
        let child = at_work(&desk, command);
        fs::remove_file(desk.path("congvan.db")).unwrap();
        assert_refused(&ended(child), "congvan.db", &["deleted or replaced"]);
        desk.ok(RUN);
        assert_same(&expected, &desk.contents(), "deleted");

        let desk = desk_with_letters("sqlite://congvan.db");
        let child = at_work(&desk, command);
        fs::write(desk.path("garbage"), &garbage).unwrap();
        fs::rename(desk.path("garbage"), desk.path("congvan.db")).unwrap();
        assert_refused(&ended(child), "congvan.db", &["deleted or replaced"]);
        // what the old log still holds in full can be read
        for out in [RUN, &["list"], &["export"]].map(|command| desk.out(command)) {
            if !out.status.success() {
                assert_refused(&out, "congvan.db", &["not a congvan store", "move it away together with"]);
            }
        }
        desk.remove_store();
        assert_refused(&desk.out(&["list"]), "congvan.db", &["no store here"]);
        desk.ok(RUN);
        assert_same(&expected, &desk.contents(), "replaced");
    }
}

/// Garbage over the bytes of an open store: whatever the process makes of it, it ends by itself, and a new store gets all.
#[test]
fn a_store_overwritten_during_the_work_crashes_nobody() {
    let desk = desk_with_letters("sqlite://congvan.db");
    let child = at_work(&desk, RUN);
    fs::write(desk.path("congvan.db"), vec![0x5a; 100_000]).unwrap();
    let out = ended(child);
    assert!(matches!(out.status.code(), Some(0 | 3)), "{out:?}");
    desk.remove_store();
    desk.ok(RUN);
    assert_same(&calm(), &desk.contents(), "overwritten");
}

/// A watch goes on for weeks; what is deleted between two letters must not come back empty without a word.
#[test]
fn a_watch_whose_store_is_gone_between_letters_ends_and_reads_all_again() {
    let desk = Desk::with_file();
    deliver(&desk.path("in"), 1..10);
    let child = at_work(&desk, WATCH);
    let stored = || String::from_utf8(desk.out(&["export"]).stdout).unwrap().matches("{\"file\":{").count();
    until("the letters", || stored() == 9);
    fs::remove_file(desk.path("congvan.db")).unwrap();
    deliver(&desk.path("in"), 10..12);
    assert_refused(&ended(child), "congvan.db", &["no store here"]);
    desk.ok(&["watch", "in", "--once", "--settle", "1", "--quiet"]);
    desk.contents();
    assert_eq!(stored(), 11);
}

#[test]
fn a_store_that_cannot_be_written_is_told() {
    let desk = desk_with_letters("sqlite://disk/congvan.db");
    let place = desk.path("disk");
    fs::create_dir(&place).unwrap();
    // rights do not bind root, a read-only disk does
    let mounted = Command::new("mount").args(["-t", "tmpfs", "tmpfs"]).arg(&place).output().unwrap().status.success();
    desk.ok(&["run", "in/00-99998.txt", "--quiet"]);
    let writable = |yes: bool| match mounted {
        true => {
            let option = if yes { "remount,rw" } else { "remount,ro" };
            assert!(Command::new("mount").args(["-o", option]).arg(&place).status().unwrap().success());
        }
        false => {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::Permissions::from_mode(if yes { 0o755 } else { 0o555 });
            for path in [&place, &place.join("congvan.db")] {
                fs::set_permissions(path, mode.clone()).unwrap();
            }
        }
    };
    writable(false);
    let out = desk.out(RUN);
    writable(true);
    assert_refused(&out, "disk/congvan.db", &["check the rights of file and folder"]);
    desk.ok(RUN);
    assert_same(&calm(), &desk.contents(), "writable again");
    if mounted {
        Command::new("umount").arg("-l").arg(&place).status().unwrap();
    }
}

/// Another process holds the write lock for this long while letters are read.
fn locked_for(time: Duration) -> (Desk, Output) {
    let desk = desk_with_letters("sqlite://congvan.db");
    let child = at_work(&desk, RUN);
    let other = rusqlite::Connection::open(desk.path("congvan.db")).unwrap();
    other.busy_timeout(Duration::from_secs(60)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let until = Instant::now() + time;
    std::thread::sleep(until - Instant::now());
    other.execute_batch("ROLLBACK").unwrap();
    (desk, ended(child))
}

#[test]
fn a_locked_store_is_waited_for() {
    let (desk, out) = locked_for(Duration::from_secs(3));
    assert!(out.status.success(), "{out:?}");
    assert_same(&calm(), &desk.contents(), "locked for a while");
}

#[test]
#[ignore = "waits as long as the program does: half a minute"]
fn a_store_locked_for_long_is_told() {
    let (desk, out) = locked_for(Duration::from_secs(40));
    assert_refused(&out, "congvan.db", &["another process keeps the store busy"]);
    desk.ok(RUN);
    assert_same(&calm(), &desk.contents(), "locked for long");
}

#[test]
fn a_postgresql_that_crashes_is_told_and_the_work_goes_on_when_it_is_back() {
    let mut cluster = Cluster::start();
    let expected = calm();
    let away = ["lost: ", "lost;", "takes no question now", "cannot be reached"];
    for command in [RUN, WATCH] {
        let desk = desk_with_letters(&cluster.database());
        let child = at_work(&desk, command);
        cluster.crash();
        assert_refused(&ended(child), "postgres://", &away);
        for command in [RUN, WATCH, &["list"], &["export"]] {
            assert_refused(&desk.out(command), "postgres://", &["cannot be reached"]);
        }
        cluster.restart();
        desk.ok(RUN);
        assert_same(&expected, &desk.contents(), "after the crash");
    }
}
