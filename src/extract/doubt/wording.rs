//! Why a person is asked, in words.
//!
//! in: a record whose doubts carry codes and values → out: the same doubts with reasons in the language asked for.
//! Promises: a doubt without a code (of a record that an older version stored) and one whose code has no message keep
//! the reason they have.

use crate::record::Record;
use crate::rules::Rules;
use crate::text::lang::Lang;

/// Writes the reason of every doubt of `record` in `lang`; the messages are `dictionaries/messages/review.toml`.
pub fn word_doubts(record: &mut Record, rules: &Rules, lang: Lang) {
    for review in &mut record.needs_review {
        let message = review.code.as_ref().and_then(|code| rules.doubt(code.as_str()));
        if let Some(message) = message {
            let values: Vec<_> = review.values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            review.reason = message.fill(lang, &values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Doubt, Review};

    #[test]
    fn reasons_follow_the_language_and_old_ones_stay() {
        let mut record = Record::default();
        record.review("issued_on", Doubt::IssuedAfterArrival, Vec::new()).with("read", "a").with("arrived", "b");
        record.review("number", "from.a.newer.version".into(), Vec::new());
        record.needs_review.push(Review { reason: "nhòe".into(), ..Review::default() });
        let said = |record: &Record| record.needs_review.iter().map(|r| r.reason.clone()).collect::<Vec<_>>();
        word_doubts(&mut record, Rules::builtin(), Lang::Vi);
        let rest = ["from.a.newer.version", "nhòe"];
        assert_eq!(said(&record)[0], "ngày viết tay đọc được a, nhưng dấu đến ghi b");
        assert_eq!(said(&record)[1..], rest);
        word_doubts(&mut record, Rules::builtin(), Lang::En);
        assert_eq!(said(&record)[0], "the handwritten day reads a, but the stamp of arrival says b");
        assert_eq!(said(&record)[1..], rest);
    }
}
