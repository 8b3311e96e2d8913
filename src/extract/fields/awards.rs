//! Prizes (giải thưởng): how many of each, how much for one or in all.
//!
//! in: the body's paragraphs and `dictionaries/words/prizes.txt` → out: [`Award`]s in printed order, amounts in đồng.
//! Promises: count and amount come from the same clause as the name; what is not printed there is absent.
//! Shallow: prizes in tables, and rewards that are no "giải" (cờ, bằng khen), are not read.

use super::found::Found;
use crate::extract::language::passage::Passage;
use crate::extract::language::prose::Prose;
use crate::record::Award;
use crate::rules::{Slot, Value};
use std::ops::Range;

/// The prizes of a letter. What is said of one stands between its name and the next one's.
pub(super) fn awards(passages: &[Passage]) -> Vec<Found<Award>> {
    let mut found: Vec<Found<Award>> = Vec::new();
    for passage in passages {
        let prose = passage.prose();
        let names = names(prose);
        for (nth, name) in names.iter().enumerate() {
            let from = nth.checked_sub(1).map_or(0, |before| names[before].end);
            let to = names.get(nth + 1).map_or(prose.tokens.len(), |next| opening(prose, next.start));
            let Some(value) = award(prose, name.clone(), from, to) else { continue };
            let span = passage.paragraph.span(prose.tokens.span(name.start, to).range());
            if found.iter().all(|old| old.value != value) {
                found.push(Found { value, span, confidence: 0.9, rule: "awards.prize".into() });
            }
        }
    }
    found
}

/// Where prizes are named, in tokens.
fn names(prose: Prose) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((from, to)) = prose.lexicon.prizes.first_in(prose.tokens, at..prose.tokens.len()) {
        all.push(from..to);
        at = to;
    }
    all
}

/// Where the words of a prize begin: at the number before its name, if one stands there.
fn opening(prose: Prose, name: usize) -> usize {
    name.checked_sub(1).filter(|at| prose.tokens.number(*at).is_some()).unwrap_or(name)
}

/// The prize named at `name`, of which the tokens `from..to` speak; `None` where neither count nor amount is told.
fn award(prose: Prose, name: Range<usize>, from: usize, to: usize) -> Option<Award> {
    let stop = (name.end..to).find(|at| prose.bare(*at) == ";").unwrap_or(to);
    let before = name.start.checked_sub(1).filter(|at| *at >= from).and_then(|at| prose.tokens.number(at));
    let count = before.or_else(|| count_behind(prose, name.end..stop));
    let money = (name.end..stop).find_map(|at| Some((at, money_at(prose, at)?)));
    let sum_words = prose.lexicon.sum_words;
    let sums = |at: usize| prose.has(sum_words, at) || sum_words.spelt_at(prose.tokens, at).is_some_and(|len| len > 1);
    let in_all = money.is_some_and(|(at, _)| (name.end..at).any(sums));
    (count.is_some() || money.is_some()).then(|| Award {
        name: crate::extract::capitalised(&prose.said(name.clone())),
        count,
        amount_each: money.filter(|_| !in_all).map(|(_, dong)| dong),
        amount_total: money.filter(|_| in_all).map(|(_, dong)| dong),
        text: prose.said(opening(prose, name.start)..stop).trim_end_matches([',', '.', ' ']).to_owned(),
    })
}

/// "Giải Nhì: 02 giải": a count right before the word for prizes.
fn count_behind(prose: Prose, mut range: Range<usize>) -> Option<u32> {
    range.find_map(|at| {
        let (end, value) = Slot::Count.read(prose.tokens, at).into_iter().next()?;
        let Value::Count(count) = value else { return None };
        prose.lexicon.prize_nouns.at(prose.tokens, end).map(|_| count as u32)
    })
}

fn money_at(prose: Prose, at: usize) -> Option<u64> {
    match Slot::Money.read(prose.tokens, at).into_iter().next()? {
        (_, Value::Money(dong)) => Some(dong),
        _ => None,
    }
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
            let lexicon = Lexicon::of(Rules::builtin());
            let body = Body::new(&doc, &text, Rules::builtin(), &lexicon);
            let show = |n: Option<u64>| n.map_or("-".to_owned(), |n| n.to_string());
            let got: Vec<String> = awards(&body.passages())
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
