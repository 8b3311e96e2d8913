//! Form `kind_symbol`: the abbreviation in the symbol is that of another kind than the title.
//!
//! in: the record's kind and symbol → out: a hit where both name a kind and they differ.
//! Promises: letters (công văn) and kinds without an abbreviation are left alone.

use super::super::{Hit, Subject};

pub(super) fn look(subject: &Subject) -> Vec<Hit> {
    let record = subject.record;
    let symbol = record.number.as_ref().and_then(|n| n.symbol.as_ref());
    let titled = subject.rules.kind(&subject.document.kind).filter(|k| !k.titles.is_empty() && !k.symbols.is_empty());
    let (Some(symbol), Some(kind)) = (symbol, titled) else { return Vec::new() };
    let Some(named) = subject.rules.kind_of_symbol(symbol).filter(|named| named.id != kind.id) else {
        return Vec::new();
    };
    let values = [("symbol", symbol.clone()), ("kind", kind.label.clone()), ("named", named.label.clone())];
    vec![Hit::new(symbol, subject.is_doubtful("number")).with(values)]
}
