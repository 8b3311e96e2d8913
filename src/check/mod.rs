//! Temporary.
use crate::{
    document::Document,
    record::*,
    rules::Rules,
    text::{Text, lang::Lang},
};
pub fn check(_r: &Record, _d: &Document, _t: &Text, _u: &Rules, _p: Option<&str>, _l: Lang) -> Vec<Finding> {
    Vec::new()
}
