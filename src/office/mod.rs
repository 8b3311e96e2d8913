//! What an office does with its documents, for whoever shows it: the command line today, a page and workers tomorrow.
//!
//! in: the store, the rules and the roster in force, today → out: typed results and errors; nothing is printed here.
//! In the order of an office's day:
//! documents come in (`ingest`; `peers` settles doubts by what is stored, `duplicates` tells what came twice) · they are
//! entered into the register (`arrivals`) and handed on (`decisions`); the books are kept (`registers`) · what is due is
//! looked at (`deadlines`, `calendar`) and who has answered (`answers_due`) · what is wrong is told (`stored_checks`,
//! `dossiers`, `finding_places`, less what somebody decided to leave: `suppressions`).
//! For all of them: the one document a person means (`lookup`), days and terms as offices write them (`wording`), verdicts
//! on digital signatures (`signature_words`).

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
pub mod rule_examples;
pub mod signature_words;
pub mod stored_checks;
pub mod suppressions;
pub mod wording;
