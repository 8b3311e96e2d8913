//! The noisy channel: what it costs that one word was printed and another was read.
//!
//! in: words printed and read → out: −ln P(read | printed), in nats. The decoder adds −ln P(printed) of the language model and
//! looks for the least sum: argmax P(printed) · P(read | printed) (Shannon 1948; for spelling Kernighan, Church & Gale 1990).
//! Two readers, two channels, both learned from counted pairs in `dictionaries/ocr/`:
//! [`english`] writes other letters for those it does not know, [`vietnamese`] loses or confuses marks.

pub mod english;
pub mod vietnamese;
