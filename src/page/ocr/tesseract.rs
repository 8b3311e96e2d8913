//! Tesseract 5 in this process, through the system's library.
//!
//! in: the pixels of a view → out: lines of words with boxes, confidences and, for doubtful symbols, the readings weighed.
//! Promises: one engine per thread, loaded once; the data folder is found or an environment error says what to install.
//! Set `OMP_THREAD_LIMIT=1` before the process starts (see `ensure_single_threaded_omp`).

use super::engine::{Engine, Mode};
use crate::error::{Error, Result};
use crate::page::image::view::View;
use crate::page::words::{Line, Word};
use crate::text::Rect;
use image::GrayImage;
use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use tesseract_rs::{PageIterator, ResultIterator, TessPageIteratorLevel as Level, TessPageSegMode, TesseractAPI};

/// A symbol this sure (per cent) has no alternatives worth keeping. Tesseract gives wrong marks 90 to 98 often enough.
const SURE: f32 = 99.0;
/// Tesseract's switch for the alternatives, and its setting that takes them from the network's own beam (a tenth of the time).
const ALTERNATIVES: &str = "lstm_choice_mode";
const FROM_BEAM: &str = "2";
/// Most alternatives kept per symbol: further ones carry no share.
const MOST_CHOICES: usize = 5;

// The library under Tesseract prints its own complaints about odd pages ("box outside rectangle") on stderr; the
// binding has no call for its switch.
#[link(name = "lept")]
unsafe extern "C" {
    safe fn setMsgSeverity(severity: c_int) -> c_int;
    fn pixWriteMemSpix(data: *mut *mut u8, size: *mut usize, pix: *mut c_void) -> c_int;
}
/// Leptonica's level at which nothing is printed (`L_SEVERITY_NONE` of environ.h).
const SILENT: c_int = 6;

/// Tesseract packs the image of each line as PNG and unpacks it again, a tenth of the time a page takes. It asks
/// Leptonica for that by this name, and a program's own function goes before a library's: this one packs the pixels as they
/// lie, whatever the format asked for; Leptonica's reader tells formats by their first bytes.
#[unsafe(no_mangle)]
extern "C" fn pixWriteMem(data: *mut *mut u8, size: *mut usize, pix: *mut c_void, _format: c_int) -> c_int {
    // SAFETY: the arguments are those Leptonica's function of this name takes, and are handed on as they came.
    unsafe { pixWriteMemSpix(data, size, pix) }
}

/// One Tesseract engine.
pub struct Tesseract {
    api: TesseractAPI,
    name: String,
}

impl Tesseract {
    /// Loads the Vietnamese model (about 50 ms).
    ///
    /// # Errors
    /// The data folder or `vie.traineddata` is missing.
    pub fn new() -> Result<Tesseract> {
        Self::with_data(&data_folder()?)
    }

    /// The same with the models of another folder.
    ///
    /// # Errors
    /// As [`Tesseract::new`].
    pub fn with_data(folder: &Path) -> Result<Tesseract> {
        setMsgSeverity(SILENT);
        let api = TesseractAPI::new();
        if folder.to_str().is_none() {
            return Err(Error::environment("the Tesseract data folder has a name that is not UTF-8").at(folder));
        }
        api.init(folder, "vie").map_err(|e| {
            Error::environment(format!("Tesseract cannot load the Vietnamese model ({e}): install tesseract-ocr-vie"))
                .at(folder)
        })?;
        // Quiet: Tesseract prints warnings on stderr otherwise. Tables are found by their rules (`layout::tables`): Tesseract's search
        // takes a twelfth of the time and parts headers.
        for (name, value) in [("debug_file", "/dev/null"), ("textord_tabfind_find_tables", "0")] {
            api.set_variable(name, value).map_err(|e| broke(&e))?;
        }
        Ok(Tesseract { api, name: format!("tesseract {} vie", TesseractAPI::version()) })
    }
}

/// Folder of the models: `TESSDATA_PREFIX`, else where Debian and others put them.
///
/// # Errors
/// None of them holds `vie.traineddata`.
pub fn data_folder() -> Result<PathBuf> {
    let mut places: Vec<PathBuf> = std::env::var_os("TESSDATA_PREFIX")
        .map(PathBuf::from)
        .into_iter()
        .flat_map(|p| [p.join("tessdata"), p])
        .collect();
    if let Ok(versions) = std::fs::read_dir("/usr/share/tesseract-ocr") {
        let mut found: Vec<PathBuf> = versions.flatten().map(|v| v.path().join("tessdata")).collect();
        found.sort();
        places.extend(found.into_iter().rev());
    }
    places.extend(
        ["/usr/share/tessdata", "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata"].map(PathBuf::from),
    );
    places.into_iter().find(|p| p.join("vie.traineddata").is_file()).ok_or_else(|| {
        Error::environment("no Vietnamese OCR data (vie.traineddata): install tesseract-ocr-vie or set TESSDATA_PREFIX")
    })
}

fn broke(e: &tesseract_rs::TesseractError) -> Error {
    Error::input(format!("the OCR engine failed on this page ({e})"))
}

impl Tesseract {
    /// How the next image is taken apart, and whether its symbols get alternatives.
    fn prepare(&self, mode: Mode, alternatives: bool) -> Result<()> {
        let mode = match mode {
            Mode::Auto => TessPageSegMode::PSM_AUTO,
            Mode::Column => TessPageSegMode::PSM_SINGLE_COLUMN,
            Mode::Block => TessPageSegMode::PSM_SINGLE_BLOCK,
            Mode::Line => TessPageSegMode::PSM_SINGLE_LINE,
            Mode::Sparse => TessPageSegMode::PSM_SPARSE_TEXT,
        };
        self.api.set_page_seg_mode(mode).map_err(|e| broke(&e))?;
        self.api.set_variable(ALTERNATIVES, if alternatives { FROM_BEAM } else { "0" }).map_err(|e| broke(&e))
    }
}

impl Engine for Tesseract {
    fn recognise_pixels(&mut self, view: &View, mode: Mode, alternatives: bool) -> Result<Vec<Line>> {
        self.prepare(mode, alternatives)?;
        let image = view.image();
        let (width, height) = image.dimensions();
        let side = |v: u32| i32::try_from(v).map_err(|_| Error::input("the image is too large for the OCR engine"));
        self.api.set_image(image.as_raw(), side(width)?, side(height)?, 1, side(width)?).map_err(|e| broke(&e))?;
        self.api.set_source_resolution(view.dpi().round() as i32).map_err(|e| broke(&e))?;
        self.api.recognize().map_err(|e| broke(&e))?;
        let lines = match self.api.get_iterator() {
            Ok(results) => Walk::new(results, image).lines(),
            // An empty page has no iterator.
            Err(_) => Vec::new(),
        };
        self.api.clear().map_err(|e| broke(&e))?;
        Ok(lines)
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Goes through the results symbol by symbol.
struct Walk<'a> {
    results: ResultIterator,
    /// The same iterator: Tesseract's result iterator is a page iterator. It must not be freed twice.
    pages: ManuallyDrop<PageIterator>,
    image: &'a GrayImage,
}

impl<'a> Walk<'a> {
    fn new(results: ResultIterator, image: &'a GrayImage) -> Self {
        let handle = results.handle.lock().map(|h| *h).unwrap_or(std::ptr::null_mut());
        Walk { results, pages: ManuallyDrop::new(PageIterator::new(handle)), image }
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Vec<Word>> = Vec::new();
        let mut in_word = false;
        loop {
            let begins = |level| self.pages.is_at_beginning_of(level).unwrap_or(false);
            if begins(Level::RIL_TEXTLINE) {
                lines.push(Vec::new());
            }
            if begins(Level::RIL_WORD) {
                let word = self.word();
                in_word = word.is_some();
                if let Some(line) = lines.last_mut() {
                    line.extend(word);
                }
            }
            self.symbol(lines.last_mut().and_then(|l| l.last_mut()).filter(|_| in_word));
            if !self.results.next(Level::RIL_SYMBOL).unwrap_or(false) {
                break;
            }
        }
        let sure = |w: &mut Word| {
            if w.choices.iter().all(Vec::is_empty) {
                w.choices.clear();
            }
        };
        lines.iter_mut().flatten().for_each(sure);
        lines.into_iter().filter(|l| !l.is_empty()).map(Line::new).collect()
    }

    fn word(&self) -> Option<Word> {
        let text = self.results.get_utf8_text(Level::RIL_WORD).ok()?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let (left, top, right, bottom) = self.results.get_bounding_box(Level::RIL_WORD).ok()?;
        let inside = |v: i32, most: u32| v.clamp(0, most as i32) as u32;
        let (x, y) = (inside(left, self.image.width()), inside(top, self.image.height()));
        let (w, h) = (inside(right, self.image.width()).max(x) - x, inside(bottom, self.image.height()).max(y) - y);
        let confidence = self.results.confidence(Level::RIL_WORD).unwrap_or(0.0);
        Some(Word {
            text: text.to_owned(),
            bbox: Some(Rect { x, y, w, h }),
            confidence: share(confidence),
            ..Word::default()
        })
    }

    fn symbol(&self, word: Option<&mut Word>) {
        let Some(word) = word else { return };
        let sure = self.results.confidence(Level::RIL_SYMBOL).is_ok_and(|c| c >= SURE);
        word.choices.push(if sure { Vec::new() } else { self.choices() });
    }

    fn choices(&self) -> Vec<(String, f32)> {
        let Ok(choices) = self.results.get_choice_iterator() else { return Vec::new() };
        let mut found: Vec<(String, f32)> = Vec::new();
        while found.len() < MOST_CHOICES {
            if let (Ok(text), Ok(confidence)) = (choices.get_utf8_text(), choices.confidence()) {
                found.push((text, share(confidence)));
            }
            if !choices.next().unwrap_or(false) {
                break;
            }
        }
        if found.len() > 1 { found } else { Vec::new() }
    }
}

/// Per cent → 0..=1, three digits.
fn share(per_cent: f32) -> f32 {
    (per_cent.clamp(0.0, 100.0) * 10.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" {
        fn dlsym(handle: *mut c_void, name: *const std::ffi::c_char) -> *mut c_void;
    }

    #[test]
    fn lines_are_packed_by_the_function_here() {
        // SAFETY: a null handle asks for what any library of this process finds under the name.
        let found = unsafe { dlsym(std::ptr::null_mut(), c"pixWriteMem".as_ptr()) };
        assert_eq!(found as usize, pixWriteMem as *const () as usize);
    }
}
