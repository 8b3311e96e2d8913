//! Whole letters → what the record says of their body, in lines a clerk can read. `UPDATE=1` rewrites the expectations.

use congvan::check::{Given, Letter};
use congvan::record::{Day, Deadline, Quota, Record, SourceRef};
use congvan::rules::Rules;
use congvan::text::Text;
use congvan::text::lang::Lang;
use congvan::{check, document, extract};
use std::fs;
use std::path::Path;

fn records(letter: &str) -> Vec<Record> {
    let rules = Rules::builtin();
    let text = Text::plain(letter);
    let documents = document::split(&text, rules);
    let parts = documents.len() as u32;
    let read = documents.iter().zip(1..).map(|(document, part)| {
        let source = SourceRef { part, parts, ..SourceRef::default() };
        let mut record = extract::extract(document, &text, rules, &source);
        record.findings = check::check(
            &Letter { record: &record, document, text: &text },
            rules,
            &Given { lang: Lang::En, ..Given::default() },
        );
        record
    });
    read.collect()
}

fn when(d: &Deadline) -> String {
    let number = |n: Option<u8>| n.map_or("-".to_owned(), |n| n.to_string());
    let day = |day: &Option<Day>| day.as_ref().map_or("…".to_owned(), Day::to_string);
    let date = d.date.as_ref().map(Day::to_string);
    let round =
        d.recurrence.as_ref().map(|r| format!("every {} day {} month {}", r.every, number(r.day), number(r.month)));
    let span = d.period.as_ref().map(|p| format!("{} … {}", day(&p.from), day(&p.to)));
    let term = d.relative.as_ref().map(|r| format!("{} days from {}", r.days, r.from));
    date.or(round).or(span).or(term).unwrap_or_default()
}

fn deadline(d: &Deadline) -> String {
    let time = d.time.as_ref().map_or(String::new(), |t| format!(" {t}"));
    let last = d.last_day.as_ref().map_or(String::new(), |l| format!(" (last {l})"));
    let to = d.deliver_to.as_ref().map_or(String::new(), |t| format!(" → {t}"));
    format!("deadline {} {}{time}{last} | {}{to}", d.bound, when(d), d.responsible.join(" + "))
}

fn quota(q: &Quota) -> String {
    let to = q.value_to.map_or(String::new(), |to| format!("..{to}"));
    let of = q.percent_of.as_ref().map_or(String::new(), |of| format!(" of {of}"));
    let per = q.per.as_ref().map_or(String::new(), |per| format!(" per {per}"));
    let each = q.each.as_ref().map_or(String::new(), |each| format!(" each {each}"));
    format!("quota {} {}{to} {}{of}{per}{each} | {}", q.bound, q.value, q.unit, q.responsible.join(" + "))
}

fn told(record: &Record) -> String {
    let mut lines = vec![format!("{} {}", record.kind, record.issued_on.clone().unwrap_or_default())];
    lines.extend(record.deadlines.iter().map(deadline));
    lines.extend(record.quotas.iter().map(quota));
    let money = |n: Option<u64>| n.map_or("-".to_owned(), |n| n.to_string());
    lines.extend(
        record
            .awards
            .iter()
            .map(|a| format!("award {} × {} {}", money(a.count.map(u64::from)), a.name, money(a.amount_each))),
    );
    lines.extend(record.sections.iter().map(|s| format!("section {} {} {}", s.level, s.label, s.title)));
    lines.extend(record.findings.iter().map(|f| format!("finding {} {} {}", f.severity, f.rule, f.message)));
    lines.join("\n") + "\n"
}

#[test]
fn letters_give_what_stands_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut wrong = Vec::new();
    let mut letters: Vec<_> = fs::read_dir(&folder).unwrap().flatten().map(|e| e.path()).collect();
    letters.sort();
    for letter in letters.iter().filter(|p| p.extension().is_some_and(|e| e == "txt")) {
        let got: String = records(&fs::read_to_string(letter).unwrap()).iter().map(told).collect();
        let beside = letter.with_extension("expected");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&beside, &got).unwrap();
        } else if fs::read_to_string(&beside).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", letter.display()));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 rewrites these:\n{}", wrong.join("\n"));
}
