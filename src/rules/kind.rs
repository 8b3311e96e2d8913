//! Kinds of documents: `dictionaries/kinds/<kind>.toml`, one file each.
//!
//! in: a title line or a symbol → out: the [`Kind`].
//! Promises: titles compare folded and by whole words; symbols by their whole first (or last) part.
//! Leaves out: where title and number stand on the page (`document`).

use super::roles::KindRole;
use crate::text::fold;
use serde::Deserialize;

/// One kind of document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Unaccented id: `ke_hoach`.
    pub id: String,
    /// As an office writes it: "Kế hoạch".
    pub label: String,
    /// The id that records carry, where the schema has no kind of its own for it (`other`).
    #[serde(default)]
    pub published: Option<String>,
    /// As printed in the title line; empty for kinds without a title (công văn).
    #[serde(default)]
    pub titles: Vec<String>,
    /// Abbreviations in the symbol, the one of the decree first: "KH".
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Whether the document bears a number of its own.
    #[serde(default = "yes")]
    pub numbered: bool,
    /// What the reading of documents relies on it for.
    #[serde(default)]
    pub role: Option<KindRole>,
    /// The decree or practice the abbreviation comes from.
    pub source: String,
    /// Titles and numbers that show the kind.
    pub example: Shown,
    /// Titles and numbers that do not.
    pub not: Shown,
}

/// Titles and numbers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Title lines.
    #[serde(default)]
    pub titles: Vec<String>,
    /// Numbers with symbols.
    #[serde(default)]
    pub numbers: Vec<String>,
}

fn yes() -> bool {
    true
}

impl Kind {
    /// Whether reading relies on it for this.
    pub fn is(&self, role: KindRole) -> bool {
        self.role == Some(role)
    }

    /// The id that records carry.
    pub fn published(&self) -> &str {
        self.published.as_deref().unwrap_or(&self.id)
    }

    /// Length in characters of the title this line consists of or opens with; `None` where it shows another kind or none.
    /// A title of its own stands alone in its line, in capitals where the line goes on.
    pub fn in_title(&self, line: &str) -> Option<usize> {
        let trimmed = line.trim().trim_matches(['*', '#', '_', ' ']);
        let folded: String = fold::Folded::new(trimmed).text;
        self.titles
            .iter()
            .filter_map(|title| {
                let rest = folded.strip_prefix(&fold::bare(title))?;
                let length = title.chars().count();
                let alone = rest.trim_matches([' ', ':', '.', ',', '-']).is_empty();
                let capitals = trimmed.chars().take(length).all(|c| !c.is_lowercase());
                let next = trimmed.chars().skip(length).find(|c| c.is_alphabetic());
                let parted = rest.starts_with([' ', ':', '-', '(']);
                let goes_on =
                    capitals && parted && next.is_none_or(|c| c.is_lowercase() || rest.starts_with([':', '(']));
                (alone || goes_on).then_some(length)
            })
            .max()
    }

    /// Whether this symbol ("KH-UBND", "CT/TU", or with the number in front) names the kind; unless `exactly`, also with
    /// the bar of Đ lost or in other case.
    pub fn in_symbol(&self, symbol: &str, exactly: bool) -> bool {
        let parts: Vec<&str> = symbol.split(['/', '-']).map(str::trim).filter(|p| !p.is_empty()).collect();
        let named = |part: &&str| self.symbols.iter().any(|s| part == s || (!exactly && nearly(part, s)));
        // "34/KH-UBND", "20-CT/TU", "01/2020/QĐ-UBND": the first part with a letter; older papers put it last
        parts.iter().find(|p| p.chars().any(char::is_alphabetic)).is_some_and(named)
    }
}

/// Case tells short symbols apart (Ctr is no CT), so it is forgiven in longer ones only.
fn nearly(part: &str, symbol: &str) -> bool {
    (symbol.chars().count() > 2 && part.to_uppercase() == symbol.to_uppercase()) || part == symbol.replace('Đ', "D")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Kind {
        Kind {
            id: "ke_hoach".into(),
            label: "Kế hoạch".into(),
            published: None,
            titles: vec!["KẾ HOẠCH".into()],
            symbols: vec!["KH".into()],
            numbered: true,
            role: None,
            source: String::new(),
            example: Shown::default(),
            not: Shown::default(),
        }
    }

    #[test]
    fn a_title_stands_alone_or_in_capitals() {
        for (line, is) in [
            ("KẾ HOẠCH", true),
            ("  KÊ HOACH ", true),
            ("**KẾ HOẠCH**", true),
            ("Kế hoạch", true),
            ("KẾ HOẠCH triển khai công tác hè", true),
            ("KẾ HOẠCH VÀ ĐẦU TƯ", false),
            ("Kế hoạch số 12/KH-UBND của", false),
            ("PHÒNG KẾ HOẠCH", false),
        ] {
            assert_eq!(plan().in_title(line).is_some(), is, "{line}");
        }
    }

    #[test]
    fn a_symbol_names_its_kind_first() {
        for (symbol, is) in [("KH-UBND", true), ("34/KH-UBND", true), ("01/2020/KH-UBND", true), ("SKHĐT-KH", false)] {
            assert_eq!(plan().in_symbol(symbol, true), is, "{symbol}");
        }
    }
}
