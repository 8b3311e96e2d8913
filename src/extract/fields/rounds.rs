//! How long a round goes on: "hằng tháng, từ tháng 12/2025 đến hết tháng 6/2026".
//!
//! in: the phrases of time of a paragraph → out: [`Rounds`]: which of them tell the time of another one's round, and which days.
//! Promises: such a phrase stands behind its round with nothing done between them and at the end of what is said, or opens
//! the sentence with a comma behind it; it is longer than one round. It is no deadline of its own.
//! Leaves out: the day of the round itself (`deadlines`).

use crate::extract::language::dates;
use crate::extract::language::passage::Passage;
use crate::extract::language::prose::Prose;
use crate::extract::language::when::when;
use crate::record::{Day, Every};
use crate::rules::{Gap, Match, Value};
use jiff::civil::Date;

/// First and last day of the time a round goes on; an end that is not told is absent.
type Limits = (Option<Date>, Option<Date>);

/// Phrases that tell how long rounds go on.
pub(super) struct Rounds {
    /// Index of the phrase of the round, of the one that limits it, and the days.
    told: Vec<(usize, usize, Limits)>,
    /// In which sentence of the paragraph each phrase stands.
    sentence: Vec<usize>,
}

impl Rounds {
    /// Those among the phrases of a paragraph.
    pub fn of(passage: &Passage, hits: &[Match], issued_on: Option<Date>) -> Rounds {
        let prose = passage.prose();
        let mut told = Vec::new();
        for (at, limit) in hits.iter().enumerate() {
            let Some(days) = limits(limit, issued_on) else { continue };
            let before = hits[..at].iter().rposition(|hit| is_round(hit));
            let behind = hits.get(at + 1).filter(|hit| is_round(hit)).map(|_| at + 1);
            let closes = |round: &usize| closes(&prose, &hits[*round], limit);
            let opens = |round: &usize| opens(&prose, limit, &hits[*round]);
            if let Some(round) = before.filter(closes).or(behind.filter(opens))
                && is_longer(days, &hits[round], issued_on)
            {
                told.push((round, at, days));
            }
        }
        let stops_before = |hit: &Match| (0..hit.tokens.0).filter(|at| is_stop(&prose, *at)).count();
        Rounds { told, sentence: hits.iter().map(stops_before).collect() }
    }

    /// Whether phrase `nth` only tells how long a round goes on.
    pub fn tells_how_long(&self, nth: usize) -> bool {
        self.told.iter().any(|(_, limit, _)| *limit == nth)
    }

    /// The days between which the round of phrase `nth` is asked for. The day of a round whose word stands elsewhere in the
    /// sentence ("hằng tháng … trước ngày 25") shares what is told of that word.
    pub fn limits(&self, nth: usize, hits: &[Match]) -> (Option<Day>, Option<Day>) {
        let shares = |round: usize| !is_round(&hits[nth]) && self.sentence[round] == self.sentence[nth];
        let of = self.told.iter().filter(|(round, ..)| *round == nth || shares(*round));
        let days = of.fold((None, None), |(from, until), (.., days)| (days.0.or(from), days.1.or(until)));
        (days.0.map(Day::from), days.1.map(Day::from))
    }
}

/// A phrase with a round: "hằng tháng", "trước ngày 05 hằng tháng".
fn is_round(hit: &Match) -> bool {
    hit.gives("every").is_some() && hit.gives("elliptic").is_none()
}

/// The days that a phrase sets to a round; `None` where it sets none.
fn limits(hit: &Match, issued_on: Option<Date>) -> Option<Limits> {
    let runs = hit.gives("runs")?;
    if runs == "from" {
        let first = hit.slots.iter().find_map(|(_, value, _)| match value {
            Value::Month(month, year) => dates::month(*month, *year, issued_on),
            Value::Quarter(quarter, year) => dates::quarter(*quarter, *year, issued_on),
            Value::Year(year) => dates::year(*year),
            Value::Date(day) => dates::day(*day, issued_on).map(|day| (day, day)),
            _ => None,
        })?;
        return Some((Some(first.0), None));
    }
    let when = when(hit, issued_on)?;
    let (from, until) = when.period.unwrap_or((None, when.date));
    Some((from.filter(|_| runs == "span"), Some(until?)))
}

/// Whether the time is longer than one round, so that the round comes again within it.
fn is_longer((from, until): Limits, round: &Match, issued_on: Option<Date>) -> bool {
    let days = match round.gives("every").map(Every::from) {
        Some(Every::Week) => 7,
        Some(Every::Month) => 28,
        Some(Every::Quarter) => 89,
        _ => 365,
    };
    let Some((from, until)) = from.or(issued_on).zip(until) else { return true };
    from.until(until).is_ok_and(|span| span.get_days() > days)
}

/// Whether a limit behind a round closes what is said of it: between them only marks and words that join, or, where nothing
/// is done between them, what was said ends with the limit.
fn closes(prose: &Prose, round: &Match, limit: &Match) -> bool {
    let (from, to) = (round.tokens.1, limit.tokens.0);
    let mut between = from..to;
    if between.clone().any(|at| is_stop(prose, at)) || prose.tokens.gap(to) == Gap::Paragraph {
        return false;
    }
    let joints = prose.lexicon.range_joints;
    let joined = |at: usize| !prose.is_word(at) || joints.covers(prose.tokens, at);
    let ends = || {
        let behind = limit.tokens.1;
        prose.tokens.kind(behind).is_none() || is_stop(prose, behind) || matches!(prose.bare(behind), ")" | ",")
    };
    between.clone().all(joined) || !between.any(|at| prose.acts(at)) && ends()
}

/// Whether a limit opens the sentence of its round: "Từ ngày … đến ngày …, thứ Sáu hằng tuần …".
fn opens(prose: &Prose, limit: &Match, round: &Match) -> bool {
    let (first, behind) = limit.tokens;
    let opening = first == 0 || is_stop(prose, first - 1) || prose.tokens.gap(first) >= Gap::Line || first <= LABEL;
    let parted = prose.bare(behind) == "," || behind == round.tokens.0;
    opening && parted && !(behind..round.tokens.0).any(|at| is_stop(prose, at))
}

/// "1.", "a)", "- ": a label takes so many tokens.
const LABEL: usize = 2;

fn is_stop(prose: &Prose, at: usize) -> bool {
    matches!(prose.bare(at), "." | ";")
}
