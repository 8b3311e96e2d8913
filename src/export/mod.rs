//! Temporary.
pub mod json;
