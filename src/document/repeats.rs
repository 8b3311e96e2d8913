//! Which pages of a file were scanned twice.
//!
//! in: the lines of a file → out: 1-based pages that hold the words of an earlier page again.
//! Promises: likeness alone makes no repeat: where a number, a day or a name that both pages show for certain differs, the
//! pages are two ("301/UBND-VX" and "302/UBND-VX", the same letter to two schools). Stamps and page numbers are not
//! compared. Cost: linear in the pages; the words of pages that are alike are aligned, which is quadratic in their number.

use super::frame::{Frame, Sign};
use super::label::is_page_number;
use super::lines::Line;
use std::collections::HashSet;

/// Share of common word triples that makes two pages alike; two scans of one page share about 80 %.
const ALIKE: f32 = 0.55;
/// Pages with fewer triples are too short to be told from each other.
const FEWEST: usize = 40;
/// Words read from an image below this say nothing about a difference: digits misread reach 0.8 at times.
const SURE: f32 = 0.9;
/// Of longer pages only so many words are aligned: a full page in small print has 900.
const MOST_WORDS: usize = 1500;
/// A name misread differs in fewer of its letters than this share.
const OTHER_NAME: f64 = 0.34;

/// 1-based pages that hold the words of an earlier page again.
pub(crate) fn find(frame: &Frame, lines: &[Line]) -> Vec<u32> {
    let mut pages: Vec<(&[Line], HashSet<u64>)> = Vec::new();
    let mut again = Vec::new();
    for page in lines.chunk_by(|a, b| a.page == b.page) {
        let triples = triples(page);
        let mut alike = pages.iter().filter(|(_, other)| triples.len() >= FEWEST && are_alike(&triples, other));
        if alike.any(|(other, _)| !differ(&words(frame, other), &words(frame, page))) {
            again.push(page[0].page);
        } else {
            pages.push((page, triples));
        }
    }
    again
}

fn are_alike(one: &HashSet<u64>, other: &HashSet<u64>) -> bool {
    let common = one.intersection(other).count() as f32;
    common / ((one.len() + other.len()) as f32 - common) >= ALIKE
}

fn triples(lines: &[Line]) -> HashSet<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let words: Vec<&str> =
        lines.iter().flat_map(|l| l.bare.split(|c: char| !c.is_alphanumeric())).filter(|w| !w.is_empty()).collect();
    let hash = |three: &[&str]| {
        let mut hasher = DefaultHasher::new();
        three.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(3).map(hash).collect()
}

/// A word of a page.
struct Word {
    folded: String,
    /// Begins with a capital.
    capital: bool,
    /// Read for certain.
    sure: bool,
    /// Read from an image.
    scanned: bool,
    /// Stands in the number or the addressees of a header.
    names_letter: bool,
}

/// The words of a page but for stamps and page numbers.
fn words(frame: &Frame, lines: &[Line]) -> Vec<Word> {
    let mut out = Vec::new();
    for line in lines.iter().filter(|line| !is_page_number(&line.bare)) {
        for piece in frame.signs(line).into_iter().filter(|piece| piece.sign != Sign::Stamp) {
            let names_letter = matches!(piece.sign, Sign::Number(_) | Sign::Addressees);
            let slice = frame.text.slice(piece.span);
            for printed in slice.split_whitespace() {
                let at = piece.span.start + (printed.as_ptr() as usize - slice.as_ptr() as usize);
                let place = frame.text.place_of(crate::text::Span::new(at, at + printed.len()));
                let core = printed.trim_matches(|c: char| !c.is_alphanumeric());
                if core.is_empty() || out.len() >= MOST_WORDS {
                    continue;
                }
                out.push(Word {
                    folded: crate::text::fold::bare(core),
                    capital: core.starts_with(char::is_uppercase),
                    sure: place.as_ref().is_none_or(|p| p.bbox.is_none() || p.confidence >= SURE),
                    scanned: place.is_some_and(|p| p.bbox.is_some()),
                    names_letter,
                });
            }
        }
    }
    out
}

/// Whether two pages that are alike say different things: one difference on pages of text; on scans, where a digit is
/// misread now and then, one in the number, the addressees or a name, or two elsewhere.
fn differ(one: &[Word], other: &[Word]) -> bool {
    let mut digits = 0;
    for (ours, theirs) in changes(one, other) {
        let both = || ours.iter().chain(theirs);
        if !both().all(|word| word.sure) {
            continue;
        }
        if is_other_name(ours, theirs) {
            return true;
        }
        if figures(ours) != figures(theirs) && !figures(ours).is_empty() && !figures(theirs).is_empty() {
            digits += if both().any(|word| word.names_letter || !word.scanned) { 2 } else { 1 };
        }
    }
    digits >= 2
}

/// The digits with which words begin: "301" of "301/UBND-VX".
fn figures(words: &[Word]) -> Vec<&str> {
    let leading = |word: &'_ Word| word.folded.find(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '.' | '-'));
    let run = |word: &'_ Word| leading(word).unwrap_or(word.folded.len());
    words.iter().map(|word| &word.folded[..run(word)]).filter(|run| !run.is_empty()).collect()
}

/// Names of persons or places that are not each other misread.
fn is_other_name(ours: &[Word], theirs: &[Word]) -> bool {
    let name = |words: &[Word]| {
        // "bà", "ông" before it
        let words = &words[words.iter().position(|w| w.capital).unwrap_or(words.len())..];
        let whole = words.iter().all(|w| w.capital && w.folded.chars().all(char::is_alphabetic));
        (whole && !words.is_empty()).then(|| words.iter().map(|w| w.folded.as_str()).collect::<Vec<_>>().join(" "))
    };
    let Some((ours, theirs)) = name(ours).zip(name(theirs)) else { return false };
    let length = ours.chars().count().max(theirs.chars().count());
    super::cue::distance_of(&ours, &theirs) as f64 > OTHER_NAME * length as f64
}

/// Where two runs of words part: the words of each between what they have in common (longest common subsequence).
fn changes<'w>(one: &'w [Word], other: &'w [Word]) -> Vec<(&'w [Word], &'w [Word])> {
    let width = other.len() + 1;
    let mut common = vec![0u16; (one.len() + 1) * width];
    for (i, a) in one.iter().enumerate().rev() {
        for (j, b) in other.iter().enumerate().rev() {
            common[i * width + j] = if a.folded == b.folded {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut out = Vec::new();
    let (mut i, mut j, mut from) = (0, 0, (0, 0));
    while i < one.len() && j < other.len() {
        if one[i].folded == other[j].folded {
            out.push((&one[from.0..i], &other[from.1..j]));
            (i, j) = (i + 1, j + 1);
            from = (i, j);
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    out.push((&one[from.0..], &other[from.1..]));
    out.retain(|(ours, theirs)| !ours.is_empty() && !theirs.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use crate::document::split;
    use crate::rules::Rules;
    use crate::text::Text;

    const PLAN: &str = "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHUYỆN A Độc lập - Tự do - Hạnh phúc\n\
        Số: 34/KH-UBND A, ngày 1 tháng 3 năm 2023\nKẾ HOẠCH\nTổ chức hội thi\nI. MỤC ĐÍCH\nHội thi vui.\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\nTrần Thị Hoa\n";

    #[test]
    fn a_page_scanned_twice_is_noticed() {
        let long: String = (0..60).map(|i| format!("việc thứ {i} của kế hoạch này\n")).collect();
        let page = format!("{PLAN}{long}");
        let documents = split(&Text::plain(&format!("{page}\u{c}{page}")), Rules::builtin());
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0].repeated, [2]);
    }

    #[test]
    fn letters_that_differ_in_a_value_are_no_repeats() {
        let letter = |number: &str, to: &str, until: &str, who: &str| {
            format!(
                "ỦY BAN NHÂN DÂN\nXÃ A\nSố: {number}/UBND-VX\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
                 Độc lập - Tự do - Hạnh phúc\nA, ngày 4 tháng 3 năm 2026\nKính gửi: {to}\n\
                 Thực hiện kế hoạch năm học, Ủy ban nhân dân xã đề nghị nhà trường rà soát danh sách học sinh có hoàn cảnh\n\
                 khó khăn, lập hồ sơ đề nghị hỗ trợ theo mẫu gửi kèm và cử cán bộ là {who} làm đầu mối phối hợp;\n\
                 hồ sơ gửi về Phòng Văn hóa - Xã hội trước ngày {until}/3/2026 để tổng hợp, trình phê duyệt đúng quy định.\n\
                 Nơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\nTrần Thị Hoa\n"
            )
        };
        let first = letter("301", "Trường Tiểu học A 1", "20", "bà Lê Thị Mai");
        let count = |second: &str| split(&Text::plain(&format!("{first}\u{c}{second}")), Rules::builtin()).len();
        let others = [
            letter("302", "Trường Tiểu học A 1", "20", "bà Lê Thị Mai"),
            letter("301", "Trường Tiểu học A 2", "20", "bà Lê Thị Mai"),
            letter("301", "Trường Tiểu học A 1", "25", "bà Lê Thị Mai"),
            letter("301", "Trường Tiểu học A 1", "20", "ông Phạm Văn Nam"),
        ];
        for other in others {
            assert_eq!(count(&other), 2, "{other}");
        }
        assert_eq!(count(&first), 1);
        // one letter slipped in a name is no other name
        assert_eq!(count(&first.replace("Thị Mai", "Thí Mal")), 1);
    }
}
