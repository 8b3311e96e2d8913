//! A page image with what was read on it drawn over it, as one SVG file: any browser shows it, names and words appear under
//! the pointer.
//!
//! in: a page image, marks with their places → out: SVG; the image is part of the file.
//! Promises: whatever a document says is shown as text; the image is not made smaller.

use crate::text::Rect;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use std::fmt::Write;

const QUALITY: u8 = 75;

/// Something drawn over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where, in pixels of the image.
    pub place: Rect,
    /// Any CSS colour.
    pub colour: &'static str,
    /// What is printed above it; nothing for a thin frame without a name.
    pub label: Option<String>,
    /// What appears under the pointer.
    pub title: String,
}

/// The page; `None` when the image cannot be packed.
pub fn page(image: &DynamicImage, marks: &[Mark]) -> Option<String> {
    let mut jpeg = Vec::new();
    let colours = if image.color().has_color() { DynamicImage::from(image.to_rgb8()) } else { image.to_luma8().into() };
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&colours).ok()?;
    let (width, height) = (image.width(), image.height());
    let size = height / 110;
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"{size}\">\n<image width=\"{width}\" height=\"{height}\" href=\"data:image/jpeg;base64,{}\"/>\n",
        STANDARD.encode(jpeg)
    );
    for mark in marks {
        let Rect { x, y, w, h } = mark.place;
        let stroke = if mark.label.is_some() { size / 5 } else { size / 12 }.max(1);
        let _ = write!(
            out,
            "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{}\" fill-opacity=\"0.06\" \
             stroke=\"{}\" stroke-width=\"{stroke}\"/>",
            safe(&mark.title),
            mark.colour,
            mark.colour
        );
        if let Some(label) = &mark.label {
            let above = y.saturating_sub(size / 4);
            let _ = write!(out, "<text x=\"{x}\" y=\"{above}\" fill=\"{}\">{}</text>", mark.colour, safe(label));
        }
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    Some(out)
}

fn safe(text: &str) -> String {
    let text = super::printable(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_text_and_no_markup() {
        let place = Rect { x: 10, y: 20, w: 30, h: 5 };
        let title = "<script>alert(1)</script> & “số”\u{7}".to_owned();
        let mark = Mark { place, colour: "#06c", label: Some("number".into()), title };
        let svg = page(&DynamicImage::new_luma8(400, 600), &[mark]).unwrap();
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;") && !svg.contains('\u{7}'), "{svg}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        assert!(svg.contains("viewBox=\"0 0 400 600\"") && svg.contains(">number</text>"), "{svg}");
    }
}
