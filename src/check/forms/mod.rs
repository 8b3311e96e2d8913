//! The rule forms: one file each. A form takes its parameters from the check's `with` table.
//!
//! in: a check and the subject → out: where it found something.
//! Promises: an unknown form or parameter is refused by name.

mod anniversary;
mod announced;
mod attached_as;
mod attached_for;
mod authority;
mod awards_sum;
mod before_issue;
mod cited_stored;
mod cites_later;
mod cites_order;
mod component;
mod form_year;
mod impossible;
mod in_time;
mod kind_symbol;
mod level;
mod listed;
mod near_copy;
mod no_day;
mod non_working;
mod number_taken;
mod numbering;
mod order;
mod page_twice;
mod quota_met;
mod same_task;
mod same_year;
mod share;
mod table_sum;
mod two_dates;
mod two_deadlines;
mod unfinished;
mod weekday;

use super::{Hit, Subject};
use crate::record::{Day, Record, Table, printed};
use crate::rules::{Check, Rules};
use crate::text::Span;
use crate::{Error, Result};

/// A form: its name, the parameters it knows, what runs it.
type Form = (&'static str, &'static [&'static str], fn(&Check, &Subject) -> Vec<Hit>);

const FORMS: [Form; 32] = [
    ("anniversary", &[], anniversary::look),
    ("announced", &[], announced::look),
    ("attached_as", &[], attached_as::look),
    ("attached_for", &["things", "attach", "delivers", "plural", "generic", "parts", "behind"], attached_for::look),
    ("authority", &["bodies"], authority::look),
    ("awards_sum", &[], awards_sum::look),
    ("before_issue", &[], before_issue::look),
    ("cited_stored", &[], cited_stored::look),
    ("cites_later", &[], cites_later::look),
    ("cites_order", &["of"], cites_order::look),
    ("component", &["component"], component::look),
    ("form_year", &[], form_year::look),
    ("impossible", &[], impossible::look),
    ("in_time", &["delivers", "plural", "generic", "parts", "behind"], in_time::look),
    ("kind_symbol", &[], kind_symbol::look),
    ("level", &["siblings", "above", "words", "offices", "abolished"], level::look),
    ("listed", &[], listed::look),
    ("near_copy", &[], near_copy::look),
    ("no_day", &["asks", "but", "once"], no_day::look),
    ("non_working", &[], non_working::look),
    ("number_taken", &[], number_taken::look),
    ("numbering", &["fault"], numbering::look),
    ("page_twice", &[], page_twice::look),
    ("quota_met", &["told", "repeats", "plural", "generic", "parts", "behind"], quota_met::look),
    ("same_task", &[], same_task::look),
    ("same_year", &[], same_year::look),
    ("share", &["led_by", "over"], share::look),
    ("table_sum", &[], table_sum::look),
    ("two_dates", &["of"], two_dates::look),
    ("two_deadlines", &["delivers"], two_deadlines::look),
    ("unfinished", &[], unfinished::look),
    ("weekday", &[], weekday::look),
];

/// Whether the check's form and parameters are known.
///
/// # Errors
/// The check, and the form or parameter nobody knows, with the known ones.
pub(super) fn known(check: &Check) -> Result<()> {
    form(check).map(|_| ())
}

/// Runs the check's form.
///
/// # Errors
/// As [`known`].
pub(super) fn run(check: &Check, subject: &Subject) -> Result<Vec<Hit>> {
    form(check).map(|look| look(check, subject))
}

fn form(check: &Check) -> Result<fn(&Check, &Subject) -> Vec<Hit>> {
    let Some((_, known, look)) = FORMS.iter().find(|(name, ..)| *name == check.form) else {
        let names: Vec<&str> = FORMS.iter().map(|(name, ..)| *name).collect();
        return Err(Error::rules(format!(
            "check {}: no form {}: known are {}",
            check.id,
            check.form,
            names.join(", ")
        )));
    };
    if let Some(key) = check.with.keys().find(|key| !known.contains(&key.as_str())) {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Error::rules(format!("check {}: form {} knows no {key}: known are {known}", check.id, check.form)));
    }
    Ok(*look)
}

/// A parameter as text; "" where it is not given.
fn parameter<'c>(check: &'c Check, key: &str) -> &'c str {
    check.with.get(key).and_then(|v| v.as_str()).unwrap_or("")
}

/// A parameter as a list of texts; empty where it is not given.
fn list<'c>(check: &'c Check, key: &str) -> impl Iterator<Item = &'c str> {
    check.with.get(key).and_then(|v| v.as_array()).into_iter().flatten().filter_map(|v| v.as_str())
}

/// Whether a letter answers an order.
pub(super) fn is_answer(letter: &Record, order: &Record, rules: &Rules) -> bool {
    order::is_answer(letter, order, rules)
}

/// How many things quota `index` of the order asks for a letter holds.
pub(super) fn held(order: &Record, index: usize, words: &str, tables: &[Table], rules: &Rules) -> Option<usize> {
    let check = rules.checks().iter().find(|check| check.form == "quota_met")?;
    let only = order.quotas.iter().filter(|quota| quota_met::is_counted(quota)).count() == 1;
    quota_met::held(order.quotas.get(index)?, only, &order::words(words), tables, check)
}

/// What a form needs besides the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing, or the other documents of its file.
    Nothing,
    /// The order it answers.
    Order,
    /// Other stored documents.
    Company,
}

/// What the check's form needs; without that it finds nothing.
pub(super) fn needs(check: &Check) -> Needs {
    match check.form.as_str() {
        "attached_for" | "cites_order" | "in_time" | "quota_met" | "same_year" => Needs::Order,
        "cited_stored" | "near_copy" | "number_taken" => Needs::Company,
        _ => Needs::Nothing,
    }
}

const WEEKDAYS: [&str; 7] = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];

/// The words of a span on one line.
fn quote(words: &str, span: Span) -> String {
    words[span.range()].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 2.000.000
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// The date of a day of the record.
fn day(day: Option<&Day>) -> Option<jiff::civil::Date> {
    day?.date()
}
