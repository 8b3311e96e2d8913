//! The calendars we write, read back by programs that are not ours: the parsers of `icalendar` and `calcard`, `rrule`, and
//! khal, a calendar people use (where it is installed).

use congvan::export::ics::{Calendar, Options, of_record};
use congvan::record::{Deadline, Issuer, Number, Period, Record, Recurrence, Relative};
use congvan::text::lang::Lang;
use icalendar::parser::{Component, read_calendar, unfold};
use jiff::civil::{Date, date};
use std::process::Command;

fn record(deadlines: Vec<Deadline>) -> Record {
    Record {
        id: "2c2a3a294f121708-1".into(),
        kind_label: "Kế hoạch".into(),
        number: Some(Number { normalized: Some("117/KH-UBND".into()), ..Number::default() }),
        issued_on: Some("2023-11-20".into()),
        issuer: Some(Issuer { parent: None, name: "Ủy ban nhân dân phường Đồng Mây".into() }),
        subject: Some("phát động thi đua; khen thưởng, tôn vinh “Người tốt, việc tốt” \\ 2023".into()),
        deadlines,
        ..Record::default()
    }
}

fn options() -> Options {
    Options::new(Lang::Vi, date(2024, 1, 1))
}

fn repeating(bound: &str, every: &str, day: Option<u8>, month: Option<u8>) -> Deadline {
    let recurrence = Some(Recurrence { every: every.into(), day, month, ..Recurrence::default() });
    Deadline {
        text: format!("{bound} {every} {day:?} {month:?}"),
        bound: bound.into(),
        recurrence,
        ..Deadline::default()
    }
}

fn on(day: &str) -> Deadline {
    Deadline { text: "Báo cáo".into(), bound: "by".into(), date: Some(day.into()), ..Deadline::default() }
}

/// The components of a calendar, as the parser sees them.
fn parsed<T>(file: &str, then: impl Fn(&[Component<'_>]) -> T) -> T {
    let unfolded = unfold(file);
    then(&read_calendar(&unfolded).expect("the parser reads it").components)
}

fn value(component: &Component<'_>, name: &str) -> Option<String> {
    component.properties.iter().find(|p| p.name == name).map(|p| p.val.to_string())
}

/// Days of the first event, expanded by `rrule`.
fn expanded(file: &str, until: Date) -> Vec<String> {
    parsed(file, |components| {
        let event = components.iter().find(|c| c.name == "VEVENT").expect("an event");
        let start = value(event, "DTSTART").unwrap();
        let rule = value(event, "RRULE").unwrap();
        let set: rrule::RRuleSet = format!("DTSTART:{start}T000000Z\nRRULE:{rule}").parse().expect("a rule");
        let days = set.all(60).dates;
        days.iter().map(|d| d.format("%Y-%m-%d").to_string()).filter(|d| *d <= until.to_string()).collect()
    })
}

#[test]
fn rules_expand_to_the_days_the_store_tells() {
    let until = date(2026, 3, 31);
    for (bound, every, day, month) in [
        ("before", "month", Some(15), None),
        ("before", "month", Some(1), None),
        ("before", "month", Some(30), None),
        ("by", "month", Some(30), None),
        ("by", "month", Some(31), None),
        ("within", "month", None, None),
        ("by", "quarter", Some(30), None),
        ("by", "quarter", Some(31), None),
        ("before", "quarter", Some(1), None),
        ("within", "quarter", None, None),
        ("before", "year", Some(15), Some(6)),
        ("before", "year", Some(1), Some(1)),
        ("before", "year", Some(1), Some(3)),
        ("by", "year", Some(31), Some(4)),
        ("by", "year", Some(29), Some(2)),
        ("by", "year", None, None),
        ("by", "week", Some(5), None),
        ("before", "week", Some(1), None),
    ] {
        let deadline = repeating(bound, every, day, month);
        let ours: Vec<String> = deadline.last_days(date(2023, 11, 20), until).iter().map(Date::to_string).collect();
        let theirs = expanded(&of_record(&record(vec![deadline]), options()), until);
        let ours = &ours[..ours.len().min(60)];
        assert_eq!(theirs, ours, "{bound} {every} {day:?} {month:?}");
    }
}

#[test]
fn before_the_fifteenth_is_the_fourteenth() {
    let file = of_record(&record(vec![repeating("before", "month", Some(15), None)]), options());
    assert!(
        file.contains(
            "DTSTART;VALUE=DATE:20231214\r\nDTEND;VALUE=DATE:20231215\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=14\r\n"
        ),
        "{file}"
    );
}

#[test]
fn one_off_deadlines_stand_on_their_last_day() {
    let before = Deadline { bound: "before".into(), date: Some("2024-03-01".into()), ..Deadline::default() };
    let period = Period { from: Some("2024-04-01".into()), to: Some("2024-06-30".into()), label: None };
    let within = Deadline { bound: "within".into(), period: Some(period), ..Deadline::default() };
    let hour = Deadline { time: Some("16:00".into()), bound: "before".into(), ..on("2024-06-05") };
    let relative = Relative { days: 5, working_days: true, from: "ngày nhận".into() };
    let counted = Deadline { relative: Some(relative), ..Deadline::default() };
    let file = of_record(&record(vec![before, within, hour, counted]), options());
    let starts: Vec<String> = parsed(&file, |components| {
        components.iter().filter(|c| c.name == "VEVENT").filter_map(|e| value(e, "DTSTART")).collect()
    });
    assert_eq!(starts, ["20240229", "20240630", "20240605T160000"]);
    assert!(file.contains("DTSTART;TZID=Asia/Ho_Chi_Minh:20240605T160000") && file.contains("BEGIN:VTIMEZONE"));
    assert!(
        file.replace(
            "
 ", ""
        )
        .contains("Lưu ý: ngày cuối là Chủ nhật"),
        "30/6/2024 is a Sunday"
    );
    assert!(!of_record(&record(vec![on("2024-06-05")]), options()).contains("VTIMEZONE"), "no hour, no zone");
}

#[test]
fn texts_come_back_as_they_were() {
    let mut plan = record(vec![on("2024-06-05"), on("2024-06-06")]);
    plan.deadlines[0].task = Some("nộp báo cáo; gồm: a, b\nvà \\ c ".repeat(20));
    plan.review("deadlines[0].date", "nhòe".into(), vec!["2024-06-05".into(), "2024-06-08".into()]);
    let file = of_record(&plan, options());
    assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{file}");
    parsed(&file, |components| {
        let events: Vec<_> = components.iter().filter(|c| c.name == "VEVENT").collect();
        let unescaped =
            |name| value(events[0], name).unwrap().replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        assert!(unescaped("SUMMARY").starts_with("[117/KH-UBND] nộp báo cáo; gồm: a, b và \\ c"));
        assert!(unescaped("SUMMARY").ends_with("(cần kiểm tra)"));
        assert!(
            unescaped("DESCRIPTION")
                .contains("Trích yếu: phát động thi đua; khen thưởng, tôn vinh “Người tốt, việc tốt” \\ 2023")
        );
        assert!(unescaped("DESCRIPTION").contains("2024-06-08"));
        assert!(!value(events[1], "SUMMARY").unwrap().contains("cần kiểm tra"));
        assert_eq!(events[0].components.len(), 3, "three alarms");
        assert_ne!(value(events[0], "UID"), value(events[1], "UID"), "the same words twice are two events");
    });
}

#[test]
fn writing_again_gives_the_same_bytes_and_a_corrected_date_the_same_event() {
    let plan = record(vec![on("2024-06-05"), repeating("by", "month", Some(20), None)]);
    assert_eq!(of_record(&plan, options()), of_record(&plan, options()));
    let uid = |plan: &Record, sequence| {
        let mut calendar = Calendar::new(options());
        calendar.add(plan, sequence);
        parsed(&calendar.finish(), |c| (value(&c[0], "UID"), value(&c[0], "SEQUENCE"), value(&c[0], "DTSTART")))
    };
    let (id, sequence, start) = uid(&plan, 0);
    let (same, next, moved) = uid(&record(vec![on("2024-06-12")]), 1);
    assert_eq!((id, sequence.as_deref(), next.as_deref()), (same, Some("0"), Some("1")));
    assert_ne!(start, moved);
}

#[test]
fn tasks_are_due_and_remind_before_that() {
    let hour = Deadline { time: Some("16:00".into()), ..on("2024-06-05") };
    let plan = record(vec![on("2024-06-05"), hour, repeating("before", "month", Some(15), None)]);
    let file = of_record(&plan, Options { tasks: true, ..options() });
    parsed(&file, |components| {
        let tasks: Vec<_> = components.iter().filter(|c| c.name == "VTODO").collect();
        let told: Vec<_> = tasks.iter().map(|t| (value(t, "DTSTART"), value(t, "DUE"), value(t, "DTEND"))).collect();
        let day = |day: &str| Some(day.to_owned());
        // RFC 5545: a rule counts from DTSTART, and a task has no DTEND
        assert_eq!(
            told,
            [
                (None, day("20240605"), None),
                (None, day("20240605T160000"), None),
                (day("20231214"), day("20231214"), None)
            ]
        );
        assert!(tasks.iter().all(|t| value(t, "STATUS").as_deref() == Some("NEEDS-ACTION") && t.components.len() == 3));
        let alarm = &tasks[0].components[0].properties.iter().find(|p| p.name == "TRIGGER").unwrap();
        assert_eq!((alarm.params[0].key.as_str(), alarm.val.as_str()), ("RELATED", "-P6DT16H"));
    });
    assert!(!file.contains("VEVENT") && !file.contains("TRANSP"));
}

#[test]
fn what_is_cancelled_keeps_its_uid_and_reminds_nobody() {
    let plan = record(vec![on("2024-06-05")]);
    let mut calendar = Calendar::new(options());
    calendar.cancel_one(&plan, 0, 3);
    let (before, after) = (of_record(&plan, options()), calendar.finish());
    let uid = |file: &str| parsed(file, |c| value(&c[0], "UID"));
    assert_eq!(uid(&before), uid(&after));
    parsed(&after, |c| {
        assert_eq!(
            (value(&c[0], "STATUS").as_deref(), value(&c[0], "SEQUENCE").as_deref()),
            (Some("CANCELLED"), Some("3"))
        );
        assert!(c[0].components.is_empty(), "no alarm");
    });
}

#[test]
fn an_empty_calendar_is_a_calendar() {
    let file = of_record(&record(Vec::new()), options());
    assert!(file.starts_with("BEGIN:VCALENDAR\r\n") && file.ends_with("END:VCALENDAR\r\n"));
    assert!(parsed(&file, |c| c.is_empty()));
}

/// One of each sort.
fn all_sorts() -> String {
    let hour = Deadline { time: Some("16:00".into()), bound: "before".into(), ..on("2024-06-05") };
    of_record(&record(vec![on("2024-03-01"), hour, repeating("before", "month", Some(15), None)]), options())
}

#[test]
fn calcard_reads_every_line() {
    let file = all_sorts();
    let mut parser = calcard::Parser::new(&file);
    let calendar = match parser.entry() {
        calcard::Entry::ICalendar(calendar) => calendar,
        other => panic!("{other:?}"),
    };
    let kinds: Vec<&str> = calendar.components.iter().map(|c| c.component_type.as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "VEVENT").count(), 3, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == "VTIMEZONE").count(), 1, "{kinds:?}");
    assert_eq!(parser.entry(), calcard::Entry::Eof);
}

#[test]
fn khal_shows_every_day() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(at("han")).unwrap();
    std::fs::write(at("due.ics"), all_sorts()).unwrap();
    let config = format!(
        "[calendars]\n[[han]]\npath = {}\n[locale]\nlocal_timezone = Asia/Ho_Chi_Minh\ndefault_timezone = Asia/Ho_Chi_Minh\n\
         timeformat = %H:%M\ndateformat = %d/%m/%Y\nlongdateformat = %d/%m/%Y\ndatetimeformat = %d/%m/%Y %H:%M\n\
         longdatetimeformat = %d/%m/%Y %H:%M\n[sqlite]\npath = {}\n",
        at("han"),
        at("khal.db")
    );
    std::fs::write(at("config"), config).unwrap();
    let khal = |args: &[&str]| Command::new("khal").args(["-c", &at("config")]).args(args).env("HOME", at("")).output();
    let Ok(imported) = khal(&["import", "--batch", "-a", "han", &at("due.ics")]) else {
        println!("khal is not installed (tools/setup installs it): not tested");
        return;
    };
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let listed =
        khal(&["list", "01/03/2024", "100d", "--day-format", "", "--format", "{start-date} {start-time}"]).unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let days: Vec<&str> = listed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(days, ["01/03/2024", "14/03/2024", "14/04/2024", "14/05/2024", "05/06/2024 16:00"]);
}
