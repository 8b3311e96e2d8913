//! Quotas (chỉ tiêu, số lượng): how many, at least or at most, per what, of each or in all.
//!
//! in: the body's paragraphs and `dictionaries/phrases/quotas.toml` → out: [`Quota`]s in printed order.
//! Promises: limits on a submission count too; results already reached, fees, fines, ages and times do not.
//! Shallow: quotas in table cells are not read.

use super::found::{Found, sure};
use crate::extract::language::duty;
use crate::extract::language::passage::{Body, Passage, Place};
use crate::extract::language::prose::Prose;
use crate::record::{Every, Quota};
use crate::rules::{KindRole, Match, PhraseRole, Value, WordList};
use jiff::civil::Date;
use std::ops::Range;

/// The quotas of a letter, one told twice once.
pub(super) fn quotas(body: &Body, passages: &[Passage]) -> Vec<Found<Quota>> {
    let report = body.rules.kind(&body.document.kind).is_some_and(|kind| kind.is(KindRole::Report));
    let plain = |q: &Quota| Quota { responsible: Vec::new(), deliver_to: None, ..q.clone() };
    let mut found: Vec<Found<Quota>> = Vec::new();
    for passage in passages {
        for new in (Reader { passage, all: passages, report }).read() {
            if !found.iter().any(|old| plain(&old.value) == plain(&new.value)) {
                found.push(new);
            }
        }
    }
    found
}

/// So many tokens at most lie between "mỗi" and a number that no verb asks for.
const NEAR_EACH: usize = 8;
/// Fewer numbers are no table.
const TABLE_NUMBERS: usize = 12;
/// "mỗi …" names what it counts in so many tokens; a share names its whole in so many.
const LONGEST_NAME: usize = 20;
/// "/tháng", "mỗi quý" stands so near behind what is counted.
const BEHIND_UNIT: usize = 6;
/// "/đơn vị" stands so near behind what is counted.
const BEHIND_EACH: usize = 4;
/// A second thing behind a comma takes so many tokens at most.
const SECOND_THING: usize = 8;

struct Reader<'a> {
    passage: &'a Passage<'a>,
    all: &'a [Passage<'a>],
    report: bool,
}

impl Reader<'_> {
    fn read(&self) -> Vec<Found<Quota>> {
        if self.tells_results() {
            return Vec::new();
        }
        let body = self.passage.body;
        let hits = body.rules.phrases("quotas").find(&self.passage.tokens);
        let read = hits.iter().filter_map(|hit| {
            let place = self.passage.place_of(hit)?;
            self.quota(&Phrase { hit, place, prose: self.passage.prose() })
        });
        read.collect()
    }

    /// Under a heading of results; in a report everywhere but under a heading of duties.
    fn tells_results(&self) -> bool {
        let lexicon = self.passage.body.lexicon;
        !self.under(lexicon.future_headings) && (self.report || self.under(lexicon.past_headings))
    }

    /// Whether a heading above holds a word of the list.
    fn under(&self, list: &WordList) -> bool {
        self.passage.above(self.all).any(|up| list.first_in(&up.tokens, 0..up.tokens.len()).is_some())
    }

    /// Whether a number is asked for. It is not in a table, not told as past, and what its kind of phrase needs stands
    /// around it: "trên 80% hộ" is a quota only where a goal, a duty or "mỗi" says so.
    fn counts(&self, phrase: &Phrase) -> bool {
        if phrase.is_in_a_table() || phrase.is_told_as_past() {
            return false;
        }
        // an item under "CHỈ TIÊU", "MỤC TIÊU" is a goal without a verb
        let goal = || phrase.has_goal_verb() || self.under(phrase.prose.lexicon.future_headings);
        let (verb, each) = (|| phrase.has_duty_verb(), || phrase.each_before().is_some());
        match phrase.hit.gives("needs") {
            Some("goal") => goal() || each() || verb() && (phrase.leads() || phrase.is_whole()),
            Some("limit") => goal() || each() || phrase.is_limit() || verb() && phrase.leads(),
            Some("each") => each() && (goal() || phrase.is_near_each()),
            Some("copies") => phrase.is_submitted(),
            Some("duty") => goal() || verb(),
            Some("asked") => goal() || verb() || each() || phrase.is_limit(),
            _ => true,
        }
    }

    fn quota(&self, phrase: &Phrase) -> Option<Found<Quota>> {
        let (hit, prose, place) = (phrase.hit, phrase.prose, &phrase.place);
        let bound = hit.gives("bound").filter(|b| *b != "none")?;
        if !self.counts(phrase) || phrase.tells_of_a_past_year(self.passage.body.issued_on) {
            return None;
        }
        let (value, value_to) = values(hit)?;
        let share = hit.slots.iter().any(|(_, v, _)| matches!(v, Value::Percent(_)));
        let (unit, behind) = if share { ("%".to_owned(), hit.tokens.1) } else { phrase.unit()? };
        let quota = Quota {
            text: place.text.clone(),
            bound: bound.into(),
            value,
            value_to,
            percent_of: share.then(|| phrase.whole_of_share()).flatten(),
            unit,
            per: phrase.per(behind),
            each: phrase.each_before().or_else(|| each_behind(prose, behind)),
            responsible: duty::responsible(self.passage, self.all, place),
            deliver_to: duty::deliver_to(prose, place.clause.clone(), hit.tokens.0..hit.tokens.1),
        };
        let (span, rule) = (self.passage.paragraph.span(hit.span.range()), format!("quotas.{}", hit.phrase.id));
        Some(Found { value: quota, span, confidence: sure(hit), rule })
    }
}

/// A phrase with a number and what stands around it.
struct Phrase<'p> {
    hit: &'p Match<'p>,
    place: Place,
    prose: Prose<'p>,
}

impl Phrase<'_> {
    /// The tokens of the clause before it.
    fn before(&self) -> Range<usize> {
        self.place.clause.start..self.hit.tokens.0
    }

    fn stands_before(&self, list: &WordList) -> bool {
        self.prose.holds(list, self.before())
    }

    /// "đã …", "đạt được": the clause tells what is over.
    fn is_told_as_past(&self) -> bool {
        self.stands_before(self.prose.lexicon.past_markers)
    }

    /// "phấn đấu", "đạt": what is to be reached.
    fn has_goal_verb(&self) -> bool {
        self.stands_before(self.prose.lexicon.goal_verbs)
    }

    /// "giới hạn", "dung lượng": a limit is set.
    fn is_limit(&self) -> bool {
        self.stands_before(self.prose.lexicon.limit_words)
    }

    fn has_duty_verb(&self) -> bool {
        self.prose.holds(self.prose.lexicon.duty_verbs, self.place.clause.clone())
    }

    /// "lập 02 bộ hồ sơ", "nộp 01 bản": copies are handed in.
    fn is_submitted(&self) -> bool {
        let up_to_it = self.place.clause.start..self.hit.tokens.1;
        self.prose.holds(self.prose.lexicon.submit_words, up_to_it)
    }

    /// "đối với 100% nhà ở": all of them is told without a word of the past only where it is to be reached.
    fn is_whole(&self) -> bool {
        self.hit.slots.iter().any(|(_, v, _)| matches!(v, Value::Percent(share) if *share == 100.0))
    }

    /// Whether nothing but a label stands before it in its clause.
    fn leads(&self) -> bool {
        let is_label = |raw: &str| raw.len() == 1 || !raw.chars().any(char::is_alphabetic);
        self.before().all(|at| is_label(self.prose.tokens.raw(at)))
    }

    /// Whether a stretch is rows of a table read as running text: every fourth token or more is a number.
    fn is_in_a_table(&self) -> bool {
        let clause = &self.place.clause;
        let numbers = clause.clone().filter(|at| self.prose.tokens.number(*at).is_some()).count();
        numbers >= TABLE_NUMBERS && numbers * 4 >= clause.len()
    }

    /// "Năm 2022, …", "Năm học 2024 - 2025, …": a sentence about a year that was over, or nearly, at the issue.
    fn tells_of_a_past_year(&self, issued_on: Option<Date>) -> bool {
        let Some(issued) = issued_on else { return false };
        let (tokens, words) = (self.prose.tokens, self.prose.lexicon.year_words);
        let year = |at: usize| tokens.raw(at).parse::<i16>().ok().filter(|year| (1900..2100).contains(year));
        let first = self.place.sentence.start;
        let Some(at) = (first..first + 4).find(|at| self.prose.spells(words, *at)) else { return false };
        match (words.meaning_at(tokens, at), year(at + 1), year(at + 2), year(at + 4)) {
            // a school year is nearly over in June
            (Some("school_year"), _, Some(_), Some(last)) => {
                last < issued.year() || last == issued.year() && issued.month() > 5
            }
            (_, Some(year), ..) => year < issued.year(),
            _ => false,
        }
    }

    /// "mỗi lớp 01 tờ", "mỗi thôn có 01 tổ": the number stands right behind the unit it is asked of.
    fn is_near_each(&self) -> bool {
        let before = self.before();
        let near = before.start.max(before.end.saturating_sub(NEAR_EACH))..before.end;
        let each = near.clone().rev().find(|at| self.prose.is_each(*at));
        each.is_some_and(|each| (each..near.end).all(|at| self.prose.tokens.number(at).is_none()))
    }

    /// "mỗi đơn vị", "từng trường" before the number: up to the verb. Of "mỗi trường học, mỗi bản" all are told.
    fn each_before(&self) -> Option<String> {
        let (prose, range) = (self.prose, self.before());
        let last = range.clone().rev().find(|at| prose.is_each(*at))?;
        let is_list = |at: usize| !(at..last).any(|i| prose.is_verb(i) || prose.tokens.number(i).is_some());
        let first = (range.start..last).find(|at| prose.is_each(*at) && prose.joins(last - 1) && is_list(*at));
        let at = first.unwrap_or(last);
        if prose.spells(prose.lexicon.round_words, at + 1) {
            return None;
        }
        let ends = |at: usize| {
            prose.ends_a_name(at) || prose.spells(prose.lexicon.each_stops, at) || matches!(prose.bare(at), ":" | ";")
        };
        let to = (at + 1..range.end).find(|at| ends(*at)).unwrap_or(range.end);
        (to > at + 1 && to - at <= LONGEST_NAME).then(|| prose.said(at..to).trim_end_matches(',').to_owned())
    }

    /// What is counted and the token behind it; `None` for times, ages and the like.
    fn unit(&self) -> Option<(String, usize)> {
        let lexicon = self.prose.lexicon;
        let (from, to) = self.unit_tokens()?;
        let stops = |at: usize| self.prose.has(lexicon.unit_stops, at);
        let uncounted = self.prose.has(lexicon.unit_not_counted, from)
            && !self.prose.has(lexicon.unit_counted, from)
            && !self.asks_for_time(from, to);
        // "không quá 1.200 từ": alone "từ" is counted, before other words it is none
        if uncounted || stops(from) && to - from > 1 {
            return None;
        }
        let end = (from + 1..to).find(|at| stops(*at)).unwrap_or(to);
        // one word ("từ", "bài") is a whole unit
        let end = if end == to && end - from > 1 { self.second_thing(end).unwrap_or(end) } else { end };
        Some((self.prose.said(from..end), end))
    }

    /// The tokens of what is counted, the number left out; "gửi 02 bộ": the unit is the phrase's own last word.
    fn unit_tokens(&self) -> Option<(usize, usize)> {
        let tokens = self.prose.tokens;
        let slot = self.hit.slots.iter().find(|(name, ..)| *name == "unit").map(|(.., span)| *span);
        let (from, to) = match slot {
            Some(span) => (tokens.index_at(span.start), tokens.index_at(span.end - 1) + 1),
            None => (self.hit.tokens.1 - 1, self.hit.tokens.1),
        };
        let copies = self.hit.phrase.role == Some(PhraseRole::Copies);
        let from = if copies { self.hit.tokens.0.max(from.saturating_sub(1)) } else { from };
        (from..to).find(|at| tokens.number(*at).is_none()).map(|from| (from, to))
    }

    /// "02 mô hình, điển hình tiên tiến": where the second thing behind a comma ends.
    fn second_thing(&self, comma: usize) -> Option<usize> {
        let (prose, lexicon) = (self.prose, self.prose.lexicon);
        let stops = |at: usize| {
            let lists = [lexicon.unit_stops, lexicon.duty_verbs, lexicon.deliver_verbs];
            lists.iter().any(|list| prose.has(list, at))
        };
        let within = lexicon.per_words.meaning_at(prose.tokens, comma + 1) == Some("within");
        if prose.bare(comma) != "," || stops(comma + 1) || within {
            return None;
        }
        let is_mark = |at: usize| !prose.tokens.raw(at).chars().any(char::is_alphabetic);
        let end = (comma + 1..comma + SECOND_THING).find(|at| is_mark(*at) || stops(*at))?;
        (end - comma > 2).then_some(end)
    }

    /// "tối thiểu 24 tháng", "ít nhất 02 ngày/tháng": time that is asked for; not "ít nhất 03 ngày trước khi".
    fn asks_for_time(&self, from: usize, to: usize) -> bool {
        let lexicon = self.prose.lexicon;
        let is_term = |at: usize| self.prose.spells(lexicon.term_words, at);
        self.hit.gives("time").is_some()
            && self.prose.has(lexicon.unit_times, from)
            && !(self.hit.tokens.0 > 0 && is_term(self.hit.tokens.0 - 1))
            && !(from + 1..=to.max(from + 1)).any(is_term)
    }

    /// "/tháng", "mỗi quý", "trong năm" behind the unit, or "hằng tháng" in the clause.
    fn per(&self, behind: usize) -> Option<Every> {
        let (prose, lexicon) = (self.prose, self.prose.lexicon);
        let round =
            |at: usize| lexicon.rounds.at(prose.tokens, at).and_then(|_| lexicon.rounds.meaning_at(prose.tokens, at));
        let at_unit = |at: usize| {
            let slash = prose.bare(at) == "/";
            let leads = slash || matches!(prose.bare(at), "1" | "01") || prose.is_per(at);
            let near = slash || at < self.place.clause.end;
            // "trong quý III", "trong tháng 5" is one time
            (leads && near && !is_numbered(prose, at + 2)).then(|| round(at + 1)).flatten()
        };
        let mut clause = self.place.clause.clone();
        let in_clause = |at: usize| prose.is_recurring(at).then(|| round(at + 1)).flatten();
        (behind..behind + BEHIND_UNIT).find_map(at_unit).or_else(|| clause.find_map(in_clause)).map(Every::from)
    }

    /// Percent of what: the words behind the share.
    fn whole_of_share(&self) -> Option<String> {
        let (prose, from, end) = (self.prose, self.hit.tokens.1, self.place.clause.end);
        let ends = |at: usize| {
            matches!(prose.bare(at), "," | ";" | "." | "(")
                || prose.spells(prose.lexicon.share_stops, at)
                || prose.has(prose.lexicon.duty_verbs, at)
        };
        let to = (from..end).find(|at| ends(*at)).unwrap_or(end);
        (to > from && to - from <= LONGEST_NAME).then(|| prose.said(from..to))
    }
}

/// Whether an Arabic or a Roman number stands here.
fn is_numbered(prose: Prose, at: usize) -> bool {
    let raw = prose.tokens.raw(at);
    let roman = !raw.is_empty() && raw.bytes().all(|b| b"IVX".contains(&b));
    prose.tokens.number(at).is_some() || roman
}

/// The number, or both ends of "từ 2 đến 3".
fn values(hit: &Match) -> Option<(f64, Option<f64>)> {
    let number = |v: &Value| match v {
        Value::Count(n) | Value::Percent(n) => Some(*n),
        _ => None,
    };
    if let (Some(from), Some(to)) = (hit.slot("from"), hit.slot("to")) {
        let (from, to) = (number(from)?, number(to)?);
        return (from < to).then_some((from, Some(to)));
    }
    hit.slots.iter().find_map(|(_, v, _)| number(v)).map(|n| (n, None))
}

/// "/đơn vị", "/01 trường" behind the unit; the list says how many words the unit has.
fn each_behind(prose: Prose, behind: usize) -> Option<String> {
    let slash = (behind..behind + BEHIND_EACH).find(|at| prose.bare(*at) == "/")?;
    let from = slash + 1 + usize::from(prose.tokens.number(slash + 1).is_some());
    let words: usize = prose.lexicon.each_units.meaning_at(prose.tokens, from)?.parse().ok()?;
    (from + words <= prose.tokens.len()).then(|| prose.said(from..from + words))
}
