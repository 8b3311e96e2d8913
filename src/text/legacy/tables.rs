//! The codes letter by letter.
//!
//! in: characters that stand for bytes → out: the letters they write in a code.
//! Promises: every code has all its letters; a character that is no byte of the code stays.
//! TCVN 5712:1993 (VN3), RFC 1456, Microsoft's code page 1258; VNI and Vietware X as their fonts show them.

use super::Legacy;
use std::collections::HashMap;
use std::sync::LazyLock;

/// TCVN3 from 0xA1 on; `_` is no letter. Tone marks on small letters only.
const TCVN3: &str = "ĂÂÊÔƠƯĐăâêôơưđ______àảãáạ_ằẳẵắ_______ặầẩẫấậè_ẻẽéẹềểễếệìỉ___ĩíịò_ỏõóọồổỗốộờởỡớợù_ủũúụừửữứựỳỷỹýỵ_";
/// VISCII from 0x80 on.
const VISCII: &str = "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ";
/// VISCII's six letters among the control characters.
const VISCII_CONTROLS: [(u8, char); 6] = [(2, 'Ẳ'), (5, 'Ẵ'), (6, 'Ẫ'), (0x14, 'Ỷ'), (0x19, 'Ỹ'), (0x1E, 'Ỵ')];
/// Where Windows-1258 differs from Latin-1.
const CP1258: [(u8, char); 14] = [
    (0xC3, 'Ă'),
    (0xCC, '\u{300}'),
    (0xD0, 'Đ'),
    (0xD2, '\u{309}'),
    (0xD5, 'Ơ'),
    (0xDD, 'Ư'),
    (0xDE, '\u{303}'),
    (0xE3, 'ă'),
    (0xEC, '\u{301}'),
    (0xF0, 'đ'),
    (0xF2, '\u{323}'),
    (0xF5, 'ơ'),
    (0xFD, 'ư'),
    (0xFE, '₫'),
];
/// Windows-1252 from 0x80 on; `_` where it has nothing.
const CP1252: &str = "€_‚ƒ„…†‡ˆ‰Š‹Œ_Ž__‘’“”•–—˜™š›œ_žŸ";
/// VNI: what is written, then the letter. Capitals are the same in capitals.
const VNI: &str = "aøà aùá aûả aõã aïạ aêă aèằ aéắ aúẳ aüẵ aëặ aââ aàầ aáấ aåẩ aãẫ aäậ eøè eùé eûẻ eõẽ eïẹ eâê eàề eáế eåể eãễ eäệ \
    ìì íí æỉ óĩ òị oøò oùó oûỏ oõõ oïọ oâô oàồ oáố oåổ oãỗ oäộ ôơ ôøờ ôùớ ôûở ôõỡ ôïợ uøù uùú uûủ uõũ uïụ öư öøừ öùứ öûử \
    öõữ öïự yøỳ yùý yûỷ yõỹ îỵ ñđ";
/// Vietware X in the same way. Its dot below has two shapes.
const VIETWARE_X: &str = "aìà aïá aíả aîã aûạ àă àòằ àõắ àóẳ àôẵ àûặ áâ áöầ áúấ áøẩ áùẫ áûậ eìè eïé eíẻ eîẽ eûẹ ãê ãöề ãúế ãøể ãùễ \
    ãûệ çì êí èỉ éĩ ëị oìò oïó oíỏ oîõ oüọ oûọ äô äöồ äúố äøổ äùỗ äüộ äûộ åơ åìờ åïớ åíở åîỡ åüợ åûợ uìù uïú uíủ uîũ uûụ \
    æư æìừ æïứ æíử æîữ æûự yìỳ yïý yíỷ yîỹ yñỵ âđ";

/// The byte a character was before somebody took it for Latin-1, Windows-1252 or Windows-1258; `None` for others.
pub(super) fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let in_1252 = CP1252.chars().position(|known| known == c && c != '_').map(|at| 0x80 + at as u8);
    let in_1258 = || CP1258.iter().find(|(_, known)| *known == c).map(|(byte, _)| *byte);
    // the micro sign and the middle dot come as their twins, too
    in_1252.or_else(in_1258).or(match c {
        'μ' => Some(0xB5),
        '∙' | '⋅' => Some(0xB7),
        _ => None,
    })
}

/// A character no code of letters has: what it is in Windows-1252, whose quotes and dashes they share.
fn sign(c: char) -> char {
    let at = u32::from(c).wrapping_sub(0x80) as usize;
    CP1252.chars().nth(at).filter(|sign| *sign != '_').unwrap_or(c)
}

/// Codes in which one byte is one letter (Windows-1258: or one tone).
pub(super) fn single(text: &str, code: Legacy) -> String {
    text.chars().map(|c| byte_of(c).and_then(|byte| letter(byte, code)).unwrap_or_else(|| sign(c))).collect()
}

fn letter(byte: u8, code: Legacy) -> Option<char> {
    static LISTS: LazyLock<[Vec<char>; 2]> = LazyLock::new(|| [TCVN3.chars().collect(), VISCII.chars().collect()]);
    let listed = |list: &[char], from: u8| {
        byte.checked_sub(from).and_then(|at| list.get(usize::from(at))).copied().filter(|c| *c != '_')
    };
    let among = |pairs: &[(u8, char)]| pairs.iter().find(|(known, _)| *known == byte).map(|(_, c)| *c);
    match code {
        Legacy::Tcvn3 | Legacy::Tcvn3Capitals => listed(&LISTS[0], 0xA1),
        Legacy::Viscii => listed(&LISTS[1], 0x80).or_else(|| among(&VISCII_CONTROLS)),
        Legacy::Cp1258 => among(&CP1258),
        Legacy::Vni | Legacy::VietwareX | Legacy::Utf8 => None,
    }
}

/// What is written → the letter.
type Pairs = HashMap<(char, Option<char>), char>;

fn pairs(list: &str) -> Pairs {
    let mut map = Pairs::new();
    for entry in list.split_whitespace() {
        let chars: Vec<char> = entry.chars().collect();
        match chars[..] {
            [one, letter] => map.insert((one, None), letter),
            [one, two, letter] => map.insert((one, Some(two)), letter),
            _ => None,
        };
    }
    map
}

/// Codes in which a letter is one or two bytes: a base and its marks.
pub(super) fn double(text: &str, code: Legacy) -> String {
    static VNI_PAIRS: LazyLock<Pairs> = LazyLock::new(|| pairs(VNI));
    static VIETWARE_PAIRS: LazyLock<Pairs> = LazyLock::new(|| pairs(VIETWARE_X));
    let pairs: &Pairs = if code == Legacy::Vni { &VNI_PAIRS } else { &VIETWARE_PAIRS };
    let as_byte = |c: char| byte_of(c).map_or(c, char::from);
    let small = |c: char| as_byte(c).to_lowercase().next().unwrap_or(c);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().map(|c| small(*c));
        let both = next.and_then(|next| pairs.get(&(small(c), Some(next))));
        let found = both.or_else(|| pairs.get(&(small(c), None)));
        if both.is_some() {
            chars.next();
        }
        match found {
            Some(letter) if as_byte(c).is_uppercase() => out.extend(letter.to_uppercase()),
            Some(letter) => out.push(*letter),
            None => out.push(sign(c)),
        }
    }
    out
}

/// A letter in a code, for round trips.
#[cfg(test)]
pub(super) fn from_unicode(wanted: char, code: Legacy) -> String {
    let small = wanted.to_lowercase().next().unwrap();
    match code {
        Legacy::Vni | Legacy::VietwareX => {
            let map = pairs(if code == Legacy::Vni { VNI } else { VIETWARE_X });
            let ((one, two), _) = map.iter().find(|(_, letter)| **letter == small).expect("every letter is listed");
            let coded: String = std::iter::once(*one).chain(*two).collect();
            if wanted == small { coded } else { coded.to_uppercase() }
        }
        _ => {
            let mut bytes = (0..=255u8).filter(|byte| letter(*byte, code) == Some(wanted));
            let byte = bytes.next().expect("every letter is listed");
            assert_eq!(bytes.next(), None, "{wanted} twice");
            char::from(byte).to_string()
        }
    }
}
