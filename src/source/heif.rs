//! HEIC pictures of telephones and AVIF: no Rust library decodes them, so libheif's own program does.
//!
//! in: the bytes of such a file → out: a PNG, upright.
//! Promises: the size its header claims is checked first; the program gets a minute and a folder of its own, which is gone
//! afterwards; where it is not on the machine, one line says what to do. Leaves out: all pictures of a file but the first.

use super::MAX_FILE;
use super::limits::check_size;
use crate::error::{Error, Result};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The program's name in libheif from 1.19 on, and before.
const PROGRAMS: [&str; 2] = ["heif-dec", "heif-convert"];
/// A photo takes two seconds.
const LONGEST: Duration = Duration::from_secs(60);
/// How often it is looked whether the program has ended.
const LOOK: Duration = Duration::from_millis(20);

/// The picture as a PNG.
pub(super) fn decoded(bytes: &[u8]) -> Result<Vec<u8>> {
    for (width, height) in sizes(bytes) {
        check_size(width, height)?;
    }
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("in.heic"), folder.path().join("out.png"));
    std::fs::write(&from, bytes)?;
    for program in PROGRAMS {
        if run(program, &from, &to)? {
            return read(folder.path());
        }
    }
    Err(Error::input(
        "a HEIC or AVIF picture, which needs libheif: install Debian's package libheif-examples, or save it as JPEG",
    ))
}

/// Runs one program; `false` where it is not installed.
fn run(program: &str, from: &Path, to: &Path) -> Result<bool> {
    let mut command = Command::new(program);
    command.arg(from).arg(to).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(e.into()),
    };
    let started = Instant::now();
    while started.elapsed() < LONGEST {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        std::thread::sleep(LOOK);
    }
    child.kill()?;
    child.wait()?;
    Err(Error::input("the HEIC or AVIF picture took more than a minute to decode: save it as JPEG"))
}

/// The first picture the program wrote: "out.png", or "out-1.png" of several.
fn read(folder: &Path) -> Result<Vec<u8>> {
    let written = ["out.png", "out-1.png"].map(|name| folder.join(name));
    let Some(path) = written.iter().find(|path| path.is_file()) else {
        return Err(Error::input("the HEIC or AVIF picture is damaged, or packed in a way libheif does not know"));
    };
    if std::fs::metadata(path)?.len() > MAX_FILE {
        return Err(Error::input("the image needs more memory than we take"));
    }
    Ok(std::fs::read(path)?)
}

/// The sizes the header claims: boxes "ispe" (ISO/IEC 23008-12), behind four bytes of version and flags.
fn sizes(bytes: &[u8]) -> Vec<(u32, u32)> {
    let be32 = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let boxes = memchr::memmem::find_iter(bytes, b"ispe");
    // a tile's box is small, the picture's is the largest; noise in the pixels may look like a box far behind
    boxes.take_while(|at| *at < 1 << 16).filter_map(|at| Some((be32(at + 8)?, be32(at + 12)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_too_large_is_refused_before_a_program_runs() {
        let mut bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x14ispe\0\0\0\0".to_vec();
        bytes.extend(60_000u32.to_be_bytes());
        bytes.extend(60_000u32.to_be_bytes());
        assert!(decoded(&bytes).unwrap_err().to_string().contains("60000 × 60000"));
    }

    #[test]
    fn a_damaged_picture_is_one_line() {
        let said = decoded(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap_err().to_string();
        assert!(said.contains("damaged") || said.contains("libheif-examples"), "{said}");
    }
}
