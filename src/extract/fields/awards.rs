//! Prizes: how many of each, how much for one or in all.
//!
//! in: the body's paragraphs and `dictionaries/words/prizes.txt` → out: [`Award`]s in printed order, amounts in đồng.
//! Promises: count and amount come from the same clause as the name; what is not printed there is absent.
//! Shallow: prizes in tables, and rewards that are no "giải" (cờ, bằng khen), are not read.

use super::found::Found;
use crate::document::Document;
use crate::extract::language::clause;
use crate::extract::language::duty;
use crate::record::Award;
use crate::rules::{Rules, Slot, Tokens, Value};
use crate::text::Text;
use std::ops::Range;

/// The prizes of a document.
pub(super) fn awards(doc: &Document, text: &Text, rules: &Rules) -> Vec<Found<Award>> {
    let mut found: Vec<Found<Award>> = Vec::new();
    for paragraph in clause::paragraphs(doc, text) {
        let tokens = Tokens::new(&paragraph.text);
        let names = names(&tokens, rules);
        for (nth, name) in names.iter().enumerate() {
            let from = nth.checked_sub(1).map_or(0, |before| names[before].end);
            let to = names.get(nth + 1).map_or(tokens.len(), |next| opening(&tokens, next.start));
            let Some(value) = award(&tokens, name.clone(), from, to) else { continue };
            let span = paragraph.span(tokens.span(name.start, to).range());
            if found.iter().all(|old| old.value != value) {
                found.push(Found { value, span, confidence: 0.9, rule: "awards.prize".into() });
            }
        }
    }
    found
}

fn names(tokens: &Tokens, rules: &Rules) -> Vec<Range<usize>> {
    let list = rules.words("prizes");
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((from, to)) = list.first_in(tokens, at..tokens.len()) {
        all.push(from..to);
        at = to;
    }
    all
}

/// Where the words of a prize begin: at the number before its name, if one stands there.
fn opening(tokens: &Tokens, name: usize) -> usize {
    name.checked_sub(1).filter(|at| tokens.number(*at).is_some()).unwrap_or(name)
}

fn award(tokens: &Tokens, name: Range<usize>, from: usize, to: usize) -> Option<Award> {
    let before = name.start.checked_sub(1).filter(|at| *at >= from).and_then(|at| tokens.number(at));
    let stop = (name.end..to).find(|i| tokens.bare(*i) == ";").unwrap_or(to);
    let behind = || {
        (name.end..stop).find_map(|at| {
            let (end, value) = Slot::Count.read(tokens, at).into_iter().next()?;
            let Value::Count(count) = value else { return None };
            duty::is(tokens, end, "giải").then_some(count as u32)
        })
    };
    let money = (name.end..stop).find_map(|at| {
        let (_, value) = Slot::Money.read(tokens, at).into_iter().next()?;
        let Value::Money(dong) = value else { return None };
        Some((at, dong))
    });
    let total = money.is_some_and(|(at, _)| {
        (name.end..at).any(|i| duty::is(tokens, i, "tổng") || tokens.bare(i) == "cong" && tokens.bare(i - 1) == "tong")
    });
    let count = before.or_else(behind);
    (count.is_some() || money.is_some()).then(|| Award {
        name: capitalised(&duty::words(tokens, name.clone())),
        count,
        amount_each: money.filter(|_| !total).map(|(_, dong)| dong),
        amount_total: money.filter(|_| total).map(|(_, dong)| dong),
        text: duty::words(tokens, opening(tokens, name.start)..stop).trim_end_matches([',', '.', ' ']).to_owned(),
    })
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Role};

    #[test]
    fn prizes_keep_their_counts_and_sums() {
        let cases = [
            ("- 01 giải Nhất: 3.000.000 đồng;", "Giải Nhất 1 3000000 -"),
            ("- Giải Nhì: 02 giải, mỗi giải 2.000.000 đồng.", "Giải Nhì 2 2000000 -"),
            ("- Giải khuyến khích: 05 giải, tổng trị giá 2,5 triệu đồng", "Giải khuyến khích 5 - 2500000"),
            ("- Trao giải Ba cho tác giả.", ""),
        ];
        for (line, expected) in cases {
            let text = Text::plain(line);
            let block = Block { role: Role::Body, span: text.span() };
            let doc = Document {
                kind: "the_le".into(),
                span: text.span(),
                pages: None,
                blocks: vec![block],
                repeated: Vec::new(),
            };
            let show = |n: Option<u64>| n.map_or("-".to_owned(), |n| n.to_string());
            let got: Vec<String> = awards(&doc, &text, Rules::builtin())
                .iter()
                .map(|f| {
                    let a = &f.value;
                    let count = a.count.map(u64::from);
                    format!("{} {} {} {}", a.name, show(count), show(a.amount_each), show(a.amount_total))
                })
                .collect();
            assert_eq!(got.join("|"), expected, "{line}");
        }
    }
}
