//! Headings of the body.
//!
//! in: the body's paragraphs → out: [`Section`]s in order, level 1 outermost.
//! Promises: only labelled headings in one sentence count; the label is told without its point.

use super::found::Found;
use crate::document::Document;
use crate::extract::language::clause::{self, Rank};
use crate::record::Section;
use crate::text::Text;

/// The headings of a document.
pub(super) fn sections(doc: &Document, text: &Text) -> Vec<Found<Section>> {
    let all = clause::paragraphs(doc, text);
    let headings = all.iter().filter(|p| p.is_heading());
    headings
        .filter_map(|paragraph| {
            let label = paragraph.label.as_ref()?;
            let level = paragraph.above.iter().filter(|at| all[**at].is_heading()).count() + 1;
            let prefix = if label.rank == Rank::Part { "Phần " } else { "" };
            let title = paragraph.body().trim().trim_end_matches([':', '*', ' ']).to_owned();
            let label = format!("{prefix}{}", label.text);
            let value = Section { label, title, level: level.min(9) as u8 };
            let span = paragraph.span(0..paragraph.text.len());
            Some(Found { value, span, confidence: 0.95, rule: "sections.heading".into() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Role};

    #[test]
    fn headings_know_their_level() {
        let text = Text::plain(
            "I. MỤC ĐÍCH\n1. Mục đích\n- Nâng cao nhận thức của cán bộ.\nII. NHIỆM VỤ\n1. Các trường gửi báo cáo về phòng trước ngày 15/6/2025.\n",
        );
        let block = Block { role: Role::Body, span: text.span() };
        let doc = Document {
            kind: "ke_hoach".into(),
            span: text.span(),
            pages: None,
            blocks: vec![block],
            repeated: Vec::new(),
        };
        let got: Vec<_> = sections(&doc, &text).into_iter().map(|f| f.value).collect();
        let told: Vec<_> = got.iter().map(|s| (s.label.as_str(), s.title.as_str(), s.level)).collect();
        assert_eq!(told, [("I", "MỤC ĐÍCH", 1), ("1", "Mục đích", 2), ("II", "NHIỆM VỤ", 1)]);
    }
}
