//! `congvan decide`: what a leader decided about a document: to whom it goes, what is to be done, until when.
//!
//! in: a document, a unit, a day → out: the decision in the store and its history; it shows in `register`, `deadlines`,
//! `digest` and `calendar`.
//! Promises: nothing is overwritten; of several decisions for one unit the last one counts.

use crate::cli::Context;
use crate::cli::io::clerk::Clerk;
use crate::cli::io::listing;
use crate::cli::query::show;
use crate::error::{Error, Result, exit};
use crate::record::Day;
use crate::store::{self, Decision};
use clap::Args;
use jiff::civil::Date;

/// About which document, what.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Decide {
    /// Id, number or serial
    #[arg(value_name = "ID|NUMBER")]
    which: String,
    /// Unit or person it goes to (chuyển)
    #[arg(long, value_name = "UNIT")]
    to: String,
    /// Internal deadline (thời hạn giải quyết)
    #[arg(long, value_name = "DATE")]
    due: Option<Date>,
    /// What is to be done, in the leader's words
    #[arg(long, value_name = "TEXT", default_value = "")]
    opinion: String,
    /// Who decided
    #[arg(long, value_name = "LEADER", default_value = "")]
    by: String,
    /// Day of the decision [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    #[command(flatten)]
    clerk: Clerk,
}

const EXAMPLES: &str = "\
Examples:
  congvan decide 117/KH-UBND --to 'Phòng Văn hóa - Xã hội' --due 2024-06-03 --by 'Chủ tịch'
  congvan decide 117 --to 'Công an phường' --opinion 'Phối hợp' --due 2024-06-03";

/// Keeps the decision.
pub fn run(args: &Decide, context: &Context) -> Result<u8> {
    let on = args.on.unwrap_or(context.today);
    if args.due.is_some_and(|due| due < on) {
        return Err(Error::usage("--due: lies before the day of the decision"));
    }
    let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let unit = clean(&args.to);
    if unit.is_empty() {
        return Err(Error::usage("--to: names nobody"));
    }
    let mut store = store::open_existing(&context.store)?;
    let document = show::the_one(store.find(&args.which)?, &args.which)?;
    let decision = Decision {
        document: document.id,
        decided_on: on.into(),
        leader: clean(&args.by),
        unit,
        opinion: clean(&args.opinion),
        due: args.due.map(Day::from),
    };
    let before = store.decisions(Some(&decision.document))?;
    // one unit, however it is typed
    let same = |name: &str| name.to_lowercase() == decision.unit.to_lowercase();
    let unit = before.iter().map(|d| &d.unit).find(|unit| same(unit)).cloned().unwrap_or(decision.unit.clone());
    let decision = Decision { unit, ..decision };
    if before.last() == Some(&decision) {
        listing::note(context, "this decision is kept already");
        return Ok(exit::OK);
    }
    store.decide(&decision, &args.clerk.author("a leader's decision"))?;
    Ok(exit::OK)
}
