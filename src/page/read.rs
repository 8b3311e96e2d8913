//! From one raw page to one read page: the steps in running order.
//!
//! in: [`RawPage`], an engine, options → out: [`Page`]. What is no image is taken as it is. An image goes this way:
//!
//! 1. a reading copy is made: grey, red ink and seals pale, its marks counted ([`scan`](super::scan));
//! 2. its text layer is heard ([`text_layer`]): where it says all that is printed the way ends here, and so it does for a
//!    blank page; of other pages what the layer does not say is read, and both are laid out together;
//! 3. the copy is deskewed and recognised, turned upright where its lines run up or down or make no sense ([`upright`]);
//! 4. the whole page is read again as [`PASSES`] say, then its regions: cells, passed-over lines, stamps, names by seals;
//! 5. red ink is read by itself, words engraved in seals go;
//! 6. the arrival stamp is lifted, lost dashes come back, lines get their reading order, tables their cells;
//! 7. boxes go back to the page, what may have been lost is said in `warnings`, fields filled in by pen are read.
//!
//! Promises: each step acts only on what was measured on the page (skew, colour, orientation, ink left unread).
//! Leaves out: reading handwriting but numbers; warped pages (only skew is undone).

use super::arrival::{self, Stamps};
use super::image::view::View;
use super::layout::columns::{self, Sheet};
use super::layout::segments::{type_height, without_noise};
use super::layout::tables::{self, Grid};
use super::layout::{arrival_stamp, list_dashes, pieces};
use super::ocr::engine::{Engine, Mode, Recogniser};
use super::ocr::merge::merge;
use super::ocr::orientation::{CLEARLY_MORE, best_turn, sideways};
use super::ocr::regions;
use super::scan::Scan;
use super::seal::signer_names;
use super::text_layer::Heard;
use super::words::{self, Line, PAGE_IS_DOUBTFUL, WORD_IS_SURE, Word, boxes, doubtful_share};
use super::{Page, Reading, Warning, handwriting, text_layer};
use crate::error::{Error, Result};
use crate::source::{RawContent, RawPage};
use crate::text::{Rect, legacy};
use image::{GrayImage, Luma, imageops};

/// Share of letter-like ink left unread from which a page is read again, and from which the reader is warned.
const LOST_FROM: f32 = 0.10;
const LOST_WARN: f32 = 0.20;
/// Fewer marks are seals, signatures and dirt.
const LOST_MARKS: usize = 30;
/// Marks like letters outside of the text layer that are read: the day, put in as a picture, has two.
const UNREAD_MARKS: usize = 2;
/// Paper taken in around a piece and its neighbours, in inches.
const AROUND_PIECE: f32 = 0.03;
/// A page with more than this share of doubtful words is read a second time.
const DOUBTFUL_SHARE: f32 = 0.02;
/// A page on which this share stays doubtful is faint: it is read a third time.
const FAINT_SHARE: f32 = 0.05;
/// Finer scans are reduced to this where they are read once: quicker and as right. As the first of several readings it cost a
/// signer's name and marks of small type.
const FAST_DPI: f32 = 220.0;
/// A reduction by less is not worth its time.
const FAST_FROM: f32 = 0.95;
/// Strokes of which red ink makes up this share are a red stamp, read by itself.
const RED_ALONE: f64 = 0.9;

/// A zone of which more than this share lies in a stamp belongs to it.
const SAME_PLACE: f64 = 0.5;

/// How pages are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// No second readings: seals are not read twice, lost text is only reported, words come without alternatives.
    pub fast: bool,
}

/// Reads one page. Without an engine only text, usable text layers and blank pages can be read.
///
/// # Errors
/// The engine failed on the page, or none is there and the page is an image.
///
/// # Examples
/// ```
/// use congvan::page::{self, ReadOptions};
/// use congvan::source::{RawContent, RawPage};
///
/// let raw = RawPage { number: 1, content: RawContent::Text("Kính gửi: Các xã".into()) };
/// let page = page::read(raw, None, &ReadOptions::default())?;
/// assert_eq!(page.text(), "Kính gửi: Các xã\n");
/// # Ok::<(), congvan::error::Error>(())
/// ```
pub fn read(raw: RawPage, engine: Option<&mut dyn Engine>, options: &ReadOptions) -> Result<Page> {
    let number = raw.number;
    match raw.content {
        RawContent::Text(text) => Ok(plain(number, &text)),
        RawContent::Blank => Ok(Page::empty(number, Reading::Blank)),
        RawContent::Image { image, dpi, layer, born_digital, cut_off } => {
            let turned = layer.as_ref().map_or(0, |l| l.turned);
            let scan = match turned {
                0 => Scan::cleaned_and_measured(image, dpi),
                quarters => Scan::turned_by(&image, quarters, dpi),
            };
            let heard = layer.map(|l| text_layer::hear(&l, born_digital, &scan.image, &scan.marks));
            let mut page = match heard {
                Some(Ok(heard)) => with_layer(scan, heard, engine, options).map_err(|e| e.on_page(number))?,
                _ if scan.marks.is_blank() && scan.red_zones.is_empty() => {
                    Page { reason: Some("no print on it".into()), ..of_scan(&scan, Reading::Blank) }
                }
                heard => {
                    let read = recognise(scan, Heard::default(), engine, options).map_err(|e| e.on_page(number))?;
                    Page { reason: heard.and_then(std::result::Result::err), ..read }
                }
            };
            page.turned = (page.turned + turned * 90) % 360;
            if cut_off {
                page.warnings.push(Warning::CutOff);
            }
            Ok(Page { number, ..page })
        }
    }
}

/// A text file: each line one word without a box, in Unicode whatever code its letters were pasted in.
pub(super) fn plain(number: u32, text: &str) -> Page {
    let (text, code) = legacy::mend(text);
    let reason = code.map(|code| format!("letters of {} became Unicode", code.name()));
    let line = |l: &str| match l {
        "" => Line::default(),
        _ => Line { words: vec![Word { text: l.to_owned(), confidence: 1.0, ..Word::default() }], bbox: None },
    };
    Page { lines: text.lines().map(line).collect(), reason, ..Page::empty(number, Reading::Plain) }
}

/// A page without words as large as its scan.
fn of_scan(scan: &Scan, reading: Reading) -> Page {
    let (width, height) = scan.size();
    Page { width, height, dpi: scan.dpi(), ..Page::empty(0, reading) }
}

/// A page whose text layer is used. What it does not say is read, if there is anything: pictures of words, stamps, notes.
fn with_layer(scan: Scan, heard: Heard, mut engine: Option<&mut dyn Engine>, options: &ReadOptions) -> Result<Page> {
    if let Some(engine) = &mut engine
        && says_other_digits(&scan, &heard, &mut Recogniser { engine: *engine, alternatives: false })?
    {
        let reason = Some("text layer left aside: it says other digits than the page shows".to_owned());
        return Ok(Page { reason, ..recognise(scan, Heard::default(), Some(*engine), options)? });
    }
    let (_, unread) = scan.marks.uncovered(&heard.known);
    let needs_reading = unread >= UNREAD_MARKS || !scan.red_zones.is_empty();
    let reason = Some(heard.why.clone());
    if needs_reading && (engine.is_some() || !heard.is_most) {
        return Ok(Page { reason, ..recognise(scan, heard, engine, options)? });
    }
    let grids = tables::grids(&scan.ink);
    let (lines, apart) = pieces::laid_on(pieces::joined(heard.lines, Vec::new()), heard.laid_on);
    let mut lines = in_reading_order(lines, scan.size().1, &grids);
    put_apart(apart, &mut lines);
    let lines = tables::arrange(lines, &grids);
    Ok(Page { lines, reason, ..of_scan(&scan, Reading::Layer) })
}

/// Whether a font of the layer draws other digits than it says.
fn says_other_digits(scan: &Scan, heard: &Heard, ocr: &mut Recogniser) -> Result<bool> {
    let page = scan.view();
    for proof in &heard.proofs {
        let Some(place) = proof.bbox else { continue };
        let Some(view) = page.crop(place.grown(page.inches(AROUND_PIECE), page.image().dimensions())) else { continue };
        if text_layer::is_refuted(proof, &ocr.lines(&view.legible(), Mode::Line)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads a page with an engine: steps 3 to 7 of the way. What its text layer says is known and stays.
fn recognise(scan: Scan, heard: Heard, engine: Option<&mut dyn Engine>, options: &ReadOptions) -> Result<Page> {
    let Some(engine) = engine else {
        return Err(Error::environment("a scanned page needs Tesseract: build with the feature `ocr`"));
    };
    let thorough = !options.fast;
    let ocr = &mut Recogniser { engine, alternatives: thorough };
    let printed = scan.marks.clone();
    let copy = scan.view().image().clone();
    let of_whole = heard.is_most.then(|| tables::grids(&scan.ink));
    let Upright { scan, mut reading, turned } = match heard.is_most {
        true => rest(scan.without(&heard.known), thorough, ocr)?,
        false => upright(scan.deskewed(), thorough, ocr)?,
    };
    // words known to lie on a page that turned out to be turned lie elsewhere now: they have been read
    let at_place = |lines| if turned == 0 { scan.level(lines) } else { Vec::new() };
    let (mut known, laid_on) = (at_place(heard.lines), at_place(heard.laid_on));
    let mut grids = of_whole.unwrap_or_else(|| tables::grids(&scan.ink));
    if thorough && reading.sideways == 0 {
        for pass in &PASSES {
            reading = pass.after(reading, &scan, ocr)?;
        }
        read_regions(&scan, &grids, &mut reading.lines, ocr)?;
        read_signer_names(&scan, &mut reading.lines, ocr)?;
        reading.count_lost(&scan);
    }
    // the arrival stamp shows by its red ink, by its ruled box or, in reading order, by its words
    let mut lines = std::mem::take(&mut reading.lines);
    let Stamps { lines: stamps, places, said: stamped } = arrival::take(&scan, &mut lines, &mut known, ocr)?;
    grids.retain(|grid| !places.iter().any(|place| grid.bbox().share_in(*place) > SAME_PLACE));
    let mut stamp = read_red_ink(&scan, &places, &mut lines, ocr)?;
    let mut lines = scan.without_seals(lines);
    if heard.is_most {
        lines = in_context(pieces::cut(regions::sure_lines(lines)), &known, &scan.as_view(&copy), ocr)?;
    }
    if !known.is_empty() || !laid_on.is_empty() {
        let all = [&known[..], &laid_on].concat();
        stamp = pieces::beside(stamp, &all);
        lines = pieces::joined(known, pieces::beside(lines, &laid_on));
    }
    let (mut lines, apart) = pieces::laid_on(lines, laid_on);
    stamp.extend(framed_stamp(&scan, &mut lines, &mut grids));
    stamp.extend(pieces::beside(stamps, &apart));
    list_dashes::put_back(&mut lines, &scan.marks);
    let mut lines = in_reading_order(lines, scan.size().1, &grids);
    arrival_stamp::put(stamp, &mut lines);
    put_apart(apart, &mut lines);
    let lines = scan.back(tables::arrange(lines, &grids));
    if heard.is_most {
        (reading.lost, reading.lost_marks) = printed.uncovered(&boxes(&lines));
    }
    let how = if heard.is_most { Reading::Layer } else { Reading::Ocr };
    let page = Page { lines, stamped, warnings: reading.warnings(), turned, ..of_scan(&scan, how) };
    Ok(Page { hand: handwriting::read_zones(&scan.image, &page), ..page })
}

/// The first reading of what a text layer left: it stands upright as the layer does.
fn rest(scan: Scan, thorough: bool, ocr: &mut Recogniser) -> Result<Upright> {
    let reading = match scan.view().without_blank_rows() {
        Some(view) => Attempt::of(&scan, &if thorough { view.legible() } else { view }, Mode::Auto, ocr)?,
        None => Attempt { lines: Vec::new(), lost: 0.0, lost_marks: 0, sideways: 0 },
    };
    Ok(Upright { reading: Attempt { sideways: 0, ..reading }, scan, turned: 0 })
}

/// Pieces in the gaps of known lines, read again together with the words beside them: a number alone loses its stroke.
fn in_context(mut read: Vec<Line>, known: &[Line], page: &View, ocr: &mut Recogniser) -> Result<Vec<Line>> {
    for piece in &mut read {
        let Some(gap) = pieces::gap(piece, known) else { continue };
        let Some(view) = page.crop(gap.around.grown(page.inches(AROUND_PIECE), page.image().dimensions())) else {
            continue;
        };
        let again = ocr.lines(&view.legible(), Mode::Line)?;
        if let Some(better) = gap.between(&again) {
            *piece = better;
        }
    }
    Ok(read)
}

/// One reading of a page: its lines with boxes on the reading copy.
struct Attempt {
    lines: Vec<Line>,
    /// Share of the letters' ink, and number of letters, that no word covers.
    lost: f32,
    lost_marks: usize,
    /// Quarter turns clockwise that would set the lines level, where the engine found them running up or down.
    sideways: u16,
}

impl Attempt {
    fn of(scan: &Scan, view: &View, mode: Mode, ocr: &mut Recogniser) -> Result<Attempt> {
        let lines = ocr.lines(view, mode)?;
        let mut attempt = Attempt { sideways: sideways(&lines), lines, lost: 0.0, lost_marks: 0 };
        attempt.count_lost(scan);
        Ok(attempt)
    }
    fn count_lost(&mut self, scan: &Scan) {
        (self.lost, self.lost_marks) = scan.marks.uncovered(&boxes(&self.lines));
    }
    fn is_lossy(&self) -> bool {
        self.lost > LOST_FROM && self.lost_marks > LOST_MARKS
    }
    fn is_doubtful(&self) -> bool {
        doubtful_share(&self.lines) > DOUBTFUL_SHARE
    }
    fn is_faint(&self) -> bool {
        doubtful_share(&self.lines) > FAINT_SHARE
    }
    /// Whether most of it makes sense, whichever way up the page lies.
    fn makes_sense(&self) -> bool {
        words::mean_confidence(words::all(&self.lines)) >= PAGE_IS_DOUBTFUL
    }
    fn worth(&self) -> f32 {
        words::worth(&self.lines)
    }
    /// What a person should look at.
    fn warnings(&self) -> Vec<Warning> {
        let lost = self.lost > LOST_WARN && self.lost_marks > LOST_MARKS;
        lost.then(|| Warning::Unread((self.lost * 100.0).round() as u32)).into_iter().collect()
    }
}

/// A page the right way up, its first reading, and by how many degrees clockwise it was turned.
struct Upright {
    scan: Scan,
    reading: Attempt,
    turned: u16,
}

/// The first reading of a page, turned upright where it lies on its side or upside down.
fn upright(scan: Scan, thorough: bool, ocr: &mut Recogniser) -> Result<Upright> {
    let first_reading = |scan: &Scan, ocr: &mut Recogniser| {
        let view = scan.view();
        let reduce = !thorough && FAST_DPI / scan.dpi() < FAST_FROM;
        Attempt::of(scan, &if reduce { view.at_dpi(FAST_DPI) } else { view.legible() }, Mode::Auto, ocr)
    };
    let reading = first_reading(&scan, ocr)?;
    let turns = match reading.sideways {
        0 if reading.makes_sense() && !reading.is_lossy() => 0,
        0 => best_turn(&scan.view(), &scan.marks, ocr)?,
        sideways => sideways,
    };
    if turns == 0 {
        return Ok(Upright { scan, reading, turned: 0 });
    }
    let scan = scan.turned(turns).deskewed();
    let reading = first_reading(&scan, ocr)?;
    if !reading.makes_sense() {
        // lines found running up may have been running down
        let other = scan.turned(2).deskewed();
        let again = first_reading(&other, ocr)?;
        if again.worth() > reading.worth() * CLEARLY_MORE {
            return Ok(Upright { scan: other, reading: again, turned: (turns + 2) % 4 * 90 });
        }
    }
    Ok(Upright { scan, reading, turned: turns * 90 })
}

/// A further reading of the whole page.
struct Pass {
    /// When it is worth its time, after the passes before.
    when: fn(&Attempt) -> bool,
    /// What is read, and how it is taken apart.
    of: What,
    mode: Mode,
}

/// What a pass reads, and what becomes of it.
enum What {
    /// All of the page; the reading takes the place of the one before where it is better.
    All,
    /// What was not read surely, with its strokes changed; of each word the better reading is kept.
    Doubtful(for<'s> fn(View<'s>) -> View<'s>),
}

/// The further readings, in running order. Where text was lost the page is taken apart another way; where words are
/// doubtful it is read bold, and where many stay so, being faint, thickened but crisp.
const PASSES: [Pass; 5] = [
    Pass { when: Attempt::is_lossy, of: What::All, mode: Mode::Block },
    Pass { when: Attempt::is_lossy, of: What::All, mode: Mode::Column },
    Pass { when: Attempt::is_lossy, of: What::All, mode: Mode::Sparse },
    Pass { when: Attempt::is_doubtful, of: What::Doubtful(|view| view.bold()), mode: Mode::Auto },
    Pass { when: Attempt::is_faint, of: What::Doubtful(|view| view.thickened().legible()), mode: Mode::Auto },
];

impl Pass {
    /// The best of what was read before and what this pass reads.
    fn after(&self, best: Attempt, scan: &Scan, ocr: &mut Recogniser) -> Result<Attempt> {
        if !(self.when)(&best) {
            return Ok(best);
        }
        match self.of {
            What::All => {
                let other = Attempt::of(scan, &scan.view().legible(), self.mode, ocr)?;
                let is_better = other.lost < best.lost && other.worth() > best.worth();
                Ok(if is_better { other } else { best })
            }
            What::Doubtful(prepared) => {
                let rest = scan.view().with_pixels(without_sure(scan.view().image(), &best.lines));
                let other = match rest.without_blank_rows() {
                    Some(rest) => ocr.lines(&prepared(rest), self.mode)?,
                    None => Vec::new(),
                };
                Ok(Attempt { lines: merge(best.lines, other), ..best })
            }
        }
    }
}

/// The page without the lines of which every word was read surely: what is worth another reading.
fn without_sure(image: &GrayImage, lines: &[Line]) -> GrayImage {
    let is_sure = |l: &&Line| l.words.iter().all(|w| w.confidence >= WORD_IS_SURE);
    let (sure, unsure): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(is_sure);
    let boxes =
        |lines: Vec<&Line>| -> Vec<Rect> { lines.iter().flat_map(|l| &l.words).filter_map(|w| w.bbox).collect() };
    let mut rest = image.clone();
    for b in boxes(sure) {
        imageops::replace(&mut rest, &GrayImage::from_pixel(b.w, b.h, Luma([255])), b.x.into(), b.y.into());
    }
    // the boxes of neighbouring lines overlap
    for b in boxes(unsure) {
        imageops::replace(&mut rest, &*imageops::crop_imm(image, b.x, b.y, b.w, b.h), b.x.into(), b.y.into());
    }
    rest
}

/// Reads table cells with unread marks, lines the engine passed over and stamps that stand askew, each by itself.
fn read_regions(scan: &Scan, grids: &[Grid], lines: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<()> {
    let page = scan.view();
    let cells = tables::by_cell(grids, &scan.marks.lost_letters(&boxes(lines)));
    regions::add_cells(&page, cells, lines, ocr)?;
    regions::add_rows(&page, &scan.marks, lines, ocr)?;
    regions::add_stamps(&page, &scan.marks, lines, ocr)
}

/// Reads the names beside seals and signatures again, on the copy and as they were before ink was made pale: a name stamped
/// in red is gone from the copy.
fn read_signer_names(scan: &Scan, lines: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<()> {
    let (unpaled, paled) = (scan.unpaled(), scan.paled());
    let mut strokes = scan.marks.strokes(&paled);
    strokes.retain(|zone| !scan.red_zones.iter().any(|red| zone.share_in(*red) >= RED_ALONE));
    let unpaled = unpaled.as_ref().map(|image| scan.as_view(image));
    signer_names::read_again(&scan.view(), unpaled.as_ref().map(|view| (view, &paled[..])), &strokes, lines, ocr)
}

/// Reads what stands in red ink outside of the `stamps` that have been read: an arrival stamp, which is given, and words, which
/// join the lines.
fn read_red_ink(scan: &Scan, stamps: &[Rect], lines: &mut Vec<Line>, ocr: &mut Recogniser) -> Result<Vec<Line>> {
    let Some(red) = scan.red_ink() else { return Ok(Vec::new()) };
    let em = type_height(lines);
    let is_unread = |zone: &&Rect| !stamps.iter().any(|stamp| zone.share_in(*stamp) > SAME_PLACE);
    let zones: Vec<Rect> = scan.red_zones.iter().filter(is_unread).copied().collect();
    let mut found = without_noise(regions::red_lines(&scan.as_view(&red), &zones, ocr)?, em);
    let stamp = match arrival_stamp::worded(&found, em) {
        Some(place) => arrival_stamp::lift(&mut [&mut found, lines], place, em),
        None => Vec::new(),
    };
    regions::add_red(found, lines);
    Ok(stamp)
}

/// Lifts an arrival stamp out of its ruled box, which is no table then.
fn framed_stamp(scan: &Scan, lines: &mut Vec<Line>, grids: &mut Vec<Grid>) -> Vec<Line> {
    let frames: Vec<Rect> = grids.iter().map(Grid::bbox).collect();
    let Some(at) = arrival_stamp::framed(lines, &frames, scan.dpi()) else { return Vec::new() };
    grids.remove(at);
    let em = type_height(lines);
    arrival_stamp::lift(&mut [lines], frames[at], em)
}

/// Puts what annotations laid on the page beside its own lines: an arrival stamp, notes, marks of signatures.
fn put_apart(mut apart: Vec<Line>, lines: &mut Vec<Line>) {
    let em = type_height(&apart);
    if let Some(place) = arrival_stamp::worded(&apart, em) {
        arrival_stamp::put(arrival_stamp::lift(&mut [&mut apart], place, em), lines);
    }
    pieces::put_apart(apart, lines);
}

/// The lines in reading order, noise dropped, an arrival stamp as a block of its own. Lines without boxes stay as they are.
fn in_reading_order(lines: Vec<Line>, height: u32, grids: &[Grid]) -> Vec<Line> {
    if words::all(&lines).any(|w| w.bbox.is_none()) {
        return lines;
    }
    let em = type_height(&lines);
    let mut lines = without_noise(lines, em);
    let stamp = arrival_stamp::worded(&lines, em).map(|place| arrival_stamp::lift(&mut [&mut lines], place, em));
    let tables = grids.iter().map(Grid::bbox).collect();
    let mut lines = columns::reading_order(lines, &Sheet { height, em, tables });
    arrival_stamp::put(stamp.unwrap_or_default(), &mut lines);
    lines
}
