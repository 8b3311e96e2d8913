//! `congvan ocr --format pdf`, read back by other programs: qpdf says the file is sound, poppler finds the words at their places
//! and gives the pixels back.

use assert_cmd::Command;
use image::{GrayImage, Luma};
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
    let out = out.unwrap_or_else(|e| panic!("{program}: {e}: tools/setup installs it"));
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
    let page = GrayImage::from_fn(417, 590, |x, y| Luma([200 + ((x * 7 + y * 13) % 50) as u8]));
    page.save(path("page.png")).unwrap();
    assert_eq!(ocr(&[&path("page.png"), "-o", &path("b.pdf")]).0, 0);
    told("qpdf", &["--check", &path("b.pdf")]);
    told("pdfimages", &["-png", &path("b.pdf"), &path("back")]);
    assert_eq!(image::open(path("back-000.png")).unwrap().into_luma8(), page);
    let (status, said) = ocr(&[&path("page.png"), "-o", &path("b.pdf")]);
    assert!(status == 2 && said.contains("--force"), "{said}");
    std::fs::write(path("a.txt"), "KẾ HOẠCH").unwrap();
    let (status, said) = ocr(&[&path("a.txt"), "-o", &path("c.pdf")]);
    assert!(status == 1 && said.contains("no page images") && !Path::new(&path("c.pdf")).exists(), "{said}");
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
