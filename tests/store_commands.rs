//! The commands that ask the store, run as a user runs them: arguments, standard output, exit status.

use assert_cmd::Command;
use congvan::record::{Deadline, Issuer, Number, Quota, Received, Record, Recurrence};
use congvan::store::{FileResult, StoredDocument, open};
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let number = |n: &str| Some(Number { normalized: Some(n.into()), ..Number::default() });
    let plan = Record {
        id: "aaaaaaaaaaaaaaaa-1".into(),
        kind: "ke_hoach".into(),
        kind_label: "Kế hoạch".into(),
        number: number("117/KH-UBND"),
        issued_on: Some("2024-05-20".into()),
        issuer: Some(Issuer { parent: None, name: "UBND phường Đồng Mây".into() }),
        subject: Some("=khen thưởng\u{1b}[31m".into()),
        addressees: vec!["Trường Hoa Gạo".into()],
        received: Some(Received { number: Some("45".into()), date: Some("2024-05-22".into()), office: None }),
        deadlines: vec![
            Deadline {
                text: "Báo cáo".into(),
                bound: "by".into(),
                date: Some("2024-06-05".into()),
                ..Deadline::default()
            },
            Deadline {
                text: "Đề xuất".into(),
                bound: "before".into(),
                recurrence: Some(Recurrence {
                    every: "month".into(),
                    day: Some(15),
                    month: None,
                    ..Recurrence::default()
                }),
                ..Deadline::default()
            },
        ],
        quotas: vec![Quota { text: "ít nhất 03 bài viết/tháng".into(), value: 3.0, ..Quota::default() }],
        ..Record::default()
    };
    let letter = Record { id: "aaaaaaaaaaaaaaaa-2".into(), number: number("117/UBND"), ..Record::default() };
    let document = |record| StoredDocument { record, text: "Khen thưởng người tốt".into() };
    let file = FileResult {
        sha256: "a".repeat(64),
        name: "a.pdf".into(),
        pipeline_version: "1".into(),
        records: vec![document(plan), document(letter)],
        ..FileResult::default()
    };
    open(&format!("sqlite://{}", folder.path().join("congvan.db").display())).unwrap().put_file(&file).unwrap();
    folder
}

/// Exit status, standard output, standard error.
fn congvan(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("congvan").unwrap();
    command.env_clear().current_dir(folder).args(args).args(["--today", "2024-06-05"]);
    let out = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

fn ok(folder: &Path, args: &[&str]) -> String {
    let (code, out, err) = congvan(folder, args);
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    out
}

#[test]
fn tables_speak_to_people() {
    let folder = folder();
    let cases: &[(&[&str], &[&str])] = &[
        (&["list"], &["Số, ký hiệu", "117/KH-UBND", "20/5/2024", "\\u{1b}[31m"]),
        (&["list", "--lang", "en"], &["Issuer", "117/KH-UBND"]),
        (&["show", "117/kh-ubnd"], &["Kế hoạch", "before 15, month", "05/6/2024"]),
        (&["show", "aaaaaaaaaaaaaaaa-1", "--format", "text"], &["Khen thưởng người tốt\n"]),
        (&["search", "khen", "thuong"], &["»Khen«", "117/KH-UBND"]),
        (&["deadlines"], &["05/6/2024", "hôm nay", "14/6/2024, hằng tháng", "9 ngày", "Trường Hoa Gạo"]),
        (&["digest"], &["Nhắc việc ngày 05/6/2024", "Đến hạn hôm nay (1)", "Quá hạn (0)"]),
        (&["digest", "--format", "html"], &["<html lang=\"vi\">", "<td>Đến hạn hôm nay</td><td>05/6/2024", "@page"]),
        (&["deadlines", "--when", "today", "--document", "117/kh-ubnd"], &["05/6/2024", "hôm nay"]),
        (&["register"], &["Ngày đến", "22/5/2024", "45", "Ghi chú"]),
        (&["register", "--book", "handling", "--columns", "deadline"], &["Thời hạn", "05/6/2024;", "14/6/2024, hằng"]),
        (&["status", "--of", "117/KH-UBND"], &["Trường Hoa Gạo", "ít nhất 03 bài viết/tháng"]),
    ];
    for (args, expected) in cases {
        let out = ok(folder.path(), args);
        for words in *expected {
            assert!(out.contains(words), "{args:?} does not say {words:?}:\n{out}");
        }
        assert!(!out.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn documents_are_entered_once_with_the_number_of_their_stamp() {
    let folder = folder();
    let entered = |args: &[&str]| -> Vec<(u64, String)> {
        let json = ok(folder.path(), &[&["arrive", "--format", "json"], args].concat());
        let lines: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        let line =
            |l: &serde_json::Value| (l["number"].as_u64().unwrap(), l["arrived_on"].as_str().unwrap().to_owned());
        lines.iter().map(line).collect()
    };
    let stamped = [(45, "2024-05-22".to_owned())];
    assert_eq!(entered(&["117/KH-UBND"]), stamped);
    assert_eq!(entered(&["117/KH-UBND"]), stamped, "once");
    assert_eq!(entered(&["117/KH-UBND", "--on", "2024-05-23"]), [(45, "2024-05-23".to_owned())]);
    assert_eq!(entered(&["--all"]), [(46, "2024-06-05".to_owned())]);
    let (code, _, complaint) = congvan(folder.path(), &["arrive", "117/UBND", "--number", "45"]);
    assert!(code != 0 && complaint.contains("has number 46"), "{complaint}");
    let (code, _, complaint) = congvan(folder.path(), &["arrive"]);
    assert!(code == 2 && complaint.contains("required"), "{complaint}");
    let book = ok(folder.path(), &["register", "--format", "csv", "--columns", "arrival_number,arrived_on,number"]);
    assert!(book.contains("45,23/5/2024,117/KH-UBND\r\n46,05/6/2024,117/UBND"), "{book}");
    assert!(!ok(folder.path(), &["register", "--book", "secret", "--format", "csv"]).contains("117"));
}

#[test]
fn a_stamp_in_doubt_is_asked_about() {
    let folder = folder();
    let path = folder.path().join("congvan.db");
    let mut store = open(&format!("sqlite://{}", path.display())).unwrap();
    let mut file = store.file(&"a".repeat(64)).unwrap().unwrap();
    file.records[0].record.review("received.number", "viết tay".into(), vec!["45".into(), "46".into()]);
    store.put_file(&file).unwrap();
    drop(store);
    let (code, out, complaint) = congvan(folder.path(), &["arrive", "--all"]);
    assert!(code == 1 && complaint.contains("45? 46?") && complaint.contains("--number"), "{complaint}");
    assert!(out.is_empty() && complaint.contains("1 documents without a number"), "it might be the other's: {out}");
    assert!(ok(folder.path(), &["arrive", "117/KH-UBND", "--number", "45"]).contains("45/2024"));
}

#[test]
fn what_a_leader_decided_shows_wherever_one_looks() {
    let folder = folder();
    let decide = ["decide", "117/KH-UBND", "--to", "Phòng  Văn hóa", "--due", "2024-06-03", "--by", "Chủ tịch"];
    ok(folder.path(), &[&decide[..], &["--on", "2024-05-23", "--opinion", "Tham mưu <gấp>"]].concat());
    ok(folder.path(), &["decide", "117/KH-UBND", "--to", "Phòng Văn hóa", "--due", "2024-06-07"]);
    let cases: &[(&[&str], &[&str])] = &[
        (&["show", "117/KH-UBND"], &["Chủ tịch", "Tham mưu <gấp>", "03/6/2024", "07/6/2024"]),
        (&["deadlines", "--when", "week"], &["07/6/2024", "Chuyển Phòng Văn hóa"]),
        (&["digest"], &["Trong 7 ngày tới (1)", "Phòng Văn hóa"]),
        (&["register", "--book", "handling", "--format", "csv"], &[",Phòng Văn hóa,07/6/2024,"]),
        (&["register", "--format", "csv"], &[",Phòng Văn hóa,05/6/2024,"]),
        (
            &["register", "--format", "xml"],
            &["<ToPlaces>Phòng Văn hóa<", "Tham mưu &lt;gấp&gt;", "<DueDate>07/06/2024<"],
        ),
        (&["calendar", "--unit", "phong van hoa"], &["DTSTART;VALUE=DATE:20240607", "SEQUENCE:1"]),
    ];
    for (args, expected) in cases {
        let out = ok(folder.path(), args);
        for words in *expected {
            assert!(out.contains(words), "{args:?} does not say {words:?}:\n{out}");
        }
        assert!(args[0] == "show" || !out.contains("20240603"), "{args:?}: the earlier decision");
    }
    // taken back: calendars strike it out
    ok(folder.path(), &["decide", "117/KH-UBND", "--to", "Phòng Văn hóa"]);
    let calendar = ok(folder.path(), &["calendar", "--unit", "phong van hoa"]);
    assert!(calendar.contains("STATUS:CANCELLED") && calendar.contains("SEQUENCE:2"), "{calendar}");
    let (code, _, complaint) = congvan(folder.path(), &["decide", "117/KH-UBND", "--to", "A", "--due", "2024-01-01"]);
    assert!(code == 2 && complaint.contains("--due"), "{complaint}");
}

#[test]
fn a_backup_is_a_store_of_the_same_content() {
    let folder = folder();
    ok(folder.path(), &["arrive", "117/KH-UBND"]);
    ok(folder.path(), &["backup", "sao-luu.db", "--quiet"]);
    let of = |store: &str| ok(folder.path(), &["export", "--store", store]);
    assert_eq!(of("sqlite://sao-luu.db"), of("sqlite://congvan.db"));
    let (code, _, complaint) = congvan(folder.path(), &["backup", "sao-luu.db"]);
    assert!(code == 2 && complaint.contains("--force"), "{complaint}");
    ok(folder.path(), &["backup", "sao-luu.db", "--force", "--quiet"]);
    let (code, _, complaint) = congvan(folder.path(), &["backup", "congvan.db", "--force"]);
    assert!(code == 2 && complaint.contains("in use"), "{complaint}");
    let names = std::fs::read_dir(folder.path()).unwrap().flatten().map(|f| f.file_name().into_string().unwrap());
    let strangers: Vec<String> = names.filter(|n| n.starts_with('.')).collect();
    assert!(strangers.is_empty(), "left behind: {strangers:?}");
}

#[test]
fn other_programs_get_json_and_csv() {
    let folder = folder();
    for command in ["list", "deadlines", "register", "status"] {
        let items: serde_json::Value =
            serde_json::from_str(&ok(folder.path(), &[command, "--format", "json"])).unwrap();
        assert!(items.as_array().is_some_and(|a| !a.is_empty()), "{command}");
        let table = ok(folder.path(), &[command, "--format", "csv"]);
        assert!(table.starts_with('\u{feff}') && table.ends_with("\r\n"), "{command}");
    }
    let due: serde_json::Value = serde_json::from_str(&ok(folder.path(), &["deadlines", "--format", "json"])).unwrap();
    assert_eq!((due[0]["state"].as_str(), due[0]["days_left"].as_i64()), (Some("today"), Some(0)));
    let list = ok(folder.path(), &["list", "--format", "csv"]);
    assert!(list.contains("'=khen"), "a formula: {list}");
}

#[test]
fn deadlines_can_be_those_of_a_document_or_of_a_time() {
    let folder = folder();
    let days = |args: &[&str]| {
        let all = [&["deadlines", "--format", "json"], args].concat();
        let found: serde_json::Value = serde_json::from_str(&ok(folder.path(), &all)).unwrap();
        let day = |due: &serde_json::Value| due["day"].as_str().unwrap().to_owned();
        found.as_array().unwrap().iter().map(day).collect::<Vec<_>>()
    };
    assert_eq!(days(&["--when", "today"]), ["2024-06-05"]);
    assert_eq!(days(&["--when", "week"]), ["2024-06-05"]);
    assert!(days(&["--when", "overdue"]).is_empty());
    assert_eq!(days(&["--document", "117/KH-UBND"]).len(), days(&[]).len());
    let (code, _, complaint) = congvan(folder.path(), &["deadlines", "--document", "118/KH-UBND"]);
    assert!(code == 1 && complaint.contains("118/KH-UBND"), "{complaint}");
    let (code, _, _) = congvan(folder.path(), &["deadlines", "--when", "week", "--from", "2024-01-01"]);
    assert_eq!(code, 2);
}

#[test]
fn windows_bound_what_is_told() {
    let folder = folder();
    let days = |args: &[&str]| -> Vec<String> {
        let out = ok(folder.path(), &[&["deadlines", "--format", "json"], args].concat());
        let items: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
        items.iter().map(|i| i["day"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(days(&["--to", "2024-08-14"]), ["2024-06-05", "2024-06-14", "2024-07-14", "2024-08-14"]);
    assert_eq!(days(&["--from", "2024-07-01"]), ["2024-07-14"]);
    assert_eq!(days(&["--unit", "cong an"]), [""; 0]);
}

#[test]
fn calendars_and_exports_are_never_overwritten_unasked() {
    let folder = folder();
    for (command, name) in [("calendar", "han.ics"), ("export", "all.jsonl"), ("register", "so.csv")] {
        let out = ok(folder.path(), &[command, "-o", name]);
        assert!(out.is_empty(), "the result is in the file");
        let first = std::fs::read(folder.path().join(name)).unwrap();
        let (code, _, err) = congvan(folder.path(), &[command, "-o", name]);
        assert!(code == 2 && err.contains("--force"), "{err}");
        ok(folder.path(), &[command, "-o", name, "--force"]);
        assert_eq!(std::fs::read(folder.path().join(name)).unwrap(), first, "{command} gives the same bytes again");
    }
    let (code, _, err) = congvan(folder.path(), &["import", "all.jsonl", "--store", "sqlite://new.db"]);
    assert!(code == 0 && err.contains("1 files taken over"), "{err}");
    let again = ok(folder.path(), &["export", "--store", "sqlite://new.db"]);
    assert_eq!(again, std::fs::read_to_string(folder.path().join("all.jsonl")).unwrap());
}

#[test]
fn wrong_calls_and_missing_stores_say_so() {
    let folder = folder();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["list", "--store", "sqlite://none.db"], 3, "there is no store here"),
        (&["show", "999/X"], 1, "no document"),
        (&["show", "117"], 2, "aaaaaaaaaaaaaaaa-2"),
        (&["search", "—"], 2, "no word"),
        (&["search"], 2, "required"),
        (&["calendar", "--caldav", "http://u:p@localhost/"], 2, "leave user and password out"),
        (&["deadlines", "--from", "yesterday"], 2, "invalid value"),
        (&["register", "--columns", "number,nummer"], 2, "known are arrived_on, arrival_number, author, number,"),
        (&["register", "--book", "handling", "--columns", "author"], 2, "arrival_number, document, receiver, deadline"),
        (&["register", "--columns", "author", "--format", "json"], 2, "every field"),
        (&["import", "none.jsonl"], 1, "none.jsonl"),
        (&["import", "congvan.db"], 1, "congvan.db"),
    ];
    for (args, status, says) in cases {
        let (code, out, err) = congvan(folder.path(), args);
        assert_eq!((code, out.as_str()), (*status, ""), "{args:?}: {err}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
    assert!(!folder.path().join("none.db").exists());
}

#[test]
fn books_keep_to_the_columns_of_the_decree() {
    let folder = folder();
    let csv = ok(folder.path(), &["register", "--format", "csv"]);
    let head = "\u{feff}Ngày đến,Số đến,Tác giả,\"Số, ký hiệu văn bản\",Ngày tháng văn bản,\
        Tên loại và trích yếu nội dung văn bản,Đơn vị hoặc người nhận,Ngày chuyển,Ký nhận,Ghi chú\r\n";
    assert!(csv.starts_with(head), "{csv}");
    let line = "22/5/2024,45,UBND phường Đồng Mây,117/KH-UBND,20/5/2024,Kế hoạch =khen thưởng[31m,,,,\r\n";
    assert!(csv.contains(line), "{csv}");
    let handling = ok(folder.path(), &["register", "--book", "handling", "--format", "csv"]);
    let line = "45,Kế hoạch số 117/KH-UBND ngày 20/5/2024 của UBND phường Đồng Mây,,\
        \"05/6/2024; 14/6/2024, hằng tháng\",,,\r\n";
    assert!(handling.contains(line), "{handling}");
    let chosen = ok(folder.path(), &["register", "--format", "csv", "--columns", "number,arrival_number"]);
    assert!(chosen.contains("\r\n117/KH-UBND,45\r\n"), "{chosen}");
}
