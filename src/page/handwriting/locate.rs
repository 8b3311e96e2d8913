//! Where the pen is expected: after "Số", between "ngày" and "tháng", between "tháng" and "năm", in the incoming stamp.
//!
//! in: the words of a [`Page`] with their boxes → out: [`Found`]: a [`Cut`] per field.
//! How: left and right edges of the printed words around a value are reliable even where the value was swallowed by them
//! ("Số:39", "04tháng"), so only edges and heights are used, never the misread value. Measures are pixels of 300 dpi.
//! Promises: no image is looked at; a header whose "Số" was misread is found by its symbol, a missing "ngày" by "tháng".
//! Leaves out: fields whose printed words were all lost.

use super::zone::{BASELINE, Cut, DPI};
use crate::page::Page;
use crate::page::labels::{ends_in_thang, is_den, is_ngay, is_so, is_stamped_ngay, is_symbol};
use crate::text::Rect;
use crate::text::fold::bare;

/// Share of the page's height in which a letter's head stands.
const HEAD: f32 = 0.45;
/// From the left end of "Số" to the left end of its zone.
const AFTER_SO: f32 = 40.0;
/// From the left end of "ngày" to the zone.
const AFTER_NGAY: f32 = 35.0;
/// Width of "tháng" in 14 point, and how much of it stays outside the zone on its left.
const THANG: f32 = 122.0;
const INTO_THANG: f32 = 75.0;
/// From the left end of "tháng" to the zone of the month; how much of "năm" stays in that zone.
const AFTER_THANG: f32 = 45.0;
const INTO_NAM: f32 = 50.0;
/// The widest zone.
const WIDEST: f32 = 448.0;
/// From the baseline up to the middle of "Số", with its marks.
const SO_MIDDLE: f32 = 26.0;
/// A taller "Số" holds more than print.
const SO_HEIGHT: f32 = 62.0;
/// Heights of a symbol that holds print only.
const SYMBOL_HEIGHT: std::ops::Range<f32> = 32.0..56.0;
/// Width of "năm" in 14 point.
const NAM: f32 = 97.0;
/// Share of the height of "ngày" and "tháng" that hangs below the baseline.
const DESCENDER: f32 = 0.26;

/// The zones of a page.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    pub number: Option<Cut>,
    pub day: Option<Cut>,
    pub month: Option<Cut>,
    pub received_number: Option<Cut>,
    pub received_date: Option<Cut>,
}

/// A word with its box, folded.
#[derive(Debug)]
struct Seen<'a> {
    raw: &'a str,
    bare: String,
    at: Rect,
}

impl Seen<'_> {
    fn middle(&self) -> f32 {
        self.at.y as f32 + self.at.h as f32 / 2.0
    }
    fn left(&self) -> f32 {
        self.at.x as f32
    }
    fn right(&self) -> f32 {
        self.at.right() as f32
    }
}

struct Layout<'a> {
    words: Vec<Seen<'a>>,
    width: f32,
    height: f32,
    /// Pixels of the page per pixel of 300 dpi.
    scale: f32,
    slope: f32,
}

/// Finds the zones of a page.
pub(super) fn find(page: &Page) -> Found {
    let seen = |w: &'_ crate::page::Word| w.bbox.map(|at| (at, bare(&w.text)));
    let words = page.lines.iter().flat_map(|l| &l.words);
    let words = words.filter_map(|w| seen(w).map(|(at, bare)| Seen { raw: &w.text, bare, at })).collect();
    let scale = if page.dpi > 1.0 { page.dpi / DPI } else { 1.0 };
    let layout = Layout { words, width: page.width as f32, height: page.height as f32, scale, slope: slope(page) };
    let number = layout.number();
    let (day, month) = layout.date();
    let (received_number, received_date) = layout.stamp(number);
    Found { number, day, month, received_number, received_date }
}

/// How far the text runs down per pixel to the right: the median over the longer lines; 0 where there are too few.
fn slope(page: &Page) -> f32 {
    let rise = |line: &crate::page::Line| {
        let boxes: Vec<Rect> = line.words.iter().filter_map(|w| w.bbox).collect();
        let (first, last) = (boxes.first()?, boxes.last()?);
        let long = boxes.len() >= 5 && last.x > first.x + page.width / 5;
        let points: Vec<(f32, f32)> =
            boxes.iter().map(|b| (b.x as f32 + b.w as f32 / 2.0, b.y as f32 + b.h as f32 / 2.0)).collect();
        long.then(|| regression(&points))
    };
    let mut slopes: Vec<f32> = page.lines.iter().filter_map(rise).collect();
    slopes.sort_by(f32::total_cmp);
    if slopes.len() < 3 { 0.0 } else { slopes[slopes.len() / 2].clamp(-0.2, 0.2) }
}

/// Slope of the straight line through the points; 0 for fewer than two.
pub(super) fn regression(points: &[(f32, f32)]) -> f32 {
    let n = points.len() as f32;
    let (mx, my) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (above, below) =
        points.iter().fold((0.0, 0.0), |(a, b), p| (a + (p.0 - mx) * (p.1 - my), b + (p.0 - mx).powi(2)));
    if below > 0.0 { above / below } else { 0.0 }
}

impl Layout<'_> {
    fn cut(&self, x: f32, baseline: f32, width: f32) -> Option<Cut> {
        let fits = width.is_finite() && width > 30.0;
        fits.then_some(Cut { x, baseline, width: width.min(WIDEST), scale: self.scale, slope: self.slope })
    }

    /// Whether `other` stands on the same printed line as `word`.
    fn same_row(&self, word: &Seen, other: &Seen) -> bool {
        let level = other.middle() - self.slope * (other.left() - word.left());
        (level - word.middle()).abs() < 28.0 * self.scale
    }

    /// The words of the row to the left of `word` that follow one another without a column's gap: its first.
    fn start_of_run<'b>(&'b self, word: &'b Seen<'b>) -> &'b Seen<'b> {
        let mut first = word;
        while let Some(before) = self.words.iter().find(|w| {
            let gap = first.left() - w.right();
            self.same_row(first, w) && w.left() < first.left() && (-20.0..110.0).contains(&(gap / self.scale))
        }) {
            first = before;
        }
        first
    }

    fn number(&self) -> Option<Cut> {
        let labels = self.words.iter().filter(|w| {
            is_so(w.raw) && w.left() < 0.4 * self.width && w.middle() < HEAD * self.height && !self.has_word_before(w)
        });
        let score = |w: &Seen| {
            let (capital, colon) = (w.raw.contains('S'), w.raw.contains(':'));
            u8::from(capital) + u8::from(colon) + 2 * u8::from(self.symbol_after(w).is_some())
        };
        let best = labels.max_by_key(|w| (score(w), std::cmp::Reverse(w.at.y)));
        match best {
            Some(label) if score(label) > 0 => {
                self.cut(label.left() + AFTER_SO * self.scale, self.baseline_of_label(label), WIDEST)
            }
            _ => self.number_by_symbol(),
        }
    }

    /// The baseline at the zone: from "Số" itself, or from the symbol where "Số" swallowed a taller pen stroke.
    fn baseline_of_label(&self, label: &Seen) -> f32 {
        let own = label.middle() + SO_MIDDLE * self.scale;
        let plain = |w: &&Seen| SYMBOL_HEIGHT.contains(&(w.at.h as f32 / self.scale)) && w.at.x > label.at.x;
        match self.symbol_after(label).filter(plain) {
            Some(symbol) if label.at.h as f32 > SO_HEIGHT * self.scale => {
                symbol.at.bottom() as f32 - self.slope * (symbol.left() - label.left())
            }
            _ => own,
        }
    }

    fn has_word_before(&self, word: &Seen) -> bool {
        let near = |w: &Seen| w.left() < word.left() && word.left() - w.right() < 250.0 * self.scale;
        self.words.iter().any(|w| self.same_row(word, w) && near(w) && w.bare.chars().any(char::is_alphanumeric))
    }

    fn symbol_after(&self, label: &Seen) -> Option<&Seen<'_>> {
        let reach = |w: &&Seen| w.left() >= label.left() && w.left() - label.left() < 520.0 * self.scale;
        self.words.iter().filter(|w| self.same_row(label, w) && is_symbol(w.raw)).find(reach)
    }

    /// Where "Số" was lost: the row of the symbol, from its first word or from where the label must have been.
    fn number_by_symbol(&self) -> Option<Cut> {
        let in_head =
            |w: &&Seen| w.right() < 0.55 * self.width && w.middle() < 0.3 * self.height && w.raw.contains('/');
        let symbol = self.words.iter().filter(in_head).filter(|w| is_symbol(w.raw)).min_by_key(|w| w.at.y)?;
        let first = self.start_of_run(symbol);
        let baseline = symbol.at.bottom() as f32;
        let guessed = symbol.left() - 210.0 * self.scale;
        let x = if first.left() < symbol.left() { first.left() + AFTER_SO * self.scale } else { guessed };
        self.cut(x.min(symbol.left() - 60.0 * self.scale), baseline, WIDEST)
    }

    /// Zones of day and month.
    fn date(&self) -> (Option<Cut>, Option<Cut>) {
        let starts_right = |w: &Seen| self.start_of_run(w).left() > 0.36 * self.width;
        let mut rows: Vec<(&Seen, Option<&Seen>)> = Vec::new();
        for thang in self.words.iter().filter(|w| ends_in_thang(&w.bare) || w.bare.starts_with("thang")) {
            let ngay = self.words.iter().find(|w| {
                let ahead = (self.right_of_thang(thang) - w.left()) / self.scale;
                is_ngay(&w.bare) && self.same_row(thang, w) && (150.0..620.0).contains(&ahead)
            });
            rows.push((thang, ngay));
        }
        let fits = |(thang, ngay): &(&Seen, Option<&Seen>)| {
            thang.right() > 0.5 * self.width
                && starts_right(ngay.unwrap_or(thang))
                && (ngay.is_some() || self.nam_after(thang).is_some())
        };
        let mut rows: Vec<_> = rows.into_iter().filter(fits).collect();
        rows.sort_by_key(|(thang, _)| thang.at.y);
        let Some((thang, ngay)) = rows.first().copied() else { return (self.day_by_ngay(), None) };
        let right = self.right_of_thang(thang);
        let thang_left = right - THANG * self.scale;
        let left = ngay.map_or(right - 382.0 * self.scale, |n| n.left() + AFTER_NGAY * self.scale);
        let end = thang_left + INTO_THANG * self.scale;
        let day = self.cut(left, self.baseline_at(thang, left), (end - left) / self.scale);
        let month_from = thang_left + AFTER_THANG * self.scale;
        // Without "năm" the zone ends where it would in a narrow date.
        let end = self
            .nam_after(thang)
            .map_or(thang_left + 300.0 * self.scale, |nam| self.left_of_nam(nam) + INTO_NAM * self.scale);
        let month = self.cut(month_from, self.baseline_at(thang, month_from), (end - month_from) / self.scale);
        (day, month)
    }

    /// Where "tháng" was lost: what follows "ngày" in the head.
    fn day_by_ngay(&self) -> Option<Cut> {
        let placed = |w: &&Seen| is_ngay(&w.bare) && w.left() > 0.5 * self.width && w.middle() < HEAD * self.height;
        let ngay = self.words.iter().filter(placed).min_by_key(|w| w.at.y)?;
        let left = ngay.left() + AFTER_NGAY * self.scale;
        self.cut(left, self.baseline_at(ngay, left), 300.0)
    }

    /// Height of the printed baseline at `x` on the row of a word with a descender.
    fn baseline_at(&self, word: &Seen, x: f32) -> f32 {
        word.at.bottom() as f32 - DESCENDER * word.at.h as f32 + self.slope * (x - word.left())
    }

    /// The right end of "tháng", also in "tháng10".
    fn right_of_thang(&self, word: &Seen) -> f32 {
        if ends_in_thang(&word.bare) { word.right() } else { word.left() + THANG * self.scale }
    }

    /// The left end of "năm", also in "10năm".
    fn left_of_nam(&self, word: &Seen) -> f32 {
        if word.bare.starts_with("nam") { word.left() } else { word.right() - NAM * self.scale }
    }

    fn nam_after(&self, thang: &Seen) -> Option<&Seen<'_>> {
        self.words.iter().find(|w| {
            let gap = (self.left_of_nam(w) - self.right_of_thang(thang)) / self.scale;
            let nam = w.bare.starts_with("nam") || w.bare.ends_with("nam");
            nam && self.same_row(thang, w) && (0.0..260.0).contains(&gap)
        })
    }

    /// "Số" above "Ngày" at the left, below the head: the frame of an incoming stamp. Where "Số" was misread, what stands in
    /// its place gives the row.
    fn stamp(&self, number: Option<Cut>) -> (Option<Cut>, Option<Cut>) {
        let below = number.map_or(0.08 * self.height, |n| n.baseline + 40.0 * self.scale);
        let here = |w: &&Seen| w.right() < 0.42 * self.width && w.middle() > below && w.middle() < HEAD * self.height;
        let arrived: Vec<&Seen> = self.words.iter().filter(here).filter(|w| is_den(w.raw)).collect();
        let mut labels: Vec<&Seen> = self.words.iter().filter(here).filter(|w| is_stamped_ngay(&w.bare)).collect();
        labels.sort_by_key(|w| w.at.y);
        for ngay in labels {
            let above = |w: &&Seen| {
                let (dx, dy) = ((w.left() - ngay.left()) / self.scale, (ngay.middle() - w.middle()) / self.scale);
                dx.abs() < 90.0 && (35.0..150.0).contains(&dy)
            };
            let rows = || self.words.iter().filter(here).filter(above);
            let so = rows().find(|w| is_so(&w.bare));
            let framed = arrived.iter().any(|d| {
                (d.left() - ngay.left()).abs() < 400.0 * self.scale
                    && d.at.y > ngay.at.y.saturating_sub(self.pixels(300.0))
            });
            if so.is_none() && !framed {
                continue;
            }
            let date = self.cut(ngay.left() + AFTER_SO * self.scale, self.baseline_at(ngay, ngay.left()), WIDEST);
            let so = so.or_else(|| rows().filter(|w| w.bare.chars().count() <= 4).max_by_key(|w| w.at.y));
            let zone =
                |so: &Seen| self.cut(ngay.left() + AFTER_SO * self.scale, so.middle() + SO_MIDDLE * self.scale, WIDEST);
            return (so.and_then(zone), date);
        }
        (None, None)
    }

    /// Pixels of 300 dpi as pixels of the page.
    fn pixels(&self, of_300: f32) -> u32 {
        (of_300 * self.scale) as u32
    }
}

impl Cut {
    /// The box of the zone on a page of this size.
    pub(super) fn bbox(self, width: u32, height: u32) -> Rect {
        let corners =
            [(0.0, 0.0), (self.width, 0.0), (0.0, 112.0), (self.width, 112.0)].map(|(u, v)| self.to_page(u, v));
        let (mut x0, mut y0, mut x1, mut y1) = (f32::MAX, f32::MAX, 0.0f32, 0.0f32);
        for (x, y) in corners {
            (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
        }
        let (x, y) = ((x0.max(0.0) as u32).min(width), (y0.max(0.0) as u32).min(height));
        Rect { x, y, w: (x1 as u32).min(width).saturating_sub(x), h: (y1 as u32).min(height).saturating_sub(y) }
    }

    /// Where the value itself can stand: the zone without the strips of neighbouring lines.
    pub(super) fn covers(self, at: Rect) -> bool {
        let middle = at.y as f32 + at.h as f32 / 2.0;
        let level = self.baseline + self.slope * (at.x as f32 - self.x);
        let up = (level - middle) / self.scale;
        (-12.0..BASELINE - 30.0).contains(&up)
            && at.right() as f32 > self.x
            && (at.x as f32) < self.x + self.width * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Line, Reading, Word};

    /// A page of 300 dpi; words as (text, x, y, w, h), one line each.
    fn page(words: &[(&str, u32, u32, u32, u32)]) -> Page {
        let word = |&(text, x, y, w, h): &(&str, u32, u32, u32, u32)| {
            Line::new(vec![Word {
                text: text.into(),
                bbox: Some(Rect { x, y, w, h }),
                confidence: 0.9,
                ..Word::default()
            }])
        };
        Page {
            number: 1,
            width: 2480,
            height: 3508,
            dpi: 300.0,
            turned: 0,
            lines: words.iter().map(word).collect(),
            reading: Reading::Ocr,
            reason: None,
            warnings: Vec::new(),
            stamped: Vec::new(),
            hand: crate::page::handwriting::HandReadings::default(),
        }
    }

    #[test]
    fn the_head_of_a_letter() {
        let found = find(&page(&[
            ("Số:39", 384, 474, 187, 61),
            ("/TB", 622, 486, 84, 41),
            ("-SYT", 726, 488, 124, 40),
            ("An,", 1300, 493, 105, 39),
            ("ngàyÍ2", 1561, 488, 188, 58),
            ("tháng", 1768, 494, 127, 53),
            ("năm", 1977, 493, 97, 38),
        ]));
        let number = found.number.unwrap();
        assert!((number.x - 424.0).abs() < 1.0 && (number.baseline - 530.5).abs() < 2.0, "{number:?}");
        let day = found.day.unwrap();
        assert!((day.x - 1596.0).abs() < 1.0 && (day.x + day.width - 1848.0).abs() < 2.0, "{day:?}");
        assert!((day.baseline - 533.0).abs() < 3.0 && found.month.is_some() && found.received_date.is_none());
    }

    #[test]
    fn print_misread_or_lost() {
        let by_symbol = find(&page(&[("lói", 400, 480, 80, 50), ("155/TM-SYT", 560, 486, 300, 41)])).number.unwrap();
        assert!((by_symbol.x - 440.0).abs() < 1.0, "{by_symbol:?}");
        let by_thang = find(&page(&[("04tháng", 1600, 494, 200, 53), ("năm", 1900, 493, 97, 38)])).day.unwrap();
        assert!(
            (by_thang.x - 1418.0).abs() < 1.0 && (by_thang.x + by_thang.width - 1753.0).abs() < 1.0,
            "{by_thang:?}"
        );
    }

    #[test]
    fn cited_numbers_and_dates_are_not_the_letters_own() {
        let cited = [("Căn", 300, 900, 90, 40), ("số", 410, 900, 50, 40), ("12/QĐ-UBND", 480, 900, 250, 40)];
        assert!(find(&page(&cited)).number.is_none_or(|n| n.baseline < 800.0 || n.x < 400.0));
        let running = [
            ("Thực", 300, 900, 90, 50),
            ("hiện", 410, 900, 700, 50),
            ("ngày", 1130, 900, 100, 50),
            ("12", 1250, 900, 40, 38),
            ("tháng", 1310, 900, 120, 50),
            ("năm", 1500, 900, 90, 38),
        ];
        assert!(find(&page(&running)).day.is_none());
    }

    #[test]
    fn the_incoming_stamp() {
        let found = find(&page(&[
            ("Số:", 420, 480, 80, 50),
            ("/CT-UBND", 640, 486, 200, 41),
            ("ĐẾN", 330, 700, 90, 40),
            ("Số:.......", 260, 780, 300, 45),
            ("Ngày:.....", 255, 860, 300, 50),
        ]));
        let (number, date) = (found.received_number.unwrap(), found.received_date.unwrap());
        // Both start below each other: the label that was read as "Ngày" gives the left edge.
        assert!((number.x - 295.0).abs() < 1.0 && (date.x - 295.0).abs() < 1.0);
        assert!((number.baseline - 828.5).abs() < 1.0 && (date.baseline - 897.0).abs() < 1.0, "{number:?} {date:?}");
    }
}
