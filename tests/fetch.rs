//! `congvan fetch` against a real mail server: every mail once and whole, whatever is wrong with mails, server or line.

#[path = "fetch/server.rs"]
mod server;

use assert_cmd::Command;
use server::{Mails, PASSWORD, Then, line, server};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn mail(id: &str, received: &str, body: &str) -> Vec<u8> {
    let id = if id.is_empty() { String::new() } else { format!("Message-ID: {id}\r\n") };
    let head =
        format!("Received: {received}\r\nFrom: a@example.vn\r\nSubject: V/v\r\n{id}Content-Type: text/plain\r\n");
    format!("{head}\r\n{body}\r\n").into_bytes()
}

struct Said {
    status: i32,
    out: String,
    err: String,
}

/// The program as cron would start it: password in the environment.
fn command(url: &str, to: &Path) -> Command {
    let mut command = Command::cargo_bin("congvan").unwrap();
    command.current_dir(to.parent().unwrap()).args(["fetch", url, "--lang", "en", "--to"]).arg(to);
    command.env("CONGVAN_MAIL_PASSWORD", PASSWORD).env_remove("CONGVAN_MAIL_URL");
    command
}

fn run(mut command: Command) -> Said {
    let out = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { status: out.status.code().unwrap(), out: text(out.stdout), err: text(out.stderr) }
}

fn url(mails: &Mails, port: u16, folder: &str) -> String {
    format!("imaps://{}@localhost:{port}/{folder}", mails.user)
}

fn fetch(mails: &Mails, folder: &str, to: &Path, more: &[&str]) -> Said {
    let mut command = command(&url(mails, server().imaps, folder), to);
    command.args(["--ca", &server().certificate()]).args(more);
    run(command)
}

/// A drop folder, made in one that is removed.
fn drop_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("den");
    fs::create_dir(&to).unwrap();
    (folder, to)
}

/// Contents of the mails in the drop folder.
fn dropped(to: &Path) -> Vec<Vec<u8>> {
    let files = fs::read_dir(to).unwrap().map(|entry| entry.unwrap().path());
    let mut mails: Vec<Vec<u8>> =
        files.filter(|p| p.extension().is_some_and(|e| e == "eml")).map(|p| fs::read(p).unwrap()).collect();
    mails.sort();
    mails
}

fn sorted(mut mails: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    mails.sort();
    mails
}

#[test]
fn every_mail_comes_whole_and_once_and_stays_unread() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    let attached = "V/v=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/pdf\r\n\
                    Content-Disposition: attachment; filename=\"../../etc/passwd\"\r\n\r\n%PDF-1.4\r\n--x--";
    // broken in every part: no end of the header, a boundary that never comes, bytes of no encoding
    let broken = b"Subject: =?utf-8?b?///=\nContent-Type: multipart/mixed; boundary=\"\n\n--\xff\xfe\x00\n".to_vec();
    let large = mail("<large@x>", "1", &"0123456789abcdef\r\n".repeat(150_000));
    let mails =
        sorted(vec![mail("<1@x>", "1", "one"), mail("<2@x>", "1", attached), mail("", "1", "nameless"), broken, large]);
    mails.iter().for_each(|m| drop(account.put("", m)));
    let said = fetch(&account, "", &to, &[]);
    assert_eq!((said.status, said.out.lines().count()), (0, 5), "{}", said.err);
    assert!(said.err.contains("new mails fetched: 5"), "{}", said.err);
    // dovecot ends lines as the protocol wants it
    let as_sent: Vec<Vec<u8>> = mails.iter().map(|m| crlf(m)).collect();
    assert!(dropped(&to) == sorted(as_sent));
    assert!(account.files("").iter().all(|name| !name.contains('S')), "{:?}", account.files(""));
    let again = fetch(&account, "", &to, &[]);
    assert!(again.status == 0 && again.out.is_empty() && again.err.contains("fetched before: 5"), "{}", again.err);
    // what somebody took out of the folder does not come again either
    said.out.lines().for_each(|path| fs::remove_file(path).unwrap());
    account.put("", &mail("<3@x>", "1", "three"));
    assert_eq!((fetch(&account, "", &to, &["-q"]).err, dropped(&to).len()), (String::new(), 1));
}

fn crlf(mail: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for byte in mail {
        if *byte == b'\n' && sent.last() != Some(&b'\r') {
            sent.push(b'\r');
        }
        // and a byte that no mail may hold as one that it may
        sent.push(if *byte == 0 { 0x80 } else { *byte });
    }
    sent
}

#[test]
fn one_bad_mail_stops_nothing_and_is_named() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    account.put("", &mail("<1@x>", "1", "one"));
    account.put("", &mail("<2@x>", "1", &"0123456789\r\n".repeat(200_000)));
    let hidden = account.put("", &mail("<3@x>", "1", "three"));
    // the server itself cannot read it, and hangs up when asked for it
    fs::set_permissions(&hidden, std::os::unix::fs::PermissionsExt::from_mode(0o0)).unwrap();
    account.put("", &mail("<4@x>", "1", "four"));
    let said = fetch(&account, "", &to, &["--max-mb", "1"]);
    assert_eq!(said.status, 1, "{}", said.err);
    assert_eq!(dropped(&to), sorted(vec![mail("<1@x>", "1", "one"), mail("<4@x>", "1", "four")]));
    let complaints: Vec<&str> = said.err.lines().filter(|line| line.contains("mail UID")).collect();
    assert!(complaints.len() == 2 && complaints.iter().any(|line| line.contains("raise --max-mb")), "{}", said.err);
    // next time the large one is allowed
    let said = fetch(&account, "", &to, &["--max-mb", "5"]);
    assert!(said.err.contains("new mails fetched: 1; fetched before: 2"), "{}", said.err);
}

#[test]
fn the_same_mail_twice_is_one_another_mail_of_the_same_id_is_not() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    account.make("C&APQ-ng v&AQM-n");
    account.put("", &mail("<1@x>", "by one way", "letter"));
    account.put("", &mail("<1@x>", "by another, longer way", "letter"));
    account.put("", &mail("<1@x>", "by one way", "a scanner gives all its mails this id"));
    account.put("C&APQ-ng v&AQM-n", &mail("<1@x>", "by one way", "letter"));
    account.put("C&APQ-ng v&AQM-n", &mail("<2@x>", "by one way", "second"));
    assert!(fetch(&account, "", &to, &[]).err.contains("new mails fetched: 2; fetched before: 1"));
    let said = fetch(&account, "Công văn", &to, &[]);
    assert!(said.err.contains("new mails fetched: 1; fetched before: 1"), "{}", said.err);
    assert_eq!(dropped(&to).len(), 3);
}

#[test]
fn new_numbers_for_old_mails_bring_nothing_twice() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    for n in 0..5 {
        account.put("", &mail(&format!("<{n}@x>"), "1", &format!("letter {n}")));
    }
    account.put("", &mail("", "1", "nameless"));
    assert!(fetch(&account, "", &to, &[]).err.contains("new mails fetched: 6"));
    // UIDVALIDITY is the second in which the list was made
    std::thread::sleep(Duration::from_millis(1100));
    for entry in fs::read_dir(account.path("")).unwrap().map(|e| e.unwrap().path()) {
        if entry.file_name().unwrap().to_string_lossy().starts_with("dovecot") {
            fs::remove_file(entry).unwrap();
        }
    }
    account.put("", &mail("<new@x>", "1", "new"));
    let said = fetch(&account, "", &to, &[]);
    assert!(said.err.contains("new mails fetched: 1; fetched before: 6"), "{}", said.err);
    assert_eq!(dropped(&to).len(), 7);
    let memory = fs::read_to_string(to.join(".congvan-fetch.jsonl")).unwrap();
    let numbers: BTreeSet<&str> =
        memory.lines().map(|l| l.split("\"uid_validity\":").nth(1).unwrap().split(',').next().unwrap()).collect();
    assert_eq!(numbers.len(), 2, "the server did not number anew: {memory}");
}

#[test]
fn nobody_unknown_is_trusted_and_no_password_is_told() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    let secure = url(&account, server().imaps, "");
    let certificate = server().certificate();
    // the system knows no such certificate; it is another machine's; the password is wrong
    let unknown = run(command(&secure, &to));
    assert!(
        unknown.status == 3 && unknown.err.contains("certificate") && unknown.err.contains("--ca"),
        "{}",
        unknown.err
    );
    let mut other = command(&secure.replace("localhost", "127.0.0.1"), &to);
    let other = run({
        other.args(["--ca", &certificate]);
        other
    });
    assert!(other.status == 3 && other.err.contains("no safe connection"), "{}", other.err);
    let mut wrong = command(&secure, &to);
    wrong.args(["--ca", &certificate]).env("CONGVAN_MAIL_PASSWORD", "sai-mat-khau");
    let wrong = run(wrong);
    assert!(
        wrong.status == 3 && wrong.err.contains("is not let in") && !wrong.err.contains("sai-mat"),
        "{}",
        wrong.err
    );
    let told = run(command("imaps://a:sai-mat-khau@localhost/", &to));
    assert!(told.status == 2 && told.err.contains("--password-file") && !told.err.contains("sai-mat"), "{}", told.err);
    // plain text to another machine (a number for documentation, nobody answers) only when asked for
    let plain = run(command("imap://a@192.0.2.1/", &to));
    assert!(plain.status == 2 && plain.err.contains("imaps://"), "{}", plain.err);
    let mut nothing = command(&secure, &to);
    nothing.env_remove("CONGVAN_MAIL_PASSWORD");
    assert_eq!(run(nothing).status, 2);
    assert!(dropped(&to).is_empty());
    let folder = fetch(&account, "No such", &to, &[]);
    assert!(folder.status == 3 && folder.err.contains("“No such” cannot be opened"), "{}", folder.err);
    // a machine that may hold secrets calls nobody
    fs::write(to.parent().unwrap().join("congvan.toml"), "offline = true\n").unwrap();
    let offline = fetch(&account, "", &to, &[]);
    assert!(offline.status == 2 && offline.err.contains("offline"), "{}", offline.err);
}

#[test]
fn a_line_that_is_cut_costs_nothing() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    let mails: Vec<Vec<u8>> =
        (0..6).map(|n| mail(&format!("<{n}@x>"), "1", &format!("letter {n} {}", "x".repeat(60_000)))).collect();
    mails.iter().for_each(|m| drop(account.put("", m)));
    let through = |port: u16| {
        let mut command = command(&url(&account, port, ""), &to);
        command.args(["--ca", &server().certificate()]);
        run(command)
    };
    // twice in the middle of different mails: called again, all come
    let said = through(line(&[100_000, 200_000], Then::Cut));
    assert!(said.status == 0 && said.err.contains("new mails fetched: 6"), "{}", said.err);
    assert!(dropped(&to) == sorted(mails));
    // again and again, always before a mail is whole: it is given up, later it comes
    let late = mail("<late@x>", "1", &"y".repeat(60_000));
    account.put("", &late);
    let said = through(line(&[40_000; 50], Then::Cut));
    assert!(said.status != 0 && dropped(&to).len() == 6, "{}", said.err);
    let hidden = fs::read_dir(&to).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    assert!(hidden.filter(|name| name.starts_with(".congvan-fetch-")).count() == 0);
    assert!(fetch(&account, "", &to, &[]).err.contains("new mails fetched: 1; fetched before: 6"));
    assert!(dropped(&to).contains(&late));
}

#[test]
fn a_run_that_is_killed_loses_and_doubles_nothing_and_two_do_not_meet() {
    let (account, (_keep, to)) = (server().account(), drop_folder());
    let mails: Vec<Vec<u8>> =
        (0..5).map(|n| mail(&format!("<{n}@x>"), "1", &format!("letter {n} {}", "x".repeat(60_000)))).collect();
    mails.iter().for_each(|m| drop(account.put("", m)));
    let blocked = url(&account, line(&[150_000], Then::Block), "");
    let mut first = std::process::Command::new(assert_cmd::cargo::cargo_bin("congvan"));
    first.args(["fetch", &blocked, "--ca", &server().certificate(), "--to"]).arg(&to);
    let mut first = first.env("CONGVAN_MAIL_PASSWORD", PASSWORD).stdout(std::process::Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while dropped(&to).len() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing came through the line");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = fetch(&account, "", &to, &[]);
    assert!(second.status == 3 && second.err.contains("another fetch into this folder"), "{}", second.err);
    first.kill().unwrap();
    first.wait().unwrap();
    // killed after a file was whole and before it was remembered, too
    let memory = to.join(".congvan-fetch.jsonl");
    let lines = fs::read_to_string(&memory).unwrap();
    fs::write(&memory, &lines[..lines.len() - 40]).unwrap();
    // the same line, which is free now
    let again = || {
        let mut command = command(&blocked, &to);
        command.args(["--ca", &server().certificate()]);
        run(command)
    };
    let said = again();
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(dropped(&to) == sorted(mails));
    assert!(again().err.contains("new mails fetched: 0; fetched before: 5"));
    assert_eq!(fs::read_dir(&to).unwrap().count(), 7);
}

#[test]
fn mails_move_only_when_asked_and_a_dry_run_writes_nothing() {
    let (account, (keep, to)) = (server().account(), drop_folder());
    account.make("&ARAA4w- nh&Hq0-p");
    account.put("", &mail("<1@x>", "1", "one"));
    account.put("", &mail("<2@x>", "1", "two"));
    let said = fetch(&account, "", &to, &["--dry-run", "--move-to", "Đã nhập"]);
    assert!(said.status == 0 && said.out.lines().count() == 2 && dropped(&to).is_empty(), "{}", said.err);
    assert_eq!(account.files("").len(), 2);
    let said = fetch(&account, "", &to, &["--since", "2100-01-01"]);
    assert!(said.err.contains("new mails fetched: 0"), "{}", said.err);
    let said = fetch(&account, "", &to, &["--move-to", "Nowhere"]);
    assert!(said.status == 2 && said.err.contains("no such folder") && dropped(&to).is_empty(), "{}", said.err);
    // all from the configuration, the password from a file
    let secret = keep.path().join("secret");
    fs::write(&secret, format!("{PASSWORD}\nnot this line\n")).unwrap();
    let url = url(&account, server().imaps, "");
    let (ca, to_shown) = (server().certificate(), to.display());
    let file = format!("[fetch]\nurl = \"{url}\"\nto = \"{to_shown}\"\nca = \"{ca}\"\npassword_file = \"secret\"\n");
    fs::write(keep.path().join("congvan.toml"), file + "move_to = \"Đã nhập\"\n").unwrap();
    let mut command = Command::cargo_bin("congvan").unwrap();
    command.args(["fetch", "--lang", "en"]).current_dir(keep.path());
    command.env_remove("CONGVAN_MAIL_PASSWORD").env_remove("CONGVAN_MAIL_URL");
    let said = run(command);
    assert!(said.status == 0 && said.err.contains("new mails fetched: 2"), "{}", said.err);
    assert!(said.err.contains("chmod 600"), "{}", said.err);
    assert_eq!((account.files("").len(), account.files("&ARAA4w- nh&Hq0-p").len()), (0, 2));
}

#[test]
fn doctor_calls_the_mail_server_only_when_asked() {
    let (account, (keep, _)) = (server().account(), drop_folder());
    account.put("", &mail("<1@x>", "1", "one"));
    let url = url(&account, server().imaps, "");
    let doctor = |more: &[&str], password: &str| {
        let mut command = Command::cargo_bin("congvan").unwrap();
        command.current_dir(keep.path()).arg("doctor").args(more).env("CONGVAN_MAIL_PASSWORD", password);
        run(command)
    };
    assert!(!doctor(&[], PASSWORD).out.contains("mail "));
    let certificate = server().certificate();
    let asked = ["--mail", &url, "--ca", &certificate];
    let said = doctor(&asked, PASSWORD);
    assert!(said.status == 0 && said.out.contains("INBOX: 1 mail(s)"), "{}", said.out);
    // in plain text only because the server is this machine
    let plain = format!("imap://{}@127.0.0.1:{}", account.user, server().imap);
    let said = doctor(&["--mail", &plain], PASSWORD);
    assert!(said.status == 0 && said.out.contains("INBOX: 1 mail(s)"), "{}", said.out);
    let said = doctor(&asked, "sai");
    assert!(said.status == 3 && said.out.contains("is not let in"), "{}", said.out);
}
