//! With Tesseract itself: what it reads off a sample, level, turned, on its side.

use congvan::page::tesseract::{Tesseract, data_folder};
use congvan::page::{self, Page, ReadOptions};
use congvan::source::{RawContent, RawPage, Source};
use image::{DynamicImage, GrayImage};
use std::path::Path;

/// The first page of a sample as an image; `None` where Tesseract's data is not installed.
fn sample(name: &str) -> Option<(DynamicImage, f32)> {
    data_folder().ok()?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    let raw = Source::open(&path).ok()?.pages().ok()?.page(0).ok()?;
    match raw.content {
        RawContent::Image { image, dpi, .. } => Some((image, dpi)),
        _ => None,
    }
}

fn read(image: DynamicImage, dpi: f32) -> Page {
    let content = RawContent::Image { image, dpi, layer: None, born_digital: false, cut_off: false };
    let mut engine = Tesseract::new().unwrap();
    page::read(RawPage { number: 1, content }, Some(&mut engine), &ReadOptions::default()).unwrap()
}

/// Share of the words of `a` that `b` has too.
fn kept(a: &Page, b: &Page) -> f32 {
    let words = |p: &Page| p.text().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(a), words(b));
    a.iter().filter(|w| b.contains(w)).count() as f32 / a.len().max(1) as f32
}

#[test]
fn nothing_is_lost_when_a_page_is_turned() {
    let Some((image, dpi)) = sample("01-so-y-te-cong-van.pdf") else { return };
    let level = read(image.clone(), dpi);
    assert!(level.text().contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), "{}", level.text());
    assert!(level.lines.iter().flat_map(|l| &l.words).any(|w| !w.choices.is_empty()));
    let sideways = read(image.rotate90(), dpi);
    assert_eq!(sideways.turned, 270);
    let head_down = read(image.rotate180(), dpi);
    assert_eq!(head_down.turned, 180);
    let skewed = read(turned(&image.to_luma8(), 2.0).into(), dpi);
    for (name, page) in [("sideways", sideways), ("head down", head_down), ("skewed", skewed)] {
        assert!(kept(&level, &page) > 0.85, "{name}: {}\n{}", kept(&level, &page), page.text());
    }
}

#[test]
fn a_red_stamp_over_the_text_is_a_block_of_its_own() {
    let Some((image, dpi)) = sample("17-cong-van-khan-don-doc.pdf") else { return };
    let page = read(image, dpi);
    let lines: Vec<String> = page.lines.iter().map(|l| l.text()).collect();
    let at = |what: &str| {
        lines.iter().position(|l| l.starts_with(what)).unwrap_or_else(|| panic!("{what} in {}", lines.join("\n")))
    };
    let stamp = at("ĐẾN");
    assert!(stamp < at("Kính gửi") && lines[stamp + 1].starts_with("Số"), "{}", lines.join("\n"));
    assert!(at("phường chưa gửi báo cáo khắc phục") > stamp && at("phố, Sở Nội vụ") > stamp);
    assert!(lines.iter().any(|l| l.starts_with("KH") && l.chars().count() == 4), "{}", lines.join("\n"));
}

/// The image turned about its middle by nearest pixel.
fn turned(image: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (mx, my) = (image.width() as f32 / 2.0, image.height() as f32 / 2.0);
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let (dx, dy) = (x as f32 - mx, y as f32 - my);
        let (sx, sy) = (mx + dx * cos + dy * sin, my - dx * sin + dy * cos);
        let inside = sx >= 0.0 && sy >= 0.0 && sx < image.width() as f32 && sy < image.height() as f32;
        if inside { *image.get_pixel(sx as u32, sy as u32) } else { image::Luma([255]) }
    })
}
