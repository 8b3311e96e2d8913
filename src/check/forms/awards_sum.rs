//! Form `awards_sum`: prizes that do not add up.
//!
//! in: awards, and totals of `dictionaries/phrases/totals.toml` in the text → out: a hit per sum that differs.
//! Promises: a total is compared only where count and amount of every prize are known.

use super::super::{Hit, Subject};
use super::grouped;
use crate::record::Award;
use crate::rules::{Check, Tokens, Value};

pub(super) fn look(_: &Check, subject: &Subject) -> Vec<Hit> {
    let awards = &subject.record.awards;
    let mut hits: Vec<Hit> = awards.iter().filter_map(own_total).collect();
    let sum: Option<u64> = awards.iter().map(|a| Some(u64::from(a.count?) * a.amount_each?)).sum();
    let counts: Option<u64> = awards.iter().map(|a| a.count.map(u64::from)).sum();
    if awards.len() < 2 {
        return hits;
    }
    let words = subject.text.slice(subject.document.span);
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
            hits.push(hit(words[total.span.range()].to_owned(), told, sum));
        }
    }
    hits
}

fn own_total(award: &Award) -> Option<Hit> {
    let sum = u64::from(award.count?) * award.amount_each?;
    let told = award.amount_total.filter(|told| *told != sum)?;
    Some(hit(award.text.clone(), told, sum))
}

fn hit(text: String, told: u64, sum: u64) -> Hit {
    Hit { text, values: vec![("told", grouped(told)), ("sum", grouped(sum))], doubtful: false }
}
