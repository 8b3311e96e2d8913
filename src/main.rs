//! The program: parse, dispatch, print the error, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    congvan::page::ensure_single_threaded_omp();
    ExitCode::from(congvan::cli::main())
}
