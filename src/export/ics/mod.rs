//! iCalendar (RFC 5545): one event or task per dated deadline.
//!
//! in: records → out: a calendar file, or one object per deadline for a CalDAV server.
//! Promises: all-day events stand on the last day on which the deadline is met ("trước ngày 15 hằng tháng": the 14th);
//! an event keeps its UID when its date is corrected; nothing comes from the clock, so writing again gives the same bytes;
//! what a person still has to look at is marked. Nothing is moved because of weekends: the description says so.
//! Leaves out: deadlines counted from an event (no date to stand on). Written by hand because the
//! `icalendar` crate puts the current time and random UIDs into alarms and knows no VTIMEZONE; the tests read with it.

mod line;
mod words;

use crate::record::{Day, Deadline, Record, Rhythm};
use crate::text::fold;
use crate::text::lang::Lang;
use jiff::civil::{Date, Time, Weekday};
use line::Lines;
use sha2::{Digest, Sha256};

/// How a calendar is written.
#[derive(Debug, Clone)]
pub struct Options {
    /// Language of summaries and descriptions.
    pub lang: Lang,
    /// Days before the last day on which to remind (at eight in the morning).
    pub alarms: Vec<u8>,
    /// Repeating deadlines of undated documents begin here.
    pub undated_from: Date,
    /// Tasks to tick off (VTODO) instead of days in the calendar (VEVENT).
    pub tasks: bool,
}

impl Options {
    /// Reminders 7, 3 and 1 days before.
    pub fn new(lang: Lang, undated_from: Date) -> Options {
        Options { lang, alarms: vec![7, 3, 1], undated_from, tasks: false }
    }
}

/// Viet Nam has had no other offset since 1975, so one component is the whole time zone.
const TIME_ZONE: &[&str] = &[
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Ho_Chi_Minh",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// How far that zone is ahead of UTC.
const AHEAD_OF_UTC: jiff::SignedDuration = jiff::SignedDuration::from_hours(7);

/// A calendar being filled.
#[derive(Debug)]
pub struct Calendar {
    options: Options,
    events: Lines,
    count: usize,
    hours: bool,
}

impl Calendar {
    /// An empty calendar.
    pub fn new(options: Options) -> Calendar {
        Calendar { options, events: Lines::default(), count: 0, hours: false }
    }

    /// Adds every dated deadline of a record. `sequence`: how often its deadlines were changed since they were published.
    pub fn add(&mut self, record: &Record, sequence: u32) {
        for index in 0..record.deadlines.len() {
            self.add_one(record, index, sequence);
        }
    }

    /// Adds deadline `index` (0-based) of a record; false when it has no date to stand on.
    pub fn add_one(&mut self, record: &Record, index: usize, sequence: u32) -> bool {
        self.put(record, index, sequence, false)
    }

    /// Adds a deadline that does not hold any more, so that calendars that have it strike it out. `sequence` must be
    /// greater than the one it was published with.
    pub fn cancel_one(&mut self, record: &Record, index: usize, sequence: u32) -> bool {
        self.put(record, index, sequence, true)
    }

    fn put(&mut self, record: &Record, index: usize, sequence: u32, cancelled: bool) -> bool {
        let Some(deadline) = record.deadlines.get(index) else { return false };
        let Some(day) = self.first_day(record, deadline) else { return false };
        let hour = deadline.time.as_deref().and_then(|t| t.parse::<Time>().ok());
        let (lang, component) = (self.options.lang, if self.options.tasks { "VTODO" } else { "VEVENT" });
        let out = &mut self.events;
        out.raw(&format!("BEGIN:{component}"));
        out.raw(&format!("UID:{}", uid(record, index)));
        out.raw(&format!("DTSTAMP:{}T000000Z", stamp(record)));
        out.raw(&format!("SEQUENCE:{sequence}"));
        let rhythm = deadline.rhythm();
        match (self.options.tasks, hour) {
            (false, None) => {
                out.raw(&on("DTSTART", day, None));
                out.raw(&on("DTEND", day.tomorrow().unwrap_or(day), None));
            }
            (false, hour) => out.raw(&on("DTSTART", day, hour)),
            (true, hour) => {
                // a rule counts from DTSTART; a task that comes once may be begun at any time
                if rhythm.is_some() {
                    out.raw(&on("DTSTART", day, hour));
                }
                out.raw(&on("DUE", day, hour));
            }
        }
        if let Some(rhythm) = rhythm {
            let until = deadline.ends_on().map(|last| format!(";UNTIL={}", end_of_rule(last, hour)));
            out.raw(&format!("RRULE:{}{}", rule(rhythm), until.unwrap_or_default()));
        }
        let summary = words::summary(record, index, lang);
        out.text("SUMMARY", &summary);
        out.text("DESCRIPTION", &words::description(record, index, weekend(day, deadline), lang));
        out.list("CATEGORIES", &[lang.pick("Thời hạn", "Deadline"), &record.kind_label]);
        out.text("X-CONGVAN-DOCUMENT", &record.id);
        match (cancelled, self.options.tasks) {
            (true, _) => out.raw("STATUS:CANCELLED"),
            (false, true) => out.raw("STATUS:NEEDS-ACTION"),
            (false, false) => {}
        }
        if !self.options.tasks {
            out.raw("TRANSP:TRANSPARENT");
        }
        for days in self.options.alarms.iter().filter(|_| !cancelled) {
            alarm(out, *days, hour.is_some(), self.options.tasks, &summary);
        }
        out.raw(&format!("END:{component}"));
        self.count += 1;
        self.hours |= hour.is_some();
        true
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The file, CRLF line ends.
    pub fn finish(self) -> String {
        let name = self.options.lang.pick("Thời hạn công văn", "Deadlines of official documents");
        self.written(Some(name))
    }

    /// As an object of a CalDAV collection, which has neither method nor name (RFC 4791, 4.1); it should hold one entry.
    pub fn finish_object(self) -> String {
        self.written(None)
    }

    fn written(self, published_as: Option<&str>) -> String {
        let mut out = Lines::default();
        out.raw("BEGIN:VCALENDAR");
        out.raw("VERSION:2.0");
        out.raw("PRODID:-//congvan//congvan//VI");
        out.raw("CALSCALE:GREGORIAN");
        if let Some(name) = published_as {
            out.raw("METHOD:PUBLISH");
            out.text("X-WR-CALNAME", name);
        }
        if self.hours {
            TIME_ZONE.iter().for_each(|line| out.raw(line));
        }
        out.append(self.events);
        out.raw("END:VCALENDAR");
        out.finish()
    }

    /// The day of a one-off deadline, the first one of a repeating one after the document was issued.
    fn first_day(&self, record: &Record, deadline: &Deadline) -> Option<Date> {
        let Some(rhythm) = deadline.rhythm() else { return deadline.final_day() };
        let received = record.received.as_ref().and_then(|r| r.date.as_ref());
        let known = record.issued_on.as_ref().or(received).and_then(Day::date);
        let from = known.unwrap_or(self.options.undated_from);
        // a yearly one comes within 13 months
        let to = from.checked_add(jiff::Span::new().months(13)).ok()?;
        let first = deadline.recurrence.as_ref().and_then(|round| round.from.as_ref()?.date());
        let later = first.map_or(Some(to), |first| first.checked_add(jiff::Span::new().months(13)).ok())?;
        let (from, to) = deadline.asked_within(from, to.max(later));
        rhythm.between(from, to).first().copied()
    }
}

/// The calendar of one record.
///
/// # Examples
/// ```
/// use congvan::export::ics::{self, Options};
/// use congvan::text::lang::Lang;
/// use jiff::civil::date;
///
/// let letter = r#"{"id": "a-1", "deadlines": [{"text": "Báo cáo trước ngày 20/11/2025", "bound": "before", "date": "2025-11-20"}]}"#;
/// let record = serde_json::from_str(letter).expect("what is not told is empty");
/// let calendar = ics::of_record(&record, Options::new(Lang::Vi, date(2025, 1, 1)));
/// assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n"));
/// assert!(calendar.contains("DTSTART;VALUE=DATE:20251119"), "the last day before the 20th");
/// # Ok::<(), congvan::Error>(())
/// ```
pub fn of_record(record: &Record, options: Options) -> String {
    let mut calendar = Calendar::new(options);
    calendar.add(record, 0);
    calendar.finish()
}

/// UID of deadline `index` (0-based) of a record. Made from the document and the words of the deadline, not from its date:
/// a corrected date moves the event.
pub fn uid(record: &Record, index: usize) -> String {
    let words = |d: &Deadline| fold::Folded::new(&d.text).text;
    let own = words(&record.deadlines[index]);
    let same = record.deadlines[..index].iter().filter(|d| words(d) == own).count();
    let digest = Sha256::digest(format!("{}\n{own}\n{same}", record.id));
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}@congvan")
}

/// A property that holds a day, or an hour of it in Viet Nam.
fn on(name: &str, day: Date, hour: Option<Time>) -> String {
    match hour {
        Some(hour) => {
            format!("{name};TZID=Asia/Ho_Chi_Minh:{}T{:02}{:02}00", basic(day), hour.hour(), hour.minute())
        }
        None => format!("{name};VALUE=DATE:{}", basic(day)),
    }
}

fn basic(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// RFC 5545 wants a time of making; the day of issue stays the same when the file is written again.
fn stamp(record: &Record) -> String {
    let issued = record.issued_on.as_ref().and_then(Day::date);
    issued.map_or_else(|| "20000101".to_owned(), basic)
}

fn weekend(day: Date, deadline: &Deadline) -> Option<Weekday> {
    let weekday = day.weekday();
    (deadline.rhythm().is_none() && matches!(weekday, Weekday::Saturday | Weekday::Sunday)).then_some(weekday)
}

fn alarm(out: &mut Lines, days: u8, hour: bool, task: bool, summary: &str) {
    // an all-day event begins at midnight; reminding then would wake people up: eight hours later
    let trigger = match (hour, days) {
        (true, _) => format!("-P{days}D"),
        (false, 0) => "PT8H".to_owned(),
        (false, 1) => "-PT16H".to_owned(),
        (false, _) => format!("-P{}DT16H", days - 1),
    };
    out.raw("BEGIN:VALARM");
    out.raw("ACTION:DISPLAY");
    // a task may have no beginning to count from
    let related = if task { ";RELATED=END" } else { "" };
    out.raw(&format!("TRIGGER{related}:{trigger}"));
    out.text("DESCRIPTION", summary);
    out.raw("END:VALARM");
}

/// UNTIL of a rule: a day where DTSTART is one, else the hour in UTC (RFC 5545, 3.3.10).
fn end_of_rule(last: Date, hour: Option<Time>) -> String {
    let Some(hour) = hour else { return last.strftime("%Y%m%d").to_string() };
    let utc = last.to_datetime(hour).checked_sub(AHEAD_OF_UTC);
    utc.map_or_else(|_| last.strftime("%Y%m%d").to_string(), |utc| utc.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// The rule whose days are those of [`Rhythm::between`].
fn rule(rhythm: Rhythm) -> String {
    match rhythm {
        Rhythm::Weekly(weekday) => {
            let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
            format!("FREQ=WEEKLY;BYDAY={}", names[usize::from(weekday.clamp(1, 7)) - 1])
        }
        Rhythm::Monthly { step: 1, day, .. } => match day {
            31 => "FREQ=MONTHLY;BYMONTHDAY=-1".to_owned(),
            // February has no 29th or 30th: its last day then
            29 => "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1".to_owned(),
            30 => "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1".to_owned(),
            day => format!("FREQ=MONTHLY;BYMONTHDAY={day}"),
        },
        Rhythm::Monthly { first, step, day } => {
            let longest = if step == 3 { 31 } else { longest(first) };
            let day = if day >= longest { "-1".to_owned() } else { day.to_string() };
            match step {
                12 => format!("FREQ=YEARLY;BYMONTH={first};BYMONTHDAY={day}"),
                step => format!("FREQ=MONTHLY;INTERVAL={step};BYMONTHDAY={day}"),
            }
        }
    }
}

/// Days that every such month has at least, so that a later day means the last one.
fn longest(month: u8) -> u8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
