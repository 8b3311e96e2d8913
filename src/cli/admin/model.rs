//! `congvan model train` and `congvan model info`.
//!
//! in: folders of text → out: a language model file; in: a model → out: what it was made from.
//! Promises: the same text gives the same bytes; progress goes to standard error; memory stays bounded.

use crate::cli::io::Context;
use crate::cli::io::output;
use crate::error::{Error, Result, exit};
use crate::restore::Restorer;
use crate::restore::model::{self, Corpus, TrainOptions};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `congvan model`.
#[derive(Debug, Args)]
pub struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    /// Make a language model from folders of .txt and .txt.xz
    Train(TrainArgs),
    /// Order, counts, sources and sha256 of the model in force
    Info,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  congvan model train --corpus texts/ -o own.bin
  congvan model train --corpus laws/=2 --corpus news/ --add our-letters/ -o own.bin
  congvan restore --model own.bin cu.txt")]
struct TrainArgs {
    /// Folder or file of text, one sentence a line; DIR=N counts it N times
    #[arg(long, value_name = "DIR[=N]", required = true, num_args = 1.., value_parser = corpus_of)]
    corpus: Vec<Corpus>,
    /// Letters of one's own office, counted 20 times unless DIR=N says otherwise
    #[arg(long, value_name = "DIR[=N]", num_args = 1.., value_parser = own_letters)]
    add: Vec<Corpus>,
    /// Where the model goes
    #[arg(short, value_name = "FILE")]
    output: PathBuf,
    /// Overwrite FILE
    #[arg(long)]
    force: bool,
    /// Drop n-grams that matter less than this; larger makes a smaller model
    #[arg(long, default_value_t = TrainOptions::default().threshold)]
    threshold: f64,
    /// Words seen less often are unknown
    #[arg(long, default_value_t = TrainOptions::default().min_word)]
    min_word: u64,
}

/// How often an office's own letters count against text from elsewhere.
const OWN_WEIGHT: u32 = 20;

fn corpus_of(value: &str) -> std::result::Result<Corpus, String> {
    weighted(value, 1)
}

fn own_letters(value: &str) -> std::result::Result<Corpus, String> {
    weighted(value, OWN_WEIGHT)
}

fn weighted(value: &str, usual: u32) -> std::result::Result<Corpus, String> {
    let (path, weight) = match value.rsplit_once('=') {
        Some((path, n)) => match n.parse() {
            Ok(weight @ 1..=1000) => (path, weight),
            _ => return Err(format!("the weight after = is a whole number from 1 to 1000, not {n:?}")),
        },
        None => (value, usual),
    };
    Ok(Corpus { path: PathBuf::from(path), weight })
}

/// Runs the command.
pub fn run(args: &ModelArgs, context: &Context) -> Result<u8> {
    match &args.command {
        ModelCommand::Train(args) => train(args, context),
        ModelCommand::Info => info(context),
    }
}

fn train(args: &TrainArgs, context: &Context) -> Result<u8> {
    if args.output.exists() && !args.force {
        return Err(Error::usage("exists already: name another file or add --force").at(&args.output));
    }
    if !(args.threshold >= 0.0 && args.threshold < 1.0) {
        return Err(Error::usage("--threshold is a number from 0 to below 1"));
    }
    let corpora: Vec<Corpus> = args.corpus.iter().chain(&args.add).cloned().collect();
    let options = TrainOptions { min_word: args.min_word, threshold: args.threshold };
    let quiet = context.quiet;
    let bytes = model::train(&corpora, &options, &mut |message| {
        if !quiet {
            crate::cli::io::output::say(message);
        }
    })?;
    output::write_file(&args.output, &bytes, args.force)?;
    Ok(exit::OK)
}

fn info(context: &Context) -> Result<u8> {
    let own;
    let model = match &context.model {
        Some(path) => {
            own = model::Model::open(path)?;
            &own
        }
        None => Restorer::builtin()?.model(),
    };
    let about = model.about()?;
    let mut out = format!("order      {}\nwords      {}\n", about.order, about.words);
    for (index, n) in about.ngrams.iter().enumerate() {
        out += &format!("{}-grams    {n}\n", index + 1);
    }
    out += &format!("tokens     {}\nthreshold  {:e}\nsize       {}\n", about.tokens, about.threshold, model.size());
    for source in &about.sources {
        out += &format!("source     {}: {} lines, {} tokens\n", source.name, source.lines, source.tokens);
    }
    out += &format!("sha256     {}\n", model.sha256());
    output::write(None, out.as_bytes(), false)?;
    Ok(exit::OK)
}
