//! Tables for people: one look for every command.
//!
//! in: headings and rows of text from documents → out: aligned lines, wrapped to the terminal.
//! Promises: control characters of documents never reach the terminal.

use crate::error::one_line;
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle, presets};

/// A line above, under the headings and below; none between rows: lists are long.
const LOOK: TableStyle = presets::NOTHING
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// A table as text, one line break at its end. Cells are made safe for the terminal.
pub fn render(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(LOOK).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(head.iter().copied());
    for row in rows {
        table.add_row(row.iter().map(|cell| one_line(cell)));
    }
    format!("{table}\n")
}

/// An ISO date as offices write it: "2024-06-05" → "05/6/2024" (days and the months 1 and 2 with two digits, as the
/// decree on document form asks). Anything else comes back unchanged.
pub fn date(iso: &str) -> String {
    match iso.parse::<jiff::civil::Date>() {
        Ok(d) if d.month() <= 2 => format!("{:02}/{:02}/{}", d.day(), d.month(), d.year()),
        Ok(d) => format!("{:02}/{}/{}", d.day(), d.month(), d.year()),
        Err(_) => iso.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_offices_write_them() {
        for (iso, printed) in
            [("2024-06-05", "05/6/2024"), ("2024-02-02", "02/02/2024"), ("2024-12-31", "31/12/2024"), ("?", "?")]
        {
            assert_eq!(date(iso), printed);
        }
    }

    #[test]
    fn documents_cannot_steer_the_terminal() {
        assert!(!render(&["A"], [vec!["\u{1b}[31mred".to_owned()]]).contains('\u{1b}'));
    }
}
