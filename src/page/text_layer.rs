//! Can the text layer of a PDF page be trusted?
//!
//! in: the words of a layer and the ink of the page → out: lines to use, or the reason why not.
//! Promises: used only where it holds together as Vietnamese and covers what is printed; a garbled layer, the few words of a
//! signature stamp and hidden text beside the ink are refused; the reason is always said.
//! Leaves out: judging single words: a layer is taken or left as a whole.

use super::image::components::Marks;
use super::words::{HIDDEN, Line, TYPED, Word, can_be_vietnamese};
use crate::source::TextLayer;
use crate::text::Rect;

/// Letters below which a layer proves nothing.
const ENOUGH_LETTERS: usize = 40;
/// Share of letters only Vietnamese has: 25 % in real text, 2 % in what an English model made of it.
const VIETNAMESE_LETTERS: f32 = 0.10;
/// Share of words that can be Vietnamese syllables, numbers or abbreviations.
const SYLLABLES: f32 = 0.80;
/// Share of letter-like ink a layer may leave uncovered; pasted images and seals are not in it.
const UNCOVERED: f32 = 0.15;
const UNCOVERED_BORN_DIGITAL: f32 = 0.45;
/// Fewer letters outside the layer are dirt.
const FEW_LOST: usize = 20;

/// The lines of a layer that can be used, with the reason; or why it cannot.
pub(crate) fn judge(
    layer: &TextLayer,
    born_digital: bool,
    marks: &Marks,
    size: (u32, u32),
) -> Result<(Vec<Line>, String), String> {
    let usable = layer.words.iter().filter(|w| w.visible || !born_digital);
    let words: Vec<Word> = usable.filter_map(|w| boxed(&w.text, w.bbox, w.visible, size)).collect();
    let letters = words.iter().flat_map(|w| w.text.chars()).filter(|c| c.is_alphabetic()).count();
    if letters < ENOUGH_LETTERS && !born_digital {
        return Err(format!("text layer left aside: only {} words", words.len()));
    }
    let (own, plausible) = vietnamese(&words);
    if own < VIETNAMESE_LETTERS || plausible < SYLLABLES {
        let per_cent = |share: f32| (share * 100.0).round();
        return Err(format!(
            "text layer left aside: not Vietnamese that holds together ({} % Vietnamese letters, {} % syllables)",
            per_cent(own),
            per_cent(plausible)
        ));
    }
    let boxes: Vec<Rect> = words.iter().filter_map(|w| w.bbox).collect();
    let (uncovered, count) = marks.uncovered(&boxes);
    if uncovered > if born_digital { UNCOVERED_BORN_DIGITAL } else { UNCOVERED } && count > FEW_LOST {
        return Err(format!("text layer left aside: {} % of the print is not in it", (uncovered * 100.0).round()));
    }
    let reason = if born_digital { "text layer used: born digital" } else { "text layer used: it covers the page" };
    Ok((lines(words), reason.to_owned()))
}

fn boxed(text: &str, [x0, y0, x1, y1]: [f32; 4], visible: bool, (width, height): (u32, u32)) -> Option<Word> {
    let text: String = text.chars().filter(|c| !c.is_control() && *c != '\u{ad}').collect();
    // mirrored letters run to the left
    let (x0, x1, y0, y1) = (x0.min(x1), x0.max(x1), y0.min(y1), y0.max(y1));
    if text.trim().is_empty() || x1 <= 0.0 || y1 <= 0.0 || x0 >= width as f32 || y0 >= height as f32 {
        return None;
    }
    let inside = |v: f32, most: u32| v.clamp(0.0, most as f32) as u32;
    let (x, y) = (inside(x0, width), inside(y0, height));
    let (w, h) = ((inside(x1.ceil(), width) - x).max(1), (inside(y1.ceil(), height) - y).max(1));
    let confidence = if visible { TYPED } else { HIDDEN };
    Some(Word { text, bbox: Some(Rect { x, y, w, h }), confidence, ..Word::default() })
}

/// Words in stream order → lines: a new one begins where the base line moves or the words go back to the left.
fn lines(words: Vec<Word>) -> Vec<Line> {
    let mut lines: Vec<Vec<Word>> = Vec::new();
    for word in words {
        let Some(b) = word.bbox else { continue };
        let continues = lines.last().and_then(|l| l.last()).and_then(|w| w.bbox).is_some_and(|last| {
            let level = last.bottom().abs_diff(b.bottom()) * 2 < last.h.min(b.h);
            level && b.x + last.h / 2 >= last.right()
        });
        match lines.last_mut() {
            Some(line) if continues => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    lines.into_iter().map(Line::new).collect()
}

/// Shares of letters that only Vietnamese has, and of words that can be Vietnamese.
fn vietnamese(words: &[Word]) -> (f32, f32) {
    let (mut letters, mut own, mut plausible, mut counted) = (0, 0, 0, 0);
    for word in words {
        letters += word.text.chars().filter(|c| c.is_alphabetic()).count();
        own += word.text.chars().filter(|c| is_vietnamese_only(*c)).count();
        if word.text.chars().any(char::is_alphanumeric) {
            counted += 1;
            plausible += usize::from(can_be_vietnamese(&word.text));
        }
    }
    let share = |part: usize, all: usize| part as f32 / all.max(1) as f32;
    (share(own, letters), share(plausible, counted))
}

/// Letters an English model cannot write: ă â ê ô ơ ư đ, hooked, dotted and stacked ones.
fn is_vietnamese_only(c: char) -> bool {
    matches!(
        c,
        'ă' | 'Ă' | 'â' | 'Â' | 'ê' | 'Ê' | 'ô' | 'Ô' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'đ' | 'Đ' | '\u{1ea0}'..='\u{1ef9}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::image::components::Mark;
    use crate::source::LayerWord;

    fn layer(text: &str) -> TextLayer {
        let words = text.split(' ').enumerate().map(|(i, w)| {
            let (x, y) = ((i % 10) as f32 * 100.0, (i / 10) as f32 * 40.0);
            LayerWord { text: w.into(), bbox: [x, y, x + 90.0, y + 30.0], visible: true }
        });
        TextLayer { words: words.collect() }
    }

    #[test]
    fn only_vietnamese_that_holds_together_is_used() {
        let cases = [
            ("Yêu cầu các đơn vị báo cáo kết quả thực hiện trước ngày 15 tháng 3 năm 2024 về Ủy ban nhân dân xã", true),
            (
                "Yéu cdu cdc don vi bdo cdo két qud thyc hién truéc ngay 15 thang 3 nam 2024 vé Uy ban nhan dan xa",
                false,
            ),
            ("Ký bởi: Sở Mẫu", false),
            (
                "\u{fffd}\u{fffd} \u{fffd}\u{fffd} ấn ị bổ ộ ế ử ữ\u{fffd} ệ\u{fffd} ố\u{fffd} ạ\u{fffd} ậ\u{fffd} ợ\u{fffd} abc\u{fffd} ẩ\u{fffd} xyz\u{fffd} dfghjk\u{fffd} zzz\u{fffd} www\u{fffd} ddd\u{fffd} ggg\u{fffd}",
                false,
            ),
        ];
        for (text, good) in cases {
            let verdict = judge(&layer(text), false, &Marks::default(), (2000, 2800));
            assert_eq!(verdict.is_ok(), good, "{text}: {verdict:?}");
        }
    }

    #[test]
    fn mirrored_letters_have_boxes_on_the_page() {
        for bbox in [[90.0, 40.0, 10.0, 10.0], [-5.0, 10.0, -90.0, 40.0], [f32::NAN, 10.0, f32::NAN, 40.0]] {
            let word = boxed("Số", bbox, true, (100, 50));
            assert!(word.is_none_or(|w| w.bbox.is_some_and(|b| b.right() <= 100 && b.bottom() <= 50)), "{bbox:?}");
        }
        let mirrored = boxed("Số", [90.0, 10.0, 10.0, 40.0], true, (100, 50)).and_then(|w| w.bbox);
        assert_eq!(mirrored, Some(Rect { x: 10, y: 10, w: 80, h: 30 }));
    }

    #[test]
    fn a_layer_that_covers_little_is_left_aside() {
        let marks: Vec<Mark> = (0..300)
            .map(|i| Mark { bbox: Rect { x: (i % 30) * 60, y: 1000 + i / 30 * 60, w: 40, h: 40 }, ink: 50 })
            .collect();
        let text = "Yêu cầu các đơn vị báo cáo kết quả thực hiện trước ngày 15 tháng 3 năm 2024 về Ủy ban nhân dân xã";
        let why = judge(&layer(text), false, &Marks::new(marks, 300.0), (2000, 2800)).unwrap_err();
        assert!(why.contains("not in it"), "{why}");
    }
}
