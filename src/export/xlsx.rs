//! XLSX: a register as a workbook that is ready to print, sign and bind.
//!
//! in: title, headings with widths, rows → out: one sheet, A4 landscape, one page wide, the heading rows on every page.
//! Promises: every cell is text, none a formula, also after someone edits it; the same content gives the same bytes.
//! Leaves out: the height of rows, which the spreadsheet program fits to the wrapped text when it opens the file.

use super::printable;
use crate::error::{Error, Result};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

/// A table to print.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// First line, centred: "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN".
    pub title: &'a str,
    /// Second line, centred: the days it covers; may be empty.
    pub period: &'a str,
    /// Heading and relative width of each column, left to right.
    pub columns: &'a [(&'a str, f64)],
    /// Cells, as many in each row as there are columns.
    pub rows: &'a [Vec<String>],
}

/// The font that the decree on document form asks for.
const FONT: &str = "Times New Roman";
/// Characters that fit across A4 landscape at 12 points between the margins.
const PAGE_WIDTH: f64 = 140.0;
/// No cell may be longer, in UTF-16 units (the format's limit).
const LONGEST_CELL: usize = 32_767;
/// A4 as the format numbers paper sizes.
const A4: u8 = 9;
/// Rows above the first entry: title, period, headings, column numbers.
const HEAD_ROWS: u32 = 4;
/// On the tab; the format takes 31 characters at most.
const SHEET_NAME: &str = "Sổ văn bản đến";
/// Inches from the paper's edge: left (for binding), right, top, bottom, header, footer.
const MARGINS: [f64; 6] = [0.8, 0.4, 0.6, 0.7, 0.3, 0.3];

/// The workbook's bytes.
pub fn workbook(sheet: &Sheet<'_>) -> Result<Vec<u8>> {
    write(sheet).map_err(|e| Error::store(format!("cannot be written as XLSX: {e}")))
}

fn write(sheet: &Sheet<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // a fixed day, or two workbooks of the same content would differ
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(sheet.title).set_creation_datetime(&created));
    let page = book.add_worksheet();
    page.set_name(SHEET_NAME)?;
    set_up(page, sheet)?;
    head(page, sheet)?;
    entries(page, sheet)?;
    book.save_to_buffer()
}

/// Paper, margins, widths, what is repeated on each page.
fn set_up(page: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let [left, right, top, bottom, header, footer] = MARGINS;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
    page.set_margins(left, right, top, bottom, header, footer);
    page.set_footer(format!("&C&\"{FONT},Regular\"&11&P/&N"));
    page.set_repeat_rows(2, HEAD_ROWS - 1)?.set_freeze_panes(HEAD_ROWS, 0)?;
    let total: f64 = sheet.columns.iter().map(|(_, width)| width).sum();
    for (column, (_, width)) in (0u16..).zip(sheet.columns) {
        page.set_column_width(column, width / total * PAGE_WIDTH)?;
    }
    Ok(())
}

/// Title, period, headings and the numbers of the columns under them, as the printed form has them.
fn head(page: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    let centred = Format::new().set_font_name(FONT).set_font_size(12).set_align(FormatAlign::Center);
    let title = centred.clone().set_font_size(14).set_bold();
    across(page, 0, sheet, sheet.title, &title)?;
    across(page, 1, sheet, sheet.period, &centred)?;
    let numbers = centred.set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    let heading = numbers.clone().set_bold().set_text_wrap();
    for (column, (name, _)) in (0u16..).zip(sheet.columns) {
        page.write_string_with_format(2, column, *name, &heading)?;
        page.write_string_with_format(3, column, format!("({})", column + 1), &numbers)?;
    }
    Ok(())
}

/// One line over the whole width.
fn across(page: &mut Worksheet, row: u32, sheet: &Sheet<'_>, line: &str, format: &Format) -> Result<(), XlsxError> {
    match sheet.columns.len() {
        0 | 1 => page.write_string_with_format(row, 0, line, format)?,
        many => page.merge_range(row, 0, row, many as u16 - 1, line, format)?,
    };
    Ok(())
}

fn entries(page: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), XlsxError> {
    // the quote prefix keeps "=…" a text when the cell is edited
    let cell = Format::new().set_font_name(FONT).set_font_size(12).set_border(FormatBorder::Thin);
    let cell = cell.set_text_wrap().set_align(FormatAlign::Top).set_quote_prefix();
    for (row, cells) in (HEAD_ROWS..).zip(sheet.rows) {
        for (column, text) in (0u16..).zip(cells) {
            page.write_string_with_format(row, column, fitting(printable(text)), &cell)?;
        }
    }
    let (last_row, last_column) = (sheet.rows.len() as u32 + HEAD_ROWS, sheet.columns.len().max(1) as u16 - 1);
    page.ignore_error_range(HEAD_ROWS, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
    Ok(())
}

/// What a cell can hold; a longer text ends in "…".
fn fitting(text: String) -> String {
    if text.encode_utf16().count() <= LONGEST_CELL {
        return text;
    }
    let mut used = 1;
    let kept = text.chars().take_while(|c| {
        used += c.len_utf16();
        used <= LONGEST_CELL
    });
    let mut kept: String = kept.collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_no_rows_and_endless_cells_are_written_too() {
        let one = [("Số đến", 8.0)];
        let long = [vec!["ả".repeat(40_000)], vec!["\u{0}\u{1b}=1".to_owned()]];
        for rows in [&long[..], &[]] {
            let sheet = Sheet { title: "SỔ", period: "", columns: &one, rows };
            let bytes = workbook(&sheet).unwrap();
            assert!(bytes.starts_with(b"PK"));
            assert_eq!(bytes, workbook(&sheet).unwrap(), "the same bytes again");
        }
        assert_eq!(fitting("ả".repeat(40_000)).encode_utf16().count(), LONGEST_CELL);
    }
}
