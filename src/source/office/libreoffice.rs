//! Office files → PDF or text, by LibreOffice without a window.
//!
//! in: the bytes and their kind → out: the bytes of the PDF, or of the text.
//! Promises: a profile of its own, made for one file and thrown away; no macros, no links followed, no proxy that leads
//! out; memory, processor time, size of files and time by the clock are bounded, and at the limit the whole group of
//! processes is ended; one conversion at a time.
//! Leaves out: passwords (told as such where LibreOffice gives nothing).

use super::Office;
use crate::error::{Error, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Time for one file by the clock: a letter takes 2 to 6 seconds, a workbook of a thousand pages a minute, a busy machine more.
const LIMIT: Duration = Duration::from_secs(300);
/// Address space in KiB (LibreOffice maps 1.5 GiB before it reads), processor seconds, and size of any file in blocks of 512.
const ULIMITS: &str = "ulimit -v 4194304; ulimit -t 110; ulimit -f 1048576; exec \"$0\" \"$@\"";
/// Largest PDF taken back, in bytes.
const MAX_PDF: u64 = 256 << 20;
/// How often we look whether it is done.
const LOOK: Duration = Duration::from_millis(25);
/// Where packages put it beside the search path.
const PLACES: [&str; 5] = [
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
];
/// No macros, no active content, nothing fetched from elsewhere, no recovery.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Office.Recovery/RecoveryInfo"><prop oor:name="Enabled" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"#;

/// LibreOffice on this machine; looked for once. `CONGVAN_LIBREOFFICE` names another one, or (empty) none.
pub fn program() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(find).as_deref()
}

fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CONGVAN_LIBREOFFICE") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let on_path = folders.iter().flat_map(|folder| [folder.join("soffice"), folder.join("libreoffice")]);
    on_path.chain(PLACES.iter().map(PathBuf::from)).find(|path| path.is_file())
}

/// What a file is made into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Its pages.
    Pdf,
    /// Its words, UTF-8.
    Text,
}

impl Target {
    /// As LibreOffice names the filter, and the ending of what it writes.
    fn filter(self) -> (&'static str, &'static str) {
        match self {
            Target::Pdf => ("pdf", "pdf"),
            Target::Text => ("txt:Text (encoded):UTF8", "txt"),
        }
    }
}

/// What `program` makes of a file.
pub(super) fn convert(program: &Path, bytes: &[u8], office: Office, target: Target) -> Result<Vec<u8>> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::Builder::new().prefix("congvan-office").tempdir().map_err(|e| Error::unwritable(&e))?;
    let at = |name: &str| folder.path().join(name);
    let prepared = fs::create_dir_all(at("profile/user"))
        .and_then(|()| fs::write(at("profile/user/registrymodifications.xcu"), SETTINGS))
        .and_then(|()| fs::write(at(&format!("in.{}", office.id())), bytes));
    prepared.map_err(|e| Error::unwritable(&e))?;
    let started = command(program, folder.path(), office, target).spawn();
    let mut child = started.map_err(|e| Error::environment(format!("LibreOffice cannot be started: {e}")))?;
    let ended = wait(&mut child);
    end_group(&mut child);
    let made = at(&format!("out/in.{}", target.filter().1));
    let size = fs::metadata(&made).map_or(0, |about| about.len());
    let kind = office.id().to_uppercase();
    match (ended, size) {
        (false, _) => {
            let seconds = LIMIT.as_secs();
            Err(Error::input(format!("LibreOffice did not finish this {kind} file in {seconds} s: save it as PDF")))
        }
        (true, 0) => {
            let package = office.package();
            let why = format!("it is damaged, has a password, or {package} is not installed");
            Err(Error::input(format!("LibreOffice makes nothing of this {kind} file ({why}): save it as PDF")))
        }
        (true, size) if size > MAX_PDF => {
            Err(Error::input(format!("this {kind} file becomes a PDF of {} MB: save the pages you need", size >> 20)))
        }
        _ => fs::read(&made).map_err(Error::from),
    }
}

fn command(program: &Path, folder: &Path, office: Office, target: Target) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", ULIMITS]).arg(program);
    command.arg(format!("-env:UserInstallation=file://{}/profile", folder.display()));
    command.args(["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"]);
    command.args(["--convert-to", target.filter().0, "--outdir"]).arg(folder.join("out"));
    command.arg(folder.join(format!("in.{}", office.id())));
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // nothing of the user's own settings, windows and sessions
    command.env("HOME", folder).env("TMPDIR", folder).env("SAL_USE_VCLPLUGIN", "svp").env("LC_ALL", "C.UTF-8");
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"] {
        command.env_remove(name);
    }
    command.process_group(0);
    command
}

/// Whether it ended by itself within the limit.
fn wait(child: &mut Child) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < LIMIT {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) => std::thread::sleep(LOOK),
            Err(_) => return false,
        }
    }
    false
}

/// Ends what is left of the group: LibreOffice starts others.
fn end_group(child: &mut Child) {
    if let Ok(raw) = i32::try_from(child.id())
        && let Some(group) = Pid::from_raw(raw)
    {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}
