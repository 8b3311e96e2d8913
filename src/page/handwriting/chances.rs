//! Values and how likely each is; which values a field can have at all.
//!
//! in: votes → out: [`Chances`], mixed and ranked.
//! Promises: ranking is stable (ties by value); the empty value stands for "nothing is written here".

use std::collections::BTreeMap;

/// What a zone holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A serial number: one to five digits, perhaps a letter A–D.
    Number,
    /// A day of the month.
    Day,
    /// A month.
    Month,
    /// A date with strokes: "17/10/17".
    Date,
}

/// Digits of the longest serial number.
const LONGEST: usize = 5;

impl Kind {
    /// All spellings with their value, where they are few.
    pub(super) fn all(self) -> Option<Vec<(String, String)>> {
        let last = match self {
            Kind::Day => 31,
            Kind::Month => 12,
            Kind::Number | Kind::Date => return None,
        };
        let short = (1..=last).map(|n| (n.to_string(), n.to_string()));
        let padded = (1..=last.min(9)).map(|n| (format!("0{n}"), n.to_string()));
        Some(short.chain(padded).collect())
    }

    /// Whether `char` may be the next one.
    pub(super) fn may_follow(self, prefix: &str, char: char) -> bool {
        match self {
            Kind::Number => {
                let bare = !prefix.ends_with(|c: char| c.is_ascii_alphabetic());
                bare && (char.is_ascii_digit() && prefix.len() < LONGEST
                    || char.is_ascii_alphabetic() && !prefix.is_empty())
            }
            Kind::Day | Kind::Month => char.is_ascii_digit() && prefix.len() < 2,
            Kind::Date => {
                let part = prefix.rsplit('/').next().unwrap_or(prefix).len();
                let parts = prefix.matches('/').count();
                match char {
                    '/' => parts < 2 && part > 0,
                    c => c.is_ascii_digit() && part < if parts == 2 { 4 } else { 2 },
                }
            }
        }
    }

    /// Whether `value` is complete and possible (the empty one always is).
    pub(super) fn is_whole(self, value: &str) -> bool {
        let within = |v: &str, most: u32| v.parse::<u32>().is_ok_and(|n| (1..=most).contains(&n));
        match self {
            _ if value.is_empty() => true,
            Kind::Number => value.trim_end_matches(|c: char| c.is_ascii_alphabetic()).chars().any(|c| c != '0'),
            Kind::Day => within(value, 31),
            Kind::Month => within(value, 12),
            Kind::Date => match value.split('/').collect::<Vec<_>>()[..] {
                [day, month, year] => within(day, 31) && within(month, 12) && matches!(year.len(), 2 | 4),
                _ => false,
            },
        }
    }

    /// The value a spelling stands for: days and months lose their leading zero.
    pub(super) fn value_of(self, spelling: &str) -> String {
        match self {
            Kind::Day | Kind::Month => spelling.trim_start_matches('0').to_owned(),
            Kind::Number | Kind::Date => spelling.to_owned(),
        }
    }
}

/// Values with their probability; what is missing to 1 is the voice's doubt whether any of them is right.
#[derive(Debug, Clone, Default)]
pub(super) struct Chances(BTreeMap<String, f32>);

impl Chances {
    pub(super) fn add(&mut self, value: String, p: f32) {
        *self.0.entry(value).or_default() += p;
    }

    /// The probability of one value.
    #[cfg(test)]
    pub(super) fn of(&self, value: &str) -> f32 {
        self.0.get(value).copied().unwrap_or(0.0)
    }

    /// Every share times `weight`.
    pub(super) fn weighted(mut self, weight: f32) -> Chances {
        self.0.values_mut().for_each(|p| *p *= weight);
        self
    }

    /// Adds the shares of another.
    pub(super) fn plus(mut self, other: Chances) -> Chances {
        for (value, p) in other.0 {
            self.add(value, p);
        }
        self
    }

    /// The likeliest value (perhaps the empty one).
    pub(super) fn best(&self) -> Option<(&str, f32)> {
        self.ranked().into_iter().next()
    }

    /// From the likeliest down, ties in the order of the values.
    pub(super) fn ranked(&self) -> Vec<(&str, f32)> {
        let mut all: Vec<_> = self.0.iter().map(|(v, p)| (v.as_str(), *p)).filter(|(_, p)| *p > 0.0).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be() {
        let cases = [
            (Kind::Number, "155", true),
            (Kind::Number, "12A", true),
            (Kind::Number, "00", false),
            (Kind::Number, "", true),
            (Kind::Day, "31", true),
            (Kind::Day, "32", false),
            (Kind::Month, "0", false),
            (Kind::Date, "17/10/17", true),
            (Kind::Date, "17/13/17", false),
            (Kind::Date, "17/10", false),
        ];
        for (kind, value, whole) in cases {
            assert_eq!(kind.is_whole(value), whole, "{kind:?} {value}");
        }
        assert!(!Kind::Number.may_follow("12A", '3') && !Kind::Number.may_follow("", 'B'));
        assert!(Kind::Date.may_follow("1/2", '/') && !Kind::Date.may_follow("1/2/3", '/'));
        assert_eq!(Kind::Day.all().map(|v| v.len()), Some(40));
    }

    #[test]
    fn votes_add_up() {
        let mut a = Chances::default();
        a.add("9".into(), 0.5);
        a.add("4".into(), 0.5);
        let mixed = a.clone().weighted(0.5).plus(a.weighted(0.1));
        assert_eq!(mixed.best(), Some(("4", 0.3)));
        assert!((mixed.of("9") - 0.3).abs() < 1e-6);
    }
}
