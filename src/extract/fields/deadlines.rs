//! Deadlines (thời hạn): what is due, when, by whom, to whom.
//!
//! in: the body's paragraphs and tables, the phrases of `dictionaries/phrases/deadlines.toml` → out: [`Deadline`]s in
//! printed order, each with its words and phrase.
//! Promises: exactly one of date, recurrence, period, relative, or none where a day stands that cannot be read; the day as
//! printed; repeated duties once.
//! Leaves out: anniversaries, validity, dates of cited documents, plan periods, what is past (phrases with bound none).

use super::found::Found;
use super::rounds::Rounds;
use super::tables;
use crate::extract::language::passage::{Body, Passage, Place};
use crate::extract::language::prose::Prose;
use crate::extract::language::when::{When, when};
use crate::extract::language::{dates, duty};
use crate::record::{Bound, Day, Deadline, Every, Period, Recurrence};
use crate::rules::{Match, PartialDate, PhraseRole, Value};
use jiff::civil::Date;
use std::ops::Range;

/// The deadlines of a letter: in its paragraphs, then in its tables.
pub(super) fn deadlines(body: &Body, passages: &[Passage]) -> Vec<Found<Deadline>> {
    let issued_on = body.issued_on.or_else(|| dates::about(body.document, body.text));
    let mut found: Vec<Found<Deadline>> =
        passages.iter().flat_map(|passage| Reader { passage, all: passages, issued_on }.read()).collect();
    found.extend(tables::deadlines(body, issued_on));
    found.sort_by_key(|f| f.span);
    once(found)
}

/// A duty told twice counts once: all the same but who owes it and to whom it goes.
fn once(found: Vec<Found<Deadline>>) -> Vec<Found<Deadline>> {
    let plain = |d: &Deadline| Deadline { responsible: Vec::new(), deliver_to: None, ..d.clone() };
    let mut kept: Vec<Found<Deadline>> = Vec::new();
    for new in found {
        if !kept.iter().any(|old| plain(&old.value) == plain(&new.value)) {
            kept.push(new);
        }
    }
    kept
}

struct Reader<'a> {
    passage: &'a Passage<'a>,
    all: &'a [Passage<'a>],
    issued_on: Option<Date>,
}

impl Reader<'_> {
    /// The deadlines of a paragraph: each phrase of time that can be dated and that asks for something.
    fn read(&self) -> Vec<Found<Deadline>> {
        let body = self.passage.body;
        let hits = body.rules.phrases("deadlines").find(&self.passage.tokens);
        let rounds = Rounds::of(self.passage, &hits, self.issued_on);
        let mut found = Vec::new();
        for (nth, hit) in hits.iter().enumerate() {
            if rounds.tells_how_long(nth) {
                continue;
            }
            let Some(place) = self.passage.place_of(hit) else { continue };
            let phrase = Phrase { hit, hits: &hits, place, prose: self.passage.prose() };
            let unread = || hit.slot("unread").map(|_| When::default());
            let when = when(hit, self.issued_on).or_else(|| phrase.day_of_round()).or_else(unread);
            let Some(mut when) = when else { continue };
            if let Some(round) = &mut when.recurrence {
                (round.from, round.until) = rounds.limits(nth, &hits);
            }
            if !self.counts(&phrase, &when) || when.period.is_some() && is_told_by_days(hit, hits.get(nth + 1)) {
                continue;
            }
            let when = if phrase.is_yearly() { when.yearly(hit) } else { when };
            let deadline = self.deadline(&phrase, when);
            let days = phrase.listed_days(&deadline.value);
            if days.is_empty() {
                found.extend(earlier_day(hit, &deadline));
                found.push(deadline);
            } else {
                found.extend(days.into_iter().map(|day| on_day(&deadline, day)));
            }
        }
        found
    }

    /// Whether a phrase of time is a deadline: it sets a bound, is not over, is no mere attribute of a thing, and what its
    /// kind of phrase needs stands around it.
    fn counts(&self, phrase: &Phrase, when: &When) -> bool {
        if phrase.hit.gives("bound").is_none_or(|bound| bound == "none") {
            return false;
        }
        if self.is_past(phrase, when) || phrase.is_object() {
            return false;
        }
        match phrase.hit.gives("needs") {
            Some("duty") => self.is_duty(phrase),
            // a day of a timetable: what is ahead
            Some("ahead") => self.issued_on.is_some(),
            Some("answer") => phrase.is_answered(),
            Some("report") => phrase.is_round(),
            _ => true,
        }
    }

    /// Told as past ("đã … ngày"), reported on ("kết quả tháng 5"), or over before the issue though nothing says that it is
    /// a limit. A firm bound after the issue is due whatever was done before.
    fn is_past(&self, phrase: &Phrase, when: &When) -> bool {
        if when.relative.is_some() || when.recurrence.is_some() {
            return false;
        }
        let (told, firm) = (phrase.is_told_as_past(), phrase.is_firm());
        let Some(issued) = self.issued_on else { return told && !firm };
        let last = when.date.or(when.period.and_then(|(_, to)| to));
        if last.is_some_and(|last| last < issued) {
            return told || !firm;
        }
        let weak = phrase.hit.gives("needs").is_some();
        weak && (told && !firm || phrase.is_reported(when, issued))
    }

    /// Whether something is to be done in the clause: a verb of duty, an event, or "Thời gian" as the heading above; not
    /// where the clause tells a criterion.
    fn is_duty(&self, phrase: &Phrase) -> bool {
        let (prose, lexicon, clause) = (phrase.prose, phrase.prose.lexicon, phrase.place.clause.clone());
        if prose.holds(lexicon.criterion_words, clause.clone()) {
            return false;
        }
        let of_time =
            |up: &Passage| (0..up.tokens.len()).any(|at| lexicon.time_headings.spelt_at(&up.tokens, at).is_some());
        clause.clone().any(|at| prose.acts(at))
            || prose.holds(lexicon.event_words, clause)
            || self.passage.above(self.all).any(of_time)
    }

    fn deadline(&self, phrase: &Phrase, when: When) -> Found<Deadline> {
        let (hit, prose, place) = (phrase.hit, phrase.prose, &phrase.place);
        let skip = hit.tokens.0..hit.tokens.1;
        let bound = hit.gives("bound").map_or(Bound::By, Bound::from);
        let deadline = Deadline {
            text: place.text.clone(),
            date: when.date.map(Day::from),
            time: hit.slot("hour").map(Value::to_string),
            last_day: when.last_day(&bound).map(Day::from),
            bound,
            recurrence: when.recurrence,
            period: when.period.map(|(from, to)| Period {
                from: from.map(Day::from),
                to: to.map(Day::from),
                label: Some(prose.said(skip.clone())),
            }),
            relative: when.relative,
            task: duty::task(prose, place.clause.clone(), skip.clone()),
            responsible: duty::responsible(self.passage, self.all, place),
            deliver_to: duty::deliver_to(prose, place.clause.clone(), skip),
        };
        let span = self.passage.paragraph.span(hit.span.range());
        Found {
            value: deadline,
            span,
            confidence: super::found::sure(hit),
            rule: format!("deadlines.{}", hit.phrase.id),
        }
    }
}

/// "tuần thứ 3 của tháng 7 (16/7 đến 20/7)": the days in brackets behind a period tell it better.
fn is_told_by_days(hit: &Match, next: Option<&Match>) -> bool {
    next.is_some_and(|next| next.phrase.role == Some(PhraseRole::Span) && next.tokens.0 <= hit.tokens.1 + 1)
}

/// So many tokens before a phrase may say what it belongs to.
const BEFORE: usize = 8;
/// The same on both sides of a round, where a report of that round is asked for.
const AROUND_ROUND: usize = 12;
/// "ngày … tháng 3 năm 2021": a day that could not be read stands so near before its month.
const BEFORE_MONTH: usize = 5;

/// A phrase of time and what stands around it.
struct Phrase<'p> {
    hit: &'p Match<'p>,
    /// All phrases of the paragraph, this one among them.
    hits: &'p [Match<'p>],
    place: Place,
    prose: Prose<'p>,
}

impl Phrase<'_> {
    /// The phrases of its clause, itself among them.
    fn in_clause(&self) -> impl Iterator<Item = &Match<'_>> {
        self.hits.iter().filter(|other| self.place.clause.contains(&other.tokens.0))
    }

    /// The tokens of the clause before it, `most` at most.
    fn before(&self, most: usize) -> Range<usize> {
        let at = self.hit.tokens.0;
        self.place.clause.start.max(at.saturating_sub(most))..at
    }

    /// "đã … ngày": the clause tells what is over.
    fn is_told_as_past(&self) -> bool {
        self.prose.holds(self.prose.lexicon.past_markers, self.before(usize::MAX))
    }

    /// "trước", "chậm nhất", "hạn", "xong": it begins with a word that only a limit has.
    fn is_firm(&self) -> bool {
        self.prose.spells(self.prose.lexicon.firm_words, self.hit.tokens.0)
    }

    /// A period that is reported on ("kết quả tháng 5"), or the month of a day that could not be read.
    fn is_reported(&self, when: &When, issued: Date) -> bool {
        let Some((from, _)) = when.period else { return false };
        let ahead = from.is_some_and(|from| from > issued);
        let before = self.before(BEFORE);
        let reported = self.prose.holds(self.prose.lexicon.reported_words, before.clone());
        // "ngày" with what a scan glued to it: the word is a part of the date's own grammar
        let is_day = |at: usize| self.prose.bare(at).starts_with("ngay");
        !ahead && reported || self.hit.slot("month").is_some() && before.rev().take(BEFORE_MONTH).any(is_day)
    }

    /// "báo cáo định kỳ hằng năm … (trước 15/12)": a day without a year in a yearly round.
    fn is_yearly(&self) -> bool {
        let Some(Value::Date(PartialDate { year: None, .. })) = self.hit.slot("date") else { return false };
        let names_year = |other: &Match| other.gives("every") == Some("year") && is_round_word(other);
        let periodic = |at: usize| self.prose.spells(self.prose.lexicon.periodic_words, at);
        let in_a_round = || self.in_clause().any(names_year) || self.place.clause.clone().any(periodic);
        self.hit.gives("every").is_none() && (self.hit.gives("elliptic").is_some() || in_a_round())
    }

    /// "gửi ý kiến trong 03 ngày": what is handed in or answered; not "lớp mở trong 03 ngày".
    fn is_answered(&self) -> bool {
        self.prose.holds(self.prose.lexicon.answer_verbs, self.before(BEFORE))
    }

    /// "hằng năm" alone: only where a report, a review or a plan of that round is asked for, and no day tells the round.
    fn is_round(&self) -> bool {
        let (prose, clause, end) = (self.prose, &self.place.clause, self.hit.tokens.1);
        let verbs = prose.lexicon.report_verbs;
        let behind = end..clause.end.min(end + AROUND_ROUND);
        let asked = prose.holds(verbs, self.before(AROUND_ROUND)) || prose.holds(verbs, behind);
        let criterion = prose.holds(prose.lexicon.criterion_words, clause.clone());
        asked && !criterion && !self.in_clause().any(|other| self.is_day_of_round(other))
    }

    /// Whether another phrase of the clause tells the day of this round: "trước ngày 15 … hằng tháng", "hằng năm báo cáo
    /// trước ngày 10 tháng 11".
    fn is_day_of_round(&self, other: &Match) -> bool {
        let same_round = other.gives("every") == self.hit.gives("every") && other.gives("needs").is_none();
        let yearly = self.hit.gives("every") == Some("year") && is_yearless(other);
        same_round || other.gives("needs") == Some("round") || yearly
    }

    /// "tiền thuế quý IV/2025 nộp trước 31/12": a month or quarter without a word of time before it, in a clause with a day.
    fn is_object(&self) -> bool {
        let whole = self.hit.phrase.role == Some(PhraseRole::Period);
        let bare = whole && self.prose.spells(self.prose.lexicon.rounds, self.hit.tokens.0);
        let dated =
            |other: &Match| matches!(other.gives("bound"), Some("before" | "by")) && other.slot("date").is_some();
        bare && self.in_clause().any(dated)
    }

    /// "hằng tháng … trước ngày 25", "báo cáo tuần … trước thứ Sáu": the day of the round told in the same clause.
    fn day_of_round(&self) -> Option<When> {
        let (day, possible): (u8, &[Every]) = match (self.hit.slot("day"), self.hit.slot("weekday")) {
            (Some(Value::Day(day)), _) => (*day, &[Every::Month, Every::Quarter]),
            (_, Some(Value::Weekday(day))) => (*day, &[Every::Week]),
            _ => return None,
        };
        let mut rounds = self.in_clause().filter(|other| is_round_word(other));
        let every =
            rounds.find_map(|round| round.gives("every").map(Every::from).filter(|every| possible.contains(every)))?;
        let recurrence = Recurrence { every, day: Some(day), ..Recurrence::default() };
        Some(When { recurrence: Some(recurrence), ..When::default() })
    }

    /// "các ngày 12, 19, 26/11": days that do not follow each other are no span.
    fn listed_days(&self, span: &Deadline) -> Vec<Date> {
        let Some(last) = span.period.as_ref().and_then(|p| p.to.as_ref()?.date()) else {
            return Vec::new();
        };
        let day = |value: &Value| match value {
            Value::Day(day) => Date::new(last.year(), last.month(), *day as i8).ok(),
            Value::Date(date) => Date::new(last.year(), date.month as i8, date.day as i8).ok(),
            _ => None,
        };
        let mut days: Vec<Date> =
            ["from", "middle"].iter().filter_map(|name| self.hit.slot(name).and_then(day)).collect();
        days.push(last);
        let spans = |at: usize| self.prose.bare(at) == "-" || self.prose.spells(self.prose.lexicon.span_words, at);
        let whole = (self.hit.tokens.0..self.hit.tokens.1).any(spans);
        let follow = days.windows(2).all(|pair| pair[0].tomorrow().is_ok_and(|next| next == pair[1]));
        let ascend = days.windows(2).all(|pair| pair[0] < pair[1]);
        if whole || follow || !ascend || days.len() < 2 { Vec::new() } else { days }
    }
}

/// The same duty on one day of a list.
fn on_day(span: &Found<Deadline>, day: Date) -> Found<Deadline> {
    let mut one = span.clone();
    one.value.bound = Bound::On;
    one.value.date = Some(day.into());
    one.value.last_day = Some(day.into());
    one.value.period = None;
    one
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

/// A limit by a day without a year.
fn is_yearless(hit: &Match) -> bool {
    let limit = matches!(hit.gives("bound"), Some("before" | "by" | "on"));
    limit && matches!(hit.slot("date"), Some(Value::Date(PartialDate { year: None, .. })))
}

/// "hằng tháng", "báo cáo tuần": names a round and no day.
fn is_round_word(hit: &Match) -> bool {
    hit.gives("needs") == Some("report") || hit.gives("bound") == Some("none")
}
