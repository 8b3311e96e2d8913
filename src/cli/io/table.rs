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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_cannot_steer_the_terminal() {
        assert!(!render(&["A"], [vec!["\u{1b}[31mred".to_owned()]]).contains('\u{1b}'));
    }
}
