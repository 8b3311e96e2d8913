//! Names set in capitals, written as a sentence writes them: "ỦY BAN NHÂN DÂN QUẬN HÀ ĐÔNG" → "Ủy ban nhân dân quận Hà Đông".
//!
//! in: a printed name, the list `office_words.txt` → out: the name in sentence case, abbreviations spelt out.
//! Promises: words that no list knows are proper names and begin with a capital; words not in capitals stay as printed.

use super::lexicon::Lexicon;
use crate::document::in_capitals;
use crate::extract::capitalised;
use crate::text::fold::bare;
use crate::text::spelling::is_syllable;

/// Longest entry of the list in words.
const LONGEST: usize = 5;
/// Longest abbreviation that is kept in capitals: "THCS", "TNCS".
const LONGEST_INITIALS: usize = 5;

/// An office's or post's name in sentence case.
pub(in crate::extract) fn office(raw: &str, lexicon: &Lexicon) -> String {
    let raw = &if in_capitals(raw) { unglued(raw, lexicon) } else { raw.to_owned() };
    let spelt = spell_out(raw, lexicon);
    if !in_capitals(&spelt) && !in_capitals(raw) {
        return capitalised(&spelt);
    }
    capitalised(&recase(&spelt, lexicon))
}

/// A person's name: every word begins with a capital.
pub(in crate::extract) fn person(raw: &str) -> String {
    raw.split_whitespace().map(title).collect::<Vec<_>>().join(" ")
}

/// "TỈNHHƯNG LỘC" → "TỈNH HƯNG LỘC": words a scan ran together.
fn unglued(raw: &str, lexicon: &Lexicon) -> String {
    let words = raw.split_whitespace().map(|word| parted(word, lexicon).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

/// A word as two syllables, where there is one way to part it, or one that leaves a word of offices' names.
fn parted(word: &str, lexicon: &Lexicon) -> Option<String> {
    let lower = word.to_lowercase();
    if !lower.chars().all(char::is_alphabetic) || is_syllable(&lower) {
        return None;
    }
    let listed = |half: &str| [lexicon.levels, lexicon.office_words].iter().any(|list| list.has(half));
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
}

/// Abbreviations at word boundaries, "UBND" → "ỦY BAN NHÂN DÂN", as the list has them (in capitals where the name is).
fn spell_out(raw: &str, lexicon: &Lexicon) -> String {
    let dotted = raw.replace("TP.", "TP. ").replace("TX.", "TX. ");
    let upper = in_capitals(raw);
    let words = dotted.split_whitespace().map(|word| match lexicon.issuer_abbreviations.get(word) {
        Some(meant) if upper => meant.to_uppercase(),
        Some(meant) => meant.to_owned(),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Capitals as a sentence writes them. From left to right: "và", "của" and the like are small; numbers stay; the longest
/// listed words take the list's capitals, a level of administration none; what no list knows is a proper name.
fn recase(raw: &str, lexicon: &Lexicon) -> String {
    let words: Vec<&str> = raw.split_whitespace().collect();
    let core: Vec<String> = words.iter().map(|w| bare(w.trim_matches(|c: char| !c.is_alphanumeric()))).collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let (mut at, mut in_place) = (0, false);
    while at < words.len() {
        let small = lexicon.small_words.folded(&core[at]).is_some() || at > 0 && leads_to_numeral(&core, at, lexicon);
        let number = at > 0 && is_numeral(&core[at]) && follows_numbered_word(&core, at, lexicon);
        // a place's own name may hold a listed word ("huyện Phòng Hải"): only new heads end it
        let may_be_listed = |n: usize| !in_place || n > 1 || lexicon.levels.folded(&core[at]).is_some();
        let listed = longest_listed(&core[at..], lexicon).filter(|(n, _)| may_be_listed(*n));
        match listed {
            _ if small => out.push(words[at].to_lowercase()),
            _ if number => out.push(words[at].to_owned()),
            Some((n, entry)) => {
                let level = lexicon.levels.folded(&core[at..at + n].join(" ")).is_some();
                out.extend(words[at..at + n].iter().enumerate().map(|(nth, word)| as_listed(word, nth, entry, level)));
                in_place = level;
                at += n - 1;
            }
            None => out.push(proper(words[at], &core[at])),
        }
        at += 1;
    }
    out.join(" ")
}

/// The longest entry of offices' names with which these folded words begin: how many words, and as it is listed.
fn longest_listed<'l>(core: &[String], lexicon: &Lexicon<'l>) -> Option<(usize, &'l str)> {
    let lengths = (1..=LONGEST.min(core.len())).rev();
    lengths.into_iter().find_map(|n| Some((n, lexicon.office_words.folded(&core[..n].join(" "))?)))
}

/// The nth word of an entry: small but for the first, and for those the list itself capitalises; a level's all small.
fn as_listed(word: &str, nth: usize, entry: &str, level: bool) -> String {
    let named = entry.split(' ').nth(nth).is_some_and(|w| w.starts_with(char::is_uppercase));
    if (nth > 0 || level) && !named { word.to_lowercase() } else { title(word) }
}

/// A word no list knows: figures and abbreviations without a vowel as they are, else a proper name.
fn proper(word: &str, core: &str) -> String {
    let figure = word.chars().any(|c| c.is_ascii_digit()) || !word.chars().any(char::is_alphabetic);
    let initials = word.chars().filter(|c| c.is_alphabetic()).count() <= LONGEST_INITIALS && !has_vowel(core);
    if figure || initials { word.to_owned() } else { title(word) }
}

/// "khu", "vực" of "KHU VỰC XXI", "số" of "SỐ 7": an entry runs over this word and a number stands behind it.
fn leads_to_numeral(core: &[String], at: usize, lexicon: &Lexicon) -> bool {
    let mut entries = lexicon.numbered_words.entries().map(bare);
    entries.any(|entry| {
        let words: Vec<&str> = entry.split(' ').collect();
        let begins = (at + 1).saturating_sub(words.len())..=at;
        begins.into_iter().any(|from| {
            let here = core.get(from..from + words.len()).is_some_and(|here| here == words);
            here && core.get(from + words.len()).is_some_and(|number| is_numeral(number))
        })
    })
}

/// Whether the word before is the last of an entry that numbers follow.
fn follows_numbered_word(core: &[String], at: usize, lexicon: &Lexicon) -> bool {
    lexicon
        .numbered_words
        .entries()
        .any(|entry| entry.rsplit(' ').next().is_some_and(|last| bare(last) == core[at - 1]))
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
        let lexicon = Lexicon::of(crate::rules::Rules::builtin());
        for (raw, wanted) in cases {
            assert_eq!(office(raw, &lexicon), wanted);
        }
        assert_eq!(person("NGUYỄN THỊ MAI  HOA"), "Nguyễn Thị Mai Hoa");
    }
}
