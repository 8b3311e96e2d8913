//! Whether a page says that it holds a state secret (độ mật).
//!
//! in: the stretches of print of one page, the marks of `dictionaries/secrecy/` → out: the [`SecrecyFound`] that keeps its file
//! back.
//! How: a stamp stands alone, in capitals; a form names the degree behind its label; a stamp put on askew is read into the
//! line beside it, or with wrong marks. In doubt a mark is one: a leak cannot be undone, a file kept back can be released.
//! Promises: running text about secrets, names and titles that break inside "bí mật" are no marks.

use super::cue::one_letter_off;
use crate::rules::{Placed, Rules, SecrecyMark};
use crate::text::fold::bare;

/// Print without wide gaps: a line, a half of a two-column head, a cell, what a stamp says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Its words.
    pub words: String,
    /// 0-based line of the page it stands in, blank lines left out.
    pub line: usize,
    /// Number of stretches in that line: many are a row of a table.
    pub beside: usize,
    /// Whether it stands where heads and stamps stand.
    pub is_high: bool,
    /// Whether it was read in red ink or in a stamp put on askew.
    pub is_stamped: bool,
    /// Whether an engine read it from an image, so that its marks may be wrong.
    pub is_recognised: bool,
}

/// A mark on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecrecyFound {
    /// The mark as its data file prints it; never words of the page.
    pub mark: String,
    /// Whether the print was read with other letters or marks than these.
    pub is_doubtful: bool,
}

/// More stretches in one line are a row of a table.
const MOST_BESIDE: usize = 3;
/// Lines at the top and at the bottom of a page that repeat what it is.
const EDGE: (usize, usize) = (3, 2);
/// Degrees listed one under the other stand no farther apart.
const LISTED: usize = 2;
/// A mark of so many letters is known with one wrong, too.
const LONG: usize = 6;

/// The first mark on a page.
pub fn secrecy_found(page: &[Stretch], rules: &Rules) -> Option<SecrecyFound> {
    let page = Marked { page, rules };
    rules.secrecy_marks().iter().find_map(|mark| (0..page.page.len()).find_map(|at| page.bears(at, mark)))
}

struct Marked<'p> {
    page: &'p [Stretch],
    rules: &'p Rules,
}

impl Marked<'_> {
    /// The mark, where the stretch bears it.
    fn bears(&self, at: usize, mark: &SecrecyMark) -> Option<SecrecyFound> {
        let stretch = &self.page[at];
        let said = |how: &dyn Fn(&str) -> bool| mark.say.iter().find(|say| how(say)).map(|say| sure(say));
        match mark.placed {
            Placed::Alone => self.alone(at, mark),
            Placed::Beside => said(&|say| stretch.is_high && beside(&stretch.words, say)),
            Placed::Label => self.labelled(at, mark),
            Placed::Number => said(&|say| stretch.is_high && numbered(&stretch.words, say)),
            Placed::Edge => said(&|say| self.is_at_edge(stretch) && letters(&stretch.words) == letters(say)),
            Placed::Opens => said(&|say| opens_in_capitals(&stretch.words, say)),
        }
    }

    /// Nothing but the mark, in capitals; with wrong marks and letters where an engine read a stamp.
    fn alone(&self, at: usize, mark: &SecrecyMark) -> Option<SecrecyFound> {
        let stretch = &self.page[at];
        let in_table = stretch.beside > MOST_BESIDE;
        if in_table || !is_in_capitals(&stretch.words) || self.goes_on(at, mark) || self.is_listed(at, mark) {
            return None;
        }
        let own = letters(&stretch.words);
        // sides of a frame are read as strokes
        let own = if stretch.is_stamped { own.trim_matches(['I', 'L', '1']).to_owned() } else { own };
        if let Some(say) = mark.say.iter().find(|say| letters(say) == own) {
            return Some(sure(say));
        }
        // "MẶT" of clean text is a word of its own; "MAT" without any mark, and print read by an engine, may be the stamp
        let bared = bare(&own);
        let is_bare = own.to_lowercase() == bared;
        if !stretch.is_stamped && !(stretch.is_high && (stretch.is_recognised || is_bare)) {
            return None;
        }
        let likely = |say: &&String| {
            let wanted = bare(&letters(say));
            wanted == bared || wanted.len() >= LONG && one_letter_off(&wanted, &bared)
        };
        mark.say.iter().find(likely).map(|say| SecrecyFound { mark: say.clone(), is_doubtful: true })
    }

    /// Whether the line above ends, in capitals, in the word that the mark is the rest of.
    fn goes_on(&self, at: usize, mark: &SecrecyMark) -> bool {
        let stretch = &self.page[at];
        let above = self.page[..at].iter().rev().find(|s| s.line < stretch.line && !s.is_stamped);
        !stretch.is_stamped
            && above.is_some_and(|above| {
                let last = above.words.split_whitespace().next_back().unwrap_or_default();
                mark.not_after.iter().any(|word| word == last)
            })
    }

    /// Whether another degree stands beside it or on the next lines: a list of degrees, no stamp.
    fn is_listed(&self, at: usize, mark: &SecrecyMark) -> bool {
        let stretch = &self.page[at];
        let own = bare(&letters(&stretch.words));
        let near = |other: &&Stretch| !other.is_stamped && other.line.abs_diff(stretch.line) <= LISTED;
        let is_other = |other: &Stretch| {
            let theirs = bare(&letters(&other.words));
            theirs != own && mark.say.iter().any(|say| bare(&letters(say)) == theirs)
        };
        !stretch.is_stamped && self.page.iter().filter(near).any(is_other)
    }

    /// "Độ mật: Tối mật", also in the cell beside; of boxes the one that is ticked.
    fn labelled(&self, at: usize, mark: &SecrecyMark) -> Option<SecrecyFound> {
        let stretch = &self.page[at];
        let folded = bare(stretch.words.trim_start_matches(|c: char| !c.is_alphanumeric()));
        let rest = mark.say.iter().find_map(|say| {
            let rest = folded.strip_prefix(&bare(say))?;
            (!rest.starts_with(char::is_alphanumeric)).then(|| rest.trim_matches(is_filler))
        })?;
        let value = match rest {
            "" => {
                let next = self.page.get(at + 1).filter(|next| next.line == stretch.line)?;
                bare(next.words.trim_matches(is_filler))
            }
            rest => ticked(rest).unwrap_or(rest).trim_matches(is_filler).to_owned(),
        };
        self.degree(&value).map(|degree| sure(&degree))
    }

    /// The degree that folded words are.
    fn degree(&self, folded: &str) -> Option<String> {
        let degrees = self.rules.secrecy_marks().iter().filter(|mark| mark.placed == Placed::Alone);
        degrees.flat_map(|mark| &mark.say).find(|say| bare(say) == folded).cloned()
    }

    fn is_at_edge(&self, stretch: &Stretch) -> bool {
        let last = self.page.iter().filter(|s| !s.is_stamped).map(|s| s.line).max().unwrap_or(0);
        is_in_capitals(&stretch.words)
            && (stretch.is_stamped || stretch.line < EDGE.0 || stretch.line + EDGE.1 > last && last >= EDGE.0)
    }
}

fn sure(say: &str) -> SecrecyFound {
    SecrecyFound { mark: say.to_owned(), is_doubtful: false }
}

/// The letters alone: "[ M Ậ T ]" says "MẬT". With digits among them it is no stamp: they stay.
fn letters(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_in_capitals(words: &str) -> bool {
    !words.contains(char::is_lowercase) && words.contains(char::is_alphabetic)
}

/// What stands between a label and its value.
fn is_filler(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | '.' | '-' | '–' | '_' | '…' | ';' | ',' | '|' | '(' | ')' | '"' | '“' | '”')
}

/// In capitals before or behind the line of place and date, or of the state's name.
fn beside(words: &str, say: &str) -> bool {
    let cut = |rest: &str| rest.starts_with(' ') || rest.ends_with(' ');
    let before = words.trim().strip_prefix(say);
    let rest = before.or_else(|| words.trim().strip_suffix(say)).filter(|rest| cut(rest));
    rest.is_some_and(|rest| {
        let folded = bare(rest.trim());
        let is_date = before_date(&folded);
        is_date || ["cong hoa xa hoi", "doc lap - tu do", "so:"].iter().any(|head| folded.starts_with(head))
    })
}

/// "Hà Lâm, ngày 05 tháng 3 năm 2026" and no sentence: the place is short.
fn before_date(folded: &str) -> bool {
    const LONGEST_PLACE: usize = 40;
    let at = folded.find("ngay ").filter(|at| *at <= LONGEST_PLACE && folded[..*at].trim_end().ends_with(','));
    at.is_some_and(|at| folded[at..].contains("thang ") && folded[at..].contains("nam "))
}

/// Behind the number of the letter itself, which begins its line.
fn numbered(words: &str, say: &str) -> bool {
    let words = words.trim();
    let Some(number) = words.strip_suffix(say) else { return false };
    let opens = words.starts_with(['S', 's']) && bare(words).starts_with("so");
    let is_cut = say.starts_with('(') || number.ends_with([' ', '-', '/', '.']);
    let has_symbol = number.contains('/') && number.split('/').any(|part| part.contains(char::is_uppercase));
    words.starts_with('S') && opens && is_cut && has_symbol && number.contains(|c: char| c.is_ascii_digit() || c == '/')
}

/// In capitals at the beginning, followed by nothing, a colon or a date.
fn opens_in_capitals(words: &str, say: &str) -> bool {
    let rest = words.trim_start_matches(|c: char| !c.is_alphanumeric()).strip_prefix(say);
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) && is_in_capitals(&format!("{say}{rest}")))
}

/// What stands behind the box that is ticked; `None` where there are no boxes.
fn ticked(folded: &str) -> Option<&str> {
    const TICKED: [&str; 6] = ["☒", "☑", "✓", "✔", "[x]", "(x)"];
    const BOXES: [&str; 4] = ["☐", "□", "[ ]", "( )"];
    let is_form = TICKED.iter().chain(&BOXES).any(|sign| folded.contains(sign));
    let (at, sign) = TICKED.iter().find_map(|sign| Some((folded.find(sign)?, sign)))?;
    let behind = &folded[at + sign.len()..];
    let end = TICKED.iter().chain(&BOXES).filter_map(|sign| behind.find(sign)).min().unwrap_or(behind.len());
    is_form.then(|| &behind[..end])
}
