//! The header of a letter: from quốc hiệu to the lines before the running text.
//!
//! in: the lines of one document → out: the kind, the blocks of the header and how many lines it takes.
//! Promises: title wins over symbol; a letter without title but with V/v, Kính gửi or a number is a công văn.
//! Leaves out: values of the blocks (`extract`).

use super::frame::{Frame, Piece, Sign, number_label};
use super::label::{is_page_number, label, starts_small};
use super::lines::{Line, in_capitals, trimmed};
use super::{Block, Role};
use crate::rules::KindRole;
use crate::text::fold::Folded;
use crate::text::pattern::pattern;
use crate::text::{Rect, Span};

/// What was read.
pub(crate) struct Header {
    /// Id of the kind.
    pub kind: String,
    /// Blocks in order.
    pub blocks: Vec<Block>,
    /// How many lines of the document belong to it.
    pub lines: usize,
}

/// No header goes on longer: the longest met has three office lines, a stamp of six, V/v of five and a list of addressees.
const LONGEST: usize = 48;
/// A subject under a title runs over so many lines at most.
const LONGEST_SUBJECT: usize = 7;
/// A subject's first line under its title is no longer, nor an addressee with a bullet, in characters.
const LONGEST_FIRST_LINE: usize = 200;
/// Further lines of a subject under its title are no longer.
const LONGEST_SUBJECT_LINE: usize = 160;
/// Lines of a V/v stand in half a page.
const LONGEST_ABOUT_LINE: usize = 95;
/// Addressees without a bullet are shorter.
const LONGEST_ADDRESSEE: usize = 110;
/// Lines above the title are no longer; one that reads as text is told from this length on.
const LONGEST_TOP_LINE: usize = 90;
const SHORT_LINE: usize = 40;
/// Lines of a stamp are this short, in characters, and no more of them follow one.
const LONGEST_STAMP_LINE: usize = 30;
const STAMP_LINES: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a title, a V/v or Kính gửi.
    Top,
    /// In the V/v lines.
    About,
    /// Under the title.
    UnderTitle(usize),
    /// In the list of addressees.
    To(usize),
}

struct Reader<'f, 'a> {
    frame: &'f Frame<'a>,
    state: State,
    blocks: Vec<Block>,
    kind: Option<String>,
    symbol_kind: Option<String>,
    stamp_near: usize,
    column: Option<(u32, u32)>,
}

/// Reads the header of the document that these lines are.
pub(crate) fn read(frame: &Frame, lines: &[Line]) -> Header {
    let mut reader = Reader {
        frame,
        state: State::Top,
        blocks: Vec::new(),
        kind: None,
        symbol_kind: None,
        stamp_near: 0,
        column: text_column(lines),
    };
    let mut taken = 0;
    if is_headless(frame, lines) {
        taken = lines.iter().take_while(|l| in_capitals(frame.text.slice(l.span))).count();
        reader.blocks.extend(lines[..taken].iter().map(|line| Block { role: Role::Title, span: line.span }));
        return reader.finish(taken);
    }
    for (at, line) in lines.iter().enumerate().take(LONGEST) {
        if line.page != lines[0].page && (reader.kind.is_some() || reader.has(Role::Number)) {
            break;
        }
        if !reader.line(line, &lines[at + 1..]) {
            break;
        }
        taken = at + 1;
    }
    reader.finish(taken)
}

/// Whether nothing of a header stands before Nơi nhận: a place and date behind it belong to the signature.
fn is_headless(frame: &Frame, lines: &[Line]) -> bool {
    let sent = lines.iter().position(|l| frame.cues.opens("recipients", &l.bare).is_some());
    let head = |p: &Piece| {
        matches!(
            p.sign,
            Sign::Motto | Sign::Number(_) | Sign::Date(_) | Sign::Title(..) | Sign::Subject | Sign::Addressees
        )
    };
    sent.is_some_and(|sent| sent > 0 && !lines[..sent].iter().take(LONGEST).any(|l| frame.signs(l).iter().any(head)))
}

impl Reader<'_, '_> {
    fn has(&self, role: Role) -> bool {
        self.blocks.iter().any(|b| b.role == role)
    }
    fn add(&mut self, role: Role, span: Span) -> bool {
        if !span.is_empty() {
            self.blocks.push(Block { role, span });
        }
        true
    }
    fn words(&self, span: Span) -> &str {
        self.frame.text.slice(span)
    }
    /// The words of the last block of a role.
    fn last_of(&self, role: Role) -> Option<&str> {
        self.blocks.iter().rfind(|b| b.role == role).map(|b| self.words(b.span))
    }

    /// Takes a line in; `false` when the running text begins with it.
    fn line(&mut self, line: &Line, rest: &[Line]) -> bool {
        if is_page_number(&line.bare) {
            return self.add(Role::PageNumber, line.span);
        }
        let pieces = self.apart(self.frame.signs(line));
        let alone = pieces.len() == 1;
        let (mut any, mut text_begun) = (false, false);
        for piece in &pieces {
            // "Căn cứ Luật Lưu trữ … ngày 21 tháng 6 năm 2024;": a day in the first line of the text is no stamp's
            if text_begun && matches!(&piece.sign, Sign::Date(date) if date.place.is_empty()) {
                break;
            }
            let taken = self.piece(piece, line, alone, rest);
            text_begun = !taken && self.stamp_near == 0 && matches!(self.state, State::UnderTitle(_) | State::To(_));
            any |= taken;
        }
        self.stamp_near = self.stamp_near.saturating_sub(1);
        any
    }

    /// Cuts what only the lines above make known: a title or a subject behind the words of a stamp.
    fn apart(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        pieces.into_iter().flat_map(|p| self.cut_piece(p)).collect()
    }

    fn cut_piece(&self, piece: Piece) -> Vec<Piece> {
        let words = self.words(piece.span);
        let cut = match piece.sign {
            Sign::Office | Sign::Capitals if self.has(Role::Number) && self.kind.is_none() => {
                let suffixes = words.match_indices(' ').map(|(at, _)| at + 1);
                suffixes.into_iter().find(|at| self.frame.title(&words[*at..]).is_some())
            }
            Sign::Stamp if !matches!(self.state, State::To(_)) && (self.kind.is_some() || self.has(Role::Number)) => {
                stamp_end(self.frame, words)
            }
            // the stamp's "ĐẾN", "Số: …" beside a list of addressees
            Sign::Other | Sign::Stamp if matches!(self.state, State::To(_)) => beside_bullet(words),
            Sign::Other if self.stamp_near > 0 && number_label(words).is_some() => stamp_end(self.frame, words),
            _ => None,
        };
        let Some(cut) = cut.filter(|at| *at > 0 && *at < words.len()) else { return vec![piece] };
        let (left, right) = (Span::new(piece.span.start, piece.span.start + cut), piece.span);
        let right = trimmed(self.frame.text, Span::new(left.end, right.end));
        let sign = match self.frame.title(self.words(right)) {
            Some((kind, length)) => Sign::Title(kind, length),
            None => Sign::Other,
        };
        vec![Piece { span: trimmed(self.frame.text, left), sign: Sign::Stamp }, Piece { span: right, sign }]
    }

    fn piece(&mut self, piece: &Piece, line: &Line, alone: bool, rest: &[Line]) -> bool {
        let span = piece.span;
        match &piece.sign {
            Sign::Motto => self.add(Role::Motto, span),
            Sign::Stamp => self.stamp(span),
            Sign::Mark => self.add(Role::Mark, span),
            Sign::Number(found) if self.takes_number() => {
                self.symbol_kind = self.frame.rules.kind_of_symbol(&found.symbol).map(|k| k.id.clone());
                self.add(Role::Number, span)
            }
            Sign::Date(date) if date.place.is_empty() && (self.stamp_near > 0 || self.has(Role::PlaceDate)) => {
                self.stamp(span)
            }
            Sign::Date(_) if !self.has(Role::PlaceDate) => self.add(Role::PlaceDate, span),
            Sign::Title(kind, length) if self.kind.is_none() => self.title(kind, *length, span),
            Sign::Subject if self.state == State::Top => {
                self.state = State::About;
                self.add(Role::Subject, span)
            }
            Sign::Addressees if !matches!(self.state, State::To(_)) => {
                self.state = State::To(0);
                self.add(Role::Addressees, span)
            }
            _ => self.running(piece, line, alone, rest),
        }
    }

    fn takes_number(&self) -> bool {
        !self.has(Role::Number) && !matches!(self.state, State::UnderTitle(1..) | State::To(1..))
    }

    fn stamp(&mut self, span: Span) -> bool {
        self.stamp_near = STAMP_LINES;
        // the receiving office stands above its stamp, after the issuer's own header
        if let Some(last) = self.blocks.last_mut()
            && last.role == Role::Issuer
            && self.kind.is_none()
            && self.blocks.iter().any(|b| b.role == Role::Number)
            && let Some(last) = self.blocks.last_mut()
        {
            last.role = Role::Stamp;
        }
        self.add(Role::Stamp, span)
    }

    fn title(&mut self, kind: &str, length: usize, span: Span) -> bool {
        self.kind = Some(kind.to_owned());
        self.state = State::UnderTitle(0);
        let words = self.words(span);
        let cut = words.char_indices().nth(length).map_or(words.len(), |(at, _)| at);
        let (title, rest) = (Span::new(span.start, span.start + cut), Span::new(span.start + cut, span.end));
        self.add(Role::Title, title);
        let rest = trimmed(self.frame.text, rest);
        if self.words(rest).chars().any(char::is_alphabetic) {
            self.state = State::UnderTitle(1);
            self.add(Role::Subject, rest);
        }
        true
    }

    /// A piece that no sign places: its place in the header decides.
    fn running(&mut self, piece: &Piece, line: &Line, alone: bool, rest: &[Line]) -> bool {
        let span = piece.span;
        match self.state {
            State::Top => self.above(piece),
            // the receiving office above its stamp
            State::About
                if self.has(Role::PlaceDate) && piece.sign == Sign::Office && in_capitals(self.words(span)) =>
            {
                self.stamp(span)
            }
            State::About => self.about(piece, line, alone, rest),
            State::UnderTitle(count) => self.under_title(piece, line, count, rest),
            State::To(_) if in_capitals(self.words(span)) && piece.sign == Sign::Office => self.stamp(span),
            State::To(count) => {
                let goes_on = self.lists_on(line, count);
                self.state = State::To(count + 1);
                goes_on && self.add(Role::Addressees, span)
            }
        }
    }

    /// A piece above title, V/v and Kính gửi: the issuer's where it is in capitals and fits, else out of a stamp; `false` where
    /// it is long or reads as the beginning of the text.
    fn above(&mut self, piece: &Piece) -> bool {
        let words = self.words(piece.span);
        let length = words.chars().count();
        let headed = self.has(Role::Number) || self.has(Role::PlaceDate);
        let reads_as_text = piece.sign == Sign::Other && self.frame.cues.opens("body", &bare(words)).is_some();
        if length > LONGEST_TOP_LINE || reads_as_text && headed && length > SHORT_LINE {
            return false;
        }
        let capitals = matches!(piece.sign, Sign::Office | Sign::Capitals) && !self.has_v_or_title();
        let continues = self.blocks.last().is_some_and(|b| b.role == Role::Issuer);
        let fits = piece.sign == Sign::Office || continues || self.has(Role::Motto) || self.has(Role::Issuer);
        // a stamp above the head is closed where an office begins it; an office below the letter's own number receives it
        let begins_head = piece.sign == Sign::Office && !self.has(Role::Issuer) && !self.has(Role::Number);
        let is_receiver = self.has(Role::Issuer) && self.has(Role::Number) && !continues;
        let issuer = capitals && fits && (self.stamp_near == 0 || begins_head) && !is_receiver;
        self.add(if issuer { Role::Issuer } else { Role::Stamp }, piece.span)
    }

    fn has_v_or_title(&self) -> bool {
        self.kind.is_some() || self.has(Role::Subject)
    }

    /// A piece behind V/v: the subject goes on, unless it is closed and a text, a list or a stamp begins.
    fn about(&mut self, piece: &Piece, line: &Line, alone: bool, rest: &[Line]) -> bool {
        let words = self.words(piece.span);
        let folded = bare(words);
        let last = self.last_of(Role::Subject).unwrap_or("");
        let parted = line.gap && alone && !starts_small(words) && self.has(Role::PlaceDate);
        let closed = last.trim_end().ends_with('.') || parted;
        let basis = self.frame.cues.opens("basis", &folded).is_some();
        if alone && (basis || closed || words.chars().count() > LONGEST_ABOUT_LINE) {
            // addressees whose "Kính gửi" was not read
            if folded.trim_start().starts_with(['-', '+']) {
                self.state = State::To(1);
                return self.add(Role::Addressees, piece.span);
            }
            return self.is_of_stamp(words, rest) && self.stamp(piece.span);
        }
        let office = in_capitals(words) && !in_capitals(last);
        if (office || self.frame.cues.opens("stamp_label", &folded).is_some()) && self.is_of_stamp(words, rest) {
            return self.stamp(piece.span);
        }
        self.add(Role::Subject, piece.span)
    }

    /// Whether a short line was read out of a stamp before Kính gửi: other lines of it stand above, or right below.
    fn is_of_stamp(&self, words: &str, rest: &[Line]) -> bool {
        let addressed = |l: &Line| self.frame.cues.opens("addressees", &l.bare).is_some();
        let stamped = |l: &Line| self.frame.signs(l).iter().any(|p| p.sign == Sign::Stamp);
        words.chars().count() <= LONGEST_STAMP_LINE
            && (self.stamp_near > 0 || rest.first().is_some_and(stamped))
            && rest.iter().take(STAMP_LINES).any(addressed)
    }

    fn under_title(&mut self, piece: &Piece, line: &Line, count: usize, rest: &[Line]) -> bool {
        let words = self.words(piece.span);
        if self.stamp_near > 0 && words.chars().filter(|c| c.is_alphabetic()).count() < 4 {
            return self.add(Role::Stamp, piece.span);
        }
        if self.begins_body(piece, line, count, rest) {
            return false;
        }
        self.state = State::UnderTitle(count + 1);
        self.add(Role::Subject, piece.span)
    }

    /// Whether the running text begins with a piece under the title, `count` lines below it. It does at a basis, a label, a
    /// table; not right under the title, whatever its words ("Triển khai …" is a subject there); further down where the
    /// setting changes, the subject was closed, the line is set as a paragraph, or its words are those of a text.
    fn begins_body(&self, piece: &Piece, line: &Line, count: usize, rest: &[Line]) -> bool {
        let words = self.words(piece.span);
        let folded = bare(words);
        let length = words.chars().count();
        let opens = |role| self.frame.cues.opens(role, &folded).is_some();
        if opens("basis") || label(words).is_some() || words.contains('\t') || words.starts_with('(') && count > 0 {
            return true;
        }
        if count == 0 {
            return length > LONGEST_FIRST_LINE;
        }
        let above = self.last_of(Role::Subject);
        let small = starts_small(words);
        let changes = above.is_some_and(|above| self.setting_changes(above, words, line));
        let closed = above.is_some_and(|above| above.trim_end().ends_with(['.', ';']));
        let goes_on = above.is_some_and(|above| above.trim_end().ends_with([',', '-']));
        let set_as_text = !small && (line.gap && !goes_on || self.is_marginal(line, rest.first()) || opens("body"));
        changes || closed || set_as_text || count >= LONGEST_SUBJECT || length > LONGEST_SUBJECT_LINE
    }

    /// Capitals under a subject in small letters; small letters behind a gap under one in capitals.
    fn setting_changes(&self, above: &str, words: &str, line: &Line) -> bool {
        match (in_capitals(above), in_capitals(words)) {
            (false, true) => true,
            (true, false) => line.gap,
            _ => false,
        }
    }

    /// Whether a line begins near the left edge of the text and ends at the right one, as running text does.
    fn is_marginal(&self, line: &Line, next: Option<&Line>) -> bool {
        let Some(((left, right), b)) = self.column.zip(line.bbox) else { return false };
        let width = (right - left) as f32;
        let (before, behind) = (b.x.saturating_sub(left) as f32, right.saturating_sub(b.right()) as f32);
        let next_at_margin =
            next.and_then(|n| n.bbox).is_some_and(|n: Rect| (n.x.saturating_sub(left) as f32) < 0.03 * width);
        behind < 0.03 * width && before < 0.14 * width && next_at_margin
    }

    /// Whether a line goes on with the list of addressees, of which `count` lines were read.
    fn lists_on(&self, line: &Line, count: usize) -> bool {
        let words = self.words(line.span);
        let (folded, length) = (line.bare.as_str(), words.chars().count());
        let last = self.last_of(Role::Addressees).unwrap_or("");
        let bullet = folded.trim_start().starts_with(['-', '+', '•', '*']) && !folded.starts_with("---");
        if bullet || self.is_bare_label(last) {
            return length < LONGEST_FIRST_LINE;
        }
        let note = words.trim_start().starts_with('(');
        let closed = last.trim_end().ends_with(['.', ')']);
        let parted = line.gap && (count > 0 || !last.trim_end().ends_with([',', ';', ':', '-']));
        let body = ["basis", "body"].iter().any(|role| self.frame.cues.opens(role, folded).is_some());
        let begins_text = body && !starts_small(words) || (closed || parted) && !note || label(words).is_some();
        !begins_text && length < LONGEST_ADDRESSEE
    }

    /// "Kính gửi:" and nothing behind it.
    fn is_bare_label(&self, words: &str) -> bool {
        let folded = bare(words);
        self.frame.cues.opens("addressees", &folded).is_some_and(|end| folded.len() <= end + 2)
    }

    fn finish(mut self, lines: usize) -> Header {
        let letter = self.has(Role::Number) || self.has(Role::Subject) || self.has(Role::Addressees);
        let framed = self.has(Role::Motto) || self.has(Role::PlaceDate) || self.has(Role::Issuer);
        let rules = self.frame.rules;
        let untitled = rules.kind_with(if letter && framed { KindRole::Letter } else { KindRole::Other });
        let kind = self.kind.take().or(self.symbol_kind.take()).unwrap_or_else(|| untitled.to_owned());
        let lines = if kind == rules.kind_with(KindRole::Other) && !framed { 0 } else { lines };
        if lines == 0 {
            self.blocks.clear();
        }
        Header { kind, blocks: self.blocks, lines }
    }
}

fn bare(s: &str) -> String {
    Folded::new(s).text
}

/// Left and right edge of the running text, from the boxes of long lines; `None` without boxes.
fn text_column(lines: &[Line]) -> Option<(u32, u32)> {
    let mut boxes: Vec<Rect> = lines.iter().filter(|l| l.bare.len() > 45).filter_map(|l| l.bbox).collect();
    if boxes.len() < 4 {
        return None;
    }
    boxes.sort_by_key(|b| b.x);
    let left = boxes[boxes.len() / 4].x;
    boxes.sort_by_key(|b| b.right());
    let right = boxes[boxes.len() * 3 / 4].right();
    (right > left + 100).then_some((left, right))
}

pattern!(
    /// The second line of a stamp, or its last word alone, folded: "Ngày: 9/3", "ĐẾN".
    STAMP_WORDS,
    r"^(?:\s*den\s*$|ngay)"
);
/// A bullet beside a stamp stands before this byte.
const BESIDE_STAMP: usize = 24;

/// Where a bullet follows the words of a stamp: "ĐẾN | - Các bệnh viện", "Số: 41 | - Trung tâm".
fn beside_bullet(words: &str) -> Option<usize> {
    let at = words.find(" - ").filter(|at| *at < BESIDE_STAMP)?;
    let stamped = STAMP_WORDS.is_match(&bare(&words[..at])) || number_label(words).is_some();
    stamped.then_some(at + 1)
}

/// Where the words of a stamp end and those of the letter go on: "CÔNG VĂN ĐẾN | Công tác thi đua".
fn stamp_end(frame: &Frame, words: &str) -> Option<usize> {
    let folded = Folded::new(words);
    let behind = match number_label(words) {
        Some(at) => at,
        None => folded.source_offset(frame.cues.opens("stamp", &folded.text)?),
    };
    let rest = &words[behind..];
    let letters = rest.char_indices().find(|(_, c)| c.is_alphabetic()).map(|(at, _)| behind + at)?;
    let tail = words[letters..].chars().filter(|c| c.is_alphabetic()).count();
    (tail >= 6).then_some(letters)
}

#[cfg(test)]
mod tests {
    use crate::document::{Role, split};
    use crate::rules::Rules;
    use crate::text::Text;

    #[test]
    fn what_is_read_out_of_a_stamp_hides_no_kinh_gui_and_is_no_subject() {
        let closed = "Về việc tổ chức tập huấn.";
        let stamps = [
            (closed, ""),
            (closed, "SỞ Y TẾ TỈNH B\nĐẾN Ngày\nLàm bồ tơ số\n"),
            (closed, "CÔNG VĂN ĐẾN\nhoa 19/3\n"),
            // its office is on no list
            ("V/v tổ chức tập huấn", "TTYT HUYỆN TÂN\nĐẾN\nSố . 412\nNgày 22/4.\nChuyển\n"),
        ];
        for (subject, stamp) in stamps {
            let text = Text::plain(&format!(
                "SỞ Y TẾ TỈNH A\nBỆNH VIỆN MẮT\nSố: 12/BVM\n{subject}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
                 Độc lập - Tự do - Hạnh phúc\nA, ngày 2 tháng 3 năm 2023\n{stamp}Kính gửi:\n- Phòng Y tế\n- Trung tâm Y tế\n\
                 Thực hiện kế hoạch năm, bệnh viện mở lớp tập huấn trong hai ngày cho cán bộ các trạm y tế.\n"
            ));
            let documents = split(&text, Rules::builtin());
            let said = |role| documents[0].blocks_of(role).map(|span| text.slice(span)).collect::<Vec<_>>();
            assert_eq!(said(Role::Addressees), ["Kính gửi:", "- Phòng Y tế", "- Trung tâm Y tế"], "{stamp}");
            assert_eq!(said(Role::Subject), [subject], "{stamp}");
        }
    }
}
