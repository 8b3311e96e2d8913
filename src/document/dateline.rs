//! Địa danh, ngày tháng năm: reads "Hà Đông, ngày 10 tháng 4 năm 2023" although day or month cannot be told.
//!
//! in: the words of a header line → out: [`DateLine`] with place, day, month, year and their places in the line.
//! Promises: what is no plain number in range is `None`, with its signs kept as printed.
//! Leaves out: dates in running text (the slots of `rules`).

use super::cue;
use crate::text::fold::Folded;
use crate::text::pattern::pattern;
use jiff::civil::Date;
use std::ops::{Range, RangeInclusive};

/// A dated line. Ranges are bytes of the line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DateLine {
    /// Where the place stands; empty where there is none.
    pub place: Range<usize>,
    /// From "ngày" to the last digit of the year.
    pub date: Range<usize>,
    /// What stands for the day.
    pub day: Part,
    /// What stands for the month.
    pub month: Part,
    /// What stands for the year.
    pub year: Part,
}

/// A part of a date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// As printed, blanks taken out.
    pub printed: String,
    /// Where it stands.
    pub at: Range<usize>,
    /// The number, when it is one in range.
    pub value: Option<i16>,
}

impl DateLine {
    /// The date when all parts are read and make one.
    pub fn whole(&self) -> Option<Date> {
        calendar_date(self.year.value?, self.month.value?, self.day.value?)
    }

    /// Dates the printed day may mean, first those that keep most of its digits; empty when nothing of it can be read.
    pub fn candidates(&self) -> Vec<Date> {
        let (Some(year), Some(month)) = (self.year.value, self.month.value) else { return Vec::new() };
        let signs: Vec<char> = self.day.printed.chars().filter(|c| *c != '.' && *c != '…').collect();
        let known = signs.iter().filter(|c| c.is_ascii_digit()).count();
        if known == 0 || signs.len() > 2 {
            return Vec::new();
        }
        let fits = |day: i16| {
            let digits: Vec<char> =
                if signs.len() == 2 { format!("{day:02}") } else { day.to_string() }.chars().collect();
            digits.len() == signs.len() && digits.iter().zip(&signs).all(|(d, s)| !s.is_ascii_digit() || d == s)
        };
        (1..=31).filter(|d| fits(*d)).filter_map(|day| calendar_date(year, month, day)).collect()
    }
}

/// A date that exists.
pub fn calendar_date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Longest stretch taken for a day or a month: blanks, dots and a pen's strokes.
const LONGEST_PART: usize = 14;

/// A date line goes on behind its year with at most so many letters and digits: stains, a page's edge.
const BEHIND: usize = 3;

/// Reads a line that ends in a date (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.4; its words "ngày", "tháng", "năm" are its grammar): "…, ngày 02 tháng 01 năm 2018", also "ngày 5/6/2024".
pub fn read(line: &str) -> Option<DateLine> {
    let folded = Folded::new(line);
    let f = folded.text.as_str();
    let at = |i: usize| folded.source_offset(i);
    let (month_word, month_end) = word(f, "thang", 0)?;
    let (day_from, day_to) = last_before(f, "ngay", month_word)?;
    let (year_word, year_end) = word(f, "nam", month_end).or_else(|| misread_nam(f, month_end))?;
    if month_word - day_to > LONGEST_PART || year_word - month_end > LONGEST_PART {
        return None;
    }
    let year = year(line, at(year_end));
    let end = year.at.end.max(at(year_end));
    if line[end..].chars().filter(|c| c.is_alphanumeric()).count() > BEHIND {
        return None;
    }
    let day = part(line, at(day_to)..at(month_word), 31);
    let month = part(line, at(month_end)..at(year_word), 12);
    let start = at(day_from);
    let date = start..end;
    Some(DateLine { place: place(line, start), date, day, month, year })
}

/// First stretch like `wanted` from byte `from` on; letters may be glued to it on the right ("namnay" is not meant to occur).
fn word(folded: &str, wanted: &str, from: usize) -> Option<(usize, usize)> {
    let rest = folded.get(from..)?;
    if let Some(at) = rest.find(wanted) {
        return Some((from + at, from + at + wanted.len()));
    }
    let (a, b) = cue::find(rest, wanted, usize::from(wanted.len() > 4))?;
    Some((from + a, from + b))
}

/// "hăm 2017", "Ohăm 2017": the first letter of "năm" misread, a year behind it.
fn misread_nam(folded: &str, from: usize) -> Option<(usize, usize)> {
    let rest = folded.get(from..)?;
    let dated = |at: usize| rest[at + 2..].trim_start().starts_with(|c: char| c.is_ascii_digit());
    let (at, _) = rest.match_indices("am").find(|(at, _)| dated(*at))?;
    let first = rest[..at].chars().next_back().filter(|c| c.is_alphabetic());
    Some((from + at - first.map_or(0, char::len_utf8), from + at + 2))
}

fn last_before(folded: &str, wanted: &str, end: usize) -> Option<(usize, usize)> {
    if let Some(at) = folded[..end].rfind(wanted) {
        return Some((at, at + wanted.len()));
    }
    // "nsày", "ngàv": one letter misread
    cue::find(&folded[..end], wanted, 1).filter(|(from, to)| to - from >= 3)
}

fn part(line: &str, at: Range<usize>, most: i16) -> Part {
    let at = at.start.min(at.end)..at.end;
    let raw = &line[at.clone()];
    let lead = raw.len() - raw.trim_start().len();
    let trimmed = raw.trim();
    let printed: String = trimmed.chars().filter(|c| !c.is_whitespace()).collect();
    let core = printed.trim_matches(['.', ',', '…', '_', ':', '*']);
    let digits = !core.is_empty() && core.len() <= 2 && core.chars().all(|c| c.is_ascii_digit());
    let value = if digits { core.parse().ok().filter(|v| (1..=most).contains(v)) } else { None };
    let from = at.start + lead;
    Part { printed: core.to_owned(), at: from..from + trimmed.len(), value }
}

pattern!(
    /// Up to four digits, blanks inside forgiven: "2017", ". 201 7".
    YEAR,
    r"^[ .,:]*(?<year>[0-9](?: *[0-9]){0,3})"
);
/// Years a letter may be of.
const YEARS: RangeInclusive<i16> = 1945..=2099;

/// Four digits of this or the last century; blanks inside forgiven ("201 7").
fn year(line: &str, from: usize) -> Part {
    let Some(found) = YEAR.captures(&line[from..]).and_then(|found| found.name("year")) else {
        return Part { at: from..from, ..Part::default() };
    };
    let printed = found.as_str().replace(' ', "");
    let value = (printed.len() == 4).then(|| printed.parse().ok()).flatten().filter(|year| YEARS.contains(year));
    Part { printed, at: from + found.start()..from + found.end(), value }
}

/// Levels of administration stand in small letters before a place's name. The list `levels` is not asked: date lines are read
/// wherever one may stand, without the rules.
const LEVELS: [&str; 8] = ["thành", "phố", "tỉnh", "quận", "huyện", "xã", "phường", "thị"];
/// Longest place in words: "thành phố Phan Rang - Tháp …".
const LONGEST_PLACE: usize = 6;

/// The run of capitalised words before the comma in front of "ngày".
fn place(line: &str, end: usize) -> Range<usize> {
    let head =
        line[..end].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | ':' | '\'' | '"'));
    let mut start = head.len();
    for (count, word) in head.rsplit(' ').enumerate() {
        let level = LEVELS.contains(&word.to_lowercase().as_str());
        let first = word.trim_start_matches(['"', '\'', '“', '*']).chars().next();
        let symbol = word.contains(['/', ':', '…']) || word.contains("..");
        let name = first.is_some_and(char::is_uppercase) || (word == "-" && count > 0);
        let sentence = word.ends_with([',', ';']) && count > 0;
        if count >= LONGEST_PLACE || symbol || sentence || !(name || level) {
            break;
        }
        let at = word.as_ptr() as usize - line.as_ptr() as usize;
        start = at;
    }
    let lead = line[start..head.len()].len()
        - line[start..head.len()].trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    start + lead..head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_dates_of_header_lines() {
        let cases = [
            ("Hà Đông, ngày 10 tháng 4 năm 2023", "Hà Đông", Some("2023-04-10"), 1),
            ("Tây Hồ, ngày 1& tháng 3 năm 2021", "Tây Hồ", None, 10),
            ("Kiên Giang, ngày,3 tháng 10 năm 2017", "Kiên Giang", Some("2017-10-03"), 1),
            ("Quảng Ngãi, ngày0? tháng 02 năm 2025", "Quảng Ngãi", None, 9),
            ("Hà Nội, ngày    tháng 6 năm 2024", "Hà Nội", None, 0),
            ("phong trào thi đua Hà Đông, ngày 5 tháng 12 năm 2022", "Hà Đông", Some("2022-12-05"), 1),
            ("TP. Hồ Chí Minh, ngày 01 tháng 7 năm 2025", "TP. Hồ Chí Minh", Some("2025-07-01"), 1),
            ("thành phố Vĩnh Long, ngày 31 tháng 02 năm 2024", "thành phố Vĩnh Long", None, 0),
            ("Hà Lâm, ngày 2 tháng/Ohăm 2017", "Hà Lâm", None, 0),
            ("Hà Lâm, ngày 12 tháng 4 hăm 2017", "Hà Lâm", Some("2017-04-12"), 1),
            ("Bà Rịa - Vũng Tàu, ngày 9 tháng 9 năm 201 9", "Bà Rịa - Vũng Tàu", Some("2019-09-09"), 1),
        ];
        for (line, place, iso, candidates) in cases {
            let got = read(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(&line[got.place.clone()], place, "{line}");
            assert_eq!(got.whole().map(|date| date.to_string()).as_deref(), iso, "{line}");
            assert_eq!(got.candidates().len(), candidates, "{line}");
        }
        for none in ["Thực hiện Kế hoạch ngày 10 tháng 4 năm 2023 của Ủy ban", "ngày tháng", "năm 2024", ""]
        {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
