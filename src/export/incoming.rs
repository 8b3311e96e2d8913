//! XML: incoming documents with the fields that Nghị định 30/2020/NĐ-CP, Phụ lục VI asks of a document system.
//!
//! in: records with their place in the register and what leaders decided → out: one `Document` each, elements in the order
//! and by the names of the decree.
//! Promises: what is not known is left out, nothing is cut; what is longer than the decree's field is named by [`too_long`].
//! Leaves out: the codes of office and file (`FileCode`, `DocOrdinal`), which an archive gives.

use super::printable;
use crate::error::{Error, Result};
use crate::record::{Day, Record, Secrecy, Urgency};
use serde::Serialize;

/// A document with what people added to it.
#[derive(Debug, Clone)]
pub struct Incoming<'a> {
    /// What was read.
    pub record: &'a Record,
    /// Ngày đến.
    pub arrived_on: Option<&'a Day>,
    /// Số đến.
    pub number: Option<String>,
    /// Units or persons it went to.
    pub receivers: Vec<&'a str>,
    /// What leaders decided, one line each.
    pub opinions: Vec<String>,
    /// The nearest term for handling it.
    pub due: Option<&'a Day>,
}

#[derive(Serialize)]
#[serde(rename = "Documents")]
struct Documents {
    #[serde(rename = "Document")]
    all: Vec<Document>,
}

/// The decree's elements in its order.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(skip_serializing_if = "Option::is_none")]
    type_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_notation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organ_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    language: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_amount: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrival_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrival_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer_info: Option<SignerInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_places: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_header_list: Option<TraceHeaderList>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SignerInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TraceHeaderList {
    trace_header: Vec<String>,
}

/// The file, UTF-8, indented.
pub fn xml<'a>(documents: impl IntoIterator<Item = Incoming<'a>>) -> Result<Vec<u8>> {
    let all = Documents { all: documents.into_iter().map(|incoming| document(&incoming)).collect() };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut writer = quick_xml::se::Serializer::new(&mut out);
    writer.indent(' ', 2);
    all.serialize(writer).map_err(|e| Error::store(format!("cannot be written as XML: {e}")))?;
    out.push('\n');
    Ok(out.into_bytes())
}

fn document(incoming: &Incoming<'_>) -> Document {
    let record = incoming.record;
    let number = record.number.as_ref();
    let signer = record.signer.as_ref().map(|s| SignerInfo { position: text(&s.position), full_name: text(&s.name) });
    let (urgency, secrecy) = (record.urgency.iter().map(Urgency::as_str), record.secrecy.iter().map(Secrecy::as_str));
    let marks: Vec<&str> = urgency.chain(secrecy).collect();
    let opinions: Vec<String> = incoming.opinions.iter().map(|line| printable(line)).collect();
    Document {
        // "Khác" is no tên loại
        type_name: (record.kind != "other").then(|| printable(&record.kind_label)).filter(|label| !label.is_empty()),
        code_number: number.and_then(|n| text(&n.serial)),
        code_notation: number.and_then(|n| text(&n.symbol)),
        issued_date: record.issued_on.as_ref().map(day),
        organ_name: record.issuer.as_ref().map(|issuer| printable(&issuer.name)),
        subject: text(&record.subject),
        language: "Tiếng Việt",
        page_amount: record.source.pages.map(|[first, last]| last.saturating_sub(first) + 1),
        description: (!record.needs_review.is_empty()).then_some("Cần kiểm tra"),
        arrival_date: incoming.arrived_on.map(day),
        arrival_number: incoming.number.clone(),
        signer_info: signer.filter(|s| s.position.is_some() || s.full_name.is_some()),
        priority: joined(&marks, ", "),
        to_places: joined(&incoming.receivers, "; "),
        trace_header_list: (!opinions.is_empty()).then_some(TraceHeaderList { trace_header: opinions }),
        due_date: incoming.due.map(day),
    }
}

/// The fields of a document that are longer than the decree's: element, characters, how many it allows.
pub fn too_long(incoming: &Incoming<'_>) -> Vec<(&'static str, usize, usize)> {
    let document = document(incoming);
    let signer = document.signer_info.as_ref();
    let fields = [
        ("TypeName", document.type_name.as_deref(), 100),
        ("CodeNumber", document.code_number.as_deref(), 11),
        ("CodeNotation", document.code_notation.as_deref(), 30),
        ("OrganName", document.organ_name.as_deref(), 200),
        ("Subject", document.subject.as_deref(), 500),
        ("Position", signer.and_then(|s| s.position.as_deref()), 100),
        ("FullName", signer.and_then(|s| s.full_name.as_deref()), 50),
        ("ToPlaces", document.to_places.as_deref(), 1000),
    ];
    let counted = fields.into_iter().map(|(name, value, most)| (name, value.unwrap_or_default().chars().count(), most));
    counted.filter(|(_, count, most)| count > most).collect()
}

fn text(value: &Option<String>) -> Option<String> {
    value.as_deref().map(printable).filter(|v| !v.is_empty())
}

fn joined(parts: &[&str], between: &str) -> Option<String> {
    (!parts.is_empty()).then(|| printable(&parts.join(between)))
}

/// "05/06/2024": day, month and year with all their digits, as data fields have them.
fn day(day: &Day) -> String {
    day.date().map_or_else(|| printable(&day.to_string()), |date| date.strftime("%d/%m/%Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Number, Signer};

    #[test]
    fn a_document_has_the_elements_of_the_decree_in_order() {
        let record = Record {
            kind: "ke_hoach".into(),
            kind_label: "Kế hoạch".into(),
            number: Some(Number { serial: Some("117".into()), symbol: Some("KH-UBND".into()), ..Number::default() }),
            issued_on: Some("2024-06-05".into()),
            subject: Some("Thi đua <an toàn> & sạch\u{1b}".into()),
            signer: Some(Signer { name: Some("Lê Văn Mẫu".into()), ..Signer::default() }),
            ..Record::default()
        };
        let (arrived, due) = (Day::from("2024-06-07"), Day::from("2024-06-20"));
        let incoming = Incoming {
            arrived_on: Some(&arrived),
            number: Some("45".into()),
            receivers: vec!["Phòng Văn hóa", "Công an"],
            opinions: vec!["Chuyển Phòng Văn hóa".into()],
            due: Some(&due),
            record: &record,
        };
        let xml = String::from_utf8(super::xml([incoming.clone()]).unwrap()).unwrap();
        let wanted = [
            "<TypeName>Kế hoạch<",
            "<CodeNumber>117<",
            "<CodeNotation>KH-UBND<",
            "<IssuedDate>05/06/2024<",
            "<Subject>Thi đua &lt;an toàn&gt; &amp; sạch<",
            "<Language>Tiếng Việt<",
            "<ArrivalDate>07/06/2024<",
            "<ArrivalNumber>45<",
            "<FullName>Lê Văn Mẫu<",
            "<ToPlaces>Phòng Văn hóa; Công an<",
            "<TraceHeader>Chuyển Phòng Văn hóa<",
            "<DueDate>20/06/2024<",
        ];
        let places: Vec<usize> = wanted.iter().map(|w| xml.find(w).unwrap_or_else(|| panic!("{w}: {xml}"))).collect();
        assert!(places.is_sorted(), "{xml}");
        assert!(!xml.contains("OrganName") && !xml.contains("Priority"), "{xml}");
        assert!(too_long(&incoming).is_empty());
        let long = Record { subject: Some("ê".repeat(501)), ..record };
        assert_eq!(too_long(&none(&long)), [("Subject", 501, 500)]);
    }

    fn none(record: &Record) -> Incoming<'_> {
        Incoming { record, arrived_on: None, number: None, receivers: vec![], opinions: vec![], due: None }
    }
}
