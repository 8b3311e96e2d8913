//! The program: parse, dispatch, print the error, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(congvan::cli::main())
}
