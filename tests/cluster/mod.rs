//! A PostgreSQL of our own for the tests of a program: Debian's binaries, a temporary folder, a socket and no port.
//!
//! Promises: it goes away with the process that started it, however that ends; every database asked for is new and empty.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Runs the server, stops it as a crash would and starts it again as told; the end of its input comes when the tests are
/// over.
const KEEPER: &str = r#"
start() {
    "$BIN/postgres" -D "$DIR/data" -k "$DIR" -c listen_addresses= -c fsync=off -c max_connections=50 >>"$DIR/log" 2>&1 &
    server=$!
}
stop() {
    kill -QUIT $server
    wait $server
}
start
while read -r wish; do $wish; done
stop
rm -rf "$DIR"
"#;

/// URL of a new, empty database of the cluster that all tests share.
pub fn database() -> String {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(Cluster::start).database()
}

/// A connection to one of the databases, past the store.
pub fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

/// A running server.
pub struct Cluster {
    folder: PathBuf,
    /// Its input stays open as long as this process lives.
    keeper: Child,
}

impl Cluster {
    /// A server of one's own.
    pub fn start() -> Cluster {
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
        let cluster = Cluster { folder, keeper };
        cluster.until_it(true);
        cluster
    }

    /// URL of a new, empty database.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        client(&self.url("postgres")).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.url(&name)
    }

    /// Stops the server at once, as `pg_ctl stop -m immediate` does: open transactions are lost.
    #[allow(dead_code, reason = "not every test that has a cluster hurts it")]
    pub fn crash(&mut self) {
        self.tell("stop");
        self.until_it(false);
    }

    /// Starts the server again after [`Cluster::crash`].
    #[allow(dead_code, reason = "not every test that has a cluster hurts it")]
    pub fn restart(&mut self) {
        self.tell("start");
        self.until_it(true);
    }

    #[allow(dead_code, reason = "not every test that has a cluster hurts it")]
    fn tell(&mut self, wish: &str) {
        writeln!(self.keeper.stdin.as_mut().unwrap(), "{wish}").unwrap();
    }

    fn until_it(&self, answers: bool) {
        let begun = Instant::now();
        while postgres::Client::connect(&self.url("postgres"), postgres::NoTls).is_ok() != answers {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not start or stop: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn url(&self, name: &str) -> String {
        format!("postgres:///{name}?user=congvan&host={}", self.folder.display())
    }
}
