//! PDFs: pages and text layers out of any bytes, then the page read as far as it goes without an engine.
//!
//! in: any bytes, taken for a PDF → out: nothing, or what broke.
//! A page or one error on one line that names the file; a size a scan can have; boxes and words that later steps can use.

#![no_main]

use congvan::page::{self, ReadOptions};
use congvan::source::{RawContent, Source};
use libfuzzer_sys::fuzz_target;

/// Pages looked at; a fuzzer finds nothing on the hundredth that the third does not have.
const MOST_PAGES: u32 = 3;

fuzz_target!(|bytes: &[u8]| {
    let head: &[u8] = if bytes.starts_with(b"%PDF-") { b"" } else { b"%PDF-1.7\n" };
    let reader = match Source::from_bytes("any.pdf", [head, bytes].concat()).and_then(|source| source.pages()) {
        Ok(reader) => reader,
        Err(e) => return names_the_file(&e.to_string()),
    };
    assert!(!reader.is_empty());
    let mut pages = Vec::new();
    for index in 0..reader.len().min(MOST_PAGES) {
        match reader.page(index) {
            Ok(raw) => {
                assert_eq!(raw.number, index + 1);
                if let RawContent::Image { image, dpi, .. } = &raw.content {
                    assert!(image.width() > 0 && image.height() > 0 && dpi.is_finite() && *dpi > 0.0);
                }
                pages.extend(page::read(raw, None, &ReadOptions { fast: true }));
            }
            Err(e) => names_the_file(&e.to_string()),
        }
    }
    page::to_text(&pages);
});

fn names_the_file(said: &str) {
    assert!(said.starts_with("any.pdf") && !said.contains('\n'), "{said}");
}
