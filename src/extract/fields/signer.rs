//! The signer (người ký): who signed, by what authority.
//!
//! in: the signature blocks → out: `signer`: authority (TM.), on_behalf (KT., TL., TUQ., Q.), position, name.
//! Promises: posts in sentence case, the name as a person's; a name read badly is kept and doubted.
//! Leaves out: posts of second signers; their names are candidates.

use crate::document::{Post, Role, authority, is_damaged_name, is_name, without_rank};
use crate::extract::language::casing;
use crate::extract::{Extraction, SURE};
use crate::record::{Doubt, Signer};
use crate::text::Span;
use crate::text::fold::{Folded, bare};
use crate::text::spelling::is_syllable;

pub(super) fn fill(page: &mut Extraction) {
    let blocks = page.blocks(Role::Signature);
    if blocks.is_empty() {
        if page.record.number.is_some() {
            page.record.review("signer", Doubt::SignerMissing, Vec::new());
        }
        return;
    }
    let mut signer = Signer::default();
    let (mut damaged, mut second) = (None, None);
    for span in &blocks {
        let words = page.line(*span);
        let posted = authority(&words).is_some() || page.frame.position(&bare(&words)).is_some();
        if !posted && is_name(&page.frame, &words) {
            match &signer.name {
                None => name(page, &mut signer, *span, &words),
                Some(_) => second = Some(casing::person(without_rank(&page.frame, words.trim()))),
            }
        } else if !posted && is_damaged_name(&page.frame, &words) {
            damaged.get_or_insert_with(|| whole_names(page, &words));
        } else {
            post(page, &mut signer, *span, &words);
        }
    }
    doubts(page, &signer, damaged, second);
    page.record.signer = Some(signer);
}

/// What a person is asked about the name: which of two signs, what a damaged one was, whether there is one at all.
fn doubts(page: &mut Extraction, signer: &Signer, damaged: Option<Vec<String>>, second: Option<String>) {
    if let (Some(first), Some(second)) = (&signer.name, second) {
        page.record.review("signer.name", Doubt::SignerSeveral, vec![first.clone(), second]);
    }
    let asked = page.record.needs_review.iter().any(|r| r.field == "signer.name");
    let (why, candidates) = match damaged {
        _ if signer.name.is_some() => return,
        Some(candidates) => (Doubt::SignerCovered, candidates),
        None if !asked => (Doubt::SignerUnread, Vec::new()),
        None => return,
    };
    page.record.review("signer.name", why, candidates);
}

/// Most candidates a person is shown.
const CANDIDATES: usize = 5;

/// Whole names the damaged one may be: with each family name one letter off, else as read.
fn whole_names(page: &Extraction, words: &str) -> Vec<String> {
    let clean = words.trim_matches(|c: char| !c.is_alphanumeric());
    let (family, rest) = clean.split_once(' ').unwrap_or((clean, ""));
    let near = page.frame.surnames_near(family);
    let mut names: Vec<String> = near.iter().map(|name| casing::person(&format!("{name} {rest}"))).collect();
    names.truncate(CANDIDATES);
    if names.is_empty() {
        names.push(casing::person(clean));
    }
    names
}

/// A name under a post. Of a name that is read oddly a person is asked, whatever is told; two words read unsurely are as
/// often the words of a seal, and nothing is told.
fn name(page: &mut Extraction, signer: &mut Signer, span: Span, words: &str) {
    let clean = words.trim_matches(|c: char| !c.is_alphanumeric());
    let as_read = casing::person(without_rank(&page.frame, clean));
    let (family, given) = as_read.split_once(' ').unwrap_or((&as_read, ""));
    let scanned = page.text.place_of(span).filter(|place| place.bbox.is_some());
    let unsure = scanned.is_some_and(|place| place.confidence < SURE);
    let short = scanned.is_some() && !given.contains(' ');
    let odd = !page.frame.surname(family);
    // marks are lost first: "Nguyên" is Nguyễn, and the reader is told
    let marked = page.frame.surnames_without_marks(family);
    let marked: Vec<String> = marked.iter().map(|family| casing::person(&format!("{family} {given}"))).collect();
    let reason = match (marked.is_empty(), odd, unsure, short) {
        (false, ..) => Some(Doubt::SignerMarks),
        (_, true, ..) => Some(Doubt::SignerRare),
        (_, _, true, _) => Some(Doubt::SignerUnsure),
        (_, _, _, true) => Some(Doubt::SignerShort),
        _ => None,
    };
    // of several family names the frequent one, where there is just one of these
    let meant = marked.first().filter(|_| marked.len() == 1 || page.frame.has_one_common_surname(family));
    let name = meant.unwrap_or(&as_read).clone();
    let doubtful = short && (unsure || !marked.is_empty());
    if let Some(reason) = reason {
        let candidates = marked.into_iter().chain([as_read]).take(CANDIDATES).collect();
        page.record.review("signer.name", reason, candidates);
    }
    if !doubtful {
        signer.name = Some(name);
        page.note("signer.name", "signer.name_under_post", span, if odd { 0.6 } else { 1.0 });
    }
}

/// A line with an authority ("TM. …", "KT. …") or a post, or one that goes on with the authority above.
fn post(page: &mut Extraction, signer: &mut Signer, span: Span, words: &str) {
    let clean = words.trim_end_matches([',', '.', ';', ':', ' ']).trim_start_matches(|c: char| !c.is_alphanumeric());
    let case = |s: &str| casing::office(s.trim(), &page.lexicon);
    // "PHÓ …" names a post whatever it is the deputy of
    let deputy = clean.split_once(' ').is_some_and(|(first, _)| page.lexicon.deputy_words.has(&first.to_lowercase()));
    match authority(clean) {
        Some(("TM.", at)) if signer.authority.is_none() => {
            signer.authority = Some(format!("TM. {}", case(&clean[at..])));
            page.note("signer.authority", "signer.tm", span, 1.0);
        }
        Some(("Q.", at)) => {
            signer.on_behalf = Some(format!("Q. {}", case(&clean[at..])));
            signer.position = Some(case(&clean[at..]));
            page.note("signer.on_behalf", "signer.acting", span, 1.0);
        }
        Some((short, at)) if signer.on_behalf.is_none() => {
            signer.on_behalf = Some(format!("{short} {}", case(&clean[at..])));
            page.note("signer.on_behalf", "signer.on_behalf", span, 1.0);
        }
        Some(_) => {}
        None if signer.position.is_none() && (page.frame.position(&bare(clean)).is_some() || deputy) => {
            signer.position = Some(position(page, span, clean));
            page.note("signer.position", "signer.post", span, 1.0);
        }
        // a line that goes on with the authority above: "TM. BAN CHỈ ĐẠO / PHÒNG, CHỐNG DỊCH"
        None if signer.position.is_none() => match (&mut signer.on_behalf, &mut signer.authority) {
            (Some(open), _) | (None, Some(open)) => {
                let more = casing::office(clean, &page.lexicon);
                *open = format!("{open} {more}");
            }
            _ => {}
        },
        None => {}
    }
}

/// The post as printed. Where letters slipped for certain as the list has it, and a person is asked.
fn position(page: &mut Extraction, span: Span, printed: &str) -> String {
    let folded = Folded::new(printed);
    let case = |s: &str| casing::office(s.trim(), &page.lexicon);
    let slipped = |post: &Post| !post.exact && is_unsure(page, span, printed);
    match page.frame.post(&folded.text).filter(slipped) {
        None => case(printed),
        Some(post) => {
            let rest = &printed[folded.source_offset(post.end)..];
            let meant = case(&format!("{}{rest}", post.listed.to_uppercase()));
            page.record.review("signer.position", Doubt::SignerPosition, vec![meant.clone()]);
            meant
        }
    }
}

/// Whether letters of a post may be others than those printed: read unsurely, restored, or a word
/// no syllable is spelt like.
fn is_unsure(page: &Extraction, span: Span, printed: &str) -> bool {
    let damaged = |word: &str| !is_syllable(&word.to_lowercase());
    let mut words = printed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let read_badly = page.text.place_of(span).is_some_and(|p| p.confidence < SURE);
    let restored = page.text.edits().iter().any(|edit| edit.span.overlaps(span));
    read_badly || restored || words.any(damaged)
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn authorities_posts_and_names() {
        type Parts<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<&'a str>);
        let cases: [(&str, Parts); 6] = [
            (
                "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nLê Thị Hoa",
                (Some("TM. Ủy ban nhân dân"), Some("KT. Chủ tịch"), Some("Phó Chủ tịch"), Some("Lê Thị Hoa")),
            ),
            ("GIÁM ĐỐC\n\n\nTRẦN VĂN BÌNH", (None, None, Some("Giám đốc"), Some("Trần Văn Bình"))),
            (
                "TL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG\nNguyễn An",
                (None, Some("TL. Giám đốc"), Some("Chánh Văn phòng"), Some("Nguyễn An")),
            ),
            (
                "TUQ. CHỦ TỊCH\nTRƯỞNG PHÒNG\nThS. Đỗ Bá",
                (None, Some("TUQ. Chủ tịch"), Some("Trưởng phòng"), Some("Đỗ Bá")),
            ),
            ("Q. GIÁM ĐỐC\nĐại tá Lò Văn Pó", (None, Some("Q. Giám đốc"), Some("Giám đốc"), Some("Lò Văn Pó"))),
            ("HIỆU TRƯỞNG\n(Đã ký)", (None, None, Some("Hiệu trưởng"), None)),
        ];
        for (end, (authority, on_behalf, position, name)) in cases {
            let raw = format!(
                "UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện tốt.\nNơi nhận:\n- Lưu: VT.\n{end}\n"
            );
            let signer = record_of(&raw).signer.unwrap_or_else(|| panic!("{end}"));
            let got = (signer.authority, signer.on_behalf, signer.position, signer.name);
            let own = |s: Option<&str>| s.map(str::to_owned);
            assert_eq!(got, (own(authority), own(on_behalf), own(position), own(name)), "{end}");
        }
    }

    #[test]
    fn a_family_name_under_the_seal_is_asked_for() {
        let raw = "UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện tốt.\nNơi nhận:\n- Lưu: VT.\n\
            THƯỜNG TR\nlê Minh Nhân\n";
        let damaged = raw.replace("lê", "l7ê");
        let record = record_of(&damaged);
        assert_eq!(record.signer.and_then(|s| s.name), None);
        let review = record.needs_review.iter().find(|r| r.field == "signer.name").unwrap();
        assert!(review.candidates.contains(&"Lê Minh Nhân".to_owned()), "{review:?}");
        let lost_post = raw.replace("lê", "Lê");
        assert_eq!(record_of(&lost_post).signer.and_then(|s| s.name).as_deref(), Some("Lê Minh Nhân"));
    }

    #[test]
    fn an_end_without_heading_or_post_is_found() {
        let head = "UBND QUẬN A\nSố: 1/UBND-VP\nA, ngày 1 tháng 2 năm 2023\nKính gửi: Các phường\nThực hiện tốt.\n";
        let signed = |end: &str| record_of(&format!("{head}{end}\n")).signer.and_then(|s| s.name);
        // post and "Nơi nhận" lost: the entries above the filing line are the list
        assert_eq!(signed("TƯ io GIÁM BỐC\n- Như trên;\n- Lưu: VT.\nHà Văn Lộc").as_deref(), Some("Hà Văn Lộc"));
        // post and filing line lost: a whole name that stands alone beside the list
        assert_eq!(signed("Nơi nhận:\n- Như trên;\n.b VT;Ð.\nHà Văn Lộc").as_deref(), Some("Hà Văn Lộc"));
        assert_eq!(signed("Nơi nhận:\n- Như trên;\n- Đồng chí\nHà Văn Lộc;\n- Lưu: VT.").as_deref(), None);
    }

    #[test]
    fn a_post_behind_what_a_pen_left_is_no_name() {
        let head = "UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện tốt.\nNơi nhận:\n- Lưu: VT.\n";
        let name = |end: &str| record_of(&format!("{head}{end}")).signer.and_then(|s| s.name);
        assert_eq!(name("VI VT. GIÁM ĐỐC\nHà Văn Lộc\n").as_deref(), Some("Hà Văn Lộc"));
        assert_eq!(name("GIÁM ĐỐC\nVi Văn Trưởng\n").as_deref(), Some("Vi Văn Trưởng"));
    }

    #[test]
    fn a_family_name_without_its_marks_is_told() {
        let raw = "UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện tốt.\nNơi nhận:\n\
            - Lưu: VT.\nGIÁM ĐỐC\nNguyên Văn Lộc\n";
        let record = record_of(raw);
        assert_eq!(record.signer.and_then(|s| s.name).as_deref(), Some("Nguyễn Văn Lộc"));
        let review = record.needs_review.iter().find(|r| r.field == "signer.name").unwrap();
        assert_eq!(review.candidates, ["Nguyễn Văn Lộc", "Nguyên Văn Lộc"]);
    }

    #[test]
    fn a_second_signer_is_told() {
        let raw = "UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện tốt.\n\
            CHỦ TỊCH          GIÁM ĐỐC\n\nHà Văn Lộc          Lê Minh Nhân\nNơi nhận:\n- Lưu: VT.\n";
        let record = record_of(raw);
        assert_eq!(record.signer.and_then(|s| s.name).as_deref(), Some("Hà Văn Lộc"));
        let review = record.needs_review.iter().find(|r| r.field == "signer.name").unwrap();
        assert_eq!(review.candidates, ["Hà Văn Lộc", "Lê Minh Nhân"]);
    }

    /// What a scan says, word by word with its confidence.
    fn scanned(end: &[(&str, f32)]) -> crate::record::Record {
        let mut text = crate::text::TextBuilder::default();
        text.begin_page(1);
        let bbox = Some(crate::text::Rect { x: 1, y: 1, w: 9, h: 9 });
        let head = ["UBND QUẬN A", "Số: 1/KH-UBND", "A, ngày 1 tháng 2 năm 2023", "KẾ HOẠCH", "Họp", "Thực hiện tốt."];
        for line in head.into_iter().chain(["Nơi nhận:", "- Lưu: VT.", "GIÁM ĐỐC"]) {
            line.split(' ').for_each(|word| text.push_word(word, bbox, 0.95));
            text.end_line();
        }
        end.iter().for_each(|(word, confidence)| text.push_word(word, bbox, *confidence));
        text.end_line();
        let text = text.finish();
        let documents = crate::document::split(&text, crate::rules::Rules::builtin());
        crate::extract::extract(&documents[0], &text, crate::rules::Rules::builtin(), &Default::default())
    }

    #[test]
    fn two_words_of_a_scan_may_lack_their_family_name() {
        let read = |end| {
            let record = scanned(end);
            let asked = record.needs_review.into_iter().find(|r| r.field == "signer.name");
            (record.signer.and_then(|s| s.name), asked.map(|r| r.candidates))
        };
        let said = |name: &str| Some(name.to_owned());
        let asked = |name: &str| Some(vec![name.to_owned()]);
        assert_eq!(read(&[("Hà", 0.9), ("Văn", 0.9), ("Lộc", 0.9)]), (said("Hà Văn Lộc"), None));
        assert_eq!(read(&[("Hà", 0.3), ("Văn", 0.9), ("Lộc", 0.9)]), (said("Hà Văn Lộc"), asked("Hà Văn Lộc")));
        assert_eq!(read(&[("Hoàng", 0.9), ("Lộc", 0.9)]), (said("Hoàng Lộc"), asked("Hoàng Lộc")));
        assert_eq!(read(&[("Mai", 0.9), ("Lên", 0.4)]), (None, asked("Mai Lên")));
    }

    #[test]
    fn both_halves_read_as_one_line() {
        let raw = "UBND QUẬN A\nSố: 1/KH-UBND\nA, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\nThực hiện tốt.\nNơi nhận: KT. GIÁM ĐÓC\n\
            - Như trên; PHÓ GIÁM ĐỐC\n- Lưu: VT, NVY.\nHà Văn Lộc\n";
        let record = record_of(raw);
        let signer = record.signer.unwrap();
        assert_eq!(signer.position.as_deref(), Some("Phó Giám đốc"));
        assert_eq!(signer.name.as_deref(), Some("Hà Văn Lộc"));
        assert_eq!(record.filing.as_deref(), Some("VT, NVY"));
        assert_eq!(record.recipients[0].name, "Như trên");
    }
}
