//! Round seals: where they lie, and which words are theirs and not the letter's.
//!
//! in: a page image, its marks → out: [`Seal`]s; the grey image with the ink of seals that is lighter than print made pale.
//! How: the ink of a seal is red, or in a grey scan clearly lighter than the darkest ink of the letters; such ink that lies
//! on one circle of a seal's size is a seal. A word inside it without black ink is engraved in the seal.
//! Promises: print under a seal stays; pages in black and white only have no seal by this measure.
//! Leaves out: square seals and stamps.

use crate::page::image::binarise::{DARKER_THAN_PAPER, at, median, paper, pixels};
use crate::page::image::components::{Mark, Marks};
use crate::page::image::view::View;
use crate::text::Rect;
use image::{DynamicImage, GrayImage};

/// Radius of a seal in inches: the seals of offices and parties measure 32 to 46 mm across.
const RADIUS: (f32, f32) = (0.58, 0.95);
/// Circles are looked for at this resolution.
const DPI: f32 = 50.0;
/// Share of the circle that must show ink of the seal.
const ROUND: f32 = 0.7;
/// Directions in which the circle is looked at.
const DIRECTIONS: usize = 90;
/// Ink of a seal is lighter than print by this much (of 255).
const LIGHTER: u8 = 40;
/// Between print and a seal's ink the border lies here.
const BORDER: f32 = 0.6;
/// In colour, where the seal's own ink is red, black is below this in the red channel.
const BLACK: u8 = 110;
/// A word of a seal has less black than this share of its ink.
const BLACK_SHARE: f32 = 0.08;
/// A zone with a larger share of its red ink outside the seal holds a stamped name or post as well.
const BESIDE: f32 = 0.05;
/// What a seal's ring adds outside its circle.
const RING: f32 = 1.06;

/// A round seal on a page, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seal {
    pub x: f32,
    pub y: f32,
    pub radius: f32,
    /// Print is as dark as this or darker.
    black: u8,
}

/// Seals in red ink, one a zone at most, and the zones that hold other red ink.
pub(crate) fn red(zones: Vec<Rect>, is_red: impl Fn(u32, u32) -> bool, dpi: f32) -> (Vec<Seal>, Vec<Rect>) {
    let mut seals = Vec::new();
    let mut others = Vec::new();
    for zone in zones {
        let points: Vec<(u32, u32)> = pixels(zone).filter(|(x, y)| is_red(*x, *y)).collect();
        let seal = Zone { at: zone, dpi }.circle(&points, BLACK);
        let beside = points.iter().filter(|(x, y)| !seal.is_some_and(|s| s.holds(*x, *y))).count();
        if beside as f32 > BESIDE * points.len() as f32 {
            others.push(zone);
        }
        seals.extend(seal);
    }
    (seals, others)
}

/// Makes the ink of seals in a grey scan pale; gives the seals.
pub(crate) fn make_pale(image: &mut GrayImage, marks: &Marks) -> Vec<Seal> {
    let dpi = marks.dpi();
    let zones = marks.strokes(&[]).into_iter().map(|at| Zone { at, dpi });
    let zones: Vec<Zone> = zones.filter(|zone| zone.holds_one()).collect();
    if zones.is_empty() {
        return Vec::new();
    }
    let Some(black) = black(image, &marks.letters()) else { return Vec::new() };
    let mut seals = Vec::new();
    for zone in zones {
        let paper = paper(image, zone.at);
        let light =
            middles_of_strokes(image, zone.at, black.saturating_add(LIGHTER)..=paper.saturating_sub(DARKER_THAN_PAPER));
        let Some(mut seal) = zone.circle(&light, black) else { continue };
        let Some(own) = median(light.iter().filter(|(x, y)| seal.holds(*x, *y)).map(|(x, y)| at(image, *x, *y))) else {
            continue;
        };
        seal.black = black + ((f32::from(own) - f32::from(black)) * BORDER) as u8;
        seal.fade(image, black, paper);
        seals.push(seal);
    }
    seals
}

/// The seal that ink of any colour shows, and how bright the paper around it is.
pub(crate) fn of_any_ink(view: &View) -> Option<(Seal, u8)> {
    let (image, dpi) = (view.image(), view.dpi());
    let whole = Rect { x: 0, y: 0, w: image.width(), h: image.height() };
    let paper = paper(image, whole);
    let points: Vec<(u32, u32)> =
        pixels(whole).filter(|(x, y)| at(image, *x, *y) <= paper.saturating_sub(DARKER_THAN_PAPER)).collect();
    Zone { at: whole, dpi }.circle(&points, BLACK).map(|seal| (seal, paper))
}

impl Seal {
    /// The box around it.
    pub(crate) fn bbox(&self) -> Rect {
        let r = self.radius * RING;
        let (x, y) = ((self.x - r).max(0.0), (self.y - r).max(0.0));
        Rect { x: x as u32, y: y as u32, w: (self.x + r - x) as u32, h: (self.y + r - y) as u32 }
    }

    /// The words of a line, by their boxes, that belong to the seal: they lie in it and have no black ink. A line that goes
    /// on outside without black ink is a name stamped over the seal.
    pub(crate) fn engraved(&self, image: &DynamicImage, words: &[Rect]) -> Vec<bool> {
        let own: Vec<bool> = words.iter().map(|w| self.surrounds(*w) && self.is_light(image, *w)).collect();
        let beside = || words.iter().filter(|w| !self.surrounds(**w));
        let stamped = beside().filter(|w| self.is_light(image, **w)).count() * 2 > beside().count();
        if stamped { vec![false; words.len()] } else { own }
    }

    /// Whether the middle of a box lies in the seal.
    fn surrounds(&self, word: Rect) -> bool {
        let (x, y) = word.centre();
        self.holds(x, y)
    }

    /// Whether the word in a box has no black ink.
    fn is_light(&self, image: &DynamicImage, word: Rect) -> bool {
        let (right, bottom) = (word.right().min(image.width()), word.bottom().min(image.height()));
        let word = Rect { w: right.saturating_sub(word.x), h: bottom.saturating_sub(word.y), ..word };
        // brightness, and the channel in which the seal's ink is no black
        let values: Vec<(u8, u8)> = match image {
            DynamicImage::ImageRgb8(colour) => {
                pixels(word).map(|(x, y)| colour.get_pixel(x, y).0).map(|p| (luma(p), p[0])).collect()
            }
            DynamicImage::ImageLuma8(grey) => pixels(word).map(|(x, y)| at(grey, x, y)).map(|v| (v, v)).collect(),
            _ => return false,
        };
        let paper = values.iter().map(|v| v.0).max().unwrap_or(255);
        let ink = values.iter().filter(|v| v.0 < paper.saturating_sub(DARKER_THAN_PAPER)).count();
        let black = values.iter().filter(|v| v.1 <= self.black).count();
        ink > 0 && (black as f32) < BLACK_SHARE * ink as f32
    }

    fn holds(&self, x: u32, y: u32) -> bool {
        let (dx, dy) = (x as f32 - self.x, y as f32 - self.y);
        let r = self.radius * RING;
        dx * dx + dy * dy <= r * r
    }

    /// Ink lighter than the border becomes paper, print stays, what is between grows lighter.
    fn fade(&self, image: &mut GrayImage, black: u8, paper: u8) {
        let (black, paper, span) =
            (f32::from(black), f32::from(paper), f32::from(self.black.saturating_sub(black).max(1)));
        let bbox = self.bbox();
        let end = (bbox.right().min(image.width()), bbox.bottom().min(image.height()));
        for y in bbox.y..end.1 {
            for x in bbox.x..end.0 {
                if self.holds(x, y) {
                    let value = &mut image.get_pixel_mut(x, y).0[0];
                    let was = f32::from(*value);
                    let share = ((was - black) / span).clamp(0.0, 1.0);
                    *value = (was + (paper - was).max(0.0) * share) as u8;
                }
            }
        }
    }
}

fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8
}

/// How dark print is: half the letters have a darker pixel.
fn black(image: &GrayImage, letters: &[Mark]) -> Option<u8> {
    median(letters.iter().filter_map(|m| pixels(m.bbox).map(|(x, y)| at(image, x, y)).min()))
}

/// Pixels as bright as `range` in the middle of strokes: none of the four beside them is darker.
fn middles_of_strokes(image: &GrayImage, zone: Rect, range: std::ops::RangeInclusive<u8>) -> Vec<(u32, u32)> {
    let across = 1.max(zone.x)..zone.right().min(image.width() - 1);
    let down = 1.max(zone.y)..zone.bottom().min(image.height() - 1);
    let middle = |(x, y): &(u32, u32)| {
        let v = at(image, *x, *y);
        range.contains(&v)
            && v <= at(image, x - 1, *y)
            && v <= at(image, x + 1, *y)
            && v <= at(image, *x, y - 1)
            && v <= at(image, *x, y + 1)
    };
    down.flat_map(|y| across.clone().map(move |x| (x, y))).filter(middle).collect()
}

/// A part of the page in which a seal is looked for.
#[derive(Clone, Copy)]
struct Zone {
    at: Rect,
    dpi: f32,
}

impl Zone {
    /// Whether a seal fits in.
    fn holds_one(self) -> bool {
        self.at.w.min(self.at.h) as f32 >= 1.6 * RADIUS.0 * self.dpi
    }

    /// The circle of a seal's size on which most of the points lie, where it is closed enough (Hough transform: each point
    /// votes for the middles of all circles it can lie on).
    fn circle(self, points: &[(u32, u32)], black: u8) -> Option<Seal> {
        if !self.holds_one() {
            return None;
        }
        let cells = Cells::of(self, points);
        let rays: Vec<(f32, f32)> =
            (0..DIRECTIONS).map(|i| (i as f32 * std::f32::consts::TAU / DIRECTIONS as f32).sin_cos()).collect();
        let mut best: (f32, f32, f32, f32) = (0.0, 0.0, 0.0, 0.0);
        let mut votes = vec![0u16; cells.ink.len()];
        let radii = (0..).map(|step| RADIUS.0 * DPI + step as f32).take_while(|r| *r <= RADIUS.1 * DPI);
        for radius in radii {
            cells.vote(radius, &rays, &mut votes);
            let Some(top) = (0..votes.len()).max_by_key(|i| votes[*i]) else { continue };
            let (x, y) = cells.place(top);
            let round = cells.roundness((x, y), radius, &rays);
            // of two rings the outer one
            if round >= ROUND && round >= best.0 * 0.9 {
                best = (round.max(best.0), x, y, radius);
            }
        }
        let (_, x, y, radius) = best;
        let scale = self.dpi / DPI;
        let place = |v: f32, from: u32| from as f32 + (v + 0.5) * scale;
        let (x, y) = (place(x, self.at.x), place(y, self.at.y));
        (radius > 0.0).then_some(Seal { x, y, radius: radius * scale, black })
    }
}

/// A zone at [`DPI`].
struct Cells {
    width: usize,
    height: usize,
    ink: Vec<bool>,
    /// Where the ink is.
    points: Vec<(f32, f32)>,
}

impl Cells {
    fn of(zone: Zone, points: &[(u32, u32)]) -> Cells {
        let scale = zone.dpi / DPI;
        let small = |v: u32| (v as f32 / scale) as usize;
        let (width, height) = (small(zone.at.w) + 2, small(zone.at.h) + 2);
        let mut ink = vec![false; width * height];
        for (x, y) in points {
            ink[small(y - zone.at.y) * width + small(x - zone.at.x)] = true;
        }
        let mut cells = Cells { width, height, ink, points: Vec::new() };
        cells.points = (0..cells.ink.len()).filter(|i| cells.ink[*i]).map(|i| cells.place(i)).collect();
        cells
    }
    fn place(&self, cell: usize) -> (f32, f32) {
        ((cell % self.width) as f32, (cell / self.width) as f32)
    }
    /// The cell under a point; `None` outside.
    fn under(&self, x: f32, y: f32) -> Option<usize> {
        let inside = x >= 0.0 && y >= 0.0 && (x as usize) < self.width && (y as usize) < self.height;
        inside.then(|| y as usize * self.width + x as usize)
    }
    /// For each cell the points that lie on the circle of `radius` around it.
    fn vote(&self, radius: f32, rays: &[(f32, f32)], votes: &mut [u16]) {
        votes.fill(0);
        for (x, y) in &self.points {
            for (sin, cos) in rays {
                if let Some(cell) = self.under(x + radius * cos + 0.5, y + radius * sin + 0.5) {
                    votes[cell] += 1;
                }
            }
        }
    }
    /// How closed a circle is, 0..=1: the ink may lie a pixel inside or outside.
    fn roundness(&self, (x, y): (f32, f32), radius: f32, rays: &[(f32, f32)]) -> f32 {
        let is_ink = |x: f32, y: f32| self.under(x + 0.5, y + 0.5).is_some_and(|cell| self.ink[cell]);
        let shows = |(sin, cos): &&(f32, f32)| {
            [-1.0, 0.0, 1.0].iter().any(|d| is_ink(x + (radius + d) * cos, y + (radius + d) * sin))
        };
        rays.iter().filter(shows).count() as f32 / rays.len() as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::image::binarise::Ink;
    use image::{Luma, Rgb, RgbImage};

    /// A row of black strokes across the seal and two short rows of the seal's own letters, at 200 dpi.
    fn drawn(x: u32, y: u32) -> (bool, bool) {
        let far = ((x as f32 - 400.0).powi(2) + (y as f32 - 400.0).powi(2)).sqrt();
        let letters = (350..450).contains(&x) && (380..400).contains(&y) && x % 14 < 5;
        let text = (300..900).contains(&x) && (470..496).contains(&y) && x % 14 < 5;
        ((139.0..145.0).contains(&far) || letters, text)
    }

    fn grey(seal: bool) -> GrayImage {
        GrayImage::from_fn(1000, 800, |x, y| {
            Luma([match drawn(x, y) {
                (_, true) => 25,
                (true, _) if seal => 110,
                _ => 240,
            }])
        })
    }

    const OWN: Rect = Rect { x: 345, y: 376, w: 110, h: 28 };
    const PRINT: Rect = Rect { x: 350, y: 466, w: 110, h: 34 };

    #[test]
    fn a_grey_seal_grows_pale_and_print_under_it_stays() {
        let scan = grey(true);
        let mut image = scan.clone();
        let marks = Marks::of(&Ink::of(&image, 200.0));
        let seals = make_pale(&mut image, &marks);
        let [seal] = seals[..] else { panic!("{seals:?}") };
        assert!((seal.x - 400.0).abs() < 8.0 && (seal.y - 400.0).abs() < 8.0 && (seal.radius - 142.0).abs() < 10.0);
        let ring = image.get_pixel(400, 258).0[0];
        let print = image.get_pixel(406, 480).0[0];
        assert!(ring > 220 && print < 60, "{ring} {print}");
        let scan = DynamicImage::ImageLuma8(scan);
        // the last two boxes reach over the edge of the page
        let over = [Rect { y: 790, h: 40, x: 990, w: 40 }, Rect { x: 300, y: 380, w: 200, h: 9000 }];
        assert_eq!(seal.engraved(&scan, &[OWN, PRINT, Rect { x: 800, ..PRINT }]), [true, false, false]);
        assert_eq!(seal.engraved(&scan, &over), [false, false]);
    }

    #[test]
    fn no_circle_is_no_seal() {
        let mut image = grey(false);
        let marks = Marks::of(&Ink::of(&image, 200.0));
        assert!(make_pale(&mut image, &marks).is_empty() && image == grey(false));
        // a frame as large as a seal
        let frame = |x: u32, y: u32| {
            (200..500).contains(&x) && (200..500).contains(&y) && !((206..494).contains(&x) && (206..494).contains(&y))
        };
        let plain = grey(false);
        let framed =
            GrayImage::from_fn(1000, 800, |x, y| if frame(x, y) { Luma([110]) } else { *plain.get_pixel(x, y) });
        let mut image = framed.clone();
        let marks = Marks::of(&Ink::of(&image, 200.0));
        assert!(make_pale(&mut image, &marks).is_empty() && image == framed);
    }

    #[test]
    fn red_ink_beside_the_seal_is_kept_as_a_zone() {
        let named = |x: u32, y: u32| (420..800).contains(&x) && (505..535).contains(&y) && x % 14 < 5;
        let page = |name: bool| {
            RgbImage::from_fn(1000, 800, |x, y| {
                Rgb(match drawn(x, y) {
                    (_, true) => [25, 25, 25],
                    (true, _) => [220, 60, 70],
                    _ if name && named(x, y) => [220, 60, 70],
                    _ => [245, 245, 240],
                })
            })
        };
        let found = |image: &RgbImage| {
            let is_red = |x: u32, y: u32| image.get_pixel(x, y).0[1] < 100 && image.get_pixel(x, y).0[0] > 200;
            red(vec![Rect { x: 240, y: 240, w: 600, h: 380 }], is_red, 200.0)
        };
        let image = page(false);
        let (seals, zones) = found(&image);
        assert!(seals.len() == 1 && zones.is_empty(), "{seals:?} {zones:?}");
        let scan = DynamicImage::ImageRgb8(image);
        assert_eq!(seals[0].engraved(&scan, &[OWN, PRINT]), [true, false]);
        let image = page(true);
        let (seals, zones) = found(&image);
        assert!(seals.len() == 1 && zones.len() == 1, "{seals:?} {zones:?}");
        // the family name lies over the seal, the names beside it
        let name = [Rect { x: 416, y: 501, w: 60, h: 38 }, Rect { x: 640, y: 501, w: 140, h: 38 }];
        assert!(seals[0].surrounds(name[0]) && !seals[0].surrounds(name[1]));
        assert_eq!(seals[0].engraved(&image.into(), &name), [false, false]);
    }
}
