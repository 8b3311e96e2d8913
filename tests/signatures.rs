//! Digital signatures are verified: files made for it (`tests/signed/kiem-tra/make.py`), and the same ones tampered with here.

use congvan::record::{
    ChainState, DigitalSignature, LaterChanges, RevocationState, SignatureFault, SignatureKind, TimeFrom,
    ValidityState, Verdict,
};
use congvan::signature::Trust;
use congvan::source::Source;
use std::path::Path;
use std::time::{Duration, Instant};

const FOLDER: &str = "tests/signed/kiem-tra";
const SIGNED_AT: &str = "2026-11-28T10:15:30+07:00";

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(FOLDER).join(name).with_extension("pdf")).unwrap()
}

fn trust() -> Trust {
    Trust::load(&Path::new(FOLDER).join("goc")).unwrap()
}

fn verify(bytes: Vec<u8>) -> Vec<DigitalSignature> {
    let source = Source::from_bytes("a.pdf", bytes).unwrap();
    source.signatures.iter().map(|own| own.judged(&trust())).collect()
}

fn only(bytes: Vec<u8>) -> DigitalSignature {
    let mut all = verify(bytes);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

/// Replaces the only place of `from`, which is as long.
fn patched(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

/// The numbers behind `/ByteRange`, and where they stand.
fn range(bytes: &[u8]) -> (std::ops::Range<usize>, Vec<i64>) {
    let key = b"/ByteRange [";
    let start = bytes.windows(key.len()).position(|w| w == key).unwrap() + key.len();
    let end = start + bytes[start..].iter().position(|b| *b == b']').unwrap();
    let text = String::from_utf8(bytes[start..end].to_vec()).unwrap();
    (start..end, text.split_whitespace().map(|n| n.parse().unwrap()).collect())
}

fn with_range(name: &str, change: fn(&mut [i64])) -> Vec<u8> {
    let mut bytes = file(name);
    let (place, mut numbers) = range(&bytes);
    change(&mut numbers);
    let text: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let text = format!("{:width$}", text.join(" "), width = place.len());
    assert!(text.len() <= place.len() + 40, "no room");
    bytes.splice(place, text.into_bytes());
    bytes
}

#[track_caller]
fn is_sound(own: &DigitalSignature) {
    assert_eq!(own.integrity, Some(Verdict::Good), "{own:#?}");
    assert_eq!(own.chain, Some(ChainState::Trusted), "{own:#?}");
    assert_eq!(own.validity, Some(ValidityState::InForce), "{own:#?}");
    assert_eq!(own.faults, [], "{own:#?}");
    assert!(!own.is_broken());
}

#[test]
fn every_kind_of_sound_signature_is_found_sound() {
    for name in ["tot", "pades-b", "pades-t", "pss", "p256", "p384", "ber", "gio-dia-phuong"] {
        let own = only(file(name));
        is_sound(&own);
        assert_eq!((own.covers_file, &own.later), (Some(true), &Some(LaterChanges::Nothing)), "{name}");
        assert_eq!(own.issued_by.as_deref(), Some("CA thử nghiệm"), "{name}");
        assert_eq!(own.revocation, Some(RevocationState::NotChecked), "{name}: the file carries nothing");
    }
    let own = only(file("tot"));
    assert_eq!(own.signer.as_deref(), Some("Đặng Thị Mẫu"));
    assert_eq!(own.organisation.as_deref(), Some("Ủy ban nhân dân xã Suối Mẫu"));
    assert_eq!((own.signed_at.as_deref(), own.field.as_deref()), (Some(SIGNED_AT), Some("ChuKy1")));
}

#[test]
fn a_changed_byte_is_seen_wherever_it_is() {
    let own = only(patched(file("tot"), "(Cong van ve viec", "(Cong van ve viet"));
    assert_eq!((own.integrity, own.faults), (Some(Verdict::Broken), vec![SignatureFault::Content]));
    let own = only(patched(file("p256"), "(Cong van ve viec", "(Cong van ve viet"));
    assert_eq!((own.integrity, own.faults), (Some(Verdict::Broken), vec![SignatureFault::Content]));

    // the last byte of the signature itself
    for name in ["tot", "pss", "p256", "p384"] {
        let mut bytes = file(name);
        let key = b"/Contents <";
        let start = bytes.windows(key.len()).position(|w| w == key).unwrap() + key.len();
        let end = start + bytes[start..].iter().position(|b| *b == b'>').unwrap();
        let last = start + bytes[start..end].iter().rposition(|b| *b != b'0').unwrap();
        bytes[last] = if bytes[last] == b'1' { b'2' } else { b'1' };
        let own = only(bytes);
        assert_eq!(own.integrity, Some(Verdict::Broken), "{name}");
        assert!(own.signer.is_some(), "{name}");
    }
}

#[test]
fn a_structure_that_is_none_is_broken_and_nothing_more() {
    let mut bytes = file("tot");
    let key = b"/Contents <";
    let start = bytes.windows(key.len()).position(|w| w == key).unwrap() + key.len();
    bytes[start..start + 8].copy_from_slice(b"30803080");
    let own = only(bytes);
    assert_eq!((own.integrity, own.faults), (Some(Verdict::Broken), vec![SignatureFault::Unreadable]));
    assert_eq!(own.signer.as_deref(), Some("Tên trong tệp"));
}

#[test]
fn a_range_that_lies_is_broken() {
    /// What is done to the four numbers.
    type Lie = fn(&mut [i64]);
    let lies: [(&str, Lie); 6] = [
        ("overlaps", |r| r[2] = r[1] - 10),
        ("outside", |r| r[3] += 1),
        ("huge", |r| r[3] = i64::MAX),
        ("gap", |r| r[1] -= 20),
        ("gap behind", |r| (r[2], r[3]) = (r[2] + 20, r[3] - 20)),
        ("beginning", |r| r[0] = 5),
    ];
    for (what, lie) in lies {
        let own = only(with_range("tot", lie));
        assert_eq!((own.integrity, own.faults), (Some(Verdict::Broken), vec![SignatureFault::Range]), "{what}");
    }
}

#[test]
fn certificates_are_judged_by_their_time_and_their_root() {
    let own = only(file("het-han"));
    assert_eq!((own.integrity.clone(), own.validity.clone()), (Some(Verdict::Good), Some(ValidityState::Expired)));
    assert!(own.is_broken());
    let own = only(file("tu-ky"));
    assert_eq!((own.integrity.clone(), own.chain.clone()), (Some(Verdict::Good), Some(ChainState::SelfSigned)));
    assert!(!own.is_broken(), "an unknown root is no fault");
    // the same names, another key
    let own = only(file("goc-gia"));
    assert_eq!((own.integrity, own.chain), (Some(Verdict::Good), Some(ChainState::UnknownRoot)));
    let own = only(file("bi-thu-hoi"));
    assert_eq!(
        (own.chain.clone(), own.revocation.clone()),
        (Some(ChainState::Trusted), Some(RevocationState::Revoked))
    );
    assert!(own.is_broken());
    // nobody is trusted: nothing is checked, nothing is accused
    let source = Source::from_bytes("a.pdf", file("tot")).unwrap();
    let own = source.signatures[0].judged(&Trust::default());
    assert_eq!((own.chain.clone(), own.is_broken()), (Some(ChainState::NotChecked), false));
}

#[test]
fn several_signatures_come_in_their_order() {
    let all = verify(file("ba-chu-ky"));
    let names: Vec<_> = all.iter().map(|own| own.signer.as_deref().unwrap()).collect();
    assert_eq!(names, ["Đặng Thị Mẫu", "Ủy ban nhân dân xã Suối Mẫu", "Văn thư Sở Thử Nghiệm"]);
    all.iter().for_each(is_sound);
    let covers: Vec<_> = all.iter().map(|own| (own.covers_file.unwrap(), own.later.clone().unwrap())).collect();
    let early = (false, LaterChanges::Signatures);
    assert_eq!(covers, [early.clone(), early, (true, LaterChanges::Nothing)]);
    let days: Vec<_> = all.iter().map(|own| &own.signed_at.as_deref().unwrap()[..16]).collect();
    assert_eq!(days, ["2026-11-28T10:15", "2026-11-28T10:25", "2026-11-29T10:15"]);
}

#[test]
fn time_stamps_prove_the_time() {
    let own = only(file("pades-t"));
    let stamp = own.time_stamp.unwrap();
    assert_eq!((stamp.integrity, stamp.chain), (Verdict::Good, ChainState::Trusted));
    assert_eq!(stamp.by.as_deref(), Some("Dấu thời gian thử nghiệm"));
    assert_eq!(own.signed_at.as_deref(), Some("2026-11-28T10:15:33+07:00"));
    assert_eq!(own.signed_at_from, Some(TimeFrom::TimeStamp));

    let all = verify(file("pades-lta"));
    assert_eq!(all.len(), 2, "{all:#?}");
    is_sound(&all[0]);
    assert_eq!((&all[0].later, &all[0].revocation), (&Some(LaterChanges::Signatures), &Some(RevocationState::Good)));
    assert_eq!((&all[1].kind, &all[1].integrity), (&Some(SignatureKind::TimeStamp), &Some(Verdict::Good)));
    assert_eq!((&all[1].chain, &all[1].later), (&Some(ChainState::Trusted), &Some(LaterChanges::Signatures)));
    // the stamp on the document is about its bytes
    let all = verify(patched(file("pades-lta"), "(Cong van ve viec", "(Cong van ve viet"));
    assert_eq!((&all[1].integrity, &all[1].faults[..]), (&Some(Verdict::Broken), &[SignatureFault::Content][..]));
}

#[test]
fn what_was_changed_after_a_signature_is_told() {
    let own = only(file("sua-sau-khi-ky"));
    assert_eq!((own.integrity.clone(), own.later.clone()), (Some(Verdict::Good), Some(LaterChanges::Pages)));
    assert!(own.is_broken());
    let own = only(file("dong-dau-sau-khi-ky"));
    assert_eq!((own.later.clone(), own.is_broken()), (Some(LaterChanges::Annotations), false));
    // its author allowed no change
    let own = only(file("cam-sua"));
    assert_eq!((own.later.clone(), own.is_broken()), (Some(LaterChanges::Annotations), true));
    assert_eq!(own.faults, [SignatureFault::NotPermitted]);
}

#[test]
fn what_is_weak_is_told() {
    let own = only(file("sha1"));
    assert_eq!((own.integrity.clone(), own.is_broken()), (Some(Verdict::Good), false));
    assert_eq!(own.faults, [SignatureFault::WeakDigest]);
}

#[test]
fn a_local_time_that_is_called_utc_is_put_right() {
    let own = only(file("gio-dia-phuong"));
    assert_eq!((own.signed_at.as_deref(), own.signed_at_from), (Some(SIGNED_AT), Some(TimeFrom::File)));
}

/// A page with `count` signature fields; every signature is hollow, and over the whole file.
fn hollow(count: usize) -> Vec<u8> {
    let fields: String = (0..count).map(|n| format!("{} 0 R ", 4 + 2 * n)).collect();
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] >> >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>".to_owned(),
    ];
    let room = " ".repeat(40);
    for n in 0..count {
        objects.push(format!("<< /FT /Sig /T (S{n}) /V {} 0 R >>", 5 + 2 * n));
        objects.push(format!("<< /SubFilter /adbe.pkcs7.detached /ByteRange [{room}] /Contents <3000> >>"));
    }
    let mut out = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, body) in (1..).zip(&objects) {
        places.push(out.len());
        out += &format!("{number} 0 obj\n{body}\nendobj\n");
    }
    let start = out.len();
    let table: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
    let size = objects.len() + 1;
    out += &format!("xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n");
    out += &format!("startxref\n{start}\n%%EOF\n");
    let gaps: Vec<usize> = out.match_indices("<3000>").map(|(at, _)| at).collect();
    for gap in gaps {
        let range = format!("[0 {gap} {} {}", gap + 6, out.len() - gap - 6);
        let at = out.find(&format!("[{room}]")).unwrap();
        out.replace_range(at..at + 41, &format!("{range:41}"));
    }
    out.into_bytes()
}

#[test]
fn many_signatures_end_soon_and_those_not_checked_say_so() {
    let begun = Instant::now();
    let all = verify(hollow(900));
    assert_eq!(all.len(), 900);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let (checked, rest) = all.split_at(32);
    assert!(checked.iter().all(|own| own.faults == [SignatureFault::Unreadable]), "{:#?}", checked[0]);
    assert!(
        rest.iter().all(|own| own.integrity == Some(Verdict::NotChecked) && own.faults == [SignatureFault::TooMany])
    );
}

#[test]
fn one_signature_behind_many_fields_is_one() {
    let mut bytes = hollow(3);
    let at = bytes.windows(7).position(|w| w == b"/Fields").unwrap() + 9;
    let end = at + bytes[at..].iter().position(|b| *b == b']').unwrap();
    bytes.splice(at..end, "4 0 R 6 0 R ".repeat(400).into_bytes());
    assert_eq!(verify(bytes).len(), 2);
}

/// Where poppler is installed, it must find the same signatures sound.
#[test]
fn poppler_agrees() {
    use std::process::Command;
    if Command::new("pdfsig").arg("-v").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sound = ["tot", "ba-chu-ky", "pades-b", "pades-t", "pss", "p256", "p384", "gio-dia-phuong", "sua-sau-khi-ky"];
    let mut files: Vec<(String, Vec<u8>)> = sound.iter().map(|name| ((*name).to_owned(), file(name))).collect();
    files.push(("altered".into(), patched(file("tot"), "(Cong van ve viec", "(Cong van ve viet")));
    for (name, bytes) in files {
        let path = folder.path().join(&name).with_extension("pdf");
        std::fs::write(&path, &bytes).unwrap();
        let told = Command::new("pdfsig").arg("-nocert").arg(&path).output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let ours = verify(bytes);
        let good = ours.iter().filter(|own| own.integrity == Some(Verdict::Good)).count();
        let whole = ours.iter().filter(|own| own.covers_file == Some(true)).count();
        assert_eq!(told.matches("Signature Validation: Signature is Valid").count(), good, "{name}: {told}");
        assert_eq!(told.matches("Total document signed").count(), whole, "{name}: {told}");
    }
}
