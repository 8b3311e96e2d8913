//! The parts a profile asks for: headings, words, fields, filled-in labels, columns, limits.
//!
//! in: a profile, one document or those of a dossier → out: a hit per missing part.
//! Promises: a part is there when one of its headings, words, fields or labels is and its limits hold; words compare
//! folded; in a dossier one document that has the part is enough, and a document that is not there is told once.

use super::{Hit, Subject};
use crate::document::Role;
use crate::record::{CitedAs, Day, Table};
use crate::rules::{Field, Part, PartialDate, Profile, Slot, Tokens, Value, Which};
use crate::text::fold::{Folded, bare};
use jiff::civil::Date;

/// The parts that are missing, each with where and by how much.
pub(super) fn missing<'p>(profile: &'p Profile, subjects: &[Subject]) -> Vec<(&'p Part, Hit)> {
    let judged = profile.part.iter().filter(|part| !is_told_by_another(part, profile, subjects));
    judged.flat_map(|part| faults(part, subjects).into_iter().map(move |hit| (part, hit))).collect()
}

/// Whether the part asks for something in a document that is not there, and another part asks for the document itself.
fn is_told_by_another(part: &Part, profile: &Profile, subjects: &[Subject]) -> bool {
    let Some(which) = part.document.as_ref().filter(|_| asks(part)) else { return false };
    let itself = |other: &Part| other.document.as_ref() == Some(which) && !asks(other);
    profile.part.iter().any(itself) && !subjects.iter().any(|subject| is_meant(which, subject))
}

/// Whether it asks for more than a document.
fn asks(part: &Part) -> bool {
    !(part.headings.is_empty() && part.words.is_empty() && part.fields.is_empty() && part.labels.is_empty())
}

/// Whether one of these words stands in a title line of the document: title, heading, appendix title, a line in capitals.
pub(super) fn is_titled(subject: &Subject, titles: &[String]) -> bool {
    let lines =
        [Role::Title, Role::Subject, Role::Heading, Role::Appendix].map(|role| subject.document.blocks_of(role));
    let lines = lines.into_iter().flatten().map(|span| subject.text.slice(span));
    let capitals = |line: &&str| line.chars().any(char::is_alphabetic) && !line.chars().any(char::is_lowercase);
    let mut lines = lines.chain(subject.words().lines().filter(capitals)).map(|line| Folded::new(line).text);
    lines.any(|line| titles.iter().any(|title| line.contains(&bare(title))))
}

fn is_meant(which: &Which, subject: &Subject) -> bool {
    which.kinds.contains(&subject.record.kind) || is_titled(subject, &which.titles)
}

/// What is wrong with the part in the document that comes nearest to having it.
fn faults(part: &Part, subjects: &[Subject]) -> Vec<Hit> {
    let meant = subjects.iter().filter(|s| part.document.as_ref().is_none_or(|which| is_meant(which, s)));
    let tried = meant.map(|subject| faults_in(part, subject)).min_by_key(Vec::len);
    tried.unwrap_or_else(|| vec![Hit::new("", subjects.iter().any(|s| s.is_doubtful("")))])
}

fn faults_in(part: &Part, subject: &Subject) -> Vec<Hit> {
    let doubtful = subject.is_doubtful("sections");
    let nothing = Hit::new("", doubtful);
    if asks(part) && !is_there(part, subject) {
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
        || folded(&part.words).iter().any(|words| {
            body.match_indices(words).any(|(at, _)| !stands_behind(&body[..at], &folded(&part.unless_behind)))
        })
        || part.fields.iter().any(|field| is_filled(subject, *field))
        || part.labels.iter().any(|label| is_written(subject.words(), label))
}

/// Whether one of the leads stands among the last three words.
fn stands_behind(before: &str, leads: &[String]) -> bool {
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(3);
    last.into_iter().any(|word| leads.iter().any(|lead| lead == word))
}

/// Whether a list or a value of the record is there.
fn is_filled(subject: &Subject, field: Field) -> bool {
    let record = subject.record;
    match field {
        Field::Basis => record.references.iter().any(|r| matches!(r.role, CitedAs::Basis | CitedAs::Implements)),
        Field::References => !record.references.is_empty(),
        Field::Deadlines => !record.deadlines.is_empty(),
        Field::Quotas => !record.quotas.is_empty(),
        Field::Recipients => !record.recipients.is_empty() || record.filing.is_some(),
        Field::Filing => record.filing.is_some(),
        Field::Addressees => !record.addressees.is_empty(),
        Field::Signer => record.signer.is_some() || subject.document.first(Role::Signature).is_some(),
        Field::Number => record.number.is_some(),
        Field::IssuedOn => record.issued_on.is_some(),
        Field::Subject => record.subject.is_some(),
        Field::Tables => !record.tables.is_empty(),
        Field::DaysAhead => has_day_ahead(subject),
    }
}

/// Whether a day of or after the day of issue is named outside header and recipients.
fn has_day_ahead(subject: &Subject) -> bool {
    let Some(issued) = subject.record.issued_on.as_ref().and_then(Day::date) else {
        return false;
    };
    subject.document.blocks_of(Role::Body).any(|span| {
        let words = subject.text.slice(span);
        let tokens = Tokens::new(words);
        let ahead = |value: Value| match value {
            Value::Date(PartialDate { day, month, year }) => {
                Date::new(year.unwrap_or(issued.year()), month as i8, day as i8).is_ok_and(|day| day >= issued)
            }
            _ => false,
        };
        (0..tokens.len()).flat_map(|at| Slot::Date.read(&tokens, at)).any(|(_, value)| ahead(value))
    })
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
    let fault = |text: String, values: Vec<_>| Hit::new(text, doubtful).with(values);
    let shown = |column: &str| column.split('|').next().unwrap_or(column).to_owned();
    let has = |table: &&Table| part.columns.iter().filter(|c| column(table, c).is_some()).count();
    let Some(table) = subject.record.tables.iter().max_by_key(has).filter(|t| has(t) > 0) else {
        let all = part.columns.iter().map(|c| shown(c)).collect::<Vec<_>>().join(", ");
        return vec![fault(String::new(), vec![("column", all)])];
    };
    let absent = part.columns.iter().filter(|c| column(table, c).is_none());
    let mut hits: Vec<Hit> = absent.map(|c| fault(String::new(), vec![("column", shown(c))])).collect();
    let wanted = to_fill(part, table);
    let mut full = 0u32;
    for row in &table.rows {
        let cell = |index: usize| row.get(index).is_some_and(|cell| is_value(cell));
        let numbered = row.first().is_some_and(|cell| !cell.trim().is_empty());
        let empty: Vec<&str> = wanted.iter().filter(|(i, _)| !cell(*i)).map(|(_, name)| *name).collect();
        if empty.len() == wanted.len() {
            continue;
        }
        full += u32::from(empty.is_empty() || !numbered);
        // a row without a number of its own goes on with the unit of the row above
        if numbered && !empty.is_empty() {
            let text = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(" ");
            hits.push(fault(text, vec![("column", empty.join(", "))]));
        }
    }
    if let Some(limit) = part.rows_at_least.filter(|limit| full < *limit) {
        let all = wanted.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
        hits.push(fault(
            String::new(),
            vec![("column", all), ("found", full.to_string()), ("limit", limit.to_string())],
        ));
    }
    hits
}

/// Where the column stands that has one of the names parted by `|`.
fn column(table: &Table, names: &str) -> Option<usize> {
    names.split('|').map(bare).find_map(|name| table.columns.iter().position(|c| Folded::new(c).text.contains(&name)))
}

/// The columns that every row has to fill in, with their printed names; the one that numbers the rows is none of them.
fn to_fill<'t>(part: &Part, table: &'t Table) -> Vec<(usize, &'t str)> {
    let named: Vec<usize> = part.columns.iter().filter_map(|c| column(table, c)).collect();
    let optional = |name: &str| part.every_column_but.iter().any(|c| Folded::new(name).text.contains(&bare(c)));
    let all = table.columns.iter().enumerate().map(|(at, name)| (at, name.as_str()));
    if part.every_column_but.is_empty() {
        return all.filter(|(at, _)| named.contains(at)).collect();
    }
    all.filter(|(at, name)| named.contains(at) || *at > 0 && !optional(name)).collect()
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
