//! The record: what one document becomes. Plain data; the published JSON schema `congvan.record/1`.
//!
//! in: nothing → out: [`Record`] and its parts, serialised with the field names and order of the schema.
//! Promises: every key of the schema is always written; what could not be read is `null` or `[]`, never guessed.
//! Leaves out: how values are found (`extract`), judged (`check`) or kept (`store`).

mod day;
mod due;
mod parts;
mod terms;
pub use day::{Day, printed};
pub use due::Rhythm;
pub use parts::*;
pub use terms::*;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name and version of the published schema.
pub const SCHEMA: &str = "congvan.record/1";

/// One official document. Values are Vietnamese text as printed, in NFC, unless a field says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Stable id: derived from the source's sha256 and the part number.
    pub id: String,
    /// Where the document came from.
    pub source: SourceRef,
    /// Kind id as in `dictionaries/kinds/` (`cong_van`, `ke_hoach`, …; `other`).
    pub kind: String,
    /// The kind as an office writes it ("Công văn").
    pub kind_label: String,
    /// Số, ký hiệu; `None` for a document without one.
    pub number: Option<Number>,
    /// Địa danh, as printed.
    pub place: Option<String>,
    /// Date of issue.
    pub issued_on: Option<Day>,
    /// Cơ quan ban hành.
    pub issuer: Option<Issuer>,
    /// Trích yếu, without "V/v".
    pub subject: Option<String>,
    /// Kính gửi, in printed order.
    pub addressees: Vec<String>,
    /// Nơi nhận without the Lưu line, in printed order.
    pub recipients: Vec<Recipient>,
    /// What follows "Lưu:".
    pub filing: Option<String>,
    /// The (first) signer.
    pub signer: Option<Signer>,
    /// The incoming stamp (dấu ĐẾN).
    pub received: Option<Received>,
    /// Độ khẩn.
    pub urgency: Option<Urgency>,
    /// Độ mật.
    pub secrecy: Option<Secrecy>,
    /// Chỉ dẫn phạm vi lưu hành, as printed.
    pub circulation: Option<String>,
    /// Ký hiệu người soạn thảo và số lượng bản.
    pub drafter: Option<Drafter>,
    /// By pen or by certificate; `None` where it cannot be told.
    pub signature: Option<Signature>,
    /// Digital signatures of the file, in its order.
    pub digital_signatures: Vec<DigitalSignature>,
    /// Cited documents, in order of first mention.
    pub references: Vec<Reference>,
    /// Deadlines, in order of mention.
    pub deadlines: Vec<Deadline>,
    /// Quotas, in order of mention.
    pub quotas: Vec<Quota>,
    /// Deadlines and quotas joined to duties: every one of both in exactly one; by deadline, those without one last.
    pub obligations: Vec<Obligation>,
    /// Prizes, in order of mention.
    pub awards: Vec<Award>,
    /// Headings, in order.
    pub sections: Vec<Section>,
    /// Tables, in order.
    pub tables: Vec<Table>,
    /// What is wrong with the document itself.
    pub findings: Vec<Finding>,
    /// What the page did not let us be sure of.
    pub needs_review: Vec<Review>,
    /// Field path (`number`, `deadlines[2].date`) → where the value stands.
    pub evidence: BTreeMap<String, Evidence>,
}

impl Default for Record {
    fn default() -> Self {
        Record {
            schema: SCHEMA.to_owned(),
            id: String::new(),
            source: SourceRef::default(),
            kind: "other".to_owned(),
            kind_label: "Khác".to_owned(),
            number: None,
            place: None,
            issued_on: None,
            issuer: None,
            subject: None,
            addressees: Vec::new(),
            recipients: Vec::new(),
            filing: None,
            signer: None,
            received: None,
            urgency: None,
            secrecy: None,
            circulation: None,
            drafter: None,
            signature: None,
            digital_signatures: Vec::new(),
            references: Vec::new(),
            deadlines: Vec::new(),
            quotas: Vec::new(),
            obligations: Vec::new(),
            awards: Vec::new(),
            sections: Vec::new(),
            tables: Vec::new(),
            findings: Vec::new(),
            needs_review: Vec::new(),
            evidence: BTreeMap::new(),
        }
    }
}

impl Record {
    /// The stable id of part `part` (1-based) of a file with this sha256: the first 16 hex digits, a dash, the part.
    ///
    /// # Examples
    ///
    /// ```
    /// use congvan::record::Record;
    ///
    /// let of_file = "98fb76f02086a5dc00000000000000000000000000000000000000000000000000";
    /// assert_eq!(Record::id_of(of_file, 2), "98fb76f02086a5dc-2");
    /// ```
    pub fn id_of(sha256: &str, part: u32) -> String {
        format!("{}-{part}", sha256.get(..16).unwrap_or(sha256))
    }

    /// Asks a person to look at `field`. `candidates` are whole values of that field, best first. The reason is the code
    /// until it is put into words (`extract::word_doubts`).
    pub fn review(&mut self, field: impl Into<String>, doubt: Doubt, candidates: Vec<String>) -> &mut Review {
        self.review_weighed(field, doubt, candidates.into_iter().map(|candidate| (candidate, None)).collect())
    }

    /// The number to show: as normalised; where it was not read for certain the best candidate with [`UNSURE_MARK`]; `None`
    /// where there is neither. What stands on the page unread is in `number.raw`.
    pub fn shown_number(&self) -> Option<String> {
        let number = self.number.as_ref()?;
        let asked = || self.needs_review.iter().find(|review| review.field == "number")?.candidates.first();
        number.normalized.clone().or_else(|| asked().map(|best| format!("{best}{UNSURE_MARK}")))
    }

    /// As [`Record::review`], with the probability of each candidate, 0..=1; told only where all of them have one.
    pub fn review_weighed(
        &mut self,
        field: impl Into<String>,
        doubt: Doubt,
        candidates: Vec<(String, Option<f32>)>,
    ) -> &mut Review {
        let rounded = |p: f32| (f64::from(p) * 1000.0).round() / 1000.0;
        let probabilities = candidates.iter().map(|(_, p)| p.map(rounded)).collect::<Option<Vec<f64>>>();
        self.needs_review.push(Review {
            field: field.into(),
            reason: doubt.to_string(),
            candidates: candidates.into_iter().map(|(candidate, _)| candidate).collect(),
            probabilities: probabilities.unwrap_or_default(),
            values: BTreeMap::new(),
            code: Some(doubt),
        });
        let last = self.needs_review.len() - 1;
        &mut self.needs_review[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_record_still_writes_every_key() {
        let json = serde_json::to_value(Record::default()).unwrap();
        for key in ["number", "signer", "deadlines", "needs_review", "evidence", "received", "circulation"] {
            assert!(json.get(key).is_some(), "{key} is missing");
        }
        assert_eq!(serde_json::from_value::<Record>(json).unwrap(), Record::default());
    }

    #[test]
    fn ids_are_stable_and_tell_parts_apart() {
        assert_eq!(Record::id_of("2c2a3a294f1217084670e4427845978f", 2), "2c2a3a294f121708-2");
    }
}
