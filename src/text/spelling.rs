//! Which letter runs can be Vietnamese syllables, by the rules of spelling: onset + rime + tone.
//!
//! in: a lower-case NFC word → out: yes or no.
//! Onsets and rimes are the orthography of the language, a closed set that no office changes: they stand here and not in
//! `dictionaries/`. Promises: no list of words; rare but well-formed syllables pass. Foreign words and acronyms do not, save by chance.

use super::syllable::is_tone;
use unicode_normalization::UnicodeNormalization;

/// Longest first, so that the first match is the onset.
const ONSETS: [&str; 29] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p",
    "q", "r", "s", "t", "v", "x", "", "",
];

/// Rimes without their tone, by first letter of the nucleus.
const RIMES: &str = " a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong oong \
    ooc op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh uêt ui um un ung \
    uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn \
    ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ";

/// Further rimes after q, whose u belongs to the onset.
const RIMES_AFTER_Q: &str = " uac uach uai uam uan uang uanh uao uat uau uay uăc uăm uăn uăng uăp uăt uâc uân uât uây \
    ue uen ueo uet uê uên uêt uêu uit uôc uơ ";

/// Whether a lower-case NFC word can be one Vietnamese syllable.
pub fn is_syllable(word: &str) -> bool {
    let mut tone = None;
    let mut marks = 0;
    let bare_of_tone: String = word
        .nfd()
        .filter(|c| {
            if is_tone(*c) {
                tone = Some(*c);
                marks += 1;
            }
            !is_tone(*c)
        })
        .nfc()
        .collect();
    if marks > 1 || bare_of_tone.len() > 12 {
        return false;
    }
    let stopped = bare_of_tone.ends_with(['c', 'p', 't']) || bare_of_tone.ends_with("ch");
    // Syllables that end in a stop carry the acute or the dot.
    if stopped && !matches!(tone, Some('\u{301}' | '\u{323}')) {
        return false;
    }
    spelled(&bare_of_tone)
}

fn spelled(word: &str) -> bool {
    ONSETS.iter().any(|onset| {
        word.strip_prefix(onset).is_some_and(|rime| {
            let listed = |list: &str| list.contains(&format!(" {rime} "));
            !rime.is_empty()
                && (listed(RIMES) && (*onset != "q" || rime.starts_with('u')) || *onset == "q" && listed(RIMES_AFTER_Q))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_can_be_spelled() {
        for yes in
            "ủy ban nhân dân quận nghiệp quốc quyết khuyến gì giữ giếng thuở ngoằn đường y ô ương khoẻ quý".split(' ')
        {
            assert!(is_syllable(yes), "{yes}");
        }
        for no in "ubnd windows tp kh the1 bàc strong quôc w thanhs đât".split(' ') {
            assert!(!is_syllable(no), "{no}");
        }
    }
}
