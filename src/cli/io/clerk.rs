//! Who does something by hand: what the history says of it.

use crate::store::Author;
use clap::Args;

/// The person at the desk.
#[derive(Debug, Args)]
pub struct Clerk {
    /// Who does this, for the history [default: the user of this computer]
    #[arg(long, value_name = "NAME", env = "CONGVAN_CLERK")]
    clerk: Option<String>,
}

impl Clerk {
    /// As the author of a change made now.
    pub fn author(&self, why: &str) -> Author {
        let user = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        Author {
            name: self.clerk.clone().or_else(user).unwrap_or_default(),
            at: jiff::Timestamp::now().to_string(),
            why: why.to_owned(),
        }
    }
}
