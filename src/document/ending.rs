//! The end of a letter: Nơi nhận on the left, who signed on the right, read side by side or one after the other.
//!
//! in: the lines behind the header → out: [`Ending`]: blocks of both halves and which lines they take.
//! Promises: halves read as one line come apart where the right one is in capitals of a post, or is a person's name.
//! Leaves out: names, purposes, posts (`extract`).

use super::frame::Frame;
use super::label::is_page_number;
use super::lines::{Line, in_capitals, pieces, trimmed};
use super::{Block, Role};
use crate::text::Span;
use crate::text::fold::Folded;
use crate::text::pattern::pattern;
use std::collections::HashSet;

/// What ends a letter.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// Blocks in order.
    pub blocks: Vec<Block>,
    /// Indices of the lines it takes.
    pub lines: HashSet<usize>,
    /// Index of its last line; what follows is an appendix.
    pub closed_at: Option<usize>,
}

/// A signature may begin so many lines above "Nơi nhận": the right half can be read first.
const ABOVE: usize = 7;
/// Nơi nhận and the signature take so many lines at most; the longest list met has 22.
const BELOW: usize = 34;
/// Lines between a post and the name under it: the seal's words, the list beside it.
const TO_NAME: usize = 16;

/// Reads the end of the document whose running text begins at line `from`.
pub(crate) fn read(frame: &Frame, lines: &[Line], from: usize) -> Ending {
    let recipients = (from..lines.len()).find(|at| opens_recipients(frame, &lines[*at]));
    let mut ending = Ending::default();
    match recipients {
        Some(at) => {
            let first = first_post(frame, lines, from.max(at.saturating_sub(ABOVE)), at);
            read_both(frame, lines, first.unwrap_or(at), &mut ending);
        }
        None => {
            let post = (from..lines.len()).find(|at| signs_here(frame, lines, *at));
            if let Some(at) = post.or_else(|| headless_list(frame, lines, from)) {
                read_both(frame, lines, at, &mut ending);
            }
        }
    }
    ending.closed_at = ending.lines.iter().max().copied();
    ending
}

fn opens_recipients(frame: &Frame, line: &Line) -> bool {
    frame.cues.opens("recipients", &line.bare).is_some() && line.bare.len() < 120
}

/// The first line above Nơi nhận that is a signature's: an authority or a post in capitals.
fn first_post(frame: &Frame, lines: &[Line], from: usize, to: usize) -> Option<usize> {
    (from..to).find(|at| signs_here(frame, lines, *at))
}

/// Where a list of recipients begins whose heading was not read, nor any post: the entries above the last line about
/// filing.
fn headless_list(frame: &Frame, lines: &[Line], from: usize) -> Option<usize> {
    let filing = (from..lines.len()).rfind(|at| bullet(&lines[*at].bare) && is_filing(frame, &lines[*at].bare))?;
    (from..filing).rev().take_while(|at| bullet(&lines[*at].bare)).last().or(Some(filing))
}

/// A post or an authority in capitals, alone in its line.
fn signs_here(frame: &Frame, lines: &[Line], at: usize) -> bool {
    let words = frame.text.slice(lines[at].span);
    is_post(frame, words) && lines[at].bare.len() < 70
}

/// "TM. ỦY BAN", "KT. GIÁM ĐỐC", "PHÓ CHỦ TỊCH": capitals that begin with an authority or a post.
pub(crate) fn is_post(frame: &Frame, words: &str) -> bool {
    in_capitals(words) && (authority(words).is_some() || frame.position(&bare(words)).is_some())
}

pattern!(
    /// The authority by which one signs: TM. for a body as a whole, KT. for the head, TL. and TUQ. by order, Q. as acting
    /// head (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7); "Q" alone is also a name's beginning, so that a mark must follow.
    AUTHORITY,
    r"^[^\p{Alphabetic}\p{N}]*(?:(?<short>TUQ|T/?M|K/?T|T/?L)[.,:/\x20]+|(?<acting>Q)[.,:][.,:\x20]*)"
);

/// The abbreviation a signature line begins with (TM., KT., TL., TUQ., Q.) and the byte behind it.
pub(crate) fn authority(words: &str) -> Option<(&'static str, usize)> {
    let found = AUTHORITY.captures(words)?;
    let meant = match found.name("short").map_or("Q", |short| short.as_str()) {
        "TUQ" => "TUQ.",
        "TM" | "T/M" => "TM.",
        "KT" | "K/T" => "KT.",
        "TL" | "T/L" => "TL.",
        _ => "Q.",
    };
    Some((meant, found.get(0)?.end()))
}

/// How far the end has been read.
struct Sides {
    /// The list of recipients has begun.
    left: bool,
    /// Its last line, about filing, was read.
    filed: bool,
    /// The name of who signed was read.
    signed: bool,
    posts: usize,
    lines_since_post: usize,
}

impl Sides {
    /// Both halves are whole.
    fn are_done(&self) -> bool {
        (self.filed || !self.left) && self.signed
    }
    /// No name was found under the last post.
    fn are_stale(&self) -> bool {
        self.posts > 0 && self.lines_since_post > TO_NAME
    }
}

/// A line that belongs to neither half and is longer than this, in bytes, is the text behind the end.
const LONGEST_STRAY: usize = 60;

/// Reads both halves from line `from` on, until both are whole, no name comes, or an appendix begins.
fn read_both(frame: &Frame, lines: &[Line], from: usize, ending: &mut Ending) {
    let listed = lines.get(from).is_some_and(|l| bullet(&l.bare));
    let mut sides = Sides { left: listed, filed: false, signed: false, posts: 0, lines_since_post: 0 };
    for (at, line) in lines.iter().enumerate().skip(from).take(BELOW) {
        if is_page_number(&line.bare) {
            continue;
        }
        if sides.are_done() && !late(frame, line, &sides) || sides.are_stale() || appendix(frame, line) {
            break;
        }
        let mut taken = false;
        for span in halves(frame, line) {
            if let Some(role) = half(frame, span, line, &mut sides) {
                ending.blocks.push(Block { role, span });
                taken = true;
            }
        }
        sides.lines_since_post += 1;
        if taken {
            ending.lines.insert(at);
        } else if sides.filed && sides.posts > 0 && line.bare.len() > LONGEST_STRAY {
            break;
        }
    }
}

/// What may still follow a complete end: a second post under the name's line, the rest of the list.
fn late(frame: &Frame, line: &Line, sides: &Sides) -> bool {
    let words = frame.text.slice(line.span);
    let list = opens_recipients(frame, line) || (sides.left && (bullet(&line.bare) || is_filing(frame, &line.bare)));
    list || (!sides.left && is_name(frame, words))
}

fn appendix(frame: &Frame, line: &Line) -> bool {
    let words = frame.text.slice(line.span);
    let titled = in_capitals(words) && ["form", "form_title"].iter().any(|r| frame.cues.opens(r, &line.bare).is_some());
    titled || frame.is_appendix_title(words) || words.contains('\t')
}

fn bullet(folded: &str) -> bool {
    folded.trim_start().starts_with(['-', '+', '•', '*', '–', '_', '~', '=']) && !folded.starts_with("./.")
}

fn is_filing(frame: &Frame, folded: &str) -> bool {
    frame.cues.opens("filing", folded).is_some()
}

/// Entries of the list are shorter than this, in characters.
const LONGEST_ENTRY: usize = 90;

/// What one half of a line is; `None` where it belongs to neither the list nor the signature. In this order: a post, an
/// entry of the list, the signer's name, a post's second line, an entry's second line.
fn half(frame: &Frame, span: Span, line: &Line, sides: &mut Sides) -> Option<Role> {
    let words = frame.text.slice(span);
    let folded = bare(words);
    if is_post(frame, words) {
        (sides.posts, sides.lines_since_post) = (sides.posts + 1, 0);
        return Some(Role::Signature);
    }
    let opens = frame.cues.opens("recipients", &folded).is_some();
    if opens || sides.left && (bullet(&folded) || is_filing(frame, &folded)) {
        sides.left = true;
        sides.filed |= is_filing(frame, &folded);
        return Some(Role::Recipients);
    }
    if signs(frame, words, sides) {
        sides.signed = true;
        return Some(Role::Signature);
    }
    let second_line_of_post = sides.posts > 0 && !sides.signed && sides.lines_since_post <= 1;
    if second_line_of_post && in_capitals(words) {
        return Some(Role::Signature);
    }
    let entry_goes_on = sides.left && !sides.filed && (!line.gap || words.trim_start().starts_with('('));
    (entry_goes_on && words.chars().count() < LONGEST_ENTRY).then_some(Role::Recipients)
}

/// Whether the signer's name stands here. The post above may be lost under the seal: behind the list's last line a name is
/// the signer's, and so is a whole name that stands alone beside the list. A joint document has two posts and two names.
fn signs(frame: &Frame, words: &str, sides: &Sides) -> bool {
    if sides.signed {
        return sides.posts >= 2 && whole_name(words) && is_name(frame, words);
    }
    let behind = sides.posts > 0 || sides.filed;
    let beside = sides.left && whole_name(words);
    (behind || beside) && is_name(frame, words) || behind && is_damaged_name(frame, words)
}

/// As many words as a name with its family name has, and no entry of a list.
fn whole_name(words: &str) -> bool {
    words.split_whitespace().count() >= 3 && !words.trim_end().ends_with([';', ',', '.'])
}

/// The halves of a line: at wide gaps, before a post in capitals, before a name behind the list.
fn halves(frame: &Frame, line: &Line) -> Vec<Span> {
    let mut out = Vec::new();
    for span in pieces(frame.text, line.span) {
        let words = frame.text.slice(span);
        let cut = if in_capitals(words) && !bullet(&bare(words)) { None } else { right_half(frame, words) };
        match cut {
            Some(cut) => {
                out.push(trimmed(frame.text, Span::new(span.start, span.start + cut)));
                out.push(trimmed(frame.text, Span::new(span.start + cut, span.end)));
            }
            None => out.push(span),
        }
    }
    out.retain(|s| !s.is_empty());
    out
}

fn right_half(frame: &Frame, words: &str) -> Option<usize> {
    let begins = words.match_indices(' ').map(|(at, _)| at + 1);
    for at in begins {
        let right = &words[at..];
        let before = words[..at].trim_end();
        let listed = bullet(&bare(before)) || frame.cues.opens("recipients", &bare(before)).is_some();
        if is_post(frame, right) && right.chars().count() >= 6 && listed {
            return Some(at);
        }
        if before.ends_with([';', '.', ',', ')']) && listed && before.len() > 8 && is_name(frame, right) {
            return Some(at);
        }
    }
    None
}

/// Two to six capitalised words, no digits, that begin with a family name (or have a middle name), and are no office and no
/// post.
pub(crate) fn is_name(frame: &Frame, words: &str) -> bool {
    let words = without_rank(frame, words.trim_matches(|c: char| !c.is_alphanumeric()));
    let parts: Vec<&str> = words.split_whitespace().collect();
    let foreign = |c: char| c.is_ascii_digit() || matches!(c, ',' | ';' | ':' | '(' | '/');
    if !(2..=6).contains(&parts.len()) || words.contains(foreign) {
        return false;
    }
    let middle = parts[1..].iter().any(|word| frame.middle_name(word));
    let family = frame.surname(parts[0]);
    (family || middle && parts.len() >= 3)
        && (middle || has_whole_ends(&parts))
        && is_written_as_name(words, &parts)
        && !is_named_office(frame, words, parts[0], family, middle)
        && !is_named_post(frame, words, family && middle)
}

/// First and last word have two letters or more; "Y Thim" is a man's name of the highlands.
fn has_whole_ends(parts: &[&str]) -> bool {
    let long = |word: &str| word.chars().count() >= 2;
    (long(parts[0]) || parts[0] == "Y" && parts.len() > 2) && long(parts[parts.len() - 1])
}

/// Longest syllable: "Nghiêng".
const LONGEST_SYLLABLE: usize = 7;

/// Every word begins with a capital and goes on in small letters, or all is in capitals.
fn is_written_as_name(words: &str, parts: &[&str]) -> bool {
    let capital = |w: &&str| w.chars().next().is_some_and(char::is_uppercase) && w.chars().count() <= LONGEST_SYLLABLE;
    let small = |w: &&str| w.chars().skip(1).all(char::is_lowercase);
    parts.iter().all(capital) && (parts.iter().all(small) || in_capitals(words))
}

/// Đoàn, Tổ, Hội … are family names as well as heads of offices' names: a middle name tells them apart; "Trương" only folded
/// looks like a school.
fn is_named_office(frame: &Frame, words: &str, first: &str, family: bool, middle: bool) -> bool {
    frame.office(&bare(words)) && !(family && (middle || frame.only_surname(first)))
}

/// A post; "Giáp Thị" is only a letter off "giám thị", so that a name that is `sure` is one in spite of a slip.
fn is_named_post(frame: &Frame, words: &str, sure: bool) -> bool {
    let folded = bare(words);
    frame.post(&folded).is_some_and(|post| post.exact || !sure) || frame.ends_in_post(&folded)
}

/// A person's name whose beginning is lost under a seal: "lô Sỹ Nhân", "1e Thị Thu Sương". Two to four capitalised words
/// behind something short that is no family name.
pub(crate) fn is_damaged_name(frame: &Frame, words: &str) -> bool {
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    let parts: Vec<&str> = words.split_whitespace().collect();
    if !(3..=5).contains(&parts.len()) || words.contains([',', ';', ':', '(', '/', '.']) {
        return false;
    }
    let given = |w: &&str| {
        let mut letters = w.chars();
        letters.next().is_some_and(char::is_uppercase)
            && (2..=7).contains(&w.chars().count())
            && letters.all(char::is_lowercase)
    };
    let folded = bare(words);
    let clean = parts[1..].iter().all(given);
    clean && parts[0].chars().count() <= 6 && !frame.office(&folded) && frame.position(&folded).is_none()
}

/// A name without the titles before it: "ThS. ", "BS.CKII ", "Đại tá ", "TS. ".
pub(crate) fn without_rank<'w>(frame: &Frame, words: &'w str) -> &'w str {
    let mut rest = words.trim();
    loop {
        if let Some(behind) = behind_rank(frame, rest) {
            rest = behind;
            continue;
        }
        let first = rest.split_whitespace().next().unwrap_or("");
        let degree = first.contains('.') || frame.degrees.contains(&bare(first));
        if !degree || first.is_empty() || first.len() == rest.len() {
            return rest;
        }
        match glued_name(first) {
            Some(name) => return rest[first.len() - name.len()..].trim_start(),
            None => rest = rest[first.len()..].trim_start(),
        }
    }
}

/// What stands behind a rank in words: "Đại tá ".
fn behind_rank<'w>(frame: &Frame, words: &'w str) -> Option<&'w str> {
    let folded = bare(words);
    let is = |rank: &&String| folded.strip_prefix(rank.as_str()).is_some_and(|after| after.starts_with(' '));
    let rank = frame.ranks.iter().find(is)?;
    let cut = words.char_indices().nth(rank.chars().count() + 1);
    Some(cut.map_or("", |(at, _)| &words[at..]))
}

/// "ThS.Nguyễn": the name that a lost blank left behind the degree's point.
fn glued_name(first: &str) -> Option<&str> {
    let tail = first.rsplit('.').next()?;
    let degree = tail.chars().all(char::is_uppercase) || bare(first).ends_with("ckii");
    (tail.chars().count() > 1 && !degree).then_some(tail)
}

fn bare(s: &str) -> String {
    Folded::new(s).text
}
