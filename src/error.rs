//! What can go wrong, and what the process says about it.
//!
//! in: the error of a room → out: one [`Error`] with the path and, where it is known, the page or line.
//! Promises: every message reads *where: what (: what to do)*, lower case, no full stop.
//! Leaves out: doubtful readings (`needs_review`) and mistakes of the document itself (`findings`): those are results.

use std::fmt;
use std::path::{Path, PathBuf};

/// Result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Exit statuses of the program.
pub mod exit {
    /// All done.
    pub const OK: u8 = 0;
    /// Done, but some inputs failed, or an error-level finding stands.
    pub const SOME_FAILED: u8 = 1;
    /// Wrong usage.
    pub const USAGE: u8 = 2;
    /// The environment is not ready: no OCR data, no store.
    pub const NOT_READY: u8 = 3;
}

/// We could not do what was asked.
#[derive(Debug)]
pub struct Error {
    /// Whether the input, the environment or the call is at fault.
    pub kind: ErrorKind,
    /// File concerned, when there is one.
    pub path: Option<PathBuf>,
    /// 1-based page or line of that file, when known.
    pub place: Option<Place>,
    /// What happened (and what to do), in one line.
    pub message: String,
}

/// A place inside a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// 1-based page.
    Page(u32),
    /// 1-based line.
    Line(usize),
}

/// Who is at fault; decides the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file cannot be read as what it is: damaged, encrypted, empty, too large, of an unknown type.
    Input,
    /// The file says that it is secret: it is kept back, and nothing of it told.
    Secret,
    /// A dictionary or configuration file is wrong.
    Rules,
    /// The machine lacks something: OCR data, a library, a store that opens.
    Environment,
    /// The call itself is wrong.
    Usage,
    /// The store refused.
    Store,
}

impl Error {
    /// An error of the given kind that names no file yet.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error { kind, path: None, place: None, message: message.into() }
    }
    /// A file that cannot be read as what it is.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }
    /// A file that says that it is secret. The message must hold none of its words.
    pub fn secret(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Secret, message)
    }
    /// A wrong dictionary or configuration file.
    pub fn rules(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Rules, message)
    }
    /// Something the machine lacks.
    pub fn environment(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Environment, message)
    }
    /// A wrong call.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }
    /// A result that cannot be put where it belongs.
    pub fn unwritable(e: &std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let remedy = match e.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => ": make room, then do the same again",
            _ => "",
        };
        Self::environment(format!("cannot be written: {e}{remedy}"))
    }
    /// The store refused.
    pub fn store(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Store, message)
    }
    /// Names the file, unless one is named already.
    pub fn at(mut self, path: impl AsRef<Path>) -> Self {
        self.path.get_or_insert_with(|| path.as_ref().to_path_buf());
        self
    }
    /// Names the 1-based page, unless a place is named already.
    pub fn on_page(mut self, page: u32) -> Self {
        self.place.get_or_insert(Place::Page(page));
        self
    }
    /// Names the 1-based line, unless a place is named already.
    pub fn on_line(mut self, line: usize) -> Self {
        self.place.get_or_insert(Place::Line(line));
        self
    }
    /// Whether other files can be read all the same.
    pub fn is_of_one_file(&self) -> bool {
        matches!(self.kind, ErrorKind::Input | ErrorKind::Secret)
    }
    /// Exit status the process ends with when this error ends it.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ErrorKind::Input | ErrorKind::Secret => exit::SOME_FAILED,
            ErrorKind::Usage => exit::USAGE,
            ErrorKind::Rules | ErrorKind::Environment | ErrorKind::Store => exit::NOT_READY,
        }
    }
}

/// A path or message made safe for one line of a terminal: control characters are written `\u{..}`.
pub fn one_line(raw: &str) -> String {
    raw.chars().fold(String::with_capacity(raw.len()), |mut out, c| {
        let bidi = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || bidi {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
        out
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}", one_line(&path.to_string_lossy()))?;
            match self.place {
                Some(Place::Page(page)) => write!(f, ", page {page}: ")?,
                Some(Place::Line(line)) => write!(f, ":{line}: ")?,
                None => write!(f, ": ")?,
            }
        }
        write!(f, "{}", one_line(&self.message))
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        Error::input(e.to_string().to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_then_what_on_one_line() {
        let e = Error::input("page tree loops").at("a\nb.pdf").on_page(3);
        assert_eq!(e.to_string(), "a\\nb.pdf, page 3: page tree loops");
        assert_eq!(e.exit_code(), exit::SOME_FAILED);
    }

    #[test]
    fn the_innermost_place_wins() {
        let e = Error::rules("unknown key").at("x.toml").on_line(4).at("y").on_line(9);
        assert_eq!(e.to_string(), "x.toml:4: unknown key");
    }
}
