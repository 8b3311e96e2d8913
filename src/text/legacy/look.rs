//! Which code a text is in, by its look.
//!
//! in: a line or a whole text → out: the code it is in where that is sure, and the text mended line by line.
//! Promises: nothing is taken for a code that reads as Vietnamese already, nor what no code makes Vietnamese.
//! Leaves out: single words and numbers, which prove nothing; a font's name says more (`by_font`).

use super::super::spelling::is_syllable;
use super::{Legacy, to_unicode};
use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;

/// Words with marks that must be Vietnamese in a code before it is believed; two do where every word of the text is one.
const ENOUGH_WORDS: usize = 3;
/// Words that only the code makes Vietnamese.
const MENDED_WORDS: usize = 2;
/// Of so many words with marks one may be foreign.
const FOREIGN_ONE_IN: usize = 8;
/// Share of words with marks that may read as Vietnamese before decoding: "Sè", "tõ" are syllables by chance.
const BY_CHANCE: f32 = 0.6;
/// Characters of a text that are looked at: a page or two.
const LOOKED_AT: usize = 20_000;

/// How much of a text can be Vietnamese.
#[derive(Clone, Copy, Default)]
struct Look {
    /// Words with marks that are syllables.
    good: usize,
    /// Words with marks that are none.
    bad: usize,
    /// Words of plain letters, and those among them that are syllables.
    plain: usize,
    plain_good: usize,
}

impl Look {
    fn of(text: &str) -> Look {
        let mut look = Look::default();
        // signs between ¡ and ¿ are letters of some code: a word does not end at them
        let is_letter = |c: char| c.is_alphabetic() || is_combining_mark(c) || ('\u{a1}'..='\u{bf}').contains(&c);
        for word in text.split(|c: char| !is_letter(c)).filter(|w| w.chars().nth(1).is_some()) {
            let syllable = is_syllable(&word.to_lowercase());
            if word.is_ascii() {
                look.plain += 1;
                look.plain_good += usize::from(syllable);
            } else if syllable {
                look.good += 1;
            } else {
                look.bad += 1;
            }
        }
        look
    }

    fn balance(self) -> i64 {
        self.good as i64 - self.bad as i64
    }

    /// Whether a text that looked like `before` was in the code that makes it look like this.
    fn is_sure_after(self, before: Look) -> bool {
        let marked = before.good + before.bad;
        let by_chance = before.good as f32 / marked.max(1) as f32;
        let all_vietnamese = self.bad == 0 && self.plain_good == self.plain;
        let enough = self.good >= ENOUGH_WORDS || (self.good == ENOUGH_WORDS - 1 && all_vietnamese);
        // one word that a code makes a syllable may be chance
        let mended = self.good.saturating_sub(before.good) >= MENDED_WORDS;
        enough && mended && self.bad * FOREIGN_ONE_IN <= self.good && by_chance <= BY_CHANCE && before.bad > 0
    }
}

/// The code a text is in, by the share of its words with marks that are Vietnamese syllables before and after it is decoded.
///
/// Sure where at least three such words (two where all the other words are syllables, too) are syllables in exactly one code,
/// at most one in eight is not, and at most six in ten were syllables before. `None` for anything else. Measured line by
/// line on 6,673 lines of letters and readings: none of them is taken for a code as it stands; of the 4,714 with three
/// words that bear marks, written in TCVN3 96 % are recognised, in VNI 97 %, Vietware X 96 %, UTF-8 seen as Windows-1252
/// 94 %, Windows-1258 85 %, VISCII 78 % (the last two share letters with Latin-1); none as another code.
///
/// # Examples
/// ```
/// use congvan::text::legacy::{Legacy, recognise};
///
/// assert_eq!(recognise("toå chöùc cuoäc thi vieát"), Some(Legacy::Vni));
/// assert_eq!(recognise("tổ chức cuộc thi viết"), None);
/// assert_eq!(recognise("Le maire a été élu à l’unanimité des suffrages exprimés"), None);
/// ```
pub fn recognise(text: &str) -> Option<Legacy> {
    if text.is_ascii() {
        return None;
    }
    let text = match text.char_indices().nth(LOOKED_AT) {
        Some((at, _)) => &text[..at],
        None => text,
    };
    let before = Look::of(text);
    let mut tried: Vec<(i64, Legacy)> = Legacy::ALL
        .into_iter()
        .map(|code| (Look::of(&to_unicode(text, code)), code))
        .filter(|(look, _)| look.is_sure_after(before))
        .map(|(look, code)| (look.balance(), code))
        .collect();
    tried.sort_by_key(|(balance, _)| -balance);
    match tried[..] {
        [(_, code)] => Some(code),
        [(first, code), (second, _), ..] if first > second => Some(code),
        _ => None,
    }
}

/// The text in Unicode where it, or some of its lines, is in a code; which one. Lines that read better as they are stay, and
/// where the text as a whole is in no code, all lines that do not show one by themselves.
pub fn mend(text: &str) -> (Cow<'_, str>, Option<Legacy>) {
    let whole = recognise(text);
    let Some(code) = whole.or_else(|| text.lines().find_map(recognise)) else { return (text.into(), None) };
    let mended = text.split_inclusive('\n').map(|line| -> Cow<'_, str> {
        let decoded = to_unicode(line, code);
        let is_in_it = match whole {
            Some(_) => Look::of(&decoded).balance() >= Look::of(line).balance(),
            None => recognise(line) == Some(code),
        };
        if is_in_it { decoded.into() } else { line.into() }
    });
    (mended.collect::<String>().into(), Some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages_and_unicode_vietnamese_are_no_code() {
        for line in [
            "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Sân nhà có hàng cau, ta và má trò chuyện bên hè",
            "Trà Cú, Lâm Hà, Phú Hòa, Bàn Cờ, Tân Bình, Tân Phú, Hà Tây",
            "U\u{309}y ban nha\u{302}n da\u{302}n xa\u{303}, huye\u{323}\u{302}n, ti\u{309}nh",
            "Où êtes-vous né ? Là-bas, dès l’été, à côté de la forêt, près du château où l’âne dîne.",
            "Le comité a décidé d’ériger dès février un hôtel à côté de l’église.",
            "Größere Änderungen müssen für Österreich übersetzt und geprüft werden, schöne Grüße",
            "El niño llegó mañana según el señor Muñoz; también España",
            "Não são opções, é a situação da nação e da região",
            "The café’s résumé was naïve – £5, ©2020, ®, 20°C, ±3 µm, §7",
            "Smörgåsbord på svenska: två små öar, når båten går",
            "« Ça ira », a-t-il dit à Zoë, née Müller, à Orléans",
            "Tổng cộng: 15 m² × 3 – 20 °C ± 1 %",
            "©®©®©® µµµ ¶¶ §§§ ¸¸¸ ÷÷ ×× ¼ ½ ¾",
            "",
        ] {
            assert_eq!(recognise(line), None, "{line}");
            assert_eq!(mend(line), (line.into(), None));
        }
    }

    #[test]
    fn short_lines_are_believed_only_where_every_word_fits() {
        assert_eq!(recognise("KÝnh göi: C¸c tr\u{ad}êng häc"), Some(Legacy::Tcvn3));
        assert_eq!(recognise("chñ tÞch"), Some(Legacy::Tcvn3));
        assert_eq!(recognise("göi"), None);
    }

    #[test]
    fn lines_that_are_unicode_stay_so() {
        let (text, code) = mend("Thông báo của Ủy ban\nngµy 14 th¸ng 11 n¨m 2025, ®Ò nghÞ c¸c ®¬n vÞ\nBàn về việc ấy");
        assert_eq!(code, Some(Legacy::Tcvn3));
        assert_eq!(text, "Thông báo của Ủy ban\nngày 14 tháng 11 năm 2025, đề nghị các đơn vị\nBàn về việc ấy");
    }
}
