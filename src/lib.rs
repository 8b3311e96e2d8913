//! congvan reads the post of a Vietnamese public office.
//!
//! ```text
//! Source ──▶ Page ──▶ Text ──▶ Text + edits ──▶ Document ──▶ Record ──▶ Store ──▶ calendar, register, status
//! source     page     page     restore          document     extract    store     export, cli
//!                                                            check
//! ```
//! Each arrow is one public function; `congvan explain FILE` prints what each of them produced.

pub mod check;
pub mod cli;
pub mod document;
pub mod error;
pub mod export;
pub mod extract;
pub mod office;
pub mod page;
pub mod pipeline;
pub mod record;
pub mod restore;
pub mod rules;
pub mod source;
pub mod store;
pub mod text;
pub mod tracking;

pub use error::{Error, ErrorKind, Result};
