//! The end of a letter: Nơi nhận on the left, who signed on the right, read side by side or one after the other.
//!
//! in: the lines behind the header → out: [`Ending`]: blocks of both halves and which lines they take.
//! Promises: halves read as one line come apart where the right one is in capitals of a post, or is a person's name.
//! Leaves out: names, purposes, posts (`extract`).

use super::frame::Frame;
use super::header::is_page_number;
use super::lines::{Line, in_capitals, pieces, trimmed};
use super::{Block, Role};
use crate::rules::KindRole;
use crate::text::Span;
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

/// The abbreviation a signature line begins with (TM, KT, TL, TUQ, Q, PP) and the byte behind it.
pub(crate) fn authority(words: &str) -> Option<(&'static str, usize)> {
    let lead = words.len() - words.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let rest = &words[lead..];
    for (printed, meant) in [
        ("TUQ", "TUQ."),
        ("T/M", "TM."),
        ("TM", "TM."),
        ("KT", "KT."),
        ("K/T", "KT."),
        ("TL", "TL."),
        ("T/L", "TL."),
        ("Q", "Q."),
    ] {
        if let Some(after) = rest.strip_prefix(printed) {
            let dotted = after.starts_with(['.', ',', ':']);
            let spaced = after.starts_with(' ') && meant != "Q.";
            if dotted || spaced {
                let skip = after.len() - after.trim_start_matches(['.', ',', ':', ' ']).len();
                return Some((meant, lead + printed.len() + skip));
            }
        }
    }
    None
}

fn bare(s: &str) -> String {
    crate::text::fold::Folded::new(s).text
}

struct Sides {
    left: bool,
    filed: bool,
    signed: bool,
    posts: usize,
    since_post: usize,
}

fn read_both(frame: &Frame, lines: &[Line], from: usize, ending: &mut Ending) {
    let listed = lines.get(from).is_some_and(|l| bullet(&l.bare));
    let mut sides = Sides { left: listed, filed: false, signed: false, posts: 0, since_post: 0 };
    for (at, line) in lines.iter().enumerate().skip(from).take(BELOW) {
        if is_page_number(&line.bare) {
            continue;
        }
        let done = (sides.filed || !sides.left) && sides.signed;
        let stale = sides.posts > 0 && sides.since_post > TO_NAME;
        if done && !late(frame, line, &sides) || stale || appendix(frame, line) {
            break;
        }
        let mut taken = false;
        for span in halves(frame, line) {
            taken |= half(frame, span, line, &mut sides, ending);
        }
        sides.since_post += 1;
        if taken {
            ending.lines.insert(at);
        } else if sides.filed && sides.posts > 0 && line.bare.len() > 60 {
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
    titled
        || frame.rules.kind_of_title(words).is_some_and(|k| k.role == Some(KindRole::Appendix))
        || words.contains('\t')
}

fn bullet(folded: &str) -> bool {
    folded.trim_start().starts_with(['-', '+', '•', '*', '–', '_', '~', '=']) && !folded.starts_with("./.")
}

fn is_filing(frame: &Frame, folded: &str) -> bool {
    frame.cues.opens("filing", folded).is_some()
}

/// One half of a line; whether it belongs to the end.
fn half(frame: &Frame, span: Span, line: &Line, sides: &mut Sides, ending: &mut Ending) -> bool {
    let words = frame.text.slice(span);
    let folded = bare(words);
    if is_post(frame, words) {
        (sides.posts, sides.since_post) = (sides.posts + 1, 0);
        ending.blocks.push(Block { role: Role::Signature, span });
        return true;
    }
    let opens = frame.cues.opens("recipients", &folded).is_some();
    let listed = opens || (sides.left && (bullet(&folded) || is_filing(frame, &folded)));
    if listed {
        sides.left = true;
        sides.filed |= is_filing(frame, &folded);
        ending.blocks.push(Block { role: Role::Recipients, span });
        return true;
    }
    // the post above may be lost under the seal: behind the list's last line a name is the signer's, and so is a whole
    // name that stands alone beside the list
    let behind = sides.posts > 0 || sides.filed;
    let whole = sides.left && whole_name(words);
    let signs = (behind || whole) && is_name(frame, words) || behind && is_damaged_name(frame, words);
    // a joint document has two posts and two names
    let joint = sides.signed && sides.posts >= 2 && whole_name(words) && is_name(frame, words);
    if signs && !sides.signed || joint {
        sides.signed = true;
        ending.blocks.push(Block { role: Role::Signature, span });
        return true;
    }
    if sides.posts > 0 && !sides.signed && in_capitals(words) && sides.since_post <= 1 {
        ending.blocks.push(Block { role: Role::Signature, span });
        return true;
    }
    let goes_on = sides.left && !sides.filed && (!line.gap || words.trim_start().starts_with('('));
    if goes_on && words.chars().count() < 90 {
        ending.blocks.push(Block { role: Role::Recipients, span });
        return true;
    }
    false
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

/// Two to six capitalised words, no digits, that begin with a family name (or have a middle name).
pub(crate) fn is_name(frame: &Frame, words: &str) -> bool {
    let words = without_rank(frame, words.trim_matches(|c: char| !c.is_alphanumeric()));
    let parts: Vec<&str> = words.split_whitespace().collect();
    if !(2..=6).contains(&parts.len())
        || words.chars().any(|c| c.is_ascii_digit() || matches!(c, ',' | ';' | ':' | '(' | '/'))
    {
        return false;
    }
    let capital = |w: &&str| w.chars().next().is_some_and(char::is_uppercase) && w.chars().count() <= 7;
    let middle = parts[1..].iter().any(|w| matches!(bare(w).as_str(), "thi" | "van"));
    let family = frame.surname(parts[0]);
    let long = |w: &str| w.chars().count() >= 2;
    // "Y Thim" is a man's name of the highlands
    let ends = (long(parts[0]) || parts[0] == "Y" && parts.len() > 2) && long(parts[parts.len() - 1]);
    if !ends && !middle {
        return false;
    }
    let small = |w: &&str| w.chars().skip(1).all(char::is_lowercase);
    let shape = parts.iter().all(capital) && (parts.iter().all(small) || in_capitals(words));
    // Đoàn, Tổ, Hội … are family names as well as heads of offices' names: a middle name tells them apart; "Trương" only
    // folded looks like a school
    let office = frame.office(&bare(words)) && !(family && (middle || frame.only_surname(parts[0])));
    // "Giáp Thị" is a letter off "giám thị"
    let post = frame.post(&bare(words)).is_some_and(|post| post.exact || !(family && middle));
    let post = post || frame.ends_in_post(&bare(words));
    shape && (family || (middle && parts.len() >= 3)) && !office && !post
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
        let first = rest.split_whitespace().next().unwrap_or("");
        let folded = bare(first);
        let degree = first.contains('.') || frame.degrees.contains(&folded);
        let folded_rest = bare(rest);
        let ranked =
            |rank: &&String| folded_rest.strip_prefix(rank.as_str()).is_some_and(|after| after.starts_with(' '));
        if let Some(rank) = frame.ranks.iter().find(ranked) {
            rest = rest.char_indices().nth(rank.chars().count() + 1).map_or("", |(at, _)| &rest[at..]);
        } else if degree && !first.is_empty() && first.len() < rest.len() {
            let glued = first.rsplit('.').next().filter(|tail| {
                tail.chars().count() > 1 && !tail.chars().all(char::is_uppercase) && !folded.ends_with("ckii")
            });
            let skip = glued.map_or(first.len(), |tail| first.len() - tail.len());
            rest = rest[skip..].trim_start();
            if glued.is_some() {
                return rest;
            }
        } else {
            return rest;
        }
    }
}
