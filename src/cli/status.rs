//! `congvan status`: obligations × units.
//!
//! in: the store, one document or all → out: one line per unit and deadline or quota that it owes.
//! Shallow: the store knows no submissions yet, so a line says when it is due, not whether it was met.

use super::deadlines::EVER;
use super::listing::{self, Listing, shorten};
use super::{Context, show, table};
use crate::error::{Result, exit};
use crate::record::{Quota, Record};
use crate::store::{Filter, Store};
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

/// Of which document.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan status --of 117/KH-UBND")]
pub struct Status {
    /// Only the obligations of this document
    #[arg(long, value_name = "NUMBER")]
    of: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

/// What one unit owes.
#[derive(Debug, Serialize)]
struct Obligation {
    /// As named in the document.
    unit: String,
    /// Number, else id.
    document: String,
    /// What is owed.
    duty: String,
    /// Last day, the next one of a repeating duty; ISO.
    due: Option<String>,
    /// due | overdue (its last day is past; whether it was met is not known) | undated
    state: &'static str,
}

/// Prints the obligations.
pub fn run(args: &Status, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    let mut owed = Vec::new();
    match &args.of {
        Some(asked) => {
            let one = show::the_one(store.find(asked)?, asked)?;
            let found = store.document(&one.id)?;
            found.iter().for_each(|d| obligations(&d.record, context.today, &mut owed));
        }
        None => all(store.as_ref(), context.today, &mut owed)?,
    }
    owed.sort_by(|a, b| (&a.unit, a.due.is_none(), &a.due).cmp(&(&b.unit, b.due.is_none(), &b.due)));
    let lang = context.lang;
    let head = [
        lang.pick("Đơn vị", "Unit"),
        lang.pick("Văn bản", "Document"),
        lang.pick("Nhiệm vụ", "Duty"),
        lang.pick("Hạn cuối", "Last day"),
        lang.pick("Tình trạng", "State"),
    ];
    args.listing.write(&head, &owed, |o| {
        let state = match o.state {
            "overdue" => lang.pick("đã qua hạn, chưa ghi nhận nộp", "past, no submission recorded"),
            "due" => lang.pick("chưa đến hạn", "not yet due"),
            _ => "",
        };
        let due = o.due.as_deref().map(table::date).unwrap_or_default();
        [o.unit.clone(), o.document.clone(), o.duty.clone(), due, state.to_owned()]
    })?;
    Ok(exit::OK)
}

fn all(store: &dyn Store, today: Date, owed: &mut Vec<Obligation>) -> Result<()> {
    store.each_record(&Filter::default(), &mut |record| {
        obligations(&record, today, owed);
        Ok(())
    })
}

fn obligations(record: &Record, today: Date, owed: &mut Vec<Obligation>) {
    let number = record.number.as_ref().and_then(|n| n.normalized.clone()).unwrap_or_else(|| record.id.clone());
    let mut owe = |units: &[String], duty: String, due: Option<Date>| {
        let units = if units.is_empty() { &record.addressees } else { units };
        let state = match due {
            None => "undated",
            Some(day) if day < today => "overdue",
            Some(_) => "due",
        };
        owed.extend(units.iter().map(|unit| Obligation {
            unit: unit.clone(),
            document: number.clone(),
            duty: duty.clone(),
            due: due.map(|day| day.to_string()),
            state,
        }));
    };
    for deadline in &record.deadlines {
        let from = if deadline.rhythm().is_some() { today } else { EVER.0 };
        let soon = today.checked_add(jiff::Span::new().months(13)).unwrap_or(EVER.1);
        let day = deadline.final_day().or_else(|| deadline.last_days(from, soon).first().copied());
        owe(&deadline.responsible, shorten(deadline.task.as_deref().unwrap_or(&deadline.text), 160), day);
    }
    for quota in &record.quotas {
        owe(&quota.responsible, amount(quota), None);
    }
}

/// "ít nhất 3 bài viết/tháng": the document's own words, shortened.
fn amount(quota: &Quota) -> String {
    let words =
        if quota.text.trim().is_empty() { format!("{} {}", quota.value, quota.unit) } else { quota.text.clone() };
    shorten(&words, 160)
}
