//! Deadlines: what is due, when, by whom, to whom.
//!
//! in: the body's paragraphs and tables, the phrases of `dictionaries/phrases/deadlines.toml` → out: [`Deadline`]s in
//! printed order, each with its words and phrase.
//! Promises: exactly one of date, recurrence, period, relative; the day as printed; repeated duties once.
//! Leaves out: anniversaries, validity, dates of cited documents, plan periods, what is past (phrases with bound none).

use super::found::Found;
use super::tables;
use crate::document::Document;
use crate::extract::language::clause::{self, Clause, Paragraph};
use crate::extract::language::when::{When, when};
use crate::extract::language::{dates, duty};
use crate::record::{Bound, Day, Deadline, Every, Period, Recurrence};
use crate::rules::{Match, PartialDate, PhraseRole, Rules, Tokens, Value};
use crate::text::{Span, Text};
use jiff::civil::Date;
use std::ops::Range;

/// The deadlines of a document. `addressees` owe what nobody else is named for.
pub(super) fn deadlines(
    doc: &Document,
    text: &Text,
    rules: &Rules,
    issued_on: Option<Date>,
    addressees: &[String],
) -> Vec<Found<Deadline>> {
    let all = clause::paragraphs(doc, text);
    let issued_on = issued_on.or_else(|| dates::about(doc, text));
    let mut found = Vec::new();
    for paragraph in &all {
        let reader = Reader { rules, issued_on, addressees, all: &all, paragraph };
        found.extend(reader.read());
    }
    found.extend(tables::deadlines(doc, text, rules, issued_on, addressees));
    found.sort_by_key(|f| f.span);
    once(found)
}

/// A duty told twice counts once: same day, bound and words of the task.
fn once(found: Vec<Found<Deadline>>) -> Vec<Found<Deadline>> {
    let mut kept: Vec<Found<Deadline>> = Vec::new();
    for new in found {
        let same = |old: &Found<Deadline>| {
            let plain = |d: &Deadline| Deadline { responsible: Vec::new(), deliver_to: None, ..d.clone() };
            plain(&old.value) == plain(&new.value)
        };
        if !kept.iter().any(same) {
            kept.push(new);
        }
    }
    kept
}

struct Reader<'a> {
    rules: &'a Rules,
    issued_on: Option<Date>,
    addressees: &'a [String],
    all: &'a [Paragraph],
    paragraph: &'a Paragraph,
}

impl Reader<'_> {
    fn read(&self) -> Vec<Found<Deadline>> {
        let tokens = Tokens::new(&self.paragraph.text);
        let clauses = clause::clauses(&tokens);
        let hits = self.rules.phrases("deadlines").find(&tokens);
        let mut found = Vec::new();
        for (nth, hit) in hits.iter().enumerate() {
            let Some(clause) = clauses.iter().find(|c| c.range.contains(&hit.span.start)) else { continue };
            let near = Near::new(&tokens, clause, hit);
            let when = when(hit, self.issued_on).or_else(|| day_of_round(hit, &near, &hits));
            let Some(when) = when else { continue };
            // "tuần thứ 3 của tháng 7 (16/7 đến 20/7)": the days in brackets say it better
            let exact = hits
                .get(nth + 1)
                .is_some_and(|h| h.phrase.role == Some(PhraseRole::Span) && h.tokens.0 <= hit.tokens.1 + 1);
            if !self.counts(&tokens, hit, &near, &when, &hits) || (exact && when.period.is_some()) {
                continue;
            }
            let yearly = hit.gives("every").is_none() && self.is_yearly(&tokens, hit, &near, &hits);
            let when = if yearly { when.yearly(hit) } else { when };
            let deadline = self.deadline(&tokens, hit, clause, &near, when);
            let days = listed_days(&tokens, hit, &deadline.value);
            if !days.is_empty() {
                found.extend(days.into_iter().map(|day| on_day(&deadline, day)));
                continue;
            }
            found.extend(earlier_day(hit, &deadline));
            found.push(deadline);
        }
        found
    }

    /// "báo cáo định kỳ hằng năm … (trước 15/12)": a day without a year in a yearly round.
    fn is_yearly(&self, tokens: &Tokens, hit: &Match, near: &Near, hits: &[Match]) -> bool {
        let Some(Value::Date(PartialDate { year: None, .. })) = hit.slot("date") else { return false };
        let round = |h: &Match| h.gives("every") == Some("year") && is_round_word(h);
        let mut others = hits.iter().filter(|h| near.clause.contains(&h.tokens.0));
        let periodic = |i: usize| tokens.bare(i) == "dinh" && tokens.bare(i + 1) == "ky";
        hit.gives("elliptic").is_some() || others.any(round) || near.clause.clone().any(periodic)
    }

    fn counts(&self, tokens: &Tokens, hit: &Match, near: &Near, when: &When, hits: &[Match]) -> bool {
        let none = hit.gives("bound").is_none_or(|b| b == "none");
        if none || self.is_past(tokens, hit, near, when) || is_object(tokens, hit, near, hits) {
            return false;
        }
        match hit.gives("needs") {
            Some("duty") => self.is_duty(tokens, near),
            // a day of a timetable: what is ahead
            Some("ahead") => self.issued_on.is_some(),
            Some("answer") => self.is_answered(tokens, hit, near),
            Some("report") => self.is_round(tokens, hit, near, hits),
            _ => true,
        }
    }

    /// Told as past ("đã … ngày"), reported on ("kết quả tháng 5"), or over before the issue though nothing says that it is
    /// a limit. A firm bound after the issue is due whatever was done before.
    fn is_past(&self, tokens: &Tokens, hit: &Match, near: &Near, when: &When) -> bool {
        let before = near.clause.start..hit.tokens.0;
        let told = self.rules.words("past_markers").last_in(tokens, before).is_some();
        let firm = matches!(tokens.bare(hit.tokens.0), "truoc" | "cham" | "muon" | "tre" | "han" | "xong");
        if when.relative.is_some() || when.recurrence.is_some() {
            return false;
        }
        let Some(issued) = self.issued_on else { return told && !firm };
        let last = when.date.or(when.period.and_then(|(_, to)| to));
        if last.is_some_and(|last| last < issued) {
            return told || !firm;
        }
        let weak = hit.gives("needs").is_some();
        weak && (told && !firm || when.period.is_some() && self.is_reported(tokens, hit, near, when, issued))
    }

    /// "kết quả tháng 5"; or "ngày … tháng 3 năm 2021" with a day that could not be read.
    fn is_reported(&self, tokens: &Tokens, hit: &Match, near: &Near, when: &When, issued: Date) -> bool {
        let future = when.period.and_then(|(from, _)| from).is_some_and(|from| from > issued);
        let behind = hit.tokens.0.saturating_sub(8).max(near.clause.start)..hit.tokens.0;
        let reported = self.rules.words("reported_words").last_in(tokens, behind.clone()).is_some();
        let day = |i: usize| tokens.bare(i).starts_with("ngay");
        !future && reported || hit.slot("month").is_some() && behind.rev().take(5).any(day)
    }

    fn is_duty(&self, tokens: &Tokens, near: &Near) -> bool {
        let verb = near.clause.clone().find(|i| duty::acts_at(tokens, *i, self.rules));
        let event = self.rules.words("event_words").first_in(tokens, near.clause.clone());
        let heading = self.paragraph.above.iter().filter_map(|at| self.all.get(*at)).any(|up| {
            let words = Tokens::new(&up.text);
            (0..words.len()).any(|i| words.bare(i) == "thoi" && matches!(words.bare(i + 1), "gian" | "han"))
        });
        let criterion = self.rules.words("criterion_words").first_in(tokens, near.clause.clone()).is_some();
        !criterion && (verb.is_some() || event.is_some() || heading)
    }

    /// "gửi ý kiến trong 03 ngày": what is handed in or answered; not "lớp mở trong 03 ngày".
    fn is_answered(&self, tokens: &Tokens, hit: &Match, near: &Near) -> bool {
        let before = near.clause.start.max(hit.tokens.0.saturating_sub(8))..hit.tokens.0;
        self.rules.words("answer_verbs").last_in(tokens, before).is_some()
    }

    /// "hằng năm" alone: only where a report, a review or a plan of that round is asked for.
    fn is_round(&self, tokens: &Tokens, hit: &Match, near: &Near, hits: &[Match]) -> bool {
        let list = self.rules.words("report_verbs");
        let (from, to) = hit.tokens;
        let before = list.last_in(tokens, near.clause.start.max(from.saturating_sub(12))..from).is_some();
        let after = list.first_in(tokens, to..near.clause.end.min(to + 12)).is_some();
        let criterion = self.rules.words("criterion_words").first_in(tokens, near.clause.clone()).is_some();
        // "trước ngày 15 … hằng tháng": the round is that of a day found elsewhere in the clause
        let by_day = hits.iter().any(|other| {
            near.clause.contains(&other.tokens.0)
                && other.gives("every") == hit.gives("every")
                && other.gives("needs").is_none()
                || near.clause.contains(&other.tokens.0) && other.gives("needs") == Some("round")
                // "hằng năm báo cáo trước ngày 10 tháng 11" is told by the day
                || near.clause.contains(&other.tokens.0) && hit.gives("every") == Some("year") && is_yearless(other)
        });
        (before || after) && !criterion && !by_day
    }

    fn deadline(&self, tokens: &Tokens, hit: &Match, clause: &Clause, near: &Near, when: When) -> Found<Deadline> {
        let skip = hit.tokens.0..hit.tokens.1;
        let bound = hit.gives("bound").map_or(Bound::By, Bound::from);
        let deadline = Deadline {
            text: tokens.source()[clause.range.clone()].trim().trim_end_matches([';', '.', '/']).trim().to_owned(),
            date: when.date.map(Day::from),
            time: hit.slot("hour").map(Value::to_string),
            last_day: when.last_day(&bound).map(Day::from),
            bound,
            recurrence: when.recurrence,
            period: when.period.map(|(from, to)| Period {
                from: from.map(Day::from),
                to: to.map(Day::from),
                label: Some(duty::words(tokens, skip.clone())),
            }),
            relative: when.relative,
            task: duty::task(tokens, near.clause.clone(), skip.clone(), self.rules),
            responsible: duty::responsible(
                tokens,
                near.clause.clone(),
                near.sentence.clone(),
                self.paragraph,
                self.all,
                self.rules,
                self.addressees,
            ),
            deliver_to: duty::deliver_to(tokens, near.clause.clone(), skip, self.rules),
        };
        let span: Span = self.paragraph.span(hit.span.range());
        let weak = hit.gives("needs").is_some();
        let confidence = hit.confidence * if weak { 0.8 } else { 0.95 };
        Found { value: deadline, span, confidence, rule: format!("deadlines.{}", hit.phrase.id) }
    }
}

/// "các ngày 12, 19, 26/11": days that do not follow each other are no span.
fn listed_days(tokens: &Tokens, hit: &Match, span: &Deadline) -> Vec<Date> {
    let whole = (hit.tokens.0..hit.tokens.1).any(|i| matches!(tokens.bare(i), "den" | "toi" | "-" | "thuc"));
    let Some(last) = span.period.as_ref().and_then(|p| p.to.as_ref()?.date()) else {
        return Vec::new();
    };
    let day = |value: &Value| match value {
        Value::Day(day) => Date::new(last.year(), last.month(), *day as i8).ok(),
        Value::Date(date) => Date::new(last.year(), date.month as i8, date.day as i8).ok(),
        _ => None,
    };
    let mut days: Vec<Date> = ["from", "middle"].iter().filter_map(|name| hit.slot(name).and_then(day)).collect();
    days.push(last);
    let follow = days.windows(2).all(|pair| pair[0].tomorrow().is_ok_and(|next| next == pair[1]));
    let ascend = days.windows(2).all(|pair| pair[0] < pair[1]);
    if whole || follow || !ascend || days.len() < 2 { Vec::new() } else { days }
}

fn on_day(span: &Found<Deadline>, day: Date) -> Found<Deadline> {
    let mut one = span.clone();
    one.value.bound = Bound::On;
    one.value.date = Some(day.into());
    one.value.last_day = Some(day.into());
    one.value.period = None;
    one
}

/// "tiền thuế quý IV/2025 nộp trước 31/12": a month or quarter without a word of time before it, in a clause with a day.
fn is_object(tokens: &Tokens, hit: &Match, near: &Near, hits: &[Match]) -> bool {
    let bare = hit.phrase.role == Some(PhraseRole::Period) && matches!(tokens.bare(hit.tokens.0), "thang" | "quy");
    let dated = |other: &Match| {
        let firm = matches!(other.gives("bound"), Some("before" | "by")) && other.slot("date").is_some();
        firm && near.clause.contains(&other.tokens.0)
    };
    bare && hits.iter().any(dated)
}

/// "vào ngày 05 và ngày 20 hằng tháng": the round of the first day, as of the second.
fn earlier_day(hit: &Match, second: &Found<Deadline>) -> Option<Found<Deadline>> {
    let (day, month) = match hit.slot("first")? {
        Value::Day(day) | Value::Weekday(day) => (*day, None),
        Value::Date(PartialDate { day, month, .. }) => (*day, Some(*month)),
        _ => return None,
    };
    let mut first = second.clone();
    let recurrence = first.value.recurrence.as_mut()?;
    (recurrence.day, recurrence.month) = (Some(day), month);
    Some(first)
}

/// "hằng tháng … trước ngày 25", "báo cáo tuần … trước thứ Sáu": the day of the round told in the same clause.
fn day_of_round(hit: &Match, near: &Near, hits: &[Match]) -> Option<When> {
    let (day, possible): (u8, &[Every]) = match (hit.slot("day"), hit.slot("weekday")) {
        (Some(Value::Day(day)), _) => (*day, &[Every::Month, Every::Quarter]),
        (_, Some(Value::Weekday(day))) => (*day, &[Every::Week]),
        _ => return None,
    };
    let mut rounds = hits.iter().filter(|h| near.clause.contains(&h.tokens.0) && is_round_word(h));
    let every = rounds.find_map(|h| h.gives("every").map(Every::from).filter(|every| possible.contains(every)))?;
    let recurrence = Recurrence { every, day: Some(day), month: None };
    Some(When { recurrence: Some(recurrence), ..When::default() })
}

/// A limit by a day without a year.
fn is_yearless(hit: &Match) -> bool {
    let limit = matches!(hit.gives("bound"), Some("before" | "by" | "on"));
    limit && matches!(hit.slot("date"), Some(Value::Date(PartialDate { year: None, .. })))
}

/// "hằng tháng", "báo cáo tuần": names a round and no day.
fn is_round_word(hit: &Match) -> bool {
    hit.gives("needs") == Some("report") || hit.gives("bound") == Some("none")
}

/// A clause and its sentence in tokens.
struct Near {
    clause: Range<usize>,
    sentence: Range<usize>,
}

impl Near {
    fn new(tokens: &Tokens, clause: &Clause, hit: &Match) -> Near {
        let range = |bytes: &Range<usize>| tokens.index_at(bytes.start)..tokens.index_at(bytes.end);
        let mut clause_tokens = range(&clause.range);
        clause_tokens.end = clause_tokens.end.max(hit.tokens.1);
        Near { clause: clause_tokens, sentence: range(&clause.sentence) }
    }
}
