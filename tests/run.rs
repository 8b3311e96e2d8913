//! The main job with the real binary: idempotent, resumable after SIGKILL, honest about bad input.

use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The sample letters of these types, smallest first.
fn letters(endings: &[&str], at_most: usize) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(samples())
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| endings.iter().any(|want| e == *want)))
        .filter(|p| p.file_name().is_some_and(|n| n != "README.md"))
        .collect();
    found.sort_by_key(|p| (fs::metadata(p).unwrap().len(), p.clone()));
    found.truncate(at_most);
    assert!(!found.is_empty(), "no sample letters");
    found
}

fn congvan(folder: &Path) -> Command {
    let mut command = Command::new(cargo_bin("congvan"));
    command.current_dir(folder).env_remove("CONGVAN_STORE").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn run_in(folder: &Path, args: &[&str]) -> Output {
    congvan(folder).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Everything the store holds, without what the clock wrote.
fn contents(folder: &Path) -> String {
    let out = run_in(folder, &["export", "--format", "jsonl"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let mut lines: Vec<String> = text(&out.stdout)
        .lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            drop_instants(&mut value);
            value.to_string()
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn drop_instants(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|key, _| !key.ends_with("_at"));
            map.values_mut().for_each(drop_instants);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(drop_instants),
        _ => {}
    }
}

fn copy_to(folder: &Path, files: &[PathBuf]) {
    fs::create_dir_all(folder).unwrap();
    for file in files {
        fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
    }
}

#[test]
fn ocr_prints_the_restored_text_and_the_words_as_read_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let letter = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/15-cong-van-khong-dau.txt");
    let said = |arguments: &[&str]| {
        let out = congvan(folder.path()).arg("ocr").arg(&letter).args(arguments).output().unwrap();
        (out.status.code(), text(&out.stdout))
    };
    let (code, restored) = said(&[]);
    assert!(code == Some(0) && restored.contains("Độc lập - Tự do - Hạnh phúc"), "{restored}");
    assert_eq!(said(&["--restore"]).1, restored);
    assert_eq!(said(&["--as-read"]).1, fs::read_to_string(&letter).unwrap());
    assert_eq!(said(&["--as-read", "--format", "pdf"]).0, Some(2));
    assert_eq!(said(&["--as-read", "--restore"]).0, Some(2));
}

#[test]
fn a_second_run_does_nothing() {
    let work = tempfile::tempdir().unwrap();
    copy_to(&work.path().join("in"), &letters(&["txt", "md"], 3));
    let first = run_in(work.path(), &["run", "in", "--out", "out"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let before = contents(work.path());
    let stamp = |folder: &Path| -> Vec<_> {
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|e| (e.path(), e.metadata().unwrap().modified().unwrap()))
            .collect();
        all.sort();
        all
    };
    let outputs = stamp(&work.path().join("out"));
    assert!(outputs.len() > 3);
    let second = run_in(work.path(), &["run", "in", "--out", "out"]);
    assert!(second.status.success(), "{}", text(&second.stderr));
    assert_eq!(before, contents(work.path()));
    assert_eq!(outputs, stamp(&work.path().join("out")));
}

#[test]
fn bad_files_are_named_and_the_rest_goes_on() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("in");
    let good = letters(&["txt", "md"], 1);
    copy_to(&folder, &good);
    fs::write(folder.join("empty.pdf"), b"").unwrap();
    fs::write(folder.join("cut.pdf"), b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog").unwrap();
    fs::write(folder.join("noise.png"), [0u8, 159, 146, 150, 0, 1, 2, 3]).unwrap();
    fs::write(folder.join("line\nbreak.pdf"), b"%PDF-1.4\n%%EOF").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.join("dangling.pdf")).unwrap();
    let out = run_in(work.path(), &["run", "in"]);
    let complaints = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{complaints}");
    for name in ["empty.pdf", "cut.pdf", "noise.png", "line\\nbreak.pdf", "dangling.pdf"] {
        let lines = complaints.lines().filter(|l| l.starts_with("congvan: ") && l.contains(name)).count();
        assert_eq!(lines, 1, "{name} in:\n{complaints}");
    }
    let list = text(&run_in(work.path(), &["export", "--format", "jsonl"]).stdout);
    assert!(list.contains(&*good[0].file_name().unwrap().to_string_lossy()), "{list}");
}

/// SIGKILL at random moments, again and again until a run gets through: the store ends as if nothing had happened.
#[cfg(unix)]
#[test]
fn a_killed_run_resumes_to_the_same_store() {
    let work = tempfile::tempdir().unwrap();
    let input = work.path().join("in");
    copy_to(&input, &letters(&["txt", "md"], 3));
    if cfg!(feature = "ocr") {
        copy_to(&input, &letters(&["pdf", "tif", "jpg", "png"], 3));
    }
    let calm = work.path().join("calm");
    fs::create_dir(&calm).unwrap();
    let began = Instant::now();
    let out = run_in(&calm, &["run", "../in", "--quiet"]);
    let needed = began.elapsed();
    assert!(out.status.success(), "{}", text(&out.stderr));
    let expected = contents(&calm);

    let hurt = work.path().join("hurt");
    fs::create_dir(&hurt).unwrap();
    let mut seed = std::process::id() as u64 | 1;
    let mut killed = 0;
    for attempt in 0..12 {
        let mut child = congvan(&hurt).args(["run", "../in", "--quiet"]).stderr(Stdio::null()).spawn().unwrap();
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let patience = Duration::from_millis(seed % (needed.as_millis() as u64 / 2 + 30));
        std::thread::sleep(patience);
        if child.try_wait().unwrap().is_none() {
            killed += 1;
        }
        let _ = child.kill();
        child.wait().unwrap();
        println!("attempt {attempt}: SIGKILL after {patience:?}");
    }
    assert!(killed > 0, "no run was long enough to be killed");
    let out = run_in(&hurt, &["run", "../in", "--quiet"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert_eq!(expected, contents(&hurt));
}

/// Scanned twice: other bytes, the same letter; and once more with one digit misread.
#[test]
fn a_letter_that_is_there_already_is_warned_of_and_kept() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("in");
    fs::create_dir(&folder).unwrap();
    let letter = |number: &str, ending: &str| {
        format!(
            "UBND QUẬN AN LỘC\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc\n\n\
             Số: {number}/NV-CCVC\tAn Lộc, ngày 02 tháng 5 năm 2024\n\nV/v báo cáo số lượng cán bộ, công chức năm 2024\n\n\
             Kính gửi: Ủy ban nhân dân các phường\n\nĐề nghị gửi báo cáo trước ngày 05/6/2024.{ending}\n"
        )
    };
    fs::write(folder.join("1.txt"), letter("88", "")).unwrap();
    let first = run_in(work.path(), &["run", "in", "-j1"]);
    assert!(first.status.success() && !text(&first.stderr).contains("warning"), "{}", text(&first.stderr));
    fs::write(folder.join("2.txt"), letter("88", " ")).unwrap();
    fs::write(folder.join("3.txt"), letter("83", "")).unwrap();
    let second = run_in(work.path(), &["run", "in", "-j1"]);
    let said = text(&second.stderr);
    assert!(second.status.success(), "{said}");
    assert!(said.contains("2.txt: warning: the same number, issuer and day as 88/NV-CCVC in 1.txt"), "{said}");
    assert!(said.contains("3.txt: warning: nearly the same as 88/NV-CCVC in 1.txt"), "{said}");
    let list = text(&run_in(work.path(), &["export", "--format", "jsonl"]).stdout);
    for name in ["1.txt", "2.txt", "3.txt"] {
        assert!(list.contains(&format!("\"file\":\"{name}\"")), "{name} is kept");
    }
    assert!(list.contains("trùng số, ký hiệu, cơ quan và ngày với văn bản 88/NV-CCVC đã có trong tệp 1.txt"));
    // known files are not warned of again
    let third = run_in(work.path(), &["run", "in", "-j1"]);
    assert!(!text(&third.stderr).contains("warning"), "{}", text(&third.stderr));
}
