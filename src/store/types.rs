//! What goes into the store and what comes out of it. Plain data.

use crate::record::{Bound, Day, Deadline, Record};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How far the work on a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Some pages may be kept, no result yet: the run was cut off, or is still going.
    Begun,
    /// Everything was read.
    Done,
    /// There are documents, but some pages failed.
    Partial,
    /// Nothing could be read; the failures say why.
    Failed,
    /// A page says that the file is secret: nothing of it is kept but its name, the page and the reason.
    Quarantined,
}

impl Status {
    /// As it is shown: "begun", "done", "partial", "failed", "quarantined".
    pub fn id(self) -> &'static str {
        match self {
            Status::Begun => "begun",
            Status::Done => "done",
            Status::Partial => "partial",
            Status::Failed => "failed",
            Status::Quarantined => "quarantined",
        }
    }
    /// As the table of files keeps it: its first version knows no quarantine, which the file's note tells.
    pub(super) fn kept(self) -> &'static str {
        if self == Status::Quarantined { Status::Failed.id() } else { self.id() }
    }
    /// The status of that name; an unknown name counts as not finished.
    pub(super) fn named(id: &str) -> Status {
        [Status::Done, Status::Partial, Status::Failed].into_iter().find(|s| s.id() == id).unwrap_or(Status::Begun)
    }
}

/// What decides whether a file has to be read (again).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileState {
    /// Version of the steps that made the stored result; empty while the file is only begun.
    pub pipeline_version: String,
    /// How far the work came.
    pub status: Status,
}

/// Everything a run learned about one file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileResult {
    /// Lower-case hex digest of the bytes: the file's identity.
    pub sha256: String,
    /// Base name, one line.
    pub name: String,
    /// Where it was found.
    pub path: String,
    /// "pdf", "tiff", "png", "jpeg", "text".
    pub media: String,
    /// Size.
    pub bytes: u64,
    /// Number of pages.
    pub pages: u32,
    /// Version of the steps that made this result: any string; another string means "read again".
    pub pipeline_version: String,
    /// When it was stored, RFC 3339. The only value that may differ between two runs over the same file.
    pub stored_at: String,
    /// The documents found, in order.
    pub records: Vec<StoredDocument>,
    /// What could not be read: 1-based page (`None`: the whole file) and why.
    pub failures: Vec<(Option<u32>, String)>,
    /// Whether a page says that the file is secret; the failure says which page. There are no documents then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_secret: bool,
    /// What the user should know although the reading went on.
    pub warnings: Vec<String>,
}

impl FileResult {
    /// Quarantined where it is secret, failed without a document, partial with failures beside documents, else done.
    pub fn status(&self) -> Status {
        if self.is_secret {
            return Status::Quarantined;
        }
        match (self.failures.is_empty(), self.records.is_empty()) {
            (true, _) => Status::Done,
            (false, false) => Status::Partial,
            (false, true) => Status::Failed,
        }
    }
}

/// A record with the text it was taken from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredDocument {
    /// The record.
    pub record: Record,
    /// Restored text of the document; pages parted by form feeds where they are known.
    pub text: String,
}

/// A file without its documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Identity.
    pub sha256: String,
    /// Base name.
    pub name: String,
    /// Where it was found; empty while the file is only begun.
    pub path: String,
    /// How far the work came.
    pub status: Status,
    /// First failure, where there is one, and the 1-based page it is about.
    pub message: Option<String>,
    /// Page of the first failure; `None` where the whole file is meant.
    pub page: Option<u32>,
}

/// One line about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Record id.
    pub id: String,
    /// Kind id.
    pub kind: String,
    /// Kind as an office writes it.
    pub kind_label: String,
    /// Normalised number, else as printed; `None` for a document without one.
    pub number: Option<String>,
    /// Date of issue.
    pub issued_on: Option<Day>,
    /// Issuer's name.
    pub issuer: Option<String>,
    /// Trích yếu.
    pub subject: Option<String>,
    /// Base name of the file.
    pub file: String,
    /// First and last page, 1-based.
    pub pages: Option<[u32; 2]>,
    /// Number of fields to look at.
    pub to_review: usize,
}

impl Summary {
    /// The line about `record`.
    pub fn of(record: &Record) -> Summary {
        Summary {
            id: record.id.clone(),
            kind: record.kind.clone(),
            kind_label: record.kind_label.clone(),
            number: record.shown_number(),
            issued_on: record.issued_on.clone(),
            issuer: record.issuer.as_ref().map(|i| i.name.clone()),
            subject: record.subject.clone(),
            file: record.source.file.clone(),
            pages: record.source.pages,
            to_review: record.needs_review.len(),
        }
    }
}

/// The number to search by: normalised, else as printed.
pub(super) fn number_of(record: &Record) -> Option<String> {
    let number = record.number.as_ref()?;
    number.normalized.clone().or_else(|| Some(number.raw.clone())).filter(|n| !n.is_empty())
}

/// Which documents; everything by default.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Kind id.
    pub kind: Option<String>,
    /// Issued on or after.
    pub from: Option<Date>,
    /// Issued on or before.
    pub to: Option<Date>,
    /// Count the day of arrival instead of the day of issue: as the register has it, else the stamp, else the day of issue.
    /// Documents of one day then come by their number in the register.
    pub by_arrival: bool,
    /// Stop after that many.
    pub limit: Option<usize>,
}

/// Which deadlines.
#[derive(Debug, Clone)]
pub struct DueFilter {
    /// First last day wanted.
    pub from: Date,
    /// Last last day wanted.
    pub to: Date,
    /// Repeating deadlines are only told from this day on: without reports of what was done, their past says nothing.
    pub repeating_from: Date,
    /// Only deadlines of units whose name contains this; case and diacritics do not matter.
    pub unit: Option<String>,
    /// Also those without a date (counted from an event).
    pub undated: bool,
    /// Of repeating deadlines only the first day in the window.
    pub next_only: bool,
}

/// A deadline on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Due {
    /// Last day on which it is met; `None` where it counts from an event.
    pub day: Option<Day>,
    /// Whether it comes again.
    pub repeating: bool,
    /// Whether a person still has to look at it.
    pub doubtful: bool,
    /// 1-based page.
    pub page: Option<u32>,
    /// 0-based place among the record's deadlines; of a decided one among the decisions about the document.
    pub index: usize,
    /// Whether a leader set it: an internal deadline, which is not in the document's text.
    pub decided: bool,
    /// Who owes it: the responsible units, else the addressees of the document.
    pub units: Vec<String>,
    /// The deadline.
    pub deadline: Deadline,
    /// The document it stands in.
    pub document: Summary,
}

/// A document found by a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The document.
    pub document: Summary,
    /// Words around the first match in the original spelling; empty when only fields matched.
    pub snippet: String,
    /// Byte ranges of the matching words in `snippet`.
    pub marks: Vec<std::ops::Range<usize>>,
    /// 1-based page of the file, where the text tells pages apart.
    pub page: Option<u32>,
}

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Files, finished or not.
    pub files: u64,
    /// Files begun and not finished.
    pub unfinished: u64,
    /// Files of which something could not be read, those kept back among them.
    pub failed: u64,
    /// Files kept back because they say that they are secret.
    pub quarantined: u64,
    /// Documents.
    pub documents: u64,
    /// Deadlines.
    pub deadlines: u64,
    /// Quotas.
    pub quotas: u64,
    /// Findings.
    pub findings: u64,
    /// Fields a person has to look at.
    pub to_review: u64,
}

/// A line of the register of incoming documents: văn bản đến.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Record id.
    pub document: String,
    /// "incoming", or "secret" for documents with a mark of secrecy, which have a register of their own.
    pub book: String,
    /// Year of the register.
    pub year: u32,
    /// Số đến, from 1 within book and year.
    pub number: u32,
    /// Ngày đến.
    pub arrived_on: Day,
}

/// What a leader decided about a document: ý kiến phân phối, chỉ đạo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Record id.
    pub document: String,
    /// Day of the decision.
    pub decided_on: Day,
    /// Who decided; may be empty.
    pub leader: String,
    /// Unit or person it goes to.
    pub unit: String,
    /// What is to be done, in the leader's words; may be empty.
    pub opinion: String,
    /// Internal deadline.
    pub due: Option<Day>,
}

impl Decision {
    /// The internal deadline as a deadline of the document; `None` where none was set. Its words name the unit, so that a
    /// later decision for the same unit moves it.
    pub fn deadline(&self) -> Option<Deadline> {
        let text =
            if self.unit.is_empty() { "Ý kiến chỉ đạo".to_owned() } else { format!("Chuyển {}", self.unit) };
        let task = if self.opinion.is_empty() { text.clone() } else { format!("{text}: {}", self.opinion) };
        self.due.as_ref().map(|due| Deadline {
            text,
            bound: Bound::By,
            date: Some(due.clone()),
            last_day: Some(due.clone()),
            task: Some(task),
            responsible: vec![self.unit.clone()],
            ..Deadline::default()
        })
    }
}

/// Of the decisions about one document, in order, those that hold: the last one for each unit.
pub fn in_force(decisions: &[Decision]) -> Vec<&Decision> {
    let later = |at: usize| decisions[at + 1..].iter().any(|later| later.unit == decisions[at].unit);
    (0..decisions.len()).filter(|&at| !later(at)).map(|at| &decisions[at]).collect()
}

/// Who changes something by hand, for the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// Name of the clerk.
    pub name: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why.
    pub why: String,
}

/// One change of a stored document. `was` and `now` are JSON; `None` where there was or is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// Record id.
    pub document: String,
    /// When, RFC 3339.
    pub at: String,
    /// Who: a user, or "congvan" and the pipeline version.
    pub who: String,
    /// Top-level field of the record; "document" when all of it came or went.
    pub field: String,
    /// Value before, as JSON.
    pub was: Option<String>,
    /// Value after, as JSON.
    pub now: Option<String>,
    /// Why.
    pub why: String,
}
