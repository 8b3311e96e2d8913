//! Temporary.
use crate::rules::Rules;
use crate::text::{Span, Text};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Body,
}
#[derive(Debug, Clone)]
pub struct Block {
    pub role: Role,
    pub span: Span,
}
#[derive(Debug, Clone)]
pub struct Document {
    pub kind: String,
    pub span: Span,
    pub pages: Option<(u32, u32)>,
    pub blocks: Vec<Block>,
}
pub fn split(text: &Text, _rules: &Rules) -> Vec<Document> {
    vec![Document {
        kind: "other".into(),
        span: text.span(),
        pages: None,
        blocks: vec![Block { role: Role::Body, span: text.span() }],
    }]
}
