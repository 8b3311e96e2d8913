//! `congvan decide`: what a leader decided about a document: to whom it goes, what is to be done, until when.
//!
//! in: a document, a unit, a day → out: the decision in the store and its history; it shows in `register`, `deadlines`,
//! `digest` and `calendar`.

use crate::cli::io::clerk::Clerk;
use crate::cli::io::{Context, listing};
use crate::error::{Error, Result, exit};
use crate::office::decisions::{self, Wrong};
use crate::office::lookup;
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
    let told = Decision {
        document: String::new(),
        decided_on: args.on.unwrap_or(context.today).into(),
        leader: args.by.clone(),
        unit: args.to.clone(),
        opinion: args.opinion.clone(),
        due: args.due.map(Day::from),
    };
    let decision = decisions::checked(told).map_err(|wrong| match wrong {
        Wrong::DueTooEarly => Error::usage("--due: lies before the day of the decision"),
        Wrong::ToNobody => Error::usage("--to: names nobody"),
    })?;
    let mut store = store::open_existing(&context.store)?;
    let document = lookup::summary(store.as_ref(), &args.which)?.id;
    let decision = Decision { document, ..decision };
    if !decisions::keep(store.as_mut(), decision, &args.clerk.author("a leader's decision"))? {
        listing::note(context, "this decision is kept already");
    }
    Ok(exit::OK)
}
