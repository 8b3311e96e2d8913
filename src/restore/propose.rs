//! What each token of a segment may have been: the arcs of a lattice, with the cost of each.
//!
//! in: a [`Page`], a segment → out: a [`Lattice`] for the decoder.
//! Promises: what stands there is among the readings unless it is a bare word that the vocabulary knows with marks only.
//! By the state of its line a word is left alone (foreign, protected), gets its marks back at no cost (stripped), may have
//! slipped (read by an engine), or was garbled by a reader of another language (`garbled`).

use super::Restorer;
use super::candidates::Candidates;
use super::classify::{self, LineJudgement};
use super::garbled::{Garble, Reading, Seen};
use super::lattice::{Arc, Lattice, Output};
use super::model::vocabulary::{COMMA, NONE, NUMBER, SLASH, UNKNOWN, WordId, normal};
use super::protect;
use super::segment::Piece;
use super::token::Kind;
use crate::text::fold::bare;
use crate::text::{Span, Text};

/// Cost in nats of changing a word of clean text that nobody misread.
pub const KEEP_CLEAN: f32 = 9.0;
/// The same where an OCR engine read it, on top of what its slip costs.
const KEEP_READ: f32 = 0.5;
/// Cost of keeping a word with marks that no text has, where an OCR engine read it: it is hardly a foreign name, of which the
/// model's unknown words mostly are.
const KEEP_UNHEARD: f32 = 4.0;

impl Restorer {
    /// The lattice of one segment.
    pub(super) fn propose(&self, page: &Page, segment: &[Piece]) -> Lattice {
        let mut lattice = Lattice::default();
        for (index, piece) in segment.iter().enumerate() {
            let arcs = match piece.kind {
                Kind::Comma => vec![Arc::keep(COMMA, 0.0)],
                Kind::Slash => vec![Arc::keep(SLASH, 0.0)],
                Kind::Word | Kind::Number if page.is_garbled(piece) => {
                    let readings = self.garbled(page, piece, segment.get(index + 1));
                    readings.into_iter().map(|reading| lattice.written(reading)).collect()
                }
                Kind::Number | Kind::Boundary => vec![Arc::keep(NUMBER, 0.0)],
                Kind::Word => self.word(page, piece),
            };
            lattice.push(piece.span, arcs);
        }
        lattice
    }

    /// Readings of a piece of a garbled line, alone and together with the next piece.
    fn garbled(&self, page: &Page, piece: &Piece, next: Option<&Piece>) -> Vec<Reading> {
        let garble = self.garble.get_or_init(|| Garble::new(&self.model));
        let observed = page.text.slice(piece.span);
        let mut readings = match piece.kind {
            Kind::Number => garble.number(observed, &page.seen),
            _ if page.is_list_letter(piece.span) => {
                let own = self.model.vocabulary.id(&normal(observed)).unwrap_or(UNKNOWN);
                return vec![(Arc::keep(own, 0.0), None)];
            }
            _ => garble.word(observed, &self.model, &page.seen),
        };
        if let Some(next) = next.filter(|next| page.may_be_one_word(piece, next)) {
            readings.extend(garble.merged(observed, page.text.slice(next.span), &page.seen));
        }
        readings
    }

    /// Readings of one word: every word with its bare form, and itself.
    fn word(&self, page: &Page, piece: &Piece) -> Vec<Arc> {
        let observed = page.text.slice(piece.span);
        let own = self.model.vocabulary.id(&normal(observed));
        let keep = Arc::keep(own.unwrap_or(UNKNOWN), 0.0);
        let state = page.states[piece.line];
        if state == LineJudgement::Foreign || page.is_protected(piece.span) {
            return vec![keep];
        }
        let is_marked = !observed.is_ascii();
        let lost_its_marks = !is_marked && state != LineJudgement::Clean;
        let was_read = page.was_read(piece.span);
        let choices = page.choices(piece.span);
        let cost_of_change = |id: WordId| match (lost_its_marks, was_read) {
            (true, _) => 0.0,
            (false, true) => KEEP_READ + self.slips.cost(self.model.vocabulary.word(id), observed, choices),
            (false, false) => KEEP_CLEAN,
        };
        let others = self.candidates.of(&bare(observed)).iter().filter(|id| Some(**id) != own);
        let change =
            |id: &WordId| Arc { words: [*id, NONE], covers: 1, cost: cost_of_change(*id), output: Output::Recase };
        let mut arcs: Vec<Arc> = others.map(change).collect();
        if own.is_some() || !lost_its_marks || arcs.is_empty() {
            let is_unheard = own.is_none() && was_read && is_marked && observed.chars().count() > 2;
            arcs.push(Arc { cost: if is_unheard { KEEP_UNHEARD } else { 0.0 }, ..keep });
        }
        arcs
    }
}

/// A text with what is known about it before decoding.
pub(super) struct Page<'a> {
    text: &'a Text,
    /// Per line.
    pub states: Vec<LineJudgement>,
    /// All of it was read by an OCR engine, though no word says where.
    read: bool,
    /// Sorted spans that stay as they are.
    protected: Vec<Span>,
    /// Garbled words looked up so far.
    pub seen: Seen,
}

impl<'a> Page<'a> {
    /// Looks at the lines of a text.
    pub(super) fn of(text: &'a Text, lines: &[Span], read: bool, candidates: &Candidates) -> Page<'a> {
        let contents: Vec<&str> = lines.iter().map(|line| text.slice(*line)).collect();
        let states = classify::judge(&contents, &candidates.syllables);
        let addresses = |(content, line): (&&str, &Span)| {
            let start = line.start;
            protect::protected(content).into_iter().map(move |r| Span::new(r.start + start, r.end + start))
        };
        let protected = contents.iter().zip(lines).flat_map(addresses).collect();
        Page { text, states, read, protected, seen: Seen::default() }
    }

    fn is_garbled(&self, piece: &Piece) -> bool {
        self.states.get(piece.line) == Some(&LineJudgement::Garbled) && !self.is_protected(piece.span)
    }
    /// Whether two neighbours of a line may be one word that was read as two: a blank parts them, and one at least is a word.
    fn may_be_one_word(&self, piece: &Piece, next: &Piece) -> bool {
        let blank_between = self.text.as_str().get(piece.span.end..next.span.start) == Some(" ");
        let kinds_fit = next.kind == Kind::Word || (next.kind == Kind::Number && piece.kind == Kind::Word);
        next.line == piece.line && blank_between && kinds_fit
    }
    /// Whether a letter numbers a list: `b) …`, or `B. …` at the start of a line.
    fn is_list_letter(&self, span: Span) -> bool {
        let (before, after) = (&self.text.as_str()[..span.start], &self.text.as_str()[span.end..]);
        let begins = before.trim_end_matches([' ', '\t']).ends_with('\n') || before.trim().is_empty();
        let capital = self.text.slice(span).chars().all(char::is_uppercase);
        span.len() == 1 && (after.starts_with(')') || begins && capital && after.starts_with('.'))
    }
    fn is_protected(&self, span: Span) -> bool {
        let next = self.protected.partition_point(|p| p.end <= span.start);
        self.protected.get(next).is_some_and(|p| p.overlaps(span))
    }
    /// What else the engine weighed for each letter of a word; empty where nothing is known.
    fn choices(&self, span: Span) -> &[Vec<(String, f32)>] {
        let Some(origin) = self.text.origins_in(span).first() else { return &[] };
        let before = self.text.as_str()[origin.span.start..span.start.max(origin.span.start)].chars().count();
        origin.choices.get(before..).unwrap_or_default()
    }
    /// Whether an OCR engine of ours read it.
    fn was_read(&self, span: Span) -> bool {
        self.read || self.text.origins_in(span).first().is_some_and(|o| o.bbox.is_some())
    }
}
