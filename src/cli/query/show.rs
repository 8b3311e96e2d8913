//! `congvan show ID|NUMBER`: one document with everything known of it.
//!
//! in: an id, a number, a serial → out: its fields for people, the record as JSON, or the restored text.
//! Promises: a number that several documents carry is refused with their ids.

use crate::cli::io::listing::{self, text};
use crate::cli::io::{Context, inputs, output, table};
use crate::error::{Result, exit, one_line};
use crate::export::json;
use crate::extract;
use crate::office::lookup;
use crate::office::wording::{self, day_if_any, shorten};
use crate::record::{Deadline, Record, printed};
use crate::store::{Arrival, Store};
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};

/// Which document, and how.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  congvan show 117/KH-UBND\n  congvan show 2c2a3a294f121708-1 --format json")]
pub struct Show {
    /// Id, number or serial
    #[arg(value_name = "ID|NUMBER")]
    which: String,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Fields for reading
    Table,
    /// The record
    Json,
    /// The restored text
    Text,
}

/// Prints the document.
pub fn run(args: &Show, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    let mut document = lookup::document(store.as_ref(), &args.which)?;
    extract::word_doubts(&mut document.record, inputs::rules(context)?.as_ref(), context.lang);
    let bytes = match args.format {
        Format::Json => json::pretty(&document.record)?,
        Format::Text => (document.text.trim_end().to_owned() + "\n").into_bytes(),
        Format::Table => page(store.as_ref(), &document.record, context)?.into_bytes(),
    };
    output::write(None, &bytes, false)?;
    Ok(exit::OK)
}

fn page(store: &dyn Store, record: &Record, context: &Context) -> Result<String> {
    let lang = context.lang;
    let mut out = String::new();
    for (vi, en, value) in fields(record).into_iter().chain(mails(record)) {
        if !value.is_empty() {
            out += &format!("{}: {}\n", lang.pick(vi, en), one_line(&value));
        }
    }
    let head = [lang.pick("Hạn", "Due"), lang.pick("Việc", "Task"), lang.pick("Đơn vị", "Units")];
    if !record.deadlines.is_empty() {
        let rows = record.deadlines.iter().map(|d| vec![when(d), shorten(task(d), 160), d.responsible.join("; ")]);
        out += &format!("\n{}", table::render(&head, rows));
    }
    let head = [lang.pick("Mức", "Severity"), lang.pick("Lỗi", "Finding")];
    if !record.findings.is_empty() {
        let rows = record.findings.iter().map(|f| vec![f.severity.to_string(), f.message.clone()]);
        out += &format!("\n{}", table::render(&head, rows));
    }
    out += &by_people(store, record, lang)?;
    let head =
        [lang.pick("Cần kiểm tra", "To be checked"), lang.pick("Vì sao", "Why"), lang.pick("Có thể là", "Candidates")];
    if !record.needs_review.is_empty() {
        let rows = record.needs_review.iter().map(|r| vec![r.field.clone(), r.reason.clone(), r.candidates.join(", ")]);
        out += &format!("\n{}", table::render(&head, rows));
    }
    for (role, citing) in store.cited_by(&record.id)? {
        let number = citing.number.unwrap_or(citing.id);
        out += &one_line(&format!("{}: {number} ({role})", lang.pick("Được viện dẫn trong", "Cited by")));
        out.push('\n');
    }
    Ok(out)
}

/// Its place in the register and what leaders decided.
fn by_people(store: &dyn Store, record: &Record, lang: Lang) -> Result<String> {
    let mut out = String::new();
    if let Some(Arrival { number, year, arrived_on, .. }) = store.arrival(&record.id)? {
        let on = wording::day(&arrived_on);
        out += &format!("\n{}: {number}/{year}, {on}\n", lang.pick("Số đến, ngày đến", "Arrival number and day"));
    }
    let head = match lang {
        Lang::Vi => ["Ngày", "Lãnh đạo", "Chuyển", "Ý kiến", "Thời hạn"],
        Lang::En => ["On", "Leader", "Goes to", "Opinion", "Due"],
    };
    let rows = store.decisions(Some(&record.id))?.into_iter().map(|d| {
        let on = wording::day(&d.decided_on);
        vec![on, d.leader, d.unit, d.opinion, day_if_any(&d.due)]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if !rows.is_empty() {
        out += &format!("\n{}", table::render(&head, rows));
    }
    Ok(out)
}

fn fields(record: &Record) -> Vec<(&'static str, &'static str, String)> {
    let signer = record.signer.as_ref();
    let recipients: Vec<&str> = record.recipients.iter().map(|r| r.name.as_str()).collect();
    let signed =
        signer.map(|s| [&s.authority, &s.position, &s.name].into_iter().flatten().cloned().collect::<Vec<_>>());
    let pages = record.source.pages.map(|[from, to]| format!("{from}-{to}")).unwrap_or_default();
    vec![
        ("Mã", "Id", record.id.clone()),
        ("Tệp", "File", record.source.file.clone()),
        ("Trang", "Pages", pages),
        ("Loại", "Kind", record.kind_label.clone()),
        ("Số, ký hiệu", "Number", wording::number(record).unwrap_or_default()),
        ("Địa danh", "Place", text(&record.place)),
        ("Ngày ban hành", "Issued on", day_if_any(&record.issued_on)),
        ("Cơ quan ban hành", "Issuer", record.issuer.as_ref().map(|i| i.name.clone()).unwrap_or_default()),
        ("Trích yếu", "Subject", text(&record.subject)),
        ("Độ khẩn", "Urgency", record.urgency.as_ref().map(|mark| mark.to_string()).unwrap_or_default()),
        ("Độ mật", "Secrecy", record.secrecy.as_ref().map(|mark| mark.to_string()).unwrap_or_default()),
        ("Kính gửi", "Addressees", record.addressees.join("; ")),
        ("Nơi nhận", "Recipients", recipients.join("; ")),
        ("Lưu", "Filing", text(&record.filing)),
        ("Người ký", "Signer", signed.unwrap_or_default().join(", ")),
    ]
}

/// The mails it came by, outermost first.
fn mails(record: &Record) -> Vec<(&'static str, &'static str, String)> {
    let mails = record.source.container.iter().filter_map(|step| step.mail.as_ref());
    let about = mails.flat_map(|mail| {
        [
            ("Thư điện tử từ", "Mail from", text(&mail.from)),
            ("Gửi lúc", "Sent at", text(&mail.date)),
            ("Tiêu đề thư", "Mail subject", text(&mail.subject)),
            ("Message-ID", "Message-ID", text(&mail.message_id)),
        ]
    });
    about.collect()
}

/// When a deadline is due, in the document's own terms.
fn when(deadline: &Deadline) -> String {
    match (&deadline.recurrence, &deadline.relative) {
        (Some(r), _) => match (r.day, r.month) {
            (Some(day), Some(month)) => format!("{} {day}/{month}, {}", deadline.bound, r.every),
            (Some(day), None) => format!("{} {day}, {}", deadline.bound, r.every),
            _ => r.every.to_string(),
        },
        (None, Some(r)) => format!("{} ngày, {}", r.days, r.from),
        (None, None) => deadline.final_day().map(printed).unwrap_or_default(),
    }
}

fn task(deadline: &Deadline) -> &str {
    deadline.task.as_deref().unwrap_or(&deadline.text)
}
