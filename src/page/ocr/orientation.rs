//! Which way up a page lies.
//!
//! in: a page that reads badly, its marks → out: the quarter turns after which more of it can be read.
//! How: a dozen lines where the page is fullest are read in every orientation.

use super::engine::{Mode, Recogniser};
use crate::error::Result;
use crate::page::image::components::Marks;
use crate::page::image::view::View;
use crate::page::words::{Line, Word, all, worth};
use crate::text::Rect;
use image::{GrayImage, imageops};

/// Resolution at which orientations are tried.
const TRIAL_DPI: f32 = 150.0;
/// Side of the part of the page they are tried on, in inches: a dozen lines.
const TRIAL_SIDE: f32 = 3.5;
/// Another orientation must read this much more, and of a part so much more than chance letters are worth.
pub(crate) const CLEARLY_MORE: f32 = 1.5;
const CHANCE: f32 = 20.0;
/// Fewer words of fewer letters do not tell which way lines run.
const WORDS: usize = 20;
const LETTERS: usize = 3;

/// Quarter turns clockwise after which clearly more of the fullest part of the page can be read.
pub(crate) fn best_turn(page: &View, marks: &Marks, ocr: &mut Recogniser) -> Result<u16> {
    let (trial, dpi) = fullest_part(page, marks);
    // places on the page do not matter here: each turn is a page of its own
    let mut read = |image: &GrayImage| ocr.lines(&View::whole(image, dpi), Mode::Auto);
    let mut best = (0, worth(&read(&trial)?) * CLEARLY_MORE + CHANCE);
    for turns in [2, 1, 3] {
        let turned = match turns {
            1 => imageops::rotate90(&trial),
            2 => imageops::rotate180(&trial),
            _ => imageops::rotate270(&trial),
        };
        let lines = read(&turned)?;
        let found = worth(&lines);
        if found > best.1 {
            best = ((turns + sideways(&lines)) % 4, found);
        }
        if best.0 == 2 {
            break;
        }
    }
    Ok(best.0)
}

/// The part of the page with most letters, made small, and its resolution.
fn fullest_part(page: &View, marks: &Marks) -> (GrayImage, f32) {
    let part = marks.fullest(TRIAL_SIDE, page.image().dimensions());
    let part = imageops::crop_imm(page.image(), part.x, part.y, part.w, part.h).to_image();
    let factor = (page.dpi() / TRIAL_DPI).max(1.0);
    let size = |v: u32| ((v as f32 / factor) as u32).max(1);
    (imageops::thumbnail(&part, size(part.width()), size(part.height())), page.dpi() / factor)
}

/// Quarter turns clockwise that set lines level which run down (3) or up (1) the page; 0 where they are level. Tesseract
/// reads such lines, but their order on the page would be lost.
pub(crate) fn sideways(lines: &[Line]) -> u16 {
    let telling = |w: &&Word| w.text.chars().count() >= LETTERS;
    let boxes = |l: &Line| -> Vec<Rect> { l.words.iter().filter(telling).filter_map(|w| w.bbox).collect() };
    let words = all(lines).filter(telling).filter_map(|w| w.bbox);
    let (count, tall) = words.fold((0, 0), |(all, tall), b| (all + 1, tall + usize::from(b.h > b.w + b.w / 4)));
    if count < WORDS || tall * 2 < count {
        return 0;
    }
    let lines: Vec<Vec<Rect>> = lines.iter().map(boxes).filter(|l| l.len() > 1).collect();
    let down = lines.iter().filter(|l| l[0].y < l[l.len() - 1].y).count();
    let up = lines.iter().filter(|l| l[0].y > l[l.len() - 1].y).count();
    if down >= up { 3 } else { 1 }
}
