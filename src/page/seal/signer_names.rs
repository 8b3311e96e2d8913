//! Names beside and under seals and signatures, read again by themselves.
//!
//! in: the page, the page with the ink that was made pale and where that is, where strokes of seals and pens are
//! ([`crate::page::image::components::strokes`]), the lines read so far → out: the same lines, those near a seal or a signature replaced where
//! another reading says more; zones whose name was read surely are not read again.
//! Why: a name is put on with a rubber stamp (its letters run together) and crossed by a pen; read with the whole page it
//! is lost on most real letters. No one reading is best: each zone is read as it is and with its strokes thinned and the
//! rings of a seal gone, and of the readings of one line the one that others bear out is taken.
//! Promises: a line that was read surely stays; what is new is a line of two words or more, never the words of the ring; a
//! line in a seal without one word read surely is its strokes and goes.
//! Leaves out: telling a name from other words (`extract`).

use super::remove_rings;
use crate::error::Result;
use crate::page::image::filter;
use crate::page::ocr::engine::{Engine, Mode};
use crate::page::{Line, Word, text_layer};
use crate::text::Rect;
use image::{GrayImage, imageops};

/// Most zones of a page.
const MOST: usize = 4;
/// Zones are read at this resolution.
const DPI: f32 = 300.0;
/// What a zone takes in beside, above and below the strokes, in inches: the name stands under them.
const MARGIN: (f32, f32, f32) = (0.5, 0.1, 0.5);
/// A word read this unsurely says nothing.
const LEAST: f32 = 0.3;
/// Inside strokes that hold more words than this, read so surely, is a chart.
const TEXT: usize = 12;
const READ: f32 = 0.6;
/// Letters a line must have to be new.
const LETTERS: f32 = 5.0;
/// A name of so many words, each read so surely, needs no other reading while no word beside it is doubtful.
const NAME: usize = 3;
const SURE: f32 = 0.9;
const DOUBTFUL: std::ops::Range<f32> = LEAST..0.85;
/// What another reading that says the same word adds to its worth.
const BORNE_OUT: f32 = 0.3;
/// What a part of a torn name is worth against a whole one.
const TORN: f32 = 0.5;
/// A line is replaced by one whose other words are worth this much more.
const BETTER: f32 = 1.1;

/// Reads the zones around seals and signatures again.
///
/// # Errors
/// The engine failed.
pub(crate) fn read_again(
    image: &GrayImage,
    unpaled: Option<(&GrayImage, &[Rect])>,
    strokes: &[Rect],
    dpi: f32,
    lines: &mut Vec<Line>,
    engine: &mut dyn Engine,
) -> Result<()> {
    let seals = strokes.iter().filter(|zone| !holds_text(**zone, lines)).copied().collect::<Vec<Rect>>();
    for zone in seals.iter().copied().take(MOST) {
        if is_named(zone, lines, dpi) {
            continue;
        }
        let mut read = readings(image, zone, dpi, engine)?;
        if let Some((image, _)) = unpaled.filter(|(_, zones)| zones.iter().any(|z| meet(*z, zone))) {
            read.extend(readings(image, zone, dpi, engine)?);
        }
        for line in best_of(read, dpi) {
            take(line, zone.y + zone.h / 2, lines);
        }
    }
    lines.retain(|line| says(&line.words) || !seals.iter().any(|zone| line.bbox.is_some_and(|b| holds(*zone, b))));
    Ok(())
}

fn meet(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// Whether a line has a word or a number read surely; in a seal other lines are its strokes.
fn says(words: &[Word]) -> bool {
    let number = |w: &Word| w.text.chars().any(|c| c.is_ascii_digit());
    let whole = |w: &Word| (letters(w) >= 2.0 || number(w)) && text_layer::can_be_vietnamese(&w.text);
    words.iter().any(|w| w.confidence >= READ && whole(w))
}

/// Whether the middle of a box lies inside a zone.
fn holds(zone: Rect, b: Rect) -> bool {
    let (x, y) = (b.x + b.w / 2, b.y + b.h / 2);
    (zone.x..zone.right()).contains(&x) && (zone.y..zone.bottom()).contains(&y)
}

/// All lines of all readings of a zone, with boxes on the page.
fn readings(image: &GrayImage, strokes: Rect, dpi: f32, engine: &mut dyn Engine) -> Result<Vec<Vec<Line>>> {
    let inch = |v: f32| (v * dpi) as u32;
    let (beside, above, below) = MARGIN;
    let (x, y) = (strokes.x.saturating_sub(inch(beside)), strokes.y.saturating_sub(inch(above)));
    let w = (strokes.right() + inch(beside)).min(image.width()).saturating_sub(x);
    let h = (strokes.bottom() + inch(below)).min(image.height()).saturating_sub(y);
    if w < 16 || h < 16 {
        return Ok(Vec::new());
    }
    let factor = (DPI / dpi.max(50.0)).max(1.0);
    let cut = imageops::crop_imm(image, x, y, w, h).to_image();
    let cut = if factor > 1.01 { filter::scaled(&cut, factor) } else { cut };
    let thin = filter::thin(remove_rings::without_rings(&cut, dpi * factor).as_ref().unwrap_or(&cut));
    let mut read = Vec::new();
    for (image, mode) in [(&cut, Mode::Sparse), (&thin, Mode::Sparse), (&thin, Mode::Block)] {
        engine.set_mode(mode);
        let down = |v: u32| (v as f32 / factor) as u32;
        let place = |b: Rect| Rect { x: x + down(b.x), y: y + down(b.y), w: down(b.w).max(1), h: down(b.h).max(1) };
        let lines = engine.recognise(image, dpi * factor)?;
        let placed = lines.into_iter().map(|l| l.words.into_iter().filter_map(|w| word(w, place)).collect());
        read.push(placed.map(sure).filter(|l| !l.words.is_empty()).collect());
    }
    Ok(read)
}

/// The word without the strokes at its edges, where it may be a word at all.
fn word(word: Word, place: impl Fn(Rect) -> Rect) -> Option<Word> {
    let text = word.text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | ')' | '(')).to_owned();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let choices = if text == word.text { word.choices } else { Vec::new() };
    let possible = letters >= 2 && text_layer::can_be_vietnamese(&text);
    possible.then(|| Word { bbox: word.bbox.map(place), choices, text, ..word })
}

/// The line of the words read surely. A family name half under the seal is kept before two sure words, however unsure: what
/// is read badly is doubted later, not dropped.
fn sure(words: Vec<Word>) -> Line {
    let surely = |w: &Word| w.confidence >= LEAST;
    let family = words.len() >= NAME && is_capitalised(&words[0].text) && words[1..].iter().all(surely);
    let kept = words.into_iter().enumerate().filter(|(at, w)| surely(w) || family && *at == 0);
    Line::new(kept.map(|(_, w)| w).collect())
}

/// Of the readings of each line the one worth most.
fn best_of(read: Vec<Vec<Line>>, dpi: f32) -> Vec<Line> {
    let said = |line: &Line, word: &Word| line.words.iter().any(|w| w.text == word.text);
    let borne_out = |from: usize, line: &Line, word: &Word| {
        let others = read.iter().enumerate().filter(|(at, _)| *at != from);
        others.filter(|(_, lines)| lines.iter().any(|l| same_line(l, line) && said(l, word))).count()
    };
    let mut weighed: Vec<(f32, Line)> = Vec::new();
    for (from, lines) in read.iter().enumerate() {
        for line in lines {
            let worth = |w: &Word| weight(w, &line.words) * (1.0 + BORNE_OUT * borne_out(from, line, w) as f32);
            weighed.push((line.words.iter().map(worth).sum(), line.clone()));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best: Vec<Line> = Vec::new();
    for (_, line) in weighed {
        let tall = line.bbox.is_some_and(|b| b.h as f32 > 0.5 * dpi);
        if !tall && !best.iter().any(|b| same_line(b, &line)) {
            best.push(line);
        }
    }
    best
}

fn letters(word: &Word) -> f32 {
    word.text.chars().filter(|c| c.is_alphabetic()).count() as f32
}

/// What a word of a line is worth. Beside parts of a name a word in lower case is the rest of another part.
fn weight(word: &Word, line: &[Word]) -> f32 {
    let named = line.iter().filter(|w| is_capitalised(&w.text)).count() >= 2;
    let torn = named && word.text.starts_with(char::is_lowercase);
    letters(word) * word.confidence * if torn { TORN } else { 1.0 }
}

/// What some words of a line are worth.
fn worth<'w>(words: impl IntoIterator<Item = &'w Word>, line: &[Word]) -> f32 {
    words.into_iter().filter(|w| text_layer::can_be_vietnamese(&w.text)).map(|w| weight(w, line)).sum()
}

/// Whether two lines share half the height of the lower one and some width.
fn same_line(a: &Line, b: &Line) -> bool {
    let (Some(a), Some(b)) = (a.bbox, b.bbox) else { return false };
    let down = a.bottom().min(b.bottom()).saturating_sub(a.y.max(b.y));
    let across = a.right().min(b.right()).saturating_sub(a.x.max(b.x));
    across > 0 && down * 2 >= a.h.min(b.h)
}

/// Whether the middle of a word stands at the height of a line.
fn same_row(word: &Word, line: &Line) -> bool {
    let (Some(word), Some(line)) = (word.bbox, line.bbox) else { return false };
    (line.y..line.bottom()).contains(&(word.y + word.h / 2))
}

/// Whether running text was read inside the strokes: the boxes and arrows of a chart.
fn holds_text(strokes: Rect, lines: &[Line]) -> bool {
    let inside = |w: &&Word| w.bbox.is_some_and(|b| holds(strokes, b)) && w.confidence >= READ && letters(w) >= 2.0;
    lines.iter().flat_map(|l| &l.words).filter(inside).count() > TEXT
}

/// Whether the name under the strokes was read surely, and nothing beside it is doubtful.
fn is_named(strokes: Rect, lines: &[Line], dpi: f32) -> bool {
    let zone = Rect { h: strokes.h + (MARGIN.2 * dpi) as u32, ..strokes };
    let inside = |line: &Line| -> Vec<Word> {
        line.words.iter().filter(|w| w.bbox.is_some_and(|b| holds(zone, b))).cloned().collect()
    };
    let doubtful =
        |w: &Word| DOUBTFUL.contains(&w.confidence) && letters(w) >= 1.0 && text_layer::can_be_vietnamese(&w.text);
    let sure = |w: &Word| w.confidence >= SURE && is_capitalised(&w.text);
    let below = |words: &[Word]| words.iter().all(|w| w.bbox.is_some_and(|b| b.y > strokes.y + strokes.h / 2));
    let words: Vec<Vec<Word>> = lines.iter().map(inside).collect();
    // what else stands beside it may be the family name
    let alone = |name: &Line| words.iter().flatten().filter(|w| same_row(w, name)).count() == name.words.len();
    let named = |line: &&Vec<Word>| line.len() >= NAME && line.iter().all(sure) && below(line);
    words.iter().filter(named).any(|line| alone(&Line::new(line.clone()))) && !words.iter().flatten().any(doubtful)
}

/// Whether a word is written as a part of a name is: "Hà", not "HÀ" or "hà".
fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase)
}

/// Puts a line in the place of the words it covers, where it is worth more than they; in an empty place below `middle`
/// where it is a line of words, not of capitals like those in a seal.
fn take(line: Line, middle: u32, lines: &mut Vec<Line>) {
    let Some(place) = line.bbox else { return };
    let covered = |w: &Word| {
        w.bbox.is_some_and(|b| {
            let (x, y) = (b.x + b.w / 2, b.y + b.h / 2);
            (place.x..=place.right()).contains(&x) && (place.y..=place.bottom()).contains(&y)
        })
    };
    // part of a longer line: the strokes lie over running text
    let goes_on = |w: &Word| {
        w.bbox.is_some_and(|b| b.x < place.right() + place.h && place.x < b.right() + place.h)
            && letters(w) >= 2.0
            && w.confidence >= READ
    };
    let longer = |l: &&Line| l.words.iter().any(covered) && l.words.iter().any(|w| !covered(w) && goes_on(w));
    if lines.iter().any(|l| longer(&l)) {
        return;
    }
    let there: Vec<Word> = lines.iter().flat_map(|l| &l.words).filter(|w| covered(w)).cloned().collect();
    let new = line.words.len() >= 2
        && place.y + place.h / 2 > middle
        && line.words.iter().map(letters).sum::<f32>() >= LETTERS
        && line.words.iter().any(|w| w.text.chars().any(char::is_lowercase));
    // a family name put before the names that were there
    let more = line.words.len() > there.len() && there.iter().all(|w| line.words.iter().any(|l| l.text == w.text));
    let only_in =
        |a: &[Word], b: &[Word]| -> f32 { worth(a.iter().filter(|w| !b.iter().any(|o| o.text == w.text)), a) };
    let (gained, lost) = (only_in(&line.words, &there), only_in(&there, &line.words));
    let better = more || gained > BETTER * lost;
    if !better || (!new && worth(&there, &there) == 0.0) {
        return;
    }
    for old in lines.iter_mut() {
        let kept: Vec<Word> = std::mem::take(&mut old.words).into_iter().filter(|w| !covered(w)).collect();
        *old = Line::new(kept);
    }
    lines.retain(|l| !l.words.is_empty());
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[(&str, f32)], y: u32) -> Line {
        let word = |(at, (text, confidence)): (usize, &(&str, f32))| Word {
            text: (*text).to_owned(),
            bbox: Some(Rect { x: 100 + 100 * at as u32, y, w: 90, h: 30 }),
            confidence: *confidence,
            ..Word::default()
        };
        Line::new(words.iter().enumerate().map(word).collect())
    }

    #[test]
    fn a_family_name_read_badly_stays_before_sure_words_only() {
        let kept = |words: &[(&str, f32)]| sure(line(words, 0).words).text();
        assert_eq!(kept(&[("Lê", 0.1), ("Minh", 0.9), ("Nhân", 0.9)]), "Lê Minh Nhân");
        assert_eq!(kept(&[("HÒA", 0.9), ("Áo", 0.0)]), "HÒA");
        assert_eq!(kept(&[("Lê", 0.1), ("Áo", 0.2), ("Nhân", 0.9)]), "Nhân");
    }

    #[test]
    fn the_reading_others_bear_out_is_taken() {
        let readings = vec![
            vec![line(&[("Hả", 0.9), ("Vân", 0.6), ("Lộc", 0.9)], 50)],
            vec![line(&[("Hà", 0.8), ("Văn", 0.8), ("Lộc", 0.9)], 52)],
            vec![line(&[("Hà", 0.8), ("Văn", 0.7)], 51)],
        ];
        let best: Vec<String> = best_of(readings, 300.0).iter().map(Line::text).collect();
        assert_eq!(best, ["Hà Văn Lộc"]);
    }

    #[test]
    fn a_whole_name_is_worth_more_than_a_torn_one() {
        let torn = line(&[("san", 0.92), ("Đình", 0.96), ("Quảng", 0.97)], 50);
        let whole = line(&[("Phan", 0.52), ("Đình", 0.96), ("Quảng", 0.97)], 51);
        let best: Vec<String> = best_of(vec![vec![torn], vec![whole]], 300.0).iter().map(Line::text).collect();
        assert_eq!(best, ["Phan Đình Quảng"]);
    }

    #[test]
    fn strokes_say_nothing_but_words_and_numbers_do() {
        let said = |words: &[(&str, f32)]| says(&line(words, 0).words);
        assert!(said(&[("BI", 0.1), ("Quang", 0.9)]) && said(&[("5", 0.9)]) && said(&[("12/2024", 0.7)]));
        assert!(!said(&[("A", 0.9), ("XS", 0.1), ("*", 0.9)]) && !said(&[("94+", 0.9), ("TRUẬN", 0.4)]));
    }

    #[test]
    fn a_name_read_surely_needs_no_other_reading() {
        let strokes = Rect { x: 50, y: 0, w: 500, h: 100 };
        let named =
            |post: &[(&str, f32)], name: &[(&str, f32)], y| is_named(strokes, &[line(post, 10), line(name, y)], 100.0);
        let name = [("Hà", 0.96), ("Văn", 0.95), ("Lộc", 0.97)];
        let post = [("GIÁM", 0.9), ("ĐỐC", 0.97)];
        assert!(named(&post, &name, 110) && named(&[("~—", 0.5), ("Ðốế", 0.1)], &name, 110));
        assert!(!named(&[("PHÓ", 0.9), ("ú", 0.5)], &name, 110));
        assert!(!named(&post, &name, 300) && !named(&post, &name, 20) && !named(&post, &name[1..], 110));
        assert!(!named(&post, &[("Hà", 0.8), ("Văn", 0.95), ("Lộc", 0.97)], 110));
        assert!(!named(&post, &[("Hà", 0.96), ("VĂN", 0.95), ("Lộc", 0.97)], 110));
    }

    #[test]
    fn what_was_read_surely_and_running_text_stay() {
        let said = |there: Line, new: Line, middle: u32| {
            let mut lines = vec![there];
            take(new, middle, &mut lines);
            lines.iter().map(Line::text).collect::<Vec<_>>().join(" | ")
        };
        let name = || line(&[("Hà", 0.8), ("Văn", 0.8), ("Lộc", 0.9)], 50);
        assert_eq!(said(line(&[("la", 0.2), ("Vn", 0.2), ("Lc", 0.3)], 50), name(), 0), "Hà Văn Lộc");
        assert_eq!(said(line(&[("Hạ", 0.9), ("Văn", 0.9), ("Lộc", 0.95)], 50), name(), 0), "Hạ Văn Lộc");
        // one word better read is enough
        let unsure = line(&[("Ha", 0.4), ("Văn", 0.8), ("Lộc", 0.9)], 50);
        assert_eq!(said(unsure, name(), 0), "Hà Văn Lộc");
        // strokes beside it are no running text
        let mut beside = line(&[("ô", 0.7), ("Văn", 0.8), ("Lộc", 0.9)], 50);
        let stroke = Some(Rect { x: 60, y: 50, w: 35, h: 30 });
        beside.words.insert(0, Word { text: "Sao".into(), bbox: stroke, confidence: 0.3, ..Word::default() });
        assert_eq!(said(beside, name(), 0), "Sao | Hà Văn Lộc");
        let running = line(&[("Hà", 0.2), ("Vn", 0.2), ("Lc", 0.2), ("là", 0.9), ("nơi", 0.9)], 50);
        assert_eq!(said(running.clone(), name(), 0), running.text());
        // an empty place takes it below the middle of the strokes only
        let far = || line(&[("xa", 0.9)], 500);
        assert_eq!(said(far(), name(), 40), "xa | Hà Văn Lộc");
        assert_eq!(said(far(), name(), 90), "xa");
    }
}
