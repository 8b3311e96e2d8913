//! Documents: a file is split into official letters by their own headers, and each letter into blocks.
//!
//! in: [`Text`], [`Rules`] → out: [`Document`]s, in order; together they cover every line of the text.
//! Promises: at least one document for any text (kind `other` where nothing official is seen); blocks in reading order,
//! none overlapping another, spans on character boundaries; arbitrary text never panics.
//! Works on OCR text with boxes, on dumps without pages, and where the halves of a header were read line by line.
//! Leaves out: values (`extract`). Appendices without a header of their own stay with the letter before them.

mod body;
mod cue;
mod dateline;
mod ending;
mod frame;
mod header;
mod label;
mod lines;
mod number;
mod repeats;
mod secrecy;
mod starts;

pub use dateline::{DateLine, Part, calendar_date, read as read_date_line};
pub use number::{Numbered, read as read_number};
pub use secrecy::{SecrecyFound, Stretch, secrecy_found};

pub(crate) use cue::{ARRIVED, opens as opens_with_cue};
pub(crate) use ending::{authority, is_damaged_name, is_name, without_rank};
pub(crate) use frame::{Frame, Post, Sign, is_stamp_line};
pub(crate) use lines::{bare_of, in_capitals, lines as lines_of};

use crate::rules::Rules;
use crate::text::{Span, Text};
use serde::{Deserialize, Serialize};

/// One official letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Id of the kind as in `dictionaries/kinds/`; `other` where none is seen.
    pub kind: String,
    /// All its text.
    pub span: Span,
    /// First and last page, 1-based, inclusive; `None` for text without pages.
    pub pages: Option<(u32, u32)>,
    /// Its parts in reading order.
    pub blocks: Vec<Block>,
    /// 1-based pages that repeat an earlier page (scanned twice); their lines are [`Role::Repeated`].
    pub repeated: Vec<u32>,
}

/// A part of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub role: Role,
    /// Its words.
    pub span: Span,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Quốc hiệu, tiêu ngữ.
    Motto,
    /// Cơ quan chủ quản and cơ quan ban hành, a block for each line.
    Issuer,
    /// Số, ký hiệu.
    Number,
    /// Địa danh và thời gian.
    PlaceDate,
    /// Tên loại.
    Title,
    /// Trích yếu: V/v …, or the lines under the title; a block for each line.
    Subject,
    /// Kính gửi; a block for each line.
    Addressees,
    /// A paragraph that begins with "Căn cứ".
    Basis,
    /// A heading with its label.
    Heading,
    /// A paragraph.
    Body,
    /// Rows of a table.
    Table,
    /// Nơi nhận with the Lưu line; a block for each line.
    Recipients,
    /// Authority, post and name of who signed; a block for each line.
    Signature,
    /// Incoming stamp and digital-signature stamp.
    Stamp,
    /// Độ khẩn, độ mật, phạm vi lưu hành.
    Mark,
    /// Number of a page.
    PageNumber,
    /// Title of an appendix, a form or a list behind the letter; what follows belongs to it.
    Appendix,
    /// A line of a page that was scanned twice.
    Repeated,
}

impl Document {
    /// Blocks of one role, in reading order.
    pub fn blocks_of(&self, role: Role) -> impl Iterator<Item = Span> + '_ {
        self.blocks.iter().filter(move |b| b.role == role).map(|b| b.span)
    }
    /// The first block of a role.
    pub fn first(&self, role: Role) -> Option<Span> {
        self.blocks_of(role).next()
    }
    /// Where the running text begins: behind the last part of the header.
    pub fn body_start(&self) -> usize {
        let running = |b: &&Block| matches!(b.role, Role::Body | Role::Basis | Role::Heading | Role::Table);
        self.blocks.iter().find(running).map_or(self.span.end, |b| b.span.start)
    }
}

/// Splits a file into its documents: the lines, the pages scanned twice, the lines where a document begins, then each
/// document by itself. Cost: linear in the text; pages are compared with all earlier ones.
///
/// # Examples
///
/// ```
/// use congvan::document::{Role, split};
/// use congvan::rules::Rules;
/// use congvan::text::Text;
///
/// let text = Text::plain(
///     "UBND QUẬN HÀ LÂM\nSố: 12/KH-UBND\nHà Lâm, ngày 5 tháng 3 năm 2025\nKẾ HOẠCH\nTổ chức hội thi\n\
///      I. MỤC ĐÍCH\nHội thi vui.\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\nLê Thị Hoa\n",
/// );
/// let documents = split(&text, Rules::builtin());
/// assert_eq!(documents.len(), 1);
/// assert_eq!(documents[0].kind, "ke_hoach");
/// assert_eq!(text.slice(documents[0].first(Role::Subject).unwrap()), "Tổ chức hội thi");
/// ```
pub fn split(text: &Text, rules: &Rules) -> Vec<Document> {
    let frame = Frame::new(text, rules);
    // the stamp of arrival is none of the letter: what it says neither begins a document nor stands in its header
    let (stamped, lines): (Vec<lines::Line>, Vec<lines::Line>) =
        lines::lines(text).into_iter().partition(|line| text.is_stamped(line.span));
    let repeated = repeats::find(&frame, &lines);
    let starts = starts::find(&frame, &lines, &repeated);
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let document = |(from, to): (&usize, usize)| {
        let begin = if *from == 0 { 0 } else { lines[*from].span.start };
        let end = lines.get(to).map_or(text.span().end, |line| line.span.start);
        let mut document = read(&frame, &lines[*from..to], Span::new(begin, end), &repeated);
        let own = stamped.iter().filter(|line| (begin..end).contains(&line.span.start));
        document.blocks.extend(own.map(|line| Block { role: Role::Stamp, span: line.span }));
        document.blocks.sort_by_key(|b| (b.span.start, b.span.end));
        document
    };
    starts.iter().zip(ends).map(document).collect()
}

/// One document: what its header, its end and the text between them are. Pages scanned twice are only noted.
fn read(frame: &Frame, lines: &[lines::Line], span: Span, repeated: &[u32]) -> Document {
    let fresh: Vec<lines::Line> = lines.iter().filter(|l| !repeated.contains(&l.page)).cloned().collect();
    let header = header::read(frame, &fresh);
    let ending = ending::read(frame, &fresh, header.lines);
    let mut blocks = header.blocks;
    blocks.extend(body::read(frame, &fresh, header.lines, &ending));
    blocks.extend(ending.blocks);
    let twice = lines.iter().filter(|l| repeated.contains(&l.page));
    blocks.extend(twice.clone().map(|l| Block { role: Role::Repeated, span: l.span }));
    blocks.sort_by_key(|b| (b.span.start, b.span.end));
    let pages = lines.first().zip(lines.last()).map(|(a, b)| (a.page, b.page));
    let mut again: Vec<u32> = twice.map(|l| l.page).collect();
    again.dedup();
    Document { kind: header.kind, span, pages: pages.filter(|_| frame.text.has_pages()), blocks, repeated: again }
}
