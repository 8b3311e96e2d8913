//! Segments of text to be read in one go: what stands between two boundaries, across line ends where a sentence runs on.
//!
//! in: a text and its lines → out: lists of [`Piece`]s in reading order.
//! Promises: every word and number of the text is in exactly one segment; blank lines and form feeds end one.

use super::classify::LineJudgement;
use super::token::{Kind, cores, counts_for_model, tokens};
use crate::text::Span;

/// A token with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is; never a boundary.
    pub kind: Kind,
    /// Where it stands in the text.
    pub span: Span,
    /// 0-based line.
    pub line: usize,
}

/// Lines at least this long run on into the next one unless a mark ends them: shorter ones are headings and addresses.
const FULL_LINE: usize = 60;

/// Cuts a text into segments.
pub fn segments(text: &str, lines: &[Span], judged: &[LineJudgement]) -> Vec<Vec<Piece>> {
    let mut all = Vec::new();
    let mut open: Vec<Piece> = Vec::new();
    let mut previous: Option<&str> = None;
    for (line, span) in lines.iter().enumerate() {
        let content = &text[span.range()];
        if !previous.is_some_and(|before| runs_on(before, content)) {
            close(&mut open, &mut all);
        }
        let garbled = judged.get(line) == Some(&LineJudgement::Garbled);
        for token in if garbled { cores(content) } else { tokens(content) } {
            if token.kind == Kind::Boundary {
                close(&mut open, &mut all);
            } else if counts_for_model(token.kind, open.last().map(|p| p.kind)) {
                let place = Span::new(token.span.start, token.span.end).shifted(span.start);
                open.push(Piece { kind: token.kind, span: place, line });
            }
        }
        previous = Some(content);
    }
    close(&mut open, &mut all);
    all
}

fn close(open: &mut Vec<Piece>, all: &mut Vec<Vec<Piece>>) {
    if open.iter().any(|p| matches!(p.kind, Kind::Word | Kind::Number)) {
        all.push(std::mem::take(open));
    } else {
        open.clear();
    }
}

/// Whether a sentence of `line` goes on in `next`.
fn runs_on(line: &str, next: &str) -> bool {
    let (line, next) = (line.trim(), next.trim_start());
    let Some(first) = next.chars().next() else { return false };
    let Some(last) = line.chars().next_back() else { return false };
    if matches!(last, '.' | ';' | ':' | '!' | '?' | '…') {
        return false;
    }
    let is_bullet = first.is_numeric() || matches!(first, '-' | '+' | '*' | '•' | '–' | '(' | 'o');
    let is_list_letter = next.chars().nth(1).is_some_and(|c| c == ')' || c == '.');
    if first.is_lowercase() {
        return !is_list_letter;
    }
    line.chars().count() >= FULL_LINE && !is_bullet && !is_list_letter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_run_over_line_ends() {
        let text = "Thực hiện Kế hoạch số 2 của\nquận. Phòng\n\nNội vụ\n- báo cáo";
        let lines: Vec<Span> = crate::text::Text::plain(text).lines();
        let found: Vec<String> = segments(text, &lines, &[])
            .iter()
            .map(|s| s.iter().map(|p| &text[p.span.range()]).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, ["Thực hiện Kế hoạch số 2 của quận", "Phòng", "Nội vụ", "báo cáo"]);
    }
}
