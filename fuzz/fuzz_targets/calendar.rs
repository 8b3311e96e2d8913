//! The calendar writer: deadlines whose every word, day and number may be anything.
//!
//! in: lines; each becomes the next text of a record with two deadlines → out: nothing, or what broke.
//! As RFC 5545 asks: CRLF after every line, no line over 75 octets, no control character, components closed in order; the
//! same for tasks, cancellations and both languages.

#![no_main]

use congvan::export::ics::{Calendar, Options};
use congvan::record::{Deadline, Issuer, Number, Period, Record, Recurrence};
use congvan::text::lang::Lang;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let mut lines = raw.split('\n');
    let mut next = || lines.next().unwrap_or_default().to_owned();
    let mut record = Record { id: next(), kind_label: next(), issued_on: Some(next().into()), ..Record::default() };
    record.number = Some(Number { raw: next(), ..Number::default() });
    record.issuer = Some(Issuer { name: next(), ..Issuer::default() });
    record.subject = Some(next());
    record.deadlines = vec![deadline(&mut next), deadline(&mut next)];
    record.review(next(), next().as_str().into(), vec![next()]);
    for (tasks, lang) in [(false, Lang::Vi), (true, Lang::En)] {
        let options = Options { tasks, alarms: vec![0, 1, 255], ..Options::new(lang, date(2024, 2, 29)) };
        let mut calendar = Calendar::new(options);
        calendar.add(&record, 0);
        calendar.cancel_one(&record, 0, u32::MAX);
        well_formed(&calendar.finish());
    }
});

fn deadline(next: &mut impl FnMut() -> String) -> Deadline {
    let number = |s: String| s.trim().parse::<u8>().ok();
    let filled = |s: String| Some(s).filter(|s| !s.is_empty());
    let (text, bound, date, time, last_day) = (next(), next(), filled(next()), filled(next()), filled(next()));
    let (every, day, month) = (next(), number(next()), number(next()));
    let recurrence = (!every.is_empty()).then_some(Recurrence { every: every.as_str().into(), day, month, ..Recurrence::default() });
    let period = Some(Period { to: filled(next()).map(Into::into), ..Period::default() });
    let (task, responsible, deliver_to) = (filled(next()), vec![next(), next()], filled(next()));
    Deadline {
        text,
        bound: bound.as_str().into(),
        date: date.map(Into::into),
        time,
        last_day: last_day.map(Into::into),
        recurrence,
        period,
        task,
        responsible,
        deliver_to,
        ..Deadline::default()
    }
}

fn well_formed(calendar: &str) {
    let lines = calendar.strip_suffix("\r\n").expect("the last line ends").split("\r\n");
    let mut open = Vec::new();
    for line in lines {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.chars().any(char::is_control), "{line:?}");
        if let Some(component) = line.strip_prefix("BEGIN:") {
            open.push(component);
        } else if let Some(component) = line.strip_prefix("END:") {
            assert_eq!(open.pop(), Some(component), "closed in order");
        } else {
            assert!(!open.is_empty() && (line.starts_with(' ') || line.contains(':')), "{line:?}");
        }
    }
    assert!(open.is_empty(), "{open:?} left open");
}
