//! What the commands share: configuration, files in, answers out, progress, tables.

pub mod clerk;
pub mod config;
pub mod inputs;
pub mod listing;
pub mod output;
pub mod outputs;
pub mod progress;
pub mod table;
pub mod units;

pub use config::Context;
