//! Commands by which a person adds to what the store holds.

pub mod arrive;
pub mod decide;
