//! The body of a letter as its readers take it: paragraphs cut into tokens and clauses, once for all fields.
//!
//! in: [`Document`], [`Text`], [`Rules`] → out: [`Body`] and its [`Passage`]s, in order.
//! Leaves out: what is said in them.

use super::clause::{self, Clause, Paragraph};
use super::lexicon::Lexicon;
use super::prose::Prose;
use crate::document::Document;
use crate::rules::{Match, Rules, Tokens};
use crate::text::Text;
use jiff::civil::Date;
use std::ops::Range;

/// The body of a letter, and what its head says about it.
pub(in crate::extract) struct Body<'a> {
    pub document: &'a Document,
    pub text: &'a Text,
    pub rules: &'a Rules,
    pub lexicon: &'a Lexicon<'a>,
    /// The day of issue, or the first of its month where the day could not be read.
    pub issued_on: Option<Date>,
    /// They owe what nobody else is named for.
    pub addressees: &'a [String],
    /// The paragraphs in order.
    pub paragraphs: Vec<Paragraph>,
}

impl<'a> Body<'a> {
    /// The body of a document of whose head nothing is known yet.
    pub fn new(document: &'a Document, text: &'a Text, rules: &'a Rules, lexicon: &'a Lexicon<'a>) -> Body<'a> {
        let paragraphs = clause::paragraphs(document, text, lexicon);
        Body { document, text, rules, lexicon, issued_on: None, addressees: &[], paragraphs }
    }

    /// Its paragraphs, cut.
    pub fn passages(&'a self) -> Vec<Passage<'a>> {
        self.paragraphs.iter().map(|paragraph| Passage::new(self, paragraph)).collect()
    }
}

/// A paragraph cut into tokens and clauses.
pub(in crate::extract) struct Passage<'a> {
    pub body: &'a Body<'a>,
    pub paragraph: &'a Paragraph,
    pub tokens: Tokens<'a>,
    /// The clauses, in bytes of the paragraph.
    pub clauses: Vec<Clause>,
}

impl<'a> Passage<'a> {
    fn new(body: &'a Body<'a>, paragraph: &'a Paragraph) -> Passage<'a> {
        let tokens = Tokens::new(&paragraph.text);
        let clauses = clause::clauses(&tokens, body.lexicon);
        Passage { body, paragraph, tokens, clauses }
    }

    /// Its words with the lists.
    pub fn prose(&self) -> Prose<'_> {
        Prose { tokens: &self.tokens, lexicon: self.body.lexicon }
    }

    /// The passages it stands under, outermost first.
    pub fn above<'p>(&'p self, all: &'p [Passage<'a>]) -> impl DoubleEndedIterator<Item = &'p Passage<'a>> {
        self.paragraph.above.iter().filter_map(|at| all.get(*at))
    }

    /// The clause in which a phrase begins.
    pub fn place_of(&self, hit: &Match) -> Option<Place> {
        let clause = self.clauses.iter().find(|clause| clause.range.contains(&hit.span.start))?;
        let tokens = |bytes: &Range<usize>| self.tokens.index_at(bytes.start)..self.tokens.index_at(bytes.end);
        let mut range = tokens(&clause.range);
        range.end = range.end.max(hit.tokens.1);
        let text = self.tokens.source()[clause.range.clone()].trim().trim_end_matches([';', '.', '/']).trim();
        Some(Place { text: text.to_owned(), clause: range, sentence: tokens(&clause.sentence) })
    }
}

/// Where a phrase stands: its clause and its sentence, in tokens.
pub(in crate::extract) struct Place {
    /// The words of the clause without the mark that ends it.
    pub text: String,
    pub clause: Range<usize>,
    pub sentence: Range<usize>,
}
