//! The issuer (cơ quan ban hành), with the office above it (cơ quan chủ quản).
//!
//! in: the issuer blocks of the header; without them symbol, body and signature → out: `issuer` with its parent.
//! Promises: a name broken over lines is put together; an issuer that no header names is listed in `needs_review`.

use crate::document::{Role, bare_of, in_capitals};
use crate::extract::Extraction;
use crate::extract::language::casing;
use crate::extract::language::prose::AND;
use crate::record::{Doubt, Issuer};
use crate::text::Span;
use crate::text::fold::bare;

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Issuer);
    let offices = offices(page, &blocks);
    match offices.as_slice() {
        [] => without_header(page),
        [.., last] => {
            let parent = offices.len().checked_sub(2).map(|at| casing::office(&offices[at].0, &page.lexicon));
            let name = casing::office(&last.0, &page.lexicon);
            page.note("issuer", "issuer.header", last.1, 1.0);
            if page.frame.slipped_office(&bare(&last.0)) {
                page.record.review("issuer", Doubt::IssuerUnsure, vec![name.clone()]);
            }
            page.record.issuer = Some(Issuer { parent, name });
        }
    }
}

/// The offices the header's lines name, from the top; continued lines are joined.
fn offices(page: &Extraction, blocks: &[Span]) -> Vec<(String, Span)> {
    let mut out: Vec<(String, Span)> = Vec::new();
    for block in blocks {
        let words = clean(&page.line(*block));
        // two letters are what noise leaves; no office's line is that short
        if words.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            continue;
        }
        let folded = bare(&words);
        let hanging = out.last().is_some_and(|(last, _)| hangs(last));
        let begins = page.frame.office(&folded) && !page.lexicon.not_offices.heads(&folded);
        match out.last_mut() {
            Some((last, span)) if hanging || !begins => {
                last.push(' ');
                last.push_str(&words);
                *span = span.cover(*block);
            }
            // noise above the header is no office
            None if !begins && !page.frame.begins_with_level(&folded) => {}
            _ => out.push((words, *block)),
        }
    }
    out
}

/// Whether a line of a name ends where no name ends: at a comma, a hyphen, "và".
fn hangs(line: &str) -> bool {
    line.ends_with([',', '-', '–']) || line.rsplit_once(' ').is_some_and(|(_, last)| bare(last) == AND)
}

fn clean(words: &str) -> String {
    let spaced = words.replace(" -", " - ").replace("- ", " - ");
    let trimmed = spaced.trim_matches(|c: char| !c.is_alphanumeric());
    // specks of a scan among capitals: "ˆ", "_", "h"
    let speck = |word: &&str| {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        letters == 0 && !matches!(*word, "-" | "–" | "&") || letters == 1 && word.chars().any(char::is_lowercase)
    };
    let capitals = in_capitals(trimmed);
    let kept = trimmed.split_whitespace().filter(|word| !capitals || !speck(word));
    kept.collect::<Vec<_>>().join(" ").replace("- - ", "- ")
}

/// From signature, symbol and place: "TM. ỦY BAN NHÂN DÂN", KH-UBND, "Hà Đông", "Ủy ban nhân dân quận …".
fn without_header(page: &mut Extraction) {
    let signed = page.record.signer.as_ref().and_then(|s| s.authority.clone());
    let signed = signed.and_then(|a| a.split_once(". ").map(|(_, office)| office.to_owned()));
    let Some(name) = signed.or_else(|| by_symbol(page)) else {
        if page.record.number.is_some() {
            page.record.review("issuer", Doubt::IssuerMissing, Vec::new());
        }
        return;
    };
    let full = match (level_in_body(page, &name), page.record.place.clone()) {
        (Some((level, span)), Some(place)) if !bare(&name).contains(&bare(&place)) => {
            page.note("issuer", "issuer.body_and_signature", span, 0.7);
            format!("{name} {level} {place}")
        }
        _ => {
            let signature = page.document.first(Role::Signature).or(page.document.first(Role::Number));
            if let Some(span) = signature {
                page.note("issuer", "issuer.signature", span, 0.6);
            }
            name
        }
    };
    page.record.review("issuer", Doubt::IssuerInferred, vec![full.clone()]);
    page.record.issuer = Some(Issuer { parent: None, name: full });
}

/// The office that the last part of the symbol stands for ("KH-UBND").
fn by_symbol(page: &Extraction) -> Option<String> {
    let symbol = page.record.number.as_ref()?.symbol.as_ref()?;
    let list = page.lexicon.symbols;
    let parts: Vec<&str> = symbol.split(['-', '/']).collect();
    parts.iter().rev().chain(parts.first()).find_map(|part| list.get(part)).map(str::to_owned)
}

/// The most frequent of all offices, the people's committee, goes by its abbreviation in running text.
const ABBREVIATED: &str = "ubnd";

/// The level ("quận", "huyện" …) that most often follows the office's name in the running text, and where it first does.
fn level_in_body(page: &Extraction, name: &str) -> Option<(String, Span)> {
    let name = bare(name);
    let levels: Vec<(String, &str)> = page.lexicon.levels.entries().map(|level| (bare(level), level)).collect();
    let mut count: Vec<(&str, usize, Span)> = Vec::new();
    for span in [Role::Body, Role::Basis, Role::Title].into_iter().flat_map(|role| page.blocks(role)) {
        let folded = bare_of(page.text, span);
        let named = [name.as_str(), ABBREVIATED].into_iter().flat_map(|name| folded.match_indices(name));
        for behind in named.map(|(at, name)| &folded[at + name.len()..]) {
            let Some((_, level)) = levels.iter().find(|(level, _)| opens_with(behind.trim_start(), level)) else {
                continue;
            };
            match count.iter_mut().find(|(known, ..)| known == level) {
                Some((_, times, _)) => *times += 1,
                None => count.push((level, 1, span)),
            }
        }
    }
    count.into_iter().max_by_key(|(_, times, _)| *times).map(|(level, _, span)| (level.to_owned(), span))
}

/// Whether `rest` begins with these whole words.
fn opens_with(rest: &str, words: &str) -> bool {
    rest.strip_prefix(words).is_some_and(|behind| !behind.starts_with(|c: char| c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn names_are_put_together_from_their_lines() {
        let cases = [
            ("ỦY BAN NHÂN DÂN\nQUẬN HÀ LÂM", None, "Ủy ban nhân dân quận Hà Lâm"),
            ("UBND TỈNH CAO LÂM\nSỞ Y TẾ", Some("Ủy ban nhân dân tỉnh Cao Lâm"), "Sở Y tế"),
            ("UBND HUYỆN A\nPHÒNG GIÁO DỤC\nVÀ ĐÀO TẠO", Some("Ủy ban nhân dân huyện A"), "Phòng Giáo dục và Đào tạo"),
        ];
        for (head, parent, name) in cases {
            let raw = format!(
                "{head}\nSố: 1/KH-XX\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHà Lâm, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\n"
            );
            let issuer = record_of(&raw).issuer.unwrap_or_else(|| panic!("{head}"));
            assert_eq!((issuer.parent.as_deref(), issuer.name.as_str()), (parent, name), "{head}");
        }
    }

    #[test]
    fn without_header_it_is_doubted() {
        let raw = "Số: 9/KH-UBND\nHà Lâm, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện Luật, Ủy ban nhân dân quận xây dựng kế hoạch.\n\
            Nơi nhận:\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nLê Văn Bình\n";
        let record = record_of(raw);
        assert_eq!(record.issuer.as_ref().map(|i| i.name.as_str()), Some("Ủy ban nhân dân quận Hà Lâm"));
        assert!(record.needs_review.iter().any(|r| r.field == "issuer"));
    }
}
