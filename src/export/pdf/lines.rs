//! Where the invisible words are written so that every reader finds the same lines and words.
//!
//! in: the words of a page with their boxes → out: one [`Place`] for each, in points from the lower left.
//! Promises: words of a line share one size and one base line, which follows the slope of the line; lines of nearly one size
//! get the same. Readers take a word of another size, such as a dash as high as its ink, for another line or leave it out.
//! Leaves out: turned words (pages stand upright when this is asked).

use super::words::Word;

/// Share of a box's height that lies below the base line.
const DESCENT: f32 = 0.2;
/// Words this many times as high as is usual on their line are something else: seals, pen strokes.
const TOO_HIGH: f32 = 1.8;
/// Words whose middles lie further (in usual heights) from the line are not on it.
const OFF_LINE: f32 = 0.8;
/// A line steeper than this is none: columns were read into one another.
const STEEPEST: f32 = 0.1;
/// Lines whose heights differ by less are set in one size; with and without tall capitals differ by as much.
const SAME_SIZE: f32 = 1.15;

/// Where a word is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f32,
    pub(super) base: f32,
    pub(super) width: f32,
    pub(super) size: f32,
}

/// A box in points, y downwards.
#[derive(Debug, Clone, Copy)]
struct Ink {
    x: f32,
    width: f32,
    top: f32,
    bottom: f32,
}

impl Ink {
    fn height(&self) -> f32 {
        self.bottom - self.top
    }
    fn middle(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, f32::midpoint(self.top, self.bottom))
    }
}

/// A line: the words on it, its slope, and what its words cover at x = 0.
struct Line {
    on: Vec<usize>,
    slope: f32,
    top: f32,
    bottom: f32,
}

/// Places the words; `scale` is points for each pixel of a box, across and down; `height` that of the page.
pub(super) fn place(words: &[Word], scale: (f32, f32), height: f32) -> Vec<Place> {
    let ink = |word: &Word| {
        let b = word.bbox;
        let (top, bottom) = (b.y as f32 * scale.1, b.bottom() as f32 * scale.1);
        Ink { x: b.x as f32 * scale.0, width: (b.w as f32 * scale.0).max(0.1), top, bottom: bottom.max(top + 1.0) }
    };
    let inks: Vec<Ink> = words.iter().map(ink).collect();
    // a word that is on no line keeps its own box
    let mut placed: Vec<Place> = inks.iter().map(|i| written(i, i.bottom, i.height(), height)).collect();
    let mut from = 0;
    let mut lines = Vec::new();
    for line in words.split_inclusive(|w| w.ends_line) {
        lines.extend(find(&inks, from, line.len()));
        from += line.len();
    }
    for (line, size) in lines.iter().zip(sizes(&lines)) {
        let bottom = f32::midpoint(line.top, line.bottom) + size / 2.0;
        for &i in &line.on {
            placed[i] = written(&inks[i], bottom + line.slope * inks[i].middle().0, size, height);
        }
    }
    placed
}

fn written(ink: &Ink, bottom: f32, size: f32, height: f32) -> Place {
    Place { x: ink.x, width: ink.width, base: height - bottom + DESCENT * size, size }
}

/// The line that `count` words from `from` on stand on.
fn find(inks: &[Ink], from: usize, count: usize) -> Option<Line> {
    let usual = median((from..from + count).map(|i| inks[i].height()))?;
    let fits = |i: &usize| inks[*i].height() <= TOO_HIGH * usual;
    let fitting: Vec<usize> = (from..from + count).filter(fits).collect();
    let slope = slope(inks, &fitting, usual);
    let level = |i: usize| inks[i].middle().1 - slope * inks[i].middle().0;
    let middle = median(fitting.iter().map(|i| level(*i)))?;
    let on: Vec<usize> = fitting.into_iter().filter(|i| (level(*i) - middle).abs() <= OFF_LINE * usual).collect();
    let at = |i: usize, y: f32| y - slope * inks[i].middle().0;
    let top = on.iter().map(|i| at(*i, inks[*i].top)).reduce(f32::min)?;
    let bottom = on.iter().map(|i| at(*i, inks[*i].bottom)).reduce(f32::max)?;
    Some(Line { on, slope, top, bottom })
}

/// The slope of a line through the middles of the words that are as high as is usual; none is told from few words.
fn slope(inks: &[Ink], line: &[usize], usual: f32) -> f32 {
    let points: Vec<(f32, f32)> =
        line.iter().filter(|i| inks[**i].height() >= 0.6 * usual).map(|i| inks[*i].middle()).collect();
    let count = points.len() as f32;
    let (left, right) = points.iter().fold((f32::MAX, f32::MIN), |(l, r), p| (l.min(p.0), r.max(p.0)));
    if points.len() < 4 || right - left < 10.0 * usual {
        return 0.0;
    }
    let (mx, my) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / count, y + p.1 / count));
    let (xy, xx) =
        points.iter().fold((0.0, 0.0), |(xy, xx), p| (xy + (p.0 - mx) * (p.1 - my), xx + (p.0 - mx).powi(2)));
    let slope = xy / xx.max(f32::MIN_POSITIVE);
    if slope.abs() > STEEPEST { 0.0 } else { slope }
}

/// The size of each line: the mean of those that are nearly as high.
fn sizes(lines: &[Line]) -> Vec<f32> {
    let own = |i: usize| lines[i].bottom - lines[i].top;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| own(*a).total_cmp(&own(*b)));
    let mut sizes = vec![0.0; lines.len()];
    let mut rest = &order[..];
    while let [first, ..] = rest {
        let alike = rest.partition_point(|i| own(*i) <= SAME_SIZE * own(*first));
        let (these, others) = rest.split_at(alike.max(1));
        let mean = these.iter().map(|i| own(*i)).sum::<f32>() / these.len() as f32;
        these.iter().for_each(|i| sizes[*i] = mean);
        rest = others;
    }
    sizes
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Rect;

    fn word(x: u32, y: u32, w: u32, h: u32, ends_line: bool) -> Word {
        Word { text: "chữ".into(), bbox: Rect { x, y, w, h }, ends_line }
    }

    #[test]
    fn a_dash_stands_on_the_line_of_its_neighbours() {
        let words = [word(10, 100, 60, 40, false), word(80, 118, 10, 4, false), word(100, 104, 60, 30, true)];
        let placed = place(&words, (0.5, 0.5), 400.0);
        assert!(placed.iter().all(|p| p.size == 20.0 && p.base == 400.0 - 70.0 + 4.0), "{placed:?}");
        assert_eq!((placed[1].x, placed[1].width), (40.0, 5.0));
    }

    #[test]
    fn a_line_keeps_its_slope_and_a_seal_its_own_box() {
        let mut words: Vec<Word> = (0..10).map(|i| word(100 * i, 100 + 5 * i, 80, 40, false)).collect();
        words.push(word(500, 60, 90, 200, true));
        let placed = place(&words, (1.0, 1.0), 1000.0);
        for (word, placed) in words.iter().zip(&placed) {
            assert!((placed.base - DESCENT * placed.size - (1000.0 - word.bbox.bottom() as f32)).abs() < 1.0);
            assert!((placed.size - word.bbox.h as f32).abs() < 1.0, "{placed:?}");
        }
    }

    #[test]
    fn lines_of_nearly_one_height_get_one_size() {
        let words = [word(0, 0, 9, 40, true), word(0, 100, 9, 44, true), word(0, 200, 9, 80, true)];
        let sizes: Vec<f32> = place(&words, (1.0, 1.0), 300.0).iter().map(|p| p.size).collect();
        assert_eq!(sizes, [42.0, 42.0, 80.0]);
        assert!(place(&[], (1.0, 1.0), 300.0).is_empty());
    }
}
