//! `congvan ocr --format pdf`, read back by other programs: qpdf says the file is sound; PDFium, MuPDF, poppler and PDFBox find
//! the words, their blanks and their places; poppler gives the pixels back; PDFBox Preflight finds nothing against PDF/A.

#[path = "searchable/readers.rs"]
mod readers;

use assert_cmd::Command;
use congvan::export::pdf::{Pdf, Picture, Pixels, Word};
use congvan::source::Turn;
use congvan::text::Rect;
use image::{DynamicImage, GrayImage, Luma, RgbImage};
use readers::told;
use std::path::{Path, PathBuf};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn ocr(args: &[&str]) -> (i32, String) {
    let out = Command::cargo_bin("congvan").unwrap().arg("ocr").args(args).args(["--format", "pdf"]).output().unwrap();
    (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
}

#[test]
fn words_with_their_marks_lie_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("a.pdf");
    let pdf = pdf.to_str().unwrap();
    let scan = sample("04-truong-thong-bao-fax.tif");
    assert_eq!(ocr(&[scan.to_str().unwrap(), "-o", pdf]), (0, String::new()));
    told("qpdf", &["--check", pdf]);
    let text = told("pdftotext", &["-layout", pdf, "-"]);
    for words in ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "THÔNG BÁO"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    // The motto stands in the upper right quarter of the sheet
    let boxes = told("pdftotext", &["-bbox", pdf, "-"]);
    let line = boxes.lines().find(|l| l.contains(">CỘNG<")).unwrap();
    let number = |name: &str| -> f32 {
        let rest = line.split_once(&format!("{name}=\"")).unwrap().1;
        rest.split('"').next().unwrap().parse().unwrap()
    };
    assert!((230.0..420.0).contains(&number("xMin")) && (30.0..140.0).contains(&number("yMin")), "{line}");
    assert!((20.0..60.0).contains(&(number("xMax") - number("xMin"))), "{line}");
    let bytes = String::from_utf8_lossy(&std::fs::read(pdf).unwrap()).into_owned();
    for part in ["<pdfaid:part>2<", "<pdfaid:conformance>B<", "/OutputIntents", "/ID [<"] {
        assert!(bytes.contains(part), "{part}");
    }
}

#[test]
fn every_pixel_stays_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // the second has 400 pixels an inch, more than are read
    for (width, height) in [(417, 590), (3306, 4676)] {
        let page = GrayImage::from_fn(width, height, |x, y| Luma([200 + ((x * 7 + y * 13) % 50) as u8]));
        page.save(path("page.png")).unwrap();
        assert_eq!(ocr(&[&path("page.png"), "-o", &path("b.pdf"), "--force"]).0, 0);
        told("qpdf", &["--check", &path("b.pdf")]);
        told("pdfimages", &["-png", &path("b.pdf"), &path("back")]);
        assert_eq!(image::open(path("back-000.png")).unwrap().into_luma8(), page);
    }
    let (status, said) = ocr(&[&path("page.png"), "-o", &path("b.pdf")]);
    assert!(status == 2 && said.contains("--force"), "{said}");
    std::fs::write(path("a.txt"), "KẾ HOẠCH").unwrap();
    let (status, said) = ocr(&[&path("a.txt"), "-o", &path("c.pdf")]);
    assert!(status == 1 && said.contains("no page images") && !Path::new(&path("c.pdf")).exists(), "{said}");
}

#[test]
fn a_jpeg_stays_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let scan = sample("01-so-y-te-cong-van.pdf");
    assert_eq!(ocr(&[scan.to_str().unwrap(), "-o", &path("again.pdf")]).0, 0);
    for (pdf, streams) in [(scan.to_str().unwrap(), "was"), (&path("again.pdf"), "is")] {
        told("pdfimages", &["-all", pdf, &path(streams)]);
    }
    let bytes = |name: &str| std::fs::read(path(name)).unwrap();
    assert!(bytes("was-000.jpg") == bytes("is-000.jpg"));
    assert!(bytes("again.pdf").len() < 2 * std::fs::metadata(scan).unwrap().len() as usize);
    // a JPEG file likewise
    assert_eq!(ocr(&[&path("was-000.jpg"), "-o", &path("file.pdf")]).0, 0);
    told("pdfimages", &["-all", &path("file.pdf"), &path("file")]);
    assert!(bytes("was-000.jpg") == bytes("file-000.jpg"));
}

/// What is there is read, that something is missing is said; also of a JPEG that lies in a sound PDF.
#[test]
fn a_jpeg_that_is_cut_off_is_named_and_packed_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let whole = std::fs::read(sample("14-bien-ban-hop.jpg")).unwrap();
    std::fs::write(path("whole.jpg"), &whole).unwrap();
    assert_eq!(ocr(&[&path("whole.jpg"), "--fast", "-o", &path("whole.pdf")]), (0, String::new()));
    let half = whole.len() / 2;
    std::fs::write(path("half.jpg"), &whole[..half]).unwrap();
    let mut pdf = std::fs::read(path("whole.pdf")).unwrap();
    let start = pdf.windows(64).position(|w| w == &whole[..64]).unwrap();
    pdf[start + half..start + whole.len()].fill(0);
    std::fs::write(path("half.pdf"), pdf).unwrap();
    for name in ["half.jpg", "half.pdf"] {
        let (status, said) = ocr(&[&path(name), "--fast", "-o", &path("again.pdf"), "--force"]);
        assert!(status == 0 && said.contains(&format!("{name}, page 1: the image ends before its last row")), "{said}");
        told("qpdf", &["--check", &path("again.pdf")]);
        assert!(told("pdftotext", &[&path("again.pdf"), "-"]).contains("BIÊN BẢN"), "{name}");
    }
}

#[test]
fn pictures_are_turned_as_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("turned.pdf").to_str().unwrap().to_owned();
    // four corners of different colours
    let image = DynamicImage::from(RgbImage::from_fn(80, 60, |x, y| {
        image::Rgb([if x < 40 { 0 } else { 255 }, if y < 30 { 0 } else { 255 }, 128])
    }));
    for quarter_turns in 0..4 {
        for mirrored in [false, true] {
            let upright = Turn { quarter_turns, mirrored }.apply(image.clone()).into_rgb8();
            let size = (upright.width() as f32, upright.height() as f32);
            let picture = Picture { pixels: Pixels::Image(&image), quarter_turns, mirrored, size };
            let mut made = Pdf::begin(Vec::new()).unwrap();
            made.page(Some(&picture), &[], (1, 1)).unwrap();
            std::fs::write(&pdf, made.end("00").unwrap()).unwrap();
            told("pdftoppm", &["-r", "72", "-png", "-singlefile", &pdf, &pdf]);
            let seen = image::open(format!("{pdf}.png")).unwrap().into_rgb8();
            assert_eq!(seen.dimensions(), upright.dimensions(), "{quarter_turns} {mirrored}");
            for (x, y) in [(9, 9), (upright.width() - 9, 9), (9, upright.height() - 9)] {
                assert_eq!(seen.get_pixel(x, y), upright.get_pixel(x, y), "{quarter_turns} {mirrored} {x} {y}");
            }
        }
    }
}

/// Preflight knows the older PDF/A-1b only; what we write keeps its rules but for the two places that name the version.
#[test]
fn preflight_finds_nothing_against_pdf_a() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("a.pdf").to_str().unwrap().to_owned();
    let scans = ["01-so-y-te-cong-van.pdf", "04-truong-thong-bao-fax.tif", "05-ubnd-xa-giay-moi.png"].map(sample);
    let args: Vec<&str> = scans.iter().map(|s| s.to_str().unwrap()).chain(["--fast", "-o", &pdf]).collect();
    assert_eq!(ocr(&args).0, 0);
    let mut bytes = std::fs::read(&pdf).unwrap();
    let jars = "preflight pdfbox2 xmpbox fontbox2 commons-logging javax.activation jaxb-api";
    let jars: Vec<String> = jars.split(' ').map(|jar| format!("/usr/share/java/{jar}.jar")).collect();
    let verdict = |bytes: &[u8]| {
        std::fs::write(&pdf, bytes).unwrap();
        let class = "org.apache.pdfbox.preflight.Validator_A1b";
        let out = std::process::Command::new("java").args(["-cp", &jars.join(":"), class, &pdf]).output();
        let out = out.unwrap_or_else(|e| panic!("java: {e}: `tools/setup tests` installs it"));
        String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
    };
    let said = verdict(&bytes);
    assert!(said.contains("not a valid"), "it would let anything pass: {said}");
    for (is, older) in [("%PDF-1.7", "%PDF-1.4"), ("<pdfaid:part>2<", "<pdfaid:part>1<")] {
        let at = bytes.windows(is.len()).position(|w| w == is.as_bytes()).unwrap();
        bytes[at..at + older.len()].copy_from_slice(older.as_bytes());
    }
    let said = verdict(&bytes);
    assert!(said.contains("is a valid PDF/A-1b file"), "{said}");
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let made = ["a.pdf", "b.pdf"].map(|name| {
        let path = folder.path().join(name);
        assert_eq!(ocr(&[sample("06-quan-uy-chi-thi.pdf").to_str().unwrap(), "-o", path.to_str().unwrap()]).0, 0);
        std::fs::read(path).unwrap()
    });
    assert!(made[0] == made[1]);
}

#[test]
fn explain_draws_what_was_read_on_each_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("trang");
    let explain = |file: &Path| {
        let mut command = Command::cargo_bin("congvan").unwrap();
        let out = command.arg("explain").arg(file).arg("--images").arg(&pages).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let scan = sample("05-ubnd-xa-giay-moi.png");
    assert_eq!(explain(&scan), (0, String::new()));
    let svg = std::fs::read_to_string(pages.join("05-ubnd-xa-giay-moi-p1.svg")).unwrap();
    let (width, height) = image::image_dimensions(&scan).unwrap();
    assert!(svg.contains(&format!("viewBox=\"0 0 {width} {height}\"")));
    assert!(svg.contains(">number</text>") && svg.contains(">issuer</text>"));
    let (code, complaint) = explain(&scan);
    assert!(code == 2 && complaint.contains("--force"), "{complaint}");
    let (code, complaint) = explain(&sample("15-cong-van-khong-dau.txt"));
    assert!(code == 1 && complaint.contains("no page images"), "{complaint}");
}

/// The words of a line as print has them: 12 pixels for each letter, 8 for a blank; a dash is as high as its stroke, letters
/// as high as they reach.
fn printed(line: &str, x: u32, base: u32, slope: f32) -> Vec<Word> {
    let mut x = x;
    let word = |text: &str| {
        let tall = text.chars().any(|c| c.is_uppercase() || c.is_numeric() || "bdhkltđ(ếềảạ".contains(c));
        let low = text.chars().any(|c| "gpqy,;ạịụ".contains(c));
        let (above, below) = if text == "-" { (9, -6) } else { (if tall { 24 } else { 15 }, if low { 6 } else { 0 }) };
        let w = 12 * text.chars().count() as u32;
        let base = base as i32 + (slope * (x + w / 2) as f32) as i32;
        let bbox = Rect { x, y: (base - above) as u32, w, h: (above + below) as u32 };
        x += w + 8;
        Word { text: text.to_owned(), bbox, ends_line: false }
    };
    let mut words: Vec<Word> = line.split(' ').map(word).collect();
    words.last_mut().unwrap().ends_line = true;
    words
}

/// Words of one letter, dashes, two columns, a slanted line, a line of one glyph: in every reader, over their ink.
#[test]
fn every_reader_finds_the_words_over_their_ink() {
    let lines = [
        ("ỦY BAN NHÂN DÂN", 120, 150, 0.0),
        ("XÃ PHÚ AN", 150, 190, 0.0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 560, 150, 0.0),
        ("Độc lập - Tự do - Hạnh phúc", 600, 190, 0.0),
        ("Kính gửi: Các trường học, trạm y tế trên địa bàn xã.", 150, 400, 0.0),
        ("1. Ý kiến về y tế và ô tô ở xã A - B.", 150, 500, 0.0),
        ("Báo cáo theo mẫu ở phụ lục I và gửi về ủy ban", 150, 600, 0.02),
        ("- Như trên;", 150, 800, 0.0),
        ("- Lưu: VT.", 150, 840, 0.0),
        ("2", 620, 1700, 0.0),
    ];
    let words: Vec<Word> = lines.iter().flat_map(|(line, x, base, slope)| printed(line, *x, *base, *slope)).collect();
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("a.pdf").to_str().unwrap().to_owned();
    let image = DynamicImage::from(GrayImage::from_pixel(124, 175, Luma([255])));
    let pixels = Pixels::Image(&image);
    let picture = Picture { pixels, quarter_turns: 0, mirrored: false, size: (595.2, 841.92) };
    let mut made = Pdf::begin(Vec::new()).unwrap();
    made.page(Some(&picture), &words, (1240, 1754)).unwrap();
    std::fs::write(&pdf, made.end("00").unwrap()).unwrap();
    for (reader, text) in readers::texts(&pdf) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (line, ..) in lines {
            assert!(text.contains(line), "{reader}: {line} in {text}");
        }
    }
    for (reader, seen) in readers::WITH_BOXES.map(|(name, read)| (name, read(&pdf))) {
        let found: Vec<&str> = seen.iter().map(|s| &*s.text).collect();
        assert_eq!(found.len(), words.len(), "{reader}: {found:?}");
        for word in &words {
            let points = |pixels: u32| pixels as f32 * 0.48;
            let b = word.bbox;
            let (left, right, top, bottom) = (points(b.x), points(b.right()), points(b.y), points(b.bottom()));
            let over = seen.iter().any(|s| {
                let across = (s.left - left).abs() < 1.0 && (s.right - right).abs() < 1.0;
                s.text == word.text && across && s.top < top + 1.5 && s.bottom > bottom - 1.5 && s.bottom - s.top < 18.0
            });
            let near: Vec<_> = seen.iter().filter(|s| s.text == word.text).collect();
            assert!(over, "{reader}: {} at {left} {top} {right} {bottom}: {near:?}", word.text);
        }
    }
}

/// A page in units of a tenth of an inch, stored sideways: written as large as it is, upright, a file for each input.
#[test]
fn pages_come_out_upright_and_as_large_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let scan = sample("05-ubnd-xa-giay-moi.png");
    assert_eq!(ocr(&[scan.to_str().unwrap(), "--fast", "-o", &path("upright.pdf")]).0, 0);
    let size = |pdf: &str| {
        let said = told("pdfinfo", &[pdf]);
        let line = said.lines().find_map(|l| l.strip_prefix("Page size:")).unwrap().trim().to_owned();
        let mut numbers = line.split(' ').filter_map(|n| n.parse::<f32>().ok());
        (numbers.next().unwrap(), numbers.next().unwrap())
    };
    let (width, height) = size(&path("upright.pdf"));
    // UserUnit 7.2, so everything on the page is drawn that much smaller
    let plain = path("plain.pdf");
    told("qpdf", &["--qdf", "--object-streams=disable", &path("upright.pdf"), &plain]);
    let bytes = std::fs::read(&plain).unwrap();
    let at = |what: &[u8]| bytes.windows(what.len()).position(|w| w == what).unwrap();
    let (page, drawing) = (at(b"/MediaBox"), at(b"/I Do"));
    let start = bytes[..drawing].windows(2).rposition(|w| w == b"q ").unwrap();
    let rest = page + bytes[page..].iter().position(|b| *b == b']').unwrap() + 1;
    let sheet = format!("/UserUnit 7.2 /MediaBox [0 0 {} {}]", width / 7.2, height / 7.2);
    let small = format!("q {} 0 0 {} 0 0 cm ", 1.0 / 7.2, 1.0 / 7.2);
    let parts = if page < start {
        [&bytes[..page], sheet.as_bytes(), &bytes[rest..start], small.as_bytes(), &bytes[start..]]
    } else {
        [&bytes[..start], small.as_bytes(), &bytes[start..page], sheet.as_bytes(), &bytes[rest..]]
    };
    std::fs::write(&plain, parts.concat()).unwrap();
    std::fs::create_dir(path("in")).unwrap();
    for turn in ["0", "90", "180", "270"] {
        let turned = path(&format!("in/{turn}.pdf"));
        let rotate = format!("--rotate=+{turn}");
        told("qpdf", &["--warning-exit-0", "--no-warn", &rotate, &plain, &turned]);
    }
    std::fs::create_dir(path("out")).unwrap();
    assert_eq!(ocr(&[&path("in"), "--fast", "-o", &path("out")]), (0, String::new()));
    for turn in ["0", "90", "180", "270"] {
        let made = path(&format!("out/{turn}.pdf"));
        let (w, h) = size(&made);
        assert!((w - width).abs() < 1.0 && (h - height).abs() < 1.0, "{turn}: {w} × {h}");
        assert!(!told("qpdf", &["--show-object=1", &made]).contains("/Rotate"));
        for (reader, text) in readers::texts(&made) {
            assert!(text.contains("GIẤY MỜI"), "{turn}: {reader}: {text}");
        }
    }
    // nothing is written over what is there, the scans themselves never
    let (status, said) = ocr(&[&path("in"), "--fast", "-o", &path("out")]);
    assert!(status == 1 && said.matches("--force").count() == 4, "{said}");
    let (status, said) = ocr(&[&path("in/0.pdf"), "--fast", "--force", "-o", &path("in")]);
    assert!(status == 1 && said.contains("the scan itself"), "{said}");
}
