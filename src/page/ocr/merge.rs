//! Two readings of one page → the better of each word.
//!
//! in: the lines of two readings of the same image → out: the lines of the first with better words from the second, and
//! the words only the second found.
//! Why: a softened page gives stacked marks back that a crisp one loses (ổ, ẩ, ế) and the other way round; lines that one
//! reading drops the other often has; dirt is rarely read twice.

use crate::page::words::{BELIEVED, Line, NO_DIRT, PLAUSIBLE, Word};
use crate::text::Rect;

/// Intersection over union from which two boxes hold the same word.
const SAME: f32 = 0.5;
/// Boxes that share less are beside each other.
const BESIDE: f32 = 0.1;
/// Letters and digits of a line that only the second reading found: a lone short word is a stroke of a seal or of a pen.
const LETTERS_OF_LINE: usize = 4;

/// Joins two readings.
pub(crate) fn merge(mut first: Vec<Line>, second: Vec<Line>) -> Vec<Line> {
    let mut unused: Vec<Line> = Vec::new();
    let index = Index::new(&first);
    for line in second {
        let mut alone = Vec::new();
        for word in line.words {
            let Some(bbox) = word.bbox else { continue };
            match index.best(bbox) {
                Some((l, w, shared)) if shared >= SAME => take_better(&mut first[l].words[w], word),
                Some((_, _, shared)) if shared > BESIDE => {}
                _ => alone.push(word),
            }
        }
        alone.retain(|w| w.confidence >= BELIEVED && w.is_plausible());
        if alone.iter().map(Word::signs).sum::<usize>() >= LETTERS_OF_LINE {
            unused.push(Line::new(alone));
        }
    }
    for line in &mut first {
        let words = std::mem::take(&mut line.words);
        *line = Line::new(words.into_iter().filter(|w| w.confidence >= NO_DIRT || w.signs() >= 2).collect());
    }
    first.retain(|l| !l.words.is_empty());
    first.extend(unused);
    first
}

fn take_better(old: &mut Word, new: Word) {
    if old.text == new.text {
        old.confidence = old.confidence.max(new.confidence);
        return;
    }
    let worth = |w: &Word| w.confidence + if w.is_plausible() { PLAUSIBLE } else { 0.0 };
    // A shorter word under the same box has lost a part: "12/2017" and "2017". A dash made bold is taken for other marks.
    let dash = matches!(old.text.as_str(), "-" | "–" | "—");
    if worth(&new) > worth(old) && (new.signs() > 0 || !dash) && new.signs() * 4 >= old.signs() * 3 {
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
        near.map(|(_, l, w, b)| (*l, *w, b.iou(bbox))).max_by(|a, b| a.2.total_cmp(&b.2)).filter(|m| m.2 > 0.0)
    }
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
        let said: Vec<String> = merge(first, second).iter().map(Line::text).collect();
        assert_eq!(said, ["- tổ chức", "GIÁM ĐỐC"]);
    }
}
