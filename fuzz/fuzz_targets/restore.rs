//! Restoration of any text, clean or garbled, as typed and as read by an engine.
//!
//! in: any text → out: nothing, or what broke.
//! As many lines come out as went in, no digit is changed, every edit says where it stands and what stood there.

#![no_main]

use congvan::restore::{Manner, Restored, Restorer};
use congvan::text::Text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let text = Text::plain(raw);
    let restorer = Restorer::builtin().expect("the built-in model is sound");
    for (read, fast) in [(false, true), (true, true), (false, false)] {
        let restored = restorer.restore_as(&text, Manner { read, fast });
        keeps_lines_and_digits(&text, &restored);
        says_what_it_did(&text, &restored);
    }
});

fn keeps_lines_and_digits(text: &Text, restored: &Restored) {
    let (before, after) = (text.as_str(), restored.text.as_str());
    assert_eq!(before.matches('\n').count(), after.matches('\n').count(), "lines");
    assert_eq!(restored.lines.len(), text.lines().len(), "judgements");
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(digits(before), digits(after), "digits");
}

fn says_what_it_did(text: &Text, restored: &Restored) {
    let now = restored.text.as_str();
    let mut undone = String::new();
    let mut at = 0;
    for edit in restored.text.edits() {
        assert_eq!(now.get(edit.span.range()), Some(edit.now.as_str()), "{edit:?}");
        assert!((0.0..=1.0).contains(&edit.confidence), "{edit:?}");
        undone += &now[at..edit.span.start];
        undone += &edit.was;
        at = edit.span.end;
    }
    undone += &now[at..];
    assert_eq!(undone, text.as_str(), "undoing the edits gives what was read");
    for word in &restored.words {
        assert!(now.get(word.span.range()).is_some(), "{word:?} cuts a character");
    }
}
