//! Sections (đề mục): the headings of the body.
//!
//! in: the body's paragraphs → out: [`Section`]s in order, level 1 outermost.
//! Promises: only labelled headings in one sentence count; the label is told without its point.

use super::found::Found;
use crate::extract::language::clause::{Paragraph, Rank};
use crate::record::Section;

/// Deeper headings are told as of this level.
const DEEPEST: usize = 9;

/// The headings of a letter.
pub(super) fn sections(all: &[Paragraph]) -> Vec<Found<Section>> {
    all.iter().filter(|paragraph| paragraph.is_heading()).filter_map(|heading| section(heading, all)).collect()
}

fn section(heading: &Paragraph, all: &[Paragraph]) -> Option<Found<Section>> {
    let label = heading.label.as_ref()?;
    let level = heading.above.iter().filter(|at| all[**at].is_heading()).count() + 1;
    // the record tells parts by their word: "Phần I" beside the Roman "I"
    let prefix = if label.rank == Rank::Part { "Phần " } else { "" };
    let value = Section {
        label: format!("{prefix}{}", label.text),
        title: heading.body().trim().trim_end_matches([':', '*', ' ']).to_owned(),
        level: level.min(DEEPEST) as u8,
    };
    let span = heading.span(0..heading.text.len());
    Some(Found { value, span, confidence: 0.95, rule: "sections.heading".into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Document, Role};
    use crate::extract::language::lexicon::Lexicon;
    use crate::extract::language::passage::Body;
    use crate::rules::Rules;
    use crate::text::Text;

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
        let lexicon = Lexicon::of(Rules::builtin());
        let body = Body::new(&doc, &text, Rules::builtin(), &lexicon);
        let got: Vec<_> = sections(&body.paragraphs).into_iter().map(|f| f.value).collect();
        let told: Vec<_> = got.iter().map(|s| (s.label.as_str(), s.title.as_str(), s.level)).collect();
        assert_eq!(told, [("I", "MỤC ĐÍCH", 1), ("1", "Mục đích", 2), ("II", "NHIỆM VỤ", 1)]);
    }
}
