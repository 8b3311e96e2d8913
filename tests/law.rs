//! What letters of 2026 look like: Party form before and after 27/5/2026, bodies of communes, associations and clubs, posts
//! of every sort, numbers with letters and years, letters of other codes, days that cannot be read, rounds that end.
//!
//! in: letters written for this test, no person and no place of them real → out: the fields they must give.

use congvan::export::ics;
use congvan::record::{Record, SourceRef};
use congvan::restore::Restorer;
use congvan::rules::Rules;
use congvan::text::Text;
use congvan::text::lang::Lang;
use congvan::tracking::Roster;
use congvan::{check, document, extract};
use jiff::civil::date;

/// The records of a text, each with its findings.
fn read(raw: &str) -> Vec<Record> {
    let (text, rules) = (Text::plain(raw), Rules::builtin());
    let documents = document::split(&text, rules);
    let read = |document: &document::Document| {
        let mut record = extract::extract(document, &text, rules, &SourceRef::default());
        let letter = check::Letter { record: &record, document, text: &text };
        record.findings = check::check(&letter, rules, &check::Given::default());
        record
    };
    documents.iter().map(read).collect()
}

const MOTTO: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc";

/// A letter of an office with this number, body and signature.
fn letter(head: &str, number: &str, body: &str, signed: &str) -> String {
    format!(
        "{head}\n{number}\nV/v rà soát hồ sơ\n{MOTTO}\nLộc Mẫu, ngày 14 tháng 11 năm 2025\n\n\
         Kính gửi: Các trường học trên địa bàn xã.\n\n{body}\n\nNơi nhận:\n- Như trên;\n- Lưu: VT, NĐ.\n\n{signed}\n\nTrần Thị Mẫu\n"
    )
}

const OFFICE: &str = "ỦY BAN NHÂN DÂN\nXÃ LỘC MẪU";
const HEAD: &str = "CHỦ TỊCH";

fn one(number: &str, body: &str, signed: &str) -> Record {
    read(&letter(OFFICE, number, body, signed)).swap_remove(0)
}

#[test]
fn the_printed_post_wins_over_the_list() {
    let posts = [
        ("KT. VIỆN TRƯỞNG\nPHÓ VIỆN TRƯỞNG", "Phó Viện trưởng"),
        ("KT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG", "Phó Cục trưởng"),
        ("KT. VỤ TRƯỞNG\nPHÓ VỤ TRƯỞNG", "Phó Vụ trưởng"),
        ("K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN", "Phó Trưởng ban"),
        ("KT. TỔ TRƯỞNG\nPHÓ TỔ TRƯỞNG", "Phó Tổ trưởng"),
        ("KT. CHỈ HUY TRƯỞNG\nPHÓ CHỈ HUY TRƯỞNG", "Phó Chỉ huy trưởng"),
        ("KT. TRƯỞNG ĐOÀN\nPHÓ TRƯỞNG ĐOÀN", "Phó Trưởng đoàn"),
        ("KT. TRƯỞNG TRẠM\nPHÓ TRƯỞNG TRẠM", "Phó Trưởng trạm"),
        ("PHÓ TRƯỞNG THÔN", "Phó Trưởng thôn"),
        ("PHÓ TRƯỞNG BAN CHỈ ĐẠO", "Phó Trưởng ban Chỉ đạo"),
        ("THỦ TƯỚNG", "Thủ tướng"),
        ("KT. GIÁM ĐỐC QUỸ\nPHÓ GIÁM ĐỐC QUỸ", "Phó Giám đốc Quỹ"),
        ("TUQ. CHỦ TỊCH\nTRƯỞNG PHÒNG KINH TẾ", "Trưởng phòng Kinh tế"),
        ("TL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG", "Phó Chánh Văn phòng"),
        ("KT. HẠT TRƯỞNG\nPHÓ HẠT TRƯỞNG", "Phó Hạt trưởng"),
        ("PHÓ TRƯỞNG PHÒNG PHỤ TRÁCH", "Phó Trưởng phòng phụ trách"),
        // a post on no list
        ("KT. TRƯỞNG LÀNG NGHỀ\nPHÓ TRƯỞNG LÀNG NGHỀ", "Phó Trưởng Làng Nghề"),
    ];
    for (signed, post) in posts {
        let record = one("Số: 12/UBND-VX", "Ủy ban nhân dân xã đề nghị các trường rà soát hồ sơ.", signed);
        let told = record.signer.clone().and_then(|signer| signer.position);
        assert_eq!(told.map(|told| told.to_lowercase()), Some(post.to_lowercase()), "{signed}");
        assert!(record.needs_review.is_empty(), "{signed}: {:?}", record.needs_review);
    }
}

#[test]
fn letters_of_other_codes_are_those_of_vietnamese_wherever_a_symbol_stands() {
    let record = one(
        "Số: 31\u{2215}Q\u{d0}\u{2013}U\u{412}ND",
        "Thực hiện Quyết định số 984/QĐ\u{d0}-BCA-C04 ngày 21/02/2025 của Bộ Công an, đề nghị các trường rà soát.",
        HEAD,
    );
    assert_eq!(record.number.and_then(|n| n.normalized).as_deref(), Some("31/QĐ-UBND"));
    let cited = &record.references[0];
    assert_eq!(cited.number.as_deref(), Some("984/QĐ-BCA-C04"));
    assert_eq!(cited.date.as_ref().map(ToString::to_string).as_deref(), Some("2025-02-21"));
    assert_eq!(record.filing.as_deref(), Some("VT, NĐ"));
}

#[test]
fn a_number_that_was_not_read_is_asked_about_and_shown_as_such() {
    for (line, shown) in
        [("Số:4g2 /TB-UBND", Some("492/TB-UBND (?)")), ("Số:5%CAX-TH", Some("5/CAX-TH (?)")), ("Số: ~% /TB-UBND", None)]
    {
        let record = one(line, "Đề nghị các trường rà soát hồ sơ.", HEAD);
        assert_eq!(record.shown_number().as_deref(), shown, "{line}");
        assert!(record.needs_review.iter().any(|r| r.field == "number"), "{line}");
        assert!(record.findings.iter().all(|f| f.rule != "form.number"), "{line}: {:?}", record.findings);
    }
    let blank = one("Số:      /TB-UBND", "Đề nghị các trường rà soát hồ sơ.", HEAD);
    assert!(blank.findings.iter().any(|f| f.rule == "form.number"), "a blank is a blank");
}

#[test]
fn associations_clubs_and_funds_issue_letters() {
    let heads = [
        ("HIỆP HỘI CHÈ\nTỈNH LỘC MẪU", "Số: 17 /HHC-2025", "Hiệp hội Chè tỉnh Lộc Mẫu", "17/HHC-2025"),
        ("CÂU LẠC BỘ HƯU TRÍ\nXÃ LỘC MẪU", "Số: 02/CLB", "Câu lạc bộ Hưu trí xã Lộc Mẫu", "02/CLB"),
        ("QUỸ KHUYẾN HỌC\nXÃ LỘC MẪU", "Số: 9/QKH", "Quỹ Khuyến Học xã Lộc Mẫu", "9/QKH"),
    ];
    for (head, number, issuer, normalized) in heads {
        let body = "Kính báo cáo Ủy ban nhân dân xã xem xét để hỗ trợ kinh phí.";
        let record = read(&letter(head, number, body, "TM/ BAN CHẤP HÀNH\nCHỦ TỊCH")).swap_remove(0);
        assert_eq!(record.issuer.map(|i| i.name).as_deref(), Some(issuer));
        assert_eq!(record.number.and_then(|n| n.normalized).as_deref(), Some(normalized));
        assert_eq!(record.signer.and_then(|s| s.authority).as_deref(), Some("TM. Ban Chấp hành"));
        let rules: Vec<&str> = record.findings.iter().map(|f| f.rule.as_str()).collect();
        assert!(rules.is_empty(), "{head}: {rules:?}");
    }
    let two =
        read(&letter("HIỆP HỘI CHÈ LỘC MẪU\nBAN THƯỜNG VỤ", "Số: 3/HHC-BTV", "Đề nghị rà soát.", HEAD)).swap_remove(0);
    let issuer = two.issuer.unwrap_or_default();
    assert_eq!((issuer.parent.as_deref(), issuer.name.as_str()), (Some("Hiệp hội Chè Lộc Mẫu"), "Ban Thường vụ"));
}

#[test]
fn the_party_writes_its_numbers_without_a_colon() {
    let raw = "ĐẢNG BỘ TỈNH LỘC MẪU            ĐẢNG CỘNG SẢN VIỆT NAM\nĐẢNG ỦY XÃ AN MẪU\n*\n\
        Số 05-NQ/ĐU                  An Mẫu, ngày 05 tháng 9 năm 2026\n\nNGHỊ QUYẾT\nvề chuyển đổi số\n\n\
        Thực hiện Nghị quyết số 12-NQ/TU, ngày 15/8/2026 của Tỉnh ủy, Đảng ủy xã quyết nghị các nội dung sau.\n\n\
        Nơi nhận:\n- Tỉnh ủy (để báo cáo),\n- Lưu Đảng ủy.\n\nT/M ĐẢNG ỦY\nBÍ THƯ\n\nTrần Thị Mẫu\n";
    let record = read(raw).swap_remove(0);
    let number = record.number.unwrap_or_default();
    assert_eq!(number.normalized.as_deref(), Some("05-NQ/ĐU"));
    assert!(number.runs_through_a_term());
    assert_eq!(record.issuer.map(|i| i.name).as_deref(), Some("Đảng ủy xã An Mẫu"));
    assert_eq!(record.references[0].date.as_ref().map(ToString::to_string).as_deref(), Some("2026-08-15"));
    assert_eq!(record.filing.as_deref(), Some("Đảng ủy"));
}

#[test]
fn a_limit_with_a_damaged_day_is_asked_about() {
    for (day, candidates) in [
        ("O5/12/2025", &["2025-12-05"] as &[&str]),
        ("05/l2/2025", &["2025-12-05"]),
        ("…/12/2025", &[]),
        ("/12/2025", &[]),
        ("05112/2025", &["2025-12-05"]),
        ("05//12/2025", &["2025-12-05"]),
        ("@#?12/2025", &[]),
        ("... tháng 12 năm 2025", &[]),
    ] {
        let body = format!(
            "1. Đề nghị các trường gửi danh sách về Phòng Văn hóa - Xã hội trước ngày {day}.\n\n2. Báo cáo kết quả chậm nhất ngày 20/12/2025."
        );
        let record = one("Số: 12/UBND-VX", &body, HEAD);
        let days: Vec<Option<String>> =
            record.deadlines.iter().map(|d| d.date.as_ref().map(ToString::to_string)).collect();
        assert_eq!(days, [None, Some("2025-12-20".to_owned())], "{day}");
        let asked = record.needs_review.iter().find(|r| r.field == "deadlines[0].date");
        let asked = asked.unwrap_or_else(|| panic!("{day}: {:?}", record.needs_review));
        assert!(asked.reason.contains("trước ngày"), "{day}: {}", asked.reason);
        assert_eq!(asked.candidates, candidates, "{day}");
    }
    // a form to be filled in sets no limit
    let blank = one("Số: 12/UBND-VX", "Đề nghị các trường gửi danh sách trước ngày …/…/……", HEAD);
    assert!(blank.deadlines.is_empty(), "{:?}", blank.deadlines);
}

#[test]
fn a_round_ends_when_it_is_told_to() {
    let cases = [
        (
            "Các trường gửi báo cáo trước ngày 05 hằng tháng, từ tháng 12/2025 đến hết tháng 6/2026.",
            Some("2025-12-01"),
            Some("2026-06-30"),
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=4;UNTIL=20260604\r\n",
        ),
        (
            "Các trường gửi báo cáo trước ngày 05 hằng tháng về Phòng Văn hóa - Xã hội cho đến hết năm 2026.",
            None,
            Some("2026-12-31"),
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=4;UNTIL=20261204\r\n",
        ),
        (
            "Từ ngày 01/12/2025 đến ngày 31/01/2026, thứ Sáu hằng tuần các trường gửi báo cáo về Ủy ban nhân dân xã.",
            Some("2025-12-01"),
            Some("2026-01-31"),
            "RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260130\r\n",
        ),
        (
            "Các trường gửi báo cáo trước ngày 05 hằng tháng (bắt đầu từ tháng 01/2026).",
            Some("2026-01-01"),
            None,
            "DTSTART;VALUE=DATE:20260104\r\n",
        ),
        (
            "Các trường gửi báo cáo trước 16 giờ 30 phút thứ Sáu hằng tuần đến hết tháng 01/2026.",
            None,
            Some("2026-01-31"),
            ";UNTIL=20260130T093000Z\r\n",
        ),
    ];
    for (body, from, until, line) in cases {
        let record = one("Số: 12/UBND-VX", body, HEAD);
        let [deadline] = record.deadlines.as_slice() else { panic!("{body}: {:?}", record.deadlines) };
        let round = deadline.recurrence.clone().unwrap_or_default();
        let day = |day: Option<congvan::record::Day>| day.map(|day| day.to_string());
        assert_eq!((day(round.from).as_deref(), day(round.until).as_deref()), (from, until), "{body}");
        let calendar = ics::of_record(&record, ics::Options::new(Lang::Vi, date(2025, 1, 1)));
        assert!(calendar.contains(line), "{body}: {calendar}");
    }
    let two = one(
        "Số: 12/UBND-VX",
        "Gửi báo cáo trước ngày 05 hằng tháng.\n\nTổ chức tuần lễ từ ngày 01/12/2025 đến ngày 07/12/2025.",
        HEAD,
    );
    assert_eq!(two.deadlines.len(), 2, "a span of its own limits no round: {:?}", two.deadlines);
}

#[test]
fn a_unit_is_known_by_the_short_name_of_its_sort() {
    let rules = Rules::builtin();
    let lists = ["issuer_abbreviations", "unit_abbreviations"];
    let short: Vec<_> = lists.iter().flat_map(|list| rules.words(list).pairs()).collect();
    let units = "[[unit]]\nname = 'Trường Trung học cơ sở Thủy Mẫu'\n[[unit]]\nname = 'Trường Tiểu học Thủy Mẫu'\n\
        [[unit]]\nname = 'Trạm Y tế xã Lộc Mẫu'\n[[unit]]\nname = 'Trường THPT Lộc Mẫu'\n";
    let roster = Roster::parse(units, &short).expect("it is sound");
    for (printed, unit) in [
        ("TRƯỜNG THCS THỦY MẪU", 0),
        ("Trường TH Thủy Mẫu", 1),
        ("TYT xã Lộc Mẫu", 2),
        ("Trường Trung học phổ thông Lộc Mẫu", 3),
    ] {
        assert_eq!(roster.unit(printed).map(|(unit, _)| unit), Some(unit), "{printed}");
    }
}

#[test]
fn names_of_accounts_are_left_alone() {
    let raw = "Ten dang nhap: van_thu_03, truong-tieu-hoc-mau, mat khau: Lien_mau_2026; gui ve phong truoc ngay mai";
    let restored = Restorer::builtin().expect("the model is built in").restore(&Text::plain(raw));
    for name in ["van_thu_03", "truong-tieu-hoc-mau", "Lien_mau_2026"] {
        assert!(restored.text.as_str().contains(name), "{name}: {}", restored.text.as_str());
    }
}

#[test]
fn letters_of_a_damaged_name_are_asked_about() {
    let raw = letter("Y BAN NHÂN DÂN\nXÃ LỘC MẪU", "S : 215/UBND-VX", "Đề nghị các trường rà soát hồ sơ.", HEAD);
    let record = read(&raw).swap_remove(0);
    assert_eq!(record.number.and_then(|n| n.normalized).as_deref(), Some("215/UBND-VX"));
    let named = record.issuer.map(|i| i.name).unwrap_or_default();
    assert!(!named.contains("215"), "{named}");
    assert!(record.needs_review.iter().any(|r| r.field == "issuer"), "{:?}", record.needs_review);
    let lost = raw.replace("rà soát hồ sơ", "r so t h s c a tr ng");
    assert!(read(&lost)[0].needs_review.iter().any(|r| r.field == "subject"));
}
