//! Rings of a seal taken away: they cross the name and the post beside it, and letters they tie together are not read.
//!
//! in: a view with a seal in any ink → out: the view without the lines of its rings.
//! How: along rays from the middle of the seal a ring is a short stretch of ink as far out as on the rays beside; where a
//! letter crosses the ring the stretch is long and stays.
//! Leaves out: the letters and the star of the seal.

use super::find;
use crate::page::image::binarise::DARKER_THAN_PAPER;
use crate::page::image::view::View;
use image::Luma;

/// Where rings lie, in parts of the seal's radius.
const WITHIN: (f32, f32) = (0.55, 1.08);
/// A ring's line is this thick at most, in inches.
const THICK: f32 = 0.035;
/// Share of the rays within this angle, in degrees, on which a ring shows equally far out, give or take so many pixels.
const SHOWS: f32 = 0.4;
const BESIDE: f32 = 20.0;
const OFF: usize = 1;

/// The view without the rings of its seal; `None` where it shows no seal.
pub(crate) fn without_rings<'p>(view: &View<'p>) -> Option<View<'p>> {
    let (seal, paper) = find::of_any_ink(view)?;
    let (image, dpi) = (view.image(), view.dpi());
    let ink = paper.saturating_sub(DARKER_THAN_PAPER);
    let (from, to) = (WITHIN.0 * seal.radius, WITHIN.1 * seal.radius);
    let length = (to - from) as usize;
    // two rays to a pixel of the outermost circle leave none out
    let rays = (to * std::f32::consts::TAU * 2.0) as usize;
    let ways: Vec<(f32, f32)> =
        (0..rays).map(|ray| (ray as f32 * std::f32::consts::TAU / rays as f32).sin_cos()).collect();
    let place = |ray: usize, step: usize| {
        let ((sin, cos), far) = (ways[ray], from + step as f32);
        let (x, y) = (seal.x + far * cos, seal.y + far * sin);
        let inside = x >= 0.0 && y >= 0.0 && x < image.width() as f32 && y < image.height() as f32;
        inside.then_some((x as u32, y as u32))
    };
    let is_ink = |ray, step| place(ray, step).is_some_and(|(x, y)| image.get_pixel(x, y).0[0] <= ink);
    let short: Vec<Vec<(usize, usize)>> =
        (0..rays).map(|ray| stretches(length, (THICK * dpi) as usize, |step| is_ink(ray, step))).collect();
    let beside = (rays as f32 * BESIDE / 360.0) as usize;
    let shown = Shown::new(&short, length, beside);
    let mut out = image.clone();
    for (ray, stretches) in short.iter().enumerate() {
        for (start, end) in
            stretches.iter().filter(|(start, end)| shown.share(ray, usize::midpoint(*start, *end)) >= SHOWS)
        {
            // with the soft edges
            for (x, y) in (start.saturating_sub(1)..end + 1).filter_map(|step| place(ray, step)) {
                out.put_pixel(x, y, Luma([paper]));
            }
        }
    }
    Some(view.clone().with_pixels(out))
}

/// Stretches of ink along a ray, from and to, those longer than `most` left out.
fn stretches(length: usize, most: usize, is_ink: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for step in 0..=length {
        let ink = step < length && is_ink(step);
        match start {
            None if ink => start = Some(step),
            Some(from) if !ink => {
                if step - from <= most {
                    found.push((from, step));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// On how many of the rays beside a ray a short stretch lies as far out.
struct Shown {
    /// Sums over the rays so far, ray after ray, one for each distance.
    sums: Vec<Vec<u32>>,
    beside: usize,
}

impl Shown {
    fn new(short: &[Vec<(usize, usize)>], length: usize, beside: usize) -> Shown {
        let mut sums = vec![vec![0; length + 1]];
        for stretches in short {
            let mut next = sums[sums.len() - 1].clone();
            let mut here = vec![false; length + 1];
            for (start, end) in stretches {
                let middle = usize::midpoint(*start, *end);
                here[middle.saturating_sub(OFF)..=(middle + OFF).min(length)].fill(true);
            }
            next.iter_mut().zip(here).for_each(|(sum, here)| *sum += u32::from(here));
            sums.push(next);
        }
        Shown { sums, beside }
    }

    fn share(&self, ray: usize, far: usize) -> f32 {
        let rays = self.sums.len() - 1;
        let up_to = |ray: usize| self.sums[ray][far];
        let (from, to) = (ray + rays - self.beside, ray + rays + self.beside + 1);
        // around the circle
        let count = |at: usize| up_to(at % rays) + up_to(rays) * (at / rays) as u32;
        (count(to) - count(from)) as f32 / (2 * self.beside + 1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::GrayImage;

    /// Two rings at 200 dpi, the outer one crossed at the bottom by strokes of letters.
    fn drawn(rings: bool) -> GrayImage {
        GrayImage::from_fn(500, 500, |x, y| {
            let far = ((x as f32 - 250.0).powi(2) + (y as f32 - 220.0).powi(2)).sqrt();
            let ring = rings && ((138.0..143.0).contains(&far) || (100.0..102.0).contains(&far));
            let letters = (250..330).contains(&x) && (340..372).contains(&y) && x % 16 < 5;
            Luma([if ring || letters { 40 } else { 235 }])
        })
    }

    #[test]
    fn rings_go_and_the_letters_they_cross_stay() {
        let (sealed, letters) = (drawn(true), drawn(false));
        let without = without_rings(&View::whole(&sealed, 200.0)).expect("a seal");
        let ink = |image: &GrayImage| image.pixels().filter(|p| p.0[0] < 100).count();
        let (all, left, print) = (ink(&sealed), ink(without.image()), ink(&letters));
        assert!(left < print + (all - print) / 20, "{all} {left} {print}");
        let kept = without.image().pixels().zip(letters.pixels()).filter(|(a, b)| a.0[0] < 100 && b.0[0] < 100).count();
        assert!(kept * 20 > print * 19, "{kept} of {print}");
        assert!(without_rings(&View::whole(&letters, 200.0)).is_none());
    }
}
