//! congvan reads the post of a Vietnamese public office.
//!
//! # The way of a letter
//!
//! ```text
//!          source          page            restore           document        extract          store
//! path ─▶ Source ─▶ RawPage ─▶ Page ─▶ Text ─▶ Text + edits ─▶ Document ─▶ Record ─▶ database ─▶ export: calendar, register
//!                                       │                                   ▲ │ check: findings
//!                                       └─ every span leads back to its page and box
//! ```
//!
//! Each arrow is one public function that can be called alone; `congvan explain FILE` prints what each of them made.
//!
//! # The rooms
//!
//! | room | what happens there |
//! | --- | --- |
//! | [`mail`] | the mails of an IMAP folder → files in a drop folder, each once |
//! | [`source`] | files → pages: walks folders, hashes, tells formats by content, takes pages out one at a time |
//! | [`signature`] | digital signatures of a PDF: who, when, over what, whether it holds, what was changed afterwards |
//! | [`page`] | a page image or a text layer → lines of words with boxes and confidence |
//! | [`text`] | the string in which every span leads back to page and box; folding and syllables of Vietnamese |
//! | [`restore`] | damaged Vietnamese → what the paper said: noisy channel, language model, every change kept as an edit |
//! | [`document`] | a file → its letters, each with its blocks (head, title, subject, body, signature) and its kind |
//! | [`extract`] | a letter → its record: one file per field |
//! | [`record`] | the published schema as plain data; the JSON is the contract |
//! | [`rules`] | everything in `dictionaries/`, loaded and validated once: kinds, phrases, checks, profiles, words |
//! | [`check`] | a record against the rules, the order it answers, its neighbours → findings |
//! | [`store`] | records in SQLite or PostgreSQL: transactions, search, queries |
//! | [`office`] | what an office does with records: ingest, registers, decisions, duplicates, stored checks, what is due |
//! | [`tracking`] | who owes what, and who has answered |
//! | [`export`] | records as JSON, CSV, XLSX, iCalendar, CalDAV, XML; findings as SARIF and HTML; scans as searchable PDF |
//! | [`pipeline`] | the order of these steps, and the loop over files and pages on all cores |
//! | [`cli`] | arguments, printing, exit codes |
//!
//! # The words of an office, and their names here
//!
//! | in a letter | in the code |
//! | --- | --- |
//! | số, ký hiệu ("117/KH-UBND") | `number`: `serial` 117, `symbol` KH-UBND |
//! | loại văn bản (công văn, kế hoạch, quyết định …) | `kind` |
//! | cơ quan ban hành, cơ quan chủ quản | `issuer`, its `parent` |
//! | địa danh, ngày ban hành | `place`, `issued_on` |
//! | trích yếu ("V/v …") | `subject` |
//! | kính gửi | `addressees` |
//! | nơi nhận, lưu | `recipients`, `filing` |
//! | chữ ký số, dấu thời gian | `digital_signatures`, their `time_stamp` |
//! | người ký, thẩm quyền (TM., KT., TL., TUQ.) | `signer`, its `authority` and `on_behalf` |
//! | căn cứ, viện dẫn | `references`; a basis is one with the role `basis` |
//! | thời hạn, hạn | `deadlines` |
//! | chỉ tiêu, số lượng | `quotas` |
//! | nhiệm vụ: đơn vị thực hiện, nơi nhận báo cáo | `obligations`; `responsible`, `deliver_to` |
//! | giải thưởng, khen thưởng | `awards` |
//! | dấu đến, số đến, ngày đến | `received` (as stamped), arrival (as entered in the register) |
//! | sổ đăng ký văn bản đến | register, book |
//! | ý kiến chỉ đạo (bút phê) | decision |
//! | độ khẩn, độ mật | `urgency`, `secrecy` |
//! | Quốc hiệu, Tiêu ngữ | motto |
//! | thể thức | form: what Nghị định 30/2020/NĐ-CP asks of a letter |
//! | phụ lục, kèm theo | attachment |
//! | hồ sơ | dossier |
//!
//! # Examples
//!
//! ```
//! use congvan::record::SourceRef;
//! use congvan::restore::Restorer;
//! use congvan::rules::Rules;
//! use congvan::text::Text;
//! use congvan::{document, extract};
//!
//! let read = Text::plain(
//!     "UY BAN NHAN DAN QUAN HA DONG\nSo: 117/KH-UBND\n\nHa Dong, ngay 03 thang 11 nam 2025\n\nKE HOACH\nPhong chong dich\n\n\
//!      Cac don vi bao cao ket qua ve Phong Y te truoc ngay 20/11/2025.\n",
//! );
//! let text = Restorer::builtin()?.restore(&read).text;
//! let rules = Rules::builtin();
//! let documents = document::split(&text, &rules);
//! let record = extract::extract(&documents[0], &text, &rules, &SourceRef::default());
//! let json = serde_json::to_value(&record).expect("a record is plain data");
//! assert_eq!(json["kind"], "ke_hoach");
//! assert_eq!(json["number"]["normalized"], "117/KH-UBND");
//! assert_eq!(json["deadlines"][0]["date"], "2025-11-20");
//! # Ok::<(), congvan::Error>(())
//! ```

pub mod check;
pub mod cli;
pub mod document;
pub mod error;
pub mod export;
pub mod extract;
pub mod mail;
pub mod office;
pub mod page;
pub mod pipeline;
pub mod record;
pub mod restore;
pub mod rules;
pub mod signature;
pub mod source;
pub mod store;
pub mod text;
pub mod tracking;

pub use error::{Error, ErrorKind, Result};
