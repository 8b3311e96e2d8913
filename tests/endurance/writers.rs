//! Two processes that write into one store at once.

use crate::office::{Desk, assert_same, deliver, said};
use std::process::Child;

fn ends_well(child: Child) {
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{:?}: {}", out.status, said(&out));
}

/// Starts both commands at the same moment, on both engines; afterwards all is as if one after the other had run.
fn at_once(first: &[&str], second: &[&str]) {
    let calm = Desk::with_file();
    fill(&calm);
    calm.ok(first);
    calm.ok(second);
    let expected = calm.contents();
    assert!(expected.len() > 200, "{} lines", expected.len());
    for desk in Desk::of_every_kind() {
        fill(&desk);
        // from an empty store: making it is part of the race
        let both = [first, second].map(|args| desk.command(args).spawn().unwrap());
        both.into_iter().for_each(ends_well);
        assert_same(&expected, &desk.contents(), &desk.store);
    }
}

fn fill(desk: &Desk) {
    deliver(&desk.path("a"), 1..120);
    deliver(&desk.path("b"), 120..240);
}

#[test]
fn runs_on_different_folders_both_succeed() {
    at_once(&["run", "a", "--quiet"], &["run", "b", "--quiet"]);
}

#[test]
fn runs_on_the_same_folder_both_succeed() {
    at_once(&["run", "a", "b", "--quiet", "--out", "out"], &["run", "a", "b", "--quiet", "--out", "out"]);
}

#[test]
fn a_run_and_a_watch_both_succeed() {
    at_once(&["run", "a", "b", "--quiet"], &["watch", "a", "b", "--once", "--settle", "1", "--quiet"]);
}
