//! `congvan list`: what the store holds, one line per document, by date of issue.

use crate::cli::io::Context;
use crate::cli::io::listing::{self, Listing, text};
use crate::error::{Result, exit, one_line};
use crate::office::wording::{day_if_any, shorten};
use crate::store::{Filter, Status, Store};
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

/// What to list.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan list --kind ke_hoach --from 2024-01-01\n  congvan list --quarantined              files kept back: they bear a mark of secrecy"
)]
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
    /// Instead of documents the files kept back because a page says that they are secret: name, page, reason
    #[arg(long, conflicts_with_all = ["kind", "from", "to"])]
    quarantined: bool,
    #[command(flatten)]
    listing: Listing,
}

/// Prints the list.
pub fn run(args: &List, context: &Context) -> Result<u8> {
    let store = listing::open(context)?;
    if args.quarantined {
        return quarantined(args, store.as_ref(), context);
    }
    listing::note_quarantined(store.as_ref(), context)?;
    let filter = Filter { kind: args.kind.clone(), from: args.from, to: args.to, ..Filter::default() };
    let found = store.list(&filter)?;
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
    Ok(exit::OK)
}

/// A file that is kept back.
#[derive(Serialize)]
struct Quarantined {
    file: String,
    sha256: String,
    /// 1-based.
    page: Option<u32>,
    reason: String,
}

fn quarantined(args: &List, store: &dyn Store, context: &Context) -> Result<u8> {
    let rows = store.files()?.into_iter().filter(|file| file.status == Status::Quarantined);
    let found: Vec<Quarantined> = rows
        .map(|file| Quarantined {
            file: file.name,
            sha256: file.sha256,
            page: file.page,
            reason: file.message.unwrap_or_default(),
        })
        .collect();
    let head =
        [context.lang.pick("Tệp", "File"), context.lang.pick("Trang", "Page"), context.lang.pick("Lý do", "Reason")];
    args.listing.write(&head, &found, |kept_back| {
        let page = kept_back.page.map_or(String::new(), |page| page.to_string());
        [one_line(&kept_back.file), page, kept_back.reason.clone()]
    })?;
    Ok(exit::OK)
}
