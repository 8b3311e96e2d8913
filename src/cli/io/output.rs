//! Where results go: standard output, or a file that is never overwritten without being asked.
//!
//! in: bytes, `-o`, `--force` → out: the file whole or not at all.
//! Promises: files appear under their name only when complete; a reader that closes the pipe is no error.

use crate::error::{Error, Result};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

/// What standard output is called in messages.
const STDOUT: &str = "standard output";

/// One line on standard error.
pub fn report(e: &Error) {
    say(format_args!("congvan: {e}"));
}

/// A line on standard error. Where that leads to a full disk the work goes on: the exit status tells what came of it.
pub fn say(line: impl std::fmt::Display) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Writes `bytes` to `path`, or to standard output when it is `None` or `-`.
pub fn write(path: Option<&Path>, bytes: &[u8], force: bool) -> Result<()> {
    match path.filter(|p| *p != Path::new("-")) {
        Some(path) => write_file(path, bytes, force),
        None => {
            let mut out = std::io::stdout().lock();
            quiet_on_closed_pipe(out.write_all(bytes).and_then(|()| out.flush()))
        }
    }
}

/// Writes a file atomically. Without `force` an existing file is an error.
pub fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<()> {
    write_file_with(path, force, |file| file.write_all(bytes).map_err(|e| Error::unwritable(&e).at(path)))
}

/// The same for what is too large to be held in memory: `write` puts it into the file.
pub fn write_file_with(path: &Path, force: bool, write: impl FnOnce(&mut std::fs::File) -> Result<()>) -> Result<()> {
    if !force && path.exists() {
        return Err(Error::usage("exists already: name another file or add --force").at(path));
    }
    let failed = |e: std::io::Error| Error::unwritable(&e).at(path);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().permissions(permissions()).prefix(".congvan-").tempfile_in(folder).map_err(failed)?;
    write(file.as_file_mut())?;
    if force {
        file.persist(path).map_err(|e| failed(e.error))?;
        return Ok(());
    }
    file.persist_noclobber(path).map_err(|e| match e.error.kind() {
        ErrorKind::AlreadyExists => Error::usage("exists already: name another file or add --force").at(path),
        _ => failed(e.error),
    })?;
    Ok(())
}

/// The same for what is too large to be held in memory, to a file or to standard output.
pub fn stream(path: Option<&Path>, force: bool, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let buffered = |out: &mut dyn Write| {
        let mut out = BufWriter::new(out);
        write(&mut out)?;
        out.flush().map_err(|e| Error::unwritable(&e))
    };
    match path.filter(|p| *p != Path::new("-")) {
        Some(path) => write_file_with(path, force, |file| buffered(file).map_err(|e| e.at(path))),
        None => {
            let mut out = Pipe { out: std::io::stdout().lock(), closed: false };
            let written = buffered(&mut out);
            if out.closed { Ok(()) } else { written.map_err(|e| e.at(STDOUT)) }
        }
    }
}

/// Remembers that the reader went away.
struct Pipe<W> {
    out: W,
    closed: bool,
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes).inspect_err(|e| self.closed |= e.kind() == ErrorKind::BrokenPipe)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush().inspect_err(|e| self.closed |= e.kind() == ErrorKind::BrokenPipe)
    }
}

/// Gives a finished file its name; both lie on one disk.
pub fn move_file(from: &Path, to: &Path, force: bool) -> Result<()> {
    let failed = |e: std::io::Error| match e.kind() {
        ErrorKind::AlreadyExists => Error::usage("exists already: name another file or add --force").at(to),
        _ => Error::unwritable(&e).at(to),
    };
    let from = tempfile::TempPath::try_from_path(from).map_err(failed)?;
    match force {
        true => from.persist(to).map_err(|e| failed(e.error)),
        false => from.persist_noclobber(to).map_err(|e| failed(e.error)),
    }
}

#[cfg(unix)]
fn permissions() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o644)
}

#[cfg(not(unix))]
fn permissions() -> std::fs::Permissions {
    // the platform's default for a new file
    tempfile::NamedTempFile::new().and_then(|f| f.as_file().metadata()).expect("a temporary file").permissions()
}

/// A reader that went away (`| head`) has what it wanted.
pub fn quiet_on_closed_pipe(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(e) => Err(Error::unwritable(&e).at(STDOUT)),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_left_alone_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_file(&path, b"one", false).unwrap();
        assert!(write_file(&path, b"two", false).unwrap_err().to_string().contains("--force"));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write_file(&path, b"two", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
