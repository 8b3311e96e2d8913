//! Restoration as a whole: examples as data, and what must hold for any text.

use super::{Manner, Restorer};
use crate::text::Text;
use proptest::prelude::*;

fn restored(text: &str) -> String {
    Restorer::builtin().unwrap().restore(&Text::plain(text)).text.as_str().trim_end_matches('\n').to_owned()
}

#[test]
fn examples_hold() {
    for line in include_str!("examples.tsv").lines().filter(|l| !l.starts_with('#')) {
        let (from, to) = line.split_once('\t').unwrap_or((line, ""));
        assert_eq!(restored(from), if to.is_empty() { from } else { to });
    }
}

#[test]
fn a_second_run_changes_nothing() {
    for line in include_str!("examples.tsv").lines().filter(|l| !l.starts_with('#')) {
        let once = restored(line.split('\t').next().unwrap());
        assert_eq!(restored(&once), once);
    }
}

#[test]
fn numbers_and_lines_stay() {
    let text = "So: 12/KH-UBND\n\nngay 03/1 1/2011, 201 1 va 1.250.000 dong\n\nthang 7\n";
    let after = restored(text);
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(digits(&after), digits(text));
    assert_eq!(after.lines().count(), text.lines().count());
    assert!(after.contains("03/1 1/2011, 201 1 "));
}

#[test]
fn every_change_is_an_edit() {
    let out = Restorer::builtin().unwrap().restore(&Text::plain("Uy ban nhan dan quan\nbao cao so 5"));
    let edits = out.text.edits();
    assert!(edits.len() >= 5);
    for edit in edits {
        assert_eq!(out.text.slice(edit.span), edit.now);
        assert!((0.0..=1.0).contains(&edit.confidence) && edit.was != edit.now);
    }
    assert!(out.words.iter().all(|w| out.text.as_str().get(w.span.range()).is_some()));
    assert_eq!(out.lines.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_text_keeps_its_lines(text in "(\\PC|[a-zA-Zéđ0-9 ,.:/\\n€&|-]){0,120}") {
        let before = Text::plain(&text);
        let out = Restorer::builtin().unwrap().restore(&before);
        prop_assert_eq!(out.text.as_str().matches('\n').count(), before.as_str().matches('\n').count());
        prop_assert_eq!(out.lines.len(), before.lines().len());
        prop_assert!(out.words.iter().all(|w| out.text.as_str().get(w.span.range()).is_some()));
    }
}

#[test]
fn a_second_opinion_changes_only_what_was_doubtful() {
    let text = Text::plain(
        "Bo doi bien phong giup dan gat lua, don nha cua sau lu.\nDieu nay de tao nen su thay doi trong nhan vien.\n\
         Nha may cho cong nhan an ca, moi bua hai mon man; ban to chuc giai bong da nu chuc mung doi tuyen.\n",
    );
    let restorer = Restorer::builtin().unwrap();
    let fast = restorer.restore_as(&text, Manner { fast: true, ..Manner::default() });
    let both = restorer.restore(&text);
    assert_ne!(fast.text.as_str(), both.text.as_str(), "these sentences hold words the first reading gets wrong");
    assert_eq!(fast.words.len(), both.words.len());
    for (before, after) in fast.words.iter().zip(&both.words) {
        let (was, is) = (fast.text.slice(before.span), both.text.slice(after.span));
        assert!(was == is || before.confidence < 0.9, "{was} ({}) became {is}", before.confidence);
        assert!((0.0..=1.0).contains(&after.confidence));
    }
}
