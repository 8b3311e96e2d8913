//! A page as pixels: cleaned, measured, set level.
//!
//! in: images → out: images, and what was measured on them.
//! Promises: a way back to the page for every box; sizes and pixels of the page's own image are never changed.

pub(crate) mod blank_rows;
pub(crate) mod components;
pub(crate) mod deskew;
pub(crate) mod filter;
pub(crate) mod view;
