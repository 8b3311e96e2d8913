//! Temporary.
use crate::{document::Document, record::*, rules::Rules, text::Text};
pub fn extract(_d: &Document, _t: &Text, _r: &Rules, s: &SourceRef) -> Record {
    Record { id: Record::id_of(&s.sha256, s.part), source: s.clone(), ..Record::default() }
}
