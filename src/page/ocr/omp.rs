//! Makes Tesseract use one thread per engine.
//!
//! in: the process as it was started → out: the same process with `OMP_THREAD_LIMIT=1`.
//! Promises: arguments, streams and working folder stay; done at most once. Tesseract's OpenMP threads spin against each
//! other: measured 2.5 times the CPU and 6 times the wall time as soon as another job runs. libgomp reads the variable
//! when it is loaded, before `main`, so setting it later is no use.

/// The variable libgomp reads.
const VARIABLE: &str = "OMP_THREAD_LIMIT";

/// Starts the program anew with `OMP_THREAD_LIMIT=1` unless it is set already. Call it first thing in `main`: it returns
/// when there is nothing to do, or where the process cannot be replaced (then everything works, only slower).
pub fn ensure_single_threaded_omp() {
    if cfg!(feature = "ocr") && std::env::var_os(VARIABLE).is_none() {
        restart();
    }
}

#[cfg(unix)]
fn restart() {
    use std::os::unix::process::CommandExt;
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| program.clone().into());
    // exec returns only when it failed.
    let _ = std::process::Command::new(program).arg0(name).args(arguments).env(VARIABLE, "1").exec();
}

#[cfg(not(unix))]
fn restart() {}
