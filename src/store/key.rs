//! Keys: the forms in which numbers, names and queries are compared.
//!
//! in: text as printed or typed → out: folded keys; a [`Query`].
//! Promises: the same function makes the key on both sides, so an engine never folds anything itself (none folds đ).

use crate::error::{Error, Result};
use crate::text::fold;
use crate::text::pattern::pattern;
use jiff::civil::Date;

/// Key of a document number: "Số: 08 /UBND-NV", "8/ubnd-nv" and "08/UBND–NV" have the same.
pub fn number_key(number: &str) -> String {
    let folded = fold::Folded::new(number).text;
    let bare = folded.trim().strip_prefix("so").filter(|r| r.starts_with([':', ' '])).unwrap_or(&folded);
    let key: String = bare.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    let trimmed = key.trim_start_matches('0');
    // a bare "0" or "00" is a serial too
    if trimmed.starts_with(|c: char| c.is_ascii_digit()) { trimmed.to_owned() } else { key }
}

/// Key of a unit's or office's name.
pub fn name_key(name: &str) -> String {
    fold::bare(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text as the index keeps them, parted by blanks.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold::bare(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Fields a query can name, as they are called in the index.
const FIELDS: &[&str] = &["number", "subject", "issuer", "signer"];

/// What to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Runs of folded words that must occur, anywhere, each run together.
    pub phrases: Vec<Vec<String>>,
    /// The same within one field: `number`, `subject`, `issuer`, `signer`.
    pub fields: Vec<(&'static str, Vec<String>)>,
    /// Kind id.
    pub kind: Option<String>,
    /// Has a deadline that ends within these days, both included.
    pub due: Option<(Date, Date)>,
    /// Was issued within these days, both included.
    pub issued: Option<(Date, Date)>,
}

impl Query {
    /// Reads `khen thưởng "người tốt" issuer:"Hà Đông" number:117 kind:ke_hoach due:2023-06 issued:2023`.
    /// Everything named must hold.
    ///
    /// Errors: nothing to search for; a `due:` or `issued:` that is no year, month or day (usage).
    pub fn parse(raw: &str) -> Result<Query> {
        let mut query = Query::default();
        for (field, value) in items(raw) {
            match field.as_deref() {
                Some("kind") => query.kind = Some(name_key(value).replace(' ', "_")),
                Some("due") => query.due = Some(span_of("due", value)?),
                Some("issued") => query.issued = Some(span_of("issued", value)?),
                Some(name) => match FIELDS.iter().find(|f| **f == name) {
                    Some(field) => query.fields.push((field, words(value))),
                    // "V/v: khen thưởng" names no field
                    None => query.phrases.extend([words(name), words(value)]),
                },
                None => query.phrases.push(words(value)),
            }
        }
        query.phrases.retain(|p| !p.is_empty());
        query.fields.retain(|(_, p)| !p.is_empty());
        if query == Query::default() {
            return Err(Error::usage("the query has no word to search for"));
        }
        Ok(query)
    }
}

pattern! {
    /// Words, "quoted runs", and either of them after `name:`.
    ITEM,
    concat!(
        r#"(?:(?<of>[^\s"“”]+):)?["“”](?<run>[^"“”]*)["“”]?"#,
        r#"|(?<field>[^\s"“”:]+):(?<value>[^\s"“”]*)|(?<word>[^\s"“”]+)"#
    )
}

/// The items of a query: the field named, and the value.
fn items(raw: &str) -> impl Iterator<Item = (Option<String>, &str)> {
    ITEM.captures_iter(raw).filter_map(|item| {
        let field = item.name("of").or(item.name("field")).map(|name| name.as_str().to_lowercase());
        let value = item.name("run").or(item.name("value")).or(item.name("word"))?;
        Some((field, value.as_str()))
    })
}

/// First and last day of "2023", "2023-06" or "2023-06-15".
fn span_of(field: &str, raw: &str) -> Result<(Date, Date)> {
    let example = format!("write {field}:2023, {field}:2023-06 or {field}:2023-06-15");
    let wrong = || Error::usage(format!("{field}:{raw} is no date: {example}"));
    let day = |s: String| s.parse::<Date>().map_err(|_| wrong());
    match raw.len() {
        4 => Ok((day(format!("{raw}-01-01"))?, day(format!("{raw}-12-31"))?)),
        7 => day(format!("{raw}-01")).map(|first| (first, first.last_of_month())),
        _ => day(raw.to_owned()).map(|day| (day, day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_that_mean_the_same_have_one_key() {
        let cases = [
            ("Số: 783 /UBND-NV", "783/ubnd-nv"),
            ("08/KH-ĐĐT", "8/kh-ddt"),
            ("20 – CT/TU", "20-ct/tu"),
            ("soạn-1", "soan-1"),
            ("0", "0"),
            ("/UBND-NV", "/ubnd-nv"),
        ];
        for (printed, key) in cases {
            assert_eq!(number_key(printed), key, "{printed}");
        }
    }

    #[test]
    fn queries_are_words_phrases_and_fields() {
        let query = Query::parse(
            "Khen “người tốt” issuer:\"Hà Đông\" number:117/KH V/v: kind:ke_hoach due:2024-02 issued:2023",
        )
        .unwrap();
        assert_eq!(query.phrases, [vec!["khen"], vec!["nguoi", "tot"], vec!["v", "v"]]);
        assert_eq!(
            query.fields,
            [("issuer", vec!["ha".into(), "dong".into()]), ("number", vec!["117".into(), "kh".into()])]
        );
        assert_eq!(query.kind.as_deref(), Some("ke_hoach"));
        assert_eq!(query.due, Some((date(2024, 2, 1), date(2024, 2, 29))));
        assert_eq!(query.issued, Some((date(2023, 1, 1), date(2023, 12, 31))));
    }

    #[test]
    fn queries_that_say_nothing_are_refused() {
        for raw in ["", "  \" ", "—", "due:tomorrow", "due:ngày", "issued:2023-13"] {
            assert!(Query::parse(raw).is_err(), "{raw:?}");
        }
    }
}
