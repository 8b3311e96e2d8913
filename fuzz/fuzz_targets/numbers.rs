//! The small parsers of one line: số và ký hiệu, địa danh và ngày tháng, titles, symbols, keys.
//!
//! in: any line → out: nothing, or what broke.
//! A normalised number reads as itself; a key stays what it is when folded again.

#![no_main]

use congvan::document::{read_date_line, read_number};
use congvan::rules::Rules;
use congvan::store::key;
use congvan::text::fold::{Folded, bare};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    if let Some(normal) = read_number(line).and_then(|number| number.normalized()) {
        let again = read_number(&normal).and_then(|number| number.normalized());
        assert_eq!(again.as_deref(), Some(normal.as_str()), "{normal:?} reads as itself");
    }
    read_date_line(line).map(|found| (found.whole(), found.candidates()));
    let rules = Rules::builtin();
    rules.kind_of_title(line);
    rules.kind_of_symbol(line);
    let (number, name) = (key::number_key(line), key::name_key(line));
    assert_eq!(key::number_key(&number), number, "number key");
    assert_eq!(key::name_key(&name), name, "name key");
    let folded = Folded::new(line);
    assert_eq!(bare(&folded.text), folded.text, "folding folds all");
    for at in 0..=folded.text.len() {
        assert!(line.is_char_boundary(folded.source_offset(at)), "byte {at} leads into a character");
    }
});
