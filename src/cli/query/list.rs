//! `congvan list`: what the store holds, one line per document, by date of issue.

use crate::cli::io::Context;
use crate::cli::io::listing::{self, Listing, text};
use crate::error::Result;
use crate::office::wording::{day_if_any, shorten};
use crate::store::Filter;
use clap::Args;
use jiff::civil::Date;

/// What to list.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  congvan list --kind ke_hoach --from 2024-01-01")]
pub struct List {
    /// Only this kind: cong_van, ke_hoach, quyet_dinh, …
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Issued on this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Issued on this day or earlier
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    #[command(flatten)]
    listing: Listing,
}

/// Prints the list.
pub fn run(args: &List, context: &Context) -> Result<u8> {
    let filter = Filter { kind: args.kind.clone(), from: args.from, to: args.to, ..Filter::default() };
    let found = listing::open(context)?.list(&filter)?;
    let head = [
        context.lang.pick("Mã", "Id"),
        context.lang.pick("Loại", "Kind"),
        context.lang.pick("Số, ký hiệu", "Number"),
        context.lang.pick("Ngày", "Date"),
        context.lang.pick("Cơ quan ban hành", "Issuer"),
        context.lang.pick("Trích yếu", "Subject"),
        context.lang.pick("Cần xem", "To review"),
    ];
    args.listing.write(&head, &found, |d| {
        [
            d.id.clone(),
            d.kind_label.clone(),
            text(&d.number),
            day_if_any(&d.issued_on),
            text(&d.issuer),
            shorten(d.subject.as_deref().unwrap_or_default(), 160),
            d.to_review.to_string(),
        ]
    })?;
    Ok(crate::error::exit::OK)
}
