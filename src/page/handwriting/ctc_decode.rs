//! From columns of class probabilities to probabilities of whole values (connectionist temporal classification).
//!
//! in: [`Columns`] of voice A → out: [`Chances`]: values with their probability.
//! How: for the few values a day or month can have, the exact likelihood of each; for numbers and dates a prefix beam.
//! Promises: the beam sums over all alignments; values that cannot be (a letter before a digit) take no share.

use super::chances::{Chances, Kind};
use super::line_ctc::{CLASSES, Columns};
use std::collections::BTreeMap;

/// Hypotheses kept per column.
const BEAM: usize = 40;
/// Columns in which a class is rarer than this do not extend by it.
const RARE: f32 = 1e-4;

/// The probabilities of all values of `kind`.
pub(super) fn decode(columns: &Columns, kind: Kind) -> Chances {
    match kind.all() {
        Some(values) => {
            let mut chances = Chances::default();
            for (spelling, value) in values {
                chances.add(value, likelihood(columns, &spelling));
            }
            chances.add(String::new(), likelihood(columns, ""));
            chances
        }
        None => beam(columns, kind),
    }
}

/// Probability that the columns spell exactly `target`: the forward sum over all alignments, P = Σ_π Π_t p(π_t | column t)
/// (Graves et al. 2006, equation 8).
fn likelihood(columns: &Columns, target: &str) -> f32 {
    // Blank, first, blank, second, blank …
    let mut states = vec![0usize];
    for c in target.chars() {
        let Some(class) = CLASSES.find(c) else { return 0.0 };
        states.extend([class + 1, 0]);
    }
    let mut alpha = vec![0.0f64; states.len()];
    for (t, column) in columns.log.iter().enumerate() {
        let before = alpha.clone();
        for (s, class) in states.iter().enumerate() {
            let mut sum = if t == 0 { f64::from(s < 2) } else { before[s] };
            if t > 0 && s > 0 {
                sum += before[s - 1];
            }
            if t > 0 && s > 1 && *class != 0 && *class != states[s - 2] {
                sum += before[s - 2];
            }
            alpha[s] = sum * f64::from(column[*class]).exp();
        }
    }
    alpha.iter().rev().take(2).sum::<f64>() as f32
}

/// Probability of a prefix, ending in blank or in its last character.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    blank: f64,
    last: f64,
}

/// The likeliest prefixes, column by column: prefix beam search (Hannun et al. 2014), without a language model.
fn beam(columns: &Columns, kind: Kind) -> Chances {
    let mut open = BTreeMap::from([(String::new(), Ends { blank: 1.0, last: 0.0 })]);
    let mut closed: BTreeMap<String, f64> = BTreeMap::new();
    for column in &columns.log {
        let mut next: BTreeMap<String, Ends> = BTreeMap::new();
        for (prefix, ends) in &open {
            let total = ends.blank + ends.last;
            let stay = next.entry(prefix.clone()).or_default();
            stay.blank += total * f64::from(column[0]).exp();
            for (class, char) in CLASSES.chars().enumerate() {
                let p = f64::from(column[class + 1]).exp();
                let repeats = prefix.ends_with(char);
                if repeats {
                    next.entry(prefix.clone()).or_default().last += ends.last * p;
                }
                let grown = if repeats { ends.blank * p } else { total * p };
                if p < f64::from(RARE) || grown <= 0.0 {
                    continue;
                }
                if kind == Kind::Number && char == '/' {
                    *closed.entry(prefix.clone()).or_default() += grown;
                } else if kind.may_follow(prefix, char) {
                    next.entry(format!("{prefix}{char}")).or_default().last += grown;
                }
            }
        }
        open = best(next);
    }
    let mut chances = Chances::default();
    let ended = open.into_iter().map(|(prefix, e)| (prefix, e.blank + e.last));
    for (value, p) in ended.chain(closed).filter(|(value, _)| kind.is_whole(value)) {
        chances.add(value, p as f32);
    }
    chances
}

fn best(all: BTreeMap<String, Ends>) -> BTreeMap<String, Ends> {
    let mut ranked: Vec<_> = all.into_iter().collect();
    ranked.sort_by(|a, b| (b.1.blank + b.1.last).total_cmp(&(a.1.blank + a.1.last)));
    ranked.truncate(BEAM);
    ranked.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns that spell `path` (`_` is blank), each sure to `p`.
    fn columns(path: &str, p: f32) -> Columns {
        let count = CLASSES.len() + 1;
        let column = |c: char| {
            let class = CLASSES.find(c).map_or(0, |i| i + 1);
            std::array::from_fn(|i| if i == class { p.ln() } else { ((1.0 - p) / (count - 1) as f32).ln() })
        };
        Columns { log: path.chars().map(column).collect(), ink: [0.0, 1.0, 0.0] }
    }

    #[test]
    fn numbers_end_at_the_slash() {
        let cases =
            [("_1_5_5_/__2__", "155"), ("__77_7_", "77"), ("1_2_A_/_", "12A"), ("___/__", ""), ("_0_7__", "07")];
        for (path, value) in cases {
            let chances = decode(&columns(path, 0.95), Kind::Number);
            assert_eq!(chances.best().map(|(v, _)| v), Some(value), "{path}");
        }
    }

    #[test]
    fn days_and_dates() {
        let day = decode(&columns("_2_9__", 0.9), Kind::Day);
        assert_eq!(day.best().map(|(v, _)| v), Some("29"));
        assert_eq!(decode(&columns("_0_9__", 0.9), Kind::Day).best().map(|(v, _)| v), Some("9"));
        let date = decode(&columns("_1_7_/1_0/_1_7_", 0.95), Kind::Date);
        assert_eq!(date.best().map(|(v, _)| v), Some("17/10/17"));
    }

    #[test]
    fn the_exact_likelihood_is_what_the_beam_sums() {
        let columns = columns("_1_11__", 0.6);
        let exact = likelihood(&columns, "11");
        let beam = beam(&columns, Kind::Date);
        assert!(exact > 0.0 && beam.best().is_none());
        let number = super::beam(&columns, Kind::Number);
        assert!(number.of("11") >= exact * 0.99, "{} {exact}", number.of("11"));
    }
}
