//! The frame of a letter: what a single line, or half a line, of a header is by itself.
//!
//! in: a line → out: its pieces in order, each with its [`Sign`].
//! Promises: header halves read as one line come apart (issuer | quốc hiệu, number | place and date).
//! Leaves out: what the neighbours say about a line (`header`, `starts`).

use super::cue::{self, Cues};
use super::dateline::{self, DateLine};
use super::lines::{Line, bare_of, in_capitals, part, pieces, trimmed};
use super::number::{self, Numbered};
use crate::rules::{Kind, KindRole, Rules, WordList};
use crate::text::fold::{Folded, bare};
use crate::text::pattern::pattern;
use crate::text::{Span, Text};

/// What a piece of a line is by itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sign {
    /// Quốc hiệu, tiêu ngữ.
    Motto,
    /// "Số: 783/UBND-NV".
    Number(Numbered),
    /// "Hà Đông, ngày … tháng … năm …".
    Date(DateLine),
    /// A title line: id of the kind and how many characters of the piece are the title.
    Title(String, usize),
    /// V/v …
    Subject,
    /// Kính gửi.
    Addressees,
    /// Part of an incoming or digital-signature stamp.
    Stamp,
    /// Khẩn, mật, lưu hành nội bộ.
    Mark,
    /// Capitals that begin as offices' names do.
    Office,
    /// Other capitals.
    Capitals,
    /// Anything else.
    Other,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Its words.
    pub span: Span,
    /// What it is.
    pub sign: Sign,
}

/// The text with the lists a frame is recognised by.
pub(crate) struct Frame<'a> {
    /// The text.
    pub text: &'a Text,
    /// All rules.
    pub rules: &'a Rules,
    /// `cues.tsv`.
    pub cues: Cues,
    offices: Vec<String>,
    /// Posts, folded and as listed.
    positions: Vec<(String, &'a str)>,
    surnames: &'a WordList,
    /// Ranks in words and abbreviated degrees before a signer's name, folded.
    pub(crate) ranks: Vec<String>,
    pub(crate) degrees: Vec<String>,
    levels: Vec<String>,
    titles: Vec<Title<'a>>,
}

/// A title as kinds of documents bear it.
struct Title<'a> {
    kind: &'a str,
    folded: String,
    /// The same without blanks.
    solid: String,
}

/// A post found at the beginning of a line.
pub(crate) struct Post<'a> {
    /// As the list has it: "phó chủ tịch".
    pub listed: &'a str,
    /// Byte behind it in the folded line.
    pub end: usize,
    /// False where letters differ.
    pub exact: bool,
}

pattern!(
    /// A piece that a pen's blank may have been torn from, folded: "Số:", "…, ngày", "tháng".
    OPEN,
    r"(?:^| )(?:so:?|ngay|thang|nam)$"
);
pattern!(
    /// What a pen's blank stood before, folded: "tháng …", "năm 20…", "/KH-UBND".
    TORN_OFF,
    r"^(?:thang|nam [12]|/)"
);
pattern!(
    /// "Ngày: 9/3": the second line of a stamp, folded.
    STAMP_DATE,
    r"^ngay:.{0,24}$"
);
pattern!(
    /// A stamp that is one line: "VĂN PHÒNG UBND TỈNH ĐẾN Số: 1234 Ngày: 05/6/2026".
    STAMP_LINE,
    r"(?:^|[^\p{L}])ĐẾN[^\p{L}]{1,4}(?:Số|SỐ|Ngày|NGÀY)(?:[^\p{L}]| đến)"
);
pattern!(
    /// Behind a title's words, folded: they belong to an office's name ("KẾ HOẠCH VÀ ĐẦU TƯ") or to a sentence.
    NAME_GOES_ON,
    r"^(?:va |cua |-)"
);

/// Whether `here`, to the right of `before`, was torn from it by a pen's blank; both folded.
fn is_torn(before: &str, here: &str) -> bool {
    OPEN.is_match(before) || TORN_OFF.is_match(here) || before.starts_with("so:") && here.starts_with('/')
}

/// Whether a line is all of a stamp of arrival.
pub(crate) fn is_stamp_line(words: &str) -> bool {
    STAMP_LINE.is_match(words)
}

/// Whether this is the kind of appendices, lists and forms: they belong to the letter before them.
pub(crate) fn is_appendix(kind: &Kind) -> bool {
    kind.is(KindRole::Appendix)
}

/// Longest line of a stamp with "Số:", in bytes.
const LONGEST_STAMP: usize = 40;
/// Longest line that is a title with letters slipped, in characters.
const LONGEST_TITLE: usize = 60;
/// Titles shorter than this are told only when every letter is right, in letters.
const SHORT_TITLE: usize = 7;

/// Posts of so many letters are told only when every letter is right.
const SHORT_POST: usize = 6;

/// Longer lines are running text: the widest header line read across both columns has about 110 characters.
const LONGEST_HEADER_LINE: usize = 170;

impl<'a> Frame<'a> {
    /// Lists of `rules` over `text`.
    pub(crate) fn new(text: &'a Text, rules: &'a Rules) -> Frame<'a> {
        let list = |name: &str| {
            let mut words: Vec<String> = rules.words(name).entries().map(bare).collect();
            words.sort_by_key(|w| std::cmp::Reverse(w.len()));
            words
        };
        let titles = rules.kinds().iter().flat_map(|kind| kind.titles.iter().map(move |title| (kind, bare(title))));
        let title = |(kind, folded): (&'a Kind, String)| {
            let solid = folded.replace(' ', "");
            Title { kind: &kind.id, folded, solid }
        };
        let mut positions: Vec<(String, &str)> = rules.words("positions").entries().map(|p| (bare(p), p)).collect();
        positions.sort_by_key(|(folded, _)| std::cmp::Reverse(folded.len()));
        Frame {
            text,
            rules,
            cues: Cues::new(rules),
            offices: list("offices"),
            positions,
            surnames: rules.words("surnames"),
            ranks: list("ranks"),
            degrees: list("degrees"),
            levels: list("levels"),
            titles: titles.map(title).collect(),
        }
    }

    /// The pieces of a line.
    pub(crate) fn signs(&self, line: &Line) -> Vec<Piece> {
        if line.bare.len() > LONGEST_HEADER_LINE {
            return vec![Piece { span: line.span, sign: Sign::Other }];
        }
        let mut out = Vec::new();
        for span in self.rejoined(pieces(self.text, line.span)) {
            self.cut(span, &mut out, 0);
        }
        out
    }

    /// Puts together what a pen's blank tore apart: "Số:" and its number, "ngày" "tháng" "năm".
    fn rejoined(&self, spans: Vec<Span>) -> Vec<Span> {
        let mut out: Vec<Span> = Vec::new();
        for span in spans {
            let here = bare_of(self.text, span);
            match out.last_mut() {
                Some(last) if is_torn(&bare_of(self.text, *last), &here) => *last = last.cover(span),
                _ => out.push(span),
            }
        }
        out
    }

    fn cut(&self, span: Span, out: &mut Vec<Piece>, depth: usize) {
        let span = trimmed(self.text, span);
        if span.is_empty() {
            return;
        }
        // a line holds at most motto, number, date and what stands between them
        if depth < 6
            && let Some((middle, sign)) = self.known(span)
        {
            self.cut(Span::new(span.start, middle.start), out, depth + 1);
            out.push(Piece { span: middle, sign });
            self.cut(Span::new(middle.end, span.end), out, depth + 1);
            return;
        }
        out.push(Piece { span, sign: self.classify(span) });
    }

    /// The part of a piece that is known by its words wherever it stands.
    fn known(&self, span: Span) -> Option<(Span, Sign)> {
        let folded = bare_of(self.text, span);
        for role in ["motto", "watchword"] {
            if folded.len() >= 20
                && let Some((from, to)) = self.cues.find(role, &folded)
            {
                return Some((part(self.text, span, from, to), Sign::Motto)).filter(|(s, _)| !s.is_empty());
            }
        }
        let slice = self.text.slice(span);
        if let Some(at) = number_label(slice)
            && let Some(mut found) = number::read(&slice[at..]).or_else(|| number::read_covered(&slice[at..]))
        {
            found.end += at;
            return Some((Span::new(span.start, span.start + found.end), Sign::Number(found)));
        }
        if let Some((label, mut found)) = misread_label(slice) {
            found.end += label;
            return Some((Span::new(span.start, span.start + found.end), Sign::Number(found)));
        }
        let date = dateline::read(slice)?;
        let start = if date.place.is_empty() { date.date.start } else { date.place.start };
        let middle = Span::new(span.start + start, span.start + date.date.end);
        let shifted = shift(date, start);
        Some((middle, Sign::Date(shifted)))
    }

    fn classify(&self, span: Span) -> Sign {
        let (slice, folded) = (self.text.slice(span), bare_of(self.text, span));
        let core = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        if core.starts_with("v/v") || self.cues.opens("subject", &folded).is_some() {
            return Sign::Subject;
        }
        if self.cues.opens("addressees", &folded).is_some() {
            return Sign::Addressees;
        }
        if let Some((kind, length)) = self.title(slice) {
            return Sign::Title(kind, length);
        }
        let marks = ["urgency", "secrecy", "circulation"];
        if marks.iter().any(|role| self.cues.is(role, &folded)) && (in_capitals(slice) || folded.len() > 12) {
            return Sign::Mark;
        }
        if self.is_stamp(slice, &folded) {
            return Sign::Stamp;
        }
        if !in_capitals(slice) {
            return Sign::Other;
        }
        if self.office(&folded) { Sign::Office } else { Sign::Capitals }
    }

    fn is_stamp(&self, slice: &str, folded: &str) -> bool {
        let core = folded.trim_matches(|c: char| !c.is_alphanumeric());
        let numbers_only = slice.len() < LONGEST_STAMP && slice.contains([':', '.']) && number_label(slice).is_some();
        core == cue::ARRIVED && in_capitals(slice)
            || numbers_only
            || is_stamp_line(slice)
            || ["stamp", "digital"].iter().any(|role| self.cues.opens(role, folded).is_some())
            || STAMP_DATE.is_match(folded)
    }

    /// The kind whose title a line is or opens with, and the length of the title in characters; letters may have slipped
    /// and blanks be lost ("QUYÉT ĐỊNH", "K Ế H O Ạ C H").
    pub(crate) fn title(&self, slice: &str) -> Option<(String, usize)> {
        if self.opens_with_level(slice) {
            return None;
        }
        if let Some(kind) = self.rules.kind_of_title(slice) {
            let length = kind.in_title(slice).unwrap_or(0);
            return Some((kind.id.clone(), length));
        }
        let trimmed = slice.trim_matches(|c: char| !c.is_alphanumeric());
        if !in_capitals(trimmed) || trimmed.chars().count() > LONGEST_TITLE || self.office(&bare(trimmed)) {
            return None;
        }
        self.title_in_capitals(slice).or_else(|| self.slipped_title(slice, trimmed))
    }

    /// "PHƯỜNG AN BÌNH" is a place, however near "PHƯƠNG ÁN" it is without its marks.
    fn opens_with_level(&self, slice: &str) -> bool {
        let first = slice.split_whitespace().next().unwrap_or("").to_lowercase();
        self.rules.words("levels").has(&first)
    }

    /// "KẾ HOẠCH ĐÀO TẠO CHUYÊN KHOA": a title that goes on in capitals, but for "KẾ HOẠCH VÀ ĐẦU TƯ", "QUYẾT ĐỊNH:".
    fn title_in_capitals(&self, slice: &str) -> Option<(String, usize)> {
        let lead = slice.chars().take_while(|c| !c.is_alphanumeric()).count();
        let folded: String = bare(slice).chars().skip(lead).collect();
        let goes_on = |title: &&Title| {
            let rest = folded.strip_prefix(title.folded.as_str()).and_then(|rest| rest.strip_prefix(' '));
            rest.is_some_and(|rest| rest.len() > 3 && !NAME_GOES_ON.is_match(rest))
        };
        let title = self.titles.iter().filter(goes_on).max_by_key(|title| title.folded.len())?;
        Some((title.kind.to_owned(), lead + title.folded.chars().count()))
    }

    /// A title without its blanks, or with wrong letters where it is long enough to be told all the same.
    fn slipped_title(&self, slice: &str, trimmed: &str) -> Option<(String, usize)> {
        let solid: String = bare(trimmed).chars().filter(|c| !c.is_whitespace()).collect();
        let fits = |title: &&Title| {
            if title.solid.len() < SHORT_TITLE { solid == title.solid } else { cue::same(&solid, &title.solid) }
        };
        let best = self.titles.iter().filter(fits).max_by_key(|title| (solid == title.solid, title.solid.len()))?;
        Some((best.kind.to_owned(), slice.chars().count()))
    }

    /// Whether a line is the title of an appendix or a list.
    pub(crate) fn is_appendix_title(&self, words: &str) -> bool {
        self.rules.kind_of_title(words).is_some_and(is_appendix)
    }

    /// Whether folded words begin as an office's name does.
    pub(crate) fn office(&self, folded: &str) -> bool {
        let core = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        self.offices.iter().any(|head| {
            core.strip_prefix(head.as_str()).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
                // "tỉnh Đông Sơn" is a letter off "tỉnh đoàn"
                || (head.len() > 8 && !self.begins_with_level(core) && cue::opens(core, head).is_some())
        })
    }

    /// Whether folded words begin with an office's name but for letters that slipped: "y ban nhan dan".
    pub(crate) fn slipped_office(&self, folded: &str) -> bool {
        let core = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        let whole = |head: &String| {
            core.strip_prefix(head.as_str()).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        };
        self.office(folded) && !self.offices.iter().any(whole)
    }

    /// The end of the post with which folded words begin.
    pub(crate) fn position(&self, folded: &str) -> Option<usize> {
        self.post(folded).map(|post| post.end)
    }

    /// The post with which folded words begin.
    pub(crate) fn post(&self, folded: &str) -> Option<Post<'a>> {
        let lead = folded.len() - folded.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let printed = self.positions.iter().find_map(|(post, listed)| {
            let after = folded[lead..].strip_prefix(post.as_str())?;
            let whole = !after.starts_with(|c: char| c.is_alphanumeric());
            whole.then_some(Post { listed, end: lead + post.len(), exact: true })
        });
        // what stands there letter by letter comes before what it is like: "PHÓ CỤC TRƯỞNG" is no "Chi cục trưởng"
        printed.or_else(|| {
            let long = self.positions.iter().filter(|(post, _)| post.len() > SHORT_POST);
            long.filter_map(|(post, listed)| Some(Post { listed, end: cue::opens(folded, post)?, exact: false })).next()
        })
    }

    /// Whether folded words end with a post of two words or more behind others: what a pen left of "KT." before "GIÁM ĐỐC".
    pub(crate) fn ends_in_post(&self, folded: &str) -> bool {
        folded.match_indices(' ').any(|(at, _)| {
            let tail = &folded[at + 1..];
            tail.contains(' ') && self.post(tail).is_some_and(|post| post.exact && post.end == tail.len())
        })
    }

    /// Whether a word is a family name.
    pub(crate) fn surname(&self, word: &str) -> bool {
        self.surnames.folded(&bare(word)).is_some()
    }

    /// Whether a word is a middle name.
    pub(crate) fn middle_name(&self, word: &str) -> bool {
        self.rules.words("middle_names").folded(&bare(word)).is_some()
    }

    /// Whether a word is, with its marks, a family name and begins no office's name: "Trương", not "Đoàn".
    pub(crate) fn only_surname(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let is = |entry: &str| entry.to_lowercase() == word;
        let heads = |entry: &str| entry.split(' ').next().is_some_and(is);
        self.surnames.entries().any(is) && !self.rules.words("offices").entries().any(heads)
    }

    /// Whether folded words begin with a level of administration ("quan thanh luong").
    pub(crate) fn begins_with_level(&self, folded: &str) -> bool {
        self.levels.iter().any(|level| folded.strip_prefix(level.as_str()).is_some_and(|rest| rest.starts_with(' ')))
    }

    /// `words` without the cue of that role ("Kính gửi:") they may open with.
    pub(crate) fn behind_cue<'w>(&self, role: &str, words: &'w str) -> &'w str {
        let folded = Folded::new(words);
        match self.cues.opens(role, &folded.text) {
            Some(end) => words[folded.source_offset(end)..].trim_start_matches([':', ' ', '.', ';']),
            None => words,
        }
    }

    /// The family names that `word`, itself none as it is written, is when marks are left out; the most frequent first.
    pub(crate) fn surnames_without_marks(&self, word: &str) -> Vec<&str> {
        let (same, folded) = (word.to_lowercase(), bare(word));
        let fits: Vec<&str> = self.surnames.entries().filter(|name| bare(name) == folded).collect();
        if fits.iter().any(|name| name.to_lowercase() == same) {
            return Vec::new();
        }
        let common = self.rules.words("common_surnames");
        let (mut first, rest): (Vec<&str>, Vec<&str>) =
            fits.into_iter().partition(|name| common.entries().any(|c| c == *name));
        first.extend(rest);
        first
    }

    /// Whether just one of the names that `word` may be without its marks is frequent.
    pub(crate) fn has_one_common_surname(&self, word: &str) -> bool {
        let common = self.rules.words("common_surnames");
        let fits = self.surnames_without_marks(word);
        fits.iter().filter(|name| common.entries().any(|c| c == **name)).count() == 1
    }

    /// Family names as they are written that differ from `word` by at most one bare letter, in the list's order.
    pub(crate) fn surnames_near(&self, word: &str) -> Vec<&str> {
        let word = bare(word);
        let near = |name: &&str| super::cue::one_letter_off(&bare(name), &word);
        self.surnames.entries().filter(near).collect()
    }

    /// The kind of this id.
    pub(crate) fn kind(&self, id: &str) -> Option<&'a Kind> {
        self.rules.kind(id)
    }
}

fn shift(date: DateLine, by: usize) -> DateLine {
    let moved = |r: std::ops::Range<usize>| r.start.saturating_sub(by)..r.end.saturating_sub(by);
    let part = |p: dateline::Part| dateline::Part { at: moved(p.at.clone()), ..p };
    DateLine {
        place: if date.place.is_empty() { 0..0 } else { moved(date.place) },
        date: moved(date.date),
        day: part(date.day),
        month: part(date.month),
        year: part(date.year),
    }
}

/// Byte behind "Số:" when a piece begins with it; slips like "Só", "S6", "Sô ." included. A bare number counts when
/// digits and a slash open the piece.
pub(crate) fn number_label(slice: &str) -> Option<usize> {
    let lead = slice.len() - slice.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let mut chars = slice[lead..].char_indices();
    let (_, first) = chars.next()?;
    if first.is_ascii_digit() {
        let head: String = slice[lead..].chars().take(12).collect();
        return (head.contains('/') && !head.starts_with("2/")).then_some(lead);
    }
    let (at, second) = chars.next()?;
    let folded = crate::text::fold::bare_char(second);
    if !matches!(first, 'S' | 's' | '$' | '5') || !matches!(folded, 'o' | '6' | '0' | 'e') {
        return None;
    }
    let end = lead + at + second.len_utf8();
    let rest = &slice[end..];
    let next = rest.chars().next()?;
    // "Sóz2/222../SYT", "SốW/SYT": strokes of the pen glued to the label
    let word = rest.split(' ').next().unwrap_or("");
    let symbol = |(pen, symbol): (&str, &str)| {
        pen.chars().count() <= 3 && symbol.chars().take_while(|c| c.is_uppercase()).count() >= 2
    };
    let numbered = word.contains('/') && word.contains(|c: char| c.is_ascii_digit());
    let glued = !second.is_ascii() && (numbered || word.split_once('/').is_some_and(symbol));
    if next.is_alphabetic() && !glued {
        return None;
    }
    let label = rest.len() - rest.trim_start_matches([':', ' ', '.', ';', ',', '\'', '*']).len();
    Some(end + label)
}

pattern!(
    /// What is left of "Số:" where a letter is missing or another: "Si:", "S :", "Ső:".
    MISREAD_LABEL,
    r"^[^\p{Alphabetic}\p{N}]*S[^\x20:]{0,2}\x20?:\s*"
);

/// The number behind a label whose letters are damaged, and the byte at which it begins: only where number and symbol are
/// whole and nothing else could stand there.
fn misread_label(slice: &str) -> Option<(usize, Numbered)> {
    let at = MISREAD_LABEL.find(slice)?.end();
    let found = number::read(&slice[at..])?;
    let whole = found.serial.is_some() && (found.symbol.contains('-') || found.party);
    whole.then_some((at, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(line: &str) -> Vec<(String, &'static str)> {
        let text = Text::plain(line);
        let frame = Frame::new(&text, Rules::builtin());
        let name = |sign: &Sign| match sign {
            Sign::Motto => "motto",
            Sign::Number(_) => "number",
            Sign::Date(_) => "date",
            Sign::Title(..) => "title",
            Sign::Subject => "subject",
            Sign::Addressees => "addressees",
            Sign::Stamp => "stamp",
            Sign::Mark => "mark",
            Sign::Office => "office",
            Sign::Capitals => "capitals",
            Sign::Other => "other",
        };
        let lines = super::super::lines::lines(&text);
        frame.signs(&lines[0]).iter().map(|p| (text.slice(p.span).to_owned(), name(&p.sign))).collect()
    }

    #[test]
    fn header_lines_come_apart() {
        let cases: [(&str, &[(&str, &str)]); 14] = [
            (
                "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                &[("ỦY BAN NHÂN DÂN", "office"), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "motto")],
            ),
            (
                "Số: 2276/TB -SYT Kiên Hải, ngày 18 tháng 12 năm 2017",
                &[("Số: 2276/TB -SYT", "number"), ("Kiên Hải, ngày 18 tháng 12 năm 2017", "date")],
            ),
            ("SỞ Y TẾ Đôc lâp — Tư do — Hinh phúc", &[("SỞ Y TẾ", "office"), ("Đôc lâp — Tư do — Hinh phúc", "motto")]),
            ("Si: 215/UBND-VX", &[("Si: 215/UBND-VX", "number")]),
            ("Số:5%CAT-PA05", &[("Số:5%CAT-PA05", "number")]),
            ("QUYÉT ĐỊNH", &[("QUYÉT ĐỊNH", "title")]),
            ("K Ế H O Ạ C H", &[("K Ế H O Ạ C H", "title")]),
            ("V/v đẩy nhanh tiến độ", &[("V/v đẩy nhanh tiến độ", "subject")]),
            ("Kính gửi: Các trường", &[("Kính gửi: Các trường", "addressees")]),
            ("HỎA TỐC", &[("HỎA TỐC", "mark")]),
            ("CÔNG VĂN ĐẾN", &[("CÔNG VĂN ĐẾN", "stamp")]),
            ("Số: ........", &[("Số: ........", "stamp")]),
            ("QUẬN TÂY NGẠN", &[("QUẬN TÂY NGẠN", "capitals")]),
            ("Thực hiện Kế hoạch số 1/KH-UBND", &[("Thực hiện Kế hoạch số 1/KH-UBND", "other")]),
        ];
        for (line, wanted) in cases {
            let got = signs(line);
            let got: Vec<(&str, &str)> = got.iter().map(|(s, n)| (s.as_str(), *n)).collect();
            assert_eq!(got, wanted, "{line}");
        }
    }
}
