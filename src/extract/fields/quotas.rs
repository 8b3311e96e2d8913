//! Quotas: how many, at least or at most, per what, of each or in all.
//!
//! in: the body's paragraphs and `dictionaries/phrases/quotas.toml` → out: [`Quota`]s in printed order.
//! Promises: limits on a submission count too; results already reached, fees, fines, ages and times do not.
//! Shallow: quotas in table cells are not read.

use super::found::Found;
use crate::document::Document;
use crate::extract::language::clause::{self, Clause, Paragraph};
use crate::extract::language::duty;
use crate::record::{Every, Quota};
use crate::rules::{KindRole, Match, PhraseRole, Rules, Tokens, Value};
use crate::text::Text;
use jiff::civil::Date;
use std::ops::Range;

/// The quotas of a document. `addressees` owe what nobody else is named for.
pub(super) fn quotas(
    doc: &Document,
    text: &Text,
    rules: &Rules,
    issued_on: Option<Date>,
    addressees: &[String],
) -> Vec<Found<Quota>> {
    let all = clause::paragraphs(doc, text);
    let report = rules.kind(&doc.kind).is_some_and(|kind| kind.role == Some(KindRole::Report));
    let mut found: Vec<Found<Quota>> = Vec::new();
    for paragraph in &all {
        let reader = Reader { rules, issued_on, addressees, all: &all, paragraph, report };
        for new in reader.read() {
            let plain = |q: &Quota| Quota { responsible: Vec::new(), deliver_to: None, ..q.clone() };
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

struct Reader<'a> {
    rules: &'a Rules,
    issued_on: Option<Date>,
    addressees: &'a [String],
    all: &'a [Paragraph],
    paragraph: &'a Paragraph,
    report: bool,
}

impl Reader<'_> {
    fn read(&self) -> Vec<Found<Quota>> {
        let tokens = Tokens::new(&self.paragraph.text);
        if self.tells_results() {
            return Vec::new();
        }
        let clauses = clause::clauses(&tokens);
        let range = |bytes: &Range<usize>| tokens.index_at(bytes.start)..tokens.index_at(bytes.end);
        let hits = self.rules.phrases("quotas").find(&tokens);
        let read = hits.iter().filter_map(|hit| {
            let clause = clauses.iter().find(|c| c.range.contains(&hit.span.start))?;
            let mut near = range(&clause.range);
            near.end = near.end.max(hit.tokens.1);
            self.quota(&tokens, hit, clause, near, range(&clause.sentence))
        });
        read.collect()
    }

    /// Under a heading of results; in a report everywhere but under a heading of duties.
    fn tells_results(&self) -> bool {
        !self.under("future_headings") && (self.report || self.under("past_headings"))
    }

    /// Whether a heading above holds a word of the list.
    fn under(&self, list: &str) -> bool {
        self.paragraph.above.iter().any(|at| {
            let tokens = Tokens::new(&self.all[*at].text);
            self.rules.words(list).first_in(&tokens, 0..tokens.len()).is_some()
        })
    }

    fn counts(&self, tokens: &Tokens, hit: &Match, near: &Range<usize>) -> bool {
        if is_table(tokens, near) {
            return false;
        }
        let past = self.rules.words("past_markers").last_in(tokens, near.start..hit.tokens.0).is_some();
        let before = near.start..hit.tokens.0;
        // an item under "CHỈ TIÊU", "MỤC TIÊU" is a goal without a verb
        let goal =
            self.rules.words("goal_verbs").last_in(tokens, before.clone()).is_some() || self.under("future_headings");
        let verb = self.rules.words("duty_verbs").first_in(tokens, near.clone()).is_some();
        let each = each(tokens, near.start..hit.tokens.0, self.rules).is_some();
        let submits = || self.rules.words("submit_words").first_in(tokens, near.start..hit.tokens.1).is_some();
        let limit = || self.rules.words("limit_words").last_in(tokens, before.clone()).is_some();
        // "đối với 100% nhà ở": nothing reached is told so without a word of the past
        let whole = hit.slots.iter().any(|(_, v, _)| matches!(v, Value::Percent(share) if *share == 100.0));
        let leads = (near.start..hit.tokens.0)
            .all(|i| tokens.raw(i).chars().all(|c| !c.is_alphabetic()) || tokens.raw(i).len() == 1);
        match hit.gives("needs") {
            Some("goal") => (goal || each || (leads || whole) && verb) && !past,
            Some("limit") => (goal || each || limit() || leads && verb) && !past,
            Some("each") => each && (goal || self.is_near_each(tokens, before)) && !past,
            Some("copies") => !past && submits(),
            Some("duty") => (goal || verb) && !past,
            Some("asked") => (goal || verb || each || limit()) && !past,
            _ => !past,
        }
    }

    /// "Năm 2022, …", "Năm học 2024 - 2025, …": a sentence about a year that was over, or nearly, at the issue.
    fn tells_of_a_past_year(&self, tokens: &Tokens, first: usize) -> bool {
        let Some(issued) = self.issued_on else { return false };
        let year = |at: usize| tokens.raw(at).parse::<i16>().ok().filter(|year| (1900..2100).contains(year));
        let start = (first..first + 4).find(|i| tokens.bare(*i) == "nam");
        start.is_some_and(|at| match (tokens.bare(at + 1), year(at + 1), year(at + 2), year(at + 4)) {
            ("hoc", _, Some(_), Some(last)) => last < issued.year() || last == issued.year() && issued.month() > 5,
            (_, Some(year), ..) => year < issued.year(),
            _ => false,
        })
    }

    /// "mỗi lớp 01 tờ", "mỗi thôn có 01 tổ": the number stands right behind the unit it is asked of.
    fn is_near_each(&self, tokens: &Tokens, before: Range<usize>) -> bool {
        let near = before.start.max(before.end.saturating_sub(NEAR_EACH))..before.end;
        let at = near.clone().rev().find(|i| is_each(tokens, *i, self.rules));
        at.is_some_and(|at| (at..near.end).all(|i| tokens.number(i).is_none()))
    }

    fn quota(
        &self,
        tokens: &Tokens,
        hit: &Match,
        clause: &Clause,
        near: Range<usize>,
        sentence: Range<usize>,
    ) -> Option<Found<Quota>> {
        let bound = hit.gives("bound").filter(|b| *b != "none")?;
        if !self.counts(tokens, hit, &near) || self.tells_of_a_past_year(tokens, sentence.start) {
            return None;
        }
        let (value, value_to) = values(hit)?;
        let share = hit.slots.iter().any(|(_, v, _)| matches!(v, Value::Percent(_)));
        let (unit, behind) = if share { ("%".to_owned(), hit.tokens.1) } else { self.unit(tokens, hit)? };
        let per = self.per(tokens, near.clone(), behind);
        let quota = Quota {
            text: tokens.source()[clause.range.clone()].trim().trim_end_matches([';', '.', '/']).trim().to_owned(),
            bound: bound.into(),
            value,
            value_to,
            percent_of: share.then(|| self.base(tokens, hit.tokens.1, near.end)).flatten(),
            unit,
            per,
            each: each(tokens, near.start..hit.tokens.0, self.rules).or_else(|| each_behind(tokens, behind)),
            responsible: duty::responsible(
                tokens,
                near.clone(),
                sentence,
                self.paragraph,
                self.all,
                self.rules,
                self.addressees,
            ),
            deliver_to: duty::deliver_to(tokens, near, hit.tokens.0..hit.tokens.1, self.rules),
        };
        let confidence = hit.confidence * if hit.gives("needs").is_some() { 0.8 } else { 0.95 };
        let rule = format!("quotas.{}", hit.phrase.id);
        Some(Found { value: quota, span: self.paragraph.span(hit.span.range()), confidence, rule })
    }

    /// What is counted and the token behind it; `None` for times, ages and the like.
    fn unit(&self, tokens: &Tokens, hit: &Match) -> Option<(String, usize)> {
        let words = hit.slots.iter().find(|(name, ..)| *name == "unit").map(|(_, _, span)| *span);
        let (from, to) = match words {
            Some(span) => (tokens.index_at(span.start), tokens.index_at(span.end - 1) + 1),
            // "gửi 02 bộ": the unit is the phrase's own last word
            None => (hit.tokens.1 - 1, hit.tokens.1),
        };
        let from =
            if hit.phrase.role == Some(PhraseRole::Copies) { hit.tokens.0.max(from.saturating_sub(1)) } else { from };
        let from = (from..to).find(|i| tokens.number(*i).is_none())?;
        let stops = self.rules.words("unit_stops");
        let counted = self.rules.words("unit_counted").at(tokens, from).is_some();
        let uncounted = !counted
            && !self.asks_for_time(tokens, hit, from, to)
            && self.rules.words("unit_not_counted").at(tokens, from).is_some();
        // "không quá 1.200 từ": alone "từ" is counted, before other words it is none
        if uncounted || (stops.at(tokens, from).is_some() && to - from > 1) {
            return None;
        }
        let mut end = (from + 1..to).find(|i| stops.at(tokens, *i).is_some()).unwrap_or(to);
        // "02 mô hình, điển hình tiên tiến": a comma may go on with the same thing
        let goes_on = |i: usize| tokens.bare(i) == "," && end == to && !stops_or_verb(tokens, i + 1, self.rules);
        // one word ("từ", "bài") is a whole unit
        if end - from > 1 && goes_on(end) && tokens.bare(end + 1) != "trong" {
            let more = (end + 1..end + 8)
                .find(|i| tokens.raw(*i).chars().all(|c| !c.is_alphabetic()) || stops_or_verb(tokens, *i, self.rules));
            end = more.filter(|more| more - end > 2).unwrap_or(end);
        }
        Some((duty::words(tokens, from..end), end))
    }

    /// "tối thiểu 24 tháng", "ít nhất 02 ngày/tháng": time that is asked for; not "ít nhất 03 ngày trước khi".
    fn asks_for_time(&self, tokens: &Tokens, hit: &Match, from: usize, to: usize) -> bool {
        let time = self.rules.words("unit_times").at(tokens, from).is_some();
        let term = |i: usize| matches!(tokens.bare(i), "truoc" | "ke" | "sau" | "tinh" | "lam");
        hit.gives("time").is_some()
            && time
            && !(hit.tokens.0 > 0 && term(hit.tokens.0 - 1))
            && !(from + 1..=to.max(from + 1)).any(term)
    }

    /// "/tháng", "mỗi quý", "trong năm" behind the unit, or "hằng tháng" in the clause.
    fn per(&self, tokens: &Tokens, near: Range<usize>, behind: usize) -> Option<Every> {
        let rounds = [("tháng", Every::Month), ("quý", Every::Quarter), ("năm", Every::Year)];
        let round =
            |i: usize| rounds.iter().find(|(word, _)| duty::is(tokens, i, word)).map(|(_, every)| every.clone());
        // "trong quý III", "trong tháng 5" is one time
        let is_numbered = |i: usize| {
            let roman = !tokens.raw(i).is_empty() && tokens.raw(i).bytes().all(|b| b"IVX".contains(&b));
            tokens.number(i).is_some() || roman
        };
        let at_unit = (behind..behind + 6).find_map(|i| {
            let lead =
                matches!(tokens.bare(i), "/" | "mot" | "trong" | "hang" | "1" | "01") || duty::is(tokens, i, "mỗi");
            let slash = tokens.bare(i) == "/" || i < near.end;
            (lead && slash).then(|| round(i + 1)).flatten().filter(|_| !is_numbered(i + 2))
        });
        let in_clause = || {
            near.clone()
                .find_map(|i| (tokens.bare(i) == "hang" || duty::is(tokens, i, "mỗi")).then(|| round(i + 1)).flatten())
        };
        at_unit.or_else(in_clause)
    }

    /// Percent of what: the words behind the share.
    fn base(&self, tokens: &Tokens, from: usize, end: usize) -> Option<String> {
        let verbs = self.rules.words("duty_verbs");
        let stop = |i: &usize| {
            matches!(tokens.bare(*i), "," | ";" | "." | "(" | "co" | "duoc" | "dat" | "phai")
                || verbs.at(tokens, *i).is_some()
        };
        let to = (from..end).find(stop).unwrap_or(end);
        let words = duty::words(tokens, from..to);
        (to > from && to - from <= 20).then_some(words)
    }
}

fn stops_or_verb(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    ["unit_stops", "duty_verbs", "deliver_verbs"].iter().any(|list| rules.words(list).at(tokens, at).is_some())
}

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

/// "mỗi", "từng"; not "môi trường", though a scan loses the tilde of "mỗi".
fn is_each(tokens: &Tokens, at: usize, rules: &Rules) -> bool {
    let compound = || !tokens.raw(at).contains(['ỗ', 'Ỗ']) && rules.words("not_each").at(tokens, at).is_some();
    duty::is(tokens, at, "từng") || duty::is(tokens, at, "mỗi") && !compound()
}

/// "mỗi đơn vị", "từng trường" before the number: up to the verb.
fn each(tokens: &Tokens, range: Range<usize>, rules: &Rules) -> Option<String> {
    let last = range.clone().rev().find(|i| is_each(tokens, *i, rules))?;
    // "mỗi trường học, mỗi bản"
    let listed = |i: &usize| {
        let names = || !(*i..last).any(|i| duty::verb_at(tokens, i, rules) || tokens.number(i).is_some());
        is_each(tokens, *i, rules) && matches!(tokens.bare(last - 1), "," | "va") && names()
    };
    let at = (range.start..last).find(listed).unwrap_or(last);
    if matches!(tokens.bare(at + 1), "thang" | "nam" | "quy" | "tuan" | "ngay") {
        return None;
    }
    let stop = |i: &usize| {
        duty::ends_a_name(tokens, *i, rules) || matches!(tokens.bare(*i), "it" | "toi" | "khong" | "co" | ":" | ";")
    };
    let to = (at + 1..range.end).find(stop).unwrap_or(range.end);
    (to > at + 1 && to - at <= 20).then(|| duty::words(tokens, at..to).trim_end_matches(',').to_owned())
}

/// Whether a stretch is rows of a table read as running text: every fourth token or more is a number.
fn is_table(tokens: &Tokens, near: &Range<usize>) -> bool {
    let numbers = near.clone().filter(|i| tokens.number(*i).is_some()).count();
    numbers >= TABLE_NUMBERS && numbers * 4 >= near.len()
}

/// "/đơn vị", "/01 trường" behind the unit.
fn each_behind(tokens: &Tokens, behind: usize) -> Option<String> {
    let at = (behind..behind + 4).find(|i| tokens.bare(*i) == "/")?;
    let from = at + 1 + usize::from(tokens.number(at + 1).is_some());
    let word = tokens.bare(from);
    const UNITS: [&str; 9] = ["don", "truong", "xa", "phuong", "thon", "lop", "nguoi", "co", "chi"];
    let two = matches!(word, "don" | "co" | "chi");
    UNITS.contains(&word).then(|| duty::words(tokens, from..from + if two { 2 } else { 1 }))
}
