//! Configuration: flags over `CONGVAN_*` over `congvan.toml` over built-in defaults.
//!
//! in: the global flags, the environment (through clap), `congvan.toml` in the working folder or
//! `$XDG_CONFIG_HOME/congvan/` → out: [`Context`].
//! Promises: unknown keys in the file are refused with file and line.

use crate::error::{Error, Result};
use crate::pipeline::Secrecy;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use serde::Deserialize;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// What every command may need to know; flags, environment and configuration are already weighed.
#[derive(Debug, Clone)]
pub struct Context {
    /// Language of tables, reports and findings.
    pub lang: Lang,
    /// No progress, no summaries.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Whether standard output takes colours (a terminal, and `NO_COLOR` is not set).
    pub color: bool,
    /// The date commands count from.
    pub today: jiff::civil::Date,
    /// Store URL.
    pub store: String,
    /// Folder laid over the built-in dictionaries.
    pub dictionaries: Option<PathBuf>,
    /// Language model to use instead of the built-in one.
    pub model: Option<PathBuf>,
    /// Folder of root certificates that signatures may lead to; `None`: chains are not checked.
    pub trust: Option<PathBuf>,
    /// What is done with papers that say they are secret.
    pub secrecy: Secrecy,
    /// Whether the configuration says that this machine has no network.
    pub offline: bool,
    /// Worker threads, at least 1.
    pub jobs: usize,
    /// The mailbox that `fetch` empties when no other is named.
    pub mail: MailFile,
}

/// Fewer digits of a file's SHA-256 might name another file, too.
const SHORTEST_DIGEST: usize = 12;

/// Options every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// Store: sqlite://congvan.db (working folder), sqlite:///abs/path.db, postgres://USER@HOST/DATABASE
    /// (password in PGPASSWORD)
    #[arg(long, global = true, env = "CONGVAN_STORE", value_name = "URL", hide_env_values = true)]
    pub store: Option<String>,
    /// Language of tables, reports and findings
    #[arg(long, global = true, env = "CONGVAN_LANG", value_name = "vi|en")]
    pub lang: Option<LangArg>,
    /// The date to count from (default: today in Asia/Ho_Chi_Minh)
    #[arg(long, global = true, env = "CONGVAN_TODAY", value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
    /// Folder laid over the built-in dictionaries (same id replaces, new id adds)
    #[arg(long, global = true, env = "CONGVAN_DICTIONARIES", value_name = "DIR")]
    pub dictionaries: Option<PathBuf>,
    /// Language model to use instead of the built-in one
    #[arg(long, global = true, env = "CONGVAN_MODEL", value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Folder of root certificates (.pem, .crt, .cer, .der) that digital signatures must lead to; none is built in
    #[arg(long, global = true, env = "CONGVAN_TRUST", value_name = "DIR")]
    pub trust: Option<PathBuf>,
    /// Worker threads (default: one per core)
    #[arg(long, short = 'j', global = true, env = "CONGVAN_JOBS", value_name = "N")]
    pub jobs: Option<usize>,
    /// Also read papers marked MẬT, TỐI MẬT, TUYỆT MẬT: only on a machine that congvan.toml declares `offline = true`
    #[arg(long, global = true)]
    pub allow_secret: bool,
    /// No progress, no summary; errors are still printed
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say on standard error how each page was read, and why
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// `vi` or `en`.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LangArg {
    /// Tiếng Việt
    Vi,
    /// English
    En,
}

/// What `congvan.toml` may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    store: Option<String>,
    lang: Option<LangArg>,
    dictionaries: Option<PathBuf>,
    model: Option<PathBuf>,
    trust: Option<PathBuf>,
    jobs: Option<usize>,
    /// Whether this machine has no network at all.
    #[serde(default)]
    offline: bool,
    /// Files that look secret and are not, by the first digits of their SHA-256.
    #[serde(default)]
    not_secret: Vec<String>,
    #[serde(default)]
    fetch: MailFile,
}

/// `[fetch]` in `congvan.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailFile {
    /// `imaps://USER@SERVER/FOLDER`.
    pub url: Option<String>,
    /// Folder the mails are written to.
    pub to: Option<PathBuf>,
    /// File whose first line is the password.
    pub password_file: Option<PathBuf>,
    /// Certificates to trust instead of the system's.
    pub ca: Option<PathBuf>,
    /// Folder of the account into which fetched mails are moved.
    pub move_to: Option<String>,
}

/// The configuration file in force: the working folder's, else the user's; `None` when neither exists.
pub fn file_in_force() -> Option<PathBuf> {
    let user = user_folder().map(|folder| folder.join("congvan.toml"));
    [Some(PathBuf::from("congvan.toml")), user].into_iter().flatten().find(|path| path.is_file())
}

/// Where the user's own files of this program lie: `$XDG_CONFIG_HOME/congvan/`.
pub fn user_folder() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".config"));
    std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home).map(|user| user.join("congvan"))
}

fn read(path: &Path) -> Result<File> {
    let raw = std::fs::read_to_string(path).map_err(|e| Error::rules(e.to_string()).at(path))?;
    toml::from_str(&raw).map_err(|e| {
        let line = e.span().map_or(1, |s| raw[..s.start].matches('\n').count() + 1);
        Error::rules(e.message().to_owned()).at(path).on_line(line)
    })
}

/// Weighs flags, environment, file and defaults.
pub fn context(global: &Global) -> Result<Context> {
    let file = file_in_force().map_or_else(|| Ok(File::default()), |path| read(&path))?;
    let lang = match global.lang.or(file.lang) {
        Some(LangArg::En) => Lang::En,
        Some(LangArg::Vi) | None => Lang::Vi,
    };
    let cores = || std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = global.jobs.or(file.jobs).unwrap_or_else(cores);
    if jobs == 0 {
        return Err(Error::usage("--jobs must be at least 1"));
    }
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    Ok(Context {
        lang,
        quiet: global.quiet,
        verbose: global.verbose,
        color: std::io::stdout().is_terminal() && !no_color,
        today: global.today.unwrap_or_else(today_in_vietnam),
        store: global.store.clone().or(file.store).unwrap_or_else(|| "sqlite://congvan.db".to_owned()),
        dictionaries: global.dictionaries.clone().or(file.dictionaries),
        model: global.model.clone().or(file.model),
        trust: global.trust.clone().or(file.trust),
        secrecy: secrecy(global.allow_secret, file.offline, file.not_secret)?,
        offline: file.offline,
        jobs,
        mail: file.fetch,
    })
}

/// Secrets are read only where the configuration says, in writing, that the machine has no network.
fn secrecy(allow: bool, offline: bool, not_secret: Vec<String>) -> Result<Secrecy> {
    if allow && !offline {
        return Err(Error::usage(
            "--allow-secret: state secrets must not be read on a machine with a network: write `offline = true` into its \
             congvan.toml if this one has none, else leave the option out",
        ));
    }
    let is_digest = |digest: &&String| digest.len() >= SHORTEST_DIGEST && digest.chars().all(|c| c.is_ascii_hexdigit());
    match not_secret.iter().find(|digest| !is_digest(digest)) {
        Some(wrong) => Err(Error::rules(format!(
            "not_secret: {wrong:?} names no file: write the digits that the message about the file shows"
        ))),
        None => Ok(Secrecy { allowed: allow, not_secret: not_secret.iter().map(|d| d.to_lowercase()).collect() }),
    }
}

/// Viet Nam has been at UTC+7 without summer time since 1975; no time-zone database is needed.
fn today_in_vietnam() -> jiff::civil::Date {
    let offset = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    jiff::Timestamp::now().to_zoned(offset).date()
}
