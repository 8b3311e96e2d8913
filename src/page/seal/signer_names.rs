//! Names beside and under seals and signatures, read again by themselves.
//!
//! in: the page, the page with the ink that was made pale and where that is, where strokes of seals and pens are
//! ([`Marks::strokes`](crate::page::image::components::Marks::strokes)), the lines read so far → out: the same lines, those
//! near a seal or a signature replaced where another reading says more; zones whose name was read surely are not read again.
//! Why: a name is put on with a rubber stamp (its letters run together) and crossed by a pen; read with the whole page it
//! is lost on most real letters. No one reading is best: each zone is read as it is and with its strokes thinned and the
//! rings of a seal gone, and of the readings of one line the one that others bear out is taken.
//! Promises: a line that was read surely stays; what is new is a line of two words or more, never the words of the ring; a
//! line in a seal without one word read surely is its strokes and goes. Leaves out: telling a name from other words (`extract`).

use super::remove_rings::without_rings;
use crate::error::Result;
use crate::page::image::view::View;
use crate::page::ocr::engine::{Mode, Recogniser};
use crate::page::words::{BELIEVED, Line, NAME_IS_SURE, SAYS_NOTHING, WORD_IS_SURE, Word, all};
use crate::text::Rect;

/// Most zones of a page.
const MOST: usize = 4;
/// What a zone takes in beside, above and below the strokes, in inches: the name stands under them.
const MARGIN: (f32, f32, f32) = (0.5, 0.1, 0.5);
/// A zone cut smaller, in pixels, holds no name.
const LEAST_CUT: u32 = 16;
/// A line taller than this, in inches, is no name.
const TALL: f32 = 0.5;
/// Inside strokes that hold more words than this, read believably, is a chart.
const TEXT: usize = 12;
/// Letters a line must have to be new.
const LETTERS: usize = 5;
/// A name has so many words or more.
const NAME: usize = 3;
/// What another reading that says the same word adds to its worth.
const BORNE_OUT: f32 = 0.3;
/// What a part of a torn name is worth against a whole one.
const TORN: f32 = 0.5;
/// A line is replaced by one whose other words are worth this much more.
const BETTER: f32 = 1.1;

/// Reads the zones around seals and signatures again. `unpaled` is the page with the ink that was made pale, and where.
///
/// # Errors
/// The engine failed.
pub(crate) fn read_again(
    page: &View,
    unpaled: Option<(&View, &[Rect])>,
    strokes: &[Rect],
    lines: &mut Vec<Line>,
    ocr: &mut Recogniser,
) -> Result<()> {
    let seals: Vec<Rect> = strokes.iter().filter(|zone| !holds_text(**zone, lines)).copied().collect();
    for zone in seals.iter().copied().take(MOST) {
        if is_named(zone, page.inches(MARGIN.2), lines) {
            continue;
        }
        let mut read = readings(page, zone, ocr)?;
        if let Some((unpaled, _)) = unpaled.filter(|(_, pale)| pale.iter().any(|p| p.meets(zone))) {
            read.extend(readings(unpaled, zone, ocr)?);
        }
        for line in best_of(read, page.dpi() * TALL) {
            take(line, zone.centre().1, lines);
        }
    }
    let in_a_seal = |line: &Line| seals.iter().any(|zone| line.bbox.is_some_and(|b| zone.contains_centre(b)));
    lines.retain(|line| says(&line.words) || !in_a_seal(line));
    Ok(())
}

/// Whether a line has a word or a number read believably; in a seal other lines are its strokes.
fn says(words: &[Word]) -> bool {
    let number = |w: &Word| w.text.chars().any(|c| c.is_ascii_digit());
    let whole = |w: &Word| (w.letters() >= 2 || number(w)) && w.is_plausible();
    words.iter().any(|w| w.confidence >= BELIEVED && whole(w))
}

/// All lines of all readings of a zone: as it is; thinned and without rings, word by word and as a block.
fn readings(page: &View, strokes: Rect, ocr: &mut Recogniser) -> Result<Vec<Vec<Line>>> {
    let zone = with_margin(strokes, page);
    if zone.w < LEAST_CUT || zone.h < LEAST_CUT {
        return Ok(Vec::new());
    }
    let Some(cut) = page.crop(zone).map(|cut| {
        let factor = cut.to_best();
        cut.scaled(factor)
    }) else {
        return Ok(Vec::new());
    };
    let thin = without_rings(&cut).unwrap_or_else(|| cut.clone()).thinned();
    let mut read = Vec::new();
    for (view, mode) in [(&cut, Mode::Sparse), (&thin, Mode::Sparse), (&thin, Mode::Block)] {
        let lines = ocr.lines(view, mode)?.into_iter();
        let lines = lines.map(|l| sure(l.words.into_iter().filter_map(possible).collect()));
        read.push(lines.filter(|l| !l.words.is_empty()).collect());
    }
    Ok(read)
}

/// The strokes of a zone with what stands beside and under them, as far as the page goes.
fn with_margin(strokes: Rect, page: &View) -> Rect {
    let (beside, above, below) = (page.inches(MARGIN.0), page.inches(MARGIN.1), page.inches(MARGIN.2));
    let (x, y) = (strokes.x.saturating_sub(beside), strokes.y.saturating_sub(above));
    let right = (strokes.right() + beside).min(page.image().width());
    let bottom = (strokes.bottom() + below).min(page.image().height());
    Rect { x, y, w: right.saturating_sub(x), h: bottom.saturating_sub(y) }
}

/// The word without the strokes at its edges, where it may be a word at all.
fn possible(word: Word) -> Option<Word> {
    let text = word.text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | ')' | '(')).to_owned();
    let choices = if text == word.text { word.choices } else { Vec::new() };
    Some(Word { choices, text, ..word }).filter(|w| w.letters() >= 2 && w.is_plausible())
}

/// The line of the words read surely. A family name half under the seal is kept before two sure words, however unsure: what
/// is read badly is doubted later, not dropped.
fn sure(words: Vec<Word>) -> Line {
    let surely = |w: &Word| w.confidence >= SAYS_NOTHING;
    let family = words.len() >= NAME && is_capitalised(&words[0].text) && words[1..].iter().all(surely);
    let kept = words.into_iter().enumerate().filter(|(at, w)| surely(w) || family && *at == 0);
    Line::new(kept.map(|(_, w)| w).collect())
}

/// Of the readings of each line the one worth most; lines taller than `tall` are the seal itself.
fn best_of(read: Vec<Vec<Line>>, tall: f32) -> Vec<Line> {
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
        let is_tall = line.bbox.is_some_and(|b| b.h as f32 > tall);
        if !is_tall && !best.iter().any(|b| same_line(b, &line)) {
            best.push(line);
        }
    }
    best
}

/// What a word of a line is worth. Beside parts of a name a word in lower case is the rest of another part.
fn weight(word: &Word, line: &[Word]) -> f32 {
    let named = line.iter().filter(|w| is_capitalised(&w.text)).count() >= 2;
    let torn = named && word.text.starts_with(char::is_lowercase);
    word.letters() as f32 * word.confidence * if torn { TORN } else { 1.0 }
}

/// What some words of a line are worth.
fn worth<'w>(words: impl IntoIterator<Item = &'w Word>, line: &[Word]) -> f32 {
    words.into_iter().filter(|w| w.is_plausible()).map(|w| weight(w, line)).sum()
}

/// Whether two lines share half the height of the lower one and some width.
fn same_line(a: &Line, b: &Line) -> bool {
    let (Some(a), Some(b)) = (a.bbox, b.bbox) else { return false };
    a.shared_width(b) > 0 && a.same_row(b)
}

/// Whether running text was read inside the strokes: the boxes and arrows of a chart.
fn holds_text(strokes: Rect, lines: &[Line]) -> bool {
    let inside = |w: &&Word| w.bbox.is_some_and(|b| strokes.contains_centre(b)) && w.confidence >= BELIEVED;
    all(lines).filter(inside).filter(|w| w.letters() >= 2).count() > TEXT
}

/// Whether the name in or up to `below` under the strokes was read surely, and nothing beside it is doubtful.
fn is_named(strokes: Rect, below: u32, lines: &[Line]) -> bool {
    let zone = Rect { h: strokes.h + below, ..strokes };
    let inside = |line: &Line| -> Vec<Word> {
        line.words.iter().filter(|w| w.bbox.is_some_and(|b| zone.contains_centre(b))).cloned().collect()
    };
    let doubtful =
        |w: &Word| (SAYS_NOTHING..WORD_IS_SURE).contains(&w.confidence) && w.letters() >= 1 && w.is_plausible();
    let sure = |w: &Word| w.confidence >= NAME_IS_SURE && is_capitalised(&w.text);
    let under = |words: &[Word]| words.iter().all(|w| w.bbox.is_some_and(|b| b.y > strokes.centre().1));
    let words: Vec<Vec<Word>> = lines.iter().map(inside).collect();
    // what else stands beside it may be the family name
    let level = |w: &&Word, name: &Line| name.bbox.zip(w.bbox).is_some_and(|(name, b)| name.is_level_with(b));
    let alone = |name: &Line| words.iter().flatten().filter(|w| level(w, name)).count() == name.words.len();
    let named = |line: &&Vec<Word>| line.len() >= NAME && line.iter().all(sure) && under(line);
    words.iter().filter(named).any(|line| alone(&Line::new(line.clone()))) && !words.iter().flatten().any(doubtful)
}

/// Whether a word is written as a part of a name is: "Hà", not "HÀ" or "hà".
fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase)
}

/// Puts a line in the place of the words it covers, where it says more than they; in a place where nothing was read, below
/// `middle` only, where it is a line of words. Running text under the strokes stays.
fn take(line: Line, middle: u32, lines: &mut Vec<Line>) {
    let Some(place) = line.bbox else { return };
    // a word whose middle lies on its far edges counts too
    let reach = Rect { w: place.w + 1, h: place.h + 1, ..place };
    let covered = |w: &Word| w.bbox.is_some_and(|b| reach.contains_centre(b));
    let is_running = |l: &Line| l.words.iter().any(covered) && l.words.iter().any(|w| !covered(w) && goes_on(w, place));
    if lines.iter().any(is_running) {
        return;
    }
    let there: Vec<Word> = all(lines).filter(|w| covered(w)).cloned().collect();
    let nothing_there = worth(&there, &there) == 0.0;
    if !says_more(&line.words, &there) || nothing_there && !(place.centre().1 > middle && is_of_words(&line)) {
        return;
    }
    for old in lines.iter_mut() {
        let kept: Vec<Word> = std::mem::take(&mut old.words).into_iter().filter(|w| !covered(w)).collect();
        *old = Line::new(kept);
    }
    lines.retain(|l| !l.words.is_empty());
    lines.push(line);
}

/// Whether a word believed to be one stands close beside a place: no more than the height of its line away.
fn goes_on(word: &Word, place: Rect) -> bool {
    let close = |b: Rect| b.x < place.right() + place.h && place.x < b.right() + place.h;
    word.bbox.is_some_and(close) && word.letters() >= 2 && word.confidence >= BELIEVED
}

/// Whether a line is one of words, not of capitals like those in a seal.
fn is_of_words(line: &Line) -> bool {
    let letters: usize = line.words.iter().map(Word::letters).sum();
    let small = line.words.iter().any(|w| w.text.chars().any(char::is_lowercase));
    line.words.len() >= 2 && letters >= LETTERS && small
}

/// Whether words are worth clearly more than those they replace, where both differ; or are the same with more, a family
/// name put before the names that were there.
fn says_more(new: &[Word], old: &[Word]) -> bool {
    let said = |word: &Word, by: &[Word]| by.iter().any(|o| o.text == word.text);
    let only_in = |a: &[Word], b: &[Word]| -> f32 { worth(a.iter().filter(|w| !said(w, b)), a) };
    let more = new.len() > old.len() && old.iter().all(|w| said(w, new));
    more || only_in(new, old) > BETTER * only_in(old, new)
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
        let best: Vec<String> = best_of(readings, 150.0).iter().map(Line::text).collect();
        assert_eq!(best, ["Hà Văn Lộc"]);
    }

    #[test]
    fn a_whole_name_is_worth_more_than_a_torn_one() {
        let torn = line(&[("san", 0.92), ("Đình", 0.96), ("Quảng", 0.97)], 50);
        let whole = line(&[("Phan", 0.52), ("Đình", 0.96), ("Quảng", 0.97)], 51);
        let best: Vec<String> = best_of(vec![vec![torn], vec![whole]], 150.0).iter().map(Line::text).collect();
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
            |post: &[(&str, f32)], name: &[(&str, f32)], y| is_named(strokes, 50, &[line(post, 10), line(name, y)]);
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
