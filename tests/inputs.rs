//! Bad files: each gives one clear error that names it, none a panic, none unbounded memory or time.

use congvan::signature::Trust;
use congvan::source::{RawContent, Source, walk};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A PDF of these objects (number 1 is the catalogue), with a correct cross-reference table.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let xref = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).bytes());
    bytes
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";

fn one_page(page: &str, content: &str) -> Vec<u8> {
    let stream = format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let page = format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R {page} >>");
    pdf(&[CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", &page, &stream])
}

/// Opens a file and reads all of its pages; what went wrong, one line each.
fn complaints(name: &str, bytes: Vec<u8>) -> Vec<String> {
    let started = Instant::now();
    let reader = match Source::from_bytes(name, bytes).and_then(|s| s.pages()) {
        Ok(reader) => reader,
        Err(e) => return vec![e.to_string()],
    };
    let said = (0..reader.len()).filter_map(|i| reader.page(i).err()).map(|e| e.to_string()).collect();
    assert!(started.elapsed() < Duration::from_secs(20), "{name} took {:?}", started.elapsed());
    said
}

#[test]
fn damaged_pdfs() {
    let whole = one_page("/MediaBox [0 0 595 842]", "0 0 m 100 100 l S");
    assert!(complaints("whole.pdf", whole.clone()).is_empty());
    let image = "<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB \
                 /Length 3 >>\nstream\nabc\nendstream";
    let draws = "<< /Length 30 >>\nstream\n595 0 0 842 0 0 cm /I Do\nendstream";
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("cut.pdf", whole[..whole.len() / 2].to_vec(), "cut.pdf: cut off"),
        ("none.pdf", pdf(&[CATALOG, "<< /Type /Pages /Kids [] /Count 0 >>"]), "none.pdf: no page in it"),
        ("loop.pdf", pdf(&[CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]), "loop.pdf: no page in it"),
        (
            "gone.pdf",
            pdf(&[CATALOG, "<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>", "<< /Type /Page /Parent 2 0 R >>"]),
            "gone.pdf, page 2: damaged: the page tree promises 1 more page(s)",
        ),
        ("wide.pdf", one_page("/MediaBox [0 0 9000000 842]", "0 0 m 9 9 l S"), "wide.pdf, page 1: the page measures"),
        (
            "bomb.pdf",
            pdf(&[
                CATALOG,
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                 /Resources << /XObject << /I 5 0 R >> >> >>",
                draws,
                image,
            ]),
            "bomb.pdf, page 1: the image measures 60000 × 60000 pixels",
        ),
        ("not.pdf", b"%PDF-1.7\nnothing else\n%%EOF".to_vec(), "not.pdf: damaged"),
        ("empty.pdf", Vec::new(), "empty.pdf: empty"),
    ];
    for (name, bytes, says) in cases {
        let said = complaints(name, bytes);
        assert!(said.len() == 1 && said[0].starts_with(says) && !said[0].contains('\n'), "{name}: {said:?}");
    }
}

#[test]
fn a_page_that_draws_itself_over_and_over_ends() {
    // Ten forms, each drawing the next ten times: 10^10 strokes.
    let mut objects = vec![
        CATALOG.to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>".to_owned(),
        "<< /Length 5 >>\nstream\n/F Do\nendstream".to_owned(),
    ];
    for level in 0..10 {
        let content = if level == 9 { "0 0 m 500 500 l S ".repeat(10) } else { "/F Do ".repeat(10) };
        objects.push(format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F {} 0 R >> >> /Length {} >>\nstream\n{content}\nendstream",
            level + 6,
            content.len()
        ));
    }
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    let said = complaints("forms.pdf", pdf(&objects));
    assert_eq!(said, ["forms.pdf, page 1: the page draws without end"]);
}

#[test]
fn any_bytes_behind_a_known_head_are_errors_or_pages() {
    let heads: [&[u8]; 6] = [
        b"%PDF-1.5\n",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"\xff\xfe",
    ];
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    for head in heads {
        for length in [0, 1, 7, 64, 500, 4000] {
            let noise = (0..length).map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            });
            let said = complaints("noise.bin", head.iter().copied().chain(noise).collect());
            assert!(said.iter().all(|s| s.starts_with("noise.bin")), "{said:?}");
        }
    }
}

#[test]
fn an_empty_page_is_blank_and_others_are_drawn_upright() {
    let read = |bytes: Vec<u8>| Source::from_bytes("a.pdf", bytes).unwrap().pages().unwrap().page(0).unwrap().content;
    assert!(matches!(read(one_page("/MediaBox [0 0 595 842]", "")), RawContent::Blank));
    // A black bar along the top of a page that is shown turned by 90° stands at its right edge.
    let bar = "0 g 0 742 595 100 re f";
    let RawContent::Image { image, dpi, born_digital, .. } = read(one_page("/MediaBox [0 0 595 842] /Rotate 90", bar))
    else {
        panic!("not drawn")
    };
    let image = image.to_luma8();
    assert!((image.width(), image.height()) > (3500, 2470) && dpi == 300.0 && !born_digital);
    assert!(image.get_pixel(image.width() - 50, 1000).0[0] < 50 && image.get_pixel(50, 1000).0[0] > 200);
}

#[test]
fn a_scan_comes_out_pixel_for_pixel_and_upright() {
    // Two by three grey pixels, stored sideways: the matrix turns them by 90° counter-clockwise.
    let page = |matrix: &str| {
        let content = format!("{matrix} cm /I Do");
        let stream = format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
        pdf(&[
            CATALOG,
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 2 3] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
            &stream,
            "<< /Type /XObject /Subtype /Image /Width 2 /Height 3 /BitsPerComponent 8 /ColorSpace /DeviceGray \
             /Filter /ASCIIHexDecode /Length 13 >>\nstream\n0A141E28323C>\nendstream",
        ])
    };
    let bytes = page("2 0 0 3 0 0");
    let RawContent::Image { image, .. } =
        Source::from_bytes("s.pdf", bytes).unwrap().pages().unwrap().page(0).unwrap().content
    else {
        panic!("not an image")
    };
    assert_eq!((image.width() as f32 / image.height() as f32 * 3.0).round(), 2.0);
}

#[cfg(unix)]
#[test]
fn pipes_and_misnamed_files() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe.pdf");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|s| s.success()) {
        let said = Source::open(&pipe).unwrap_err().to_string();
        assert!(said.ends_with("a pipe, socket or device, not a file"), "{said}");
    }
    let misnamed = dir.path().join("letter\n.pdf");
    std::fs::write(&misnamed, "Số: 1/UBND").unwrap();
    let source = Source::open(&misnamed).unwrap();
    assert_eq!((source.media, source.name.as_str()), (congvan::source::Media::Text, "letter\\n.pdf"));
    let found: Vec<PathBuf> = walk(&[dir.path().to_path_buf()]).into_iter().flatten().collect();
    assert_eq!(found.len(), if pipe.exists() { 2 } else { 1 });
    assert!(found.iter().any(|p| p == Path::new(&misnamed)));
}

#[test]
fn digital_signatures_tell_who_for_whom_and_when() {
    let signed = std::fs::read("tests/signed/cong-van-ky-so.pdf").unwrap();
    let source = Source::from_bytes("a.pdf", signed.clone()).unwrap();
    let own = source.signatures[0].judged(&Trust::default());
    assert_eq!(source.signatures.len(), 1);
    assert_eq!(own.signer.as_deref(), Some("Đặng Thị Mẫu"));
    assert_eq!(own.organisation.as_deref(), Some("Ủy ban nhân dân xã Suối Mẫu"));
    assert_eq!(own.signed_at.as_deref(), Some("2026-11-28T14:57:31+07:00"));
    // a certificate that cannot be decoded: what the file says of itself is left
    let at = signed.windows(11).position(|w| w == b"/Contents <").unwrap() + 11;
    let mut broken = signed;
    broken[at..at + 2].copy_from_slice(b"00");
    let signatures = Source::from_bytes("a.pdf", broken).unwrap().signatures;
    assert_eq!(signatures.len(), 1);
    let own = signatures[0].judged(&Trust::default());
    assert_eq!((own.signer.as_deref(), own.organisation.as_deref()), (Some("Tên trong tệp"), None));
}

#[test]
fn a_form_that_holds_itself_ends() {
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R 3 0 R] >> /ByteRange [0 1 2 3] >>";
    let field = format!("<< /FT /Sig /Kids [{}] >>", "3 0 R ".repeat(50));
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>";
    let file = pdf(&[form, "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", &field, page]);
    let begun = Instant::now();
    assert!(Source::from_bytes("a.pdf", file).unwrap().signatures.is_empty());
    assert!(begun.elapsed() < Duration::from_secs(5));
}
