//! The rule forms: one file each.
//!
//! in: a check's form with its parameters ([`Form`]) and the subject → out: where it found something.
//! Promises: a form fills in the values that [`Form::fills`] names, and no others.

mod abolished_issuer;
mod against_issue;
mod announced;
mod answer;
mod attached_for;
mod authority;
mod calendar;
mod cited;
mod component;
mod contradiction;
mod count_between;
mod digital_signature;
mod kind_symbol;
mod level;
mod no_day;
mod numbering;
mod order;
mod phrase;
mod quota_met;
mod section_present;
mod share;
mod stored_twin;
mod sum;
mod twice;
mod unfinished;

use super::{Hit, Subject};
use crate::record::{Day, Record, Table, printed};
use crate::rules::{Among, Form, Rules};
use crate::text::Span;

/// Where the form finds something.
pub(super) fn look(form: &Form, subject: &Subject) -> Vec<Hit> {
    match form {
        Form::AbolishedIssuer(form) => abolished_issuer::look(form, subject),
        Form::AgainstIssue { of } => against_issue::look(*of, subject),
        Form::Announced {} => announced::look(subject),
        Form::Answer { of } => answer::look(*of, subject),
        Form::AttachedFor { things, attach } => attached_for::look(things, attach, subject),
        Form::Authority { bodies } => authority::look(bodies, subject),
        Form::Calendar { fault } => calendar::look(*fault, subject),
        Form::Cited { among } => cited::look(*among, subject),
        Form::Component { component } => component::look(*component, subject),
        Form::Contradiction { of, delivers } => contradiction::look(*of, delivers, subject),
        Form::CountBetween { of, say, at_least, at_most } => {
            count_between::look(*of, say, (*at_least, *at_most), subject)
        }
        Form::DigitalSignature { fault } => digital_signature::look(*fault, subject),
        Form::KindSymbol {} => kind_symbol::look(subject),
        Form::Level(level) => level::look(level, subject),
        Form::NoDay { asks, but, once } => no_day::look(asks, but, once, subject),
        Form::Numbering { fault } => numbering::look(*fault, subject),
        Form::PhraseAbsent { say } => phrase::absent(say, subject),
        Form::PhrasePresent { say } => phrase::present(say, subject),
        Form::QuotaMet { told } => quota_met::look(*told, subject),
        Form::SectionPresent { headings } => section_present::look(headings, subject),
        Form::Share { led_by, over } => share::look(led_by, over, subject),
        Form::StoredTwin { by } => stored_twin::look(*by, subject),
        Form::Sum { of } => sum::look(*of, subject),
        Form::Twice { what } => twice::look(*what, subject),
        Form::Unfinished {} => unfinished::look(subject),
    }
}

/// Whether a letter answers an order.
pub(super) fn is_answer(letter: &Record, order: &Record, rules: &Rules) -> bool {
    order::is_answer(letter, order, rules)
}

/// How many things quota `index` of the order asks for a letter holds.
pub(super) fn held(order: &Record, index: usize, words: &str, tables: &[Table], rules: &Rules) -> Option<usize> {
    let only = order.quotas.iter().filter(|quota| quota_met::is_counted(quota)).count() == 1;
    quota_met::held(order.quotas.get(index)?, only, &order::words(words), tables, rules)
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

/// What the form needs; without that it finds nothing.
pub(super) fn needs(form: &Form) -> Needs {
    match form {
        Form::Answer { .. } | Form::AttachedFor { .. } | Form::QuotaMet { .. } => Needs::Order,
        Form::Cited { among: Among::Store } | Form::StoredTwin { .. } => Needs::Company,
        _ => Needs::Nothing,
    }
}

/// Names of the days of a week for messages in either language, as letters print them, Monday first.
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
