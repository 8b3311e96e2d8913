//! The books an office keeps of its incoming documents: which columns each has, and how a record becomes a line.
//!
//! in: a record and what people added to it → out: the cells of the columns asked for, the same for table, CSV and XLSX.
//! Promises: what the store does not know stays empty, to be filled in by pen; nothing is invented.
//! Columns: Nghị định 30/2020/NĐ-CP, Phụ lục IV.

use super::deadlines::EVER;
use super::wording::{self, day, day_if_any, shorten, term};
use crate::error::{Error, Result};
use crate::export::incoming::Incoming;
use crate::record::{CitedAs, Day, Deadline, Record};
use crate::store::{Arrival, Decision, Filter, Store, in_force};
use crate::text::lang::Lang;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashMap;

/// The role of a reference to the document that is answered.
const REPLY: CitedAs = CitedAs::Answers;

/// Every number of a book stands for a day within this many months: a deadline that repeats once a year has come by then.
const A_YEAR_AND_A_MONTH: i32 = 13;

/// Which book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// Sổ đăng ký văn bản đến, ten columns
    Incoming,
    /// The same for documents with a mark of secrecy, which have a register of their own
    Secret,
    /// Sổ theo dõi giải quyết văn bản đến, seven columns
    Handling,
}

/// What is known of a document: read from it, and added by people.
#[derive(Debug, Default, Serialize)]
pub struct Entry {
    /// What was read.
    #[serde(flatten)]
    pub record: Record,
    /// Its line in the register; `None` before it is entered.
    pub arrival: Option<Arrival>,
    /// What leaders decided, in order.
    pub decisions: Vec<Decision>,
    /// Numbers of the stored documents that reply to it.
    pub replies: Vec<String>,
}

impl Entry {
    /// As the decree's fields. The term is the one leaders set, else the first day that the document names.
    pub fn incoming(&self) -> Incoming<'_> {
        let held = in_force(&self.decisions);
        let opinions = self.decisions.iter().map(|d| {
            let said = [&d.leader, &d.unit, &d.opinion].into_iter().filter(|part| !part.is_empty());
            let said: Vec<&str> = said.map(String::as_str).collect();
            format!("{}: {}", day(&d.decided_on), said.join(" – "))
        });
        let printed = self.record.deadlines.iter().filter_map(|d| d.last_day.as_ref().or(d.date.as_ref())).min();
        let number = match &self.arrival {
            Some(arrival) => Some(arrival.number.to_string()),
            None => self.record.received.as_ref().and_then(|stamp| stamp.number.clone()),
        };
        Incoming {
            record: &self.record,
            arrived_on: self.came_on(),
            number,
            receivers: held.iter().map(|d| d.unit.as_str()).collect(),
            opinions: opinions.collect(),
            due: held.iter().filter_map(|d| d.due.as_ref()).min().or(printed),
        }
    }

    /// The day it came: as it was entered, else by the stamp.
    pub fn came_on(&self) -> Option<&Day> {
        let entered = self.arrival.as_ref().map(|arrival| &arrival.arrived_on);
        entered.or_else(|| self.record.received.as_ref()?.date.as_ref())
    }
}

/// The lines of the days asked for: each document with what people added to it, by day of arrival and number in the register.
/// A number whose document is gone keeps its line: a book has no silent hole.
///
/// # Errors
/// The store cannot be read.
pub fn entries(store: &dyn Store, from: Option<Date>, to: Option<Date>) -> Result<Vec<Entry>> {
    let arrivals = store.arrivals()?.into_iter().map(|arrival| (arrival.document.clone(), arrival));
    let mut arrivals: HashMap<String, Arrival> = arrivals.collect();
    let mut decisions: HashMap<String, Vec<Decision>> = HashMap::new();
    for decision in store.decisions(None)? {
        decisions.entry(decision.document.clone()).or_default().push(decision);
    }
    let mut entry = |record: Record, arrival: Option<Arrival>| {
        let decisions = decisions.remove(&record.id).unwrap_or_default();
        Entry { record, arrival, decisions, replies: Vec::new() }
    };
    let mut entries = Vec::new();
    let filter = Filter { from, to, by_arrival: true, ..Filter::default() };
    store.each_record(&filter, &mut |record| {
        let arrival = arrivals.remove(&record.id);
        entries.push(entry(record, arrival));
        Ok(())
    })?;
    for arrival in arrivals.into_values() {
        let day = arrival.arrived_on.date();
        let asked = day.is_none_or(|day| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to));
        if asked && store.document(&arrival.document)?.is_none() {
            let record = Record { id: arrival.document.clone(), ..Record::default() };
            entries.push(entry(record, Some(arrival)));
        }
    }
    entries.sort_by_cached_key(|entry| {
        let number = entry.arrival.as_ref().map(|arrival| (arrival.book.clone(), arrival.number));
        let day = entry.came_on().or(entry.record.issued_on.as_ref()).cloned();
        (day.is_none(), day, number.is_none(), number, entry.record.id.clone())
    });
    Ok(entries)
}

/// Adds to each line the numbers of the stored documents that reply to it.
///
/// # Errors
/// The store cannot be read.
pub fn add_replies(store: &dyn Store, entries: &mut [Entry]) -> Result<()> {
    for entry in entries {
        let replies = store.cited_by(&entry.record.id)?.into_iter().filter(|(role, _)| *role == REPLY);
        entry.replies = replies.filter_map(|(_, reply)| reply.number).collect();
    }
    Ok(())
}

/// One column of a book.
pub struct Column {
    /// What `--columns` calls it.
    pub id: &'static str,
    /// Heading as the decree words it.
    vi: &'static str,
    /// Heading in English.
    en: &'static str,
    /// Width on paper, in characters, relative to the others.
    pub width: f64,
    cell: fn(&Entry, Lang) -> String,
}

impl Column {
    /// Its heading.
    pub fn heading(&self, lang: Lang) -> &'static str {
        lang.pick(self.vi, self.en)
    }
}

const fn column(
    id: &'static str,
    vi: &'static str,
    en: &'static str,
    width: f64,
    cell: fn(&Entry, Lang) -> String,
) -> Column {
    Column { id, vi, en, width, cell }
}

const INCOMING: [Column; 10] = [
    column("arrived_on", "Ngày đến", "Arrived on", 11.0, arrived_on),
    column("arrival_number", "Số đến", "Arrival number", 8.0, arrival_number),
    column("author", "Tác giả", "Author", 19.0, author),
    column("number", "Số, ký hiệu văn bản", "Number", 16.0, number),
    column("issued_on", "Ngày tháng văn bản", "Date of document", 11.0, |e, _| day_if_any(&e.record.issued_on)),
    column("subject", "Tên loại và trích yếu nội dung văn bản", "Kind and subject", 34.0, kind_and_subject),
    column("receiver", "Đơn vị hoặc người nhận", "Receiving unit or person", 14.0, receiver),
    column("handed_over_on", "Ngày chuyển", "Handed over on", 10.0, handed_over_on),
    column("signed_for", "Ký nhận", "Signed for", 9.0, by_pen),
    column("notes", "Ghi chú", "Notes", 10.0, notes),
];

const HANDLING: [Column; 7] = [
    column("arrival_number", "Số đến", "Arrival number", 8.0, arrival_number),
    column(
        "document",
        "Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản",
        "Kind, number, date and issuer",
        38.0,
        document,
    ),
    column("receiver", "Đơn vị hoặc người nhận", "Receiving unit or person", 18.0, receiver),
    column("deadline", "Thời hạn giải quyết", "To be handled by", 26.0, deadlines),
    column("progress", "Tiến độ giải quyết", "Progress", 18.0, by_pen),
    column("reply", "Số, ký hiệu văn bản trả lời", "Number of the reply", 18.0, |e, _| {
        e.replies.join("; ")
    }),
    column("notes", "Ghi chú", "Notes", 14.0, notes),
];

impl Book {
    /// What stands above it.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Book::Incoming => lang.pick("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", "REGISTER OF INCOMING DOCUMENTS"),
            Book::Secret => lang.pick("SỔ ĐĂNG KÝ VĂN BẢN MẬT ĐẾN", "REGISTER OF INCOMING SECRET DOCUMENTS"),
            Book::Handling => lang.pick("SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN", "HANDLING OF INCOMING DOCUMENTS"),
        }
    }

    /// Whether the document belongs there: where it was entered, else by its mark of secrecy.
    pub fn holds(self, entry: &Entry) -> bool {
        let secret = match &entry.arrival {
            Some(arrival) => arrival.book == "secret",
            None => entry.record.secrecy.is_some(),
        };
        secret == (self == Book::Secret)
    }

    /// The columns of these ids in this order; all of them where none is named. An unknown id is a wrong call.
    pub fn columns(self, ids: &[String]) -> Result<Vec<&'static Column>> {
        let all: &'static [Column] = match self {
            Book::Incoming | Book::Secret => &INCOMING,
            Book::Handling => &HANDLING,
        };
        if ids.is_empty() {
            return Ok(all.iter().collect());
        }
        let one = |id: &String| {
            all.iter().find(|column| column.id == id.trim()).ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(|column| column.id).collect();
                Error::usage(format!("--columns: no column {id:?} in this book: known are {}", known.join(", ")))
            })
        };
        ids.iter().map(one).collect()
    }
}

/// The line about a document.
pub fn row(columns: &[&Column], entry: &Entry, lang: Lang) -> Vec<String> {
    columns.iter().map(|column| (column.cell)(entry, lang)).collect()
}

fn by_pen(_: &Entry, _: Lang) -> String {
    String::new()
}

fn arrived_on(entry: &Entry, _: Lang) -> String {
    entry.came_on().map(day).unwrap_or_default()
}

fn arrival_number(entry: &Entry, _: Lang) -> String {
    match &entry.arrival {
        Some(arrival) => arrival.number.to_string(),
        None => entry.record.received.as_ref().and_then(|stamp| stamp.number.clone()).unwrap_or_default(),
    }
}

fn receiver(entry: &Entry, _: Lang) -> String {
    in_force(&entry.decisions).iter().map(|decision| decision.unit.as_str()).collect::<Vec<_>>().join("; ")
}

fn handed_over_on(entry: &Entry, _: Lang) -> String {
    let days = in_force(&entry.decisions).into_iter().map(|decision| day(&decision.decided_on));
    let mut days: Vec<String> = days.collect();
    days.dedup();
    days.join("; ")
}

fn author(entry: &Entry, _: Lang) -> String {
    entry.record.issuer.as_ref().map(|i| i.name.clone()).unwrap_or_default()
}

fn number(entry: &Entry, _: Lang) -> String {
    wording::number(&entry.record).unwrap_or_default()
}

/// Empty where the kind was not recognised: "Khác" is no tên loại.
fn kind(record: &Record) -> &str {
    if record.kind == "other" { "" } else { &record.kind_label }
}

fn kind_and_subject(entry: &Entry, _: Lang) -> String {
    let record = &entry.record;
    format!("{} {}", kind(record), record.subject.as_deref().unwrap_or_default()).trim().to_owned()
}

/// "Kế hoạch số 117/KH-UBND ngày 20/5/2024 của UBND phường Đồng Mây", without what is not known.
fn document(entry: &Entry, lang: Lang) -> String {
    let parts = [
        ("", "", kind(&entry.record).to_owned()),
        ("số ", "No. ", number(entry, lang)),
        ("ngày ", "of ", day_if_any(&entry.record.issued_on)),
        ("của ", "by ", author(entry, lang)),
    ];
    let told = parts.into_iter().filter(|(.., value)| !value.is_empty());
    told.map(|(vi, en, value)| lang.pick(vi, en).to_owned() + &value).collect::<Vec<_>>().join(" ")
}

/// What leaders set, else every deadline the document names, each once, by day; those without a day last.
fn deadlines(entry: &Entry, lang: Lang) -> String {
    let record = &entry.record;
    let decided = in_force(&entry.decisions);
    let several = decided.len() > 1;
    let set = decided.into_iter().filter_map(|decision| {
        let unit = if several { format!(" ({})", decision.unit) } else { String::new() };
        Some(day(decision.due.as_ref()?) + &unit)
    });
    let set: Vec<String> = set.collect();
    if !set.is_empty() {
        return set.join("; ");
    }
    let mut terms: Vec<(Option<Date>, String)> = Vec::new();
    for (index, deadline) in record.deadlines.iter().enumerate() {
        let day = last_day(deadline, entry);
        let mut words = term(deadline, day.map(Day::from).as_ref(), &shorten(&deadline.text, 80), lang);
        if record.deadline_doubtful(index) {
            words += wording::to_be_checked(lang);
        }
        if !terms.iter().any(|(_, told)| *told == words) {
            terms.push((day, words));
        }
    }
    terms.sort_by_key(|(day, _)| (day.is_none(), *day));
    terms.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join("; ")
}

/// Of a repeating deadline the first day after the document came, or was issued: the book does not change with the day it
/// is printed on.
fn last_day(deadline: &Deadline, entry: &Entry) -> Option<Date> {
    let from = entry.came_on().or(entry.record.issued_on.as_ref()).and_then(Day::date);
    deadline.final_day().or_else(|| {
        let from = from?;
        let soon = from.checked_add(A_YEAR_AND_A_MONTH.months()).unwrap_or(EVER.1);
        deadline.last_days(from, soon).first().copied()
    })
}

/// A person has to look at some field first.
fn notes(entry: &Entry, lang: Lang) -> String {
    let review = lang.pick("cần kiểm tra", "to be checked");
    if entry.record.needs_review.is_empty() { String::new() } else { review.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unread_document_leaves_its_line_to_the_pen() {
        for book in [Book::Incoming, Book::Secret, Book::Handling] {
            let columns = book.columns(&[]).unwrap();
            let cells = row(&columns, &Entry::default(), Lang::Vi);
            assert!(cells.iter().all(String::is_empty), "{cells:?}");
        }
    }

    #[test]
    fn columns_come_in_the_order_asked_for() {
        let ids = ["notes".to_owned(), "number".to_owned()];
        let columns = Book::Incoming.columns(&ids).unwrap();
        assert_eq!(columns.iter().map(|c| c.id).collect::<Vec<_>>(), ["notes", "number"]);
        let wrong = Book::Handling.columns(&ids).map(|_| ()).unwrap_err().to_string();
        assert!(wrong.contains("\"number\"") && wrong.contains("arrival_number, document, receiver"), "{wrong}");
    }
}
