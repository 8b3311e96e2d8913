//! Paragraphs, sentences and clauses of a document's body, and what stands above each.
//!
//! in: the document's blocks → out: [`Paragraph`]s with their labels, the ones above them, and their [`Clause`]s.
//! Promises: lines broken by the page are joined; every byte of a joined paragraph leads back to the text.
//! Leaves out: header, basis, recipients, signature and tables.

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
pub(in crate::extract) fn label(line: &str) -> Option<Label> {
    let lead = line.len() - line.trim_start_matches([' ', '*', '#', '\t']).len();
    let rest = &line[lead..];
    let bullet = |c: char| match c {
        '-' | '–' | '—' | '•' | '●' => Some(Rank::Dash),
        '+' => Some(Rank::Plus),
        _ => None,
    };
    let first = rest.chars().next()?;
    if let Some(rank) = bullet(first) {
        let behind = &rest[first.len_utf8()..];
        let blank = behind.len() - behind.trim_start().len();
        let text = if rank == Rank::Plus { "+" } else { "-" };
        return Some(Label { rank, text: text.into(), len: lead + first.len_utf8() + blank });
    }
    for (word, rank) in
        [("Điều ", Rank::Article), ("Phần ", Rank::Part), ("Chương ", Rank::Part), ("PHẦN ", Rank::Part)]
    {
        if let Some(behind) = rest.strip_prefix(word) {
            let end = behind.find(['.', ':', '\n']).unwrap_or(behind.len());
            let name = behind[..end].trim();
            let plausible = !name.is_empty() && name.chars().count() <= 12 && end < behind.len().max(1);
            return plausible.then(|| Label { rank, text: name.into(), len: lead + word.len() + end + 1 });
        }
    }
    numbered(rest).map(|label| Label { len: label.len + lead, ..label })
}

fn numbered(rest: &str) -> Option<Label> {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == 'đ'))?;
    let (head, behind) = rest.split_at(end);
    // "1- Tổ chức đại hội": documents of the Party
    let closed = behind.starts_with(')') || behind.starts_with("/ ") || behind.starts_with("- ");
    let name = head.trim_end_matches('.');
    // "B.NỘI DUNG", "1.Xây dựng": the blank is lost
    let glued = head.split_once('.').filter(|(a, b)| !a.is_empty() && b.starts_with(|c: char| c.is_alphabetic()));
    let (name, len) = match glued {
        Some((name, _)) => (name, name.len() + 1),
        None if closed => (name, end + 1),
        None => (name, end),
    };
    let pointed = head.ends_with('.') || (name.contains('.') && behind.starts_with(' '));
    if !(glued.is_some() || closed || pointed) {
        return None;
    }
    let digits = |s: &str| !s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit());
    let roman = |s: &str| !s.is_empty() && s.len() <= 5 && s.bytes().all(|b| b"IVX".contains(&b));
    let rank = match name {
        n if roman(n) => Rank::Roman,
        n if n.len() == 1 && n.as_bytes()[0].is_ascii_uppercase() => Rank::Letter,
        n if digits(n) => Rank::Number,
        n if n.contains('.') && n.split('.').all(digits) => Rank::SubNumber,
        n if (n.chars().count() == 1 && closed) && n.chars().all(|c| c.is_lowercase()) => Rank::Lower,
        _ => return None,
    };
    let blank = rest[len..].len() - rest[len..].trim_start_matches([' ', '\t']).len();
    (!rest[len..].trim().is_empty() || rank <= Rank::Roman).then(|| Label { rank, text: name.into(), len: len + blank })
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
pub(in crate::extract) fn paragraphs(doc: &Document, text: &Text) -> Vec<Paragraph> {
    let lines = body_lines(doc, text);
    let widest = lines.iter().map(|(span, _)| text.slice(*span).chars().count()).max().unwrap_or(0);
    let mut all: Vec<Paragraph> = Vec::new();
    let mut before: Option<&str> = None;
    for (span, after_gap) in lines {
        let line = text.slice(span);
        let label = label(line);
        let opens = after_gap && !continues(before, line)
            || before.is_none_or(|b| starts_anew(b, line, label.is_some(), widest));
        match all.last_mut().filter(|_| !opens) {
            Some(last) => {
                last.text.push(' ');
                last.pieces.push((last.text.len(), span));
                last.text.push_str(line);
            }
            None => {
                all.push(Paragraph { text: line.to_owned(), pieces: vec![(0, span)], label, above: Vec::new() });
            }
        }
        before = Some(line);
    }
    nest(&mut all);
    all
}

/// Lines with something in them, trimmed, and whether a gap (empty line, other block) stands before each.
fn body_lines(doc: &Document, text: &Text) -> Vec<(Span, bool)> {
    let mut lines = Vec::new();
    let mut begun = false;
    for block in &doc.blocks {
        begun |= block.role == Role::Heading;
        // behind the first heading "Căn cứ kế hoạch này, …" opens a duty
        let duty = block.role == Role::Basis && (begun || asks(text.slice(block.span)));
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

/// "Thực hiện Công văn …, Sở đề nghị các đơn vị …": a basis and a request in one sentence. "Xét đề nghị của …" asks nothing.
fn asks(basis: &str) -> bool {
    let tokens = Tokens::new(basis);
    (1..tokens.len()).any(|at| {
        let ask = matches!((tokens.bare(at), tokens.bare(at + 1)), ("de", "nghi") | ("yeu", "cau") | ("kinh", "moi"));
        ask && tokens.bare(at + 2) != "cua" && !matches!(tokens.bare(at - 1), "theo" | "xet")
    })
}

/// Whether a line behind a gap goes on with the sentence before it: the page ended in the middle of it.
fn continues(before: Option<&str>, line: &str) -> bool {
    let lower = line.chars().next().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let open = before.is_some_and(|b| !b.ends_with(['.', ';', ':', '!', '?', '/']) && b.chars().count() > 40);
    lower && open && label(line).is_none()
}

/// A labelled line below this length that a capitalised one follows is a heading.
const SHORT_HEADING: usize = 60;

fn starts_anew(before: &str, line: &str, labelled: bool, widest: usize) -> bool {
    let closed = before.ends_with(['.', ';', ':', '!', '?']);
    let full = before.chars().count() * 10 >= widest * 8;
    let heading = label(before).is_some_and(|l| l.rank < Rank::Number) && before.chars().count() < 100;
    if labelled {
        return closed || !full || heading;
    }
    let upper = line.chars().next().is_some_and(|c| c.is_uppercase());
    // "2. Các tổ dân phố" alone on its line: what follows is not its end
    let named = label(before).is_some() && before.chars().count() < SHORT_HEADING;
    (closed && upper) || ((heading || named) && upper && !full)
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
pub(in crate::extract) fn clauses(tokens: &Tokens) -> Vec<Clause> {
    let mut all = Vec::new();
    let mut sentence = 0;
    let mut clause = 0;
    let mut open: Vec<Range<usize>> = Vec::new();
    let end_of = |i: usize| tokens.get(i).map_or(tokens.source().len(), |t| t.span.end);
    for index in 0..tokens.len() {
        let full_stop = ends_sentence(tokens, index);
        if full_stop || tokens.bare(index) == ";" {
            open.push(clause..end_of(index));
            clause = end_of(index);
        }
        if full_stop {
            all.extend(open.drain(..).map(|range| Clause { range, sentence: sentence..clause }));
            sentence = clause;
        }
    }
    if clause < tokens.source().len() {
        open.push(clause..tokens.source().len());
    }
    all.extend(open.into_iter().map(|range| Clause { range, sentence: sentence..tokens.source().len() }));
    all
}

/// Written with a point that ends no sentence.
const ABBREVIATED: [&str; 14] = ["tp", "ts", "ths", "gs", "pgs", "bs", "ks", "cn", "tt", "kt", "tm", "tl", "tx", "st"];

fn ends_sentence(tokens: &Tokens, at: usize) -> bool {
    if !matches!(tokens.bare(at), "." | "!" | "?") || at == 0 || tokens.gap(at + 1) == Gap::None {
        return false;
    }
    let next = tokens.raw(at + 1).chars().next();
    let opens = next.is_none_or(|c| c.is_uppercase() || matches!(c, '-' | '+' | '“' | '"' | '('));
    let label = at == 1 || (at <= 4 && (0..at).all(|i| tokens.kind(i) != Some(TokenKind::Word)));
    let before = tokens.bare(at - 1);
    let short = tokens.raw(at - 1).chars().count() == 1 && tokens.kind(at - 1) == Some(TokenKind::Word);
    opens && !label && !short && !ABBREVIATED.contains(&before)
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
        for (line, expected) in cases {
            let got = label(line);
            assert_eq!(got.as_ref().map(|l| (l.rank, l.text.as_str(), l.len)), expected, "{line}");
        }
    }

    #[test]
    fn lines_are_joined_nested_and_lead_back() {
        let text = Text::plain(
            "I. TỔ CHỨC THỰC HIỆN\n1. Các trường:\n- Lập danh sách của đơn vị mình gửi về phòng Giáo dục và Đào tạo\ntrước ngày\n15/6/2024;\n- Báo cáo kết quả.\n2. Phòng Nội vụ: tổng hợp.\n",
        );
        let all = paragraphs(&document(&text), &text);
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
        let got: Vec<&str> = clauses(&tokens).iter().map(|c| &tokens.source()[c.range.clone()]).collect();
        assert_eq!(got, ["1. Gửi về TP. Huế;", " nộp 02 bộ.", " Báo cáo ngày 15.6.2024 về Sở./."]);
    }
}
