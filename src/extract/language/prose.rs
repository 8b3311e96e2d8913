//! What single words of running text are: a verb, the beginning of a name, its end, "each", "and".
//!
//! in: [`Tokens`] and the [`Lexicon`] → out: answers about the token at an index.
//! Promises: an index past the end is answered like a word that is on no list.
//! How: a word of one syllable counts with its marks as listed or with all of them lost ("cử", "cu", not "cư"); several
//! syllables together are told by their letters, for no others are spelt like them.

use super::lexicon::Lexicon;
use crate::rules::{TokenKind, Tokens, WordList};
use std::ops::Range;

/// "và", the one conjunction that parts names: grammar, so it stands here and in no list.
pub(in crate::extract) const AND: &str = "va";

/// Tokens with the lists they are understood by.
#[derive(Clone, Copy)]
pub(in crate::extract) struct Prose<'a> {
    pub tokens: &'a Tokens<'a>,
    pub lexicon: &'a Lexicon<'a>,
}

impl<'a> Prose<'a> {
    /// The folded token at `at`.
    pub fn bare(&self, at: usize) -> &'a str {
        self.tokens.bare(at)
    }

    /// Whether an entry of the list stands here, with its marks or with all of them lost.
    pub fn has(&self, list: &WordList, at: usize) -> bool {
        list.at(self.tokens, at).is_some()
    }

    /// Whether the letters of an entry stand here, whatever their marks.
    pub fn spells(&self, list: &WordList, at: usize) -> bool {
        list.spelt_at(self.tokens, at).is_some()
    }

    /// Whether a whole entry stands among these tokens.
    pub fn holds(&self, list: &WordList, range: Range<usize>) -> bool {
        list.first_in(self.tokens, range).is_some()
    }

    /// The words of some tokens.
    pub fn said(&self, range: Range<usize>) -> String {
        said(self.tokens, range)
    }

    /// Whether letters stand here.
    pub fn is_word(&self, at: usize) -> bool {
        self.tokens.kind(at) == Some(TokenKind::Word)
    }

    /// Whether the word here is capitalised.
    pub fn is_capital(&self, at: usize) -> bool {
        self.tokens.raw(at).starts_with(char::is_uppercase)
    }

    /// Whether "và" stands here.
    pub fn is_and(&self, at: usize) -> bool {
        self.bare(at) == AND
    }

    /// Whether a comma or "và" stands here.
    pub fn joins(&self, at: usize) -> bool {
        self.bare(at) == "," || self.is_and(at)
    }

    /// The first word of more than one letter: labels ("a)", "1.") are passed over.
    pub fn first_word(&self, range: Range<usize>) -> Option<usize> {
        let mut range = range;
        range.find(|at| self.is_word(*at) && self.bare(*at).len() > 1)
    }

    /// Whether a duty or a goal is told by a verb here. "Ủy ban Kiểm tra" is a name: verbs inside a sentence are not
    /// capitalised.
    pub fn is_verb(&self, at: usize) -> bool {
        let listed =
            || [self.lexicon.duty_verbs, self.lexicon.goal_verbs].iter().any(|verbs| self.is_listed(verbs, at));
        !self.is_capital(at) && listed() && !self.is_in_a_name(at)
    }

    /// Whether a duty begins here.
    pub fn is_duty_verb(&self, at: usize) -> bool {
        self.is_listed(self.lexicon.duty_verbs, at) && !self.is_in_a_name(at)
    }

    /// Whether a duty verb stands here by its letters and marks as a phrase would match them: "cư" passes for "cử".
    pub fn begins_duty(&self, at: usize) -> bool {
        self.has(self.lexicon.duty_verbs, at) && !self.is_in_a_name(at)
    }

    /// Whether a verb of doing stands here, at the beginning of a sentence too.
    pub fn acts(&self, at: usize) -> bool {
        self.has(self.lexicon.duty_verbs, at) || self.is_action(at)
    }

    /// Whether another verb of doing stands here, its marks as listed: "nhận", not "nhân dân".
    fn is_action(&self, at: usize) -> bool {
        let verbs = self.lexicon.action_verbs;
        let len = if self.is_capital(at) { None } else { verbs.at(self.tokens, at) };
        len.is_some_and(|len| verbs.has(&self.said(at..at + len).to_lowercase())) && !self.is_in_a_name(at)
    }

    /// Whether a verb of the list stands here; one of one syllable has its marks or has lost all of them.
    fn is_listed(&self, verbs: &WordList, at: usize) -> bool {
        verbs.at(self.tokens, at).is_some_and(|len| {
            let said = self.tokens.raw(at).to_lowercase();
            len > 1 || said.is_ascii() || verbs.has(&said)
        })
    }

    /// Whether the verb here is part of another word: "bầu cử", "công trình".
    fn is_in_a_name(&self, at: usize) -> bool {
        self.lexicon.not_verbs.covers(self.tokens, at)
    }

    /// Whether somebody is asked or told here: "đề nghị", "yêu cầu", "giao".
    pub fn asks(&self, at: usize) -> bool {
        let assigns = self.has(self.lexicon.assigning_words, at)
            && !self.is_in_a_name(at)
            && !self.lexicon.not_asking.covers(self.tokens, at);
        self.asking_words_at(at).is_some() || assigns
    }

    /// How many tokens "đề nghị", "yêu cầu" take here.
    pub fn asking_words_at(&self, at: usize) -> Option<usize> {
        let asks = self.lexicon.asking_words.meaning_at(self.tokens, at) == Some("asks");
        asks.then(|| self.lexicon.asking_words.spelt_at(self.tokens, at)).flatten()
    }

    /// Whether who acts stands behind the word before: "được Ủy ban nhân dân xã giải quyết", "do Sở Nội vụ chủ trì".
    pub fn is_named_as_agent(&self, at: usize) -> bool {
        at > 0 && self.has(self.lexicon.agent_words, at - 1)
    }

    /// Whether something is done to the one named before: "được …".
    fn is_passive(&self, at: usize) -> bool {
        let words = self.lexicon.agent_words;
        self.has(words, at) && words.meaning_at(self.tokens, at) == Some("passive")
    }

    /// "phải", "cần", "sẽ", "có trách nhiệm" … before the verb.
    fn is_modal(&self, at: usize) -> bool {
        self.spells(self.lexicon.modal_words, at)
    }

    /// Whether a time begins here: "trước ngày", "trong 03", "từ tháng".
    fn opens_a_time(&self, at: usize) -> bool {
        let timed = self.tokens.number(at + 1).is_some() || self.spells(self.lexicon.time_nouns, at + 1);
        timed && self.has(self.lexicon.time_openers, at)
    }

    /// Whether a count written with a leading nought stands behind a word: "các trường 02 bài".
    fn is_count(&self, at: usize) -> bool {
        let raw = self.tokens.raw(at);
        let counted = raw.len() == 2 && raw.starts_with('0') && self.tokens.number(at).is_some();
        counted && at > 0 && self.is_word(at - 1)
    }

    /// Whether the name of who acts is over here: at a verb, at "phải", at a time, at a count.
    pub fn ends_a_name(&self, at: usize) -> bool {
        let passive = || self.is_passive(at) && !self.is_in_a_name(at);
        self.is_verb(at)
            || self.is_action(at)
            || self.opens_a_time(at)
            || passive()
            || self.is_count(at)
            || self.is_modal(at)
    }

    /// Whether a name can begin at `at`: first in its stretch (which begins at `first`), or behind a comma, a label, "đề
    /// nghị" and the like.
    pub fn opens_a_name(&self, at: usize, first: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |before| self.bare(before));
        let labelled = (first..at).all(|label| !self.is_word(label));
        self.lexicon.naming_words.spelt_before(self.tokens, at)
            || labelled
            || matches!(before, "," | ":")
            || at > 0 && self.has(self.lexicon.assigning_words, at - 1)
    }

    /// Whether what stands before the name only tells the time, the ground or a label: "Trong 05 ngày làm việc, Ban …",
    /// "1. Đăng ký: các …".
    pub fn is_opened(&self, first: usize, at: usize) -> bool {
        if at == first {
            return false;
        }
        let opening = |word: usize| self.has(self.lexicon.opening_words, word);
        match self.bare(at - 1) {
            ":" => true,
            "," => self.first_word(first..at).is_some_and(opening),
            _ => false,
        }
    }

    /// "mỗi" with its tilde: without it "môi" is more often a part of "môi trường".
    pub fn is_each_in_print(&self, at: usize) -> bool {
        self.tokens.raw(at).contains(['ỗ', 'Ỗ']) && self.has(self.lexicon.each_words, at)
    }

    /// "mỗi" or "hằng" before a round: "mỗi quý", "hằng tháng".
    pub fn is_recurring(&self, at: usize) -> bool {
        let each = self.lexicon.each_words;
        let every = self.has(each, at) && each.meaning_at(self.tokens, at) == Some("every");
        every || self.lexicon.per_words.meaning_at(self.tokens, at) == Some("every")
    }

    /// What leads to a round behind a number: "một năm", "trong quý", "mỗi tháng".
    pub fn is_per(&self, at: usize) -> bool {
        self.is_recurring(at) || self.spells(self.lexicon.per_words, at)
    }

    /// "mỗi", "từng"; a scan loses the tilde of "mỗi", so that "môi" counts where no word of `not_each` stands.
    pub fn is_each(&self, at: usize) -> bool {
        let each = self.has(self.lexicon.each_words, at);
        each && (self.tokens.raw(at).contains(['ỗ', 'Ỗ']) || !self.has(self.lexicon.not_each, at))
    }
}

/// Tokens as words with blanks evened out.
pub(in crate::extract) fn said(tokens: &Tokens, range: Range<usize>) -> String {
    if range.is_empty() {
        return String::new();
    }
    let span = tokens.span(range.start, range.end);
    tokens.source()[span.range()].split_whitespace().collect::<Vec<_>>().join(" ").replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_unit_that_opens_its_stretch_has_nothing_before_it() {
        let lexicon = Lexicon::of(Rules::builtin());
        let tokens = Tokens::new("Ủy ban nhân dân xã cử 02 đại biểu dự họp");
        let prose = Prose { tokens: &tokens, lexicon: &lexicon };
        assert!(prose.opens_a_name(0, 0));
        assert!(!prose.opens_a_name(1, 0));
    }
}
