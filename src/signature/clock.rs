//! When a signature was made: three clocks, one of which is often set wrong.
//!
//! in: the time of a stamp, the signing time of the signature, the time the PDF gives (`/M`) → out: an instant, and which of
//! them it is.
//! Promises: instants are seconds since 1970, shown by Vietnam's clock; a time without zone is Vietnam's.
//! Leaves out: whether a time is proved: only a time stamp proves one.
//!
//! Widely used signing programs (iTextSharp with BouncyCastle) write the local time into the signature and call it UTC: seven
//! hours late. They write `/M` with its zone. So where both show the same clock, and `/M` knows its zone, `/M` is right.

use super::asn1::{Tlv, UTC_TIME};
use crate::record::TimeFrom;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Vietnam's clock, which has no summer time.
const VIETNAM: Offset = jiff::tz::offset(7);
/// Between writing `/M` and signing lies the time in which a password is typed.
const SAME_CLOCK: i64 = 15 * 60;
/// A program that signs writes the time of change at once; more would take a file saved seven hours earlier for one.
const SAME_MOMENT: i64 = 2 * 60;

/// A time of a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PdfTime {
    clock: DateTime,
    /// `None`: the zone is not told.
    zone: Option<Offset>,
}

impl PdfTime {
    /// "D:20240605101530+07'00'".
    pub(super) fn read(raw: &str) -> Option<PdfTime> {
        let raw = raw.trim();
        let digits = raw.strip_prefix("D:").unwrap_or(raw);
        let clock_ends = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()).min(14);
        let (clock, zone) = digits.split_at(clock_ends);
        let number = |from: usize| clock.get(from..from + 2)?.parse::<i8>().ok();
        let year = clock.get(..4)?.parse::<i16>().ok()?;
        let at = |from: usize| number(from).unwrap_or(0);
        let clock = DateTime::new(year, number(4)?, number(6)?, at(8), at(10), at(12), 0).ok()?;
        Some(PdfTime { clock, zone: pdf_zone(zone.trim_start()) })
    }

    /// Seconds since 1970.
    pub(super) fn instant(self) -> Option<i64> {
        self.zone.unwrap_or(VIETNAM).to_timestamp(self.clock).ok().map(|at| at.as_second())
    }

    /// A time of which only the difference to UTC is known; none means that the zone is not told, or UTC.
    pub(super) fn of(time: &hayro::hayro_syntax::object::DateTime) -> Option<PdfTime> {
        let part = |n: u8| i8::try_from(n).ok();
        let (day, hour) = (part(time.day)?, part(time.hour)?);
        let year = i16::try_from(time.year).ok()?;
        let clock =
            DateTime::new(year, part(time.month)?, day, hour, part(time.minute)?, part(time.second)?, 0).ok()?;
        Some(PdfTime { clock, zone: Offset::from_hours(time.utc_offset_hour).ok() })
    }

    /// What its clock shows, as if it were UTC.
    fn shown(self) -> Option<i64> {
        Offset::UTC.to_timestamp(self.clock).ok().map(|at| at.as_second())
    }

    fn is_utc(self) -> bool {
        self.zone == Some(Offset::UTC)
    }
}

fn pdf_zone(zone: &str) -> Option<Offset> {
    let sign = match zone.chars().next()? {
        'Z' | 'z' => return Some(Offset::UTC),
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(char::is_ascii_digit).take(4).collect();
    let hours = digits.get(..2)?.parse::<i32>().ok()?;
    let minutes = digits.get(2..4).and_then(|m| m.parse::<i32>().ok()).unwrap_or(0);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// A UTCTime or GeneralizedTime. Zones and fractions of seconds, which DER forbids or time stamps bring, are understood.
pub(super) fn instant(value: Tlv<'_>) -> Option<i64> {
    let text = std::str::from_utf8(value.value).ok()?;
    let (century, rest) = match (value.tag, text.get(..2)?.parse::<u8>().ok()?) {
        // RFC 5280: years from 50 are those of the last century
        (UTC_TIME, 50..) => ("19", text),
        (UTC_TIME, _) => ("20", text),
        _ => (text.get(..2)?, text.get(2..)?),
    };
    let clock_ends = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(clock_ends);
    let zone = zone.trim_start_matches(|c: char| c == '.' || c == ',' || c.is_ascii_digit());
    let utc = if zone.is_empty() { "Z" } else { zone };
    PdfTime::read(&format!("{century}{clock}{utc}"))?.instant()
}

/// When the signature was made. `stamped`: a time stamp that holds; `signed`: the signing time in the signature; `file`: `/M`;
/// `witness`: when the file says it was changed last, as a further clock.
pub(super) fn when(
    stamped: Option<i64>,
    signed: Option<i64>,
    file: Option<PdfTime>,
    witness: Option<PdfTime>,
) -> Option<(i64, TimeFrom)> {
    if let Some(at) = stamped {
        return Some((at, TimeFrom::TimeStamp));
    }
    let shows = |clock: PdfTime, at: i64, within: i64| clock.shown().is_some_and(|shown| (at - shown).abs() <= within);
    // the file was changed at the very time that is called UTC here, by a clock that knows its zone
    let is_local = |at: i64| witness.is_some_and(|clock| !clock.is_utc() && shows(clock, at, SAME_MOMENT));
    let from_utc = |at: i64| if is_local(at) { at - i64::from(VIETNAM.seconds()) } else { at };
    match (signed, file) {
        (Some(at), Some(clock)) if !clock.is_utc() && shows(clock, at, SAME_CLOCK) => {
            Some((clock.instant()?, TimeFrom::File))
        }
        (Some(at), Some(clock)) if !clock.is_utc() => Some((at, TimeFrom::Signature)),
        (Some(at), _) => Some((from_utc(at), TimeFrom::Signature)),
        (None, Some(clock)) if clock.is_utc() => Some((from_utc(clock.instant()?), TimeFrom::File)),
        (None, Some(clock)) => Some((clock.instant()?, TimeFrom::File)),
        (None, None) => None,
    }
}

/// An instant as ISO by Vietnam's clock.
pub(super) fn told(at: i64) -> Option<String> {
    let at = jiff::Timestamp::from_second(at).ok()?.to_zoned(VIETNAM.to_time_zone());
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

#[cfg(test)]
mod tests {
    use super::super::asn1::written;
    use super::*;

    #[test]
    fn days_of_a_pdf_are_told_by_vietnams_clock() {
        let cases = [
            ("D:20240605101530+07'00'", Some("2024-06-05T10:15:30+07:00")),
            ("D:20240605101530+07'00", Some("2024-06-05T10:15:30+07:00")),
            ("D:20240605101530+0700", Some("2024-06-05T10:15:30+07:00")),
            ("D:20240605034530+00'30'", Some("2024-06-05T10:15:30+07:00")),
            ("D:20240605231530Z", Some("2024-06-06T06:15:30+07:00")),
            ("D:20240605231530Z00'00'", Some("2024-06-06T06:15:30+07:00")),
            ("D:202406051015+07'00'", Some("2024-06-05T10:15:00+07:00")),
            ("D:20240605", Some("2024-06-05T00:00:00+07:00")),
            ("D:20241305", None),
            ("yesterday", None),
            ("D:2024060đ", None),
        ];
        for (raw, wanted) in cases {
            let read = PdfTime::read(raw).and_then(PdfTime::instant).and_then(told);
            assert_eq!(read.as_deref(), wanted, "{raw}");
        }
    }

    #[test]
    fn times_of_certificates_and_stamps_are_read() {
        let read = |tag: u8, text: &str| instant(Tlv::split(&written(tag, text.as_bytes())).unwrap().0).and_then(told);
        let cases = [
            (0x17, "240605031530Z", "2024-06-05T10:15:30+07:00"),
            (0x17, "240605101530+0700", "2024-06-05T10:15:30+07:00"),
            (0x17, "990605031530Z", "1999-06-05T10:15:30+07:00"),
            (0x18, "20240605031530Z", "2024-06-05T10:15:30+07:00"),
            (0x18, "20240605031530.123Z", "2024-06-05T10:15:30+07:00"),
            (0x18, "20570605031530Z", "2057-06-05T10:15:30+07:00"),
        ];
        for (tag, text, wanted) in cases {
            assert_eq!(read(tag, text).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(read(0x17, "đ"), None);
    }

    #[test]
    fn the_clock_that_knows_its_zone_wins() {
        let utc = |text: &str| PdfTime::read(text).unwrap().instant();
        let clock = |text: &str| PdfTime::read(text);
        let told = |found: Option<(i64, TimeFrom)>| found.map(|(at, from)| (told(at).unwrap(), from)).unwrap();
        // the signature's digits, M, the file's, what is right
        let cases = [
            ("20240605031530Z", "20240605101530+07'00'", None, "10:15:30", TimeFrom::Signature),
            // local time called UTC
            ("20240605101531Z", "20240605101530+07'00'", None, "10:15:30", TimeFrom::File),
            ("20240605101531Z", "20240605101530", None, "10:15:30", TimeFrom::File),
            // M is the one that is wrong
            ("20240605031530Z", "20240605101530Z", None, "10:15:30", TimeFrom::Signature),
            ("20240605031530Z", "20240605031530Z", None, "10:15:30", TimeFrom::Signature),
            // both are, and the file tells
            ("20240605101530Z", "20240605101530Z", Some("20240605101500+07'00'"), "10:15:30", TimeFrom::Signature),
            // a file saved long before
            ("20240605031530Z", "20240605031530Z", Some("20240605083000+07'00'"), "10:15:30", TimeFrom::Signature),
        ];
        for (signed, file, witness, wanted, from) in cases {
            let found = when(None, utc(signed), clock(file), witness.and_then(clock));
            assert_eq!(told(found), (format!("2024-06-05T{wanted}+07:00"), from), "{signed} {file}");
        }
        let alone = when(None, None, clock("20240605101530Z"), clock("20240605101530+07'00'"));
        assert_eq!(told(alone), ("2024-06-05T10:15:30+07:00".into(), TimeFrom::File));
        assert_eq!(when(utc("20240605031530Z"), utc("20240605101530Z"), None, None).unwrap().1, TimeFrom::TimeStamp);
        assert_eq!(when(None, None, None, None), None);
    }
}
