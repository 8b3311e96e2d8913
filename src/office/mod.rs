//! What an office does with its records: takes documents in, keeps registers, holds documents against each other.
//!
//! in: the store, records, the rules in force → out: typed results for whoever shows them.

pub mod answers_due;
pub mod arrivals;
pub mod calendar;
pub mod deadlines;
pub mod decisions;
pub mod dossiers;
pub mod duplicates;
pub mod finding_places;
pub mod ingest;
pub mod lookup;
pub mod peers;
pub mod registers;
pub mod stored_checks;
pub mod suppressions;
pub mod wording;
