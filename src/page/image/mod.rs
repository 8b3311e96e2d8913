//! A page as pixels: cleaned, measured, set level, and the pieces of it that are read.
//!
//! in: images → out: images, and what was measured on them.
//! In running order: [`red_ink`] makes stamps pale · [`binarise`] parts ink from paper · [`components`] are the marks on it ·
//! [`deskew`] sets the lines level · [`view`] prepares a piece for recognition, with the help of [`filter`] and
//! [`blank_rows`].
//! Promises: a way back to the page for every box; the page's own image is never changed.

pub(crate) mod binarise;
mod blank_rows;
pub(crate) mod components;
pub(crate) mod deskew;
mod filter;
pub(crate) mod red_ink;
pub(crate) mod view;
