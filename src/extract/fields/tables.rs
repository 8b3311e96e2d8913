//! Tables (bảng) of the body, and the deadlines in their cells under the column's heading.
//!
//! in: table blocks (cells parted by tabs, bars or wide gaps) → out: [`Table`]s; a [`Deadline`] per dated cell.
//! Promises: rows keep their order; a cell under "thời hạn" takes its bound from that heading where it names none itself.
//! Shallow: a cell broken over lines makes rows of its own; boxes on the page are not looked at.

use super::found::Found;
use crate::document::{Document, Role};
use crate::extract::language::dates;
use crate::extract::language::lexicon::Lexicon;
use crate::extract::language::passage::Body;
use crate::extract::language::prose::said;
use crate::extract::language::when::{When, when};
use crate::record::{Bound, Day, Deadline, Period, Table};
use crate::rules::{Rules, Slot, Tokens, Value, WordList};
use crate::text::{Span, Text};
use jiff::civil::Date;

/// A cell and where it stands.
#[derive(Debug, Clone)]
struct Cell {
    words: String,
    span: Span,
}

/// A table with its places.
#[derive(Debug, Clone, Default)]
struct Grid {
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// The tables of a document, in order.
pub(super) fn tables(doc: &Document, text: &Text) -> Vec<Found<Table>> {
    let words = |cells: &[Cell]| cells.iter().map(|c| c.words.clone()).collect::<Vec<_>>();
    let blocks = doc.blocks_of(Role::Table);
    blocks
        .filter_map(|span| {
            let grid = grid(text, span)?;
            let rows = grid.rows.iter().map(|row| words(row)).collect();
            let value = Table { title: None, columns: words(&grid.head), rows };
            Some(Found { value, span, confidence: 0.9, rule: "tables.grid".into() })
        })
        .collect()
}

/// Rows of at least two cells; the first is the head.
fn grid(text: &Text, span: Span) -> Option<Grid> {
    let mut at = span.start;
    let mut rows = Vec::new();
    for line in text.slice(span).split_inclusive('\n') {
        let cells = cells(line, at);
        let ruler = cells.iter().all(|c| c.words.chars().all(|c| matches!(c, '-' | ':' | ' ')));
        if cells.len() >= 2 && !ruler {
            rows.push(cells);
        }
        at += line.len();
    }
    let head = if rows.len() >= 2 { rows.remove(0) } else { return None };
    Some(Grid { head, rows })
}

fn cells(line: &str, at: usize) -> Vec<Cell> {
    let bars = line.matches('|').count() >= 2;
    let line_end = line.trim_end();
    let trimmed = if bars { line_end.trim().trim_matches('|') } else { line_end };
    let lead = trimmed.as_ptr() as usize - line.as_ptr() as usize;
    let parts: Vec<&str> = match (bars, trimmed.contains('\t')) {
        (true, _) => trimmed.split('|').collect(),
        (false, true) => trimmed.split('\t').collect(),
        (false, false) => trimmed.split("   ").collect(),
    };
    let mut all = Vec::new();
    for part in parts {
        let words = part.trim();
        let from = at + lead + (words.as_ptr() as usize - trimmed.as_ptr() as usize);
        all.push(Cell { words: words.to_owned(), span: Span::new(from, from + words.len()) });
    }
    all
}

/// A column of days that counts beside a column of times only.
const TIMETABLE: &str = "timetable";

/// What a column holds.
#[derive(Debug, Clone, Default)]
struct Columns {
    /// Index and bound of the columns of days.
    days: Vec<(usize, Bound)>,
    task: Option<usize>,
    unit: Option<usize>,
}

/// What the columns hold, by the words of their headings.
fn columns(head: &[Cell], lexicon: &Lexicon) -> Columns {
    let bounds = head.iter().enumerate().filter_map(|(at, cell)| Some((at, bound(cell, lexicon)?)));
    let days: Vec<(usize, String)> = bounds.collect();
    // "ngày tháng" alone may be that of a letter or of a birth; beside a column of times it is a timetable's
    let timed = days.iter().any(|(_, bound)| bound != TIMETABLE);
    let meant = |(at, bound): (usize, String)| match bound.as_str() {
        TIMETABLE => timed.then_some((at, Bound::On)),
        bound => Some((at, bound.into())),
    };
    let days: Vec<(usize, Bound)> = days.into_iter().filter_map(meant).collect();
    let free = |at: &usize| days.iter().all(|(day, _)| day != at);
    let find = |list: &WordList| {
        (0..head.len()).filter(free).find(|at| {
            let tokens = Tokens::new(&head[*at].words);
            list.first_in(&tokens, 0..tokens.len()).is_some()
        })
    };
    Columns { task: find(lexicon.task_columns), unit: find(lexicon.unit_columns), days }
}

/// The bound of the days under a heading: of the longest entry in it, of two the last.
fn bound(heading: &Cell, lexicon: &Lexicon) -> Option<String> {
    let (tokens, list) = (Tokens::new(&heading.words), lexicon.deadline_columns);
    let (len, at) = (0..tokens.len()).filter_map(|at| Some((list.at(&tokens, at)?, at))).max()?;
    let words = said(&tokens, at..at + len).to_lowercase();
    Some(list.get(&words).unwrap_or("by").to_owned())
}

/// One deadline per cell that names a day, a month, a quarter or a round, in the columns of days.
pub(super) fn deadlines(body: &Body, issued_on: Option<Date>) -> Vec<Found<Deadline>> {
    let mut found = Vec::new();
    for span in body.document.blocks_of(Role::Table) {
        let Some(grid) = grid(body.text, span) else { continue };
        let columns = columns(&grid.head, body.lexicon);
        for row in &grid.rows {
            for (index, bound) in &columns.days {
                let Some(cell) = row.get(*index).filter(|c| !c.words.is_empty()) else { continue };
                let Some((bound, when, rule)) = read_cell(&cell.words, bound, body.rules, issued_on) else { continue };
                let value = deadline(row, &columns, cell, bound, when, body.addressees);
                found.push(Found { value, span: cell.span, confidence: 0.85, rule });
            }
        }
    }
    found
}

/// The bound and the time of a cell and the rule that read it: a phrase with a bound of its own, else a bare day under the
/// heading's bound.
fn read_cell(words: &str, bound: &Bound, rules: &Rules, issued_on: Option<Date>) -> Option<(Bound, When, String)> {
    let tokens = Tokens::new(words);
    for hit in rules.phrases("deadlines").find(&tokens) {
        let own = hit.gives("bound").filter(|b| *b != "none");
        if let (Some(own), Some(when)) = (own, when(&hit, issued_on)) {
            return Some((own.into(), when, format!("deadlines.{}", hit.phrase.id)));
        }
    }
    let dated = (0..tokens.len()).find_map(|at| Slot::Date.read(&tokens, at).into_iter().next());
    let (_, Value::Date(printed)) = dated? else { return None };
    let date = Some(dates::day(printed, issued_on)?);
    Some((bound.clone(), When { date, ..When::default() }, "tables.day".to_owned()))
}

/// The deadline of a cell: task and unit stand in the row's other columns.
fn deadline(row: &[Cell], columns: &Columns, cell: &Cell, bound: Bound, when: When, addressees: &[String]) -> Deadline {
    let filled = |cell: &&Cell| !cell.words.is_empty();
    let of = |column: Option<usize>| column.and_then(|at| row.get(at)).filter(filled).map(|c| c.words.clone());
    let text: Vec<&str> = row.iter().filter(filled).map(|c| c.words.as_str()).collect();
    // one day with the bound "within" is that day
    let bound = if bound == Bound::Within && when.date.is_some() { Bound::On } else { bound };
    Deadline {
        text: text.join(" "),
        date: when.date.map(Day::from),
        last_day: when.last_day(&bound).map(Day::from),
        bound,
        recurrence: when.recurrence,
        period: when.period.map(|(from, to)| Period {
            from: from.map(Day::from),
            to: to.map(Day::from),
            label: Some(cell.words.clone()),
        }),
        relative: when.relative,
        task: of(columns.task),
        responsible: of(columns.unit).map_or_else(|| addressees.to_vec(), |unit| vec![unit]),
        ..Deadline::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::record_of;

    fn days(table: &str) -> Vec<(Bound, Option<Day>)> {
        let head = "UBND QUẬN A\nSố: 1/TB-UBND\nA, ngày 1 tháng 2 năm 2023\nTHÔNG BÁO\nLịch họp\nLịch như sau:\n";
        let record = record_of(&format!("{head}{table}\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\nLê Thị Hoa\n"));
        record.deadlines.into_iter().map(|d| (d.bound, d.date)).collect()
    }

    #[test]
    fn days_of_a_timetable_count_and_those_of_a_list_of_letters_do_not() {
        let timetable = "Ngày tháng\tTên đơn vị\tThời gian\nSáng 21/02/2023\tPhường Một\t7h30 - 8h00\n\tPhường Hai\t8h00 - 8h30\n\
            Chiều 22/02/2023\tPhường Ba\t13h30 - 14h00";
        let on = |day: &str| (Bound::On, Some(Day::from(day)));
        assert_eq!(days(timetable), [on("2023-02-21"), on("2023-02-22")]);
        let letters = "Số, ký hiệu\tNgày tháng\tTrích yếu\n12/KH-UBND\t21/01/2023\tHọp\n13/KH-UBND\t22/01/2023\tHọp";
        assert_eq!(days(letters), []);
    }
}
