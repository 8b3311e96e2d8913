//! Commands that read files: pages, text, records.

mod desk;
pub mod explain;
pub mod extract;
pub mod fetch;
pub mod ocr;
mod overlays;
pub mod restore;
pub mod run;
mod searchable;
pub mod signatures;
pub mod watch;
