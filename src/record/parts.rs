//! The parts of a [`super::Record`], one type per object of the schema.
//!
//! Dates are civil dates, in the JSON ISO 8601 strings (`2024-06-05`); pages 1-based, text as printed in NFC.

use super::day::Day;
use super::terms::{
    Bound, ChainState, CitedAs, Doubt, Every, LaterChanges, QuotaBound, RevocationState, Severity, SignatureFault,
    SignatureKind, Speaker, TimeFrom, ValidityState, Verdict,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which file, which part of it, which pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceRef {
    /// Base name of the file; a member after its containers: "mail.eml › 215.pdf".
    pub file: String,
    /// The way from the file of the folder to this member of it, outermost first; absent for a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container: Vec<Container>,
    /// Lower-case hex digest of the file's bytes.
    pub sha256: String,
    /// 1-based number of this document within the file.
    pub part: u32,
    /// How many documents the file holds.
    pub parts: u32,
    /// First and last page, 1-based, inclusive; `None` for text without pages.
    pub pages: Option<[u32; 2]>,
}

/// A file that held this one: an archive, a mail, a PDF with attachments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Container {
    /// "zip", "7z", "eml", "msg", "tnef", "edxml", "pdf", "joined_pdf".
    pub kind: String,
    /// Its path where it is outermost, else its name in the container around it.
    pub file: String,
    /// Name of what it held.
    pub member: String,
    /// What it says of itself where it is a mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailHead>,
}

/// Who sent a mail, when, about what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailHead {
    /// "Name <address>".
    pub from: Option<String>,
    /// When it was sent, ISO with offset.
    pub date: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
}

/// Số, ký hiệu.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Number {
    /// As printed: "Số: 783 /UBND-NV".
    pub raw: String,
    /// "783"; leading zeros kept; `None` where it is not certain enough or not there.
    pub serial: Option<String>,
    /// "UBND-NV", blanks taken out.
    pub symbol: Option<String>,
    /// "783/UBND-NV" (party documents "34-CT/TW"); `None` without a serial.
    pub normalized: Option<String>,
}

impl Number {
    /// Whether it is a number of the Party ("05-NQ/ĐU"): these run per kind and per term of the committee (Hướng dẫn
    /// 05-HD/VPTW, 27/5/2026), so that gaps and doubles within a year say nothing.
    pub fn runs_through_a_term(&self) -> bool {
        self.symbol.as_ref().is_some_and(|symbol| symbol.contains('/'))
    }
}

/// Behind a number that is only the best of several readings.
pub const UNSURE_MARK: &str = " (?)";

/// Cơ quan ban hành.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Issuer {
    /// Cơ quan chủ quản, where one is printed above.
    pub parent: Option<String>,
    /// Name in full, sentence case: "Ủy ban nhân dân quận Hà Đông".
    pub name: String,
}

/// One line of Nơi nhận.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipient {
    /// Who gets a copy.
    pub name: String,
    /// "để b/c", "(để thực hiện)" …, without brackets; `None` where none is given.
    pub purpose: Option<String>,
}

/// Who signed, by what authority.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signer {
    /// "TM. Ủy ban nhân dân".
    pub authority: Option<String>,
    /// "KT. Chủ tịch", "TL. …", "TUQ. …".
    pub on_behalf: Option<String>,
    /// "Phó Chủ tịch".
    pub position: Option<String>,
    /// Full name.
    pub name: Option<String>,
}

/// The incoming stamp.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Received {
    /// Receiving office.
    pub office: Option<String>,
    /// Số đến.
    pub number: Option<String>,
    /// Ngày đến.
    pub date: Option<Day>,
}

/// Ký hiệu người soạn thảo và số lượng bản phát hành.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Drafter {
    /// "HT".
    pub mark: String,
    /// Copies issued.
    pub copies: Option<u32>,
}

/// A digital signature of the file. What was not looked at is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DigitalSignature {
    /// Who signed: a person or an office.
    pub signer: Option<String>,
    /// The organisation.
    pub organisation: Option<String>,
    /// When, ISO with offset; never the day of issue.
    pub signed_at: Option<String>,
    /// The clock that time is from.
    pub signed_at_from: Option<TimeFrom>,
    /// A signature, or a time stamp on the document.
    pub kind: Option<SignatureKind>,
    /// Name of the form field.
    pub field: Option<String>,
    /// Whether what was signed is there unchanged, and the signature is by the certificate's key.
    pub integrity: Option<Verdict>,
    /// Whether the certificate was in force at the time of signing.
    pub validity: Option<ValidityState>,
    /// Whether the certificate leads to a trusted root.
    pub chain: Option<ChainState>,
    /// Who issued the certificate.
    pub issued_by: Option<String>,
    /// What the file carries about its revocation.
    pub revocation: Option<RevocationState>,
    /// The time stamp on the signature.
    pub time_stamp: Option<TimeStamp>,
    /// Whether the signature covers the file to its end.
    pub covers_file: Option<bool>,
    /// What was done to the file afterwards.
    pub later: Option<LaterChanges>,
    /// Why it does not hold, cannot be checked, or is weak.
    pub faults: Vec<SignatureFault>,
}

impl DigitalSignature {
    /// What was signed is not there unchanged, or nobody who could signed it.
    pub fn does_not_hold(&self) -> bool {
        self.integrity == Some(Verdict::Broken) || self.chain == Some(ChainState::Broken)
    }

    /// Pages were changed afterwards, or something its author did not allow.
    pub fn was_changed(&self) -> bool {
        self.later == Some(LaterChanges::Pages) || self.faults.contains(&SignatureFault::NotPermitted)
    }

    /// The certificate had ended at the time of signing, or not begun.
    pub fn is_out_of_force(&self) -> bool {
        matches!(self.validity, Some(ValidityState::Expired | ValidityState::NotYet))
    }

    /// The certificate was revoked by then.
    pub fn is_revoked(&self) -> bool {
        self.revocation == Some(RevocationState::Revoked)
    }

    /// The time stamp on it is about something else, or is not by its authority.
    pub fn has_broken_stamp(&self) -> bool {
        self.time_stamp.as_ref().is_some_and(|stamp| stamp.integrity == Verdict::Broken)
    }

    /// Any of these.
    pub fn is_broken(&self) -> bool {
        self.does_not_hold()
            || self.was_changed()
            || self.is_out_of_force()
            || self.is_revoked()
            || self.has_broken_stamp()
    }
}

/// A time stamp (RFC 3161).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeStamp {
    /// The time, ISO with offset.
    pub at: Option<String>,
    /// The authority that gave it.
    pub by: Option<String>,
    /// Whether it is about this signature and by that authority.
    pub integrity: Verdict,
    /// Whether the authority leads to a trusted root.
    pub chain: ChainState,
}

/// A cited document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// Kind as printed: "Chỉ thị".
    pub kind: Option<String>,
    /// Normalised number: "20-CT/TU".
    pub number: Option<String>,
    /// Its date.
    pub date: Option<Day>,
    /// Issuer as printed.
    pub issuer: Option<String>,
    /// What it is cited for.
    pub role: CitedAs,
    /// The words of the first mention.
    pub text: String,
}

/// Something that is due.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deadline {
    /// The sentence or clause it stands in.
    pub text: String,
    /// How the day is meant.
    pub bound: Bound,
    /// One-off date as printed.
    pub date: Option<Day>,
    /// Hour, where one is printed: "16:00".
    pub time: Option<String>,
    /// A repeating day.
    pub recurrence: Option<Recurrence>,
    /// A span of days.
    pub period: Option<Period>,
    /// Counted from an event.
    pub relative: Option<Relative>,
    /// Last day on which it is still met; one-off dates and periods only.
    pub last_day: Option<Day>,
    /// What is to be done.
    pub task: Option<String>,
    /// Who owes it.
    pub responsible: Vec<String>,
    /// To whom it goes.
    pub deliver_to: Option<String>,
}

/// A repeating day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recurrence {
    /// How often it comes again.
    pub every: Every,
    /// Day of the month 1..=31, or ISO weekday 1..=7 where `every` is week.
    pub day: Option<u8>,
    /// Month 1..=12 where `every` is year.
    pub month: Option<u8>,
    /// First day of the time for which it is asked, where one is told: "từ tháng 12/2025".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Last day of that time: "đến hết tháng 6/2026".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// A span of days, ends included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Period {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// As printed: "Quý II năm 2023".
    pub label: Option<String>,
}

/// Counted from an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relative {
    /// Number of days.
    pub days: u32,
    /// Working days only.
    pub working_days: bool,
    /// The event: "ngày nhận được văn bản".
    pub from: String,
}

/// A number that is owed or that limits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quota {
    /// The sentence or clause it stands in.
    pub text: String,
    /// How the number is meant.
    pub bound: QuotaBound,
    /// The number (the lower end for from_to).
    pub value: f64,
    /// The upper end for from_to.
    pub value_to: Option<f64>,
    /// What is counted: "bài viết"; "%" for percentages.
    pub unit: String,
    /// Percent of what.
    pub percent_of: Option<String>,
    /// How often it is owed; `None` for once.
    pub per: Option<Every>,
    /// "mỗi đơn vị"; `None` where the number is a total.
    pub each: Option<String>,
    /// Who owes it.
    pub responsible: Vec<String>,
    /// To whom it goes.
    pub deliver_to: Option<String>,
}

/// A duty: a deadline and the quotas that are due with it, as indexes (0-based) into the record's lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Obligation {
    /// Index into `deadlines`; `None` where no day is told for the quotas.
    pub deadline: Option<usize>,
    /// Indexes into `quotas`, ascending.
    pub quotas: Vec<usize>,
}

/// A prize.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Award {
    /// "Giải Nhất".
    pub name: String,
    /// How many.
    pub count: Option<u32>,
    /// Đồng for each.
    pub amount_each: Option<u64>,
    /// Đồng in all.
    pub amount_total: Option<u64>,
    /// The words.
    pub text: String,
}

/// A heading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// "I", "1", "a".
    pub label: String,
    /// The heading's words.
    pub title: String,
    /// 1 = outermost.
    pub level: u8,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// Title, where one is printed.
    pub title: Option<String>,
    /// Column heads, left to right.
    pub columns: Vec<String>,
    /// Rows of cells, top to bottom.
    pub rows: Vec<Vec<String>>,
}

/// What is wrong with the document itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// Rule id as in `dictionaries/checks/`: "awards.sum".
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// In the language asked for.
    pub message: String,
    /// The words concerned; empty where something is missing.
    pub text: String,
}

/// What a person has to look at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    /// Field path: `signer.name`, `deadlines[2].date`.
    pub field: String,
    /// Why it is doubtful, in the language asked for.
    pub reason: String,
    /// Whole values of that field, best first.
    pub candidates: Vec<String>,
    /// Beside the candidates, 0..=1; empty where they are not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub probabilities: Vec<f64>,
    /// What the reason is filled in with; empty where there is nothing to fill in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Why, in every language the same; absent in records of older versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Doubt>,
}

impl Review {
    /// Keeps a value that the reason tells.
    pub fn with(&mut self, key: &str, value: impl ToString) -> &mut Review {
        self.values.insert(key.to_owned(), value.to_string());
        self
    }
}

/// Where a value stands on the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// 1-based page.
    pub page: u32,
    /// x, y, width, height in pixels of the page image; `None` for text input.
    #[serde(rename = "box")]
    pub bbox: Option<[u32; 4]>,
    /// The words as they were read (and restored).
    pub text: String,
    /// 0..=1.
    pub confidence: f32,
    /// Who said what about a value that was weighed (pen-written numbers and days); empty elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub voices: Vec<Voice>,
}

/// One voice behind a weighed value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Voice {
    /// Who spoke.
    pub by: Speaker,
    /// The value it puts first; empty for "nothing is written".
    pub value: String,
    /// How sure it is of it by its own count, 0..=1; `None` for evidence from outside the zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How many times likelier evidence from outside the zone makes the value; `None` for readings of the zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}
