//! Two readings of one page → the better of each word.
//!
//! in: the lines of two readings of the same image → out: the lines of the first with better words from the second, and
//! the words only the second found.
//! Why: a softened page gives stacked marks back that a crisp one loses (ổ, ẩ, ế) and the other way round; lines that one
//! reading drops the other often has; dirt is rarely read twice.

use crate::page::text_layer::can_be_vietnamese;
use crate::page::{Line, Word};
use crate::text::Rect;

/// Share of the joint area two boxes must have in common to hold the same word.
const SAME: f32 = 0.5;
/// A word that only the second reading found must be this sure.
const FOUND_FROM: f32 = 0.6;
/// A word that only the first reading found is dirt below this.
const DIRT_BELOW: f32 = 0.35;
/// What being a possible Vietnamese word is worth against confidence.
const PLAUSIBLE: f32 = 0.15;

/// Joins two readings.
pub(crate) fn fuse(mut first: Vec<Line>, second: Vec<Line>) -> Vec<Line> {
    let mut unused: Vec<Line> = Vec::new();
    let index = Index::new(&first);
    for line in second {
        let mut alone = Vec::new();
        for word in line.words {
            let Some(bbox) = word.bbox else { continue };
            match index.best(bbox) {
                Some((l, w, shared)) if shared >= SAME => take_better(&mut first[l].words[w], word),
                Some((_, _, shared)) if shared > 0.1 => {}
                _ => alone.push(word),
            }
        }
        alone.retain(|w| w.confidence >= FOUND_FROM && can_be_vietnamese(&w.text));
        // A lone short word is a stroke of a seal or of a signature.
        if alone.iter().map(|w| w.text.chars().filter(|c| c.is_alphanumeric()).count()).sum::<usize>() >= 4 {
            unused.push(Line::new(alone));
        }
    }
    for line in &mut first {
        let words = std::mem::take(&mut line.words);
        *line = Line::new(words.into_iter().filter(|w| w.confidence >= DIRT_BELOW || is_word(&w.text)).collect());
    }
    first.retain(|l| !l.words.is_empty());
    first.extend(unused);
    first
}

fn is_word(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}

fn take_better(old: &mut Word, new: Word) {
    if old.text == new.text {
        old.confidence = old.confidence.max(new.confidence);
        return;
    }
    let worth = |w: &Word| w.confidence + if can_be_vietnamese(&w.text) { PLAUSIBLE } else { 0.0 };
    // A shorter word under the same box has lost a part: "12/2017" and "2017". A dash made bold is taken for other marks.
    let dash = matches!(old.text.as_str(), "-" | "–" | "—");
    let length = |w: &Word| w.text.chars().filter(|c| c.is_alphanumeric()).count();
    if worth(&new) > worth(old) && (length(&new) > 0 || !dash) && length(&new) * 4 >= length(old) * 3 {
        *old = Word { bbox: old.bbox, ..new };
    }
}

/// Words of a reading by the height they stand at.
struct Index {
    /// Top, line, word, box; sorted.
    words: Vec<(u32, usize, usize, Rect)>,
    tallest: u32,
}

impl Index {
    fn new(lines: &[Line]) -> Index {
        let all = lines
            .iter()
            .enumerate()
            .flat_map(|(l, line)| line.words.iter().enumerate().map(move |(w, word)| (l, w, word)));
        let mut words: Vec<_> = all.filter_map(|(l, w, word)| word.bbox.map(|b| (b.y, l, w, b))).collect();
        words.sort_unstable_by_key(|w| (w.0, w.1, w.2));
        let tallest = words.iter().map(|w| w.3.h).max().unwrap_or(0);
        Index { words, tallest }
    }

    /// The word that shares most of its area with `bbox`, and the share of the joint area.
    fn best(&self, bbox: Rect) -> Option<(usize, usize, f32)> {
        let from = self.words.partition_point(|w| w.0.saturating_add(self.tallest) < bbox.y);
        let near = self.words[from..].iter().take_while(|w| w.0 <= bbox.bottom());
        near.map(|(_, l, w, b)| (*l, *w, shared_area(*b, bbox)))
            .max_by(|a, b| a.2.total_cmp(&b.2))
            .filter(|m| m.2 > 0.0)
    }
}

fn shared_area(a: Rect, b: Rect) -> f32 {
    let across = a.right().min(b.right()).saturating_sub(a.x.max(b.x)) as f32;
    let down = a.bottom().min(b.bottom()).saturating_sub(a.y.max(b.y)) as f32;
    let area = |r: Rect| r.w as f32 * r.h as f32;
    across * down / (area(a) + area(b) - across * down).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x: u32, y: u32, confidence: f32) -> Word {
        Word { text: text.into(), bbox: Some(Rect { x, y, w: 80, h: 30 }), confidence, ..Word::default() }
    }

    #[test]
    fn each_word_is_the_better_of_two() {
        let dirt = word("¿", 300, 0, 0.1);
        let first =
            vec![Line::new(vec![word("-", 0, 0, 0.7), word("tô", 100, 0, 0.7), word("chức", 200, 0, 0.9), dirt])];
        let second = vec![
            Line::new(vec![word("—_", 0, 1, 0.9), word("tổ", 102, 1, 0.8), word("chưc", 201, 0, 0.5)]),
            Line::new(vec![word("GIÁM", 0, 90, 0.9), word("ĐỐC", 100, 90, 0.9)]),
            Line::new(vec![word("x", 0, 200, 0.9)]),
        ];
        let said: Vec<String> = fuse(first, second).iter().map(Line::text).collect();
        assert_eq!(said, ["- tổ chức", "GIÁM ĐỐC"]);
    }
}
