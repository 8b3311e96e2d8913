//! Snippets: the words around the first match, in the original spelling.
//!
//! in: the original text, the folded phrases of a query → out: text, byte ranges of the matches in it, page.
//! Promises: works on any text, on character boundaries; linear in the text's length. Shared by all engines.

use crate::text::fold::bare_char;
use std::ops::Range;

/// Characters shown before and after the first match.
const BEFORE: usize = 60;
const AFTER: usize = 120;

/// The words around the first match.
pub(super) struct Snippet {
    /// One line, white space collapsed.
    pub text: String,
    /// Byte ranges of matching words in `text`.
    pub marks: Vec<Range<usize>>,
    /// How many form feeds stand before the match.
    pub breaks: u32,
}

/// Finds the first place where one of `phrases` stands; `None` where none does.
pub(super) fn around(text: &str, phrases: &[Vec<String>]) -> Option<Snippet> {
    let tokens = tokens(text);
    let starts: Vec<(usize, usize)> =
        (0..tokens.len()).filter_map(|at| Some((at, longest(&tokens, at, phrases)?))).collect();
    let (first, _) = *starts.first()?;
    let from = back(text, tokens[first].span.start);
    let to = forth(text, tokens[first].span.end);
    let hits = starts.iter().map(|(at, len)| tokens[*at].span.start..tokens[at + len - 1].span.end);
    let (shown, marks) = one_line(text, from..to, hits);
    let breaks = text[..tokens[first].span.start].matches('\u{c}').count() as u32;
    Some(Snippet { text: shown, marks, breaks })
}

struct Token {
    span: Range<usize>,
    folded: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut inside = false;
    for (at, c) in text.char_indices() {
        let folded = bare_char(c);
        if !folded.is_alphanumeric() {
            inside = false;
            continue;
        }
        let end = at + c.len_utf8();
        match tokens.last_mut().filter(|_| inside) {
            Some(token) => {
                token.span.end = end;
                token.folded.push(folded);
            }
            None => tokens.push(Token { span: at..end, folded: folded.into() }),
        }
        inside = true;
    }
    tokens
}

/// Number of tokens of the longest phrase that begins at token `at`.
fn longest(tokens: &[Token], at: usize, phrases: &[Vec<String>]) -> Option<usize> {
    let begins =
        |p: &&Vec<String>| p.iter().enumerate().all(|(i, w)| tokens.get(at + i).is_some_and(|t| t.folded == *w));
    phrases.iter().filter(begins).map(Vec::len).max().filter(|n| *n > 0)
}

fn back(text: &str, at: usize) -> usize {
    let start = text[..at].char_indices().rev().take(BEFORE).last().map_or(at, |(i, _)| i);
    if start == 0 {
        return 0;
    }
    // do not begin inside a word
    text[start..at].find(char::is_whitespace).map_or(start, |blank| start + blank)
}

fn forth(text: &str, at: usize) -> usize {
    let end = text[at..].char_indices().nth(AFTER).map_or(text.len(), |(i, _)| at + i);
    if end == text.len() {
        return end;
    }
    text[at..end].rfind(char::is_whitespace).map_or(end, |blank| at + blank)
}

/// `text[window]` on one line, and where the hits inside it went.
fn one_line(text: &str, window: Range<usize>, hits: impl Iterator<Item = Range<usize>>) -> (String, Vec<Range<usize>>) {
    let mut shown = String::new();
    let mut moved = vec![0; window.len() + 1];
    // a hit begins and ends beside letters: only the place before each character matters
    for (at, c) in text[window.clone()].char_indices() {
        moved[at] = shown.len();
        if !c.is_whitespace() {
            shown.push(c);
        } else if !shown.is_empty() && !shown.ends_with(' ') {
            shown.push(' ');
        }
    }
    moved[window.len()] = shown.len();
    let inside = hits.filter(|h| h.start >= window.start && h.end <= window.end);
    let marks = inside.map(|h| moved[h.start - window.start]..moved[h.end - window.start]).collect();
    shown.truncate(shown.trim_end().len());
    (shown, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_spelling_is_shown_and_marked() {
        let text = "Trang một\u{c}Đề nghị  các\nđơn vị KHEN THƯỞNG người tốt, việc tốt";
        let phrases = [vec!["khen".into(), "thuong".into()], vec!["tot".into()]];
        let found = around(text, &phrases).unwrap();
        assert_eq!(found.text, "Trang một Đề nghị các đơn vị KHEN THƯỞNG người tốt, việc tốt");
        let marked: Vec<&str> = found.marks.iter().map(|m| &found.text[m.clone()]).collect();
        assert_eq!(marked, ["KHEN THƯỞNG", "tốt", "tốt"]);
        assert_eq!(found.breaks, 1);
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        let text = format!("{}kế hoạch {}", "chữ ".repeat(200), "số ".repeat(200));
        let found = around(&text, &[vec!["hoach".into()]]).unwrap();
        assert!(
            found.text.starts_with("chữ ") && found.text.ends_with("số") && found.text.len() < 400,
            "{}",
            found.text
        );
        assert!(around(&text, &[vec!["khong".into()]]).is_none());
    }
}
