//! `congvan register`: the incoming register (sổ đăng ký văn bản đến), ten columns as the rules ask.
//!
//! in: the store, days of arrival → out: one line per document, by day of arrival (day of issue where no stamp tells it).
//! Leaves out: giving out numbers of arrival, handing over and signing for: columns the clerk fills in; XLSX.

use super::Context;
use super::listing::{self, Listing, date, text};
use crate::error::{Result, exit};
use crate::record::Record;
use crate::store::Filter;
use clap::Args;
use jiff::civil::Date;

/// Which days.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan register --from 2024-06-01 --to 2024-06-30 --format csv -o so-den.csv")]
pub struct Register {
    /// Arrived on this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Arrived on this day or earlier
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    #[command(flatten)]
    listing: Listing,
}

/// Column names of Nghị định 30/2020/NĐ-CP, Phụ lục IV (see the design notes on practice).
const COLUMNS: [(&str, &str); 10] = [
    ("Ngày đến", "Arrived on"),
    ("Số đến", "Arrival number"),
    ("Tác giả", "Author"),
    ("Số, ký hiệu văn bản", "Number"),
    ("Ngày tháng văn bản", "Date of document"),
    ("Tên loại và trích yếu nội dung văn bản", "Kind and subject"),
    ("Đơn vị hoặc người nhận", "Receiving unit or person"),
    ("Ngày chuyển", "Handed over on"),
    ("Ký nhận", "Signed for"),
    ("Ghi chú", "Notes"),
];

/// Prints the register.
pub fn run(args: &Register, context: &Context) -> Result<u8> {
    let filter = Filter { from: args.from, to: args.to, by_arrival: true, ..Filter::default() };
    let mut records = Vec::new();
    listing::open(context)?.each_record(&filter, &mut |record| {
        records.push(record);
        Ok(())
    })?;
    args.listing.write(&COLUMNS.map(|(vi, en)| context.lang.pick(vi, en)), &records, |r| row(r, context))?;
    Ok(exit::OK)
}

fn row(record: &Record, context: &Context) -> [String; 10] {
    let received = record.received.clone().unwrap_or_default();
    let number = record.number.as_ref().map(|n| n.normalized.clone().unwrap_or_else(|| n.raw.clone()));
    let subject = record.subject.as_deref().unwrap_or_default();
    let review = context.lang.pick("cần kiểm tra", "to be checked");
    [
        date(&received.date),
        text(&received.number),
        record.issuer.as_ref().map(|i| i.name.clone()).unwrap_or_default(),
        number.unwrap_or_default(),
        date(&record.issued_on),
        format!("{} {subject}", record.kind_label).trim_end().to_owned(),
        String::new(),
        String::new(),
        String::new(),
        if record.needs_review.is_empty() { String::new() } else { review.to_owned() },
    ]
}
