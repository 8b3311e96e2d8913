//! Form `table_sum`: a row "Tổng cộng" whose number is not the sum of the column above it.
//!
//! in: tables → out: a hit per column that does not add up.
//! Promises: a column counts only where every row above the total, down from the last total, holds a whole number.

use super::super::{Hit, Subject};
use super::grouped;
use crate::rules::Check;
use crate::text::fold::bare;

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let mut hits = Vec::new();
    for table in &subject.record.tables {
        let mut from = 0;
        for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| is_total(row)) {
            let above = &table.rows[from..at];
            hits.extend((1..row.len()).filter_map(|column| fault(above, row, column, subject)));
            from = at + 1;
        }
    }
    hits
}

fn is_total(row: &[String]) -> bool {
    let name = row.iter().find(|cell| cell.contains(char::is_alphabetic)).map(|cell| bare(cell.trim()));
    let Some(name) = name else { return false };
    ["tong cong", "tong so", "cong", "tong"].contains(&name.trim_matches(|c: char| !c.is_alphanumeric()))
}

fn fault(above: &[Vec<String>], total: &[String], column: usize, subject: &Subject) -> Option<Hit> {
    let told = number(total.get(column)?)?;
    let each: Option<Vec<u64>> = above.iter().map(|row| number(row.get(column)?)).collect();
    let each = each.filter(|each| each.len() >= 2)?;
    let sum: u64 = each.iter().try_fold(0u64, |sum, n| sum.checked_add(*n))?;
    (sum != told).then(|| {
        let text = total.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(" ");
        let values = vec![("told", grouped(told)), ("sum", grouped(sum))];
        Hit { text, values, doubtful: subject.is_read() }
    })
}

/// "1.500", "12": a whole number; nothing for anything else.
fn number(cell: &str) -> Option<u64> {
    let cell = cell.trim();
    let groups: Vec<&str> = cell.split(['.', ' ']).collect();
    let whole = groups.len() == 1 || groups[1..].iter().all(|g| g.len() == 3);
    let digits: String = groups.concat();
    (whole && !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}
