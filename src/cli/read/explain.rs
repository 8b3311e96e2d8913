//! `congvan explain`: what each step produced for a file, in the order of the steps.

use crate::cli::io::Context;
use crate::cli::io::{inputs, output};
use crate::cli::read::overlays;
use crate::error::{Error, Result};
use crate::page::{Page, Warning};
use crate::pipeline::{Processed, Understood};
use crate::record::{Record, Voice};
use crate::source::Source;
use crate::text::{Edit, Text};
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  congvan explain thu.pdf\n  congvan explain thu.pdf --why issued_on\n  congvan explain thu.pdf --why 'deadlines[2]'\n  congvan explain thu.pdf --images trang/   (each page with words and values framed, SVG for any browser)"
)]
pub struct Explain {
    /// A file; - reads text from standard input
    file: PathBuf,
    /// Only this: which words gave the value of a field (number, issued_on, signer, deadlines[2] …)
    #[arg(long, value_name = "FIELD")]
    why: Option<String>,
    /// Also write each page with what was read on it to this folder, as SVG
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// Replace images that exist
    #[arg(long, requires = "images")]
    force: bool,
}

/// Prints pages, edits, documents, records and their evidence.
pub fn run(args: &Explain, context: &Context) -> Result<u8> {
    let pipeline = inputs::pipeline(context, None)?;
    let mut found = false;
    let code = inputs::each_file(&pipeline, std::slice::from_ref(&args.file), |source, pages, understood| {
        let report = match &args.why {
            Some(field) => why(&understood, field),
            None => Some(everything(source, pages, &understood)),
        };
        found |= report.is_some();
        if let Some(folder) = &args.images {
            overlays::write(folder, source, pages, &understood, args.force)?;
        }
        output::write(None, report.unwrap_or_default().as_bytes(), false)
    })?;
    match &args.why {
        Some(field) if !found && code == 0 => {
            Err(Error::usage(format!("no document of this file has evidence or doubt for {field:?}")).at(&args.file))
        }
        _ => Ok(code),
    }
}

fn everything(source: &Source, pages: &[Page], understood: &Understood) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "SOURCE {} · {:?} · {} bytes · sha256 {}",
        source.name, source.media, source.bytes, source.sha256
    );
    for step in &source.container {
        let _ = writeln!(out, "  in {} · {} › {}", step.kind.id(), shown(&step.file), shown(&step.member));
        if let Some(mail) = &step.mail {
            let facts = [&mail.from, &mail.date, &mail.subject, &mail.message_id].into_iter().flatten();
            let _ = writeln!(out, "     mail {}", shown(&facts.cloned().collect::<Vec<_>>().join(" · ")));
        }
    }
    for page in pages {
        let words: usize = page.lines.iter().map(|l| l.words.len()).sum();
        let _ = write!(out, "PAGE {} · {:?} · {}×{} px", page.number, page.reading, page.width, page.height);
        let _ = writeln!(out, " · {:.0} dpi · {} lines · {words} words", page.dpi, page.lines.len());
        for note in page.reason.iter().cloned().chain(page.warnings.iter().map(Warning::to_string)) {
            let _ = writeln!(out, "  {note}");
        }
    }
    let _ = writeln!(out, "\nEDITS {}", understood.text.edits().len());
    for edit in understood.text.edits() {
        let _ = writeln!(out, "  {}", edit_line(&understood.text, edit));
    }
    for (part, processed) in understood.documents.iter().enumerate() {
        let _ = writeln!(out, "\nDOCUMENT {} of {} · {}", part + 1, understood.documents.len(), processed.record.kind);
        blocks(&mut out, &understood.text, processed);
        let _ = writeln!(out, "\nRECORD {}", processed.record.id);
        let json = serde_json::to_string_pretty(&processed.record).unwrap_or_default();
        let _ = writeln!(out, "{json}");
    }
    out
}

fn edit_line(text: &Text, edit: &Edit) -> String {
    let page = text.page_at(edit.span.start);
    format!("page {page} · {} → {} · {:.2}", shown(&edit.was), shown(&edit.now), edit.confidence)
}

fn blocks(out: &mut String, text: &Text, processed: &Processed) {
    for block in &processed.document.blocks {
        let words = text.slice(block.span);
        let short: String = words.chars().take(90).collect();
        let more = if short.len() < words.len() { " …" } else { "" };
        let page = text.page_at(block.span.start);
        let _ = writeln!(out, "  page {page} · {:?} · {}{more}", block.role, shown(&short));
    }
}

fn shown(words: &str) -> String {
    crate::error::one_line(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Evidence and doubts of one field, `None` when no document has any.
fn why(understood: &Understood, field: &str) -> Option<String> {
    let mut out = String::new();
    for processed in &understood.documents {
        let record = &processed.record;
        let lines = why_in(record, field);
        if !lines.is_empty() {
            let _ = writeln!(out, "{} ({})\n{}", record.id, record.kind_label, lines.join("\n"));
        }
    }
    (!out.is_empty()).then_some(out)
}

/// "line reads 2030 (0.855)", "file_name speaks for 2030 (50 times likelier)".
fn voice_line(voice: &Voice) -> String {
    let value = if voice.value.is_empty() { "nothing".to_owned() } else { shown(&voice.value) };
    match (voice.probability, voice.weight) {
        (Some(p), _) => format!("{} reads {value} ({p:.3})", voice.by),
        (None, Some(weight)) => format!("{} speaks for {value} ({weight:.0} times likelier)", voice.by),
        (None, None) => format!("{} says {value}", voice.by),
    }
}

fn why_in(record: &Record, field: &str) -> Vec<String> {
    let below = |path: &str| {
        path == field || path.strip_prefix(field).is_some_and(|rest| rest.starts_with('.') || rest.starts_with('['))
    };
    let evidence = record.evidence.iter().filter(|(path, _)| below(path)).map(|(path, e)| {
        let place = e.bbox.map_or(String::new(), |[x, y, w, h]| format!(" at {x},{y} {w}×{h} px"));
        let voices: String = e.voices.iter().map(|v| format!("\n    {}", voice_line(v))).collect();
        format!("  {path}: page {}{place}, confidence {:.2}: “{}”{voices}", e.page, e.confidence, shown(&e.text))
    });
    let doubts = record.needs_review.iter().filter(|r| below(&r.field)).map(|r| {
        let sure = |i: usize| r.probabilities.get(i).map_or(String::new(), |p| format!(" ({p:.3})"));
        let candidates: Vec<String> =
            r.candidates.iter().enumerate().map(|(i, c)| format!("{}{}", shown(c), sure(i))).collect();
        format!("  {} is doubtful: {}: candidates {}", r.field, shown(&r.reason), candidates.join(" | "))
    });
    evidence.chain(doubts).collect()
}
