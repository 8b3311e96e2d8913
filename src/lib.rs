//! congvan reads the post of a Vietnamese public office.
//!
//! ```text
//! Source ──▶ Page ──▶ Text ──▶ Text + edits ──▶ Document ──▶ Record ──▶ Store ──▶ calendar, register, status
//! source     page     page     restore          document     extract    store     export, cli
//!                                                            check
//! ```
//! Each arrow is one public function; `congvan explain FILE` prints what each of them produced.

pub mod cli;
pub mod error;
pub mod export;
pub mod record;
pub mod rules;
pub mod source;
pub mod store;
pub mod text;

pub use error::{Error, ErrorKind, Result};
