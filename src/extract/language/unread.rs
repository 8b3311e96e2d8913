//! Days that could not be read: which days damaged signs may mean.
//!
//! in: the words of a limit with its damaged day, "trước ngày O5/12/2025" → out: the days, best first.
//! Promises: month and year as printed; a sign that looks like a digit is that digit; one sign that looks like none may be
//! any; nothing is offered where the whole day is gone.

use crate::document::calendar_date;
use crate::text::fold::bare;
use crate::text::pattern::pattern;
use jiff::civil::Date;

/// Letters of a scan that look like digits.
const LIKE_DIGITS: [(char, char); 10] = [
    ('o', '0'),
    ('l', '1'),
    ('i', '1'),
    ('|', '1'),
    ('z', '2'),
    ('s', '5'),
    ('b', '8'),
    ('g', '9'),
    ('q', '9'),
    ('!', '1'),
];
/// More days than one digit leaves open tell a person nothing.
const MOST: usize = 10;

pattern!(
    /// Day, month and year, folded, signs made digits where they look like them: "05//12/2025", "ngay 05 thang 12 nam 2025".
    PARTS,
    r"(?x)(?<day>[^\x20/]{1,3}) [\x20/]* (?:/|thang) [\x20/]* (?<month>[0-9]{1,2}) [\x20/]* (?:/|nam) [\x20/]*
      (?<year>(?:19|20)[0-9]{2})"
);
pattern!(
    /// A slash read as a one: "05112/2025".
    GLUED,
    r"(?<day>[0-3][0-9])1(?<month>[01][0-9])/(?<year>(?:19|20)[0-9]{2})"
);

/// The days that the words may mean.
pub(in crate::extract) fn candidates(words: &str) -> Vec<Date> {
    let folded = bare(words);
    let said = folded.rsplit_once("ngay").map_or(folded.as_str(), |(_, behind)| behind);
    let spelled = said.replace("thang", "/").replace("nam", "/");
    let digits: String = spelled.chars().map(digit).filter(|c| *c != ' ').collect();
    let number = |part: &str| part.parse::<i16>().ok();
    if let Some(found) = GLUED.captures(&digits) {
        let (day, month, year) = (number(&found["day"]), number(&found["month"]), number(&found["year"]));
        let date = year.zip(month).zip(day).and_then(|((year, month), day)| calendar_date(year, month, day));
        return date.into_iter().collect();
    }
    let Some(found) = PARTS.captures(&digits) else { return Vec::new() };
    let Some((year, month)) = number(&found["year"]).zip(number(&found["month"])) else { return Vec::new() };
    let signs: Vec<char> = found["day"].chars().collect();
    let fits = |day: &i16| {
        let printed: Vec<char> = if signs.len() == 2 { format!("{day:02}") } else { day.to_string() }.chars().collect();
        printed.len() == signs.len() && printed.iter().zip(&signs).all(|(d, s)| !s.is_ascii_digit() || d == s)
    };
    let known = signs.iter().any(char::is_ascii_digit);
    let days = (1..=31).filter(|day| known && fits(day)).filter_map(|day| calendar_date(year, month, day));
    days.take(MOST).collect()
}

fn digit(c: char) -> char {
    LIKE_DIGITS.iter().find(|(letter, _)| *letter == c).map_or(c, |(_, digit)| *digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_days_have_the_days_they_may_mean() {
        let cases: [(&str, &[&str]); 7] = [
            ("trước ngày O5/12/2025", &["2025-12-05"]),
            ("trước ngày 05/l2/2025", &["2025-12-05"]),
            ("chậm nhất ngày 05112/2025", &["2025-12-05"]),
            ("trước ngày 05//12/2025", &["2025-12-05"]),
            ("trước ngày 3? tháng 11 năm 2025", &["2025-11-30"]),
            ("trước ngày …/12/2025", &[]),
            ("trước ngày @#?12/2025", &[]),
        ];
        for (words, days) in cases {
            let got: Vec<String> = candidates(words).iter().map(Date::to_string).collect();
            assert_eq!(got, days, "{words}");
        }
        assert_eq!(candidates("trước ngày 0?/12/2025").len(), 9);
    }
}
