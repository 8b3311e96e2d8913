//! Glyphs with places → words with boxes.
//!
//! in: the glyphs of a page in the order of its content stream → out: [`TextLayer`].
//! Promises: nothing is dropped: glyphs without a meaning come as U+FFFD, hidden ones are marked.
//! Leaves out: slanted and vertical writing (its words are left out: no line of a letter is written so).

use super::super::{LayerWord, TextLayer};
use super::inspect::GlyphSeen;

/// A gap wider than this share of the type size parts words (a blank is about 0.25).
const WORD_GAP: f32 = 0.16;
/// A glyph this far (share of the type size) off the base line begins a new word.
const LINE_SHIFT: f32 = 0.35;
/// Parts of the type size above and below the base line.
const ASCENT: f32 = 0.75;
const DESCENT: f32 = 0.22;

/// The words; `to_image` maps points to pixels of the page image.
pub(super) fn words(glyphs: &[GlyphSeen], to_image: impl Fn(f32, f32) -> (f32, f32)) -> Option<TextLayer> {
    let mut words = Vec::new();
    let mut open: Vec<&GlyphSeen> = Vec::new();
    for glyph in glyphs {
        let blank = glyph.text.chars().all(char::is_whitespace);
        let level = (glyph.end.1 - glyph.origin.1).abs() <= 0.2 * (glyph.end.0 - glyph.origin.0).abs().max(0.1);
        if blank || !level || open.last().is_some_and(|last| parts(last, glyph)) {
            close(&mut open, &to_image, &mut words);
        }
        if !blank && level {
            open.push(glyph);
        }
    }
    close(&mut open, &to_image, &mut words);
    (!words.is_empty()).then_some(TextLayer { words })
}

fn parts(last: &GlyphSeen, next: &GlyphSeen) -> bool {
    let size = last.size.max(next.size).max(0.1);
    let gap = next.origin.0 - last.end.0;
    // A combining mark may step back over its letter.
    !(-size..=WORD_GAP * size).contains(&gap)
        || (next.origin.1 - last.origin.1).abs() > LINE_SHIFT * size
        || last.visible != next.visible
}

fn close(open: &mut Vec<&GlyphSeen>, to_image: &impl Fn(f32, f32) -> (f32, f32), words: &mut Vec<LayerWord>) {
    let glyphs = std::mem::take(open);
    let Some(first) = glyphs.first() else { return };
    let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    for g in &glyphs {
        bounds[0] = bounds[0].min(g.origin.0);
        bounds[1] = bounds[1].min(g.origin.1 - ASCENT * g.size);
        bounds[2] = bounds[2].max(g.end.0);
        bounds[3] = bounds[3].max(g.origin.1 + DESCENT * g.size);
    }
    let ((x0, y0), (x1, y1)) = (to_image(bounds[0], bounds[1]), to_image(bounds[2], bounds[3]));
    let text = glyphs.iter().map(|g| g.text.as_str()).collect();
    words.push(LayerWord { text, bbox: [x0, y0, x1, y1], visible: first.visible });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: &str, x: f32, y: f32) -> GlyphSeen {
        GlyphSeen { text: text.into(), origin: (x, y), end: (x + 5.0, y), size: 10.0, visible: true }
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
        let layer = words(&glyphs, |x, y| (x * 2.0, y * 2.0)).unwrap();
        let said: Vec<&str> = layer.words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(said, ["Số", "1", "2", "3"]);
        assert_eq!(layer.words[0].bbox, [0.0, 185.0, 20.0, 204.4]);
    }
}
