//! The text layer of a PDF page: whatever words stand wherever, it is taken or left for a reason.
//!
//! in: two bytes for the size of the page, then words; the bytes of a word also place it → out: nothing, or what broke.
//! A page that is taken gives a text whose words lead back to boxes on the page.

#![no_main]

use congvan::page::{self, ReadOptions, Reading, hocr};
use congvan::source::{LayerWord, RawContent, RawPage, Shown, TextLayer};
use image::{DynamicImage, GrayImage, Luma};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [w, h, rest @ ..] = bytes else { return };
    let (width, height) = (u32::from(*w).max(1) * 2, u32::from(*h).max(1) * 2);
    let words = rest.split(|byte| *byte == b'\n').filter(|word| word.len() > 4).map(|word| placed(word, width, height));
    let layer = TextLayer { words: words.collect(), turned: 0 };
    let born_digital = w % 2 == 0;
    let mut paper = GrayImage::from_pixel(width, height, Luma([255]));
    // ink where the layer says that words are
    for word in layer.words.iter().filter(|word| word.shown == Shown::Painted) {
        let [left, top, right, bottom] = word.bbox.map(|v| v.max(0.0) as u32);
        for (x, y) in (left..right.min(width)).step_by(2).flat_map(|x| (top..bottom.min(height)).map(move |y| (x, y))) {
            paper.put_pixel(x, y, Luma([0]));
        }
    }
    let image = DynamicImage::ImageLuma8(paper);
    let content = RawContent::Image { image, dpi: 72.0, layer: Some(layer), cut_off: false, born_digital };
    let Ok(page) = page::read(RawPage { number: 1, content }, None, &ReadOptions::default()) else { return };
    if page.reading == Reading::Layer {
        let text = page::to_text(std::slice::from_ref(&page));
        assert!(text.origins().iter().all(|o| o.bbox.is_some_and(|b| b.right() <= width && b.bottom() <= height)));
    }
    hocr::hocr("any.pdf", &[page]);
});

/// Four bytes of place and size, then the letters; coordinates may lie outside of the page, or be no numbers.
fn placed(word: &[u8], width: u32, height: u32) -> LayerWord {
    let (place, letters) = word.split_at(4);
    let share = |byte: u8, of: u32| match byte {
        255 => f32::NAN,
        254 => f32::INFINITY,
        253 => -1e9,
        byte => f32::from(byte) / 200.0 * of as f32 - 5.0,
    };
    let (left, top) = (share(place[0], width), share(place[1], height));
    let bbox = [left, top, left + share(place[2], width / 2), top + share(place[3], height / 8)];
    let shown =
        [Shown::Hidden, Shown::Painted, Shown::Covered, Shown::Filled, Shown::Slanted][usize::from(place[3] % 5)];
    let text = String::from_utf8_lossy(letters).into_owned();
    LayerWord { text, bbox, shown, light: place[2] % 7 == 0, laid_on: place[2] % 3 == 0, font: None }
}
