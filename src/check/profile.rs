//! The parts a profile asks for: headings, words, fields, filled-in labels, columns, limits.
//!
//! in: a profile, one document or those of a dossier → out: a hit per missing part.
//! Promises: a part is there when one of its headings, words, fields or labels is and its limits hold; words compare
//! folded; in a dossier one document that has the part is enough.

use super::{Hit, Subject};
use crate::document::Role;
use crate::record::Table;
use crate::rules::{Part, Profile, Which};
use crate::text::fold::{Folded, bare};

/// The parts that are missing, each with where and by how much.
pub(super) fn missing<'p>(profile: &'p Profile, subjects: &[Subject]) -> Vec<(&'p Part, Hit)> {
    profile.part.iter().flat_map(|part| faults(part, subjects).into_iter().map(move |hit| (part, hit))).collect()
}

/// Whether one of these words stands in a title line of the document: title, heading, appendix title.
pub(super) fn is_titled(subject: &Subject, titles: &[String]) -> bool {
    let lines =
        [Role::Title, Role::Subject, Role::Heading, Role::Appendix].map(|role| subject.document.blocks_of(role));
    let mut lines = lines.into_iter().flatten().map(|span| Folded::new(subject.text.slice(span)).text);
    lines.any(|line| titles.iter().any(|title| line.contains(&bare(title))))
}

fn is_meant(which: &Which, subject: &Subject) -> bool {
    which.kinds.contains(&subject.record.kind) || is_titled(subject, &which.titles)
}

/// What is wrong with the part in the document that comes nearest to having it.
fn faults(part: &Part, subjects: &[Subject]) -> Vec<Hit> {
    let meant = subjects.iter().filter(|s| part.document.as_ref().is_none_or(|which| is_meant(which, s)));
    let tried = meant.map(|subject| faults_in(part, subject)).min_by_key(Vec::len);
    tried.unwrap_or_else(|| vec![Hit { doubtful: subjects.iter().any(|s| s.is_doubtful("")), ..Hit::default() }])
}

fn faults_in(part: &Part, subject: &Subject) -> Vec<Hit> {
    let doubtful = subject.is_doubtful("sections");
    let nothing = Hit { doubtful, ..Hit::default() };
    let asks = !(part.headings.is_empty() && part.words.is_empty() && part.fields.is_empty() && part.labels.is_empty());
    if asks && !is_there(part, subject) {
        return vec![nothing];
    }
    let words = subject.words();
    let count = words.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count();
    if let Some(limit) = part.words_at_most.filter(|limit| count > *limit as usize) {
        return vec![nothing.with(vec![("found", count.to_string()), ("limit", limit.to_string())])];
    }
    if part.columns.is_empty() { Vec::new() } else { columns(part, subject, doubtful) }
}

fn is_there(part: &Part, subject: &Subject) -> bool {
    let body = Folded::new(subject.words()).text;
    let heading = |words: &String| subject.record.sections.iter().any(|s| bare(&s.title).contains(words));
    let folded = |words: &[String]| words.iter().map(|w| bare(w)).collect::<Vec<_>>();
    folded(&part.headings).iter().any(heading)
        || folded(&part.words).iter().any(|words| body.contains(words))
        || part.fields.iter().any(|field| is_filled(subject, field))
        || part.labels.iter().any(|label| is_written(subject.words(), label))
}

/// Whether a list or a value of the record is there.
fn is_filled(subject: &Subject, field: &str) -> bool {
    let record = subject.record;
    match field {
        "basis" => record.references.iter().any(|r| matches!(r.role.as_str(), "basis" | "implements")),
        "references" => !record.references.is_empty(),
        "deadlines" => !record.deadlines.is_empty(),
        "quotas" => !record.quotas.is_empty(),
        "recipients" => !record.recipients.is_empty() || record.filing.is_some(),
        "filing" => record.filing.is_some(),
        "addressees" => !record.addressees.is_empty(),
        "signer" => record.signer.is_some() || subject.document.first(Role::Signature).is_some(),
        "number" => record.number.is_some(),
        "issued_on" => record.issued_on.is_some(),
        "subject" => record.subject.is_some(),
        "tables" => !record.tables.is_empty(),
        _ => false,
    }
}

/// Whether something is written behind a label: "Họ và tên: Lê Thị Mẫu", not "Họ và tên: ……… Tuổi: ………".
fn is_written(words: &str, label: &str) -> bool {
    let label = bare(label);
    words.lines().any(|line| {
        let folded = Folded::new(line);
        folded.text.match_indices(&label).any(|(at, _)| {
            let begins = !folded.text[..at].ends_with(char::is_alphanumeric);
            begins && holds(&line[folded.source_offset(at + label.len())..])
        })
    })
}

/// Whether the stretch up to the next row of dots is a value and not the next label.
fn holds(behind: &str) -> bool {
    let value = behind.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = value.find([':', '…', '_', ';', '\t']).unwrap_or(value.len());
    let end = value.find("..").map_or(end, |dots| dots.min(end));
    let (value, rest) = value.split_at(end);
    value.contains(char::is_alphanumeric) && (!rest.starts_with(':') || behind.starts_with(':') && !blank_first(behind))
}

/// Whether a row of dots stands before the first word.
fn blank_first(behind: &str) -> bool {
    let head: String = behind.chars().take_while(|c| !c.is_alphanumeric()).collect();
    head.contains("..") || head.contains(['…', '_'])
}

/// Faults of the table that has the columns: a column that is not there, cells left empty, too few rows.
fn columns(part: &Part, subject: &Subject, doubtful: bool) -> Vec<Hit> {
    let at = |table: &Table, column: &str| {
        let column = bare(column);
        table.columns.iter().position(|name| Folded::new(name).text.contains(&column))
    };
    let has = |table: &&Table| part.columns.iter().filter(|c| at(table, c).is_some()).count();
    let Some(table) = subject.record.tables.iter().max_by_key(has).filter(|t| has(t) > 0) else {
        return vec![Hit { doubtful, ..Hit::default() }.with(vec![("column", part.columns.join(", "))])];
    };
    let absent = part.columns.iter().filter(|c| at(table, c).is_none());
    let mut hits: Vec<Hit> =
        absent.map(|c| Hit { doubtful, ..Hit::default() }.with(vec![("column", c.clone())])).collect();
    let wanted: Vec<(usize, &String)> = part.columns.iter().filter_map(|c| Some((at(table, c)?, c))).collect();
    let mut full = 0u32;
    for row in &table.rows {
        let cell = |index: usize| row.get(index).is_some_and(|cell| is_value(cell));
        let numbered = row.first().is_some_and(|cell| !cell.trim().is_empty());
        let empty: Vec<&String> = wanted.iter().filter(|(i, _)| !cell(*i)).map(|(_, name)| *name).collect();
        if empty.len() == wanted.len() {
            continue;
        }
        full += u32::from(empty.is_empty() || !numbered);
        // a row without a number of its own goes on with the unit of the row above
        if numbered && !empty.is_empty() {
            let names = empty.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            let text = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(" ");
            hits.push(Hit { text, doubtful, ..Hit::default() }.with(vec![("column", names)]));
        }
    }
    if let Some(limit) = part.rows_at_least.filter(|limit| full < *limit) {
        hits.push(
            Hit { doubtful, ..Hit::default() }.with(vec![("found", full.to_string()), ("limit", limit.to_string())]),
        );
    }
    hits
}

/// Whether a cell is filled in: not empty, not dots, not a label alone ("Mô hình 1: ……").
pub(super) fn is_value(cell: &str) -> bool {
    let words = cell.trim().trim_end_matches(['.', '…', '_', ' ']);
    words.contains(char::is_alphanumeric) && !words.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_needs_something_behind_it() {
        let cases = [
            ("Họ và tên: Lê Thị Mẫu", true),
            ("Họ và tên: Lê Thị Mẫu; Tuổi: 34", true),
            ("- Họ và tên ……Lê Thị Mẫu……… Tuổi: ……", true),
            ("Họ và tên: ………… Tuổi: …………", false),
            ("Họ và tên: ..............", false),
            ("Họ và tên:", false),
            ("Ghi rõ họ và tên người dự thi", true),
        ];
        for (line, written) in cases {
            assert_eq!(is_written(line, "họ và tên"), written, "{line}");
        }
    }

    #[test]
    fn dots_and_labels_are_no_values() {
        for (cell, value) in [("Phường A", true), ("……", false), ("", false), ("Mô hình 1: .....", false), ("5", true)]
        {
            assert_eq!(is_value(cell), value, "{cell}");
        }
    }
}
