//! The running text between header and end: paragraphs, headings, tables, page numbers, appendix titles.
//!
//! in: the lines behind the header → out: [`Block`]s in order.
//! Promises: every line lands in one block; a paragraph ends at an empty line, a bullet, a label or a full stop at a
//! line's end that is clearly short.
//! Leaves out: cells of tables and levels of headings (`extract`).

use super::ending::Ending;
use super::frame::Frame;
use super::label::{is_page_number, label, starts_small};
use super::lines::{Line, in_capitals};
use super::{Block, Role};

/// Blocks of the lines from `from` on that the ending does not claim.
pub(crate) fn read(frame: &Frame, lines: &[Line], from: usize, ending: &Ending) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in lines.iter().enumerate().skip(from) {
        if ending.lines.contains(&at) {
            open = false;
            continue;
        }
        let role = role(frame, line, ending.closed_at.is_some_and(|end| at > end));
        let ended = blocks.last().is_some_and(|last| last.role == Role::Basis && is_ended(frame, last));
        // rows of a ruled table stand as far apart as their cells are high
        let row_goes_on = role == Role::Table && blocks.last().is_some_and(|last| last.role == Role::Table);
        let joins = open && (!line.gap || row_goes_on) && !ended && joins(role, &line.bare);
        match blocks.last_mut() {
            Some(last) if joins && last.role == Role::Table && role == Role::Table => {
                last.span = last.span.cover(line.span)
            }
            Some(last)
                if joins && role == Role::Body && matches!(last.role, Role::Body | Role::Basis | Role::Heading) =>
            {
                let heading_goes_on = last.role != Role::Heading || starts_small(frame.text.slice(line.span));
                if heading_goes_on {
                    last.span = last.span.cover(line.span);
                } else {
                    blocks.push(Block { role, span: line.span });
                }
            }
            _ => blocks.push(Block { role, span: line.span }),
        }
        open = !matches!(role, Role::PageNumber);
    }
    blocks
}

/// "Căn cứ … tài trợ;": what follows is no basis any more.
fn is_ended(frame: &Frame, block: &Block) -> bool {
    frame.text.slice(block.span).trim_end().ends_with([';', '.', ':'])
}

fn role(frame: &Frame, line: &Line, behind_the_end: bool) -> Role {
    let words = frame.text.slice(line.span);
    if is_page_number(&line.bare) {
        return Role::PageNumber;
    }
    if words.matches('\t').count() >= 1 || words.matches('|').count() >= 2 {
        return Role::Table;
    }
    let short = words.chars().count() < 90;
    if short && behind_the_end && appendix(frame, line, words) {
        return Role::Appendix;
    }
    if frame.cues.opens("basis", &line.bare).is_some() {
        return Role::Basis;
    }
    let labelled = label(words).is_some_and(|l| l.title_like);
    if short && (labelled || (in_capitals(words) && words.chars().count() > 3)) { Role::Heading } else { Role::Body }
}

fn appendix(frame: &Frame, line: &Line, words: &str) -> bool {
    let named = ["form", "form_title"].iter().any(|role| frame.cues.opens(role, &line.bare).is_some());
    let titled = frame.is_appendix_title(words);
    titled || (named && in_capitals(words))
}

fn joins(role: Role, folded: &str) -> bool {
    let begins = folded.trim_start().starts_with(['-', '+', '•', '*', '–']) || label(folded).is_some();
    matches!(role, Role::Body | Role::Table) && !begins
}
