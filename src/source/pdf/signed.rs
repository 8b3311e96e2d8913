//! Digital signatures of a PDF (PAdES, PKCS #7): who signed, for which organisation, when.
//!
//! in: a PDF → out: one [`Signed`] per signature field that is signed, in the order of the form.
//! Promises: what the signer's certificate says goes before what the PDF says of itself; what cannot be decoded is absent.
//! Leaves out: whether the signature holds and whose word the certificate is: that is a validator's work.

use super::super::Signed;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Any, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode, SliceReader, Tag, Tagged};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, String as PdfString};
use x509_cert::name::Name as Subject;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
/// Fields in fields, and fields in all: a form that goes on is hostile.
const DEEPEST: usize = 8;
const MOST: usize = 1_000;
/// Vietnam's clock, which has no summer time.
const OFFSET: jiff::tz::Offset = jiff::tz::offset(7);

/// The signatures of the form.
pub(in super::super) fn signatures(pdf: &Pdf) -> Vec<Signed> {
    let xref = pdf.xref();
    let form = xref.get::<Dict<'_>>(xref.root_id()).and_then(|root| root.get::<Dict<'_>>(b"AcroForm"));
    let mut walk = Walk::default();
    if let Some(fields) = form.and_then(|form| form.get::<Array<'_>>(b"Fields")) {
        walk.fields(&fields, false, 0);
    }
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Vec<Signed>,
    /// Fields seen.
    seen: usize,
}

impl Walk {
    fn fields(&mut self, fields: &Array<'_>, of_signatures: bool, depth: usize) {
        for field in fields.iter::<Dict<'_>>() {
            self.seen += 1;
            if depth > DEEPEST || self.seen > MOST {
                return;
            }
            let kind = field.get::<Name<'_>>(b"FT");
            let signs = kind.map_or(of_signatures, |kind| kind.as_ref() == b"Sig");
            match field.get::<Dict<'_>>(b"V").filter(|_| signs) {
                Some(value) => self.found.push(signed(&value)),
                None => field.get::<Array<'_>>(b"Kids").iter().for_each(|kids| self.fields(kids, signs, depth + 1)),
            }
        }
    }
}

fn signed(value: &Dict<'_>) -> Signed {
    let text = |key: &[u8]| value.get::<PdfString<'_>>(key).map(|s| pdf_text(s.as_bytes())).filter(|s| !s.is_empty());
    let certified =
        value.get::<PdfString<'_>>(b"Contents").and_then(|der| certified(der.as_bytes())).unwrap_or_default();
    Signed {
        signer: certified.signer.or_else(|| text(b"Name")),
        organisation: certified.organisation,
        signed_at: certified.signed_at.or_else(|| text(b"M").and_then(|day| pdf_time(&day))),
    }
}

/// What the signer's own certificate and signed attributes say. The bytes are padded with noughts behind the structure.
fn certified(der: &[u8]) -> Option<Signed> {
    let content = ContentInfo::decode(&mut SliceReader::new(der).ok()?).ok()?;
    let data: SignedData = content.content.decode_as().ok()?;
    let info = data.signer_infos.0.iter().next()?;
    let SignerIdentifier::IssuerAndSerialNumber(id) = &info.sid else { return None };
    let certificates = data.certificates.as_ref()?.0.iter();
    let own = certificates.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(&certificate.tbs_certificate),
        CertificateChoices::Other(_) => None,
    });
    let subject = &own.into_iter().find(|certificate| certificate.serial_number == id.serial_number)?.subject;
    Some(Signed {
        signer: part(subject, COMMON_NAME),
        organisation: part(subject, ORGANISATION),
        signed_at: signing_time(info),
    })
}

fn part(subject: &Subject, wanted: ObjectIdentifier) -> Option<String> {
    let mut parts = subject.0.iter().flat_map(|set| set.0.iter());
    parts.find(|part| part.oid == wanted).map(|part| any_text(&part.value)).filter(|text| !text.is_empty())
}

fn any_text(value: &Any) -> String {
    clean(&match value.tag() {
        Tag::BmpString => utf16(value.value()),
        _ => String::from_utf8_lossy(value.value()).into_owned(),
    })
}

fn signing_time(info: &SignerInfo) -> Option<String> {
    let attribute = info.signed_attrs.as_ref()?.iter().find(|attribute| attribute.oid == SIGNING_TIME)?;
    let value = attribute.values.iter().next()?;
    let since_1970 = match value.tag() {
        Tag::UtcTime => value.decode_as::<UtcTime>().ok()?.to_unix_duration(),
        _ => value.decode_as::<GeneralizedTime>().ok()?.to_unix_duration(),
    };
    let seconds = i64::try_from(since_1970.as_secs()).ok()?;
    Some(shown(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(OFFSET.to_time_zone())))
}

/// "D:20240605101530+07'00'" as ISO; without an offset Vietnam's time is meant.
fn pdf_time(raw: &str) -> Option<String> {
    let digits = raw.strip_prefix("D:").unwrap_or(raw);
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let year = digits.get(..4)?.parse::<i16>().ok()?;
    let at = |from: usize| number(from, from + 2).unwrap_or(0);
    let local = jiff::civil::DateTime::new(year, number(4, 6)?, number(6, 8)?, at(8), at(10), at(12), 0).ok()?;
    let offset = match digits.get(14..15) {
        Some("Z") => jiff::tz::Offset::UTC,
        Some(sign @ ("+" | "-")) => {
            let hours = number(15, 17)?;
            jiff::tz::Offset::from_hours(if sign == "-" { -hours } else { hours }).ok()?
        }
        _ => OFFSET,
    };
    Some(shown(offset.to_timestamp(local).ok()?.to_zoned(OFFSET.to_time_zone())))
}

fn shown(time: jiff::Zoned) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A text string of a PDF: UTF-16 or UTF-8 by its mark, else taken as Latin.
pub(super) fn pdf_text(bytes: &[u8]) -> String {
    clean(&match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect()),
    })
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// On one line, without what a terminal would take for a command.
fn clean(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_pdf_are_told_by_vietnams_clock() {
        let cases = [
            ("D:20240605101530+07'00'", Some("2024-06-05T10:15:30+07:00")),
            ("D:20240605231530Z", Some("2024-06-06T06:15:30+07:00")),
            ("D:20240605", Some("2024-06-05T00:00:00+07:00")),
            ("D:20241305", None),
            ("yesterday", None),
        ];
        for (raw, wanted) in cases {
            assert_eq!(pdf_time(raw).as_deref(), wanted, "{raw}");
        }
    }

    #[test]
    fn texts_are_decoded_by_their_mark() {
        assert_eq!(pdf_text(b"\xfe\xff\x00L\x1e\xcb\x00\n\x00A"), "Lị A");
        assert_eq!(pdf_text("Lê Mẫu".as_bytes()), "Lê Mẫu");
        assert_eq!(pdf_text(b"\xc9a"), "Éa");
    }

    #[test]
    fn what_is_no_signature_gives_nothing() {
        assert_eq!(certified(b"").map(|_| ()), None);
        assert_eq!(certified(&[0x30, 0x80, 0, 0]).map(|_| ()), None);
    }
}
