//! How quick the store is with 100,000 invented documents. Not run by default:
//! `cargo test --release --test store_speed -- --ignored --nocapture`

use congvan::record::{Deadline, Evidence, Issuer, Number, Quota, Record, Recurrence, Reference, SourceRef};
use congvan::store::{DueFilter, FileResult, Filter, Query, StoredDocument, open};
use congvan::tracking::Letter;
use jiff::civil::date;
use std::time::Instant;

mod cluster;

const DOCUMENTS: u32 = 100_000;

/// Words of offices, put together without sense.
const WORDS: &[&str] = &[
    "báo cáo",
    "kế hoạch",
    "khen thưởng",
    "thi đua",
    "đơn vị",
    "phường",
    "trường học",
    "kinh phí",
    "tổ chức",
    "tuyên truyền",
    "phòng cháy",
    "dân số",
    "an toàn",
    "giao thông",
    "văn hóa",
    "gia đình",
    "trẻ em",
    "môi trường",
    "chuyển đổi số",
    "hồ sơ",
    "thanh tra",
    "giám sát",
    "hội nghị",
    "tập huấn",
    "đánh giá",
    "kết quả",
    "thực hiện",
    "đề nghị",
    "triển khai",
    "tổng hợp",
];

/// A small generator, so that every run stores the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
    fn words(&mut self, n: usize) -> String {
        (0..n).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

fn invented(n: u32, dice: &mut Dice) -> FileResult {
    let sha256 = format!("{n:016x}{}", "0".repeat(48));
    let day = |dice: &mut Dice| format!("{}-{:02}-{:02}", 2019 + dice.below(6), 1 + dice.below(12), 1 + dice.below(28));
    let number = format!("{}/KH-UBND", 1 + n % 900);
    let unit = format!("Trường Tiểu học số {}", dice.below(400));
    let mut deadline =
        Deadline { text: dice.words(20), bound: "by".into(), responsible: vec![unit], ..Deadline::default() };
    if n.is_multiple_of(20) {
        deadline.recurrence =
            Some(Recurrence { every: "month".into(), day: Some(15), month: None, ..Recurrence::default() });
    } else {
        deadline.date = Some(day(dice).into());
    }
    // one in a hundred answers the plans numbered 117
    let cited = n.is_multiple_of(100).then(|| Reference {
        number: Some("117/KH-UBND".into()),
        role: "implements".into(),
        ..Reference::default()
    });
    let cited: Vec<Reference> = cited.into_iter().collect();
    let mut record = Record {
        id: Record::id_of(&sha256, 1),
        source: SourceRef {
            file: format!("{n}.pdf"),
            sha256: sha256.clone(),
            part: 1,
            parts: 1,
            pages: Some([1, 2]),
            container: Vec::new(),
        },
        kind: "ke_hoach".into(),
        kind_label: "Kế hoạch".into(),
        number: Some(Number { raw: number.clone(), serial: None, symbol: None, normalized: Some(number) }),
        issued_on: Some(day(dice).into()),
        issuer: Some(Issuer { parent: None, name: format!("UBND phường số {}", dice.below(300)) }),
        subject: Some(dice.words(8)),
        deadlines: vec![deadline],
        references: cited,
        quotas: vec![Quota { text: dice.words(10), value: 3.0, ..Quota::default() }],
        ..Record::default()
    };
    for field in ["number", "issued_on", "issuer.name", "subject", "deadlines[0].date"] {
        let evidence =
            Evidence { page: 1, bbox: Some([1, 2, 3, 4]), text: dice.words(4), confidence: 0.9, ..Evidence::default() };
        record.evidence.insert(field.into(), evidence);
    }
    let text = format!("{} chuyên đề {}", dice.words(200), n);
    FileResult {
        sha256,
        name: format!("{n}.pdf"),
        pipeline_version: "1".into(),
        records: vec![StoredDocument { record, text }],
        ..FileResult::default()
    }
}

#[test]
#[ignore = "takes a minute and a gigabyte of disk"]
fn a_hundred_thousand_documents_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    a_hundred_thousand_documents(&format!("sqlite://{}", folder.path().join("a.db").display()));
}

#[test]
#[ignore = "takes minutes and a gigabyte of disk"]
fn a_hundred_thousand_documents_in_postgresql() {
    a_hundred_thousand_documents(&cluster::database());
}

fn a_hundred_thousand_documents(url: &str) {
    let mut store = open(url).unwrap();
    let mut dice = Dice(1);
    let single: Vec<FileResult> = (0..2000).map(|n| invented(n, &mut dice)).collect();
    let begun = Instant::now();
    single.iter().for_each(|file| store.put_file(file).unwrap());
    println!("one transaction per file: {:.0} documents/s", 2000.0 / begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    for first in (2000..DOCUMENTS).step_by(500) {
        let batch: Vec<FileResult> = (first..first + 500).map(|n| invented(n, &mut dice)).collect();
        store.put_files(&batch).unwrap();
    }
    let rate = f64::from(DOCUMENTS - 2000) / begun.elapsed().as_secs_f64();
    println!("500 files a transaction (with making them): {rate:.0} documents/s");
    drop(store);
    let store = open(url).unwrap();

    let june = DueFilter {
        from: date(2024, 6, 1),
        to: date(2024, 6, 30),
        repeating_from: date(2024, 6, 1),
        unit: None,
        undated: false,
        next_only: false,
    };
    let of_unit = DueFilter { unit: Some("truong tieu hoc so 17".into()), ..june.clone() };
    let one_off = DueFilter { repeating_from: date(2024, 7, 1), ..june.clone() };
    let search = |raw: &str| store.search(&Query::parse(raw).unwrap(), 20).unwrap().len();
    time("deadlines of a month", || store.due(&june).unwrap().len());
    time("deadlines of a month, one-off only", || store.due(&one_off).unwrap().len());
    time("deadlines of a month and unit", || store.due(&of_unit).unwrap().len());
    time("find by number", || store.find("117/KH-UBND").unwrap().len());
    time("find by serial", || store.find("117").unwrap().len());
    time("search number:117 issuer:…", || search("number:117 issuer:\"ubnd phuong\""));
    time("search a rare word", || search("54321"));
    time("search a phrase", || search("\"phong chay khen thuong thi dua\""));
    time("search a word of every document", || search("chuyen de"));
    time("search three frequent words", || search("bao cao thi dua"));
    time("counts", || store.counts().unwrap().documents as usize);
    time("list of 50", || store.list(&Filter { limit: Some(50), ..Filter::default() }).unwrap().len());
    // what `status` reads: one document with the letters that cite it, or everything
    time("status of one document: letters read", || {
        let cited = store.cited_by(&store.find("117/KH-UBND").unwrap()[0].id).unwrap();
        cited.iter().filter_map(|(_, letter)| store.document(&letter.id).unwrap()).count()
    });
    time("status of everything: letters read", || {
        let mut asking = 0;
        let read = store.each_brief(&mut |record| {
            asking += usize::from(Letter::of(&record).asks());
            Ok(())
        });
        read.map(|()| asking).unwrap()
    });
    time("list of all", || store.list(&Filter::default()).unwrap().len());
}

fn time(what: &str, ask: impl Fn() -> usize) {
    let cold = Instant::now();
    let found = ask();
    let first = cold.elapsed();
    let mut taken: Vec<_> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            ask();
            begun.elapsed()
        })
        .collect();
    taken.sort();
    println!(
        "{what}: {found} found, median {:.1} ms (first {:.1})",
        taken[2].as_secs_f64() * 1e3,
        first.as_secs_f64() * 1e3
    );
}
