//! Ruled tables: the rules of a page, and the words between them as cells.
//!
//! in: the ink of a level page, its lines in reading order → out: the same words, those inside a ruled table as one line a
//! row, its cells parted by [`Word::starts_cell`]; an empty cell is a word without text.
//! How: long runs of ink chain into rules, rules that meet form a table; a word belongs to the cell whose upper and left
//! rules are the nearest ones that reach over it. So a merged cell speaks at its first row and column, and a bent rule is
//! followed.
//! Promises: every word comes out once; what has not two rows with words in two columns is no table but a stamp or a frame.
//! Leaves out: tables without rules (their rows are read as lines).

use crate::page::image::binarise::Ink;
use crate::page::words::{Line, Word};
use crate::text::Rect;
use std::collections::{BTreeMap, HashSet};

/// Shortest pieces of level and upright rules, in inches: a row of type is a quarter inch high.
const LEVEL_FROM: f32 = 0.45;
const UPRIGHT_FROM: f32 = 0.2;
/// White a rule may be broken by.
const BREAK: f32 = 0.03;
/// Rules this close are one boundary.
const SAME: f32 = 0.07;
/// Upright rules this close are one where one ends about where the other begins: they share so little of their length.
const BENT: f32 = 0.3;
const OVERLAP: f32 = 0.25;
/// Rules this close meet.
const MEET: f32 = 0.06;
/// A rule may be so much thicker than a hair, and bend so much.
const THICK: f32 = 0.12;
/// Fewest level and upright rules of a table.
const RULES: usize = 3;

/// A straight stretch of a rule: where it lies, and from where to where it runs.
#[derive(Debug, Clone, Copy)]
struct Run {
    at: u32,
    from: u32,
    to: u32,
}

/// A rule: its runs, side by side or one after the other.
#[derive(Debug, Clone)]
struct Rule {
    runs: Vec<Run>,
    low: u32,
    high: u32,
    from: u32,
    to: u32,
}

impl Rule {
    /// Where the rule lies beside `along`; `None` where it does not reach.
    fn at(&self, along: f32, slack: f32) -> Option<f32> {
        let near = |r: &&Run| along + slack >= r.from as f32 && along <= r.to as f32 + slack;
        let (sum, count) =
            self.runs.iter().filter(near).fold((0.0, 0), |(sum, count), r| (sum + r.at as f32, count + 1));
        (count > 0).then(|| sum / count as f32)
    }
    fn middle(&self) -> f32 {
        (self.low + self.high) as f32 / 2.0
    }
}

/// Rules at one place: a boundary between rows or columns.
type Boundary = Vec<Rule>;

/// A ruled table, in pixels of the ink.
#[derive(Debug)]
pub(crate) struct Grid {
    rows: Vec<Boundary>,
    columns: Vec<Boundary>,
    slack: f32,
    scale: f32,
}

impl Grid {
    /// The box around the table on the page.
    pub(crate) fn bbox(&self) -> Rect {
        let spread = |of: &[Boundary]| {
            let rules = || of.iter().flatten();
            (rules().map(|r| r.low).min().unwrap_or(0), rules().map(|r| r.high).max().unwrap_or(0))
        };
        let ((top, bottom), (left, right)) = (spread(&self.rows), spread(&self.columns));
        let on_page = |v: u32| (v as f32 * self.scale) as u32;
        let (x, y) = (on_page(left), on_page(top));
        Rect { x, y, w: on_page(right) - x, h: on_page(bottom) - y }
    }

    /// Row and column of the cell at a point of the page; `None` outside the table.
    fn cell(&self, x: f32, y: f32) -> Option<(usize, usize)> {
        let (x, y) = (x / self.scale, y / self.scale);
        let before = |boundaries: &[Boundary], along: f32, across: f32| {
            let place = |b: &Boundary| b.iter().find_map(|rule| rule.at(along, self.slack));
            let places: Vec<Option<f32>> = boundaries.iter().map(place).collect();
            let first = places.iter().rposition(|p| p.is_some_and(|p| p <= across))?;
            places[first + 1..].iter().flatten().any(|p| *p > across).then_some(first)
        };
        Some((before(&self.rows, x, y)?, before(&self.columns, y, x)?))
    }
}

/// The ruled tables of a level page.
pub(crate) fn grids(ink: &Ink) -> Vec<Grid> {
    let pixels = |inch: f32| (inch * ink.dpi / ink.scale).max(1.0);
    let level = rules(ink.height, ink.width, &|at, along| ink.at(along, at), pixels(LEVEL_FROM), pixels);
    let upright = rules(ink.width, ink.height, &|at, along| ink.at(at, along), pixels(UPRIGHT_FROM), pixels);
    let slack = pixels(MEET);
    let mut grids = Vec::new();
    let mut free: Vec<Option<Rule>> = upright.into_iter().map(Some).collect();
    let mut open: Vec<Option<Rule>> = level.into_iter().map(Some).collect();
    for first in 0..open.len() {
        let Some(rule) = open[first].take() else { continue };
        let (mut rows, mut columns) = (vec![rule], Vec::new());
        // rules that meet those of the table join it until none is left
        loop {
            let before = rows.len() + columns.len();
            columns.extend(taken(&mut free, |c| rows.iter().any(|r| meet(r, c, slack))));
            rows.extend(taken(&mut open, |r| columns.iter().any(|c| meet(r, c, slack))));
            if rows.len() + columns.len() == before {
                break;
            }
        }
        let (rows, columns) =
            (boundaries(rows, pixels(SAME), pixels(SAME)), boundaries(columns, pixels(SAME), pixels(BENT)));
        if rows.len() >= RULES && columns.len() >= RULES {
            grids.push(Grid { rows, columns, slack, scale: ink.scale });
        }
    }
    grids
}

/// Boxes around the marks that lie in cells, one for each cell that has any, row by row.
pub(crate) fn by_cell(grids: &[Grid], marks: &[Rect]) -> Vec<Rect> {
    let mut cells: BTreeMap<(usize, (usize, usize)), Rect> = BTreeMap::new();
    for mark in marks {
        let (x, y) = mark.centre();
        let Some(cell) = grids.iter().enumerate().find_map(|(at, grid)| Some((at, grid.cell(x as f32, y as f32)?)))
        else {
            continue;
        };
        cells.entry(cell).and_modify(|b| *b = b.cover(*mark)).or_insert(*mark);
    }
    cells.into_values().collect()
}

/// Takes out what fits.
fn taken(from: &mut [Option<Rule>], fits: impl Fn(&Rule) -> bool) -> Vec<Rule> {
    from.iter_mut().filter(|slot| slot.as_ref().is_some_and(&fits)).filter_map(Option::take).collect()
}

fn meet(level: &Rule, upright: &Rule, slack: f32) -> bool {
    let within = |v: f32, from: u32, to: u32| v + slack >= from as f32 && v <= to as f32 + slack;
    within(upright.middle(), level.from, level.to) && within(level.middle(), upright.from, upright.to)
}

/// Rules that lie at one place, put together; in order. Rules farther apart, within `bent`, are one where one goes on after
/// the other: a bent rule came in pieces.
fn boundaries(mut rules: Vec<Rule>, same: f32, bent: f32) -> Vec<Boundary> {
    rules.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let mut found: Vec<Boundary> = Vec::new();
    for rule in rules {
        let goes_on = |r: &Rule| {
            let shared = r.to.min(rule.to).saturating_sub(r.from.max(rule.from)) as f32;
            let shorter = (r.to - r.from).min(rule.to - rule.from) as f32;
            shared <= shorter * OVERLAP
        };
        match found.last_mut() {
            Some(last) if last.iter().any(|r| rule.middle() - r.middle() <= same) => last.push(rule),
            Some(last) if last.iter().all(|r| rule.middle() - r.middle() <= bent && goes_on(r)) => last.push(rule),
            _ => found.push(vec![rule]),
        }
    }
    found
}

/// The rules along one direction: `across` lines of `length` pixels, `ink(line, along)`.
fn rules(
    across: u32,
    length: u32,
    ink: &dyn Fn(u32, u32) -> bool,
    least: f32,
    pixels: impl Fn(f32) -> f32,
) -> Vec<Rule> {
    let (broken, thick) = (pixels(BREAK) as u32, pixels(THICK));
    let mut open: Vec<Rule> = Vec::new();
    let mut done: Vec<Rule> = Vec::new();
    for at in 0..across {
        for run in runs(at, length, ink, broken).filter(|r| (r.to - r.from) as f32 >= least) {
            let touches = |r: &Rule| {
                r.high + 1 >= at && r.runs.iter().rev().take_while(|o| o.at + 1 >= at).any(|o| reaches(o, &run))
            };
            match open.iter_mut().find(|r| touches(r)) {
                Some(rule) => {
                    rule.runs.push(run);
                    (rule.high, rule.from, rule.to) = (at, rule.from.min(run.from), rule.to.max(run.to));
                }
                None => open.push(Rule { runs: vec![run], low: at, high: at, from: run.from, to: run.to }),
            }
        }
        let (kept, closed) = open.into_iter().partition(|r| r.high + 1 >= at);
        open = kept;
        done.extend::<Vec<Rule>>(closed);
    }
    done.extend(open);
    // a black bar or a picture is no rule; a long rule may bend more
    done.retain(|r| ((r.high - r.low) as f32) < thick + (r.to - r.from) as f32 * 0.02);
    done
}

fn reaches(a: &Run, b: &Run) -> bool {
    a.from <= b.to + 1 && b.from <= a.to + 1
}

/// The runs of ink of one line, breaks of up to `broken` pixels passed over.
fn runs(at: u32, length: u32, ink: &dyn Fn(u32, u32) -> bool, broken: u32) -> impl Iterator<Item = Run> {
    let mut found = Vec::new();
    let mut run: Option<Run> = None;
    for along in 0..length {
        if !ink(at, along) {
            continue;
        }
        match &mut run {
            Some(run) if along - run.to <= broken + 1 => run.to = along,
            _ => found.extend(run.replace(Run { at, from: along, to: along })),
        }
    }
    found.extend(run);
    found.into_iter()
}

/// Puts the words inside ruled tables into rows of cells, where the first of them stood.
pub(crate) fn arrange(lines: Vec<Line>, grids: &[Grid]) -> Vec<Line> {
    grids.iter().fold(lines, arrange_one)
}

fn arrange_one(lines: Vec<Line>, grid: &Grid) -> Vec<Line> {
    let cell = |word: &Word| {
        let b = word.bbox?;
        grid.cell(b.x as f32 + b.w as f32 / 2.0, b.y as f32 + b.h as f32 / 2.0)
    };
    let (rows, columns) = (grid.rows.len() - 1, grid.columns.len() - 1);
    let filled: HashSet<(usize, usize)> = lines.iter().flat_map(|l| &l.words).filter_map(cell).collect();
    let full = (0..rows).filter(|row| filled.iter().filter(|(r, _)| r == row).count() >= 2).count();
    if full < 2 {
        return lines;
    }
    let mut cells: Vec<Vec<Word>> = vec![Vec::new(); rows * columns];
    let mut first = None;
    let mut others: Vec<Line> = Vec::new();
    for line in lines {
        let mut outside = Vec::new();
        for word in line.words {
            match cell(&word) {
                Some((row, column)) => {
                    first.get_or_insert(others.len());
                    cells[row * columns + column].push(word);
                }
                None => outside.push(word),
            }
        }
        if !outside.is_empty() || line.bbox.is_none() {
            others.push(Line::new(outside));
        }
    }
    let table = cells.chunks(columns).filter(|row| row.iter().any(|cell| !cell.is_empty())).map(row_of);
    others.splice(first.unwrap_or(0)..first.unwrap_or(0), table.collect::<Vec<_>>());
    others
}

/// One line of cells; the words of a cell stay in the order they were read.
fn row_of(cells: &[Vec<Word>]) -> Line {
    let mut words = Vec::new();
    for (column, cell) in cells.iter().enumerate() {
        let mut cell = cell.clone();
        if cell.is_empty() {
            cell.push(Word { confidence: 1.0, ..Word::default() });
        }
        cell.iter_mut().for_each(|w| w.starts_cell = false);
        cell[0].starts_cell = column > 0;
        words.extend(cell);
    }
    Line::new(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    /// Upright rules at x = 50, 150, 350, 500, level ones at y = 100, 140, 180, 220; the one between the first two cells of
    /// the second and third row is left out.
    fn table() -> Vec<Grid> {
        let image = GrayImage::from_fn(600, 400, |x, y| {
            let level = [100, 140, 180, 220].contains(&y) && (50..=500).contains(&x) && !(y == 180 && x < 150);
            let upright = [50, 150, 350, 500].contains(&x) && (100..=220).contains(&y);
            Luma([if level || upright { 0 } else { 255 }])
        });
        grids(&Ink::of(&image, 100.0))
    }

    fn word(text: &str, x: u32, y: u32) -> Word {
        Word { text: text.into(), bbox: Some(Rect { x, y, w: 30, h: 12 }), confidence: 0.9, ..Word::default() }
    }

    #[test]
    fn words_between_rules_are_cells() {
        let grids = table();
        assert_eq!(grids.len(), 1);
        let lines = vec![
            Line::new(vec![word("Trên", 60, 50)]),
            Line::new(vec![word("TT", 60, 110), word("Việc", 160, 110), word("Hạn", 360, 110)]),
            Line::new(vec![word("1", 60, 150), word("nộp", 160, 145), word("10/6", 360, 155)]),
            Line::new(vec![word("bài", 160, 160)]),
            Line::new(vec![word("12/6", 360, 195)]),
            Line::new(vec![word("Dưới", 60, 300)]),
        ];
        let said: Vec<String> = arrange(lines, &grids).iter().map(Line::text).collect();
        assert_eq!(said, ["Trên", "TT\tViệc\tHạn", "1\tnộp bài\t10/6", "\t\t12/6", "Dưới"]);
    }

    #[test]
    fn marks_are_gathered_by_cell() {
        let mark = |x, y| Rect { x, y, w: 8, h: 12 };
        let marks = [mark(60, 110), mark(372, 190), mark(70, 112), mark(360, 190), mark(60, 300)];
        let cells = [Rect { x: 60, y: 110, w: 18, h: 14 }, Rect { x: 360, y: 190, w: 20, h: 12 }];
        assert_eq!(by_cell(&table(), &marks), cells);
    }

    #[test]
    fn a_merged_cell_speaks_at_its_first_row() {
        let line = vec![word("giữa", 60, 185), word("a", 160, 150), word("b", 160, 195), word("c", 360, 195)];
        let lines = vec![Line::new(line)];
        let said: Vec<String> = arrange(lines, &table()).iter().map(Line::text).collect();
        assert_eq!(said, ["giữa\ta\t", "\tb\tc"]);
    }

    #[test]
    fn underlines_and_frames_are_no_tables() {
        let image = GrayImage::from_fn(600, 400, |x, y| {
            let frame =
                [20, 380].contains(&y) && (20..=580).contains(&x) || [20, 580].contains(&x) && (20..=380).contains(&y);
            let underline = [100, 130, 160].contains(&y) && (200..=300).contains(&x);
            Luma([if frame || underline { 0 } else { 255 }])
        });
        assert!(grids(&Ink::of(&image, 100.0)).is_empty());
    }
}
