//! Publishing to a real CalDAV server: Radicale, started here on a free port of this machine.

use assert_cmd::cargo::cargo_bin;
use congvan::record::{Deadline, Number, Record};
use congvan::store::{FileResult, StoredDocument, open};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// With one user (van-thu, "mật khẩu") who has one empty calendar; `None` where Radicale is not installed.
    fn start() -> Option<Server> {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let calendar = folder.path().join("data/collection-root/van-thu/han");
        fs::create_dir_all(&calendar).unwrap();
        fs::write(calendar.join(".Radicale.props"), r#"{"tag": "VCALENDAR"}"#).unwrap();
        fs::write(at("users"), "van-thu:mật khẩu\n").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {}\nhtpasswd_encryption = plain\n\
             [storage]\nfilesystem_folder = {}\n",
            at("users"),
            at("data")
        );
        fs::write(at("config"), config).unwrap();
        let started = Command::new("radicale")
            .args(["--config", &at("config")])
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            println!("radicale is not installed (tools/setup installs it): not tested");
            return None;
        };
        let server = Server { child, port, folder };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "radicale does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/van-thu/han/", self.port)
    }

    /// The calendar's objects as the server keeps them, lines unfolded, sorted.
    fn objects(&self) -> Vec<String> {
        let calendar = self.folder.path().join("data/collection-root/van-thu/han");
        let mut objects: Vec<String> = fs::read_dir(calendar)
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|e| e == "ics"))
            .map(|entry| fs::read_to_string(entry.path()).unwrap().replace("\r\n", "\n").replace("\n ", ""))
            .collect();
        objects.sort_by_key(|text| text.lines().find(|l| l.starts_with("SUMMARY")).map(str::to_owned));
        objects
    }
}

fn due(task: &str, day: &str) -> Deadline {
    Deadline { text: task.into(), bound: "by".into(), date: Some(day.into()), ..Deadline::default() }
}

fn store(folder: &Path, deadlines: Vec<Deadline>) {
    let record = Record {
        id: "aaaaaaaaaaaaaaaa-1".into(),
        kind_label: "Kế hoạch".into(),
        number: Some(Number { normalized: Some("117/KH-UBND".into()), ..Number::default() }),
        issued_on: Some("2024-05-20".into()),
        deadlines,
        ..Record::default()
    };
    let file = FileResult {
        sha256: "a".repeat(64),
        name: "a.pdf".into(),
        records: vec![StoredDocument { record, text: String::new() }],
        ..FileResult::default()
    };
    open(&format!("sqlite://{}", folder.join("congvan.db").display())).unwrap().put_file(&file).unwrap();
}

fn publish(folder: &Path, url: &str, password: &str) -> (Option<i32>, String) {
    let out = Command::new(cargo_bin("congvan"))
        .env_clear()
        .envs([("CONGVAN_CALDAV_USER", "van-thu"), ("CONGVAN_CALDAV_PASSWORD", password)])
        .current_dir(folder)
        .args(["calendar", "--lang", "vi", "--today", "2024-06-05", "--caldav", url])
        .output()
        .unwrap();
    assert!(out.stdout.is_empty());
    (out.status.code(), String::from_utf8(out.stderr).unwrap())
}

#[test]
fn a_calendar_on_a_server_follows_the_store() {
    let Some(server) = Server::start() else { return };
    let work = tempfile::tempdir().unwrap();
    store(work.path(), vec![due("A: báo cáo, lần 1; gửi về Phòng", "2024-06-05"), due("B: đăng ký", "2024-06-10")]);
    let publish = || publish(work.path(), &server.url(), "mật khẩu");

    let (status, said) = publish();
    assert_eq!((status, said.as_str()), (Some(0), "congvan: published: 2 new, 0 changed, 0 unchanged\n"));
    let first = server.objects();
    assert!(
        first[0].contains("DTSTART;VALUE=DATE:20240605") && first[0].contains("báo cáo\\, lần 1\\; gửi"),
        "{first:?}"
    );

    // a person's own event
    let own = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:own\r\nDTSTAMP:20240101T000000Z\r\n\
               DTSTART;VALUE=DATE:20240606\r\nSUMMARY:~ own\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let calendar = server.folder.path().join("data/collection-root/van-thu/han");
    fs::write(calendar.join("own.ics"), own).unwrap();
    let (status, said) = publish();
    assert_eq!((status, said.as_str()), (Some(0), "congvan: published: 0 new, 0 changed, 2 unchanged\n"));
    assert_eq!(server.objects()[..2], first);

    // A gets another day, B is withdrawn, C is new
    store(work.path(), vec![due("A: báo cáo, lần 1; gửi về Phòng", "2024-06-07"), due("C: tổng kết", "2024-07-01")]);
    let (status, said) = publish();
    assert_eq!((status, said.as_str()), (Some(0), "congvan: published: 1 new, 2 changed, 0 unchanged\n"));
    let now = server.objects();
    assert_eq!(now.len(), 4);
    assert!(now[0].contains("DTSTART;VALUE=DATE:20240607") && now[0].contains("SEQUENCE:1"), "{}", now[0]);
    assert!(now[1].contains("STATUS:CANCELLED") && now[1].contains("SEQUENCE:1"), "{}", now[1]);
    assert!(now[2].contains("C: tổng kết") && !now[2].contains("CANCELLED"), "{}", now[2]);
    assert!(now[3].contains("~ own"), "the person's own event is untouched");
    assert_eq!(publish().1, "congvan: published: 0 new, 0 changed, 3 unchanged\n");
}

#[test]
fn a_server_that_does_not_let_us_is_said_so() {
    let work = tempfile::tempdir().unwrap();
    store(work.path(), vec![due("A", "2024-06-05")]);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (status, said) = publish(work.path(), &format!("http://127.0.0.1:{port}/x/"), "p");
    assert!(status == Some(3) && said.contains("refused"), "{said}");
    let (status, said) = publish(work.path(), "http://example.vn/x/", "p");
    assert!(status == Some(2) && said.contains("use https"), "{said}");
    let Some(server) = Server::start() else { return };
    let (status, said) = publish(work.path(), &server.url(), "wrong");
    assert!(status == Some(3) && said.contains("does not let us in") && !said.contains("wrong"), "{said}");
    let (status, said) = publish(work.path(), &server.url().replace("/han/", "/none/"), "mật khẩu");
    assert!(status == Some(3) && said.contains("has no calendar here"), "{said}");
    assert!(server.objects().is_empty());
}
