//! Layout analysis: lines as an engine found them → lines in reading order, tables in cells.
//!
//! in: lines of words with boxes, marks of the page → out: the same words in order.
//! Promises: every word comes out once.

pub(crate) mod arrival_stamp;
pub(crate) mod columns;
pub(crate) mod list_dashes;
pub(crate) mod pieces;
pub(crate) mod segments;
pub(crate) mod tables;
