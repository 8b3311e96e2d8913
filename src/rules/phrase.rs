//! Phrases: clean Vietnamese words with slots, `trước ngày {day} hằng tháng`, compiled once and found in folded text.
//!
//! in: `dictionaries/phrases/<book>.toml` → out: [`PhraseBook`]; its [`PhraseBook::find`] gives the [`Match`]es of a text.
//! Promises: case, spacing, line breaks, lost diacritics and listed spellings do not matter; a word whose diacritics
//! clearly make it another word counts only inside a longer phrase (one such slip for every two words).
//! Among matches that overlap the leftmost wins, then the longest; work is linear in the text for a given book.

use super::roles::PhraseRole;
use super::slot::Slot;
use super::token::{Fit, Gap, TokenKind, Tokens, Word};
use super::value::Value;
use crate::text::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// One phrase as an author writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// Unique within its book; shown by `explain --why`.
    pub id: String,
    /// The wordings, each words plus slots `{date}` or, with a name of its own, `{from:date}`.
    pub say: Vec<String>,
    /// What it means, for the room that uses the book (`bound = "before"`).
    #[serde(default)]
    pub gives: BTreeMap<String, String>,
    /// What the reader of its book relies on it for.
    #[serde(default)]
    pub role: Option<PhraseRole>,
    /// Texts with what is found in them.
    pub example: Vec<Example>,
    /// Texts in which this phrase must not be found.
    pub not: Vec<String>,
}

/// A text and what a phrase finds in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Slot name → value in its canonical form.
    #[serde(default)]
    pub finds: BTreeMap<String, String>,
}

/// A phrase found in a text.
#[derive(Debug, Clone)]
pub struct Match<'b> {
    /// Which phrase.
    pub phrase: &'b Phrase,
    /// Its words in the text.
    pub span: Span,
    /// Its slots in order: name, value, words.
    pub slots: Vec<(&'b str, Value, Span)>,
    /// How sure the words are, 0..=1: below 1 where diacritics differ.
    pub confidence: f32,
    /// Its tokens, half-open.
    pub tokens: (usize, usize),
}

impl Match<'_> {
    /// The first slot of that name.
    pub fn slot(&self, name: &str) -> Option<&Value> {
        self.slots.iter().find(|(n, ..)| *n == name).map(|(_, value, _)| value)
    }
    /// What the phrase gives under `key`.
    pub fn gives(&self, key: &str) -> Option<&str> {
        self.phrase.gives.get(key).map(String::as_str)
    }
}

#[derive(Debug, Clone)]
enum Element {
    /// A word in its listed spellings.
    Word(Vec<Word>),
    Mark(String),
    Number(String),
    Slot(String, Slot),
}

#[derive(Debug, Clone)]
struct Pattern {
    phrase: usize,
    elements: Vec<Element>,
    /// Words that may fit with other diacritics.
    slips: usize,
}

/// The phrases of one file, ready to be found.
#[derive(Debug, Clone, Default)]
pub struct PhraseBook {
    phrases: Vec<Phrase>,
    patterns: Vec<Pattern>,
    by_word: HashMap<String, Vec<usize>>,
    by_digit: Vec<usize>,
}

impl PhraseBook {
    /// Compiles phrases. `variants` maps a folded word to the words it may also be written as.
    ///
    /// # Errors
    /// The id of the phrase and what is wrong with it: an unknown slot, no words, nothing fixed at its head.
    pub fn compile(phrases: Vec<Phrase>, variants: &[(String, String)]) -> Result<PhraseBook, (String, String)> {
        let mut book = PhraseBook { phrases, ..PhraseBook::default() };
        for index in 0..book.phrases.len() {
            let phrase = &book.phrases[index];
            let id = phrase.id.clone();
            if phrase.say.is_empty() {
                return Err((id, "`say` is empty: write at least one wording".into()));
            }
            let compiled: Result<Vec<_>, _> = phrase.say.iter().map(|say| elements(say, variants)).collect();
            for elements in compiled.map_err(|what| (id.clone(), what))? {
                book.add(index, elements).map_err(|what| (id.clone(), what))?;
            }
        }
        Ok(book)
    }

    /// A book of one phrase with these wordings.
    ///
    /// # Errors
    /// As [`PhraseBook::compile`].
    pub(super) fn of_wordings(say: Vec<String>, variants: &[(String, String)]) -> Result<PhraseBook, (String, String)> {
        let id = String::new();
        let phrase = Phrase { id, say, gives: BTreeMap::new(), role: None, example: Vec::new(), not: Vec::new() };
        PhraseBook::compile(vec![phrase], variants)
    }

    fn add(&mut self, phrase: usize, elements: Vec<Element>) -> Result<(), String> {
        let at = self.patterns.len();
        match elements.first() {
            None => return Err("a wording has no words".into()),
            Some(Element::Word(spellings)) => {
                let mut heads: Vec<&String> = spellings.iter().map(|word| &word.bare).collect();
                heads.dedup();
                heads.into_iter().for_each(|head| self.by_word.entry(head.clone()).or_default().push(at));
            }
            Some(Element::Mark(mark)) => self.by_word.entry(mark.clone()).or_default().push(at),
            Some(Element::Number(_)) => self.by_digit.push(at),
            Some(Element::Slot(_, Slot::Symbol)) => self.by_digit.push(at),
            Some(Element::Slot(name, slot)) => {
                let words = slot.first_words().ok_or(format!("a wording cannot begin with {{{name}}}"))?;
                self.by_digit.push(at);
                words.iter().for_each(|word| self.by_word.entry((*word).to_owned()).or_default().push(at));
            }
        }
        let words = elements.iter().filter(|e| matches!(e, Element::Word(_))).count();
        self.patterns.push(Pattern { phrase, elements, slips: words / 2 });
        Ok(())
    }

    /// The phrases in order.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// All phrases in `tokens`, in order, none overlapping another. A phrase with `{words}` gives way to one that begins
    /// among those words.
    pub fn find(&self, tokens: &Tokens) -> Vec<Match<'_>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.longest_at(tokens, at).filter(|hit| !self.runs_over_another(tokens, hit)) {
                Some(hit) => {
                    at = hit.tokens.1.max(at + 1);
                    found.push(hit);
                }
                None => at += 1,
            }
        }
        found
    }

    fn runs_over_another(&self, tokens: &Tokens, hit: &Match) -> bool {
        let gaps = hit.slots.iter().filter(|(name, _, span)| *name == "words" && !span.is_empty());
        gaps.flat_map(|(.., span)| tokens.index_at(span.start)..tokens.index_at(span.end)).any(|at| {
            let inner = self.longest_at(tokens, at);
            inner.is_some_and(|inner| inner.slots.iter().all(|(name, ..)| *name != "words"))
        })
    }

    /// The longest phrase that begins at token `at`; the better fitting one among equals.
    pub fn longest_at(&self, tokens: &Tokens, at: usize) -> Option<Match<'_>> {
        let by_word = self.by_word.get(tokens.bare(at)).map_or(&[][..], Vec::as_slice);
        let digit = tokens.kind(at) == Some(TokenKind::Number) || tokens.bare(at) == "/";
        let by_digit = if digit { &self.by_digit[..] } else { &[] };
        let mut best: Option<Match> = None;
        for index in by_word.iter().chain(by_digit) {
            let hit = self.match_at(&self.patterns[*index], tokens, at);
            let better = |new: &Match, old: &Match| (new.tokens.1, new.confidence) > (old.tokens.1, old.confidence);
            if let Some(hit) = hit
                && best.as_ref().is_none_or(|old| better(&hit, old))
            {
                best = Some(hit);
            }
        }
        best
    }

    fn match_at<'b>(&'b self, pattern: &'b Pattern, tokens: &Tokens, at: usize) -> Option<Match<'b>> {
        let mut slots = Vec::new();
        let (end, slips) = step(&pattern.elements, tokens, at, at, pattern.slips, &mut slots)?;
        slots.reverse();
        let slots = slots
            .into_iter()
            .map(|(name, value, from, to)| {
                let empty = Span::new(tokens.span(at, at + 1).start, tokens.span(at, at + 1).start);
                (name, value, if to > from { tokens.span(from, to) } else { empty })
            })
            .collect();
        Some(Match {
            phrase: &self.phrases[pattern.phrase],
            span: tokens.span(at, end),
            slots,
            confidence: 1.0 - 0.15 * slips as f32,
            tokens: (at, end),
        })
    }
}

type Read<'b> = Vec<(&'b str, Value, usize, usize)>;

/// Matches the rest of a pattern; gives the end and the slips used. `slots` is filled from the last to the first.
fn step<'b>(
    rest: &'b [Element],
    tokens: &Tokens,
    start: usize,
    at: usize,
    slips: usize,
    slots: &mut Read<'b>,
) -> Option<(usize, usize)> {
    let Some((element, rest)) = rest.split_first() else { return Some((at, 0)) };
    if at > start && tokens.gap(at) == Gap::Paragraph && !matches!(element, Element::Slot(_, Slot::Words)) {
        return None;
    }
    let fixed = match element {
        Element::Mark(mark) => (tokens.bare(at) == mark).then_some(0)?,
        Element::Number(number) => (tokens.raw(at) == number).then_some(0)?,
        Element::Word(spellings) => {
            let fits: Vec<Fit> = spellings.iter().filter_map(|word| tokens.fit(at, word)).collect();
            let slip = usize::from(!fits.contains(&Fit::Same));
            (!fits.is_empty() && slip <= slips).then_some(slip)?
        }
        Element::Slot(name, slot) => {
            for (to, value) in slot.read(tokens, at) {
                let before = slots.len();
                if let Some(done) = step(rest, tokens, start, to, slips, slots) {
                    slots.push((name, value, at, to));
                    return Some(done);
                }
                slots.truncate(before);
            }
            return None;
        }
    };
    step(rest, tokens, start, at + 1, slips - fixed, slots).map(|(end, used)| (end, used + fixed))
}

fn elements(say: &str, variants: &[(String, String)]) -> Result<Vec<Element>, String> {
    let mut all = Vec::new();
    let mut rest = say;
    while let Some(open) = rest.find('{') {
        literal(&rest[..open], variants, &mut all);
        let close = rest[open..].find('}').ok_or(format!("`{say}`: a slot is not closed"))? + open;
        let inside = &rest[open + 1..close];
        let (name, kind) = inside.split_once(':').unwrap_or((inside, inside));
        let known = || Slot::ALL.map(|(name, _)| name).join(", ");
        let slot = Slot::named(kind).ok_or_else(|| format!("unknown slot {{{kind}}}: known are {}", known()))?;
        all.push(Element::Slot(name.to_owned(), slot));
        rest = &rest[close + 1..];
    }
    literal(rest, variants, &mut all);
    Ok(all)
}

fn literal(words: &str, variants: &[(String, String)], into: &mut Vec<Element>) {
    let tokens = Tokens::new(words);
    for index in 0..tokens.len() {
        let raw = tokens.raw(index);
        into.push(match tokens.kind(index) {
            Some(TokenKind::Word) => {
                let word = Word::new(raw);
                let also = |(a, b): &(String, String)| match &word.exact {
                    exact if exact == a => Some(Word::new(b)),
                    exact if exact == b => Some(Word::new(a)),
                    _ => None,
                };
                let mut spellings: Vec<Word> = variants.iter().filter_map(also).collect();
                spellings.insert(0, word);
                Element::Word(spellings)
            }
            Some(TokenKind::Number) => Element::Number(raw.to_owned()),
            _ => Element::Mark(tokens.bare(index).to_owned()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(say: &[&str]) -> PhraseBook {
        let phrase = |(index, say): (usize, &&str)| Phrase {
            id: index.to_string(),
            say: vec![say.to_string()],
            gives: BTreeMap::new(),
            role: None,
            example: Vec::new(),
            not: Vec::new(),
        };
        let variants = [("hằng".to_owned(), "hàng".to_owned()), ("quý".to_owned(), "quí".to_owned())];
        PhraseBook::compile(say.iter().enumerate().map(phrase).collect(), &variants).unwrap()
    }

    #[test]
    fn finds_phrases_whatever_the_page_did_to_them() {
        let cases = [
            ("trước ngày {day} hằng tháng", "Trước ngày 15 hàng tháng,", "day=15"),
            ("trước ngày {day} hằng tháng", "TRUOC NGAY 15\nHANG THANG", "day=15"),
            ("trước ngày {day} hằng tháng", "trước ngày 15\n\nhằng tháng", "-"),
            ("trước {date}", "gửi về trừớc  ngày 05/6/2024.", "date=2024-06-05"),
            ("đến hết {date}", "đen hết ngày 5/6", "date=--06-05"),
            ("đến {date}", "màu đen ngày 5/6", "-"),
            ("trong năm {year}", "trong nằm 2024", "year=2024"),
            ("từ {from:date} đến {to:date}", "Từ 28/08/2017 đến 05/05/2018:", "from=2017-08-28 to=2018-05-05"),
            ("gửi {words} sau {date} sẽ không", "gửi hồ sơ sau ngày 2/3/2024 sẽ không", "words=hồ sơ date=2024-03-02"),
            ("{count} {unit} trở lên", "đội hình 100 người trở lên", "count=100 unit=người"),
        ];
        for (say, text, expected) in cases {
            let book = book(&[say]);
            let tokens = Tokens::new(text);
            let found = book.find(&tokens);
            let got = found.first().map_or("-".to_owned(), |hit| {
                hit.slots.iter().map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(got, expected, "{say:?} in {text:?}");
        }
    }

    #[test]
    fn leftmost_then_longest_wins() {
        let book = book(&["trước {date}", "trước {date} hằng năm"]);
        let tokens = Tokens::new("xong trước 15/6 hằng năm và trước 16/7");
        let ids: Vec<_> = book.find(&tokens).iter().map(|hit| hit.phrase.id.clone()).collect();
        assert_eq!(ids, ["1", "0"]);
    }

    #[test]
    fn wrong_wordings_are_refused_by_name() {
        for (say, part) in
            [("{dat}", "unknown slot {dat}"), ("{words} sau", "cannot begin"), ("sau {date", "not closed")]
        {
            assert!(
                elements(say, &[])
                    .err()
                    .unwrap_or_else(|| {
                        let mut book = PhraseBook::default();
                        book.add(0, elements(say, &[]).unwrap()).unwrap_err()
                    })
                    .contains(part)
            );
        }
    }
}
