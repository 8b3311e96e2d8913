//! The slots of phrases: what may stand at `{date}`, `{count}`, `{unit}` …
//!
//! in: tokens and an index → out: the readings possible there, the preferred one first, each with the index behind it.
//! Promises: a reading is plausible by itself (day 1..=31 that the month has); broken digits ("201 1") are joined.
//! What is spelled here (ngày, tháng, năm, quý, giờ, thứ) is the grammar of Vietnamese dates and times, not vocabulary to add to.
//! Leaves out: completing years, judging whether the words mean a deadline.

use super::number::{count, digits, percent, sum_of_money};
use super::token::{Gap, TokenKind, Tokens, is_word};
use super::value::{PartialDate, Value};
use crate::text::fold::bare;

/// A kind of slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// `[thứ Sáu,] [ngày] 15/6[/2024]` or in words with "tháng" and "năm".
    Date,
    /// A day of the month alone.
    Day,
    /// `thứ Sáu`, `chủ nhật`.
    Weekday,
    /// `9`, `9/2024`, `9 năm 2024`, `chín`.
    Month,
    /// `II`, `II/2024`, `2 năm 2024`.
    Quarter,
    /// `2024`.
    Year,
    /// `03`, `1.500`, `03 (ba)`, `hai`.
    Count,
    /// `95%`, `99,5 phần trăm`.
    Percent,
    /// `05 ngày làm việc`, `10 ngày`, `02 tuần`.
    Duration,
    /// `16 giờ 00`, `16h`, `8g30`, `16:00`.
    Hour,
    /// `2.000.000 đồng`, `2 triệu đồng`.
    Money,
    /// The words of what is counted: up to the next mark.
    Unit,
    /// What a term counts from: up to the end of the clause.
    Event,
    /// Number and symbol of a document: `34/KH-UBND`, `20-CT/TU`.
    Symbol,
    /// What stands for a day and is none: `O5/12/2025`, `…/12/2025`, `05112/2025`, `… tháng 12 năm 2025`.
    Unread,
    /// At most twelve tokens of the same sentence, as few as possible.
    Words,
}

/// Longest `{words}`, `{unit}`, `{event}` in tokens.
const MOST_WORDS: usize = 12;
const MOST_UNIT: usize = 14;
const MOST_EVENT: usize = 16;

impl Slot {
    /// Every slot with its name as authors write it.
    pub const ALL: [(&'static str, Slot); 16] = [
        ("date", Slot::Date),
        ("day", Slot::Day),
        ("weekday", Slot::Weekday),
        ("month", Slot::Month),
        ("quarter", Slot::Quarter),
        ("year", Slot::Year),
        ("count", Slot::Count),
        ("percent", Slot::Percent),
        ("duration", Slot::Duration),
        ("hour", Slot::Hour),
        ("money", Slot::Money),
        ("unit", Slot::Unit),
        ("event", Slot::Event),
        ("symbol", Slot::Symbol),
        ("unread", Slot::Unread),
        ("words", Slot::Words),
    ];

    /// By its name.
    pub fn named(name: &str) -> Option<Slot> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, slot)| *slot)
    }

    /// Folded first words a reading can begin with besides a digit; `None` where it can begin with anything.
    pub(super) fn first_words(self) -> Option<&'static [&'static str]> {
        match self {
            Slot::Date => Some(&["ngay", "thu", "chu"]),
            Slot::Weekday => Some(&["thu", "chu"]),
            Slot::Month => Some(&SPELLED_MONTHS),
            Slot::Quarter => Some(&["i", "ii", "iii", "iv"]),
            Slot::Count => Some(super::number::SPELLED_BARE),
            Slot::Day | Slot::Year | Slot::Percent | Slot::Duration | Slot::Hour | Slot::Money => Some(&[]),
            Slot::Unit | Slot::Event | Slot::Symbol | Slot::Unread | Slot::Words => None,
        }
    }

    /// The readings at token `at`, preferred first, each with the index of the token behind it.
    pub fn read(self, tokens: &Tokens, at: usize) -> Vec<(usize, Value)> {
        match self {
            Slot::Date => date(tokens, at).into_iter().collect(),
            Slot::Day => day(tokens, at).into_iter().collect(),
            Slot::Weekday => weekday(tokens, at).map(|(to, d)| (to, Value::Weekday(d))).into_iter().collect(),
            Slot::Month => month(tokens, at),
            Slot::Quarter => quarter(tokens, at),
            Slot::Year => year(tokens, at).map(|(to, y)| (to, Value::Year(y))).into_iter().collect(),
            Slot::Count => count(tokens, at).map(|(to, n)| (to, Value::Count(n))).into_iter().collect(),
            Slot::Percent => percent(tokens, at).map(|(to, n)| (to, Value::Percent(n))).into_iter().collect(),
            Slot::Duration => duration(tokens, at).into_iter().collect(),
            Slot::Hour => hour(tokens, at).into_iter().collect(),
            Slot::Money => sum_of_money(tokens, at).map(|(to, n)| (to, Value::Money(n))).into_iter().collect(),
            Slot::Unit => longest_first(tokens, at, MOST_UNIT, in_unit),
            Slot::Event => longest_first(tokens, at, MOST_EVENT, in_clause),
            Slot::Symbol => symbol(tokens, at).into_iter().collect(),
            Slot::Unread => unread(tokens, at).into_iter().collect(),
            Slot::Words => {
                let mut all = longest_first(tokens, at, MOST_WORDS, in_sentence);
                all.push((at, Value::Words(String::new())));
                all.reverse();
                all
            }
        }
    }
}

const SPELLED_MONTHS: [&str; 10] = ["hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "mot"];

/// A word that may name what is counted; not the beginning of another limit: "02 suất quà và tặng tối thiểu 03 …".
fn in_unit(tokens: &Tokens, at: usize) -> bool {
    let pair = (tokens.bare(at), tokens.bare(at + 1));
    let limit = matches!(pair, ("toi", "thieu" | "da") | ("it" | "nhieu", "nhat") | ("khong", "qua" | "duoi"));
    tokens.kind(at) == Some(TokenKind::Word) && !limit
}

fn in_clause(tokens: &Tokens, at: usize) -> bool {
    tokens.kind(at).is_some_and(|k| k != TokenKind::Mark) || matches!(tokens.bare(at), "/" | "-" | "\"")
}

fn in_sentence(tokens: &Tokens, at: usize) -> bool {
    tokens.kind(at).is_some() && !matches!(tokens.bare(at), "." | ";" | ":")
}

fn longest_first(tokens: &Tokens, at: usize, most: usize, belongs: fn(&Tokens, usize) -> bool) -> Vec<(usize, Value)> {
    let mut end = at;
    while end - at < most && belongs(tokens, end) && (end == at || tokens.gap(end) < Gap::Paragraph) {
        end += 1;
    }
    (at + 1..=end).rev().map(|to| (to, Value::Words(words(tokens, at, to)))).collect()
}

/// The words of tokens `from..to` with blanks evened out.
pub(super) fn words(tokens: &Tokens, from: usize, to: usize) -> String {
    let span = tokens.span(from, to);
    tokens.source()[span.range()].split_whitespace().collect::<Vec<_>>().join(" ")
}

fn weekday(tokens: &Tokens, at: usize) -> Option<(usize, u8)> {
    if is_word(tokens, at, "chủ", false) && is_word(tokens, at + 1, "nhật", true) {
        return Some((at + 2, 7));
    }
    if !is_word(tokens, at, "thứ", true) || tokens.bare(at) != "thu" {
        return None;
    }
    const NAMES: [(&str, &str); 6] = [("hai", "2"), ("ba", "3"), ("tư", "4"), ("năm", "5"), ("sáu", "6"), ("bảy", "7")];
    let (printed, folded) = (tokens.raw(at + 1).to_lowercase(), tokens.bare(at + 1));
    // "thu từ ngày" is no Wednesday: behind a "thu" without marks they must be the name's where there are any
    let marked = tokens.raw(at).to_lowercase() == "thứ";
    let means = |(name, digit): &(&str, &str)| {
        folded == *digit || folded == bare(name) && (marked || printed == *name || printed == folded)
    };
    let day = NAMES.iter().position(means)? as u8 + 1;
    Some((at + 2, day))
}

/// Behind an optional weekday, comma and "ngày".
fn behind_day_words(tokens: &Tokens, at: usize) -> usize {
    let mut at = weekday(tokens, at).map_or(at, |(to, _)| to);
    at += usize::from(tokens.bare(at) == ",");
    let mut behind = at + usize::from(is_word(tokens, at, "ngày", true));
    if let Some((to, _)) = weekday(tokens, behind) {
        behind = to + usize::from(tokens.bare(to) == ",");
        behind += usize::from(is_word(tokens, behind, "ngày", true));
    }
    behind_early(tokens, behind)
}

/// Behind "mùng", "mồng" of a day up to the tenth.
fn behind_early(tokens: &Tokens, at: usize) -> usize {
    at + usize::from(["mùng", "mồng"].iter().any(|word| is_word(tokens, at, word, true)))
}

fn date(tokens: &Tokens, at: usize) -> Option<(usize, Value)> {
    let start = behind_day_words(tokens, at);
    let attached = |i: usize| i > 0 && tokens.gap(i) == Gap::None && matches!(tokens.bare(i - 1), "/" | "-" | ".");
    if attached(start) && tokens.kind(start - 1) == Some(TokenKind::Mark) && start == at {
        return None;
    }
    let (sep_at, day) = digits(tokens, start, 2, |i| is_separator(tokens, i))?;
    let sep = tokens.bare(sep_at).to_owned();
    let (behind, month) = digits(tokens, sep_at + 1, 2, |_| true)?;
    let (day, month) = (u8::try_from(day).ok()?, u8::try_from(month).ok()?);
    let (to, year) = match date_year(tokens, behind, &sep) {
        Some((to, year)) => (to, Some(year)),
        None => (behind, None),
    };
    // "1.2" is a heading and "14-15" a range; "12/10/QĐ" a document's number
    let cut =
        year.is_none() && (matches!(sep.as_str(), "." | "-" | ",") || goes_on(tokens, to) || tokens.bare(to) == "%");
    let possible = (1..=12).contains(&month) && day >= 1 && day <= days_in(month, year);
    (!cut && possible).then_some((to, Value::Date(PartialDate { day, month, year })))
}

/// Longest run of tokens that stands for a day: "… tháng 12 năm 2025" with a sign of noise here and there.
const MOST_UNREAD: usize = 12;

/// Signs glued to each other, and "tháng", "năm" with what follows them, that hold the digits of a month, a year or both
/// beside those of a day, or beside a slash that a day is missing before. A whole date, a number with its symbol and words
/// are none.
fn unread(tokens: &Tokens, at: usize) -> Option<(usize, Value)> {
    let is_glued = |i: usize| tokens.gap(i) == Gap::None && tokens.kind(i) == Some(TokenKind::Word);
    let is_day = day(tokens, at).is_some_and(|(to, _)| !is_separator(tokens, to) && !is_glued(to));
    if date(tokens, at).is_some() || is_day {
        return None;
    }
    let of_date = |i: usize| is_word(tokens, i, "tháng", true) || is_word(tokens, i, "năm", true);
    let is_sign = |i: usize| tokens.raw(i).chars().count() <= 2 || tokens.raw(i).contains(|c: char| c.is_ascii_digit());
    let belongs = |i: usize| {
        let glued = i == at || tokens.gap(i) == Gap::None && !of_date(i);
        let behind_word = i > at && (of_date(i - 1) || tokens.bare(i - 1) == "/");
        of_date(i) || is_sign(i) && (glued || behind_word || tokens.bare(i) == "/")
    };
    let mut to = at;
    while to - at < MOST_UNREAD && tokens.kind(to).is_some() && tokens.gap(to) < Gap::Paragraph && belongs(to) {
        to += 1;
    }
    while to > at && (matches!(tokens.bare(to - 1), "." | "," | ";" | ":" | ")" | "\"") || of_date(to - 1)) {
        to -= 1;
    }
    let parted = (at..to).any(|i| tokens.bare(i) == "/" || of_date(i));
    let numbers = (at..to).filter(|i| tokens.raw(*i).contains(|c: char| c.is_ascii_digit())).count();
    let capitals = (at..to).any(|i| tokens.raw(i).chars().filter(|c| c.is_uppercase()).count() > 1);
    (parted && numbers >= 2 && !capitals && !goes_on(tokens, to)).then(|| (to, Value::Words(words(tokens, at, to))))
}

fn is_separator(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.bare(at), "/" | "." | "-") || is_word(tokens, at, "tháng", true)
}

/// Whether a number or symbol runs on at `at`: "/QĐ", "/2024".
fn goes_on(tokens: &Tokens, at: usize) -> bool {
    tokens.bare(at) == "/" && tokens.gap(at) == Gap::None && tokens.gap(at + 1) == Gap::None
}

fn date_year(tokens: &Tokens, at: usize, sep: &str) -> Option<(usize, i16)> {
    let spelled = is_word(tokens, at, "năm", true);
    if !spelled && (tokens.bare(at) != sep && !(sep == "thang" && tokens.bare(at) == "/")) {
        return None;
    }
    if let Some(found) = year(tokens, at + 1) {
        return Some(found);
    }
    let (to, short) = digits(tokens, at + 1, 2, |_| true)?;
    let whole = tokens.raw(at + 1).len() == 2 && !spelled && (10..60).contains(&short);
    // "15/12/20z5": what is glued to the digits makes them no year
    let glued = tokens.gap(to) == Gap::None && tokens.kind(to) == Some(TokenKind::Word);
    let ends = !glued && !goes_on(tokens, to);
    (whole && tokens.gap(at + 1) == Gap::None && ends).then_some((to, 2000 + short as i16))
}

/// Days of a month; a February without a year has 29.
fn days_in(month: u8, year: Option<i16>) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_some_and(|y| y % 4 != 0 || (y % 100 == 0 && y % 400 != 0)) => 28,
        2 => 29,
        _ => 31,
    }
}

fn day(tokens: &Tokens, at: usize) -> Option<(usize, Value)> {
    let (to, day) = digits(tokens, behind_early(tokens, at), 2, |_| false)?;
    let joined = is_separator(tokens, to) && tokens.kind(to + 1) == Some(TokenKind::Number);
    let end_of_sentence = tokens.bare(to) == "." && tokens.gap(to + 1) > Gap::None;
    ((1..=31).contains(&day) && (!joined || end_of_sentence)).then_some((to, Value::Day(day as u8)))
}

fn year(tokens: &Tokens, at: usize) -> Option<(usize, i16)> {
    let (to, year) = digits(tokens, at, 4, |_| true)?;
    (1900..=2100).contains(&year).then_some((to, year as i16))
}

/// "/2024", " năm 2024" or "-2024" at `at`.
fn year_behind(tokens: &Tokens, at: usize) -> Option<(usize, i16)> {
    let joined = matches!(tokens.bare(at), "/" | "-") && tokens.gap(at) == Gap::None || tokens.bare(at) == "/";
    if !joined && !is_word(tokens, at, "năm", true) { None } else { year(tokens, at + 1) }
}

fn month(tokens: &Tokens, at: usize) -> Vec<(usize, Value)> {
    let numbered = digits(tokens, at, 2, |i| tokens.bare(i) == "/").filter(|(_, m)| (1..=12).contains(m));
    let Some((to, month)) = numbered.or_else(|| spelled_month(tokens, at)) else { return Vec::new() };
    let month = month as u8;
    match year_behind(tokens, to) {
        Some((behind, year)) => vec![(behind, Value::Month(month, Some(year))), (to, Value::Month(month, None))],
        None if goes_on(tokens, to) => Vec::new(),
        None => vec![(to, Value::Month(month, None))],
    }
}

fn spelled_month(tokens: &Tokens, at: usize) -> Option<(usize, u32)> {
    let one = |i: usize, list: &[(&str, u32)]| {
        list.iter().find(|(word, _)| is_word(tokens, i, word, false)).map(|(_, value)| *value)
    };
    if is_word(tokens, at, "mười", false) {
        let more = one(at + 1, &[("một", 11), ("hai", 12)]);
        return Some((at + 1 + usize::from(more.is_some()), more.unwrap_or(10)));
    }
    let plain = [("hai", 2), ("ba", 3), ("tư", 4), ("sáu", 6), ("bảy", 7), ("tám", 8), ("chín", 9)];
    // "tháng năm 2017" is a blank month; May is spelled only before another "năm"
    if is_word(tokens, at, "năm", false) && is_word(tokens, at + 1, "năm", false) {
        return Some((at + 1, 5));
    }
    one(at, &plain).map(|month| (at + 1, month))
}

fn quarter(tokens: &Tokens, at: usize) -> Vec<(usize, Value)> {
    let quarter = match tokens.bare(at) {
        "i" | "1" => 1,
        "ii" | "2" => 2,
        "iii" | "3" => 3,
        "iv" | "4" => 4,
        _ => return Vec::new(),
    };
    let mut all = vec![(at + 1, Value::Quarter(quarter, None))];
    if let Some((to, year)) = year_behind(tokens, at + 1) {
        all.insert(0, (to, Value::Quarter(quarter, Some(year))));
    }
    all
}

fn duration(tokens: &Tokens, at: usize) -> Option<(usize, Value)> {
    let (to, number) = count(tokens, at)?;
    if number.fract() != 0.0 || !(1.0..=3650.0).contains(&number) {
        return None;
    }
    let days = number as u32;
    if is_word(tokens, to, "tuần", false) {
        return Some((to + 1, Value::Duration { days: days * 7, working: false }));
    }
    if !is_word(tokens, to, "ngày", true) {
        return None;
    }
    let working = is_word(tokens, to + 1, "làm", true) && is_word(tokens, to + 2, "việc", true);
    Some((to + if working { 3 } else { 1 }, Value::Duration { days, working }))
}

fn hour(tokens: &Tokens, at: usize) -> Option<(usize, Value)> {
    let hour = tokens.number(at).filter(|h| *h < 24 && tokens.raw(at).len() <= 2)? as u8;
    let colon = tokens.bare(at + 1) == ":";
    if !colon && !matches!(tokens.bare(at + 1), "h" | "g" | "gio") {
        return None;
    }
    let minute = tokens.number(at + 2).filter(|m| *m < 60 && tokens.raw(at + 2).len() == 2);
    // "8 giờ 15/6": the 15 is a day
    let minute = minute.filter(|_| !(is_separator(tokens, at + 3) && tokens.kind(at + 4) == Some(TokenKind::Number)));
    let (to, minute) = match minute {
        Some(minute) => (at + 3 + usize::from(is_word(tokens, at + 3, "phút", true)), minute as u8),
        None if colon => return None,
        None => (at + 2, 0),
    };
    let (to, hour) = part_of_day(tokens, to, hour);
    Some((to, Value::Hour(hour, minute)))
}

/// "6 giờ sáng", "2 giờ chiều": behind the part of the day, and the hour of 24.
fn part_of_day(tokens: &Tokens, at: usize, hour: u8) -> (usize, u8) {
    let is = |words: &[&str]| words.iter().any(|word| is_word(tokens, at, word, false));
    match () {
        () if is(&["sáng", "trưa"]) => (at + 1, hour),
        () if is(&["chiều", "tối"]) => (at + 1, if hour < 12 { hour + 12 } else { hour }),
        () => (at, hour),
    }
}

fn symbol(tokens: &Tokens, at: usize) -> Option<(usize, Value)> {
    let starts = tokens.kind(at) == Some(TokenKind::Number) || tokens.bare(at) == "/";
    let mut to = at;
    let (mut letters, mut joints) = (false, false);
    while starts && to - at < MOST_WORDS {
        let joint = matches!(tokens.bare(to), "/" | "-");
        let behind_joint = to > at && matches!(tokens.bare(to - 1), "/" | "-");
        let near =
            to == at || tokens.gap(to) == Gap::None || (tokens.gap(to) < Gap::Paragraph && (joint || behind_joint));
        if !near || (tokens.kind(to) == Some(TokenKind::Mark) && !joint) || tokens.kind(to).is_none() {
            break;
        }
        letters |= tokens.kind(to) == Some(TokenKind::Word);
        joints |= joint;
        to += 1;
    }
    while to > at && matches!(tokens.bare(to - 1), "/" | "-") {
        to -= 1;
    }
    (letters && joints).then(|| {
        let span = tokens.span(at, to);
        (to, Value::Words(tokens.source()[span.range()].split_whitespace().collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(slot: &str, text: &str) -> String {
        let tokens = Tokens::new(text);
        let found = Slot::named(slot).unwrap().read(&tokens, 0);
        found.first().map_or("-".into(), |(to, value)| {
            let rest =
                if *to < tokens.len() { format!(" | {}", words(&tokens, *to, tokens.len())) } else { String::new() };
            format!("{value}{rest}")
        })
    }

    #[test]
    fn slots_read_what_is_printed() {
        let cases = [
            ("date", "15/6/2024", "2024-06-15"),
            ("date", "ngày 02 tháng 02 năm 2024", "2024-02-02"),
            ("date", "30 tháng 6", "--06-30"),
            ("date", "16/12 để tổng hợp", "--12-16 | để tổng hợp"),
            ("date", "03/1 1/2011", "2011-11-03"),
            ("date", "08/ 12 / 2017", "2017-12-08"),
            ("date", "15.4.2010 của", "2010-04-15 | của"),
            ("date", "thứ Sáu, ngày 20/9/2024", "2024-09-20"),
            ("date", "21/3/18.", "2018-03-21 | ."),
            ("date", "30/2/2024", "-"),
            ("date", "1.2 Nội dung", "-"),
            ("date", "14-15", "-"),
            ("date", "12/10/QĐ-UBND", "-"),
            ("date", "71/2016/NĐ-CP", "-"),
            ("month", "9/2024", "2024-09"),
            ("month", "9 năm 2024", "2024-09"),
            ("month", "mười hai", "--12"),
            ("month", "13", "-"),
            ("quarter", "II/2025", "2025-Q2"),
            ("quarter", "4 năm 2025", "2025-Q4"),
            ("day", "25 hằng tháng", "25 | hằng tháng"),
            ("day", "25/6", "-"),
            ("count", "03 (ba) bộ", "3 | bộ"),
            ("count", "1.500 từ", "1500 | từ"),
            ("count", "hai người", "2 | người"),
            ("percent", "99,5 %", "99.5%"),
            ("duration", "05 ngày làm việc kể từ", "5 working days | kể từ"),
            ("duration", "02 tuần", "14 days"),
            ("hour", "16 giờ 00 ngày", "16:00 | ngày"),
            ("hour", "8g 00", "08:00"),
            ("hour", "17h ngày", "17:00 | ngày"),
            ("money", "2.000.000 đồng", "2000000"),
            ("money", "1,5 triệu đồng", "1500000"),
            ("symbol", "20-CT/TU ngày", "20-CT/TU | ngày"),
            ("symbol", "7603/TTr-\nHĐTĐ", "7603/TTr-HĐTĐ"),
            ("symbol", "225/QĐ -SYT ngày 24", "225/QĐ-SYT | ngày 24"),
            ("weekday", "thứ Sáu hằng tuần", "weekday 5 | hằng tuần"),
            ("weekday", "thu tu hang tuan", "weekday 3 | hang tuan"),
            ("weekday", "thu từ ngày", "-"),
            ("unit", "bài viết, clip", "bài viết | , clip"),
        ];
        for (slot, text, expected) in cases {
            assert_eq!(read(slot, text), expected, "{slot} in {text:?}");
        }
    }
}
