//! Names set in capitals, written as a sentence writes them: "ỦY BAN NHÂN DÂN QUẬN HÀ ĐÔNG" → "Ủy ban nhân dân quận Hà Đông".
//!
//! in: a printed name, the list `office_words.txt` → out: the name in sentence case, abbreviations spelt out.
//! Promises: words that no list knows are proper names and begin with a capital; words not in capitals stay as printed.

use crate::document::in_capitals;
use crate::rules::Rules;
use crate::text::fold::bare;
use crate::text::spelling::is_syllable;
use std::collections::HashMap;

/// Longest entry of the list in words.
const LONGEST: usize = 5;

/// An office's or post's name in sentence case.
pub(in crate::extract) fn office(raw: &str, rules: &Rules) -> String {
    let raw = &if in_capitals(raw) { unglued(raw, rules) } else { raw.to_owned() };
    let spelt = spell_out(raw, rules);
    if !in_capitals(&spelt) && !in_capitals(raw) {
        return first_up(&spelt);
    }
    first_up(&recase(&spelt, rules))
}

/// A person's name: every word begins with a capital.
pub(in crate::extract) fn person(raw: &str) -> String {
    raw.split_whitespace().map(title).collect::<Vec<_>>().join(" ")
}

/// "TỈNHHƯNG LỘC" → "TỈNH HƯNG LỘC": words a scan ran together, where there is one way to part them, or one that leaves a
/// word of offices' names.
fn unglued(raw: &str, rules: &Rules) -> String {
    let lists = ["levels", "office_words"].map(|list| rules.words(list));
    let listed = |half: &str| lists.iter().any(|list| list.entries().any(|entry| entry == half));
    let part = |word: &str| {
        let lower = word.to_lowercase();
        if !lower.chars().all(char::is_alphabetic) || is_syllable(&lower) {
            return None;
        }
        let halves = lower.char_indices().skip(2).map(|(at, _)| lower.split_at(at));
        let spelled = halves.filter(|(a, b)| b.chars().count() > 1 && is_syllable(a) && is_syllable(b));
        let mut ways: Vec<(&str, &str)> = spelled.collect();
        if ways.len() > 1 {
            ways.retain(|(a, b)| listed(a) || listed(b));
        }
        match ways.as_slice() {
            [(first, second)] => Some(format!("{first} {second}").to_uppercase()),
            _ => None,
        }
    };
    let words = raw.split_whitespace().map(|word| part(word).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

/// Abbreviations at word boundaries, "UBND" → "ỦY BAN NHÂN DÂN", as the list has them (in capitals where the name is).
fn spell_out(raw: &str, rules: &Rules) -> String {
    let list = rules.words("issuer_abbreviations");
    let dotted = raw.replace("TP.", "TP. ").replace("TX.", "TX. ");
    let upper = in_capitals(raw);
    let words = dotted.split_whitespace().map(|word| match list.get(word) {
        Some(meant) if upper => meant.to_uppercase(),
        Some(meant) => meant.to_owned(),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn recase(raw: &str, rules: &Rules) -> String {
    let known: HashMap<String, &str> = rules.words("office_words").entries().map(|e| (bare(e), e)).collect();
    let words: Vec<&str> = raw.split_whitespace().collect();
    let core: Vec<String> = words.iter().map(|w| bare(w.trim_matches(|c: char| !c.is_alphanumeric()))).collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    // small letters, and a place's name follows
    let levels: Vec<String> = rules.words("levels").entries().map(bare).collect();
    let (mut at, mut in_place) = (0, false);
    while at < words.len() {
        let longest = (1..=LONGEST.min(words.len() - at)).rev();
        let hit = longest.into_iter().find(|n| known.contains_key(&core[at..at + n].join(" ")));
        match hit {
            _ if matches!(core[at].as_str(), "va" | "cua" | "ve" | "chong")
                || at > 0 && leads_to_numeral(&core, at) =>
            {
                out.push(words[at].to_lowercase());
                at += 1;
            }
            _ if at > 0 && is_numeral(&core[at]) && matches!(core[at - 1].as_str(), "vuc" | "so") => {
                out.push(words[at].to_owned());
                at += 1;
            }
            // a place's own name may hold a listed word ("huyện Phòng Hải"): only new heads end it
            Some(n) if !in_place || n > 1 || levels.contains(&core[at]) => {
                let level = levels.contains(&core[at..at + n].join(" "));
                let entry = known.get(&core[at..at + n].join(" ")).copied().unwrap_or_default();
                let named = |nth: usize| entry.split(' ').nth(nth).is_some_and(|w| w.starts_with(char::is_uppercase));
                for (nth, word) in words[at..at + n].iter().enumerate() {
                    let small = (nth > 0 || level) && !named(nth);
                    out.push(if small { word.to_lowercase() } else { title(word) });
                }
                in_place = level;
                at += n;
            }
            _ => {
                let figure =
                    words[at].chars().any(|c| c.is_ascii_digit()) || !words[at].chars().any(char::is_alphabetic);
                let initials = words[at].chars().filter(|c| c.is_alphabetic()).count() <= 5 && !has_vowel(&core[at]);
                out.push(if figure || initials { words[at].to_owned() } else { title(words[at]) });
                at += 1;
            }
        }
    }
    out.join(" ")
}

/// "khu", "vực" of "KHU VỰC XXI", "số" of "SỐ 7".
fn leads_to_numeral(core: &[String], at: usize) -> bool {
    let numeral = |at: usize| core.get(at).is_some_and(|word| is_numeral(word));
    let follows = |at: usize, word: &str| core.get(at).is_some_and(|w| w == word);
    match core[at].as_str() {
        "khu" => follows(at + 1, "vuc") && numeral(at + 2),
        "vuc" => follows(at - 1, "khu") && numeral(at + 1),
        "so" => numeral(at + 1),
        _ => false,
    }
}

/// A folded Arabic or Roman number.
fn is_numeral(word: &str) -> bool {
    let all = |of: fn(char) -> bool| !word.is_empty() && word.chars().all(of);
    all(|c| c.is_ascii_digit()) || all(|c| matches!(c, 'i' | 'v' | 'x'))
}

fn has_vowel(word: &str) -> bool {
    word.chars().any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
}

fn title(word: &str) -> String {
    let mut up = true;
    word.chars()
        .map(|c| {
            let now = if up { c.to_uppercase().next().unwrap_or(c) } else { c.to_lowercase().next().unwrap_or(c) };
            up = if c.is_alphabetic() { false } else { up || matches!(c, '-' | '.' | '/') };
            now
        })
        .collect()
}

fn first_up(s: &str) -> String {
    let mut chars = s.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_capitals_become_sentences() {
        let cases = [
            ("ỦY BAN NHÂN DÂN QUẬN HÀ ĐÔNG", "Ủy ban nhân dân quận Hà Đông"),
            ("UBND TỈNH KIÊN LƯƠNG", "Ủy ban nhân dân tỉnh Kiên Lương"),
            ("SỞ Y TẾ", "Sở Y tế"),
            ("PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "Phòng Giáo dục và Đào tạo"),
            ("BAN CHỈ ĐẠO 138", "Ban Chỉ đạo 138"),
            ("TRƯỜNG ĐẠI HỌC Y DƯỢC CẦN THƠ", "Trường Đại học Y Dược Cần Thơ"),
            ("SỞ Y TẾ - CÔNG ĐOÀN NGÀNH", "Sở Y tế - Công đoàn ngành"),
            ("HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG", "Hội đồng Thi đua - Khen thưởng"),
            ("TRƯỜNG THCS LÊ LỢI", "Trường THCS Lê Lợi"),
            ("PHÓ CHỦ TỊCH", "Phó Chủ tịch"),
            ("ỦY BAN MTTQ VIỆT NAM XÃ TÂN MẪU", "Ủy ban Mặt trận Tổ quốc Việt Nam xã Tân Mẫu"),
            ("Sở Nội vụ", "Sở Nội vụ"),
            ("KHO BẠC NHÀ NƯỚC KHU VỰC XXI", "Kho bạc Nhà nước khu vực XXI"),
            ("PHÒNG GIAO DỊCH SỐ 7", "Phòng Giao dịch số 7"),
            ("TÒA ÁN NHÂN DÂN TỈNHHƯNG LỘC", "Tòa án nhân dân tỉnh Hưng Lộc"),
            ("UBND PHƯỜNGAN THỚI", "Ủy ban nhân dân phường An Thới"),
            ("CÔNG TY HANOTECH", "Công ty Hanotech"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(office(raw, Rules::builtin()), wanted);
        }
        assert_eq!(person("NGUYỄN THỊ MAI  HOA"), "Nguyễn Thị Mai Hoa");
    }
}
