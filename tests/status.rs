//! Who has answered what: letters read with the real binary, a roster, the answers of some units.

use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const UNITS: &str = r#"
[[unit]]
name = "Ủy ban nhân dân phường Đồng Mây"
class = "Ủy ban nhân dân các phường"
email = "dongmay@example.vn"
[[unit]]
name = "Ủy ban nhân dân phường Hòa Khê"
class = "Ủy ban nhân dân các phường"
[[unit]]
name = "Ủy ban nhân dân phường Bến <Gạo>"
aliases = ["phường Bến Gạo"]
class = "Ủy ban nhân dân các phường"
"#;

const PLAN: &str = "UBND QUẬN AN LỘC\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc\n\n\
Số: 88/NV-CCVC\tAn Lộc, ngày 02 tháng 5 năm 2024\n\nV/v báo cáo số lượng, chất lượng cán bộ, công chức năm 2024\n\n\
Kính gửi: Ủy ban nhân dân các phường\n\n\
Phòng Nội vụ đề nghị Ủy ban nhân dân các phường gửi báo cáo về Phòng Nội vụ trước ngày 05/6/2024.\n\n\
Nơi nhận:\n- Như trên;\n- Lưu: VT.\nTRƯỞNG PHÒNG\n\nTrần Văn Minh\n";

fn answer(ward: &str, serial: u32, day: u32) -> String {
    format!(
        "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHƯỜNG {ward}\tĐộc lập - Tự do - Hạnh phúc\n\n\
         Số: {serial}/BC-UBND\t{ward}, ngày {day:02} tháng 6 năm 2024\n\nBÁO CÁO\nSố lượng cán bộ, công chức\n\n\
         Thực hiện Công văn số 88/NV-CCVC ngày 02/5/2024 của Phòng Nội vụ, Ủy ban nhân dân phường báo cáo như sau:\n\n\
         Phường có 25 cán bộ, công chức.\n\nNơi nhận:\n- Phòng Nội vụ;\n- Lưu: VT.\nCHỦ TỊCH\n\nLê Thị Hoa\n"
    )
}

fn congvan(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(cargo_bin("congvan"))
        .env_clear()
        .current_dir(folder)
        .args(args)
        .args(["--today", "2024-06-20"])
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code(), text(out.stdout), text(out.stderr))
}

fn office() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("units.toml"), UNITS).unwrap();
    let letters = folder.path().join("in");
    fs::create_dir(&letters).unwrap();
    for (name, text) in [("plan", PLAN), ("a", &answer("ĐỒNG MÂY", 12, 3)), ("b", &answer("HÒA KHÊ", 7, 10))] {
        fs::write(letters.join(format!("{name}.txt")), text).unwrap();
    }
    let (status, _, said) = congvan(folder.path(), &["run", "in"]);
    assert_eq!(status, Some(0), "{said}");
    folder
}

fn states(folder: &Path, args: &[&str]) -> Vec<String> {
    let (status, out, said) = congvan(folder, &[&["status", "--format", "json"], args].concat());
    assert_eq!(status, Some(0), "{said}");
    let lines: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    let line = |l: &serde_json::Value| {
        let answer = l["submissions"][0]["number"].as_str().unwrap_or("-");
        format!(
            "{} {} {} {answer}",
            l["unit"].as_str().unwrap(),
            l["due"].as_str().unwrap(),
            l["state"].as_str().unwrap()
        )
    };
    lines.iter().map(line).collect()
}

/// Of three things owed one unit sends three, one two, one none that can be counted.
#[test]
fn what_answers_hold_is_counted_against_the_quota() {
    let folder = office();
    let asked = PLAN.replace("88/NV-CCVC", "90/NV-CCVC").replace(
        "gửi báo cáo về Phòng Nội vụ trước",
        "giới thiệu ít nhất 03 gương điển hình, gửi danh sách gương điển hình về Phòng Nội vụ trước",
    );
    let sent = |ward: &str, serial: u32, list: &str| {
        let told = format!("gửi danh sách như sau:\n\n{list}");
        let text = answer(ward, serial, 3).replace("88/NV-CCVC", "90/NV-CCVC").replace("báo cáo như sau:", &told);
        fs::write(folder.path().join(format!("in/q{serial}.txt")), text).unwrap();
    };
    fs::write(folder.path().join("in/q.txt"), asked).unwrap();
    let row = |n: u32| format!("{n}\tNguyễn Văn Mẫu\tGiúp đỡ người già\n");
    sent("ĐỒNG MÂY", 31, &format!("TT\tHọ và tên\tGương điển hình\n{}{}{}\n", row(1), row(2), row(3)));
    sent("HÒA KHÊ", 32, "Phường giới thiệu 02 gương điển hình.\n");
    let (status, _, said) = congvan(folder.path(), &["run", "in"]);
    assert_eq!(status, Some(0), "{said}");
    let (_, out, _) = congvan(folder.path(), &["status", "90/NV-CCVC", "--format", "json"]);
    let lines: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    let quotas: Vec<String> = lines
        .iter()
        .filter(|line| line["wanted"] == 3.0)
        .map(|line| {
            let answer = &line["submissions"][0];
            format!("{} {} {} {}", line["due"], line["state"], answer["counted"], answer["certain"])
        })
        .collect();
    let day = "\"2024-06-04\"";
    let expected =
        [format!("{day} \"done\" 3 true"), format!("{day} \"short\" 2 true"), format!("{day} \"missing\" null null")];
    assert_eq!(quotas, expected);
    let (_, table, _) = congvan(folder.path(), &["status", "90/NV-CCVC", "--missing"]);
    assert!(table.contains("chưa đủ (2/3)"), "{table}");
}

#[test]
fn each_unit_is_done_late_or_missing() {
    let folder = office();
    let expected = [
        "Ủy ban nhân dân phường Đồng Mây 2024-06-04 done 12/BC-UBND",
        "Ủy ban nhân dân phường Hòa Khê 2024-06-04 late 7/BC-UBND",
        "Ủy ban nhân dân phường Bến <Gạo> 2024-06-04 missing -",
    ];
    assert_eq!(states(folder.path(), &["88/NV-CCVC"]), expected);
    assert_eq!(states(folder.path(), &["--of", "88/nv-ccvc"]), expected);
    assert_eq!(states(folder.path(), &[]), expected, "all documents: the others ask for nothing");
    assert_eq!(states(folder.path(), &["--missing"]), expected[1..]);
    fs::remove_file(folder.path().join("units.toml")).unwrap();
    assert_eq!(states(folder.path(), &["88/NV-CCVC"]), ["Ủy ban nhân dân các phường 2024-06-04 missing -"]);
}

#[test]
fn the_page_is_html_that_no_name_can_break() {
    let folder = office();
    let args = ["status", "88/NV-CCVC", "--missing", "--format", "html", "-o", "list.html"];
    assert_eq!(congvan(folder.path(), &args), (Some(0), String::new(), String::new()));
    let page = fs::read_to_string(folder.path().join("list.html")).unwrap();
    for part in
        ["<title>Danh sách đơn vị", "Bến &lt;Gạo&gt;", "<td>04/6/2024</td>", "<td>7/BC-UBND ngày 10/6/2024</td>"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("Đồng Mây"), "it has complied");
    let (status, _, said) = congvan(folder.path(), &args);
    assert!(status == Some(2) && said.contains("--force"), "{said}");
}

#[test]
fn a_wrong_roster_is_named_with_its_line() {
    let folder = office();
    fs::write(folder.path().join("units.toml"), "[[unit]]\nname = \"A\"\ne-mail = \"x\"\n").unwrap();
    let (status, _, said) = congvan(folder.path(), &["status"]);
    assert_eq!(status, Some(3));
    assert!(said.contains("units.toml:3: unknown field `e-mail`"), "{said}");
    let (status, _, said) = congvan(folder.path(), &["status", "--units", "none.toml"]);
    assert!(status == Some(3) && said.contains("none.toml: no such file"), "{said}");
}

#[test]
fn each_unit_gets_its_own_calendar() {
    let folder = office();
    let write = |more: &[&str]| congvan(folder.path(), &[&["calendar", "--per-unit", "lich"], more].concat());
    assert_eq!(write(&[]), (Some(0), String::new(), String::new()));
    let files = || {
        let mut files: Vec<(String, String)> = fs::read_dir(folder.path().join("lich"))
            .unwrap()
            .flatten()
            .map(|e| (e.file_name().to_string_lossy().into_owned(), fs::read_to_string(e.path()).unwrap()))
            .collect();
        files.sort();
        files
    };
    let first = files();
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Ủy ban nhân dân phường Bến _Gạo_.ics",
            "Ủy ban nhân dân phường Hòa Khê.ics",
            "Ủy ban nhân dân phường Đồng Mây.ics"
        ]
    );
    assert!(first.iter().all(|(_, text)| text.matches("DTSTART;VALUE=DATE:20240604").count() == 1));
    let (status, _, said) = write(&[]);
    assert!(status == Some(2) && said.contains("--force"), "{said}");
    assert_eq!(write(&["--force"]).0, Some(0));
    assert_eq!(first, files(), "the same bytes again");
    fs::remove_file(folder.path().join("units.toml")).unwrap();
    let (status, _, said) = write(&["--force"]);
    assert!(status == Some(2) && said.contains("units.toml"), "{said}");
}
