//! Letters damaged at random → nothing panics, every span of a record leads into the text.
//!
//! A bounded fuzzing run for stable Rust: the letters of `tests/fields`, with characters lost, doubled, swapped or replaced and
//! stretches cut out, go through splitting, extraction and every phrase book. The seed is fixed, so a failure repeats;
//! `ROUNDS=5000 cargo test --release --test mutations` runs for longer.

use congvan::record::SourceRef;
use congvan::rules::{Rules, Tokens};
use congvan::text::Text;
use congvan::{document, extract};
use std::fs;
use std::path::Path;

/// Mutants of each letter.
const ROUNDS: u64 = 6;
/// What damage puts in: signs the parsers look at, other scripts, controls, combining marks.
const SPICE: [&str; 24] = [
    "/",
    "-",
    ".",
    ":",
    ";",
    "(",
    ")",
    "%",
    "\n",
    "\n\n",
    "\u{c}",
    "\t",
    "0",
    "99999999999999999999",
    "31/02",
    "ngày",
    "trước ngày",
    "số",
    "tháng 13",
    "\u{301}",
    "\u{0}",
    "İ",
    "ﬁ",
    "🙂",
];

/// A small generator of numbers (xorshift); good enough to choose damage.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap_or(0)
    }
}

fn damaged(letter: &str, dice: &mut Dice) -> String {
    let mut signs: Vec<String> = letter.chars().map(String::from).collect();
    for _ in 0..1 + dice.below(40) {
        let at = dice.below(signs.len());
        match dice.below(5) {
            0 => drop(signs.remove(at)),
            1 => signs.insert(at, SPICE[dice.below(SPICE.len())].to_owned()),
            2 => signs[at] = SPICE[dice.below(SPICE.len())].to_owned(),
            3 => signs.swap(at, (at + 1).min(letter.chars().count() / 2)),
            _ => drop(signs.drain(at..(at + dice.below(30)).min(signs.len()))),
        }
        if signs.len() < 100 {
            break;
        }
    }
    signs.concat()
}

fn letters() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fields");
    let files =
        ["author", "author_held_out"].into_iter().flat_map(|part| fs::read_dir(folder.join(part)).unwrap().flatten());
    let mut paths: Vec<_> = files.map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn damaged_letters_are_read_without_panic() {
    let rules = Rules::builtin();
    let rounds = std::env::var("ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let letters = letters();
    assert!(letters.len() >= 30);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for letter in letters.iter().flat_map(|letter| (0..rounds).map(move |_| letter)) {
        let text = Text::plain(&damaged(letter, &mut dice));
        let documents = document::split(&text, rules);
        assert!(!documents.is_empty());
        for document in &documents {
            let record = extract::extract(document, &text, rules, &SourceRef::default());
            for (at, d) in record.deadlines.iter().enumerate() {
                let when = [d.date.is_some(), d.recurrence.is_some(), d.period.is_some(), d.relative.is_some()];
                // a day that cannot be read is asked about
                let asked = record.needs_review.iter().any(|r| r.field == format!("deadlines[{at}].date"));
                let set = when.iter().filter(|set| **set).count();
                assert!(set == 1 || set == 0 && asked, "one of four in\n{}", text.as_str());
            }
        }
        let tokens = Tokens::new(text.as_str());
        for book in ["deadlines", "quotas", "references", "attachments", "totals"] {
            let mut end = 0;
            for hit in rules.phrases(book).find(&tokens) {
                assert!(
                    hit.span.start >= end && text.as_str().get(hit.span.range()).is_some(),
                    "{book}: {:?}",
                    hit.span
                );
                end = hit.span.end;
            }
        }
    }
}
