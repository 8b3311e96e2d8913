//! SARIF 2.1.0: findings for the tools that collect those of many checkers.
//!
//! in: rules, checked documents → out: one log with one run; the page and the box stand in `properties`, as SARIF
//! counts lines and not pages.
//! Findings left with a reason are there, marked as suppressed.
//! Promises: every `ruleId` is one of `tool.driver.rules`; paths are percent-encoded URIs.

use super::findings::{Checked, Rule};
use super::json;
use crate::error::Result;
use crate::record::{Finding, Severity};
use crate::text::PlaceOf;
use serde_json::{Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log. `rules` are all that were in force; one a finding names and nobody knows is added.
pub fn log(rules: &[Rule], documents: &[Checked]) -> Result<Vec<u8>> {
    let mut ids: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    let mut described: Vec<Value> = rules.iter().map(descriptor).collect();
    let mut results = Vec::new();
    for document in documents {
        for (finding, place, left) in document.all() {
            let index = ids.iter().position(|id| *id == finding.rule).unwrap_or_else(|| {
                ids.push(&finding.rule);
                described.push(json!({ "id": finding.rule }));
                ids.len() - 1
            });
            let mut result = result(document, finding, place, index);
            if let Some(reason) = left {
                result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
            }
            results.push(result);
        }
    }
    let driver = json!({ "name": "congvan", "version": env!("CARGO_PKG_VERSION"), "rules": described });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    json::pretty(&json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.says },
        "help": { "text": format!("{} ({})", rule.says, rule.source) },
        "defaultConfiguration": { "level": level(&rule.severity) },
        "properties": { "source": rule.source },
    })
}

fn result(document: &Checked, finding: &Finding, place: Option<PlaceOf>, index: usize) -> Value {
    let record = &document.record;
    let mut properties = json!({ "document": record.id, "part": record.source.part });
    if let Some(place) = place {
        properties["page"] = json!(place.page);
        if let Some(b) = place.bbox {
            properties["region"] = json!({ "x": b.x, "y": b.y, "width": b.w, "height": b.h });
        }
    }
    if !finding.text.is_empty() {
        properties["text"] = json!(finding.text);
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(&finding.severity),
        "message": { "text": finding.message },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": uri(&document.path) } },
            "logicalLocations": [{ "name": document.name(), "fullyQualifiedName": record.id, "kind": record.kind }],
        }],
        "properties": properties,
    })
}

fn level(severity: &Severity) -> &str {
    if *severity == Severity::Info { "note" } else { severity.as_str() }
}

/// A path as a URI: relative paths stay relative, everything but unreserved characters and slashes is encoded.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.strip_prefix("./").unwrap_or(&path).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./den/kế 1.pdf"), "den/k%E1%BA%BF%201.pdf");
        assert_eq!(uri("/a/b#c.txt"), "file:///a/b%23c.txt");
    }
}
