//! CSV for spreadsheets.
//!
//! in: headings, rows → out: UTF-8 with a byte order mark (without it Excel takes Vietnamese for another encoding), CRLF.
//! Promises: no cell can start a formula, whatever a document says.

use super::printable;
use crate::error::{Error, Result};

/// A table with one heading line.
///
/// # Examples
/// ```
/// use congvan::export::csv;
///
/// let rows = [["117/KH-UBND".to_owned(), "=HYPERLINK(1)".to_owned()]];
/// let bytes = csv::table(&["Số, ký hiệu", "Trích yếu"], rows)?;
/// let text = "\u{feff}\"Số, ký hiệu\",Trích yếu\r\n117/KH-UBND,'=HYPERLINK(1)\r\n";
/// assert_eq!(bytes, text.as_bytes(), "no cell can start a formula");
/// # Ok::<(), congvan::Error>(())
/// ```
pub fn table<R>(head: &[&str], rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>>
where
    R: IntoIterator<Item = String>,
{
    let failed = |e: ::csv::Error| Error::store(format!("cannot be written as CSV: {e}"));
    let bom = "\u{feff}".as_bytes().to_vec();
    let mut out = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(bom);
    out.write_record(head).map_err(failed)?;
    for row in rows {
        out.write_record(row.into_iter().map(|cell| harmless(&cell))).map_err(failed)?;
    }
    out.into_inner().map_err(|e| Error::store(format!("cannot be written as CSV: {}", e.error())))
}

/// An apostrophe before what a spreadsheet would take for a formula, and no control characters but line breaks.
fn harmless(cell: &str) -> String {
    // looked at without what is dropped or skipped before the first sign: a control character would hide it
    let safe = printable(cell);
    let starts = safe.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if starts { format!("'{safe}") } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_starts_a_formula() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("+84 24", "'+84 24"),
            ("\t=1", "'=1"),
            ("\r=1", "'=1"),
            ("\u{1b}=1", "'=1"),
            (" \n=1", "' \n=1"),
            ("\tSố", "Số"),
            ("＝1", "'＝1"),
            ("\u{1b}[31m", "[31m"),
            ("117/KH", "117/KH"),
        ];
        for (cell, safe) in cases {
            assert_eq!(harmless(cell), safe);
        }
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        let bytes = table(&["Số", "Trích yếu"], [["1".to_owned(), "a, \"b\"\nc".to_owned()]]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}Số,Trích yếu\r\n1,\"a, \"\"b\"\"\nc\"\r\n");
        assert_eq!(table::<Vec<String>>(&["A"], []).unwrap(), "\u{feff}A\r\n".as_bytes());
    }
}
