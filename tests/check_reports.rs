//! `congvan check` as a user runs it: SARIF, HTML, `--explain`, exit status.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// A plan whose symbol names another kind and whose text tries to be markup.
const LETTER: &str = "UBND XÃ AN BÌNH
TRƯỜNG THCS AN BÌNH
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 45/TB-THCSAB
An Bình, ngày 12 tháng 9 năm 2025

KẾ HOẠCH
Tổ chức ngày hội đọc sách năm học 2025 - 2026

Căn cứ Kế hoạch số 30/KH-UBND ngày 05/9/2025 của UBND xã An Bình về phong trào đọc sách;

I. MỤC ĐÍCH
Tạo thói quen đọc sách cho học sinh toàn trường.

II. NỘI DUNG
Mỗi lớp giới thiệu ít nhất 02 cuốn sách.

II. <script>alert(1)</script> KINH PHÍ
Từ nguồn xã hội hóa.

III. TỔ CHỨC THỰC HIỆN
Các lớp báo cáo kết quả về Văn phòng nhà trường trước ngày 15/10/2025.

Nơi nhận:
- UBND xã An Bình;
- Lưu: VT.

HIỆU TRƯỞNG



Lê Thị Mẫu
";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("đến")).unwrap();
    std::fs::write(folder.path().join("đến/kế hoạch.txt"), LETTER).unwrap();
    folder
}

/// Exit status, standard output, standard error.
fn congvan(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("congvan").unwrap();
    let out = command.env_clear().current_dir(folder).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

#[test]
fn sarif_names_rule_file_and_message() {
    let folder = folder();
    let (_, said, _) = congvan(folder.path(), &["check", "đến", "--format", "sarif", "--lang", "en"]);
    serde_json::from_str::<serde_sarif::sarif::Sarif>(&said).unwrap();
    let log: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let found = results.iter().find(|r| r["ruleId"] == "form.kind_symbol").unwrap_or_else(|| panic!("{said}"));
    assert_eq!(found["level"], "warning");
    assert!(found["message"]["text"].as_str().unwrap().starts_with("Symbol TB-THCSAB"), "{found}");
    let place = &found["locations"][0];
    let uri = "%C4%91%E1%BA%BFn/k%E1%BA%BF%20ho%E1%BA%A1ch.txt";
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], uri);
    assert_eq!(place["logicalLocations"][0]["name"], "45/TB-THCSAB");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["text"].as_str().unwrap().contains(rule["properties"]["source"].as_str().unwrap()));
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
    }
}

#[test]
fn html_shows_what_a_letter_says_as_text() {
    let folder = folder();
    let (_, page, _) = congvan(folder.path(), &["check", "đến", "--format", "html"]);
    assert!(page.contains("<html lang=\"vi\">") && page.contains("@page"), "{page}");
    assert!(page.contains("form.kind_symbol") && page.contains("Nghị định 30/2020/NĐ-CP, Phụ lục III"), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script") && !page.contains("http"), "{page}");
    let file = ["check", "đến", "--format", "html", "-o", "k.html"];
    congvan(folder.path(), &file);
    assert_eq!(std::fs::read_to_string(folder.path().join("k.html")).unwrap(), page);
    let (code, _, said) = congvan(folder.path(), &file);
    assert_eq!(code, 2);
    assert!(said.contains("--force"), "{said}");
}

#[test]
fn explain_tells_a_rule_and_lists_them_where_it_is_unknown() {
    let folder = folder();
    let (code, said, _) = congvan(folder.path(), &["check", "--explain", "form.kind_symbol"]);
    assert_eq!(code, 0);
    for part in ["form.kind_symbol", "cảnh báo", "Phụ lục III", "Ví dụ sai", "Ví dụ đúng", "Số: 45/TB-THCSAB"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (code, said, _) = congvan(folder.path(), &["check", "--explain", "ke-hoach.money", "--lang", "en"]);
    assert_eq!(code, 0);
    assert!(said.contains("Passes:"), "{said}");
    let (code, said, complaint) = congvan(folder.path(), &["check", "--explain", "form.nothing"]);
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(complaint.contains("form.kind_symbol") && complaint.contains("ke-hoach.money"), "{complaint}");
}

#[test]
fn the_exit_status_tells_whether_an_error_stands() {
    let folder = folder();
    let fine = LETTER
        .replace("45/TB-", "45/KH-")
        .replace("III. TỔ", "IV. TỔ")
        .replace("II. <script>alert(1)</script>", "III.");
    std::fs::write(folder.path().join("fine.txt"), &fine).unwrap();
    std::fs::write(folder.path().join("bad.txt"), fine.replace("Số: 45/KH-THCSAB\n", "")).unwrap();
    let code = |args: &[&str]| congvan(folder.path(), args).0;
    assert_eq!(code(&["check", "fine.txt", "--format", "html"]), 0);
    assert_eq!(code(&["check", "bad.txt", "--format", "sarif"]), 1);
    assert_eq!(code(&["check", "missing.txt"]), 1);
    assert_eq!(code(&["check"]), 2);
    assert_eq!(code(&["check", "fine.txt", "--format", "pdf"]), 2);
}

#[test]
fn what_is_left_with_a_reason_accuses_nobody() {
    let folder = folder();
    let bad = LETTER.replace("Số: 45/TB-THCSAB\n", "");
    std::fs::write(folder.path().join("bad.txt"), bad).unwrap();
    let list =
        "[[suppress]]\nrule = 'form.number'\nfile = 'bad.txt'\nuntil = '2026-12-31'\nreason = 'Kế hoạch nội bộ'\n";
    std::fs::write(folder.path().join("congvan-bo-qua.toml"), list).unwrap();
    let check = |args: &[&str]| {
        let all = [&["check", "bad.txt", "--lang", "en", "--today"], args].concat();
        congvan(folder.path(), &all)
    };
    let (code, said, _) = check(&["2026-12-31"]);
    assert!(code == 0 && !said.contains("form.number") && said.contains("1 left with a reason"), "{said}");
    let (_, said, _) = check(&["2026-12-31", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&said).unwrap();
    serde_json::from_str::<serde_sarif::sarif::Sarif>(&said).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let left = results.iter().find(|r| r["ruleId"] == "form.number").unwrap();
    assert_eq!(left["suppressions"][0]["justification"], "Kế hoạch nội bộ");
    let (_, said, _) = check(&["2026-12-31", "--format", "html"]);
    assert!(said.contains("left: Kế hoạch nội bộ"), "{said}");
    let (code, said, complaint) = check(&["2027-01-01"]);
    assert!(code == 1 && said.contains("form.number"), "{said}");
    assert!(complaint.contains("entry 1 (form.number) left nothing out"), "{complaint}");
    std::fs::write(folder.path().join("other.toml"), "[[suppress]]\nrule = 'form.number'\n").unwrap();
    let (code, _, complaint) = check(&["2026-12-31", "--suppressions", "other.toml"]);
    assert!(code != 0 && complaint.contains("other.toml") && complaint.contains("reason"), "{complaint}");
}

#[test]
fn a_reply_is_drafted_as_text_and_for_word() {
    let folder = folder();
    let draft = |args: &[&str]| congvan(folder.path(), &[&["check", "đến", "--today", "2025-09-20"], args].concat());
    draft(&["--reply", "r.txt", "--by", "2025-10-01"]);
    let text = std::fs::read_to_string(folder.path().join("r.txt")).unwrap();
    assert!(text.contains("Kính gửi: Trường THCS An Bình"), "{text}");
    assert!(text.contains("Kế hoạch số 45/TB-THCSAB ngày 12/9/2025"), "{text}");
    assert!(text.contains("gửi lại trước ngày 01/10/2025"), "{text}");
    let (code, _, complaint) = draft(&["--reply", "r.txt"]);
    assert!(code == 2 && complaint.contains("--force"), "{complaint}");
    let (code, _, complaint) = draft(&["--reply", "r.odt"]);
    assert!(code == 2 && complaint.contains(".docx"), "{complaint}");
    draft(&["--reply", "r.docx", "--by", "2025-10-01"]);
    let packed = std::fs::File::open(folder.path().join("r.docx")).unwrap();
    let mut packed = zip::ZipArchive::new(packed).unwrap();
    let mut body = String::new();
    std::io::Read::read_to_string(&mut packed.by_name("word/document.xml").unwrap(), &mut body).unwrap();
    assert!(body.contains("Kính gửi: Trường THCS An Bình") && body.contains("w:pgMar"), "{body}");
}

/// A letter that asks for registrations by a day, and a school's answer.
const ORDER: &str = include_str!("../dictionaries/letters/cong-van.txt");
const ANSWER: &str = include_str!("../dictionaries/letters/dang-ky.txt");

#[test]
fn an_answer_is_held_against_its_order_from_a_file_or_the_store() {
    let folder = folder();
    let answer = ANSWER.replace("ngày 20 tháng 10 năm", "ngày 30 tháng 10 năm");
    let (order, late) = (folder.path().join("lenh.txt"), folder.path().join("muon.txt"));
    std::fs::write(&order, ORDER).unwrap();
    std::fs::write(&late, answer).unwrap();
    std::fs::write(folder.path().join("dung.txt"), ANSWER).unwrap();
    let rules = |args: &[&str]| {
        let (_, said, complaint) = congvan(folder.path(), &[args, &["--format", "json"]].concat());
        let found: Vec<Value> = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{complaint}"));
        found.iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&["check", "muon.txt", "--against", "lenh.txt"]), ["against.late"]);
    assert!(rules(&["check", "dung.txt", "--against", "lenh.txt"]).is_empty());
    assert!(rules(&["check", "muon.txt"]).is_empty());
    congvan(folder.path(), &["run", "lenh.txt"]);
    assert_eq!(rules(&["check", "muon.txt", "--against", "212/UBND-VHXH"]), ["against.late"]);
    let (code, _, complaint) = congvan(folder.path(), &["check", "muon.txt", "--against", "213/UBND-VHXH"]);
    assert!(code == 1 && complaint.contains("213/UBND-VHXH"), "{complaint}");
}

#[test]
fn the_files_of_a_dossier_are_judged_together() {
    let folder = folder();
    let whole = include_str!("../dictionaries/letters/ho-so-khen-thuong.txt");
    std::fs::create_dir(folder.path().join("ho-so")).unwrap();
    for (name, content) in ["a.txt", "b.txt", "c.txt"].iter().zip(whole.split('\u{c}')) {
        std::fs::write(folder.path().join("ho-so").join(name), content).unwrap();
    }
    let check = || congvan(folder.path(), &["check", "ho-so", "--profile", "ho-so-khen-thuong"]);
    let (code, said, _) = check();
    assert_eq!((code, said.as_str()), (0, "Không thấy gì cần sửa.\n"));
    std::fs::remove_file(folder.path().join("ho-so/c.txt")).unwrap();
    let (code, said, _) = check();
    assert!(code == 1 && said.contains("ho-so-khen-thuong.confirmation"), "{said}");
}

#[test]
fn stored_documents_are_held_against_each_other() {
    let folder = folder();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("lenh.txt", ORDER.to_owned());
    write("muon.txt", ANSWER.replace("ngày 20 tháng 10 năm", "ngày 30 tháng 10 năm"));
    write("dung.txt", ANSWER.replace("THCS AN BÌNH", "THCS HÒA LÂM").replace("58/THCSAB", "9/THCSHL"));
    let plan = LETTER.replace("45/TB-", "45/KH-");
    write("ke-hoach.txt", plan.clone());
    write("chep.txt", plan.replace("THCS AN BÌNH", "THCS HÒA LÂM").replace("45/KH-THCSAB", "12/KH-THCSHL"));
    write("trung-so.txt", plan.replace("Tổ chức ngày hội đọc sách", "Tổ chức hội thi kể chuyện theo sách"));
    let (code, _, complaint) = congvan(folder.path(), &["run", "."]);
    assert_eq!(code, 0, "{complaint}");
    let found = |asked: &[&str]| {
        let (_, said, complaint) =
            congvan(folder.path(), &[&["check", "--stored", "--format", "json"], asked].concat());
        let found: Vec<Value> = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{complaint}"));
        let of = |finding: &Value| ["file", "rule"].map(|key| finding[key].as_str().unwrap().to_owned());
        let among = ["against.", "template.", "number.", "reference.stored"];
        let mut found: Vec<_> = found.iter().map(of).collect();
        found.retain(|[_, rule]| among.iter().any(|group| rule.starts_with(group)));
        found.sort();
        found.into_iter().map(|[file, rule]| format!("{file} {rule}")).collect::<Vec<_>>()
    };
    let all = found(&[]);
    for wanted in ["muon.txt against.late", "chep.txt template.copied", "trung-so.txt number.taken"] {
        assert!(all.iter().any(|line| line == wanted), "{wanted}: {all:?}");
    }
    assert!(!all.iter().any(|line| line.starts_with("dung.txt") || line.starts_with("lenh.txt")), "{all:?}");
    assert_eq!(found(&["58/THCSAB"]), ["muon.txt against.late"]);
    assert_eq!(congvan(folder.path(), &["check", "--stored", "1/KHONG-CO"]).0, 1);
}
