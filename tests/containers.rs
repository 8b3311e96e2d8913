//! Files that hold files, and files of offices: every member is read or named, and knows where it came from.

use assert_cmd::cargo::cargo_bin;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvan::source::{Media, Office, Source, inputs, libreoffice, walk};
use serde_json::Value;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output};

/// An invented letter; its serial tells it from others.
fn letter(serial: u32) -> String {
    format!(
        "ỦY BAN NHÂN DÂN                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ TÂN LỘC                              Độc lập - Tự do - Hạnh phúc

Số: {serial}/UBND-VX                    Tân Lộc, ngày 12 tháng 11 năm 2025
V/v rà soát bàn ghế

Kính gửi: Các trường học trên địa bàn xã.

Đề nghị các trường gửi báo cáo số {serial} về Ủy ban nhân dân xã trước ngày 05/12/2025.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Trần Thị Mai Lan
"
    )
}

/// A PDF of these objects (number 1 is the catalogue).
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let xref = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    offsets.iter().for_each(|offset| bytes.extend(format!("{offset:010} 00000 n \n").bytes()));
    bytes.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).bytes());
    bytes
}

/// A PDF of one page; `more` goes into its catalogue, `objects` follow as numbers 5, 6 …
fn one_page(more: &str, objects: &[&str]) -> Vec<u8> {
    let catalogue = format!("<< /Type /Catalog /Pages 2 0 R {more} >>");
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>";
    let content = "<< /Length 21 >>\nstream\n0 0 m 100 100 l S    \nendstream";
    let pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
    let mut all = vec![catalogue.as_str(), pages, page, content];
    all.extend(objects);
    pdf(&all)
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A mail with these attachments: header lines of each part, and its bytes.
fn mail(body: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = "From: =?UTF-8?B?VsSDbiB0aMawIHjDow==?= <vanthu@tanloc.example>\r\nTo: b@example\r\n\
         Subject: =?utf-8?q?C=C3=B4ng_v=C4=83n?=\r\nDate: Mon, 17 Nov 2025 08:00:00 +0700\r\n\
         Message-ID: <m1@tanloc.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        .to_owned();
    out += body;
    for (head, bytes) in parts {
        out += &format!("\r\n--b\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", BASE64.encode(bytes));
    }
    (out + "\r\n--b--\r\n").into_bytes()
}

/// What becomes of a file, one line each: the members without their container, or `! member: why`.
fn members(name: &str, bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let short =
        |said: &str| said.replace(&format!("{}/", folder.path().display()), "").replace(&format!("{name} › "), "");
    inputs(walk(&[folder.path().to_owned()]))
        .map(|found| match found {
            Ok(source) => short(&source.name) + if source.aside { " (aside)" } else { "" },
            Err(e) => format!("! {}", short(&e.to_string())),
        })
        .collect()
}

fn starts(said: &[String], wanted: &[&str]) {
    let same = said.len() == wanted.len() && said.iter().zip(wanted).all(|(said, wanted)| said.starts_with(wanted));
    assert!(same, "{said:#?}\nis not\n{wanted:#?}");
}

#[test]
fn every_member_of_an_archive_is_read_or_named() {
    let inner = zip(&[("trong.txt", letter(2).as_bytes())]);
    let bytes = zip(&[
        ("thư mục/1.txt", letter(1).as_bytes()),
        ("Thumbs.db", b"x"),
        ("__MACOSX/._1.txt", b"x"),
        ("trong.zip", &inner),
        ("chạy.exe", b"MZ\x90\0\0\0\0\0\0\0\0\0"),
        ("../../leo.txt", letter(3).as_bytes()),
        ("bom.txt", &vec![b'a'; 30 << 20]),
        ("rong.txt", b""),
    ]);
    starts(
        &members("a.zip", &bytes),
        &[
            "thư mục/1.txt",
            "trong.zip › trong.txt",
            "! chạy.exe: ",
            "! leo.txt: its name leads out of the archive",
            "! bom.txt: unpacks to more than 200 times its size",
            "! rong.txt: empty",
        ],
    );
    starts(&members("rong.zip", &zip(&[])), &["! rong.zip: holds no file"]);
    starts(&members("hong.zip", &bytes[..bytes.len() / 2]), &["! hong.zip: a damaged or cut off ZIP archive"]);
}

#[test]
fn containers_in_containers_end() {
    let mut bytes = zip(&[("thu.txt", letter(1).as_bytes())]);
    for _ in 0..10 {
        bytes = zip(&[("a.zip", &bytes)]);
    }
    let said = members("sau.zip", &bytes);
    assert!(said.len() == 1 && said[0].contains("more than 6 deep"), "{said:?}");
    let many: Vec<String> = (0..10_050).map(|n| format!("{n}.txt")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    let said = members("nhieu.zip", &zip(&many));
    assert_eq!(said.len(), 10_001);
    assert!(said[10_000].contains("holds more than 10000 files"), "{}", said[10_000]);
}

#[test]
fn an_archive_whose_first_kilobyte_holds_a_pdf_header_is_an_archive() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in ["301.pdf", "302.pdf"] {
        writer.start_file(name, stored).unwrap();
        writer.write_all(&one_page("", &[])).unwrap();
    }
    starts(&members("ba van ban.zip", &writer.finish().unwrap().into_inner()), &["301.pdf", "302.pdf"]);
}

/// A ZIP whose only member says that it is encrypted.
#[test]
fn encrypted_members_are_named() {
    let mut bytes = zip(&[("mat.txt", b"x")]);
    // the flags stand behind signature and versions: in the member's head and in the directory
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[directory + 8] |= 1;
    starts(&members("m.zip", &bytes), &["! mat.txt: encrypted: unpack it with its password"]);
    starts(&members("m.7z", &BASE64.decode(LOCKED_7Z).unwrap()), &["! …: encrypted: unpack it with its password"]);
}

const PLAIN_7Z: &str = "N3q8ryccAASSWzujtQAAAAAAAABaAAAAAAAAABJyvwjgAMIArV0AcK7QxWSA0I0ZHJXWU13k31QLWAnOs6DaMuhqXCCQC2Bfgdhmb3Obg+PmFcUAIVuWIg6+ISYlEvgUDtY6Tt3V7NE5G1Sc2Wa/SZlSgjZ+MAFEhr6dblFyS/OMMc+NTwleZpaHdB783dqBF43R7EDieHFLjvuhdQ1padrO2fkjKNQhssHdc1tMFCWazWwVy5D4pJYU2eDTqX/mjlwzEdYzCtLzsr8sbS2SJad+Z6AAAQQGAAEJgLUABwsBAAEhIQEADIDDAAgKAdnbJhkAAAUBGQoAAAAAAAAAAAAAEREAdABoAHUALgB0AHgAdAAAABkCAAAUCgEAnVV6h0OB3QEVBgEAIICkgQAA";
const LOCKED_7Z: &str = "N3q8ryccAATRZp+wwAAAAAAAAABqAAAAAAAAAAjjE75XZEZ8n9htaJRc8c0cFl0uI0isAATWPJ1Qnna4f/ChiOmCCNHwW882tkuJKKz+ua53wF9wEzRKfHmbTom/0bDWAUWochmlb84MCzVp+crx/l7bndwkQqJBYy6UCxY4IK/P8xvekaAqamAT5tbVFiYaWKfa0kGQsHEBPsower+ZhuPv8B14Yoq34bsqezOqcvVUAwRLr07PvlB/nz9tT2Qhg+NQ/yoTWM7rzUH/dtkYnzbMmhAX6CbzURycpxbupdYBBAYAAQmAwAAHCwEAAiQG8QcBElMPWUBDUdtC168SHpIkaKn2/SEhAQABAAyAtYDDAAgKAdnbJhkAAAUBEREAdABoAHUALgB0AHgAdAAAABkCAAAUCgEAnVV6h0OB3QEVBgEAIICkgQAA";

#[test]
fn seven_zip_archives_are_unpacked() {
    starts(&members("a.7z", &BASE64.decode(PLAIN_7Z).unwrap()), &["thu.txt"]);
    starts(&members("a.7z", &BASE64.decode(PLAIN_7Z).unwrap()[..60]), &["! a.7z: a damaged or cut off 7z archive"]);
    starts(&members("a.rar", b"Rar!\x1a\x07\x01\x00 nothing"), &["! a.rar: a RAR archive: unpack it"]);
}

#[test]
fn a_mail_gives_its_attachments_and_its_own_text_aside() {
    let page = one_page("", &[]);
    let mut logo = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(200, 60).write_to(&mut logo, image::ImageFormat::Png).unwrap();
    let inner = mail(
        "Chuyển tiếp.",
        &[(
            "Content-Type: text/plain; name=trong.txt\r\nContent-Disposition: attachment; filename=trong.txt",
            letter(7).as_bytes(),
        )],
    );
    let forwarded = format!(
        "\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=goc.eml\r\n\r\n{}",
        String::from_utf8(inner).unwrap()
    );
    let bytes = mail(
        "Kính gửi anh chị.",
        &[
            (
                "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''C%C3%B4ng%20v%C4%83n%205.pdf",
                &page,
            ),
            (
                "Content-Type: application/pdf; name=\"=?UTF-8?B?UGjhu6UgbOG7pWMucGRm?=\"\r\nContent-Disposition: attachment",
                &page,
            ),
            (
                "Content-Type: image/png; name=logo.png\r\nContent-Disposition: inline\r\nContent-ID: <logo>",
                &logo.into_inner(),
            ),
            (
                "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment; filename=winmail.dat",
                &winmail("Kế hoạch.pdf", &page),
            ),
            ("Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Disposition: attachment", b"x"),
        ],
    );
    let end = bytes.len() - b"\r\n--b--\r\n".len();
    let whole = [&bytes[..end], forwarded.as_bytes(), b"\r\n--b--\r\n"].concat();
    starts(
        &members("thu.eml", &whole),
        &[
            "Công văn 5.pdf",
            "Phụ lục.pdf",
            "winmail.dat › Kế hoạch.pdf",
            "goc.eml › trong.txt",
            "goc.eml › nội dung thư (aside)",
            "nội dung thư (aside)",
        ],
    );
}

/// What Outlook packs one attachment into: name as MAPI property, then data.
fn winmail(name: &str, data: &[u8]) -> Vec<u8> {
    let mut out = b"\x78\x9f\x3e\x22\x01\x00".to_vec();
    let mut attribute = |id: u32, data: &[u8]| {
        out.push(2);
        out.extend(id.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.extend([0, 0]);
    };
    let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let mut properties = 1_u32.to_le_bytes().to_vec();
    properties.extend([0x1F, 0x00, 0x07, 0x37]);
    properties.extend(1_u32.to_le_bytes());
    properties.extend((wide.len() as u32).to_le_bytes());
    properties.extend(wide);
    attribute(0x0006_9002, &[0; 14]);
    attribute(0x0001_8010, b"KEHOAC~1.PDF\0");
    attribute(0x0006_9005, &properties);
    attribute(0x0006_800F, data);
    out
}

#[test]
fn outlook_mails_give_their_attachments() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut put = |path: &str, bytes: &[u8]| {
        if let Some(folder) = Path::new(path).parent() {
            file.create_storage_all(folder).unwrap();
        }
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    };
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    put(
        "/__properties_version1.0",
        &[vec![0; 32], vec![0x40, 0, 0x39, 0, 0, 0, 0, 0], 133_763_616_000_000_000_i64.to_le_bytes().to_vec()].concat(),
    );
    put("/__substg1.0_0037001F", &wide("Báo cáo"));
    put("/__substg1.0_0C1A001F", &wide("Văn thư"));
    put("/__substg1.0_5D01001F", &wide("vanthu@tanloc.example"));
    put("/__substg1.0_1000001F", &wide("Gửi anh chị."));
    put("/__attach_version1.0_#00000000/__substg1.0_3707001F", &wide("Công văn 9.txt"));
    put("/__attach_version1.0_#00000000/__substg1.0_37010102", letter(9).as_bytes());
    put("/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F", &wide("Thư cũ"));
    put(
        "/__attach_version1.0_#00000001/__substg1.0_3701000D/__attach_version1.0_#00000000/__substg1.0_3707001F",
        &wide("x.txt"),
    );
    put(
        "/__attach_version1.0_#00000001/__substg1.0_3701000D/__attach_version1.0_#00000000/__substg1.0_37010102",
        letter(8).as_bytes(),
    );
    file.flush().unwrap();
    let bytes = file.into_inner().into_inner();
    starts(&members("thu.msg", &bytes), &["Công văn 9.txt", "Thư cũ.msg/x.txt", "nội dung thư (aside)"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thu.msg");
    fs::write(&path, bytes).unwrap();
    let first = inputs([Ok(path)]).next().unwrap().unwrap();
    let mail = first.container[0].mail.clone().unwrap();
    assert_eq!(mail.from.as_deref(), Some("Văn thư <vanthu@tanloc.example>"));
    assert_eq!((mail.subject.as_deref(), mail.date.as_deref()), (Some("Báo cáo"), Some("2024-11-18T00:00:00Z")));
}

#[test]
fn files_attached_to_a_pdf_are_members() {
    let names = "/Names << /EmbeddedFiles << /Names [(a) 5 0 R (b) 7 0 R] >> >>";
    let embedded =
        |bytes: &str| format!("<< /Type /EmbeddedFile /Length {} >>\nstream\n{bytes}\nendstream", bytes.len());
    let (first, second) = (embedded(&letter(1)), embedded("{\"a\": 1}"));
    let objects = [
        "<< /Type /Filespec /F (x.txt) /UF <FEFF0110002E007400780074> /EF << /F 6 0 R >> >>",
        &first,
        "<< /Type /Filespec /F (du lieu.json) /EF << /F 8 0 R >> >>",
        &second,
    ];
    let wanted = ["Đ.txt", "! du lieu.json: data of a program (JSON), no letter"];
    let with_cover = |cover| [vec![cover], wanted.to_vec()].concat();
    starts(&members("kem.pdf", &one_page(names, &objects)), &with_cover("kem.pdf"));
    let portfolio = one_page(&format!("{names} /Collection << >>"), &objects);
    starts(&members("bo.pdf", &portfolio), &with_cover("bo.pdf (aside)"));
}

#[test]
fn pdfs_joined_byte_after_byte_are_told_apart() {
    let (a, b) = (one_page("", &[]), one_page("/Lang (vi)", &[]));
    let joined = [a.as_slice(), b"\n", &b, b"\r\n", &a].concat();
    starts(&members("noi.pdf", &joined), &["phần 1.pdf", "phần 2.pdf", "phần 3.pdf"]);
    // an update written behind the first end is one PDF, and so is one that holds another unpacked
    let updated =
        [a.as_slice(), b"4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF\n"].concat();
    starts(&members("cap nhat.pdf", &updated), &["cap nhat.pdf"]);
}

#[test]
fn exchange_files_give_the_letter_attached_to_them() {
    let xml = |head: &str| {
        let packed = BASE64.encode(zip(&[("5.txt", letter(5).as_bytes())]));
        format!(
            "{head}<?xml version=\"1.0\"?><edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"><edXML:edXMLEnvelope \
             xmlns:edXML=\"x\"><edXML:edXMLBody><edXML:Reference><edXML:ContentId>c1</edXML:ContentId><edXML:AttachmentName>Công \
             văn.zip</edXML:AttachmentName></edXML:Reference></edXML:edXMLBody></edXML:edXMLEnvelope><AttachmentEncoded>\
             <Attachment><ContentId>c1</ContentId><ContentTransferEncoded>{packed}</ContentTransferEncoded></Attachment>\
             </AttachmentEncoded></edXML>"
        )
    };
    for head in ["", "\u{feff}", "junk\r\n"] {
        starts(&members("x.edxml", xml(head).as_bytes()), &["Công văn.zip › 5.txt"]);
    }
    let empty = "<?xml version=\"1.0\"?><edXML:edXML xmlns:edXML=\"x\"><edXML:Status/></edXML:edXML>";
    starts(&members("x.xml", empty.as_bytes()), &["! x.xml: an edXML exchange file without an attached letter"]);
}

#[test]
fn what_programs_write_is_no_letter() {
    for (name, text) in [
        ("a.url", "[InternetShortcut]\r\nURL=https://tanloc.example\r\n"),
        ("a.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ("a.xml", "<?xml version=\"1.0\"?><a/>"),
        ("a.json", "{\"số\": 1}"),
        ("a.ini", "[a]\nb=1\nc=2\n"),
        ("a.toml", "a = 1\n"),
        ("a.log", "bắt đầu\n"),
        ("a.svg", "<svg xmlns='x'><text>Số: 1/UBND</text></svg>"),
        ("a.csv", "a,b\n1,2\n"),
    ] {
        let said = members(name, text.as_bytes());
        assert!(said.len() == 1 && said[0].starts_with("! ") && said[0].contains("no letter: "), "{name}: {said:?}");
    }
    starts(&members("thu.txt", letter(1).as_bytes()), &["thu.txt"]);
}

/// Bytes changed at random places, the same ones in every run.
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let mut out = bytes.to_vec();
    for _ in 0..=seed % 7 {
        let at = next() % out.len();
        out[at] = next() as u8;
    }
    out.truncate(if seed.is_multiple_of(5) { next() % out.len() + 1 } else { out.len() });
    out
}

#[test]
fn damaged_containers_end_in_lines() {
    let page = one_page("", &[]);
    let names = one_page(
        "/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>",
        &[
            "<< /Type /Filespec /F (x.txt) /EF << /F 6 0 R >> >>",
            "<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream",
        ],
    );
    let attachment = "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment";
    let samples = [
        ("a.zip", zip(&[("a.txt", b"abc"), ("b/c.pdf", &page)])),
        ("a.7z", BASE64.decode(PLAIN_7Z).unwrap()),
        ("a.eml", mail("abc", &[(attachment, &winmail("x.pdf", &page))])),
        ("winmail.dat", winmail("x.pdf", b"abc")),
        ("a.pdf", [page.as_slice(), &names].concat()),
        ("b.pdf", names),
        ("a.docx", word_file()),
        ("a.edxml", b"<?xml version=\"1.0\"?><edXML:edXML xmlns:edXML=\"x\"><Attachment><AttachmentName>a</AttachmentName><ContentTransferEncoded>YWJj</ContentTransferEncoded></Attachment></edXML:edXML>".to_vec()),
    ];
    for (name, bytes) in samples {
        for seed in 0..60 {
            let said = members(name, &damaged(&bytes, seed));
            assert!(said.iter().all(|line| !line.contains('\n') && line.len() < 400), "{name} {seed}: {said:?}");
        }
    }
}

/// Runs the program in a folder, with LibreOffice or without.
fn congvan(folder: &Path, args: &[&str], with_libreoffice: bool) -> Output {
    let mut command = Command::new(cargo_bin("congvan"));
    command.current_dir(folder).env_remove("CONGVAN_STORE").env("NO_COLOR", "1").args(args);
    if !with_libreoffice {
        command.env("CONGVAN_LIBREOFFICE", "");
    }
    command.output().unwrap()
}

/// The stored records, out of the export of a store.
fn records(output: &Output) -> Vec<Value> {
    let told = String::from_utf8_lossy(&output.stdout);
    let lines = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}")));
    let files = lines.filter_map(|line| line["file"]["records"].as_array().cloned());
    files.flatten().map(|stored| stored["record"].clone()).collect()
}

#[test]
fn members_are_stored_once_and_say_where_they_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let attachment = "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=215.txt";
    let bytes = mail(
        "Kính gửi các trường công văn 215, đề nghị báo cáo trước ngày 01/12/2025.",
        &[(attachment, letter(215).as_bytes())],
    );
    fs::create_dir(folder.path().join("den")).unwrap();
    fs::write(folder.path().join("den/a.zip"), zip(&[("thư/m.eml", &bytes), ("x.exe", b"MZ\x90\0\0\0\0\0\0\0\0\0")]))
        .unwrap();
    let first = congvan(folder.path(), &["run", "den"], false);
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert_eq!(first.status.code(), Some(1), "{said}");
    assert!(said.contains("den/a.zip › x.exe: "), "{said}");
    assert!(said.contains("] a.zip › thư/m.eml › 215.txt: 1 page(s), 1 document(s)"), "{said}");
    assert!(said.contains("reads like no letter"), "{said}");
    let again = congvan(folder.path(), &["run", "den"], false);
    assert!(!String::from_utf8_lossy(&again.stderr).contains("] a.zip › "), "known by its bytes");
    let stored = records(&congvan(folder.path(), &["export", "--format", "jsonl"], false));
    assert_eq!(stored.len(), 1, "the mail's own text is no letter");
    let source = &stored[0]["source"];
    assert_eq!(source["file"], "a.zip › thư/m.eml › 215.txt");
    assert_eq!(source["container"][0]["kind"], "zip");
    assert_eq!(source["container"][0]["file"], "den/a.zip");
    assert_eq!(source["container"][0]["member"], "thư/m.eml");
    let mail = &source["container"][1];
    assert_eq!(
        (&mail["kind"], &mail["file"], &mail["member"]),
        (&"eml".into(), &"thư/m.eml".into(), &"215.txt".into())
    );
    let about = [
        ("from", "Văn thư xã <vanthu@tanloc.example>"),
        ("date", "2025-11-17T08:00:00+07:00"),
        ("subject", "Công văn"),
        ("message_id", "m1@tanloc.example"),
    ];
    about.iter().for_each(|(key, value)| assert_eq!(mail["mail"][key], *value));
    let shown = congvan(folder.path(), &["show", "215/UBND-VX"], false);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("Tệp: a.zip › thư/m.eml › 215.txt") && shown.contains("vanthu@tanloc.example"), "{shown}");
}

#[test]
fn a_letter_written_into_a_mail_is_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("m.eml"), mail(&letter(33), &[])).unwrap();
    congvan(folder.path(), &["run", "m.eml"], false);
    let stored = records(&congvan(folder.path(), &["export", "--format", "jsonl"], false));
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["number"]["normalized"], "33/UBND-VX");
}

#[test]
fn letters_in_quoted_printable_and_in_web_pages_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let quoted = |byte: u8| match byte {
        b'\n' => "\r\n".to_owned(),
        b' '..=b'~' if byte != b'=' => char::from(byte).to_string(),
        _ => format!("={byte:02X}"),
    };
    let body: String = letter(34).bytes().map(quoted).collect();
    let head = "From: a@x.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: \
                quoted-printable\r\nMIME-Version: 1.0\r\n\r\n";
    fs::write(folder.path().join("q.eml"), format!("{head}{body}")).unwrap();
    let page: String = letter(35).lines().map(|line| format!("<p>{line}</p>\n")).collect();
    fs::write(folder.path().join("trang.html"), format!("<html><body>{page}</body></html>")).unwrap();
    let ran = congvan(folder.path(), &["run", "q.eml", "trang.html"], false);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let stored = records(&congvan(folder.path(), &["export", "--format", "jsonl"], false));
    let mut numbers: Vec<&str> = stored.iter().filter_map(|record| record["number"]["normalized"].as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["34/UBND-VX", "35/UBND-VX"]);
    assert!(stored.iter().all(|record| record["deadlines"][0]["date"] == "2025-12-05"), "{stored:#?}");
}

/// A Word file with the two columns of a letter's head and a table of data.
fn word_file() -> Vec<u8> {
    let p =
        |text: &str| format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", text.replace('&', "&amp;"));
    let cell = |lines: &[&str]| format!("<w:tc>{}</w:tc>", lines.iter().map(|line| p(line)).collect::<String>());
    let row = |cells: &[&[&str]]| format!("<w:tr>{}</w:tr>", cells.iter().map(|lines| cell(lines)).collect::<String>());
    let head = row(&[
        &["ỦY BAN NHÂN DÂN", "XÃ TÂN LỘC", "Số: 51/KH-UBND"],
        &["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Tân Lộc, ngày 12 tháng 11 năm 2025"],
    ]);
    let data = [row(&[&["STT"], &["Việc"], &["Hạn"]]), row(&[&["1"], &["Rà soát R&D"], &["05/12/2025"]])].concat();
    let body = format!(
        "<w:tbl>{head}</w:tbl>{}{}<w:tbl>{data}</w:tbl>{}",
        p("KẾ HOẠCH"),
        [p("Rà soát bàn ghế năm 2025"), p("I. MỤC ĐÍCH, YÊU CẦU"), p("Các việc như sau:")].concat(),
        "<w:p><w:r><w:t>hết</w:t></w:r><w:r><w:br w:type=\"page\"/></w:r><w:r><w:t>trang hai</w:t></w:r></w:p>"
    );
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let rels = "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", rels.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ])
}

/// The same letter as rich text.
fn rich_text(serial: u32) -> Vec<u8> {
    let escaped = |c: char| match c {
        '\n' => "\\par\n".to_owned(),
        c if c.is_ascii() => c.to_string(),
        c => format!("\\u{}?", u32::from(c)),
    };
    format!(
        "{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Times New Roman;}}}}\\f0 {}}}",
        letter(serial).chars().map(escaped).collect::<String>()
    )
    .into_bytes()
}

#[test]
fn without_libreoffice_word_files_are_read_as_text_and_others_say_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kh.docx"), word_file()).unwrap();
    fs::write(folder.path().join("cv.rtf"), rich_text(52)).unwrap();
    let ran = congvan(folder.path(), &["run", "kh.docx", "cv.rtf"], false);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("cv.rtf: RTF files are read with LibreOffice: install libreoffice-writer"), "{said}");
    let stored = records(&congvan(folder.path(), &["export", "--format", "jsonl"], false));
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["number"]["normalized"], "51/KH-UBND");
    assert_eq!(stored[0]["issued_on"], "2025-11-12");
    assert_eq!(stored[0]["tables"][0]["rows"][0], serde_json::json!(["1", "Rà soát R&D", "05/12/2025"]));
    assert_eq!(stored[0]["source"]["pages"], serde_json::json!([1, 2]));
}

#[test]
fn with_libreoffice_office_files_are_read_like_any_pdf() {
    let Some(program) = libreoffice() else {
        eprintln!("no LibreOffice on this machine: skipped (tools/setup tests installs it)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kh.docx"), word_file()).unwrap();
    fs::write(folder.path().join("cv.rtf"), rich_text(52)).unwrap();
    fs::write(folder.path().join("hong.doc"), [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[7; 2000]].concat())
        .unwrap();
    let ran = congvan(folder.path(), &["run", "."], true);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("hong.doc: "), "{said}");
    let stored = records(&congvan(folder.path(), &["export", "--format", "jsonl"], true));
    let mut numbers: Vec<&str> = stored.iter().filter_map(|record| record["number"]["normalized"].as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["51/KH-UBND", "52/UBND-VX"], "{said} by {}", program.display());
    let word = stored.iter().find(|record| record["source"]["file"] == "kh.docx").unwrap();
    assert!(word["evidence"]["number"]["box"].is_array(), "its pages are pages");
    let source = Source::from_bytes("cv.rtf", rich_text(52)).unwrap();
    assert_eq!(source.media, Media::Office(Office::Rtf));
}
