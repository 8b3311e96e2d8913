//! What commands share that read files without a store: paths and standard input become understood files, in order.
//!
//! in: paths as given (`-` = text on standard input) → out: one callback per file, errors reported as they come.
//! Promises: only the files in work are in memory; a bad file is one line on standard error and exit status 1.

use crate::cli::io::Context;
use crate::cli::io::output::report;
use crate::error::{Error, Result, exit};
use crate::page::{Page, ReadOptions};
use crate::pipeline::{Done, Pipeline, Understood};
use crate::restore::Restorer;
use crate::rules::Rules;
use crate::signature::Trust;
use crate::source::{self, Source};
use std::path::PathBuf;
use std::sync::Arc;

/// The pipeline with the dictionaries and the model in force.
pub fn pipeline(context: &Context, profile: Option<String>) -> Result<Pipeline> {
    Ok(Pipeline {
        rules: rules(context)?,
        restorer: restorer(context)?,
        reading: ReadOptions::default(),
        trust: trust(context)?,
        lang: context.lang,
        profile,
        secrecy: context.secrecy.clone(),
        jobs: context.jobs,
    })
}

/// Whose certificates are believed: nobody's unless a folder is named.
pub fn trust(context: &Context) -> Result<Arc<Trust>> {
    context.trust.as_deref().map_or_else(|| Ok(Arc::default()), |folder| Trust::load(folder).map(Arc::new))
}

/// The dictionaries in force.
pub fn rules(context: &Context) -> Result<Arc<Rules>> {
    match &context.dictionaries {
        Some(folder) => Ok(Arc::new(Rules::load(Some(folder))?)),
        None => Ok(Rules::builtin().clone()),
    }
}

/// The language model in force.
pub fn restorer(context: &Context) -> Result<Arc<Restorer>> {
    match &context.model {
        Some(path) => Ok(Arc::new(Restorer::load(path)?)),
        None => Restorer::builtin().cloned(),
    }
}

/// Reads and understands every file behind `paths` in order. Returns the exit status.
///
/// # Errors
/// The first error that no other file would escape (environment, rules, usage), or of `with` of that kind.
pub fn each_file(
    pipeline: &Pipeline,
    paths: &[PathBuf],
    mut with: impl FnMut(&Source, &[Page], Understood) -> Result<()>,
) -> Result<u8> {
    let mut code = exit::OK;
    let sources = source::inputs(source::walk(paths));
    pipeline.in_order(sources, |done| {
        let handed = done.and_then(|Done { source, pages, understood, failures }| {
            for failure in &failures {
                report(failure);
                code = exit::SOME_FAILED;
            }
            with(&source, &pages, understood)
        });
        match handed {
            Err(e) if e.is_of_one_file() => {
                report(&e);
                code = exit::SOME_FAILED;
                Ok(())
            }
            other => other,
        }
    })?;
    Ok(code)
}

/// Names on standard error what a person should look at.
pub fn warn(source: &Source, pages: &[Page], context: &Context) {
    for page in pages.iter().filter(|_| !context.quiet) {
        for warning in &page.warnings {
            report(&Error::input(warning.to_string()).at(&source.name).on_page(page.number));
        }
    }
}
