//! Commands that ask the store and change nothing.

pub mod calendar;
pub mod deadlines;
pub mod digest;
pub mod list;
pub mod register;
pub mod search;
pub mod show;
pub mod status;
