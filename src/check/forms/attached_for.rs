//! Form `attached_for`: something the order wants attached ("kèm danh sách đăng ký") that the answer has not.
//!
//! in: the order's duties, the things letters ask for (`things`) behind words of attaching (`attach`), the answer's title
//! lines, tables and file → out: a hit per thing.

use super::super::{Hit, Subject, profile};
use super::order;
use crate::text::fold::bare;

pub(super) fn look(things: &[String], attach: &[String], subject: &Subject) -> Vec<Hit> {
    let Some(given) = subject.order else { return Vec::new() };
    let owed = order::deadlines(given, subject);
    let duties: Vec<String> = owed.iter().map(|d| bare(&d.text)).collect();
    let wanted = things.iter().map(String::as_str);
    let wanted = wanted.filter(|thing| duties.iter().any(|duty| is_asked(duty, thing, attach)));
    let mut missing: Vec<&str> = wanted.filter(|thing| !is_there(thing, subject)).collect();
    // "danh sách" is told by "danh sách đăng ký"
    let all = missing.clone();
    missing.retain(|thing| !all.iter().any(|other| other != thing && other.contains(*thing)));
    let doubtful = subject.is_doubtful("tables");
    missing.into_iter().map(|thing| Hit::new("", doubtful).with([("thing", thing.to_owned())])).collect()
}

fn is_asked(duty: &str, thing: &str, attach: &[String]) -> bool {
    attach.iter().any(|attach| duty.contains(&format!("{} {}", bare(attach), bare(thing))))
}

fn is_there(thing: &str, subject: &Subject) -> bool {
    let names = [thing.to_owned()];
    let beside = subject.file.iter().any(|record| {
        record.id != subject.record.id && record.subject.as_deref().is_some_and(|s| bare(s).contains(&bare(thing)))
    });
    let table = subject.record.tables.iter().filter_map(|t| t.title.as_deref()).any(|t| bare(t).contains(&bare(thing)));
    profile::is_titled(subject, &names) || beside || table
}
