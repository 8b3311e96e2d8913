//! What TCVN3 does not write: capitals with tone marks, and the ư that text layers show as a hyphen.
//!
//! in: text decoded letter by letter → out: the same with capitals where the word or its neighbours are in capitals, and
//! with ư where a hyphen stands for it.
//! Leaves out: the first letter of a sentence, where a small letter with a tone may have been a capital.

use super::super::spelling::is_syllable;

/// Letters that TCVN3 has in both cases: only they tell the case of a word.
fn is_sure(c: char) -> bool {
    c.is_ascii_alphabetic() || "ĂÂÊÔƠƯĐăâêôơưđ".contains(c)
}

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Capitals,
    Small,
    Unknown,
}

/// The case of a word by the letters that tell it; one capital alone may only open the word.
fn case_of(word: &[char]) -> Case {
    let sure = || word.iter().filter(|c| is_sure(**c));
    if sure().any(|c| c.is_lowercase()) {
        return Case::Small;
    }
    match sure().count() {
        0 => Case::Unknown,
        1 if word.len() > 1 && is_sure(word[0]) => Case::Unknown,
        _ => Case::Capitals,
    }
}

/// Capitals with tone marks, line by line.
pub(super) fn capitals(text: &str) -> String {
    text.split_inclusive('\n').map(line_in_case).collect()
}

fn line_in_case(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let words = words(&chars);
    // numbers of documents ("215/UBND-VX") say nothing of the words beside them
    let telling: Vec<Case> = words
        .iter()
        .map(|w| {
            let beside = [w.start.checked_sub(1), Some(w.end)];
            let in_number =
                beside.into_iter().flatten().filter_map(|i| chars.get(i)).any(|c| "/-0123456789".contains(*c));
            if in_number { Case::Unknown } else { case_of(&chars[w.clone()]) }
        })
        .collect();
    let mut out = chars.clone();
    for (at, word) in words.iter().enumerate() {
        let case = match case_of(&chars[word.clone()]) {
            Case::Unknown => beside(&telling, at),
            case => case,
        };
        if case == Case::Capitals {
            for c in &mut out[word.clone()] {
                *c = c.to_uppercase().next().unwrap_or(*c);
            }
        }
    }
    out.into_iter().collect()
}

/// The case of the nearest words that tell one: capitals only where all of them are.
fn beside(telling: &[Case], at: usize) -> Case {
    let known = |c: &&Case| **c != Case::Unknown;
    let before = telling[..at].iter().rev().find(known);
    let after = telling[at + 1..].iter().find(known);
    match (before, after) {
        (None, None) => Case::Small,
        (a, b) if [a, b].into_iter().flatten().all(|c| *c == Case::Capitals) => Case::Capitals,
        _ => Case::Small,
    }
}

/// Ranges of letters that belong together.
fn words(chars: &[char]) -> Vec<std::ops::Range<usize>> {
    let mut words: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| c.is_alphabetic()) {
        match words.last_mut() {
            Some(word) if word.end == at => word.end = at + 1,
            _ => words.push(at..at + 1),
        }
    }
    words
}

/// Byte 0xAD is the soft hyphen of Latin-1 and TCVN3's ư; text layers show it as a plain hyphen ("tr-êng", "nh- trªn"). It
/// was one where the word is a syllable with ư and its parts are none.
pub(super) fn hyphens(text: &str) -> String {
    if !text.contains('-') {
        return text.to_owned();
    }
    let mut chars: Vec<char> = text.chars().collect();
    for at in 0..chars.len() {
        if chars[at] != '-' {
            continue;
        }
        let start = chars[..at].iter().rposition(|c| !c.is_alphabetic()).map_or(0, |i| i + 1);
        let end = chars[at + 1..].iter().position(|c| !c.is_alphabetic()).map_or(chars.len(), |i| at + 1 + i);
        let lower = |from: usize, to: usize| chars[from..to].iter().collect::<String>().to_lowercase();
        let (before, after) = (lower(start, at), lower(at + 1, end));
        let in_list = start > 0 && "-/0123456789".contains(chars[start - 1]);
        let stands_alone = |part: &str| part.is_empty() || is_syllable(part);
        let part_of_word = if before.is_empty() { !stands_alone(&after) } else { !is_syllable(&before) };
        if part_of_word && !in_list && is_syllable(&format!("{before}ư{after}")) {
            let capital = chars[start..end].iter().filter(|c| is_sure(**c)).all(|c| c.is_uppercase());
            chars[at] = if capital { 'Ư' } else { 'ư' };
        }
    }
    chars.into_iter().collect()
}
