//! The day of issue (ngày ban hành).
//!
//! in: the place-and-date block of the header → out: `issued_on`, or candidates where the day was written by hand.
//! Promises: never a cited date, never a date of a signature stamp, never the clock.

use crate::document::{DateLine, Part, Role, calendar_date, read_date_line};
use crate::extract::Extraction;
use crate::extract::doubt::narrow;
use crate::extract::doubt::weigh::{Verdict, weigh};
use crate::record::{Day, Doubt, Review};
use crate::text::Span;
use crate::text::written::{Ink, Written, WrittenField};
use jiff::civil::Date;

pub(super) fn fill(page: &mut Extraction) {
    let Some(span) = page.document.first(Role::PlaceDate) else {
        if page.record.number.is_some() {
            page.record.review("issued_on", Doubt::IssuedMissing, Vec::new());
        }
        return;
    };
    let Some(found) = read_date_line(page.words(span)) else { return };
    page.note("issued_on", "issued_on.header", at(span, &found.date), 1.0);
    let (month, day) = month_and_day(page, span, &found);
    page.issued_about = about(&found, &month, &day);
    let year = found.year.value.filter(|_| page.digits_are_sure(at(span, &found.year.at)));
    let sure = matches!((&month, &day), (Verdict::Value(_), Verdict::Value(_)));
    let date =
        year.zip(first(&month)).zip(first(&day)).and_then(|((year, month), day)| calendar_date(year, month, day));
    if let Some(date) = date.filter(|_| sure) {
        page.record.issued_on = Some(date.into());
        return;
    }
    let likely = candidates(&found, &month, &day);
    if !likely.is_empty() {
        page.record.review_weighed("issued_on", Doubt::IssuedUnsure, likely);
        return;
    }
    let all_read = [&found.day, &found.month, &found.year].iter().all(|part| part.value.is_some());
    let why = if all_read { Doubt::IssuedImpossible } else { Doubt::IssuedUnread };
    let read = page.line(at(span, &found.date));
    page.record.review("issued_on", why, Vec::new()).with("read", read);
}

/// Month and day, the words weighed against the recogniser of pens; its voices on the day are noted. The day is weighed with
/// the likeliest month, which tells the weekends.
fn month_and_day(page: &mut Extraction, span: Span, found: &DateLine) -> (Verdict, Verdict) {
    let month = part(page, span, &found.month, page.written(WrittenField::Month, span));
    let by_pen = page.written(WrittenField::Day, span).cloned();
    let narrowed = by_pen.as_ref().map(|written| match found.year.value.zip(first(&month)) {
        Some((year, month)) => narrow::day(written, year, month as i8),
        None => written.clone(),
    });
    let day = part(page, span, &found.day, narrowed.as_ref());
    if let (Some(written), Some(evidence)) = (by_pen, page.record.evidence.get_mut("issued_on")) {
        evidence.voices = narrow::readings(&written);
    }
    (month, day)
}

/// The likeliest day of issue, the first of the month where the day cannot be read: it completes years.
fn about(found: &DateLine, month: &Verdict, day: &Verdict) -> Option<Date> {
    let (year, month) = found.year.value.zip(first(month).or(found.month.value))?;
    calendar_date(year, month, first(day).unwrap_or(1)).or_else(|| calendar_date(year, month, 1))
}

/// Day or month: the words against the recogniser of pens.
fn part(page: &Extraction, span: Span, printed: &Part, written: Option<&Written>) -> Verdict {
    let place = at(span, &printed.at);
    let value = printed.value.map(|v| v.to_string());
    let same = |a: &str, b: &str| a.trim_start_matches('0') == b.trim_start_matches('0');
    weigh(value.as_deref(), page.digits_are_sure(place), written, same)
}

/// A day by pen that lies before a document cited in the letter is taken back: one of the two was misread. Only dates of
/// the same month are looked at: a misread day moves no further, a misprinted citation mostly does.
pub(super) fn weigh_citations(page: &mut Extraction) {
    let Some(issued) = page.record.issued_on.as_ref().and_then(Day::date) else { return };
    let cited = page.record.references.iter().filter_map(|r| r.date.as_ref()?.date());
    let Some(newest) = cited.filter(|cited| contradicts(issued, *cited)).max() else { return };
    if let Some(asked) = take_back(page, issued, Doubt::IssuedBeforeCited, |date| *date < *newest.to_string()) {
        asked.with("cited", newest);
    }
}

/// A day by pen after the day of arrival in the stamp is taken back: one of the two was misread. A misread year of arrival
/// says nothing.
pub(super) fn weigh_arrival(page: &mut Extraction) {
    let Some(issued) = page.record.issued_on.as_ref().and_then(Day::date) else { return };
    let Some(span) = page.document.first(Role::PlaceDate) else { return };
    let Some(arrived) = page.written(WrittenField::ReceivedDate, span).and_then(narrow::likely_arrival) else { return };
    if arrived < issued
        && arrived.year() == issued.year()
        && let Some(asked) = take_back(page, issued, Doubt::IssuedAfterArrival, |date| *date > *arrived.to_string())
    {
        asked.with("arrived", arrived);
    }
}

/// Makes a day read by pen a doubt, the days that contradict nothing first; a printed day stays.
fn take_back<'p>(
    page: &'p mut Extraction,
    issued: Date,
    why: Doubt,
    contradicts: impl Fn(&str) -> bool,
) -> Option<&'p mut Review> {
    let span = page.document.first(Role::PlaceDate)?;
    let written = page.written(WrittenField::Day, span).filter(|w| w.ink == Ink::Hand)?;
    let mut likely = days_of_its_month(written, issued);
    likely.sort_by_key(|(date, _)| contradicts(date));
    page.record.issued_on = None;
    Some(page.record.review_weighed("issued_on", why, likely).with("read", issued))
}

/// Whether a letter of `issued` cannot cite a document of `cited`, both of one month.
fn contradicts(issued: Date, cited: Date) -> bool {
    issued.first_of_month() == cited.first_of_month() && cited > issued
}

/// The days a pen may have meant, in the month of `issued`, ISO.
fn days_of_its_month(written: &Written, issued: Date) -> Vec<(String, Option<f32>)> {
    let month = issued.strftime("%Y-%m");
    written.candidates().map(|(day, p)| (format!("{month}-{day:0>2}"), Some(p))).collect()
}

/// The likeliest value of a part.
fn first(verdict: &Verdict) -> Option<i16> {
    match verdict {
        Verdict::Value(value) => value.parse().ok(),
        Verdict::Doubt(list) => list.first()?.0.parse().ok(),
    }
}

/// Up to five whole dates, best first: each likely day with the likeliest month; where no day is likely, what the printed
/// signs of the day may mean.
fn candidates(found: &DateLine, month: &Verdict, day: &Verdict) -> Vec<(String, Option<f32>)> {
    let days: Vec<(String, Option<f32>)> = match day {
        Verdict::Value(value) => vec![(value.clone(), None)],
        Verdict::Doubt(list) => list.clone(),
    };
    let dated = |(value, p): (String, Option<f32>)| {
        Some((calendar_date(found.year.value?, first(month)?, value.parse().ok()?)?, p))
    };
    let mut whole: Vec<_> = days.into_iter().filter_map(dated).collect();
    if whole.is_empty() {
        whole = found.candidates().into_iter().map(|date| (date, None)).collect();
    }
    whole.into_iter().map(|(date, p)| (date.to_string(), p)).collect()
}

fn at(span: Span, range: &std::ops::Range<usize>) -> Span {
    Span::new(span.start + range.start, span.start + range.end)
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;
    use jiff::civil::date;

    #[test]
    fn a_letter_cites_nothing_that_comes_after_it() {
        assert!(super::contradicts(date(2023, 4, 10), date(2023, 4, 17)));
        assert!(!super::contradicts(date(2023, 4, 17), date(2023, 4, 10)));
        assert!(!super::contradicts(date(2023, 4, 10), date(2023, 5, 2)));
    }

    #[test]
    fn the_date_of_the_header_only() {
        let cases = [
            ("Hà Lâm, ngày 02 tháng 01 năm 2018", Some("2018-01-02"), 0),
            ("Hà Lâm, ngày    tháng 6 năm 2024", None, 1),
            ("Hà Lâm, ngày 1& tháng 3 năm 2021", None, 1),
            ("Hà Lâm, ngày 31 tháng 4 năm 2021", None, 1),
        ];
        for (line, iso, doubts) in cases {
            let raw = format!(
                "UBND QUẬN A\nSố: 1/KH-UBND\n{line}\nKẾ HOẠCH\nHọp\nThực hiện Quyết định số 5/QĐ-UBND ngày 7 tháng 8 năm 2019 của Ủy ban.\n"
            );
            let record = record_of(&raw);
            assert_eq!(record.issued_on, iso.map(super::Day::from), "{line}");
            assert_eq!(record.needs_review.iter().filter(|r| r.field == "issued_on").count(), doubts, "{line}");
        }
    }
}
