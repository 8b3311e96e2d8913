//! Export: records and tables in the formats other programs read.
//!
//! in: records, rows → out: JSON, JSON lines, CSV for spreadsheets, XLSX for the printer, registers as XML by the
//! decree on document work, iCalendar as file and over CalDAV; findings as SARIF and
//! HTML, and as the letter that asks for what is missing; page images with their text as searchable PDF.
//! Promises: the same content gives the same bytes, whenever it is written.
//! What is written in Vietnamese or English stands beside the code that writes it; words that are looked for in letters stand in
//! `dictionaries/`. Leaves out: where the bytes go (`cli`).

pub mod caldav;
pub mod csv;
pub mod findings;
pub mod html;
pub mod ics;
pub mod incoming;
pub mod json;
pub mod overlay;
pub mod pdf;
pub mod picture;
pub mod reply;
pub mod sarif;
pub mod xlsx;

/// The text without control characters; line breaks stay.
fn printable(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}
