//! Values of a form and notes that viewers draw themselves, since the file holds no drawing of them.
//!
//! in: a page → out: the letters of text fields and free-text notes without an appearance stream, at their place.
//! Promises: hidden ones are left out, as viewers do; letters are spread over the box by the size the file names.
//! Leaves out: choices and buttons; the picture does not show these letters, they are marked [`Filled`](Shown::Filled).

use super::super::Shown;
use super::glyph::GlyphSeen;
use super::upright;
use crate::signature::pdf_text;
use hayro::hayro_syntax::object::{Array, Dict, Name, Rect, String as PdfString};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Point;

/// Flags that keep an annotation off the screen: hidden, no view.
const UNSEEN: u32 = 1 << 1 | 1 << 5;
/// Fields in fields beyond this are hostile.
const DEEPEST: usize = 8;
/// Annotations looked at, and letters of one value taken.
const MOST: usize = 2_000;
/// Size of type where the file leaves it to the viewer: so much of the box's height, at most so many points.
const SHARE_OF_BOX: f64 = 0.7;
const USUAL_SIZE: f64 = 12.0;
/// Mean advance of a letter, and distance of lines, in sizes of the type.
const ADVANCE: f64 = 0.5;
const LEADING: f64 = 1.2;

/// The letters, in points, y down.
pub(super) fn without_drawing(page: &Page<'_>) -> Vec<GlyphSeen> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else { return Vec::new() };
    let unseen = |a: &Dict<'_>| a.get::<u32>(b"F").unwrap_or(0) & UNSEEN != 0;
    let drawn = |a: &Dict<'_>| a.get::<Dict<'_>>(b"AP").is_some_and(|ap| ap.contains_key(b"N"));
    let all = annotations.iter::<Dict<'_>>().take(MOST);
    all.filter(|a| !unseen(a) && !drawn(a)).flat_map(|a| letters(page, &a).unwrap_or_default()).collect()
}

fn letters(page: &Page<'_>, annotation: &Dict<'_>) -> Option<Vec<GlyphSeen>> {
    let subtype = annotation.get::<Name<'_>>(b"Subtype")?;
    let (value, lines_from_top) = match subtype.as_ref() {
        b"FreeText" => (annotation.get::<PdfString<'_>>(b"Contents")?, true),
        b"Widget" => {
            let kind = inherited(annotation, |field| field.get::<Name<'_>>(b"FT"))?;
            (inherited(annotation, |field| field.get::<PdfString<'_>>(b"V")).filter(|_| kind.as_ref() == b"Tx")?, false)
        }
        _ => return None,
    };
    let value = pdf_text(value.as_bytes());
    let rect = annotation.get::<Rect>(b"Rect")?;
    let (left, right) = (rect.x0.min(rect.x1), rect.x0.max(rect.x1));
    let (low, high) = (rect.y0.min(rect.y1), rect.y0.max(rect.y1));
    let size = named_size(annotation).unwrap_or((SHARE_OF_BOX * (high - low)).min(USUAL_SIZE)).max(1.0);
    let first = if lines_from_top { high - size } else { (low + high) / 2.0 - 0.3 * size };
    let to_page = upright(page);
    let point = |x: f64, y: f64| {
        let p = to_page * Point::new(x, y);
        (p.x as f32, p.y as f32)
    };
    let mut letters = Vec::new();
    for (row, line) in value.split(['\r', '\n']).filter(|l| !l.trim().is_empty()).enumerate() {
        let width = (right - left).max(1.0) / line.chars().count() as f64;
        let advance = width.min(ADVANCE * size);
        let y = first - row as f64 * LEADING * size;
        letters.extend(line.chars().take(MOST).enumerate().map(|(at, c)| GlyphSeen {
            text: c.to_string(),
            origin: point(left + at as f64 * advance, y),
            end: point(left + (at + 1) as f64 * advance, y),
            size: size as f32,
            shown: Shown::Filled,
            light: false,
            laid_on: true,
            font: None,
        }));
    }
    Some(letters)
}

/// The entry of a field or of the fields it belongs to.
fn inherited<'a, T>(field: &Dict<'a>, entry: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let mut field = field.clone();
    for _ in 0..DEEPEST {
        if let Some(value) = entry(&field) {
            return Some(value);
        }
        field = field.get::<Dict<'_>>(b"Parent")?;
    }
    None
}

/// The size in "/Font 13 Tf"; absent where the viewer chooses it.
fn named_size(annotation: &Dict<'_>) -> Option<f64> {
    let look = inherited(annotation, |field| field.get::<PdfString<'_>>(b"DA"))?;
    let look = String::from_utf8_lossy(look.as_bytes()).into_owned();
    let words: Vec<&str> = look.split_whitespace().collect();
    let at = words.iter().position(|w| *w == "Tf")?;
    words.get(at.checked_sub(1)?)?.parse().ok().filter(|size: &f64| *size > 0.0 && *size < 200.0)
}
