//! `congvan signatures`: the digital signatures of files, who, when, over what, and whether they hold.
//!
//! in: files or folders → out: a table or JSON; exit 1 where a signature does not hold or a file cannot be read.

use crate::cli::io::output::{self, report};
use crate::cli::io::{Context, inputs, table};
use crate::error::{Result, exit};
use crate::office::signature_words as words;
use crate::record::DigitalSignature;
use crate::source;
use crate::text::lang::Lang;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `signatures`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  congvan signatures cong-van.pdf
  congvan signatures den/ --trust /etc/congvan/goc/      (the root certificates your office trusts)
  congvan signatures cong-van.pdf --format json
Nothing is asked from the network: certificates, revocation and time stamps count as far as the file carries them.
What was not checked is called so. Without --trust (or `trust` in congvan.toml) no chain is checked.
Exit status: 0 no signature is broken; 1 one is (changed content or pages, certificate out of force or revoked),
or a file could not be read. An unknown root is no fault of the letter and changes nothing.")]
pub struct Signatures {
    /// Files or folders
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// A file with its signatures.
#[derive(Debug, Serialize)]
struct Signed {
    file: String,
    signatures: Vec<DigitalSignature>,
}

/// Checks and prints.
pub fn run(args: &Signatures, context: &Context) -> Result<u8> {
    let trust = inputs::trust(context)?;
    let mut files = Vec::new();
    let mut code = exit::OK;
    for source in source::inputs(source::walk(&args.files)) {
        match source {
            Ok(source) => {
                let signatures: Vec<_> = source.signatures.iter().map(|own| own.judged(&trust)).collect();
                if signatures.iter().any(DigitalSignature::is_broken) {
                    code = exit::SOME_FAILED;
                }
                files.push(Signed { file: source.path.display().to_string(), signatures });
            }
            Err(e) if e.is_of_one_file() => {
                report(&e);
                code = exit::SOME_FAILED;
            }
            Err(e) => return Err(e),
        }
    }
    let bytes = match args.format {
        Format::Json => crate::export::json::array(&files)?,
        Format::Table => as_table(&files, context.lang).into_bytes(),
    };
    output::write(None, &bytes, false)?;
    Ok(code)
}

fn as_table(files: &[Signed], lang: Lang) -> String {
    let head = match lang {
        Lang::Vi => ["Tệp", "Người ký", "Lúc ký", "Toàn vẹn", "Chứng thư", "Dấu thời gian", "Sau khi ký", "Ghi chú"],
        Lang::En => ["File", "Signer", "Signed at", "Integrity", "Certificate", "Time stamp", "Afterwards", "Notes"],
    };
    let rows = files.iter().flat_map(|file| {
        let none = || {
            let mut row = vec![file.file.clone(), lang.pick("không có chữ ký số", "no digital signature").to_owned()];
            row.resize(head.len(), String::new());
            row
        };
        let rows: Vec<Vec<String>> = file.signatures.iter().map(|own| row(&file.file, own, lang)).collect();
        if rows.is_empty() { vec![none()] } else { rows }
    });
    table::render(&head, rows)
}

fn row(file: &str, own: &DigitalSignature, lang: Lang) -> Vec<String> {
    vec![
        file.to_owned(),
        words::signer(own, lang),
        own.signed_at.as_deref().map(words::moment).unwrap_or_default(),
        words::integrity(own.integrity.as_ref(), lang).to_owned(),
        words::certificate(own, lang),
        words::time_stamp(own, lang),
        words::later(own.later.as_ref(), lang).to_owned(),
        words::faults(own, lang),
    ]
}
