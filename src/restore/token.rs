//! Tokens: the words of a line as the language model sees them, with the place where each one stands.
//!
//! in: one line → out: [`Token`]s in order, spans into the line.
//! Promises: training and decoding cut text in the same way; letters and digits never share a token; any input is fine.
//! Leaves out: marks that say nothing about the words around them (dashes, brackets, quotes).

use std::ops::Range;

/// What a token is to the language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A run of letters.
    Word,
    /// A run of digits with its inner marks (`1.276,5`, `10/12/2020`).
    Number,
    /// A comma between words.
    Comma,
    /// A slash between words (`bài viết/tháng`).
    Slash,
    /// The end of a sentence or clause: `. ; : ! ? …`. Resets the context.
    Boundary,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Byte range in the line.
    pub span: Range<usize>,
}

/// Whether a character belongs to a word: letters, and the combining marks of text that has no composed form.
pub fn is_letter(c: char) -> bool {
    c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Cuts a line. Neighbouring numbers and neighbouring boundaries are one token each in the model's eyes, but are
/// given here one by one so that their places are kept.
pub fn tokens(line: &str) -> Vec<Token> {
    let mut found = Vec::with_capacity(line.len() / 5);
    let mut chars = line.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if is_letter(c) || c.is_numeric() {
            let kind = if is_letter(c) { Kind::Word } else { Kind::Number };
            let belongs = |c: char| if kind == Kind::Word { is_letter(c) } else { c.is_numeric() };
            let mut end = start + c.len_utf8();
            while let Some(&(at, next)) = chars.peek() {
                if belongs(next) {
                    end = at + next.len_utf8();
                    chars.next();
                } else if kind == Kind::Number && joins_digits(next, &line[at..]) {
                    chars.next();
                } else {
                    break;
                }
            }
            found.push(Token { kind, span: start..end });
            continue;
        }
        let kind = match c {
            '.' | ';' | ':' | '!' | '?' | '…' => Kind::Boundary,
            ',' => Kind::Comma,
            '/' => Kind::Slash,
            _ => continue,
        };
        found.push(Token { kind, span: start..start + c.len_utf8() });
    }
    found
}

/// Whether a mark stands between two digits; `rest` begins with the mark.
fn joins_digits(mark: char, rest: &str) -> bool {
    matches!(mark, '.' | ',' | '/' | ':' | '-') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// Cuts a garbled line: letters, digits and signs that look like letters stay together, whatever was misread in them.
/// Runs of digits alone are numbers.
pub fn cores(line: &str) -> Vec<Token> {
    let mut found = Vec::with_capacity(line.len() / 5);
    let mut chars = line.char_indices().peekable();
    let mut before = None;
    while let Some((start, c)) = chars.next() {
        let after_digit = before.is_some_and(|b: char| b.is_ascii_digit());
        before = Some(c);
        if looks_like_letter(c) || c.is_numeric() {
            let mut end = start + c.len_utf8();
            while let Some(&(at, next)) = chars.peek() {
                let inside_number = before.is_some_and(|b| b.is_ascii_digit()) && joins_digits(next, &line[at..]);
                if !(looks_like_letter(next) || next.is_numeric() || inside_number) {
                    break;
                }
                end = at + next.len_utf8();
                before = Some(next);
                chars.next();
            }
            found.extend(core(line, start..end));
            continue;
        }
        let kind = match c {
            '.' | ';' | ':' | '!' | '?' | '…' => Kind::Boundary,
            ',' => Kind::Comma,
            '/' if !after_digit => Kind::Slash,
            _ => continue,
        };
        found.push(Token { kind, span: start..start + c.len_utf8() });
    }
    found
}

/// Letters, and signs that a reader writes for letters it does not know.
fn looks_like_letter(c: char) -> bool {
    is_letter(c) || matches!(c, '€' | '¢' | '£' | '¥' | '§' | '$' | '&' | '|' | '\'' | '’' | '‘' | '@' | '®' | '©')
}

/// A core without the strokes and quotes at its ends; `None` when nothing is left.
fn core(line: &str, span: Range<usize>) -> Option<Token> {
    let strays = |c: char| matches!(c, '|' | '\'' | '’' | '‘' | '@' | '®' | '©');
    let text = &line[span.clone()];
    let start = span.start + text.len() - text.trim_start_matches(strays).len();
    let end = span.start + text.trim_end_matches(strays).len();
    let inner = line.get(start..end).filter(|t| !t.is_empty())?;
    let is_number = inner.chars().all(|c| c.is_numeric() || matches!(c, '.' | ',' | '/' | ':' | '-'));
    Some(Token { kind: if is_number { Kind::Number } else { Kind::Word }, span: start..end })
}

/// What the language model gets to see of a run of tokens: repeated numbers and boundaries once.
pub fn counts_for_model(kind: Kind, previous: Option<Kind>) -> bool {
    !(matches!(kind, Kind::Number | Kind::Boundary) && previous == Some(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let words: Vec<String> = tokens(line)
            .into_iter()
            .map(|t| match t.kind {
                Kind::Word => line[t.span].to_owned(),
                Kind::Number => format!("#{}", &line[t.span]),
                Kind::Comma => ",".into(),
                Kind::Slash => "/".into(),
                Kind::Boundary => "|".into(),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn cuts_lines() {
        let cases = [
            ("Số: 74/KH-UBND", "Số | #74 / KH UBND"),
            ("ngày 10/12/2020, hình1", "ngày #10/12/2020 , hình #1"),
            ("đạt 1.276,5 tỷ.", "đạt #1.276,5 tỷ |"),
            ("A.MỤC ĐÍCH", "A | MỤC ĐÍCH"),
            ("“bài viết/tháng”…", "bài viết / tháng |"),
            ("", ""),
        ];
        for (line, expected) in cases {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn cuts_garbled_lines() {
        let line = "S6: 74/KH-UBND d6i mé1, |TAO| 10/12/2020 n¢n";
        let words: Vec<&str> = cores(line)
            .into_iter()
            .filter(|t| matches!(t.kind, Kind::Word | Kind::Number))
            .map(|t| &line[t.span])
            .collect();
        assert_eq!(words, ["S6", "74", "KH", "UBND", "d6i", "mé1", "TAO", "10/12/2020", "n¢n"]);
    }
}
