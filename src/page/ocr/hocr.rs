//! Pages as hOCR, the HTML that other OCR tools exchange.
//!
//! in: pages → out: one HTML document with `ocr_page`, `ocr_line` and `ocrx_word` elements.
//! Promises: well-formed XML; boxes as pixels `x0 y0 x1 y1`; confidences 0 to 100.

use crate::page::Page;
use crate::text::Rect;
use std::fmt::Write;

/// The pages of the file `name`.
pub fn hocr(name: &str, pages: &[Page]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"vi\">\n<head>\n\
         <title>{}</title>\n<meta charset=\"utf-8\"/>\n<meta name=\"ocr-system\" content=\"congvan {}\"/>\n\
         <meta name=\"ocr-capabilities\" content=\"ocr_page ocr_line ocrx_word\"/>\n</head>\n<body>\n",
        escaped(name),
        env!("CARGO_PKG_VERSION")
    );
    for page in pages {
        // Writing to a string cannot fail.
        let _ = write_page(&mut out, name, page);
    }
    out += "</body>\n</html>\n";
    out
}

fn write_page(out: &mut String, name: &str, page: &Page) -> std::fmt::Result {
    let n = page.number;
    let image = escaped(&name.replace('"', "'"));
    writeln!(
        out,
        "<div class=\"ocr_page\" id=\"page_{n}\" title=\"image &quot;{image}&quot;; bbox 0 0 {} {}; ppageno {}; scan_res {} {}\">",
        page.width,
        page.height,
        n.saturating_sub(1),
        page.dpi.round(),
        page.dpi.round()
    )?;
    for (l, line) in page.lines.iter().enumerate().filter(|(_, l)| !l.words.is_empty()) {
        writeln!(out, "<span class=\"ocr_line\" id=\"line_{n}_{}\" title=\"{}\">", l + 1, place(line.bbox))?;
        for (w, word) in line.words.iter().enumerate().filter(|(_, w)| !w.text.is_empty()) {
            writeln!(
                out,
                "<span class=\"ocrx_word\" id=\"word_{n}_{}_{}\" title=\"{}x_wconf {}\">{}</span>",
                l + 1,
                w + 1,
                place(word.bbox),
                (word.confidence * 100.0).round(),
                escaped(&word.text)
            )?;
        }
        writeln!(out, "</span>")?;
    }
    writeln!(out, "</div>")
}

fn place(bbox: Option<Rect>) -> String {
    bbox.map_or_else(String::new, |b| format!("bbox {} {} {} {}; ", b.x, b.y, b.right(), b.bottom()))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c if c.is_control() && c != '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Line, Reading, Word};

    #[test]
    fn words_carry_box_and_confidence_and_are_escaped() {
        let bbox = Some(Rect { x: 1, y: 2, w: 3, h: 4 });
        let word = Word { text: "<R&D>".into(), bbox, confidence: 0.876, ..Word::default() };
        let page = Page {
            number: 2,
            width: 10,
            height: 20,
            dpi: 300.0,
            turned: 0,
            lines: vec![Line::new(vec![word])],
            reading: Reading::Ocr,
            reason: None,
            warnings: vec![],
            stamped: Vec::new(),
            hand: Default::default(),
        };
        let said = hocr("a\"b.pdf", &[page]);
        assert!(said.contains("title=\"bbox 1 2 4 6; x_wconf 88\">&lt;R&amp;D&gt;</span>"), "{said}");
        assert!(said.contains("bbox 0 0 10 20; ppageno 1; scan_res 300 300"));
    }
}
