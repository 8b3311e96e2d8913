//! A drop folder → the files in it that are complete and new.
//!
//! in: folders, the time → out: at each look the files that are new or changed and have rested since.
//! Promises: a file is handed out once for each state it comes to rest in; files being written, hidden ones and those
//! under temporary names wait; nothing is opened, moved or locked. Remembers a few words per file present, nothing of
//! files gone.
//! Leaves out: what is known of a content (the store's business: after a restart everything is handed out once).

use super::walk;
use crate::error::Result;
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How scanners, browsers, copy programs and editors call what is not finished.
const TEMPORARY: [&str; 10] =
    ["tmp", "temp", "part", "partial", "crdownload", "download", "filepart", "swp", "lock", "!ut"];

/// What is remembered of the files of some folders.
#[derive(Debug)]
pub struct Arrivals {
    folders: Vec<PathBuf>,
    rest: Duration,
    /// By path; `Err` entries of the walk have none and are remembered by their message.
    seen: HashMap<PathBuf, Seen>,
    told: Vec<String>,
}

#[derive(Debug)]
struct Seen {
    state: State,
    since: Instant,
    handed_out: bool,
}

/// What changes when a file is written, replaced or given other rights.
#[derive(Debug, PartialEq, Eq)]
struct State {
    bytes: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    changed: (i64, i64),
}

impl State {
    fn of(metadata: &Metadata) -> State {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        State {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Arrivals {
    /// Files of `folders` (searched as [`walk`] does) that did not change for `rest`.
    pub fn new(folders: &[PathBuf], rest: Duration) -> Arrivals {
        Arrivals { folders: folders.to_vec(), rest, seen: HashMap::new(), told: Vec::new() }
    }

    /// Looks at the folders. Gives the files that came to rest since the last look, and what cannot be searched, once
    /// each; `left_out` says which paths are none of ours. Linear in the number of files present.
    pub fn look(&mut self, now: Instant, left_out: impl Fn(&Path) -> bool) -> Vec<Result<PathBuf>> {
        let (mut ready, mut present, mut troubles) = (Vec::new(), HashMap::new(), Vec::new());
        for found in walk(&self.folders) {
            match found {
                Ok(path) if is_temporary(&path) || left_out(&path) => {}
                // gone since the walk: the next look sees whether it comes back
                Ok(path) => {
                    let Ok(metadata) = fs::metadata(&path) else { continue };
                    let seen = self.judge(&path, State::of(&metadata), now);
                    let rested = now.saturating_duration_since(seen.since) >= self.rest;
                    if rested && !seen.handed_out {
                        ready.push(Ok(path.clone()));
                    }
                    present.insert(path, Seen { handed_out: seen.handed_out || rested, ..seen });
                }
                Err(e) => {
                    let told = e.to_string();
                    if !self.told.contains(&told) {
                        ready.push(Err(e));
                    }
                    troubles.push(told);
                }
            }
        }
        (self.seen, self.told) = (present, troubles);
        ready
    }

    /// Whether some file still changes or has not rested long enough.
    pub fn unrest(&self) -> usize {
        self.seen.values().filter(|seen| !seen.handed_out).count()
    }

    fn judge(&mut self, path: &Path, state: State, now: Instant) -> Seen {
        match self.seen.remove(path) {
            Some(seen) if seen.state == state => seen,
            _ => Seen { state, since: now, handed_out: false },
        }
    }
}

/// "scan.pdf.part", "~$plan.docx", "scan.pdf~".
fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.starts_with('~') || name.ends_with('~') || TEMPORARY.contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::OpenOptions;
    use std::io::Write;

    fn names(found: &[Result<PathBuf>]) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        found.iter().map(|f| f.as_ref().map_or_else(|e| format!("! {}", e.message), name)).collect()
    }

    #[test]
    fn a_file_is_handed_out_when_it_rests_and_again_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let rest = Duration::from_secs(3);
        let mut arrivals = Arrivals::new(&[folder.path().to_owned()], rest);
        let start = Instant::now();
        let mut look = |seconds| names(&arrivals.look(start + Duration::from_secs(seconds), |_| false));
        let more = || {
            let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
            file.write_all(b"x").unwrap();
        };
        let nothing: [&str; 0] = [];
        more();
        assert_eq!(look(0), nothing);
        more();
        assert_eq!(look(2), nothing, "still being written");
        assert_eq!(look(4), nothing, "rested for 2 seconds");
        assert_eq!(look(5), ["a.txt"]);
        assert_eq!(look(50), nothing, "once");
        more();
        assert_eq!(look(60), nothing);
        assert_eq!(look(63), ["a.txt"]);
        fs::remove_file(&path).unwrap();
        assert_eq!(look(70), nothing);
        more();
        assert_eq!(look(80), nothing, "a new file under an old name");
        assert_eq!(look(83), ["a.txt"]);
    }

    #[test]
    fn what_is_not_finished_waits_and_what_is_gone_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.pdf.part", "~$b.docx", ".c.pdf", "d.pdf~", "e.TMP", "ours.db", "f.pdf"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let gone = folder.path().join("gone");
        let mut arrivals = Arrivals::new(&[folder.path().to_owned(), gone.clone()], Duration::ZERO);
        let mut look = || names(&arrivals.look(Instant::now(), |path| path.ends_with("ours.db")));
        assert_eq!(look(), ["f.pdf", "! no such file"]);
        assert_eq!(look(), [""; 0]);
        fs::create_dir(&gone).unwrap();
        assert_eq!(look(), [""; 0]);
        fs::remove_dir(&gone).unwrap();
        assert_eq!(look(), ["! no such file"], "gone again");
        assert_eq!(arrivals.unrest(), 0);
    }
}
