//! Glyphs with places → words with boxes.
//!
//! in: the glyphs of a page in the order of its content stream, its annotations' last → out: [`TextLayer`].
//! Promises: nothing is dropped but what was drawn twice at the same place (shadows, bold by doubling): glyphs without a
//! meaning come as U+FFFD, those that cannot be seen are marked; a page whose text runs sideways or upside down is turned.
//! Leaves out: reading slanted writing: its words are marked, one for each glyph.

use super::super::{LayerWord, Shown, TextLayer};
use super::glyph::GlyphSeen;
use std::collections::HashMap;

/// A gap wider than this share of the type size parts words (a blank is about 0.25).
const WORD_GAP: f32 = 0.16;
/// A glyph this far (share of the type size) off the base line begins a new word.
const LINE_SHIFT: f32 = 0.35;
/// Parts of the type size above and below the base line.
const ASCENT: f32 = 0.75;
const DESCENT: f32 = 0.22;
/// The same glyph drawn again this close (share of the type size): no two letters of a word stand so near.
const SAME_PLACE: f32 = 0.17;
/// Lines rising more than this are slanted.
const SLANTED_FROM: f32 = 0.2;
/// Share of the glyphs that must agree before a page is turned for them.
const MOST: f32 = 0.6;

/// A glyph on the page image.
struct Placed<'g> {
    glyph: &'g GlyphSeen,
    origin: (f32, f32),
    end: (f32, f32),
    size: f32,
}

/// The words; `to_image` maps points to pixels of the page image, which has `size`.
pub(super) fn words(
    glyphs: &[GlyphSeen],
    size: (u32, u32),
    to_image: impl Fn(f32, f32) -> (f32, f32),
) -> Option<TextLayer> {
    let turned = turns(glyphs);
    let place = |(x, y): (f32, f32)| turn(to_image(x, y), turned, size);
    let scale = {
        let (a, b) = (to_image(0.0, 0.0), to_image(0.0, 100.0));
        (b.0 - a.0).hypot(b.1 - a.1) / 100.0
    };
    let placed = glyphs.iter().map(|glyph| Placed {
        glyph,
        origin: place(glyph.origin),
        end: place(glyph.end),
        size: glyph.size * scale,
    });
    let placed = without_doubles(placed.collect());
    let mut words = Vec::new();
    let mut open: Vec<&Placed<'_>> = Vec::new();
    for glyph in &placed {
        let blank = glyph.glyph.text.chars().all(char::is_whitespace);
        let level = glyph.is_level();
        if blank || !level || open.last().is_some_and(|last| parts(last, glyph)) {
            close(&mut open, &mut words);
        }
        match (blank, level) {
            (true, _) => {}
            (false, true) => open.push(glyph),
            (false, false) => words.push(glyph.slanted()),
        }
    }
    close(&mut open, &mut words);
    (!words.is_empty()).then_some(TextLayer { words, turned })
}

/// Quarter turns clockwise that set most of the text level, running to the right.
fn turns(glyphs: &[GlyphSeen]) -> u16 {
    let mut ways = [0usize; 4];
    for g in glyphs.iter().filter(|g| !matches!(g.shown, Shown::Covered) && !g.text.trim().is_empty()) {
        let (dx, dy) = (g.end.0 - g.origin.0, g.end.1 - g.origin.1);
        match (dx.abs() >= dy.abs(), dx >= 0.0, dy >= 0.0) {
            (true, true, _) => ways[0] += 1,
            // upwards: a turn to the right sets it level
            (false, _, false) => ways[1] += 1,
            (true, false, _) => ways[2] += 1,
            (false, _, true) => ways[3] += 1,
        }
    }
    let all: usize = ways.iter().sum();
    (0..4).find(|way| ways[*way] as f32 > MOST * all as f32).unwrap_or(0) as u16
}

/// A point of an image of `size` after quarter turns clockwise.
fn turn((x, y): (f32, f32), quarters: u16, (width, height): (u32, u32)) -> (f32, f32) {
    let (w, h) = (width as f32, height as f32);
    match quarters {
        1 => (h - y, x),
        2 => (w - x, h - y),
        3 => (y, w - x),
        _ => (x, y),
    }
}

/// The glyphs without those drawn again at the same place.
fn without_doubles(glyphs: Vec<Placed<'_>>) -> Vec<Placed<'_>> {
    /// A cell of the page and what is drawn in it.
    type Cell<'g> = (i64, i64, &'g str);
    let mut seen: HashMap<Cell<'_>, Vec<(f32, f32, Shown)>> = HashMap::new();
    let mut kept = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let reach = (SAME_PLACE * glyph.size).max(0.1);
        // cells as wide as no two sizes of type differ: neighbours are looked at too
        let cell = |v: f32| (v / 8.0).floor() as i64;
        let (x, y) = glyph.origin;
        let text = glyph.glyph.text.as_str();
        let near = |&(ox, oy, shown): &(f32, f32, Shown)| {
            shown == glyph.glyph.shown && (ox - x).abs() <= reach && (oy - y).abs() <= reach
        };
        let cells = (cell(x - reach)..=cell(x + reach))
            .flat_map(|cx| (cell(y - reach)..=cell(y + reach)).map(move |cy| (cx, cy)));
        let blank = text.trim().is_empty();
        // a page of one huge letter has no neighbours worth looking for
        let drawn =
            !blank && cells.take(64).any(|(cx, cy)| seen.get(&(cx, cy, text)).is_some_and(|at| at.iter().any(near)));
        if !drawn {
            seen.entry((cell(x), cell(y), text)).or_default().push((x, y, glyph.glyph.shown));
            kept.push(glyph);
        }
    }
    kept
}

impl Placed<'_> {
    fn is_level(&self) -> bool {
        let (dx, dy) = (self.end.0 - self.origin.0, self.end.1 - self.origin.1);
        dy.abs() <= SLANTED_FROM * dx.abs().max(0.1) && dx >= 0.0
    }
    /// A box around a slanted glyph, whichever way it leans.
    fn slanted(&self) -> LayerWord {
        let (dx, dy) = (self.end.0 - self.origin.0, self.end.1 - self.origin.1);
        let length = dx.hypot(dy).max(0.1);
        let up = (dy / length * self.size, -dx / length * self.size);
        let corners = [self.origin, self.end].into_iter().flat_map(|p| [p, (p.0 + up.0, p.1 + up.1)]);
        let bbox = corners.fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |b, (x, y)| {
            [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
        });
        let shown = if self.glyph.shown == Shown::Painted { Shown::Slanted } else { Shown::Covered };
        LayerWord {
            text: self.glyph.text.clone(),
            bbox,
            shown,
            light: self.glyph.light,
            laid_on: self.glyph.laid_on,
            font: None,
        }
    }
}

fn parts(last: &Placed<'_>, next: &Placed<'_>) -> bool {
    let size = last.size.max(next.size).max(0.1);
    let gap = next.origin.0 - last.end.0;
    // A combining mark may step back over its letter.
    !(-size..=WORD_GAP * size).contains(&gap)
        || (next.origin.1 - last.origin.1).abs() > LINE_SHIFT * size
        || last.glyph.shown != next.glyph.shown
        || last.glyph.laid_on != next.glyph.laid_on
}

fn close(open: &mut Vec<&Placed<'_>>, words: &mut Vec<LayerWord>) {
    let glyphs = std::mem::take(open);
    let Some(first) = glyphs.first() else { return };
    let mut bbox = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    for g in &glyphs {
        bbox[0] = bbox[0].min(g.origin.0);
        bbox[1] = bbox[1].min(g.origin.1 - ASCENT * g.size);
        bbox[2] = bbox[2].max(g.end.0);
        bbox[3] = bbox[3].max(g.origin.1 + DESCENT * g.size);
    }
    words.push(LayerWord {
        text: glyphs.iter().map(|g| g.glyph.text.as_str()).collect(),
        bbox,
        shown: first.glyph.shown,
        light: first.glyph.light,
        laid_on: first.glyph.laid_on,
        font: first.glyph.font.as_deref().map(str::to_owned),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: &str, x: f32, y: f32) -> GlyphSeen {
        let (shown, light, laid_on, font) = (Shown::Painted, false, false, None);
        GlyphSeen { text: text.into(), origin: (x, y), end: (x + 5.0, y), size: 10.0, shown, light, laid_on, font }
    }

    fn said(layer: &TextLayer) -> Vec<&str> {
        layer.words.iter().map(|w| w.text.as_str()).collect()
    }

    #[test]
    fn gaps_blanks_and_new_lines_part_words() {
        let glyphs = [
            glyph("S", 0.0, 100.0),
            glyph("ố", 5.0, 100.0),
            glyph(" ", 10.0, 100.0),
            glyph("1", 12.0, 100.0),
            glyph("2", 20.0, 100.0),
            glyph("3", 25.0, 120.0),
        ];
        let layer = words(&glyphs, (400, 400), |x, y| (x * 2.0, y * 2.0)).unwrap();
        assert_eq!(said(&layer), ["Số", "1", "2", "3"]);
        assert_eq!(layer.words[0].bbox, [0.0, 185.0, 20.0, 204.4]);
    }

    #[test]
    fn letters_drawn_twice_count_once() {
        let shadow = [glyph("t", 0.0, 100.0), glyph("t", 0.6, 100.6), glyph("t", 5.0, 100.0), glyph("t", 5.6, 100.6)];
        assert_eq!(said(&words(&shadow, (400, 400), |x, y| (x, y)).unwrap()), ["tt"]);
    }

    #[test]
    fn a_page_upside_down_is_turned() {
        let down = |text: &str, x: f32| GlyphSeen { end: (x - 5.0, 100.0), ..glyph(text, x, 100.0) };
        let layer = words(&[down("S", 100.0), down("ố", 95.0)], (200, 300), |x, y| (x, y)).unwrap();
        assert_eq!((said(&layer), layer.turned), (vec!["Số"], 2));
        assert_eq!(layer.words[0].bbox, [100.0, 192.5, 110.0, 202.2]);
    }
}
