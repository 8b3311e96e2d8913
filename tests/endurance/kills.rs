//! SIGKILL at random moments of `run` and `watch`, again and again, while letters keep coming in.
//!
//! Promises: the seed is printed, and `CONGVAN_SEED` sets it; most kills must hit a process that had begun to write, or the
//! test proves nothing.

use crate::office::{Desk, Pulse, assert_same, deliver, scans};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Letters that come in before each kill: more than are read until then.
const LETTERS: u32 = 12;
/// A process is killed within this time after it first writes; some ten letters are read in it.
const BRIEF: u64 = 40;
/// Every so many processes live long enough for scans.
const LONG_EVERY: u32 = 8;
/// How long these may live: two or three scanned pages are read in it.
const LONG: u64 = 4_000;

struct Plan {
    kills: u32,
    scans: usize,
    /// The same for both engines.
    calm: OnceLock<Outcome>,
}

/// What the store holds, and what the folder of `--out` shows.
type Outcome = (Vec<serde_json::Value>, BTreeMap<String, String>);

static SHORT: Plan = Plan { kills: 12, scans: 1, calm: OnceLock::new() };
static FULL: Plan = Plan { kills: 200, scans: usize::MAX, calm: OnceLock::new() };

#[test]
fn killed_processes_leave_a_whole_sqlite_store() {
    endure(&Desk::with_file(), &SHORT);
}

#[test]
fn killed_processes_leave_a_whole_postgresql_store() {
    endure(&Desk::with_database(), &SHORT);
}

#[test]
#[ignore = "minutes"]
fn two_hundred_kills_leave_a_whole_sqlite_store() {
    endure(&Desk::with_file(), &FULL);
}

#[test]
#[ignore = "minutes"]
fn two_hundred_kills_leave_a_whole_postgresql_store() {
    endure(&Desk::with_database(), &FULL);
}

fn endure(desk: &Desk, plan: &'static Plan) {
    let begun = Instant::now();
    let mut chance = Chance::new();
    let input = desk.path("in");
    plan.deliver_scans(&input);
    let mut pulse = Pulse::of(desk);
    let (mut alive, mut writing) = (0, 0);
    for round in 0..plan.kills {
        deliver(&input, round * LETTERS + 1..(round + 1) * LETTERS + 1);
        let (lived, wrote) = kill_one(desk, round, &mut pulse, &mut chance);
        alive += u32::from(lived);
        writing += u32::from(lived && wrote);
    }
    let killed = begun.elapsed();
    let (found, files) = outcome(desk);
    let (expected, expected_files) = plan.calm.get_or_init(|| plan.in_calm());
    assert_same(expected, &found, "after the kills");
    assert!(*expected_files == files, "the folder of --out");
    println!(
        "{} kills in {killed:.0?} (all: {:.0?}): {alive} hit a living process, {writing} of these had begun to write; \
         {} lines of the export are the same",
        plan.kills,
        begun.elapsed(),
        found.len()
    );
    assert!(writing * 10 >= plan.kills * 6, "only {writing} of {} kills hit a process that was writing", plan.kills);
}

impl Plan {
    fn deliver_scans(&self, input: &Path) {
        fs::create_dir(input).unwrap();
        for scan in scans(self.scans) {
            fs::copy(&scan, input.join(scan.file_name().unwrap())).unwrap();
        }
    }

    fn in_calm(&self) -> Outcome {
        let desk = Desk::with_file();
        self.deliver_scans(&desk.path("in"));
        deliver(&desk.path("in"), 1..self.kills * LETTERS + 1);
        outcome(&desk)
    }
}

/// Reads what is left to read; what is there then.
fn outcome(desk: &Desk) -> Outcome {
    desk.ok(&["run", "in", "--out", "out", "--quiet"]);
    (desk.contents(), outputs(&desk.path("out")))
}

/// Whether the process was alive when it was killed, and had written.
fn kill_one(desk: &Desk, round: u32, pulse: &mut Pulse, chance: &mut Chance) -> (bool, bool) {
    pulse.beats();
    let args: &[&str] = match round % 4 {
        0 => &["run", "in", "--quiet"],
        2 => &["run", "in", "--quiet", "--out", "out"],
        _ => &["watch", "in", "--quiet", "--settle", "1"],
    };
    let mut child = desk.start(args);
    let mut wrote = false;
    // every fifth dies while it starts, the others some time after they first wrote
    let early = round % 5 == 4;
    let until = Instant::now() + Duration::from_millis(if early { chance.below(300) } else { 60_000 });
    while !wrote && Instant::now() < until && child.try_wait().unwrap().is_none() {
        wrote = pulse.beats();
        std::thread::sleep(Duration::from_micros(500));
    }
    if !early {
        let long = round % LONG_EVERY >= LONG_EVERY - 2;
        std::thread::sleep(Duration::from_micros(chance.below(1_000 * if long { LONG } else { BRIEF })));
    }
    let lived = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    (lived, wrote)
}

/// What a folder shows: names and contents. Hidden files are what was being written when its writer died.
fn outputs(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let named =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()));
    named.filter(|(name, _)| !name.starts_with('.')).collect()
}

/// Xorshift; the same seed gives the same moments.
struct Chance(u64);

impl Chance {
    fn new() -> Chance {
        let given = std::env::var("CONGVAN_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| jiff::Timestamp::now().as_nanosecond() as u64 | 1);
        println!("CONGVAN_SEED={seed}");
        Chance(seed)
    }
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
