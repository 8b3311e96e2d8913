//! Set phrases that count as training text: `dictionaries/words/phrases.txt`.
//!
//! in: lines with alternatives in brackets → out: every phrase written out.
//! Promises: `[a|b] c` gives `a c` and `b c`, in order; comments and blank lines give nothing; a missing bracket is text.

/// Each phrase counts as often as this: about what a common turn of phrase reaches in a hundred million words.
pub const WEIGHT: u32 = 60;

/// The phrases that come with the program.
pub const BUILT_IN: &str = include_str!("../../../dictionaries/words/phrases.txt");

/// The abbreviations of letters that come with the program: letters, tab, meaning.
pub const ABBREVIATIONS: &str = include_str!("../../../dictionaries/words/abbreviations.tsv");

/// Every phrase of a list, written out.
pub fn expand(list: &str) -> Vec<String> {
    let lines = list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.flat_map(expand_line).collect()
}

fn expand_line(line: &str) -> Vec<String> {
    let parts =
        line.split_once('[').and_then(|(head, rest)| rest.split_once(']').map(|(inner, tail)| (head, inner, tail)));
    let Some((head, inner, tail)) = parts else { return vec![line.to_owned()] };
    let tails = expand_line(tail);
    inner.split('|').flat_map(|word| tails.iter().map(move |tail| format!("{head}{word}{tail}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_written_out() {
        assert_eq!(expand("# x\n\n[a|b] c [d|e]\nf"), ["a c d", "a c e", "b c d", "b c e", "f"]);
        assert_eq!(expand("open [a"), ["open [a"]);
        assert!(expand(BUILT_IN).len() > 500);
    }
}
