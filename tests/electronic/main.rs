//! Electronic letters: what a viewer shows is read, what it does not show is not.
//!
//! The letters are written here (`letter.rs`); most are read without an engine, so that every word comes from the layer.

mod letter;

use congvan::page::{self, Page, ReadOptions, Reading};
use congvan::source::{RawContent, Source};
use letter::Letter;

/// Where the signing program puts number, day and month.
const NUMBER: (f32, f32, f32, f32) = (132.0, 746.0, 32.0, 16.0);
const DAY: (f32, f32, f32, f32) = (410.0, 746.0, 18.0, 16.0);
const MONTH: (f32, f32, f32, f32) = (467.0, 746.0, 18.0, 16.0);
/// Where the deadline stands.
const DEADLINE: &str = "217 646 80 16 re f";
/// Flags of an annotation.
const PRINT: u32 = 4;
const HIDDEN: u32 = 2;
const NO_VIEW: u32 = 32;

fn read(letter: &Letter) -> Page {
    let source = Source::from_bytes("thu.pdf", letter.pdf()).unwrap();
    page::read(source.pages().unwrap().page(0).unwrap(), None, &ReadOptions::default()).unwrap()
}

fn filled() -> Letter {
    let mut letter = Letter::with_blanks();
    letter.text(133.0, 750.0, "2711");
    letter.text(412.0, 750.0, "10");
    letter.text(469.0, 750.0, "11");
    letter
}

#[track_caller]
fn says(page: &Page, words: &[&str]) {
    let text = page.text();
    words.iter().for_each(|words| assert!(text.contains(words), "{words} is missing:\n{text}"));
}

#[track_caller]
fn is_silent_about(page: &Page, words: &[&str]) {
    let text = page.text();
    words.iter().for_each(|words| assert!(!text.contains(words), "{words} came out:\n{text}"));
}

#[test]
fn what_the_signing_program_put_in_stands_in_its_line() {
    let mut letter = Letter::with_blanks();
    for (place, text) in [(NUMBER, "2711"), (DAY, "10"), (MONTH, "11")] {
        letter.annotation("Widget", place, PRINT, text);
    }
    // drafts nobody sees
    letter.annotation("Widget", NUMBER, PRINT | HIDDEN, "1172");
    letter.annotation("Widget", DAY, PRINT | NO_VIEW, "09");
    letter.annotation("Stamp", (85.0, 470.0, 200.0, 16.0), PRINT, "Giao Văn phòng tham mưu");
    let page = read(&letter);
    assert_eq!(page.reading, Reading::Layer);
    says(&page, &["Số: 2711 /UBND-VP", "An Bình, ngày 10 tháng 11 năm 2025", "Giao Văn phòng tham mưu"]);
    is_silent_about(&page, &["1172", "09"]);
}

#[test]
fn values_that_the_viewer_draws_are_read() {
    let mut letter = Letter::with_blanks();
    letter.field(NUMBER, PRINT, "2711");
    letter.field(DAY, PRINT, "10");
    letter.field(MONTH, PRINT | HIDDEN, "12");
    let page = read(&letter);
    says(&page, &["Số: 2711 /UBND-VP", "ngày 10 tháng năm 2025"]);
}

#[test]
fn what_was_painted_over_is_not_on_the_page() {
    let corrected = |over: &dyn Fn(&mut Letter)| {
        let mut letter = filled();
        over(&mut letter);
        letter.text(218.0, 650.0, "15/12/2025.");
        read(&letter)
    };
    let box_over = corrected(&|l| l.draw(&format!("q 1 g {DEADLINE} Q")));
    let picture_over = corrected(&|l| l.picture((217.0, 646.0, 80.0, 16.0), (2, 2), vec![255; 4]));
    for page in [box_over, picture_over] {
        says(&page, &["trước ngày 15/12/2025."]);
        is_silent_about(&page, &["05/12/2025"]);
        let why = page.reason.unwrap();
        assert!(why.contains("1 words of it are not on the page"), "{why}");
    }
    let black = {
        let mut letter = filled();
        letter.draw("0 g 368 516 100 16 re f");
        read(&letter)
    };
    is_silent_about(&black, &["Nguyễn Văn Mẫu"]);
}

#[test]
fn what_is_clipped_off_the_sheet_white_or_invisible_is_not_on_the_page() {
    let mut letter = filled();
    letter.draw("q 0 0 10 10 re W n");
    letter.text(85.0, 480.0, "trước ngày 01/01/2026");
    letter.draw("Q");
    letter.text(700.0, 480.0, "trước ngày 02/01/2026");
    letter.draw("1 g");
    letter.text(85.0, 460.0, "trước ngày 03/01/2026");
    letter.draw("0 g 3 Tr");
    letter.text(85.0, 440.0, "trước ngày 04/01/2026");
    letter.draw("0 Tr 0 0 0.5 rg 80 416 200 16 re f 1 g");
    letter.text(85.0, 420.0, "trước ngày 06/01/2026");
    let page = read(&letter);
    says(&page, &["05/12/2025.", "06/01/2026"]);
    is_silent_about(&page, &["01/01/2026", "02/01/2026", "03/01/2026", "04/01/2026"]);
}

#[test]
fn lines_in_the_encodings_before_unicode_are_converted() {
    let mut letter = filled();
    letter.text(85.0, 480.0, "Bµi dù thi göi vÒ V¨n phßng tr\u{ad}íc ngµy 15/12/2025");
    letter.text(85.0, 460.0, "Caùc tröôøng toå chöùc cuoäc thi tröôùc ngaøy 20/12/2025");
    let page = read(&letter);
    says(
        &page,
        &[
            "Bài dự thi gửi về Văn phòng trước ngày 15/12/2025",
            "Các trường tổ chức cuộc thi trước ngày 20/12/2025",
            "gửi báo cáo kiểm kê tài sản",
        ],
    );
}

#[test]
fn words_drawn_twice_count_once() {
    let mut letter = filled();
    let content = letter.content.clone();
    letter.draw(&format!("q 1 0 0 1 0.4 -0.3 cm {content} Q"));
    assert_eq!(read(&letter).text(), read(&filled()).text());
}

#[test]
fn pages_upside_down_and_sideways_are_turned() {
    let upright = read(&filled());
    let (w, h) = letter::SHEET;
    let by_matrix = |matrix: String, rotate: &str| {
        let mut letter = filled();
        letter.content = format!("q {matrix} cm {} Q", letter.content);
        letter.page = rotate.into();
        read(&letter)
    };
    let cases = [
        (format!("-1 0 0 -1 {w} {h}"), "", 180),
        ("1 0 0 1 0 0".into(), "/Rotate 180", 180),
        ("1 0 0 1 0 0".into(), "/Rotate 90", 270),
        ("1 0 0 1 0 0".into(), "/Rotate 270", 90),
        (format!("-1 0 0 -1 {w} {h}"), "/Rotate 180", 0),
    ];
    for (matrix, rotate, turned) in cases {
        let page = by_matrix(matrix.clone(), rotate);
        assert_eq!((page.text(), page.turned), (upright.text(), turned), "{matrix} {rotate}");
        assert_eq!((page.width, page.height), (upright.width, upright.height));
        let boxes = |p: &Page| -> Vec<i64> {
            p.lines.iter().flat_map(|l| &l.words).filter_map(|w| w.bbox).map(|b| i64::from(b.x + b.y)).collect()
        };
        let far = boxes(&page).iter().zip(boxes(&upright)).any(|(a, b)| (a - b).abs() > 6);
        assert!(!far, "{matrix} {rotate}: boxes elsewhere");
    }
}

#[test]
fn on_a_scan_only_the_annotations_are_drawn() {
    let (width, height) = (600, 850);
    let grey: Vec<u8> = (0..width * height).map(|i| if i % 37 == 0 { 120 } else { 250 - (i % 5) as u8 }).collect();
    let mut letter = Letter::default();
    letter.picture((0.0, 0.0, letter::SHEET.0, letter::SHEET.1), (width, height), grey.clone());
    letter.annotation("Widget", (100.0, 700.0, 200.0, 16.0), PRINT, "Giao Văn phòng");
    let content = Source::from_bytes("quet.pdf", letter.pdf()).unwrap().pages().unwrap().page(0).unwrap().content;
    let RawContent::Image { image, layer, born_digital, .. } = content else { panic!("no picture") };
    let drawn = image.to_luma8().into_raw();
    let changed = drawn.iter().zip(&grey).filter(|(a, b)| a != b).count();
    assert!((50..5_000).contains(&changed) && drawn.len() == grey.len(), "{changed} pixels changed");
    let said: Vec<String> = layer.unwrap().words.into_iter().filter(|w| w.laid_on).map(|w| w.text).collect();
    assert_eq!((said.join(" ").as_str(), born_digital), ("Giao Văn phòng", false));
}

#[cfg(feature = "ocr")]
#[test]
fn pictures_of_words_are_read_where_they_stand() {
    // what the number and the day look like, cut from a page that has them as text
    let printed = Source::from_bytes("in.pdf", filled().pdf()).unwrap().pages().unwrap().page(0).unwrap();
    let RawContent::Image { image, dpi, .. } = printed.content else { panic!("no picture") };
    let grey = image.to_luma8();
    let cut = |(x, y, w, h): (f32, f32, f32, f32)| {
        let pixels = |points: f32| (points * dpi / 72.0) as u32;
        let part = image::imageops::crop_imm(&grey, pixels(x), pixels(letter::SHEET.1 - y - h), pixels(w), pixels(h));
        (part.to_image().dimensions(), part.to_image().into_raw())
    };
    let mut letter = Letter::with_blanks();
    for place in [NUMBER, DAY, MONTH] {
        let (size, pixels) = cut(place);
        letter.picture(place, size, pixels);
    }
    let raw = Source::from_bytes("thu.pdf", letter.pdf()).unwrap().pages().unwrap().page(0).unwrap();
    let mut engine = page::engine().unwrap();
    let page = page::read(raw, Some(engine.as_mut()), &ReadOptions::default()).unwrap();
    assert_eq!(page.reading, Reading::Layer);
    says(&page, &["Số: 2711 /UBND-VP", "An Bình, ngày 10 tháng 11 năm 2025"]);
}
