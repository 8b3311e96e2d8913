//! `congvan ocr --format pdf`, read back by other programs: qpdf says the file is sound, poppler finds the words at their places
//! and gives the pixels back, PDFBox Preflight finds nothing against PDF/A.

use assert_cmd::Command;
use congvan::export::pdf::{Pdf, Picture, Pixels};
use congvan::source::Turn;
use image::{DynamicImage, GrayImage, Luma, RgbImage};
use std::path::{Path, PathBuf};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn ocr(args: &[&str]) -> (i32, String) {
    let out = Command::cargo_bin("congvan").unwrap().arg("ocr").args(args).args(["--format", "pdf"]).output().unwrap();
    (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
}

fn told(program: &str, args: &[&str]) -> String {
    let out = std::process::Command::new(program).args(args).output();
    let out = out.unwrap_or_else(|e| panic!("{program}: {e}: `tools/setup tests` installs it"));
    assert!(out.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
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
