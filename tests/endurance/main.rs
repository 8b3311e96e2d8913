//! The store under violence, with the real binary: killed at random moments, without room, without its database, with
//! others at work on it.
//!
//! in: a folder of letters → out: whatever was done to the program meanwhile, the same command ends with the same store as
//! in calm: the same export, every document once, every index whole.

#![cfg(unix)]

#[path = "../cluster/mod.rs"]
mod cluster;
mod full;
mod gone;
mod kills;
mod office;
mod writers;
