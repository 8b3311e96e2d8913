//! Paragraphs, sentences and clauses of a document's body, and what stands above each.
//!
//! in: the document's blocks → out: [`Paragraph`]s with their labels, the ones above them, and their [`Clause`]s.
//! Promises: lines broken by the page are joined; every byte of a joined paragraph leads back to the text.
//! Leaves out: header, basis, recipients, signature and tables.

use super::lexicon::Lexicon;
use crate::document::{Document, Role};
use crate::rules::{Gap, TokenKind, Tokens};
use crate::text::{Span, Text};
use std::ops::Range;

/// Rank of a label: a paragraph stands below the nearest one before it whose rank is lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum Rank {
    /// "Phần thứ nhất", "Chương I".
    Part,
    /// "A."
    Letter,
    /// "I."
    Roman,
    /// "Điều 1."
    Article,
    /// "1."
    Number,
    /// "1.1."
    SubNumber,
    /// "a)"
    Lower,
    /// "-"
    Dash,
    /// "+"
    Plus,
}

/// What a paragraph begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Label {
    /// Its rank.
    pub rank: Rank,
    /// "I", "1.1", "a", "-".
    pub text: String,
    /// Bytes of the line it takes, blanks behind it included.
    pub len: usize,
}

/// The label at the head of a line.
pub(in crate::extract) fn label(line: &str, lexicon: &Lexicon) -> Option<Label> {
    let lead = line.len() - line.trim_start_matches([' ', '*', '#', '\t']).len();
    let rest = &line[lead..];
    let head = lexicon
        .section_heads
        .rows()
        .iter()
        .find(|row| row.get(1).is_some_and(|rank| rank != "section") && is_head(rest, &row[0]));
    let label = match (bullet(rest), head) {
        (Some(bullet), _) => Some(bullet),
        (None, Some(head)) => headed(&rest[head[0].len() + 1..], head),
        (None, None) => numbered(rest),
    };
    label.map(|label| Label { len: label.len + lead, ..label })
}

/// "- ", "+ ": blanks behind are part of it.
fn bullet(rest: &str) -> Option<Label> {
    let first = rest.chars().next()?;
    let (rank, text) = match first {
        '-' | '–' | '—' | '•' | '●' => (Rank::Dash, "-"),
        '+' => (Rank::Plus, "+"),
        _ => return None,
    };
    let behind = &rest[first.len_utf8()..];
    Some(Label { rank, text: text.into(), len: rest.len() - behind.trim_start().len() })
}

/// Whether a line opens with a section's head and a blank: "Điều ", "Chương ".
fn is_head(rest: &str, head: &str) -> bool {
    rest.strip_prefix(head).is_some_and(|behind| behind.starts_with(' '))
}

/// Longest name of an article or a part: "thứ nhất".
const LONGEST_NUMBER: usize = 12;

/// "1.", "thứ nhất:" behind "Điều", "Phần": closed by a mark, short, and something follows.
fn headed(behind: &str, head: &[String]) -> Option<Label> {
    let rank = match head.get(1).map(String::as_str) {
        Some("article") => Rank::Article,
        _ => Rank::Part,
    };
    let end = behind.find(['.', ':', '\n']).unwrap_or(behind.len());
    let name = behind[..end].trim();
    let plausible = !name.is_empty() && name.chars().count() <= LONGEST_NUMBER && end < behind.len().max(1);
    plausible.then(|| Label { rank, text: name.into(), len: head[0].len() + 1 + end + 1 })
}

/// "IV.", "1.1.", "a)", "1-": closed by a point or a mark, and something follows (a Roman number may stand alone).
fn numbered(rest: &str) -> Option<Label> {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == 'đ'))?;
    let (head, behind) = rest.split_at(end);
    // "1- Tổ chức đại hội": documents of the Party
    let closed = behind.starts_with(')') || behind.starts_with("/ ") || behind.starts_with("- ");
    let name = head.trim_end_matches('.');
    // "B.NỘI DUNG", "1.Xây dựng": the blank is lost
    let glued = head.split_once('.').filter(|(a, b)| !a.is_empty() && b.starts_with(|c: char| c.is_alphabetic()));
    let pointed = head.ends_with('.') || (name.contains('.') && behind.starts_with(' '));
    let (name, len) = match glued {
        Some((name, _)) => (name, name.len() + 1),
        None if closed => (name, end + 1),
        None if pointed => (name, end),
        None => return None,
    };
    let rank = rank_of(name, closed)?;
    let blank = rest[len..].len() - rest[len..].trim_start_matches([' ', '\t']).len();
    (!rest[len..].trim().is_empty() || rank <= Rank::Roman).then(|| Label { rank, text: name.into(), len: len + blank })
}

/// The rank of "IV", "A", "1", "1.1"; "a" only where a bracket closes it.
fn rank_of(name: &str, closed: bool) -> Option<Rank> {
    let is_number = |s: &str| (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    let one = name.chars().count() == 1;
    if (1..=5).contains(&name.len()) && name.bytes().all(|b| b"IVX".contains(&b)) {
        Some(Rank::Roman)
    } else if one && name.starts_with(|c: char| c.is_ascii_uppercase()) {
        Some(Rank::Letter)
    } else if is_number(name) {
        Some(Rank::Number)
    } else if name.contains('.') && name.split('.').all(is_number) {
        Some(Rank::SubNumber)
    } else if one && closed && name.starts_with(char::is_lowercase) {
        Some(Rank::Lower)
    } else {
        None
    }
}

/// One paragraph of the body.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Paragraph {
    /// Its lines joined by blanks.
    pub text: String,
    /// Where each line begins in `text`, and its span in the document's text.
    pieces: Vec<(usize, Span)>,
    /// What it begins with.
    pub label: Option<Label>,
    /// Indexes of the labelled paragraphs it stands under, outermost first.
    pub above: Vec<usize>,
}

impl Paragraph {
    /// Adds a line of the page.
    fn add(&mut self, line: &str, span: Span) {
        self.text.push(' ');
        self.pieces.push((self.text.len(), span));
        self.text.push_str(line);
    }
    /// Leads a stretch of the joined text back.
    pub fn span(&self, range: Range<usize>) -> Span {
        let back = |at: usize| {
            let nth = self.pieces.partition_point(|(from, _)| *from <= at).max(1) - 1;
            let (from, span) = self.pieces[nth];
            (span.start + (at - from)).min(span.end)
        };
        let end = range.end.max(range.start + 1) - 1;
        Span::new(back(range.start), back(end) + (range.end - end).min(range.len()).max(usize::from(!range.is_empty())))
    }
    /// The words behind the label.
    pub fn body(&self) -> &str {
        self.text.get(self.label.as_ref().map_or(0, |l| l.len.min(self.text.len()))..).unwrap_or("")
    }
    /// Whether it is a heading: labelled, in one sentence, without a full stop, short or in capitals.
    pub fn is_heading(&self) -> bool {
        let body = self.body().trim().trim_matches('*');
        let letters = || body.chars().filter(|c| c.is_alphabetic());
        let capitals = letters().count() > 2 && letters().all(|c| !c.is_lowercase());
        let short = body.chars().count() <= 160 && !body.ends_with(['.', ';', ',']) && !body.contains("; ");
        self.label.as_ref().is_some_and(|l| l.rank < Rank::Dash && l.rank != Rank::Article) && (capitals || short)
    }
}

/// A stretch between semicolons or full stops, in bytes of its paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Clause {
    /// The clause.
    pub range: Range<usize>,
    /// The sentence it belongs to.
    pub sentence: Range<usize>,
}

/// The paragraphs of the body, in order.
pub(in crate::extract) fn paragraphs(doc: &Document, text: &Text, lexicon: &Lexicon) -> Vec<Paragraph> {
    let lines = body_lines(doc, text, lexicon);
    let widest = lines.iter().map(|(span, _)| text.slice(*span).chars().count()).max().unwrap_or(0);
    let mut all: Vec<Paragraph> = Vec::new();
    let mut before: Option<(&str, Option<Label>)> = None;
    for (span, after_gap) in lines {
        let line = text.slice(span);
        let label = label(line, lexicon);
        let opens = before.as_ref().is_none_or(|(above, above_label)| {
            let continues = label.is_none() && continues(above, line);
            after_gap && !continues || starts_anew(above, above_label.as_ref(), line, label.is_some(), widest)
        });
        match all.last_mut().filter(|_| !opens) {
            Some(last) => last.add(line, span),
            None => all.push(Paragraph {
                text: line.to_owned(),
                pieces: vec![(0, span)],
                label: label.clone(),
                above: Vec::new(),
            }),
        }
        before = Some((line, label));
    }
    nest(&mut all);
    all
}

/// Lines with something in them, trimmed, and whether a gap (empty line, other block) stands before each.
fn body_lines(doc: &Document, text: &Text, lexicon: &Lexicon) -> Vec<(Span, bool)> {
    let mut lines = Vec::new();
    let mut begun = false;
    for block in &doc.blocks {
        begun |= block.role == Role::Heading;
        // behind the first heading "Căn cứ kế hoạch này, …" opens a duty
        let duty = block.role == Role::Basis && (begun || asks(text.slice(block.span), lexicon));
        if !duty && !matches!(block.role, Role::Body | Role::Heading | Role::Appendix) {
            continue;
        }
        let mut at = block.span.start;
        // two blocks of the same stretch of lines may still be one sentence
        let between = lines.last().and_then(|(last, _): &(Span, bool)| text.as_str().get(last.end..at));
        let mut gap = between.is_none_or(|between| between.trim_matches([' ', '\t']) != "\n");
        for raw in text.slice(block.span).split_inclusive('\n') {
            let line = raw.trim();
            let lead = raw.len() - raw.trim_start().len();
            if line.is_empty() {
                gap = gap || !raw.contains('\u{c}');
            } else {
                lines.push((Span::new(at + lead, at + lead + line.len()), gap));
                gap = false;
            }
            at += raw.len();
        }
    }
    lines
}

/// "Thực hiện Công văn …, Sở đề nghị các đơn vị …": a basis and a request in one sentence. "Xét đề nghị của …" and "theo đề
/// nghị của …" ask nothing.
fn asks(basis: &str, lexicon: &Lexicon) -> bool {
    let tokens = Tokens::new(basis);
    (1..tokens.len()).any(|at| {
        let asked = lexicon.asking_words.spelt_at(&tokens, at);
        let of_another = |len: usize| lexicon.owner_words.spelt_at(&tokens, at + len).is_some();
        asked.is_some_and(|len| !of_another(len)) && !lexicon.ground_words.spelt_before(&tokens, at)
    })
}

/// A line that breaks off is longer than this: shorter ones are headings or items.
const BROKEN_OFF: usize = 40;

/// Whether an unlabelled line behind a gap goes on with the sentence above: the page ended in the middle of it.
fn continues(above: &str, line: &str) -> bool {
    let lower = line.chars().next().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let open = !above.ends_with(['.', ';', ':', '!', '?', '/']) && above.chars().count() > BROKEN_OFF;
    lower && open
}

/// A labelled line below this length that a capitalised one follows is a heading.
const SHORT_HEADING: usize = 60;
/// A line with a label above "1." and shorter than this is a heading.
const HEADING: usize = 100;

/// Whether a line without a gap before it begins a paragraph: labelled, or capitalised behind a line that ended early or
/// was closed.
fn starts_anew(above: &str, above_label: Option<&Label>, line: &str, labelled: bool, widest: usize) -> bool {
    let length = above.chars().count();
    let closed = above.ends_with(['.', ';', ':', '!', '?']);
    let full = length * 10 >= widest * 8;
    let heading = above_label.is_some_and(|label| label.rank < Rank::Number) && length < HEADING;
    if labelled {
        return closed || !full || heading;
    }
    let upper = line.chars().next().is_some_and(|c| c.is_uppercase());
    // "2. Các tổ dân phố" alone on its line: what follows is not its end
    let named = above_label.is_some() && length < SHORT_HEADING;
    upper && (closed || (heading || named) && !full)
}

fn nest(all: &mut [Paragraph]) {
    let mut stack: Vec<(Rank, usize)> = Vec::new();
    for (index, paragraph) in all.iter_mut().enumerate() {
        let rank = paragraph.label.as_ref().map(|l| l.rank);
        if let Some(rank) = rank {
            while stack.last().is_some_and(|(top, _)| *top >= rank) {
                stack.pop();
            }
        }
        paragraph.above = stack.iter().map(|(_, at)| *at).collect();
        if let Some(rank) = rank {
            stack.push((rank, index));
        }
    }
}

/// The clauses of a paragraph.
pub(in crate::extract) fn clauses(tokens: &Tokens, lexicon: &Lexicon) -> Vec<Clause> {
    let end = tokens.source().len();
    let mut all = Vec::new();
    // clauses of the sentence that is not over yet
    let mut open: Vec<Range<usize>> = Vec::new();
    let (mut sentence, mut clause) = (0, 0);
    for index in 0..tokens.len() {
        let full_stop = ends_sentence(tokens, index, lexicon);
        if full_stop || tokens.bare(index) == ";" {
            let here = tokens.get(index).map_or(end, |t| t.span.end);
            open.push(clause..here);
            clause = here;
        }
        if full_stop {
            all.extend(open.drain(..).map(|range| Clause { range, sentence: sentence..clause }));
            sentence = clause;
        }
    }
    if clause < end {
        open.push(clause..end);
    }
    all.extend(open.into_iter().map(|range| Clause { range, sentence: sentence..end }));
    all
}

/// A label takes so many tokens at most: "1.1."
const LABEL_TOKENS: usize = 4;

/// Whether a sentence ends here: a point with a blank and a capital behind it, that closes no label, initial or
/// abbreviation.
fn ends_sentence(tokens: &Tokens, at: usize, lexicon: &Lexicon) -> bool {
    if !matches!(tokens.bare(at), "." | "!" | "?") || at == 0 || tokens.gap(at + 1) == Gap::None {
        return false;
    }
    let next = tokens.raw(at + 1).chars().next();
    let opens = next.is_none_or(|c| c.is_uppercase() || matches!(c, '-' | '+' | '“' | '"' | '('));
    let is_word = |at: usize| tokens.kind(at) == Some(TokenKind::Word);
    let label = at == 1 || at <= LABEL_TOKENS && !(0..at).any(is_word);
    let initial = is_word(at - 1) && tokens.raw(at - 1).chars().count() == 1;
    opens && !label && !initial && lexicon.pointed_abbreviations.folded(tokens.bare(at - 1)).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;

    fn document(text: &Text) -> Document {
        let block = Block { role: Role::Body, span: text.span() };
        Document { kind: "ke_hoach".into(), span: text.span(), pages: None, blocks: vec![block], repeated: Vec::new() }
    }

    #[test]
    fn labels_are_told_from_words() {
        let cases = [
            ("I. MỤC ĐÍCH", Some((Rank::Roman, "I", 3))),
            ("B.NỘI DUNG", Some((Rank::Letter, "B", 2))),
            ("1.1. Nội dung", Some((Rank::SubNumber, "1.1", 5))),
            ("12. Các đơn vị", Some((Rank::Number, "12", 4))),
            ("a) Gửi", Some((Rank::Lower, "a", 3))),
            ("đ) Gửi", Some((Rank::Lower, "đ", 4))),
            ("2- Nộp đảng phí", Some((Rank::Number, "2", 3))),
            ("II- Thời gian", Some((Rank::Roman, "II", 4))),
            ("- Mỗi đơn vị", Some((Rank::Dash, "-", 2))),
            ("Điều 2. Quyết định", Some((Rank::Article, "2", 10))),
            ("TP. Hồ Chí Minh", None),
            ("2023. Kết quả", None),
            ("15/6/2024", None),
            ("Các đơn vị", None),
        ];
        let lexicon = Lexicon::of(crate::rules::Rules::builtin());
        for (line, expected) in cases {
            let got = label(line, &lexicon);
            assert_eq!(got.as_ref().map(|l| (l.rank, l.text.as_str(), l.len)), expected, "{line}");
        }
    }

    #[test]
    fn lines_are_joined_nested_and_lead_back() {
        let text = Text::plain(
            "I. TỔ CHỨC THỰC HIỆN\n1. Các trường:\n- Lập danh sách của đơn vị mình gửi về phòng Giáo dục và Đào tạo\ntrước ngày\n15/6/2024;\n- Báo cáo kết quả.\n2. Phòng Nội vụ: tổng hợp.\n",
        );
        let all = paragraphs(&document(&text), &text, &Lexicon::of(crate::rules::Rules::builtin()));
        assert_eq!(all.len(), 5);
        assert_eq!(all[2].above, [0, 1]);
        assert_eq!(all[4].above, [0]);
        let at = all[2].text.find("trước ngày 15/6/2024").unwrap();
        let span = all[2].span(at..at + "trước ngày 15/6/2024".len());
        assert_eq!(text.slice(span), "trước ngày\n15/6/2024");
        assert!(all[0].is_heading() && all[1].is_heading() && !all[3].is_heading());
    }

    #[test]
    fn clauses_end_at_semicolons_sentences_at_full_stops() {
        let tokens = Tokens::new("1. Gửi về TP. Huế; nộp 02 bộ. Báo cáo ngày 15.6.2024 về Sở./.");
        let lexicon = Lexicon::of(crate::rules::Rules::builtin());
        let got: Vec<&str> = clauses(&tokens, &lexicon).iter().map(|c| &tokens.source()[c.range.clone()]).collect();
        assert_eq!(got, ["1. Gửi về TP. Huế;", " nộp 02 bộ.", " Báo cáo ngày 15.6.2024 về Sở./."]);
    }
}
