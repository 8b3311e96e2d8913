//! Commands about the program itself: what is installed, its store as a file, its language model.

pub mod backup;
pub mod doctor;
pub mod export;
pub mod import;
pub mod model;
