//! Cited documents (căn cứ, văn bản viện dẫn).
//!
//! in: the whole letter but its own number → out: `references`, one per document, in order of first mention.
//! Promises: the letter's own number is no reference; a number without digits ("số   /QĐ-SYT") is none; later mentions add
//! the date or issuer the first one lacked. Roles come from `phrases/references.toml`: the nearest cue before a citation.
//! Laws are cited by name. Cost: linear in the text.

mod law;

use crate::document::{Block, Numbered, Role, calendar_date, read_number};
use crate::extract::{Extraction, Reason, one_line};
use crate::record::{CitedAs, Day, Reference};
use crate::rules::{KindRole, Tokens, WordList};
use crate::text::Span;
use crate::text::fold::{Folded, bare};
use crate::text::pattern::pattern;
use jiff::civil::Date;

/// A role's cue this many bytes before a citation still governs it: one long sentence.
const REACH: usize = 700;
/// What is looked at before a number to find the kind's name.
const BEFORE: usize = 90;
/// The longest number with its symbol.
const NUMBER: usize = 100;
/// What is looked at behind a number: date and issuer.
const BEHIND: usize = 260;
/// Longest name of an issuer in words.
const LONGEST_ISSUER: usize = 16;

/// A citation before it is joined with the others of its document.
pub(super) struct Cited {
    reference: Reference,
    span: Span,
    rule: &'static str,
}

/// A kind of document by the names it is cited under.
struct CitedKind {
    /// "ke hoach".
    folded: String,
    /// "Kế hoạch".
    label: String,
    /// "KH" and the same folded; one letter alone is none.
    short: Option<(String, String)>,
}

pub(super) fn fill(page: &mut Extraction) {
    let kinds = kinds(page);
    let mut cited = Vec::new();
    let skipped = [Role::Number, Role::Repeated, Role::PageNumber, Role::PlaceDate, Role::Motto];
    let blocks: Vec<Block> = page.document.blocks.iter().filter(|b| !skipped.contains(&b.role)).copied().collect();
    for block in joined(page, &blocks) {
        numbers(page, block, &kinds, &mut cited);
        law::find(page, block, &mut cited);
    }
    cited.sort_by_key(|c| c.span);
    let cues = cues(page);
    for mut found in cited {
        let Some(block) = blocks.iter().find(|b| b.span.overlaps(found.span)).copied() else { continue };
        found.reference.role = role(page, block, &found, &cues);
        add(page, found);
    }
}

/// Paragraphs as spans: a subject or list broken over blocks is one.
fn joined(page: &Extraction, blocks: &[Block]) -> Vec<Span> {
    let mut out: Vec<(Role, Span)> = Vec::new();
    for block in blocks {
        let near = |last: &Span| page.text.as_str()[last.end..block.span.start.max(last.end)].trim().is_empty();
        match out.last_mut() {
            Some((role, last)) if *role == block.role && block.role == Role::Subject && near(last) => {
                *last = last.cover(block.span);
            }
            _ => out.push((block.role, block.span)),
        }
    }
    out.into_iter().map(|(_, span)| span).collect()
}

/// The kinds that are cited, longest name first.
fn kinds(page: &Extraction) -> Vec<CitedKind> {
    let of = |label: String, short: String| {
        let short = (short.chars().count() > 1).then(|| (short.clone(), bare(&short)));
        CitedKind { folded: bare(&label), label, short }
    };
    let own = page.rules.kinds().iter().filter(|k| !k.is(KindRole::Other) && !k.is(KindRole::Appendix));
    let mut out: Vec<CitedKind> =
        own.map(|kind| of(kind.label.clone(), kind.symbols.first().cloned().unwrap_or_default())).collect();
    for (name, short) in page.lexicon.cited_kinds.pairs() {
        out.push(of(crate::extract::capitalised(&name), short));
    }
    out.sort_by_key(|kind| std::cmp::Reverse(kind.folded.len()));
    out
}

/// The last character boundary up to `at`.
fn floor(s: &str, mut at: usize) -> usize {
    at = at.min(s.len());
    while !s.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pattern!(
    /// A run of digits.
    DIGITS,
    r"[0-9]+"
);

/// The citations by number in a paragraph: every run of digits that nothing is glued to may begin one.
fn numbers(page: &Extraction, block: Span, kinds: &[CitedKind], out: &mut Vec<Cited>) {
    let words = page.words(block);
    let glued = |at: usize| words[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '–'));
    let mut from = 0;
    while let Some(digits) = DIGITS.find_at(words, from) {
        let (at, behind) = (digits.start(), digits.end());
        let window = &words[at..floor(words, at + NUMBER)];
        let found = if glued(at) { None } else { read_number(window).filter(|n| n.serial.is_some()) };
        from = match found.and_then(|number| citation(page, block, at, number, kinds)) {
            Some((cited, end)) => {
                out.push(cited);
                end.max(at + 1)
            }
            None => behind,
        };
    }
}

/// The citation whose number stands at byte `at` of a paragraph, and the byte behind its date: "số" or a kind's name stands
/// before it, or its symbol tells the kind.
fn citation(
    page: &Extraction,
    block: Span,
    at: usize,
    mut number: Numbered,
    kinds: &[CitedKind],
) -> Option<(Cited, usize)> {
    let words = page.words(block);
    number.symbol = super::number::mended(page.rules, &number.symbol);
    let (named, start) = kind_before(words, at, kinds);
    let by_symbol = kind_of_symbol(page, &number, kinds);
    let parted = number.symbol.contains(['-', '/']) || number.year.is_some();
    if start == at && !(by_symbol.is_some() && parted) {
        return None;
    }
    // a symbol of offices alone is that of a công văn
    let letter = || {
        page.rules
            .kind(page.rules.kind_with(KindRole::Letter))
            .filter(|_| number.symbol.contains('-'))
            .map(|kind| kind.label.clone())
    };
    let kind = named.or(by_symbol).or_else(letter);
    let end = at + number.end;
    let rest = &words[end..floor(words, end + BEHIND)];
    let (date, used) = date_behind(rest).map_or((None, 0), |(date, used)| (Some(date), used));
    let issuer = issuer_behind(&rest[used..], page.lexicon.issuer_stops);
    let close = end + used + issuer.as_ref().map_or(0, |(_, n)| *n);
    let span = Span::new(block.start + start, block.start + close);
    let reference = Reference {
        kind,
        number: number.normalized(),
        date: date.map(Day::from),
        issuer: issuer.map(|(name, _)| name),
        role: CitedAs::default(),
        text: one_line(page.words(span)),
    };
    Some((Cited { reference, span, rule: "references.number" }, end + used))
}

/// What stands before `tail` where that is the end of `head` as a word of its own.
fn before_word<'h>(head: &'h str, tail: &str) -> Option<&'h str> {
    head.strip_suffix(tail).filter(|before| !before.ends_with(|c: char| c.is_alphanumeric()))
}

/// The kind's name before "số", and where the citation begins; `at` itself where neither stands there.
fn kind_before(words: &str, at: usize, kinds: &[CitedKind]) -> (Option<String>, usize) {
    let mut from = at.saturating_sub(BEFORE);
    while !words.is_char_boundary(from) {
        from += 1;
    }
    let folded = Folded::new(&words[from..at]);
    let mut head = folded.text.trim_end_matches([' ', ':', '.', ',', ';']);
    let mut start = at;
    // the label of a number, "số", belongs to its grammar
    if let Some(before) = before_word(head, "so") {
        start = from + folded.source_offset(before.len());
        head = before.trim_end_matches([' ', ':', '.', ',', '*']);
    }
    for kind in kinds {
        // "căn cứ" and the like end no kind; an abbreviation counts in capitals only
        let abbreviated = || {
            let (short, short_folded) = kind.short.as_ref()?;
            let before = before_word(head, short_folded)?;
            words[from + folded.source_offset(before.len())..at].trim_start().starts_with(short).then_some(before)
        };
        if let Some(before) = before_word(head, &kind.folded).or_else(abbreviated) {
            return (Some(kind.label.clone()), from + folded.source_offset(before.len()));
        }
    }
    (None, start)
}

fn kind_of_symbol(page: &Extraction, number: &Numbered, kinds: &[CitedKind]) -> Option<String> {
    if let Some(kind) = page.rules.kind_of_symbol(&number.symbol) {
        return Some(kind.label.clone());
    }
    let first = number.symbol.split(['-', '/']).next().unwrap_or("");
    let cited = kinds.iter().find(|kind| kind.short.as_ref().is_some_and(|(short, _)| short == first))?;
    Some(cited.label.clone())
}

pattern!(
    /// A date behind a number, folded: ", ngày 30/11/2023", "ký ngày 07 tháng 4 năm 2014"; a year may have come apart.
    DATE_BEHIND,
    r"(?x)^[\ ,(.]* (?:ky\ )? (?:de\ )? (?:ban\ hanh\ )? ngay
      [\ /.:,thangm-]* (?<day>[0-9]{1,4}) [\ /.:,thangm-]+ (?<month>[0-9]{1,4}) [\ /.:,thangm-]+
      (?<year>[0-9](?:\ *[0-9]){0,3})"
);

/// The date with which `rest` begins, and the byte behind it.
fn date_behind(rest: &str) -> Option<(Date, usize)> {
    let folded = Folded::new(rest);
    let found = DATE_BEHIND.captures(&folded.text)?;
    let part = |name: &str| found[name].replace(' ', "").parse::<i16>().ok();
    let date = calendar_date(part("year")?, part("month")?, part("day")?)?;
    Some((date, folded.source_offset(found.get(0)?.end())))
}

/// "của Ủy ban nhân dân thành phố … về …": the issuer and the byte behind it. The name ends at a mark or at a word that
/// begins the citation's subject.
fn issuer_behind(rest: &str, stops: &WordList) -> Option<(String, usize)> {
    let lead = rest.len() - rest.trim_start_matches([' ', '\n', '\r', ',', ')']).len();
    let folded = Folded::new(&rest[lead..]);
    let tail = folded.text.strip_prefix("cua ")?;
    let from = folded.text.len() - tail.len();
    let end = issuer_length(tail, stops);
    let (a, b) = (lead + folded.source_offset(from), lead + folded.source_offset(from + end));
    let raw = &rest[a..b];
    let name = one_line(raw).trim_end_matches([',', ';', '.', ':', ')', ' ', '/']).to_owned();
    let proper = name.chars().next().is_some_and(char::is_uppercase);
    (proper && name.chars().count() > 2)
        .then(|| (name, a + raw.trim_end_matches([',', ';', '.', ':', ')', ' ', '\n', '/']).len()))
}

/// Bytes of the folded words that name an issuer.
fn issuer_length(tail: &str, stops: &WordList) -> usize {
    let mut end = 0;
    for (nth, piece) in tail.split_inclusive(' ').enumerate() {
        let word = piece.trim();
        let next = tail[end + piece.len()..].split(' ').next().unwrap_or("");
        let stop = || stops.folded(word).is_some() || stops.folded(&format!("{word} {next}")).is_some();
        if nth >= LONGEST_ISSUER || nth > 0 && stop() {
            break;
        }
        // "TP." ends nothing
        if word.ends_with([',', ';', '.', ':', ')']) && !word.ends_with("tp.") {
            return end + piece.len();
        }
        if let Some(bracket) = piece.find(['(', '"']) {
            return end + bracket;
        }
        end += piece.len();
    }
    end
}

/// Cues of roles in the whole text: span and role.
fn cues(page: &Extraction) -> Vec<(Span, CitedAs)> {
    let tokens = Tokens::new(page.text.slice(page.document.span));
    let book = page.rules.phrases("references");
    let shift = page.document.span.start;
    let found = book.find(&tokens);
    found.into_iter().filter_map(|m| Some((m.span.shifted(shift), m.gives("role")?.into()))).collect()
}

/// The role of a citation: of its paragraph, else of the nearest cue before it in the paragraph.
fn role(page: &Extraction, block: Block, found: &Cited, cues: &[(Span, CitedAs)]) -> CitedAs {
    let last = cues.partition_point(|(span, _)| span.end <= found.span.start);
    let here = cues[..last].iter().rev().take_while(|(span, _)| span.start >= block.span.start);
    let near = here.clone().next().filter(|(span, _)| found.span.start - span.end <= REACH);
    // what follows a citation may say what became of it: "… hết hiệu lực"
    let Some((cue, role)) = near else {
        return if block.role == Role::Basis { CitedAs::Basis } else { CitedAs::Mention };
    };
    if block.role == Role::Basis && matches!(role, CitedAs::Implements | CitedAs::Mention) {
        return CitedAs::Basis;
    }
    let between = page.words(Span::new(cue.end, found.span.start));
    if *role == CitedAs::AttachmentOf {
        let bracketed = page.words(block.span).trim_start().starts_with('(') || block.role == Role::Subject;
        let near = bracketed || block.span.start + 4 >= cue.start;
        return if near { role.clone() } else { CitedAs::Mention };
    }
    // a full stop ends what a cue governs, but for the first words of a paragraph of grounds
    let sentence_over = between.contains(". ") || between.contains(".\n");
    let ends = sentence_over && !matches!(role, CitedAs::Implements | CitedAs::Basis);
    if ends { CitedAs::Mention } else { role.clone() }
}

/// Adds a citation, or what it knows more to the one there is; the letter's own number is none.
fn add(page: &mut Extraction, found: Cited) {
    let new = found.reference;
    let own = page.record.number.as_ref().and_then(|number| number.normalized.as_ref());
    if own.zip(new.number.as_ref()).is_some_and(|(own, new)| is_same_number(own, new)) {
        return;
    }
    if let Some(old) = page.record.references.iter_mut().find(|old| is_same(old, &new)) {
        old.date = old.date.take().or(new.date);
        old.issuer = old.issuer.take().or(new.issuer);
        if old.role == CitedAs::Mention {
            old.role = new.role;
        }
        return;
    }
    let field = format!("references[{}]", page.record.references.len());
    page.record.references.push(new);
    page.note(&field, found.rule, found.span, 1.0);
    let confidence = page.confidence(found.span);
    page.reasons.push(Reason {
        field: format!("{field}.role"),
        rule: "references.cue".into(),
        span: found.span,
        confidence,
    });
}

fn is_same_number(a: &str, b: &str) -> bool {
    a.to_uppercase() == b.to_uppercase()
}

/// Whether two citations are of one document: of one number, or neither has one and one's words begin the other's.
fn is_same(old: &Reference, new: &Reference) -> bool {
    match (&old.number, &new.number) {
        (Some(old), Some(new)) => is_same_number(old, new),
        (None, None) => {
            let (old, new) = (bare(&old.text), bare(&new.text));
            old.starts_with(&new) || new.starts_with(&old)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::record_of;

    fn letter(body: &str) -> crate::record::Record {
        record_of(&format!("UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\n\n{body}\n"))
    }

    type Wanted<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<&'a str>, &'a str);

    #[test]
    fn kinds_numbers_dates_issuers_and_roles() {
        let cases: [(&str, Wanted); 11] = [
            (
                "Thực hiện Kế hoạch số 82/KH-UBND ngày 30/11/2022 của Ủy ban nhân dân thành phố Cao Lâm về thi đua.",
                (
                    Some("Kế hoạch"),
                    Some("82/KH-UBND"),
                    Some("2022-11-30"),
                    Some("Ủy ban nhân dân thành phố Cao Lâm"),
                    "implements",
                ),
            ),
            (
                "Căn cứ Nghị định số 71/2016/NĐ-CP ngày 01 tháng 7 năm 2016 của Chính phủ quy định chi tiết;",
                (Some("Nghị định"), Some("71/2016/NĐ-CP"), Some("2016-07-01"), Some("Chính phủ"), "basis"),
            ),
            (
                "Căn cứ Chỉ thị 34-CT/TW của Bộ Chính trị;",
                (Some("Chỉ thị"), Some("34-CT/TW"), None, Some("Bộ Chính trị"), "basis"),
            ),
            (
                "Theo Công điện số 1155/CĐE-\nBYT ngày 31/10/2022 của Bộ Y tế về bão.",
                (Some("Công điện"), Some("1155/CĐE-BYT"), Some("2022-10-31"), Some("Bộ Y tế"), "implements"),
            ),
            (
                "Quyết định này thay thế Quyết định số 5/QĐ-UBND ngày 2/3/2020.",
                (Some("Quyết định"), Some("5/QĐ-UBND"), Some("2020-03-02"), None, "replaces"),
            ),
            (
                "Trả lời Công văn số 45/PNV ngày 2/3/2022 của Phòng Nội vụ, quận có ý kiến.",
                (Some("Công văn"), Some("45/PNV"), Some("2022-03-02"), Some("Phòng Nội vụ"), "answers"),
            ),
            (
                "Quận gửi kèm Kế hoạch số 9/KH-HĐTĐ ngày 4/1/2023 để biết.",
                (Some("Kế hoạch"), Some("9/KH-HĐTĐ"), Some("2023-01-04"), None, "attachment"),
            ),
            (
                "Căn cứ Luật Thi đua, Khen thưởng ngày 15/6/2022;",
                (Some("Luật"), None, Some("2022-06-15"), None, "basis"),
            ),
            (
                "Căn cứ Luật Lưu trữ số 33/2024/QH15 ngày 21 tháng 6 năm 2024;",
                (Some("Luật"), Some("33/2024/QH15"), Some("2024-06-21"), None, "basis"),
            ),
            (
                "Sửa đổi, bổ sung một số điều của Quy chế số 12/QC-UBND ngày 5/5/2021.",
                (Some("Quy chế"), Some("12/QC-UBND"), Some("2021-05-05"), None, "amends"),
            ),
            (
                "Đã có Công văn số 499/ RHMTW, ngày 4/10/2022 mời họp.",
                (Some("Công văn"), Some("499/RHMTW"), Some("2022-10-04"), None, "mention"),
            ),
        ];
        for (body, (kind, number, date, issuer, role)) in cases {
            let record = letter(body);
            assert_eq!(record.references.len(), 1, "{body}: {:?}", record.references);
            let r = &record.references[0];
            let date_read = r.date.as_ref().map(Day::to_string);
            let got =
                (r.kind.as_deref(), r.number.as_deref(), date_read.as_deref(), r.issuer.as_deref(), r.role.as_str());
            assert_eq!(got, (kind, number, date, issuer, role), "{body}");
        }
    }

    #[test]
    fn what_is_no_reference() {
        for body in [
            "Theo Kế hoạch số 1/KH-UBND này.",
            "Quyết định số   /QĐ-SYT ngày   /12/2022.",
            "Đạt 15/20 bài, 24/7, ngày 15/6/2023, 02 bài/đơn vị.",
            "Ở số 12/3 đường Lê Lợi, km/h.",
        ] {
            let record = letter(body);
            assert!(record.references.is_empty(), "{body}: {:?}", record.references);
        }
    }

    #[test]
    fn one_per_document() {
        let record =
            letter("Thực hiện Công văn số 45/PNV của Phòng Nội vụ. Theo Công văn số 45/PNV ngày 2/3/2022, làm ngay.");
        assert_eq!(record.references.len(), 1);
        assert_eq!(record.references[0].date, Some("2022-03-02".into()));
    }
}
