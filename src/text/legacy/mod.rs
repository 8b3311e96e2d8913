//! Vietnamese from before Unicode: text whose letters are code points of TCVN3 (ABC), VNI, VISCII, Windows-1258 or
//! Vietware X, seen through Latin-1, Windows-1252 or Windows-1258, as old files, pasted text and PDF text layers show it.
//!
//! in: a font's name or some text → out: which code it is ([`by_font`], [`recognise`]) and the text in NFC ([`to_unicode`]).
//! Promises: pure; Unicode Vietnamese, French, English and German are never taken for a code; ASCII comes back unchanged,
//! save that a hyphen which stands for TCVN3's ư becomes one.
//! Leaves out: VPS, BK HCM and Vietware F, which no letter of the last twenty years has.

mod casing;
mod look;
mod tables;

pub use look::{mend, recognise};

use unicode_normalization::UnicodeNormalization;

/// A code for Vietnamese letters from before Unicode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Legacy {
    /// TCVN 5712:1993 in its third form, "ABC": the fonts .VnTime, .VnArial. It has no capitals with tone marks.
    Tcvn3,
    /// The same in a font whose small letters look like capitals: .VnTimeH.
    Tcvn3Capitals,
    /// VNI for Windows: VNI-Times, VNI-Helve.
    Vni,
    /// VISCII 1.1 (RFC 1456).
    Viscii,
    /// Windows-1258: base letters with combining tones, one byte each.
    Cp1258,
    /// Vietware X: VNtimes new roman.
    VietwareX,
    /// UTF-8 whose bytes were taken for Windows-1252 ("NhÃ¢n dÃ¢n").
    Utf8,
}

impl Legacy {
    /// The codes a text is tried against.
    pub(crate) const ALL: [Legacy; 6] =
        [Legacy::Tcvn3, Legacy::Vni, Legacy::Viscii, Legacy::Cp1258, Legacy::VietwareX, Legacy::Utf8];

    /// Its name, as converters and offices call it.
    pub fn name(self) -> &'static str {
        match self {
            Legacy::Tcvn3 | Legacy::Tcvn3Capitals => "TCVN3 (ABC)",
            Legacy::Vni => "VNI Windows",
            Legacy::Viscii => "VISCII",
            Legacy::Cp1258 => "Windows-1258",
            Legacy::VietwareX => "Vietware X",
            Legacy::Utf8 => "UTF-8 đọc nhầm thành Windows-1252",
        }
    }
}

/// The code of a font, by its name: ".VnTime", "VNI-Times", "ABCDEF+.VnArialH,Bold". `None` for a font of Unicode letters.
///
/// # Examples
/// ```
/// use congvan::text::legacy::{Legacy, by_font};
///
/// assert_eq!(by_font("BCDEEE+.VnTimeH"), Some(Legacy::Tcvn3Capitals));
/// assert_eq!(by_font("VNI-Times"), Some(Legacy::Vni));
/// assert_eq!(by_font("TimesNewRomanPSMT"), None);
/// ```
pub fn by_font(name: &str) -> Option<Legacy> {
    let name = match name.split_once('+') {
        Some((tag, rest)) if tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()) => rest,
        _ => name,
    };
    // PDF names may write the dot as #2E
    let name = name.replace("#2E", ".").replace("#2e", ".");
    let family = name.split([',', '-', '_']).next().unwrap_or("").trim();
    let lower = name.to_lowercase();
    if lower.trim_start_matches('.').starts_with("vni") && !lower.starts_with("vnimac") {
        return Some(Legacy::Vni);
    }
    if lower.starts_with(".vn") || is_abc_without_dot(family) {
        let capitals = family.trim_end_matches("Bold").trim_end_matches("Italic").trim_end().ends_with('H');
        return Some(if capitals { Legacy::Tcvn3Capitals } else { Legacy::Tcvn3 });
    }
    let vietware = name.strip_prefix("VN").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    vietware.then_some(Legacy::VietwareX)
}

/// Some writers drop the dot: VnTime, VnArialH.
fn is_abc_without_dot(family: &str) -> bool {
    family.strip_prefix("Vn").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        || matches!(family.to_ascii_lowercase().as_str(), "vntime" | "vntimeh")
}

/// The text in Unicode, NFC. What the code does not use stays as it is. Linear in the text.
///
/// # Examples
/// ```
/// use congvan::text::legacy::{Legacy, to_unicode};
///
/// assert_eq!(to_unicode("toå chöùc cuoäc thi", Legacy::Vni), "tổ chức cuộc thi");
/// assert_eq!(to_unicode("ñY BAN nh©n d©n", Legacy::Tcvn3), "ỦY BAN nhân dân");
/// ```
pub fn to_unicode(text: &str, code: Legacy) -> String {
    match code {
        Legacy::Tcvn3 => casing::capitals(&casing::hyphens(&tables::single(text, code))).nfc().collect(),
        Legacy::Tcvn3Capitals => casing::hyphens(&tables::single(text, code)).to_uppercase().nfc().collect(),
        Legacy::Viscii | Legacy::Cp1258 => tables::single(text, code).nfc().collect(),
        Legacy::Vni | Legacy::VietwareX => tables::double(text, code).nfc().collect(),
        Legacy::Utf8 => utf8(text).nfc().collect(),
    }
}

/// The bytes of a file in some code, as the characters [`recognise`] and [`to_unicode`] expect.
pub fn from_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// Runs of characters that are bytes above ASCII and make UTF-8 together become what they stand for.
fn utf8(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<(u8, char)> = Vec::new();
    let flush = |run: &mut Vec<(u8, char)>, out: &mut String| {
        let bytes: Vec<u8> = run.iter().map(|(b, _)| *b).collect();
        match std::str::from_utf8(&bytes) {
            Ok(letters) => out.push_str(letters),
            Err(_) => out.extend(run.iter().map(|(_, c)| *c)),
        }
        run.clear();
    };
    for c in text.chars() {
        match tables::byte_of(c) {
            Some(byte) if byte >= 0x80 => run.push((byte, c)),
            _ => {
                flush(&mut run, &mut out);
                out.push(c);
            }
        }
    }
    flush(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All letters with marks, as the alphabet has them.
    const LETTERS: &str = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";

    /// What glibc's iconv writes for LETTERS, and for them in capitals.
    const VISCII: (&str, &str) = (
        "e0e1e4e3d5e5a2a1c6c7a3e2a5a4a6e7a7e8e9eba8a9eaabaaacadaeecedefeeb8f2f3f6f5f7f4b0afb1b2b5bdb6beb7defef9fafcfbf8dfd7d1d8e6f1cffdd6dbdcf0",
        "c0c1c4c380c58281020583c28584860687c8c9cb8889ca8b8a8c8d8ecccd9bce98d2d399a09ad4908f919293b4969597b394d9da9c9d9ebfbbbabcffb99fdd14191ed0",
    );
    const CP1258: (&str, &str) = (
        "e0e161d261de61f2e3e3cce3ece3d2e3dee3f2e2e2cce2ece2d2e2dee2f2e8e965d265de65f2eaeacceaecead2eadeeaf269cced69d269de69f26fccf36fd26fde6ff2f4f4ccf4ecf4d2f4def4f2f5f5ccf5ecf5d2f5def5f2f9fa75d275de75f2fdfdccfdecfdd2fddefdf279cc79ec79d279de79f2f0",
        "c0c141d241de41f2c3c3ccc3ecc3d2c3dec3f2c2c2ccc2ecc2d2c2dec2f2c8c945d245de45f2cacacccaeccad2cadecaf249cccd49d249de49f24fccd34fd24fde4ff2d4d4ccd4ecd4d2d4ded4f2d5d5ccd5ecd5d2d5ded5f2d9da55d255de55f2ddddccddecddd2dddeddf259cc59ec59d259de59f2d0",
    );
    const TCVN3: &str = "b5b8b6b7b9a8bbbebcbdc6a9c7cac8c9cbccd0cecfd1aad2d5d3d4d6d7ddd8dcdedfe3e1e2e4abe5e8e6e7e9aceaedebeceeeff3f1f2f4adf5f8f6f7f9fafdfbfcfeae";

    #[test]
    fn the_letters_are_those_of_other_converters() {
        let bytes = |hex: &str| -> Vec<u8> {
            (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
        };
        for (code, small, capital) in [(Legacy::Viscii, VISCII.0, VISCII.1), (Legacy::Cp1258, CP1258.0, CP1258.1)] {
            assert_eq!(to_unicode(&from_bytes(&bytes(small)), code), LETTERS, "{code:?}");
            assert_eq!(to_unicode(&from_bytes(&bytes(capital)), code), LETTERS.to_uppercase(), "{code:?}");
        }
        assert_eq!(to_unicode(&from_bytes(&bytes(TCVN3)), Legacy::Tcvn3), LETTERS);
        assert_eq!(to_unicode(&from_bytes(&bytes(TCVN3)), Legacy::Tcvn3Capitals), LETTERS.to_uppercase());
        assert_eq!(to_unicode("\u{93}trªn\u{94} \u{96}", Legacy::Tcvn3), "“trên” –");
        let mojibake = from_bytes(LETTERS.as_bytes());
        assert_eq!(to_unicode(&mojibake, Legacy::Utf8), LETTERS);
        let vni = "aøaùaûaõaïaêaèaéaúaüaëaâaàaáaåaãaäeøeùeûeõeïeâeàeáeåeãeäìíæóòoøoùoûoõoïoâoàoáoåoãoäôôøôùôûôõôïuøuùuûuõuïööøöùöûöõöïyøyùyûyõîñ";
        assert_eq!(to_unicode(vni, Legacy::Vni), LETTERS);
        assert_eq!(to_unicode(&vni.to_uppercase(), Legacy::Vni), LETTERS.to_uppercase());
    }

    #[test]
    fn every_table_has_each_of_the_134_letters_once() {
        for code in [Legacy::Vni, Legacy::VietwareX, Legacy::Viscii] {
            for letter in LETTERS.chars().chain(LETTERS.to_uppercase().chars()) {
                let coded = tables::from_unicode(letter, code);
                assert_eq!(to_unicode(&coded, code), letter.to_string(), "{code:?} {coded:?}");
            }
        }
    }

    #[test]
    fn the_same_line_in_every_code() {
        let line = "Uỷ ban nhân dân xã: Đề nghị các trường học gửi báo cáo trước ngày 05/12, được tổng hợp";
        let cases = [
            (
                Legacy::Tcvn3,
                "Uû ban nh©n d©n x·: §Ò nghÞ c¸c tr\u{ad}êng häc göi b¸o c¸o tr\u{ad}íc ngµy 05/12, ®\u{ad}îc tæng hîp",
            ),
            (Legacy::Tcvn3, "Uû ban nh©n d©n x·: §Ò nghÞ c¸c tr-êng häc göi b¸o c¸o tr-íc ngµy 05/12, ®-îc tæng hîp"),
            (
                Legacy::Vni,
                "Uyû ban nhaân daân xaõ: Ñeà nghò caùc tröôøng hoïc göûi baùo caùo tröôùc ngaøy 05/12, ñöôïc toång hôïp",
            ),
            (
                Legacy::Cp1258,
                "UyÒ ban nhân dân xaÞ: ÐêÌ nghiò các trýõÌng hoòc gýÒi báo cáo trýõìc ngày 05/12, ðýõòc tôÒng hõòp",
            ),
            (
                Legacy::VietwareX,
                "Uyí ban nhán dán xaî: Âãö nghë caïc træåìng hoüc gæíi baïo caïo træåïc ngaìy 05/12, âæåüc täøng håüp",
            ),
        ];
        for (code, written) in cases {
            assert_eq!(to_unicode(written, code), line, "{code:?}");
            assert_eq!(recognise(written), Some(code), "{written}");
        }
        assert_eq!(recognise(line), None);
    }

    #[test]
    fn capitals_of_tcvn3_follow_their_word_and_its_neighbours() {
        for (written, says) in [
            ("CéNG HßA X\u{b7} HéI CHñ NGHÜA VIÖT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("ñY BAN NH¢N D¢N TØNH Hµ NAM", "ỦY BAN NHÂN DÂN TỈNH HÀ NAM"),
            ("UBND tØnh Hµ Nam", "UBND tỉnh Hà Nam"),
            ("Sè: 215/UBND-VX", "Số: 215/UBND-VX"),
            ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
            ("GÊP RóT ý KIÕN", "GẤP RÚT Ý KIẾN"),
            ("Nh- trªn; L-u: VT, V-X", "Như trên; Lưu: VT, V-X"),
            ("- C\u{b8}c x\u{b7}", "- Các xã"),
        ] {
            assert_eq!(to_unicode(written, Legacy::Tcvn3), says);
        }
    }

    #[test]
    fn fonts_tell_their_code() {
        for (name, code) in [
            (".VnTime", Some(Legacy::Tcvn3)),
            ("ABCDEF+.VnTime,Bold", Some(Legacy::Tcvn3)),
            (".VnArial NarrowH", Some(Legacy::Tcvn3Capitals)),
            ("#2EVnTimeH-Bold", Some(Legacy::Tcvn3Capitals)),
            ("VnTime", Some(Legacy::Tcvn3)),
            ("VNI-Times,Bold", Some(Legacy::Vni)),
            ("XYZABC+VNI-Helve-Condense", Some(Legacy::Vni)),
            ("VNtimes new roman", Some(Legacy::VietwareX)),
            ("TimesNewRomanPSMT", None),
            ("ABCDEF+Arial,Bold", None),
            ("Verdana", None),
            ("", None),
        ] {
            assert_eq!(by_font(name), code, "{name}");
        }
    }
}
