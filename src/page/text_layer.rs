//! What the text layer of a PDF page says, held against the picture: the reader of the paper is right, the layer is a witness.
//!
//! in: the words of a layer and the page → out: [`Heard`]: the lines that can be believed; or the reason why none can.
//! Promises: a word without ink of its own is not on the page: painted over, clipped, off the sheet, white on white, hidden
//! over nothing; a word drawn twice counts once; a line in a legacy encoding is converted, one without meaning left to be
//! read. Hidden text, somebody's OCR, is used as a whole and only where it holds together as Vietnamese and covers the print.
//! Leaves out: reading: digits that prove a font honest are given to whoever can read them.

use super::image::binarise;
use super::image::components::Marks;
use super::words::{HIDDEN, Line, TYPED, WORD_IS_SURE, Word, boxes, can_be_vietnamese};
use crate::source::{LayerWord, Shown, TextLayer};
use crate::text::{Rect, legacy};
use image::{DynamicImage, GrayImage};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Letters below which a layer proves nothing.
const ENOUGH_LETTERS: usize = 40;
/// Share of letters only Vietnamese has: 25 % in real text, 2 % in what an English model made of it.
const VIETNAMESE_LETTERS: f32 = 0.10;
/// Share of words that can be Vietnamese syllables, numbers or abbreviations.
const SYLLABLES: f32 = 0.80;
/// Share of letter-like ink a hidden layer may leave uncovered; pasted images and seals are not in it.
const UNCOVERED: f32 = 0.15;
/// A page of which painted words cover less is a picture with words on it.
const UNCOVERED_BY_PAINTED: f32 = 0.45;
/// Fewer letters outside the layer are dirt.
const FEW_LOST: usize = 20;
/// Grey levels between ink and paper, and the share of a word's box that ink fills at least.
const CONTRAST: u8 = 40;
const INK: f32 = 0.01;
/// Ground darker than this shows light letters.
const DARK_GROUND: u8 = 160;
/// Words that share this part of their boxes stand at one place.
const SAME_PLACE: f64 = 0.5;
/// Places remembered of one word: a page has no more of it.
const MOST_PLACES: usize = 500;
/// Digits that prove something, how many of them must be the same, and how many fonts of a page are tried.
const PROOF_DIGITS: usize = 3;
const SAME_DIGITS: f64 = 0.6;
const MOST_PROOFS: usize = 6;
/// Share of signs that no Vietnamese text holds, and their number, that make a line meaningless.
const MEANINGLESS: f32 = 0.10;
const MEANINGLESS_SIGNS: usize = 2;

/// What a layer says that can be believed.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Its lines, in the order of the content stream.
    pub lines: Vec<Line>,
    /// Lines that annotations laid on the page: numbers put into its lines, stamps, notes.
    pub laid_on: Vec<Line>,
    /// Boxes of ink that needs no reading: the words of the lines, watermarks, bullets.
    pub known: Vec<Rect>,
    /// Why it was believed, and how far.
    pub why: String,
    /// Whether the page is mostly what it says; else the page is a picture with a few words on it.
    pub is_most: bool,
    /// Per font the words with most digits: a font that says other digits than it draws is found out by reading them.
    pub proofs: Vec<Line>,
}

/// What of a layer can be believed; or why nothing.
pub(crate) fn hear(
    layer: &TextLayer,
    born_digital: bool,
    picture: &DynamicImage,
    marks: &Marks,
) -> Result<Heard, String> {
    let paper = picture.to_luma8();
    let size = paper.dimensions();
    let (on_page, absent): (Vec<&LayerWord>, Vec<&LayerWord>) =
        layer.words.iter().partition(|word| is_on_page(word, &paper));
    let absent = absent.iter().filter(|w| w.shown != Shown::Hidden && w.text.contains(char::is_alphanumeric)).count();
    let of = |kinds: &[Shown], laid_on: Option<bool>| -> Vec<Placed> {
        let words = on_page.iter().filter(|w| kinds.contains(&w.shown) && laid_on.is_none_or(|is| w.laid_on == is));
        without_doubles(words.filter_map(|w| placed(w, size)).collect())
    };
    let mut known: Vec<Rect> = of(&[Shown::Slanted], None).iter().map(|p| p.at).collect();
    let (laid_on, garbled) = believable(lines(of(&[Shown::Painted, Shown::Filled], Some(true))));
    known.extend(boxes(&laid_on));
    let painted = of(&[Shown::Painted, Shown::Filled], Some(false));
    let proofs = proofs(on_page.iter().filter(|w| matches!(w.shown, Shown::Painted | Shown::Hidden)), size);
    known.extend(painted.iter().filter(|p| is_bullet(&p.word.text)).map(|p| p.at));
    let (painted, unread) = believable(lines(painted));
    let painted = holds_together(painted)?;
    known.extend(boxes(&painted));
    let hidden = if born_digital { Ok(Vec::new()) } else { covering(lines(of(&[Shown::Hidden], None)), &known, marks) };
    let nothing_painted = painted.is_empty() && laid_on.is_empty();
    let (hidden, mut why) = match hidden {
        Ok(lines) if lines.is_empty() && nothing_painted => return Err("text layer left aside: no words".into()),
        Ok(lines) if lines.is_empty() && painted.is_empty() => (lines, "words laid on the page are used".to_owned()),
        Ok(lines) if lines.is_empty() => (lines, "text layer used: born digital".to_owned()),
        Ok(lines) => (lines, "text layer used: it covers the page".to_owned()),
        Err(why) if nothing_painted => return Err(why),
        Err(why) => (Vec::new(), why),
    };
    known.extend(boxes(&hidden));
    for (count, what) in [(absent, "words of it are not on the page"), (unread + garbled, "lines of it make no sense")]
    {
        if count > 0 {
            why = format!("{why}; {count} {what}");
        }
    }
    let (uncovered, count) = marks.uncovered(&known);
    let is_most = !hidden.is_empty() || uncovered <= UNCOVERED_BY_PAINTED || count <= FEW_LOST;
    Ok(Heard { lines: painted.into_iter().chain(hidden).collect(), laid_on, known, why, is_most, proofs })
}

/// Per font the run of words with most digits.
fn proofs<'w>(words: impl Iterator<Item = &'w &'w LayerWord>, size: (u32, u32)) -> Vec<Line> {
    let digits = |line: &[Placed]| line.iter().map(|p| digits_of(&p.word.text).len()).sum::<usize>();
    let mut best: HashMap<Option<String>, Vec<Placed>> = HashMap::new();
    for line in lines(words.filter_map(|w| placed(w, size)).collect()) {
        let mut runs: Vec<Vec<Placed>> = Vec::new();
        for word in line {
            match runs.last_mut().filter(|run| run.last().is_some_and(|last| last.font == word.font)) {
                Some(run) => run.push(word),
                None => runs.push(vec![word]),
            }
        }
        for run in runs.into_iter().filter(|run| digits(run) >= PROOF_DIGITS) {
            let held = best.entry(run[0].font.clone()).or_default();
            if digits(&run) > digits(held) {
                *held = run;
            }
        }
    }
    let mut proofs: Vec<Line> =
        best.into_values().map(|run| Line::new(run.into_iter().map(|p| p.word).collect())).collect();
    proofs.sort_by_key(|line| line.bbox.map(|b| (b.y, b.x)));
    proofs.truncate(MOST_PROOFS);
    proofs
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a sure reading of the place says quite other digits than the layer, as many of them.
pub(crate) fn is_refuted(proof: &Line, read: &[Line]) -> bool {
    let sure = read.iter().flat_map(|l| &l.words).filter(|w| w.confidence >= WORD_IS_SURE);
    let read: String = sure.map(|w| digits_of(&w.text)).collect();
    let said = digits_of(&proof.text());
    // small type and print under seals is read in part
    let whole = read.len() >= PROOF_DIGITS && read.len().abs_diff(said.len()) * 5 <= said.len();
    whole && strsim::normalized_levenshtein(&said, &read) < SAME_DIGITS
}

/// A word at its place on the page.
struct Placed {
    word: Word,
    at: Rect,
    font: Option<String>,
}

fn placed(word: &LayerWord, (width, height): (u32, u32)) -> Option<Placed> {
    let [x0, y0, x1, y1] = word.bbox;
    // the soft hyphen is a letter of TCVN3
    let text: String = word.text.chars().filter(|c| !c.is_control()).collect();
    // mirrored letters run to the left
    let (x0, x1, y0, y1) = (x0.min(x1), x0.max(x1), y0.min(y1), y0.max(y1));
    if text.trim().is_empty() || x1 <= 0.0 || y1 <= 0.0 || x0 >= width as f32 || y0 >= height as f32 {
        return None;
    }
    let inside = |v: f32, most: u32| v.clamp(0.0, most as f32) as u32;
    let (x, y) = (inside(x0, width), inside(y0, height));
    let (w, h) = ((inside(x1.ceil(), width) - x).max(1), (inside(y1.ceil(), height) - y).max(1));
    let at = Rect { x, y, w, h };
    let confidence = if word.shown == Shown::Hidden { HIDDEN } else { TYPED };
    let word_on_page = Word { text: text.nfc().collect(), bbox: Some(at), confidence, ..Word::default() };
    Some(Placed { word: word_on_page, at, font: word.font.clone() })
}

/// Whether a reader of the paper sees the word: ink stands out in its box.
fn is_on_page(word: &LayerWord, paper: &GrayImage) -> bool {
    match word.shown {
        Shown::Covered => return false,
        Shown::Filled | Shown::Slanted => return true,
        Shown::Painted | Shown::Hidden => {}
    }
    let Some(Placed { at, .. }) = placed(word, paper.dimensions()) else { return false };
    let values = || binarise::pixels(at).map(|(x, y)| binarise::at(paper, x, y));
    let Some(ground) = binarise::median(values()) else { return false };
    let ink = values().filter(|v| v.abs_diff(ground) > CONTRAST).count();
    // solid letters may fill half of a tight box: then either ground will do
    let stands_out = ink as f32 >= INK * (at.w * at.h) as f32;
    stands_out && (!word.light || ground < DARK_GROUND)
}

/// The words without those that say the same at the same place: shadows, a second reading of the page.
fn without_doubles(words: Vec<Placed>) -> Vec<Placed> {
    let mut seen: HashMap<String, Vec<Rect>> = HashMap::new();
    let mut kept = Vec::with_capacity(words.len());
    for placed in words {
        let places = seen.entry(placed.word.text.clone()).or_default();
        let before = |other: &Rect| other.share_in(placed.at).max(placed.at.share_in(*other)) > SAME_PLACE;
        if places.len() < MOST_PLACES && !places.iter().any(before) {
            places.push(placed.at);
            kept.push(placed);
        }
    }
    kept
}

/// Symbols of a font of its own: bullets, ticked boxes.
fn is_bullet(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\u{e000}'..='\u{f8ff}'))
}

/// The painted lines that have a meaning, and how many have none: those are left to be read.
fn believable(lines: Vec<Vec<Placed>>) -> (Vec<Line>, usize) {
    let (mut good, mut unread) = (Vec::new(), 0);
    for mut line in lines {
        line.retain(|p| !is_bullet(&p.word.text));
        let line = converted(line);
        if line.words.is_empty() {
            continue;
        }
        match is_meaningless(&line.text()) {
            true => unread += 1,
            false => good.push(line),
        }
    }
    (good, unread)
}

/// The line in Unicode, where its fonts or its look say that it is in one of the encodings before.
fn converted(line: Vec<Placed>) -> Line {
    let whole = line.iter().map(|p| p.word.text.as_str()).collect::<Vec<_>>().join(" ");
    let by_look = legacy::recognise(&whole);
    let convert = |p: Placed| {
        let code = p.font.as_deref().and_then(legacy::by_font).or(by_look);
        let text = code.map(|code| legacy::to_unicode(&p.word.text, code));
        // a font may bear the name of the old ones and yet say what it draws
        let better = text.filter(|text| can_be_vietnamese(text) || !can_be_vietnamese(&p.word.text));
        let text = better.unwrap_or(p.word.text).replace('\u{ad}', "");
        Word { text, ..p.word }
    };
    Line::new(line.into_iter().map(convert).filter(|w| !w.text.is_empty()).collect())
}

/// Whether letters stand in it that no Vietnamese text holds: a font that does not say what it draws.
fn is_meaningless(text: &str) -> bool {
    let signs = text.chars().filter(|c| !c.is_whitespace()).count();
    let foreign = |c: &char| {
        matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}')
            || c.is_alphabetic() && !c.is_ascii() && !is_vietnamese(*c)
    };
    let foreign = text.chars().filter(foreign).count();
    foreign >= MEANINGLESS_SIGNS && foreign as f32 > MEANINGLESS * signs as f32
}

/// The painted lines, where they hold together as Vietnamese or are too few to tell.
fn holds_together(lines: Vec<Line>) -> Result<Vec<Line>, String> {
    let words = || lines.iter().flat_map(|l| &l.words);
    let letters = words().flat_map(|w| w.text.chars()).filter(|c| c.is_alphabetic()).count();
    let (own, plausible) = vietnamese(words());
    if letters >= ENOUGH_LETTERS && (own < VIETNAMESE_LETTERS || plausible < SYLLABLES) {
        return Err(no_vietnamese(own, plausible));
    }
    Ok(lines)
}

/// The hidden lines, where they are a good reading of the page: many, Vietnamese, and little print outside of them.
fn covering(lines: Vec<Vec<Placed>>, known: &[Rect], marks: &Marks) -> Result<Vec<Line>, String> {
    let lines: Vec<Line> = lines.into_iter().map(converted).collect();
    let words = || lines.iter().flat_map(|l| &l.words);
    if words().next().is_none() {
        return Ok(lines);
    }
    let letters = words().flat_map(|w| w.text.chars()).filter(|c| c.is_alphabetic()).count();
    if letters < ENOUGH_LETTERS {
        return Err(format!("text layer left aside: only {} words", words().count()));
    }
    let (own, plausible) = vietnamese(words());
    if own < VIETNAMESE_LETTERS || plausible < SYLLABLES {
        return Err(no_vietnamese(own, plausible));
    }
    let covered: Vec<Rect> = boxes(&lines).into_iter().chain(known.iter().copied()).collect();
    let (uncovered, count) = marks.uncovered(&covered);
    if uncovered > UNCOVERED && count > FEW_LOST {
        return Err(format!("text layer left aside: {} % of the print is not in it", (uncovered * 100.0).round()));
    }
    Ok(lines)
}

fn no_vietnamese(own: f32, plausible: f32) -> String {
    let per_cent = |share: f32| (share * 100.0).round();
    format!(
        "text layer left aside: not Vietnamese that holds together ({} % Vietnamese letters, {} % syllables)",
        per_cent(own),
        per_cent(plausible)
    )
}

/// Words in stream order → lines: a new one begins where the base line moves or the words go back to the left.
fn lines(words: Vec<Placed>) -> Vec<Vec<Placed>> {
    let mut lines: Vec<Vec<Placed>> = Vec::new();
    for word in words {
        let continues = lines.last().and_then(|l| l.last()).is_some_and(|last| {
            let (last, next) = (last.at, word.at);
            let level = last.bottom().abs_diff(next.bottom()) * 2 < last.h.min(next.h);
            level && next.x + last.h / 2 >= last.right()
        });
        match lines.last_mut() {
            Some(line) if continues => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    lines
}

/// Shares of letters that only Vietnamese has, and of words that can be Vietnamese.
fn vietnamese<'w>(words: impl Iterator<Item = &'w Word>) -> (f32, f32) {
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

/// Letters of the Vietnamese alphabet beyond ASCII, with their tones, and the signs that come with them.
fn is_vietnamese(c: char) -> bool {
    let c = c.to_lowercase().next().unwrap_or(c);
    is_vietnamese_only(c) || "àáãèéìíòóõùúýđĩũ".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::image::binarise::Ink;
    use image::Luma;

    fn word(text: &str, bbox: [f32; 4], shown: Shown) -> LayerWord {
        LayerWord { text: text.into(), bbox, shown, light: false, laid_on: false, font: None }
    }

    fn layer(text: &str, shown: Shown) -> TextLayer {
        let words = text.split(' ').enumerate().map(|(i, w)| {
            let (x, y) = ((i % 10) as f32 * 100.0, (i / 10) as f32 * 40.0);
            word(w, [x, y, x + 90.0, y + 30.0], shown)
        });
        TextLayer { words: words.collect(), turned: 0 }
    }

    /// A page with a stroke of ink in the box of every word.
    fn page(layer: &TextLayer) -> GrayImage {
        let mut paper = GrayImage::from_pixel(2000, 2800, Luma([255]));
        for [x, y, ..] in layer.words.iter().map(|w| w.bbox) {
            (0..40).for_each(|i| paper.put_pixel(x as u32 + 20 + i, y as u32 + 15, Luma([0])));
        }
        paper
    }

    fn heard(layer: &TextLayer, born_digital: bool, paper: GrayImage) -> Result<Heard, String> {
        let marks = Marks::of(&Ink::of(&paper, 300.0));
        hear(layer, born_digital, &DynamicImage::ImageLuma8(paper), &marks)
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
            let layer = layer(text, Shown::Hidden);
            let heard = heard(&layer, false, page(&layer));
            assert_eq!(heard.is_ok(), good, "{text}: {heard:?}");
        }
    }

    #[test]
    fn what_has_no_ink_is_not_on_the_page() {
        let text = "Yêu cầu các đơn vị báo cáo kết quả thực hiện trước ngày 15 tháng 3 năm 2024 về Ủy ban nhân dân xã";
        let mut layer = layer(text, Shown::Painted);
        let paper = page(&layer);
        // written in white, clipped away, drawn beside the ink
        layer.words[1].light = true;
        layer.words[2].shown = Shown::Covered;
        layer.words.push(word("mật", [1500.0, 1500.0, 1600.0, 1540.0], Shown::Painted));
        let heard = heard(&layer, true, paper).unwrap();
        let said: Vec<String> = heard.lines.iter().map(Line::text).collect();
        assert!(said[0].starts_with("Yêu đơn") && !said.concat().contains("mật"), "{said:?}");
        assert!(heard.why.ends_with("3 words of it are not on the page"), "{}", heard.why);
    }

    #[test]
    fn marks_of_their_own_join_their_letters() {
        let nfd = "Y\u{ea}u ca\u{302}\u{300}u";
        let layer = layer(nfd, Shown::Painted);
        let heard = heard(&layer, true, page(&layer)).unwrap();
        assert_eq!(heard.lines[0].text(), "Yêu cầu");
    }

    #[test]
    fn a_font_that_says_other_digits_than_it_draws_is_refuted() {
        let line = |text: &str, confidence| Line::new(vec![Word { text: text.into(), confidence, ..Word::default() }]);
        for (said, read, confidence, refuted) in [
            ("7915", "1472", 0.95, true),
            ("7915", "7915", 0.95, false),
            ("05/12/2025", "O5/12/2025", 0.95, false),
            ("7915", "1472", 0.5, false),
            ("7915", "", 0.95, false),
        ] {
            assert_eq!(is_refuted(&line(said, 1.0), &[line(read, confidence)]), refuted, "{said} {read}");
        }
    }

    #[test]
    fn mirrored_letters_have_boxes_on_the_page() {
        let bbox_of = |bbox| placed(&word("Số", bbox, Shown::Painted), (100, 50)).map(|p| p.at);
        for bbox in [[90.0, 40.0, 10.0, 10.0], [-5.0, 10.0, -90.0, 40.0], [f32::NAN, 10.0, f32::NAN, 40.0]] {
            assert!(bbox_of(bbox).is_none_or(|b| b.right() <= 100 && b.bottom() <= 50), "{bbox:?}");
        }
        assert_eq!(bbox_of([90.0, 10.0, 10.0, 40.0]), Some(Rect { x: 10, y: 10, w: 80, h: 30 }));
    }

    #[test]
    fn a_hidden_layer_that_covers_little_is_left_aside() {
        let text = "Yêu cầu các đơn vị báo cáo kết quả thực hiện trước ngày 15 tháng 3 năm 2024 về Ủy ban nhân dân xã";
        let layer = layer(text, Shown::Hidden);
        let mut paper = page(&layer);
        for i in 0..300 {
            let (x, y) = ((i % 30) * 60, 1000 + i / 30 * 60);
            (0..40).for_each(|d| (0..6).for_each(|w| paper.put_pixel(x + d.min(39), y + (d + w).min(45), Luma([0]))));
        }
        let why = heard(&layer, false, paper).unwrap_err();
        assert!(why.contains("not in it"), "{why}");
    }
}
