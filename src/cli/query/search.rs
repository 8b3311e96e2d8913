//! `congvan search QUERY`: full text and fields; diacritics and case do not matter.

use crate::cli::io::Context;
use crate::cli::io::listing::{self, Listing, text};
use crate::error::{Result, exit};
use crate::office::wording::{day_if_any, shorten};
use crate::store::{Hit, Query};
use clap::Args;

/// What to search for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  congvan search khen thuong
  congvan search '\"người tốt\" issuer:\"Hà Đông\" due:2024-06'
Fields: number: subject: issuer: signer: kind: due: issued: (these two a year, month or day)")]
pub struct Search {
    /// Words, \"phrases\", field:value; all must hold
    #[arg(required = true, value_name = "QUERY")]
    words: Vec<String>,
    /// Most hits
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    listing: Listing,
}

/// Prints the hits, best first.
pub fn run(args: &Search, context: &Context) -> Result<u8> {
    let query = Query::parse(&args.words.join(" "))?;
    let hits = listing::open(context)?.search(&query, args.limit)?;
    let head = [
        context.lang.pick("Số, ký hiệu", "Number"),
        context.lang.pick("Ngày", "Date"),
        context.lang.pick("Cơ quan ban hành", "Issuer"),
        context.lang.pick("Trích yếu", "Subject"),
        context.lang.pick("Trang", "Page"),
        context.lang.pick("Đoạn khớp", "Match"),
    ];
    args.listing.write(&head, &hits, |hit| {
        let document = &hit.document;
        [
            document.number.clone().unwrap_or_else(|| document.id.clone()),
            day_if_any(&document.issued_on),
            text(&document.issuer),
            shorten(document.subject.as_deref().unwrap_or_default(), 100),
            hit.page.map(|p| p.to_string()).unwrap_or_default(),
            marked(hit),
        ]
    })?;
    Ok(exit::OK)
}

/// The snippet with the matching words in »quotes«: works without colours and in files.
fn marked(hit: &Hit) -> String {
    let mut out = String::new();
    let mut at = 0;
    for mark in &hit.marks {
        out += &hit.snippet[at..mark.start];
        out += &format!("»{}«", &hit.snippet[mark.clone()]);
        at = mark.end;
    }
    out + &hit.snippet[at..]
}
