//! Round seals: where they lie, and which words are theirs and not the letter's.
//!
//! in: a page image, its marks → out: [`Seal`]s; the grey image with the ink of seals that is lighter than print made pale.
//! How: the ink of a seal is red, or in a grey scan clearly lighter than the darkest ink of the letters; such ink that lies
//! on one circle of a seal's size is a seal. A word inside it without black ink is engraved in the seal.
//! Promises: print under a seal stays; pages in black and white only have no seal by this measure.
//! Leaves out: square seals and stamps.

use crate::page::image::components::{self, Mark};
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
/// Ink of a seal is lighter than print by this much (of 255), and ink of any kind is darker than paper by this much.
const LIGHTER: u8 = 40;
pub(crate) const INK: u8 = 45;
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
        let points: Vec<(u32, u32)> = all(zone).filter(|(x, y)| is_red(*x, *y)).collect();
        let seal = if holds_one(&zone, dpi) { circle(&points, zone, dpi, BLACK) } else { None };
        let beside = points.iter().filter(|(x, y)| !seal.is_some_and(|s| s.holds(*x, *y))).count();
        if beside as f32 > BESIDE * points.len() as f32 {
            others.push(zone);
        }
        seals.extend(seal);
    }
    (seals, others)
}

/// Makes the ink of seals in a grey scan pale; gives the seals.
pub(crate) fn pale(image: &mut GrayImage, marks: &[Mark], dpi: f32) -> Vec<Seal> {
    let zones: Vec<Rect> = components::strokes(marks, &[], dpi).into_iter().filter(|z| holds_one(z, dpi)).collect();
    if zones.is_empty() {
        return Vec::new();
    }
    let Some(black) = black(image, &components::letters(marks, dpi)) else { return Vec::new() };
    let mut seals = Vec::new();
    for zone in zones {
        let paper = paper(image, zone);
        let light = middles_of_strokes(image, zone, black.saturating_add(LIGHTER)..=paper.saturating_sub(INK));
        let Some(mut seal) = circle(&light, zone, dpi, black) else { continue };
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
pub(crate) fn find(image: &GrayImage, dpi: f32) -> Option<(Seal, u8)> {
    let whole = Rect { x: 0, y: 0, w: image.width(), h: image.height() };
    let paper = paper(image, whole);
    let points: Vec<(u32, u32)> = all(whole).filter(|(x, y)| at(image, *x, *y) <= paper.saturating_sub(INK)).collect();
    let seal = if holds_one(&whole, dpi) { circle(&points, whole, dpi, BLACK) } else { None };
    seal.map(|seal| (seal, paper))
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
        self.holds(word.x + word.w / 2, word.y + word.h / 2)
    }

    /// Whether the word in a box has no black ink.
    fn is_light(&self, image: &DynamicImage, word: Rect) -> bool {
        let (right, bottom) = (word.right().min(image.width()), word.bottom().min(image.height()));
        let word = Rect { w: right.saturating_sub(word.x), h: bottom.saturating_sub(word.y), ..word };
        // brightness, and the channel in which the seal's ink is no black
        let values: Vec<(u8, u8)> = match image {
            DynamicImage::ImageRgb8(colour) => {
                all(word).map(|(x, y)| colour.get_pixel(x, y).0).map(|p| (luma(p), p[0])).collect()
            }
            DynamicImage::ImageLuma8(grey) => all(word).map(|(x, y)| at(grey, x, y)).map(|v| (v, v)).collect(),
            _ => return false,
        };
        let paper = values.iter().map(|v| v.0).max().unwrap_or(255);
        let ink = values.iter().filter(|v| v.0 < paper.saturating_sub(INK)).count();
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

fn holds_one(zone: &Rect, dpi: f32) -> bool {
    zone.w.min(zone.h) as f32 >= 1.6 * RADIUS.0 * dpi
}

fn all(zone: Rect) -> impl Iterator<Item = (u32, u32)> {
    (zone.y..zone.bottom()).flat_map(move |y| (zone.x..zone.right()).map(move |x| (x, y)))
}

fn at(image: &GrayImage, x: u32, y: u32) -> u8 {
    image.as_raw()[(y * image.width() + x) as usize]
}

fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8
}

/// How dark print is: half the letters have a darker pixel.
fn black(image: &GrayImage, letters: &[Mark]) -> Option<u8> {
    median(letters.iter().filter_map(|m| all(m.bbox).map(|(x, y)| at(image, x, y)).min()))
}

/// How bright the paper of a zone is.
pub(crate) fn paper(image: &GrayImage, zone: Rect) -> u8 {
    median(all(zone).map(|(x, y)| at(image, x, y))).unwrap_or(255)
}

fn median(values: impl Iterator<Item = u8>) -> Option<u8> {
    let mut counts = [0u32; 256];
    values.for_each(|v| counts[usize::from(v)] += 1);
    let all: u32 = counts.iter().sum();
    let mut seen = 0;
    let half = |n: &u32| {
        seen += n;
        seen * 2 >= all
    };
    if all == 0 { None } else { counts.iter().position(half).map(|v| v as u8) }
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

/// The circle of a seal's size on which most of the points lie, where it is closed enough.
fn circle(points: &[(u32, u32)], zone: Rect, dpi: f32, black: u8) -> Option<Seal> {
    let scale = dpi / DPI;
    let size = |v: u32| (v as f32 / scale) as usize + 2;
    let (width, height) = (size(zone.w), size(zone.h));
    let mut cells = vec![false; width * height];
    for (x, y) in points {
        cells[size(y - zone.y).saturating_sub(2) * width + size(x - zone.x).saturating_sub(2)] = true;
    }
    let cell = |x: f32, y: f32| {
        let (x, y) = (x + 0.5, y + 0.5);
        x >= 0.0 && y >= 0.0 && (x as usize) < width && (y as usize) < height && cells[y as usize * width + x as usize]
    };
    let rays: Vec<(f32, f32)> =
        (0..DIRECTIONS).map(|i| (i as f32 * std::f32::consts::TAU / DIRECTIONS as f32).sin_cos()).collect();
    let set: Vec<(f32, f32)> =
        (0..cells.len()).filter(|i| cells[*i]).map(|i| ((i % width) as f32, (i / width) as f32)).collect();
    let mut best: (f32, f32, f32, f32) = (0.0, 0.0, 0.0, 0.0);
    let mut votes = vec![0u16; width * height];
    let radii = (0..).map(|step| RADIUS.0 * DPI + step as f32).take_while(|r| *r <= RADIUS.1 * DPI);
    for radius in radii {
        votes.fill(0);
        for (x, y) in &set {
            for (sin, cos) in &rays {
                let (cx, cy) = (x + radius * cos + 0.5, y + radius * sin + 0.5);
                if cx >= 0.0 && cy >= 0.0 && (cx as usize) < width && (cy as usize) < height {
                    votes[cy as usize * width + cx as usize] += 1;
                }
            }
        }
        let Some(top) = (0..votes.len()).max_by_key(|i| votes[*i]) else { continue };
        let (x, y) = ((top % width) as f32, (top / width) as f32);
        // how closed it is: the ink may lie a pixel inside or outside
        let shows = |(sin, cos): &&(f32, f32)| {
            [-1.0, 0.0, 1.0].iter().any(|d| cell(x + (radius + d) * cos, y + (radius + d) * sin))
        };
        let round = rays.iter().filter(shows).count() as f32 / DIRECTIONS as f32;
        // of two rings the outer one
        if round >= ROUND && round >= best.0 * 0.9 {
            best = (round.max(best.0), x, y, radius);
        }
    }
    let (_, x, y, radius) = best;
    let place = |v: f32, from: u32| from as f32 + (v + 0.5) * scale;
    (radius > 0.0).then(|| Seal { x: place(x, zone.x), y: place(y, zone.y), radius: radius * scale, black })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::image::components::Ink;
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
        let marks = Ink::of(&image, 200.0).marks();
        let seals = pale(&mut image, &marks, 200.0);
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
        let marks = Ink::of(&image, 200.0).marks();
        assert!(pale(&mut image, &marks, 200.0).is_empty() && image == grey(false));
        // a frame as large as a seal
        let frame = |x: u32, y: u32| {
            (200..500).contains(&x) && (200..500).contains(&y) && !((206..494).contains(&x) && (206..494).contains(&y))
        };
        let plain = grey(false);
        let framed =
            GrayImage::from_fn(1000, 800, |x, y| if frame(x, y) { Luma([110]) } else { *plain.get_pixel(x, y) });
        let mut image = framed.clone();
        let marks = Ink::of(&image, 200.0).marks();
        assert!(pale(&mut image, &marks, 200.0).is_empty() && image == framed);
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
