//! Text cut into the pieces phrases are matched on: words, numbers, marks.
//!
//! in: NFC text → out: [`Tokens`], in order, each with its span, its folded form and what stood before it.
//! Promises: spans are byte ranges of the source on character boundaries; linear in the text.
//! Leaves out: emphasis signs of Markdown (`*`, `_`), which are taken for white space.

use crate::text::fold::bare_char;
use crate::text::{Span, syllable};
use std::ops::Range;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters.
    Word,
    /// ASCII digits.
    Number,
    /// One character of anything else.
    Mark,
}

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing.
    None,
    /// Blanks.
    Space,
    /// A line end, or the end of a page.
    Line,
    /// An empty line.
    Paragraph,
}

/// One piece of text.
#[derive(Debug, Clone)]
pub struct Token {
    /// Where it stands in the source.
    pub span: Span,
    /// What it is made of.
    pub kind: TokenKind,
    /// What stands before it.
    pub gap: Gap,
    bare: Range<usize>,
    marked: bool,
    marks_nearby: bool,
}

/// The pieces of a text, in order.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    source: &'a str,
    bare: String,
    list: Vec<Token>,
}

/// So many words on either side decide whether the text around a word bears diacritics.
const NEIGHBOURS: usize = 12;

impl<'a> Tokens<'a> {
    /// Cuts `source`.
    pub fn new(source: &'a str) -> Tokens<'a> {
        let mut tokens = Tokens { source, bare: String::with_capacity(source.len()), list: Vec::new() };
        let mut gap = Gap::None;
        let mut breaks = 0;
        let mut page_break = false;
        for (at, c) in source.char_indices() {
            if c.is_whitespace() || matches!(c, '*' | '_') {
                breaks += usize::from(c == '\n');
                page_break |= c == '\u{c}';
                gap = match breaks {
                    0 => Gap::Space,
                    1 => Gap::Line,
                    _ if page_break => Gap::Line,
                    _ => Gap::Paragraph,
                };
                continue;
            }
            tokens.push(at, c, gap);
            (gap, breaks, page_break) = (Gap::None, 0, false);
        }
        tokens.look_around();
        tokens
    }

    fn push(&mut self, at: usize, c: char, gap: Gap) {
        let kind = match c {
            c if c.is_alphabetic() => TokenKind::Word,
            c if c.is_ascii_digit() => TokenKind::Number,
            _ => TokenKind::Mark,
        };
        let from = self.bare.len();
        let folded = match c {
            '–' | '—' | '‑' | '−' | '‐' => '-',
            '“' | '”' | '„' => '"',
            c => bare_char(c),
        };
        self.bare.push(folded);
        let marked = kind == TokenKind::Word && !c.is_ascii();
        let end = at + c.len_utf8();
        match self.list.last_mut() {
            Some(last) if gap == Gap::None && last.kind == kind && kind != TokenKind::Mark => {
                last.span.end = end;
                last.bare.end = self.bare.len();
                last.marked |= marked;
            }
            _ => self.list.push(Token {
                span: Span::new(at, end),
                kind,
                gap,
                bare: from..self.bare.len(),
                marked,
                marks_nearby: false,
            }),
        }
    }

    /// Notes for every word whether the words around it bear diacritics (at least one in four does in clean text).
    fn look_around(&mut self) {
        let words: Vec<usize> = (0..self.list.len()).filter(|i| self.list[*i].kind == TokenKind::Word).collect();
        let mut sums = vec![0usize];
        for index in &words {
            sums.push(sums[sums.len() - 1] + usize::from(self.list[*index].marked));
        }
        for (nth, index) in words.iter().enumerate() {
            let (from, to) = (nth.saturating_sub(NEIGHBOURS), (nth + NEIGHBOURS + 1).min(words.len()));
            self.list[*index].marks_nearby = (sums[to] - sums[from]) * 4 >= to - from;
        }
    }

    /// The text that was cut.
    pub fn source(&self) -> &'a str {
        self.source
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
    /// The token at `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<&Token> {
        self.list.get(index)
    }
    /// Folded form of the token at `index`; "" past the end.
    pub fn bare(&self, index: usize) -> &str {
        self.list.get(index).map_or("", |t| &self.bare[t.bare.clone()])
    }
    /// The token at `index` as it stands in the source; "" past the end.
    pub fn raw(&self, index: usize) -> &'a str {
        self.list.get(index).map_or("", |t| &self.source[t.span.range()])
    }
    /// What the token at `index` is made of.
    pub fn kind(&self, index: usize) -> Option<TokenKind> {
        self.list.get(index).map(|t| t.kind)
    }
    /// What stands before the token at `index`; [`Gap::Paragraph`] past the end.
    pub fn gap(&self, index: usize) -> Gap {
        self.list.get(index).map_or(Gap::Paragraph, |t| t.gap)
    }
    /// The words around all tokens `from..to` (not empty).
    pub fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.list[from].span.start, self.list[to - 1].span.end)
    }
    /// First token that ends behind byte `at`. Logarithmic.
    pub fn index_at(&self, at: usize) -> usize {
        self.list.partition_point(|t| t.span.end <= at)
    }
    /// The number of a digit token with at most nine digits.
    pub fn number(&self, index: usize) -> Option<u32> {
        if self.kind(index)? != TokenKind::Number || self.raw(index).len() > 9 {
            return None;
        }
        self.raw(index).parse().ok()
    }
    /// The same for a word that was not prepared: most tokens differ in their first letter.
    pub fn fit_said(&self, index: usize, word: &str) -> Option<Fit> {
        let alike = self.bare(index).chars().eq(word.chars().map(bare_char));
        if alike { self.fit(index, &Word::new(word)) } else { None }
    }

    /// How well the token at `index` fits an accented, lower-case word; `None` where it is another word.
    pub fn fit(&self, index: usize, word: &Word) -> Option<Fit> {
        let token = self.list.get(index)?;
        if self.bare(index) != word.bare {
            return None;
        }
        if !token.marked {
            let plain = word.exact == word.bare;
            return Some(if plain || !token.marks_nearby { Fit::Same } else { Fit::Slip });
        }
        let lower = self.raw(index).to_lowercase();
        let lower = syllable::modern_tone(&lower);
        Some(if lower == word.exact || only_damaged(&lower, &word.exact) { Fit::Same } else { Fit::Slip })
    }
}

/// How well a token fits a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The same word, or the same word with marks lost in print.
    Same,
    /// Other diacritics: only the words around it can tell.
    Slip,
}

/// Whether the token at `at` is this word (or, with `loose`, this word with other diacritics).
pub(super) fn is_word(tokens: &Tokens, at: usize, word: &str, loose: bool) -> bool {
    matches!(tokens.fit_said(at, word), Some(fit) if loose || fit == Fit::Same)
}

/// A word of a phrase in both forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded.
    pub bare: String,
    /// Lower case with diacritics, tone in the modern place.
    pub exact: String,
}

impl Word {
    /// From a clean Vietnamese word.
    pub fn new(word: &str) -> Word {
        let lower = word.to_lowercase();
        Word { bare: lower.chars().map(bare_char).collect(), exact: syllable::modern_tone(&lower).into_owned() }
    }
}

/// Whether `read` is `meant` with one of two stacked marks lost (tổ → tô), or is no syllable at all (two tones).
fn only_damaged(read: &str, meant: &str) -> bool {
    use unicode_normalization::UnicodeNormalization;
    let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    if read.nfd().filter(is_tone).count() > 1 {
        return true;
    }
    read.chars().zip(meant.chars()).all(|(r, m)| {
        let marks = |c: char| std::iter::once(c).nfd().skip(1).collect::<Vec<char>>();
        let (left, had) = (marks(r), marks(m));
        (r == m) || (had.len() == 2 && left.len() == 1 && had.contains(&left[0]) && r != 'đ')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_words_numbers_and_marks_with_their_gaps() {
        let tokens = Tokens::new("**Trước** ngày 15/6\n\nHết\n\u{c}\ntrang");
        let got: Vec<_> = (0..tokens.len()).map(|i| (tokens.bare(i), tokens.gap(i))).collect();
        use Gap::*;
        assert_eq!(
            got,
            [
                ("truoc", Space),
                ("ngay", Space),
                ("15", Space),
                ("/", None),
                ("6", None),
                ("het", Paragraph),
                ("trang", Line)
            ]
        );
    }

    #[test]
    fn diacritics_decide_where_they_can() {
        let cases = [
            ("trước", "trước", Some(Fit::Same)),
            ("TRƯỚC", "trước", Some(Fit::Same)),
            ("trừớc", "trước", Some(Fit::Same)), // two tones: no syllable
            ("tô", "tổ", Some(Fit::Same)),       // one of two marks lost
            ("nằm", "năm", Some(Fit::Slip)),
            ("đen", "đến", Some(Fit::Slip)),
            ("truoc", "trước", Some(Fit::Same)), // nothing around it bears marks
            ("sau", "trước", None),
        ];
        for (read, word, fit) in cases {
            assert_eq!(Tokens::new(read).fit(0, &Word::new(word)), fit, "{read}");
        }
        let tokens = Tokens::new("thủ đô nước Việt Nam");
        assert_eq!(tokens.fit(4, &Word::new("năm")), Some(Fit::Slip), "bare among accented words");
    }
}
