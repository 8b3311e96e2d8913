//! A mail server of our own for the tests: Debian's dovecot on free ports of 127.0.0.1, a temporary folder, its own
//! certificate; and a line to it that can be cut or blocked.
//!
//! Promises: it goes away with the process that started it, however that ends; every user there is has the one password.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "mật-khẩu-của-thư";

/// Runs the server until its input ends, which comes when the tests are over.
const KEEPER: &str = r#"
dovecot -F -c "$DIR/dovecot.conf" &
read -r _
kill $!
wait $!
rm -rf "$DIR"
"#;

pub struct Server {
    folder: PathBuf,
    pub imap: u16,
    pub imaps: u16,
    _keeper: Child,
}

/// The server that all tests share.
pub fn server() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(Server::start)
}

impl Server {
    fn start() -> Server {
        let folder = tempfile::tempdir().unwrap().keep();
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let me = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
        let user = if root { "nobody" } else { me.trim() };
        let [imap, imaps] = [0; 2].map(|_| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
        certificate(&folder);
        fs::write(folder.join("dovecot.conf"), configuration(&folder, user, imap, imaps)).unwrap();
        fs::create_dir(folder.join("mail")).unwrap();
        let mut keeper = Command::new(if root { "runuser" } else { "sh" });
        if root {
            assert!(Command::new("chown").args(["-R", user]).arg(&folder).status().unwrap().success());
            keeper.args(["-u", user, "--", "sh"]);
        }
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap());
        let keeper = keeper.args(["-c", KEEPER]).env("DIR", &folder).env("PATH", path).current_dir("/");
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let server = Server { folder, imap, imaps, _keeper: keeper };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", imaps)).is_err() {
            let log = fs::read_to_string(server.folder.join("log")).unwrap_or_default();
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "dovecot does not start (`tools/setup tests` installs it): {log}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// The certificate it shows, for `localhost`.
    pub fn certificate(&self) -> String {
        self.folder.join("cert.pem").to_str().unwrap().to_owned()
    }

    /// A new account, empty.
    pub fn account(&self) -> Mails {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let user = format!("vanthu{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = self.folder.join("mail").join(&user);
        let mails = Mails { user, folder };
        mails.make("");
        mails
    }
}

fn certificate(folder: &Path) {
    let (key, cert) = (folder.join("key.pem"), folder.join("cert.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7"]);
    openssl.args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]);
    // what signs itself must not say that it may sign others: rustls refuses that of a server
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    let made = openssl.arg("-keyout").arg(key).arg("-out").arg(cert).output().unwrap();
    assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
}

fn configuration(folder: &Path, user: &str, imap: u16, imaps: u16) -> String {
    let dir = folder.display();
    format!(
        "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
         ssl = yes\nssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\ndisable_plaintext_auth = no\n\
         default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group =\nfirst_valid_uid = 1\n\
         mail_location = maildir:{dir}/mail/%u\nmail_max_userip_connections = 100\n\
         passdb {{\n driver = static\n args = \"password={PASSWORD}\"\n}}\n\
         userdb {{\n driver = static\n args = home={dir}/mail/%u\n}}\n\
         service anvil {{\n chroot =\n}}\nservice imap-login {{\n chroot =\n\
          inet_listener imap {{\n port = {imap}\n }}\n inet_listener imaps {{\n port = {imaps}\n ssl = yes\n }}\n}}\n"
    )
}

/// The mails of an account, put there past the server.
pub struct Mails {
    pub user: String,
    folder: PathBuf,
}

impl Mails {
    /// Makes a folder, named as it is sent (modified UTF-7).
    pub fn make(&self, name: &str) {
        let folder = if name.is_empty() { self.folder.clone() } else { self.folder.join(format!(".{name}")) };
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        let everybody = Command::new("chmod").args(["-R", "a+rwX"]).arg(&self.folder).status().unwrap();
        assert!(everybody.success());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.folder.clone() } else { self.folder.join(format!(".{name}")) }
    }

    /// Puts a mail into a folder; gives its file.
    pub fn put(&self, name: &str, mail: &[u8]) -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let file = format!("{}.test", 1_764_500_000 + COUNT.fetch_add(1, Ordering::Relaxed));
        let (from, to) = (self.path(name).join("tmp").join(&file), self.path(name).join("new").join(&file));
        fs::write(&from, mail).unwrap();
        fs::rename(from, &to).unwrap();
        to
    }

    /// Names of the files in a folder.
    pub fn files(&self, name: &str) -> Vec<String> {
        let names = |part: &str| fs::read_dir(self.path(name).join(part)).unwrap();
        let entries = names("new").chain(names("cur"));
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

/// What a line to the server does after so many bytes from it.
#[derive(Clone, Copy)]
pub enum Then {
    Cut,
    Block,
}

/// A port that leads to the server's `imaps`; `bytes` for each of the first connections, the others are left alone.
pub fn line(bytes: &[usize], then: Then) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let bytes = bytes.to_vec();
    std::thread::spawn(move || {
        for (nth, client) in listener.incoming().enumerate() {
            let most = bytes.get(nth).copied().unwrap_or(usize::MAX);
            let (client, theirs) = (client.unwrap(), TcpStream::connect(("127.0.0.1", server().imaps)).unwrap());
            let (mut from, mut to) = (client.try_clone().unwrap(), theirs.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::thread::spawn(move || pass_on(theirs, client, most, then));
        }
    });
    port
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, mut most: usize, then: Then) {
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        let sent = read.min(most);
        if to.write_all(&piece[..sent]).is_err() {
            return;
        }
        most -= sent;
        if most == 0 {
            match then {
                Then::Cut => break,
                Then::Block => std::thread::sleep(Duration::from_secs(600)),
            }
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
