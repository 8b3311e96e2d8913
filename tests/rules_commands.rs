//! `congvan rules` as a user runs it, and what every command says of a folder of rules that is wrong.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn own_rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/quy-tac")
}

fn congvan(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("congvan").unwrap().args(args).env("CONGVAN_LANG", "en").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

const CHECK: &str = r#"id = "own.appendix"
severity = "warning"
form = "phrase_present"
with = { say = ["có phụ lục"] }
source = "practice"

[message]
vi = "Thiếu phụ lục"
en = "No appendix"

[[example]]
text = "Không có gì."
finds = ""

[[not]]
text = "Văn bản có phụ lục."
"#;

const PROFILE: &str = r#"id = "own-plan"
kinds = ["ke_hoach"]
source = "practice"

[[part]]
id = "money"
severity = "warning"
words = ["kinh phí"]
name = { vi = "Thiếu kinh phí", en = "No money" }
"#;

const PHRASE: &str = r#"# our own wordings

[[phrase]]
id = "own"
say = ["trước buổi họp {date}"]
gives = { bound = "before" }
example = [{ text = "nộp trước buổi họp 15/6/2025", finds = { date = "2025-06-15" } }]
not = ["trước ngày 15/6/2025"]
"#;

const KIND: &str = r#"id = "so_tay"
label = "Sổ tay"
titles = ["SỔ TAY"]
source = "practice"
example = { titles = ["SỔ TAY"] }
not = { titles = ["KẾ HOẠCH"] }
"#;

/// File, what it is made from, what is replaced by what, the line that is named and what is said.
type Wrong = (&'static str, &'static str, &'static str, &'static str, usize, &'static str);

const WRONG: &[Wrong] = &[
    ("checks/a.toml", CHECK, "phrase_present", "phrase_presence", 3, "unknown variant `phrase_presence`"),
    ("checks/a.toml", CHECK, "[\"có phụ lục\"] }", "\"có phụ lục\" }", 4, "invalid type"),
    ("checks/a.toml", CHECK, "say = [", "sya = [", 4, "sya, available keys: say"),
    ("checks/a.toml", CHECK, "with = { say = [\"có phụ lục\"] }\n", "", 3, "missing field `say`"),
    ("checks/a.toml", CHECK, "có phụ lục\"] }", "có {appendix}\"] }", 4, "unknown slot {appendix}"),
    ("checks/a.toml", CHECK, "\"warning\"", "\"fatal\"", 2, "unknown variant `fatal`"),
    ("checks/a.toml", CHECK, "severity = \"warning\"\n", "", 1, "missing field `severity`"),
    ("checks/a.toml", CHECK, "en = \"No appendix\"\n", "", 7, "missing field `en`"),
    ("checks/a.toml", CHECK, "No appendix", "No {thing}", 9, "nothing fills in {thing}"),
    ("checks/a.toml", CHECK, "source = \"practice\"", "source = 3", 5, "a text, or one in each language"),
    ("checks/a.toml", CHECK, "source = \"practice\"", "source = { vi = \"thực tế\" }", 5, "missing field `en`"),
    ("checks/a.toml", CHECK, "source =", "kinds = [\"ke_hoach\", \"ke_hoak\"]\nsource =", 5, "no kind ke_hoak"),
    ("checks/a.toml", CHECK, "source =", "except = [\n  \"ke_hoak\"]\nsource =", 6, "no kind ke_hoak"),
    ("checks/a.toml", CHECK, "source =", "profiles = [\"ke-hoak\"]\nsource =", 5, "no profile ke-hoak"),
    ("checks/a.toml", CHECK, "text = \"Văn bản có phụ lục.\"", "letter = \"khong-co\"", 15, "no letter khong-co"),
    (
        "checks/a.toml",
        CHECK,
        "text = \"Không có gì.\"",
        "text = \"\"\nreplace = [[\"a\", \"b\"]]",
        11,
        "nothing to replace",
    ),
    (
        "checks/a.toml",
        CHECK,
        "phrase_present\"\nwith = { say",
        "component\"\nwith = { component",
        4,
        "wanted string or table",
    ),
    (
        "checks/a.toml",
        CHECK,
        "phrase_present\"\nwith = { say = [\"có phụ lục\"] }",
        "component\"\nwith = { component = \"nummer\" }",
        4,
        "unknown variant `nummer`",
    ),
    (
        "checks/a.toml",
        CHECK,
        "phrase_present\"\nwith = { say = [\"có phụ lục\"] }",
        "count_between\"\nwith = { of = \"words\" }",
        4,
        "there is no limit",
    ),
    (
        "checks/a.toml",
        CHECK,
        "phrase_present\"\nwith = {",
        "count_between\"\nwith = { of = \"numbers\", at_most = 3,",
        4,
        "reads no number",
    ),
    (
        "profiles/a.toml",
        PROFILE,
        "words = [\"kinh phí\"]",
        "fields = [\"adressees\"]",
        8,
        "unknown variant `adressees`",
    ),
    ("profiles/a.toml", PROFILE, "words = [\"kinh phí\"]\n", "", 5, "part money asks for nothing"),
    ("profiles/a.toml", PROFILE, "severity = \"warning\"\n", "", 5, "missing field `severity`"),
    ("profiles/a.toml", PROFILE, "ke_hoach", "ke_hoak", 2, "no kind ke_hoak"),
    ("profiles/a.toml", PROFILE, "No money", "No {sum}", 9, "nothing fills in {sum}"),
    ("phrases/deadlines.toml", PHRASE, "bound =", "buond =", 6, "phrases of deadlines give no buond"),
    ("phrases/deadlines.toml", PHRASE, "\"before\"", "\"befor\"", 6, "bound is never `befor`"),
    ("phrases/deadlines.toml", PHRASE, "not = [\"trước ngày 15/6/2025\"]\n", "", 3, "missing field `not`"),
    ("phrases/deadlines.toml", PHRASE, "{date}\"", "{day_of}\"", 5, "unknown slot {day_of}"),
    ("phrases/deadlines.toml", PHRASE, "id = \"own\"", "id = \"span\"", 3, "give it role = \"span\""),
    ("phrases/deadlines.toml", PHRASE, "gives", "role = \"copies\"\ngives", 6, "role copies is for phrases of quotas"),
    ("phrases/deadline.toml", PHRASE, "", "", 0, "nothing reads deadline of phrases"),
    ("kinds/a.toml", KIND, "so_tay", "phu_luc", 1, "give it role = \"appendix\""),
    ("kinds/a.toml", KIND, "source", "role = \"letter\"\nsource", 4, "another kind has the role letter"),
    ("kinds/a.toml", KIND, "source", "published = \"sotay\"\nsource", 4, "no kind sotay"),
    ("check/a.toml", CHECK, "", "", 0, "nothing reads this folder"),
    ("words/unit_noun.txt", "trạm\n", "", "", 0, "nothing reads unit_noun of words"),
    ("words/unit_nouns.toml", "trạm\n", "", "", 0, "nothing reads this file"),
    ("words/cues.tsv", "# ours\nkính thưa\taddresees\n", "", "", 2, "nothing reads the cue \"addresees\""),
    ("holidays/2026.tsv", "2026-01-01\toff\tTết\n2026-13-01\toff\tTết\n", "", "", 2, "is no date"),
];

#[test]
fn every_command_says_what_is_wrong_in_a_folder_and_where() {
    let mut failed = Vec::new();
    for (nth, (file, made_from, was, now, line, what)) in WRONG.iter().enumerate() {
        let home = TempDir::new().unwrap();
        let (folder, letter) = (home.path().join("rules"), home.path().join("letter.txt"));
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(made_from.contains(was), "{was} is not in {file}");
        fs::write(&path, made_from.replacen(was, now, 1)).unwrap();
        fs::write(&letter, "KẾ HOẠCH\n").unwrap();
        let place = if *line > 0 { format!("{}:{line}: ", path.display()) } else { format!("{}: ", path.display()) };
        let (rules, store) = (folder.to_str().unwrap(), format!("sqlite://{}/s.db", home.path().display()));
        let letter = letter.to_str().unwrap();
        let commands: [&[&str]; 5] = [
            &["rules", "test", rules],
            &["check", letter, "--dictionaries", rules],
            &["run", letter, "--store", &store, "--dictionaries", rules],
            &["doctor", "--store", &store, "--dictionaries", rules],
            &["extract", letter, "--dictionaries", rules],
        ];
        // what is refused while loading is refused alike; a few cases go through every command
        for args in &commands[..if nth % 6 == 0 { 5 } else { 1 }] {
            let (code, out, err) = congvan(args);
            let said = out + &err;
            if code != 3 || !said.contains(&place) || !said.contains(what) {
                failed.push(format!("{args:?} with {now:?}: exit {code}, wanted {place}{what}, got {said}"));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn an_id_used_twice_names_both_places() {
    let home = TempDir::new().unwrap();
    let checks = home.path().join("checks");
    fs::create_dir(&checks).unwrap();
    fs::write(checks.join("a.toml"), CHECK).unwrap();
    fs::write(checks.join("b.toml"), format!("# the same again\n{CHECK}")).unwrap();
    let (code, _, err) = congvan(&["rules", "test", home.path().to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(err.contains("b.toml:2: check own.appendix is already in ") && err.contains("a.toml:1"), "{err}");
}

#[test]
fn the_examples_of_a_folder_run() {
    let own = own_rules();
    let (code, out, err) = congvan(&["rules", "test", own.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("11 examples, 0 failed"), "{err}");
    // with the folder over them the built-in examples hold, but for those of letters it judges by its own profile
    let home = TempDir::new().unwrap();
    let checks = home.path().join("checks");
    fs::create_dir(&checks).unwrap();
    fs::write(checks.join("a.toml"), CHECK.replace("Văn bản có phụ lục.", "Văn bản có bản đồ.")).unwrap();
    let (code, out, _) = congvan(&["rules", "test", home.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    let place = format!("{}:15: check own.appendix: must leave this alone", checks.join("a.toml").display());
    assert!(out.starts_with(&place), "{out}");
    fs::write(checks.join("a.toml"), CHECK.replace("finds = \"\"", "record = { subjekt = \"x\" }")).unwrap();
    let (code, out, _) = congvan(&["rules", "test", home.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(out.contains("a.toml:11: check own.appendix: records have no subjekt"), "{out}");
    let empty = TempDir::new().unwrap();
    assert_eq!(congvan(&["rules", "test", empty.path().to_str().unwrap()]).0, 2);
}

#[test]
fn list_says_what_is_in_force_and_where_it_comes_from() {
    let own = own_rules();
    let rows = |args: &[&str]| {
        let (code, out, err) = congvan(&[args, &["--dictionaries", own.to_str().unwrap()]].concat());
        assert_eq!(code, 0, "{err}");
        serde_json::from_str::<Vec<Value>>(&out).unwrap()
    };
    let all = rows(&["rules", "list", "--format", "json"]);
    let find = |id: &str| all.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}"));
    assert_eq!(find("form.number")["from"][0]["built_in"], true);
    assert_eq!(find("rieng.nguon")["from"][0]["built_in"], false);
    assert_eq!(find("rieng.nguon")["sort"], "check");
    assert!(find("rieng.nguon")["from"][0]["file"].as_str().unwrap().ends_with("checks/co-nguon-kinh-phi.toml"));
    assert!(find("deadlines.span")["from"][0]["line"].as_u64().unwrap() > 1);
    let added = rows(&["rules", "list", "--added", "--format", "json"]);
    assert_eq!(added.len(), 6, "{added:?}");
    let (_, table, _) = congvan(&["rules", "list"]);
    assert!(table.contains("form.number") && table.contains("built in"), "{table}");
}

#[test]
fn show_tells_a_rule_with_its_data() {
    let own = own_rules();
    let own = own.to_str().unwrap();
    let (code, out, _) = congvan(&["rules", "show", "rieng.nguon", "--dictionaries", own]);
    assert_eq!(code, 0);
    assert!(out.starts_with("Rule: rieng.nguon") && out.contains("co-nguon-kinh-phi.toml:1"), "{out}");
    assert!(out.contains("form = \"phrase_present\""), "{out}");
    let (_, explained, _) = congvan(&["check", "--explain", "rieng.nguon", "--dictionaries", own]);
    assert!(out.starts_with(&explained), "{explained}");
    let (_, phrase, _) = congvan(&["rules", "show", "deadlines.span"]);
    assert!(phrase.contains("role = \"span\"") && phrase.matches("[[phrase]]").count() == 1, "{phrase}");
    assert!(congvan(&["rules", "show", "ke-hoach.money"]).1.contains("[[part]]"));
    let (code, _, err) = congvan(&["rules", "show", "form.nummer"]);
    assert_eq!(code, 2);
    assert!(err.contains("no rule form.nummer"), "{err}");
}

#[test]
fn a_profile_of_ones_own_is_chosen_for_its_kind() {
    let home = TempDir::new().unwrap();
    let letter = home.path().join("thu.txt");
    let text = fs::read_to_string(own_rules().join("letters/to-trinh-ngan.txt")).unwrap();
    fs::write(&letter, text.replace("xem xét, phê duyệt", "xem xét")).unwrap();
    let rules_of = |more: &[&str]| {
        let (_, out, err) = congvan(&[&["check", letter.to_str().unwrap(), "--format", "json"], more].concat());
        let json: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
        json.to_string()
    };
    let with_own = rules_of(&["--dictionaries", own_rules().to_str().unwrap()]);
    assert!(with_own.contains("to-trinh-truong.phe_duyet"), "{with_own}");
    assert!(!with_own.contains("\"to-trinh."), "{with_own}");
    assert!(!rules_of(&[]).contains("to-trinh-truong"));
}
