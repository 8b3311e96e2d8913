//! `congvan fetch`: new mails of an IMAP folder into the drop folder that `run` and `watch` read.
//!
//! in: the URL of a mailbox, a folder → out: one `.eml` for each new mail, their paths on standard output.
//! Promises: the password comes from a file or the environment and goes nowhere but to that server; plain text goes only to
//! this machine unless asked for; whatever ends a run, the next one goes on where it stopped.

use crate::cli::io::Context;
use crate::cli::io::config::MailFile;
use crate::cli::io::listing::note;
use crate::cli::io::output::{self, report, say};
use crate::error::{Error, Result, exit, one_line};
use crate::mail::{self, Account, Address, Fetched, Told, Wishes};
use crate::text::lang::Lang;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Which mailbox, and what becomes of its mails.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan fetch imaps://vanthu@thu.example.vn --to den/ --password-file ~/.mat-khau-thu\n  congvan fetch 'imaps://vanthu@thu.example.vn/Công văn đến' --to den/ --since 2026-11-01 --dry-run\n  congvan fetch imaps://vanthu@thu.example.vn --to den/ --move-to 'Đã nhập'\n  congvan fetch -q && congvan run den/            for cron, with [fetch] in congvan.toml:\n      [fetch]\n      url = \"imaps://vanthu@thu.example.vn\"\n      to = \"den\"\n      password_file = \"/etc/congvan/mat-khau-thu\"\nMails stay unread and where they are unless --move-to is given. What was fetched is remembered in TO/.congvan-fetch.jsonl.\nExit status: 0 all fetched; 1 some mails could not be (each is named, tried again the next time); 2 wrong usage;\n3 the server is not there, not to be trusted or does not let us in, or another fetch into the folder is at work."
)]
pub struct Fetch {
    /// imaps://USER@SERVER[:PORT][/FOLDER] (INBOX when no folder is named), without a password
    #[arg(value_name = "URL", env = "CONGVAN_MAIL_URL")]
    url: Option<String>,
    /// Folder the mails are written to
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// File whose first line is the password (else CONGVAN_MAIL_PASSWORD)
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Certificates to trust instead of the system's (PEM): for a server with one of its own
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Only mails that arrived on this day or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Larger mails are named and left on the server
    #[arg(long, value_name = "MB", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=2_000))]
    max_mb: u64,
    /// Move what was fetched into this folder of the account (without it nothing changes there)
    #[arg(long, value_name = "FOLDER")]
    move_to: Option<String>,
    /// Tell what would be fetched, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Let imap:// send the password in plain text to another machine
    #[arg(long)]
    insecure: bool,
}

/// Runs the command.
pub fn run(args: &Fetch, context: &Context) -> Result<u8> {
    let (url, to, move_to) = weighed(args, &context.mail)?;
    if !to.is_dir() {
        return Err(Error::usage("is no folder: name the folder that mails go to, or make it").at(to));
    }
    let account = account(&url, args.password_file.as_deref(), args.ca.as_deref(), args.insecure, context)?;
    let max_bytes = args.max_mb << 20;
    let wishes = Wishes { since: args.since, max_bytes, move_to, dry_run: args.dry_run };
    let screen = Screen::new(account.address.name(), context);
    let done = mail::fetch(&account, &wishes, &to, &mut |told| screen.show(&told));
    screen.bar.finish_and_clear();
    let done = done?;
    note(context, &summary(done, args.dry_run, context.lang));
    Ok(if done.failed > 0 { exit::SOME_FAILED } else { exit::OK })
}

/// Flags (and the environment) over the configuration file.
fn weighed(args: &Fetch, file: &MailFile) -> Result<(String, PathBuf, Option<String>)> {
    let missing = |what: &str, key: &str| Error::usage(format!("{what}, or set {key} under [fetch] in congvan.toml"));
    let url = args.url.clone().or_else(|| file.url.clone());
    let url = url.ok_or_else(|| missing("name the mailbox, like imaps://USER@SERVER", "url"))?;
    let to = args.to.clone().or_else(|| file.to.clone());
    let to = to.ok_or_else(|| missing("name the folder that mails go to (--to DIR)", "to"))?;
    Ok((url, to, args.move_to.clone().or_else(|| file.move_to.clone())))
}

/// The account at `url`, with its password.
///
/// # Errors
/// No password anywhere; plain text to another machine (usage).
pub(crate) fn account(
    url: &str,
    password_file: Option<&Path>,
    ca: Option<&Path>,
    insecure: bool,
    context: &Context,
) -> Result<Account> {
    if context.offline {
        // secret papers may be allowed on such a machine
        return Err(Error::usage(
            "congvan.toml says offline = true, so nothing is called: fetch mails on another machine",
        ));
    }
    let address = Address::parse(url)?;
    if !address.tls && !address.is_here() && !insecure {
        return Err(Error::usage(
            "imap:// would send the password for all to read: use imaps://, or add --insecure where the network is safe",
        ));
    }
    let environment = || std::env::var("CONGVAN_MAIL_PASSWORD").ok().filter(|p| !p.is_empty());
    let password = match (password_file, environment(), context.mail.password_file.as_deref()) {
        (Some(file), ..) | (None, None, Some(file)) => from_file(file, context)?,
        (None, Some(password), _) => password,
        (None, None, None) => {
            return Err(Error::usage(
                "no password: name a file that holds it (--password-file) or set CONGVAN_MAIL_PASSWORD",
            ));
        }
    };
    let ca = ca.map(Path::to_path_buf).or_else(|| context.mail.ca.clone());
    Ok(Account { address, password, ca })
}

fn from_file(path: &Path, context: &Context) -> Result<String> {
    let held = std::fs::read_to_string(path)
        .map_err(|e| Error::usage(format!("the password cannot be read: {e}")).at(path))?;
    if is_open_to_others(path) {
        note(context, &format!("{}: others may read the password: chmod 600 it", one_line(&path.to_string_lossy())));
    }
    match held.lines().next().filter(|line| !line.is_empty()) {
        Some(password) => Ok(password.to_owned()),
        None => Err(Error::usage("holds no password: it is the first line").at(path)),
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// What a user sees while mails come.
struct Screen {
    bar: ProgressBar,
    mailbox: String,
    quiet: bool,
}

impl Screen {
    fn new(mailbox: String, context: &Context) -> Screen {
        let shown = !context.quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} · {eta} left");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(0), target).with_style(style);
        Screen { bar, mailbox, quiet: context.quiet }
    }

    fn show(&self, told: &Told<'_>) {
        match told {
            Told::New { bytes, .. } => self.bar.set_length(*bytes),
            Told::Came(bytes) => self.bar.inc(*bytes),
            Told::Taken(path) if !self.quiet => self.line(&one_line(&path.to_string_lossy())),
            Told::Taken(_) => {}
            Told::Would { arrived, uid, size } => {
                self.line(&format!("{arrived}  UID {uid}  {} KB", size.div_ceil(1024)))
            }
            Told::Failed { uid, why } => self.bar.suspend(|| {
                report(&Error::input(format!("{}, mail UID {uid}: {why}", self.mailbox)));
            }),
        }
    }

    fn line(&self, line: &str) {
        self.bar.suspend(|| {
            if let Err(e) = output::write(None, format!("{line}\n").as_bytes(), false) {
                say(format_args!("congvan: {e}"));
            }
        });
    }
}

fn summary(done: Fetched, dry_run: bool, lang: Lang) -> String {
    let Fetched { taken, known, failed } = done;
    match (lang, dry_run) {
        (Lang::Vi, false) => format!("thư mới lấy về: {taken}; đã lấy từ trước: {known}; không lấy được: {failed}"),
        (Lang::Vi, true) => format!("thư sẽ lấy: {taken}; đã lấy từ trước: {known}; không lấy được: {failed}"),
        (Lang::En, false) => format!("new mails fetched: {taken}; fetched before: {known}; not fetched: {failed}"),
        (Lang::En, true) => format!("mails to fetch: {taken}; fetched before: {known}; cannot be fetched: {failed}"),
    }
}
