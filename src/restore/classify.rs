//! What each line of a text is: clean, stripped of its marks, garbled by a reader of another language, or not Vietnamese.
//!
//! in: lines → out: one [`LineJudgement`] per line.
//! Promises: lines too short to tell are judged like the text around them; blank lines are clean.
//! An English OCR model has é but none of the other Vietnamese letters: text it read shows é, symbols and digits inside
//! words, and nothing else that is marked.

use super::protect::protected;
use super::token::{Kind, tokens};
use crate::text::fold::bare;
use serde::Serialize;
use std::collections::HashSet;

/// State of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineJudgement {
    /// Vietnamese with its marks; at most slips of the reader.
    Clean,
    /// Vietnamese without marks.
    Stripped,
    /// Vietnamese read by a model of another language.
    Garbled,
    /// Not Vietnamese.
    Foreign,
}

/// What the letters of a line say.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    letters: usize,
    /// Letters only a Vietnamese model writes.
    marked: usize,
    /// é, symbols and digits inside words.
    odd: usize,
    /// Words in small letters or with a capital at the front.
    words: usize,
    /// Of these, those that are a Vietnamese syllable without its marks.
    syllables: usize,
    marked_words: usize,
}

/// Below so many words a line cannot be judged by itself.
const ENOUGH_WORDS: usize = 5;

/// Judges lines; `syllables` holds the bare forms of all Vietnamese syllables.
pub fn judge(lines: &[&str], syllables: &HashSet<String>) -> Vec<LineJudgement> {
    let evidence: Vec<Evidence> = lines.iter().map(|line| Evidence::of(line, syllables)).collect();
    let whole = evidence.iter().fold(Evidence::default(), |sum, e| sum.and(e));
    let usual = whole.alone().unwrap_or(LineJudgement::Clean);
    evidence
        .iter()
        .map(|e| {
            let alone = if e.words >= ENOUGH_WORDS || e.marked > 0 { e.alone() } else { None };
            match (alone, usual) {
                // A garbled text has lines that happen to show no damage.
                (Some(LineJudgement::Stripped | LineJudgement::Foreign), LineJudgement::Garbled) => {
                    LineJudgement::Garbled
                }
                // Odd signs in a line of good text are no garble: formulas, codes, symbols.
                (Some(LineJudgement::Garbled), LineJudgement::Clean) => LineJudgement::Clean,
                (Some(alone), _) => alone,
                (None, LineJudgement::Foreign) if e.letters > 0 => LineJudgement::Foreign,
                (None, usual) => usual,
            }
        })
        .collect()
}

impl Evidence {
    fn of(line: &str, syllables: &HashSet<String>) -> Evidence {
        let mut e = Evidence::default();
        let mut before: Option<(Kind, usize)> = None;
        let addresses = protected(line);
        for token in tokens(line) {
            if addresses.iter().any(|a| a.contains(&token.span.start)) {
                continue;
            }
            let touches = before.is_some_and(|(_, end)| end == token.span.start);
            if token.kind == Kind::Word {
                let word = &line[token.span.clone()];
                e.word(word, syllables);
                // A digit before a letter is part of a damaged word; after it, often a plain number (Hình1).
                if touches && matches!(before, Some((Kind::Number, _))) && word.chars().all(char::is_lowercase) {
                    e.odd += 1;
                }
            }
            before = Some((token.kind, token.span.end));
        }
        e.odd += line.chars().filter(|c| matches!(c, 'é' | '€' | '¢' | '£' | '¥' | '§' | '|' | '$')).count();
        e
    }

    fn word(&mut self, word: &str, syllables: &HashSet<String>) {
        let marked = word.chars().filter(|c| !c.is_ascii() && *c != 'é').count();
        self.letters += word.chars().count();
        self.marked += marked;
        self.marked_words += usize::from(marked > 0);
        let small = word.chars().skip(1).any(char::is_lowercase);
        if small || marked > 0 || word.chars().count() == 1 {
            self.words += 1;
            self.syllables += usize::from(syllables.contains(&bare(word)));
        } else if syllables.contains(&bare(word)) {
            // Capitals may be an acronym; they count only where they can be read.
            self.words += 1;
            self.syllables += 1;
        }
    }

    fn and(mut self, other: &Evidence) -> Evidence {
        self.letters += other.letters;
        self.marked += other.marked;
        self.odd += other.odd;
        self.words += other.words;
        self.syllables += other.syllables;
        self.marked_words += other.marked_words;
        self
    }

    /// `None` without letters.
    fn alone(&self) -> Option<LineJudgement> {
        if self.words == 0 {
            return None;
        }
        let odd = self.odd * 50 >= self.letters && self.odd > self.marked;
        Some(if self.marked * 10 >= self.letters {
            LineJudgement::Clean
        } else if odd {
            LineJudgement::Garbled
        } else if self.marked_words * 5 >= self.words {
            LineJudgement::Clean
        } else if self.syllables * 3 >= self.words * 2 {
            LineJudgement::Stripped
        } else if self.marked_words * 10 >= self.words {
            LineJudgement::Clean
        } else {
            LineJudgement::Foreign
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_lines_apart() {
        let bare_forms = "uy ban nhan dan quan thuc hien ke hoach so cua hoi dong thi dua khen thuong ve cong tac giai doan cac \
            phong trao tren dia nam va to chuc bao cao truoc ngay the to in an on can do kinh gui nhu sau noi dung cu ban";
        let syllables: HashSet<String> = bare_forms.split_whitespace().map(str::to_owned).collect();
        let cases = [
            (vec!["Ủy ban nhân dân quận báo cáo như sau"], LineJudgement::Clean),
            (vec!["Uy ban nhan dan quan bao cao nhu sau"], LineJudgement::Stripped),
            (vec!["Thuc hién Ké hoach sé 02 ctia H6i ddng thi dua"], LineJudgement::Garbled),
            (vec!["This chapter describes how to install the server on Windows"], LineJudgement::Foreign),
            (vec!["UBND: 12", "Ủy ban nhân dân quận báo cáo như sau"], LineJudgement::Clean),
            (vec!["Kinh gui", "Uy ban nhan dan quan bao cao nhu sau"], LineJudgement::Stripped),
            (vec![""], LineJudgement::Clean),
        ];
        for (lines, expected) in cases {
            assert_eq!(judge(&lines, &syllables)[0], expected, "{lines:?}");
        }
    }
}
