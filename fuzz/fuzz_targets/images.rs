//! Any file: what it is told by its content, then its pages: TIFF, PNG, JPEG, text in several encodings.
//!
//! in: any bytes → out: nothing, or what broke.
//! A page or one error on one line that names the file; small images go through cleaning and layout as well, with an
//! engine that answers the same line every time.

#![no_main]

use congvan::page::{self, Line, ReadOptions, Recorded, Word};
use congvan::source::{Media, RawContent, Source};
use congvan::text::Rect;
use libfuzzer_sys::fuzz_target;

/// Pages looked at.
const MOST_PAGES: u32 = 3;
/// Larger images are only decoded: cleaning takes too long for a fuzzer.
const MOST_PIXELS: u32 = 400 * 400;

fuzz_target!(|bytes: &[u8]| {
    let source = match Source::from_bytes("any.file", bytes.to_vec()) {
        // the target `pdf` does these
        Ok(source) if source.media == Media::Pdf => return,
        Ok(source) => source,
        Err(e) => return names_the_file(&e.to_string()),
    };
    let reader = match source.pages() {
        Ok(reader) => reader,
        Err(e) => return names_the_file(&e.to_string()),
    };
    for index in 0..reader.len().min(MOST_PAGES) {
        match reader.page(index) {
            Ok(raw) => {
                if let RawContent::Image { image, .. } = &raw.content
                    && image.width() * image.height() > MOST_PIXELS
                {
                    continue;
                }
                let mut engine = Recorded::new(vec![vec![line()]]);
                let _ = page::read(raw, Some(&mut engine), &ReadOptions { fast: false });
            }
            Err(e) => names_the_file(&e.to_string()),
        }
    }
});

/// What the engine answers.
fn line() -> Line {
    let word = |text: &str, x| Word {
        text: text.to_owned(),
        bbox: Some(Rect { x, y: 10, w: 30, h: 12 }),
        confidence: 0.6,
        ..Word::default()
    };
    Line::new(vec![word("Số:", 10), word("12/KH-UBND", 45)])
}

fn names_the_file(said: &str) {
    assert!(said.starts_with("any.file") && !said.contains('\n'), "{said}");
}
