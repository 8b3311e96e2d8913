//! Fake engines: crash, empty page, odd output; no Tesseract needed.

use congvan::error::{Error, Result};
use congvan::page::{self, Engine, Line, Mode, ReadOptions, Reading, Recorded, View, Word};
use congvan::source::{RawContent, RawPage};
use congvan::text::Rect;
use image::{DynamicImage, GrayImage, Luma};

/// A page at 100 dpi with `rows` rows of letter-like blots.
fn printed(rows: u32) -> RawPage {
    let on =
        |x: u32, y: u32| y >= 50 && (y - 50) / 20 < rows && (y - 50) % 20 < 9 && (60..500).contains(&x) && x % 9 < 6;
    let image = GrayImage::from_fn(600, 800, |x, y| Luma([if on(x, y) { 20 } else { 240 }]));
    raw(image.into())
}

fn raw(image: DynamicImage) -> RawPage {
    RawPage {
        number: 3,
        content: RawContent::Image { image, dpi: 100.0, layer: None, born_digital: false, cut_off: false },
    }
}

/// A row of words over the whole width, on the image as the engine sees it (300 dpi: the page is enlarged).
fn row(n: u32, text: &str) -> Line {
    let width = 1350 / text.split(' ').count() as u32;
    let word = |(i, t): (usize, &str)| Word {
        text: t.into(),
        bbox: Some(Rect { x: 165 + i as u32 * width, y: 150 + 60 * n, w: width - 10, h: 27 }),
        confidence: 0.9,
        ..Word::default()
    };
    Line::new(text.split(' ').enumerate().map(word).collect())
}

struct Broken;

impl Engine for Broken {
    fn recognise_pixels(&mut self, _: &View, _: Mode, _: bool) -> Result<Vec<Line>> {
        Err(Error::input("the OCR engine failed on this page"))
    }
    fn name(&self) -> &str {
        "broken"
    }
}

#[test]
fn a_broken_engine_is_an_error_on_its_page() {
    let e = page::read(printed(4), Some(&mut Broken), &ReadOptions::default()).unwrap_err();
    assert_eq!(e.at("a.pdf").to_string(), "a.pdf, page 3: the OCR engine failed on this page");
}

#[test]
fn a_blank_page_needs_no_engine_and_a_printed_one_does() {
    let white = GrayImage::from_pixel(600, 800, Luma([250]));
    let blank = page::read(raw(white.into()), None, &ReadOptions::default()).unwrap();
    assert_eq!((blank.reading, blank.lines.len()), (Reading::Blank, 0));
    let e = page::read(printed(4), None, &ReadOptions::default()).unwrap_err();
    assert_eq!(e.exit_code(), congvan::error::exit::NOT_READY);
}

#[test]
fn what_was_read_stands_where_it_was_printed() {
    let lines = vec![row(0, "một hai ba"), row(1, "bốn năm sáu"), row(2, "bảy tám chín"), row(3, "mười | ___")];
    let page = page::read(printed(4), Some(&mut Recorded::new(vec![lines])), &ReadOptions::default()).unwrap();
    assert_eq!(page.text(), "một hai ba\nbốn năm sáu\nbảy tám chín\nmười\n");
    assert!(page.warnings.is_empty() && page.reading == Reading::Ocr);
    let first = page.lines[0].words[0].bbox.unwrap();
    assert!(first.x.abs_diff(55) < 3 && first.y.abs_diff(50) < 3, "{first:?}");
}

#[test]
fn lost_text_is_looked_for_again_and_then_reported() {
    let half = vec![row(0, "một hai ba"), row(1, "bốn năm sáu")];
    let whole: Vec<Line> = (0..8).map(|n| row(n, "bảy tám chín")).collect();
    let mut found = Recorded::new(vec![half.clone(), whole]);
    let page = page::read(printed(8), Some(&mut found), &ReadOptions::default()).unwrap();
    assert_eq!((page.lines.len(), page.warnings.len()), (8, 0));
    let lost = page::read(printed(8), Some(&mut Recorded::new(vec![half.clone()])), &ReadOptions::default()).unwrap();
    assert!(lost.warnings[0].to_string().contains("% of the print was not read"), "{:?}", lost.warnings);
    let empty = page::read(printed(8), Some(&mut Recorded::default()), &ReadOptions::default()).unwrap();
    assert!(empty.lines.is_empty() && empty.warnings.len() == 1);
}

/// Lines that run up the page, as garbage where they in truth run down.
fn upwards() -> Vec<Line> {
    let word = |n: u32, line: u32| Word {
        text: "abc".into(),
        bbox: Some(Rect { x: 100 + 60 * line, y: 1500 - 200 * n, w: 30, h: 120 }),
        confidence: 0.4,
        ..Word::default()
    };
    (0..8).map(|line| Line::new((0..4).map(|n| word(n, line)).collect())).collect()
}

#[test]
fn a_page_set_level_the_wrong_way_up_is_turned_over() {
    let good: Vec<Line> = (0..8).map(|n| row(n, "bảy tám chín")).collect();
    let mut bad: Vec<Line> = (0..8).map(|n| row(n, "ụIn 2tẹ xỳ1")).collect();
    bad.iter_mut().flat_map(|l| &mut l.words).for_each(|w| w.confidence = 0.4);
    let fast = ReadOptions { fast: true };
    let turned = |answers: Vec<Vec<Line>>| {
        let page = page::read(printed(8), Some(&mut Recorded::new(answers)), &fast).unwrap();
        (page.turned, page.text().contains("bảy tám chín"))
    };
    assert_eq!(turned(vec![upwards(), good.clone()]), (90, true));
    assert_eq!(turned(vec![upwards(), bad.clone(), good]), (270, true));
    // no better the other way up: it stays as the lines told
    assert_eq!(turned(vec![upwards(), bad.clone(), bad]), (90, false));
}

#[test]
fn odd_engine_output_is_taken() {
    let odd = |text: &str, bbox| Line::new(vec![Word { text: text.into(), bbox, confidence: 0.9, ..Word::default() }]);
    let far = Some(Rect { x: u32::MAX - 5, y: u32::MAX - 5, w: 100, h: 100 });
    let flat = Some(Rect { x: 10, y: 10, w: 0, h: 0 });
    let lines = vec![odd("\u{fffd}\u{0}a", far), odd("", flat), odd("b\nc", flat), Line::default()];
    let page = page::read(printed(4), Some(&mut Recorded::new(vec![lines])), &ReadOptions::default()).unwrap();
    let text = page::to_text(&[page]);
    assert!(text.as_str().contains("b c"), "{:?}", text.as_str());
}
