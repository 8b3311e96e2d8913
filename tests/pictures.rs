//! Pictures in every packing: what comes out is the same page; two pages on one sheet are two.
//!
//! `tests/pictures/page.png` is the page; the files beside it hold it as libtiff, Pillow and libheif write it.

use congvan::source::{RawContent, RawPage, Source};
use image::{DynamicImage, imageops};
use std::path::{Path, PathBuf};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name)
}

fn pages(name: &str) -> Vec<RawPage> {
    let reader = Source::open(&path(name)).and_then(|s| s.pages()).unwrap_or_else(|e| panic!("{e}"));
    (0..reader.len()).map(|i| reader.page(i).unwrap_or_else(|e| panic!("{e}"))).collect()
}

fn image(page: RawPage) -> (DynamicImage, f32) {
    match page.content {
        RawContent::Image { image, dpi, .. } => (image, dpi),
        other => panic!("{other:?}"),
    }
}

/// Mean difference of two pictures of the same page, in levels.
fn difference(a: &DynamicImage, b: &DynamicImage) -> f32 {
    let small = |i: &DynamicImage| imageops::resize(&i.to_luma8(), 118, 167, imageops::FilterType::Triangle);
    let (a, b) = (small(a), small(b));
    let sum: u32 = a.iter().zip(b.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    sum as f32 / a.len() as f32
}

fn shows_the_page(name: &str) {
    let page = image::open(path("page.png")).unwrap();
    let (shown, dpi) = image(pages(name).remove(0));
    assert!(difference(&page, &shown) < 8.0, "{name}: {}", difference(&page, &shown));
    // its two sides are exchanged for a page that lies
    assert!(shown.height() > shown.width() && dpi > 20.0, "{name}: {} × {}", shown.width(), shown.height());
    let picture = Source::open(&path(name)).unwrap().pages().unwrap().picture(0).unwrap().expect(name);
    assert!(picture.size.1 > picture.size.0, "{name}: {:?}", picture.size);
}

#[test]
fn tiff_in_every_packing() {
    for name in [
        "group3.tif",
        "group3-2d.tif",
        "group3-fill.tif",
        "group3-strips.tif",
        "group3-lowest-bit-first.tif",
        "group4.tif",
        "group4-tiles.tif",
        "group4-big-endian.tif",
        "group4-black-is-zero.tif",
        "group4-lowest-bit-first.tif",
        "modified-huffman.tif",
        "packbits-lowest-bit-first.tif",
        "fax-204x98.tif",
        "turned.tif",
        "lzw-tiles.tif",
        "deflate-predictor.tif",
        "jpeg-ycbcr.tif",
        "grey-4.tif",
        "grey-16.tif",
        "grey-alpha.tif",
        "palette.tif",
        "cmyk.tif",
    ] {
        shows_the_page(name);
    }
}

#[test]
fn other_pictures() {
    for name in [
        "page.webp",
        "page.bmp",
        "page.jp2",
        "cmyk.jpg",
        "exif-2.jpg",
        "exif-3.jpg",
        "exif-5.jpg",
        "exif-6.jpg",
        "exif-8.jpg",
    ] {
        shows_the_page(name);
    }
    let frames = pages("two-frames.gif");
    assert_eq!(frames.len(), 2, "each frame is a page");
    shows_the_page("two-frames.gif");
}

/// Where libheif's program is on the machine, it is asked; where not, one line says what to do.
#[test]
fn pictures_of_telephones() {
    for name in ["page.heic", "page.avif"] {
        match Source::open(&path(name)).and_then(|s| s.pages()) {
            Ok(_) => shows_the_page(name),
            Err(e) => assert!(e.to_string().contains("libheif"), "{e}"),
        }
    }
}

#[test]
fn a_fax_cut_off_is_told_and_one_of_noise_is_an_error() {
    let mut whole = std::fs::read(path("group4.tif")).unwrap();
    // strip offsets come first in this file: zeros in the middle of the stream end it
    let half = whole.len() / 3;
    whole[half..half + 400].fill(0);
    let cut = Source::from_bytes("cut.tif", whole.clone()).unwrap().pages().unwrap().page(0);
    let told = cut.is_err() || matches!(cut.unwrap().content, RawContent::Image { cut_off: true, .. });
    assert!(told);
    for at in (8..whole.len()).step_by(37) {
        let mut noise = whole.clone();
        noise[at] ^= 0xFF;
        if let Ok(reader) = Source::from_bytes("noise.tif", noise).and_then(|s| s.pages()) {
            for index in 0..reader.len().min(3) {
                let _ = reader.page(index);
            }
        }
    }
}

#[test]
fn two_pages_on_a_sheet_are_two() {
    for name in ["two-letters-on-a3.tif", "two-letters-on-a3-sideways.tif"] {
        let sheet = pages(name);
        assert_eq!(sheet.iter().map(|p| p.number).collect::<Vec<_>>(), [1, 2], "{name}");
        for page in sheet {
            let (half, dpi) = image(page);
            let (long, short) = (half.width().max(half.height()) as f32, half.width().min(half.height()) as f32);
            assert!((long / dpi - 11.7).abs() < 0.2 && (short / dpi - 8.27).abs() < 0.6, "{name}: {long} × {short}");
        }
        let reader = Source::open(&path(name)).unwrap().pages().unwrap();
        let size = reader.picture(1).unwrap().expect(name).size;
        assert!((size.0.max(size.1) - 842.0).abs() < 4.0, "{name}: {size:?}");
    }
}

#[test]
fn sheets_of_one_page_stay_whole() {
    for name in [
        "one-page-table.tif",
        "one-page-headtable.tif",
        "one-page-lists.tif",
        "one-page-certificate.tif",
        "one-page-table-a3-r90.tif",
        "one-page-plan.tif",
        "one-page-plans.tif",
        "one-page-text.tif",
        "one-page-a4-side.tif",
        "page.png",
    ] {
        assert_eq!(pages(name).len(), 1, "{name}");
    }
}

#[cfg(feature = "ocr")]
#[test]
fn two_letters_on_a_sheet_are_two_records() {
    use congvan::{pipeline::Pipeline, restore::Restorer, rules::Rules};
    let pipeline = Pipeline {
        rules: Rules::builtin().clone(),
        restorer: Restorer::builtin().unwrap().clone(),
        reading: Default::default(),
        trust: Default::default(),
        lang: Default::default(),
        profile: None,
        secrecy: Default::default(),
        jobs: 1,
    };
    let done = pipeline.file(Source::open(&path("two-letters-on-a3.tif")).unwrap()).unwrap();
    let records: Vec<String> =
        done.understood.documents.iter().map(|d| serde_json::to_string(&d.record).unwrap()).collect();
    assert_eq!(records.len(), 2);
    for (record, wanted) in records.iter().zip([["88/UBND-VX", "2025-11-17"], ["91/UBND-VX", "2025-11-25"]]) {
        assert!(wanted.iter().all(|w| record.contains(w)), "{wanted:?}: {record}");
    }
}
