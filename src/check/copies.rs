//! Which documents repeat another in large part: a plan made from last year's, or from another office's (near-duplicate
//! detection by MinHash and banding, Broder 1997; Leskovec, Rajaraman & Ullman, "Mining of Massive Datasets", chapter 3).
//!
//! in: the texts of many documents, one after the other → out: for each the documents that may repeat it, the share that
//! really does, and the words that are its own.
//! A text is the set of its runs of five words (shingles). Of two texts with Jaccard similarity s, a hash function has its least
//! value on the same run with probability s; 16 bands of 4 such minima agree somewhere with probability 1 − (1 − s⁴)¹⁶.
//! Promises: a pair of similarity 0.7 is a candidate in 98.8 % of all cases, of 0.8 in 99.98 %; shares are counted on the texts
//! themselves. Memory: 256 bytes a document.

use crate::text::fold::bare;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Words in a run.
const RUN: usize = 5;
/// Two documents are candidates when one of so many bands agrees …
const BANDS: usize = 16;
/// … in all of its minima.
const ROWS: usize = 4;
/// Shorter texts are all form and no content.
const SHORTEST: usize = 80;
/// Documents that share less are not alike.
pub const NEAR: f64 = 0.7;

/// The least value of each hash function over the runs of a text.
#[derive(Debug)]
struct Sketch([u32; BANDS * ROWS]);

/// Sketches of many documents.
#[derive(Debug, Default)]
pub struct Copies {
    sketches: Vec<Option<Sketch>>,
    buckets: HashMap<(usize, [u32; ROWS]), Vec<usize>>,
}

impl Copies {
    /// Remembers texts; they are numbered from 0 on, in order. Their sketches are drawn on all cores.
    pub fn add(&mut self, texts: &[String]) {
        let sketches: Vec<Option<Sketch>> = texts.par_iter().map(|text| Sketch::of(text)).collect();
        for sketch in sketches {
            let index = self.sketches.len();
            for (band, rows) in sketch.iter().flat_map(Sketch::bands).enumerate() {
                self.buckets.entry((band, rows)).or_default().push(index);
            }
            self.sketches.push(sketch);
        }
    }

    /// The other documents that may repeat this one, by number.
    pub fn candidates(&self, index: usize) -> Vec<usize> {
        let sketch = self.sketches.get(index).and_then(Option::as_ref);
        let bands = sketch.into_iter().flat_map(Sketch::bands).enumerate();
        let mut found: Vec<usize> = bands.filter_map(|band| self.buckets.get(&band)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|other| *other != index);
        found
    }
}

/// Share of the runs of five words of `text` that stand in `other` too, 0..=1.
pub fn share(text: &str, other: &str) -> f64 {
    let (own, theirs) = (runs(&words(text)), runs(&words(other)));
    let common = own.iter().filter(|run| theirs.contains(run)).count();
    if own.is_empty() { 0.0 } else { common as f64 / own.len() as f64 }
}

/// The first stretches of `text` that do not stand in `other`, as printed, at most `most`.
pub fn differences(text: &str, other: &str, most: usize) -> Vec<String> {
    let known: HashSet<String> = words(other).windows(2).map(|pair| pair.join(" ")).collect();
    let printed: Vec<&str> = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).collect();
    let folded: Vec<String> = printed.iter().map(|word| words(word).join(" ")).collect();
    let is_new = |at: usize| {
        let pair = |a: usize, b: usize| {
            words(&format!("{} {}", folded[a], folded[b])).windows(2).all(|p| known.contains(&p.join(" ")))
        };
        at > 0 && !pair(at - 1, at) && (at + 1 == folded.len() || !pair(at, at + 1))
    };
    let mut stretches: Vec<std::ops::Range<usize>> = Vec::new();
    for at in (0..printed.len()).filter(|at| is_new(*at)) {
        match stretches.last_mut() {
            Some(stretch) if stretch.end == at => stretch.end += 1,
            _ => stretches.push(at..at + 1),
        }
    }
    stretches.into_iter().take(most).map(|stretch| printed[stretch].join(" ")).collect()
}

fn words(text: &str) -> Vec<String> {
    bare(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn runs(words: &[String]) -> HashSet<u64> {
    let hash = |run: &[String]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(RUN).map(hash).collect()
}

impl Sketch {
    /// `None` for a text that is too short to say anything.
    fn of(text: &str) -> Option<Sketch> {
        let runs = runs(&words(text));
        if runs.len() < SHORTEST {
            return None;
        }
        let mut minima = [u32::MAX; BANDS * ROWS];
        for run in runs {
            let mut state = run;
            for minimum in &mut minima {
                // one step of a linear congruential generator is a hash function of its own
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *minimum = (*minimum).min((state >> 32) as u32);
            }
        }
        Some(Sketch(minima))
    }

    fn bands(&self) -> impl Iterator<Item = [u32; ROWS]> {
        self.0.chunks_exact(ROWS).map(|rows| rows.try_into().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: usize, changed: usize) -> String {
        let word = |at: usize| if at < 40 { format!("mở đầu {at}") } else { format!("từ{}", seed * 1000 + at) };
        let other = |at: usize| if at < changed * 10 && at.is_multiple_of(10) { "Hoa".into() } else { word(at) };
        (0..300).map(other).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn near_copies_are_found_among_many() {
        let mut copies = Copies::default();
        copies.add(&(0..200).map(|seed| text(seed, 0)).collect::<Vec<_>>());
        copies.add(&[text(17, 3)]);
        assert_eq!(copies.candidates(200), [17]);
        assert_eq!(copies.candidates(17), [200]);
        let share = share(&text(17, 3), &text(17, 0));
        assert!((0.9..1.0).contains(&share), "{share}");
        assert!(copies.candidates(3).is_empty());
    }

    #[test]
    fn short_texts_have_no_copies() {
        let mut copies = Copies::default();
        copies.add(&["một hai ba".to_owned(), "một hai ba".to_owned()]);
        assert!(copies.candidates(0).is_empty());
    }

    #[test]
    fn differences_are_told_as_printed() {
        let (own, other) =
            ("Trường An Bình tổ chức hội thi vào tháng 5", "Trường Bình Minh tổ chức hội thi vào tháng 9");
        assert_eq!(differences(own, other, 5), ["An Bình", "5"]);
        assert_eq!(differences(own, other, 1), ["An Bình"]);
        assert!(differences(own, own, 5).is_empty());
    }
}
