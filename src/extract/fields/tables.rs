//! Tables of the body, and the deadlines in their cells under the column's heading.
//!
//! in: table blocks (cells parted by tabs, bars or wide gaps) → out: [`Table`]s; a [`Deadline`] per dated cell.
//! Promises: rows keep their order; a cell under "thời hạn" takes its bound from that heading where it names none itself.
//! Shallow: a cell broken over lines makes rows of its own; boxes on the page are not looked at.

use super::found::Found;
use crate::document::{Document, Role};
use crate::extract::language::duty;
use crate::extract::language::when::{When, when};
use crate::record::{Bound, Day, Deadline, Period, Table};
use crate::rules::{Rules, Slot, Tokens, Value};
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
    let told = |cells: &[Cell]| cells.iter().map(|c| c.words.clone()).collect::<Vec<_>>();
    let blocks = doc.blocks.iter().filter(|b| b.role == Role::Table);
    blocks
        .filter_map(|block| {
            let grid = grid(text, block.span)?;
            let rows = grid.rows.iter().map(|row| told(row)).collect();
            let value = Table { title: None, columns: told(&grid.head), rows };
            Some(Found { value, span: block.span, confidence: 0.9, rule: "tables.grid".into() })
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

fn columns(head: &[Cell], rules: &Rules) -> Columns {
    let holds = |cell: &Cell, list: &str| {
        let tokens = Tokens::new(&cell.words);
        rules.words(list).first_in(&tokens, 0..tokens.len()).is_some()
    };
    let bound = |cell: &Cell| {
        let tokens = Tokens::new(&cell.words);
        let list = rules.words("deadline_columns");
        let longest = (0..tokens.len()).filter_map(|at| Some((list.at(&tokens, at)?, at))).max()?;
        let words = duty::words(&tokens, longest.1..longest.1 + longest.0).to_lowercase();
        Some(list.get(&words).unwrap_or("by").to_owned())
    };
    let days: Vec<(usize, String)> = head.iter().enumerate().filter_map(|(i, cell)| Some((i, bound(cell)?))).collect();
    // "ngày tháng" alone may be that of a letter or of a birth; beside a column of times it is a timetable's
    let timed = days.iter().any(|(_, bound)| bound != TIMETABLE);
    let days: Vec<(usize, Bound)> = days
        .into_iter()
        .filter_map(|(i, bound)| match bound.as_str() {
            TIMETABLE => timed.then_some((i, Bound::On)),
            bound => Some((i, bound.into())),
        })
        .collect();
    let free = |i: &usize| days.iter().all(|(day, _)| day != i);
    let find = |list: &str| (0..head.len()).filter(free).find(|i| holds(&head[*i], list));
    Columns { task: find("task_columns"), unit: find("unit_columns"), days }
}

/// One deadline per cell that names a day, a month, a quarter or a round, in the columns of days.
pub(super) fn deadlines(
    doc: &Document,
    text: &Text,
    rules: &Rules,
    issued_on: Option<Date>,
    addressees: &[String],
) -> Vec<Found<Deadline>> {
    let mut found = Vec::new();
    for block in doc.blocks.iter().filter(|b| b.role == Role::Table) {
        let Some(grid) = grid(text, block.span) else { continue };
        let columns = columns(&grid.head, rules);
        for row in &grid.rows {
            for (index, bound) in &columns.days {
                let Some(cell) = row.get(*index).filter(|c| !c.words.is_empty()) else { continue };
                let Some((bound, when, rule)) = read_cell(&cell.words, bound, rules, issued_on) else { continue };
                let of = |column: Option<usize>| {
                    column.and_then(|i| row.get(i)).map(|c| c.words.clone()).filter(|words| !words.is_empty())
                };
                let whole: Vec<&str> = row.iter().map(|c| c.words.as_str()).filter(|w| !w.is_empty()).collect();
                let value =
                    deadline(whole.join(" "), cell, bound, when, of(columns.task), of(columns.unit), addressees);
                found.push(Found { value, span: cell.span, confidence: 0.85, rule });
            }
        }
    }
    found
}

fn read_cell(words: &str, bound: &Bound, rules: &Rules, issued_on: Option<Date>) -> Option<(Bound, When, String)> {
    let tokens = Tokens::new(words);
    for hit in rules.phrases("deadlines").find(&tokens) {
        let own = hit.gives("bound").filter(|b| *b != "none");
        if let (Some(own), Some(when)) = (own, when(&hit, issued_on)) {
            return Some((own.into(), when, format!("deadlines.{}", hit.phrase.id)));
        }
    }
    // a bare day: the heading tells the bound
    let dated = (0..tokens.len()).find_map(|at| Slot::Date.read(&tokens, at).into_iter().next());
    let (_, Value::Date(printed)) = dated? else { return None };
    let date = Some(crate::extract::language::dates::day(printed, issued_on)?);
    Some((bound.clone(), When { date, ..When::default() }, "tables.day".to_owned()))
}

fn deadline(
    text: String,
    cell: &Cell,
    bound: Bound,
    when: When,
    task: Option<String>,
    unit: Option<String>,
    addressees: &[String],
) -> Deadline {
    // one day with the bound "within" is that day
    let bound = if bound == Bound::Within && when.date.is_some() { Bound::On } else { bound };
    Deadline {
        text,
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
        task,
        responsible: unit.map_or_else(|| addressees.to_vec(), |unit| vec![unit]),
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
