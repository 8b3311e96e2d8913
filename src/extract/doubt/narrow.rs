//! What else is known of a number or day written by pen: evidence from outside the zone, each with its weight.
//!
//! in: a [`Written`], the file's name, the words of the other documents in the file, the day of issue → out: the same
//! reading with its probabilities weighed anew, and the [`Voice`]s that spoke.
//! Promises: evidence only lifts values that the recogniser itself takes for possible, it never brings in one of its own;
//! a value that is lifted is accepted only from [`SURE`] on.
//! Leaves out: what other stored letters say (`peers`, once a file has been read).

use crate::extract::Extraction;
use crate::record::{Speaker, Voice};
use crate::text::Span;
use crate::text::fold::bare;
use crate::text::pattern::pattern;
use crate::text::written::{Ink, Written};
use jiff::civil::Date;

/// A file's name carries the serial on 18 of 25 real letters; else an arrival number, a scanner's counter, a hash. A
/// number met by chance among thousands would weigh far more; so little, because misread digits are not chance.
const FILE_NAME: f64 = 50.0;
/// Another document of the file, or "kèm theo", names this symbol with this number.
const CITED_WITH: f64 = 20.0;
/// The recogniser must give a value this much before evidence may lift it.
const POSSIBLE: f32 = 0.1;
/// Accepted from here on: for at most one wrong in a hundred.
pub(in crate::extract) const SURE: f32 = 0.97;
/// The same where both voices of the recogniser put the value first: their own threshold.
const SURE_AGREED: f32 = 0.944;
/// Letters arrive soon: a day so long after the issue is this much likelier than by chance, one in the year after it no less
/// likely, any later one hardly possible, an earlier one not at all.
const SOON: (i32, f64) = (45, 20.0);
const LATE: (i32, f64) = (366, 1.0);
const YEARS_LATER: f64 = 0.02;
/// A day of arrival with this probability speaks against a later day of issue.
const LIKELY: f32 = 0.5;
/// Letters are seldom issued on Saturdays and Sundays (none of 25 real ones was): a prior, no rule.
const WEEKEND: f64 = 0.2;
/// So far before a number the words "kèm theo" speak of it, in characters.
const NEAR: usize = 60;

/// A value spoken for from outside the zone.
struct Support {
    by: Speaker,
    value: String,
    weight: f64,
}

impl Support {
    /// How many times likelier it makes `value`; much less where the two differ in a leading zero.
    fn lift(&self, value: &str) -> f64 {
        match value.eq_ignore_ascii_case(&self.value) {
            true => self.weight,
            false if same_serial(value, &self.value) => self.weight.sqrt(),
            false => 1.0,
        }
    }
}

/// The reading weighed with the file's name and the words around; `symbol` is the letter's own, `own` where its number
/// stands. Readings that are not by pen stay as they are.
pub(in crate::extract) fn serial(
    page: &Extraction,
    written: &Written,
    symbol: &str,
    own: Span,
) -> (Written, Vec<Voice>) {
    let mut supports = file_name(&page.record.source.file);
    supports.extend(cited_with(page, symbol, own));
    supported(written, supports)
}

/// The number of the incoming stamp weighed with the file's name: files are also named by the number they arrived under.
pub(in crate::extract) fn arrival_number(page: &Extraction, written: &Written) -> (Written, Vec<Voice>) {
    supported(written, file_name(&page.record.source.file))
}

fn supported(written: &Written, mut supports: Vec<Support>) -> (Written, Vec<Voice>) {
    let mut voices = readings(written);
    let mut narrowed = written.clone();
    if written.ink != Ink::Hand {
        return (narrowed, voices);
    }
    supports.retain(|s| written.candidates().any(|(value, p)| p >= POSSIBLE && same_serial(value, &s.value)));
    if !supports.is_empty() {
        narrowed.best = weighed(&written.best, &supports);
        let sure = narrowed
            .best
            .first()
            .is_some_and(|(value, p)| *p >= SURE && supports.iter().any(|s| same_serial(value, &s.value)));
        let same_best = narrowed.best.first().map(|b| &b.0) == written.best.first().map(|b| &b.0);
        narrowed.accepted = sure || (written.accepted && same_best);
    }
    voices.extend(supports.into_iter().map(|s| Voice {
        by: s.by,
        value: s.value,
        probability: None,
        weight: Some(s.weight),
    }));
    (narrowed, voices)
}

/// The days of a month by pen, weekends made less likely. A day that is lifted so is accepted from [`SURE`] on, or where the
/// recogniser's voices agree on it from [`SURE_AGREED`] on.
pub(in crate::extract) fn day(written: &Written, year: i16, month: i8) -> Written {
    let mut narrowed = written.clone();
    if written.ink != Ink::Hand {
        return narrowed;
    }
    let weekend = |day: &str| {
        let date = day.parse().ok().and_then(|day| Date::new(year, month, day).ok());
        date.map(|date| date.weekday().to_monday_one_offset() > 5)
    };
    let lift = |day: &str| match weekend(day) {
        Some(false) => 1.0,
        Some(true) => WEEKEND,
        // no such day in this month
        None => 0.0,
    };
    narrowed.best = lifted(&written.best, lift);
    let agreed = |value: &str| written.voices.iter().take(2).filter(|v| v.value == value).count() == 2;
    narrowed.accepted = narrowed.best.first().is_some_and(|(value, p)| {
        let before = written.best.first().map(|(value, _)| value.as_str());
        before == Some(value) && (*p >= SURE || (agreed(value) && *p >= SURE_AGREED))
    });
    narrowed
}

/// The date of the incoming stamp as ISO dates, weighed with the day of issue (or the first of its month) where that is known.
pub(in crate::extract) fn arrival_date(written: &Written, issued: Option<Date>) -> Written {
    let dates = written.best.iter().filter_map(|(value, p)| Some((arrived(value)?.to_string(), *p)));
    let lift = |day: &str| match day.parse::<Date>().ok().zip(issued).map(|(day, from)| (day - from).get_days()) {
        None => 1.0,
        Some(..0) => 0.0,
        Some(days) if days <= SOON.0 => SOON.1,
        Some(days) if days <= LATE.0 => LATE.1,
        Some(_) => YEARS_LATER,
    };
    let best = lifted(&dates.collect::<Vec<_>>(), lift);
    let first = |best: &[(String, f32)]| best.first().map(|(value, _)| value.clone());
    let same = first(&written.best).and_then(|value| arrived(&value)).map(|d| d.to_string()) == first(&best);
    let sure = issued.is_some() && best.first().is_some_and(|(_, p)| *p >= SURE);
    let accepted = !best.is_empty() && written.ink != Ink::Nothing && (sure || written.accepted && same);
    Written { best, accepted, ..written.clone() }
}

/// The day of arrival where the recogniser is fairly sure of it by itself.
pub(in crate::extract) fn likely_arrival(written: &Written) -> Option<Date> {
    let (value, p) = written.best.first()?;
    (*p >= LIKELY).then(|| arrived(value)).flatten()
}

/// "21/3/18" as a day of this century; `None` for no such day.
fn arrived(value: &str) -> Option<Date> {
    let parts: Vec<i16> = value.split('/').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [day, month, year] = parts[..] else { return None };
    let year = if year < 100 { 2000 + year } else { year };
    let fits = (2000..2100).contains(&year);
    fits.then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()).flatten()
}

/// What the recogniser's own voices said, as records carry it.
pub(in crate::extract) fn readings(written: &Written) -> Vec<Voice> {
    let rounded = |p: f32| (f64::from(p) * 1000.0).round() / 1000.0;
    let voice = |v: &crate::text::written::Voice| Voice {
        by: v.by.id().into(),
        value: v.value.clone(),
        probability: Some(rounded(v.probability)),
        weight: None,
    };
    written.voices.iter().map(voice).collect()
}

/// Each value lifted by all that speaks for it.
fn weighed(best: &[(String, f32)], supports: &[Support]) -> Vec<(String, f32)> {
    lifted(best, |value| supports.iter().map(|s| s.lift(value)).product())
}

/// Bayes: P(v | evidence) = P(v) · lift(v) / Σ P(u) · lift(u), the sum over all values and what is not listed (lift 1).
/// Each value's probability times `lift`, made whole again together with what is not listed; best first.
pub(in crate::extract) fn lifted(best: &[(String, f32)], lift: impl Fn(&str) -> f64) -> Vec<(String, f32)> {
    let unlisted = (1.0 - best.iter().map(|(_, p)| f64::from(*p)).sum::<f64>()).max(0.0);
    let weighed: Vec<(String, f64)> = best.iter().map(|(v, p)| (v.clone(), f64::from(*p) * lift(v))).collect();
    let whole = weighed.iter().map(|(_, p)| p).sum::<f64>() + unlisted;
    let mut anew: Vec<(String, f32)> = weighed.into_iter().map(|(v, p)| (v, (p / whole.max(1e-9)) as f32)).collect();
    anew.retain(|(_, p)| *p > 0.0);
    anew.sort_by(|a, b| b.1.total_cmp(&a.1));
    anew
}

/// "07" and "7" are one serial to a file's name.
fn same_serial(a: &str, b: &str) -> bool {
    a.trim_start_matches('0').eq_ignore_ascii_case(b.trim_start_matches('0'))
}

/// The numbers of a file's name that can be a serial, its weight shared among them.
fn file_name(name: &str) -> Vec<Support> {
    // the numbers of a mail or an archive say nothing of the file in it
    let name = name.rsplit(['›', '/']).next().unwrap_or(name);
    let mut numbers = numbers_of(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
    numbers.sort();
    numbers.dedup();
    let weight = FILE_NAME / numbers.len().max(1) as f64;
    numbers.into_iter().map(|value| Support { by: Speaker::FileName, value, weight }).collect()
}

pattern!(
    /// A copy mark at the end of a file's name: "(1)".
    COPY_MARK,
    r"\([0-9]*\)$"
);
pattern!(
    /// A word of a file's name that holds a serial: "155", "3176B", "660TBUB".
    SERIAL,
    r"^(?<digits>[0-9]{1,5})(?:(?<suffix>[A-Da-d])|\p{Uppercase}{2,})?$"
);

/// Runs of one to five digits that stand alone or before a symbol in capitals ("660TBUB", "3176B"); not the digits of a
/// hash ("U9c"), a day or time ("20250510"), a copy mark at the end ("(1)").
fn numbers_of(stem: &str) -> Vec<String> {
    let stem = stem.trim_end();
    let stem = COPY_MARK.find(stem).map_or(stem, |mark| &stem[..mark.start()]);
    let words = stem.split(|c: char| !c.is_alphanumeric());
    let serial = |word: &str| {
        let found = SERIAL.captures(word)?;
        Some(found.name("suffix").map_or_else(|| found["digits"].to_owned(), |_| word.to_uppercase()))
    };
    words.filter_map(serial).collect()
}

/// Numbers before "/symbol" in the other documents of the file, and in this one behind "kèm theo".
fn cited_with(page: &Extraction, symbol: &str, own: Span) -> Vec<Support> {
    let (words, mine) = (page.text.as_str(), page.document.span.range());
    let needle = format!("/{symbol}");
    let mut found: Vec<String> = words
        .match_indices(&needle)
        .filter(|(at, _)| !own.range().contains(at))
        .filter(|(at, _)| !mine.contains(at) || attached(&words[..*at]))
        .filter_map(|(at, _)| digits_before(&words[..at]))
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|value| Support { by: Speaker::CitedWith, value, weight: CITED_WITH }).collect()
}

fn attached(before: &str) -> bool {
    let start = before.char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    bare(&before[start..]).contains("kem theo")
}

fn digits_before(before: &str) -> Option<String> {
    let rest = before.trim_end();
    let start = rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (1..=5).contains(&(rest.len() - start)).then(|| rest[start..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_the_names_of_files() {
        let cases: [(&str, &[&str]); 9] = [
            ("155 tm syt", &["155"]),
            ("660TBUB.signed", &["660"]),
            ("88_QD3_cong van", &["88"]),
            ("1042 ( 07-CT-UBND).signed_20250221_092046", &["1042", "07"]),
            ("3176B-kh", &["3176B"]),
            ("217 gm(1)", &["217"]),
            ("SCAN0098", &[]),
            ("x9c71f", &[]),
            ("4sv ban sao", &[]),
        ];
        for (stem, wanted) in cases {
            assert_eq!(numbers_of(stem), wanted, "{stem}");
        }
    }

    #[test]
    fn evidence_lifts_what_is_possible_and_nothing_else() {
        let best = vec![("2002".to_owned(), 0.5), ("2062".to_owned(), 0.3), ("62".to_owned(), 0.1)];
        let support = |value: &str| Support { by: Speaker::FileName, value: value.to_owned(), weight: 50.0 };
        let lifted = weighed(&best, &[support("2062")]);
        assert_eq!(lifted[0].0, "2062");
        assert!(lifted[0].1 > 0.95 && lifted.iter().map(|(_, p)| p).sum::<f32>() <= 1.0, "{lifted:?}");
        let same = weighed(&best, &[support("7")]);
        assert_eq!(same.iter().map(|b| &b.0).collect::<Vec<_>>(), best.iter().map(|b| &b.0).collect::<Vec<_>>());
        assert!(same.iter().zip(&best).all(|(a, b)| (a.1 - b.1).abs() < 1e-6));
    }

    #[test]
    fn weekends_are_less_likely_and_days_that_are_not_impossible() {
        let bbox = crate::text::Rect { x: 0, y: 0, w: 9, h: 9 };
        let field = crate::text::written::WrittenField::Day;
        let best = vec![("18".to_owned(), 0.936), ("16".to_owned(), 0.053), ("31".to_owned(), 0.005)];
        let written = Written { page: 1, field, bbox, best, accepted: false, ink: Ink::Hand, voices: Vec::new() };
        // 16 December 2023 is a Saturday, 16 April 2024 a Tuesday
        assert!(day(&written, 2023, 12).accepted);
        let april = day(&written, 2024, 4);
        assert!(!april.accepted && april.best.iter().all(|(value, _)| value != "31"));
        let typed = Written { ink: Ink::Print, ..written.clone() };
        assert_eq!(day(&typed, 2023, 12), typed);
    }

    #[test]
    fn letters_arrive_after_they_were_issued() {
        let bbox = crate::text::Rect { x: 0, y: 0, w: 9, h: 9 };
        let field = crate::text::written::WrittenField::ReceivedDate;
        let best = [("21/3/48", 0.4), ("21/3/18", 0.2), ("2/13/18", 0.1), ("2/3/18", 0.05)];
        let best = best.map(|(v, p)| (v.to_owned(), p)).to_vec();
        let written = Written { page: 1, field, bbox, best, accepted: true, ink: Ink::Hand, voices: Vec::new() };
        let known = arrival_date(&written, Some(Date::constant(2018, 3, 20)));
        let values: Vec<&str> = known.best.iter().map(|(v, _)| v.as_str()).collect();
        assert_eq!(values, ["2018-03-21", "2048-03-21"]);
        assert!(known.best[0].1 > 0.8 && known.best[0].1 < SURE && !known.accepted, "{known:?}");
        // nothing known of the issue: the recogniser's word stands
        let alone = arrival_date(&written, None);
        assert!(alone.accepted && alone.best[0].0 == "2048-03-21" && (alone.best[0].1 - 0.4).abs() < 0.11, "{alone:?}");
        assert_eq!(arrived("21/3/0926"), None);
    }

    #[test]
    fn a_number_named_beside_the_symbol_in_another_document() {
        assert_eq!(digits_before("gửi kèm Kế hoạch số 117 ").as_deref(), Some("117"));
        assert_eq!(digits_before("ngày 20250510"), None);
        assert!(attached("(Ban hành kèm theo Quyết định số 45"));
        assert!(!attached("Căn cứ Quyết định số 45"));
    }
}
