//! Form `sum`: numbers that do not add up to the one printed.
//!
//! in: `of` = awards: the prizes, and totals by `dictionaries/phrases/totals.toml` · tables: rows of totals · listed_rows: the
//! attached list, and numbers told by `dictionaries/phrases/listed.toml` → out: a hit per sum that differs.
//! Promises: nothing is added up of which a part was not read.

use super::super::{Hit, Subject};
use super::{grouped, quote};
use crate::document::Role;
use crate::record::Award;
use crate::rules::{Rules, Summed, Tokens, Value};
use crate::text::fold::bare;

pub(super) fn look(of: Summed, subject: &Subject) -> Vec<Hit> {
    match of {
        Summed::Awards => awards(subject),
        Summed::Tables => tables(subject),
        Summed::ListedRows => listed_rows(subject),
    }
}

/// Prizes against their own totals and those of the text, compared only where count and amount of every prize are known.
fn awards(subject: &Subject) -> Vec<Hit> {
    let awards = &subject.record.awards;
    let mut hits: Vec<Hit> = awards.iter().filter_map(own_total).collect();
    let sum: Option<u64> = awards.iter().map(|a| Some(u64::from(a.count?) * a.amount_each?)).sum();
    let counts: Option<u64> = awards.iter().map(|a| a.count.map(u64::from)).sum();
    if awards.len() < 2 {
        return hits;
    }
    let words = subject.words();
    let tokens = Tokens::new(words);
    for total in subject.rules.phrases("totals").find(&tokens) {
        let told = match (total.slot("money"), total.slot("count")) {
            (Some(Value::Money(dong)), _) => Some((*dong, sum)),
            (_, Some(Value::Count(count))) => Some((*count as u64, counts)),
            _ => None,
        };
        if let Some((told, Some(sum))) = told
            && told != sum
        {
            hits.push(differs(&words[total.span.range()], told, sum, false));
        }
    }
    hits
}

fn own_total(award: &Award) -> Option<Hit> {
    let sum = u64::from(award.count?) * award.amount_each?;
    let told = award.amount_total.filter(|told| *told != sum)?;
    Some(differs(&award.text, told, sum, false))
}

fn differs(text: &str, told: u64, sum: u64, doubtful: bool) -> Hit {
    Hit::new(text, doubtful).with([("told", grouped(told)), ("sum", grouped(sum))])
}

/// Rows "Tổng cộng" whose numbers are not the sum of the column above. A column counts only where every row above the total,
/// down from the last total, holds a whole number.
fn tables(subject: &Subject) -> Vec<Hit> {
    let mut hits = Vec::new();
    for table in &subject.record.tables {
        let mut from = 0;
        for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| is_total(row, subject.rules)) {
            let above = &table.rows[from..at];
            hits.extend((1..row.len()).filter_map(|column| fault(above, row, column, subject)));
            from = at + 1;
        }
    }
    hits
}

fn is_total(row: &[String], rules: &Rules) -> bool {
    let name = row.iter().find(|cell| cell.contains(char::is_alphabetic)).map(|cell| bare(cell.trim()));
    let Some(name) = name else { return false };
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    rules.words("total_rows").entries().any(|total| bare(total) == name)
}

fn fault(above: &[Vec<String>], total: &[String], column: usize, subject: &Subject) -> Option<Hit> {
    let told = number(total.get(column)?)?;
    let each: Option<Vec<u64>> = above.iter().map(|row| number(row.get(column)?)).collect();
    let each = each.filter(|each| each.len() >= 2)?;
    let sum: u64 = each.iter().try_fold(0u64, |sum, n| sum.checked_add(*n))?;
    (sum != told).then(|| {
        let text = total.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(" ");
        differs(&text, told, sum, subject.is_read())
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

/// "danh sách 25 cá nhân kèm theo" with another number of rows in the attached list: only with one attached table whose rows
/// are numbered from 1 on without a gap.
fn listed_rows(subject: &Subject) -> Vec<Hit> {
    let [table] = subject.record.tables.as_slice() else { return Vec::new() };
    let signed = subject.document.blocks_of(Role::Signature).map(|span| span.start).min();
    let attached = subject.document.blocks_of(Role::Table).all(|t| signed.is_some_and(|at| t.start > at));
    let numbered = table.rows.iter().filter_map(|row| row.first()?.trim().trim_end_matches('.').parse::<usize>().ok());
    let numbers: Vec<usize> = numbered.collect();
    if !attached || numbers.is_empty() || !numbers.iter().copied().eq(1..=numbers.len()) {
        return Vec::new();
    }
    let words = subject.words();
    let tokens = Tokens::new(words);
    let found = subject.rules.phrases("listed").find(&tokens);
    let wrong = found.iter().filter_map(|hit| match hit.slot("count") {
        Some(Value::Count(told)) if *told != numbers.len() as f64 => {
            let values = [("told", told.to_string()), ("rows", numbers.len().to_string())];
            Some(Hit::new(quote(words, hit.span), subject.is_doubtful("tables")).with(values))
        }
        _ => None,
    });
    wrong.collect()
}
