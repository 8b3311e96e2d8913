//! The units an office expects answers from, as commands find them.
//!
//! in: `--units`, `CONGVAN_UNITS`, `units.toml` in the working folder or beside the user's `congvan.toml` → out: the roster.

use crate::cli::io::Context;
use crate::cli::io::{config, inputs};
use crate::error::{Error, Result};
use crate::tracking::Roster;
use clap::Args;
use std::path::PathBuf;

/// Where the roster lies.
#[derive(Debug, Args)]
pub struct Units {
    /// The units that owe answers [default: units.toml in the working folder, else beside the user's congvan.toml]
    #[arg(long, env = "CONGVAN_UNITS", value_name = "FILE")]
    units: Option<PathBuf>,
}

impl Units {
    /// The roster; an empty one where there is none and none was named.
    ///
    /// # Errors
    /// A file that is named and missing, or wrong: with file and line.
    pub fn roster(&self, context: &Context) -> Result<Roster> {
        let rules = inputs::rules(context)?;
        let lists = ["issuer_abbreviations", "unit_abbreviations"];
        let abbreviations: Vec<_> = lists.iter().flat_map(|list| rules.words(list).pairs()).collect();
        let beside = config::user_folder().map(|folder| folder.join("units.toml"));
        let found = [Some(PathBuf::from("units.toml")), beside].into_iter().flatten().find(|path| path.is_file());
        let Some(path) = self.units.clone().or(found) else { return Roster::parse("", &abbreviations) };
        let raw = std::fs::read_to_string(&path).map_err(|e| Error::rules(e.to_string().to_lowercase()).at(&path))?;
        Roster::parse(&raw, &abbreviations).map_err(|e| e.at(&path))
    }
}
