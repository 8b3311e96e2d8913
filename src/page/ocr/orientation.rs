//! Which way up a page lies.
//!
//! in: a [`Scan`] that reads badly → out: the quarter turns after which more of it can be read.
//! How: a dozen lines where the page is fullest are read in every orientation.

use super::engine::{Engine, Mode};
use crate::error::Result;
use crate::page::Line;
use crate::page::image::components;
use crate::page::read::worth;
use crate::page::scan::Scan;
use crate::text::Rect;
use image::imageops;

/// Resolution at which orientations are tried.
const TRIAL_DPI: f32 = 150.0;
/// Side of the part of the page they are tried on, in inches: a dozen lines.
const TRIAL_SIDE: f32 = 3.5;
/// Another orientation must read this much more.
pub(crate) const CLEARLY_MORE: f32 = 1.5;

/// Quarter turns clockwise after which clearly more of the fullest part of the page can be read.
pub(crate) fn best_turn(scan: &Scan, engine: &mut dyn Engine) -> Result<u16> {
    let part = components::fullest(&scan.marks, scan.dpi * TRIAL_SIDE, scan.cleaned.image.dimensions(), scan.dpi);
    let part = imageops::crop_imm(&scan.cleaned.image, part.x, part.y, part.w, part.h).to_image();
    let factor = (scan.dpi / TRIAL_DPI).max(1.0);
    let size = |v: u32| ((v as f32 / factor) as u32).max(1);
    let small = imageops::thumbnail(&part, size(part.width()), size(part.height()));
    let dpi = scan.dpi / factor;
    engine.set_mode(Mode::Auto);
    let as_is = worth(&engine.recognise(&small, dpi)?);
    let mut best = (0, as_is * CLEARLY_MORE + 20.0);
    for turns in [2, 1, 3] {
        let turned = match turns {
            1 => imageops::rotate90(&small),
            2 => imageops::rotate180(&small),
            _ => imageops::rotate270(&small),
        };
        let lines = engine.recognise(&turned, dpi)?;
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

/// Quarter turns clockwise that set lines level which run down (3) or up (1) the page; 0 where they are level. Tesseract
/// reads such lines, but their order on the page would be lost.
pub(crate) fn sideways(lines: &[Line]) -> u16 {
    let boxes = |l: &Line| -> Vec<Rect> {
        l.words.iter().filter(|w| w.text.chars().count() >= 3).filter_map(|w| w.bbox).collect()
    };
    let words: Vec<Vec<Rect>> = lines.iter().map(boxes).collect();
    let all = words.iter().flatten().count();
    let tall = words.iter().flatten().filter(|b| b.h > b.w + b.w / 4).count();
    if all < 20 || tall * 2 < all {
        return 0;
    }
    let down = words.iter().filter(|l| l.len() > 1 && l[0].y < l[l.len() - 1].y).count();
    let up = words.iter().filter(|l| l.len() > 1 && l[0].y > l[l.len() - 1].y).count();
    if down >= up { 3 } else { 1 }
}
