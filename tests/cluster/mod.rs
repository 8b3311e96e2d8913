//! A PostgreSQL of our own for the tests of a program: Debian's binaries, a temporary folder, a socket and no port.
//!
//! Promises: it goes away with the process that started it, however that ends; every database asked for is new and empty.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Waits for the end of its input, which comes when the tests are over.
const KEEPER: &str = r#"
"$BIN/postgres" -D "$DIR/data" -k "$DIR" -c listen_addresses= -c fsync=off -c max_connections=50 >"$DIR/log" 2>&1 &
server=$!
read -r nothing
kill -QUIT $server
wait $server
rm -rf "$DIR"
"#;

/// URL of a new, empty database.
pub fn database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    client(&url("postgres")).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    url(&name)
}

/// A connection to one of the databases, past the store.
pub fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

fn url(name: &str) -> String {
    format!("postgres:///{name}?user=congvan&host={}", cluster().display())
}

/// Folder of the running cluster.
fn cluster() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(start)
}

fn start() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is missing: run tools/setup");
    let bin = installed.flatten().map(|version| version.path().join("bin")).max().unwrap();
    let folder = tempfile::tempdir().unwrap().keep();
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    // the server refuses to run as root
    let as_user = |program: &str| {
        let mut command = Command::new(if root { "runuser" } else { program });
        if root {
            command.args(["-u", "postgres", "--", program]);
        }
        command.current_dir("/").env("BIN", &bin).env("DIR", &folder);
        command
    };
    if root {
        assert!(Command::new("chown").arg("postgres").arg(&folder).status().unwrap().success());
    }
    let initdb = bin.join("initdb");
    let mut initdb = as_user(initdb.to_str().unwrap());
    initdb.args(["-U", "congvan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"]);
    let made = initdb.arg(folder.join("data")).output().unwrap();
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let keeper = as_user("sh").args(["-c", KEEPER]).stdin(Stdio::piped()).spawn().unwrap();
    // its input stays open as long as this process lives
    std::mem::forget(keeper);
    let begun = Instant::now();
    let reached = || {
        let url = format!("postgres:///postgres?user=congvan&host={}", folder.display());
        postgres::Client::connect(&url, postgres::NoTls).is_ok()
    };
    while !reached() {
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not start: {}", log());
        std::thread::sleep(Duration::from_millis(50));
    }
    folder
}
