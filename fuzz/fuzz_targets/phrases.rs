//! The phrase engine: wordings as a data file could hold them, and a text to find them in.
//!
//! in: wordings, one a line, `---`, the text → out: nothing, or what broke.
//! Wordings are refused or compiled, never a panic; matches of them and of the built-in books come in order, do not
//! overlap, and they and their slots lie on character boundaries inside the text.

#![no_main]

use congvan::rules::{Phrase, PhraseBook, Rules, Tokens};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

/// More wordings than one file has would only make a run slower.
const MOST: usize = 30;

fuzz_target!(|raw: &str| {
    let (wordings, text) = raw.split_once("\n---\n").unwrap_or((raw, raw));
    let rules = Rules::builtin();
    let tokens = Tokens::new(text);
    let phrases = wordings.lines().take(MOST).enumerate().map(|(index, say)| phrase(index, say));
    if let Ok(book) = PhraseBook::compile(phrases.collect(), &rules.words("variants").pairs()) {
        in_order(&book, &tokens);
    }
    rules.books().for_each(|book| in_order(rules.phrases(book), &tokens));
});

fn phrase(index: usize, say: &str) -> Phrase {
    let say = vec![say.to_owned()];
    Phrase { id: index.to_string(), role: None, say, gives: BTreeMap::new(), example: Vec::new(), not: Vec::new() }
}

fn in_order(book: &PhraseBook, tokens: &Tokens) {
    let (text, mut end) = (tokens.source(), 0);
    for hit in book.find(tokens) {
        assert!(hit.span.start >= end, "{hit:?} begins before byte {end}");
        assert!(text.get(hit.span.range()).is_some(), "{hit:?} cuts a character");
        for (name, value, span) in &hit.slots {
            assert!(text.get(span.range()).is_some() && hit.span.contains(*span), "{name} = {value}: {span:?}");
        }
        assert!((0.0..=1.0).contains(&hit.confidence), "{hit:?}");
        end = hit.span.end;
    }
}
