//! The stamp of arrival and other stamps of a page, each found by its ink and read for itself.
//!
//! in: a scan, the lines read on it so far → out: the lines of its stamps, marked as such; what is left are the letter's.
//! How: a stamp is a stretch of red ink, a small box of lines, or known by its words. It is cut out, set level, read, and taken
//! for a stamp of arrival where it says so.
//! Promises: print that lies under a red stamp and is not red stays the letter's.
//! Leaves out: round seals and names beside them (`seal`); what number and day are (`extract`).

use super::image::components::heaps;
use super::layout::segments::type_height;
use super::layout::{arrival_stamp, pieces};
use super::ocr::engine::Recogniser;
use super::ocr::merge::merge;
use super::ocr::stamp_words;
use super::scan::Scan;
use super::words::{BELIEVED, Line, Word, all, boxes};
use crate::error::Result;
use crate::text::Rect;
use image::GrayImage;

/// Stamps of arrival are so large, in inches, askew ones included.
const LEAST: (f32, f32) = (0.7, 0.3);
const LARGEST: (f32, f32) = (4.2, 2.3);
/// Small stamps in a box are so large.
const SMALL: (f32, f32) = (0.4, 0.15);
const LARGEST_SMALL: (f32, f32) = (2.8, 0.9);
/// Stretches of red ink this close, in inches, are one stamp.
const REACH: f32 = 0.22;
/// Most places looked at on one page.
const MOST: usize = 5;
/// Share of a place that is red ink's where the stamp is red.
const RED: f64 = 0.5;
/// Share of the paper under a word that is red where the word is.
const RED_WORD: f32 = 0.06;
/// A word read twice lies with so much of it in the other one.
const SAME: f64 = 0.4;
/// A word of the letter under a red stamp has so many letters; shorter ones and figures were written into the stamp.
const LETTERS: usize = 2;
/// A word of a text layer is what was typed.
const TYPED: f32 = 0.999;

/// What stamps a page bears.
#[derive(Default)]
pub(super) struct Stamps {
    /// Their lines, marked as such.
    pub lines: Vec<Line>,
    /// Where the stamps of arrival lie.
    pub places: Vec<Rect>,
    /// What small stamps say, marked or not: degrees of urgency and secrecy.
    pub said: Vec<String>,
}

/// Takes the stamps out of the lines: those read now, and those a text layer knew.
///
/// # Errors
/// The engine failed.
pub(super) fn take(scan: &Scan, read: &mut Vec<Line>, known: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<Stamps> {
    let page = Stamped { scan, red: scan.red_ink(), em: type_height(if known.is_empty() { read } else { known }) };
    let grey = scan.grey();
    let mut stamps = Stamps::default();
    for place in page.places(read, known) {
        if stamps.places.iter().any(|done| place.share_in(*done) > SAME) {
            continue;
        }
        if let Some(lines) = page.arrival_at(place, &grey, ocr)? {
            stamps.lines.extend(page.lifted(place, lines, read, known));
            stamps.places.push(place);
        }
    }
    page.take_small(&mut stamps, read, known, ocr)?;
    Ok(stamps)
}

struct Stamped<'s> {
    scan: &'s Scan,
    /// The red ink alone.
    red: Option<GrayImage>,
    em: f32,
}

impl Stamped<'_> {
    /// Where a stamp of arrival may lie.
    fn places(&self, read: &[Line], known: &[Line]) -> Vec<Rect> {
        let scan = self.scan;
        let inch = |pixels: u32| pixels as f32 / scan.dpi();
        let fits = |b: &Rect| {
            let (w, h) = (inch(b.w), inch(b.h));
            w >= LEAST.0 && h >= LEAST.1 && w <= LARGEST.0 && h <= LARGEST.1
        };
        let mut places = heaps(&scan.red_zones, (REACH * scan.dpi()) as u32);
        places.extend(scan.red_zones.iter().copied());
        places.retain(fits);
        places.extend(scan.marks.frames(LEAST, LARGEST));
        places.extend([read, known].into_iter().filter_map(|lines| arrival_stamp::worded(lines, self.em)));
        places.truncate(MOST);
        places
    }

    /// What a stamp of arrival says; `None` where there is none. A red one is read without the print under it, if need be.
    fn arrival_at(&self, place: Rect, grey: &GrayImage, ocr: &mut Recogniser) -> Result<Option<Vec<Line>>> {
        let whole = stamp_words::read(&self.scan.as_view(grey), place, ocr)?;
        if let Some(stamp) = whole.filter(|stamp| arrival_stamp::says_arrival(&stamp.lines)) {
            return Ok(Some(stamp.lines));
        }
        let Some(red) = self.red.as_ref().filter(|_| self.is_red(place)) else { return Ok(None) };
        let alone = stamp_words::read(&self.scan.as_view(red), place, ocr)?;
        Ok(alone.map(|stamp| stamp.lines).filter(|lines| arrival_stamp::says_arrival(lines)))
    }

    /// The stamp's lines: what was read of it by itself and with the page, the typed words of a text layer first.
    fn lifted(&self, place: Rect, own: Vec<Line>, read: &mut Vec<Line>, known: &mut Vec<Line>) -> Vec<Line> {
        let is_red = self.is_red(place);
        let keeps = |word: &Word| is_red && word.letters() >= LETTERS && !self.is_red_word(word);
        let mut with_page = arrival_stamp::taken(read, place, self.em, keeps);
        let typed = arrival_stamp::taken(known, place, self.em, keeps);
        let letters: Vec<Rect> = boxes(read).into_iter().chain(boxes(known)).collect();
        let is_letters = |word: &Word| word.bbox.is_some_and(|b| letters.iter().any(|o| b.share_in(*o) > SAME));
        let own = own.into_iter().map(|line| Line::new(line.words.into_iter().filter(|w| !is_letters(w)).collect()));
        let own: Vec<Line> = own.filter(|line| !line.words.is_empty()).collect();
        let is_typed = all(&typed).any(|w| w.confidence >= TYPED);
        let lines = match is_typed {
            true => pieces::joined(typed, own),
            false => {
                with_page.extend(typed);
                let mut lines = merge(own, with_page.clone());
                // a number alone in its line is short, but sure
                let sure = |line: &Line| line.confidence() > BELIEVED;
                let rest = pieces::beside(with_page, &lines).into_iter().filter(sure);
                lines.extend(rest.collect::<Vec<_>>());
                lines
            }
        };
        let mut lines: Vec<Line> =
            lines.into_iter().map(|line| arrival_stamp::stamped(line.words.into_iter())).collect();
        lines.sort_by_key(|line| line.bbox.map(|b| b.centre().1));
        lines
    }

    /// Small stamps: those with a frame or askew are no print of the letter, and their words leave its lines.
    fn take_small(
        &self,
        stamps: &mut Stamps,
        read: &mut Vec<Line>,
        known: &mut Vec<Line>,
        ocr: &mut Recogniser,
    ) -> Result<()> {
        let scan = self.scan;
        let is_free = |zone: &&Rect| !stamps.places.iter().any(|place| zone.share_in(*place) > SAME);
        let zones: Vec<Rect> = scan.red_zones.iter().filter(is_free).copied().collect();
        let covered = [boxes(read), boxes(known)].concat();
        // in black or blue ink: heaps of marks that no line has, and small boxes
        let mut patches = scan.marks.lost_patches(&covered);
        patches.extend(scan.marks.frames(SMALL, LARGEST_SMALL).into_iter().take(MOST));
        patches.retain(|b| is_free(&b));
        let mut small = match &self.red {
            Some(red) => stamp_words::small(&scan.as_view(red), &zones, ocr)?,
            None => Vec::new(),
        };
        small.extend(stamp_words::small(&scan.view(), &patches, ocr)?);
        for stamp in small {
            stamps.said.extend(stamp.lines.iter().map(Line::text));
            let says = |line: &Line| line.confidence() > BELIEVED;
            let is_stamp = stamp.stands_apart
                && stamp.lines.iter().any(|l| says(l) && l.words.iter().any(|w| w.letters() >= LETTERS));
            if is_stamp {
                let keeps = |word: &Word| word.letters() >= LETTERS && !self.is_red_word(word);
                let mut with_page = arrival_stamp::taken(read, stamp.place, self.em, keeps);
                with_page.extend(arrival_stamp::taken(known, stamp.place, self.em, keeps));
                let said: Vec<Line> = stamp.lines.into_iter().filter(says).collect();
                let rest = pieces::beside(with_page, &said);
                let all = said.into_iter().chain(rest);
                stamps.lines.extend(all.map(|l| arrival_stamp::stamped(l.words.into_iter())));
            }
        }
        Ok(())
    }

    fn is_red(&self, place: Rect) -> bool {
        self.scan
            .red_zones
            .iter()
            .any(|zone| place.share_in(*zone) > RED || zone.share_in(place) > RED && zone.w * 2 > place.w)
    }

    /// Whether a word is printed in red.
    fn is_red_word(&self, word: &Word) -> bool {
        let (Some(red), Some(b)) = (&self.red, word.bbox) else { return false };
        let (right, bottom) = (b.right().min(red.width()), b.bottom().min(red.height()));
        let inked = (b.y..bottom).flat_map(|y| (b.x..right).map(move |x| (x, y)));
        let count = inked.filter(|(x, y)| red.get_pixel(*x, *y).0[0] < 128).count();
        count as f32 > RED_WORD * (b.w * b.h) as f32
    }
}
