//! Round seals: found, made pale, and the signer's names beside them.
//!
//! in: images and lines → out: seals, images without them, names read by themselves.

pub(crate) mod find;
pub(crate) mod remove_rings;
pub(crate) mod signer_names;
