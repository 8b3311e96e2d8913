//! Export: records and tables in the formats other programs read.
//!
//! in: records, rows → out: JSON, JSON lines, CSV for spreadsheets, iCalendar; findings as SARIF and HTML.
//! Promises: the same content gives the same bytes, whenever it is written.
//! Leaves out: where the bytes go (`cli`), XLSX and PDF.

pub mod csv;
pub mod findings;
pub mod html;
pub mod ics;
pub mod json;
pub mod sarif;
