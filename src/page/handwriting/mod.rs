//! Numbers and days written by pen, read from the page image.
//!
//! in: the upright page image and its [`Page`] → out: [`HandReadings`]: per field the likeliest values with probabilities.
//! How: [`locate`] cuts zones by the printed words around them; two voices read each, one the whole strip ([`line_ctc`],
//! [`ctc_decode`]), one cut segments ([`segment`], [`classify`]); [`combine`] mixes them and says when they may be believed.
//! Promises: at most five values a field, best first; a value is `accepted` only where both voices stand behind it;
//! a zone in which nothing is written says so; reading never fails.
//! Leaves out: narrowing by other knowledge (cited dates, stamps, file name): that is `extract`'s, with these
//! probabilities.

mod chances;
mod classify;
mod combine;
mod ctc_decode;
mod dotted_lines;
mod layers;
mod line_ctc;
mod locate;
mod segment;
mod stamp_lines;
mod weights;
mod zone;

use super::Page;
use super::words::TYPED;
use crate::error::Result;
use crate::text::Rect;
pub use crate::text::written::{Ink, Voice, VoiceName};
use crate::text::written::{Written, WrittenField};
use chances::{Chances, Kind};
use classify::DigitNet;
use combine::Votes;
use image::{DynamicImage, GrayImage};
use line_ctc::LineNet;
use locate::Found;
use serde::{Deserialize, Serialize};
use stamp_lines::Slot;
use std::sync::OnceLock;
use weights::Weights;
use zone::{Cut, DPI, HEIGHT, WIDTH, Zone};

/// Small shifts and sizes under which a zone is read again: (pixels of 300 dpi lower, times larger).
const VIEWS: [(f32, f32); 3] = [(0.0, 1.0), (-5.0, 0.95), (5.0, 1.06)];

/// What was read in the zones of a page; a field is `None` where no zone was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HandReadings {
    /// The serial number after "Số".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Reading>,
    /// The day of issue, without leading zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Reading>,
    /// The month of issue, without leading zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Reading>,
    /// The number in the incoming stamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_number: Option<Reading>,
    /// The date in the incoming stamp, "17/10/17".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_date: Option<Reading>,
}

impl HandReadings {
    /// Whether no zone was found.
    pub fn is_empty(&self) -> bool {
        *self == HandReadings::default()
    }
    /// The readings as they travel with the text of page `page`.
    pub fn written(&self, page: u32) -> Vec<Written> {
        let fields = [
            (WrittenField::Number, &self.number),
            (WrittenField::Day, &self.day),
            (WrittenField::Month, &self.month),
            (WrittenField::ReceivedNumber, &self.received_number),
            (WrittenField::ReceivedDate, &self.received_date),
        ];
        let one = |(field, reading): (WrittenField, &Option<Reading>)| {
            let Reading { bbox, best, accepted, ink, voices } = reading.clone()?;
            Some(Written { page, field, bbox, best, accepted, ink, voices })
        };
        fields.into_iter().filter_map(one).collect()
    }
}

/// What was read in one zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The zone on the page image: what to show to a person.
    pub bbox: Rect,
    /// Up to five values with their probability 0..=1, best first; the empty value means that nothing is written; no value
    /// at all that something is written but cannot be read.
    pub best: Vec<(String, f32)>,
    /// Whether the best value may be taken as read: both voices agree and are sure.
    pub accepted: bool,
    /// How the value is written.
    pub ink: Ink,
    /// What each voice puts first, and how sure it is of it.
    pub voices: Vec<Voice>,
}

/// A field that is read from a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Serial number, also of the incoming stamp.
    Number,
    /// Day of the month.
    Day,
    /// Month.
    Month,
    /// Date of the incoming stamp.
    Date,
}

impl Field {
    fn kind(self) -> Kind {
        match self {
            Field::Number => Kind::Number,
            Field::Day => Kind::Day,
            Field::Month => Kind::Month,
            Field::Date => Kind::Date,
        }
    }
}

struct Reader {
    line: LineNet,
    digit: DigitNet,
}

impl Reader {
    fn load() -> Result<Reader> {
        let line = include_bytes!("../../../dictionaries/model/digits-line.bin");
        let digit = include_bytes!("../../../dictionaries/model/digits-segment.bin");
        Ok(Reader {
            line: LineNet::load(Weights::parse("digits-line.bin", line)?)?,
            digit: DigitNet::load(Weights::parse("digits-segment.bin", digit)?)?,
        })
    }

    /// The reader in the binary; `None` only if the files there are damaged (a test sees to it that they are not).
    fn builtin() -> Option<&'static Reader> {
        static READER: OnceLock<Option<Reader>> = OnceLock::new();
        READER.get_or_init(|| Reader::load().ok()).as_ref()
    }

    /// Both voices over views of one zone, the first being the zone as it is.
    fn votes(&self, views: &[Zone], kind: Kind) -> Votes {
        let share = 1.0 / views.len() as f32;
        let mut ink = [0.0; 3];
        let mut line = Chances::default();
        for view in views {
            let columns = self.line.run(view);
            ink.iter_mut().zip(columns.ink).for_each(|(sum, p)| *sum += p * share);
            line = line.plus(ctc_decode::decode(&columns, kind).weighted(share));
        }
        let segments = views.first().map(segment::segments).unwrap_or_default();
        Votes { line, digit: self.digit.read(&segments, kind), ink }
    }
}

/// Reads the zones of a page. `image` is the page image the boxes of `page` refer to (turned by [`Page::turned`] already).
/// About 13 ms per zone found.
pub fn read_zones(image: &DynamicImage, page: &Page) -> HandReadings {
    let Some(reader) = Reader::builtin() else { return HandReadings::default() };
    let found = locate::find(page);
    let read = |cut: Option<Cut>, kind: Kind| {
        cut.filter(|cut| !is_typed(page, *cut, kind)).map(|cut| read_zone(reader, image, page, cut, kind))
    };
    let (received_number, received_date) = read_stamp(reader, image, page, &found);
    HandReadings {
        number: read(found.number, Kind::Number),
        day: read(found.day, Kind::Day),
        month: read(found.month, Kind::Month),
        received_number,
        received_date,
    }
}

/// Whether the text layer says the value: there is nothing to read.
fn is_typed(page: &Page, cut: Cut, kind: Kind) -> bool {
    combine::printed(page, cut, kind).is_some_and(|(_, sure)| sure >= TYPED)
}

/// Number and date of the incoming stamp; only a page with a letter's head has one.
fn read_stamp(reader: &Reader, image: &DynamicImage, page: &Page, found: &Found) -> (Option<Reading>, Option<Reading>) {
    if found.number.is_none() && found.day.is_none() {
        return (None, None);
    }
    let scale = if page.dpi > 1.0 { page.dpi / DPI } else { 1.0 };
    let leaders = dotted_lines::leaders(image, page.dpi);
    let known = (found.received_number, found.received_date);
    let (number, date) = stamp_lines::slots(known, found.number, &leaders, scale);
    if number.is_none() && date.is_none() {
        return (None, None);
    }
    let bare = dotted_lines::without_dots(image, &leaders);
    let read = |slot: Option<Slot>, kind: Kind| {
        let Slot { cut, above, below } = slot.filter(|slot| !is_typed(page, slot.cut, kind))?;
        let view = |(lower, larger)| Zone::of(&bare, cut.varied(lower, larger)).on_line(above, below);
        let views = VIEWS.map(view);
        let votes = reader.votes(&views, kind);
        Some(combine::reading(&votes, kind, combine::printed(page, cut, kind), cut.bbox(page.width, page.height)))
    };
    (read(number, Kind::Number), read(date, Kind::Date))
}

fn read_zone(reader: &Reader, image: &DynamicImage, page: &Page, cut: Cut, kind: Kind) -> Reading {
    let views = VIEWS.map(|(lower, larger)| Zone::of(image, cut.varied(lower, larger)));
    let votes = reader.votes(&views, kind);
    let printed = combine::printed(page, cut, kind);
    combine::reading(&votes, kind, printed, cut.bbox(page.width, page.height))
}

/// Reads one made-up zone (80 × 320, ink 255) as `tools/handwriting/zones.py` writes it: for measuring the voices alone.
/// `None` for an image of another size.
pub fn read_strip(strip: &GrayImage, field: Field) -> Option<Reading> {
    let fits = strip.width() as usize == WIDTH && strip.height() as usize == HEIGHT;
    let reader = Reader::builtin().filter(|_| fits)?;
    let zone = Zone { ink: strip.as_raw().iter().map(|v| f32::from(*v) / 255.0).collect() };
    let votes = reader.votes(&[zone], field.kind());
    let bbox = Rect { x: 0, y: 0, w: strip.width(), h: strip.height() };
    Some(combine::reading(&votes, field.kind(), None, bbox))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_in_the_binary_load() {
        Reader::load().unwrap();
    }

    /// Zones of the generator (`tools/handwriting/zones.py --strips`), by hands that were not trained on.
    #[test]
    fn made_up_zones_are_read() {
        let cases: [(&[u8], Field, &str, Ink); 5] = [
            (include_bytes!("../../../tests/handwriting/day-by-pen.png"), Field::Day, "31", Ink::Hand),
            (include_bytes!("../../../tests/handwriting/number-by-pen.png"), Field::Number, "7149", Ink::Hand),
            (include_bytes!("../../../tests/handwriting/number-with-letter.png"), Field::Number, "893A", Ink::Hand),
            (include_bytes!("../../../tests/handwriting/number-typed.png"), Field::Number, "4104", Ink::Print),
            (include_bytes!("../../../tests/handwriting/number-missing.png"), Field::Number, "", Ink::Nothing),
        ];
        for (png, field, value, ink) in cases {
            let strip = image::load_from_memory(png).unwrap().into_luma8();
            let reading = read_strip(&strip, field).unwrap();
            assert_eq!((reading.best[0].0.as_str(), reading.ink), (value, ink), "{reading:?}");
            assert_eq!(reading.accepted, !value.is_empty(), "{value}");
            let again: Reading = serde_json::from_str(&serde_json::to_string(&reading).unwrap()).unwrap();
            assert_eq!(again.best[0].0, value);
        }
        assert!(read_strip(&GrayImage::new(3, 3), Field::Day).is_none());
    }

    #[test]
    fn pages_without_words_or_pixels_have_no_readings() {
        let page = Page {
            number: 1,
            width: 1,
            height: 1,
            dpi: 0.0,
            turned: 0,
            lines: Vec::new(),
            reading: crate::page::Reading::Blank,
            reason: None,
            warnings: Vec::new(),
            stamped: Vec::new(),
            hand: HandReadings::default(),
        };
        assert_eq!(read_zones(&DynamicImage::new_luma8(1, 1), &page), HandReadings::default());
    }
}
